"""Abilities: what a payment provider declares it can do, so that a campaign never asks for more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import items, kind, shown
from pushcore.errors import InvalidDocument, InvalidValue, Problem
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

__all__ = ["Abilities"]


def _by_currency(amounts: Mapping[str, Money]) -> dict[str, Money]:
    """Converter: amounts of money by currency code, copied, so that nobody changes them later."""
    if not isinstance(amounts, Mapping) or not all(
        isinstance(code, str) and isinstance(amount, Money) for code, amount in amounts.items()
    ):
        message = f"expected amounts of money by currency code, got {shown(amounts)}"
        raise InvalidValue(message, value=amounts)
    return dict(amounts)


def _codes(codes: Iterable[str] | None) -> frozenset[str] | None:
    """Converter: currency codes that there are."""
    return None if codes is None else frozenset(Currency.of(code).code for code in items(codes))


def _duration(owner: object, attribute: attrs.Attribute[Any], span: object) -> None:
    """Validator: a time that is not negative, or None."""
    kind(timedelta, None)(owner, attribute, span)
    if isinstance(span, timedelta) and span < timedelta(0):
        message = f"{type(owner).__name__}.{attribute.name}: expected no negative time, got {shown(span)}"
        raise InvalidValue(message, field=attribute.name, value=span)


@attrs.frozen(kw_only=True)
class Abilities:
    """What a payment provider declares it can do, for one account: it differs by country and by card.

    Attributes:
        saves_methods: Whether a payment method can be saved and charged later without the backer.
        authorization_lifetime: How long an authorization can be captured, exactly so long included; None
            where nothing can be authorized. Stripe: 7 days, for some Visa charges 4 days and 18 hours.
        partial_capture: Whether less than was authorized can be captured.
        refunds: Whether money can be given back.
        refund_window: How long after the charge it can be; None where that has no end.
        longest_hold: How long money can be held before it is paid out; None where that has no end. Stripe:
            90 days, 2 years in the US, 10 days in Thailand.
        smallest_charge: The least that is charged at once, by currency code; no entry where there is none.
        largest_charge: The most that is charged at once, likewise.
        currencies: The codes of the currencies it charges; None where it charges every one.
        partial_refunds: Whether less than a charge took can be given back.
        returns_fee: Whether it gives its own fee back with the money. Stripe keeps it.
        dispute_fee: What it takes for a dispute, by currency code; no entry where that is nothing. Stripe: 15
            dollars in the US.
        returns_dispute_fee: Whether it gives that back where the dispute is won.

    Raises:
        InvalidDocument: limits that are not above zero, of another currency than their code, or that leave
            nothing between them; all of them named.
        InvalidValue: a part of the wrong kind, or a negative time.
    """

    saves_methods: bool = attrs.field(validator=kind(bool))
    authorization_lifetime: timedelta | None = attrs.field(validator=_duration)
    partial_capture: bool = attrs.field(validator=kind(bool))
    refunds: bool = attrs.field(validator=kind(bool))
    refund_window: timedelta | None = attrs.field(validator=_duration)
    longest_hold: timedelta | None = attrs.field(validator=_duration)
    smallest_charge: dict[str, Money] = attrs.field(factory=dict, converter=_by_currency, hash=False)
    largest_charge: dict[str, Money] = attrs.field(factory=dict, converter=_by_currency, hash=False)
    currencies: frozenset[str] | None = attrs.field(default=None, converter=_codes)
    partial_refunds: bool = attrs.field(default=True, validator=kind(bool))
    returns_fee: bool = attrs.field(default=False, validator=kind(bool))
    dispute_fee: dict[str, Money] = attrs.field(factory=dict, converter=_by_currency, hash=False)
    returns_dispute_fee: bool = attrs.field(default=False, validator=kind(bool))

    def __attrs_post_init__(self) -> None:
        if problems := tuple(self._problems()):
            raise InvalidDocument(problems)

    def _problems(self) -> Iterator[Problem]:
        for name in ("smallest_charge", "largest_charge", "dispute_fee"):
            for code, amount in getattr(self, name).items():
                if amount.currency.code != code:
                    yield Problem(f"{name}.{code}", f"{amount} is not of the currency {code}", "currency")
                if amount.minor <= 0:
                    yield Problem(f"{name}.{code}", f"expected an amount above zero, got {amount}")
        for code, least in self.smallest_charge.items():
            most = self.largest_charge.get(code, least)
            if most.currency is least.currency and most < least:
                yield Problem(f"largest_charge.{code}", f"{most} is less than {least}, the smallest charge")
