"""A payout: one amount to one payee of one campaign, sent until it arrives, and paid once."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, assert_never

import attrs

from pushcore._checks import counted, kind
from pushcore.changes import Changes, Event
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.gateway import Accepted, Answer, Declined, Transfer
from pushcore.ids import ActorId, CampaignId, OrderKey, PayeeId, PayoutId, identifier
from pushcore.ledger import Phase, recipes
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


@attrs.frozen
class Payout:
    """What one payee of a campaign is to be sent.

    Attributes:
        attempts: How often a transfer was ordered; each has a key of its own.
    """

    id: PayoutId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    payee_id: PayeeId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))
    state: PayoutState = attrs.field(default=PayoutState.PREPARED, validator=kind(PayoutState))
    attempts: int = attrs.field(default=0, validator=counted(0))
    version: int = attrs.field(default=1, validator=counted(1))

    @amount.validator
    def _above_zero(self, _: object, amount: Money) -> None:
        if amount.minor <= 0:
            message = f"payout {self.id}: an amount above zero is paid out, got {amount}"
            raise InvalidValue(message, amount=amount)


_SENDABLE: Final = frozenset({PayoutState.PREPARED, PayoutState.FAILED})


def prepare(campaign_id: CampaignId, payee_id: PayeeId, amount: Money, at: datetime, actor: ActorId) -> tuple[Payout, Changes]:
    """The payout of a payee's part; its id follows from campaign and payee, so there is one."""
    payout = Payout(PayoutId(f"{campaign_id}/{payee_id}"), campaign_id, payee_id, amount)
    return payout, Changes(
        put=(payout,), events=(PayoutPrepared(at, actor, payout.id, campaign_id, payee_id, amount),)
    )


def send(payout: Payout, at: datetime, actor: ActorId) -> tuple[Payout, Changes]:
    """Order the transfer of a payout that waits, or that failed before.

    Raises:
        Refused: ``not-payable``: it is under way or paid.
    """
    if payout.state not in _SENDABLE:
        raise Refused([Refusal("not-payable", f"payout {payout.id} is {payout.state.value}")])
    sent = attrs.evolve(payout, state=PayoutState.SENT, attempts=payout.attempts + 1, version=payout.version + 1)
    order = transfer_order(sent)
    return sent, Changes(
        put=(sent,),
        transactions=(recipes.payout(order.key, sent.campaign_id, sent.payee_id, sent.amount, at),),
        events=(PayoutSent(at, actor, sent.id, sent.attempts),),
        orders=(order,),
    )


def transfer_order(payout: Payout) -> Transfer:
    """The order of the present attempt; asked again, it has the same key."""
    key = OrderKey(f"{payout.id}/transfer/{payout.attempts}")
    return Transfer(key, payout.id, payout.payee_id, payout.amount)


def receive(payout: Payout, answer: Answer, at: datetime, actor: ActorId) -> tuple[Payout, Changes]:
    """Take the provider's answer to the transfer.

    Raises:
        Refused: ``not-payable``: no transfer is under way.
    """
    if payout.state is not PayoutState.SENT:
        raise Refused([Refusal("not-payable", f"payout {payout.id} is {payout.state.value}")])
    key = transfer_order(payout).key
    match answer:
        case Accepted(reference):
            state, phase = PayoutState.PAID, Phase.POSTED
            event: Event = PayoutPaid(at, actor, payout.id, reference)
        case Declined(_, code):
            state, phase = PayoutState.FAILED, Phase.VOIDED
            event = PayoutFailed(at, actor, payout.id, code)
        case _:
            assert_never(answer)
    entry = recipes.payout(key, payout.campaign_id, payout.payee_id, payout.amount, at, phase=phase)
    answered = attrs.evolve(payout, state=state, version=payout.version + 1)
    return answered, Changes(put=(answered,), transactions=(entry,), events=(event,), done=(key,))
