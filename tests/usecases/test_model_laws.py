"""What holds whatever the funding model, whoever pledges, cancels or is declined, in whatever order."""

from datetime import timedelta

import attrs
from funding_houses import advance, at_provider, books, campaign_of, place
from hypothesis import given, note
from hypothesis import strategies as st
from lanterne import DAY, END, HOUR, MICROSECOND, launched, money, states

from pushcore import (
    CampaignState,
    FeeBase,
    FeeLine,
    FeeSchedule,
    FundingGoal,
    FundingModel,
    Money,
    Percent,
    Percentage,
    PledgeState,
    Progress,
    Refused,
    Rounding,
    SplitPlan,
    Tier,
    cancel_campaign,
    cancel_pledge,
    change_pledge,
)
from pushcore.campaigns import Cap, Charging, Dunning, Measure
from pushcore.campaigns.funding import COUNTED
from pushcore.changes import ProgressMove
from pushcore.errors import GatewayUnavailable
from pushcore.memory import Fault
from pushcore.rewards import LineKind, Selection

STANDING = {"pledged", "charging", "collected", "errored"}
TIERS = [Tier("print", money("7.00")), Tier("poster", money("19.00"), limit=3)]
FEES = FeeSchedule(
    [
        FeeLine("card", FeeBase.PLEDGE, Percent(Percentage.of("3")), Rounding.HALF_UP),
        FeeLine("host", FeeBase.COLLECTED, Percent(Percentage.of("5")), Rounding.HALF_UP),
    ]
)
ON_TOP = FeeSchedule([FeeLine("service", FeeBase.PLEDGE, Percent(Percentage.of("2")), Rounding.HALF_UP)])
NO_FEES = {"fees": FeeSchedule(), "splits": SplitPlan()}

counts = st.sets(st.sampled_from(COUNTED)).map(lambda kinds: tuple(kinds | {LineKind.BONUS}))
models = st.builds(
    FundingModel,
    measure=st.sampled_from(Measure),
    counts=st.just(COUNTED) | counts,
    net_of_fees=st.booleans(),
    keeps_from=st.none() | st.integers(0, 99).map(Percentage.of),
    charging=st.sampled_from(Charging),
    grace=st.sampled_from([timedelta(0), DAY]),
)
asked = st.fixed_dictionaries(
    {
        "bonus": st.integers(0, 60_00).map(lambda minor: Money.of_minor(minor, "EUR")),
        "tier_id": st.sampled_from([None, "print", "poster"]),
        "quantity": st.integers(1, 3),
        "tip": st.none() | st.integers(1, 500).map(lambda minor: Money.of_minor(minor, "EUR")),
        "backer_id": st.sampled_from(["ana", "bob", "cleo"]),
        "declines": st.booleans(),
        "then": st.sampled_from(["stay", "stay", "cancel", "change"]),
    }
)
stories = st.lists(asked, max_size=7)


def told(ports, story):
    """Play it: who is refused is refused; all others pledge, and some take it back or change it."""
    for n, one in enumerate(story):
        picked = {name: value for name, value in one.items() if name not in {"bonus", "declines", "then"}}
        if picked["tier_id"] is None:
            picked["quantity"] = 1
        if one["declines"]:
            ports.gateway.decline(f"p{n}")
        try:
            place(ports, f"p{n}", one["bonus"], **picked)
            if one["then"] == "cancel":
                cancel_pledge(ports, f"p{n}", actor="ana")
            elif one["then"] == "change":
                change_pledge(ports, f"p{n}", Selection(one["bonus"] + money("1.00")), actor="ana")
        except Refused as no:
            note(str(no))
    return ports


