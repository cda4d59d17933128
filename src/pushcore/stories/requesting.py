"""Requesting: the same few facts, of an event or of a row, become the request of a backer."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import cast

import attrs

from pushcore._checks import shown
from pushcore.errors import InvalidValue
from pushcore.ids import TierId, VoucherCode
from pushcore.money import Currency, Money
from pushcore.rewards import Selection
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.origin import Origin

__all__ = ["Offer", "Wanted", "amount_of", "gift_of", "selection_of"]


@attrs.frozen
class Offer:
    """What can be pledged: the currency, and the names of what there is; each may be `BROKEN`."""

    currency: Currency
    tier_ids: Collection[str]
    add_on_ids: Collection[str] = ()
    vouchers: Collection[str] = ()
    methods: Collection[str] = ()


@attrs.frozen
class Wanted:
    """What is picked, as it is written: a tier so many times with a bonus, or an amount; None for nothing."""

    tier: str | None
    quantity: int
    bonus: str | None
    amount: str | None
    add_ons: dict[str, int] = attrs.field(factory=dict)
    destination: str | None = None
    tip: str | None = None
    voucher: str | None = None
    token: str | None = None


def selection_of(wanted: Wanted, offer: Offer, origin: Origin, findings: Findings) -> Selection:
    """The selection that is meant; every reason why it can never be made is noted."""
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
    tip = wanted.tip
    for place, what, name, known in _names(wanted, offer):
        if BROKEN not in (name, known) and name not in known:
            findings.note(origin.path(place), f"there is no {what} {shown(name)}", f"unknown-{what}")
    return findings.attempt(
        origin.path(),
        Selection,
        given,
        tier_id=None if wanted.tier is None else TierId(wanted.tier),
        quantity=1 if wanted.tier is None else wanted.quantity,
        add_ons=cast("dict[TierId, int]", wanted.add_ons),
        destination=wanted.destination,
        tip=None if tip is None else findings.attempt(origin.path("tip"), amount_of, tip, offer.currency),
        voucher=None if wanted.voucher is None else VoucherCode(wanted.voucher),
        token=wanted.token,
    )


def _names(wanted: Wanted, offer: Offer) -> Iterator[tuple[str, str, str, Collection[str]]]:
    """Every name that has to be one of a list: where it stands, what it is of, itself, and the list."""
    if wanted.tier is not None:
        yield "tier", "tier", wanted.tier, offer.tier_ids
    for name in () if broken(wanted.add_ons) else wanted.add_ons:
        yield f"add_ons.{name}", "add-on", name, offer.add_on_ids
    if wanted.voucher is not None:
        yield "voucher", "voucher", wanted.voucher, offer.vouchers


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


def gift_of(text: str, currency: Currency) -> Money:
    """The amount that is written, which is given again and again.

    Raises:
        InvalidValue: it is no such amount, or not above zero.
    """
    amount = amount_of(text, currency)
    if not amount:
        message = f"amount {shown(text)} is not above zero"
        raise InvalidValue(message, amount=amount)
    return amount


def _check_amount(wanted: Wanted, origin: Origin, findings: Findings) -> None:
    if wanted.amount is None and not wanted.add_ons:
        findings.note(origin.path(), "a pledge needs a tier or an amount", "missing")
    if wanted.bonus is not None:
        findings.note(origin.path("bonus"), "a bonus comes on top of a tier: without one, give an amount")
    if not broken(wanted.quantity) and wanted.quantity != 1:
        findings.note(origin.path("quantity"), f"a quantity of {wanted.quantity} needs a tier")


def _check_tier(wanted: Wanted, offer: Offer, origin: Origin, findings: Findings) -> None:
    unknown = not broken(offer.tier_ids) and wanted.tier not in offer.tier_ids  # which is told by itself
    if wanted.amount is not None and not unknown:
        findings.note(
            origin.path("amount"),
            f"tier {shown(wanted.tier)} has a price: leave the amount out, or give a bonus",
        )
