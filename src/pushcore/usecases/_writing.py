"""Writing what was decided about an attempt, and asking the provider for it, whoever else does the same.

Two workers may charge the same pledge or send the same payout at once. They ask under one key, and whoever
comes second finds what the first made of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar, assert_never

from pushcore.changes import Versioned
from pushcore.errors import Conflict, GatewayMisuse, OutcomeUnknown
from pushcore.gateway import (
    REJECTED,
    Accepted,
    Authorize,
    Capture,
    Charge,
    Prepare,
    Refund,
    Transfer,
    Void,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.changes import Changes
    from pushcore.gateway import Answer, Order
    from pushcore.ports import PaymentGateway, Ports

__all__ = ["ask", "carry_out", "hand_over", "take", "write"]


class Attempted(Versioned, Protocol):
    """A pledge or a payout: tried so many times, with so much success."""

    @property
    def attempts(self) -> int:
        """How often it was tried."""

    @property
    def state(self) -> object:
        """How far it has come."""


T = TypeVar("T", bound=Attempted)


def write(ports: Ports, decided: tuple[T, Changes], reread: Callable[[], T | None]) -> T:
    """Commit a decision about an attempt: what it is now, or what somebody else made of the same attempt.

    Raises:
        Conflict: nobody else made that attempt, or took its answer: something that the decision rests on has
            changed.
    """
    after, changes = decided
    try:
        ports.store.commit(changes)
    except Conflict:
        found = reread()
        if found is None or found.attempts < after.attempts or found.version < after.version:
            raise
        if changes.done and any(order.key in changes.done for order in ports.store.open_orders()):
            raise
        return found
    return after


def carry_out(ports: Ports, order: Order, *, again: bool) -> Answer:
    """Ask the provider for an order; one that may have been asked before is looked up first.

    Providers forget keys after a while, and what comes under a forgotten key is carried out anew.
    """
    known = ports.gateway.status(order.key) if again else None
    return hand_over(ports.gateway, order) if known is None else known


def hand_over(gateway: PaymentGateway, order: Order) -> Answer:  # noqa: PLR0911  one per kind
    """Call the method of a gateway that is for an order."""
    match order:
        case Charge():
            return gateway.charge(order)
        case Prepare():
            return gateway.prepare(order)
        case Capture():
            return gateway.capture(order)
        case Authorize():
            return gateway.authorize(order)
        case Refund():
            return gateway.refund(order)
        case Void():
            return gateway.void(order)
        case Transfer():
            return gateway.transfer(order)
        case _:
            assert_never(order)


def ask(  # noqa: PLR0913  what an attempt is about
    ports: Ports,
    order: Order,
    receive: Callable[[Answer], tuple[T, Changes]],
    reread: Callable[[], T | None],
    *,
    again: bool,
    carried_out: Callable[[T, Accepted], bool] = lambda *_: False,
) -> T:
    """Ask the provider for an attempt and take its answer, or what somebody else made of it meanwhile.

    Args:
        ports: Where to write it.
        order: What the provider is asked for.
        receive: The decision that takes the answer.
        reread: What it is by now.
        again: Whether it may have been asked before.
        carried_out: Whether what it is by now can only follow on this attempt being carried out so.

    Raises:
        GatewayMisuse: the provider rejected it: it has failed, or it would stay open for ever.
        OutcomeUnknown: the provider carried out what it had rejected to somebody else, who wrote that down.
        GatewayError: there was no answer.
    """
    try:
        answer = carry_out(ports, order, again=again)
    except GatewayMisuse:
        failed = receive(REJECTED)
        found = write(ports, failed, reread)
        if found.state is failed[0].state:
            raise
        return found
    return take(ports, answer, receive, reread, carried_out=carried_out)


def take(
    ports: Ports,
    answer: Answer,
    receive: Callable[[Answer], tuple[T, Changes]],
    reread: Callable[[], T | None],
    *,
    carried_out: Callable[[T, Accepted], bool] = lambda *_: False,
) -> T:
    """Take the provider's answer to an attempt, or what somebody else made of it meanwhile.

    Raises:
        OutcomeUnknown: the provider carried out what it had rejected to somebody else, who wrote that down.
    """
    decided = receive(answer)
    found = write(ports, decided, reread)
    same = found.state is decided[0].state
    if same or not isinstance(answer, Accepted) or carried_out(found, answer):
        return found
    message = (
        f"the provider carried out an attempt of {found.id} after it had rejected it: take it back there"
    )
    raise OutcomeUnknown(message, id=found.id, reference=answer.reference)
