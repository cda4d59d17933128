"""Retries: when a charge that failed is tried again, and after how many failures that ends.

Open Collective waits 2 days after each of the first two failures and 5 after each of the next three; the
sixth cancels (server/lib/recurring-contributions.js, 2026). Days are wall-clock days after the failure.
"""

from __future__ import annotations

from typing import Final

import attrs

from pushcore._checks import expect, items, shown
from pushcore.errors import InvalidValue

__all__ = ["Retries"]

_LONGEST_DAYS: Final = 365


@attrs.frozen
class Retries:
    """The days to wait after the first failure in a row, the second, and so on; one more failure cancels.

    No days at all: the first failure cancels.

    Raises:
        InvalidValue: a number of days that is not whole, or not from 1 to 365.

    Example:
        >>> retries = Retries([2, 2, 5, 5, 5])
        >>> [retries.wait_days(failures) for failures in range(1, 7)], retries.canceling_failure
        ([2, 2, 5, 5, 5, None], 6)
    """

    delays_days: tuple[int, ...] = attrs.field(converter=items)

    @delays_days.validator
    def _whole_days(self, _: object, delays: tuple[int, ...]) -> None:
        for days in delays:
            if type(days) is not int or not 1 <= days <= _LONGEST_DAYS:
                message = f"a retry waits a whole number of days from 1 to {_LONGEST_DAYS}, not {shown(days)}"
                raise InvalidValue(message, days=days)

    @property
    def canceling_failure(self) -> int:
        """The number of the failure in a row that cancels."""
        return len(self.delays_days) + 1

    def wait_days(self, failures: int) -> int | None:
        """How many days to wait after so many failures in a row; None where there is no further try.

        Raises:
            InvalidValue: not a whole number from 1.
        """
        expect(failures, int, what="failures", least=1)
        return self.delays_days[failures - 1] if failures < self.canceling_failure else None
