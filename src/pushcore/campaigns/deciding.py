"""The decisions about the life of a campaign before its end; those that end it are in `ending`."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any

import attrs

from pushcore._checks import expect
from pushcore.campaigns.campaign import Campaign
from pushcore.campaigns.events import (
    CampaignCanceled,
    CampaignDrafted,
    CampaignGivenBack,
    CampaignLaunched,
    CampaignMoved,
    StretchGoalUnlocked,
)
from pushcore.campaigns.feasibility import infeasible
from pushcore.campaigns.lifecycle import PLAIN, TRANSITIONS, UNLAUNCHED, CampaignState, Trigger
from pushcore.campaigns.presenting import retired
from pushcore.campaigns.progress import Progress
from pushcore.campaigns.stretch import newly_unlocked
from pushcore.changes import Changes
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.gateway import Abilities

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.changes import Event
    from pushcore.ids import ActorId

__all__ = ["cancel", "draft", "give_back", "launch", "move", "unlock"]


def draft(campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Write a new campaign down.

    Raises:
        InvalidValue: it is not new.
    """
    expect(campaign, Campaign, what="a campaign")
    if campaign.version != 1 or campaign.state is not CampaignState.DRAFT:
        message = f"{standing(campaign)} at version {campaign.version}: a new one is a draft at version 1"
        raise InvalidValue(message, campaign=campaign.id)
    return campaign, Changes(put=(campaign,), events=(CampaignDrafted(at, actor, campaign.id),))


