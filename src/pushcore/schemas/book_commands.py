"""Commands about the books of a host: see `pushcore.schemas.commands`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel

from pushcore import usecases
from pushcore.books import FeeTax, InvoiceSeries
from pushcore.ids import TransactionId
from pushcore.schemas.derivation import derived
from pushcore.schemas.fields import ActorIdField, BackerIdField, CampaignIdField
from pushcore.schemas.openings import OpeningBalancesField

if TYPE_CHECKING:
    from pushcore.books import Invoice, Opening
    from pushcore.ids import BackerId
    from pushcore.ports import Ports

__all__ = ["ForgetBacker", "ImportOpening", "IssueCreditNote", "IssueInvoice"]


class ForgetBacker(BaseModel, extra="forbid", frozen=True):
    """Put a pseudonym wherever a backer is named."""

    type: Literal["forget-backer"] = "forget-backer"
    backer_id: BackerIdField
    pseudonym: BackerIdField | None = None
    actor: ActorIdField

    def run(self, ports: Ports) -> BackerId | None:
        """Carry it out: see `pushcore.usecases.forget_backer`."""
        return usecases.forget_backer(ports, self.backer_id, actor=self.actor, pseudonym=self.pseudonym)


class ImportOpening(BaseModel, extra="forbid", frozen=True):
    """Bring a running platform over, all of it or nothing."""

    type: Literal["import-opening"] = "import-opening"
    opening: OpeningBalancesField
    actor: ActorIdField

    def run(self, ports: Ports) -> Opening:
        """Carry it out: see `pushcore.usecases.import_opening`."""
        return usecases.import_opening(ports, self.opening, actor=self.actor)


_Series = Annotated[InvoiceSeries, derived]
_Taxes = Annotated[tuple[FeeTax, ...], derived]
_TransactionId = Annotated[TransactionId, derived]


class IssueInvoice(BaseModel, extra="forbid", frozen=True):
    """Invoice the creator of a campaign for the fees of its settlement, or of another transaction."""

    type: Literal["issue-invoice"] = "issue-invoice"
    campaign_id: CampaignIdField
    series: _Series
    taxes: _Taxes
    transaction_id: _TransactionId | None = None
    actor: ActorIdField

    def run(self, ports: Ports) -> Invoice:
        """Carry it out: see `pushcore.usecases.issue_invoice`."""
        return usecases.issue_invoice(
            ports,
            self.campaign_id,
            series=self.series,
            taxes=self.taxes,
            actor=self.actor,
            transaction_id=self.transaction_id,
        )


class IssueCreditNote(BaseModel, extra="forbid", frozen=True):
    """Credit fees of a campaign that were given back after they were invoiced."""

    type: Literal["issue-credit-note"] = "issue-credit-note"
    campaign_id: CampaignIdField
    transaction_id: _TransactionId
    series: _Series
    taxes: _Taxes
    actor: ActorIdField

    def run(self, ports: Ports) -> Invoice:
        """Carry it out: see `pushcore.usecases.issue_credit_note`."""
        return usecases.issue_credit_note(
            ports,
            self.campaign_id,
            self.transaction_id,
            series=self.series,
            taxes=self.taxes,
            actor=self.actor,
        )
