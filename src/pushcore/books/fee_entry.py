"""Fee entries: what transactions took of a creator in fees, or gave back: to be invoiced, or credited."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import each, expect, items, stream
from pushcore.books.invoice import InvoiceLine
from pushcore.books.invoicing import fees_of
from pushcore.calendar import utc
from pushcore.campaigns import Campaign
from pushcore.ids import TransactionId, reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pushcore.ledger import Transaction
    from pushcore.money import Money

__all__ = ["FeeEntry", "fee_entries"]


@attrs.frozen
class FeeEntry:
    """What one transaction took of a creator in fees, line by line; below zero, what it gave back.

    Attributes:
        transaction_id: Which: it is what the invoice or the credit note is of.
        at: When.
        lines: What each fee line took that the creator bears.
    """

    transaction_id: TransactionId = attrs.field(validator=reference)
    at: datetime = attrs.field(converter=utc)
    lines: tuple[InvoiceLine, ...] = attrs.field(converter=items, validator=each(InvoiceLine))

    @property
    def gross(self) -> Money:
        """All lines together: what is invoiced, or, below zero, what is credited."""
        first, *more = (line.amount for line in self.lines)
        return sum(more, first)


def fee_entries(transactions: Iterable[Transaction], campaign: Campaign) -> tuple[FeeEntry, ...]:
    """What a ledger says of the fees of a campaign that its creator bears, transaction by transaction.

    What was brought over from another ledger was invoiced there.

    Raises:
        InvalidValue: no transactions, or no campaign.
    """
    expect(campaign, Campaign, what="a campaign")
    found = []
    for entry in stream(transactions):
        fees = fees_of(entry, campaign.id, campaign.currency, campaign.terms.fees)
        if fees and entry.recipe != "opening":
            found.append(FeeEntry(entry.id, entry.at, [InvoiceLine(*line) for line in fees.items()]))
    return tuple(found)
