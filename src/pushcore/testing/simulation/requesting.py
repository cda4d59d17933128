"""What a backer asks for in a simulated world: a pledge request, made of the plain values of a deed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pushcore.ids import ActorId, BackerId, CampaignId, PledgeId, TierId
from pushcore.money import Currency
from pushcore.payouts import RefundTo
from pushcore.pledges import PledgeRequest
from pushcore.rewards import Selection
from pushcore.testing.simulation.shapes import part_of

if TYPE_CHECKING:
    from pushcore.testing.simulation.world import World

__all__ = ["request_of", "selection_of"]


def request_of(world: World, campaign: str, pledge: str, backer: str, pick: dict[str, Any]) -> PledgeRequest:
    """What a backer asks for, in which currency they pay, and where a refund of it is to go."""
    shown = world.books.shapes[campaign].get("shown") if pick.get("shown") else None
    return PledgeRequest(
        PledgeId(pledge),
        CampaignId(campaign),
        BackerId(backer),
        selection_of(world, campaign, pick),
        actor=ActorId(backer),
        parts=pick.get("parts"),
        presented=None if shown is None else Currency.of(shown),
        refund_to=RefundTo.WALLET if pick.get("credit") else RefundTo.CARD,
    )


def selection_of(world: World, campaign: str, pick: dict[str, Any]) -> Selection:
    """What is picked of a campaign."""
    shape, tier, tip = world.books.shapes[campaign], pick.get("tier"), pick.get("tip")
    return Selection(
        part_of(shape, pick.get("bonus", 0)),
        tier_id=None if tier is None else TierId(tier),
        quantity=pick.get("quantity", 1),
        add_ons={TierId(name): number for name, number in pick.get("add_ons", {}).items()},
        tip=None if tip is None else part_of(shape, tip),
        destination=pick.get("to"),
    )
