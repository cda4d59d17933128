"""Hypothesis strategies for every public value, each valid by construction and shrinking to something plain.

Values that must fit together take what they must fit: ``tiers(currency)``, ``requests(campaign=...)``. What
is not given is drawn.
"""

from __future__ import annotations

from pushcore.testing.strategies.calendar import deadlines, instants, windows, zones
from pushcore.testing.strategies.campaigns import campaigns, dunnings, goals, outcomes, progresses, terms
from pushcore.testing.strategies.events import events
from pushcore.testing.strategies.gateway import answers, orders
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.ledger import accounts, transactions
from pushcore.testing.strategies.money import (
    amounts,
    conversions,
    currencies,
    exchange_rates,
    percentages,
    roundings,
)
from pushcore.testing.strategies.payouts import (
    fee_lines,
    fee_rules,
    fee_schedules,
    payouts,
    settlements,
    split_plans,
)
from pushcore.testing.strategies.pledges import pledges, requests
from pushcore.testing.strategies.rewards import (
    audiences,
    catalogues,
    items,
    quotes,
    selections,
    shippings,
    stocks,
    taxes,
    tiers,
    vouchers,
)

__all__ = [
    "accounts",
    "amounts",
    "answers",
    "audiences",
    "campaigns",
    "catalogues",
    "conversions",
    "currencies",
    "deadlines",
    "dunnings",
    "events",
    "exchange_rates",
    "fee_lines",
    "fee_rules",
    "fee_schedules",
    "goals",
    "identifiers",
    "instants",
    "items",
    "orders",
    "outcomes",
    "payouts",
    "percentages",
    "pledges",
    "progresses",
    "quotes",
    "requests",
    "roundings",
    "selections",
    "settlements",
    "shippings",
    "split_plans",
    "stocks",
    "taxes",
    "terms",
    "tiers",
    "transactions",
    "vouchers",
    "windows",
    "zones",
]
