"""Happening: an event of a document becomes the step it means."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import attrs

from pushcore._checks import shown
from pushcore.calendar import Deadline, Zone
from pushcore.ids import ActorId, BackerId, PledgeId, SubscriptionId
from pushcore.money import Money
from pushcore.pledges import PledgeRequest
from pushcore.stories.event_tables import (
    AcceptEvent,
    CampaignEvent,
    CancelEvent,
    ChangeEvent,
    ConfirmEvent,
    DeclineEvent,
    EventTable,
    FulfilEvent,
    JoinEvent,
    LeaveEvent,
    MergeEvent,
    PledgeEvent,
    TransferEvent,
)
from pushcore.stories.findings import BROKEN, Findings
from pushcore.stories.fulfilment_steps import FulfilReward
from pushcore.stories.origin import Origin
from pushcore.stories.requesting import Offer, Wanted, amount_of, gift_of, selection_of
from pushcore.stories.steps import (
    AcceptAgain,
    CancelPledge,
    CancelSubscription,
    ChangePledge,
    ChangeSubscription,
    ConfirmPledge,
    DeclineFromNow,
    JoinWaitingList,
    LeaveWaitingList,
    MergePledges,
    MoveCampaign,
    PauseSubscription,
    PlacePledge,
    PublishCreation,
    ResumeSubscription,
    Step,
    TransferPledge,
)
from pushcore.stories.story import CAMPAIGN_ID
from pushcore.stories.subscription_tables import (
    AmendEvent,
    EndEvent,
    PauseEvent,
    PublishEvent,
    ResumeEvent,
)
from pushcore.stories.times import instant_of

__all__ = ["step_of"]

_WANTED: Final = [field.name for field in attrs.fields(Wanted)]

_PLAIN: Final[dict[type, tuple[type, tuple[str, ...]]]] = {
    ConfirmEvent: (ConfirmPledge, ("confirm",)),
    TransferEvent: (TransferPledge, ("transfer", "to")),
    MergeEvent: (MergePledges, ("into", "merge")),
    CancelEvent: (CancelPledge, ("cancel",)),
    DeclineEvent: (DeclineFromNow, ("decline", "of")),
    AcceptEvent: (AcceptAgain, ("accept", "of")),
    JoinEvent: (JoinWaitingList, ("join", "backer", "quantity", "token")),
    LeaveEvent: (LeaveWaitingList, ("leave", "backer")),
    CampaignEvent: (MoveCampaign, ("campaign",)),
    PauseEvent: (PauseSubscription, ("pause",)),
    ResumeEvent: (ResumeSubscription, ("resume",)),
    EndEvent: (CancelSubscription, ("end",)),
    PublishEvent: (PublishCreation, ()),
}
"""The events that are steps as they stand, and which of their keys are the parts of these."""


def step_of(event: EventTable, origin: Origin, zone: Zone, offer: Offer, findings: Findings) -> Step:
    """The step of an event; `BROKEN` where something about it is, which is noted."""
    at, path = findings.attempt(origin.path("at"), instant_of, event.at, zone), origin.path()
    if isinstance(event, PledgeEvent):
        request = _request(event, offer, origin, findings)
        if BROKEN not in (event.method, offer.methods) and event.method not in (None, *offer.methods):
            findings.note(
                origin.path("method"), f"there is no payment method {shown(event.method)}", "unknown"
            )
        return findings.attempt(
            path, PlacePledge, at, request, slow=event.slow, method=event.method, origin=origin
        )
    if isinstance(event, ChangeEvent):
        selection = selection_of(_wanted(event), offer, origin, findings)
        expects = _expected(event, offer, origin, findings)
        pledge_id = PledgeId(event.change)
        return findings.attempt(path, ChangePledge, at, pledge_id, selection, expects=expects, origin=origin)
    if isinstance(event, JoinEvent | LeaveEvent):
        _note_unknown_tier(
            event.join if isinstance(event, JoinEvent) else event.leave, offer, origin, findings
        )
    if isinstance(event, FulfilEvent):
        return _fulfilling(event, at, origin, zone, findings)
    if isinstance(event, AmendEvent):
        amount = findings.attempt(origin.path("amount"), gift_of, event.amount, offer.currency)
        subscription_id = SubscriptionId(event.amend)
        return findings.attempt(path, ChangeSubscription, at, subscription_id, amount, origin=origin)
    kind, keys = _PLAIN[type(event)]
    step: Step = findings.attempt(path, kind, at, *(getattr(event, key) for key in keys), origin=origin)
    return step


def _note_unknown_tier(tier_id: str, offer: Offer, origin: Origin, findings: Findings) -> None:
    """Note that there is no such tier or add-on to wait for."""
    known = (offer.tier_ids, offer.add_on_ids)
    if BROKEN not in (tier_id, *known) and not any(tier_id in names for names in known):
        findings.note(origin.path(), f"there is no tier {shown(tier_id)}", "unknown-tier")


def _fulfilling(
    event: FulfilEvent, at: datetime, origin: Origin, zone: Zone, findings: Findings
) -> FulfilReward:
    locks: Deadline | None = None
    if event.locks is not None:
        instant = findings.attempt(origin.path("locks"), instant_of, event.locks, zone)
        locks = findings.attempt(origin.path("locks"), Deadline, instant, zone, inclusive=False)
    return findings.attempt(
        origin.path(),
        FulfilReward,
        at,
        PledgeId(event.fulfil),
        event.step,
        answers=event.answers,
        destination=event.destination,
        shipment=event.shipment,
        reason=event.reason,
        locks=locks,
        origin=origin,
    )


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
        anonymous=event.anonymous,
        hides_amount=event.hides_amount,
    )


def _expected(
    event: PledgeEvent | ChangeEvent, offer: Offer, origin: Origin, findings: Findings
) -> Money | None:
    if event.expects is None:
        return None
    return findings.attempt(origin.path("expects"), amount_of, event.expects, offer.currency)
