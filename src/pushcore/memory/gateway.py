"""A payment gateway in memory, with its own books and with faults: before and after the money moved.

It keeps the promise that every gateway must keep: a key asked again gives the first answer and moves nothing.
"""

from __future__ import annotations

from collections import Counter, deque
from datetime import timedelta
from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar, assert_never

import attrs

from pushcore._checks import expect, none_such, shown, stream
from pushcore._evolving import maker
from pushcore.errors import (
    GatewayMisuse,
    GatewayUnavailable,
    InvalidValue,
    KeyReused,
    NotFound,
    OutcomeUnknown,
)
from pushcore.gateway import (
    Abilities,
    Accepted,
    Answer,
    Authorize,
    Capture,
    Charge,
    Decline,
    Declined,
    DisputeState,
    DisputeTold,
    Order,
    Prepare,
    Refund,
    RefundBounced,
    RefundMade,
    Take,
    Transfer,
    Void,
)
from pushcore.money import Currency, Money
from pushcore.payouts.dispute import CLOSED, FREED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from pushcore.ids import BackerId, OrderKey, PayeeId, PledgeId

__all__ = ["ABLE", "FakeGateway", "Fault"]

T = TypeVar("T", Charge, Capture, Refund)
_accepted: Final = maker(Accepted, "reference", "fee", "fee_back")

ABLE: Final = Abilities(
    saves_methods=True,
    authorization_lifetime=timedelta(days=3650),
    partial_capture=True,
    refunds=True,
    refund_window=None,
    longest_hold=None,
)
"""Everything that a provider can do, without limits."""


class Fault(StrEnum):
    """What goes wrong with a call: nothing; before anything happened; or after, so the answer is lost."""

    NONE = "none"
    BEFORE = "before"
    AFTER = "after"

    _missing_ = classmethod(none_such)


