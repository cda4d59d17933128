"""What the store contract is played with: two campaigns, and everything that can be read of a store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore.changes import Changes, MatchMove, ProgressMove, StockMove, TotalLimit
from pushcore.ids import BackerId, FundId, OrderKey, PledgeId, SponsorId, StockId
from pushcore.ledger import chart, recipes
from pushcore.money import Money
from pushcore.ports import Store
from pushcore.testing import builders

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.changes import Versioned
    from pushcore.ledger import Transaction

__all__ = [
    "CAMPAIGN",
    "LIMIT",
    "NOW",
    "OTHER",
    "TIER",
    "MakeStore",
    "a_charge",
    "counted",
    "euros",
    "everything",
    "following",
    "late",
    "matching",
    "moved",
    "opened",
    "written",
]

MakeStore = Callable[[], Store]

NOW: Final = builders.OPENS
LIMIT: Final = 3
TIER: Final = builders.a_tier(limit=LIMIT)
CAMPAIGN: Final = builders.a_campaign(tiers=[TIER])
OTHER: Final = builders.a_campaign("other", tiers=[TIER])


def euros(amount: str) -> Money:
    """So many euros."""
    return Money.of(amount, "EUR")


def opened(store: Store) -> Store:
    """The store with the two campaigns in it."""
    return written(store, CAMPAIGN, OTHER)


def written(store: Store, *aggregates: Versioned) -> Store:
    """The store with these in it too."""
    store.commit(Changes(put=aggregates))
    return store


def following(aggregate: Any, **changed: Any) -> Any:  # noqa: ANN401  one aggregate in, one of its kind out
    """The next version of an aggregate."""
    return attrs.evolve(aggregate, version=aggregate.version + 1, **changed)


def moved(
    *, claimed: int = 0, reserved: int = 0, limit: int | None = LIMIT, backer: str | None = None
) -> StockMove:
    """A move of the tier's stock, or of what one backer holds of it."""
    backer_id = None if backer is None else BackerId(backer)
    return StockMove(CAMPAIGN.id, StockId(TIER.id), limit, claimed, reserved, backer_id)


def counted(  # noqa: PLR0913  what a pledge adds to
    amount: str,
    backer: str = "ana",
    *,
    sign: int = 1,
    counts: str | None = None,
    units: int = 0,
    limit: TotalLimit | None = None,
    least: Money | int | None = None,
) -> ProgressMove:
    """A pledge that counts from now on, or does not any more."""
    return ProgressMove(
        CAMPAIGN.id,
        BackerId(backer),
        euros(amount) * sign,
        sign,
        counted=None if counts is None else euros(counts) * sign,
        units=units * sign,
        limit=limit,
        least=least,
    )


def late(amount: str, backer: str = "ana", *, sign: int = 1) -> ProgressMove:
    """A late pledge that stands from now on, or does not any more."""
    return ProgressMove(CAMPAIGN.id, BackerId(backer), euros("0"), sign, late=euros(amount) * sign)


def matching(  # noqa: PLR0913  what a match adds to
    backer: str | None = "ana",
    *,
    bank: str = "0",
    city: str = "0",
    matches: int = 1,
    campaign: Campaign = CAMPAIGN,
    fund: str = "live",
) -> MatchMove:
    """A match that two sponsors pay, or one of them, or that is taken back."""
    amounts = {SponsorId("bank"): euros(bank), SponsorId("city"): euros(city)}
    parts = tuple((sponsor, amount) for sponsor, amount in amounts.items() if amount)
    backer_id = None if backer is None else BackerId(backer)
    return MatchMove(FundId(fund), campaign.id, backer_id, parts, matches)


def a_charge(key: str, amount: str = "10") -> Transaction:
    """A pending charge."""
    return recipes.charge(OrderKey(key), CAMPAIGN.id, euros(amount), NOW)


def everything(store: Store) -> dict[str, object]:
    """All that can be read of a store that holds the two campaigns."""
    campaigns = (CAMPAIGN.id, OTHER.id)
    accounts = (chart.PROVIDER, *map(chart.held_account, campaigns))
    return {
        "campaigns": [store.campaign(it) for it in campaigns],
        "progress": [store.progress(it) for it in campaigns],
        "pledges": [store.find_pledge(PledgeId(it)) for it in ("p1", "p2", "p3")],
        "chargeable": [list(store.chargeable_pledges(it, NOW)) for it in campaigns],
        "returnable": [list(store.returnable_pledges(it)) for it in campaigns],
        "expected": [list(store.expected_pledges(it)) for it in campaigns],
        "unconfirmed": [list(store.unconfirmed_pledges(it)) for it in campaigns],
        "stock": [store.stock(it, TIER.id) for it in campaigns],
        "shares": [store.stock(it, TIER.id, BackerId("ana")) for it in campaigns],
        "matched": [store.matched(FundId("live"), it, BackerId("ana")) for it in campaigns],
        "matches": [list(store.matches(it)) for it in campaigns],
        "balances": [store.balance(account, "EUR") for account in accounts],
        "transactions": list(store.transactions()),
        "payouts": [list(store.payouts(it)) for it in campaigns],
        "orders": list(store.open_orders()),
        "events": list(store.events()),
    }
