"""The funding curve: what stood pledged, and when, until the campaign ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import attrs

from pushcore._checks import expect
from pushcore.stories.outcome import Outcome
from pushcore.stories.timeline import Point

__all__ = ["funding_curve"]

_POINTS: Final = 1_000


def funding_curve(outcome: Outcome) -> tuple[Point, ...]:
    """The curve from the opening to the end, in a thousand points or so, however many pledges there are.

    It ends with what the verdict rests on; of a campaign that has not ended, where the clock stopped. Of the
    changes within a thousandth of its time only the last is kept, which no eye can tell.

    Raises:
        InvalidValue: it is no outcome.
    """
    expect(outcome, Outcome, what="the story of a curve")
    opens, points = outcome.opens_at, outcome.timeline.standing
    closes = max(opens, outcome.ended_at)
    slot = max((closes - opens) / _POINTS, timedelta.resolution)
    slots = {-1: attrs.evolve(points[0], at=opens)}  # nothing, a moment before
    slots |= {(point.at - opens) // slot: point for point in points if opens <= point.at}
    return (*slots.values(), attrs.evolve(points[-1], at=closes))
