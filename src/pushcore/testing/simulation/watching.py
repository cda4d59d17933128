"""The ports of a simulated world: every call is watched by the auditor, and struck where that is planned."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from pushcore.errors import (
    Conflict,
    GatewayMisuse,
    GatewayUnavailable,
    KeyReused,
    OutcomeUnknown,
    PushcoreError,
)
from pushcore.gateway import Accepted, Decline, Declined, Prepare, Refund, Transfer, Void

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.changes import Changes
    from pushcore.gateway import Abilities, Answer, Authorize, Capture, Charge, Order
    from pushcore.ids import OrderKey
    from pushcore.ports import PaymentGateway, Store
    from pushcore.testing.simulation.world import World

__all__ = ["WatchedGateway", "WatchedStore", "WorldClock"]


class WorldClock:
    """The clock of whoever acts, which may be a little off."""

    def __init__(self, now: datetime) -> None:
        self.at: datetime = now
        self.behind: int = 0

    def now(self) -> datetime:
        """What the clock of whoever acts shows."""
        return self.at - timedelta(seconds=self.behind) if self.behind else self.at


class WatchedStore:
    """A `pushcore.ports.Store` that passes everything on to another one."""

    def __init__(self, world: World, store: Store) -> None:
        self._world = world
        self._store = store

    def __getattr__(self, name: str) -> object:
        """A read of the store, in front of which somebody else may act."""
        found = getattr(self._store, name)
        world = self._world

        def read(*args: Any, **kwargs: Any) -> object:  # noqa: ANN401  whatever the port takes
            strike = world.plan.strike("read")
            if strike is not None:
                world.rival(strike)
            return found(*args, **kwargs)

        passed: Callable[..., object] = read
        self.__dict__[name] = passed
        return passed

    def commit(self, changes: Changes, /) -> None:
        """Write the changes, unless something strikes before."""
        world = self._world
        strike = world.plan.strike("commit")
        fault = None if strike is None else strike.fault
        match fault:
            case None | "crash-after-commit":
                pass
            case "crash-before-commit":
                world.crash(fault)
            case "conflict":
                world.felt(fault)
                world.conflicts += 1
                message = "somebody else was faster"
                raise Conflict(message)
            case _:
                assert strike is not None
                world.rival(strike)
        try:
            self._store.commit(changes)
        except PushcoreError:
            world.refused_by_store(changes)
            raise
        world.committed(changes)
        if fault == "crash-after-commit":
            world.crash(fault)


_DECLINES: Final = {
    "decline-retryable": Declined(Decline.RETRYABLE, "card-declined"),
    "decline-needs-backer": Declined(Decline.NEEDS_BACKER, "authentication-required"),
    "decline-final": Declined(Decline.FINAL, "stolen-card"),
}
_NO_FUNDS: Final = Declined(Decline.RETRYABLE, "insufficient-funds")
_GIVEN_BACK: Final = Declined(Decline.FINAL, "charge-already-refunded")


class WatchedGateway:
    """A `pushcore.ports.PaymentGateway` in front of another one, with faults of its own.

    What it declines or rejects never gets to the other one. It keeps the promise that every gateway keeps: a
    key that was declined or rejected stays so, and what was carried out is never declined or rejected.
    """

    def __init__(self, world: World, gateway: PaymentGateway) -> None:
        self._world = world
        self._gateway = gateway
        self._asked: dict[str, Order] = {}
        self._declined: dict[str, Declined] = {}
        self._rejected: set[str] = set()
        self.answers: dict[str, Answer] = {}
        self.answered: list[str] = []
        self.unwilling: dict[str, Declined] = {}
        self.empty_until: dict[str, datetime] = {}
        self.out_until: datetime | None = None

    @property
    def abilities(self) -> Abilities:
        """What the other one can do."""
        return self._gateway.abilities

    def prepare(self, order: Prepare, /) -> Answer:
        """Save a payment method."""
        return self._ask(order, order.backer_id, self._gateway.prepare)

    def authorize(self, order: Authorize, /) -> Answer:
        """Hold an amount."""
        return self._ask(order, order.backer_id, self._gateway.authorize)

    def charge(self, order: Charge, /) -> Answer:
        """Take the amount."""
        return self._ask(order, order.pledge_id, self._gateway.charge)

    def capture(self, order: Capture, /) -> Answer:
        """Take what was authorized."""
        return self._ask(order, order.pledge_id, self._gateway.capture)

    def status(self, key: OrderKey, /) -> Answer | None:
        """What it answered an order of this key, if it ever came."""
        world = self._world
        strike = world.plan.strike("call")
        fault = "" if strike is None else strike.fault
        if fault.startswith("crash"):
            world.crash(fault)
        if strike is not None and fault == "race-at-call":
            world.rival(strike)
        if fault.startswith("timeout") or self._is_out():
            world.felt("outage" if self._is_out() else fault)
            raise world.excused(GatewayUnavailable("the provider was not reached", key=key))
        answer = self._declined.get(key) or self._gateway.status(key)
        return world.said(self._asked[key], answer) if isinstance(answer, Accepted) else answer

    def refund(self, order: Refund, /) -> Answer:
        """Give it back."""
        return self._ask(order, order.pledge_id, self._gateway.refund)

    def void(self, order: Void, /) -> Answer:
        """Forget what was prepared."""
        return self._ask(order, "", self._gateway.void)

    def transfer(self, order: Transfer, /) -> Answer:
        """Pay it out."""
        return self._ask(order, order.payee_id, self._gateway.transfer)

    def _ask(self, order: Any, who: str, carry_out: Callable[[Any], Answer]) -> Answer:  # noqa: ANN401
        world = self._world
        strike = world.plan.strike("call")
        fault = None if strike is None else strike.fault
        if fault == "crash-before-call":
            world.crash(fault)
        if strike is not None and fault == "race-at-call":
            world.rival(strike)
        world.asked(order)
        if fault == "timeout-before" or self._is_out():
            world.felt("outage" if self._is_out() else "timeout-before")
            raise world.excused(GatewayUnavailable("the provider was not reached", key=order.key))
        if fault == "timeout-unknown":
            world.felt(fault)
            raise world.excused(OutcomeUnknown("no answer came", key=order.key))
        answer = self._answer(order, who, fault, carry_out)
        if order.key not in self.answers:
            self.answered.append(order.key)
        self.answers[order.key] = answer
        if fault == "told-first":
            world.tell(order.key)
        if fault == "crash-after-call":
            world.crash(fault)
        if fault == "timeout-after":
            world.felt(fault)
            raise world.excused(OutcomeUnknown("the answer was lost", key=order.key))
        return answer

    def _is_out(self) -> bool:
        return self.out_until is not None and self._world.clock.at < self.out_until

    def _answer(
        self,
        order: Any,  # noqa: ANN401  any of the seven
        who: str,
        fault: str | None,
        carry_out: Callable[[Any], Answer],
    ) -> Answer:
        """The answer of a key: the first one, whenever it is asked again."""
        world, key = self._world, order.key
        if self._asked.setdefault(key, order) != order:
            message = f"key {key} came with another order before"
            raise KeyReused(message, key=key)
        if fault == "rejection" and key not in self._rejected and self._may_refuse(order):
            world.felt(fault)
            self._rejected.add(key)
        if key in self._rejected:
            raise world.excused(GatewayMisuse("the provider rejects this", order=order))
        declined = self._declined.get(key)
        if declined is None and self._may_refuse(order):
            declined = self._refusal(order, who, fault)
        if declined is not None:
            self._declined[key] = declined
            world.books.provider.declined.add(key)
            return declined
        answer = carry_out(order)
        if not isinstance(answer, Accepted):
            world.declined(order)
            return answer
        said = world.said(order, answer)
        world.carried_out(order, said, answer)
        return said

    def _may_refuse(self, order: Order) -> bool:
        """Whether nothing of it was carried out yet; to forget something is never declined."""
        return order.key not in self._world.books.provider.accepted and not isinstance(order, Void)

    def _refusal(self, order: Order, who: str, fault: str | None) -> Declined | None:
        if fault in _DECLINES:
            self._world.felt(fault)
            return _DECLINES[fault]
        if isinstance(order, Refund) and self._world.books.gave_back_there(order):
            return _GIVEN_BACK
        if isinstance(order, Refund | Transfer):
            until = self.empty_until.get(order.amount.currency.code)
            if until is not None and self._world.clock.at < until:
                self._world.felt("empty-wallet")
                return _NO_FUNDS
        if who in self.unwilling:
            self._world.felt("unwilling")
        return self.unwilling.get(who)
