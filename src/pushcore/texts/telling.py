"""Telling: days, amounts and things in the words of one locale, as every text for people needs them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect
from pushcore.calendar import Zone
from pushcore.money.locale import format_money
from pushcore.payouts import Bearer, FeeBearer, PaidKind
from pushcore.texts.dates import format_day
from pushcore.texts.words import Words, words

if TYPE_CHECKING:
    from pushcore.money import Money

__all__ = ["Teller"]


@attrs.frozen
class Teller:
    """Who tells a text: a locale, a zone and words."""

    locale: str
    zone: Zone
    words: Words

    @staticmethod
    def of(locale: str, zone: Zone, own_words: Words | None) -> Teller:
        """Whoever tells it in these words, or in those of the locale.

        Raises:
            InvalidValue: there are none.
        """
        if own_words is None:
            return Teller(locale, zone, words(locale))
        expect(own_words, Words, what="the words of a text")
        return Teller(locale, zone, own_words)

    def day(self, at: datetime) -> str:
        """The day of an instant."""
        return format_day(at, self.locale, self.zone)

    def last_day(self, until: datetime) -> str:
        """The last day before an instant."""
        return self.day(until - datetime.resolution)

    def amount(self, money: Money) -> str:
        """An amount."""
        return format_money(money, self.locale)

    def word(self, code: str) -> str:
        """What a thing is called."""
        return self.words.of(code)

    def thing(self, code: str, name: str | None) -> str:
        """What one of several things of a kind is called; names that are codes are told in words too."""
        if name is None:
            return self.word(code)
        told = self.word(name) if name in _CODES.get(code, ()) else name
        return f"{self.word(code)}{self.colon}{told}"

    @property
    def colon(self) -> str:
        """What stands between a thing and its name."""
        return self.words.texts.get("colon", ": ")


_BEARERS: Final = frozenset(it.value for it in (*Bearer, *FeeBearer))
_TIP: Final = frozenset({PaidKind.TIP.value})
_CODES: Final = {"borne": _BEARERS, "written-off": _BEARERS, "on-top": _TIP, "credit": _TIP}
"""Which names of which things are codes, and not names that a host has given."""
