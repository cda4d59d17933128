"""Commands about matching: funds, and what they add to pledges and campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, Field

from pushcore import usecases
from pushcore.matching import LumpSum, MatchingFund, Multiple, Pool, Sharing
from pushcore.schemas.derivation import derived
from pushcore.schemas.fields import ActorIdField, CampaignIdField, FundIdField, MoneyField, PledgeIdField

if TYPE_CHECKING:
    from pushcore.matching import Match
    from pushcore.ports import Ports

__all__ = ["GiveLumpSum", "MatchPledge", "OpenFund"]


class OpenFund(BaseModel, extra="forbid", frozen=True):
    """Open a fund, whose sponsors have paid in what is in its pools."""

    type: Literal["open-fund"] = "open-fund"
    fund_id: FundIdField
    rule: Annotated[Multiple | LumpSum, derived]
    pools: Annotated[tuple[Annotated[Pool, derived], ...], Field(min_length=1)]
    sharing: Annotated[Sharing, derived] = Sharing.LARGEST_REMAINDER
    step: MoneyField | None = None
    actor: ActorIdField

    def to_domain(self) -> MatchingFund:
        """The fund that is opened."""
        return MatchingFund(self.fund_id, self.rule, self.pools, sharing=self.sharing, step=self.step)

    def run(self, ports: Ports) -> MatchingFund:
        """Carry it out: see `pushcore.usecases.open_fund`."""
        return usecases.open_fund(ports, self.to_domain(), actor=self.actor)


class MatchPledge(BaseModel, extra="forbid", frozen=True):
    """Let a fund add to a pledge."""

    type: Literal["match-pledge"] = "match-pledge"
    pledge_id: PledgeIdField
    fund_id: FundIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Match:
        """Carry it out: see `pushcore.usecases.match_pledge`."""
        return usecases.match_pledge(ports, self.pledge_id, self.fund_id, actor=self.actor)


class GiveLumpSum(BaseModel, extra="forbid", frozen=True):
    """Let a fund give a campaign its lump sum."""

    type: Literal["give-lump-sum"] = "give-lump-sum"
    campaign_id: CampaignIdField
    fund_id: FundIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Match:
        """Carry it out: see `pushcore.usecases.give_lump_sum`."""
        return usecases.give_lump_sum(ports, self.campaign_id, self.fund_id, actor=self.actor)
