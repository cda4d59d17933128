"""Commands about what hosts owe the platform: written down, paid, or noted as paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, Field

from pushcore import usecases
from pushcore.schemas.fields import ActorIdField, CampaignIdField, FeeShareField, HostIdField, MoneyField

if TYPE_CHECKING:
    from pushcore.payouts import AccruedShare, SharePayment
    from pushcore.ports import Ports

__all__ = ["AccrueFeeShare", "NoteFeeShare", "SettleFeeShare"]

_Key = Annotated[str, Field(strict=True, min_length=1)]


class AccrueFeeShare(BaseModel, extra="forbid", frozen=True):
    """Write down what a host owes the platform of a settled campaign."""

    type: Literal["accrue-fee-share"] = "accrue-fee-share"
    share: FeeShareField
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> AccruedShare:
        """Carry it out: see `pushcore.usecases.accrue_fee_share`."""
        return usecases.accrue_fee_share(ports, self.share, self.campaign_id, actor=self.actor)


class SettleFeeShare(BaseModel, extra="forbid", frozen=True):
    """Pay all that a host owes the platform, through the payment provider."""

    type: Literal["settle-fee-share"] = "settle-fee-share"
    share: FeeShareField
    key: _Key
    actor: ActorIdField

    def run(self, ports: Ports) -> SharePayment:
        """Carry it out: see `pushcore.usecases.settle_fee_share`."""
        return usecases.settle_fee_share(ports, self.share, key=self.key, actor=self.actor)


class NoteFeeShare(BaseModel, extra="forbid", frozen=True):
    """Enter that a host has paid by itself what it owes the platform."""

    type: Literal["note-fee-share"] = "note-fee-share"
    host_id: HostIdField
    amount: MoneyField
    key: _Key
    actor: ActorIdField

    def run(self, ports: Ports) -> SharePayment:
        """Carry it out: see `pushcore.usecases.note_fee_share`."""
        return usecases.note_fee_share(ports, self.host_id, self.amount, key=self.key, actor=self.actor)
