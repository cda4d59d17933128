"""Thresholds: from where on a payee is reported, as data by authority and year.

Laws change, and differ by state: take these as where to begin to look, and bring your own where they are not
what your advisers say. Those of the states are as commonly published, and were not read in their laws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import counted, expect, kind, shown, stream
from pushcore.books.reporting import YearTotals
from pushcore.errors import InvalidValue
from pushcore.ids import identifier, reference
from pushcore.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["THRESHOLDS", "ReportingThreshold", "reportable"]


@attrs.frozen
class ReportingThreshold:
    """From where on a payee is reported to one authority.

    Attributes:
        authority: Such as ``US`` for the federal one, or ``US-MA``.
        first_year: The first year it is for.
        last_year: The last one; None while it is in force.
        least: The least gross amount that is reported.
        payments: The least number of payments.
        either: Whether one of both is enough; else both must be reached.
        source: Where it is from.
    """

    authority: str = attrs.field(validator=identifier)
    first_year: int = attrs.field(validator=counted(1))
    last_year: int | None = attrs.field(validator=counted(1, optional=True))
    least: Money = attrs.field(validator=kind(Money))
    payments: int = attrs.field(validator=counted(0))
    source: str = attrs.field(validator=reference)
    either: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))

    def holds(self, year: int) -> bool:
        """Whether it is for this year."""
        expect(year, int, what="a year")
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def reached(self, totals: YearTotals) -> bool:
        """Whether the totals of a payee reach it; those of other years and currencies do not.

        Raises:
            InvalidValue: they are no totals.
        """
        expect(totals, YearTotals, what="the totals of a year")
        if not self.holds(totals.year) or totals.currency is not self.least.currency:
            return False
        year = totals.total
        enough = (year.gross >= self.least, year.payments >= self.payments)
        return any(enough) if self.either else all(enough)


def _us(
    authority: str, years: tuple[int, int | None], least: str, payments: int, source: str
) -> ReportingThreshold:
    return ReportingThreshold(authority, *years, Money.of(least, "USD"), payments, source)


_IRS: Final = "IRS, form 1099-K"
_STATES: Final = "as commonly published for form 1099-K of the state: check it every year"
THRESHOLDS: Final[tuple[ReportingThreshold, ...]] = (
    _us("US", (2011, 2023), "20000.01", 201, _IRS),
    _us("US", (2024, 2024), "5000.01", 0, "IRS Notice 2024-85"),
    _us("US", (2025, None), "20000.01", 201, "Public Law 119-21, section 70432"),
    _us("US-DC", (2017, None), "600.00", 0, _STATES),
    _us("US-IL", (2017, None), "1000.01", 4, _STATES),
    _us("US-MA", (2017, None), "600.00", 0, _STATES),
    _us("US-MD", (2021, None), "600.00", 0, _STATES),
    _us("US-MO", (2018, None), "1200.00", 0, _STATES),
    _us("US-NJ", (2020, None), "1000.00", 0, _STATES),
    _us("US-VA", (2020, None), "600.00", 0, _STATES),
    _us("US-VT", (2017, None), "600.00", 0, _STATES),
    ReportingThreshold(
        "EU-goods",
        2023,
        None,
        Money.of("2000.01", "EUR"),
        30,
        "Directive (EU) 2021/514, annex V, section I, B (4) (d): sellers of goods below both are left out",
        either=True,
    ),
)
"""Some thresholds: federal and state ones of form 1099-K, and that of sellers of goods under DAC7."""


def reportable(
    totals: YearTotals, authorities: Iterable[str], thresholds: Iterable[ReportingThreshold] = THRESHOLDS
) -> tuple[str, ...]:
    """The authorities, of some, to which a payee is reported by what they got in a year.

    Raises:
        InvalidValue: no totals, no thresholds, or an authority that has none of these, whatever the year.
    """
    wanted, known = tuple(stream(authorities)), tuple(stream(thresholds))
    for it in known:
        expect(it, ReportingThreshold, what="a threshold")
    there = [*dict.fromkeys(it.authority for it in known)]
    for authority in wanted:
        if authority not in there:
            message = f"there are thresholds of {', '.join(there) or 'nobody'}, not of {shown(authority)}"
            raise InvalidValue(message, authority=authority)
    reached = [it.authority for it in known if it.reached(totals)]
    return tuple(authority for authority in wanted if authority in reached)
