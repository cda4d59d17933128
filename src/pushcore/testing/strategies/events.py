"""Events: every kind there is, each field by its type."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, NewType, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from pushcore.books import events as book_events
from pushcore.calendar import Deadline
from pushcore.campaigns import Edit
from pushcore.campaigns import events as campaign_events
from pushcore.matching import events as matching_events
from pushcore.money import Money
from pushcore.payments import events as payment_events
from pushcore.payouts import events as payout_events
from pushcore.payouts import return_events
from pushcore.pledges import events as pledge_events
from pushcore.recurring import events as recurring_events
from pushcore.rewards import events as reward_events
from pushcore.testing.strategies.calendar import deadlines, instants
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts, currencies

if TYPE_CHECKING:
    from pushcore.changes import Event
    from pushcore.money import Currency

__all__ = ["EVENTS", "events"]

EVENTS: Final[tuple[type[Event], ...]] = tuple(
    getattr(module, name)
    for module in (
        campaign_events,
        pledge_events,
        payment_events,
        payout_events,
        return_events,
        reward_events,
        recurring_events,
        matching_events,
        book_events,
    )
    for name in module.__all__
)
"""Every kind of event."""


def events(kind: type[Event] | None = None) -> st.SearchStrategy[Event]:
    """An event of a kind, or of any; all of its money is of one currency."""
    kinds = st.sampled_from(EVENTS) if kind is None else st.just(kind)
    return st.tuples(kinds, currencies()).flatmap(lambda drawn: _event(*drawn))


def _event(kind: type[Event], currency: Currency) -> st.SearchStrategy[Event]:
    return st.builds(kind, **{name: _value(hint, currency) for name, hint in get_type_hints(kind).items()})


def _value(hint: Any, currency: Currency) -> st.SearchStrategy[Any]:  # noqa: ANN401  a type, or made of types
    """What a field of this type holds."""
    parts = [_value(part, currency) for part in get_args(hint) if part not in {NoneType, Ellipsis}]
    if get_origin(hint) is dict:
        return st.dictionaries(*parts, max_size=3)
    if get_origin(hint) is tuple:
        return st.lists(parts[0], max_size=3).map(tuple)
    if parts:
        return st.none() | parts[0]
    if isinstance(hint, NewType) or hint is str:
        return identifiers()
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    return amounts(currency, least=0) if hint is Money else _PLAIN[hint]


_PLAIN: Final[dict[type, st.SearchStrategy[Any]]] = {
    Deadline: deadlines(),
    Edit: st.builds(
        Edit, st.lists(identifiers(), max_size=3), st.none() | identifiers(), st.none() | identifiers()
    ),
    datetime: instants(),
    int: st.integers(1, 9),
}
