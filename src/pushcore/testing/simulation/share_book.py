"""An auditor's own book of what hosts owe the platform of their fees, and of what they pay of that."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pushcore.payouts import AccruedShare, SharePayment

if TYPE_CHECKING:
    from pushcore.changes import Changes

__all__ = ["HOSTS", "ShareBook", "host_of"]

HOSTS: Final[dict[str, tuple[int, int]]] = {"house": (1_500, 60), "shop": (3_333, 0)}
"""Hosts: how many hundredths of a percent of their fees they owe, beside all tips, and which debt waits."""

Owing = tuple[str, str]
"""A host, and a currency."""


def host_of(host: str, currency: str) -> str:
    """What stands for a campaign where money is what a host pays."""
    return f"host/{host}/{currency}"


class ShareBook:
    """What hosts owe.

    Attributes:
        accrued: What was written down of each campaign.
        owed: What each host owes, and is not paying.
        total: What each came to owe in all.
        paying: The payments, by id: whose, in which currency and by which key.
        under_way: How much is under way of each.
    """

    def __init__(self) -> None:
        self.accrued: Counter[str] = Counter()
        self.owed: Counter[Owing] = Counter()
        self.total: Counter[str] = Counter()
        self.paying: dict[str, tuple[str, str, str]] = {}
        self.under_way: dict[str, int] = {}

    def write(self, changes: Changes) -> None:
        """Take down what was committed."""
        for it in changes.put:
            if isinstance(it, AccruedShare):
                more = it.amount.minor - self.accrued[it.id]
                self.accrued[it.id] += more
                self.owed[it.host_id, it.amount.currency.code] += more
                self.total[host_of(it.host_id, it.amount.currency.code)] += more
            elif isinstance(it, SharePayment):
                self._write_payment(it)

    def _write_payment(self, payment: SharePayment) -> None:
        whose, state = (payment.host_id, payment.amount.currency.code), payment.state.value
        self.paying[payment.id] = (*whose, payment.key)
        before = self.under_way.pop(payment.id, 0)
        if state == "ordered":
            self.under_way[payment.id] = payment.amount.minor
        if state == "failed":
            self.owed[whose] += before
        else:
            self.owed[whose] -= payment.amount.minor - before
