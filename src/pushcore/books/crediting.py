"""Crediting: which invoices are corrected where fees are given back, line by line, the oldest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect, items
from pushcore.books.invoice import Credited, Invoice, InvoiceLine
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pushcore.ids import CampaignId, TransactionId

__all__ = ["credit"]


def credit(
    lines: tuple[InvoiceLine, ...],
    campaign_id: CampaignId,
    *,
    invoices: Iterable[Invoice],
    credited: Iterable[Credited],
) -> dict[Invoice, Credited]:
    """What is credited, once these lines are, of each invoice that they correct.

    Each line comes off the oldest invoice that has something left of it, then off the next. Where a line
    takes more, such as a true-up, and no invoice has it below zero, the oldest of those corrected has more
    of it.

    Raises:
        Refused: ``not-invoiced``: there is no invoice; or ``above-invoiced``: they have less left.
        InvalidValue: an invoice of something else, a credit note, or what is credited of no such invoice.
    """
    oldest = sorted(_invoices(lines, campaign_id, invoices), key=lambda it: (it.issued_at, it.sequence))
    before = {it.id: Credited(it.id) for it in oldest} | _known(oldest, credited)
    if reasons := tuple(_refusals(lines, oldest, before)):
        raise Refused(reasons)
    parts = _parts(lines, oldest, before)
    return {
        it: attrs.evolve(old, lines=(*old.lines, *parts[it.id]), version=old.version + 1)
        for it in oldest
        if parts[it.id]
        for old in [before[it.id]]
    }


def _invoices(
    lines: tuple[InvoiceLine, ...], campaign_id: CampaignId, invoices: Iterable[Invoice]
) -> Iterator[Invoice]:
    for invoice in items(invoices):
        expect(invoice, Invoice, what="an invoice that is corrected")
        its = (invoice.campaign_id, invoice.currency, invoice.corrects)
        if its != (campaign_id, lines[0].amount.currency, ()):
            message = f"{invoice.number} is no invoice of the fees that are given back"
            raise InvalidValue(message, invoice=invoice.id)
        yield invoice


def _known(oldest: list[Invoice], credited: Iterable[Credited]) -> dict[TransactionId, Credited]:
    known = {}
    for it in items(credited):
        expect(it, Credited, what="what was credited")
        known[it.id] = it
    if others := known.keys() - {it.id for it in oldest}:
        message = (
            f"what was credited of {', '.join(sorted(others))} is not of the invoices that are corrected"
        )
        raise InvalidValue(message, credited=credited)
    return known


def _refusals(
    lines: tuple[InvoiceLine, ...], oldest: list[Invoice], before: Mapping[TransactionId, Credited]
) -> Iterator[Refusal]:
    gross = Money.total((line.amount for line in lines), lines[0].amount.currency)
    if gross.minor >= 0:
        yield Refusal("above-invoiced", f"{gross} was taken, and not given back: it is for an invoice")
    elif not oldest:
        yield Refusal("not-invoiced", "fees were given back of which there is no invoice")
    else:
        numbers = ", ".join(it.number for it in oldest)
        for line in lines:
            if sum(max(_left(it, before, line), 0) for it in oldest) + line.amount.minor < 0:
                told = f"{line.amount} of {line.name} is more than is left of {numbers}"
                yield Refusal("above-invoiced", told)


def _parts(
    lines: tuple[InvoiceLine, ...], oldest: list[Invoice], before: Mapping[TransactionId, Credited]
) -> dict[TransactionId, list[InvoiceLine]]:
    """The part of each invoice in each line; what is given back first, for it says which are corrected."""
    parts: dict[TransactionId, list[InvoiceLine]] = {it.id: [] for it in oldest}
    for line in sorted(lines, key=lambda it: it.amount.minor):
        rest = line.amount.minor
        for it in oldest:
            least, most = sorted((0, -_left(it, before, line)))
            if part := min(max(rest, least), most):
                parts[it.id].append(attrs.evolve(line, amount=line.amount.with_minor(part)))
                rest -= part
        if rest:
            corrected = next(found for found in parts.values() if found)
            corrected.append(attrs.evolve(line, amount=line.amount.with_minor(rest)))
    return parts


def _left(invoice: Invoice, before: Mapping[TransactionId, Credited], line: InvoiceLine) -> int:
    """What an invoice has of a line by now, in minor units."""
    has = sum(it.amount.minor for it in invoice.lines if it.name == line.name)
    return has + before[invoice.id].of(line.name)
