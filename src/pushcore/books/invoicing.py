"""The decision that makes an invoice, or a credit note, of a transaction.

A creator is invoiced for the fees that they bear. What a sponsor, a host or the platform bears is on none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore.books.crediting import credit
from pushcore.books.events import InvoiceIssued
from pushcore.books.fee_taxes import agreed, totals
from pushcore.books.invoice import Invoice, InvoiceLine, InvoiceSeries
from pushcore.calendar import local, utc
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.ledger import Transaction, TransactionPhase
from pushcore.ledger.chart import named
from pushcore.money import Currency, Money
from pushcore.payouts import FeeBearer, FeeSchedule
from pushcore.payouts.fees import true_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from pushcore.books.invoice import Credited, FeeTax
    from pushcore.ids import ActorId, CampaignId, PayeeId

__all__ = ["fees_of", "issue"]


def fees_of(
    transaction: Transaction, campaign_id: CampaignId, currency: Currency | str, schedule: FeeSchedule
) -> dict[str, Money]:
    """What a transaction took for each fee line that its creator bears; negative where it gave back.

    Raises:
        InvalidValue: no transaction, no id, no fee schedule, or no such currency.
    """
    expect(transaction, Transaction, what="what is invoiced")
    expect(campaign_id, str, what="campaign id")
    expect(schedule, FeeSchedule, what="the fee lines of a campaign")
    currency, fees, others = Currency.of(currency), dict[str, Money](), _of_others(schedule)
    if transaction.phase is not TransactionPhase.POSTED:
        return fees
    for posting in transaction.postings:
        its = named(posting.account.path)
        if its.sort == "fees" and its.campaign_id == campaign_id and posting.amount.currency is currency:
            line = its.name or its.sort
            fees[line] = fees[line] - posting.amount if line in fees else -posting.amount
    return {line: fee for line, fee in fees.items() if fee and line not in others}


def _of_others(schedule: FeeSchedule) -> frozenset[str]:
    """The fee lines that somebody else than the creator bears, each estimate with its true-up."""
    lines = (line.name for line in schedule.lines if line.bearer is not FeeBearer.CREATOR)
    return frozenset(name for line in lines for name in (line, true_up(line)))


def issue(  # noqa: PLR0913  what an invoice says
    series: InvoiceSeries,
    transaction: Transaction,
    *,
    campaign_id: CampaignId,
    debtor_id: PayeeId,
    currency: Currency | str,
    schedule: FeeSchedule,
    taxes: Iterable[FeeTax],
    at: datetime,
    actor: ActorId,
    corrects: Iterable[Invoice] | None = None,
    credited: Iterable[Credited] = (),
) -> tuple[Invoice, Changes]:
    """Give the next number of a series to the fees of a transaction.

    Args:
        series: The series of the year, as it stands.
        transaction: What took the fees, such as a settlement, or gave them back.
        campaign_id: Of which campaign.
        debtor_id: Its creator, who bears them.
        currency: In which they are.
        schedule: The fee lines of the campaign: who bears which, and what is taken of what.
        taxes: On which of them.
        at: When.
        actor: Who.
        corrects: For a credit note, the invoices of the campaign. It corrects the oldest that have something
            left of its lines, and names them; None for an invoice.
        credited: What was credited of them before.

    Raises:
        Refused: ``no-fees``: it took none that the creator bears, and gave none back; ``other-year``: its
            series is of another year; ``not-invoiced``: fees are given back, and there is no invoice to
            correct; or ``above-invoiced``: more than is left of the invoices, or nothing is given back.
        InvalidValue: a part of the wrong kind, invoices of something else, or a tax on a fee line that
            there is not, or that another one is on; or a fee line that is the tax, and is taken of other
            lines than those, or at another rate.
    """
    expect(series, InvoiceSeries, what="the series of an invoice")
    fees, at = fees_of(transaction, campaign_id, currency, schedule), utc(at)
    known = agreed(taxes, schedule)
    if reasons := tuple(_refusals(series, fees, at)):
        raise Refused(reasons)
    lines = tuple(InvoiceLine(name, fee) for name, fee in fees.items())
    if corrects is None:
        _require_taken(lines)
    notes = {} if corrects is None else credit(lines, campaign_id, invoices=corrects, credited=credited)
    following = attrs.evolve(series, last=series.last + 1, version=series.version + 1)
    invoice = Invoice(
        transaction.id,
        series.id,
        series.number(following.last),
        following.last,
        at,
        campaign_id,
        debtor_id,
        lines,
        totals(known, lines),
        tuple(it.number for it in notes),
    )
    event = InvoiceIssued(at, actor, invoice.id, invoice.number, campaign_id, invoice.gross, invoice.tax)
    return invoice, Changes(put=(following, invoice, *notes.values()), events=(event,))


def _refusals(series: InvoiceSeries, fees: Mapping[str, Money], at: datetime) -> Iterator[Refusal]:
    if not fees:
        yield Refusal("no-fees", "the transaction neither took fees that the creator bears nor gave any back")
    if local(at, series.zone).year != series.year:
        yield Refusal("other-year", f"series {series.id} has no numbers at {local(at, series.zone)}")


def _require_taken(lines: tuple[InvoiceLine, ...]) -> None:
    if sum(line.amount.minor for line in lines) < 0:
        raise Refused([Refusal("not-invoiced", "fees were given back: that is for a credit note")])
