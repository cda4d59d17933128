"""Amounts as the cells of other ledgers have them, and the minor units they mean."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore._checks import shown
from pushcore.errors import InvalidValue, PrecisionLoss
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from pushcore._checks import Validator

__all__ = ["AmountText"]

_GROUPS: Final = (" ", "\u00a0", "\u202f", "'", "\u2019", ".", ",")
_MINOR: Final = re.compile(r"[+-]?[0-9]{1,18}")


def _mark(*marks: str | None) -> Validator:
    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, str | None) or value not in marks:
            known = " or ".join(shown(mark) for mark in marks)
            message = f"AmountText.{attribute.name}: expected {known}, got {shown(value)}"
            raise InvalidValue(message, field=attribute.name, value=value)

    return check


def _locale(_: object, __: object, locale: str | None) -> None:
    if locale is not None:
        Money.zero("EUR").format(locale)  # which refuses a locale that there is not


@attrs.frozen
class AmountText:
    """How a ledger writes its amounts: in a locale, or with these marks.

    Attributes:
        decimal: The decimal mark.
        group: What stands between the thousands, if anything does.
        locale: Whose marks they are, and perhaps a symbol of the currency; then the others do not count.

    Raises:
        InvalidValue: there is no such mark or locale, or both marks are the same.

    Example:
        >>> AmountText(decimal=",", group=".").minor("-1.234,50", Currency.of("EUR"))
        -123450
    """

    decimal: str = attrs.field(default=".", validator=_mark(".", ","))
    group: str | None = attrs.field(default=None, validator=_mark(None, *_GROUPS))
    locale: str | None = attrs.field(default=None, validator=_locale)

    def __attrs_post_init__(self) -> None:
        if self.group == self.decimal:
            message = f"decimals and thousands cannot both be marked by {shown(self.decimal)}"
            raise InvalidValue(message, value=self.decimal)

    def minor(self, text: str, currency: Currency, *, in_minor: bool = False) -> int:
        """The minor units that a cell means.

        Zeros beyond the decimals of the currency change nothing and are fine.

        Raises:
            InvalidValue: it is no such amount, or has more decimals than the currency.
        """
        return _minor(self, text, currency, in_minor=in_minor)

    @property
    def pattern(self) -> re.Pattern[str]:
        """What an amount looks like: sign, whole units, decimals."""
        whole = "[0-9]+"
        if self.group is not None:
            group = re.escape(self.group)
            whole = f"[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+"
        return re.compile(rf"([+-]?)({whole})(?:{re.escape(self.decimal)}([0-9]+))?")


@lru_cache(maxsize=65_536)
def _minor(how: AmountText, text: str, currency: Currency, *, in_minor: bool) -> int:
    """Kept for a while: a ledger has few amounts, again and again."""
    if in_minor:
        return _whole(text)
    if how.locale is not None:
        return Money.parse(text, currency, how.locale).minor
    parts = how.pattern.fullmatch(text)
    if parts is None:
        example = f"1{how.group or ''}234{how.decimal}50"
        message = f"amount {shown(text)} is not written like {example}"
        raise InvalidValue(message, value=text)
    sign, whole, decimals = parts.groups(default="")
    whole = whole.replace(how.group, "") if how.group else whole
    exponent = currency.exponent or 0
    kept = decimals[:exponent] + decimals[exponent:].rstrip("0")
    if len(kept) > exponent:
        message = f"amount {shown(text)} has more decimals than {currency.code}, which has {exponent}"
        raise PrecisionLoss(message, value=text, currency=currency)
    return Money.of(f"{sign.strip('+')}{whole}{kept and '.'}{kept}", currency).minor


def _whole(text: str) -> int:
    if _MINOR.fullmatch(text) is None:
        message = f"amount {shown(text)} is no whole number of minor units, of at most 18 digits"
        raise InvalidValue(message, value=text)
    return int(text)
