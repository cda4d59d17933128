"""Random histories of what the published machine leaves out: parts, cash, edits, goals after fees, final lap.

A few backers place, change and take back, in the middle of each other's steps, some of them by a clock that
is behind, while the terms change under them. After every step plain sums over the pledges say what stock,
totals, ledger and provider have to be; in the end everything is finished, and nothing may be left over.
"""

from contextlib import suppress
from datetime import timedelta

import attrs
from funding_houses import books, campaign_of
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from lanterne import BRUSSELS, CLOSES, DAY, HOUR, OPENS, TERMS, between, launched, money, request, written

from pushcore import (
    CampaignState,
    Deadline,
    Dunning,
    FeeBase,
    FeeLine,
    FeeSchedule,
    FundingGoal,
    FundingModel,
    Percent,
    Percentage,
    PledgeState,
    Refused,
    Rounding,
    Selection,
    Stock,
    Window,
    advance_campaign,
    announce_end,
    cancel_pledge,
    change_pledge,
    charge_pledge,
    deposit_contributions,
    edit_campaign,
    expect_contribution,
    extend_campaign,
    finish_orders,
    give_up_contribution,
    merge_pledges,
    place_pledge,
    receive_contribution,
    refund_pledge,
    settle_campaign,
    state_account,
    transfer_pledge,
)
from pushcore.campaigns import (
    Charging,
    DefaultOutcome,
    DurationRule,
    Editing,
    Extension,
    FailurePolicy,
    FinalLap,
    GoalEdits,
    InstalmentBase,
    InstalmentPlan,
    LimitEdits,
    Measure,
)
from pushcore.errors import GatewayError, KeyReused
from pushcore.gateway import Charge, Refund, Transfer
from pushcore.ledger.chart import offline_account
from pushcore.memory import Fault, ManualClock
from pushcore.money import Money, Remainder
from pushcore.pledges.part import PartState

MINUTE = timedelta(minutes=1)
SOON = 8
"""The deadline does not come before so many steps."""
POSTCARD, POSTER = TERMS.tiers
TENTH = FeeSchedule([FeeLine("platform", FeeBase.COLLECTED, Percent(Percentage.of("10")), Rounding.HALF_UP)])
LONG = DurationRule(least_days=1, most_days=365, open_ended=False, end_of_day=False)


def in_parts(default):
    return InstalmentPlan(
        threshold=money("30.00"),
        base=InstalmentBase.WHOLE,
        fewest=2,
        most=3,
        remainder=Remainder.LAST,
        first_after=timedelta(0),
        on_failure=FailurePolicy(7 * DAY, 14 * DAY, default),
        every_months=1,
    )


HOUSES = {
    "parts kept": {"instalments": in_parts(DefaultOutcome.KEPT)},
    "parts refunded": {"instalments": in_parts(DefaultOutcome.REFUNDED), "late_days": 3},
    "after fees": {"model": FundingModel(net_of_fees=True), "late_days": 3},
    "final lap": {
        "model": FundingModel(
            keeps_from=Percentage.of("0"),
            measure=Measure.CONFIRMED,
            charging=Charging.AT_PLEDGE,
            final_lap=FinalLap(7, end_of_day=True),
        ),
        "window": Window(OPENS, Deadline.never(BRUSSELS)),
    },
}
PLAIN = {
    "goal": FundingGoal(money("60.00")),
    "fees": TENTH,
    "dunning": Dunning.of_hours(remind=[24], attempt=[48]),
    "editing": Editing(
        goal=GoalEdits.ANY, limits=LimitEdits.TO_TAKEN, extension=Extension(times=2, within=LONG)
    ),
}

