"""The diary of a story: what happened on each day, like things of a day taken together."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import attrs

from pushcore._checks import expect, none_such
from pushcore.campaigns import CampaignState, Progress
from pushcore.campaigns._totals import Total
from pushcore.campaigns.events import (
    CampaignCanceled,
    CampaignEdited,
    CampaignEnded,
    CampaignExtended,
    CampaignFollowed,
    CampaignMoved,
    CampaignSettled,
    StretchGoalUnlocked,
)
from pushcore.ids import OrderKey, PledgeId
from pushcore.matching.events import LumpSumGiven, MatchTakenBack, PledgeMatched
from pushcore.money import Money
from pushcore.payments.events import (
    ChargeFailed,
    ChargeReminded,
    ContributionExpected,
    ContributionGivenUp,
    ContributionReceived,
    ContributionsDeposited,
    InstalmentCollected,
    PledgeCollected,
    PledgeDefaulted,
    PledgeDropped,
    PledgePartlyRefunded,
    PledgeRefunded,
    RefundFailed,
)
from pushcore.payments.keys import order_name
from pushcore.payouts import DebtSource, Dispute
from pushcore.payouts.events import MoneyExchanged, PayoutPaid
from pushcore.payouts.return_events import (
    DebtArose,
    DebtCalledOff,
    DebtRecovered,
    DisputeMoved,
    DisputeOpened,
)
from pushcore.pledges.events import (
    PledgeCanceled,
    PledgeChanged,
    PledgeConfirmed,
    PledgeReleased,
    PledgesMerged,
    PledgeTransferred,
    PledgeVoided,
)
from pushcore.recurring import Subscription
from pushcore.recurring.events import (
    SubscriptionAmountChanged,
    SubscriptionCanceled,
    SubscriptionLapsed,
    SubscriptionPaused,
    SubscriptionResumed,
    SubscriptionStarted,
)
from pushcore.rewards import WaitingList
from pushcore.rewards.events import (
    DeliveryFailed,
    OfferExpired,
    OfferMade,
    RewardDelivered,
    RewardShipped,
    WaitingListJoined,
)
from pushcore.stories.followed import Followed
from pushcore.stories.outcome import Outcome

__all__ = ["Day", "Happening", "Note", "diary"]


class Happening(StrEnum):
    """What can be noted in a diary."""

    OPENED = "opened"
    FOLLOWED = "followed"
    PLEDGED = "pledged"
    PLEDGED_LATE = "pledged-late"
    ANNOUNCED = "announced"
    RECEIVED = "received"
    GIVEN_UP = "given-up"
    REFUSED = "refused"
    VOIDED = "voided"
    CHANGED = "changed"
    TRANSFERRED = "transferred"
    MERGED = "merged"
    CANCELED = "canceled"
    MATCHED = "matched"
    GIVEN = "given"
    UNMATCHED = "unmatched"
    UNLOCKED = "unlocked"
    MOVED = "moved"
    WAITING = "waiting"
    EDITED = "edited"
    EXTENDED = "extended"
    CALLED_OFF = "called-off"
    ENDED = "ended"
    RELEASED = "released"
    COLLECTED = "collected"
    PART_COLLECTED = "part-collected"
    DEFAULTED = "defaulted"
    DECLINED = "declined"
    REMINDED = "reminded"
    DROPPED = "dropped"
    REFUNDED = "refunded"
    UNREFUNDED = "unrefunded"
    PARTLY_REFUNDED = "partly-refunded"
    DISPUTED = "disputed"
    INDEBTED = "indebted"
    RECOVERED = "recovered"
    SUBSCRIBED = "subscribed"
    PAUSED = "paused"
    RESUMED = "resumed"
    AMENDED = "amended"
    UNSUBSCRIBED = "unsubscribed"
    LAPSED = "lapsed"
    SETTLED = "settled"
    BROUGHT = "brought"
    EXCHANGED = "exchanged"
    PAID = "paid"
    JOINED = "joined"
    OFFERED = "offered"
    EXPIRED = "expired"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"

    _missing_ = classmethod(none_such)


@attrs.define
class Note:
    """Like things that happened on one day.

    Attributes:
        what: Which things.
        detail: What they have in common: the codes of refusals, the state a campaign is in, a payee.
        who: The first one it happened to: a backer, or what was refused.
        amount: What they come to; of a goal in rewards, their number.
        times: How many there are.
        why: Why the first one was refused, in a sentence for each reason.
    """

    what: Happening
    detail: str
    who: str
    amount: Total
    times: int = 1
    why: str = ""


@attrs.frozen
class Day:
    """One day, on the calendar of the campaign's zone, and the totals at its end, until the verdict."""

    day: date
    notes: tuple[Note, ...]
    progress: Progress

    @property
    def pledged(self) -> Money:
        """What stands pledged."""
        return self.progress.pledged


