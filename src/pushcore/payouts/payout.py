"""A payout: one amount to one payee of one campaign, sent until it arrives, and paid once."""

from __future__ import annotations

from enum import StrEnum
from types import NoneType
from typing import TYPE_CHECKING, Final, assert_never

import attrs

from pushcore._checks import above_zero, counted, expect, kind, none_such
from pushcore.changes import Changes, Event
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.gateway import Accepted, Answer, Declined, Transfer
from pushcore.ids import ActorId, CampaignId, OrderKey, PayeeId, PayoutId, identifier, joined, reference
from pushcore.ledger import TransactionPhase, recipes
from pushcore.money import Money
from pushcore.payouts.events import PayoutFailed, PayoutPaid, PayoutPrepared, PayoutSent

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Payout", "PayoutState", "prepare", "receive", "send", "transfer_order"]


class PayoutState(StrEnum):
    """How far a payout has come."""

    PREPARED = "prepared"
    SENT = "sent"
    PAID = "paid"
    FAILED = "failed"

    _missing_ = classmethod(none_such)


@attrs.frozen
class Payout:
    """What one payee of a campaign is to be sent.

    Attributes:
        attempts: How often a transfer was ordered; each has a key of its own.

    Raises:
        InvalidValue: the amount is not above zero, or the state does not go with the attempts.
    """

    id: PayoutId = attrs.field(validator=reference)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    payee_id: PayeeId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    state: PayoutState = attrs.field(default=PayoutState.PREPARED, validator=kind(PayoutState))
    attempts: int = attrs.field(default=0, validator=counted(0))
    version: int = attrs.field(default=1, validator=counted(1))

    def __attrs_post_init__(self) -> None:
        if (self.state is PayoutState.PREPARED) is not (self.attempts == 0):
            message = (
                f"payout {self.id} is {self.state.value} after {self.attempts} attempts, which cannot be"
            )
            raise InvalidValue(message, payout=self.id)


_SENDABLE: Final = frozenset({PayoutState.PREPARED, PayoutState.FAILED})
_SENT: Final = frozenset({PayoutState.SENT})


def prepare(
    campaign_id: CampaignId, payee_id: PayeeId, amount: Money, at: datetime, actor: ActorId
) -> tuple[Payout, Changes]:
    """The payout of a payee's part; its id follows from campaign and payee, so there is one."""
    payout = Payout(PayoutId(joined(campaign_id, payee_id)), campaign_id, payee_id, amount)
    event = PayoutPrepared(at, actor, payout.id, campaign_id, payee_id, amount)
    return payout, Changes(put=(payout,), events=(event,))


def send(
    payout: Payout, at: datetime, actor: ActorId, *, undeposited: Money | None = None
) -> tuple[Payout, Changes]:
    """Order the transfer of a payout that waits, or that failed before.

    Args:
        payout: What is owed to a payee.
        at: When.
        actor: Who.
        undeposited: What was collected for its campaign and is not with the provider, if anything: it would
            be paid out of what other campaigns have there.

    Raises:
        Refused: ``not-payable``: it is under way or paid; or ``not-deposited``.
    """
    expect(undeposited, Money, NoneType, what="what is not with the provider")
    _require(payout, _SENDABLE)
    if undeposited:
        message = f"{undeposited} of campaign {payout.campaign_id} is not with the provider: deposit it"
        raise Refused([Refusal("not-deposited", message, {"undeposited": undeposited})])
    sent = _moved(payout, PayoutState.SENT, tried=1)
    order = transfer_order(sent)
    return sent, Changes(
        put=(sent,),
        transactions=(recipes.payout(order.key, sent.campaign_id, sent.payee_id, sent.amount, at),),
        events=(PayoutSent(at, actor, sent.id, sent.attempts),),
        orders=(order,),
    )


def transfer_order(payout: Payout) -> Transfer:
    """The order of the present attempt; asked again, it has the same key."""
    expect(payout, Payout, what="a payout")
    key = OrderKey(f"{payout.id}/transfer/{payout.attempts}")
    return Transfer(key, payout.id, payout.payee_id, payout.amount)


def receive(payout: Payout, answer: Answer, at: datetime, actor: ActorId) -> tuple[Payout, Changes]:
    """Take the provider's answer to the transfer.

    Raises:
        Refused: ``not-payable``: no transfer is under way.
        InvalidValue: the answer is none.
    """
    expect(answer, Accepted, Declined, what="the answer to a transfer")
    _require(payout, _SENT)
    event: Event
    match answer:
        case Accepted():
            state, phase = PayoutState.PAID, TransactionPhase.POSTED
            event = PayoutPaid(at, actor, payout.id, answer.reference)
        case Declined():
            state, phase = PayoutState.FAILED, TransactionPhase.VOIDED
            event = PayoutFailed(at, actor, payout.id, answer.code)
        case _:
            assert_never(answer)
    answered = _moved(payout, state)
    key = transfer_order(payout).key
    entry = recipes.payout(key, payout.campaign_id, payout.payee_id, payout.amount, at, phase=phase)
    return answered, Changes(put=(answered,), transactions=(entry,), events=(event,), done=(key,))


def _require(payout: Payout, states: frozenset[PayoutState]) -> None:
    expect(payout, Payout, what="a payout")
    if payout.state not in states:
        raise Refused([Refusal("not-payable", f"payout {payout.id} is {payout.state.value}")])


def _moved(payout: Payout, state: PayoutState, *, tried: int = 0) -> Payout:
    attempts = payout.attempts + tried
    return attrs.evolve(payout, state=state, attempts=attempts, version=payout.version + 1)
