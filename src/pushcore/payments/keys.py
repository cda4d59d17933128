"""Keys: the names of what is asked of a provider, made of an id, a purpose and the number of the attempt."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

import attrs

from pushcore._checks import expect
from pushcore.ids import OrderKey
from pushcore.pledges.pledge import Pledge

__all__ = ["OrderName", "Purpose", "charge_key", "made_key", "order_name", "refund_key"]


class Purpose(StrEnum):
    """What an order is for."""

    PREPARE = "prepare"
    CHARGE = "charge"
    REFUND = "refund"
    VOID = "void"
    TRANSFER = "transfer"
    WITHDRAW = "withdraw"
    SHARE = "share"


@attrs.frozen
class OrderName:
    """What the key of an order says.

    Attributes:
        subject_id: The pledge it is for, the payout, the wallet and the withdrawal, or the payment of a host.
        attempt: Which attempt: 1 where there is only one.
    """

    purpose: Purpose
    subject_id: str
    attempt: int


_ONCE: Final = frozenset({Purpose.PREPARE, Purpose.VOID})
_NUMBER: Final = re.compile("[1-9][0-9]{0,8}")
"""Of an attempt: nothing is tried a thousand million times."""


def charge_key(pledge: Pledge, attempt: int | None = None) -> OrderKey:
    """The key of the present attempt at a charge, or of an earlier one."""
    expect(pledge, Pledge, what="what is charged")
    return OrderKey(f"{pledge.id}/charge/{pledge.attempts if attempt is None else attempt}")


def refund_key(pledge: Pledge) -> OrderKey:
    """The key of the present attempt at a refund."""
    expect(pledge, Pledge, what="what is given back")
    return OrderKey(f"{pledge.id}/refund/{pledge.refunds}")


def made_key(pledge: Pledge, reference: str) -> OrderKey:
    """What a refund goes by that somebody made at the provider, which has its own name of it."""
    expect(pledge, Pledge, what="what was given back")
    return OrderKey(f"{pledge.id}/refunded/{reference}")


def order_name(key: OrderKey) -> OrderName | None:
    """What a key says; None where it is none of ours.

    Example:
        >>> name = order_name(OrderKey("p1/charge/2"))
        >>> name.purpose.value, name.subject_id, name.attempt
        ('charge', 'p1', 2)
    """
    expect(key, str, what="the key of an order")
    subject_id, _, purpose = key.rpartition("/")
    if subject_id and purpose in _ONCE:
        return OrderName(Purpose(purpose), subject_id, 1)
    rest, number = subject_id, purpose
    subject_id, _, purpose = rest.rpartition("/")
    if not subject_id or purpose not in set(Purpose) - _ONCE or not _NUMBER.fullmatch(number):
        return None
    return OrderName(Purpose(purpose), subject_id, int(number))
