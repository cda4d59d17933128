"""Subscriptions: new ones, and whatever became of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from pushcore.changes import StockMove
from pushcore.errors import InvalidValue, Refused
from pushcore.ids import ActorId
from pushcore.recurring import (
    Anchor,
    Anniversary,
    FirstOfMonth,
    PerCreation,
    Period,
    Retries,
    Subscription,
    deciding,
)
from pushcore.testing.strategies.calendar import instants, zones
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["anchors", "subscriptions"]

_ANA: Final = ActorId("ana")
_MOST: Final = 1_000_000
_PERIODS: Final = st.sampled_from(Period)


def anchors() -> st.SearchStrategy[Anchor]:
    """When a subscription is charged: on the first of months, on anniversaries, or for what is published."""
    return st.one_of(
        st.builds(Anniversary, zones(), _PERIODS),
        st.builds(
            FirstOfMonth,
            zones(),
            st.sampled_from([Period.MONTHLY, Period.YEARLY]),
            skip_after=st.none() | st.integers(1, 31),
        ),
        st.builds(PerCreation, zones(), monthly=st.booleans(), most=st.none() | st.integers(1, 3)),
    )


@st.composite
def subscriptions(draw: st.DrawFn) -> Subscription:
    """A subscription in any state: a new one, and a few decisions about it."""
    to_campaign = draw(st.booleans())
    claims = st.builds(StockMove, identifiers(), identifiers(), st.none(), st.integers(1, 3))
    now = draw(instants())
    held = Subscription(
        id=draw(identifiers()),
        backer_id=draw(identifiers()),
        amount=draw(amounts(least=1, most=_MOST)),
        anchor=draw(anchors()),
        retries=draw(st.builds(Retries, st.lists(st.integers(1, 5), max_size=3))),
        started_at=now,
        payee_id=None if to_campaign else draw(identifiers()),
        campaign_id=draw(identifiers()) if to_campaign else None,
        claim=draw(st.none() | claims),
    )
    for days, happens in draw(st.lists(st.tuples(st.integers(0, 40), _HAPPENS), max_size=8)):
        now += timedelta(days=days, seconds=1)
        try:
            held = happens(held, now)
        except (Refused, InvalidValue):  # not now, or not for this anchor
            continue
    return held


def _decided(name: str) -> Callable[[Subscription, datetime], Subscription]:
    decide = getattr(deciding, name)
    return lambda held, at: decide(held, at, _ANA)[0]


def _answered(name: str) -> Callable[[Subscription, datetime], Subscription]:
    decide = getattr(deciding, name)
    return lambda held, at: decide(held, held.charge_key, at, _ANA)[0]


def _changed(held: Subscription, at: datetime) -> Subscription:
    return deciding.change_amount(held, held.amount * 2, at=at, actor=_ANA)[0]


_HAPPENS: Final[st.SearchStrategy[Callable[[Subscription, datetime], Subscription]]] = st.sampled_from(
    [
        _decided("count_creation"),
        _decided("charge"),
        _decided("charge"),
        _answered("charge_succeeded"),
        _answered("charge_failed"),
        _answered("charge_failed"),
        _decided("pause"),
        _decided("resume"),
        _changed,
        _decided("cancel"),
    ]
)