class FakeGateway:
    """A `pushcore.ports.PaymentGateway` that accepts everything, unless it was told to decline or to fail.

    Args:
        faults: What goes wrong with the first calls, one each.
        abilities: What it declares it can do: by default everything, and for ten years. Of what it authorized
            it captures less only where that is among them, and so with refunds.
        fee: What it keeps of a charge for itself; by default nothing, of which it says nothing either.

    Example:
        >>> from pushcore.memory import FakeGateway, Fault
        >>> gateway = FakeGateway(faults=[Fault.AFTER])
        >>> order = Prepare("p1/prepare", "p1", "ana")
        >>> try:
        ...     gateway.prepare(order)
        ... except OutcomeUnknown:
        ...     print("ask again:", gateway.prepare(order).reference)
        ask again: method-p1/prepare
    """

    def __init__(
        self,
        faults: Iterable[Fault] = (),
        *,
        abilities: Abilities = ABLE,
        fee: Callable[[Money], Money] | None = None,
    ) -> None:
        expect(abilities, Abilities, what="what a gateway can do")
        self._abilities = abilities
        self._fee = fee
        self._orders: dict[OrderKey, Order] = {}
        self._answers: dict[OrderKey, str | Declined] = {}  # of what was accepted, the reference
        self._rejected: dict[OrderKey, str] = {}  # of what was rejected, why
        self._methods: dict[str, OrderKey] = {}
        self._authorized: dict[str, Money] = {}
        self._taken_by: dict[OrderKey, Money] = {}  # what is left of each charge
        self._bounced: set[OrderKey] = set()
        self._made = 0
        self._disputes: dict[str, DisputeTold] = {}
        self._declines: dict[str, Declined] = {}
        self._taken: Counter[Currency] = Counter()
        self._faults: deque[Fault] = deque()
        self.fail_next(*stream(faults))
        self._lock = Lock()

    @property
    def abilities(self) -> Abilities:
        """What it can do."""
        return self._abilities

    def fail_next(self, *faults: Fault) -> None:
        """What goes wrong with the next calls, one each.

        Raises:
            InvalidValue: one is no fault.
        """
        self._faults.extend(tuple(map(Fault, faults)))

    def decline(
        self,
        who: PledgeId | BackerId | PayeeId,
        reason: Decline = Decline.RETRYABLE,
        code: str = "card-declined",
    ) -> None:
        """Decline from here on: a pledge's charges, a backer's payment method, or a payee's transfers."""
        expect(who, str, what="who is declined")
        self._declines[who] = Declined(reason, code)

    def accept(self, who: PledgeId | BackerId | PayeeId) -> None:
        """Accept again."""
        expect(who, str, what="who is accepted")
        self._declines.pop(who, None)

    def held(self, currency: Currency | str) -> Money:
        """What its own books say it holds: all it took or was brought, less its fees and all it paid out."""
        return Money.of_minor(self._taken[Currency.of(currency)], currency)

    def deposit(self, amount: Money) -> None:
        """Bring money to it that no charge took: cash, or what came by bank; below zero, fetch it there."""
        expect(amount, Money, what="what is deposited")
        self._taken[amount.currency] += amount.minor

    def exchange(self, given: Money, received: Money) -> None:
        """Turn money that it holds into another currency."""
        for amount, what in (given, "what is given"), (received, "what is received"):
            expect(amount, Money, what=what)
        self._taken[given.currency] -= given.minor
        self._taken[received.currency] += received.minor

    def bounce(self, key: OrderKey) -> RefundBounced:
        """A bank sends a refund back, once, that was carried out under this key; what is told of it.

        Raises:
            NotFound: none was.
            InvalidValue: the key is none.
        """
        expect(key, str, what="the key of a refund")
        order, said = self._orders.get(key), self._answers.get(key)
        if not isinstance(order, Refund) or not isinstance(said, str):
            message = f"no refund was carried out as {shown(key)}"
            raise NotFound(message, key=key)
        amount, fee = _moved(order), self._fee_back(order)
        if key not in self._bounced:
            self._bounced.add(key)
            self._taken[amount.currency] += amount.minor - (fee.minor if fee is not None else 0)
            self._taken_by[order.charged] += amount
        return RefundBounced(order.charged, amount, said, fee=fee)

    def give_back(self, charged: OrderKey, amount: Money) -> RefundMade:
        """Somebody refunds a part of a charge, or all of it, in its dashboard; what is told of it.

        Raises:
            NotFound: nothing was charged under this key.
            InvalidValue: it is not above zero, or more than is left of the charge.
            CurrencyMismatch: it was charged in another currency.
        """
        self._charge(charged)
        left = self._taken_by[charged]
        expect(amount, Money, what="what is given back")
        if not left * 0 < amount <= left:
            message = f"{left} is left of {charged}, of which {amount} cannot be given back"
            raise InvalidValue(message, charged=charged, amount=amount)
        self._return(charged, amount)
        self._made += 1
        return RefundMade(charged, amount, f"refund-made-{self._made}")

    def dispute(self, charged: OrderKey, amount: Money, *, at: datetime) -> DisputeTold:
        """A backer asks the bank for the money of a charge, which takes it, with the declared fee; the news.

        Raises:
            NotFound: nothing was charged under this key.
            InvalidValue: it is not above zero, or more than was charged.
            CurrencyMismatch: it was charged in another currency.
        """
        whole = _moved(self._charge(charged))
        expect(amount, Money, what="what is disputed")
        if amount > whole:
            message = f"{whole} was charged as {charged}, of which {amount} cannot be disputed"
            raise InvalidValue(message, charged=charged, amount=amount)
        name = f"dispute-{len(self._disputes) + 1}"
        opened = DisputeTold(
            dispute_id=name, charged=charged, amount=amount, state=DisputeState.OPENED, at=at
        )
        self._disputes[name] = opened
        self._return(charged, amount)
        fee = self._dispute_fee(amount)
        self._taken[fee.currency] -= fee.minor
        return opened

    def decide(self, dispute_id: str, state: DisputeState, *, at: datetime) -> DisputeTold:
        """A dispute goes on, or is decided: won or withdrawn, the money comes back; the news of it.

        Raises:
            NotFound: there is no such dispute.
        """
        expect(dispute_id, str, what="the name of a dispute")
        before = self._disputes.get(dispute_id)
        if before is None:
            message = f"there is no dispute {shown(dispute_id)}"
            raise NotFound(message, dispute=dispute_id)
        news = attrs.evolve(before, state=DisputeState(state), at=at)
        if news.state in CLOSED:
            self._disputes[dispute_id] = news
            back = (news.state in FREED) - (before.state in FREED)
            self._return(before.charged, before.amount * -back)
            if self._abilities.returns_dispute_fee:
                fee = self._dispute_fee(before.amount)
                self._taken[fee.currency] += fee.minor * back
        return news

    def _charge(self, key: OrderKey) -> Charge | Capture:
        """The order that was carried out under a key, and took money."""
        expect(key, str, what="the key of a charge")
        order = self._orders.get(key)
        if not isinstance(order, Take) or key not in self._taken_by:
            message = f"nothing was charged as {shown(key)}"
            raise NotFound(message, key=key)
        return order

    def _return(self, charged: OrderKey, amount: Money) -> None:
        self._taken[amount.currency] -= amount.minor
        self._taken_by[charged] -= amount

    def _dispute_fee(self, amount: Money) -> Money:
        """What it takes for a dispute of an amount, as it declares."""
        return self._abilities.dispute_fee.get(amount.currency.code, amount * 0)

    def authorized(self, currency: Currency | str) -> Money:
        """What is authorized, and neither captured nor set free."""
        amounts = (it for it in self._authorized.values() if it.currency is Currency.of(currency))
        return Money.total(amounts, currency)

    def accepted(self) -> list[Order]:
        """Every order that was carried out, in order."""
        return [self._orders[key] for key, answer in tuple(self._answers.items()) if isinstance(answer, str)]

    def status(self, key: OrderKey, /) -> Answer | None:
        """What it answered an order of this key, if it ever came."""
        expect(key, str, what="the key of an order")
        with self._lock:
            if self._faults and self._faults.popleft() is not Fault.NONE:
                message = f"the provider was not reached for the status of {key}"
                raise GatewayUnavailable(message, key=key)
            return self._known(key)

    def prepare(self, order: Prepare, /) -> Answer:
        """Save a payment method."""
        with self._asked(order, Prepare):
            return self._carry_out(order, order.backer_id, "method")

    def authorize(self, order: Authorize, /) -> Answer:
        """Hold an amount."""
        with self._asked(order, Authorize):
            return self._carry_out(order, order.backer_id, "authorization")

    def charge(self, order: Charge, /) -> Answer:
        """Take the amount from a saved method."""
        with self._asked(order, Charge):
            return self._move(order, "charge", self._why_not_charged)

    def capture(self, order: Capture, /) -> Answer:
        """Take the amount of what was authorized."""
        with self._asked(order, Capture):
            return self._move(order, "charge", self._why_not_captured)

    def _move(self, order: T, what: str, why_not: Callable[[T], str | None]) -> Answer:
        """Take money or give it back, unless that is rejected, which is for ever."""
        if order.key not in self._answers:
            why = self._rejected.get(order.key) or why_not(order)
            if why is not None:
                self._rejected[order.key] = why
                raise GatewayMisuse(why, order=order)
        return self._carry_out(order, order.pledge_id, what)

    def _why_not_charged(self, order: Charge) -> str | None:
        if order.method in self._methods:
            return None
        return f"method {shown(order.method)} is not saved here, or was voided"

    def _why_not_captured(self, order: Capture) -> str | None:
        authorized = self._authorized.get(order.authorization)
        if authorized is None:
            return f"{shown(order.authorization)} is not authorized here, was captured or was voided"
        wanted = _moved(order)
        if wanted.currency is not authorized.currency:
            return f"{wanted} is of another currency than what was authorized, {authorized}"
        if wanted == authorized or (self._abilities.partial_capture and wanted < authorized):
            return None
        return f"{wanted} is not what was authorized, {authorized}"

    def refund(self, order: Refund, /) -> Answer:
        """Give the amount back."""
        with self._asked(order, Refund):
            return self._move(order, "refund", self._why_not_given_back)

    def _why_not_given_back(self, order: Refund) -> str | None:
        left, wanted = self._taken_by.get(order.charged), _moved(order)
        why = f"{wanted} of {shown(order.charged)} was not taken here, or is given back"
        if left is None or left.currency is not wanted.currency:
            return why
        partly = self._abilities.partial_refunds and wanted < left
        return None if partly or wanted == left else why

    def void(self, order: Void, /) -> Answer:
        """Forget what was prepared, and set free what was authorized."""
        with self._asked(order, Void):
            return self._carry_out(order, "", "void")

    def transfer(self, order: Transfer, /) -> Answer:
        """Pay the amount out."""
        with self._asked(order, Transfer):
            return self._carry_out(order, order.payee_id, "transfer")

    def _asked(self, order: object, kind: type) -> Lock:
        """What lets in one order at a time, if it is of the right kind."""
        if not isinstance(order, kind):
            message = f"expected a {kind.__name__}, got {shown(order)}"
            raise GatewayMisuse(message, order=order)
        return self._lock

    def _carry_out(self, order: Order, who: str, what: str) -> Answer:
        if not self._faults:
            return self._answer(order, who, what)
        fault = self._faults.popleft()
        if fault is Fault.BEFORE:
            message = f"the provider was not reached for {order.key}"
            raise GatewayUnavailable(message, key=order.key)
        answer = self._answer(order, who, what)
        if fault is Fault.AFTER:
            message = f"the answer to {order.key} was lost"
            raise OutcomeUnknown(message, key=order.key)
        return answer

    def _answer(self, order: Order, who: str, what: str) -> Answer:
        """The answer of its key: the first one, whenever it is asked again."""
        known = self._orders.setdefault(order.key, order)
        if known is not order and known != order:
            message = f"key {order.key} came with another order before"
            raise KeyReused(message, key=order.key)
        answer = self._known(order.key)
        if answer is None:
            said = self._answers[order.key] = self._declines.get(who) or f"{what}-{order.key}"
            if isinstance(said, str):
                self._book(order, said)
            answer = self._told(order, said)
        return answer

    def _known(self, key: OrderKey) -> Answer | None:
        said = self._answers.get(key)
        return None if said is None else self._told(self._orders[key], said)

    def _told(self, order: Order, said: str | Declined) -> Answer:
        if isinstance(said, Declined):
            return said
        return _accepted(reference=said, fee=self._fee_of(order), fee_back=self._fee_back(order))

    def _fee_of(self, order: Order) -> Money | None:
        """What it keeps of what an order takes; nothing is kept of any other."""
        if self._fee is None or not isinstance(order, Take):
            return None
        return self._fee(_moved(order))

    def _fee_back(self, order: Order) -> Money | None:
        """What it gives back of its fee with a refund, where it declares that it does."""
        if self._fee is None or not isinstance(order, Refund) or not self._abilities.returns_fee:
            return None
        return self._fee(_moved(order))

    def _book(self, order: Order, reference: str) -> None:
        match order:
            case Prepare():
                self._methods[reference] = order.key
            case Authorize():
                self._authorized[reference] = _moved(order)
            case Void():
                self._methods.pop(f"method-{order.prepared}", None)
                self._authorized.pop(f"authorization-{order.prepared}", None)
            case Charge() | Capture():
                amount, fee = _moved(order), self._fee_of(order)
                self._taken[amount.currency] += amount.minor - (fee.minor if fee is not None else 0)
                self._taken_by[order.key] = amount
                if isinstance(order, Capture):
                    del self._authorized[order.authorization]
            case Refund():
                amount, back = _moved(order), self._fee_back(order)
                self._taken[amount.currency] -= amount.minor - (back.minor if back is not None else 0)
                self._taken_by[order.charged] -= amount
            case Transfer(amount=amount):
                self._taken[amount.currency] -= amount.minor
            case _:
                assert_never(order)


def _moved(order: Authorize | Charge | Capture | Refund) -> Money:
    """What an order moves: what its backer sees, where that is another currency."""
    return order.presented or order.amount
