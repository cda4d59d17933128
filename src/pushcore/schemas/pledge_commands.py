"""Commands about pledges, and about contributions that come in cash or by bank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

import attrs
from pydantic import BaseModel, Field

from pushcore import usecases
from pushcore.payouts import RefundSituation, RefundTo
from pushcore.pledges import PledgeRequest
from pushcore.schemas.derivation import derived
from pushcore.schemas.fields import (
    ActorIdField,
    BackerIdField,
    CampaignIdField,
    CurrencyField,
    MoneyField,
    PledgeIdField,
    SelectionField,
    WantedField,
)

if TYPE_CHECKING:
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = [
    "CancelPledge",
    "ChangePledge",
    "ChargePledge",
    "ExpectContribution",
    "GiveUpContribution",
    "MergePledges",
    "PlacePledge",
    "ReceiveContribution",
    "RefundPledge",
    "ReplaceMethod",
    "SpendCredit",
    "TransferPledge",
]


class PlacePledge(BaseModel, extra="forbid", frozen=True):
    """Pledge to a campaign: rewards with a bonus, or an amount alone."""

    type: Literal["place-pledge"] = "place-pledge"
    pledge_id: PledgeIdField
    campaign_id: CampaignIdField
    backer_id: BackerIdField
    selection: SelectionField
    expects: MoneyField | None = None
    recipient_id: BackerIdField | None = None
    anonymous: Annotated[bool, Field(strict=True)] = False
    hides_amount: Annotated[bool, Field(strict=True)] = False
    parts: Annotated[int, Field(strict=True)] | None = None
    refund_to: Annotated[RefundTo, derived] = RefundTo.CARD
    presented: CurrencyField | None = None
    actor: ActorIdField

    def to_domain(self) -> PledgeRequest:
        """The request that is placed."""
        return _request(self)

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.place_pledge`."""
        return usecases.place_pledge(ports, self.to_domain())


class ChangePledge(BaseModel, extra="forbid", frozen=True):
    """Replace what a pledge is for."""

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


class TransferPledge(BaseModel, extra="forbid", frozen=True):
    """Hand a pledge over to somebody else."""

    type: Literal["transfer-pledge"] = "transfer-pledge"
    pledge_id: PledgeIdField
    holder_id: BackerIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.transfer_pledge`."""
        return usecases.transfer_pledge(ports, self.pledge_id, self.holder_id, actor=self.actor)


class MergePledges(BaseModel, extra="forbid", frozen=True):
    """Make one pledge of two of the same backer."""

    type: Literal["merge-pledges"] = "merge-pledges"
    pledge_id: PledgeIdField
    other_id: PledgeIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.merge_pledges`."""
        return usecases.merge_pledges(ports, self.pledge_id, self.other_id, actor=self.actor)


class CancelPledge(BaseModel, extra="forbid", frozen=True):
    """Take a pledge back."""

    type: Literal["cancel-pledge"] = "cancel-pledge"
    pledge_id: PledgeIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.cancel_pledge`."""
        return usecases.cancel_pledge(ports, self.pledge_id, actor=self.actor)


class ChargePledge(BaseModel, extra="forbid", frozen=True):
    """Charge one pledge now, such as after its backer mended the card, or the next part of it ahead."""

    type: Literal["charge-pledge"] = "charge-pledge"
    pledge_id: PledgeIdField
    part: Annotated[int, Field(strict=True)] | None = None
    actor: ActorIdField

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.charge_pledge`."""
        return usecases.charge_pledge(ports, self.pledge_id, actor=self.actor, part=self.part)


class ReplaceMethod(BaseModel, extra="forbid", frozen=True):
    """Charge another payment method of a pledge from now on."""

    type: Literal["replace-method"] = "replace-method"
    pledge_id: PledgeIdField
    method: Annotated[str, Field(strict=True)]
    actor: ActorIdField

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.replace_method`."""
        return usecases.replace_method(ports, self.pledge_id, self.method, actor=self.actor)


class RefundPledge(BaseModel, extra="forbid", frozen=True):
    """Refund a pledge, whole or in part, or try a refund again."""

    type: Literal["refund-pledge"] = "refund-pledge"
    pledge_id: PledgeIdField
    wanted: WantedField | None = None
    key: Annotated[str, Field(strict=True)] | None = None
    situation: Annotated[RefundSituation, derived] | None = None
    to: Annotated[RefundTo, derived] | None = None
    actor: ActorIdField

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.refund_pledge`."""
        return usecases.refund_pledge(
            ports,
            self.pledge_id,
            actor=self.actor,
            wanted=self.wanted,
            key=self.key,
            situation=self.situation,
            to=self.to,
        )


class ExpectContribution(BaseModel, extra="forbid", frozen=True):
    """Enter a contribution that is to come in cash or by bank, and how that is known."""

    type: Literal["expect-contribution"] = "expect-contribution"
    pledge_id: PledgeIdField
    campaign_id: CampaignIdField
    backer_id: BackerIdField
    selection: SelectionField
    expects: MoneyField | None = None
    recipient_id: BackerIdField | None = None
    anonymous: Annotated[bool, Field(strict=True)] = False
    hides_amount: Annotated[bool, Field(strict=True)] = False
    reason: Annotated[str, Field(strict=True)]
    actor: ActorIdField

    def to_domain(self) -> PledgeRequest:
        """The request that is entered."""
        return _request(self)

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.expect_contribution`."""
        return usecases.expect_contribution(ports, self.to_domain(), reason=self.reason)


class SpendCredit(BaseModel, extra="forbid", frozen=True):
    """Pledge to a campaign, and pay for it from the backer's wallet."""

    type: Literal["spend-credit"] = "spend-credit"
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
        """The request that is placed and paid for."""
        return _request(self)

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.spend_credit`."""
        return usecases.spend_credit(ports, self.to_domain())


class ReceiveContribution(BaseModel, extra="forbid", frozen=True):
    """Enter what has come of an expected contribution."""

    type: Literal["receive-contribution"] = "receive-contribution"
    pledge_id: PledgeIdField
    amount: MoneyField
    actor: ActorIdField

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.receive_contribution`."""
        return usecases.receive_contribution(ports, self.pledge_id, self.amount, actor=self.actor)


class GiveUpContribution(BaseModel, extra="forbid", frozen=True):
    """Expect a contribution no longer."""

    type: Literal["give-up-contribution"] = "give-up-contribution"
    pledge_id: PledgeIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Pledge:
        """Carry it out: see `pushcore.usecases.give_up_contribution`."""
        return usecases.give_up_contribution(ports, self.pledge_id, actor=self.actor)


def _request(command: PlacePledge | ExpectContribution | SpendCredit) -> PledgeRequest:
    """All that a request and a command have in common, by its name."""
    given = {name: getattr(command, name) for name in _ASKED if hasattr(command, name)}
    return PledgeRequest(**given)


_ASKED: Final = tuple(field.name for field in attrs.fields(PledgeRequest))
