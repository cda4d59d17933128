"""The origin of a match: which fund made it, and what it was made for."""

from __future__ import annotations

import attrs

from pushcore._checks import above_zero, each, items, kind
from pushcore.errors import InvalidValue
from pushcore.ids import BackerId, FundId, PledgeId, TierId, identifier, optional_identifier
from pushcore.money import Money

__all__ = ["MatchOrigin"]


@attrs.frozen
class MatchOrigin:
    """What a sponsor's contribution is the match of: a pledge, or nothing single, if it is a lump sum.

    Attributes:
        fund_id: The fund that matches.
        pledge_id: The pledge that is matched.
        backer_id: Who held it then: whose tallies the match counts in.
        given: What was given then, which the match was computed from.
        tier_ids: The rewards of which one has to be chosen for it, as the fund said; without any, none
            need be.

    Raises:
        InvalidValue: it tells some facts of a pledge, and not all of them.
    """

    fund_id: FundId = attrs.field(validator=identifier)
    pledge_id: PledgeId | None = attrs.field(default=None, kw_only=True, validator=optional_identifier)
    backer_id: BackerId | None = attrs.field(default=None, kw_only=True, validator=optional_identifier)
    given: Money | None = attrs.field(default=None, kw_only=True, validator=[kind(Money, None), above_zero])

    tier_ids: tuple[TierId, ...] = attrs.field(default=(), kw_only=True, converter=items, validator=each(str))

    def __attrs_post_init__(self) -> None:
        known = {fact is None for fact in (self.pledge_id, self.backer_id, self.given)}
        if len(known) > 1:
            message = f"a match is of a pledge, its backer and what was given, or of none of them, got {self}"
            raise InvalidValue(message, fund=self.fund_id)
