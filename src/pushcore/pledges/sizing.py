"""Sizing: how little and how much a pledge can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore._checks import expect
from pushcore.campaigns import Campaign
from pushcore.errors import Refusal
from pushcore.money import Money

if TYPE_CHECKING:
    from pushcore.pledges.facts import ChangeFacts, PlaceFacts

__all__ = ["LARGEST", "above_maximum", "enough", "not_too_much", "too_large"]

LARGEST: Final = 10**15
"""The most minor units of any pledge, whatever its campaign allows: many of them can be added and written."""


def enough(facts: PlaceFacts | ChangeFacts) -> Refusal | None:
    """It is not less than the smallest pledge of the campaign."""
    minimum, amount = facts.campaign.terms.minimum, facts.quote.goods
    if amount.minor >= minimum.minor:
        return None
    return Refusal(
        "below-minimum", f"{amount} is less than {minimum}", {"amount": amount, "minimum": minimum}
    )


def not_too_much(facts: PlaceFacts | ChangeFacts) -> Refusal | None:
    """It is not more than the largest pledge of the campaign, nor than any can be."""
    quoted, limited = facts.quote, facts.campaign.terms.maximum is not None
    beyond = above_maximum(facts.campaign, quoted.goods) if limited else None
    return beyond or too_large(quoted.amount)


def above_maximum(campaign: Campaign, amount: Money) -> Refusal | None:
    """Why an amount cannot be pledged at once: it is more than the largest pledge.

    Raises:
        InvalidValue: the campaign is none, or the amount is not money.
        CurrencyMismatch: it is of another currency.
    """
    expect(campaign, Campaign, what="the campaign of a pledge")
    expect(amount, Money, what="what is pledged")
    maximum = campaign.terms.maximum
    if maximum is None or amount <= maximum:
        return None
    return _above(amount, maximum)


def too_large(amount: Money) -> Refusal | None:
    """Why an amount can be that of no pledge to any campaign: it is more than 10^15 minor units.

    Raises:
        InvalidValue: it is not money.
    """
    expect(amount, Money, what="the amount of a pledge")
    return None if amount.minor <= LARGEST else _above(amount, amount.with_minor(LARGEST))


def _above(amount: Money, maximum: Money) -> Refusal:
    facts = {"amount": amount, "maximum": maximum}
    return Refusal("above-maximum", f"{amount} is more than {maximum}", facts)
