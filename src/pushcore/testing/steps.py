"""The steps a history is made of: every use case, time passing, and what the payment provider decides.

A step is data, so that it can be drawn, shown, taken again, or taken in the middle of another.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore import usecases
from pushcore.campaigns import deciding
from pushcore.ids import ActorId, CampaignId, PayeeId
from pushcore.payouts import Consent, Consenter
from pushcore.usecases.refunding import refund_pledge

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.campaigns import Campaign, Terms, Trigger
    from pushcore.gateway import ProviderEvent
    from pushcore.ids import BackerId, MilestoneId, PayoutId, PledgeId
    from pushcore.money import Money
    from pushcore.pledges import Pledge, PledgeRequest
    from pushcore.rewards import Selection
    from pushcore.testing.host import Host
    from pushcore.testing.interruption import Interruption
    from pushcore.usecases import Reception

__all__ = [
    "CAMPAIGN",
    "CREATOR",
    "Step",
    "accept",
    "advance",
    "approve",
    "behind",
    "call_off",
    "cancel",
    "change",
    "charge",
    "close",
    "collect",
    "consent",
    "cut_short",
    "decline",
    "deposit",
    "draft",
    "end",
    "expect",
    "expire",
    "finish",
    "give_up",
    "launch",
    "merge",
    "move",
    "pay_ahead",
    "pay_out",
    "place",
    "receive",
    "refund",
    "release",
    "settle",
    "tell",
    "transfer",
    "until",
    "wait",
]

CAMPAIGN: Final = CampaignId("lanterne")
CREATOR: Final = PayeeId("lune")
_ACTOR: Final = ActorId("host")


@attrs.frozen(repr=False)
class Step:
    """One of the functions here and its arguments after the host."""

    act: Callable[..., object]
    args: tuple[Any, ...] = ()

    def __repr__(self) -> str:
        return f"{self.act.__name__}({', '.join(map(repr, self.args))})"

    def _repr_pretty_(self, printer: Any, _: bool) -> None:  # noqa: ANN401, FBT001  hypothesis asks for it
        printer.text(repr(self))


def draft(host: Host, terms: Terms) -> Campaign:
    """Write the campaign down."""
    return usecases.draft_campaign(host.ports, terms, creator_id=CREATOR, actor=_ACTOR, campaign_id=CAMPAIGN)


def launch(host: Host) -> Campaign:
    """Take the campaign live."""
    return usecases.launch_campaign(host.ports, CAMPAIGN, actor=_ACTOR)


def move(host: Host, trigger: Trigger) -> Campaign:
    """Somebody at the platform submits, approves, suspends or resumes the campaign."""
    campaign, changes = deciding.move(host.ports.store.campaign(CAMPAIGN), trigger, host.ports.now(), _ACTOR)
    host.ports.store.commit(changes)
    return campaign


def place(host: Host, request: PledgeRequest) -> Pledge:
    """Place a pledge: what comes back is what was asked for."""
    host.pledge_ids.add(request.pledge_id)
    pledge = usecases.place_pledge(host.ports, request)
    assert pledge.request == request, f"{request} gave {pledge}"
    return pledge


def expect(host: Host, request: PledgeRequest) -> Pledge:
    """Somebody enters what is to come in cash."""
    host.pledge_ids.add(request.pledge_id)
    return usecases.expect_contribution(host.ports, request, reason="cheque")


def receive(host: Host, pledge_id: PledgeId, amount: Money) -> Pledge:
    """It has come, or something else has."""
    return usecases.receive_contribution(host.ports, pledge_id, amount, actor=_ACTOR)


def give_up(host: Host, pledge_id: PledgeId) -> Pledge:
    """It is expected no longer."""
    return usecases.give_up_contribution(host.ports, pledge_id, actor=_ACTOR)


def deposit(host: Host) -> Money:
    """Whoever has the cash brings it to the provider."""
    return usecases.deposit_contributions(host.ports, CAMPAIGN, actor=_ACTOR)


def change(host: Host, pledge_id: PledgeId, selection: Selection) -> Pledge:
    """Pick something else."""
    return usecases.change_pledge(host.ports, pledge_id, selection, actor=_ACTOR)


def tell(host: Host, event: ProviderEvent) -> Reception:
    """The provider tells of its own accord what became of an order."""
    return usecases.receive_event(host.ports, event, actor=_ACTOR)


def transfer(host: Host, pledge_id: PledgeId, holder_id: BackerId) -> Pledge:
    """Hand a pledge over."""
    return usecases.transfer_pledge(host.ports, pledge_id, holder_id, actor=_ACTOR)


def merge(host: Host, pledge_id: PledgeId, other_id: PledgeId) -> Pledge:
    """Make one pledge of two."""
    return usecases.merge_pledges(host.ports, pledge_id, other_id, actor=_ACTOR)


def cancel(host: Host, pledge_id: PledgeId) -> Pledge:
    """Take a pledge back."""
    return usecases.cancel_pledge(host.ports, pledge_id, actor=_ACTOR)


def call_off(host: Host) -> Campaign:
    """Cancel the campaign."""
    return usecases.cancel_campaign(host.ports, CAMPAIGN, actor=_ACTOR)


def expire(host: Host) -> int:
    """Void the pledges whose reservation ran out."""
    return usecases.expire_pledges(host.ports, CAMPAIGN, actor=_ACTOR)


def advance(host: Host) -> object:
    """Do whatever is due for the campaign."""
    return usecases.advance_campaign(host.ports, CAMPAIGN, actor=_ACTOR)


def close(host: Host) -> Campaign:
    """Close the campaign."""
    return usecases.close_campaign(host.ports, CAMPAIGN, actor=_ACTOR)


def collect(host: Host) -> object:
    """Do what is due for every pledge."""
    return usecases.collect_pledges(host.ports, CAMPAIGN, actor=_ACTOR)


def charge(host: Host, pledge_id: PledgeId) -> Pledge:
    """Charge one pledge now."""
    return usecases.charge_pledge(host.ports, pledge_id, actor=_ACTOR)


def pay_ahead(host: Host, pledge_id: PledgeId, part: int) -> Pledge:
    """A backer pays a part of a pledge that is not due yet."""
    return usecases.charge_pledge(host.ports, pledge_id, actor=_ACTOR, part=part)


def refund(host: Host, pledge_id: PledgeId) -> Pledge:
    """Give one pledge back now, or try it again."""
    return refund_pledge(host.ports, pledge_id, actor=_ACTOR)


def settle(host: Host) -> object:
    """Settle the campaign."""
    return usecases.settle_campaign(host.ports, CAMPAIGN, actor=_ACTOR)


def pay_out(host: Host) -> object:
    """Send every payout that is not paid."""
    return usecases.pay_out(host.ports, CAMPAIGN, actor=_ACTOR)


def approve(host: Host, payout_id: PayoutId) -> object:
    """Somebody approves a payout."""
    return usecases.approve_payout(host.ports, payout_id, actor=_ACTOR)


def consent(host: Host, milestone_id: MilestoneId) -> object:
    """The platform consents to a milestone."""
    said = Consent(Consenter.PLATFORM)
    return usecases.release_milestone(host.ports, CAMPAIGN, milestone_id, said, actor=_ACTOR)


def release(host: Host) -> object:
    """Give payees what is due to them of what is held back."""
    return usecases.release_reserve(host.ports, CAMPAIGN, actor=_ACTOR)


def finish(host: Host) -> object:
    """Carry every open order to its end."""
    return usecases.finish_orders(host.ports, actor=_ACTOR)


def wait(host: Host, span: timedelta) -> None:
    """Let time pass."""
    host.clock.advance(span)


def end(host: Host, after: timedelta = timedelta(0)) -> None:
    """Let time pass until so long after the deadline, unless it has."""
    closes = host.store.campaign(CAMPAIGN).terms.window.closes.at
    host.clock.set(max(host.clock.now(), closes + after))


def until(host: Host, at: datetime) -> None:
    """Let time pass until an instant, unless it has."""
    host.clock.set(max(host.clock.now(), at))


def behind(host: Host, step: Step) -> object:
    """Somebody takes a step whose clock is behind: it stands a minute before the deadline."""
    now = host.clock.now()
    closes = host.store.campaign(CAMPAIGN).terms.window.closes.at
    host.clock.set(min(now, closes - timedelta(minutes=1)))
    try:
        return step.act(host, *step.args)
    finally:
        host.clock.set(now)


def cut_short(host: Host, step: Step, *interruptions: Interruption) -> object:
    """A step is taken, and interrupted."""
    return host.take(step, interruptions)


def decline(host: Host, who: str) -> None:
    """The provider declines a backer, a pledge or a payee from here on."""
    host.gateway.decline(who)


def accept(host: Host, who: str) -> None:
    """The provider accepts them again."""
    host.gateway.accept(who)
