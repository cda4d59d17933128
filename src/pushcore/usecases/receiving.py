"""Receiving: contributions that come in cash, by cheque or by bank, entered by somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import expect, shown
from pushcore.errors import KeyReused
from pushcore.ledger.chart import offline_account
from pushcore.payments import offline
from pushcore.pledges import PledgeRequest, PledgeState
from pushcore.pledges.pledge import OFFLINE
from pushcore.usecases._finding import known_pledge, placed_as, read_lines, read_stocks
from pushcore.usecases._running import use_case
from pushcore.usecases.closing import close_if_full

if TYPE_CHECKING:
    from pushcore.ids import ActorId, CampaignId, PledgeId
    from pushcore.money import Money
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = [
    "deposit_contributions",
    "expect_contribution",
    "give_up_contribution",
    "receive_contribution",
]


@use_case
def expect_contribution(ports: Ports, request: PledgeRequest, *, reason: str) -> Pledge:
    """Enter a contribution that is to come, with how that is known; entered again, it is the same one.

    Raises:
        Refused: see `pushcore.payments.offline.announce`.
        KeyReused: another request came under this id, or this one to be paid in another way, or with another
            reason while it is expected; or it is one for the charges of a subscription.
    """
    expect(request, PledgeRequest, what="a contribution")
    if (pledge := placed_as(ports, request, OFFLINE)) is not None:
        if pledge.state is PledgeState.EXPECTED and pledge.reason != reason:
            known = shown(pledge.reason)
            message = f"pledge {pledge.id} is expected for another reason, {known}: choose another id"
            raise KeyReused(message, pledge=pledge.id, reason=pledge.reason)
        return pledge
    campaign = ports.store.campaign(request.campaign_id)
    pledge, changes = offline.announce(
        request,
        campaign,
        read_stocks(ports, campaign, request.selection, request.backer_id),
        ports.now(),
        reason,
        rules=ports.rules,
        progress=ports.store.progress(campaign.id),
        waiting=read_lines(ports, campaign, request.selection),
    )
    ports.store.commit(changes)
    return pledge


@use_case
def receive_contribution(ports: Ports, pledge_id: PledgeId, amount: Money, *, actor: ActorId) -> Pledge:
    """Enter what has come of an expected contribution; one that was entered is returned as it is.

    One that brings its campaign to the cap closes it.

    Raises:
        Refused: ``unknown-pledge``, or see `pushcore.payments.offline.receive`.
        KeyReused: another amount was entered before.
    """
    pledge = known_pledge(ports, pledge_id)
    campaign = ports.store.campaign(pledge.campaign_id)
    if not (pledge.state is PledgeState.COLLECTED and pledge.offline):
        progress = ports.store.progress(campaign.id)
        pledge, changes = offline.receive(pledge, campaign, amount, ports.now(), actor, progress=progress)
        ports.store.commit(changes)
    elif pledge.amount != amount:
        message = f"{pledge.amount} of pledge {pledge.id} was received, not {amount}"
        raise KeyReused(message, pledge=pledge.id)
    close_if_full(ports, campaign, actor)
    return pledge


@use_case
def give_up_contribution(ports: Ports, pledge_id: PledgeId, *, actor: ActorId) -> Pledge:
    """Expect a contribution no longer.

    Raises:
        Refused: ``unknown-pledge``, or ``pledge-closed``: it is not expected.
    """
    pledge = known_pledge(ports, pledge_id)
    campaign = ports.store.campaign(pledge.campaign_id)
    given_up, changes = offline.give_up(pledge, campaign, ports.now(), actor)
    ports.store.commit(changes)
    return given_up


@use_case
def deposit_contributions(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> Money:
    """Enter that what came for a settled campaign in cash or by bank was brought to the provider.

    Payouts of the campaign wait for that. What comes back is how much it was: nothing a second time.

    Raises:
        Refused: ``not-settled``: some of it may go back yet.
        NotFound: there is no such campaign.
    """
    campaign = ports.store.campaign(campaign_id)
    undeposited = ports.store.balance(offline_account(campaign_id), campaign.currency).posted
    _, changes = offline.deposit(campaign, undeposited, ports.now(), actor)
    if changes.put:
        ports.store.commit(changes)
    return undeposited
