"""Due: for which campaigns there may be something to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.campaigns import Campaign, CampaignState, newly_unlocked
from pushcore.campaigns.lifecycle import TAKING
from pushcore.ids import joined
from pushcore.payouts import HeldReserve
from pushcore.rewards import WaitingList

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.ports import Store

__all__ = ["is_due"]


def is_due(store: Store, campaign: Campaign, now: datetime) -> bool:
    """Whether `advance_campaign` may have something to do for a campaign, by the other reads of its store.

    What `pushcore.ports.CampaignRepository.due_campaigns` gives are those of which this is true. It asks for
    one pledge here and one payout there. A store of many campaigns first leaves out, by columns of its own,
    those that are over and settled, with no payout to be sent.

    Raises:
        InvalidValue: no campaign, or ``now`` is no instant.

    Example:
        >>> from pushcore.testing import builders
        >>> campaign, store = builders.a_campaign(), builders.ports().store
        >>> [is_due(store, campaign, at) for at in (builders.OPENS, campaign.terms.window.closes.at)]
        [False, True]
    """
    expect(campaign, Campaign, what="a campaign")
    now, once = utc(now), campaign.terms.model.charges_at_once and campaign.state in TAKING
    if (
        any(store.expired_pledges(campaign.id, now))
        or (once and any(store.chargeable_pledges(campaign.id, now)))
        or (campaign.phase(now) is not None and _somebody_waits(store, campaign))
    ):
        return True
    match campaign.state:
        case CampaignState.LIVE | CampaignState.SUSPENDED:
            return campaign.terms.window.closes.passed(now) or _has_reached_something(store, campaign)
        case CampaignState.GRACE | CampaignState.CLOSING:
            return True
        case CampaignState.SUCCESSFUL | CampaignState.PARTIALLY_FUNDED:
            payable = _payout_waits(store, campaign, now) or _reserve_is_due(store, campaign, now)
            return campaign.settled_at is None or payable
        case CampaignState.FAILED | CampaignState.GIVEN_BACK | CampaignState.CANCELED:
            return any(store.returnable_pledges(campaign.id)) or _payout_waits(store, campaign, now)
        case _:
            return False


def _somebody_waits(store: Store, campaign: Campaign) -> bool:
    """Whether there is an entry on the waiting list of one of its tiers."""
    ids = (joined(campaign.id, tier_id) for tier_id in campaign.terms.catalogue.waiting)
    found = (store.find(WaitingList, list_id) for list_id in ids)
    return any(line is not None and line.entries for line in found)


def _payout_waits(store: Store, campaign: Campaign, now: datetime) -> bool:
    """Whether it is the time of a payout: of a failed campaign too, such as of a fee that came back."""
    return any(it.waits(now) for it in store.payouts(campaign.id))


def _reserve_is_due(store: Store, campaign: Campaign, now: datetime) -> bool:
    """Whether something that is held back of its payees is to be given to them by now."""
    if campaign.terms.payouts.reserve is None:
        return False
    held = store.find(HeldReserve, campaign.id)
    return held is not None and bool(held.due(now))


def _has_reached_something(store: Store, campaign: Campaign) -> bool:
    """Whether its cap, or a stretch goal that is not unlocked, is reached while it is live."""
    terms, live = campaign.terms, campaign.state is CampaignState.LIVE
    if not live or (terms.model.cap is None and not terms.stretch_goals):
        return False
    progress = store.progress(campaign.id)
    new = newly_unlocked(terms.stretch_goals, campaign.unlocked, terms.total(progress))
    return bool(new) or terms.full(progress)
