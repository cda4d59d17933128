"""Commands about campaigns: what a host's API receives, checked at the door and ready to be carried out.

Every command says who acts. Whether they may is the host's to decide, before it runs the command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from pushcore import usecases
from pushcore.campaigns import Trigger
from pushcore.schemas.fields import (
    ActorIdField,
    BackerIdField,
    CampaignIdField,
    DeadlineField,
    DisciplineField,
    MoneyField,
    PayeeIdField,
    PayoutIdField,
    TermsField,
)

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign, Follower
    from pushcore.errors import PushcoreError
    from pushcore.ids import PayoutId, PledgeId
    from pushcore.money import Money
    from pushcore.payouts import Payout, Statement
    from pushcore.ports import Ports
    from pushcore.usecases import Collecting

__all__ = [
    "AnnounceEnd",
    "CancelCampaign",
    "CloseCampaign",
    "CollectPledges",
    "DepositContributions",
    "DraftCampaign",
    "EditCampaign",
    "ExpirePledges",
    "ExtendCampaign",
    "FollowCampaign",
    "GiveBackCampaign",
    "LaunchCampaign",
    "MoveCampaign",
    "MoveGoal",
    "PayOut",
    "RetryRefunds",
    "SendPayout",
    "SettleCampaign",
    "UnfollowCampaign",
    "UnlockStretchGoals",
]


class DraftCampaign(BaseModel, extra="forbid", frozen=True):
    """Write a new campaign down; without an id of the caller's it gets a new one."""

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


class LaunchCampaign(BaseModel, extra="forbid", frozen=True):
    """Take a draft live."""

    type: Literal["launch-campaign"] = "launch-campaign"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.launch_campaign`."""
        return usecases.launch_campaign(ports, self.campaign_id, actor=self.actor)


class EditCampaign(BaseModel, extra="forbid", frozen=True):
    """Give a campaign other terms, as far as they may be changed."""

    type: Literal["edit-campaign"] = "edit-campaign"
    campaign_id: CampaignIdField
    terms: TermsField
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.edit_campaign`."""
        return usecases.edit_campaign(ports, self.campaign_id, self.terms, actor=self.actor)


class ExtendCampaign(BaseModel, extra="forbid", frozen=True):
    """Move the deadline of a campaign."""

    type: Literal["extend-campaign"] = "extend-campaign"
    campaign_id: CampaignIdField
    closes: DeadlineField
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.extend_campaign`."""
        return usecases.extend_campaign(ports, self.campaign_id, self.closes, actor=self.actor)


class MoveCampaign(BaseModel, extra="forbid", frozen=True):
    """Submit a campaign, ask for changes, approve, reject, suspend or resume it."""

    type: Literal["move-campaign"] = "move-campaign"
    campaign_id: CampaignIdField
    trigger: Literal["submit", "request-changes", "approve", "reject", "suspend", "resume"]
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.move_campaign`."""
        return usecases.move_campaign(ports, self.campaign_id, Trigger(self.trigger), actor=self.actor)


class MoveGoal(BaseModel, extra="forbid", frozen=True):
    """Move a goal with fees on top by what is known of payments: the amounts by payment method."""

    type: Literal["move-goal"] = "move-goal"
    campaign_id: CampaignIdField
    known: dict[str, list[MoneyField]]
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.move_goal`."""
        return usecases.move_goal(ports, self.campaign_id, self.known, actor=self.actor)


class AnnounceEnd(BaseModel, extra="forbid", frozen=True):
    """Announce the final lap of a campaign that has no end yet."""

    type: Literal["announce-end"] = "announce-end"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.announce_end`."""
        return usecases.announce_end(ports, self.campaign_id, actor=self.actor)


class FollowCampaign(BaseModel, extra="forbid", frozen=True):
    """Follow a campaign, to be told when it opens."""

    type: Literal["follow-campaign"] = "follow-campaign"
    campaign_id: CampaignIdField
    backer_id: BackerIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Follower:
        """Carry it out: see `pushcore.usecases.follow_campaign`."""
        return usecases.follow_campaign(ports, self.campaign_id, self.backer_id, actor=self.actor)


