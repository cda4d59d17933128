"""The facts of one contribution that a matching fund looks at."""

from __future__ import annotations

import attrs

from pushcore._checks import above_zero, each, items, kind
from pushcore.ids import BackerId, PledgeId, TierId, identifier
from pushcore.money import Money

__all__ = ["Contribution"]


@attrs.frozen
class Contribution:
    """What a backer gives, and the reward tiers chosen for it.

    Raises:
        InvalidValue: the amount is not above zero.
    """

    pledge_id: PledgeId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    tier_ids: tuple[TierId, ...] = attrs.field(default=(), kw_only=True, converter=items, validator=each(str))
