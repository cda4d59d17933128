"""Presenting: why a pledge cannot be paid in another currency than that of its campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.campaigns.presenting import retired
from pushcore.errors import Refusal
from pushcore.pledges.in_parts import charged_in
from pushcore.pledges.sizing import too_large

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pushcore.pledges.facts import ChangeFacts, PlaceFacts
    from pushcore.pledges.presented import Presented

__all__ = ["here_only", "offered", "still_presentable"]


def offered(facts: PlaceFacts) -> Sequence[Refusal] | None:
    """It is paid in a currency that there is, that the campaign offers and has a rate of; in enough of it."""
    wanted, campaign = facts.request.presented, facts.campaign
    if wanted is None or wanted is campaign.currency:
        return None
    presenting = campaign.terms.presenting
    if presenting is None or wanted not in presenting.currencies:
        return (_not_offered(facts),)
    if (gone := retired(wanted, facts.at, campaign.terms.window.closes.zone)) is not None:
        return (gone,)
    if facts.presented is None:
        message = f"no rate {campaign.currency} to {wanted} of {presenting.rule.source} is known now"
        return (Refusal("rate-unknown", message, {"currency": wanted, "source": presenting.rule.source}),)
    return _unpayable(facts, facts.presented, facts.request.parts)


def here_only(facts: PlaceFacts) -> Refusal | None:
    """What no provider is charged for, such as cash or credit, is in the currency of the campaign."""
    wanted = facts.request.presented
    return None if wanted is None or wanted is facts.campaign.currency else _not_offered(facts)


def still_presentable(facts: ChangeFacts) -> Sequence[Refusal] | None:
    """What a pledge becomes can be charged in the currency that its backer pays in, at the stored rate."""
    presented = facts.pledge.presented
    return None if presented is None else _unpayable(facts, presented, facts.pledge.request.parts)


def _unpayable(
    facts: PlaceFacts | ChangeFacts, presented: Presented, parts: int | None
) -> tuple[Refusal, ...]:
    amounts = charged_in(facts.quote, facts.campaign, parts, at=facts.at)
    charges = presented.series(amounts)
    if min(charges).minor <= 0:
        message = f"{amounts[0]} is less than the smallest unit of {presented.currency}"
        return (Refusal("charge-too-small", message, {"amounts": charges}),)
    beyond = too_large(presented.of(facts.quote.amount))
    return () if beyond is None else (beyond,)


def _not_offered(facts: PlaceFacts) -> Refusal:
    wanted, campaign = facts.request.presented, facts.campaign
    message = f"this is paid in {campaign.currency}, the currency of campaign {campaign.id}, not in {wanted}"
    return Refusal("currency-not-offered", message, {"currency": wanted})
