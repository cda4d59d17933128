"""Invoicing at the end of a simulated world: what fees took is invoiced, what they gave back is credited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore import usecases
from pushcore.books import InvoiceSeries
from pushcore.calendar import Zone
from pushcore.errors import Refused
from pushcore.ids import ActorId, CampaignId
from pushcore.testing.simulation.auditor import fail

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.books import FeeEntry, Invoice
    from pushcore.testing.simulation.world import World

__all__ = ["INVOICING"]

_CLERK: Final = ActorId("clerk")


def _invoice(world: World, campaign: str) -> None:
    """Invoice what is not invoiced, and credit what is not credited; then it is the same as the ledger."""
    ports, name = world.ports, CampaignId(campaign)
    written = [_issued(world, name, entry) for entry in usecases.list_uninvoiced(ports, name)]
    if left := usecases.list_uninvoiced(ports, name):
        fail("fees-are-invoiced", f"{left} are in no invoice")
    if written and [it.sequence for it in written] != [*range(written[0].sequence, written[-1].sequence + 1)]:
        fail("invoices-are-numbered", f"{[it.number for it in written]} are not one after the other")
    currency = world.books.shapes[campaign]["currency"]
    for path, code in world.books.ledger.places():
        if path.startswith(f"campaign/{campaign}/fees/") and code == currency:
            line = path.removeprefix(f"campaign/{campaign}/fees/").replace("%2F", "/")
            amounts = [it.amount.minor for document in written for it in document.lines if it.name == line]
            if sum(amounts) != (took := -world.books.ledger.net(path, code)):
                fail("fees-are-invoiced", f"{amounts} of {line} are in invoices, and {took} was taken")


def _issued(world: World, campaign: CampaignId, entry: FeeEntry) -> Invoice:
    """An invoice of what was taken, or a credit note of what was given back."""
    ports, of = world.ports, entry.transaction_id
    series = InvoiceSeries("fees", world.clock.at.year, Zone("UTC"))
    try:
        if entry.gross.minor < 0:
            return usecases.issue_credit_note(ports, campaign, of, series=series, taxes=(), actor=_CLERK)
        return usecases.issue_invoice(
            ports, campaign, series=series, taxes=(), actor=_CLERK, transaction_id=of
        )
    except Refused as no:
        return fail("fees-are-invoiced", f"{entry} is in no invoice: {no}")


INVOICING: Final[dict[str, Callable[..., object]]] = {"invoice": _invoice}
"""What is done at the end of a world, once for each campaign that took fees."""
