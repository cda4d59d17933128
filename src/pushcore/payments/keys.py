"""Keys: the names of attempts at charging a pledge or giving it back, which the provider knows them by."""

from __future__ import annotations

from pushcore._checks import expect
from pushcore.ids import OrderKey
from pushcore.pledges.pledge import Pledge

__all__ = ["charge_key", "refund_key"]


def charge_key(pledge: Pledge, attempt: int | None = None) -> OrderKey:
    """The key of the present attempt at a charge, or of an earlier one."""
    expect(pledge, Pledge, what="what is charged")
    return OrderKey(f"{pledge.id}/charge/{pledge.attempts if attempt is None else attempt}")


def refund_key(pledge: Pledge) -> OrderKey:
    """The key of the present attempt at a refund."""
    expect(pledge, Pledge, what="what is given back")
    return OrderKey(f"{pledge.id}/refund/{pledge.refunds}")
