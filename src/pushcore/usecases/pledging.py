"""Pledging: a backer picks a reward, a payment method is saved, and the pledge counts."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.errors import Conflict, KeyReused
from pushcore.pledges import PledgeRequest, PledgeState, pledging
from pushcore.usecases._finding import read_stocks
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from pushcore.ids import ActorId, CampaignId
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = ["confirm_pledge", "expire_pledges", "place_pledge"]


@use_case
def place_pledge(ports: Ports, request: PledgeRequest) -> Pledge:
    """Place a pledge and confirm it. The same request again finishes what was begun, and is the same pledge.

    What comes back is ``pledged``, or ``voided`` with a reason: the provider declined, or answered too late.

    Raises:
        Refused: a rule says no; nothing was written.
        NotFound: there is no such campaign.
        InvalidValue: the campaign has no such tier, or another currency.
        KeyReused: another request came under this id.
        Conflict: others were faster five times.
        GatewayMisuse: the provider rejected the request; the pledge waits until its reservation runs out.
        GatewayError: the provider did not answer; the pledge waits, and the same request finishes it.
    """
    expect(request, PledgeRequest, what="a pledge request")
    store = ports.store
    pledge = store.find_pledge(request.pledge_id)
    if pledge is None:
        campaign = store.campaign(request.campaign_id)
        stocks = read_stocks(ports, campaign, request.selection, request.backer_id)
        pledge, changes = pledging.place(request, campaign, stocks, ports.now(), rules=ports.rules)
        store.commit(changes)
    elif pledge.request != request:
        message = f"pledge {pledge.id} was placed with another content: choose another id"
        raise KeyReused(message, pledge=pledge.id)
    return confirm_pledge(ports, pledge, request.actor)


def confirm_pledge(ports: Ports, pledge: Pledge, actor: ActorId) -> Pledge:
    """Ask for the payment method of a placed pledge and take the answer; any other is returned as it is."""
    if pledge.state is not PledgeState.PREAUTH:
        return pledge
    answer = ports.gateway.prepare(pledging.prepare_order(pledge))
    campaign = ports.store.campaign(pledge.campaign_id)
    pledge, changes = pledging.confirm(pledge, campaign, answer, ports.now(), actor)
    ports.store.commit(changes)
    return pledge


@use_case
def expire_pledges(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> int:
    """Void every pledge whose reservation ran out unconfirmed, to set its reward free; how many that were."""
    campaign = ports.store.campaign(campaign_id)
    expired = 0
    for pledge in ports.store.expired_pledges(campaign_id, ports.now()):
        _, changes = pledging.expire(pledge, campaign, ports.now(), actor)
        with suppress(Conflict):  # confirmed or expired by somebody else meanwhile
            ports.store.commit(changes)
            expired += 1
    return expired
