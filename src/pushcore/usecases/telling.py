"""Telling: a provider tells of its own accord what became of an order, in any order and again and again.

Whatever comes first is taken: the answer to a call, or an event about it. What comes later finds it taken. So
the end is the same however events are shuffled and repeated, and even if no call was ever answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from pushcore._checks import expect
from pushcore.changes import Changes
from pushcore.errors import OutcomeUnknown, Refused
from pushcore.gateway import Accepted, Declined, DisputeTold, OrderAnswered, RefundBounced, RefundMade
from pushcore.ids import OrderKey, PledgeId
from pushcore.payments import bouncing, methods, noting
from pushcore.payments.keys import Purpose, order_name
from pushcore.payouts import Dispute, Payout, PayoutState, SharePaymentState, WithdrawalState
from pushcore.pledges import PledgeState, pledging
from pushcore.rewards import Fulfilment
from pushcore.usecases._dividing import fees_of
from pushcore.usecases._reception import Reception, charged_pledge
from pushcore.usecases._running import use_case
from pushcore.usecases.collecting import take_charge
from pushcore.usecases.crediting import take_withdrawal, withdrawn_wallet
from pushcore.usecases.disputing import hear_dispute
from pushcore.usecases.paying_out import take_transfer
from pushcore.usecases.pledging import take_method
from pushcore.usecases.refunding import debt_of, has_gone_back, take_refund
from pushcore.usecases.sharing import ordered_share, take_share
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

    An `OrderAnswered` may also say how a charge was paid (``paid_by``) of which that was not said before;
    what was said first stays.

    Raises:
        OutcomeUnknown: the provider carried out an attempt that it had declined or rejected before, and that
            is written down as failed: take it back there; or it says that one failed that it had carried out
            (one that came back is told by `RefundBounced`), or tells of a dispute of one that failed.
        Refused: ``above-paid``: more of a charge was given back than was there: take it back there; or a
            dispute is of more than its charge took: ask the provider of how much it is; ``method-unknown``:
            what a dispute gave back cannot be divided before it is said how it was paid.
        KeyReused: another refund of the pledge, or another dispute, is known by the same name, such as one of
            another amount.
        Conflict: others were faster, again and again.
        InvalidValue: it is no event, or news of a dispute that lies more than a day ahead of the clock.
    """
    expect(event, OrderAnswered, RefundMade, RefundBounced, DisputeTold, what="what a provider tells")
    name = order_name(event.key if isinstance(event, OrderAnswered) else event.charged)
    if name is None:
        return Reception.FOREIGN
    match event:
        case OrderAnswered(answer=answer):
            return _TAKES[name.purpose](ports, name, answer, actor)
        case RefundMade():
            return _note_refund(ports, name, event, actor)
        case RefundBounced():
            return _note_bounce(ports, name, event, actor)
        case DisputeTold():
            return hear_dispute(ports, name, event, actor)
        case _:
            assert_never(event)


def _take_method(ports: Ports, name: OrderName, answer: Answer, actor: ActorId) -> Reception:
    pledge = ports.store.find_pledge(PledgeId(name.subject_id))
    if pledge is None:
        return Reception.TOO_EARLY
    if pledge.state is PledgeState.PREAUTH:
        take_method(ports, pledge, actor, answer)
        return Reception.TAKEN
    _, changes = pledging.forget(pledge, answer) if isinstance(answer, Accepted) else (pledge, Changes())
    if not changes.put:
        return Reception.KNOWN
    ports.store.commit(changes)
    return Reception.TAKEN


def _take_charge(ports: Ports, name: OrderName, answer: Answer, actor: ActorId) -> Reception:
    pledge = ports.store.find_pledge(PledgeId(name.subject_id))
    if pledge is None or pledge.attempts < name.attempt:
        return Reception.TOO_EARLY
    if pledge.attempts > name.attempt or pledge.state is not PledgeState.CHARGING:
        known = _known(name, answer, failed=_failed(pledge, name.attempt))
        return _note_method(ports, pledge, answer) or known
    take_charge(ports, ports.store.campaign(pledge.campaign_id), pledge, actor, answer)
    return Reception.TAKEN


def _note_method(ports: Ports, pledge: Pledge, answer: Answer) -> Reception | None:
    """How a pledge was paid, said after its charge was known: taken where nothing was said of it before."""
    _, changes = methods.told(pledge, answer)
    if changes == Changes():
        return None
    ports.store.commit(changes)
    return Reception.TAKEN


def _take_refund(ports: Ports, name: OrderName, answer: Answer, actor: ActorId) -> Reception:
    pledge = ports.store.find_pledge(PledgeId(name.subject_id))
    if pledge is None or pledge.refunds < name.attempt:
        return Reception.TOO_EARLY
    if isinstance(answer, Accepted) and has_gone_back(pledge, answer):
        return Reception.KNOWN
    if pledge.refunds > name.attempt or not pledge.given_back_next:
        carried_out = any(it.attempt == name.attempt and not it.bounced for it in pledge.gone_back)
        return _known(name, answer, failed=not carried_out)
    take_refund(ports, pledge, actor, answer)
    return Reception.TAKEN


