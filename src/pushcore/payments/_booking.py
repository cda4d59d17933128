"""What a provider tells of a charge beside its yes: how it was paid, what it kept, and what it booked.

It is recorded as it is told, and never computed again. What is undone later is worked out from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pushcore.ids import TransactionId
from pushcore.ledger import Posting, recipes
from pushcore.ledger.recipes import PROVIDER
from pushcore.money import AmountRole, ExchangeRate, Rounding, Tendered

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.gateway import Accepted
    from pushcore.ids import OrderKey
    from pushcore.ledger import Transaction
    from pushcore.money import Money, Reversal
    from pushcore.pledges import Pledge

__all__ = ["charge_booked", "dispute_booked", "refund_booked"]

Told = dict[str, Any]


def charge_booked(
    pledge: Pledge, amount: Money, key: OrderKey, answer: Accepted, at: datetime
) -> tuple[Told, tuple[Transaction, ...]]:
    """What the answer to a charge changes of its pledge, and what is written of it; mostly nothing.

    An amount that was booked in the currency of the charge tells what the provider kept of it.
    """
    if answer.fee is None is answer.settled and answer.paid_by is None:
        return {}, ()
    told: Told = {} if answer.paid_by is None else {"paid_by": answer.paid_by}
    fee, settled, entries = answer.fee, answer.settled, []
    if settled is not None and settled.currency is amount.currency:
        fee, settled = amount - settled if fee is None else fee, None
    if settled is not None:
        told["tendered"] = _tendered(pledge, amount, settled, at)
        came, went = Posting(PROVIDER, settled), Posting(PROVIDER, -amount)
        name = TransactionId(f"{key}/exchange")
        entries.append(recipes.exchange(name, pledge.campaign_id, came, went, at))
    if fee is not None:
        before = pledge.provider_fee
        told["provider_fee"] = fee if before is None else before + fee
        entries += recipes.provider_fee(key, pledge.campaign_id, fee, at)
    return told, tuple(entries)


def _tendered(pledge: Pledge, amount: Money, settled: Money, at: datetime) -> Tendered:
    """All that was charged of a pledge, and what the provider booked for it; one rate for all of it."""
    before = pledge.tendered
    if before is not None and before.settled is not None:
        amount, settled = amount + before.presented, settled + before.settled
    rate = ExchangeRate.between(amount, settled, as_of=at.date(), source="provider")
    return Tendered(
        presented=amount, campaign=amount, settled=settled, rates=[rate], rounding=Rounding.HALF_UP
    )


def refund_booked(  # noqa: PLR0913, PLR0917  what went back of what
    pledge: Pledge, amount: Money, before: Money, key: OrderKey, answer: Accepted, at: datetime
) -> tuple[Told, tuple[Transaction, ...]]:
    """What the answer to a refund changes of its pledge, and what is written of it beside the refund.

    That is its exchange at the stored rate, and what the provider gave back of its fee: it kept less by that.

    What the provider booked for it above or below that is a gain or loss of exchange.

    Args:
        pledge: The pledge.
        amount: What went back.
        before: What had gone back before.
        key: The key of the refund.
        answer: What the provider says.
        at: When.
    """
    told: Told = {}
    entries: list[Transaction] = []
    if pledge.tendered is not None:
        part = pledge.tendered.part(amount, of=AmountRole.PRESENTED, before=before)
        booked = answer.settled or part.settled
        assert booked is not None
        came, went = Posting(PROVIDER, amount), Posting(PROVIDER, -booked)
        name = TransactionId(f"{key}/exchange")
        gains = (part.gain(booked),)
        entries.append(recipes.exchange(name, pledge.campaign_id, came, went, at, gains=gains))
    if answer.fee_back is not None:
        if pledge.provider_fee is not None:
            told["provider_fee"] = pledge.provider_fee - answer.fee_back
        entries += recipes.provider_fee(key, pledge.campaign_id, -answer.fee_back, at)
    return told, tuple(entries)


def dispute_booked(  # noqa: PLR0913  what is taken of what
    pledge: Pledge, amount: Money, key: str, at: datetime, *, taken: bool, before: Reversal | None
) -> tuple[Reversal | None, tuple[Transaction, ...]]:
    """What a dispute takes of a charge that was booked in another currency, and what is written of it.

    It is taken at the stored rate. What comes back is just what was taken: the rate is another one once more
    was charged of the pledge.

    Args:
        pledge: The pledge.
        amount: What the dispute is about.
        key: What it goes by; the ledger takes each key once.
        at: When.
        taken: Whether the provider takes it now, or gives it back.
        before: What it has taken before, if that is kept.
    """
    tendered = pledge.tendered
    if tendered is None:
        return None, ()
    part = before or tendered.part(min(amount, tendered.presented), of=AmountRole.PRESENTED)
    here, there = part.presented, part.settled
    assert there is not None
    came, went = (here, -there) if taken else (there, -here)
    name = TransactionId(f"{key}/exchange")
    entry = recipes.exchange(name, pledge.campaign_id, Posting(PROVIDER, came), Posting(PROVIDER, went), at)
    return part if taken else None, (entry,)