STANDING = (
    PledgeState.PLEDGED,
    PledgeState.PAYING,
    PledgeState.CHARGING,
    PledgeState.COLLECTED,
    PledgeState.ERRORED,
)
OVER = (
    PledgeState.COLLECTED,
    PledgeState.DROPPED,
    PledgeState.CANCELED,
    PledgeState.VOIDED,
    PledgeState.REFUNDED,
)
IDS = [f"p{n}" for n in range(1, 13)]
people = st.sampled_from(["ana", "bob", "cleo"])
tiers = st.sampled_from([None, None, "postcard", "poster"])
LATER = attrs.evolve(CLOSES, at=CLOSES.at + DAY)


@st.composite
def selections(draw):
    tier_id = draw(tiers)
    quantity = 1 if tier_id is None else draw(st.integers(1, 2))
    return Selection(
        money(draw(st.sampled_from(["1.00", "33.34", "50.00"]))), tier_id=tier_id, quantity=quantity
    )


@st.composite
def requests(draw):
    asked = request("?", backer_id=draw(people), parts=draw(st.sampled_from([None, None, None, 2, 3])))
    return attrs.evolve(asked, selection=draw(selections()))


def step(call, about=None, **named):
    """Somebody makes a call, about one of the pledges in some states; or about the campaign."""
    asked = st.fixed_dictionaries(
        {name: st.just(it) if isinstance(it, str) else it for name, it in named.items()}
    )
    return st.tuples(st.just(call), st.just(about), asked, st.integers(0, 99))


amounts = st.sampled_from([10_00, 25_00, 60_00]).map(lambda minor: Money.of_minor(minor, "EUR"))
edits = st.one_of(
    st.sampled_from(["5.00", "10.00", "15.00"]).map(
        lambda price: {"tiers": [attrs.evolve(POSTCARD, price=money(price)), POSTER]}
    ),
    st.sampled_from([1, 3, None]).map(lambda limit: {"tiers": [attrs.evolve(POSTCARD, limit=limit), POSTER]}),
    st.sampled_from(["30.00", "60.00", "90.00"]).map(lambda goal: {"goal": FundingGoal(money(goal))}),
)
ANY, EXPECTED = tuple(PledgeState), (PledgeState.EXPECTED,)
STEPS = st.one_of(
    *[step(place_pledge, request=requests())] * 3,
    *[step(expect_contribution, request=requests(), reason="cheque 117")] * 2,
    *[step(receive_contribution, EXPECTED, amount=amounts, actor="clerk")] * 3,
    step(give_up_contribution, EXPECTED, actor="clerk"),
    *[step(change_pledge, STANDING, selection=selections(), actor="clerk")] * 3,
    step(transfer_pledge, STANDING, holder_id=people, actor="clerk"),
    step(merge_pledges, STANDING, other_id=st.sampled_from(IDS[:4]), actor="clerk"),
    step(cancel_pledge, STANDING, actor="clerk"),
    step(charge_pledge, ANY, actor="clerk"),
    *[step(edit_campaign, terms=edits, actor="lune")] * 2,
    step(extend_campaign, closes=st.just(LATER), actor="lune"),
    step(announce_end, actor="lune"),
    step(advance_campaign, actor="jobs"),
    step(settle_campaign, actor="jobs"),
)


