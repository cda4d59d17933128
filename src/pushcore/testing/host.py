"""A host under test: every call of its ports is counted, witnessed, and interrupted where that is planned."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast

import attrs

from pushcore.errors import GatewayMisuse, GatewayUnavailable, OutcomeUnknown, PushcoreError
from pushcore.gateway import Refund, Take, Transfer
from pushcore.memory import CountingIds, ManualClock
from pushcore.ports import PaymentGateway, Ports
from pushcore.testing.books import Books
from pushcore.testing.interruption import Crash, Interruption, Moment, Trouble
from pushcore.testing.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pushcore.gateway import Order
    from pushcore.ids import OrderKey, PledgeId
    from pushcore.money import Currency, Money
    from pushcore.ports import Clock, Store
    from pushcore.testing.steps import Step

__all__ = ["DirectedGateway", "Host"]


class DirectedGateway(PaymentGateway, Protocol):
    """A payment gateway that does what a test tells it to, and shows its own books.

    `pushcore.memory.FakeGateway` is one.
    """

    def decline(self, who: Any, /) -> None:  # noqa: ANN401  any of three kinds of id
        """Decline a pledge's charges and refunds, the saving of a backer's method, or a payee's transfers."""

    def accept(self, who: Any, /) -> None:  # noqa: ANN401  likewise
        """Accept them again."""

    def held(self, currency: Currency | str, /) -> Money:
        """What it took less what it paid out."""

    def accepted(self) -> Sequence[Order]:
        """Every order it carried out, in order."""


class Host:
    """A store, a gateway and a clock, with the ports to reach them through.

    Use cases are given ``ports``; what a test wants to know, it reads from ``store`` and ``gateway``.

    Attributes:
        calls: How many calls of the ports there were.
        effects: How many commits and calls of the gateway there were: whatever changes, changes by one.
    """

    def __init__(self, store: Store, gateway: DirectedGateway, now: datetime) -> None:
        self.store = store
        self.gateway = gateway
        self.clock: ManualClock = ManualClock(now)
        self.pledge_ids: set[PledgeId] = set()
        Ports(store, gateway, self.clock, CountingIds())  # refuses them by their own names
        self.ports: Ports = Ports(
            cast("Store", _Line(self, store)),
            cast("PaymentGateway", _Line(self, gateway)),
            cast("Clock", _Line(self, self.clock)),
            CountingIds(),
        )
        self.witness: Witness = Witness(store)
        self._read: tuple[int, Books] | None = None
        self.suffered: list[Interruption] = []
        self.calls: int = 0
        self.effects: int = 0
        self._plan: tuple[Interruption, ...] = ()
        self._calls = 0
        self._effects = 0
        self._rejected: set[OrderKey] = set()

    def take(self, step: Step, meanwhile: Sequence[Interruption] = ()) -> object:
        """Take a step, interrupted as planned: what it gave, or the error or crash that ended it."""
        with self._interrupting(meanwhile), self.witness.watching(step):
            try:
                return step.act(self, *step.args)
            except (PushcoreError, Crash) as end:
                return end

    def books(self) -> Books:
        """The books as they must be now: read again only after what may have changed them."""
        if self._read is None or self._read[0] != self.effects:
            self._read = self.effects, Books.of(self)
        return self._read[1]

    @contextmanager
    def _interrupting(self, plan: Sequence[Interruption]) -> Iterator[None]:
        before = self._plan, self._calls, self._effects
        self._plan, self._calls, self._effects = tuple(plan), 0, 0
        try:
            yield
        finally:
            self._plan, self._calls, self._effects = before

    def call(self, port: object, name: str, *args: Any) -> object:  # noqa: ANN401  whatever the port takes
        """Pass a call on to a port."""
        asked = port is self.gateway and name != "status"
        order, writing = args[0] if asked else None, name == "commit"
        reading = order is None and not writing
        self._calls += 1
        self._effects += not reading
        self.calls += 1
        self.effects += not reading
        self._interrupt(Moment.BEFORE, order, reading=reading)
        if order is not None:
            self._reject_again(order)
            self.witness.asked(order)
        result: object = getattr(port, name)(*args)
        if writing:
            self.witness.committed(*args)
        self._interrupt(Moment.AFTER, order, reading=reading)
        return result

    def _reject_again(self, order: Order) -> None:
        """A rejection is final: nobody can have carried out what was rejected to somebody else."""
        if order.key in self._rejected:
            raise GatewayMisuse

    def _interrupt(self, moment: Moment, order: Order | None, *, reading: bool) -> None:
        for interruption in self._plan:
            if reading and not interruption.reads:
                continue
            call = self._calls if interruption.reads else self._effects
            if (interruption.call, interruption.moment) == (call, moment):
                self.suffered.append(interruption)
                self._suffer(interruption.what, moment, order)

    def _suffer(self, what: Trouble | tuple[Step, ...], moment: Moment, order: Order | None) -> None:
        match what:
            case Trouble.CRASH:
                raise Crash
            case Trouble.SILENCE if order is not None:
                raise GatewayUnavailable if moment is Moment.BEFORE else OutcomeUnknown
            case Trouble.REJECTION if order is not None and order not in self.gateway.accepted():
                if isinstance(order, Take | Refund | Transfer):
                    self._rejected.add(order.key)
                raise GatewayMisuse
            case Trouble.SILENCE | Trouble.REJECTION:
                pass
            case _:
                for step in what:
                    self.take(step)


@attrs.frozen
class _Line:
    """Stands for a port; its calls go through the host."""

    _host: Host
    _port: object

    def __getattr__(self, name: str) -> object:
        found = getattr(self._port, name)
        return partial(self._host.call, self._port, name) if callable(found) else found
