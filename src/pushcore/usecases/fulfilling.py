"""Fulfilling: the reward of a paid pledge gets from the survey to the door. Each step taken again is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.errors import Refusal, Refused
from pushcore.pledges import fulfilling as owing
from pushcore.rewards import Fulfilment, FulfilmentState, fulfilling
from pushcore.usecases._finding import known_pledge
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pushcore.calendar import Deadline
    from pushcore.changes import Changes
    from pushcore.ids import ActorId, PledgeId
    from pushcore.ports import Ports

__all__ = [
    "answer_survey",
    "begin_fulfilment",
    "cancel_fulfilment",
    "change_address",
    "deliver_reward",
    "fail_delivery",
    "lock_address",
    "ship_reward",
]


@use_case
def begin_fulfilment(
    ports: Ports, pledge_id: PledgeId, *, locks: Deadline | None = None, actor: ActorId
) -> Fulfilment:
    """Begin to fulfil the reward of a collected pledge; one that is begun is returned as it stands.

    Args:
        ports: Where it happens.
        pledge_id: Whose reward it is.
        locks: From when on the backer's answers and address are final; None where no date is set.
        actor: Who acts.

    Raises:
        Refused: ``unknown-pledge``; ``already-begun``: with another lock date; or see
            `pushcore.pledges.fulfilling.begin`.
    """
    pledge = known_pledge(ports, pledge_id)
    begun = ports.store.find(Fulfilment, pledge.id)
    if begun is None:
        campaign = ports.store.campaign(pledge.campaign_id)
        begun, changes = owing.begin(pledge, campaign, ports.now(), actor, locks=locks)
        ports.store.commit(changes)
    elif begun.locks != locks:
        locked = "never final" if begun.locks is None else f"final at {begun.locks.local}"
        message = f"the reward of pledge {pledge.id} was begun, with an address that is {locked}"
        raise Refused([Refusal("already-begun", message, {"pledge": pledge.id})])
    return begun


@use_case
def answer_survey(
    ports: Ports, pledge_id: PledgeId, answers: str, destination: str, *, actor: ActorId
) -> Fulfilment:
    """Take a reference to the backer's answers and a code of where the reward goes.

    Raises:
        Refused: ``unknown-pledge``, ``not-begun``, or see `pushcore.rewards.fulfilling.answer_survey`.
    """
    return _step(
        ports,
        pledge_id,
        lambda it: (it.answers, it.destination) == (answers, destination),
        lambda it, at: fulfilling.answer_survey(it, answers, destination, at, actor),
    )


@use_case
def change_address(ports: Ports, pledge_id: PledgeId, destination: str, *, actor: ActorId) -> Fulfilment:
    """Take another destination, and with it another address.

    An address within the same destination is no change here: the host keeps it.

    Raises:
        Refused: ``unknown-pledge``, ``not-begun``, or see `pushcore.rewards.fulfilling.change_address`.
    """
    return _step(
        ports,
        pledge_id,
        lambda it: it.destination is not None and it.destination == destination,
        lambda it, at: fulfilling.change_address(it, destination, at, actor),
    )


@use_case
def lock_address(ports: Ports, pledge_id: PledgeId, *, actor: ActorId) -> Fulfilment:
    """Make the address final, so that the reward can be packed.

    Raises:
        Refused: ``unknown-pledge``, ``not-begun``, or see `pushcore.rewards.fulfilling.lock`.
    """
    return _step(
        ports,
        pledge_id,
        lambda it: it.state is FulfilmentState.LOCKED,
        lambda it, at: fulfilling.lock(it, at, actor),
    )


@use_case
def ship_reward(ports: Ports, pledge_id: PledgeId, shipment: str, *, actor: ActorId) -> Fulfilment:
    """Hand the reward to a carrier, who calls it ``shipment``; again, to a better address, if it came back.

    Raises:
        Refused: ``unknown-pledge``, ``not-begun``, or see `pushcore.rewards.fulfilling.ship`.
    """
    return _step(
        ports,
        pledge_id,
        lambda it: it.state in _SENT and it.shipments[-1] == shipment,
        lambda it, at: fulfilling.ship(it, shipment, at, actor),
    )


_SENT = (FulfilmentState.SHIPPED, FulfilmentState.DELIVERED)


@use_case
def deliver_reward(ports: Ports, pledge_id: PledgeId, *, actor: ActorId) -> Fulfilment:
    """Note that the reward has arrived.

    Raises:
        Refused: ``unknown-pledge``, ``not-begun``, or see `pushcore.rewards.fulfilling.deliver`.
    """
    return _step(
        ports,
        pledge_id,
        lambda it: it.state is FulfilmentState.DELIVERED,
        lambda it, at: fulfilling.deliver(it, at, actor),
    )


@use_case
def fail_delivery(ports: Ports, pledge_id: PledgeId, reason: str, *, actor: ActorId) -> Fulfilment:
    """Note that the reward came back, for a reason that the carrier gives as a code.

    Raises:
        Refused: ``unknown-pledge``, ``not-begun``, or see `pushcore.rewards.fulfilling.fail_delivery`.
    """
    return _step(
        ports,
        pledge_id,
        lambda it: it.state is FulfilmentState.UNDELIVERABLE,
        lambda it, at: fulfilling.fail_delivery(it, reason, at, actor),
    )


@use_case
def cancel_fulfilment(ports: Ports, pledge_id: PledgeId, *, actor: ActorId) -> Fulfilment:
    """Give the reward up; where its pledge is refunded, that has happened already.

    Raises:
        Refused: ``unknown-pledge``, ``not-begun``, or see `pushcore.rewards.fulfilling.cancel`.
    """
    return _step(
        ports,
        pledge_id,
        lambda it: it.state is FulfilmentState.CANCELED,
        lambda it, at: fulfilling.cancel(it, at, actor),
    )


def _step(
    ports: Ports,
    pledge_id: PledgeId,
    is_done: Callable[[Fulfilment], bool],
    decide: Callable[[Fulfilment, datetime], tuple[Fulfilment, Changes]],
) -> Fulfilment:
    pledge = known_pledge(ports, pledge_id)
    fulfilment = ports.store.find(Fulfilment, pledge.id)
    if fulfilment is None:
        message = f"the reward of pledge {pledge.id} is not being fulfilled yet"
        raise Refused([Refusal("not-begun", message, {"pledge": pledge.id})])
    if is_done(fulfilment):
        return fulfilment
    after, changes = decide(fulfilment, ports.now())
    ports.store.commit(changes)
    return after
