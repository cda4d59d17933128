"""The decisions about a campaign: drafting, launching, canceling, closing, judging and settling.

Closing takes two decisions, written apart. The first moves the campaign to closing, so that every
confirmation still under way is void; only then are the totals read and judged. In one step, a pledge that
lands between the reading and the verdict would be lost or wrongly counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

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
from pushcore.changes import Changes
from pushcore.errors import Conflict, InvalidValue, Refusal, Refused
from pushcore.ledger import recipes
from pushcore.payouts import payout

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.campaigns.progress import Progress
    from pushcore.ids import ActorId
    from pushcore.money import Money
    from pushcore.payouts import Settlement

__all__ = ["begin_closing", "cancel", "draft", "judge", "launch", "settle"]


def draft(campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Write a new campaign down.

    Raises:
        InvalidValue: it is not new.
    """
    if campaign.version != 1 or campaign.state is not CampaignState.DRAFT:
        message = (
            f"campaign {campaign.id} is not a new draft: {campaign.state.value}, version {campaign.version}"
        )
        raise InvalidValue(message, campaign=campaign.id)
    return campaign, Changes(put=(campaign,), events=(CampaignDrafted(at, actor, campaign.id),))


def launch(campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Take a draft live. Pledges are taken from the opening of its window on, which may be later.

    Raises:
        Refused: ``not-draft``; or ``too-late``: its window is over already.
    """
    refusals = []
    if campaign.state is not CampaignState.DRAFT:
        refusals.append(Refusal("not-draft", f"campaign {campaign.id} is {campaign.state.value}"))
    if campaign.terms.window.closes.passed(at):
        refusals.append(
            Refusal(
                "too-late", f"campaign {campaign.id} would be over at {campaign.terms.window.closes.local}"
            )
        )
    if refusals:
        raise Refused(refusals)
    live = _moved(campaign, Trigger.LAUNCH)
    return live, Changes(put=(live,), events=(CampaignLaunched(at, actor, campaign.id),))


def cancel(campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Call a campaign off before its end.

    Raises:
        Refused: ``not-live``: it is closing or over.
    """
    if (campaign.state, Trigger.CANCEL) not in TRANSITIONS:
        raise Refused([Refusal("not-live", f"campaign {campaign.id} is {campaign.state.value}")])
    canceled = _moved(campaign, Trigger.CANCEL)
    return canceled, Changes(put=(canceled,), events=(CampaignCanceled(at, actor, campaign.id),))


def begin_closing(campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Stop taking pledges once the deadline has passed.

    Raises:
        Refused: ``not-ended``: there is time left; or ``not-live``.
    """
    if campaign.state is not CampaignState.LIVE:
        raise Refused([Refusal("not-live", f"campaign {campaign.id} is {campaign.state.value}")])
    closes = campaign.terms.window.closes
    if not closes.passed(at):
        raise Refused([Refusal("not-ended", f"campaign {campaign.id} runs until {closes.local}")])
    closing = _moved(campaign, Trigger.CLOSE)
    return closing, Changes(put=(closing,), events=(CampaignClosing(at, actor, campaign.id),))


def judge(campaign: Campaign, progress: Progress, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Judge a closing campaign by its totals, which nothing can move any more.

    Raises:
        Refused: ``not-ended``: it is not closing.
    """
    if campaign.state is not CampaignState.CLOSING:
        raise Refused(
            [Refusal("not-ended", f"campaign {campaign.id} is {campaign.state.value}, not closing")]
        )
    verdict = campaign.terms.model.verdict(campaign.terms.goal, progress.pledged)
    ended = _moved(campaign, verdict, outcome=Outcome(progress.pledged, progress.backers))
    event = CampaignEnded(at, actor, campaign.id, ended.state, progress.pledged, progress.backers)
    return ended, Changes(put=(ended,), events=(event,))


def settle(
    campaign: Campaign, progress: Progress, settlement: Settlement, held: Money, at: datetime, actor: ActorId
) -> tuple[Campaign, Changes]:
    """Divide what was collected among fee lines and payees, once, and prepare a payout for every payee.

    Args:
        campaign: A funded campaign.
        progress: Its totals.
        settlement: The fold over the amounts of its collected pledges.
        held: What the ledger holds for it.
        at: When.
        actor: Who.

    Raises:
        Refused: ``not-funded``; ``already-settled``; or ``not-settleable``: some pledges are neither
            collected nor dropped.
        Conflict: what was read does not belong together: a charge landed in between.
    """
    refusals = []
    if not campaign.funded:
        refusals.append(Refusal("not-funded", f"campaign {campaign.id} is {campaign.state.value}"))
    if campaign.settled_at is not None:
        refusals.append(
            Refusal("already-settled", f"campaign {campaign.id} was settled at {campaign.settled_at}")
        )
    if not progress.all_collected:
        open_pledges = progress.pledges - progress.collections
        refusals.append(
            Refusal("not-settleable", f"{open_pledges} pledges of campaign {campaign.id} are open")
        )
    if refusals:
        raise Refused(refusals)
    if not settlement.collected == progress.collected == held:
        message = f"{settlement.collected} settled, {progress.collected} collected and {held} held were not read at once"
        raise Conflict(message, campaign=campaign.id)
    division = campaign.terms.splits.divide(settlement.net, creator=campaign.creator_id)
    settled = attrs.evolve(campaign, settled_at=at, version=campaign.version + 1)
    event = CampaignSettled(
        at, actor, campaign.id, settlement.collected, settlement.fees, division.parts, division.left_overs
    )
    if not settlement.collected:
        return settled, Changes(put=(settled,), events=(event,))
    prepared = [
        payout.prepare(campaign.id, payee, part, at, actor)[1]
        for payee, part in division.parts.items()
        if part
    ]
    return settled, Changes(
        put=(settled, *(one for changes in prepared for one in changes.put)),
        transactions=(
            recipes.settlement(campaign.id, settlement.collected, settlement.fees, division.parts, at),
        ),
        events=(event, *(one for changes in prepared for one in changes.events)),
    )


def _moved(campaign: Campaign, trigger: Trigger, *, outcome: Outcome | None = None) -> Campaign:
    return attrs.evolve(
        campaign, state=TRANSITIONS[campaign.state, trigger], outcome=outcome, version=campaign.version + 1
    )
