"""Subscribing: a subscription of a document becomes the step that starts it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from pushcore._checks import shown
from pushcore.calendar import Zone
from pushcore.changes import StockMove
from pushcore.errors import InvalidValue
from pushcore.ids import BackerId, StockId, SubscriptionId
from pushcore.recurring import Anchor, Anniversary, FirstOfMonth, PerCreation, Period, Retries, Subscription
from pushcore.stories.document import Document
from pushcore.stories.findings import BROKEN, Findings
from pushcore.stories.origin import Origin
from pushcore.stories.requesting import gift_of
from pushcore.stories.sections import each, names_of
from pushcore.stories.story import CAMPAIGN_ID
from pushcore.stories.subscription_steps import StartSubscription, subscription_of
from pushcore.stories.subscription_tables import AnchorName, SubscriptionTable
from pushcore.stories.times import instant_of

__all__ = ["note_unstarted", "starts_of"]


def starts_of(document: Document, findings: Findings) -> Iterator[StartSubscription]:
    """The steps that start the subscriptions of a document; `BROKEN` where something about one is."""
    for index, (_, table) in enumerate(each(document, "subscriptions")):
        yield _start(document, table, Origin("subscription", index), findings)


def _start(
    document: Document, table: SubscriptionTable, origin: Origin, findings: Findings
) -> StartSubscription:
    campaign, path = document.campaign, origin.path()
    at = findings.attempt(origin.path("starts"), instant_of, table.starts, campaign.zone)
    subscription = findings.attempt(
        path,
        Subscription,
        id=SubscriptionId(table.id),
        backer_id=BackerId(table.id if table.backer is None else table.backer),
        campaign_id=CAMPAIGN_ID,
        amount=findings.attempt(origin.path("amount"), gift_of, table.amount, campaign.currency),
        anchor=findings.attempt(path, _anchor, table, campaign.zone),
        retries=findings.attempt(origin.path("retries"), Retries, table.retries),
        started_at=at,
        claim=_claim(document, table, origin, findings),
    )
    return findings.attempt(path, StartSubscription, at, subscription, origin=origin)


_FITS: Final = {
    "skip_after": AnchorName.FIRST_OF_MONTH,
    "most": AnchorName.PER_CREATION,
}
"""The keys that go with one anchor only."""


def _anchor(table: SubscriptionTable, zone: Zone) -> Anchor:
    """The anchor that is named.

    Raises:
        InvalidValue: another key does not go with it.
    """
    name, period = table.anchor, table.period
    if BROKEN in (name, period, table.skip_after, table.most):
        return cast("Anchor", BROKEN)
    for key, anchor in _FITS.items():
        if getattr(table, key) is not None and name is not anchor:
            message = f"{key} goes with {anchor}, not with {name}"
            raise InvalidValue(message, key=key)
    if name is AnchorName.PER_CREATION:
        if period not in {None, Period.MONTHLY}:
            message = f"creations are charged monthly, or without a period at once, and not {period}"
            raise InvalidValue(message, period=period)
        return PerCreation(zone, monthly=period is Period.MONTHLY, most=table.most)
    if period is None:
        message = f"a period is missing: give one of {', '.join(Period)}"
        raise InvalidValue(message)
    if name is AnchorName.FIRST_OF_MONTH:
        return FirstOfMonth(zone, period, skip_after=table.skip_after)
    return Anniversary(zone, period)


def _claim(
    document: Document, table: SubscriptionTable, origin: Origin, findings: Findings
) -> StockMove | None:
    """The pieces of a tier that a subscription claims; how many there are is in the tier."""
    if table.tier is None:
        if table.quantity not in {1, BROKEN}:
            findings.note(origin.path("quantity"), f"a quantity of {shown(table.quantity)} needs a tier")
        return None
    if BROKEN in (table.tier, table.quantity, names_of(document, "tiers")):
        return cast("StockMove", BROKEN)
    limits = {tier.id: tier.limit for _, tier in each(document, "tiers")}
    if table.tier not in limits:
        findings.note(origin.path("tier"), f"there is no tier {shown(table.tier)}", "unknown-tier")
        return cast("StockMove", BROKEN)
    stock_id, limit = StockId(table.tier), limits[table.tier]
    return findings.attempt(origin.path(), StockMove, CAMPAIGN_ID, stock_id, limit, table.quantity)


_REFERRING: Final = ("pause", "resume", "amend", "end")


def note_unstarted(document: Document, findings: Findings) -> None:
    """Note every subscription that things happen to and nobody starts, and pledges called like charges."""
    started = names_of(document, "subscriptions")
    for path, event in each(document, "events"):
        for key in _REFERRING:
            name = getattr(event, key, BROKEN)
            if BROKEN not in (name, started) and name not in started:
                message = f"no subscription {shown(name)} is ever started"
                findings.note(f"{path}.{key}", message, "unknown-subscription")
        pledge_id = getattr(event, "pledge", BROKEN)
        if BROKEN not in (pledge_id, started) and (name := subscription_of(pledge_id)) in started:
            message = f"{shown(pledge_id)} is what a charge of subscription {shown(name)} is called"
            findings.note(f"{path}.pledge", message, "duplicate")
