"""Opening a fund: from then on it matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.changes import Changes
from pushcore.errors import InvalidValue
from pushcore.matching.events import FundOpened
from pushcore.matching.fund import MatchingFund

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.ids import ActorId

__all__ = ["opened"]


def opened(fund: MatchingFund, at: datetime, actor: ActorId) -> Changes:
    """Write a fund down, whose sponsors have paid in what is in its pools.

    Raises:
        InvalidValue: it is no fund, or was written before.
    """
    expect(fund, MatchingFund, what="what is opened")
    if fund.version != 1:
        message = f"fund {fund.id} is at version {fund.version}: only a new one is opened"
        raise InvalidValue(message, fund=fund.id)
    pools = {pool.sponsor_id: pool.amount for pool in fund.pools}
    return Changes(put=(fund,), events=(FundOpened(at, actor, fund.id, pools),))
