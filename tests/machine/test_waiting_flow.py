"""Random histories of a sold-out tier: an independent line of people says who gets what, and when.

It knows nothing of the library. With somebody else acting in the middle of a step, whoever writes first is
in line first, and the store has the last word.
"""

from contextlib import suppress

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from lanterne import HOUR, between, launched, money, request

from pushcore import (
    Refused,
    Tier,
    advance_campaign,
    cancel_pledge,
    join_waiting_list,
    leave_waiting_list,
    offer_released,
    place_pledge,
)
from pushcore.rewards import WaitingList

PIECES, LIFETIME = 3, 24
PEOPLE = ["ana", "bea", "cleo", "dora"]
RACES = [("place",), ("join",), ("leave",), ("offer",), ("release", "offer"), ("place", "join", "release")]
people, numbers = st.sampled_from(PEOPLE), st.integers(1, 2)


@attrs.define
class Wanting:
    """Somebody in line, for so many pieces, with an offer until an hour."""

    who: str
    pieces: int
    until: int | None = None


@attrs.define
class Line:
    """Who holds what, and who stands in line."""

    hour: int = 0
    held: dict = attrs.field(factory=dict)
    queue: list = attrs.field(factory=list)

    @property
    def free(self):
        return PIECES - sum(self.held.values())

    @property
    def waiting(self):
        """Those whose offer has not run out."""
        return [it for it in self.queue if it.until is None or self.hour < it.until]

    def may_have(self, who, pieces):
        """Whether there are so many, apart from those for everybody who comes first."""
        first = self.waiting
        own = [it for it in first if it.who == who]
        if own and pieces <= own[0].pieces:
            first = first[: first.index(own[0])]
        return pieces + sum(it.pieces for it in first if it not in own) <= self.free

    def may_join(self, who, pieces):
        left = max(self.free - sum(it.pieces for it in self.queue), 0)
        return who not in [it.who for it in self.queue] and left < pieces <= PIECES

    def take(self, who, pieces, pledge_id):
        self.queue = [it for it in self.waiting if it.who != who]
        self.held[pledge_id] = pieces

    def offer(self):
        self.queue = self.waiting
        left = self.free
        for it in self.queue:
            left -= it.pieces
            if left < 0:
                break
            it.until = self.hour + LIFETIME if it.until is None else it.until


class WaitingFlow(RuleBasedStateMachine):
    """Steps over a house in memory, each held against the line."""

    def __init__(self):
        super().__init__()
        self.ports = launched(tiers=[Tier("print", money("40"), limit=PIECES, waiting=LIFETIME * HOUR)])
        self.line, self.placed = Line(), 0

    def place(self, ports, who, pieces):
        self.placed += 1
        asked = request(f"p{self.placed}", "0", backer_id=who, tier_id="print", quantity=pieces)
        return place_pledge(ports, asked)

    def join(self, ports, who, pieces):
        return join_waiting_list(ports, "lanterne", "print", who, quantity=pieces, actor=who)

    def leave(self, ports, who):
        return leave_waiting_list(ports, "lanterne", "print", who, actor=who)

    def take(self, act, *args, fine):
        if fine:
            return act(self.ports, *args)
        with pytest.raises(Refused):
            act(self.ports, *args)
        return None

    @initialize(who=people)
    def sell_out(self, who):
        for pieces in (1, 1, 1):
            self.placing(who, pieces)

    @rule(who=people, pieces=numbers)
    def placing(self, who, pieces):
        fine = self.line.may_have(who, pieces)
        if (pledge := self.take(self.place, who, pieces, fine=fine)) is not None:
            self.line.take(who, pieces, pledge.id)

    @rule(who=people, pieces=numbers)
    def joining(self, who, pieces):
        if Wanting(who, pieces) in [Wanting(it.who, it.pieces) for it in self.line.queue]:
            return  # that is the same again
        if self.take(self.join, who, pieces, fine=self.line.may_join(who, pieces)) is not None:
            self.line.queue.append(Wanting(who, pieces))

    @rule(who=people)
    def leaving(self, who):
        self.take(self.leave, who, fine=who in [it.who for it in self.line.queue])
        self.line.queue = [it for it in self.line.queue if it.who != who]

    @precondition(lambda self: self.line.held)
    @rule(n=st.integers(0, 9))
    def releasing(self, n):
        self.release(sorted(self.line.held)[n % len(self.line.held)])

    def release(self, pledge_id):
        cancel_pledge(self.ports, pledge_id, actor="clerk")
        del self.line.held[pledge_id]

    @rule(all_of_it=st.booleans())
    def offering(self, all_of_it):
        if all_of_it:
            assert advance_campaign(self.ports, "lanterne", actor="jobs") == {}
        else:
            offer_released(self.ports, "lanterne", "print", actor="jobs")
        self.line.offer()

    @rule(hours=st.sampled_from([1, 12, 23, 24]))
    def passing(self, hours):
        if self.line.hour < 500:
            self.line.hour += hours
            self.ports.clock.set(self.ports.now() + hours * HOUR)

    @rule(who=people, pieces=numbers, other=people, third=people, first=st.sampled_from(RACES))
    def racing(self, who, pieces, other, third, first):
        """Somebody else acts after what a pledge rests on was read, and before it is written."""
        if not self.line.may_have(who, pieces):
            return

        acts = {
            "place": lambda: self.placing(other, pieces),
            "join": lambda: self.joining(third, 1),
            "leave": lambda: self.leaving(other),
            "release": lambda: self.line.held and self.release([*self.line.held][-1]),
            "offer": lambda: self.offering(all_of_it=False),
        }

        def meanwhile():
            for name in first:
                acts[name]()

        seen = between(self.ports, meanwhile)
        with suppress(Refused):
            pledge = self.place(seen, who, pieces)
            assert self.line.may_have(who, pieces)
            self.line.take(who, pieces, pledge.id)
            return
        assert not self.line.may_have(who, pieces)

    @invariant()
    def in_order(self):
        found = self.ports.store.find(WaitingList, "lanterne/print")
        opened = self.ports.store.campaign("lanterne").terms.window.opens
        told = [] if found is None else found.entries
        assert [(it.backer_id, it.quantity, it.offered_until) for it in told] == [
            (it.who, it.pieces, None if it.until is None else opened + it.until * HOUR)
            for it in self.line.queue
        ]

    @invariant()
    def nothing_oversold(self):
        stock = self.ports.store.stock("lanterne", "print")
        assert stock.out == sum(self.line.held.values()) <= PIECES
        assert sum(it.pieces for it in self.line.waiting if it.until is not None) <= self.line.free


WaitingFlow.TestCase.settings = settings(
    stateful_step_count=30, suppress_health_check=[HealthCheck.filter_too_much], deadline=None
)
TestWaitingFlow = WaitingFlow.TestCase
