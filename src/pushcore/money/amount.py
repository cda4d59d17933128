"""Amounts as callers write them, and the minor units they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn

from pushcore._checks import shown
from pushcore.errors import InvalidValue, PrecisionLoss
from pushcore.money._exact import exact_ratio
from pushcore.money.currency import Currency

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = [
    "TOO_LARGE",
    "aligned",
    "bounded",
    "countable",
    "minor_units",
    "plain",
    "step_units",
    "whole_units",
]

TOO_LARGE: Final = 10**60
"""No amount of money reaches this many minor units: each can be printed, and every product stays small."""

_TEXT: Final = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_MAX_DIGITS: Final = 18
_MAX_LENGTH: Final = _MAX_DIGITS + len("-.")
_CUT: Final = re.compile(r"\.[0-9]")


def minor_units(amount: str | int | Decimal, currency: Currency) -> int:
    """The minor units of an amount given in whole units of the currency.

    Raises:
        PrecisionLoss: it has more decimals than the currency.
        InvalidValue: it is no such amount.
    """
    exponent = currency.exponent or 0
    if isinstance(amount, str):
        return _parse(amount, currency, exponent)
    n, d = exact_ratio(amount, "amount", text="12.34")
    minor, rest = divmod(n * 10**exponent, d)
    if rest:
        _refuse_decimals(amount, currency)
    return bounded(minor)


def step_units(step: str | int | Decimal, currency: Currency) -> int:
    """The minor units of a step that amounts are to be multiples of, such as ``"0.05"``."""
    minor = minor_units(step, currency)
    if minor < 1:
        message = f"step {shown(step)} is not above zero"
        raise InvalidValue(message, step=step)
    return minor


def whole_units(minor: int) -> int:
    """The same number of minor units, if it is one."""
    if minor.__class__ is not int:
        message = f"minor units {shown(minor)} are not a whole number"
        raise InvalidValue(message, value=minor)
    return bounded(minor)


def bounded(minor: int) -> int:
    """The same number of minor units, unless it is beyond all reason."""
    if -TOO_LARGE < minor < TOO_LARGE:
        return minor
    message = f"an amount of {shown(minor)} minor units is too large"
    raise InvalidValue(message, value=minor)


def countable(currency: Currency | str) -> Currency:
    """The currency, if money can be made of it."""
    currency = Currency.of(currency)
    if currency.exponent is None:
        message = f"{currency.code} ({currency.name}) has no minor unit: no money can be made of it"
        raise InvalidValue(message, currency=currency)
    return currency


def plain(units: int, decimals: int) -> str:
    """So many of the smallest units as text with this many decimals: 5 and 2 give ``"0.05"``."""
    if not decimals:
        return str(units)
    digits = str(abs(units)).rjust(decimals + 1, "0")
    return f"{'-' if units < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


def _parse(text: str, currency: Currency, exponent: int) -> int:
    match = _TEXT.fullmatch(text) if len(text) <= _MAX_LENGTH else None
    if match is None or len(match[2] + (match[3] or "")) > _MAX_DIGITS:
        message = (
            f"amount {shown(text)} is not a plain number: "
            f"digits with a point for decimals, at most {_MAX_DIGITS} digits, and nothing else but a minus"
        )
        raise InvalidValue(message, value=text)
    sign, whole, decimals = match.groups(default="")
    if len(decimals) > exponent:
        _refuse_decimals(text, currency)
    return int(sign + whole + decimals.ljust(exponent, "0"))


def _refuse_decimals(amount: object, currency: Currency) -> NoReturn:
    message = f"amount {shown(amount)} has more decimals than {currency.code}, which has {currency.exponent}"
    raise PrecisionLoss(message, value=amount, currency=currency)


def aligned(text: str, spec: str) -> str:
    """An amount in a field of some width, such as ``>12``; its decimals are not for a field to say.

    Raises:
        InvalidValue: it asks for something else, such as ``.2f``.
    """
    try:
        if _CUT.search(spec) is None:
            return format(text, spec)
    except ValueError:
        pass
    message = f"{text} is formatted as text, such as {{price:>12}}, not by {shown(spec)}: round_to rounds it"
    raise InvalidValue(message, value=text, spec=spec)