class UnfollowCampaign(BaseModel, extra="forbid", frozen=True):
    """Follow a campaign no longer."""

    type: Literal["unfollow-campaign"] = "unfollow-campaign"
    campaign_id: CampaignIdField
    backer_id: BackerIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Follower | None:
        """Carry it out: see `pushcore.usecases.unfollow_campaign`."""
        return usecases.unfollow_campaign(ports, self.campaign_id, self.backer_id, actor=self.actor)


class UnlockStretchGoals(BaseModel, extra="forbid", frozen=True):
    """Unlock the stretch goals that a campaign has reached."""

    type: Literal["unlock-stretch-goals"] = "unlock-stretch-goals"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.unlock_stretch_goals`."""
        return usecases.unlock_stretch_goals(ports, self.campaign_id, actor=self.actor)


class CancelCampaign(BaseModel, extra="forbid", frozen=True):
    """Call a campaign off."""

    type: Literal["cancel-campaign"] = "cancel-campaign"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.cancel_campaign`."""
        return usecases.cancel_campaign(ports, self.campaign_id, actor=self.actor)


class GiveBackCampaign(BaseModel, extra="forbid", frozen=True):
    """Give back all that a funded campaign collected, instead of settling it."""

    type: Literal["give-back-campaign"] = "give-back-campaign"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.give_back_campaign`."""
        return usecases.give_back_campaign(ports, self.campaign_id, actor=self.actor)


class RetryRefunds(BaseModel, extra="forbid", frozen=True):
    """Try every refund of a campaign again that was declined."""

    type: Literal["retry-refunds"] = "retry-refunds"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> dict[PledgeId, PushcoreError]:
        """Carry it out: see `pushcore.usecases.retry_refunds`."""
        return usecases.retry_refunds(ports, self.campaign_id, actor=self.actor)


class CloseCampaign(BaseModel, extra="forbid", frozen=True):
    """Close a campaign whose deadline has passed, and judge it."""

    type: Literal["close-campaign"] = "close-campaign"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Campaign:
        """Carry it out: see `pushcore.usecases.close_campaign`."""
        return usecases.close_campaign(ports, self.campaign_id, actor=self.actor)


class ExpirePledges(BaseModel, extra="forbid", frozen=True):
    """Void the pledges of a campaign whose reservation ran out unconfirmed."""

    type: Literal["expire-pledges"] = "expire-pledges"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> int:
        """Carry it out: see `pushcore.usecases.expire_pledges`."""
        return usecases.expire_pledges(ports, self.campaign_id, actor=self.actor)


class CollectPledges(BaseModel, extra="forbid", frozen=True):
    """Charge the pledges of a funded campaign, as far as anything is due."""

    type: Literal["collect-pledges"] = "collect-pledges"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Collecting:
        """Carry it out: see `pushcore.usecases.collect_pledges`."""
        return usecases.collect_pledges(ports, self.campaign_id, actor=self.actor)


class DepositContributions(BaseModel, extra="forbid", frozen=True):
    """Enter that what came for a settled campaign in cash or by bank was brought to the provider."""

    type: Literal["deposit-contributions"] = "deposit-contributions"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Money:
        """Carry it out: see `pushcore.usecases.deposit_contributions`."""
        return usecases.deposit_contributions(ports, self.campaign_id, actor=self.actor)


class SettleCampaign(BaseModel, extra="forbid", frozen=True):
    """Divide what was collected among fees and payees."""

    type: Literal["settle-campaign"] = "settle-campaign"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Statement:
        """Carry it out: see `pushcore.usecases.settle_campaign`."""
        return usecases.settle_campaign(ports, self.campaign_id, actor=self.actor)


class PayOut(BaseModel, extra="forbid", frozen=True):
    """Send every payout of a settled campaign."""

    type: Literal["pay-out"] = "pay-out"
    campaign_id: CampaignIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> dict[PayoutId, Payout | PushcoreError]:
        """Carry it out: see `pushcore.usecases.pay_out`."""
        return usecases.pay_out(ports, self.campaign_id, actor=self.actor)


class SendPayout(BaseModel, extra="forbid", frozen=True):
    """Send one payout."""

    type: Literal["send-payout"] = "send-payout"
    payout_id: PayoutIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Payout:
        """Carry it out: see `pushcore.usecases.send_payout`."""
        return usecases.send_payout(ports, self.payout_id, actor=self.actor)
