"""Refunding: what was taken for a campaign that comes to nothing, or from a backer who cancels, goes back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pushcore.errors import Conflict, PushcoreError, Refusal, Refused
from pushcore.payments import refunding
from pushcore.pledges import PartState, PledgeState
from pushcore.rewards import Fulfilment
from pushcore.usecases._finding import known_pledge
from pushcore.usecases._running import use_case
from pushcore.usecases._writing import ask, write
from pushcore.usecases.collecting import finish_charge
from pushcore.usecases.unmatching import return_match

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, PledgeId
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = ["finish_refund", "refund_pledge", "return_pledge", "return_pledges"]


@use_case
def refund_pledge(ports: Ports, pledge_id: PledgeId, *, actor: ActorId) -> Pledge:
    """Refund a collected pledge of a failed or canceled campaign, finish a refund, or try one again.

    One that is refunded is returned as it is.

    Raises:
        Refused: ``unknown-pledge``, or see `pushcore.payments.refunding.give_back`.
        GatewayMisuse: the provider rejected the refund, which failed as if it were declined.
        GatewayError: the provider did not answer; the same call finishes it.
    """
    pledge = known_pledge(ports, pledge_id)
    if pledge.state is PledgeState.REFUNDED:
        return pledge
    if pledge.state is PledgeState.UNREFUNDED:
        decided = refunding.order_again(pledge, ports.now(), actor)
        pledge = write(ports, decided, partial(ports.store.find_pledge, pledge.id))
    campaign = ports.store.campaign(pledge.campaign_id)
    if pledge.state is PledgeState.CHARGING and not campaign.gives_back:
        refunding.set_free(pledge, campaign, ports.now(), actor)  # refused before its charge is finished
    return return_pledge(ports, campaign, pledge, actor)


def return_pledges(ports: Ports, campaign: Campaign, actor: ActorId) -> dict[PledgeId, PushcoreError]:
    """Set every pledge of a failed or canceled campaign free, and give back what was collected.

    One without an answer holds up no other. What comes back are the errors of those, by pledge, and the next
    call goes on with them; but a refund that was declined is told once, and waits for `refund_pledge`.
    """
    troubles: dict[PledgeId, PushcoreError] = {}
    for pledge in ports.store.returnable_pledges(campaign.id):
        try:
            returned = return_pledge(ports, campaign, pledge, actor)
        except Conflict:  # returned by somebody else meanwhile
            continue
        except PushcoreError as trouble:
            troubles[pledge.id] = trouble.with_traceback(None)
        else:
            if returned.state is PledgeState.UNREFUNDED:
                declined = Refusal("declined", f"the refund of pledge {pledge.id} was declined")
                troubles[pledge.id] = Refused([declined])
    return troubles


def return_pledge(ports: Ports, campaign: Campaign, pledge: Pledge, actor: ActorId) -> Pledge:
    """Set one pledge free, and give back what was taken for it; what came offline is to be given by hand."""
    if pledge.state is PledgeState.CHARGING:
        pledge = finish_charge(ports, campaign, pledge, actor)
        if not pledge.stands:  # its last charge failed, or somebody else returned it
            return pledge
    if pledge.matches is not None and pledge.stands:
        return return_match(ports, campaign, pledge, actor)
    if pledge.state is not PledgeState.REFUNDING:
        reward = ports.store.find(Fulfilment, pledge.id)
        decided = refunding.set_free(pledge, campaign, ports.now(), actor, fulfilment=reward)
        pledge = write(ports, decided, partial(ports.store.find_pledge, pledge.id))
    return finish_refund(ports, pledge, actor)


def finish_refund(ports: Ports, pledge: Pledge, actor: ActorId) -> Pledge:
    """Ask for the refund under way and take its answer, or what somebody else made of it meanwhile."""
    if pledge.state is not PledgeState.REFUNDING:
        return pledge
    return ask(
        ports,
        lambda: ports.gateway.refund(refunding.refund_order(pledge)),
        lambda answer: refunding.receive(pledge, answer, ports.now(), actor),
        partial(ports.store.find_pledge, pledge.id),
        carried_out=lambda found: _went_on(pledge, found),
    )


def _went_on(pledge: Pledge, found: Pledge) -> bool:
    """Whether somebody else took the answer, and gave more parts back since, none of which was declined."""
    more = _parts_back(found) - _parts_back(pledge)
    answered = found.refunds - pledge.refunds + (found.state is PledgeState.REFUNDED)
    return more == answered > 0


def _parts_back(pledge: Pledge) -> int:
    parts = () if pledge.instalments is None else pledge.instalments.parts
    return sum(part.state is PartState.REFUNDED for part in parts)
