"""What backers gave to campaigns by a transaction, or got back of it, whoever gave that back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pushcore.ids import CampaignId
from pushcore.ledger.chart import named
from pushcore.money import Currency

if TYPE_CHECKING:
    from pushcore.ledger import Transaction

__all__ = ["given"]

_INSIDE: Final = frozenset({"settlement", "opening"})
"""What moves money of a campaign to its payees, or brings it over: nobody gives anything."""

_OWED: Final = frozenset({"give-back", "owe-back"})
"""What is owed to backers goes back to them, whoever gives it."""


def given(entry: Transaction) -> dict[tuple[CampaignId, Currency], int]:
    """What each campaign was given by a transaction, in minor units; below zero, what of it went back.

    What is given on top is the platform's. What a dispute is about counts as gone while it is open.
    """
    if entry.recipe in _INSIDE:
        return {}
    moved = Counter[tuple[str, CampaignId | None, Currency]]()
    for posting in entry.postings:
        its = named(posting.account.path)
        moved[its.sort, its.campaign_id, posting.amount.currency] -= posting.amount.minor
    if entry.recipe == "dispute":
        places = {(of, currency) for _, of, currency in moved if of is not None}
        return {
            (of, currency): -moved["provider", None, currency] - moved["on-top", of, currency]
            for of, currency in places
        }
    wanted, sign = ("refunds", -1) if entry.recipe in _OWED else ("held", 1)
    return {
        (of, currency): minor * sign
        for (sort, of, currency), minor in moved.items()
        if sort == wanted and of is not None
    }
