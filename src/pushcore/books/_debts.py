"""Whose campaign a debt is of: a payee owes for several, and pays without saying for which.

What settles debts settles the oldest first, as courts do where nobody says which one is meant.
"""

from __future__ import annotations

import attrs

from pushcore.ids import CampaignId
from pushcore.ledger import Account
from pushcore.money import Currency

__all__ = ["OpenDebts"]

Owed = list[tuple[CampaignId | None, int]]
"""What is owed for which campaign, in minor units, the oldest first."""


@attrs.define
class OpenDebts:
    """What payees owe by campaign, as a ledger goes on."""

    _open: dict[tuple[Account, Currency], Owed] = attrs.field(factory=dict)

    def shared(
        self, at: tuple[Account, Currency], minor: int, campaign_id: CampaignId | None, *, own: bool
    ) -> dict[str | None, int]:
        """The campaigns that a posting to an account of debts is of, each with its part.

        Args:
            at: Which account, in which currency.
            minor: What is posted: above zero, a debt arises.
            campaign_id: The campaign of the transaction.
            own: Whether its debts are settled before older ones, since it is they that are called off.
        """
        owed = self._open.setdefault(at, [])
        if minor >= 0:
            owed.append((campaign_id, minor))
            return {campaign_id: minor}
        shares, left = dict[str | None, int](), -minor
        rest: Owed = []
        for of, part in sorted(owed, key=lambda it: it[0] != campaign_id) if own else owed:
            taken = min(part, left)
            left -= taken
            if taken:
                shares[of] = shares.get(of, 0) - taken
            if part > taken:
                rest.append((of, part - taken))
        if left:
            shares[campaign_id] = shares.get(campaign_id, 0) - left
        self._open[at] = rest
        return shares
