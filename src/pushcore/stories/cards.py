"""Cards: the payment gateway of a story, which declines the charges it is told to."""

from __future__ import annotations

from collections.abc import Callable

from pushcore.gateway import Abilities, Answer, Charge, Decline, Declined, Prepare, Refund, Transfer, Void
from pushcore.ids import PledgeId
from pushcore.memory import FakeGateway
from pushcore.money import Currency, Money

__all__ = ["Cards"]


class Cards:
    """A `pushcore.memory.FakeGateway` that declines the charges of some pledges, and nothing else.

    A story may call a pledge, its backer and a payee by the same name; only the pledge is meant here.
    """

    def __init__(self, on_charge: Callable[[], None] = lambda: None) -> None:
        self._gateway = FakeGateway()
        self._declined: set[PledgeId] = set()
        self._on_charge = on_charge

    @property
    def abilities(self) -> Abilities:
        """What it can do: everything."""
        return self._gateway.abilities

    def decline(self, pledge_id: PledgeId) -> None:
        """Decline the charges of a pledge from here on."""
        self._declined.add(pledge_id)

    def accept(self, pledge_id: PledgeId) -> None:
        """Accept them again."""
        self._declined.discard(pledge_id)

    def held(self, currency: Currency) -> Money:
        """What the gateway's own books say it holds."""
        return self._gateway.held(currency)

    def prepare(self, order: Prepare, /) -> Answer:
        """Save a payment method."""
        return self._gateway.prepare(order)

    def charge(self, order: Charge, /) -> Answer:
        """Take the amount, unless the pledge's card is declined."""
        self._on_charge()
        if order.pledge_id in self._declined:
            return Declined(Decline.RETRYABLE, "card-declined")
        return self._gateway.charge(order)

    def refund(self, order: Refund, /) -> Answer:
        """Give the amount back."""
        return self._gateway.refund(order)

    def void(self, order: Void, /) -> Answer:
        """Forget what was prepared."""
        return self._gateway.void(order)

    def transfer(self, order: Transfer, /) -> Answer:
        """Pay the amount out."""
        return self._gateway.transfer(order)
