"""The funding curve: what stood pledged, and when, until the close."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import attrs

from pushcore._checks import expect
from pushcore.ids import PledgeId
from pushcore.money import Money
from pushcore.pledges.events import PledgeCanceled, PledgeConfirmed
from pushcore.stories.outcome import Outcome

__all__ = ["Point", "funding_curve"]

_POINTS: Final = 1_000


@attrs.frozen
class Point:
    """What stood pledged from an instant on."""

    at: datetime
    pledged: Money


def funding_curve(outcome: Outcome) -> tuple[Point, ...]:
    """The curve from the opening to the close, in a thousand points or so, however many pledges there are.

    Of the changes within a thousandth of the campaign's time only the last is kept, which no eye can tell.

    Raises:
        InvalidValue: it is no outcome.
    """
    expect(outcome, Outcome, what="the story of a curve")
    window = outcome.campaign.terms.window
    slot = max((window.closes.at - window.opens) / _POINTS, timedelta.resolution)
    total = Money.zero(outcome.campaign.currency)
    points = {-1: Point(window.opens, total)}
    for at, move in _moves(outcome):
        total += move
        points[(at - window.opens) // slot] = Point(at, total)
    end = min(window.closes.at, max(outcome.story.until, window.opens))
    return (*points.values(), Point(end, total))


def _moves(outcome: Outcome) -> Iterator[tuple[datetime, Money]]:
    """What pledges add and cancellations take."""

    def amount(pledge_id: PledgeId) -> Money:
        pledge = outcome.store.find_pledge(pledge_id)
        assert pledge is not None, "what happened to a pledge is kept with it"
        return pledge.amount

    for event in outcome.store.events():
        match event:
            case PledgeConfirmed(at=at, pledge_id=pledge_id):
                yield at, amount(pledge_id)
            case PledgeCanceled(at=at, pledge_id=pledge_id):
                yield at, -amount(pledge_id)
            case _:
                pass
