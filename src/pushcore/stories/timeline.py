"""The timeline of a campaign: what stood, and since when."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from itertools import takewhile

import attrs

from pushcore._checks import each, items, kind
from pushcore.calendar import utc
from pushcore.campaigns import CampaignState, Progress
from pushcore.campaigns.lifecycle import ENDED
from pushcore.errors import InvalidValue
from pushcore.ids import PledgeId, StretchGoalId, SubscriptionId
from pushcore.money import Money
from pushcore.stories.origin import Origin

__all__ = ["Point", "RefusedStep", "Timeline"]


@attrs.frozen
class Point:
    """What stood from an instant on.

    Attributes:
        state: Where the campaign was in its life.
        progress: Its totals.
        unlocked: The stretch goals that were reached.
        round: The first or the second one.
    """

    at: datetime = attrs.field(converter=utc)
    state: CampaignState = attrs.field(validator=kind(CampaignState))
    progress: Progress = attrs.field(validator=kind(Progress))
    unlocked: tuple[StretchGoalId, ...] = attrs.field(converter=items, validator=each(str))
    round: int = attrs.field(validator=kind(int))

    @property
    def pledged(self) -> Money:
        """What stood pledged."""
        return self.progress.pledged


@attrs.frozen
class RefusedStep:
    """A step that a rule said no to: nothing changed by it.

    Attributes:
        origin: Where it is written; of steps that are written nowhere, which one it is.
        pledge_id: The pledge it is about; None for what moves the campaign, or is about a subscription.
        subscription_id: The subscription it is about, if it is.
        why: Every reason as a sentence, behind its code.
        asked: What was asked for, such as "canceling p2".
    """

    at: datetime = attrs.field(converter=utc)
    origin: Origin = attrs.field(validator=kind(Origin))
    pledge_id: PledgeId | None = attrs.field(validator=kind(str, None))
    codes: tuple[str, ...] = attrs.field(converter=items, validator=each(str))
    subscription_id: SubscriptionId | None = attrs.field(
        default=None, kw_only=True, validator=kind(str, None)
    )
    why: str = attrs.field(default="", kw_only=True, validator=kind(str))
    asked: str = attrs.field(default="", kw_only=True, validator=kind(str))


@attrs.frozen
class Timeline:
    """All that became of a campaign, point by point; made by `pushcore.stories.simulate`.

    At one instant there are as many points as there are states, rounds or unlocks: what a campaign is closed
    and judged with stands there before what is left of it afterwards.

    Attributes:
        points: By rising time; there is at least one.
        refusals: What was refused, in the order it happened.

    Raises:
        InvalidValue: a part of the wrong kind, or no points.
    """

    points: tuple[Point, ...] = attrs.field(converter=items, validator=each(Point))
    refusals: tuple[RefusedStep, ...] = attrs.field(default=(), converter=items, validator=each(RefusedStep))

    def __attrs_post_init__(self) -> None:
        if not self.points:
            message = "a timeline has at least one point"
            raise InvalidValue(message)

    def at(self, instant: datetime) -> Point:
        """What stood at an instant, all that happened then included; before the first point, that one.

        Raises:
            InvalidValue: not an instant.
        """
        place = bisect_right(self.points, utc(instant), key=lambda point: point.at)
        return self.points[max(place - 1, 0)]

    @property
    def standing(self) -> tuple[Point, ...]:
        """The points until the campaign ended: what follows only gives back or collects."""
        return tuple(takewhile(lambda point: point.state not in ENDED, self.points)) or self.points[:1]

    @property
    def last_standing(self) -> Point:
        """What the campaign ended with, which its verdict rests on; or what stands now."""
        return self.standing[-1]
