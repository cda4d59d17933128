"""Matched: what a fund has added so far, per project, per backer of a project, and per sponsor.

A store keeps it in rows, one for each key, and reads the few that a contribution is about. What a match adds
is a value of the same kind: added in any order, and taken back by subtracting it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from pushcore._checks import expect, shown
from pushcore.changes import MatchMove
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ids import BackerId, CampaignId, SponsorId
from pushcore.money import Money

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore._checks import Validator
    from pushcore.money import Currency

__all__ = ["Matched", "Tally", "absorb", "one_match"]

Key = TypeVar("Key")


@attrs.frozen
class Tally:
    """How many matches there were, and what they come to; where there was none, there is no tally.

    Raises:
        InvalidValue: one of them is not above zero.
    """

    matches: int
    amount: Money

    def __attrs_post_init__(self) -> None:
        # One look at both instead of a validator each: every match makes several.
        matches, amount = self.matches, self.amount
        if not (matches.__class__ is int and amount.__class__ is Money and matches > 0 and amount.minor > 0):
            message = f"a tally is of matches and money above zero, got {shown((matches, amount))}"
            raise InvalidValue(message, matches=matches, amount=amount)

    def __add__(self, other: Tally) -> Tally:
        if other.__class__ is not Tally:
            return NotImplemented
        return Tally(self.matches + other.matches, self.amount + other.amount)


def _is_pair(key: object) -> bool:
    return isinstance(key, tuple) and len(key) == 2 and all(isinstance(part, str) for part in key)  # noqa: PLR2004


def _rows(fits: Callable[[object], bool]) -> Validator:
    """The value maps keys of this form to tallies."""

    def check(owner: object, attribute: attrs.Attribute[Any], rows: dict[object, object]) -> None:
        for key, tally in rows.items():
            if not fits(key) or tally.__class__ is not Tally:
                message = (
                    f"{type(owner).__name__}.{attribute.name}: "
                    f"expected ids with tallies, got {shown(key)} with {shown(tally)}"
                )
                raise InvalidValue(message, field=attribute.name, value=tally)

    return check


def _copied(rows: Mapping[Any, Tally]) -> dict[Any, Tally]:
    expect(rows, Mapping, what="tallies by id")
    return dict(rows)


_by_id = _rows(lambda key: isinstance(key, str))
_by_pair = _rows(_is_pair)


@attrs.frozen
class Matched:
    """What one fund has matched; nothing yet to begin with.

    Adding is commutative and associative. What was added can be taken back exactly, and no row falls below
    nothing; that no match is taken back twice is for whoever keeps the matches.

    Attributes:
        projects: By campaign.
        backers: By campaign and backer.
        sponsors: By sponsor, over all campaigns.

    Raises:
        InvalidValue: something else is kept than tallies by id.
        CurrencyMismatch: the tallies are of several currencies.

    Example:
        >>> ten = Matched(projects={"lanterne": Tally(1, Money.of("10.00", "EUR"))})
        >>> (ten + ten).projects["lanterne"]
        Tally(matches=2, amount=Money('20.00', 'EUR'))
        >>> ten - ten == Matched()
        True
    """

    projects: dict[CampaignId, Tally] = attrs.field(
        factory=dict, kw_only=True, converter=_copied, validator=_by_id, hash=False
    )
    backers: dict[tuple[CampaignId, BackerId], Tally] = attrs.field(
        factory=dict, kw_only=True, converter=_copied, validator=_by_pair, hash=False
    )
    sponsors: dict[SponsorId, Tally] = attrs.field(
        factory=dict, kw_only=True, converter=_copied, validator=_by_id, hash=False
    )

    @property
    def currency(self) -> Currency | None:
        """What it is kept in; None where there is nothing."""
        tallies = chain.from_iterable(rows.values() for rows in (self.projects, self.backers, self.sponsors))
        return next((tally.amount.currency for tally in tallies), None)

    def __attrs_post_init__(self) -> None:
        currencies = {
            tally.amount.currency
            for rows in (self.projects, self.backers, self.sponsors)
            for tally in rows.values()
        }
        if len(currencies) > 1:
            message = f"one fund matches in one currency, not in {', '.join(sorted(map(str, currencies)))}"
            raise CurrencyMismatch(message)

    def moved(self, move: MatchMove) -> Matched | None:
        """What is matched after a match was made, or taken back; None where it was not made before.

        That is how a store applies a move: to the rows that the move is about.

        Raises:
            CurrencyMismatch: it is in another currency.
        """
        expect(move, MatchMove, what="a move of what is matched")
        more = one_match(move.campaign_id, move.backer_id, dict(move.parts))
        if move.matches > 0:
            return self + more
        try:
            return self - more
        except InvalidValue:
            return None

    def __add__(self, other: Matched) -> Matched:
        if other.__class__ is not Matched:
            return NotImplemented
        return Matched(
            projects=_gather(dict(self.projects), other.projects),
            backers=_gather(dict(self.backers), other.backers),
            sponsors=_gather(dict(self.sponsors), other.sponsors),
        )

    def __sub__(self, other: Matched) -> Matched:
        """What is left when matches are taken back.

        Raises:
            InvalidValue: they were not all added before.
        """
        if other.__class__ is not Matched:
            return NotImplemented
        return Matched(
            projects=_without(self.projects, other.projects),
            backers=_without(self.backers, other.backers),
            sponsors=_without(self.sponsors, other.sponsors),
        )


def one_match(
    campaign_id: CampaignId, backer_id: BackerId | None, parts: Mapping[SponsorId, Money]
) -> Matched:
    """A match of a campaign, of a backer in it if there is one, that these sponsors pay."""
    amounts = [*parts.values()]
    tally = Tally(1, Money.total(amounts, amounts[0].currency))
    return Matched(
        projects={campaign_id: tally},
        backers={} if backer_id is None else {(campaign_id, backer_id): tally},
        sponsors={sponsor_id: Tally(1, amount) for sponsor_id, amount in parts.items()},
    )


def absorb(total: Matched, more: Matched) -> None:
    """Add more to a total in place; nobody else may hold that total. It takes as long as there is more."""
    _gather(total.projects, more.projects)
    _gather(total.backers, more.backers)
    _gather(total.sponsors, more.sponsors)


def _gather(rows: dict[Key, Tally], more: dict[Key, Tally]) -> dict[Key, Tally]:
    for key, tally in more.items():
        rows[key] = rows[key] + tally if key in rows else tally
    return rows


def _without(rows: dict[Key, Tally], less: dict[Key, Tally]) -> dict[Key, Tally]:
    left = dict(rows)
    for key, tally in less.items():
        had = left.pop(key, None)
        if had == tally:
            continue
        if had is None or had.matches <= tally.matches or had.amount <= tally.amount:
            message = f"{shown(key)} has {shown(had)} to take back from, not {shown(tally)}"
            raise InvalidValue(message, key=key, had=had, less=tally)
        left[key] = Tally(had.matches - tally.matches, had.amount - tally.amount)
    return left
