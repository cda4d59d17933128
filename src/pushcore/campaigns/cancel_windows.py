"""Cancel windows: until when a backer may cancel a pledge, or lower it, before the campaign closes.

Each platform draws the line elsewhere, and most to keep a campaign from losing its goal in the last hours:

- any time (no window at all);
- not in the last 24 hours (KissKissBankBank's help for backers);
- not in the last 24 hours if it takes the campaign below its goal (Kickstarter's application);
- not in the last 48 hours (17 CFR 227.304(a));
- within 10 days of the pledge (Indiegogo InDemand, which says so of refunds).

A campaign has a tuple of them, all of which must be open. A pledge may be raised whenever one can be placed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import counted, expect, kind, stream
from pushcore.calendar import Deadline, add_days, local, utc
from pushcore.campaigns._totals import Total, number, require_alike, told
from pushcore.errors import InvalidValue, Refusal
from pushcore.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["CancelFacts", "CancelWindow", "cancel_refusals"]

_LONGEST: Final = timedelta(days=365)


@attrs.frozen(kw_only=True)
class CancelFacts:
    """All that the question rests on whether a pledge may be canceled or lowered.

    Attributes:
        at: Now.
        closes: The deadline of the campaign.
        placed_at: When the pledge was placed.
        total: What counts to the goal now.
        total_after: What would count to it without this amount.
        goal: The goal, an amount or a number as the totals are; None where there is none.

    Raises:
        CurrencyMismatch: they are of two currencies.
        InvalidValue: a part of the wrong kind, or money next to a number.
    """

    at: datetime = attrs.field(converter=utc)
    closes: Deadline = attrs.field(validator=kind(Deadline))
    placed_at: datetime = attrs.field(converter=utc)
    total: Total = attrs.field(validator=kind(Money, int))
    total_after: Total = attrs.field(validator=kind(Money, int))
    goal: Total | None = attrs.field(validator=kind(Money, int, None))

    def __attrs_post_init__(self) -> None:
        require_alike(self.total_after, self.total, what="a total of")
        if self.goal is not None:
            require_alike(self.total, self.goal, what="a goal of")

    @property
    def loses_goal(self) -> bool:
        """Whether the campaign has reached its goal and would fall below it."""
        return self.goal is not None and number(self.total_after) < number(self.goal) <= number(self.total)


@attrs.frozen(kw_only=True)
class CancelWindow:
    """One line drawn: in the last hours before the deadline, or so many days after the pledge.

    Attributes:
        last: Nothing is canceled any more in the last so long before the deadline.
        guards_goal: In the last hours, only what would take a campaign below the goal it has reached.
        within_days: Nothing is canceled later than so many wall-clock days after the pledge; exactly then is
            in time.

    Raises:
        InvalidValue: not exactly one of ``last`` and ``within_days``, a time that is not above zero and
            within a year, or ``guards_goal`` without ``last``.

    Example:
        >>> from pushcore.calendar import Zone
        >>> closes = datetime.fromisoformat("2026-03-02T20:00Z")
        >>> facts = CancelFacts(
        ...     at=closes - timedelta(hours=3), closes=Deadline(closes, Zone("UTC"), inclusive=False),
        ...     placed_at=closes - timedelta(days=9), total=105, total_after=95, goal=100,
        ... )
        >>> kickstarter = CancelWindow(last=timedelta(hours=24), guards_goal=True)
        >>> indiegogo = CancelWindow(within_days=10)
        >>> [refusal.code for refusal in cancel_refusals([kickstarter, indiegogo], facts)]
        ['would-miss-goal']
    """

    last: timedelta | None = attrs.field(default=None, validator=kind(timedelta, None))
    guards_goal: bool = attrs.field(default=False, validator=kind(bool))
    within_days: int | None = attrs.field(default=None, validator=counted(1, optional=True))

    def __attrs_post_init__(self) -> None:
        if problems := "; ".join(self._problems()):
            message = f"no cancel window: {problems}"
            raise InvalidValue(message, last=self.last, within_days=self.within_days)

    def _problems(self) -> Iterator[str]:
        if (self.last is None) is (self.within_days is None):
            yield "give exactly one of last and within_days"
        if self.guards_goal and self.last is None:
            yield "the goal is guarded in the last hours: say how many"
        if self.last is not None and not timedelta(0) < self.last <= _LONGEST:
            yield f"{self.last} is not above zero and within a year"

    def refusal(self, facts: CancelFacts) -> Refusal | None:
        """Why a pledge may not be canceled or lowered, if it may not.

        The code is ``cancel-window-closed``, or ``would-miss-goal`` where a goal is guarded.

        Raises:
            InvalidValue: no facts.
        """
        expect(facts, CancelFacts, what="what is known of a cancelation")
        ended = self._ended(facts)
        if ended is None or (self.guards_goal and not facts.loses_goal):
            return None
        if self.guards_goal:
            left = facts.total_after
            why = f"from {ended} on the goal is guarded, and {told(left)} would be left"
            return Refusal("would-miss-goal", why, {"goal": facts.goal, "total_after": left})
        return Refusal("cancel-window-closed", f"pledges could be canceled until {ended}", {"until": ended})

    def _ended(self, facts: CancelFacts) -> datetime | None:
        """When the line was crossed, in the zone of the campaign; None if it was not."""
        if self.last is not None:
            end = facts.closes.at - self.last
            crossed = facts.at >= end
        else:
            assert self.within_days is not None
            end = add_days(facts.placed_at, self.within_days, zone=facts.closes.zone)
            crossed = facts.at > end
        return local(end, facts.closes.zone) if crossed else None


def cancel_refusals(windows: Iterable[CancelWindow], facts: CancelFacts) -> tuple[Refusal, ...]:
    """Every reason why a pledge may not be canceled or lowered; none without any window.

    Raises:
        InvalidValue: they are no cancel windows, or no facts.
    """
    expect(facts, CancelFacts, what="what is known of a cancelation")
    reasons = []
    for window in stream(windows):
        expect(window, CancelWindow, what="a cancel window")
        reasons.append(window.refusal(facts))
    return tuple(reason for reason in reasons if reason is not None)