def diary(outcome: Outcome) -> tuple[Day, ...]:
    """The days on which something happened, in order; as short for a million pledges as for ten.

    Raises:
        InvalidValue: it is no outcome.
    """
    expect(outcome, Outcome, what="the story of a diary")
    tzinfo = outcome.story.zone.tzinfo
    days: dict[date, dict[tuple[Happening, str], Note]] = {}
    noted = heapq.merge(_opening(outcome), _refusals(outcome), _events(outcome), key=lambda one: one[0])
    for at, note in noted:
        notes = days.setdefault(at.astimezone(tzinfo).date(), {})
        same = notes.setdefault((note.what, note.detail), note)
        if same is not note:
            same.times += 1
            same.amount = _sum(same.amount, note.amount)
    totals = {point.at.astimezone(tzinfo).date(): point.progress for point in outcome.timeline.standing}
    return tuple(_finished(days, totals, outcome.timeline.points[0].progress))


def _sum(one: Total, other: Total) -> Total:
    return one + other if isinstance(one, Money) and isinstance(other, Money) else one


def _finished(
    days: dict[date, dict[tuple[Happening, str], Note]], totals: dict[date, Progress], progress: Progress
) -> Iterator[Day]:
    changes = iter(sorted(totals.items()))
    change = next(changes, None)
    for day, notes in days.items():
        while change is not None and change[0] <= day:
            progress, change = change[1], next(changes, None)
        yield Day(day, tuple(notes.values()), progress)


def _opening(outcome: Outcome) -> Iterator[tuple[datetime, Note]]:
    terms = outcome.campaign.terms
    if terms.window.opens <= outcome.story.until:
        yield terms.window.opens, Note(Happening.OPENED, "", outcome.story.title, terms.goal.amount)


def _refusals(outcome: Outcome) -> Iterator[tuple[datetime, Note]]:
    zero = Money.zero(outcome.campaign.currency)
    for one in outcome.refusals:
        yield one.at, Note(Happening.REFUSED, ", ".join(one.codes), one.asked, zero, why=one.why)


_OF_PLEDGES: Final[dict[type, Happening]] = {
    PledgeConfirmed: Happening.PLEDGED,
    PledgeVoided: Happening.VOIDED,
    PledgeChanged: Happening.CHANGED,
    PledgeTransferred: Happening.TRANSFERRED,
    PledgesMerged: Happening.MERGED,
    PledgeCanceled: Happening.CANCELED,
    PledgeReleased: Happening.RELEASED,
    ContributionExpected: Happening.ANNOUNCED,
    ContributionReceived: Happening.RECEIVED,
    ContributionGivenUp: Happening.GIVEN_UP,
    PledgeCollected: Happening.COLLECTED,
    InstalmentCollected: Happening.PART_COLLECTED,
    PledgeDefaulted: Happening.DEFAULTED,
    ChargeFailed: Happening.DECLINED,
    ChargeReminded: Happening.REMINDED,
    PledgeDropped: Happening.DROPPED,
    PledgeRefunded: Happening.REFUNDED,
    PledgePartlyRefunded: Happening.PARTLY_REFUNDED,
    RefundFailed: Happening.UNREFUNDED,
    RewardShipped: Happening.SHIPPED,
    RewardDelivered: Happening.DELIVERED,
    DeliveryFailed: Happening.UNDELIVERABLE,
}

_OF_LINES: Final[dict[type, Happening]] = {
    WaitingListJoined: Happening.JOINED,
    OfferMade: Happening.OFFERED,
    OfferExpired: Happening.EXPIRED,
}


def _events(outcome: Outcome) -> Iterator[tuple[datetime, Note]]:
    pledges = Followed(outcome.store)
    for event in outcome.store.events():
        pledges.follow(event)
        what = _OF_PLEDGES.get(type(event))
        note = _of_others(outcome, event) if what is None else _of_pledge(what, event, pledges)
        if note is not None:
            yield event.at, note


def _of_pledge(what: Happening, event: Any, pledges: Followed) -> Note:  # noqa: ANN401  one of those of pledges
    pledge = pledges.pledge(event.pledge_id)
    who, amount = pledges.then(pledge, event)
    if what is Happening.PLEDGED and pledge.late:
        what = Happening.PLEDGED_LATE
    return Note(what, event.reason if what is Happening.VOIDED else "", who, amount)


_OF_SUBSCRIPTIONS: Final[dict[type, Happening]] = {
    SubscriptionStarted: Happening.SUBSCRIBED,
    SubscriptionPaused: Happening.PAUSED,
    SubscriptionResumed: Happening.RESUMED,
    SubscriptionAmountChanged: Happening.AMENDED,
    SubscriptionCanceled: Happening.UNSUBSCRIBED,
    SubscriptionLapsed: Happening.LAPSED,
}


def _of_others(outcome: Outcome, event: object) -> Note | None:
    """Of whatever is no pledge: waiting lists, subscriptions, funds and the campaign."""
    if type(event) in _OF_LINES:
        return _of_line(outcome, event)
    if type(event) in _OF_SUBSCRIPTIONS:
        return _of_subscription(outcome, event)
    several = _of_funds(event) or _of_debts(outcome, event)
    return several or _of_terms(outcome, event) or _of_campaign(outcome, event)


