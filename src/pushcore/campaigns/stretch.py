"""Stretch goals: totals above the goal, each of which unlocks something.

On Kickstarter they are a promise in the campaign's text and no object of the platform, which is why users
elsewhere ask for them as one (btcpayserver #599). Here each is a value: once its threshold is reached it is
unlocked for good, though canceled pledges may take the total below it again. So the host keeps the ids of
those unlocked, and asks for what is new.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import each, expect, items, kind, none_such, stream
from pushcore.campaigns._totals import Total, alike, number, require_alike, told
from pushcore.errors import InvalidValue, Problem
from pushcore.ids import StretchGoalId, identifier, reference
from pushcore.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["StretchGoal", "Unlock", "UnlockKind", "newly_unlocked", "stretch_problems", "unlocked"]


class UnlockKind(StrEnum):
    """What a stretch goal unlocks: a reward tier, an add-on, or what a note tells in words."""

    TIER = "tier"
    ADD_ON = "add-on"
    NOTE = "note"

    _missing_ = classmethod(none_such)


@attrs.frozen
class Unlock:
    """One thing that a stretch goal unlocks: the id of a tier or an add-on, or the text of a note.

    Raises:
        InvalidValue: an id or text that is none.
    """

    kind: UnlockKind = attrs.field(validator=kind(UnlockKind))
    what: str = attrs.field()

    @what.validator
    def _named(self, attribute: attrs.Attribute[str], what: str) -> None:
        check = reference if self.kind is UnlockKind.NOTE else identifier
        check(self, attribute, what)


@attrs.frozen
class StretchGoal:
    """A total that, once reached, unlocks something for good; reached exactly is reached.

    Attributes:
        threshold: An amount of money, or a number of units or backers.
        unlocks: What it unlocks, at least one thing.

    Raises:
        InvalidValue: a part of the wrong kind, a threshold that is not above zero, or nothing to unlock.

    Example:
        >>> poster = Unlock(UnlockKind.ADD_ON, "poster")
        >>> StretchGoal("colour", Money.of("12000.00", "EUR"), [poster]).unlocks[0].what
        'poster'
    """

    id: StretchGoalId = attrs.field(validator=identifier)
    threshold: Total = attrs.field(validator=kind(Money, int))
    unlocks: tuple[Unlock, ...] = attrs.field(converter=items, validator=each(Unlock))

    def __attrs_post_init__(self) -> None:
        if problems := "; ".join(self._problems()):
            message = f"stretch goal {self.id}: {problems}"
            raise InvalidValue(message, stretch_goal=self.id)

    @property
    def picks(self) -> tuple[str, ...]:
        """The ids of the tiers and add-ons that it unlocks."""
        return tuple(it.what for it in self.unlocks if it.kind is not UnlockKind.NOTE)

    def _problems(self) -> Iterator[str]:
        if number(self.threshold) <= 0:
            yield f"expected a threshold above zero, got {told(self.threshold)}"
        if not self.unlocks:
            yield "say what it unlocks"


def unlocked(goals: Iterable[StretchGoal], total: Total) -> tuple[StretchGoal, ...]:
    """The stretch goals that a total reaches, by rising threshold, those of the same one by id.

    Raises:
        CurrencyMismatch: one is of another currency than the total.
        InvalidValue: one counts money and the total something else, or the other way round.
    """
    expect(total, Money, int, what="the total that unlocks stretch goals")
    reached = []
    for goal in stream(goals):
        expect(goal, StretchGoal, what="a stretch goal")
        require_alike(total, goal.threshold, what=f"stretch goal {goal.id} at")
        if number(goal.threshold) <= number(total):
            reached.append(goal)
    return tuple(sorted(reached, key=lambda goal: (number(goal.threshold), goal.id)))


def newly_unlocked(
    goals: Iterable[StretchGoal], already: Iterable[StretchGoalId], total: Total
) -> tuple[StretchGoal, ...]:
    """The stretch goals that a total unlocks and that were not unlocked before.

    Nothing is ever locked again: the host adds the new ids to those it keeps, and takes none away.

    Args:
        goals: Every stretch goal of the campaign, in any order.
        already: The ids of those unlocked before.
        total: What stands now.

    Raises:
        InvalidValue: as by `unlocked`; or an id is no text.

    Example:
        >>> note = Unlock(UnlockKind.NOTE, "the book gets a ribbon")
        >>> goals = [StretchGoal(f"at-{n}", n, [note]) for n in (1_000, 500)]
        >>> [goal.id for goal in newly_unlocked(goals, ["at-500"], 1_200)]
        ['at-1000']
    """
    before = set()
    for goal_id in stream(already):
        expect(goal_id, str, what="the id of an unlocked stretch goal")
        before.add(goal_id)
    return tuple(goal for goal in unlocked(goals, total) if goal.id not in before)


def stretch_problems(goals: Iterable[StretchGoal], goal: Total) -> tuple[Problem, ...]:
    """Everything that keeps stretch goals from going with the goal of a campaign.

    An id that stands twice, another measure or currency than the goal's, or a threshold that is not above it.

    Raises:
        InvalidValue: they are no stretch goals, or the goal is neither money nor a number.
    """
    expect(goal, Money, int, what="the goal below stretch goals")
    several = tuple(stream(goals))
    for one in several:
        expect(one, StretchGoal, what="a stretch goal")
    return tuple(_problems(several, goal))


def _problems(goals: tuple[StretchGoal, ...], goal: Total) -> Iterator[Problem]:
    for goal_id, times in Counter(one.id for one in goals).items():
        if times > 1:
            message = f"{times} stretch goals have the id {goal_id}"
            yield Problem(f"stretch.{goal_id}", message, "duplicate")
    for one in goals:
        path = f"stretch.{one.id}.threshold"
        if not alike(one.threshold, goal):
            message = f"{told(one.threshold)} does not count what the goal of {told(goal)} does"
            yield Problem(path, message, "currency" if _both_money(one.threshold, goal) else "measure")
        elif number(one.threshold) <= number(goal):
            message = f"a stretch goal lies above the goal of {told(goal)}, got {told(one.threshold)}"
            yield Problem(path, message)


def _both_money(one: Total, other: Total) -> bool:
    return isinstance(one, Money) and isinstance(other, Money)
