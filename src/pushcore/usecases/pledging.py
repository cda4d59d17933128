"""Pledging: a backer picks a reward, a payment method is saved, and the pledge counts."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pushcore._checks import expect
from pushcore.errors import Conflict
from pushcore.pledges import PledgeRequest, PledgeState, pledging
from pushcore.usecases._finding import placed_as, read_lines, read_rate, read_stocks
from pushcore.usecases._limiting import limiting_rules
from pushcore.usecases._running import use_case
from pushcore.usecases._writing import carry_out
from pushcore.usecases.closing import close_if_full
from pushcore.usecases.collecting import charge_pledge

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign, Progress
    from pushcore.gateway import Answer, Order
    from pushcore.ids import ActorId, CampaignId
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = ["capped_progress", "confirm_pledge", "expire_pledges", "place_pledge", "take_method"]


@use_case
def place_pledge(ports: Ports, request: PledgeRequest) -> Pledge:
    """Place a pledge and confirm it. The same request again finishes what was begun, and is the same pledge.

    What comes back is ``pledged``, or ``voided`` with a reason: the provider declined, or answered too late.
    Where money is taken at once it is ``collected``, or what became of the charge. A pledge that brings its
    campaign to the cap closes it. An amount that the provider does not take at once is refused.

    Where it is paid in another currency, the rate of now is asked of ``ports.rates`` and stored with it: all
    that is charged and given back goes by that.

    Raises:
        Refused: a rule says no; nothing was written.
        NotFound: there is no such campaign.
        InvalidValue: the campaign has no such tier, or another currency; or the provider calls the method
            by a name that is pushcore's (``wallet``, ``offline``): the pledge waits as after `GatewayMisuse`.
        KeyReused: another request came under this id, or this one to be paid from a wallet, in cash or by
            bank; or it is one for the charges of a subscription.
        Conflict: others were faster, again and again.
        GatewayMisuse: the provider rejected the request; the pledge waits until its reservation runs out.
        GatewayError: the provider did not answer; the pledge waits, and the same request finishes it.
    """
    if request.__class__ is not PledgeRequest:
        expect(request, PledgeRequest, what="a pledge request")
    store, order = ports.store, None
    pledge = placed_as(ports, request)
    if pledge is None:
        campaign = store.campaign(request.campaign_id)
        pledge, changes = pledging.place(
            request,
            campaign,
            read_stocks(ports, campaign, request.selection, request.backer_id),
            ports.now(),
            rules=limiting_rules(ports),
            progress=capped_progress(ports, campaign),
            waiting=read_lines(ports, campaign, request.selection),
            rate=None if request.presented is None else read_rate(ports, campaign, request.presented),
        )
        store.commit(changes)
        (order,) = changes.orders
    return confirm_pledge(ports, pledge, request.actor, order)


def confirm_pledge(ports: Ports, pledge: Pledge, actor: ActorId, order: Order | None = None) -> Pledge:
    """Ask for the payment method of a pledge that was placed, and take the answer.

    Where money is taken at once it is charged then, or its charge is finished; and a campaign that is full
    closes. A pledge for which nothing of this is left to be done is returned as it is.
    """
    store = ports.store
    if pledge.state is PledgeState.PREAUTH:
        again = order is None
        order = order or pledging.prepare_order(pledge, store.campaign(pledge.campaign_id))
        return take_method(ports, pledge, actor, carry_out(ports, order, again=again))
    return _go_on(ports, store.campaign(pledge.campaign_id), pledge, actor)


def take_method(ports: Ports, pledge: Pledge, actor: ActorId, answer: Answer) -> Pledge:
    """Take the answer to the saving of a method, and go on from there."""
    campaign = ports.store.campaign(pledge.campaign_id)
    progress = capped_progress(ports, campaign)
    pledge, changes = pledging.confirm(pledge, campaign, answer, ports.now(), actor, progress=progress)
    ports.store.commit(changes)
    return _go_on(ports, campaign, pledge, actor)


def _go_on(ports: Ports, campaign: Campaign, pledge: Pledge, actor: ActorId) -> Pledge:
    """Charge a pledge whose money is taken at once, and close a campaign that is full."""
    at_once = pledge.late or campaign.terms.model.charges_at_once
    if at_once and campaign.charges and pledge.state in _TO_CHARGE:
        pledge = charge_pledge(ports, pledge.id, actor=actor)
    close_if_full(ports, campaign, actor)
    return pledge


_TO_CHARGE: Final = frozenset({PledgeState.PLEDGED, PledgeState.CHARGING})


def capped_progress(ports: Ports, campaign: Campaign) -> Progress | None:
    """The totals of a campaign that has a cap: nothing else here depends on them."""
    return None if campaign.terms.model.cap is None else ports.store.progress(campaign.id)


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