def _note_refund(ports: Ports, name: OrderName, event: RefundMade, actor: ActorId) -> Reception:
    """What somebody gave back at the provider is written down once: as what was declined, or beside it.

    While it is not clear what it is of, it comes too early: a dispute is open, or parts of the pledge are
    still to be charged.
    """
    pledge = charged_pledge(ports, name)
    if pledge is None or (pledge.taken and pledge.state is not PledgeState.COLLECTED):
        return Reception.TOO_EARLY
    if noting.known(pledge, event):
        return Reception.KNOWN
    try:
        ports.store.commit(_noted(ports, pledge, event, actor))
    except Refused as no:
        if "above-paid" in no.codes:  # it is nobody's here, and is to be taken back there
            raise
        return Reception.KNOWN if no.codes == ("not-collected",) else Reception.TOO_EARLY
    return Reception.TAKEN


def _note_bounce(ports: Ports, name: OrderName, event: RefundBounced, actor: ActorId) -> Reception:
    """A refund that came back is owed again, once it is known to have gone and all else is decided."""
    pledge = charged_pledge(ports, name)
    if pledge is None:
        return Reception.TOO_EARLY
    try:
        taken = [it.id for it in pledge.disputes if it.taken and it.charged == event.charged]
        lost = tuple(it for it in (ports.store.find(Dispute, name) for name in taken) if it is not None)
        _, changes = bouncing.bounced(pledge, event, ports.now(), actor, disputes=lost)
    except Refused:
        return Reception.TOO_EARLY
    if changes == Changes():
        return Reception.KNOWN
    ports.store.commit(changes)
    return Reception.TAKEN


def _noted(ports: Ports, pledge: Pledge, event: RefundMade, actor: ActorId) -> Changes:
    campaign = ports.store.campaign(pledge.campaign_id)
    _, changes = noting.made(
        pledge,
        campaign,
        event,
        ports.now(),
        actor,
        fees=fees_of(ports, campaign, pledge),
        debt=debt_of(ports, campaign),
        fulfilment=ports.store.find(Fulfilment, pledge.id),
        matches=matches_of(ports, pledge),
    )
    return changes


_UNCARRIED: Final = frozenset({PayoutState.FAILED, PayoutState.SET_OFF, PayoutState.CANCELED})
"""The states in which the last transfer of a payout had failed."""


def _take_transfer(ports: Ports, name: OrderName, answer: Answer, actor: ActorId) -> Reception:
    payout = ports.store.find(Payout, name.subject_id)
    if payout is None or payout.attempts < name.attempt:
        return Reception.TOO_EARLY
    again = payout.attempts > name.attempt  # it is sent again only after it has failed
    if again or payout.state is not PayoutState.SENT:
        return _known(name, answer, failed=again or payout.state in _UNCARRIED)
    take_transfer(ports, payout, actor, answer)
    return Reception.TAKEN


def _take_withdrawal(ports: Ports, name: OrderName, answer: Answer, actor: ActorId) -> Reception:
    key = OrderKey(f"{name.subject_id}/{name.purpose.value}/{name.attempt}")
    wallet = withdrawn_wallet(ports, key)
    asked = None if wallet is None else wallet.withdrawal(key)
    if wallet is None or asked is None:
        return Reception.TOO_EARLY
    if asked.state is not WithdrawalState.ORDERED:
        return _known(name, answer, failed=asked.state is WithdrawalState.FAILED)
    take_withdrawal(ports, wallet, key, actor, answer)
    return Reception.TAKEN


def _take_share(ports: Ports, name: OrderName, answer: Answer, actor: ActorId) -> Reception:
    payment = ordered_share(ports, OrderKey(f"{name.subject_id}/{name.purpose.value}/{name.attempt}"))
    if payment is None or payment.attempts < name.attempt:
        return Reception.TOO_EARLY
    again = payment.attempts > name.attempt
    if again or payment.state is not SharePaymentState.ORDERED:
        return _known(name, answer, failed=again or payment.state is SharePaymentState.FAILED)
    take_share(ports, payment, actor, answer)
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
    if isinstance(answer, Accepted) is not failed:
        return Reception.KNOWN
    said, written, then = (
        ("carried out", "failed", "take it back there")
        if failed
        else ("declined", "done", "ask it what became of the money")
    )
    message = (
        f"the provider says that {name.purpose.value} {name.attempt} of {name.subject_id} was {said}, "
        f"which is written down as {written}: {then}"
    )
    raise OutcomeUnknown(message, id=name.subject_id, answer=answer)


def _failed(pledge: Pledge, attempt: int) -> bool:
    """Whether this charge of a pledge failed; unless it is paid in parts, all but the last one did."""
    if pledge.instalments is None:
        return pledge.attempts > attempt or pledge.state in _UNCHARGED
    return all(part.attempt != attempt for part in pledge.instalments.parts)


_UNCHARGED: Final = frozenset({PledgeState.ERRORED, PledgeState.DROPPED, PledgeState.CANCELED})
"""The states of a pledge whose last charge has failed."""

_TAKES: Final[dict[Purpose, Callable[[Ports, OrderName, Answer, ActorId], Reception]]] = {
    Purpose.PREPARE: _take_method,
    Purpose.CHARGE: _take_charge,
    Purpose.REFUND: _take_refund,
    Purpose.TRANSFER: _take_transfer,
    Purpose.WITHDRAW: _take_withdrawal,
    Purpose.SHARE: _take_share,
    Purpose.VOID: _take_void,
}
