"""An auditor's own book of charges that were booked in another currency, and of what went back of them.

One rate is stored for each charge. What leaves it, given back or disputed, comes to its share of what was
booked of that charge, in running totals of all that has left. What the provider books for it above or
below that is lost or gained.
"""

from __future__ import annotations

from collections import Counter

import attrs

__all__ = ["ExchangeBook", "Exchanged"]


@attrs.define
class _Booked:
    """A charge, what it was booked as, and what has left of both."""

    currency: str
    charged: int
    booked: int
    gone: int = 0
    gone_booked: int = 0

    def leave(self, minor: int) -> int:
        """So much leaves: its share, half a unit up, of all that is booked, less what has left of that."""
        self.gone += minor
        share = (2 * self.booked * self.gone + self.charged) // (2 * self.charged) - self.gone_booked
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
    """

    def __init__(self) -> None:
        self.clearing: Counter[tuple[frozenset[str], str]] = Counter()
        self.gained: Counter[tuple[str, str]] = Counter()
        self._of: dict[str, _Booked] = {}

    def charge(self, key: str, currency: str, minor: int, settled: tuple[str, int]) -> None:
        """A charge was booked in another currency."""
        other, booked = settled
        self._of[key] = _Booked(other, minor, booked)
        pair = frozenset({currency, other})
        self.clearing[pair, currency] += minor
        self.clearing[pair, other] -= booked

    def take(self, charged: str, currency: str, minor: int) -> Exchanged | None:
        """A dispute takes something of a charge: what that was booked as, if it was."""
        of = self._of.get(charged)
        if of is None:
            return None
        taken = Exchanged(currency, minor, of.currency, of.leave(minor))
        self._clear(taken, -1)
        return taken

    def free(self, charged: str, taken: Exchanged) -> None:
        """Just that comes back."""
        of = self._of[charged]
        of.gone, of.gone_booked = of.gone - taken.minor, of.gone_booked - taken.booked
        self._clear(taken, 1)

    def _clear(self, taken: Exchanged, sign: int) -> None:
        pair = frozenset({taken.currency, taken.other})
        self.clearing[pair, taken.currency] += sign * taken.minor
        self.clearing[pair, taken.other] -= sign * taken.booked

    def currency_of(self, charged: str) -> str | None:
        """In which other currency a charge is booked, if it is."""
        of = self._of.get(charged)
        return None if of is None else of.currency

    def give_back(self, charged: str, campaign_id: str, currency: str, minor: int, told: int | None) -> int:
        """Something went back; what the provider booked for it: as it says, or the share of the stored rate.

        Args:
            charged: Of which charge.
            campaign_id: For which campaign it was.
            currency: Of which currency the charge was.
            minor: How much of it.
            told: What the provider says that it booked for it, if it does.
        """
        of = self._of[charged]
        share = of.leave(minor)
        booked = share if told is None else told
        pair = frozenset({currency, of.currency})
        self.clearing[pair, currency] -= minor
        self.clearing[pair, of.currency] += share
        self.gained[campaign_id, of.currency] += share - booked
        return booked
