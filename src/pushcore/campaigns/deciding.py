"""The decisions about a campaign: drafting, launching, canceling, closing, judging and settling.

Closing takes two decisions, written apart. The first moves the campaign to closing, so that every
confirmation still under way is void; only then are the totals read and judged. In one step, a pledge that
lands between the reading and the verdict would be lost or wrongly counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore.campaigns.campaign import Campaign, Outcome
from pushcore.campaigns.events import (
    CampaignCanceled,
    CampaignClosing,
    CampaignDrafted,
    CampaignEnded,
    CampaignLaunched,
    CampaignSettled,
)
from pushcore.campaigns.lifecycle import TRANSITIONS, CampaignState, Trigger
from pushcore.campaigns.progress import Progress
from pushcore.changes import Changes
from pushcore.errors import Conflict, InvalidValue, Refusal, Refused
from pushcore.ledger import recipes
from pushcore.payouts import Settlement, payout

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.ids import ActorId
    from pushcore.money import Money

__all__ = ["begin_closing", "cancel", "draft", "judge", "launch", "settle"]


def draft(campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Write a new campaign down.

    Raises:
        InvalidValue: it is not new.
    """
    expect(campaign, Campaign, what="a campaign")
    if campaign.version != 1 or campaign.state is not CampaignState.DRAFT:
        message = f"{_standing(campaign)} at version {campaign.version}: a new one is a draft at version 1"
        raise InvalidValue(message, campaign=campaign.id)
    return campaign, Changes(put=(campaign,), events=(CampaignDrafted(at, actor, campaign.id),))


