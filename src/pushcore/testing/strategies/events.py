"""Events: every kind there is, each field by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import attrs
from hypothesis import strategies as st

from pushcore.campaigns import CampaignState
from pushcore.campaigns import events as campaign_events
from pushcore.gateway import Decline
from pushcore.payments import events as payment_events
from pushcore.payouts import events as payout_events
from pushcore.pledges import events as pledge_events
from pushcore.testing.strategies.calendar import instants
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts, currencies

if TYPE_CHECKING:
    from pushcore.changes import Event
    from pushcore.money import Currency

__all__ = ["EVENTS", "events"]

EVENTS: Final[tuple[type[Event], ...]] = tuple(
    getattr(module, name)
    for module in (campaign_events, pledge_events, payment_events, payout_events)
    for name in module.__all__
)
"""Every kind of event."""


def events(kind: type[Event] | None = None) -> st.SearchStrategy[Event]:
    """An event of a kind, or of any; all of its money is of one currency."""
    kinds = st.sampled_from(EVENTS) if kind is None else st.just(kind)
    return st.tuples(kinds, currencies()).flatmap(lambda drawn: _event(*drawn))


def _event(kind: type[Event], currency: Currency) -> st.SearchStrategy[Event]:
    fields = _fields(currency)
    return st.builds(
        kind,
        **{field.name: fields[field.name] for field in attrs.fields(cast("type[attrs.AttrsInstance]", kind))},
    )


def _fields(currency: Currency) -> dict[str, st.SearchStrategy[object]]:
    """What the fields of events hold, by name."""
    ids, money = identifiers(), amounts(currency, least=0)
    parts = st.dictionaries(ids, money, max_size=3)
    return {
        "add_ons": st.dictionaries(ids, st.integers(1, 9), max_size=2),
        "actor": ids,
        "amount": money,
        "at": instants(),
        "attempt": st.integers(1, 9),
        "backer_id": ids,
        "backers": st.integers(0, 9),
        "campaign_id": ids,
        "code": ids,
        "collected": money,
        "fees": parts,
        "left_overs": parts,
        "payee_id": ids,
        "payees": parts,
        "payout_id": ids,
        "pledge_id": ids,
        "pledged": money,
        "quantity": st.integers(1, 9),
        "reason": st.sampled_from(["claim-expired", *Decline]).map(str),
        "reference": ids,
        "state": st.sampled_from(CampaignState),
        "tier_id": st.none() | ids,
    }
