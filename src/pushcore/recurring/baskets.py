"""Takes out of several currencies: each member gets a basket, and no real money is converted.

Rates only say how much the currencies are worth beside each other. Whoever prefers a currency is given that
one first; what is left of it goes to those who still miss something (Liberapay).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import attrs

from pushcore._checks import expect, items, kind
from pushcore.errors import InvalidValue
from pushcore.ids import BackerId, PayeeId
from pushcore.money import Currency, ExchangeRate, Money, Rounding
from pushcore.recurring.takes import Donation, Team, donors, shared

__all__ = ["BasketPayday", "basket_payday"]


@attrs.frozen
class BasketPayday:
    """What became of a week's donations in several currencies.

    Attributes:
        taken: What each member gets: an amount of each currency that there is something of.
        given: What each donor pays for it, in their own currency; both sum to the same in each.
        advance: What each donor has left in advance.
    """

    taken: dict[PayeeId, tuple[Money, ...]] = attrs.field(validator=kind(dict), hash=False)
    given: dict[BackerId, Money] = attrs.field(validator=kind(dict), hash=False)
    advance: dict[BackerId, Money] = attrs.field(validator=kind(dict), hash=False)


def basket_payday(
    team: Team,
    donations: Iterable[Donation],
    *,
    prefers: Mapping[PayeeId, Currency],
    rates: Iterable[ExchangeRate],
    number: int,
) -> BasketPayday:
    """Share a week's donations in several currencies.

    What a member gets is worth their take at most, but for a minor unit of each currency. Where the rule
    of the team is `Remainder.CASCADE` the first may get more left-over units, one for each other member.

    Args:
        team: The takes, all in one currency.
        donations: Each in a currency of its own.
        prefers: The currency that a member is given first; those who are not named take what there is.
        rates: From each other currency of a donation to that of the takes.
        number: The number of the payday, from 1: whose turn a left-over unit is.

    Raises:
        InvalidValue: an argument of the wrong kind, or a rate that is missing.

    Example:
        >>> from datetime import date
        >>> from pushcore.money import Remainder
        >>> from pushcore.recurring import Donation, Take, Team
        >>> eur, usd = (lambda text, code=code: Money.of(text, code) for code in ("EUR", "USD"))
        >>> team = Team([Take(name, eur("1.00")) for name in ("a", "b")], rule=Remainder.LOWEST_RATIO)
        >>> week = basket_payday(
        ...     team,
        ...     [Donation("cy", eur("1.50"), eur("9.00")), Donation("di", usd("0.60"), usd("9.00"))],
        ...     prefers={"a": Currency.of("EUR"), "b": Currency.of("USD")},
        ...     rates=[ExchangeRate("USD", "EUR", Fraction(5, 6), as_of=date(2026, 1, 2), source="ECB")],
        ...     number=1,
        ... )
        >>> [str(amount) for amount in week.taken["b"]]
        ['EUR 0.50', 'USD 0.60']
    """
    expect(team, Team, what="a team")
    expect(prefers, Mapping, what="preferred currencies")
    for preferred in prefers.values():
        expect(preferred, Currency, what="a preferred currency")
    expect(number, int, what="the number of the payday", least=1)
    donations = donors(donations)
    worth = _worth(team.total.currency, {it.weekly.currency for it in donations}, items(rates))
    pools = {currency: _pool(donations, currency) for currency in worth}
    income = sum((pool.minor * worth[currency] for currency, pool in pools.items()), Fraction(0))
    share = min(Fraction(1), team.total.minor / income) if income else Fraction(0)
    used = {currency: pool.times(share, Rounding.DOWN) for currency, pool in pools.items()}
    given: dict[BackerId, Money] = {}
    for currency, amount in used.items():
        funded = {it.backer_id: it.funded for it in donations if it.weekly.currency is currency}
        given |= shared(amount, funded, team.rule, number)
    advance = {it.backer_id: it.advance - given[it.backer_id] for it in donations}
    taken = _baskets(team, used, worth, prefers, number)
    return BasketPayday(taken, {it.backer_id: given[it.backer_id] for it in donations}, advance)


def _worth(
    own: Currency, currencies: Iterable[Currency], rates: Iterable[ExchangeRate]
) -> dict[Currency, Fraction]:
    """What a minor unit of each currency is worth in those of the takes, in the order of their codes."""
    known = {own: Fraction(1)}
    for rate in rates:
        expect(rate, ExchangeRate, what="a rate")
        if rate.quote is own:
            known[rate.base] = rate.rate * Fraction(10) ** ((own.exponent or 0) - (rate.base.exponent or 0))
    for currency in currencies:
        if currency not in known:
            message = f"no rate from {currency} to {own}: give one for each currency of a donation"
            raise InvalidValue(message, currency=currency)
    return {currency: known[currency] for currency in sorted(currencies, key=lambda it: it.code)}


def _pool(donations: Iterable[Donation], currency: Currency) -> Money:
    return Money.total((it.funded for it in donations if it.weekly.currency is currency), currency)


def _baskets(
    team: Team,
    used: Mapping[Currency, Money],
    worth: Mapping[Currency, Fraction],
    prefers: Mapping[PayeeId, Currency],
    number: int,
) -> dict[PayeeId, tuple[Money, ...]]:
    total = sum((amount.minor * worth[currency] for currency, amount in used.items()), Fraction(0))
    missing = {take.member_id: total * take.most.minor / team.total.minor for take in team.takes}
    parts: dict[PayeeId, dict[Currency, int]] = {member: dict.fromkeys(used, 0) for member in missing}
    left = dict(used)
    for currency, pool in used.items():
        first = [member for member in missing if prefers.get(member) is currency]
        wanted = {member: pool.with_minor(missing[member] // worth[currency]) for member in first}
        enough = min(pool, Money.total(wanted.values(), currency))
        for member, part in shared(enough, wanted, team.rule, number).items():
            parts[member][currency] = part.minor
            missing[member] -= part.minor * worth[currency]
        left[currency] -= enough
    for currency, rest in left.items():
        if rest:
            shares = rest.allocate(missing, rule=team.rule, turn=number - 1)
            for member in missing:
                parts[member][currency] += shares[member].minor
    return {
        member: tuple(Money.of_minor(minor, currency) for currency, minor in part.items() if minor)
        for member, part in parts.items()
    }
