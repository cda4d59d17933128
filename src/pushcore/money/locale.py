"""Amounts as people write and read them: the edge where money meets a locale.

How a locale writes an amount comes from CLDR, through babel; how many decimals it has comes from ISO 4217,
through the currency; its digits come from the integer itself, so neither a decimal context nor a C locale has
a say. Digits are 0-9 in every locale. babel is loaded when first needed.

Reading is strict: a wrong amount costs more than a second try. Text has the locale's own separators, groups
where the locale puts them or none, at most one minus, and at most one mark of the currency.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

import attrs
from babel.core import Locale, UnknownLocaleError

from pushcore._checks import shown
from pushcore.errors import CurrencyMismatch, InvalidValue, PrecisionLoss
from pushcore.money.amount import countable
from pushcore.money.currency import Currency
from pushcore.money.money import Money

if TYPE_CHECKING:
    from pushcore.money.rounding import Rounding

__all__ = ["Style", "format_money", "parse_money"]

Style = Literal["symbol", "code", "number"]
"""How the currency is shown: by the locale's symbol, by its code, or not at all."""

_LONGEST: Final = 200
_NO_BREAK_SPACE: Final = "\u00a0"
_LOOK_ALIKES: Final = str.maketrans("\u00a0\u2009\u202f\u2212\u2019", "   -'")
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200e\u200f"))
_AROUND_NUMBER: Final = re.compile(r"([^0-9]*)([0-9](?:.*[0-9])?)([^0-9]*)", re.DOTALL)
_DIGITS: Final = re.compile(r"[0-9]+")


def format_money(money: Money, locale: str, *, style: Style = "symbol", whole: Rounding | None = None) -> str:
    """The amount as people of this locale write it, with the decimals of ISO 4217 or, if you say so, none.

    Args:
        money: Any amount.
        locale: An identifier such as ``"fr_BE"`` or ``"fr-BE"``.
        style: ``"symbol"``, ``"code"`` or ``"number"``.
        whole: How it is rounded to whole units, for a display without decimals. A total held against a goal
            is rounded down, or it would be shown as reached before it is.

    Raises:
        InvalidValue: there is no such locale, style or rounding, or what was given is not money.

    Example:
        >>> price = Money.of("1234.5", "EUR")
        >>> format_money(price, "en"), format_money(-price, "de", style="number")
        ('€1,234.50', '-1.234,50')
        >>> from pushcore.money import Rounding
        >>> format_money(price, "en", whole=Rounding.DOWN)
        '€1,234'
    """
    if money.__class__ is not Money:
        message = f"expected money, got {shown(money)}"
        raise InvalidValue(message, value=money)
    if whole is not None:
        money = money.round_to(1, whole)
    convention = _convention(locale)
    code = money.currency.code
    mark = _mark(style, code, convention.symbols.get(code, code))
    number = convention.number(abs(money), decimals=whole is None)
    return convention.marked(number, mark, negative=money.minor < 0)


def parse_money(text: str, currency: Currency | str, locale: str) -> Money:
    """The amount that a person of this locale typed, if it can be read in exactly one way.

    Only the locale's own separators count: in German ``"1.234"`` is one thousand two hundred and thirty-four,
    and ``"1.23"`` is refused. Groups may be left out. Spaces of any width are alike, as are straight and
    curly apostrophes. The currency need not be stated; if it is, by code or symbol, on either side, it must
    be the right one.

    A single group of as many digits as the currency has decimals, such as ``"1.234"`` in Kuwaiti dinar, is
    refused: the point may be meant as a decimal one, and the amount would be a thousand times too large.

    Whatever `format_money` prints is read back, in the same locale, as the same amount.

    Raises:
        CurrencyMismatch: the text names another currency.
        PrecisionLoss: it has more decimals than the currency.
        InvalidValue: it is no such amount; or the locale or the currency is unknown.

    Example:
        >>> parse_money("1.234,5 €", "EUR", "de")
        Money('1234.50', 'EUR')
    """
    currency = countable(currency)
    convention = _convention(locale)
    try:
        before, number, after = _split(text)
        negative, mark = _sign_and_mark(before, after, convention)
        owner = _owner(mark, currency, convention)
        whole, decimals = _digits(number, currency, convention)
    except _Unreadable as why:
        example = convention.number(Money.of_minor(123456, currency))
        message = f"amount {shown(text)} cannot be read in {locale}: {why}; write it like {example}"
        raise InvalidValue(message, value=text, locale=locale) from None
    if owner != currency.code:
        message = f"amount {shown(text)} is in {owner}, not in {currency.code}"
        raise CurrencyMismatch(message, value=text, currency=currency)
    exponent = currency.exponent or 0
    if len(decimals) > exponent:
        message = f"amount {shown(text)} has more decimals than {currency.code}, which has {exponent}"
        raise PrecisionLoss(message, value=text, currency=currency)
    minor = int(whole + decimals.ljust(exponent, "0"))
    return Money.of_minor(-minor if negative else minor, currency)


def _mark(style: object, code: str, symbol: str) -> str:
    match style:
        case "symbol":
            return symbol
        case "code":
            return code
        case "number":
            return ""
    message = f"no style {shown(style)}: expected 'symbol', 'code' or 'number'"
    raise InvalidValue(message, style=style)


class _Unreadable(ValueError):
    """Why a text is not an amount."""


