"""The payments by which a host settles what it owes the platform: ordered of the provider, or noted.

A payment that was ordered is tried until it arrives, each time with all that is owed by then. While it is
under way the ledger keeps its amount apart, so that two payments never settle the same debt.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

import attrs

from pushcore._checks import above_zero, counted, expect, kind, none_such
from pushcore.calendar import utc
from pushcore.changes import Changes, Event
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.gateway import Accepted, Answer, Declined, Transfer
from pushcore.ids import HostId, OrderKey, PayeeId, PayoutId, TransactionId, identifier, joined
from pushcore.ids import optional_identifier as optional
from pushcore.ledger import TransactionPhase, recipes
from pushcore.money import Money
from pushcore.payouts.fee_share import FeeShare, due
from pushcore.payouts.return_events import SharePaid, SharePaymentFailed, SharePaymentOrdered

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.ids import ActorId

__all__ = ["SharePayment", "SharePaymentState", "note", "pay", "payment_order", "receive"]


class SharePaymentState(StrEnum):
    """How far a payment has come; one that failed may be tried again."""

    ORDERED = "ordered"
    PAID = "paid"
    FAILED = "failed"

    _missing_ = classmethod(none_such)


@attrs.frozen
class SharePayment:
    """One payment of what a host owes the platform.

    Attributes:
        key: What the host calls it, such as the month it is for.
        amount: All that was owed when it was tried last; or what was noted.
        payee_id: Who is paid through the provider; None where the host has paid by itself.
        attempts: How often the provider was asked; never of one that is noted.
        version: Counts its writes.

    Raises:
        InvalidValue: it is neither noted as paid nor tried, or both.
    """

    host_id: HostId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    payee_id: PayeeId | None = attrs.field(validator=optional)
    state: SharePaymentState = attrs.field(validator=kind(SharePaymentState))
    attempts: int = attrs.field(default=0, validator=counted(0))
    version: int = attrs.field(default=1, validator=counted(1))

    def __attrs_post_init__(self) -> None:
        noted = self.state is SharePaymentState.PAID and not self.attempts
        if noted is not (self.payee_id is None) or not (noted or self.attempts):
            message = f"payment {self.key} of host {self.host_id} is noted as paid, or was tried: not both"
            raise InvalidValue(message, payment=self.key)

    @property
    def id(self) -> str:
        """That of the host, the currency and the key."""
        return joined(self.host_id, self.amount.currency.code, self.key)


def pay(  # noqa: PLR0913  who pays what, when
    share: FeeShare,
    key: str,
    owed: Money,
    at: datetime,
    actor: ActorId,
    *,
    failed: SharePayment | None = None,
) -> tuple[SharePayment, Changes]:
    """Settle what a host owes, if that is enough: its payment is ordered, and under way from here on.

    Args:
        share: Who pays whom, from which sum on.
        key: Names the payment.
        owed: The debt, as the ledger has it (`pushcore.ledger.chart.host_owed_account`).
        at: When.
        actor: Who.
        failed: The payment of this key, if it was tried before and failed.

    Raises:
        Refused: ``not-due``: the debt waits until it is worth a payment; ``not-payable``: the payment has not
            failed, or was never tried.
        InvalidValue: a part of the wrong kind.
        CurrencyMismatch: the debt is of another currency than the threshold.
    """
    amount = due(share, owed)
    if not amount:
        message = f"host {share.host_id} owes {owed}, which waits until it passes {share.threshold}"
        raise Refused([Refusal("not-due", message, {"owed": owed, "threshold": share.threshold})])
    attempts = version = 1
    if failed is not None:
        _require(failed, SharePaymentState.FAILED)
        attempts, version = failed.attempts + 1, failed.version + 1
    ordered = SharePaymentState.ORDERED
    payment = SharePayment(share.host_id, key, amount, share.payee_id, ordered, attempts, version)
    order = payment_order(payment)
    entry = recipes.pay_share(order.key, share.host_id, amount, at)
    event = SharePaymentOrdered(utc(at), actor, share.host_id, payment.key, amount)
    return payment, Changes(put=(payment,), transactions=(entry,), events=(event,), orders=(order,))


def payment_order(payment: SharePayment) -> Transfer:
    """The order of the present attempt; asked again, it has the same key.

    Raises:
        Refused: ``not-payable``: it is noted, and not for the provider.
    """
    expect(payment, SharePayment, what="the payment of a share")
    if payment.payee_id is None:
        raise Refused([_not_payable(payment)])
    key = OrderKey(f"{payment.id}/share/{payment.attempts}")
    return Transfer(key, PayoutId(payment.id), payment.payee_id, payment.amount)


def receive(
    payment: SharePayment, answer: Answer, at: datetime, actor: ActorId
) -> tuple[SharePayment, Changes]:
    """Take the provider's answer to a payment: it arrived, or all of it is owed again.

    Raises:
        Refused: ``not-payable``: it is not under way.
        InvalidValue: the answer is none.
    """
    expect(answer, Accepted, Declined, what="the answer to a payment")
    _require(payment, SharePaymentState.ORDERED)
    host, order = payment.host_id, payment_order(payment)
    event: Event
    fee: Money | None = None
    match answer:
        case Accepted(fee=fee):
            state, phase = SharePaymentState.PAID, TransactionPhase.POSTED
            event = SharePaid(utc(at), actor, host, payment.key, payment.amount)
        case Declined():
            state, phase = SharePaymentState.FAILED, TransactionPhase.VOIDED
            event = SharePaymentFailed(utc(at), actor, host, payment.key, answer.code)
        case _:
            assert_never(answer)
    after = attrs.evolve(payment, state=state, version=payment.version + 1)
    entry = recipes.pay_share(order.key, host, payment.amount, at, phase=phase)
    entries = (entry, *recipes.provider_cost(order.key, None, fee, at))
    return after, Changes(put=(after,), transactions=entries, events=(event,), done=(order.key,))


def note(  # noqa: PLR0913, PLR0917  who has paid what, when
    host_id: HostId, key: str, amount: Money, owed: Money, at: datetime, actor: ActorId
) -> tuple[SharePayment, Changes]:
    """Write down that a host has paid by itself, such as from its bank: whatever came, from any sum on.

    Raises:
        Refused: ``above-debt``: it owes less.
        InvalidValue: the amount is not above zero, or a part is of the wrong kind.
        CurrencyMismatch: what is owed is of another currency.
    """
    expect(owed, Money, what="what a host owes")
    payment = SharePayment(host_id, key, amount, None, SharePaymentState.PAID)
    if amount > owed:
        message = f"host {host_id} owes {owed}, which is less than {amount}"
        raise Refused([Refusal("above-debt", message, {"owed": owed, "amount": amount})])
    entry = recipes.note_share(TransactionId(f"{payment.id}/share"), host_id, amount, at)
    event = SharePaid(utc(at), actor, host_id, key, amount)
    return payment, Changes(put=(payment,), transactions=(entry,), events=(event,))


def _require(payment: SharePayment, state: SharePaymentState) -> None:
    expect(payment, SharePayment, what="the payment of a share")
    if payment.state is not state:
        raise Refused([_not_payable(payment)])


def _not_payable(payment: SharePayment) -> Refusal:
    return Refusal("not-payable", f"payment {payment.key} of host {payment.host_id} is {payment.state.value}")
