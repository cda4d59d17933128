"""Asking: what a decision rests on is asked of the store again, in the commit that writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.changes import ProgressMove
from pushcore.ids import BackerId
from pushcore.money import Money

if TYPE_CHECKING:
    from pushcore.campaigns._totals import Total
    from pushcore.campaigns.campaign import Campaign
    from pushcore.changes import TotalLimit

__all__ = ["asks"]


def asks(
    campaign: Campaign,
    *,
    limit: TotalLimit | None = None,
    least: Total | None = None,
    standing: int | None = None,
    collected: Money | None = None,
) -> ProgressMove:
    """A move of nothing: the store refuses it where the totals are not within these bounds any more.

    It comes after the moves that it asks about.
    """
    nobody, nothing = BackerId(campaign.creator_id), Money.zero(campaign.currency)
    return ProgressMove(
        campaign.id, nobody, nothing, limit=limit, least=least, standing=standing, comes_to=collected
    )