def move(campaign: Campaign, trigger: Trigger, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Submit, ask for changes, approve, reject, suspend or resume: what changes nothing but the state.

    Raises:
        Refused: ``wrong-state``: it does not go from its state on like this; or ``too-late``: one that was
            suspended has passed its deadline.
        InvalidValue: the trigger is one that more depends on.
    """
    expect(campaign, Campaign, what="a campaign")
    expect(trigger, Trigger, what="what moves a campaign")
    if trigger not in PLAIN:
        message = f"{trigger} is no plain move: there are {', '.join(sorted(PLAIN))}"
        raise InvalidValue(message, trigger=trigger)
    closes = campaign.terms.window.closes
    moves = (campaign.state, trigger) in TRANSITIONS
    passed = moves and trigger in {Trigger.SUSPEND, Trigger.RESUME} and closes.passed(at)
    require(
        moves or Refusal("wrong-state", f"{standing(campaign)}, which {trigger} does not move"),
        not passed or Refusal("too-late", f"campaign {campaign.id} closed at {closes.local}"),
    )
    after = moved(campaign, trigger)
    event = CampaignMoved(at, actor, campaign.id, campaign.state, after.state)
    return after, Changes(put=(after,), events=(event,))


def launch(
    campaign: Campaign, at: datetime, actor: ActorId, *, abilities: Abilities | None = None
) -> tuple[Campaign, Changes]:
    """Take a draft live. Pledges are taken from the opening of its window on, which may be later.

    Args:
        campaign: A draft, or one that the platform has approved.
        at: When.
        actor: Who.
        abilities: What the payment provider can do, where that is known.

    Raises:
        Refused: ``not-draft``; ``not-approved``: the platform has to approve it first; ``too-late``: its
            window is over already; ``currency-retired``: there is no such currency any more when it opens; or
            what `pushcore.campaigns.feasibility.infeasible` says of its terms.
    """
    expect(campaign, Campaign, what="a campaign")
    expect(abilities, Abilities, NoneType, what="what the provider can do")
    opens, closes = campaign.terms.window.opens, campaign.terms.window.closes
    waits = campaign.terms.needs_approval and campaign.state in UNLAUNCHED - {CampaignState.APPROVED}
    require(
        (campaign.state, Trigger.LAUNCH) in TRANSITIONS or waits or state_refusal("not-draft", campaign),
        not waits or Refusal("not-approved", f"{standing(campaign)}, and has to be approved"),
        not closes.passed(at) or Refusal("too-late", f"campaign {campaign.id} would close at {closes.local}"),
        retired(campaign.currency, max(at, opens), closes.zone) or True,
        *(() if abilities is None else infeasible(campaign.terms, abilities)),
    )
    live = moved(campaign, Trigger.LAUNCH)
    return live, Changes(put=(live,), events=(CampaignLaunched(at, actor, campaign.id),))


def cancel(campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Call a campaign off: a draft at any time, a live one before its deadline.

    Raises:
        Refused: ``not-live``: it is closing or over; or ``too-late``: the verdict is due.
    """
    expect(campaign, Campaign, what="a campaign")
    closes = campaign.terms.window.closes
    ran_out = campaign.state is CampaignState.LIVE and closes.passed(at)
    require(
        (campaign.state, Trigger.CANCEL) in TRANSITIONS or state_refusal("not-live", campaign),
        not ran_out or Refusal("too-late", f"campaign {campaign.id} closed at {closes.local}"),
    )
    canceled = moved(campaign, Trigger.CANCEL)
    return canceled, Changes(put=(canceled,), events=(CampaignCanceled(at, actor, campaign.id),))


def give_back(campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Give back all that a funded campaign collected, and settle nothing; what it raised stays to be read.

    Raises:
        Refused: ``not-funded``; or ``already-settled``: its money is divided, and each pledge is refunded as
            its terms have it.
    """
    expect(campaign, Campaign, what="a campaign")
    require(
        campaign.funded or state_refusal("not-funded", campaign),
        campaign.settled_at is None
        or Refusal("already-settled", f"campaign {campaign.id} was settled at {campaign.settled_at}"),
    )
    after = moved(campaign, Trigger.GIVE_BACK)
    return after, Changes(put=(after,), events=(CampaignGivenBack(at, actor, campaign.id),))


def unlock(campaign: Campaign, progress: Progress, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Unlock the stretch goals that the totals have reached, for good; nothing where there are none.

    They are held against the same measure as the goal.

    Raises:
        Refused: ``not-live``: it takes no pledges.
    """
    expect(campaign, Campaign, what="a campaign")
    expect(progress, Progress, what="the totals of a campaign")
    require(campaign.state is CampaignState.LIVE or state_refusal("not-live", campaign))
    after, events = unlocked_by(campaign, progress, at, actor)
    if not events:
        return campaign, Changes()
    after = attrs.evolve(after, version=campaign.version + 1)
    return after, Changes(put=(after,), events=events)


def unlocked_by(
    campaign: Campaign, progress: Progress, at: datetime, actor: ActorId
) -> tuple[Campaign, tuple[Event, ...]]:
    """The campaign with what its totals have unlocked, at the version it has."""
    terms = campaign.terms
    new = newly_unlocked(terms.stretch_goals, campaign.unlocked, terms.total(progress))
    ids = tuple(goal.id for goal in new)
    events = tuple(StretchGoalUnlocked(at, actor, campaign.id, goal_id) for goal_id in ids)
    return attrs.evolve(campaign, unlocked=(*campaign.unlocked, *ids)), events


def moved(campaign: Campaign, trigger: Trigger, **changed: Any) -> Campaign:  # noqa: ANN401  any field
    state = TRANSITIONS[campaign.state, trigger]
    return attrs.evolve(campaign, state=state, version=campaign.version + 1, **changed)


def standing(campaign: Campaign) -> str:
    return f"campaign {campaign.id} is {campaign.state.value}"


def state_refusal(code: str, campaign: Campaign) -> Refusal:
    """That a campaign is in another state than it would have to be."""
    return Refusal(code, standing(campaign), {"state": campaign.state.value})


def uncollected(campaign: Campaign, left: int) -> str:
    pledges = "1 pledge" if left == 1 else f"{left} pledges"
    return f"{pledges} of campaign {campaign.id} still to be collected"


def require(*facts: bool | Refusal) -> None:
    """Refuse with every reason that stands in place of a fact."""
    if reasons := [fact for fact in facts if isinstance(fact, Refusal)]:
        raise Refused(reasons)