def recounted(ports):
    """The totals, by plain integers over the pledges that stand."""
    model = campaign_of(ports).terms.model
    totals = {"pledged": 0, "counted": 0, "units": 0, "pledges": 0, "collected": 0, "collections": 0}
    backers = set()
    for pledge in ports.store._pledges.values():
        if pledge.state not in STANDING:
            continue
        lines = [(line.kind, line.amount.minor) for line in pledge.quote.lines]
        gets = sum(minor for kind, minor in lines if kind not in {LineKind.FEE, LineKind.TIP})
        counts = sum(minor for kind, minor in lines if kind in model.counts)
        card = (max(counts, 0) * 3 + 50) // 100 if model.net_of_fees else 0
        totals["pledged"] += gets
        totals["counted"] += counts - card
        totals["units"] += pledge.selection.quantity if pledge.selection.tier_id else 0
        totals["pledges"] += 1
        totals["collected"] += gets * (pledge.state is PledgeState.COLLECTED)
        totals["collections"] += pledge.state is PledgeState.COLLECTED
        backers.add(pledge.backer_id)
    return totals | {"backers": len(backers), "late": 0, "matched": 0}


def as_numbers(progress):
    numbers = attrs.asdict(progress, recurse=False)
    return {name: value.minor if isinstance(value, Money) else value for name, value in numbers.items()}


@given(models, stories)
def test_the_totals_are_what_a_recount_gives(model, story):
    in_part = model.net_of_fees and not model.counts_every_kind  # then fees are of one base
    fees = FeeSchedule(FEES.lines[:1]) if in_part else FEES
    ports = told(launched(model=model, tiers=TIERS, fees=fees, on_top=ON_TOP, splits=SplitPlan()), story)
    assert as_numbers(ports.store.progress("lanterne")) == recounted(ports)
    for days in (0, 2, 9):
        advance(ports, END + days * DAY)
        assert as_numbers(ports.store.progress("lanterne")) == recounted(ports)


@given(models, stories, st.integers(1, 150_00))
def test_a_verdict_never_flips(model, story, wanted):
    """Whatever is declined, mended or dropped after it; and nobody is charged for a failure in the end."""
    terms = {"tiers": TIERS, "goal": FundingGoal(Money.of_minor(wanted, "EUR")), **NO_FEES}
    ports = told(launched(model=model, **terms), story)
    outcomes = []
    for days in (0, 1, 3, 6, 8, 30, 31):
        campaign = advance(ports, END + days * DAY)
        if campaign.outcome is not None:
            outcomes.append((campaign.state, campaign.outcome))
        if days == 3:
            for n in range(0, len(story), 2):
                ports.gateway.accept(f"p{n}")
    assert len(outcomes) >= 2
    assert len(set(outcomes)) == 1
    kept = set(states(ports).values()) & {"collected", "charging", "errored", "pledged"}
    assert kept <= {"collected"} if campaign_of(ports).funded else not kept
    total = campaign_of(ports).terms.total(ports.store.progress("lanterne"))
    if model.measure is Measure.CONFIRMED and campaign_of(ports).state is CampaignState.SUCCESSFUL:
        assert total.minor >= wanted


@given(
    st.sampled_from([Charging.AT_PLEDGE, Charging.ESCROW]),
    stories,
    st.sampled_from(["failed", "canceled"]),
    st.booleans(),
)
def test_what_was_charged_at_once_comes_back_to_the_last_cent(charging, story, how, confirmed):
    """The tips and the fees on top as well: nothing is left at the provider, or in any account."""
    measure = Measure.CONFIRMED if confirmed else Measure.PLEDGED
    model = FundingModel(charging=charging, measure=measure)
    goal = FundingGoal(money("100000.00"))
    ports = told(launched(model=model, tiers=TIERS, on_top=ON_TOP, goal=goal, fees=FEES), story)
    if how == "canceled":
        cancel_campaign(ports, "lanterne", actor="lune")
    for days in (0, 2, 4, 6, 9):
        advance(ports, END + days * DAY)
    assert campaign_of(ports).state == how
    assert not set(states(ports).values()) & STANDING
    assert (books(ports), at_provider(ports)) == ({}, money(0))
    progress = ports.store.progress("lanterne")
    assert (progress.pledges, progress.backers, progress.collections) == (0, 0, 0)