def _of_line(outcome: Outcome, event: Any) -> Note:  # noqa: ANN401  one of those of waiting lists
    line = outcome.store.find(WaitingList, event.waiting_list_id)
    assert line is not None, "what happened to a waiting list is kept with it"
    zero = Money.zero(outcome.campaign.currency)
    return Note(_OF_LINES[type(event)], line.tier_id, event.backer_id, zero)


def _of_subscription(outcome: Outcome, event: Any) -> Note:  # noqa: ANN401  one of those of subscriptions
    subscription = outcome.store.find(Subscription, event.subscription_id)
    assert subscription is not None, "what was started is kept"
    amount = getattr(event, "amount", subscription.amount)
    return Note(_OF_SUBSCRIPTIONS[type(event)], "", subscription.backer_id, amount)


def _of_funds(event: object) -> Note | None:
    match event:
        case PledgeMatched(fund_id=fund_id, pledge_id=pledge_id):
            return Note(Happening.MATCHED, fund_id, pledge_id, _paid(event))
        case LumpSumGiven(fund_id=fund_id):
            return Note(Happening.GIVEN, fund_id, fund_id, _paid(event))
        case MatchTakenBack(fund_id=fund_id):
            return Note(Happening.UNMATCHED, fund_id, event.pledge_id or fund_id, _paid(event))
        case _:
            return None


def _of_debts(outcome: Outcome, event: object) -> Note | None:
    """Of disputes, and of what they and refunds leave a payee to owe."""
    match event:
        case DisputeOpened(charge_key=key, amount=amount):
            return Note(Happening.DISPUTED, "opened", _charged(outcome, key), amount)
        case DisputeMoved(dispute_id=dispute_id, state=state):
            dispute = outcome.store.find(Dispute, dispute_id)
            assert dispute is not None, "what was opened is kept"
            return Note(Happening.DISPUTED, state, _charged(outcome, dispute.charge_key), dispute.amount)
        case DebtArose(payee_id=who, amount=amount):
            return Note(Happening.INDEBTED, "", who, amount)
        case DebtRecovered(payee_id=who, amount=amount):
            return Note(Happening.RECOVERED, event.source, who, amount)
        case DebtCalledOff(payee_id=who, amount=amount):
            return Note(Happening.RECOVERED, DebtSource.CALLED_OFF.value, who, amount)
        case _:
            return None


def _charged(outcome: Outcome, key: OrderKey) -> str:
    """The backer of the pledge that was charged under a key."""
    name = order_name(key)
    pledge = None if name is None else outcome.store.find_pledge(PledgeId(name.subject_id))
    assert pledge is not None, "what was charged is a pledge"
    return pledge.backer_id


def _paid(event: PledgeMatched | LumpSumGiven | MatchTakenBack) -> Money:
    amounts = [*event.parts.values()]
    return Money.total(amounts, amounts[0].currency)


def _of_terms(outcome: Outcome, event: object) -> Note | None:
    title, zero = outcome.story.title, Money.zero(outcome.campaign.currency)
    match event:
        case CampaignFollowed(backer_id=who):
            return Note(Happening.FOLLOWED, "", who, zero)
        case CampaignEdited(edits=edits) if any(edit.path[0] != "window" for edit in edits):
            return Note(Happening.EDITED, "; ".join(map(str, edits)), title, zero)
        case CampaignExtended(after=closes):
            return Note(Happening.EXTENDED, f"{closes.local:%Y-%m-%d %H:%M}", title, zero)
        case StretchGoalUnlocked(stretch_goal_id=goal_id):
            return Note(Happening.UNLOCKED, goal_id, title, zero)
        case _:
            return None


def _of_campaign(outcome: Outcome, event: object) -> Note | None:
    title, zero = outcome.story.title, Money.zero(outcome.campaign.currency)
    note = None
    match event:
        case CampaignEnded():
            note = Note(Happening.ENDED, event.state.value, title, event.pledged)
        case CampaignSettled():
            note = Note(Happening.SETTLED, "", title, event.collected)
        case CampaignCanceled():
            note = Note(Happening.CALLED_OFF, "", title, zero)
        case ContributionsDeposited(amount=amount):
            note = Note(Happening.BROUGHT, "", title, amount)
        case MoneyExchanged(given=given, received=received):
            note = Note(Happening.EXCHANGED, f"{given} becomes {received}", title, zero)
        case CampaignMoved(after=CampaignState.GRACE):
            note = Note(Happening.WAITING, "", title, zero)
        case CampaignMoved(after=state):
            note = Note(Happening.MOVED, state.value, title, zero)
        case PayoutPaid(payout_id=payout_id):
            payout = outcome.store.payout(payout_id)
            note = Note(Happening.PAID, payout.payee_id, payout.payee_id, payout.amount)
        case _:
            pass
    return note
