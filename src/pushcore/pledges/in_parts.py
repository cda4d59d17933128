"""Paying in parts: why a pledge cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.campaigns import Campaign, InstalmentBase
from pushcore.errors import Refusal
from pushcore.rewards import LineKind, Phase, Quote

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pushcore.campaigns import InstalmentPlan
    from pushcore.money import Money
    from pushcore.pledges.facts import ChangeFacts, PlaceFacts

__all__ = ["charged_in", "in_parts", "instalment_base", "still_in_parts", "unpayable_in_parts"]


def instalment_base(quoted: Quote, plan: InstalmentPlan) -> Money:
    """What of a pledge is held against the threshold of a plan of instalments."""
    if plan.base is InstalmentBase.WHOLE:
        return quoted.amount
    return quoted.amount - quoted.sum({LineKind.SHIPPING, LineKind.TAX})


def in_parts(facts: PlaceFacts) -> Sequence[Refusal]:
    """A pledge is paid in parts where its campaign offers that, and is charged at its deadline."""
    parts = facts.request.parts
    if parts is None:
        return ()
    if facts.phase is Phase.LATE:
        return (_no_parts(parts),)
    return unpayable_in_parts(facts.quote, facts.campaign, parts, at=facts.at)


def still_in_parts(facts: ChangeFacts) -> Sequence[Refusal]:
    """What is to be paid in parts can be afterwards, unless an extension has put an end to that anyway."""
    pledge, parts = facts.pledge, facts.pledge.request.parts
    if parts is None or unpayable_in_parts(pledge.quote, facts.campaign, parts, at=facts.at):
        return ()
    return unpayable_in_parts(facts.quote, facts.campaign, parts, at=facts.at)


def unpayable_in_parts(quoted: Quote, campaign: Campaign, parts: int, *, at: datetime) -> tuple[Refusal, ...]:
    """Every reason why a quote cannot be paid in so many parts, which run from the deadline of its campaign.

    A campaign without an end could get one now at the earliest: its parts are reckoned from there.

    Raises:
        InvalidValue: the quote or the campaign is none, or less than one part.
    """
    expect(quoted, Quote, what="what is paid in parts")
    expect(campaign, Campaign, what="the campaign of a pledge")
    plan, closes = campaign.terms.instalments, campaign.terms.window.closes
    if plan is None:
        return (_no_parts(parts),)
    base, start = instalment_base(quoted, plan), utc(at) if closes.endless else closes.at
    return plan.refusals(quoted.amount, parts, base=base, start=start, zone=closes.zone)


def charged_in(quoted: Quote, campaign: Campaign, parts: int | None, *, at: datetime) -> tuple[Money, ...]:
    """What is charged one after another for a quote: all of it at once, or so many parts.

    Raises:
        InvalidValue: the quote or the campaign is none, or less than one part.
    """
    plan = None if parts is None else campaign.terms.instalments
    if parts is None or plan is None or unpayable_in_parts(quoted, campaign, parts, at=at):
        return (quoted.amount,)
    return plan.shares(quoted.amount, parts)


def _no_parts(parts: int) -> Refusal:
    return Refusal("parts-not-offered", "no payment in parts is offered", {"parts": parts})
