"""Invoicing: the fees of a settlement get the next number, once, and credits of them theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import attrs

from pushcore._checks import expect, items, shown
from pushcore.books import Credited, Invoice, InvoiceSeries, fee_entries
from pushcore.books import invoicing as deciding
from pushcore.books.fee_taxes import agreed, totals
from pushcore.books.invoice import series_id
from pushcore.calendar import local
from pushcore.errors import KeyReused, NotFound
from pushcore.ids import TransactionId, joined, parted
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pushcore.books import FeeEntry, FeeTax
    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, CampaignId
    from pushcore.ledger import Transaction
    from pushcore.ports import Ports

__all__ = ["issue_credit_note", "issue_invoice", "list_uninvoiced"]

T = TypeVar("T", bound=str)


@use_case
def issue_invoice(  # noqa: PLR0913  what an invoice says
    ports: Ports,
    campaign_id: CampaignId,
    *,
    series: InvoiceSeries,
    taxes: Iterable[FeeTax],
    actor: ActorId,
    transaction_id: TransactionId | None = None,
) -> Invoice:
    """Invoice the creator of a campaign for the fees of its settlement, or of another transaction.

    What others bear of them is not on it. One that was invoiced is returned as it is, so that a retry makes
    no second one. The number is the next one of the series in the year that it is now in its zone.

    Args:
        ports: Where to read and write.
        campaign_id: Whose fees.
        series: How numbers look, and where they begin in its year. What is in the store goes on as it is.
        taxes: On which fee lines.
        actor: Who.
        transaction_id: What took the fees; None for the settlement.

    Raises:
        Refused: see `pushcore.books.invoicing.issue`.
        NotFound: there is no such campaign, or no such transaction.
        InvalidValue: a tax on no fee line of the campaign, or one that contradicts the line that is the tax.
        KeyReused: it was invoiced in another series, with other taxes, or as what was given back.
    """
    of = transaction_id or _settlement(campaign_id)
    return _issued(ports, campaign_id, series, items(taxes), actor, of)


@use_case
def issue_credit_note(  # noqa: PLR0913  what it says
    ports: Ports,
    campaign_id: CampaignId,
    transaction_id: TransactionId,
    *,
    series: InvoiceSeries,
    taxes: Iterable[FeeTax],
    actor: ActorId,
) -> Invoice:
    """Credit fees of a campaign that were given back after they were invoiced.

    It corrects the oldest invoices of the campaign that have something left of what was given back.

    Args:
        ports: Where to read and write.
        campaign_id: Whose fees.
        transaction_id: What gave the fees back: see `list_uninvoiced`.
        series: As for invoices.
        taxes: On which fee lines, as on the invoices.
        actor: Who.

    Raises:
        Refused: see `pushcore.books.invoicing.issue`.
        NotFound: there is no such campaign or transaction.
        InvalidValue: as for invoices.
        KeyReused: it was credited in another series, with other taxes, or as what was taken.
    """
    return _issued(ports, campaign_id, series, items(taxes), actor, transaction_id, is_note=True)


@use_case
def list_uninvoiced(ports: Ports, campaign_id: CampaignId) -> tuple[FeeEntry, ...]:
    """The fees of a campaign of which there is no invoice, and what was given back and is not credited yet.

    What is above zero is to be invoiced, by its transaction; what is below it, to be credited: refunds and
    disputes give back fees. A dispute that is won takes them again.

    Raises:
        NotFound: there is no such campaign.
    """
    entries = fee_entries(ports.store.transactions(), ports.store.campaign(campaign_id))
    return tuple(it for it in entries if ports.store.find(Invoice, it.transaction_id) is None)


def _issued(  # noqa: PLR0913, PLR0917  what an invoice says
    ports: Ports,
    campaign_id: CampaignId,
    series: InvoiceSeries,
    taxes: tuple[FeeTax, ...],
    actor: ActorId,
    transaction_id: TransactionId,
    *,
    is_note: bool = False,
) -> Invoice:
    campaign, at = ports.store.campaign(campaign_id), ports.now()
    expect(series, InvoiceSeries, what="the series of an invoice")
    current = _current(ports, series, local(at, series.zone).year)
    agreed_taxes = agreed(taxes, campaign.terms.fees)
    found = ports.store.find(Invoice, _text(transaction_id))
    if found is not None:
        return _same(found, campaign, series, agreed_taxes, is_note=is_note)
    corrects, credited = _invoices(ports, campaign) if is_note else (None, ())
    invoice, changes = deciding.issue(
        current,
        _transaction(ports, transaction_id),
        campaign_id=campaign_id,
        debtor_id=campaign.creator_id,
        currency=campaign.currency,
        schedule=campaign.terms.fees,
        taxes=taxes,
        at=at,
        actor=actor,
        corrects=corrects,
        credited=credited,
    )
    ports.store.commit(changes)
    return invoice


def _current(ports: Ports, series: InvoiceSeries, year: int) -> InvoiceSeries:
    """The series of this year as it is written, or as it begins."""
    written = ports.store.find(InvoiceSeries, series_id(series.name, year))
    if written is not None:
        return written
    last = series.last if series.year == year else 0
    return attrs.evolve(series, year=year, last=last, version=0)


def _invoices(ports: Ports, campaign: Campaign) -> tuple[tuple[Invoice, ...], tuple[Credited, ...]]:
    """The invoices of a campaign, and what was credited of them.

    That of the settlement is among them even if the settlement is in another ledger, before a cut-over.
    """
    entries = fee_entries(ports.store.transactions(), campaign)
    ids = dict.fromkeys((_settlement(campaign.id), *(it.transaction_id for it in entries)))
    found = (ports.store.find(Invoice, it) for it in ids)
    invoices = tuple(it for it in found if it and it.campaign_id == campaign.id and not it.corrects)
    credited = (ports.store.find(Credited, it.id) for it in invoices)
    return invoices, tuple(it for it in credited if it)


def _same(
    found: Invoice, campaign: Campaign, series: InvoiceSeries, taxes: tuple[FeeTax, ...], *, is_note: bool
) -> Invoice:
    """What was issued of the transaction before, if it was issued as it is asked for now."""
    issued = (found.campaign_id, parted(found.series_id)[0], bool(found.corrects))
    if issued != (campaign.id, series.name, is_note):
        message = f"{found.id} was invoiced as {found.number}: it is not invoiced otherwise"
        raise KeyReused(message, invoice=found.id)
    if found.taxes != totals(taxes, found.lines):
        message = f"{found.id} was invoiced as {found.number} with {found.tax} of tax: that is not changed"
        raise KeyReused(message, invoice=found.id)
    return found


def _settlement(campaign_id: CampaignId) -> TransactionId:
    return TransactionId(joined(_text(campaign_id), "settlement"))


def _transaction(ports: Ports, transaction_id: TransactionId) -> Transaction:
    for entry in ports.store.transactions():
        if entry.id == transaction_id:
            return entry
    message = f"there is no transaction {shown(transaction_id)}"
    raise NotFound(message, id=transaction_id)


def _text(name: T) -> T:
    expect(name, str, what="an id")
    return name
