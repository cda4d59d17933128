"""The contract of a clock: what `pushcore.ports.Clock` says, as tests to subclass."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pushcore.ports import Clock

__all__ = ["ClockContract"]


class ClockContract:
    """Subclass it in your tests and say how a clock is made."""

    @pytest.fixture
    def make_clock(self) -> Callable[[], Clock]:
        """A function that makes a clock: override this."""
        raise NotImplementedError

    def test_now_is_an_instant_in_utc(self, make_clock: Callable[[], Clock]) -> None:
        """The time is aware, and in UTC, so that what is written down can be compared as text too."""
        assert make_clock().now().utcoffset() == timedelta(0)

    def test_time_does_not_run_backwards(self, make_clock: Callable[[], Clock]) -> None:
        """Reading it again gives the same instant or a later one."""
        clock = make_clock()
        times: list[datetime] = [clock.now() for _ in range(100)]
        assert times == sorted(times)