@attrs.frozen
class _Convention:
    """How a locale writes amounts of money.

    `sizes` are those of the last group of digits and of the others. `affixes` are prefix and suffix of a
    positive and of a negative amount, with ``¤`` for the currency. `owners` says whose a mark is, as `_alike`
    makes it.
    """

    decimal: str
    group: str
    sizes: tuple[int, int]
    minus: str
    affixes: tuple[tuple[str, str], tuple[str, str]]
    symbols: Mapping[str, str]
    owners: Mapping[str, str]

    def number(self, money: Money, *, decimals: bool = True) -> str:
        whole, point, rest = money.text.partition(".")
        grouped = _grouped(whole, self.group, self.sizes)
        return grouped + point.replace(".", self.decimal) + rest if decimals else grouped

    def marked(self, number: str, mark: str, *, negative: bool) -> str:
        if not mark:
            return f"{self.minus if negative else ''}{number}"
        prefix, suffix = self.affixes[negative]
        before = _NO_BREAK_SPACE if prefix.endswith("¤") and _is_word(mark[-1]) else ""
        after = _NO_BREAK_SPACE if suffix.startswith("¤") and _is_word(mark[0]) else ""
        return f"{prefix}{before}{number}{after}{suffix}".replace("¤", mark)


def _convention(locale: object) -> _Convention:
    if not isinstance(locale, str):
        message = f"expected the identifier of a locale such as 'fr_BE', got {shown(locale)}"
        raise InvalidValue(message, locale=locale)
    return _load(locale)


def known_locale(identifier: str) -> Locale:
    """The locale of an identifier, written with a hyphen or an underscore.

    Raises:
        InvalidValue: there is none.
    """
    try:
        return Locale.parse(identifier.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        message = f"unknown locale {shown(identifier)}: expected an identifier such as 'fr_BE'"
        raise InvalidValue(message, locale=identifier) from None


@lru_cache(maxsize=128)
def _load(identifier: str) -> _Convention:
    locale = known_locale(identifier)
    pattern = locale.currency_formats["standard"]
    signs = locale.number_symbols["latn"]
    minus = signs["minusSign"]
    prefixes, suffixes = (
        [part.replace("-", minus) for part in parts] for parts in (pattern.prefix, pattern.suffix)
    )
    symbols = dict(locale.currency_symbols)
    return _Convention(
        decimal=signs.get("currencyDecimal", signs["decimal"]),
        group=signs.get("currencyGroup", signs["group"]),
        sizes=pattern.grouping,
        minus=minus,
        affixes=((prefixes[0], suffixes[0]), (prefixes[1], suffixes[1])),
        symbols=symbols,
        owners=_owners(symbols),
    )


def _owners(symbols: Mapping[str, str]) -> dict[str, str]:
    # No two currencies of a locale share a symbol. Those of the root locale (€, £, CA$, ...) count everywhere
    # but where a locale gives them to another currency.
    international = Locale.parse("root").currency_symbols
    owners = {_alike(symbol): code for table in (international, symbols) for code, symbol in table.items()}
    return owners | {currency.code: currency.code for currency in Currency.all()}


def _grouped(digits: str, group: str, sizes: tuple[int, int]) -> str:
    last, others = sizes
    digits, groups = digits[:-last], [digits[-last:]]
    while digits:
        digits, groups = digits[:-others], [digits[-others:], *groups]
    return group.join(groups)


def _is_word(character: str) -> bool:
    """Whether CLDR keeps this edge of a currency off a digit: all but symbols such as $."""
    return unicodedata.category(character)[0] != "S"


def _split(text: object) -> tuple[str, str, str]:
    if not isinstance(text, str) or len(text) > _LONGEST:
        reason = f"it is not text of at most {_LONGEST} characters"
        raise _Unreadable(reason)
    parts = _AROUND_NUMBER.fullmatch(_folded(text))
    if parts is None:
        reason = "it has no digits from 0 to 9"
        raise _Unreadable(reason)
    before, number, after = parts.groups()
    return _alike(before), number, _alike(after)


def _sign_and_mark(before: str, after: str, convention: _Convention) -> tuple[bool, str]:
    trailing = convention.minus in convention.affixes[True][1]
    minus_before, left = _without_minus(before)
    minus_after, right = _without_minus(after) if trailing else (False, after)
    if (minus_before and minus_after) or (left and right):
        reason = "it has a sign or a currency on both sides"
        raise _Unreadable(reason)
    return minus_before or minus_after, left or right


def _owner(mark: str, currency: Currency, convention: _Convention) -> str:
    owner = convention.owners.get(mark) if mark else currency.code
    if owner is None:
        reason = f"{shown(mark)} is not a currency"
        raise _Unreadable(reason)
    return owner


def _digits(number: str, currency: Currency, convention: _Convention) -> tuple[str, str]:
    group = _folded(convention.group)
    whole, point, decimals = number.partition(_folded(convention.decimal))
    digits = whole.replace(group, "")
    if not _DIGITS.fullmatch(digits + decimals):
        reason = "its number is not just digits and separators"
        raise _Unreadable(reason)
    if digits != whole and (digits.startswith("0") or _grouped(digits, group, convention.sizes) != whole):
        reason = "a group of digits is out of place"
        raise _Unreadable(reason)
    if (
        not point
        and group in {".", ","}
        and [len(part) for part in whole.split(group)[1:]] == [currency.exponent]
    ):
        reason = f"{shown(group)} may be meant as a decimal one"
        raise _Unreadable(reason)
    return digits, decimals


def _without_minus(side: str) -> tuple[bool, str]:
    if side.startswith("-"):
        return True, side[1:].strip()
    if side.endswith("-"):
        return True, side[:-1].strip()
    return False, side


def _folded(text: str) -> str:
    """Spaces of any width are one, as are the minus signs and the apostrophes."""
    return text.translate(_LOOK_ALIKES)


def _alike(text: str) -> str:
    """What surrounds a number, without marks of direction and outer spaces."""
    return _folded(text).translate(_INVISIBLE).strip()
