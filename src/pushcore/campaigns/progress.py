"""Progress: the totals of a campaign, kept beside it and added up from moves in any order."""

from __future__ import annotations

import attrs

from pushcore._checks import counted as whole
from pushcore._checks import expect, kind
from pushcore._evolving import maker
from pushcore.changes import ProgressMove
from pushcore.money import Currency, Money

__all__ = ["Progress"]


@attrs.frozen
class Progress:
    """What stands pledged, what counts of it to the goal, and what is collected of it.

    Confirmed pledges count until they are canceled or dropped.

    Attributes:
        pledged: What the campaign gets of the confirmed pledges: the total that is shown.
        pledges: How many there are.
        backers: By how many backers: one who pledges twice is one.
        collected: What was charged of it.
        collections: How many of the pledges that is.
        counted: What counts of it to the goal; all of it, if it is not given.
        units: How many rewards were picked.
        late: What was pledged late, after the campaign had succeeded, and counts to nothing else but what
            is collected.
        matched: How much of what is pledged are matches of sponsors, who are counted as no backers.
    """

    pledged: Money = attrs.field(validator=kind(Money))
    pledges: int = attrs.field(validator=whole(0))
    backers: int = attrs.field(validator=whole(0))
    collected: Money = attrs.field(validator=kind(Money))
    collections: int = attrs.field(validator=whole(0))
    counted: Money = attrs.field(
        default=attrs.Factory(lambda self: self.pledged, takes_self=True), validator=kind(Money)
    )
    units: int = attrs.field(default=0, validator=whole(0))
    late: Money = attrs.field(
        default=attrs.Factory(lambda self: _nothing_of(self.pledged), takes_self=True),
        validator=kind(Money),
    )
    matched: Money = attrs.field(
        default=attrs.Factory(lambda self: _nothing_of(self.pledged), takes_self=True),
        validator=kind(Money),
    )

    @staticmethod
    def none(currency: Currency | str) -> Progress:
        """Nothing yet."""
        zero = Money.zero(currency)
        return Progress(zero, 0, 0, zero, 0)

    def __add__(self, other: Progress) -> Progress:
        """The totals of both; of different backers, since a backer is counted once in each."""
        if not isinstance(other, Progress):
            return NotImplemented
        return Progress(*(getattr(self, name) + getattr(other, name) for name in _NAMES))

    def moved(self, move: ProgressMove, *, backers: int) -> Progress | None:
        """The totals after a move that brings so many backers (1, 0 or -1).

        None where one falls below zero, where what counts comes to what the move's bounds forbid, or where
        there are not as many pledges as it says, or not as much collected.

        Raises:
            CurrencyMismatch: the move is of another currency.
        """
        if move.__class__ is not ProgressMove or backers.__class__ is not int:
            expect(move, ProgressMove, what="a move of progress")
            expect(backers, int, what="backers")
        pledged, pledges = self.pledged + move.pledged, self.pledges + move.pledges
        collected = self.collected if move.collected is None else self.collected + move.collected
        backers, collections = self.backers + backers, self.collections + move.collections
        counting = move.pledged if move.counted is None else move.counted
        all_counts = counting is move.pledged and self.counted is self.pledged
        counts = pledged if all_counts else self.counted + counting  # one object, where it is one amount
        units = self.units + move.units
        late = self.late if move.late is None else self.late + move.late
        matched = self.matched if move.matched is None else self.matched + move.matched
        least = min(pledged.minor, collected.minor, late.minor, matched.minor)
        if (
            min(least, pledges, backers, collections, units) < 0
            or (move.limit is not None and not move.limit.holds(counts.minor))
            or (move.least is not None and _below(counts, units, move.least))
            or (move.standing is not None and move.standing != pledges)
            or (move.comes_to is not None and move.comes_to != collected)
        ):
            return None
        return _progress(pledged, pledges, backers, collected, collections, counts, units, late, matched)

    @property
    def all_collected(self) -> bool:
        """Whether every pledge that still stands has been charged."""
        return self.pledges == self.collections


_NAMES = tuple(field.name for field in attrs.fields(Progress))
_progress = maker(Progress)


def _nothing_of(amount: Money) -> Money:
    return amount.with_minor(0) if isinstance(amount, Money) else amount  # which is refused as it is


def _below(counts: Money, units: int, least: Money | int) -> bool:
    return counts < least if isinstance(least, Money) else units < least
