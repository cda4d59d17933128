"""What a provider tells of a charge beside its yes: how it was paid, what it kept, and what it booked.

It is recorded as it is told, and never computed again. What is undone later is worked out from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pushcore.ids import TransactionId
from pushcore.ledger import Posting, recipes
from pushcore.ledger.chart import PROVIDER
from pushcore.money import ExchangeRate, Money, Rounding, Tendered
from pushcore.payments._presenting import charged
from pushcore.pledges.booking import Booking, worth
from pushcore.pledges.refund import Exchanged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pushcore.gateway import Accepted
    from pushcore.ids import OrderKey
    from pushcore.ledger import Transaction
    from pushcore.money import Currency
    from pushcore.pledges import Disputed, GoneBack, Part, Pledge

__all__ = [
    "bounce_booked",
    "charge_booked",
    "dispute_booked",
    "dispute_fee_booked",
    "fee_kept",
    "refund_booked",
]

Told = dict[str, Any]


def charge_booked(
    pledge: Pledge, part: Part | None, key: OrderKey, answer: Accepted, at: datetime
) -> tuple[Told, tuple[Transaction, ...]]:
    """What the answer to a charge changes of its pledge, and what is written of it; mostly nothing.

    An amount that was booked in the currency of the charge tells what the provider kept of it. Unless the
    provider says otherwise, it is booked in that. Each charge has a booking, and rates, of its own.
    """
    if pledge.presented is None and answer.fee is None is answer.settled and answer.paid_by is None:
        return {}, ()
    amount = pledge.amount if part is None else part.amount
    presented = charged(pledge, part) or amount
    told: Told = {} if answer.paid_by is None else {"paid_by": answer.paid_by}
    entries: list[Transaction] = []
    fee, settled = answer.fee, answer.settled or presented
    if settled.currency is presented.currency:
        if fee is None and answer.settled is not None:
            fee = max(presented - settled, presented * 0)
            entries += _beyond(pledge, key, max(settled - presented, presented * 0), at)
        settled = presented
    if pledge.presented is not None or settled.currency is not amount.currency:
        booking = Booking(key, _tendered(pledge, amount, presented, settled, at))
        pledge = attrs.evolve(pledge, bookings=(*pledge.bookings, booking))
        told["bookings"] = pledge.bookings
        entries += _exchanged(pledge, key, amount, settled, at)
    if fee is not None:
        told["provider_fee"] = fee_kept(pledge, key, fee)
        entries += recipes.provider_fee(key, pledge.campaign_id, fee, at)
    return told, tuple(entries)


def fee_kept(pledge: Pledge, charged: OrderKey, fee: Money) -> Money:
    """What the provider has kept of a pledge with one more fee, of this charge.

    One in another currency is added at a stored rate. Without one nobody knows what it is worth: it is in the
    books alone.
    """
    before = pledge.provider_fee
    return fee if before is None else before + _worth(pledge, charged, fee, before.currency)


def _worth(pledge: Pledge, charged: OrderKey, fee: Money, currency: Currency) -> Money:
    """What a fee of a charge is in another currency at stored rates, its own first; nothing without any."""
    if fee.currency is currency:
        return fee
    own_first = sorted(pledge.bookings, key=lambda it: it.charged != charged)
    counts = worth(own_first, fee, pledge.amount.currency)
    found = None if counts is None else worth(own_first, counts, currency)
    return Money.zero(currency) if found is None else found


def _tendered(pledge: Pledge, campaign: Money, presented: Money, settled: Money, at: datetime) -> Tendered:
    """What was charged of a pledge, and what the provider booked for it, with a rate for each pair."""
    stored = pledge.presented
    seen = {it.currency: it for it in (presented, campaign)}
    rates = () if settled.currency in seen else seen.values()
    return Tendered(
        presented=presented,
        campaign=campaign,
        rates=() if stored is None else [stored.rate],
        rounding=Rounding.HALF_UP if stored is None else stored.rounding,
    ).booked(settled, [ExchangeRate.between(it, settled, as_of=at.date(), source="provider") for it in rates])


def _exchanged(  # noqa: PLR0913  what becomes what, for whom, when
    pledge: Pledge, key: str, amount: Money, booked: Money, at: datetime, *, gains: tuple[Money, ...] = ()
) -> tuple[Transaction, ...]:
    """What the provider holds of an amount as it books it: so much of another currency, or more or less.

    An amount below zero has gone back.
    """
    name, campaign_id = TransactionId(f"{key}/exchange"), pledge.campaign_id
    if booked.currency is amount.currency:
        return recipes.exchange_gain(name, campaign_id, booked - amount, at)
    came, went = (booked, -amount) if amount.minor > 0 else (-amount, booked)
    posted = Posting(PROVIDER, came), Posting(PROVIDER, went)
    return (recipes.exchange(name, campaign_id, *posted, at, gains=gains),)


def refund_booked(
    pledge: Pledge, gone: GoneBack, key: OrderKey, answer: Accepted, at: datetime
) -> tuple[Told, tuple[Transaction, ...]]:
    """What the answer to a refund changes of its pledge, and what is written of it beside the refund.

    It has gone back. Written is its exchange at the stored rate, what the provider kept for it, and what it
    gave back of its fee: it kept less of the charge by that.

    What the provider booked for it above or below that is a gain or loss of exchange.

    Args:
        pledge: The pledge, as it was before.
        gone: What went back.
        key: The key of the refund.
        answer: What the provider says.
        at: When.
    """
    told: Told = {}
    entries: list[Transaction] = []
    usual, amount, charged = gone.way.amount, gone.way.amount, gone.way.charged
    booking = pledge.booking(charged)
    if booking is not None:
        leaving = _leaving(pledge, booking, amount, gone.presented)
        gone, usual = attrs.evolve(gone, exchanged=leaving), leaving.booked
    booked = answer.settled or usual
    entries += _instead(pledge, key, usual, booked, at)
    if booking is not None:
        booked = booked if booked.currency is usual.currency else usual
        entries += _exchanged(pledge, key, -amount, -booked, at, gains=(usual - booked,))
    told["gone_back"] = (*pledge.gone_back, gone)
    entries += recipes.provider_cost(key, pledge.campaign_id, answer.fee, at)
    if answer.fee_back is not None:
        back, kept = answer.fee_back, pledge.provider_fee
        if kept is not None:
            back = min(back, _worth(pledge, charged, kept, back.currency))
            told["provider_fee"] = kept - min(kept, _worth(pledge, charged, back, kept.currency))
        entries += recipes.provider_fee(key, pledge.campaign_id, -back, at)
        entries += _beyond(pledge, key, answer.fee_back - back, at)
    return told, tuple(entries)


def _instead(pledge: Pledge, key: str, usual: Money, booked: Money, at: datetime) -> Iterator[Transaction]:
    """A refund was booked in another currency than its charge: that is lost, and what is usual gained."""
    for gain in (-booked, usual) if booked.currency is not usual.currency else ():
        name = TransactionId(f"{key}/exchange-{gain.currency}")
        yield from recipes.exchange_gain(name, pledge.campaign_id, gain, at)


def _beyond(pledge: Pledge, key: str, gain: Money, at: datetime) -> tuple[Transaction, ...]:
    """What the provider gave beyond what it took, or gave back beyond what it kept: no fee is below zero."""
    return recipes.exchange_gain(TransactionId(f"{key}/beyond"), pledge.campaign_id, gain, at)


def bounce_booked(pledge: Pledge, gone: GoneBack, key: str, at: datetime) -> tuple[Transaction, ...]:
    """What is written beside a refund that came back, of a charge that was booked in another currency.

    It is the exchange of that refund the other way round, at the stored rate.
    """
    back = gone.exchanged
    return () if back is None else _exchanged(pledge, key, back.amount, back.booked, at)


def _leaving(pledge: Pledge, booking: Booking, amount: Money, presented: Money | None) -> Exchanged:
    """What the next amount that leaves a charge, however it does, is of what was booked of it.

    It is the share of all that has left by then, less what that came to before. So once all has left, in any
    order, all that was booked has. Where that is in the currency of the backer, it is what the backer sees.
    """
    whole, tendered = booking.settled, booking.tendered
    if presented is not None and presented.currency is whole.currency:
        return Exchanged(amount, presented)
    left = [it.exchanged for it in pledge.gone_back if it.way.charged == booking.charged and not it.bounced]
    left += [it.exchanged for it in pledge.disputes if it.charged == booking.charged]
    before = [it for it in left if it is not None]
    gone = Money.total((amount, *(it.amount for it in before)), amount.currency)
    booked = Money.total((it.booked for it in before), whole.currency)
    share = tendered.rounding.divide(whole.minor * gone.minor, tendered.campaign.minor)
    return Exchanged(amount, whole.with_minor(max(share - booked.minor, 0)))


def dispute_booked(  # noqa: PLR0913  what is disputed of what
    pledge: Pledge, disputed: Disputed, amount: Money, key: str, at: datetime, *, taken: bool
) -> tuple[Exchanged | None, tuple[Transaction, ...]]:
    """What a dispute takes of a charge that was booked in another currency, and what is written of it.

    It is taken at the stored rate, and what comes back is just what was taken.

    Args:
        pledge: The pledge.
        disputed: The dispute, as the pledge knows it, with what it has taken before, if it has.
        amount: What the dispute is about.
        key: What it goes by; the ledger takes each key once.
        at: When.
        taken: Whether the provider takes it now, or gives it back.
    """
    booking = pledge.booking(disputed.charged)
    if booking is None:
        return None, ()
    if taken:
        leaving = _leaving(pledge, booking, amount, disputed.took)
        return leaving, _exchanged(pledge, key, -leaving.amount, -leaving.booked, at)
    back = disputed.exchanged
    return None, () if back is None else _exchanged(pledge, key, back.amount, back.booked, at)


def dispute_fee_booked(
    pledge: Pledge, disputed: Disputed, more: Money, key: str, at: datetime
) -> tuple[Transaction, ...]:
    """What is written of more that a dispute costs, or less, in the currency of the backer."""
    fee = disputed.fee
    if fee is None or not more:
        return ()
    sign = 1 if more.minor > 0 else -1
    return _exchanged(pledge, f"{key}/fee", -fee.amount * sign, -fee.booked * sign, at)
