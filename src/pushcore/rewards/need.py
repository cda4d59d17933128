"""A need: so many pieces of one stock, which are there, or are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, get_args

import attrs

from pushcore._checks import counted, kind, shown
from pushcore.changes import StockMove
from pushcore.errors import InvalidValue, Refusal
from pushcore.ids import BackerId, StockId, optional_identifier
from pushcore.rewards.stock import Limited, Stock, availability
from pushcore.rewards.tier import Tier

if TYPE_CHECKING:
    from typing import Any

    from pushcore.ids import CampaignId

__all__ = ["Need", "StockKey", "Stocks", "require_stocks", "stocks_known"]

StockKey = tuple[StockId, BackerId | None]
"""Which stock: of a tier, an add-on, an item or a voucher; or what one backer holds of it."""

Stocks = Mapping[StockKey, Stock]
"""Where stocks stand; one that is not in it counts as empty."""

_EMPTY: Final = Stock()


@attrs.frozen
class Need:
    """So many pieces of one stock.

    What a backer may hold is a stock too, of a tier of which one backer may have only so many.

    Attributes:
        thing: What it is the stock of.
        pieces: How many are needed.
        backer_id: Whose share of it is meant, where one backer may hold only so many.
        kept: How many pieces are kept for others.
        overbooks: Whether they may be had though there are none.
        key: Which stock.
        limit: How many pieces may be out once these are taken; None for any number.
    """

    thing: Limited = attrs.field(validator=kind(*get_args(Limited)))
    pieces: int = attrs.field(validator=counted(1))
    backer_id: BackerId | None = attrs.field(default=None, validator=optional_identifier)
    kept: int = attrs.field(default=0, kw_only=True, validator=counted(0))
    overbooks: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))
    key: StockKey = attrs.field(init=False, eq=False, repr=False)
    limit: int | None = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "key", (StockId(self.thing.id), self.backer_id))
        object.__setattr__(self, "limit", self._limit())

    def _limit(self) -> int | None:
        if self.backer_id is not None and isinstance(self.thing, Tier):
            return self.thing.per_backer
        if self.overbooks or self.thing.limit is None:
            return None
        return max(self.thing.limit - self.kept, 0)

    def left(self, stocks: Stocks) -> int | None:
        """How many pieces can still be had; None where there is no end."""
        return stocks.get(self.key, _EMPTY).left(self.limit)

    def refusal(self, stocks: Stocks, *, held: int = 0, overbooked: bool = False) -> Refusal | None:
        """Why the pieces cannot be had, apart from those that are held already; None if they can.

        What is held stays, unless it is overbooked: then it was had for a voucher that is given up.
        """
        limit, more = self.limit, self.pieces - held
        if limit is None or (more <= 0 and not overbooked):
            return None
        stock = stocks.get(self.key, _EMPTY)
        if stock.out + more <= limit:
            return None
        if self.backer_id is None:
            return availability(self.thing, stock, max(more, 1), kept=self.kept)
        facts = {"tier": self.thing.id, "limit": limit, "held": stock.out, "wanted": more}
        message = f"one backer may hold {limit} of tier {self.thing.id}, and has {stock.out}"
        return Refusal("per-backer-limit", message, facts)

    def move(self, campaign_id: CampaignId, *, claimed: int = 0, reserved: int = 0) -> StockMove:
        """A move of so many pieces of the stock, which are not always all."""
        stock_id, backer_id = self.key
        return StockMove(campaign_id, stock_id, self.limit, claimed, reserved, backer_id)


def require_stocks(stocks: object) -> None:
    """Refuse what does not say where stocks stand.

    Raises:
        InvalidValue: it is no mapping, or one of its values no stock.
    """
    # To ask whether it is a mapping takes longer than all the rest, and most are dictionaries.
    known = stocks.__class__ is dict or isinstance(stocks, Mapping)
    for stock in stocks.values() if known else (None,):  # type: ignore[attr-defined]
        if stock.__class__ is not Stock:
            message = f"stocks are a mapping from (id, backer or None) to stock, got {shown(stocks)}"
            raise InvalidValue(message, stocks=stocks)


def stocks_known(_: object, __: attrs.Attribute[Any], stocks: object) -> None:
    """Validator: where stocks stand."""
    require_stocks(stocks)
