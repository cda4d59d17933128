"""Rows of a table that hold from one day until another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from pushcore.errors import InvalidValue, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from pushcore.money.currency import Currency

__all__ = ["Dated", "check_days", "in_force", "overlaps"]


class Dated(Protocol):
    """What holds for a currency from the day ``since`` on, and no more on the day ``until``."""

    @property
    def currency(self) -> Currency:
        """The currency."""

    @property
    def since(self) -> date | None:
        """The first day; None where it held ever before."""

    @property
    def until(self) -> date | None:
        """The first day on which it holds no more; None where no end is known."""


T = TypeVar("T", bound=Dated)


def check_days(row: Dated) -> None:
    """Refuse a row that never holds.

    Raises:
        InvalidValue: it ends before it begins.
    """
    if row.since is not None and row.until is not None and row.until <= row.since:
        message = f"{row.currency}: nothing holds from {row.since} until {row.until}"
        raise InvalidValue(message, since=row.since, until=row.until)


def in_force(rows: Iterable[T], currency: Currency, on: date) -> T | None:
    """The row that holds for a currency on a day, if one does."""
    for row in rows:
        if (
            row.currency is currency
            and (row.since is None or row.since <= on)
            and (row.until is None or on < row.until)
        ):
            return row
    return None


def overlaps(name: str, rows: Sequence[Dated]) -> Iterator[Problem]:
    """Two rows for one currency and one day."""
    for place, row in enumerate(rows):
        for other in rows[:place]:
            if (
                row.currency is other.currency
                and _before(row.since, other.until)
                and _before(other.since, row.until)
            ):
                yield Problem(f"{name}.{place}", f"two of {row.currency} hold on the same day", "duplicate")
                break


def _before(since: date | None, until: date | None) -> bool:
    return since is None or until is None or since < until
