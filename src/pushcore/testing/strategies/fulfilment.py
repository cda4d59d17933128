"""Rewards after the pledge: their fulfilment, and the lists of those who wait for a piece."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from pushcore.ids import ActorId
from pushcore.rewards import Fulfilment, FulfilmentStep, WaitingEntry, WaitingList, fulfilling
from pushcore.testing.strategies.calendar import deadlines, instants
from pushcore.testing.strategies.ids import identifiers

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["fulfilments", "waiting_lists"]

_ANA: Final = ActorId("ana")


@st.composite
def fulfilments(draw: st.DrawFn) -> Fulfilment:
    """A fulfilment in any state: a new one, and a few steps that can be taken."""
    now = draw(instants())
    held, _ = fulfilling.begin(
        draw(identifiers()), draw(identifiers()), now, _ANA, locks=draw(st.none() | deadlines())
    )
    for n in draw(st.lists(st.integers(0, len(_STEPS) - 1), max_size=6)):
        possible = [step for step in _STEPS if not fulfilling.refusals(held, step, now)]
        if possible:
            held = _STEPS[possible[n % len(possible)]](held, now)
    return held


def _decided(name: str, *given: str) -> Callable[[Fulfilment, datetime], Fulfilment]:
    decide = getattr(fulfilling, name)
    return lambda held, at: decide(held, *given, at, _ANA)[0]


_STEPS: Final[dict[FulfilmentStep, Callable[[Fulfilment, datetime], Fulfilment]]] = {
    FulfilmentStep.ANSWER_SURVEY: _decided("answer_survey", "survey-1", "BE"),
    FulfilmentStep.CHANGE_ADDRESS: _decided("change_address", "FR"),
    FulfilmentStep.LOCK: _decided("lock"),
    FulfilmentStep.SHIP: _decided("ship", "parcel-1"),
    FulfilmentStep.DELIVER: _decided("deliver"),
    FulfilmentStep.FAIL_DELIVERY: _decided("fail_delivery", "moved"),
    FulfilmentStep.CANCEL: _decided("cancel"),
}


@st.composite
def waiting_lists(draw: st.DrawFn) -> WaitingList:
    """The waiting list of a tier, with offers to the front of the line or without any."""
    limit = draw(st.integers(1, 10))
    backers = draw(st.lists(identifiers(), max_size=4, unique=True))
    offers = draw(st.integers(0, len(backers)))
    entries = []
    for place, backer_id in enumerate(backers):
        joined_at = draw(instants())
        until = joined_at + draw(st.timedeltas(timedelta(0), timedelta(days=9))) if place < offers else None
        entries.append(WaitingEntry(backer_id, draw(st.integers(1, limit)), joined_at, until))
    written = 1 + len(backers) + offers
    return WaitingList(
        draw(identifiers()), draw(identifiers()), limit=limit, entries=entries, version=written
    )
