"""Cards: the payment gateway of a story, which declines and delays what it is told to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs

from pushcore.errors import GatewayUnavailable
from pushcore.gateway import (
    Abilities,
    Answer,
    Authorize,
    Capture,
    Charge,
    Decline,
    Declined,
    Prepare,
    Refund,
    Transfer,
    Void,
)
from pushcore.ids import OrderKey, PledgeId
from pushcore.memory import FakeGateway
from pushcore.money import Currency, Money
from pushcore.stories.steps import Asked
from pushcore.stories.subscription_steps import subscription_of

__all__ = ["CARD", "Cards"]

CARD: Final = "card"
"""How a pledge is paid of which nothing else is said."""

_NO: Declined = Declined(Decline.RETRYABLE, "card-declined")


class Cards:
    """A `pushcore.memory.FakeGateway` that declines what is asked for some pledges, and lets others wait.

    Where fees depend on how a pledge is paid, it says so of each: as is usual, or as it was told.

    A story may call a pledge, its backer and a payee by the same name; only the pledge is meant here.
    """

    def __init__(self, on_charge: Callable[[], None] = lambda: None, *, usual: str | None = None) -> None:
        self._gateway = FakeGateway()
        self._usual = usual
        self._paid_by: dict[str, str] = {}
        self._declined: set[tuple[str, Asked]] = set()
        self._slow: set[PledgeId] = set()
        self._on_charge = on_charge

    @property
    def abilities(self) -> Abilities:
        """What it can do: everything."""
        return self._gateway.abilities

    def decline(self, pledge_id: PledgeId, asked: Asked) -> None:
        """Decline it from here on."""
        self._declined.add((pledge_id, asked))

    def accept(self, pledge_id: PledgeId, asked: Asked) -> None:
        """Accept it again."""
        self._declined.discard((pledge_id, asked))

    def delay(self, pledge_id: PledgeId) -> None:
        """Give no answer to the saving of a method."""
        self._slow.add(pledge_id)

    def pay_by(self, pledge_id: PledgeId, method: str) -> None:
        """Say from here on that the pledge is paid like this, and not as is usual."""
        self._paid_by[pledge_id] = method

    def answer(self, pledge_id: PledgeId) -> None:
        """Give it from here on."""
        self._slow.discard(pledge_id)

    def _declines(self, pledge_id: PledgeId, asked: Asked) -> bool:
        """Whether it is declined for the pledge, or for all charges of its subscription."""
        names = (pledge_id, subscription_of(pledge_id))
        return any((name, asked) in self._declined for name in names)

    def held(self, currency: Currency) -> Money:
        """What the gateway's own books say it holds."""
        return self._gateway.held(currency)

    def deposit(self, amount: Money) -> None:
        """Bring money to it that no charge took."""
        self._gateway.deposit(amount)

    def exchange(self, given: Money, received: Money) -> None:
        """Turn money that it holds into another currency."""
        self._gateway.exchange(given, received)

    def prepare(self, order: Prepare, /) -> Answer:
        """Save a payment method, unless it is declined or not there yet."""
        return self._no_method(order) or self._gateway.prepare(order)

    def authorize(self, order: Authorize, /) -> Answer:
        """Hold an amount, likewise."""
        return self._no_method(order) or self._gateway.authorize(order)

    def _no_method(self, order: Prepare | Authorize) -> Declined | None:
        if order.pledge_id in self._slow:
            message = f"pledge {order.pledge_id} is not paid yet"
            raise GatewayUnavailable(message, key=order.key)
        return _NO if self._declines(order.pledge_id, Asked.METHOD) else None

    def charge(self, order: Charge, /) -> Answer:
        """Take the amount, unless the pledge's card is declined."""
        return self._no_charge(order) or self._said(order, self._gateway.charge(order))

    def capture(self, order: Capture, /) -> Answer:
        """Take what was authorized, likewise."""
        return self._no_charge(order) or self._said(order, self._gateway.capture(order))

    def _no_charge(self, order: Charge | Capture) -> Declined | None:
        self._on_charge()
        return _NO if self._declines(order.pledge_id, Asked.CHARGE) else None

    def _said(self, order: Charge | Capture, answer: Answer) -> Answer:
        """The answer, with how it was paid, where fees depend on that."""
        if self._usual is None or isinstance(answer, Declined):
            return answer
        return attrs.evolve(answer, paid_by=self._paid_by.get(order.pledge_id, self._usual))

    def refund(self, order: Refund, /) -> Answer:
        """Give the amount back, unless that is declined."""
        if self._declines(order.pledge_id, Asked.REFUND):
            return _NO
        return self._gateway.refund(order)

    def void(self, order: Void, /) -> Answer:
        """Forget what was prepared."""
        return self._gateway.void(order)

    def transfer(self, order: Transfer, /) -> Answer:
        """Pay the amount out."""
        return self._gateway.transfer(order)

    def status(self, key: OrderKey, /) -> Answer | None:
        """What was carried out under a key."""
        return self._gateway.status(key)
