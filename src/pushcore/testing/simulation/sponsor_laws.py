"""The laws of what sponsors match, and of what backers give again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.pledges import Pledge
from pushcore.recurring.events import SubscriptionCharged
from pushcore.testing.simulation.shapes import fund_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.testing.simulation.auditor import Auditor

__all__ = ["SPONSOR_LAWS"]


def _matches_fall_too(books: Auditor, changes: Changes) -> Iterator[str]:
    """A match falls with its pledge, where the campaign goes on; else each goes back by itself.

    What is settled was divided with all the rest, and stays with the payees.
    """
    for pledge in changes.put:
        if not isinstance(pledge, Pledge) or books.state_of(pledge.campaign_id) in _LOST:
            continue
        if books.campaigns[pledge.campaign_id].settled_at is not None:
            continue
        if not books.readings[pledge.id].claimed:
            matches = books.claimed[pledge.campaign_id, f" {pledge.id}", None]
            if matches:
                yield f"pledge {pledge.id} is {pledge.state.value}, and {matches} matches of it stand"


_LOST: Final = frozenset({"failed", "canceled", "given-back"})


def _funds_not_overspent(books: Auditor, changes: Changes) -> Iterator[str]:
    """What sponsors give is never more than they put into a fund."""
    for pledge in changes.put:
        if isinstance(pledge, Pledge) and pledge.matches is not None:
            fund_id = pledge.matches.fund_id
            kind = fund_id.partition("-")[0]
            spent = books.sponsored[fund_id, pledge.backer_id]
            for pool in fund_of(books.shapes[pledge.campaign_id], kind).pools:
                if str(pool.sponsor_id) == pledge.backer_id and spent > pool.amount.minor:
                    yield f"{spent} of {pool} in fund {fund_id} is spent"


def _once_a_period(books: Auditor, changes: Changes) -> Iterator[str]:
    """No period of a subscription is charged twice."""
    for event in changes.events:
        if isinstance(event, SubscriptionCharged):
            period = event.subscription_id, event.period
            if period in books.periods:
                yield f"{event} is of a period that was charged before"
            books.periods.add(period)


SPONSOR_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "matches-fall-too": _matches_fall_too,
    "funds-not-overspent": _funds_not_overspent,
    "once-a-period": _once_a_period,
}
"""One more line is one more law of what is written together."""
