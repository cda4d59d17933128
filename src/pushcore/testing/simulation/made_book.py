"""An auditor's own book of refunds that somebody made at the provider itself, and what was heard of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.ledger import Transaction

__all__ = ["Made", "MadeBook", "made_in"]


@attrs.define
class Made:
    """A refund that no order asked for.

    Attributes:
        charged: The key of the charge that it is of.
        amount: How much of it went back, as its backer sees it.
        worth: What that is of the campaign's currency, once the ledger has it.
        booked: Whether the ledger has it.
        known: Whether the library said that it is done with it.
        undone: Whether it was taken back, since the library said that so much was not there.
        left: How much was there then, where nobody acted meanwhile.
    """

    charged: str
    campaign_id: str
    amount: int
    worth: int = 0
    booked: bool = False
    known: bool = False
    undone: bool = False
    left: int = 0


def made_in(transaction: Transaction) -> str | None:
    """The provider's name of the refund that a transaction books, if nobody here asked for it."""
    if transaction.recipe != "refund" or transaction.pending_id is not None:
        return None
    return None if transaction.phase.value == "pending" else transaction.id.rpartition("/refunded/")[2]


class MadeBook:
    """Every refund that was made there.

    Attributes:
        all: Each by the provider's name of it.
        given: What went back there of each charge.
        booked: What of that the ledger has.
    """

    def __init__(self) -> None:
        self.all: dict[str, Made] = {}
        self.given: Counter[str] = Counter()
        self.booked: Counter[str] = Counter()

    def make(self, name: str, made: Made) -> None:
        """Somebody makes one."""
        self.all[name] = made
        self.given[made.charged] += made.amount

    def undo(self, name: str, left: int) -> None:
        """One is taken back, although so much is left of its charge."""
        self.all[name].undone, self.all[name].left = True, left
        self.given[self.all[name].charged] -= self.all[name].amount

    def book(self, name: str, worth: int, minor: int) -> Iterator[tuple[str, str]]:
        """The ledger has one, which is worth so much; every law that this breaks."""
        made = self.all.get(name)
        if made is None or made.undone or made.booked or made.amount != minor:
            yield "booked-as-made", f"{minor} of refund {name} is booked, and it is {made}"
        else:
            made.booked, made.worth = True, worth
            self.booked[made.charged] += worth

    def waiting(self) -> Iterator[tuple[str, Made]]:
        """Those that the library is to be told of yet."""
        return ((name, it) for name, it in self.all.items() if not it.known and not it.undone)
