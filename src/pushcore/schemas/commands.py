"""Commands: what a host's API receives, checked at the door, and each ready to be carried out.

Every command says who acts. Whether they may is the host's to decide, before it runs the command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from pushcore import usecases
from pushcore.campaigns import Trigger
from pushcore.pledges import PledgeRequest
from pushcore.schemas.fields import (
    ActorIdField,
    BackerIdField,
    CampaignIdField,
    DisciplineField,
    MoneyField,
    PayeeIdField,
    PayoutIdField,
    PledgeIdField,
    SelectionField,
    TermsField,
)

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.errors import PushcoreError
    from pushcore.ids import PayoutId
    from pushcore.payouts import Payout, Statement
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports
    from pushcore.usecases import Collecting

__all__ = [
    "AnnounceEnd",
    "CancelCampaign",
    "CancelPledge",
    "ChangePledge",
    "ChargePledge",
    "CloseCampaign",
    "CollectPledges",
    "DraftCampaign",
    "ExpirePledges",
    "LaunchCampaign",
    "MergePledges",
    "MoveCampaign",
    "PayOut",
    "PlacePledge",
    "RefundPledge",
    "SendPayout",
    "SettleCampaign",
    "TransferPledge",
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


class PlacePledge(BaseModel):
    """Pledge to a campaign: rewards with a bonus, or an amount alone."""

    model_config = _CLOSED

    type: Literal["place-pledge"] = "place-pledge"
    pledge_id: PledgeIdField
    campaign_id: CampaignIdField
    backer_id: BackerIdField
    selection: SelectionField
    expects: MoneyField | None = None
    recipient_id: BackerIdField | None = None
    anonymous: Annotated[bool, Field(strict=True)] = False
    hides_amount: Annotated[bool, Field(strict=True)] = False
    actor: ActorIdField

    def to_domain(self) -> PledgeRequest:
        """The request that is placed."""
        return PledgeRequest(
            self.pledge_id,
            self.campaign_id,
            self.backer_id,
            self.selection,
            actor=self.actor,
            expects=self.expects,
            recipient_id=self.recipient_id,
            anonymous=self.anonymous,
            hides_amount=self.hides_amount,
        )

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.place_pledge`."""
        return usecases.place_pledge(ports, self.to_domain())


class ChangePledge(BaseModel):
    """Replace what a pledge is for."""

    model_config = _CLOSED

    type: Literal["change-pledge"] = "change-pledge"
    pledge_id: PledgeIdField
    selection: SelectionField
    expects: MoneyField | None = None
    actor: ActorIdField

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.change_pledge`."""
        return usecases.change_pledge(
            ports, self.pledge_id, self.selection, actor=self.actor, expects=self.expects
        )


class TransferPledge(BaseModel):
    """Hand a pledge over to somebody else."""

    model_config = _CLOSED

    type: Literal["transfer-pledge"] = "transfer-pledge"
    pledge_id: PledgeIdField
    holder_id: BackerIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.transfer_pledge`."""
        return usecases.transfer_pledge(ports, self.pledge_id, self.holder_id, actor=self.actor)


class MergePledges(BaseModel):
    """Make one pledge of two of the same backer."""

    model_config = _CLOSED

    type: Literal["merge-pledges"] = "merge-pledges"
    pledge_id: PledgeIdField
    other_id: PledgeIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.merge_pledges`."""
        return usecases.merge_pledges(ports, self.pledge_id, self.other_id, actor=self.actor)


class CancelPledge(BaseModel):
    """Take a pledge back."""

    model_config = _CLOSED

    type: Literal["cancel-pledge"] = "cancel-pledge"
    pledge_id: PledgeIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.cancel_pledge`."""
        return usecases.cancel_pledge(ports, self.pledge_id, actor=self.actor)


class ChargePledge(BaseModel):
    """Charge one pledge now, such as after its backer mended the card."""

    model_config = _CLOSED

    type: Literal["charge-pledge"] = "charge-pledge"
    pledge_id: PledgeIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.charge_pledge`."""
        return usecases.charge_pledge(ports, self.pledge_id, actor=self.actor)


class RefundPledge(BaseModel):
    """Refund a pledge of a campaign that came to nothing, or try a refund again."""

    model_config = _CLOSED

    type: Literal["refund-pledge"] = "refund-pledge"
    pledge_id: PledgeIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.refund_pledge`."""
        return usecases.refund_pledge(ports, self.pledge_id, actor=self.actor)
