"""Writing what was decided about an attempt, and asking the provider for it, whoever else does the same.

Two workers may charge the same pledge or send the same payout at once. They ask under one key, and whoever
comes second finds what the first made of it.
"""

from __future__ import annotations

from operator import attrgetter
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

__all__ = ["ask", "carry_out", "close", "hand_over", "take", "write"]


class Attempted(Versioned, Protocol):
    """A pledge, a payout or a payment: tried so many times."""

    @property
    def attempts(self) -> int:
        """How often it was tried."""


A = TypeVar("A", bound=Attempted)
T = TypeVar("T", bound=Versioned)


def write(ports: Ports, decided: tuple[A, Changes], reread: Callable[[], A | None]) -> A:
    """Commit the decision to make an attempt: what it is now, or what somebody else made of the same attempt.

    Raises:
        Conflict: nobody else made that attempt: something that the decision rests on has changed.
    """
    return _commit(ports, decided, reread, lambda found: found.attempts >= decided[0].attempts)


def close(ports: Ports, decided: tuple[T, Changes], reread: Callable[[], T | None]) -> T:
    """Commit what an answer makes of an attempt: what it is now, or what somebody else made of it.

    Raises:
        Conflict: nobody else took its answer: something that the decision rests on has changed.
    """
    after, changes = decided

    def is_taken(found: T) -> bool:
        return found.version >= after.version and (
            not changes.done or all(it.key not in changes.done for it in ports.store.open_orders())
        )

    return _commit(ports, decided, reread, is_taken)


def _commit(
    ports: Ports,
    decided: tuple[T, Changes],
    reread: Callable[[], T | None],
    by_others: Callable[[T], bool],
) -> T:
    """Commit a decision: what it is now, or what it was found to be by others, who made the same."""
    after, changes = decided
    try:
        ports.store.commit(changes)
    except Conflict:
        found = reread()
        if found is None or not by_others(found):
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
    outcome: Callable[[T], object] = attrgetter("state"),
    carried_out: Callable[[T, Accepted], bool] = lambda *_: False,
) -> T:
    """Ask the provider for an attempt and take its answer, or what somebody else made of it meanwhile.

    Args:
        ports: Where to write it.
        order: What the provider is asked for.
        receive: The decision that takes the answer.
        reread: What it is by now.
        again: Whether it may have been asked before.
        outcome: What tells an attempt that was carried out from one that was not.
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
        found = close(ports, failed, reread)
        if outcome(found) == outcome(failed[0]):
            raise
        return found
    return take(ports, answer, receive, reread, outcome=outcome, carried_out=carried_out)


def take(  # noqa: PLR0913  what an answer is about
    ports: Ports,
    answer: Answer,
    receive: Callable[[Answer], tuple[T, Changes]],
    reread: Callable[[], T | None],
    *,
    outcome: Callable[[T], object] = attrgetter("state"),
    carried_out: Callable[[T, Accepted], bool] = lambda *_: False,
) -> T:
    """Take the provider's answer to an attempt, or what somebody else made of it meanwhile.

    Raises:
        OutcomeUnknown: the provider carried out what it had rejected to somebody else, who wrote that down.
    """
    decided = receive(answer)
    found = close(ports, decided, reread)
    same = outcome(found) == outcome(decided[0])
    if same or not isinstance(answer, Accepted) or carried_out(found, answer):
        return found
    message = (
        f"the provider carried out an attempt of {found.id} after it had rejected it: take it back there"
    )
    raise OutcomeUnknown(message, id=found.id, reference=answer.reference)
