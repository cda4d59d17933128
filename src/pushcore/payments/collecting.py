"""The decisions about charging a pledge: attempting, taking the answer, reminding, dropping.

An attempt is written down, with its money pending in the ledger, before the provider is asked. If the
answer is lost, asking again under the same key brings it back; the pledge cannot be dropped or charged
again while it is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

import attrs

from pushcore._checks import expect
from pushcore._evolving import maker
from pushcore.calendar import utc
from pushcore.campaigns import DefaultOutcome, DunningAction
from pushcore.changes import Changes
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.gateway import Accepted, Answer, Capture, Charge, Declined
from pushcore.ledger import TransactionPhase, recipes
from pushcore.payments import parting, refunding, restoring
from pushcore.payments._booking import charge_booked
from pushcore.payments._presenting import charged
from pushcore.payments.events import (
    ChargeAttempted,
    ChargeFailed,
    ChargeReminded,
    PledgeCollected,
    PledgeDefaulted,
    PledgeDropped,
)
from pushcore.payments.keys import charge_key
from pushcore.pledges.facts import require_own_campaign, require_state
from pushcore.pledges.matched import losses
from pushcore.pledges.moving import booking_moves, collection_move, progress_move, stock_moves
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.pledging import is_authorized, void_order

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.gateway import Take
    from pushcore.ids import ActorId, OrderKey
    from pushcore.ledger import Transaction
    from pushcore.payouts import Wallet

__all__ = ["attempt", "charge_order", "due_action", "receive", "remind"]

_CHARGEABLE: Final = frozenset({PledgeState.PLEDGED, PledgeState.PAYING, PledgeState.ERRORED})


def attempt(
    pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId, *, part: int | None = None
) -> tuple[Pledge, Changes]:
    """Order a charge: of a pledge that was never charged, or again of one whose charge failed.

    Where the campaign is not funded yet, it rests on the campaign going on: none is charged once it is over.

    Args:
        pledge: The pledge.
        campaign: The campaign it is for.
        at: When.
        actor: Who.
        part: The number of the part, where one is paid that is not due yet.

    Raises:
        Refused: ``not-funded``: the campaign did not succeed, or not yet, so nothing is charged;
            ``already-charged``; ``pledge-closed``; ``not-due``: the next part is not due, or it is not the
            one that is paid ahead; ``parts-not-offered``: the pledge is not paid in parts.
        InvalidValue: there is no such part.
    """
    require_own_campaign(pledge, campaign)
    at = utc(at)
    refusals = []
    if not campaign.charges:
        refusals.append(Refusal("not-funded", f"campaign {campaign.id} is {campaign.state.value}"))
    if pledge.state in {PledgeState.CHARGING, PledgeState.COLLECTED}:
        refusals.append(Refusal("already-charged", f"pledge {pledge.id} is {pledge.state.value}"))
    elif pledge.state not in _CHARGEABLE:
        refusals.append(Refusal("pledge-closed", f"pledge {pledge.id} is {pledge.state.value}"))
    elif (reason := _not_now(pledge, campaign, at, part)) is not None:
        refusals.append(reason)
    if refusals:
        raise Refused(refusals)
    pledge = parting.agreed(pledge, campaign)
    step = due_action(pledge, campaign, at) is DunningAction.ATTEMPT
    charging = pledge.moved(
        PledgeState.CHARGING,
        attempts=pledge.attempts + 1,
        steps=pledge.steps + step,
        stepped_at=None if step else pledge.stepped_at,
        due_at=None,
    )
    order = charge_order(charging, campaign)
    return charging, _attempting(
        put=(charging,),
        expect=(campaign,),  # which may be opened again, and charge nobody any more
        transactions=(_booked(order.key, pledge, at, TransactionPhase.PENDING),),
        events=(
            *parting.agreement(pledge, at, actor),
            ChargeAttempted(at, actor, pledge.id, charging.attempts),
        ),
        orders=(order,),
    )


_attempting: Final = maker(Changes, "put", "expect", "transactions", "events", "orders")


def _not_now(pledge: Pledge, campaign: Campaign, at: datetime, part: int | None) -> Refusal | None:
    """Why a pledge that is paid in parts is not charged now."""
    endless = campaign.terms.window.closes.endless
    if (part is None or endless) and parting.waits(pledge, campaign, at):
        return Refusal("not-due", f"the next part of pledge {pledge.id} is not due at {at}")
    return None if part is None else parting.out_of_turn(parting.agreed(pledge, campaign), part)


def charge_order(pledge: Pledge, campaign: Campaign) -> Take:
    """The order of the present attempt: to charge, or to capture what was authorized.

    Asked again, it has the same key.

    Raises:
        InvalidValue: the pledge has no payment method, or comes to nothing.
    """
    require_own_campaign(pledge, campaign)
    if pledge.method is None:
        message = f"pledge {pledge.id} has no payment method: it is charged after it was confirmed"
        raise InvalidValue(message, pledge=pledge.id)
    part = None if pledge.instalments is None else parting.next_part(pledge)
    amount = pledge.amount if part is None else part.amount
    if amount.minor <= 0:
        message = f"pledge {pledge.id} comes to {amount}: there is nothing to charge"
        raise InvalidValue(message, pledge=pledge.id)
    if is_authorized(pledge, campaign):
        presented = charged(pledge, None)
        return Capture(charge_key(pledge), pledge.id, pledge.campaign_id, amount, pledge.method, presented)
    return _charge(
        key=charge_key(pledge),
        pledge_id=pledge.id,
        campaign_id=pledge.campaign_id,
        amount=amount,
        method=pledge.method,
        presented=charged(pledge, part),
    )


_charge: Final = maker(Charge)


def _booked(key: OrderKey, pledge: Pledge, at: datetime, phase: TransactionPhase) -> Transaction:
    """The charge of a pledge, or of its next part, as the ledger has it."""
    if pledge.instalments is not None:
        return parting.booked_part(key, pledge, at, phase)
    on_top = parting.on_top_of(pledge)
    return recipes.charge(key, pledge.campaign_id, pledge.amount, at, on_top=on_top, phase=phase)


def receive(  # noqa: PLR0913  what an answer is about
    pledge: Pledge,
    campaign: Campaign,
    answer: Answer,
    at: datetime,
    actor: ActorId,
    *,
    matches: tuple[Pledge, ...] = (),
    wallet: Wallet | None = None,
) -> tuple[Pledge, Changes]:
    """Take the provider's answer to a charge: collected, or failed; dropped when that was the last attempt.

    Args:
        pledge: A pledge under charge.
        campaign: The campaign it is for.
        answer: What the provider says.
        at: When.
        actor: Who.
        matches: What sponsors added to the pledge, of all that stands: it goes back if the pledge falls.
        wallet: The backer's, if that is where what was paid of a pledge in parts goes when it defaults.

    Raises:
        Refused: ``pledge-closed``: no charge is under way.
        InvalidValue: the answer is none, or ``at`` is no instant.
    """
    require_own_campaign(pledge, campaign)
    require_state(pledge, PledgeState.CHARGING)
    expect(answer, Accepted, Declined, what="the answer to a charge")
    at, key = utc(at), charge_key(pledge)
    match answer:
        case Accepted() if pledge.instalments is not None:
            told, booked = charge_booked(pledge, parting.next_part(pledge), key, answer, at)
            with_told = attrs.evolve(pledge, **told)
            after, changes = parting.collected(with_told, at, actor)
            changes += Changes(deltas=booking_moves(pledge, with_told, campaign))
            posted = _booked(key, pledge, at, TransactionPhase.POSTED)
            return after, Changes(transactions=(posted, *booked), done=(key,)) + changes
        case Accepted(reference):
            told, booked = charge_booked(pledge, None, key, answer, at)
            collected = pledge.moved(PledgeState.COLLECTED, **told)
            return collected, _collecting(
                put=(collected,),
                deltas=(
                    collection_move(pledge, pledge.contribution, 1),
                    *booking_moves(pledge, collected, campaign),
                ),
                transactions=(_booked(key, pledge, at, TransactionPhase.POSTED), *booked),
                events=(PledgeCollected(at, actor, pledge.id, pledge.amount, reference),),
                done=(key,),
            )
        case Declined(reason, code):
            voided = _booked(key, pledge, at, TransactionPhase.VOIDED)
            failed = ChargeFailed(at, actor, pledge.id, reason.value, code)
            after, changes = _failed(pledge, campaign, at, actor, wallet)
            changes = Changes(transactions=(voided,), events=(failed,), done=(key,)) + changes
            return after, changes + losses(pledge, after, campaign, matches, at=at, actor=actor)
        case _:
            assert_never(answer)


_collecting: Final = maker(Changes, "put", "deltas", "transactions", "events", "done")


def _failed(
    pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId, wallet: Wallet | None
) -> tuple[Pledge, Changes]:
    """It is tried again later, or the pledge falls."""
    if pledge.instalments is not None:
        return _part_failed(pledge, campaign, at, actor, wallet)
    if pledge.late or pledge.steps >= len(campaign.terms.dunning.steps):
        return _dropped(pledge, campaign, at, actor)
    failed_at, stepped_at = pledge.failed_at or at, parting.stepped_at(pledge, at)
    errored = pledge.moved(
        PledgeState.ERRORED,
        failed_at=failed_at,
        stepped_at=stepped_at,
        due_at=campaign.terms.dunning.due_at(pledge.steps, failed_at, stepped_at=stepped_at),
    )
    return errored, Changes(put=(errored,))


def _part_failed(
    pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId, wallet: Wallet | None
) -> tuple[Pledge, Changes]:
    """The part is tried again later, or what is owed is given up, and what was paid is kept or given back.

    Where nothing was paid the pledge drops, as any other whose charge has failed for good.
    """
    errored = parting.retried(pledge, campaign, at)
    if errored is not None:
        return errored, Changes(put=(errored,))
    pledge = parting.defaulted(pledge, at)
    assert pledge.instalments is not None
    if not pledge.instalments.paid:
        return _dropped(pledge, campaign, at, actor)
    match pledge.instalments.on_failure.default:
        case DefaultOutcome.KEPT:
            return parting.kept(pledge, campaign, at, actor)
        case DefaultOutcome.REFUNDED:
            if any(it.open for it in pledge.disputes):  # the answer is written, whatever goes on
                after, changes = restoring.owe(pledge, campaign, at, actor, "defaulted")
            else:
                after, changes = refunding.ordered(pledge, campaign, at, actor, "defaulted", wallet=wallet)
            defaulted = PledgeDefaulted(at, actor, pledge.id, pledge.amount * 0)
            return after, Changes(events=(defaulted,)) + changes
        case _:
            assert_never(pledge.instalments.on_failure.default)


def _dropped(pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    dropped = pledge.moved(PledgeState.DROPPED, failed_at=pledge.failed_at or at)
    return dropped, Changes(
        put=(dropped,),
        deltas=(*stock_moves(pledge, campaign, claimed=-1), progress_move(pledge, campaign, -1)),
        events=(PledgeDropped(at, actor, pledge.id),),
        orders=(void_order(pledge),),
    )


def remind(pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Take a step of the dunning plan that is only a reminder. The next one is put off if this one is late.

    Raises:
        Refused: ``pledge-closed``: no charge of the pledge has failed; ``not-due``: no reminder is due now.
    """
    require_own_campaign(pledge, campaign)
    require_state(pledge, PledgeState.ERRORED)
    if due_action(pledge, campaign, at) is not DunningAction.REMIND:
        raise Refused([Refusal("not-due", f"no reminder of pledge {pledge.id} is due at {at}")])
    at, steps = utc(at), pledge.steps + 1
    due_at = parting.dunning(pledge, campaign).due_at(steps, pledge.failed_at or at, stepped_at=at)
    reminded = pledge.moved(
        PledgeState.ERRORED, steps=steps, stepped_at=at, due_at=parting.within_window(pledge, due_at)
    )
    return reminded, Changes(put=(reminded,), events=(ChargeReminded(at, actor, pledge.id),))


def due_action(pledge: Pledge, campaign: Campaign, at: datetime) -> DunningAction | None:
    """What the next step of the dunning plan asks for, once its time has come.

    Once the window of a part is over there is one last attempt, whatever was to come before it.
    """
    require_own_campaign(pledge, campaign)
    at = utc(at)
    if pledge.state is not PledgeState.ERRORED:
        return None
    steps = parting.dunning(pledge, campaign).steps[pledge.steps :]
    if not steps or pledge.due_at is None or pledge.due_at > at:
        return None
    return DunningAction.ATTEMPT if parting.missed(pledge, at) else steps[0].action
