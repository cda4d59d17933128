"""Random histories of one campaign: all that a host can do, in any order, again, at once, and cut short.

Any step may be taken in the middle of any other, the process may end at any call, and the provider may fall
silent before or after it acted, or reject what it is asked. After every step an auditor adds everything up.
At the end everything is finished, and then nothing may be left open.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, cast

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pushcore.campaigns import CampaignState, Trigger
from pushcore.campaigns.lifecycle import GIVING_BACK
from pushcore.memory import FakeGateway
from pushcore.rewards import Phase
from pushcore.testing import builders, steps
from pushcore.testing.auditor import Books, disagreements, loose_ends
from pushcore.testing.histories import (
    BEGINNING,
    CALLING_OFF,
    CANCELING,
    CHANGING,
    CLOSING,
    COLLECTING,
    CRASHES,
    DAYS,
    ENDING,
    EXPECTING,
    MINDS,
    MINUTES,
    MOVING,
    PAYING,
    PLACING,
    PLANS,
    RECEIVING,
    REFUNDING,
    TERMS,
    TIDYING,
)
from pushcore.testing.host import Host
from pushcore.testing.playing import finish_everything, play
from pushcore.testing.steps import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hypothesis import settings

    from pushcore.campaigns import Campaign, Terms
    from pushcore.ports import Store
    from pushcore.testing.host import DirectedGateway
    from pushcore.testing.interruption import Interruption

__all__ = ["check_pledge_flow"]


def check_pledge_flow(
    make_store: Callable[[], Store],
    make_gateway: Callable[[], DirectedGateway] = FakeGateway,
    *,
    settings: settings | None = None,
) -> None:
    """Play random histories over stores and gateways of yours; fail with a short one that breaks a promise.

    The promises: money in is money out and money held; nothing is oversold, and no cap exceeded; no pledge is
    charged or given back twice, and what was charged for a campaign that comes to nothing is given back;
    totals are the sums of the pledges; a refusal changes nothing; whatever was cut short can be finished; and
    the events of the store are those that were committed.

    Args:
        make_store: Makes an empty store.
        make_gateway: Makes a gateway that has seen nothing.
        settings: How hard to try.
    """
    machine = partial(PledgeFlow, make_store, make_gateway)
    run_state_machine_as_test(cast("type[PledgeFlow]", machine), settings=settings)


_SOON: Final = 25
"""A campaign is not called off before so many steps: there is little to see afterwards."""


class PledgeFlow(RuleBasedStateMachine):
    """One campaign from draft to payout, and whatever comes in between."""

    def __init__(self, make_store: Callable[[], Store], make_gateway: Callable[[], DirectedGateway]) -> None:
        super().__init__()
        self.host: Host = Host(make_store(), make_gateway(), builders.OPENS)
        self.taken: list[Step] = []
        self.sound: bool = False

    @initialize(written=TERMS, drafting=CRASHES, launching=CRASHES, first=BEGINNING)
    def begin(
        self,
        written: Terms,
        drafting: Sequence[Interruption],
        launching: Sequence[Interruption],
        first: Sequence[Step],
    ) -> None:
        """Draft a campaign and launch it; what is cut short is done again. Then it gets a few pledges."""
        approving = (Trigger.SUBMIT, Trigger.APPROVE) if written.needs_approval else ()
        for step, plan in (
            (Step(steps.draft, (written,)), drafting),
            *((Step(steps.move, (trigger,)), ()) for trigger in approving),
            (Step(steps.launch), launching),
        ):
            self.host.take(step, plan)
            self.host.take(step)
        for step in first:
            self._take(step)

    @precondition(lambda self: not self._ended or self._late)
    @rule(step=PLACING, meanwhile=PLANS)
    def placing(self, step: Step, meanwhile: Sequence[Interruption]) -> None:
        """Somebody pledges."""
        self._take(step, meanwhile)

    @precondition(lambda self: not self._ended or self._late)
    @rule(step=EXPECTING, meanwhile=PLANS)
    def expecting(self, step: Step, meanwhile: Sequence[Interruption]) -> None:
        """Somebody promises cash."""
        self._take(step, meanwhile)

    @precondition(lambda self: self._campaign.outcome is None or self._late)
    @rule(step=RECEIVING, meanwhile=PLANS)
    def receiving(self, step: Step, meanwhile: Sequence[Interruption]) -> None:
        """It comes, or is given up."""
        self._take(step, meanwhile)

    @precondition(lambda self: not self._ended or self._campaign.state is CampaignState.SUSPENDED)
    @rule(step=CANCELING, meanwhile=PLANS)
    def canceling(self, step: Step, meanwhile: Sequence[Interruption]) -> None:
        """Somebody takes a pledge back."""
        self._take(step, meanwhile)

    @precondition(lambda self: not self._ended)
    @rule(step=CHANGING, meanwhile=PLANS)
    def changing(self, step: Step, meanwhile: Sequence[Interruption]) -> None:
        """Somebody picks something else, hands a pledge over, or makes one of two."""
        self._take(step, meanwhile)

    @precondition(lambda self: not self._ended)
    @rule(step=MOVING)
    def moving(self, step: Step) -> None:
        """The platform suspends the campaign, or lets it go on."""
        self._take(step)

    @precondition(lambda self: not self._ended)
    @rule(step=MINUTES | MINDS | ENDING)
    def passing(self, step: Step) -> None:
        """Time passes, the provider changes its mind about somebody, or the deadline comes."""
        self._take(step)

    @precondition(lambda self: len(self.taken) > _SOON and not self._ended)
    @rule(step=CALLING_OFF, meanwhile=PLANS)
    def calling_off(self, step: Step, meanwhile: Sequence[Interruption]) -> None:
        """The creator gives up."""
        self._take(step, meanwhile)

    @precondition(lambda self: self._ended and self._campaign.outcome is None)
    @rule(step=CLOSING, meanwhile=PLANS)
    def closing(self, step: Step, meanwhile: Sequence[Interruption]) -> None:
        """The verdict falls."""
        self._take(step, meanwhile)

    @precondition(lambda self: self._campaign.charges)
    @rule(step=COLLECTING, meanwhile=PLANS)
    def collecting(self, step: Step, meanwhile: Sequence[Interruption]) -> None:
        """Pledges are charged."""
        self._take(step, meanwhile)

    @precondition(lambda self: self._campaign.charges)
    @rule(step=DAYS | MINDS)
    def dunning(self, step: Step) -> None:
        """Days pass, and backers mend their cards, or their cards expire."""
        self._take(step)

    @precondition(lambda self: self._campaign.state in GIVING_BACK or self._campaign.charges)
    @rule(step=REFUNDING, meanwhile=PLANS)
    def refunding(self, step: Step, meanwhile: Sequence[Interruption]) -> None:
        """A pledge is given back, or that is tried again."""
        self._take(step, meanwhile)

    @precondition(lambda self: self._campaign.settled_at is not None)
    @rule(step=PAYING, meanwhile=PLANS)
    def paying(self, step: Step, meanwhile: Sequence[Interruption]) -> None:
        """Payees are paid."""
        self._take(step, meanwhile)

    @rule(step=TIDYING, meanwhile=PLANS)
    def tidying(self, step: Step, meanwhile: Sequence[Interruption]) -> None:
        """What was left open is finished."""
        self._take(step, meanwhile)

    @rule(n=st.integers(0, 100), meanwhile=PLANS)
    def again(self, n: int, meanwhile: Sequence[Interruption]) -> None:
        """Any earlier step is taken once more: a double click, a retry, a job that runs twice."""
        if self.taken:
            self._take(self.taken[n % len(self.taken)], meanwhile)

    @invariant()
    def agrees(self) -> None:
        """The auditor finds nothing."""
        self.sound = False
        _none(disagreements(Books.of(self.host)))
        self.sound = True

    def teardown(self) -> None:
        """Finish everything, unless the history ended in a failure."""
        if self.sound:
            finish_everything(self.host)
            _none(loose_ends(Books.of(self.host)) + self.host.witness.untold())

    @property
    def _campaign(self) -> Campaign:
        return self.host.store.campaign(steps.CAMPAIGN)

    @property
    def _ended(self) -> bool:
        return self._campaign.terms.window.closes.passed(self.host.clock.now())

    @property
    def _late(self) -> bool:
        return self._campaign.phase(self.host.clock.now()) is Phase.LATE

    def _take(self, step: Step, meanwhile: Sequence[Interruption] = ()) -> None:
        self.sound = False
        self.taken.append(step)
        play(self.host, step, meanwhile)
        self.sound = True


def _none(troubles: list[str]) -> None:
    assert not troubles, "; ".join(troubles)
