"""Counting: what a pledge counts to the goal of its campaign, on the amount that the goal is judged on."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from pushcore._checks import expect
from pushcore.money import AmountRole
from pushcore.pledges.facts import require_own_campaign
from pushcore.rewards import Quote

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.money import Money
    from pushcore.pledges.pledge import Pledge

__all__ = ["counted"]


def counted(pledge: Pledge, campaign: Campaign, quoted: Quote | None = None) -> Money:
    """What a pledge counts to the goal, if it is for this quote, or for its own.

    Of one that is paid in another currency that is, by the model, what is counted in the campaign's; what the
    backer sees, at the stored rate; or what the provider has booked, as far as it is charged.

    Raises:
        InvalidValue: the pledge is none, or of another campaign; or the quote is none.
        CurrencyMismatch: the quote is of another currency.
    """
    require_own_campaign(pledge, campaign)
    of = pledge.quote if quoted is None else quoted
    expect(of, Quote, what="what a pledge is for")
    counts, shown = campaign.terms.counted(of), pledge.presented
    if shown is None:
        return counts
    match campaign.terms.model.counts_as:
        case AmountRole.CAMPAIGN:
            return counts
        case AmountRole.PRESENTED:
            return shown.worth(shown.of(counts))
        case AmountRole.SETTLED:
            if not pledge.bookings:
                return counts
            gained = sum(it.tendered.difference.minor for it in pledge.bookings)
            share = shown.rounding.divide(counts.minor * gained, of.amount.minor)
            return counts + counts.with_minor(share)
        case _:
            assert_never(campaign.terms.model.counts_as)
