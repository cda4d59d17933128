"""What happened to the books."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import counted, kind
from pushcore.calendar import utc
from pushcore.ids import ActorId, BackerId, CampaignId, TransactionId, identifier, reference
from pushcore.money import Money

__all__ = ["BackerForgotten", "BroughtOver", "InvoiceIssued"]


@attrs.frozen
class BackerForgotten:
    """A backer goes by a pseudonym from now on; it is not said who they were."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pseudonym: BackerId = attrs.field(validator=identifier)


@attrs.frozen
class BroughtOver:
    """A running platform was brought over, as it stood at the instant of the cut-over."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=identifier)
    cut_over: datetime = attrs.field(converter=utc)
    campaigns: int = attrs.field(validator=counted(0))
    pledges: int = attrs.field(validator=counted(0))


@attrs.frozen
class InvoiceIssued:
    """The fees of a transaction were invoiced, or credited where they are negative."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    invoice_id: TransactionId = attrs.field(validator=reference)
    number: str = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    gross: Money = attrs.field(validator=kind(Money))
    tax: Money = attrs.field(validator=kind(Money))
