"""Requesting: the same few facts, of an event or of a row, become the request of a backer."""

from __future__ import annotations

from collections.abc import Collection

import attrs

from pushcore._checks import shown
from pushcore.errors import InvalidValue
from pushcore.ids import ActorId, BackerId, PledgeId, TierId
from pushcore.money import Currency, Money
from pushcore.pledges import PledgeRequest
from pushcore.rewards import Selection
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.story import CAMPAIGN_ID, Origin

__all__ = ["Offer", "Wanted", "amount_of", "request_of"]


@attrs.frozen
class Offer:
    """What can be pledged: the currency and the ids of the tiers; either may be `BROKEN`."""

    currency: Currency
    tier_ids: Collection[str]


@attrs.frozen
class Wanted:
    """A pledge as it is written: a tier so many times with a bonus, or an amount; None where nothing is."""

    pledge: str
    backer: str
    tier: str | None
    quantity: int
    bonus: str | None
    amount: str | None


def request_of(wanted: Wanted, offer: Offer, origin: Origin, findings: Findings) -> PledgeRequest:
    """The request that is meant; every reason why it can never be made is noted."""
    if wanted.tier is None:
        _check_amount(wanted, origin, findings)
        key, text = "amount", wanted.amount
    else:
        _check_tier(wanted, offer, origin, findings)
        key, text = "bonus", wanted.bonus
    given = (
        findings.attempt(origin.path(), Money.zero, offer.currency)
        if text is None
        else findings.attempt(origin.path(key), amount_of, text, offer.currency)
    )
    return findings.attempt(
        origin.path(),
        PledgeRequest,
        PledgeId(wanted.pledge),
        CAMPAIGN_ID,
        BackerId(wanted.backer),
        findings.attempt(
            origin.path(),
            Selection,
            given,
            tier_id=None if wanted.tier is None else TierId(wanted.tier),
            quantity=1 if wanted.tier is None else wanted.quantity,
        ),
        actor=ActorId(wanted.backer),
    )


def amount_of(text: str, currency: Currency) -> Money:
    """The amount that is written.

    Raises:
        InvalidValue: it is no such amount, or below zero.
    """
    amount = Money.of(text, currency)
    if amount.minor < 0:
        message = f"amount {shown(text)} is below zero"
        raise InvalidValue(message, amount=amount)
    return amount


def _check_amount(wanted: Wanted, origin: Origin, findings: Findings) -> None:
    if wanted.amount is None:
        findings.note(origin.path(), "a pledge needs a tier or an amount", "missing")
    if wanted.bonus is not None:
        findings.note(origin.path("bonus"), "a bonus comes on top of a tier: without one, give an amount")
    if not broken(wanted.quantity) and wanted.quantity != 1:
        findings.note(origin.path("quantity"), f"a quantity of {wanted.quantity} needs a tier")


def _check_tier(wanted: Wanted, offer: Offer, origin: Origin, findings: Findings) -> None:
    if wanted.amount is not None:
        findings.note(
            origin.path("amount"),
            f"tier {shown(wanted.tier)} has a price: leave the amount out, or give a bonus",
        )
    if BROKEN not in (wanted.tier, offer.tier_ids) and wanted.tier not in offer.tier_ids:
        findings.note(origin.path("tier"), f"there is no tier {shown(wanted.tier)}", "unknown-tier")
