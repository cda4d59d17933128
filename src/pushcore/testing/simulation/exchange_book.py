"""An auditor's own book of charges that were booked in another currency, and of what went back of them.

One rate is stored for each charge. What leaves it, given back or disputed, comes to its share of what was
booked of that charge, in running totals of all that has left. What the provider books for it above or
below that is lost or gained. What a bank sends back comes to just what it had left as.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from pushcore.payouts import ProviderExchange

__all__ = ["ExchangeBook", "Exchanged"]


@attrs.define
class _Booked:
    """A charge, what it was booked as, and what has left of both."""

    currency: str
    charged: int
    booked: int
    gone: int = 0
    gone_booked: int = 0

    def leave(self, minor: int, shown: int | None = None) -> int:
        """So much leaves: what is shown of it, or its share, half a unit up, less what has left of that."""
        self.gone += minor
        share = (2 * self.booked * self.gone + self.charged) // (2 * self.charged) - self.gone_booked
        share = share if shown is None else shown
        self.gone_booked += max(share, 0)
        return max(share, 0)


@attrs.frozen
class Exchanged:
    """So much in one currency, and what it was booked as in the other."""

    currency: str
    minor: int
    other: str
    booked: int


class ExchangeBook:
    """What was booked in other currencies, as far as the library knows.

    Attributes:
        clearing: What is still to go back of what was exchanged, by the two currencies and the one it is in.
        gained: What a campaign gained, by campaign and currency; below zero it lost.
        own_gains: What exchanges of no campaign gained, by currency.
    """

    def __init__(self) -> None:
        self.clearing: Counter[tuple[frozenset[str], str]] = Counter()
        self.gained: Counter[tuple[str, str]] = Counter()
        self.own_gains: Counter[str] = Counter()
        self._of: dict[str, _Booked] = {}
        self._went: dict[str, Exchanged] = {}

    def charge(self, key: str, currency: str, minor: int, settled: tuple[str, int]) -> None:
        """A charge was booked in another currency."""
        other, booked = settled
        self._of[key] = _Booked(other, minor, booked)
        pair = frozenset({currency, other})
        self.clearing[pair, currency] += minor
        self.clearing[pair, other] -= booked

    def take(self, charged: str, currency: str, minor: int, shown: int | None) -> Exchanged | None:
        """A dispute takes something of a charge: what that was booked as, or is shown as, if it was."""
        of = self._of.get(charged)
        if of is None:
            return None
        taken = Exchanged(currency, minor, of.currency, of.leave(minor, shown))
        self._clear(taken, -1)
        return taken

    def free(self, charged: str, taken: Exchanged) -> None:
        """Just that comes back."""
        of = self._of[charged]
        of.gone, of.gone_booked = of.gone - taken.minor, of.gone_booked - taken.booked
        self._clear(taken, 1)

    def note(self, noted: ProviderExchange) -> None:
        """Somebody noted an exchange: what it did not gain was booked in one currency for the other."""
        codes: tuple[str, str] = noted.given.currency.code, noted.received.currency.code
        gains = Counter[str]({it.currency.code: it.minor for it in noted.gains})
        self.own_gains.update(gains)
        pair = frozenset(codes)
        self.clearing[pair, codes[0]] += noted.given.minor + gains[codes[0]]
        self.clearing[pair, codes[1]] -= noted.received.minor - gains[codes[1]]

    def _clear(self, taken: Exchanged, sign: int) -> None:
        pair = frozenset({taken.currency, taken.other})
        self.clearing[pair, taken.currency] += sign * taken.minor
        self.clearing[pair, taken.other] -= sign * taken.booked

    def currency_of(self, charged: str) -> str | None:
        """In which other currency a charge is booked, if it is."""
        of = self._of.get(charged)
        return None if of is None else of.currency

    def come_back(self, charged: str, key: str) -> Exchanged | None:
        """A bank sent back what had gone under a key: what that was, if it was booked in another currency."""
        went = self._went.pop(key, None)
        if went is not None:
            self.free(charged, went)
        return went

    def give_back(  # noqa: PLR0913, PLR0917  what went back of what
        self,
        key: str,
        charged: str,
        campaign_id: str,
        currency: str,
        minor: int,
        told: int | None,
        *,
        shown: bool,
    ) -> int:
        """Something went back; what the provider booked for it: as it says, or the share of the stored rate.

        Args:
            key: What it goes by.
            charged: Of which charge.
            campaign_id: For which campaign it was.
            currency: Of which currency the charge was.
            minor: How much of it.
            told: What the provider says that it booked for it, if it does.
            shown: Whether that is what the backer saw, at whose rate it was charged too.
        """
        of = self._of[charged]
        share = of.leave(minor, told if shown else None)
        booked = share if told is None else told
        self._went[key] = Exchanged(currency, minor, of.currency, share)
        pair = frozenset({currency, of.currency})
        self.clearing[pair, currency] -= minor
        self.clearing[pair, of.currency] += share
        self.gained[campaign_id, of.currency] += share - booked
        return booked
