"""Commands about campaigns: what a host's API receives, checked at the door and ready to be carried out.

Every command says who acts. Whether they may is the host's to decide, before it runs the command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict

from pushcore import usecases
from pushcore.campaigns import Trigger
from pushcore.schemas.fields import (
    ActorIdField,
    CampaignIdField,
    DeadlineField,
    DisciplineField,
    PayeeIdField,
    PayoutIdField,
    TermsField,
)

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.errors import PushcoreError
    from pushcore.ids import PayoutId
    from pushcore.payouts import Payout, Statement
    from pushcore.ports import Ports
    from pushcore.usecases import Collecting

__all__ = [
    "AnnounceEnd",
    "CancelCampaign",
    "CloseCampaign",
    "CollectPledges",
    "DraftCampaign",
    "EditCampaign",
    "ExpirePledges",
    "ExtendCampaign",
    "LaunchCampaign",
    "MoveCampaign",
    "PayOut",
    "SendPayout",
    "SettleCampaign",
    "UnlockStretchGoals",
]

_CLOSED: Final = ConfigDict(extra="forbid", frozen=True)


class DraftCampaign(BaseModel):
    """Write a new campaign down; without an id of the caller's it gets a new one."""

    model_config = _CLOSED

    type: Literal["draft-campaign"] = "draft-campaign"
    terms: TermsField
    creator_id: PayeeIdField
    campaign_id: CampaignIdField | None = None
    discipline: DisciplineField | None = None
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.draft_campaign`."""
        return usecases.draft_campaign(
            ports,
            self.terms,
            creator_id=self.creator_id,
            actor=self.actor,
            campaign_id=self.campaign_id,
            discipline=self.discipline,
        )


class LaunchCampaign(BaseModel):
    """Take a draft live."""

    model_config = _CLOSED

    type: Literal["launch-campaign"] = "launch-campaign"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.launch_campaign`."""
        return usecases.launch_campaign(ports, self.campaign_id, actor=self.actor)


class EditCampaign(BaseModel):
    """Give a campaign other terms, as far as they may be changed."""

    model_config = _CLOSED

    type: Literal["edit-campaign"] = "edit-campaign"
    campaign_id: CampaignIdField
    terms: TermsField
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.edit_campaign`."""
        return usecases.edit_campaign(ports, self.campaign_id, self.terms, actor=self.actor)


class ExtendCampaign(BaseModel):
    """Move the deadline of a campaign."""

    model_config = _CLOSED

    type: Literal["extend-campaign"] = "extend-campaign"
    campaign_id: CampaignIdField
    closes: DeadlineField
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.extend_campaign`."""
        return usecases.extend_campaign(ports, self.campaign_id, self.closes, actor=self.actor)


class MoveCampaign(BaseModel):
    """Submit a campaign, ask for changes, approve, reject, suspend or resume it."""

    model_config = _CLOSED

    type: Literal["move-campaign"] = "move-campaign"
    campaign_id: CampaignIdField
    trigger: Literal["submit", "request-changes", "approve", "reject", "suspend", "resume"]
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.move_campaign`."""
        return usecases.move_campaign(ports, self.campaign_id, Trigger(self.trigger), actor=self.actor)


class AnnounceEnd(BaseModel):
    """Announce the final lap of a campaign that has no end yet."""

    model_config = _CLOSED

    type: Literal["announce-end"] = "announce-end"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.announce_end`."""
        return usecases.announce_end(ports, self.campaign_id, actor=self.actor)


class UnlockStretchGoals(BaseModel):
    """Unlock the stretch goals that a campaign has reached."""

    model_config = _CLOSED

    type: Literal["unlock-stretch-goals"] = "unlock-stretch-goals"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.unlock_stretch_goals`."""
        return usecases.unlock_stretch_goals(ports, self.campaign_id, actor=self.actor)


class CancelCampaign(BaseModel):
    """Call a campaign off."""

    model_config = _CLOSED

    type: Literal["cancel-campaign"] = "cancel-campaign"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.cancel_campaign`."""
        return usecases.cancel_campaign(ports, self.campaign_id, actor=self.actor)


class CloseCampaign(BaseModel):
    """Close a campaign whose deadline has passed, and judge it."""

    model_config = _CLOSED

    type: Literal["close-campaign"] = "close-campaign"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.close_campaign`."""
        return usecases.close_campaign(ports, self.campaign_id, actor=self.actor)


class ExpirePledges(BaseModel):
    """Void the pledges of a campaign whose reservation ran out unconfirmed."""

    model_config = _CLOSED

    type: Literal["expire-pledges"] = "expire-pledges"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> int:
        """Carry it out: see `pushcore.usecases.expire_pledges`."""
        return usecases.expire_pledges(ports, self.campaign_id, actor=self.actor)


class CollectPledges(BaseModel):
    """Charge the pledges of a funded campaign, as far as anything is due."""

    model_config = _CLOSED

    type: Literal["collect-pledges"] = "collect-pledges"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Collecting:
        """Carry it out: see `pushcore.usecases.collect_pledges`."""
        return usecases.collect_pledges(ports, self.campaign_id, actor=self.actor)


class SettleCampaign(BaseModel):
    """Divide what was collected among fees and payees."""

    model_config = _CLOSED

    type: Literal["settle-campaign"] = "settle-campaign"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Statement:
        """Carry it out: see `pushcore.usecases.settle_campaign`."""
        return usecases.settle_campaign(ports, self.campaign_id, actor=self.actor)


class PayOut(BaseModel):
    """Send every payout of a settled campaign."""

    model_config = _CLOSED

    type: Literal["pay-out"] = "pay-out"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> dict[PayoutId, Payout | PushcoreError]:
        """Carry it out: see `pushcore.usecases.pay_out`."""
        return usecases.pay_out(ports, self.campaign_id, actor=self.actor)


class SendPayout(BaseModel):
    """Send one payout."""

    model_config = _CLOSED

    type: Literal["send-payout"] = "send-payout"
    payout_id: PayoutIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Payout:
        """Carry it out: see `pushcore.usecases.send_payout`."""
        return usecases.send_payout(ports, self.payout_id, actor=self.actor)
