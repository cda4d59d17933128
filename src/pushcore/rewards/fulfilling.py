"""The decisions about the reward of a pledge: surveying, locking, shipping, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes, Event
from pushcore.errors import Refusal, Refused
from pushcore.rewards.events import (
    AddressChanged,
    AddressLocked,
    DeliveryFailed,
    FulfilmentBegun,
    FulfilmentCanceled,
    RewardDelivered,
    RewardShipped,
    SurveyAnswered,
)
from pushcore.rewards.fulfilment import TRANSITIONS, Fulfilment, FulfilmentState, FulfilmentStep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pushcore.calendar import Deadline
    from pushcore.ids import ActorId, CampaignId, PledgeId

__all__ = [
    "answer_survey",
    "begin",
    "cancel",
    "change_address",
    "deliver",
    "fail_delivery",
    "lock",
    "refusals",
    "ship",
]


def begin(
    pledge_id: PledgeId, campaign_id: CampaignId, at: datetime, actor: ActorId, *, locks: Deadline | None
) -> tuple[Fulfilment, Changes]:
    """Begin to fulfil the reward of a pledge: its backer is asked for what is missing.

    Args:
        pledge_id: Whose reward it is.
        campaign_id: The campaign of the pledge.
        at: When.
        actor: Who acted.
        locks: From when on the answers and the address are final; None where no date is set.
    """
    fulfilment = Fulfilment(pledge_id, campaign_id, locks=locks)
    event = FulfilmentBegun(at, actor, fulfilment.id, fulfilment.campaign_id)
    return fulfilment, Changes(put=(fulfilment,), events=(event,))


def answer_survey(
    fulfilment: Fulfilment, answers: str, destination: str, at: datetime, actor: ActorId
) -> tuple[Fulfilment, Changes]:
    """Take the backer's answers, or better ones while they are not final.

    Whoever first answers after the lock date still gets the reward; their answers are final at once.

    Args:
        fulfilment: What is decided on.
        answers: A reference to the answers, which the host keeps.
        destination: A code of where the reward goes, such as a country.
        at: When.
        actor: Who acted.

    Raises:
        Refused: ``address-locked``, ``already-shipped`` or ``fulfilment-closed``.
    """
    state = _next(fulfilment, FulfilmentStep.ANSWER_SURVEY, at)
    event = SurveyAnswered(at, actor, fulfilment.id, answers, destination)
    return _moved(fulfilment, state, event, answers=answers, destination=destination)


def change_address(
    fulfilment: Fulfilment, destination: str, at: datetime, actor: ActorId
) -> tuple[Fulfilment, Changes]:
    """Take another address: until it is locked, and again for a reward that came back.

    Raises:
        Refused: ``survey-unanswered``, ``address-locked``, ``already-shipped`` or ``fulfilment-closed``.
    """
    state = _next(fulfilment, FulfilmentStep.CHANGE_ADDRESS, at)
    event = AddressChanged(at, actor, fulfilment.id, destination)
    return _moved(fulfilment, state, event, destination=destination)


def lock(fulfilment: Fulfilment, at: datetime, actor: ActorId) -> tuple[Fulfilment, Changes]:
    """Make the address final, so that the reward can be packed; also before the lock date.

    Raises:
        Refused: ``survey-unanswered``, ``address-locked``, ``already-shipped`` or ``fulfilment-closed``.
    """
    state = _next(fulfilment, FulfilmentStep.LOCK, at)
    return _moved(fulfilment, state, AddressLocked(at, actor, fulfilment.id))


def ship(fulfilment: Fulfilment, shipment: str, at: datetime, actor: ActorId) -> tuple[Fulfilment, Changes]:
    """Hand the reward to a carrier, who calls it ``shipment``; again if it came back.

    Raises:
        Refused: ``survey-unanswered``, ``address-unlocked``, ``already-shipped`` or ``fulfilment-closed``.
    """
    state = _next(fulfilment, FulfilmentStep.SHIP, at)
    event = RewardShipped(at, actor, fulfilment.id, shipment)
    return _moved(fulfilment, state, event, shipments=(*fulfilment.shipments, shipment))


def deliver(fulfilment: Fulfilment, at: datetime, actor: ActorId) -> tuple[Fulfilment, Changes]:
    """Note that the reward has arrived.

    Raises:
        Refused: ``not-shipped`` or ``fulfilment-closed``.
    """
    state = _next(fulfilment, FulfilmentStep.DELIVER, at)
    return _moved(fulfilment, state, RewardDelivered(at, actor, fulfilment.id))


def fail_delivery(
    fulfilment: Fulfilment, reason: str, at: datetime, actor: ActorId
) -> tuple[Fulfilment, Changes]:
    """Note that the reward came back, for a reason that the carrier gives as a code.

    Raises:
        Refused: ``not-shipped`` or ``fulfilment-closed``.
    """
    state = _next(fulfilment, FulfilmentStep.FAIL_DELIVERY, at)
    return _moved(fulfilment, state, DeliveryFailed(at, actor, fulfilment.id, reason))


def cancel(fulfilment: Fulfilment, at: datetime, actor: ActorId) -> tuple[Fulfilment, Changes]:
    """Give the reward up, as when its pledge is refunded; not while it is on its way.

    Raises:
        Refused: ``already-shipped`` or ``fulfilment-closed``.
    """
    state = _next(fulfilment, FulfilmentStep.CANCEL, at)
    return _moved(fulfilment, state, FulfilmentCanceled(at, actor, fulfilment.id))


def refusals(fulfilment: Fulfilment, step: FulfilmentStep, at: datetime) -> tuple[Refusal, ...]:
    """Every reason why a step cannot be taken at an instant; none where it can. The decisions raise these.

    Example:
        >>> from datetime import UTC, datetime
        >>> asked = Fulfilment("p1", "lanterne")
        >>> [it.code for it in refusals(asked, FulfilmentStep.SHIP, datetime(2026, 9, 1, tzinfo=UTC))]
        ['survey-unanswered', 'address-unlocked']
    """
    expect(fulfilment, Fulfilment, what="a fulfilment")
    expect(step, FulfilmentStep, what="the step of a fulfilment")
    return tuple(_reasons(fulfilment, step, utc(at)))


_WAITING, _SURVEYED, _LOCKED, _SHIPPED, _DELIVERED, _UNDELIVERABLE, _CANCELED = FulfilmentState
_ANSWER, _CHANGE, _LOCK, _SHIP, _DELIVER, _FAIL, _CANCEL = FulfilmentStep

_REASONS: Final[tuple[tuple[str, frozenset[FulfilmentState], frozenset[FulfilmentStep]], ...]] = (
    ("fulfilment-closed", frozenset({_DELIVERED, _CANCELED}), frozenset(FulfilmentStep)),
    ("survey-unanswered", frozenset({_WAITING}), frozenset({_CHANGE, _LOCK, _SHIP})),
    ("address-unlocked", frozenset({_WAITING, _SURVEYED}), frozenset({_SHIP})),
    ("address-locked", frozenset({_LOCKED}), frozenset({_ANSWER, _CHANGE, _LOCK})),
    ("already-shipped", frozenset({_SHIPPED}), frozenset({_CHANGE, _SHIP, _CANCEL})),
    ("already-shipped", frozenset({_SHIPPED, _UNDELIVERABLE}), frozenset({_ANSWER, _LOCK})),
    (
        "not-shipped",
        frozenset(FulfilmentState) - {_SHIPPED, _DELIVERED, _CANCELED},
        frozenset({_DELIVER, _FAIL}),
    ),
)
"""Why a step is not in the table: each code, and the states in which it bars which steps."""


def _reasons(fulfilment: Fulfilment, step: FulfilmentStep, at: datetime) -> Iterator[Refusal]:
    state, locks = fulfilment.state, fulfilment.locks
    facts = {"pledge": fulfilment.id, "state": state.value}
    for code, states, steps in _REASONS:
        if state in states and step in steps:
            yield Refusal(code, f"the reward of pledge {fulfilment.id} is {state.value}", facts)
    if state is _SURVEYED and step in {_ANSWER, _CHANGE} and locks is not None and locks.passed(at):
        message = f"the address for pledge {fulfilment.id} is final since {locks.local}"
        yield Refusal("address-locked", message, facts | {"locked": locks.at})


def _next(fulfilment: Fulfilment, step: FulfilmentStep, at: datetime) -> FulfilmentState:
    if reasons := refusals(fulfilment, step, at):
        raise Refused(reasons)
    return TRANSITIONS[fulfilment.state, step]


def _moved(
    fulfilment: Fulfilment,
    state: FulfilmentState,
    event: Event,
    **changed: Any,  # noqa: ANN401  any field
) -> tuple[Fulfilment, Changes]:
    moved = attrs.evolve(fulfilment, state=state, version=fulfilment.version + 1, **changed)
    return moved, Changes(put=(moved,), events=(event,))
