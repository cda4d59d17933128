"""Simulating: what becomes of a campaign if these things happen, without a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pushcore._checks import expect, stream
from pushcore.calendar.instants import utc_of
from pushcore.campaigns import Campaign
from pushcore.errors import InvalidValue
from pushcore.stories.performing import Performance
from pushcore.stories.steps import STEPS, PlacePledge, Step
from pushcore.stories.timeline import Timeline

__all__ = ["simulate"]


def simulate(campaign: Campaign, steps: Iterable[Step], *, until: datetime) -> Timeline:
    """What becomes of a campaign, point by point: its states, its totals, what it unlocks, its rounds.

    It is played from its launch, on the terms that it has, over a host in memory and through the real use
    cases; nothing of yours is touched, and the same steps always give the same timeline.

    Args:
        campaign: In whatever state: its id, its creator and its terms are what counts.
        steps: What happens, in any order.
        until: When the clock stops: what lies later does not happen.

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
    performance = Performance(campaign, utc_of(until, "simulate", "until"))
    performance.run(sorted(taken, key=lambda step: step.at))
    return performance.timeline


def _require_ids(campaign: Campaign, steps: Iterable[Step]) -> None:
    made: set[str] = set()
    for step in steps:
        if not isinstance(step, PlacePledge):
            continue
        if step.request.campaign_id != campaign.id:
            message = (
                f"pledge {step.pledge_id} is for campaign {step.request.campaign_id}: give ones of campaign "
                f"{campaign.id}"
            )
            raise InvalidValue(message, pledge=step.pledge_id)
        if step.pledge_id in made:
            message = f"pledge {step.pledge_id} stands twice: give each an id of its own"
            raise InvalidValue(message, pledge=step.pledge_id)
        made.add(step.pledge_id)
