"""The laws of debts: what is written off is nobody's gain, and what is paid beyond a debt is its payee's."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pushcore.ids import parted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.ledger import Transaction
    from pushcore.testing.simulation.auditor import Auditor

__all__ = ["DEBT_LAWS", "DebtBook", "is_beyond"]


def is_beyond(transaction: Transaction) -> bool:
    """Whether it is of what somebody has paid beyond what they owed."""
    return transaction.recipe == "returned-transfer" and parted(transaction.id)[0] == "payee"


class DebtBook:
    """What others bear of debts, by postings alone.

    Attributes:
        given_up: What is written off of the debts of each payee in each currency, and stays so.
    """

    def __init__(self) -> None:
        self.given_up: Counter[tuple[str, str]] = Counter()

    def write(self, changes: Changes) -> None:
        """Take down what was committed."""
        for transaction in changes.transactions:
            for posting in transaction.postings:
                if posting.account.path.startswith("written-off/"):
                    payee = parted(transaction.id)[1]
                    self.given_up[payee, posting.amount.currency.code] += posting.amount.minor


def _borne_comes_first(books: Auditor, changes: Changes) -> Iterator[str]:
    """Of a debt that was none, a creator is paid nothing again before those have theirs who bore it."""
    for transaction in changes.transactions:
        if transaction.recipe != "calling-off":
            continue
        payee, currency = parted(transaction.id)[1:3]
        paths = ((it.account.path.split("/"), -it.amount.minor) for it in transaction.postings)
        again = sum(minor for path, minor in paths if path[2:3] == ["payee"])
        given_up = books.debts.given_up[payee, currency]
        if given_up < 0 or (again and given_up):
            yield f"{again} is paid again to {payee}, and {given_up} stays written off"


def _paid_as_told(books: Auditor, changes: Changes) -> Iterator[str]:
    """All that somebody has paid is booked, and what was not owed by then is owed to them."""
    deed, transactions = books.doing[-1], changes.transactions
    beyond = [it for it in transactions if is_beyond(it)]
    if deed.do != "pay-back" or not transactions:
        yield from (f"{it} is booked for {deed}" for it in beyond)
        return
    owed, payee = f"payee/{deed.args['payee']}/debt", f"/payee/{deed.args['payee']}"
    moved = [(it.account.path, it.amount.minor) for of in transactions for it in of.postings]
    came = sum(minor for path, minor in moved if path == "provider")
    settled = -sum(minor for path, minor in moved if path == owed)
    given = -sum(minor for path, minor in moved if path.startswith("campaign/") and path.endswith(payee))
    left = books.ledger.net(owed, deed.args["currency"])
    if came != deed.args["minor"] or settled + given != came or (given and left):
        yield f"{came} is booked for {deed}: {settled} of a debt of which {left} is left, {given} beyond"


DEBT_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "borne-comes-first": _borne_comes_first,
    "paid-as-told": _paid_as_told,
}
"""One more line is one more law of what is written together."""
