"""The catalogue of a payment provider: how it counts every currency, and what it charges, on any day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import each, expect, items, shown, stream
from pushcore.errors import InvalidDocument, InvalidValue, NotFound
from pushcore.ids import identifier
from pushcore.money.amount import countable
from pushcore.money.currency import Currency
from pushcore.money.dated import in_force, overlaps
from pushcore.money.provider_units import ChargeLimit, WireUnit
from pushcore.money.retirement import why_gone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pushcore.money.money import Money

__all__ = ["ProviderCatalogue"]


@attrs.frozen(kw_only=True)
class ProviderCatalogue:
    """What a provider says of its currencies, with dates, as an adapter and a form have to know it.

    Those of Stripe, PayPal and Adyen are had by name. They are facts as of a day, to be checked against what
    the provider says now; one of your own, or a newer copy, is made or read like any other value.

    Attributes:
        provider: The name of the provider.
        units: How currencies are counted that are not counted as ISO 4217 says, or need a row for another
            reason.
        limits: The least and the most that is charged, by the currency that the account settles in.
        as_in_iso: A currency without a row is counted with the decimals of ISO 4217, if it has one of these
            numbers of them. Of others nothing is known, and nothing is guessed.

    Raises:
        InvalidDocument: two rows hold for one currency on the same day; all of them named.
        InvalidValue: a part of the wrong kind.

    Example:
        >>> from pushcore import Money
        >>> stripe, day = ProviderCatalogue.of("stripe"), date(2026, 3, 1)
        >>> stripe.unit("ISK", day).to_wire(Money.of(5, "ISK")), stripe.unit("EUR", day).exponent
        (500, 2)
        >>> stripe.smallest_charges(["EUR", "HUF"], day)
        {'EUR': Money('0.50', 'EUR'), 'HUF': Money('175.00', 'HUF')}
    """

    provider: str = attrs.field(validator=identifier)
    units: tuple[WireUnit, ...] = attrs.field(default=(), converter=items, validator=each(WireUnit))
    limits: tuple[ChargeLimit, ...] = attrs.field(default=(), converter=items, validator=each(ChargeLimit))
    as_in_iso: tuple[int, ...] = attrs.field(converter=items, validator=each(int))

    def __attrs_post_init__(self) -> None:
        problems = (*overlaps("units", self.units), *overlaps("limits", self.limits))
        if problems:
            raise InvalidDocument(problems)

    @staticmethod
    def of(provider: str) -> ProviderCatalogue:
        """The catalogue of a provider that is known: ``"stripe"``, ``"paypal"`` or ``"adyen"``.

        Raises:
            InvalidValue: there is no such one.
        """
        from pushcore.money._providers import PROVIDERS  # noqa: PLC0415  made of catalogues

        known = PROVIDERS.get(provider) if isinstance(provider, str) else None
        if known is None:
            message = f"no catalogue of {shown(provider)}; there are {', '.join(PROVIDERS)}"
            raise InvalidValue(message, provider=provider)
        return known

    def unit(self, currency: Currency | str, on: date) -> WireUnit:
        """How the provider counts a currency on a day.

        Raises:
            NotFound: it is not known, or the currency is gone by that day.
            InvalidValue: it is no currency that money can be made of, or not a day.
        """
        currency = countable(currency)
        expect(on, date, what="a day")
        gone = why_gone(currency, on)
        if gone is not None:
            message = f"{self.provider} takes no {currency} on {on}: {gone}"
            raise NotFound(message, currency=currency, on=on)
        known = in_force(self.units, currency, on)
        if known is not None:
            return known
        if currency.exponent in self.as_in_iso:
            return WireUnit(currency, currency.exponent)
        message = f"it is not known how {self.provider} counts {currency} on {on}"
        raise NotFound(message, currency=currency, on=on)

    def smallest_charges(self, currencies: Iterable[Currency | str], on: date) -> dict[str, Money]:
        """The least that an account is charged at once on a day, by the currencies it settles in.

        What `pushcore.gateway.Abilities` takes as ``smallest_charge``; no entry where none is known.

        Raises:
            InvalidValue: they are no currencies, or it is not a day.
        """
        return {code: limit.least for code, limit in self._limits(currencies, on) if limit.least is not None}

    def largest_charges(self, currencies: Iterable[Currency | str], on: date) -> dict[str, Money]:
        """The most that it is charged, likewise: ``largest_charge`` of `pushcore.gateway.Abilities`.

        Raises:
            InvalidValue: they are no currencies, or it is not a day.
        """
        return {code: limit.most for code, limit in self._limits(currencies, on) if limit.most is not None}

    def _limits(self, currencies: Iterable[Currency | str], on: date) -> Iterator[tuple[str, ChargeLimit]]:
        expect(on, date, what="a day")
        for currency in map(Currency.of, stream(currencies)):
            limit = in_force(self.limits, currency, on)
            if limit is not None:
                yield currency.code, limit
