"""Cards: the payment gateway of a story, which declines and delays what it is told to."""

from __future__ import annotations

from collections.abc import Callable

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

__all__ = ["Cards"]

_NO: Declined = Declined(Decline.RETRYABLE, "card-declined")


class Cards:
    """A `pushcore.memory.FakeGateway` that declines what is asked for some pledges, and lets others wait.

    A story may call a pledge, its backer and a payee by the same name; only the pledge is meant here.
    """

    def __init__(self, on_charge: Callable[[], None] = lambda: None) -> None:
        self._gateway = FakeGateway()
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
        return self._no_charge(order) or self._gateway.charge(order)

    def capture(self, order: Capture, /) -> Answer:
        """Take what was authorized, likewise."""
        return self._no_charge(order) or self._gateway.capture(order)

    def _no_charge(self, order: Charge | Capture) -> Declined | None:
        self._on_charge()
        return _NO if self._declines(order.pledge_id, Asked.CHARGE) else None

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
