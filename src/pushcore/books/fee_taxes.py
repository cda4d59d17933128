"""The taxes of an invoice: on which lines of a fee schedule they can be, and what they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect, items, unique
from pushcore.books.invoice import FeeTax
from pushcore.errors import InvalidValue
from pushcore.payouts import FeeBase, Percent
from pushcore.payouts.fees import true_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pushcore.books.invoice import InvoiceLine, TaxTotal
    from pushcore.payouts import FeeLine, FeeSchedule

__all__ = ["agreed", "totals"]


def agreed(taxes: Iterable[FeeTax], schedule: FeeSchedule) -> tuple[FeeTax, ...]:
    """Taxes on lines of a fee schedule, each estimate with its true-up.

    Raises:
        InvalidValue: no tax; a fee line that is taxed twice, or that there is not; or a fee line that is the
            tax, and is taken of other lines than those, or at another rate.
    """
    found = items(taxes)
    for tax in found:
        expect(tax, FeeTax, what="a tax on fees")
        if problems := "; ".join(_problems(tax, schedule)):
            raise InvalidValue(problems, lines=tax.lines, line=tax.line)
    whole = tuple(attrs.evolve(tax, lines=_with_true_ups(tax.lines, schedule)) for tax in found)
    unique((line for tax in whole for line in (*tax.lines, tax.line) if line is not None), what="fee line")
    return whole


def totals(taxes: Iterable[FeeTax], lines: tuple[InvoiceLine, ...]) -> tuple[TaxTotal, ...]:
    """What taxes come to of the lines of an invoice; none of a tax on what is not among them."""
    fees = {line.name: line.amount for line in lines}
    found = (tax.of(fees, lines[0].amount * 0) for tax in taxes)
    return tuple(it for it in found if it.net or it.tax)


def _problems(tax: FeeTax, schedule: FeeSchedule) -> Iterator[str]:
    """Why a tax is none on fees of this schedule."""
    known = schedule.names
    for name in (*tax.lines, *(() if tax.line is None else (tax.line,))):
        if name not in known:
            yield f"a tax is on fee lines that there are, {', '.join(known) or 'none'}, not on {name}"
    for line in schedule.lines:
        if line.name == tax.line and line.base is FeeBase.FEES:
            yield from _contradictions(tax, line, schedule)


def _contradictions(tax: FeeTax, line: FeeLine, schedule: FeeSchedule) -> Iterator[str]:
    """Why a fee line is not the tax that it is said to be: an invoice would show a wrong sum."""
    if {*_with_true_ups(line.of, schedule)} != {*_with_true_ups(tax.lines, schedule)}:
        yield f"fee line {line.name} is taken of {', '.join(line.of)}: it is no tax on {', '.join(tax.lines)}"
    if line.withheld:
        yield f"fee line {line.name} is withheld, and no tax on fees"
    elif isinstance(line.rule, Percent):
        rate = line.rule.rate.fraction * line.share.fraction
        if rate != tax.rate.fraction:
            yield f"fee line {line.name} takes {line.rule.rate} of {line.share} of them, not {tax.rate}"


def _with_true_ups(names: Iterable[str], schedule: FeeSchedule) -> tuple[str, ...]:
    """These lines, each estimate among them followed by its true-up."""
    chosen = {*names}
    return tuple(it for it in schedule.names if it in chosen or it in map(true_up, chosen))
