"""Facts of an edit: all that it depends on whether the terms of a campaign may be changed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect, kind
from pushcore.calendar import utc
from pushcore.campaigns.campaign import Campaign
from pushcore.campaigns.edits import Edit, edits
from pushcore.campaigns.lifecycle import FUNDED, CampaignState
from pushcore.campaigns.progress import Progress
from pushcore.campaigns.terms import Terms
from pushcore.errors import CurrencyMismatch
from pushcore.ids import StockId
from pushcore.rewards import Stock, Stocks
from pushcore.rewards.need import stocks_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.campaigns.editing import Editing
    from pushcore.rewards.stock import Limited

__all__ = ["EditFacts", "offered"]


_EMPTY: Final = Stock()
_AFTER_THE_END: Final = FUNDED | {CampaignState.CLOSING}


@attrs.frozen
class EditFacts:
    """All that it depends on whether the terms of a campaign may be changed.

    Attributes:
        campaign: The campaign as it is.
        terms: The terms it would have.
        progress: Its totals.
        stocks: Where the stocks stand of all that it offers (see `offered`), and of
            `pushcore.rewards.NO_REWARD`; others count as empty.
        at: When.
        charged: Whether a charge was tried for one of its pledges since the verdict, or one was made late.
        edits: What would be changed.

    Raises:
        InvalidValue: a part of the wrong kind.
        CurrencyMismatch: the totals are of another currency.
    """

    campaign: Campaign = attrs.field(validator=kind(Campaign))
    terms: Terms = attrs.field(validator=kind(Terms))
    progress: Progress = attrs.field(validator=kind(Progress))
    stocks: Stocks = attrs.field(validator=stocks_known)
    at: datetime = attrs.field(converter=utc)
    charged: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))
    edits: tuple[Edit, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        campaign, pledged = self.campaign, self.progress.pledged
        if pledged.currency is not campaign.currency:
            message = f"campaign {campaign.id} raises {campaign.currency}, not {pledged}"
            raise CurrencyMismatch(message, campaign=campaign.id, pledged=pledged)
        object.__setattr__(self, "edits", edits(campaign.terms, self.terms))

    def under(self, *path: str) -> tuple[Edit, ...]:
        """What would be changed at a place, and within it."""
        return tuple(it for it in self.edits if it.path[: len(path)] == path)

    def out(self, thing_id: str) -> int:
        """How many pieces of something are claimed or reserved."""
        expect(thing_id, str, what="the id of what is offered")
        return self.stocks.get((StockId(thing_id), None), _EMPTY).out

    @property
    def policy(self) -> Editing:
        """What may change in this campaign, which no edit changes."""
        return self.campaign.terms.editing

    @property
    def pledged(self) -> bool:
        """Whether somebody has pledged, or is about to."""
        return self.progress.pledges > 0 or any(stock.out for stock in self.stocks.values())

    @property
    def ended(self) -> bool:
        """Whether the campaign has ended well, or is being opened again."""
        return self.campaign.state in _AFTER_THE_END

    @property
    def extends(self) -> bool:
        """Whether the deadline would be another one."""
        return bool(self.under("window", "closes", "at"))


def offered(terms: Terms) -> Iterator[tuple[str, Limited]]:
    """Everything there is a stock of, each with the field of the terms it stands in."""
    expect(terms, Terms, what="the terms of a campaign")
    for section in ("tiers", "add_ons", "items", "vouchers"):
        yield from ((section, it) for it in getattr(terms, section))
