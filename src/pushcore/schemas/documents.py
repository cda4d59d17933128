"""What is kept as a document: every aggregate, every value in a store, every order, answer and event.

The list of events is read off the modules that define them, so that none can be forgotten.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, get_args

from pushcore.books import (
    AccountStatement,
    BalanceSheet,
    Credited,
    Invoice,
    InvoiceSeries,
    Opening,
    PledgeAccount,
    ReceiptFacts,
    YearTotals,
)
from pushcore.books import events as book_events
from pushcore.campaigns import Campaign, Follower, Progress
from pushcore.campaigns import events as campaign_events
from pushcore.gateway import (
    Accepted,
    Authorize,
    Capture,
    Charge,
    Declined,
    Prepare,
    Refund,
    Transfer,
    Void,
)
from pushcore.ledger import Transaction
from pushcore.matching import LumpSum, MatchingFund, Multiple
from pushcore.matching import events as matching_events
from pushcore.payments import events as payment_events
from pushcore.payouts import (
    AccruedShare,
    Below,
    Brackets,
    Clamp,
    Debt,
    Dispute,
    FeeRule,
    Fixed,
    HeldReserve,
    MassRefund,
    Payout,
    Percent,
    ProviderExchange,
    RefundRuns,
    SharePayment,
    Sum,
    Wallet,
    return_events,
)
from pushcore.payouts import events as payout_events
from pushcore.pledges import Pledge
from pushcore.pledges import events as pledge_events
from pushcore.recurring import Anchor, MatchRule, Subscription
from pushcore.recurring import events as recurring_events
from pushcore.rewards import Fulfilment, Stock, WaitingList
from pushcore.rewards import events as reward_events
from pushcore.schemas.upcasting import current_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AGGREGATES",
    "ANSWERS",
    "CHOICES",
    "DOCUMENTS",
    "EVENTS",
    "ORDERS",
    "VALUES",
    "tags",
    "type_name",
]


def type_name(cls: type) -> str:
    """The name of a class in documents: ``PledgePlaced`` is ``pledge-placed``. It never changes."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", cls.__name__).lower()


AGGREGATES: Final[tuple[type, ...]] = (
    AccruedShare,
    Campaign,
    Credited,
    Debt,
    Dispute,
    Follower,
    Fulfilment,
    HeldReserve,
    Invoice,
    InvoiceSeries,
    MatchingFund,
    Opening,
    Payout,
    Pledge,
    ProviderExchange,
    SharePayment,
    Subscription,
    WaitingList,
    Wallet,
)
VALUES: Final[tuple[type, ...]] = (
    AccountStatement,
    BalanceSheet,
    MassRefund,
    PledgeAccount,
    Progress,
    ReceiptFacts,
    RefundRuns,
    Stock,
    Transaction,
    YearTotals,
)
ORDERS: Final[tuple[type, ...]] = (Authorize, Capture, Charge, Prepare, Refund, Transfer, Void)
ANSWERS: Final[tuple[type, ...]] = (Accepted, Declined)
EVENTS: Final[tuple[type, ...]] = tuple(
    getattr(module, name)
    for module in (
        book_events,
        campaign_events,
        matching_events,
        payment_events,
        payout_events,
        pledge_events,
        recurring_events,
        return_events,
        reward_events,
    )
    for name in module.__all__
)
DOCUMENTS: Final[Mapping[str, type]] = {
    type_name(cls): cls for cls in (*AGGREGATES, *VALUES, *ORDERS, *ANSWERS, *EVENTS)
}
"""Everything that is dumped and loaded, by the name in its ``type``."""

CHOICES: Final[Mapping[Any, tuple[type, ...]]] = {
    FeeRule: (Below, Brackets, Clamp, Fixed, Percent, Sum),
    Multiple | LumpSum: (LumpSum, Multiple),
    **{union: get_args(union) for union in (Anchor, MatchRule)},
}
"""Alternatives that say in their ``type`` which of them they are."""
_CHOSEN: Final = frozenset(cls for classes in CHOICES.values() for cls in classes)


def tags(cls: type) -> dict[str, int | str]:
    """What a written value says of itself: documents name type and schema, one of several its type."""
    name = type_name(cls)
    if DOCUMENTS.get(name) is cls:
        return {"schema": current_schema(name), "type": name}
    return {"type": name} if cls in _CHOSEN else {}
