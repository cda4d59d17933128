"""Asking for money back: the order of what goes back next, and its money on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore.changes import Changes
from pushcore.gateway import Refund
from pushcore.ledger import TransactionPhase, recipes
from pushcore.payments import parting
from pushcore.payments._presenting import presented
from pushcore.payments.events import RefundOrdered
from pushcore.payments.keys import made_key, refund_key
from pushcore.pledges.pledge import Pledge

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.ids import ActorId
    from pushcore.ledger import Transaction
    from pushcore.pledges.refund import RefundWay

__all__ = ["asked", "booked", "booked_there", "refund_order"]


def refund_order(pledge: Pledge) -> Refund:
    """The order of the present attempt; asked again, it has the same key."""
    expect(pledge, Pledge, what="what is given back")
    way = parting.returned(pledge)
    shown = presented(pledge, way.charged, way.amount)
    return Refund(refund_key(pledge), pledge.id, pledge.campaign_id, way.amount, way.charged, shown)


def asked(pledge: Pledge, at: datetime, actor: ActorId) -> Changes:
    """What is to be written with a pledge whose refund is ordered: the order, and its money pending."""
    return Changes(
        put=(pledge,),
        transactions=(booked(pledge, at, TransactionPhase.PENDING),),
        events=(RefundOrdered(at, actor, pledge.id, pledge.refunds),),
        orders=(refund_order(pledge),),
    )


def booked(pledge: Pledge, at: datetime, phase: TransactionPhase) -> Transaction:
    """The money of a refund on its way, or the provider's answer to it."""
    way = parting.returned(pledge)
    on_top = tuple(way.on_top.items())
    return recipes.refund(refund_key(pledge), pledge.campaign_id, way.amount, at, on_top=on_top, phase=phase)


def booked_there(pledge: Pledge, way: RefundWay, at: datetime, reference: str) -> Transaction:
    """The money of a refund that somebody made at the provider: it is gone, and never was on its way."""
    on_top = tuple(way.on_top.items())
    entry = recipes.refund(made_key(pledge, reference), pledge.campaign_id, way.amount, at, on_top=on_top)
    return attrs.evolve(entry, phase=TransactionPhase.POSTED)
