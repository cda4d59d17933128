"""An auditor of one campaign: reads everything, adds it up in its own way, and says what does not agree.

It uses no arithmetic of the library's: it sums plain integers, over the pledges and over the gateway's own
books. What it counts is in `pushcore.testing.tallies`, what it knows of money in `pushcore.testing.accounts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.gateway import Authorize, Prepare, Void
from pushcore.payouts import PayoutState
from pushcore.pledges import PledgeState
from pushcore.testing.accounts import ACCOUNTS, costs
from pushcore.testing.books import STANDING, Books, on_top
from pushcore.testing.tallies import TALLIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pushcore.ids import PledgeId
    from pushcore.money import Money

__all__ = ["Books", "disagreements", "loose_ends"]


def disagreements(books: Books) -> list[str]:
    """What does not agree, at whatever moment the books were read; nothing is what should come back."""
    return [trouble for check in CHECKS for trouble in check(books)]


def loose_ends(books: Books) -> list[str]:
    """What is not over although everything was finished."""
    return [trouble for check in (*CHECKS, *FINAL_CHECKS) for trouble in check(books)]


def _over(books: Books) -> Iterator[str]:
    """Nothing is left to do."""
    yield from (f"{order} is open" for order in books.orders)
    for pledge in books.pledges:
        if pledge.state not in _FINAL:
            yield f"{pledge.id} is {pledge.state}"
        if pledge.state is PledgeState.COLLECTED and not books.campaign.funded:
            yield f"{pledge.id} was charged for a campaign that is {books.campaign.state}"
    yield from (
        f"{payout.id} is {payout.state}" for payout in books.payouts if payout.state is not PayoutState.PAID
    )
    if books.campaign.funded and books.campaign.settled_at is None:
        yield "not settled"
    if not books.campaign.funded and (books.progress.pledges or books.in_state(*STANDING)):
        yield f"not funded, and {books.progress} stands"


def _nothing_held(books: Books) -> Iterator[str]:
    """All there is at the provider is what the fees took, what was given on top, and what sending cost."""
    told = books.statement
    owed = _total(told.payees.values()) - _total(told.paid.values())
    if told.held.minor or owed or told.reserved.minor:
        yield f"{told.held} held, {told.reserved} held back, {owed} owed to payees"
    fees = _total(told.fees.values()) - told.debt.minor - _total(told.borne.values()) + on_top(books.pledges)
    fees += sum(costs(payout) for payout in books.payouts)
    if books.held_minor + books.brought_minor != fees:
        yield f"the gateway holds {books.held_minor} and {books.brought_minor}, the fees are {fees}"


def _forgotten(books: Books) -> Iterator[str]:
    """No payment method is kept for a pledge that fell."""
    saved: set[PledgeId] = set()
    for order in books.accepted:
        if isinstance(order, Prepare | Authorize):
            saved.add(order.pledge_id)
        elif isinstance(order, Void):
            saved.discard(order.pledge_id)
    for pledge in books.in_state(PledgeState.CANCELED, PledgeState.DROPPED, PledgeState.VOIDED):
        if pledge.id in saved:
            yield f"{pledge.id} is {pledge.state}, and its payment method is still saved"


def _total(amounts: Iterable[Money]) -> int:
    return sum(amount.minor for amount in amounts)


_FINAL: Final = (
    PledgeState.COLLECTED,
    PledgeState.DROPPED,
    PledgeState.CANCELED,
    PledgeState.REFUNDED,
    PledgeState.VOIDED,
)
CHECKS: Final = (*TALLIES, *ACCOUNTS)
FINAL_CHECKS: Final[tuple[Callable[[Books], Iterator[str]], ...]] = (_over, _nothing_held, _forgotten)
