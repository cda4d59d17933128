"""Event streams: what a provider tells of its own accord, shuffled, repeated and ahead of its answers.

Whole stories of one campaign are played over a provider that loses answers and tells of them instead. They
must come to the very end that they come to where every answer arrives.
"""

from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING, Final, cast

from pushcore.errors import OutcomeUnknown
from pushcore.gateway import OrderAnswered
from pushcore.memory import FakeGateway
from pushcore.testing import builders, steps
from pushcore.testing.host import Host
from pushcore.testing.restarts import STORIES, Runs
from pushcore.testing.steps import Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.gateway import Answer, Order
    from pushcore.ports import Store
    from pushcore.testing.host import DirectedGateway

__all__ = ["check_event_streams"]

_ROUNDS: Final = 10
_ASKING: Final = frozenset(
    {"prepare", "authorize", "charge", "capture", "refund", "void", "transfer"}  # all but `status`
)


def check_event_streams(
    make_store: Callable[[], Store],
    make_gateway: Callable[[], DirectedGateway] = FakeGateway,
    *,
    seeds: int = 10,
) -> None:
    """Play stories in which answers are lost, come late or twice, and compare their ends.

    Args:
        make_store: Makes a store with nothing in it.
        make_gateway: Makes a gateway that has seen nothing.
        seeds: In how many ways each story is played.

    Raises:
        AssertionError: it ends in another way than where every answer arrives.
    """
    for story, _ in STORIES:
        runs = Runs(story, make_store, make_gateway)
        for seed in range(seeds):
            teller = _Teller(make_gateway(), Random(seed))  # noqa: S311  not for secrets
            host = teller.host = Host(make_store(), cast("DirectedGateway", teller), builders.OPENS)
            for step in story:
                host.take(step)
                teller.tell()
                if step.act not in {steps.decline, steps.accept}:
                    host.take(step)  # a call that lost its answer is made again
                teller.tell()
            runs.check_end(host, f"events shuffled by seed {seed}")


class _Teller:
    """A gateway whose answers are lost, late or doubled, and which tells of all it did."""

    host: Host

    def __init__(self, gateway: DirectedGateway, random: Random) -> None:
        self._gateway = gateway
        self._random = random
        self._untold: list[OrderAnswered] = []
        self._told: list[OrderAnswered] = []

    def __getattr__(self, name: str) -> object:
        found = getattr(self._gateway, name)
        return partial(self._ask, found) if name in _ASKING else found

    def _ask(self, asked: Callable[[Order], Answer], order: Order) -> Answer:
        """Carry it out, and tell of it before the answer, after it or instead of it."""
        answer = asked(order)
        event = OrderAnswered(order.key, answer)
        if event in self._untold or event in self._told:
            return answer
        if self._random.random() < 1 / 3:
            self._tell(event)
            return answer
        self._untold.append(event)
        if self._random.random() < 1 / 2:
            return answer
        message = f"the answer to {order.key} was lost"
        raise OutcomeUnknown(message, key=order.key)

    def tell(self) -> None:
        """Tell all that was not told yet, and some of the rest once more, in any order."""
        for _ in range(_ROUNDS):
            again = self._random.sample(self._told, len(self._told) // 2)
            events, self._untold = [*self._untold, *again, *self._untold], []
            self._random.shuffle(events)
            for event in events:
                self._tell(event)
            if not self._untold:
                return
        message = f"events are refused again and again: {self._untold}"
        raise AssertionError(message)

    def _tell(self, event: OrderAnswered) -> None:
        """Tell it once; what could not be written down is told again."""
        failed = isinstance(self.host.take(Step(steps.tell, (event,))), Exception)
        kept = self._untold if failed else self._told
        if event not in kept:
            kept.append(event)
