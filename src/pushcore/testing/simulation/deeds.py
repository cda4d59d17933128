"""The deeds that can be done in a simulated world: each calls a real use case, with plain values."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from pushcore import usecases
from pushcore.calendar import Zone
from pushcore.campaigns.lifecycle import Trigger
from pushcore.ids import (
    ActorId,
    BackerId,
    CampaignId,
    FundId,
    PayeeId,
    PayoutId,
    PledgeId,
    SubscriptionId,
    TierId,
)
from pushcore.recurring import Anniversary, Period, Retries, Subscription
from pushcore.testing.simulation.approving import APPROVALS
from pushcore.testing.simulation.bouncing import BOUNCING
from pushcore.testing.simulation.crediting import CREDITING, HEIR
from pushcore.testing.simulation.disbursing import DISBURSING
from pushcore.testing.simulation.disputing import DISPUTING
from pushcore.testing.simulation.exchanging import EXCHANGING
from pushcore.testing.simulation.giving_back import GIVING_BACK
from pushcore.testing.simulation.invoicing import INVOICING
from pushcore.testing.simulation.looking import LOOKING
from pushcore.testing.simulation.refunding import REFUNDING
from pushcore.testing.simulation.refunds_made import REFUNDS_MADE
from pushcore.testing.simulation.requesting import request_of, selection_of
from pushcore.testing.simulation.reserving import RESERVING
from pushcore.testing.simulation.shapes import fund_of, part_of, terms_of
from pushcore.testing.simulation.sharing import SHARING
from pushcore.testing.simulation.weather import WEATHER

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.testing.simulation.world import World

__all__ = ["DEEDS"]

_BY: Final = ActorId("somebody")


def _draft(world: World, shape: dict[str, Any]) -> object:
    name = CampaignId(shape["campaign"])
    world.books.shapes.setdefault(name, shape)
    creator = PayeeId(shape["creator"])
    return usecases.draft_campaign(
        world.ports, terms_of(shape), creator_id=creator, actor=_BY, campaign_id=name
    )


def _launch(world: World, campaign: str) -> object:
    return usecases.launch_campaign(world.ports, CampaignId(campaign), actor=_BY)


def _move(world: World, campaign: str, trigger: str) -> object:
    return usecases.move_campaign(world.ports, CampaignId(campaign), Trigger(trigger), actor=_BY)


def _place(world: World, campaign: str, pledge: str, backer: str, pick: dict[str, Any]) -> object:
    return usecases.place_pledge(world.ports, request_of(world, campaign, pledge, backer, pick))


def _expect(world: World, campaign: str, pledge: str, backer: str, pick: dict[str, Any]) -> object:
    request = request_of(world, campaign, pledge, backer, pick)
    return usecases.expect_contribution(world.ports, request, reason="cheque")


def _receive(world: World, campaign: str, pledge: str, minor: int) -> object:
    amount = part_of(world.books.shapes[campaign], minor)
    return usecases.receive_contribution(world.ports, PledgeId(pledge), amount, actor=_BY)


def _give_up(world: World, pledge: str) -> object:
    return usecases.give_up_contribution(world.ports, PledgeId(pledge), actor=_BY)


def _deposit(world: World, campaign: str) -> object:
    return usecases.deposit_contributions(world.ports, CampaignId(campaign), actor=_BY)


def _change(world: World, campaign: str, pledge: str, pick: dict[str, Any]) -> object:
    return usecases.change_pledge(
        world.ports, PledgeId(pledge), selection_of(world, campaign, pick), actor=_BY
    )


def _transfer(world: World, pledge: str, backer: str) -> object:
    return usecases.transfer_pledge(world.ports, PledgeId(pledge), BackerId(backer), actor=_BY)


def _merge(world: World, pledge: str, other: str) -> object:
    return usecases.merge_pledges(world.ports, PledgeId(pledge), PledgeId(other), actor=_BY)


def _cancel(world: World, pledge: str) -> object:
    return usecases.cancel_pledge(world.ports, PledgeId(pledge), actor=_BY)


def _call_off(world: World, campaign: str) -> object:
    return usecases.cancel_campaign(world.ports, CampaignId(campaign), actor=_BY)


def _charge(world: World, pledge: str, part: int | None = None) -> object:
    return usecases.charge_pledge(world.ports, PledgeId(pledge), actor=_BY, part=part)


def _close(world: World, campaign: str) -> object:
    return usecases.close_campaign(world.ports, CampaignId(campaign), actor=_BY)


def _collect(world: World, campaign: str) -> object:
    return usecases.collect_pledges(world.ports, CampaignId(campaign), actor=_BY)


def _settle(world: World, campaign: str) -> object:
    return usecases.settle_campaign(world.ports, CampaignId(campaign), actor=_BY)


def _pay_out(world: World, campaign: str) -> object:
    return usecases.pay_out(world.ports, CampaignId(campaign), actor=_BY)


def _send(world: World, payout: str) -> object:
    return usecases.send_payout(world.ports, PayoutId(payout), actor=_BY)


def _expire(world: World, campaign: str) -> object:
    return usecases.expire_pledges(world.ports, CampaignId(campaign), actor=_BY)


def _advance(world: World, campaign: str) -> object:
    return usecases.advance_campaign(world.ports, CampaignId(campaign), actor=_BY)


def _finish(world: World) -> object:
    return usecases.finish_orders(world.ports, actor=_BY)


def _jobs(world: World) -> object:
    """Everything that a host runs regularly."""
    troubles = [*usecases.finish_orders(world.ports, actor=_BY).values()]
    for campaign_id in world.ports.store.due_campaigns(world.ports.now()):
        troubles += usecases.advance_campaign(world.ports, campaign_id, actor=_BY).values()
    troubles += usecases.expire_credits(world.ports, goes_to=HEIR, actor=_BY).values()
    return [*troubles, *usecases.charge_due_subscriptions(world.ports, actor=_BY).troubles.values()]


def _lapse(world: World, campaign: str) -> object:
    """Half an hour passes, and what was not confirmed in it is void and forgotten."""
    world.clock.at += timedelta(minutes=31)
    usecases.expire_pledges(world.ports, CampaignId(campaign), actor=_BY)
    return usecases.finish_orders(world.ports, actor=_BY)


def _end(world: World, campaign: str) -> object:
    """The deadline comes, and the campaign is closed at once."""
    world.clock.at = max(world.clock.at, world.books.campaigns[campaign].terms.window.closes.at)
    return usecases.close_campaign(world.ports, CampaignId(campaign), actor=_BY)


def _open_fund(world: World, campaign: str, kind: str) -> object:
    return usecases.open_fund(world.ports, fund_of(world.books.shapes[campaign], kind), actor=_BY)


def _match(world: World, pledge: str, fund: str) -> object:
    return usecases.match_pledge(world.ports, PledgeId(pledge), FundId(fund), actor=_BY)


def _give_lump(world: World, campaign: str, fund: str) -> object:
    return usecases.give_lump_sum(world.ports, CampaignId(campaign), FundId(fund), actor=_BY)


def _join(world: World, campaign: str, tier: str, backer: str) -> object:
    who = BackerId(backer)
    return usecases.join_waiting_list(
        world.ports, CampaignId(campaign), TierId(tier), who, actor=ActorId(backer)
    )


def _leave(world: World, campaign: str, tier: str, backer: str) -> object:
    who = BackerId(backer)
    return usecases.leave_waiting_list(
        world.ports, CampaignId(campaign), TierId(tier), who, actor=ActorId(backer)
    )


def _offer(world: World, campaign: str, tier: str) -> object:
    return usecases.offer_released(world.ports, CampaignId(campaign), TierId(tier), actor=_BY)


def _subscribe(  # noqa: PLR0913, PLR0917  what a deed is about
    world: World, campaign: str, subscription: str, backer: str, minor: int, starts: str
) -> object:
    shape = world.books.shapes[campaign]
    started = Subscription(
        id=SubscriptionId(subscription),
        backer_id=BackerId(backer),
        amount=part_of(shape, minor),
        anchor=Anniversary(Zone(shape["zone"]), Period.WEEKLY),
        retries=Retries([2, 2]),
        started_at=datetime.fromisoformat(starts),
        campaign_id=CampaignId(campaign),
    )
    usecases.start_subscription(world.ports, started, actor=ActorId(backer))
    return usecases.charge_subscription(world.ports, started.id, actor=_BY)


def _bill(world: World) -> object:
    return usecases.charge_due_subscriptions(world.ports, actor=_BY)


def _pause(world: World, subscription: str) -> object:
    return usecases.pause_subscription(world.ports, SubscriptionId(subscription), actor=_BY)


def _resume(world: World, subscription: str) -> object:
    return usecases.resume_subscription(world.ports, SubscriptionId(subscription), actor=_BY)


def _unsubscribe(world: World, subscription: str) -> object:
    return usecases.cancel_subscription(world.ports, SubscriptionId(subscription), actor=_BY)


DEEDS: Final[dict[str, Callable[..., object]]] = {
    "draft": _draft,
    "launch": _launch,
    "move": _move,
    "place": _place,
    "expect": _expect,
    "receive": _receive,
    "give-up": _give_up,
    "deposit": _deposit,
    "change": _change,
    "transfer": _transfer,
    "merge": _merge,
    "cancel": _cancel,
    "call-off": _call_off,
    "charge": _charge,
    "close": _close,
    "collect": _collect,
    "settle": _settle,
    "pay-out": _pay_out,
    "send": _send,
    "expire": _expire,
    "advance": _advance,
    "finish": _finish,
    "jobs": _jobs,
    "lapse": _lapse,
    "end": _end,
    "open-fund": _open_fund,
    "match": _match,
    "give-lump": _give_lump,
    "join": _join,
    "leave": _leave,
    "offer": _offer,
    "subscribe": _subscribe,
    "bill": _bill,
    "pause": _pause,
    "resume": _resume,
    "unsubscribe": _unsubscribe,
    **APPROVALS,
    **DISBURSING,
    **EXCHANGING,
    **INVOICING,
    **LOOKING,
    **REFUNDING,
    **CREDITING,
    **RESERVING,
    **SHARING,
    **GIVING_BACK,
    **DISPUTING,
    **REFUNDS_MADE,
    **BOUNCING,
    **WEATHER,
}
"""One more line is one more deed; what draws it stands in `pushcore.testing.simulation.actors`."""
