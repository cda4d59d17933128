"""Finishing: what a crash, a lost answer or an outage left open is carried to its end.

Every order is committed before it is asked, so the outbox of the store knows all that may be unfinished.
Orders that need no answer, such as forgetting a payment method, are only ever carried out here: run it
regularly.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, assert_never

from pushcore.changes import Changes
from pushcore.errors import GatewayMisuse, KeyReused, PushcoreError, Refusal, Refused
from pushcore.gateway import Authorize, Capture, Charge, Declined, Prepare, Refund, Transfer, Void
from pushcore.payouts import PayoutState
from pushcore.pledges import PledgeState, pledging
from pushcore.usecases._finding import known_pledge
from pushcore.usecases._running import use_case
from pushcore.usecases._writing import carry_out
from pushcore.usecases.collecting import finish_charge
from pushcore.usecases.crediting import finish_withdrawal, withdrawn_wallet
from pushcore.usecases.paying_out import finish_transfer
from pushcore.usecases.pledging import confirm_pledge
from pushcore.usecases.refunding import finish_refund
from pushcore.usecases.sharing import finish_share, ordered_share

if TYPE_CHECKING:
    from pushcore.gateway import Order
    from pushcore.ids import ActorId, OrderKey
    from pushcore.ports import Ports

__all__ = ["finish_orders"]


@use_case
def finish_orders(ports: Ports, *, actor: ActorId) -> dict[OrderKey, PushcoreError]:
    """Carry every open order to its end; the errors of those that were rejected or stay open, by key.

    Nothing is begun here: an order that somebody else finished meanwhile is left alone.
    """
    troubles: dict[OrderKey, PushcoreError] = {}
    for order in tuple(ports.store.open_orders()):
        try:
            _finish(ports, order, actor)
        except PushcoreError as trouble:
            troubles[order.key] = trouble.with_traceback(None)
    return troubles


def _finish(ports: Ports, order: Order, actor: ActorId) -> None:
    match order:
        case Void():
            _forget(ports, order)
        case Prepare() | Authorize():
            confirm_pledge(ports, known_pledge(ports, order.pledge_id), actor)
        case Charge() | Capture():
            pledge = known_pledge(ports, order.pledge_id)
            if pledge.state is PledgeState.CHARGING:
                finish_charge(ports, ports.store.campaign(pledge.campaign_id), pledge, actor)
        case Refund():
            finish_refund(ports, known_pledge(ports, order.pledge_id), actor)
        case Transfer():
            _send(ports, order, actor)
        case _:
            assert_never(order)


def _send(ports: Ports, order: Transfer, actor: ActorId) -> None:
    """Pay out what a payee is sent, or the backer of a wallet, or the platform by a host."""
    if (wallet := withdrawn_wallet(ports, order.key)) is not None:
        finish_withdrawal(ports, wallet, order.key, actor)
        return
    if (payment := ordered_share(ports, order.key)) is not None:
        finish_share(ports, payment, actor)
        return
    payout = ports.store.payout(order.payout_id)
    if payout.state is PayoutState.SENT:
        finish_transfer(ports, payout, actor)


def _forget(ports: Ports, order: Void) -> None:
    """Void a payment method; where none is known, ask for it first, so that no late request saves one.

    Raises:
        Refused: ``declined``: it is still there, and the order stays open.
    """
    pledge = known_pledge(ports, order.pledge_id)
    if pledge.method is None:
        with suppress(GatewayMisuse, KeyReused):  # rejected, so nothing will be saved
            campaign = ports.store.campaign(pledge.campaign_id)
            carry_out(ports, pledging.prepare_order(pledge, campaign), again=True)
    if isinstance(ports.gateway.void(order), Declined):
        raise Refused([Refusal("declined", f"to forget the method of pledge {order.pledge_id} was declined")])
    ports.store.commit(Changes(done=(order.key,)))
