"""A platform that is brought over, and what there is of it before and after."""

from collections import Counter
from datetime import timedelta
from typing import get_args

import attrs

from pushcore import Campaign, Payout, Pledge, state_account
from pushcore.books import Beside, Span, opening_balances, statements
from pushcore.memory import MemoryStore
from pushcore.usecases import import_opening

BESIDE = get_args(Beside)


def exported(store, at, key="cut-over"):
    """All that a store in memory has."""
    tables = store._tables
    return opening_balances(
        key,
        at,
        store.transactions(),
        tables[Campaign].values(),
        pledges=tables[Pledge].values(),
        payouts=tables[Payout].values(),
        orders=store.open_orders(),
        beside=[it for kind in BESIDE for it in tables[kind].values()],
    )


def brought_over(ports, key="cut-over"):
    """The same platform on an empty store; the provider is the same."""
    opening = exported(ports.store, ports.now(), key)
    new = attrs.evolve(ports, store=MemoryStore())
    import_opening(new, opening, actor="host")
    return new, opening


def told(ports):
    """What is told of every campaign."""
    return [state_account(ports, campaign_id) for campaign_id in ports.store._campaigns]


def together(store, at):
    """What stands on everybody's accounts: of debts, the new ledger does not know for which campaigns."""
    found = Counter()
    for it in statements(store.transactions(), Span(None, at + timedelta(microseconds=1))):
        for position in it.positions:
            found[it.holder, position.account, it.currency] += position.amount.minor
    return found


def of_store(store):
    return {
        "campaigns": {it.id: attrs.evolve(it, version=1) for it in store._campaigns.values()},
        "pledges": {it.id: attrs.evolve(it, version=1) for it in store._pledges.values()},
        "payouts": {it.id: attrs.evolve(it, version=1) for it in store._payouts.values()},
        "progress": {key: store.progress(key) for key in store._campaigns},
        "stock": {key: it for key, it in store._stock.items() if it.claimed or it.reserved},
        "orders": list(store.open_orders()),
        "balances": {
            (it.account, it.posted.currency): it
            for it in store._balances
            if it.account.path != "opening"
            and any((it.debits_posted, it.credits_posted, it.debits_pending, it.credits_pending))
        },
    }