def launch(campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Take a draft live. Pledges are taken from the opening of its window on, which may be later.

    Raises:
        Refused: ``not-draft``; or ``too-late``: its window is over already.
    """
    expect(campaign, Campaign, what="a campaign")
    closes = campaign.terms.window.closes
    _require(
        campaign.state is CampaignState.DRAFT or Refusal("not-draft", _standing(campaign)),
        not closes.passed(at) or Refusal("too-late", f"campaign {campaign.id} would close at {closes.local}"),
    )
    live = _moved(campaign, Trigger.LAUNCH)
    return live, Changes(put=(live,), events=(CampaignLaunched(at, actor, campaign.id),))


def cancel(campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Call a campaign off: a draft at any time, a live one before its deadline.

    Raises:
        Refused: ``not-live``: it is closing or over; or ``too-late``: the verdict is due.
    """
    expect(campaign, Campaign, what="a campaign")
    closes = campaign.terms.window.closes
    ran_out = campaign.state is CampaignState.LIVE and closes.passed(at)
    _require(
        (campaign.state, Trigger.CANCEL) in TRANSITIONS or Refusal("not-live", _standing(campaign)),
        not ran_out or Refusal("too-late", f"campaign {campaign.id} closed at {closes.local}"),
    )
    canceled = _moved(campaign, Trigger.CANCEL)
    return canceled, Changes(put=(canceled,), events=(CampaignCanceled(at, actor, campaign.id),))


def begin_closing(campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Stop taking pledges once the deadline has passed.

    Raises:
        Refused: ``not-live``; or ``not-ended``: there is time left.
    """
    expect(campaign, Campaign, what="a campaign")
    closes = campaign.terms.window.closes
    _require(
        campaign.state is CampaignState.LIVE or Refusal("not-live", _standing(campaign)),
        closes.passed(at) or Refusal("not-ended", f"campaign {campaign.id} runs until {closes.local}"),
    )
    closing = _moved(campaign, Trigger.CLOSE)
    return closing, Changes(put=(closing,), events=(CampaignClosing(at, actor, campaign.id),))


def judge(campaign: Campaign, progress: Progress, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Judge a closing campaign by its totals, which nothing can move any more.

    Raises:
        Refused: ``not-ended``: it is not closing.
    """
    expect(campaign, Campaign, what="a campaign")
    expect(progress, Progress, what="the totals of a campaign")
    _require(campaign.state is CampaignState.CLOSING or Refusal("not-ended", _standing(campaign)))
    verdict = campaign.terms.model.verdict(campaign.terms.goal, progress.pledged)
    ended = _moved(campaign, verdict, outcome=Outcome(progress.pledged, progress.backers))
    event = CampaignEnded(at, actor, campaign.id, ended.state, progress.pledged, progress.backers)
    return ended, Changes(put=(ended,), events=(event,))


def settle(  # noqa: PLR0913  what a settlement rests on
    campaign: Campaign,
    progress: Progress,
    settlement: Settlement,
    *,
    held: Money,
    at: datetime,
    actor: ActorId,
) -> tuple[Campaign, Changes]:
    """Divide what was collected among fee lines and payees, once, and prepare a payout for every payee.

    Args:
        campaign: A funded campaign.
        progress: Its totals.
        settlement: The fold over the amounts of its collected pledges, by its own fee schedule.
        held: What the ledger holds for it.
        at: When.
        actor: Who.

    Raises:
        Refused: ``not-funded``; ``already-settled``; or ``not-settleable``: some pledges are neither
            collected nor dropped.
        InvalidValue: the settlement is by another fee schedule.
        Conflict: what was read does not belong together: a charge landed in between.
    """
    expect(campaign, Campaign, what="a campaign")
    expect(progress, Progress, what="the totals of a campaign")
    expect(settlement, Settlement, what="a settlement")
    left = progress.pledges - progress.collections
    _require(
        campaign.funded or Refusal("not-funded", _standing(campaign)),
        campaign.settled_at is None
        or Refusal("already-settled", f"campaign {campaign.id} was settled at {campaign.settled_at}"),
        progress.all_collected
        or Refusal("not-settleable", f"{left} pledges of campaign {campaign.id} are still to be collected"),
    )
    if settlement.schedule != campaign.terms.fees:
        message = f"campaign {campaign.id} is settled by its own fee schedule, not by {settlement.schedule}"
        raise InvalidValue(message, campaign=campaign.id)
    collected = settlement.collected
    if not collected == progress.collected == held:
        message = f"{collected} settled, {progress.collected} collected, {held} held: not read at once"
        raise Conflict(message, campaign=campaign.id)
    settled = attrs.evolve(campaign, settled_at=at, version=campaign.version + 1)
    return settled, _divided(settled, settlement, at, actor)


def _divided(settled: Campaign, settlement: Settlement, at: datetime, actor: ActorId) -> Changes:
    collected, fees = settlement.collected, settlement.fees
    division = settled.terms.splits.divide(settlement.net, creator=settled.creator_id)
    parts = division.parts
    event = CampaignSettled(at, actor, settled.id, collected, fees, parts, division.left_overs)
    if not collected:
        return Changes(put=(settled,), events=(event,))
    owed = [(payee, part) for payee, part in parts.items() if part]
    prepared = [payout.prepare(settled.id, payee, part, at, actor)[1] for payee, part in owed]
    return Changes(
        put=(settled, *(one for changes in prepared for one in changes.put)),
        transactions=(recipes.settlement(settled.id, collected, fees, parts, at),),
        events=(event, *(one for changes in prepared for one in changes.events)),
    )


def _moved(campaign: Campaign, trigger: Trigger, *, outcome: Outcome | None = None) -> Campaign:
    return attrs.evolve(
        campaign, state=TRANSITIONS[campaign.state, trigger], outcome=outcome, version=campaign.version + 1
    )


def _standing(campaign: Campaign) -> str:
    return f"campaign {campaign.id} is {campaign.state.value}"


def _require(*facts: bool | Refusal) -> None:
    """Refuse with every reason that stands in place of a fact."""
    if reasons := [fact for fact in facts if isinstance(fact, Refusal)]:
        raise Refused(reasons)
