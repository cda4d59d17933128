"""An auditor's own purse: the credit of one wallet, lot by lot, in plain integers."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Final

import attrs

__all__ = ["Lot", "Purse"]

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@attrs.define
class Lot:
    """Credit that was given at once: what is left of it, and from when on it is the backer's no more."""

    amount: int
    given_at: datetime
    expires_at: datetime | None = None

    @property
    def until(self) -> datetime:
        """When it expires, or the end of time."""
        return self.expires_at or _NEVER


@attrs.define
class Purse:
    """What is in one wallet.

    Attributes:
        lots: Each by its key.
        leaving: What is being withdrawn of which lots, by the key of its order.
    """

    lots: dict[str, Lot] = attrs.field(factory=dict)
    leaving: dict[str, dict[str, int]] = attrs.field(factory=dict)

    @property
    def total(self) -> int:
        """All that is in it, with what is being withdrawn."""
        return sum(lot.amount for lot in self.lots.values())

    @property
    def pending(self) -> Counter[str]:
        """What is being withdrawn of each lot."""
        pending = Counter[str]()
        for parts in self.leaving.values():
            pending.update(parts)
        return pending

    def free(self, at: datetime) -> dict[str, int]:
        """What of each lot can be spent, what expires first standing first.

        A lot of which something is being withdrawn waits for the answer before it expires.
        """
        pending, free = self.pending, dict[str, int]()
        for key, lot in sorted(self.lots.items(), key=lambda it: (it[1].until, it[1].given_at, it[0])):
            if lot.until > at or pending[key]:
                free[key] = lot.amount - pending[key]
        return free

    def over(self, at: datetime) -> dict[str, int]:
        """What has expired of it, lot by lot."""
        pending, lots = self.pending, self.lots.items()
        return {key: lot.amount for key, lot in lots if lot.until <= at and not pending[key]}

    def parts(self, minor: int, at: datetime) -> dict[str, int]:
        """Of which lots an amount is taken, which is less where there is less."""
        parts, left = dict[str, int](), minor
        for key, free in self.free(at).items():
            if part := min(free, left):
                parts[key] = part
                left -= part
        return parts

    def take(self, parts: dict[str, int]) -> None:
        """Take something of some lots."""
        for key, minor in parts.items():
            self.lots[key].amount -= minor
            if not self.lots[key].amount:
                del self.lots[key]
