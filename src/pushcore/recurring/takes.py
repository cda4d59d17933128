"""Takes: how the members of a team share what its donors give in a week (Liberapay).

Takes are maximums. Where donors give more than all takes together, everybody gets their take, donors pay less
and the rest stays with them in advance. Where they give less, takes are cut in proportion. The unit that does
not divide evenly goes round with the number of the payday.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Final, TypeVar

import attrs

from pushcore._checks import above_zero, counted, each, expect, items, kind, unique
from pushcore.errors import InvalidValue
from pushcore.ids import BackerId, PayeeId, identifier
from pushcore.money import Money, Remainder

__all__ = ["Donation", "Payday", "Take", "TakeLimit", "Team", "donors", "shared"]

Name = TypeVar("Name", bound=Hashable)


@attrs.frozen
class Take:
    """The most that a member takes of the team's income in a week.

    Raises:
        InvalidValue: it is not above zero.
    """

    member_id: PayeeId = attrs.field(validator=identifier)
    most: Money = attrs.field(validator=[kind(Money), above_zero])


@attrs.frozen
class TakeLimit:
    """How far a take may rise from one week to the next: to so many times the last one, or to the floor.

    Attributes:
        factor: 2 where a take can at most double.
        floor: What anybody may take, also without a take last week.

    Raises:
        InvalidValue: a factor below 1, or a negative floor.

    Example:
        >>> limit = TakeLimit(2, floor=Money.of("1.00", "EUR"))
        >>> str(limit.clipped(Money.of("80.01", "EUR"), last=Money.of("40.00", "EUR")))
        'EUR 80.00'
    """

    factor: int = attrs.field(validator=counted(1))
    floor: Money = attrs.field(kw_only=True, validator=kind(Money))

    def __attrs_post_init__(self) -> None:
        if self.floor.minor < 0:
            message = f"nobody takes less than nothing: a floor of {self.floor} is negative"
            raise InvalidValue(message, floor=self.floor)

    def most(self, last: Money) -> Money:
        """The most that can be taken after a week with this take.

        Raises:
            InvalidValue: not money.
            CurrencyMismatch: it is of another currency.
        """
        expect(last, Money, what="the take of last week")
        return max(last * self.factor, self.floor)

    def clipped(self, asked: Money, *, last: Money) -> Money:
        """What is asked for, or the most that can be taken.

        Raises:
            InvalidValue: not money.
            CurrencyMismatch: it is of another currency.
        """
        expect(asked, Money, what="the take that is asked for")
        return min(asked, self.most(last))


@attrs.frozen
class Donation:
    """What a donor gives the team in a week, as far as it is paid in advance.

    Raises:
        InvalidValue: the amount is not above zero, or the advance is negative.
        CurrencyMismatch: they are of two currencies.
    """

    backer_id: BackerId = attrs.field(validator=identifier)
    weekly: Money = attrs.field(validator=[kind(Money), above_zero])
    advance: Money = attrs.field(validator=kind(Money))

    def __attrs_post_init__(self) -> None:
        if self.advance < self.weekly * 0:
            message = f"an advance of {self.advance} is less than nothing"
            raise InvalidValue(message, advance=self.advance)

    @property
    def funded(self) -> Money:
        """What of it can be given this week."""
        return min(self.weekly, self.advance)


@attrs.frozen
class Payday:
    """What became of a week's donations to a team.

    Attributes:
        taken: What each member gets.
        given: What each donor pays for it; both sum to the same.
        advance: What each donor has left in advance.
    """

    taken: dict[PayeeId, Money] = attrs.field(validator=kind(dict), hash=False)
    given: dict[BackerId, Money] = attrs.field(validator=kind(dict), hash=False)
    advance: dict[BackerId, Money] = attrs.field(validator=kind(dict), hash=False)


@attrs.frozen
class Team:
    """The takes of a team, each member's once and all of one currency, and the rule for what is left over.

    Liberapay gives left-over units to whoever has the smallest part of their take: ``LOWEST_RATIO``.

    Raises:
        InvalidValue: no takes, a member who stands twice, or a rule that leaves something to nobody.
        CurrencyMismatch: takes of two currencies.

    Example:
        >>> cents = lambda minor: Money.of_minor(minor, "EUR")
        >>> team = Team([Take("alice", cents(79)), Take("bob", cents(21))], rule=Remainder.LOWEST_RATIO)
        >>> week = team.payday([Donation("dan", cents(500), advance=cents(1000))], number=1)
        >>> str(week.taken["alice"]), str(week.given["dan"]), str(week.advance["dan"])
        ('EUR 0.79', 'EUR 1.00', 'EUR 9.00')
    """

    takes: tuple[Take, ...] = attrs.field(converter=items, validator=each(Take))
    rule: Remainder = attrs.field(kw_only=True, validator=kind(Remainder))

    def __attrs_post_init__(self) -> None:
        unique((take.member_id for take in self.takes), what="member")
        if not self.takes or self.rule in _LOSING:
            message = f"a team has takes, and a rule that leaves nothing over, unlike {self.rule.value}"
            raise InvalidValue(message, takes=self.takes, rule=self.rule)
        assert self.total.minor > 0

    @property
    def total(self) -> Money:
        """What all takes come to."""
        return Money.total((take.most for take in self.takes), self.takes[0].most.currency)

    def payday(self, donations: Iterable[Donation], *, number: int) -> Payday:
        """Share a week's donations; the number of the payday, from 1, says whose turn a left-over unit is.

        Raises:
            InvalidValue: not donations, a donor who stands twice, or not a number from 1.
            CurrencyMismatch: a donation is of another currency than the takes.
        """
        donations = donors(donations)
        expect(number, int, what="the number of the payday", least=1)
        funded = {donation.backer_id: donation.funded for donation in donations}
        income = Money.total(funded.values(), self.total.currency)
        used = min(income, self.total)
        given = shared(used, funded, self.rule, number)
        takes = {take.member_id: take.most for take in self.takes}
        advance = {it.backer_id: it.advance - given[it.backer_id] for it in donations}
        return Payday(shared(used, takes, self.rule, number), given, advance)


_LOSING: Final = frozenset({Remainder.SEPARATE, Remainder.BLOCKS})


def donors(donations: Iterable[Donation]) -> tuple[Donation, ...]:
    """The donations, each donor's once.

    Raises:
        InvalidValue: not donations, or a donor who stands twice.
    """
    donations = items(donations)
    for donation in donations:
        expect(donation, Donation, what="a donation")
    unique((donation.backer_id for donation in donations), what="donor")
    return donations


def shared(amount: Money, most: Mapping[Name, Money], rule: Remainder, number: int) -> dict[Name, Money]:
    """Divide an amount in proportion to what each can have at most, and give nobody more; nothing is lost."""
    if not amount:
        return dict.fromkeys(most, amount)
    weights = {name: limit.minor for name, limit in most.items()}
    parts = amount.allocate(weights, rule=rule, turn=number - 1, caps=most.values())
    return {name: parts[name] for name in most}