class TermsFlow(RuleBasedStateMachine):
    """Steps over a house in memory."""

    @initialize(house=st.sampled_from(sorted(HOUSES)), first=st.lists(requests(), min_size=3, max_size=4))
    def begin(self, house, first):
        self.ports, self.steps = launched(**PLAIN | HOUSES[house]), 0
        for asked in first:
            self.take((place_pledge, None, {"request": asked}, 0))
        self.take((expect_contribution, None, {"request": first[0], "reason": "cheque 117"}, 0))

    def play(self, ports, step):
        """Take a step, about whatever there is for it."""
        call, about, named, n = step
        if call is edit_campaign:
            named = named | {"terms": attrs.evolve(campaign_of(self.ports).terms, **named["terms"])}
        if "request" in named:
            used = {it.id for it in self.pledges}
            free = [it for it in IDS if it not in used]
            named = named | {"request": attrs.evolve(named["request"], pledge_id=(free or IDS)[0])}
            call(ports, **named)
        elif about is None:
            call(ports, "lanterne", **named)
        elif found := self.of(*about):
            call(ports, found[n % len(found)].id, **named)

    def take(self, step):
        """A no changes nothing, as long as nobody else does anything."""
        self.steps += 1
        before = written(self.ports)
        try:
            self.play(self.ports, step)
        except (Refused, KeyReused):
            assert written(self.ports) == before

    @rule(step=STEPS)
    def taking(self, step):
        self.take(step)

    @rule(step=STEPS, other=STEPS, behind=st.booleans())
    def racing(self, step, other, behind):
        """Somebody takes a step in the middle of another; their clock may be behind."""
        theirs = self.ports
        if behind:
            theirs = attrs.evolve(theirs, clock=ManualClock(max(OPENS, self.ports.now() - MINUTE)))

        def meanwhile():
            with suppress(Refused, KeyReused):
                self.play(theirs, other)

        with suppress(Refused, KeyReused):
            self.play(between(self.ports, meanwhile), step)

    @rule(step=STEPS, fault=st.sampled_from([Fault.BEFORE, Fault.AFTER]), calls=st.integers(0, 1))
    def losing_the_answer(self, step, fault, calls):
        self.ports.gateway.fail_next(*[Fault.NONE] * calls, fault)
        with suppress(Refused, KeyReused, GatewayError):
            self.play(self.ports, step)
        self.ports.gateway._faults.clear()

    @rule(n=st.integers(0, 11), accepted=st.booleans())
    def minding(self, n, accepted):
        """The provider declines somebody's payment methods, or the charges of a pledge; or no longer."""
        who = ["ana", *(it.id for it in self.pledges)][n % (1 + len(self.pledges))]
        (self.ports.gateway.accept if accepted else self.ports.gateway.decline)(who)

    @rule(span=st.sampled_from([MINUTE, 2 * HOUR]))
    def waiting(self, span):
        self.ports.clock.advance(span)

    @precondition(lambda self: campaign_of(self.ports).outcome is not None)
    @rule(span=st.sampled_from([DAY, 8 * DAY, 31 * DAY]))
    def collecting(self, span):
        self.ports.clock.advance(span)
        advance_campaign(self.ports, "lanterne", actor="jobs")

    @precondition(lambda self: self.steps > SOON and not self.closes.endless)
    @rule(late=st.sampled_from([timedelta(0), 3 * DAY]))
    def ending(self, late):
        """The deadline comes, or the end of late pledges."""
        self.ports.clock.set(max(self.ports.now(), self.closes.at + late))
        advance_campaign(self.ports, "lanterne", actor="jobs")

    # What is always so.

    @property
    def closes(self):
        return campaign_of(self.ports).terms.window.closes

    @property
    def pledges(self):
        found = map(self.ports.store.find_pledge, IDS)
        return [pledge for pledge in found if pledge is not None]

    def of(self, *states):
        return [pledge for pledge in self.pledges if pledge.state in states]

    @invariant()
    def totals_are_sums(self):
        standing, progress = self.of(*STANDING), self.ports.store.progress("lanterne")
        assert (progress.pledges, progress.collections) == (
            len(standing),
            len(self.of(PledgeState.COLLECTED)),
        )
        assert progress.backers == len({it.backer_id for it in standing})
        assert progress.pledged.minor == sum(given(it) for it in standing if not it.late)
        assert progress.late.minor == sum(given(it) for it in standing if it.late)
        assert progress.collected.minor == sum(map(taken, standing))

    @invariant()
    def stocks_are_what_is_held(self):
        for tier in campaign_of(self.ports).terms.tiers:
            claimed, reserved = (
                sum(it.selection.quantity for it in self.of(*states) if it.selection.tier_id == tier.id)
                for states in (STANDING, (PledgeState.PREAUTH, PledgeState.EXPECTED))
            )
            assert self.ports.store.stock("lanterne", tier.id) == Stock(claimed, reserved)
            assert tier.limit is None or claimed + reserved <= tier.limit

    @invariant()
    def money_is_somewhere(self):
        store, accounts = self.ports.store, books(self.ports)
        moving = [it for it in store.open_orders() if isinstance(it, Charge | Refund | Transfer)]
        assert moving or accounts.get("provider", 0) == self.ports.gateway.held("EUR").minor
        cash = sum(given(it) for it in self.of(PledgeState.COLLECTED) if it.offline)
        assert store.balance(offline_account("lanterne"), "EUR").posted.minor == cash
        statement = state_account(self.ports, "lanterne")
        assert statement.conserved
        if campaign_of(self.ports).settled_at is not None:
            assert statement.held == money(0)

    @invariant()
    def the_verdict_is_what_was_given(self):
        campaign = campaign_of(self.ports)
        if campaign.outcome is None:
            return
        total, goal = campaign.outcome.pledged.minor, campaign.terms.goal.amount.minor
        if campaign.terms.model.net_of_fees:
            total -= (total + 5) // 10  # a tenth, rounded half up
        kept = campaign.terms.model.keeps_from is not None and total > 0
        partly = CampaignState.PARTIALLY_FUNDED if kept else CampaignState.FAILED
        assert campaign.state is (CampaignState.SUCCESSFUL if total >= goal else partly)

    def teardown(self):
        """Everything is finished, and nothing is left over."""
        if not hasattr(self, "ports"):
            return
        for who in [*IDS, "ana"]:
            self.ports.gateway.accept(who)
        for pledge in self.of(PledgeState.EXPECTED):
            give_up_contribution(self.ports, pledge.id, actor="clerk")
        if self.closes.endless:
            announce_end(self.ports, "lanterne", actor="lune")
        self.ports.clock.set(max(self.ports.now(), self.closes.at))
        for _ in range(14):  # until the last part of the last pledge
            advance_campaign(self.ports, "lanterne", actor="jobs")
            self.ports.clock.advance(8 * DAY)
        for pledge in self.of(PledgeState.UNREFUNDED):
            refund_pledge(self.ports, pledge.id, actor="clerk")
        if campaign_of(self.ports).settled_at is not None:
            self.ports.gateway.deposit(deposit_contributions(self.ports, "lanterne", actor="clerk"))
            advance_campaign(self.ports, "lanterne", actor="jobs")
        assert finish_orders(self.ports, actor="jobs") == {}
        self.nothing_is_left_over()

    def nothing_is_left_over(self):
        assert not list(self.ports.store.open_orders())
        assert [it for it in self.pledges if it.state not in OVER] == []
        campaign, statement = campaign_of(self.ports), state_account(self.ports, "lanterne")
        assert (campaign.settled_at is not None) is campaign.funded
        assert statement.held == money(0)
        assert statement.paid == statement.payees
        left = (
            self.ports.gateway.held("EUR")
            + self.ports.store.balance(offline_account("lanterne"), "EUR").posted
        )
        assert left == Money.total(statement.fees.values(), "EUR")
        if not campaign.funded:
            assert (left, self.of(*STANDING)) == (money(0), [])


def given(pledge):
    """What it comes to: no fee on top and no tip is offered here."""
    return sum(line.amount.minor for line in pledge.quote.lines)


def taken(pledge):
    """What was collected of a pledge that stands."""
    if pledge.state is PledgeState.COLLECTED:
        return given(pledge)
    parts = () if pledge.instalments is None else pledge.instalments.parts
    return sum(part.amount.minor for part in parts if part.state is PartState.COLLECTED)


TestTermsFlow = TermsFlow.TestCase
TestTermsFlow.settings = settings(stateful_step_count=30, suppress_health_check=list(HealthCheck))
