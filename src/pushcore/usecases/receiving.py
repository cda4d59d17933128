"""Receiving: contributions that come in cash, by cheque or by bank, entered by somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.errors import KeyReused
from pushcore.payments import offline
from pushcore.pledges import PledgeRequest, PledgeState
from pushcore.usecases._finding import known_pledge, placed_as, read_lines, read_stocks
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from pushcore.ids import ActorId, PledgeId
    from pushcore.money import Money
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = ["expect_contribution", "give_up_contribution", "receive_contribution"]


@use_case
def expect_contribution(ports: Ports, request: PledgeRequest, *, reason: str) -> Pledge:
    """Enter a contribution that is to come, with how that is known; entered again, it is the same one.

    Raises:
        Refused: see `pushcore.payments.offline.announce`.
        KeyReused: another request came under this id.
    """
    expect(request, PledgeRequest, what="a contribution")
    if (pledge := placed_as(ports, request)) is not None:
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

    Raises:
        Refused: ``unknown-pledge``, or see `pushcore.payments.offline.receive`.
        KeyReused: another amount was entered before.
    """
    pledge = known_pledge(ports, pledge_id)
    if pledge.state is PledgeState.COLLECTED and pledge.offline:
        if pledge.amount != amount:
            message = f"{pledge.amount} of pledge {pledge.id} was received, not {amount}"
            raise KeyReused(message, pledge=pledge.id)
        return pledge
    campaign = ports.store.campaign(pledge.campaign_id)
    received, changes = offline.receive(pledge, campaign, amount, ports.now(), actor)
    ports.store.commit(changes)
    return received


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
