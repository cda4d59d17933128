"""Hypothesis strategies for every public value, each valid by construction and shrinking to something plain.

Values that must fit together take what they must fit: ``tiers(currency)``, ``requests(campaign=...)``. What
is not given is drawn.
"""

from __future__ import annotations

from pushcore.testing.strategies.calendar import business_days, deadlines, instants, windows, zones
from pushcore.testing.strategies.campaigns import campaigns, dunnings, outcomes, progresses, terms
from pushcore.testing.strategies.events import events
from pushcore.testing.strategies.fulfilment import fulfilments, waiting_lists
from pushcore.testing.strategies.funding import (
    cancel_windows,
    caps,
    funding_models,
    goals,
    moving_goals,
    stretch_goals,
)
from pushcore.testing.strategies.gateway import answers, orders
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.instalments import instalment_plans, instalments
from pushcore.testing.strategies.ledger import accounts, transactions
from pushcore.testing.strategies.matching import (
    campaign_facts,
    contributions,
    match_origins,
    matching_funds,
)
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
    fee_shares,
    payouts,
    settlements,
    split_plans,
    tariffs,
)
from pushcore.testing.strategies.pledges import pledges, requests
from pushcore.testing.strategies.recurring import anchors, subscriptions
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
    "anchors",
    "answers",
    "audiences",
    "business_days",
    "campaign_facts",
    "campaigns",
    "cancel_windows",
    "caps",
    "catalogues",
    "contributions",
    "conversions",
    "currencies",
    "deadlines",
    "dunnings",
    "events",
    "exchange_rates",
    "fee_lines",
    "fee_rules",
    "fee_schedules",
    "fee_shares",
    "fulfilments",
    "funding_models",
    "goals",
    "identifiers",
    "instalment_plans",
    "instalments",
    "instants",
    "items",
    "match_origins",
    "matching_funds",
    "moving_goals",
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
    "stretch_goals",
    "subscriptions",
    "tariffs",
    "taxes",
    "terms",
    "tiers",
    "transactions",
    "vouchers",
    "waiting_lists",
    "windows",
    "zones",
]
