"""Commands about payouts: consents and approvals, withdrawals, what comes back, and what they are paid of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, Field

from pushcore import usecases
from pushcore.payouts import Consent
from pushcore.schemas.derivation import derived
from pushcore.schemas.fields import (
    ActorIdField,
    CampaignIdField,
    ExchangeRateField,
    MilestoneIdField,
    MoneyField,
    PayeeIdField,
    PayoutIdField,
    RoundingField,
)

if TYPE_CHECKING:
    from pushcore.payouts import HeldReserve, Payout, ProviderExchange
    from pushcore.ports import Ports

__all__ = [
    "ApprovePayout",
    "CancelPayout",
    "FixPayoutRate",
    "MergePayouts",
    "NoteExchange",
    "PreparePayouts",
    "ReconsiderPayout",
    "RefuseMilestone",
    "RefusePayout",
    "ReleaseMilestone",
    "ReleaseReserve",
    "ReturnPayout",
    "WithdrawPayout",
]


class ApprovePayout(BaseModel, extra="forbid", frozen=True):
    """Approve a payout."""

    type: Literal["approve-payout"] = "approve-payout"
    payout_id: PayoutIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Payout:
        """Carry it out: see `pushcore.usecases.approve_payout`."""
        return usecases.approve_payout(ports, self.payout_id, actor=self.actor)


class RefusePayout(BaseModel, extra="forbid", frozen=True):
    """Refuse to approve a payout."""

    type: Literal["refuse-payout"] = "refuse-payout"
    payout_id: PayoutIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Payout:
        """Carry it out: see `pushcore.usecases.refuse_payout`."""
        return usecases.refuse_payout(ports, self.payout_id, actor=self.actor)


class ReconsiderPayout(BaseModel, extra="forbid", frozen=True):
    """Let a refused payout wait for its approvals again."""

    type: Literal["reconsider-payout"] = "reconsider-payout"
    payout_id: PayoutIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Payout:
        """Carry it out: see `pushcore.usecases.reconsider_payout`."""
        return usecases.reconsider_payout(ports, self.payout_id, actor=self.actor)


class FixPayoutRate(BaseModel, extra="forbid", frozen=True):
    """Fix the rate at which a payout arrives in the payee's own currency."""

    type: Literal["fix-payout-rate"] = "fix-payout-rate"
    payout_id: PayoutIdField
    rate: ExchangeRateField
    rounding: RoundingField
    actor: ActorIdField

    def run(self, ports: Ports) -> Payout:
        """Carry it out: see `pushcore.usecases.fix_payout_rate`."""
        return usecases.fix_payout_rate(ports, self.payout_id, self.rate, self.rounding, actor=self.actor)


class ReleaseMilestone(BaseModel, extra="forbid", frozen=True):
    """Release the payouts that wait for a milestone."""

    type: Literal["release-milestone"] = "release-milestone"
    campaign_id: CampaignIdField
    milestone_id: MilestoneIdField
    consent: Annotated[Consent, derived]
    actor: ActorIdField

    def run(self, ports: Ports) -> tuple[Payout, ...]:
        """Carry it out: see `pushcore.usecases.release_milestone`."""
        return usecases.release_milestone(
            ports, self.campaign_id, self.milestone_id, self.consent, actor=self.actor
        )


class RefuseMilestone(BaseModel, extra="forbid", frozen=True):
    """Refuse the payouts that wait for a milestone."""

    type: Literal["refuse-milestone"] = "refuse-milestone"
    campaign_id: CampaignIdField
    milestone_id: MilestoneIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> tuple[Payout, ...]:
        """Carry it out: see `pushcore.usecases.refuse_milestone`."""
        return usecases.refuse_milestone(ports, self.campaign_id, self.milestone_id, actor=self.actor)


class PreparePayouts(BaseModel, extra="forbid", frozen=True):
    """Make further payouts of what payees are owed and no payout speaks for."""

    type: Literal["prepare-payouts"] = "prepare-payouts"
    campaign_id: CampaignIdField
    most: MoneyField | None = None
    actor: ActorIdField

    def run(self, ports: Ports) -> tuple[Payout, ...]:
        """Carry it out: see `pushcore.usecases.prepare_payouts`."""
        return usecases.prepare_payouts(ports, self.campaign_id, most=self.most, actor=self.actor)


class WithdrawPayout(BaseModel, extra="forbid", frozen=True):
    """Make a payout that a payee asks for."""

    type: Literal["withdraw-payout"] = "withdraw-payout"
    campaign_id: CampaignIdField
    payee_id: PayeeIdField
    amount: MoneyField
    number: Annotated[int, Field(strict=True)]
    actor: ActorIdField

    def run(self, ports: Ports) -> Payout:
        """Carry it out: see `pushcore.usecases.withdraw_payout`."""
        return usecases.withdraw_payout(
            ports, self.campaign_id, self.payee_id, self.amount, number=self.number, actor=self.actor
        )


class MergePayouts(BaseModel, extra="forbid", frozen=True):
    """Make one payout of all those of a payee whose time it is."""

    type: Literal["merge-payouts"] = "merge-payouts"
    campaign_id: CampaignIdField
    payee_id: PayeeIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Payout | None:
        """Carry it out: see `pushcore.usecases.merge_payouts`."""
        return usecases.merge_payouts(ports, self.campaign_id, self.payee_id, actor=self.actor)


class CancelPayout(BaseModel, extra="forbid", frozen=True):
    """Give up a payout whose transfer failed."""

    type: Literal["cancel-payout"] = "cancel-payout"
    payout_id: PayoutIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Payout:
        """Carry it out: see `pushcore.usecases.cancel_payout`."""
        return usecases.cancel_payout(ports, self.payout_id, actor=self.actor)


class ReturnPayout(BaseModel, extra="forbid", frozen=True):
    """Book back a payout that the bank sent back."""

    type: Literal["return-payout"] = "return-payout"
    payout_id: PayoutIdField
    costs_back: Annotated[bool, Field(strict=True)]
    came_back: MoneyField | None = None
    actor: ActorIdField

    def run(self, ports: Ports) -> Payout:
        """Carry it out: see `pushcore.usecases.return_payout`."""
        return usecases.return_payout(
            ports, self.payout_id, costs_back=self.costs_back, actor=self.actor, came_back=self.came_back
        )


class ReleaseReserve(BaseModel, extra="forbid", frozen=True):
    """Give payees what is due to them of what is held back."""

    type: Literal["release-reserve"] = "release-reserve"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> HeldReserve:
        """Carry it out: see `pushcore.usecases.release_reserve`."""
        return usecases.release_reserve(ports, self.campaign_id, actor=self.actor)


class NoteExchange(BaseModel, extra="forbid", frozen=True):
    """Enter that money at the provider became another currency there."""

    type: Literal["note-exchange"] = "note-exchange"
    given: MoneyField
    received: MoneyField
    key: Annotated[str, Field(strict=True, min_length=1)]
    actor: ActorIdField

    def run(self, ports: Ports) -> ProviderExchange:
        """Carry it out: see `pushcore.usecases.note_exchange`."""
        return usecases.note_exchange(ports, self.given, self.received, key=self.key, actor=self.actor)
