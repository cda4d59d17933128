"""The decisions that end a campaign: it stops taking pledges, waits for slow payments, and is judged.

Closing takes two decisions, written apart. The first moves the campaign to closing, so that every
confirmation still under way is void; only then are the totals read and judged. In one step, a pledge that
lands between the reading and the verdict would be lost or wrongly counted.
"""

from __future__ import annotations

from datetime import timedelta
from types import NoneType
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore.calendar import add_days, local, utc
from pushcore.campaigns._asking import asks
from pushcore.campaigns.campaign import Campaign, Outcome
from pushcore.campaigns.deciding import moved, require, state_refusal, uncollected, unlocked_by
from pushcore.campaigns.events import CampaignClosing, CampaignEnded, CampaignExtended, CampaignMoved
from pushcore.campaigns.lifecycle import CampaignState, Trigger
from pushcore.campaigns.progress import Progress
from pushcore.changes import Changes
from pushcore.errors import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.calendar import Deadline
    from pushcore.changes import Event
    from pushcore.ids import ActorId

__all__ = ["announce_end", "begin_closing", "end_grace", "judge"]


def begin_closing(
    campaign: Campaign, at: datetime, actor: ActorId, *, progress: Progress | None = None
) -> tuple[Campaign, Changes]:
    """Stop taking pledges: the deadline has passed, or the cap is reached.

    Where slow payments are waited for, the campaign is in its grace from here on. One that is full before its
    deadline asks, at the commit, whether it still is; where it had no end, it has one now.

    Raises:
        Refused: ``not-live``; or ``not-ended``: there is time left.
    """
    expect(campaign, Campaign, what="a campaign")
    expect(progress, Progress, NoneType, what="the totals of a campaign")
    closes = campaign.terms.window.closes
    full = progress is not None and campaign.terms.full(progress)
    require(
        campaign.state is CampaignState.LIVE or state_refusal("not-live", campaign),
        closes.passed(at) or full or _running_refusal("not-ended", campaign),
    )
    if campaign.terms.model.grace and not full:
        waiting = moved(campaign, Trigger.WAIT)
        event = CampaignMoved(at, actor, campaign.id, campaign.state, waiting.state)
        return waiting, Changes(put=(waiting,), events=(event,))
    if progress is None or closes.passed(at):
        return _closing(campaign, at, actor)
    closing, changes = _closing(_ending(campaign, at) if closes.endless else campaign, at, actor)
    cap = campaign.terms.model.cap
    assert cap is not None, "only what has a cap is full"
    still = asks(campaign, least=cap.amount - cap.tolerance, standing=progress.pledges)
    return closing, changes + Changes(deltas=(still,))


def end_grace(campaign: Campaign, at: datetime, actor: ActorId, *, waits: bool) -> tuple[Campaign, Changes]:
    """Close a campaign in its grace, once nothing is waited for any more or its time is over.

    Args:
        campaign: A campaign in its grace.
        at: When.
        actor: Who.
        waits: Whether a pledge that was placed in time is still to be confirmed, or one that was expected in
            time is still to come.

    Raises:
        Refused: ``not-live``: it is not in its grace; or ``not-ended``: a payment is waited for.
    """
    expect(campaign, Campaign, what="a campaign")
    expect(waits, bool, what="whether a pledge is waited for")
    until = campaign.terms.waits_until
    told = local(until, campaign.terms.window.closes.zone)
    waiting = f"campaign {campaign.id} waits for slow payments until {told}"
    require(
        campaign.state is CampaignState.GRACE or state_refusal("not-live", campaign),
        not waits or utc(at) >= until or Refusal("not-ended", waiting, {"until": until}),
    )
    return _closing(campaign, at, actor)


