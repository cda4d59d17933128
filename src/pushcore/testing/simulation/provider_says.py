"""What the provider says beside yes: what it kept, what it gave back of that, and how a charge was paid.

It follows from the key of an order and from the shape of its campaign alone, so that it is the same whenever
a key is asked again, in its event too, over any gateway. What a gateway says by itself is left as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

import attrs

from pushcore.gateway import Accepted, Capture, Charge, Refund, Transfer
from pushcore.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pushcore.gateway import Order

__all__ = ["SAYS", "WAYS", "is_abroad", "other_than", "said"]

SAYS: Final[dict[str, frozenset[str]]] = {
    "nothing": frozenset(),
    "fee": frozenset({"fee"}),
    "fee-back": frozenset({"fee", "fee_back"}),
    "net": frozenset({"net", "fee_back"}),
    "way": frozenset({"paid_by"}),
    "all": frozenset({"fee", "fee_back", "paid_by", "costs"}),
    "abroad": frozenset({"abroad"}),
    "abroad-fee": frozenset({"abroad", "fee", "fee_back"}),
}
"""What is said of the charges of a campaign, and of their refunds; ``net`` is what was booked of a charge.

By ``costs`` something is kept for refunds and payouts too.

By ``abroad`` all is booked in another currency, where of some refunds it is not said what that came to.
"""

WAYS: Final = ("card", "sepa-debit", "ideal")
"""How charges are paid."""


def said(
    shape: Mapping[str, Any],
    order: Order,
    answer: Accepted,
    charges: Mapping[str, Charge | Capture],
    own: set[str],
) -> Accepted:
    """An answer, with what the provider says besides.

    Args:
        shape: The campaign that the order is for.
        order: What was asked.
        answer: What the gateway said.
        charges: What was charged, by key.
        own: Of which of them the gateway said itself what it kept.
    """
    says = SAYS[shape.get("says", "nothing")]
    if isinstance(order, Transfer) and answer.fee is None and "costs" in says:
        return attrs.evolve(answer, fee=_cost(order))
    if not says or not isinstance(order, Charge | Capture | Refund):
        return answer
    charge = charges[order.charged] if isinstance(order, Refund) else order
    told = answer.fee is not None or answer.settled is not None
    if charge.key in own or told or order.presented is not None:
        says &= _BESIDE
    more = {name: it for name, it in _told(says, order, charge) if getattr(answer, name) is None}
    return attrs.evolve(answer, **more) if more else answer


_BESIDE: Final = frozenset({"paid_by"})


def _cost(order: Refund | Transfer) -> Money:
    """What is kept for it: up to a few minor units, beside what it moves."""
    return order.amount.with_minor(crc32(order.key.encode()) % 40)


def is_abroad(shape: Mapping[str, Any]) -> bool:
    """Whether the charges of a campaign are booked in another currency."""
    return "abroad" in SAYS[shape.get("says", "nothing")]


def other_than(currency: str) -> str:
    """The currency in which the charges of such a campaign are booked."""
    return "EUR" if currency == "USD" else "USD"


def _abroad(currency: str, minor: int, number: int) -> Money:
    """What an amount is booked as in another currency: at another rate each time."""
    booked = max(minor * (11 + number % 5) // 100, 1)
    return Money.of_minor(booked, other_than(currency))


def _told(
    says: frozenset[str], order: Charge | Capture | Refund, charge: Charge | Capture
) -> Iterator[tuple[str, Any]]:
    """What is said; of one charge in six nothing of what was kept, and of another that it is nothing.

    Of one in seven nothing is booked abroad, whatever is of the other charges of its pledge.
    """
    amount, number = charge.amount, crc32(charge.key.encode())
    kept = min(amount.minor * 140 // 10_000 + number % 40, amount.minor - 1) if number % 6 else 0
    tells = number % 6 != 1
    if "abroad" in says and number % 7 and (tells or not isinstance(order, Refund)):
        yield "settled", _abroad(order.amount.currency.code, order.amount.minor, crc32(order.key.encode()))
    if isinstance(order, Refund):
        if "fee_back" in says and tells:
            yield "fee_back", amount.with_minor(kept * order.amount.minor // amount.minor)
        if "costs" in says:
            yield "fee", _cost(order)
        return
    if "paid_by" in says:
        yield "paid_by", WAYS[number % len(WAYS)]
    if "fee" in says and tells:
        yield "fee", amount.with_minor(kept)
    if "net" in says and tells:
        yield "settled", amount.with_minor(amount.minor - kept)
