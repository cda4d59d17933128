"""The laws of what goes back to backers: as was wanted, never from nowhere, and fees as was agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pushcore.payouts import Debt, Wallet
from pushcore.pledges import Pledge
from pushcore.testing.simulation.backer_book import agreed_in, credited_in, given_by
from pushcore.testing.simulation.bearing_laws import BEARING_LAWS
from pushcore.testing.simulation.hearing import contribution
from pushcore.testing.simulation.made_book import made_in
from pushcore.testing.simulation.policies import WHOLE, rules_of
from pushcore.testing.simulation.shapes import ESTIMATED, FEES
from pushcore.testing.simulation.shares import fees_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.ledger import Transaction
    from pushcore.payments.events import RefundAgreed
    from pushcore.testing.simulation.auditor import Auditor
    from pushcore.testing.simulation.deed import Deed
    from pushcore.testing.simulation.policies import Rule

__all__ = ["REFUND_LAWS"]


def _owed_as_agreed(books: Auditor, changes: Changes) -> Iterator[str]:
    """What is agreed is owed, on the account of refunds or by who got it on top, and just that is sent."""
    agreed = agreed_in(changes)
    if agreed is None:
        return
    pledge = books.pledges[agreed.pledge_id]
    along, beside = books.backs.taken_along
    sent, on_top, owed, indebted = _gone_already(books, changes, agreed) - along, -beside, 0, 0
    for way in () if pledge.refund is None else pledge.refund.ways:
        sent += way.amount.minor
        on_top += sum(part.minor for part in way.on_top.values())
    for transaction in changes.transactions:
        given = given_by(transaction)
        if transaction.recipe == "owe-back":
            owed -= given["refunds"][""]
            wrong = "held" if books.campaigns[pledge.campaign_id].settled_at else "debt"
            if wrong in given and books.doing[-1].do != "dispute":
                yield f"{agreed} is given by the {wrong} of {pledge.campaign_id}"
            indebted += given["debt"].total()
        elif transaction.recipe == "debt":
            indebted += given["debt"][""]
        elif _is_done(transaction, agreed):
            on_top += given["on-top"].total()
    sent += credited_in(changes)
    if indebted:
        yield f"{agreed}: {indebted} is owed by nobody"
    if not owed + on_top == sent == agreed.amount.minor:
        yield f"{agreed}: {owed} is owed and {on_top} beside, and {sent} is sent"


def _gone_already(books: Auditor, changes: Changes, agreed: RefundAgreed) -> int:
    """What of it somebody has given back by hand, or at the provider itself."""
    names = (made_in(transaction) for transaction in changes.transactions)
    made = sum(books.made.all[name].worth for name in names if name is not None)
    given = (given_by(it) for it in changes.transactions if _by_hand(it, agreed))
    return made - sum(it["offline"].total() + it[""].total() for it in given)


def _is_done(transaction: Transaction, agreed: RefundAgreed) -> bool:
    """Whether what it gives back has gone at once: as credit, by hand, or at the provider itself."""
    return transaction.recipe == "credit" or made_in(transaction) is not None or _by_hand(transaction, agreed)


def _by_hand(transaction: Transaction, agreed: RefundAgreed) -> bool:
    """Whether it gives back what came in cash; of a match that goes back too, it is not."""
    return transaction.id.startswith(f"{agreed.pledge_id}/return/")


def _as_wanted(books: Auditor, changes: Changes) -> Iterator[str]:
    """Just what is wanted goes back: an amount, an amount or pieces of a line, or all that is left."""
    agreed, deed = agreed_in(changes), books.doing[-1]
    if agreed is None or deed.do != "refund" or deed.args.get("pledge") != agreed.pledge_id:
        return
    if agreed.situation == "failed" or not {"minor", "pieces"} & deed.args.keys():
        yield from _not_whole(books, agreed)
    else:
        asked, line = _asked(books, agreed.pledge_id), deed.args.get("line", "")
        along = sum(asked.values()) - asked.get(line, 0)
        due = _tax_due(books, agreed.pledge_id, line) if line else along
        if along != due and not books.pledges[agreed.pledge_id].disputes:
            yield f"{agreed} for {deed}, and {along} of others, of which {due} are of taxes"
        if "pieces" in deed.args:
            pieces = _pieces_of(books, deed)
            gone = books.disputes.of_pledge(agreed.pledge_id)  # of every line its share
            first = not books.backs.was and not gone
            if asked[line] > pieces or (first and asked[line] != pieces):
                yield f"{agreed} for {deed}, which is {pieces}"
        elif (asked[line] if line else along) != deed.args["minor"]:
            yield f"{agreed} for {deed}, and {asked} is asked back"


def _tax_due(books: Auditor, pledge_id: str, line: str) -> int:
    """What of the tax of a pledge is asked back with a line: its share of all that it was taken of."""
    before, after = books.backs.was, books.backs.undone[pledge_id]
    taxes = [name for name, it in after.items() if it.kind == "tax" and name != line]
    taxed = [it for name, it in after.items() if name.partition("/")[0] in _TAXED]
    undone, whole = sum(it.undone for it in taxed), sum(it.whole for it in taxed)
    due = 0
    for tax in taxes:
        was = before.get(tax, after[tax].untouched)
        due += max((2 * was.whole * undone + whole) // (2 * whole) - was.undone, 0)
    return due


_TAXED: Final = frozenset({"reward", "add-on", "shipping"})


def _asked(books: Auditor, pledge_id: str) -> dict[str, int]:
    """What a refund asks back of each line that was paid."""
    before = books.backs.was
    return {
        name: now.undone - before.get(name, now.untouched).undone
        for name, now in books.backs.undone[pledge_id].items()
        if now.is_part
    }


def _pieces_of(books: Auditor, deed: Deed) -> int:
    unit, _ = books.readings[deed.args["pledge"]].lines[deed.args["line"]]
    return unit * int(deed.args["pieces"])


def _not_whole(books: Auditor, agreed: RefundAgreed) -> Iterator[str]:
    """All that is left goes back, but for what its backer bears; what is kept for a campaign stands."""
    reading = books.readings[agreed.pledge_id]
    kept, back = books.kept_of(agreed.pledge_id, agreed.situation), books.backs.agreed[agreed.pledge_id]
    gone = books.disputes.of_pledge(agreed.pledge_id)
    stands = reading.kept > 0 and books.campaigns[reading.campaign_id].settled_at is None
    if reading.claimed is not stands and not gone:
        yield f"{agreed} is all of it, and the pledge is {reading.state}"
    paid = {reading.amount, books.paid_of(agreed.pledge_id) if reading.parted else reading.amount}
    ends = [(whole - gone - kept, whole - gone - (0 if gone else kept)) for whole in paid]
    if not any(least <= back <= most for least, most in ends):
        yield f"{agreed} is the last of {back} of {reading.amount}, of which {kept} is kept"


def _never_above_paid(books: Auditor, changes: Changes) -> Iterator[str]:
    """No more of a pledge goes back than was paid for it."""
    agreed = agreed_in(changes)
    if agreed is not None:
        back, paid = books.backs.agreed[agreed.pledge_id], books.readings[agreed.pledge_id].amount
        if back > paid:
            yield f"{back} of pledge {agreed.pledge_id} of {paid} goes back"


def _fees_come_back(books: Auditor, changes: Changes) -> Iterator[str]:
    """With all of a settled pledge comes back what fees took of it, as far as was agreed.

    Of what its backer bears, and its creator does not give, they keep their share.
    """
    for pledge in changes.put:
        settled = None if not isinstance(pledge, Pledge) else books.backs.settled.get(pledge.id)
        if not isinstance(pledge, Pledge) or settled is None or pledge.reason != "refunded":
            continue
        shape = books.shapes[pledge.campaign_id]
        disputed = any(it.campaign_id == pledge.campaign_id for it in books.disputes.all.values())
        if settled < _SMALL or disputed:  # fees may be more than all of it, or are taken once more
            continue
        rules = rules_of(shape, "paid-out")
        if pledge.id in books.backs.unusual and _is_shared_otherwise(shape, rules):
            continue
        gone, whole = _given(books, pledge.id)
        if whole - gone == settled:  # all that went back of it had gone before any fee was taken
            continue
        for name, fee in _of_pledge(books, pledge.id, settled).items():
            hundredths, _ = rules.get(f"fees/{name}", WHOLE)
            back = books.backs.fees[pledge.id, name]
            off = abs(back * whole * _ALL - fee * gone * hundredths)
            if 2 * off > whole * _ALL * (1 if gone == whole else 2):
                due = f"{hundredths} hundredths of a percent of {fee}"
                yield f"{back} of fee {name} comes back of pledge {pledge.id}, of {gone} of {whole}: {due}"


def _is_shared_otherwise(shape: dict[str, Any], rules: dict[str, Rule]) -> bool:
    """Whether a fraud is shared in another way, or what somebody gave back there: who paid bears nothing."""
    asked = any(bearer == "backer" for _, bearers in rules.values() for bearer, *_ in bearers)
    return asked or rules != rules_of(shape, "fraud")


def _given(books: Auditor, pledge_id: str) -> tuple[int, int]:
    """What its creator gave of a pledge, and all that was theirs of it, before fees."""
    parts = books.backs.undone[pledge_id].values()
    own = [it for it in parts if it.is_part and it.kind not in {"fee", "tip"}]
    return sum(it.undone - it.kept for it in own), sum(it.whole for it in own)


_SMALL: Final = 100
_ALL: Final = 10_000


def _of_pledge(books: Auditor, pledge_id: str, settled: int) -> dict[str, int]:
    """What each line took of a pledge by itself, but for what is told of later than that."""
    schedule = books.shapes[books.readings[pledge_id].campaign_id]["fees"]
    fees = fees_of(schedule, [contribution(books, pledge_id, settled)])
    lines = {line[0] for line in FEES[schedule] if line[1] == "pledge"} - ESTIMATED.get(schedule, set())
    return {name: fee for name, fee in fees.items() if name in lines}


def _no_fee_from_nowhere(books: Auditor, changes: Changes) -> Iterator[str]:
    """No fee line gives back more than it took of a campaign, and nobody more than was given on top."""
    for transaction in changes.transactions:
        if transaction.recipe != "settlement":
            for posting in transaction.postings:
                path, currency = posting.account.path, posting.amount.currency.code
                platforms = "/fees/" in path or "/on-top/" in path
                if platforms and (net := books.ledger.net(path, currency)) > 0:
                    yield f"{path} is at {-net} {currency} after {transaction.id}"


def _kept_as_posted(books: Auditor, changes: Changes) -> Iterator[str]:
    """A wallet holds what was posted to it, and a creator owes what was posted against them."""
    last = {(type(it).__name__, it.id): it for it in changes.put}
    for it in last.values():
        if isinstance(it, Wallet):
            posted = -books.ledger.net(f"wallet/{it.backer_id}", it.currency.code)
            if posted != it.total.minor:
                yield f"wallet {it.id} holds {it.total}, and {posted} is posted"
        elif isinstance(it, Debt):
            posted = books.ledger.net(f"payee/{it.payee_id}/debt", it.arisen.currency.code)
            if posted != it.outstanding.minor:
                yield f"{it.payee_id} owes {it.outstanding}, and {posted} is posted"


REFUND_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "owed-as-agreed": _owed_as_agreed,
    "refunded-as-wanted": _as_wanted,
    **BEARING_LAWS,
    "never-above-paid": _never_above_paid,
    "fees-come-back": _fees_come_back,
    "no-fee-from-nowhere": _no_fee_from_nowhere,
    "kept-as-posted": _kept_as_posted,
}
"""One more line is one more law of what goes back."""
