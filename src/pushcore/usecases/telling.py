"""Telling: a provider tells of its own accord what became of an order, in any order and again and again.

Whatever comes first is taken: the answer to a call, or an event about it. What comes later finds it taken. So
the end is the same however events are shuffled and repeated, and even if no call was ever answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from pushcore._checks import expect
from pushcore.changes import Changes
from pushcore.errors import KeyReused, OutcomeUnknown, Refused
from pushcore.gateway import Accepted, Declined, DisputeTold, Outcome, RefundMade
from pushcore.ids import OrderKey, PledgeId
from pushcore.payments import returning
from pushcore.payments.keys import Purpose, order_name
from pushcore.payouts import Payout, PayoutState
from pushcore.pledges import PledgeState
from pushcore.usecases._dividing import fees_left, fees_of
from pushcore.usecases._reception import Reception, charged_pledge
from pushcore.usecases._running import use_case
from pushcore.usecases.collecting import take_charge
from pushcore.usecases.disputing import hear_dispute
from pushcore.usecases.paying_out import take_transfer
from pushcore.usecases.pledging import take_method
from pushcore.usecases.refunding import debt_of, take_refund
from pushcore.usecases.unmatching import matches_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.gateway import Answer, ProviderEvent
    from pushcore.ids import ActorId
    from pushcore.payments.keys import OrderName
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = ["Reception", "receive_event"]


@use_case
def receive_event(ports: Ports, event: ProviderEvent, *, actor: ActorId) -> Reception:
    """Take what a provider tells of its own accord: what became of an order.

    Events may come in any order, twice, and before the call they are about has returned. A failure to write
    one down is an error: let the provider send it again.

    Raises:
        OutcomeUnknown: the provider carried out an attempt that it had declined or rejected before, and that
            is written down as failed: take it back there.
        Conflict: others were faster, again and again.
        InvalidValue: it is no event.
    """
    expect(event, Outcome, RefundMade, DisputeTold, what="what a provider tells")
    name = order_name(event.key if isinstance(event, Outcome) else event.charged)
    if name is None:
        return Reception.FOREIGN
    match event:
        case Outcome(answer=answer):
            return _TAKES[name.purpose](ports, name, answer, actor)
        case RefundMade():
            return _note_refund(ports, name, event, actor)
        case DisputeTold():
            return hear_dispute(ports, name, event, actor)
        case _:
            assert_never(event)


def _take_method(ports: Ports, name: OrderName, answer: Answer, actor: ActorId) -> Reception:
    pledge = ports.store.find_pledge(PledgeId(name.subject_id))
    if pledge is None:
        return Reception.TOO_EARLY
    if pledge.state is not PledgeState.PREAUTH:
        return Reception.KNOWN
    take_method(ports, pledge, actor, answer)
    return Reception.TAKEN


def _take_charge(ports: Ports, name: OrderName, answer: Answer, actor: ActorId) -> Reception:
    pledge = ports.store.find_pledge(PledgeId(name.subject_id))
    if pledge is None or pledge.attempts < name.attempt:
        return Reception.TOO_EARLY
    if pledge.attempts > name.attempt or pledge.state is not PledgeState.CHARGING:
        return _known(name, answer, failed=pledge.attempts == name.attempt and pledge.state in _UNCHARGED)
    take_charge(ports, ports.store.campaign(pledge.campaign_id), pledge, actor, answer)
    return Reception.TAKEN


def _take_refund(ports: Ports, name: OrderName, answer: Answer, actor: ActorId) -> Reception:
    pledge = ports.store.find_pledge(PledgeId(name.subject_id))
    if pledge is None or pledge.refunds < name.attempt:
        return Reception.TOO_EARLY
    if pledge.refunds > name.attempt or not pledge.given_back_next:
        return _known(name, answer, failed=pledge.refunds == name.attempt and _unrefunded(pledge))
    take_refund(ports, pledge, actor, answer)
    return Reception.TAKEN


def _note_refund(ports: Ports, name: OrderName, event: RefundMade, actor: ActorId) -> Reception:
    """What somebody gave back at the provider is written down once, when no other refund is under way."""
    pledge = charged_pledge(ports, name)
    if pledge is None:
        return Reception.TOO_EARLY
    if pledge.state is not PledgeState.COLLECTED:
        return Reception.KNOWN
    campaign = ports.store.campaign(pledge.campaign_id)
    try:
        _, changes = returning.made(
            pledge,
            campaign,
            event,
            ports.now(),
            actor,
            fees={} if campaign.settled_at is None else fees_of(ports, campaign, pledge)[0],
            fees_left=fees_left(ports, campaign),
            debt=debt_of(ports, campaign),
            matches=matches_of(ports, pledge),
        )
        ports.store.commit(changes)
    except (KeyReused, Refused):  # it is written down, or all of the charge is given back
        return Reception.KNOWN
    return Reception.TAKEN


def _take_transfer(ports: Ports, name: OrderName, answer: Answer, actor: ActorId) -> Reception:
    payout = ports.store.find(Payout, name.subject_id)
    if payout is None or payout.attempts < name.attempt:
        return Reception.TOO_EARLY
    if payout.attempts > name.attempt or payout.state is not PayoutState.SENT:
        return _known(name, answer, failed=payout.state is PayoutState.FAILED)
    take_transfer(ports, payout, actor, answer)
    return Reception.TAKEN


def _take_void(ports: Ports, name: OrderName, answer: Answer, _: ActorId) -> Reception:
    """What is declined to be forgotten is asked for again, by `pushcore.usecases.finish_orders`."""
    if ports.store.find_pledge(PledgeId(name.subject_id)) is None:
        return Reception.TOO_EARLY
    if isinstance(answer, Declined):
        return Reception.KNOWN
    ports.store.commit(Changes(done=(OrderKey(f"{name.subject_id}/{name.purpose.value}"),)))
    return Reception.TAKEN


def _known(name: OrderName, answer: Answer, *, failed: bool) -> Reception:
    """An outcome that is written down, unless it contradicts what is."""
    if failed and isinstance(answer, Accepted):
        message = (
            f"the provider carried out {name.purpose.value} {name.attempt} of {name.subject_id}, "
            "which is written down as failed: take it back there"
        )
        raise OutcomeUnknown(message, id=name.subject_id, reference=answer.reference)
    return Reception.KNOWN


def _unrefunded(pledge: Pledge) -> bool:
    """Whether its last refund was declined."""
    return pledge.state is PledgeState.UNREFUNDED or pledge.refund is not None


_UNCHARGED: Final = frozenset({PledgeState.ERRORED, PledgeState.DROPPED})
"""The states of a pledge whose last charge has failed."""

_TAKES: Final[dict[Purpose, Callable[[Ports, OrderName, Answer, ActorId], Reception]]] = {
    Purpose.PREPARE: _take_method,
    Purpose.CHARGE: _take_charge,
    Purpose.REFUND: _take_refund,
    Purpose.TRANSFER: _take_transfer,
    Purpose.VOID: _take_void,
}
