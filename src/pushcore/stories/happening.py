"""Happening: an event of a document becomes the step it means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeVar, cast

import attrs

from pushcore._checks import shown
from pushcore.calendar import Zone
from pushcore.ids import ActorId, BackerId, MilestoneId, PledgeId, SubscriptionId
from pushcore.money import Money
from pushcore.payouts import Consent
from pushcore.pledges import PledgeRequest
from pushcore.stories.editing_tables import EditEvent, ExtendEvent
from pushcore.stories.ends import closes_at
from pushcore.stories.event_tables import (
    AcceptEvent,
    CampaignEvent,
    CancelEvent,
    ChangeEvent,
    ConfirmEvent,
    DeclineEvent,
    EventTable,
    ExchangeEvent,
    FollowEvent,
    FulfilEvent,
    GiveUpEvent,
    JoinEvent,
    LeaveEvent,
    MergeEvent,
    PledgeEvent,
    ReceiveEvent,
    TransferEvent,
    UnfollowEvent,
)
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.fulfilment_steps import FulfilReward
from pushcore.stories.goals import total_of
from pushcore.stories.origin import Origin
from pushcore.stories.payout_tables import ApproveEvent, ConsentEvent, PayeeEvent
from pushcore.stories.refund_tables import DisputeEvent, RefundEvent
from pushcore.stories.requesting import Offer, Wanted, amount_of, gift_of, selection_of
from pushcore.stories.steps import (
    AcceptAgain,
    ApprovePayout,
    CancelPledge,
    CancelSubscription,
    ChangePledge,
    ChangeSubscription,
    CheckPayee,
    ConfirmPledge,
    ConsentToMilestone,
    DeclineFromNow,
    EditTerms,
    ExchangeMoney,
    ExtendCampaign,
    FollowCampaign,
    GiveUpContribution,
    JoinWaitingList,
    LeaveWaitingList,
    MergePledges,
    MoveCampaign,
    PauseSubscription,
    PlacePledge,
    PublishCreation,
    ReceiveContribution,
    RefundPledge,
    ResumeSubscription,
    Step,
    TellDispute,
    TransferPledge,
    UnfollowCampaign,
)
from pushcore.stories.story import CAMPAIGN_ID
from pushcore.stories.subscription_tables import (
    AmendEvent,
    EndEvent,
    PauseEvent,
    PublishEvent,
    ResumeEvent,
)
from pushcore.stories.times import deadline_of, instant_of

__all__ = ["step_of"]

T = TypeVar("T")

_WANTED: Final = [field.name for field in attrs.fields(Wanted)]

_PLAIN: Final[dict[type, tuple[type, tuple[str, ...]]]] = {
    ConfirmEvent: (ConfirmPledge, ("confirm",)),
    GiveUpEvent: (GiveUpContribution, ("give_up",)),
    TransferEvent: (TransferPledge, ("transfer", "to")),
    MergeEvent: (MergePledges, ("into", "merge")),
    CancelEvent: (CancelPledge, ("cancel",)),
    DeclineEvent: (DeclineFromNow, ("decline", "of")),
    AcceptEvent: (AcceptAgain, ("accept", "of")),
    JoinEvent: (JoinWaitingList, ("join", "backer", "quantity", "token")),
    LeaveEvent: (LeaveWaitingList, ("leave", "backer")),
    FollowEvent: (FollowCampaign, ("follow",)),
    UnfollowEvent: (UnfollowCampaign, ("unfollow",)),
    CampaignEvent: (MoveCampaign, ("campaign",)),
    PauseEvent: (PauseSubscription, ("pause",)),
    ResumeEvent: (ResumeSubscription, ("resume",)),
    EndEvent: (CancelSubscription, ("end",)),
    PublishEvent: (PublishCreation, ()),
    ApproveEvent: (ApprovePayout, ("approve", "by")),
    PayeeEvent: (CheckPayee, ("payee", "verified", "signed", "bank_changed")),
    DisputeEvent: (TellDispute, ("dispute", "state")),
}
"""The events that are steps as they stand, and which of their keys are the parts of these."""


def step_of(event: EventTable, origin: Origin, zone: Zone, offer: Offer, findings: Findings) -> Step:
    """The step of an event; `BROKEN` where something about it is, which is noted."""
    at = findings.attempt(origin.path("at"), instant_of, event.at, zone)
    if isinstance(event, JoinEvent | LeaveEvent):
        _note_unknown_tier(
            event.join if isinstance(event, JoinEvent) else event.leave, offer, origin, findings
        )
    make = _MADE.get(type(event))
    if make is not None:
        return make(event, at, _Place(origin, zone, offer, findings))
    kind, keys = _PLAIN[type(event)]
    parts = (getattr(event, key) for key in keys)
    step: Step = findings.attempt(origin.path(), kind, at, *parts, origin=origin)
    return step


@attrs.frozen
class _Place:
    """Where an event stands, what it can speak of, and where its problems are noted."""

    origin: Origin
    zone: Zone
    offer: Offer
    findings: Findings

    def attempt(self, key: str, make: Callable[..., T], *args: Any, **options: Any) -> T:  # noqa: ANN401
        """What ``make`` gives, or `BROKEN`; a problem is that of this key of the event."""
        return self.findings.attempt(self.origin.path(key), make, *args, **options)


def _placing(event: PledgeEvent, at: datetime, place: _Place) -> PlacePledge:
    methods = place.offer.methods
    if BROKEN not in (event.method, methods) and event.method not in (None, *methods):
        message = f"there is no payment method {shown(event.method)}"
        place.findings.note(place.origin.path("method"), message, "unknown")
    return place.attempt(
        "",
        PlacePledge,
        at,
        _request(event, place.offer, place.origin, place.findings),
        slow=event.slow,
        method=event.method,
        offline=event.offline,
        origin=place.origin,
    )


def _changing(event: ChangeEvent, at: datetime, place: _Place) -> ChangePledge:
    origin, findings = place.origin, place.findings
    selection = selection_of(_wanted(event), place.offer, origin, findings)
    expects = _expected(event, place.offer, origin, findings)
    pledge_id = PledgeId(event.change)
    return place.attempt("", ChangePledge, at, pledge_id, selection, expects=expects, origin=origin)


def _receiving(event: ReceiveEvent, at: datetime, place: _Place) -> ReceiveContribution:
    amount = place.attempt("amount", gift_of, event.amount, place.offer.currency)
    pledge_id = PledgeId(event.receive)
    return place.attempt("", ReceiveContribution, at, pledge_id, amount, origin=place.origin)


def _amending(event: AmendEvent, at: datetime, place: _Place) -> ChangeSubscription:
    amount = place.attempt("amount", gift_of, event.amount, place.offer.currency)
    subscription_id = SubscriptionId(event.amend)
    return place.attempt("", ChangeSubscription, at, subscription_id, amount, origin=place.origin)


def _editing(event: EditEvent, at: datetime, place: _Place) -> EditTerms:
    table, currency = event.edit, place.offer.currency
    if broken(table) or broken(table.prices):
        return cast("EditTerms", BROKEN)
    prices = {
        name: place.attempt(f"edit.prices.{name}", amount_of, text, currency)
        for name, text in table.prices.items()
    }
    return place.attempt(
        "edit",
        EditTerms,
        at,
        total_of(place.origin.path("edit.goal"), table.goal, currency, place.findings),
        limits=table.limits,
        prices=BROKEN if BROKEN in prices.values() else prices,
        origin=place.origin,
    )


def _extending(event: ExtendEvent, at: datetime, place: _Place) -> ExtendCampaign:
    closes = place.attempt("extend", closes_at, event.extend, place.zone)
    return place.attempt("", ExtendCampaign, at, closes, origin=place.origin)


def _consenting(event: ConsentEvent, at: datetime, place: _Place) -> ConsentToMilestone:
    consent = place.attempt("", Consent, event.by, event.given, event.asked)
    return place.attempt("", ConsentToMilestone, at, MilestoneId(event.consent), consent, origin=place.origin)


def _refunding(event: RefundEvent, at: datetime, place: _Place) -> RefundPledge:
    currency, lines = place.offer.currency, event.lines
    if event.amount is not None and lines:
        message = "a refund is of an amount or of lines: leave out one of them"
        place.findings.note(place.origin.path("lines"), message)
    wanted: Any = None
    if event.amount is not None:
        wanted = place.attempt("amount", gift_of, event.amount, currency)
    elif lines and not broken(lines):
        wanted = {
            name: place.attempt(f"lines.{name}", gift_of, it, currency) if isinstance(it, str) else it
            for name, it in lines.items()
        }
        wanted = BROKEN if BROKEN in wanted.values() else wanted
    return place.attempt(
        "",
        RefundPledge,
        at,
        PledgeId(event.refund),
        wanted,
        to=event.to,
        situation=event.situation,
        origin=place.origin,
    )


def _exchanging(event: ExchangeEvent, at: datetime, place: _Place) -> ExchangeMoney:
    of = place.offer.currency if event.of is None else event.of
    given = place.attempt("exchange", gift_of, event.exchange, of)
    received = place.attempt("becomes", gift_of, event.becomes, event.currency)
    return place.attempt("", ExchangeMoney, at, given, received, origin=place.origin)


def _fulfilling(event: FulfilEvent, at: datetime, place: _Place) -> FulfilReward:
    locks = None if event.locks is None else place.attempt("locks", deadline_of, event.locks, place.zone)
    return place.attempt(
        "",
        FulfilReward,
        at,
        PledgeId(event.fulfil),
        event.step,
        answers=event.answers,
        destination=event.destination,
        shipment=event.shipment,
        reason=event.reason,
        locks=locks,
        origin=place.origin,
    )


_MADE: Final[dict[type, Callable[[Any, datetime, _Place], Step]]] = {
    PledgeEvent: _placing,
    ChangeEvent: _changing,
    ReceiveEvent: _receiving,
    FulfilEvent: _fulfilling,
    EditEvent: _editing,
    ExtendEvent: _extending,
    ConsentEvent: _consenting,
    RefundEvent: _refunding,
    AmendEvent: _amending,
    ExchangeEvent: _exchanging,
}
"""The events of which something has to be made."""


def _note_unknown_tier(tier_id: str, offer: Offer, origin: Origin, findings: Findings) -> None:
    """Note that there is no such tier or add-on to wait for."""
    known = (offer.tier_ids, offer.add_on_ids)
    if BROKEN not in (tier_id, *known) and not any(tier_id in names for names in known):
        findings.note(origin.path(), f"there is no tier {shown(tier_id)}", "unknown-tier")


def _wanted(event: PledgeEvent | ChangeEvent) -> Wanted:
    return Wanted(**{name: getattr(event, name) for name in _WANTED})


def _request(event: PledgeEvent, offer: Offer, origin: Origin, findings: Findings) -> PledgeRequest:
    backer = event.pledge if event.backer is None else event.backer
    return findings.attempt(
        origin.path(),
        PledgeRequest,
        PledgeId(event.pledge),
        CAMPAIGN_ID,
        BackerId(backer),
        selection_of(_wanted(event), offer, origin, findings),
        actor=ActorId(backer),
        expects=_expected(event, offer, origin, findings),
        recipient_id=None if event.recipient is None else BackerId(event.recipient),
        parts=event.parts,
        anonymous=event.anonymous,
        hides_amount=event.hides_amount,
    )


def _expected(
    event: PledgeEvent | ChangeEvent, offer: Offer, origin: Origin, findings: Findings
) -> Money | None:
    if event.expects is None:
        return None
    return findings.attempt(origin.path("expects"), amount_of, event.expects, offer.currency)
