"""Stories cut short at every single call, and stories whose every call somebody else interferes with.

Random histories (`pushcore.testing.machine`) go further; here nothing is left to chance. Each call of each
step is once the one at which it happens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import attrs

from pushcore.memory import FakeGateway
from pushcore.ports import Store
from pushcore.testing import builders, steps
from pushcore.testing.auditor import Books, disagreements, loose_ends
from pushcore.testing.host import DirectedGateway, Host
from pushcore.testing.interruption import Interruption, Moment, Trouble
from pushcore.testing.playing import finish_everything
from pushcore.testing.steps import Step
from pushcore.testing.story import (
    CAPPED,
    DISBURSED,
    FAILED,
    FUNDED,
    LOST,
    PARTED,
    PROLOGUE,
    RETURNED,
    ROUNDS,
    WAITED,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pushcore.changes import Event

__all__ = ["STORIES", "Runs", "check_races", "check_restarts"]


def check_restarts(
    make_store: Callable[[], Store], make_gateway: Callable[[], DirectedGateway] = FakeGateway
) -> None:
    """Let the process end at every call of a story, run the story again from its top, and compare the ends.

    Raises:
        AssertionError: it ends in another way than without a crash.
    """
    for story, first in STORIES:
        runs = Runs(story, make_store, make_gateway)
        runs.check_undisturbed()
        for place in range(first, len(story)):
            for moment in Moment:
                for host, plan in runs.at_every_call(place, Trouble.CRASH, moment):
                    runs.go_on(host, place)
                    runs.check_end(host, f"{story[place]} cut short {plan}")


def check_races(
    make_store: Callable[[], Store], make_gateway: Callable[[], DirectedGateway] = FakeGateway
) -> None:
    """At every call of a story, let a second worker take the same step, or others do what hurts most.

    What the provider rejects is a part of it: a charge or a transfer has then failed.

    Raises:
        AssertionError: two workers come to another end than one; or anything that others do breaks a promise.
    """
    for story, first in STORIES:
        runs = Runs(story, make_store, make_gateway)
        runs.check_undisturbed()
        for place, step in enumerate(story[first:], first):
            for host, plan in runs.at_every_call(place, (step,), Moment.BEFORE):
                runs.go_on(host, place + 1)
                runs.check_end(host, f"{step} twice at once {plan}")
            for interference in (Trouble.REJECTION, *INTERFERING):
                runs.check_interference(place, interference)


STORIES: Final = (
    (FUNDED, 0),
    (LOST, PROLOGUE),
    (FAILED, PROLOGUE),
    (RETURNED, 2),
    (CAPPED, 2),
    (WAITED, 4),
    (ROUNDS, 5),
    (PARTED, 5),
    (DISBURSED, 6),
)
"""Each with its first step that is worth interrupting: the others have been."""

_POSTER: Final = builders.a_request("p9", backer_id="eve", tier_id="poster")

INTERFERING: Final = (
    (Step(steps.end), Step(steps.close)),
    (Step(steps.wait, (timedelta(minutes=31),)), Step(steps.expire), Step(steps.finish)),
    (Step(steps.call_off),),
    (Step(steps.cancel, ("p1",)),),
    (Step(steps.place, (_POSTER,)),),
    (Step(steps.place, (builders.a_request("p9", backer_id="eve"),)),),
    (Step(steps.behind, (Step(steps.place, (_POSTER,)),)),),
    (Step(steps.behind, (Step(steps.cancel, ("p2",)),)),),
    (Step(steps.collect), Step(steps.settle), Step(steps.pay_out)),
)
"""What others do in the middle of any step."""


@attrs.frozen
class Runs:
    """The runs of one story, each over a store and a gateway of its own."""

    story: Sequence[Step]
    make_store: Callable[[], Store]
    make_gateway: Callable[[], DirectedGateway]
    calls: dict[int, int] = attrs.field(factory=dict, init=False)
    undisturbed: Books = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "undisturbed", _ordered(Books.of(self._until(len(self.story)))))

    def check_undisturbed(self) -> None:
        """The story comes to a good end where nothing comes in between."""
        host = self._until(len(self.story))
        troubles = loose_ends(Books.of(host)) + host.witness.untold()
        assert not troubles, f"the story alone: {troubles}"

    def at_every_call(
        self, place: int, what: Trouble | tuple[Step, ...], moment: Moment
    ) -> Iterator[tuple[Host, Interruption]]:
        """A host for every call of a step, which was interrupted there."""
        for call in range(1, self._calls(place) + 1):
            host = self._until(place)
            plan = Interruption(call, moment, what, reads=True)
            host.take(self.story[place], [plan])
            if plan in host.suffered:  # a call that raises has nothing behind it
                yield host, plan

    def _calls(self, place: int) -> int:
        """How many calls a step makes undisturbed: up to where it is interrupted, it makes the same."""
        if place not in self.calls:
            host = self._until(place)
            before = host.calls
            host.take(self.story[place])
            self.calls[place] = host.calls - before
        return self.calls[place]

    def check_interference(self, place: int, what: Trouble | tuple[Step, ...]) -> None:
        """Wherever others come in between, the books agree then, and once everything is finished.

        What they do before one read and before the next often comes to the same, event by event: then what
        follows is the same too, and is looked at once.
        """
        seen: list[tuple[datetime, Books, tuple[Event, ...]]] = []
        for host, plan in self.at_every_call(place, what, Moment.BEFORE):
            books = Books.of(host)
            history = host.clock.now(), books, tuple(host.store.events())
            if history in seen:
                continue
            seen.append(history)
            troubles = disagreements(books)
            finish_everything(host)
            troubles += loose_ends(Books.of(host)) + host.witness.untold()
            assert not troubles, f"{self.story[place]}, {plan}: {troubles}"

    def go_on(self, host: Host, place: int) -> None:
        """Run the story from its top; what the provider decided before this place stays as it is."""
        for n, step in enumerate(self.story):
            if n >= place or step.act not in {steps.decline, steps.accept}:
                host.take(step)

    def check_end(self, host: Host, what: str) -> None:
        """The books agree, and say what they would say without any disturbance."""
        read = Books.of(host)
        troubles, books = loose_ends(read) + host.witness.untold(), _ordered(read)
        for field in attrs.fields(Books):
            found, expected = getattr(books, field.name), getattr(self.undisturbed, field.name)
            if found != expected:
                troubles.append(f"{field.name} is {found} instead of {expected}")
        assert not troubles, f"{what}: {troubles}"

    def _until(self, place: int) -> Host:
        host = Host(self.make_store(), self.make_gateway(), builders.OPENS)
        for step in self.story[:place]:
            host.take(step)
        return host


def _ordered(books: Books) -> Books:
    """The books without the order in which things came."""
    return attrs.evolve(
        books,
        transactions=tuple(sorted(books.transactions, key=lambda it: it.id)),
        orders=tuple(sorted(books.orders, key=lambda it: it.key)),
        accepted=tuple(sorted(books.accepted, key=lambda it: it.key)),
    )
