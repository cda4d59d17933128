"""The laws of payouts, over random plans and random histories of everything that can happen to them."""

from collections import Counter
from datetime import timedelta

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st
from lanterne import END, collected, money

from pushcore import (
    PayoutState,
    Refused,
    advance_campaign,
    audit,
    pay_out,
    send_payout,
    settle_campaign,
    state_account,
)
from pushcore.errors import KeyReused, NotFound
from pushcore.gateway import Transfer
from pushcore.ledger import chart
from pushcore.payouts import Consent, Consenter, HeldReserve, PayeeFacts, WireFee
from pushcore.payouts.states import COVERING
from pushcore.testing import strategies
from pushcore.usecases import (
    approve_payout,
    merge_payouts,
    prepare_payouts,
    reconsider_payout,
    refuse_milestone,
    refuse_payout,
    release_milestone,
    release_reserve,
    return_payout,
    withdraw_payout,
)

PAYEES = ("director", "band")
OPEN, CLOSED = PayeeFacts(verified=True, signed=True, missing=[]), PayeeFacts()
ACTORS = ("ana", "bob", "cleo")
CLERK = {"actor": "clerk"}


@st.composite
def plans(draw):
    """A plan whose wire fees, if any, are of payees there are, and that nobody needs a rate for."""
    plan = draw(strategies.payout_plans("EUR"))
    wire = plan.wire and WireFee(plan.wire.amount, draw(st.sampled_from([(), PAYEES[:1]])))
    return attrs.evolve(plan, wire=wire, least_net=None, currencies={})


class World:
    """A settled campaign, what its payees are owed by a count of our own, and what was sent."""

    def __init__(self, plan):
        ports = collected("300.01", "77.07", payouts=plan)
        self.gates = dict.fromkeys(PAYEES, OPEN)
        self.ports = attrs.evolve(ports, payees=lambda payee: self.gates[payee])
        self.plan = plan
        settle_campaign(self.ports, "lanterne", actor="clerk")
        self.parts = self.given()
        transfer, ports.gateway.transfer = ports.gateway.transfer, self.watch
        self.transfer = transfer

    @property
    def store(self):
        return self.ports.store

    def watch(self, order):
        """What is sent is due, approved, consented to, and through every gate, at this very moment."""
        payout = self.store.payout(order.payout_id)
        now = self.ports.now()
        assert payout.due_at is None or payout.due_at <= now
        assert len(set(payout.approved_by)) >= payout.approvals
        assert payout.state is PayoutState.SENT
        gates, facts = self.plan.gates, self.gates[payout.payee_id]
        assert facts is OPEN or not (gates.identity or gates.agreement or gates.documents)
        return self.transfer(order)

    def given(self):
        return {payee: self.balance(payee).credits_posted.minor for payee in PAYEES}

    def balance(self, payee):
        return self.store.balance(chart.payee_account("lanterne", payee), "EUR")

    def payout(self, number):
        payouts = self.store.payouts("lanterne")
        return payouts[number % len(payouts)].id if payouts else "nobody's"

    def act(self, kind, number):
        """Take an action; a no that is a rule's changes nothing."""
        before = list(self.store.transactions())
        try:
            ACTIONS[kind](self, number)
        except Refused:
            assert list(self.store.transactions()) == before
        except (KeyReused, NotFound):
            pass  # the number of a withdrawal that was made, or no payout at all

    def give_back(self, number):
        """The bank sends a payout back; what the payee is owed again is counted on top of the part."""
        payout = self.store.payout(self.payout(number))
        before = self.balance(payout.payee_id).credits_posted.minor
        return_payout(self.ports, payout.id, costs_back=bool(number % 2), **CLERK)
        self.parts[payout.payee_id] += self.balance(payout.payee_id).credits_posted.minor - before

    def withdraw(self, number):
        payee = PAYEES[number % 2]
        made = sum(it.payee_id == payee for it in self.store.payouts("lanterne"))
        amount = money(1 + number * 7)
        withdraw_payout(self.ports, "lanterne", payee, amount, number=made + 1, **CLERK)

    def consent(self, number, *, yes):
        milestones = self.plan.schedule.milestones
        if milestones and yes:
            milestone = milestones[number % len(milestones)]
            release_milestone(self.ports, "lanterne", milestone.id, Consent(milestone.by), **CLERK)
        elif milestones:
            refuse_milestone(self.ports, "lanterne", milestones[number % len(milestones)].id, **CLERK)

    def gate(self, number):
        payee = PAYEES[number % 2]
        self.gates[payee] = CLOSED if self.gates[payee] is OPEN else OPEN

    def check(self):
        assert audit(self.store.transactions()) == ()
        assert state_account(self.ports, "lanterne").conserved
        held = self.store.find(HeldReserve, "lanterne")
        released = Counter()
        for event in self.store.events():
            if type(event).__name__ == "ReserveReleased":
                released.update({payee: amount.minor for payee, amount in event.payees.items()})
        reserve = self.store.balance(chart.reserve_account("lanterne"), "EUR").available
        assert reserve.minor == (held.available.minor if held else 0)
        for payee in PAYEES:
            payouts = [it for it in self.store.payouts("lanterne") if it.payee_id == payee]
            balance = self.balance(payee)
            paid, pending = balance.debits_posted.minor, balance.debits_pending.minor
            assert paid + pending + balance.available.minor == self.parts[payee] + released[payee]
            assert pending == sum(it.amount.minor for it in payouts if it.state is PayoutState.SENT)
            gone = (PayoutState.PAID, PayoutState.RETURNED)
            assert paid == sum(it.amount.minor for it in payouts if it.state in gone)
            assert sum(it.amount.minor for it in payouts if it.state in COVERING) <= balance.available.minor
        sent = Counter(it.payout_id for it in self.ports.gateway.accepted() if isinstance(it, Transfer))
        assert max(sent.values(), default=0) <= 1
        for payout in self.store.payouts("lanterne"):
            assert sent[payout.id] == (payout.state in {PayoutState.PAID, PayoutState.RETURNED})


