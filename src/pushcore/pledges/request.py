"""What a backer asks for."""

from __future__ import annotations

from typing import Final

import attrs

from pushcore._checks import counted, kind, shown
from pushcore.errors import InvalidValue
from pushcore.ids import ActorId, BackerId, CampaignId, PledgeId, TierId, identifier, optional_identifier
from pushcore.money import Money

__all__ = ["PledgeRequest"]

_MOST_PIECES: Final = 1_000_000


@attrs.frozen
class PledgeRequest:
    """A pledge that somebody wants to make: a tier so many times with a bonus, or an amount alone.

    The ``pledge_id`` is chosen by the caller and is the key of the request: the same request again is the
    same pledge, and another request under the same id is refused.

    Attributes:
        bonus: What is given on top of the tier; without a tier, the whole amount.
        actor: Who acts: the backer, or somebody on their behalf. By whom it is asked again makes no other
            request of it.

    Raises:
        InvalidValue: a quantity that is below one, above a million, or of nothing; or a negative bonus.
    """

    pledge_id: PledgeId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    bonus: Money = attrs.field(validator=kind(Money))
    actor: ActorId = attrs.field(validator=identifier, kw_only=True, eq=False)
    tier_id: TierId | None = attrs.field(default=None, validator=optional_identifier, kw_only=True)
    quantity: int = attrs.field(default=1, validator=counted(1), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.bonus.minor < 0:
            message = f"pledge {self.pledge_id}: {self.bonus} is below zero"
            raise InvalidValue(message, pledge=self.pledge_id, bonus=self.bonus)
        if self.quantity > _MOST_PIECES or (self.tier_id is None and self.quantity != 1):
            why = "needs a tier" if self.tier_id is None else f"is more than {_MOST_PIECES}"
            message = f"pledge {self.pledge_id}: a quantity of {shown(self.quantity)} {why}"
            raise InvalidValue(message, pledge=self.pledge_id, quantity=self.quantity)
