"""Paying out: every payee is sent their part, once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from pushcore.errors import PushcoreError
from pushcore.ledger.chart import offline_account
from pushcore.payouts import PayoutState
from pushcore.payouts import payout as deciding
from pushcore.payouts.setting_off import set_off
from pushcore.usecases._finding import payee_debt
from pushcore.usecases._running import use_case
from pushcore.usecases._writing import ask, take, write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pushcore.changes import Changes
    from pushcore.errors import Refusal
    from pushcore.gateway import Answer
    from pushcore.ids import ActorId, CampaignId, PayoutId
    from pushcore.payouts import Payout
    from pushcore.ports import Ports

__all__ = ["finish_transfer", "pay_out", "send_payout", "send_payouts", "take_transfer"]


@use_case
def pay_out(
    ports: Ports, campaign_id: CampaignId, *, actor: ActorId
) -> dict[PayoutId, Payout | PushcoreError]:
    """Send every payout of a settled campaign whose time it is: what became of each, or what left it open.

    Run it again for those that failed or got no answer; nobody is paid twice. Those that are not due, not
    approved or not consented to are left out; where a gate of the payee is closed or a rate is missing, the
    refusal says so. A campaign that is not settled has no payouts yet.

    Raises:
        NotFound: there is no such campaign.
    """
    ports.store.campaign(campaign_id)
    now = ports.now()
    timely = [it for it in ports.store.payouts(campaign_id) if it.waits(now) or it.state in _TRIED]
    return send_payouts(ports, timely, actor)


_TRIED: Final = (PayoutState.FAILED, PayoutState.PAID)


def send_payouts(
    ports: Ports, payouts: Iterable[Payout], actor: ActorId
) -> dict[PayoutId, Payout | PushcoreError]:
    """Send each of some payouts; one that fails does not hold up the others."""
    sent: dict[PayoutId, Payout | PushcoreError] = {}
    for payout in payouts:
        try:
            sent[payout.id] = send_payout(ports, payout.id, actor=actor)
        except PushcoreError as trouble:
            sent[payout.id] = trouble.with_traceback(None)
    return sent


@use_case
def send_payout(ports: Ports, payout_id: PayoutId, *, actor: ActorId) -> Payout:
    """Send one payout, or finish the transfer that is under way; one that is over is returned as it is.

    What the payee owes of refunds and disputes is set off first: the payout is lower by that, or over.

    Raises:
        NotFound: there is no such payout.
        Refused: ``not-deposited``: see `pushcore.usecases.deposit_contributions`; or what else keeps it here:
            its state, its time, its milestone, its approvals, its rate, or a gate of the payee.
        GatewayMisuse: the provider rejected the transfer, which failed as if it were declined.
        GatewayError: the provider did not answer; the same call finishes it.
    """
    payout = ports.store.payout(payout_id)
    again = payout.state is PayoutState.SENT
    if payout.state not in _BEGUN:
        offline = ports.store.balance(offline_account(payout.campaign_id), payout.amount.currency)
        now = ports.now()
        send = partial(
            deciding.send,
            at=now,
            actor=actor,
            undeposited=offline.posted,
            closed=_closed_gates(ports, payout, now),
        )
        decided, debt = send(payout), payee_debt(ports, payout.payee_id, payout.amount.currency)
        if debt.outstanding:
            payout, _, changes = set_off(payout, debt, now, actor)
            ports.store.commit(changes)
            if payout.state is PayoutState.SET_OFF:
                return payout
            decided = send(payout)
        payout = write(ports, decided, partial(ports.store.payout, payout_id))
    if payout.state is PayoutState.SENT:
        payout = finish_transfer(ports, payout, actor, again=again)
    return payout


_BEGUN: Final = frozenset({PayoutState.SENT, PayoutState.PAID, PayoutState.SET_OFF})


def _closed_gates(ports: Ports, payout: Payout, now: datetime) -> tuple[Refusal, ...]:
    terms = ports.store.campaign(payout.campaign_id).terms
    facts = ports.payees(payout.payee_id)
    return terms.payouts.gates.refusals(facts, now, zone=terms.window.closes.zone)


def finish_transfer(ports: Ports, payout: Payout, actor: ActorId, *, again: bool = True) -> Payout:
    """Ask for the transfer under way and take its answer, or what somebody else made of it meanwhile."""
    return ask(
        ports,
        deciding.transfer_order(payout),
        partial(_answered, ports, payout, actor),
        partial(ports.store.payout, payout.id),
        again=again,
    )


def take_transfer(ports: Ports, payout: Payout, actor: ActorId, answer: Answer) -> Payout:
    """Take the answer to the transfer under way, which came by itself."""
    receive = partial(_answered, ports, payout, actor)
    return take(ports, answer, receive, partial(ports.store.payout, payout.id))


def _answered(ports: Ports, payout: Payout, actor: ActorId, answer: Answer) -> tuple[Payout, Changes]:
    return deciding.receive(payout, answer, ports.now(), actor)