def _one(use_case):
    """An action about one payout, by one of a few people."""
    return lambda world, n: use_case(world.ports, world.payout(n), actor=ACTORS[n % 3])


def _all(use_case):
    """An action about the campaign."""
    return lambda world, _: use_case(world.ports, "lanterne", **CLERK)


ACTIONS = {
    "approve": _one(approve_payout),
    "refuse": _one(refuse_payout),
    "reconsider": _one(reconsider_payout),
    "send": _one(send_payout),
    "pay out": _all(pay_out),
    "advance": _all(advance_campaign),
    "prepare": _all(prepare_payouts),
    "release": _all(release_reserve),
    "merge": lambda world, n: merge_payouts(world.ports, "lanterne", PAYEES[n % 2], **CLERK),
    "return": World.give_back,
    "withdraw": World.withdraw,
    "consent": lambda world, n: world.consent(n, yes=True),
    "dissent": lambda world, n: world.consent(n, yes=False),
    "gate": World.gate,
    "decline": lambda world, n: world.ports.gateway.decline(PAYEES[n % 2]),
    "accept": lambda world, n: world.ports.gateway.accept(PAYEES[n % 2]),
    "wait": lambda world, n: world.ports.clock.advance(timedelta(days=1 + n * 9)),
}
OFTEN = ("approve", "pay out", "wait", "return")
ACTS = st.tuples(st.sampled_from([*ACTIONS, *OFTEN]), st.integers(0, 9))


@settings(deadline=None)
@given(plans(), st.lists(ACTS, max_size=25))
def test_at_every_step_the_money_is_all_there_and_none_of_it_goes_early_or_twice(plan, history):
    world = World(plan)
    world.check()
    for kind, number in history:
        world.act(kind, number)
        world.check()


@settings(deadline=None)
@given(plans())
def test_in_the_end_payees_have_all_but_what_steps_and_minima_leave(plan):
    """With every consent and approval given, and time enough, less than one transfer is left owed."""
    world = World(plan)
    for milestone in plan.schedule.milestones:
        by_all = Consent(milestone.by, 3, 3) if milestone.by is Consenter.BACKERS else Consent(milestone.by)
        release_milestone(world.ports, "lanterne", milestone.id, by_all, actor="clerk")
    for _ in range(2):
        world.ports.clock.advance(timedelta(days=400))
        advance_campaign(world.ports, "lanterne", actor="clerk")
        prepare_payouts(world.ports, "lanterne", actor="clerk")
        for payout in world.store.payouts("lanterne"):
            for actor in ACTORS[: payout.approvals] if payout.state is PayoutState.PREPARED else ():
                approve_payout(world.ports, payout.id, actor=actor)
        pay_out(world.ports, "lanterne", actor="clerk")
    world.check()
    assert state_account(world.ports, "lanterne").reserved == money("0.00")
    if plan.withdrawals is None:
        for payee in PAYEES:
            left = world.balance(payee).available.minor
            assert left < max(plan.least_minor, plan.unit_minor) + plan.wired_minor(payee) + plan.unit_minor
    assert world.ports.now() > END