caps = st.builds(
    lambda least, more, tolerance, clips: Cap(
        amount=Money.of_minor(least + more, "EUR"),
        smallest_charge=Money.of_minor(least, "EUR"),
        tolerance=Money.of_minor(min(tolerance, least + more - 1), "EUR"),
        clips=clips,
    ),
    st.integers(1, 50),
    st.integers(0, 3000),
    st.integers(0, 40),
    st.booleans(),
)


@given(
    caps,
    st.lists(st.tuples(st.integers(1, 2500), st.sampled_from(["stay", "stay", "cancel", "raise", "lower"]))),
    st.sampled_from([Charging.AT_DEADLINE, Charging.AT_PLEDGE]),
)
def test_a_capped_campaign_never_exceeds_its_cap_and_can_always_be_finished(cap, tries, charging):
    least = (cap.amount - cap.tolerance).minor
    ports = launched(
        model=FundingModel(cap=cap, charging=charging),
        goal=FundingGoal(Money.of_minor(least, "EUR")),
        minimum=Money.of_minor(1, "EUR"),
        tiers=[],
        dunning=Dunning(),
        **NO_FEES,
    )
    for n, (minor, then) in enumerate(tries):
        try:
            place(ports, f"p{n}", Money.of_minor(minor, "EUR"))
            if then == "cancel":
                cancel_pledge(ports, f"p{n}", actor="ana")
            elif then != "stay":
                other = Money.of_minor(max(1, minor + (7 if then == "raise" else -7)), "EUR")
                change_pledge(ports, f"p{n}", Selection(other), actor="ana")
        except Refused as no:
            note(str(no))
        assert ports.store.progress("lanterne").counted <= cap.amount
    if campaign_of(ports).state is CampaignState.LIVE:
        left = cap.left(ports.store.progress("lanterne").counted)
        assert left >= cap.smallest_charge
        assert place(ports, "last", left).stands
    assert campaign_of(ports).state is CampaignState.SUCCESSFUL
    assert ports.store.progress("lanterne").counted >= cap.amount - cap.tolerance


moves = st.builds(
    lambda who, minor, counted, units, late: ProgressMove(
        "lanterne",
        who,
        Money.of_minor(minor, "EUR"),
        1,
        counted=None if counted is None else Money.of_minor(counted, "EUR"),
        units=units,
        late=late and Money.of_minor(late, "EUR"),
    ),
    st.sampled_from(["ana", "bob"]),
    st.integers(0, 100),
    st.none() | st.integers(-5, 100),
    st.integers(0, 3),
    st.none() | st.integers(1, 50),
)


@given(st.lists(moves, max_size=8).flatmap(lambda them: st.tuples(st.just(them), st.permutations(them))))
def test_progress_does_not_depend_on_the_order(both):
    def after(order):
        progress, seen = Progress.none("EUR"), set()
        for move in order:
            progress = progress.moved(move, backers=int(move.backer_id not in seen))
            seen.add(move.backer_id)
        return progress

    one, other = both
    assert after(one) == after(other)


@given(st.integers(0, 48 * 60), st.integers(1, 72 * 60), st.booleans())
def test_a_slip_placed_in_time_decides_or_expires_before_the_verdict(paid_after, lives, pays):
    """CA25 at any minute: it succeeds exactly if the slip is paid while it lives and is waited for."""
    grace, life, paid = 24 * HOUR, timedelta(minutes=lives), timedelta(minutes=paid_after)
    ports = launched(model=FundingModel(grace=grace), claim_lifetime=life, goal=FundingGoal(money("10.00")))
    placed = END - MICROSECOND
    ports.clock.set(placed)
    ports.gateway.fail_next(Fault.BEFORE)
    try:
        place(ports, "slip", "10.00")
    except GatewayUnavailable:
        advance(ports, END)
    if pays:
        ports.clock.set(max(placed + paid, END))
        place(ports, "slip", "10.00")
    for at in (END + grace, END + 80 * HOUR):
        advance(ports, at)
    at = max(placed + paid, END)
    in_time = pays and at < placed + life and at < END + grace
    assert campaign_of(ports).funded is in_time
