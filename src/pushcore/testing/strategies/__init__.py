"""Hypothesis strategies for every public value, each valid by construction and shrinking to something plain.

Values that must fit together take what they must fit: ``tiers(currency)``, ``requests(campaign=...)``. What
is not given is drawn.
"""

from __future__ import annotations

from pushcore.testing.strategies.calendar import business_days, deadlines, instants, windows, zones
from pushcore.testing.strategies.campaigns import campaigns, dunnings, outcomes, progresses, terms
from pushcore.testing.strategies.events import events
from pushcore.testing.strategies.exchange import (
    charge_limits,
    conversion_rules,
    migrations,
    payables,
    precisions,
    provider_catalogues,
    rate_days,
    retirements,
    reversals,
    tendered,
    wire_units,
)
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
from pushcore.testing.strategies.payout_plans import (
    consents,
    gates,
    held_reserves,
    milestones,
    nettings,
    payee_facts,
    payout_plans,
    payout_schedules,
    reserves,
    wire_fees,
    withdrawal_fees,
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
from pushcore.testing.strategies.recurring import anchors, subscriptions
from pushcore.testing.strategies.refunds import (
    debts,
    dispute_terms,
    disputes,
    mass_refunds,
    payments,
    recovery_plans,
    refund_policies,
    refund_runs,
    wallets,
    ways,
)
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
    "charge_limits",
    "consents",
    "contributions",
    "conversion_rules",
    "conversions",
    "currencies",
    "deadlines",
    "debts",
    "dispute_terms",
    "disputes",
    "dunnings",
    "events",
    "exchange_rates",
    "fee_lines",
    "fee_rules",
    "fee_schedules",
    "fulfilments",
    "funding_models",
    "gates",
    "goals",
    "held_reserves",
    "identifiers",
    "instalment_plans",
    "instalments",
    "instants",
    "items",
    "mass_refunds",
    "match_origins",
    "matching_funds",
    "migrations",
    "milestones",
    "moving_goals",
    "nettings",
    "orders",
    "outcomes",
    "payables",
    "payee_facts",
    "payments",
    "payout_plans",
    "payout_schedules",
    "payouts",
    "percentages",
    "pledges",
    "precisions",
    "progresses",
    "provider_catalogues",
    "quotes",
    "rate_days",
    "recovery_plans",
    "refund_policies",
    "refund_runs",
    "requests",
    "reserves",
    "retirements",
    "reversals",
    "roundings",
    "selections",
    "settlements",
    "shippings",
    "split_plans",
    "stocks",
    "stretch_goals",
    "subscriptions",
    "taxes",
    "tendered",
    "terms",
    "tiers",
    "transactions",
    "vouchers",
    "waiting_lists",
    "wallets",
    "ways",
    "windows",
    "wire_fees",
    "wire_units",
    "withdrawal_fees",
    "zones",
]
