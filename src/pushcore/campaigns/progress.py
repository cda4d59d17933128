"""Progress: the totals of a campaign, kept beside it and added up from moves in any order."""

from __future__ import annotations

import attrs

from pushcore._checks import counted, expect, kind
from pushcore.changes import ProgressMove
from pushcore.money import Currency, Money

__all__ = ["Progress"]


@attrs.frozen
class Progress:
    """What stands pledged and what is collected of it.

    Confirmed pledges count until they are canceled or dropped.

    Attributes:
        pledged: What the confirmed pledges come to.
        pledges: How many there are.
        backers: By how many backers: one who pledges twice is one.
        collected: What was charged of it.
        collections: How many of the pledges that is.
    """

    pledged: Money = attrs.field(validator=kind(Money))
    pledges: int = attrs.field(validator=counted(0))
    backers: int = attrs.field(validator=counted(0))
    collected: Money = attrs.field(validator=kind(Money))
    collections: int = attrs.field(validator=counted(0))

    @staticmethod
    def none(currency: Currency | str) -> Progress:
        """Nothing yet."""
        zero = Money.zero(currency)
        return Progress(zero, 0, 0, zero, 0)

    def __add__(self, other: Progress) -> Progress:
        """The totals of both; of different backers, since a backer is counted once in each."""
        if not isinstance(other, Progress):
            return NotImplemented
        return Progress(
            self.pledged + other.pledged,
            self.pledges + other.pledges,
            self.backers + other.backers,
            self.collected + other.collected,
            self.collections + other.collections,
        )

    def moved(self, move: ProgressMove, *, backers: int) -> Progress | None:
        """The totals after a move that brings so many backers (1, 0 or -1); None where one falls below zero.

        Raises:
            CurrencyMismatch: the move is of another currency.
        """
        expect(move, ProgressMove, what="a move of progress")
        expect(backers, int, what="backers")
        collected = self.collected if move.collected is None else self.collected + move.collected
        pledged, pledges = self.pledged + move.pledged, self.pledges + move.pledges
        backers, collections = self.backers + backers, self.collections + move.collections
        if pledged.minor < 0 or collected.minor < 0 or min(pledges, backers, collections) < 0:
            return None
        return Progress(pledged, pledges, backers, collected, collections)

    @property
    def all_collected(self) -> bool:
        """Whether every pledge that still stands has been charged."""
        return self.pledges == self.collections
