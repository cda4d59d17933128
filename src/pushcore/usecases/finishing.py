"""Finishing: what a crash, a lost answer or an outage left open is carried to its end.

Every order is committed before it is asked, so the outbox of the store knows all that may be unfinished.
Orders that need no answer, such as forgetting a payment method, are only ever carried out here: run it
regularly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from pushcore.changes import Changes
from pushcore.errors import PushcoreError
from pushcore.gateway import Charge, Prepare, Transfer, Void
from pushcore.usecases.collecting import charge_pledge
from pushcore.usecases.paying_out import send_payout
from pushcore.usecases.pledging import confirm_pledge

if TYPE_CHECKING:
    from pushcore.gateway import Order
    from pushcore.ids import ActorId, OrderKey
    from pushcore.ports import Ports

__all__ = ["finish_orders"]


def finish_orders(ports: Ports, *, actor: ActorId) -> dict[OrderKey, PushcoreError]:
    """Carry every open order to its end; the errors of those that stay open, by key."""
    troubles: dict[OrderKey, PushcoreError] = {}
    for order in tuple(ports.store.open_orders()):
        try:
            _finish(ports, order, actor)
        except PushcoreError as trouble:
            troubles[order.key] = trouble
    return troubles


def _finish(ports: Ports, order: Order, actor: ActorId) -> None:
    match order:
        case Void():
            ports.gateway.void(order)
            ports.store.commit(Changes(done=(order.key,)))
        case Prepare():
            pledge = ports.store.find_pledge(order.pledge_id)
            if pledge is not None:
                confirm_pledge(ports, pledge)
        case Charge():
            charge_pledge(ports, order.pledge_id, actor=actor)
        case Transfer():
            send_payout(ports, order.payout_id, actor=actor)
        case _:
            assert_never(order)
