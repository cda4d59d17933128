"""Simulating: what becomes of a campaign if these things happen, without a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pushcore._checks import expect, stream, unique
from pushcore.calendar.instants import utc_of
from pushcore.campaigns import Campaign
from pushcore.errors import InvalidValue
from pushcore.matching import MatchingFund
from pushcore.stories.performing import Performance
from pushcore.stories.steps import STEPS, PlacePledge, StartSubscription, Step
from pushcore.stories.subscription_steps import subscription_of
from pushcore.stories.timeline import Timeline

__all__ = ["simulate"]


def simulate(
    campaign: Campaign, steps: Iterable[Step], *, until: datetime, funds: Iterable[MatchingFund] = ()
) -> Timeline:
    """What becomes of a campaign, point by point: its states, its totals, what it unlocks, its rounds.

    It is played from its launch, on the terms that it has, over a host in memory and through the real use
    cases; nothing of yours is touched, and the same steps always give the same timeline.

    Args:
        campaign: In whatever state: its id, its creator and its terms are what counts.
        steps: What happens, in any order.
        until: When the clock stops: what lies later does not happen.
        funds: Who matches what is pledged, in the order in which they are asked.

    Raises:
        InvalidValue: they are no steps, or one pledges for another campaign, under an id that stands twice,
            in another currency, or for a reward that the campaign does not have.

    Example:
        >>> from datetime import timedelta
        >>> from pushcore import Money, PledgeRequest, Selection
        >>> from pushcore.testing import builders
        >>> campaign = builders.a_campaign()
        >>> opens, closes = campaign.terms.window.opens, campaign.terms.window.closes.at
        >>> request = PledgeRequest("p1", campaign.id, "ana", Selection(Money.of("5.00", "EUR")), actor="ana")
        >>> timeline = simulate(campaign, [PlacePledge(opens, request)], until=closes)
        >>> [(point.state.value, str(point.pledged)) for point in timeline.points]
        [('draft', 'EUR 0.00'), ('live', 'EUR 5.00'), ('closing', 'EUR 5.00'), ('failed', 'EUR 0.00')]
    """
    expect(campaign, Campaign, what="what is simulated")
    taken = list(stream(steps))
    for step in taken:
        expect(step, *STEPS, what="a step")
    _require_ids(campaign, taken)
    asked = list(stream(funds))
    for fund in asked:
        expect(fund, MatchingFund, what="who matches")
    unique((fund.id for fund in asked), what="fund")
    performance = Performance(campaign, utc_of(until, "simulate", "until"), funds=asked)
    performance.run(sorted(taken, key=lambda step: step.at))
    return performance.timeline


def _require_ids(campaign: Campaign, steps: Sequence[Step]) -> None:
    """What is made must be for the campaign, and called like nothing else, charges included."""
    starting = [step.subscription for step in steps if isinstance(step, StartSubscription)]
    placing = [step.request for step in steps if isinstance(step, PlacePledge)]
    started, made = {it.id for it in starting}, set[str]()
    named = [(str(it.id), it.campaign_id) for it in starting]
    named += [(str(it.pledge_id), it.campaign_id) for it in placing]
    for name, campaign_id in named:
        if campaign_id != campaign.id:
            message = f"{name} is for campaign {campaign_id}: give what is for campaign {campaign.id}"
            raise InvalidValue(message, id=name)
        if name in made or subscription_of(name) in started:
            message = f"{name} stands twice: give each pledge and subscription an id of its own"
            raise InvalidValue(message, id=name)
        made.add(name)