def judge(campaign: Campaign, progress: Progress, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Judge a closing campaign by its totals.

    Nobody pledges or cancels any more. But a refund that somebody made at the provider may be told of in the
    middle, so the store is asked, at the commit, whether the totals are still the same.

    A first round that has reached the goal goes on to a second one, which keeps whatever it brings. Stretch
    goals that the totals have reached are unlocked where that has not been done, unless it fails.

    Raises:
        Refused: ``not-ended``: it is not closing; or ``not-collected``: it is judged by what could be
            charged, and some pledges are neither collected nor dropped.
    """
    expect(campaign, Campaign, what="a campaign")
    expect(progress, Progress, what="the totals of a campaign")
    if campaign.reopened is not None:
        return _as_before(campaign, campaign.reopened, at, actor)
    terms, left = campaign.terms, progress.pledges - progress.collections
    require(
        campaign.state is CampaignState.CLOSING or state_refusal("not-ended", campaign),
        progress.all_collected
        or not terms.model.judged_after_collecting
        or Refusal("not-collected", uncollected(campaign, left), {"left": left}),
        terms.goal.settled(terms.total(progress))
        or Refusal("goal-moving", f"campaign {campaign.id} has pledges of unknown cost: move its goal first"),
    )
    verdict = _verdict(campaign, progress)
    failed = verdict is Trigger.FAIL
    same = Changes(deltas=(asks(campaign, standing=progress.pledges, collected=progress.collected),))
    before, unlocking = (campaign, ()) if failed else unlocked_by(campaign, progress, at, actor)
    if verdict is Trigger.GO_ON:
        again = moved(before, verdict, round=2)
        extended, changes = _extended(again, _second_close(campaign, at), at, actor, besides=unlocking)
        return extended, changes + same
    ended = moved(before, verdict, outcome=Outcome(progress.pledged, progress.backers))
    event = CampaignEnded(at, actor, campaign.id, ended.state, progress.pledged, progress.backers)
    return ended, Changes(put=(ended,), events=(*unlocking, event)) + same


def _as_before(
    campaign: Campaign, verdict: CampaignState, at: datetime, actor: ActorId
) -> tuple[Campaign, Changes]:
    """The verdict that a campaign had before it was to be opened again, and was not."""
    after = attrs.evolve(campaign, state=verdict, reopened=None, version=campaign.version + 1)
    event = CampaignMoved(at, actor, campaign.id, campaign.state, verdict)
    return after, Changes(put=(after,), events=(event,))


def announce_end(campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Announce the final lap of a campaign without an end: from now on it has one.

    Raises:
        Refused: ``not-live``; ``too-early``: it has not opened yet; or ``not-open-ended``: it has an end.
    """
    expect(campaign, Campaign, what="a campaign")
    window, lap = campaign.terms.window, campaign.terms.model.final_lap
    opens, closes = window.opens, window.closes
    require(
        campaign.state is CampaignState.LIVE or state_refusal("not-live", campaign),
        utc(at) >= opens
        or Refusal(
            "too-early", f"campaign {campaign.id} opens at {local(opens, closes.zone)}", {"opens": opens}
        ),
        (closes.endless and lap is not None) or _running_refusal("not-open-ended", campaign),
    )
    assert lap is not None
    again = attrs.evolve(campaign, version=campaign.version + 1)
    return _extended(again, lap.deadline(at, zone=closes.zone), at, actor)


def _ending(campaign: Campaign, at: datetime) -> Campaign:
    """A campaign without an end, which ends now: instalments run from there."""
    window = campaign.terms.window
    closes = attrs.evolve(window.closes, at=max(utc(at), window.opens + timedelta.resolution))
    return _closing_at(campaign, closes)


def _closing(campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    closing = moved(campaign, Trigger.CLOSE)
    return closing, Changes(put=(closing,), events=(CampaignClosing(at, actor, campaign.id),))


def _verdict(campaign: Campaign, progress: Progress) -> Trigger:
    """How it ends: a second round begins with the goal behind it, and cannot fail any more."""
    model, total = campaign.terms.model, campaign.terms.total(progress)
    if campaign.round > 1:
        return Trigger.SUCCEED
    verdict = model.verdict(campaign.terms.goal, total)
    goes_on = verdict is Trigger.SUCCEED and model.second_round is not None
    return Trigger.GO_ON if goes_on else verdict


def _second_close(campaign: Campaign, at: datetime) -> Deadline:
    """So many days after the first close; those that its charges took are not lost to the second round."""
    closes, days = campaign.terms.window.closes, campaign.terms.model.second_round
    assert days is not None
    collecting = (utc(at) - closes.at).days
    return attrs.evolve(closes, at=add_days(closes.at, days + collecting, zone=closes.zone))


def _extended(
    campaign: Campaign, closes: Deadline, at: datetime, actor: ActorId, *, besides: tuple[Event, ...] = ()
) -> tuple[Campaign, Changes]:
    """The campaign with another deadline, at the version it has."""
    extended = _closing_at(campaign, closes)
    event = CampaignExtended(at, actor, campaign.id, campaign.terms.window.closes, closes)
    return extended, Changes(put=(extended,), events=(*besides, event))


def _closing_at(campaign: Campaign, closes: Deadline) -> Campaign:
    window = attrs.evolve(campaign.terms.window, closes=closes)
    return attrs.evolve(campaign, terms=attrs.evolve(campaign.terms, window=window))


def _running_refusal(code: str, campaign: Campaign) -> Refusal:
    """That a campaign has time left."""
    closes = campaign.terms.window.closes
    if not closes.endless:
        return Refusal(code, f"campaign {campaign.id} runs until {closes.local}", {"closes": closes.at})
    how = "announce it" if campaign.terms.model.final_lap is not None else "give it a deadline"
    return Refusal(code, f"campaign {campaign.id} has no end yet: {how}", {"closes": None})
