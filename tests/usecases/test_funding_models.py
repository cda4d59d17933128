"""Funding models end to end: what each platform's campaign comes to, from the launch to the last cent."""

from datetime import timedelta

import attrs
import pytest
from funding_houses import (
    AT_ONCE,
    advance,
    at_provider,
    books,
    campaign_of,
    close_at,
    ended,
    goal,
    place,
    reminded,
)
from lanterne import (
    BRUSSELS,
    DAY,
    END,
    HOUR,
    MICROSECOND,
    NOBODY_ASKED,
    OPENS,
    between,
    closed,
    launched,
    money,
    pledged,
    refused,
    states,
)

from pushcore import (
    CampaignState,
    Deadline,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    FundingGoal,
    FundingModel,
    Percent,
    Percentage,
    Rounding,
    SplitPlan,
    Sum,
    Tier,
    Window,
    cancel_campaign,
    cancel_pledge,
    change_pledge,
)
from pushcore.campaigns import CancelWindow, Cap, Charging, FinalLap, Measure
from pushcore.errors import Conflict, InvalidDocument
from pushcore.ledger.chart import on_top_account
from pushcore.rewards import Selection
from pushcore.usecases import announce_end

KEEP = Percentage.of("0")
NO_FEES = {"fees": FeeSchedule(), "splits": SplitPlan(), "dunning": NOBODY_ASKED}


def percent(name, rate, base=FeeBase.COLLECTED):
    return FeeLine(name, base, Percent(Percentage.of(rate)), Rounding.HALF_UP)


def cap(amount, *, smallest="0.50", tolerance="0.00", clips=False):
    return FundingModel(
        cap=Cap(
            amount=money(amount), smallest_charge=money(smallest), tolerance=money(tolerance), clips=clips
        )
    )


CENTS = {"minimum": money("0.01"), **NO_FEES}


@pytest.mark.parametrize(("unpaid", "state"), [("100.00", "failed"), ("50.00", "successful")])
def test_verkami_is_judged_by_what_was_confirmed(unpaid, state):
    """verkami-confirmed-goal: of 5050 pledged to 5000, 100 is not paid: 4950, and all of it goes back."""
    model = FundingModel(measure=Measure.CONFIRMED)
    ports = pledged("4900.00", "50.00", unpaid, goal=goal("5000.00"), model=model, **NO_FEES)
    if unpaid == "100.00":
        ports.gateway.decline("p2")
    assert advance(ports, END).state == state
    if state == "failed":
        assert states(ports) == {"p0": "refunded", "p1": "refunded", "p2": "dropped"}
        assert ports.store.campaign("lanterne").outcome.pledged == money("4950.00")
        assert books(ports) == {}
    else:
        assert set(states(ports).values()) == {"collected"}
        assert ports.store.payouts("lanterne")[0].amount == money("5000.00")
    assert at_provider(ports) == money(0)


def test_a_campaign_that_is_judged_after_collecting_waits_for_dunning():
    """It stays closing while a card may still be mended, takes nothing new, and is judged when it is."""
    ports = pledged("60.00", "40.00", model=FundingModel(measure=Measure.CONFIRMED))
    ports.gateway.decline("p1")
    assert close_at(ports, END).state is CampaignState.CLOSING
    assert refused(place, ports, "p9") == ("too-late",)
    assert reminded(ports, END).state is CampaignState.CLOSING
    ports.gateway.accept("p1")
    assert advance(ports, END + 7 * DAY).state is CampaignState.SUCCESSFUL


@pytest.mark.parametrize(("sold", "state"), [(99, "failed"), (100, "successful")])
def test_ulules_presale_counts_what_is_sold(sold, state):
    """ulule-presale-goal: a goal of 100 pre-orders; amounts without a reward count to nothing."""
    ports = launched(goal=FundingGoal(100), tiers=[Tier("book", money("20.00"))], model=AT_ONCE, **NO_FEES)
    place(ports, "p0", "0.00", tier_id="book", quantity=sold - 9)
    place(ports, "p1", "0.00", tier_id="book", quantity=10, backer_id="bob")
    place(ports, "p2", "5000.00", backer_id="cleo")
    place(ports, "p3", "0.00", tier_id="book", backer_id="dan")
    cancel_pledge(ports, "p3", actor="dan")
    nine = Selection(money("0.00"), tier_id="book", quantity=9)
    assert refused(change_pledge, ports, "p1", nine, actor="bob") == ("already-charged",)
    assert ports.store.progress("lanterne").units == sold + 1
    cancel_pledge(ports, "p1", actor="bob")
    place(ports, "p4", "0.00", tier_id="book", quantity=9, backer_id="bob")
    assert advance(ports, END).state == state


@pytest.mark.parametrize("fails", [True, False])
def test_ulules_fee_on_top_is_charged_and_on_failure_given_back(fails):
    """ulule-backer-fee: 0.10 and 2.2 % on top of 100.00, VAT included; all 102.30 goes back on failure."""
    service = Sum([Percent(Percentage.of("2.2")), Fixed(money("0.10"))])
    on_top = FeeSchedule([FeeLine("service", FeeBase.PLEDGE, service, Rounding.HALF_UP)])
    ports = launched(
        on_top=on_top, model=AT_ONCE, goal=goal("100.01" if fails else "100.00"), tiers=[], **NO_FEES
    )
    pledge = place(ports, "p0", "100.00")
    assert (pledge.state, pledge.amount, pledge.contribution) == (
        "collected",
        money("102.30"),
        money("100.00"),
    )
    assert at_provider(ports) == money("102.30")
    assert ports.store.progress("lanterne").pledged == money("100.00")
    service_account = on_top_account("lanterne", "service")
    assert ports.store.balance(service_account, "EUR").posted == money("2.30")
    advance(ports, END)
    if fails:
        assert (states(ports), books(ports), at_provider(ports)) == ({"p0": "refunded"}, {}, money(0))
    else:
        assert at_provider(ports) == money("2.30")
        assert books(ports) == {"provider": 230, "campaign/lanterne/on-top/service": -230}


def goteo(*amounts, **changed):
    """A project with two rounds of 40 days, charged at the end of each."""
    opens, closes = OPENS, Deadline.after_days(OPENS, 40, zone=BRUSSELS, inclusive=False)
    terms = {
        "goal": FundingGoal(money("5000.00"), optimum=money("8000.00")),
        "window": Window(opens, closes),
        "model": FundingModel(second_round=40, measure=Measure.CONFIRMED),
        **NO_FEES,
    }
    return pledged(*amounts, **terms | changed)


DAY_40 = Deadline.after_days(OPENS, 40, zone=BRUSSELS, inclusive=False).at
DAY_80 = Deadline.after_days(OPENS, 80, zone=BRUSSELS, inclusive=False).at


@pytest.mark.parametrize("model", [None, AT_ONCE])
def test_goteos_first_round_is_all_or_nothing(model):
    """goteo-rounds and GO11: 4999 of a minimum of 5000 fails, and whatever was charged is refunded."""
    changed = {} if model is None else {"model": attrs.evolve(model, second_round=40)}
    ports = goteo("4000.00", "999.00", **changed)
    assert advance(ports, DAY_40).state is CampaignState.FAILED
    assert set(states(ports).values()) == {"refunded"}
    assert (books(ports), at_provider(ports)) == ({}, money(0))
    assert ports.store.campaign("lanterne").outcome.pledged == money("4999.00")


def test_goteos_second_round_keeps_whatever_it_brings():
    """goteo-rounds and GO11: with exactly 5000 at day 40 a second round of 40 days follows; 7200 are kept."""
    ports = goteo("4000.00", "1000.00")
    again = advance(ports, DAY_40)
    assert (again.state, again.round, again.outcome) == (CampaignState.LIVE, 2, None)
    assert again.terms.window.closes.at == DAY_80
    assert at_provider(ports) == money("5000.00")
    assert refused(close_at, ports, DAY_80 - MICROSECOND) == ("not-ended",)
    place(ports, "p7", "2200.00", backer_id="bob")
    successful = advance(ports, DAY_80)
    assert (successful.state, successful.outcome.pledged) == (CampaignState.SUCCESSFUL, money("7200.00"))
    assert ports.store.payouts("lanterne")[0].amount == money("7200.00")


def test_the_days_that_charges_take_are_not_lost_to_a_second_round():
    """Charged at once and dunned for a week: the second round has its days from then on."""
    ports = launched(model=FundingModel(charging=Charging.AT_PLEDGE, second_round=10))
    place(ports, "p0", "100.00")
    ports.gateway.decline("p1")
    ports.clock.set(END - HOUR)
    place(ports, "p1", "1.00", backer_id="bob")
    assert advance(ports, END).state is CampaignState.CLOSING
    reminded(ports, END)
    again = advance(ports, END + 8 * DAY)
    assert (again.round, again.terms.window.closes.at) == (2, END + 18 * DAY)
    assert place(ports, "p2", "1.00", backer_id="bob").stands


def test_nobody_takes_a_second_round_below_what_the_first_has_passed():
    """Two backers cancel at the same moment: each alone leaves enough, both together do not."""
    ports = goteo("4000.00", "1000.00")
    advance(ports, DAY_40)
    place(ports, "q0", "1000.00", backer_id="bob")
    theirs = between(ports, lambda: cancel_pledge(ports, "q0", actor="bob"))
    assert refused(cancel_pledge, theirs, "p1", actor="b1") == ("would-miss-goal",)
    assert states(ports) == {"p0": "collected", "p1": "collected", "q0": "canceled"}
    assert advance(ports, DAY_80).state is CampaignState.SUCCESSFUL


def test_goteos_one_round():
    """GO12: with its minimum at day 40 a project of one round is over."""
    ports = goteo("5000.00", model=FundingModel())
    assert advance(ports, DAY_40).state is CampaignState.SUCCESSFUL


@pytest.mark.parametrize(("raised", "state"), [("10000.00", "successful"), ("6000.00", "partially-funded")])
def test_indiegogos_flexible_campaign_keeps_what_it_has(raised, state):
    """igg-flex-2016, its outcome: charged at once, and kept below the goal of 10000 too."""
    model = attrs.evolve(AT_ONCE, keeps_from=KEEP)
    ports = pledged(raised, goal=goal("10000.00"), model=model, **NO_FEES)
    assert at_provider(ports) == money(raised)
    campaign = advance(ports, END)
    assert (campaign.state, campaign.funded, campaign.settled_at) == (state, True, END)


@pytest.mark.parametrize(("net", "state"), [(False, "successful"), (True, "failed")])
@pytest.mark.parametrize("base", [FeeBase.PLEDGE, FeeBase.COLLECTED])
def test_what_counts_to_a_goal_is_a_policy(net, state, base):
    """oc-goal-gross-vs-net: two gifts of 500 and a fee of 5 % are 1000 before fees and 950 after them."""
    fees = FeeSchedule([percent("host", "5", base)])
    ports = pledged(
        *["500.00"] * 2, goal=goal("1000.00"), model=FundingModel(net_of_fees=net), **NO_FEES | {"fees": fees}
    )
    counted = ports.store.campaign("lanterne").terms.total(ports.store.progress("lanterne"))
    assert counted == money("950.00" if net else "1000.00")
    assert ports.store.progress("lanterne").pledged == money("1000.00")
    assert advance(ports, END).state == state


def test_a_tip_is_the_platforms():
    """oc-tip: of 110.00 charged 10.00 is a tip; the fees are taken of the rest, and 92.00 is left."""
    fees = FeeSchedule(
        [
            FeeLine("processor", FeeBase.PLEDGE, Fixed(money("3.00", "USD")), Rounding.HALF_UP),
            percent("host", "5"),
        ]
    )
    usd = {"goal": goal("100.00", "USD"), "minimum": money("1.00", "USD"), "tiers": []}
    ports = launched(model=AT_ONCE, **usd, **NO_FEES | {"fees": fees})
    pledge = place(ports, "p0", money("100.00", "USD"), tip=money("10.00", "USD"))
    assert pledge.amount == money("110.00", "USD")
    assert campaign_of(ports).terms.total(ports.store.progress("lanterne")) == money("100.00", "USD")
    advance(ports, END)
    (payout,) = ports.store.payouts("lanterne")
    assert payout.amount == money("92.00", "USD")
    assert ports.store.balance(on_top_account("lanterne", "tip"), "USD").posted == money("10.00", "USD")


def test_crowdfunders_last_day():
    """Crowdfunder UK: charged at once and held; canceled up to 24 h before the close, and then no more."""
    ports = pledged("60.00", "50.00", model=AT_ONCE, cancel_windows=[CancelWindow(last=24 * HOUR)])
    ports.clock.set(END - 24 * HOUR - MICROSECOND)
    assert cancel_pledge(ports, "p0", actor="b0").state == "refunded"
    assert at_provider(ports) == money("50.00")
    ports.clock.set(END - 24 * HOUR)
    assert refused(cancel_pledge, ports, "p1", actor="b1") == ("cancel-window-closed",)


@pytest.mark.parametrize("net", [False, True])
def test_of_two_who_cancel_near_the_goal_one_stays(net):
    """ks-cancel-last-24h in a race: the store holds the line that both decisions have seen."""
    guard = CancelWindow(last=24 * HOUR, guards_goal=True)
    fees = FeeSchedule([percent("host", "5"), percent("card", "5", FeeBase.PLEDGE)])
    model = FundingModel(net_of_fees=net)
    ports = pledged(
        "90.00", "12.00", "12.00", goal=goal("90.00"), model=model, cancel_windows=[guard], fees=fees
    )
    ports.clock.set(END - HOUR)
    both = between(ports, lambda: cancel_pledge(ports, "p1", actor="b1"))
    if net:
        assert refused(cancel_pledge, both, "p2", actor="b2") == ("would-miss-goal",)
    else:
        assert cancel_pledge(both, "p2", actor="b2").state == "canceled"
        assert refused(cancel_pledge, ports, "p0", actor="b0") == ("would-miss-goal",)
    assert advance(ports, END).state is CampaignState.SUCCESSFUL


def test_a_pledge_is_lowered_only_as_far_as_the_goal_allows():
    guard = CancelWindow(last=24 * HOUR, guards_goal=True)
    ports = pledged("60.00", "60.00", cancel_windows=[guard])
    ports.clock.set(END - HOUR)

    def lower(house, pledge_id, to):
        return change_pledge(house, pledge_id, Selection(money(to)), actor="ana")

    assert refused(lower, ports, "p0", "39.99") == ("would-miss-goal",)
    both = between(ports, lambda: lower(ports, "p1", "50.00"))
    assert refused(lower, both, "p0", "45.00") == ("would-miss-goal",)
    assert lower(ports, "p0", "50.00").amount == money("50.00")
    assert lower(ports, "p1", "70.00").amount == money("70.00")
    assert advance(ports, END).state is CampaignState.SUCCESSFUL


@pytest.mark.parametrize("model", [FundingModel(), AT_ONCE])
def test_a_campaign_that_stops_at_its_target(model):
    """BB17: after 400 of 500 it is open; with the next 100 it has succeeded, before its deadline."""
    stops = attrs.evolve(cap("500.00"), charging=model.charging)
    ports = launched(goal=goal("500.00"), model=stops, **CENTS)
    place(ports, "p0", "400.00")
    assert campaign_of(ports).state is CampaignState.LIVE
    place(ports, "p1", "100.00", backer_id="bob")
    assert campaign_of(ports).state is CampaignState.SUCCESSFUL
    assert refused(place, ports, "p2", "1.00") == ("too-late", "cap-reached")


@pytest.mark.parametrize("wanted", ["100.00", "50.00"])
def test_a_capped_campaign_takes_what_it_needs(wanted):
    """MU02: of 100 for a campaign that needs 50, 50 is charged, and it closes."""
    model = attrs.evolve(cap("50.00", clips=True), charging=Charging.AT_PLEDGE)
    ports = launched(goal=goal("50.00"), model=model, **CENTS)
    pledge = place(ports, "p0", wanted)
    assert (pledge.state, pledge.amount) == ("collected", money("50.00"))
    assert campaign_of(ports).state is CampaignState.SUCCESSFUL


def test_without_a_cap_more_is_welcome():
    """MU01: 100 for a campaign that needs 50."""
    assert ended("100.00", goal=goal("50.00"), model=AT_ONCE).outcome.pledged == money("100.00")


def test_a_reward_is_not_clipped():
    """What a bonus gives is clipped, down to nothing; what a reward costs is not."""
    tiers = [Tier("print", money("40.00"))]
    ports = launched(goal=goal("100.00"), model=cap("100.00", clips=True), tiers=tiers, minimum=money("0.50"))
    place(ports, "p0", "50.00")
    taken = place(ports, "p1", "15.00", tier_id="print", backer_id="bob")
    assert (taken.amount, taken.selection.bonus) == (money("50.00"), money("10.00"))
    other = launched(goal=goal("100.00"), model=cap("100.00", clips=True), tiers=tiers, minimum=money("0.50"))
    place(other, "p0", "60.00")
    exact = place(other, "p1", "10.00", tier_id="print", backer_id="bob")
    assert (exact.amount, campaign_of(other).state) == (money("40.00"), CampaignState.SUCCESSFUL)
    small = launched(goal=goal("100.00"), model=cap("100.00", clips=True), tiers=tiers, minimum=money("0.50"))
    place(small, "p0", "70.00")
    assert refused(place, small, "p1", "10.00", tier_id="print") == ("above-cap",)


def test_the_last_nickel_is_never_left():
    """MU03: 107.10 with 75.00 given; 32.05 would leave 0.05, which no card can be charged."""
    ports = launched(goal=goal("107.10"), model=cap("107.10"), **CENTS)
    place(ports, "p0", "75.00")
    assert refused(place, ports, "p1", "32.05") == ("strands-remainder",)
    assert place(ports, "p1", "31.60", backer_id="bob").stands
    assert refused(place, ports, "p2", "0.49") == ("below-minimum",)
    assert place(ports, "p2", "0.50", backer_id="cleo").stands
    assert campaign_of(ports).state is CampaignState.SUCCESSFUL


def test_a_declared_tolerance_closes_below_the_cap():
    """MU03, the other way: whoever may do without 0.05 says so beforehand, and has a goal that allows it."""
    ports = launched(goal=goal("107.05"), model=cap("107.10", tolerance="0.05"), **CENTS)
    place(ports, "p0", "75.00")
    place(ports, "p1", "32.05", backer_id="bob")
    assert campaign_of(ports).state is CampaignState.SUCCESSFUL


@pytest.mark.parametrize("clips", [False, True])
def test_two_who_give_the_last_ten_at_the_same_moment(clips):
    """MU06: exactly one is charged; the other pledge is void, with the reason, and costs nothing."""
    model = attrs.evolve(cap("100.00", clips=clips), charging=Charging.AT_PLEDGE)
    ports = launched(goal=goal("100.00"), model=model, **CENTS)
    place(ports, "p0", "90.00")
    rival = between(ports, lambda: None, lambda: place(ports, "p1", "10.00", backer_id="bob"))
    late = place(rival, "p2", "10.00", backer_id="cleo")
    assert (late.state, late.reason) == ("voided", "too-late")
    assert states(ports) == {"p0": "collected", "p1": "collected", "p2": "voided"}
    assert at_provider(ports) == money("100.00")


@pytest.mark.parametrize("clips", [False, True])
def test_a_pledge_whose_room_somebody_else_took_is_void(clips):
    """MU06 with some left: 40 does not fit into the 20 that are left when it is confirmed."""
    ports = launched(goal=goal("100.00"), model=cap("100.00", clips=clips), **CENTS)
    place(ports, "p0", "50.00")
    rival = between(ports, lambda: None, lambda: place(ports, "p1", "30.00", backer_id="bob"))
    late = place(rival, "p2", "40.00", backer_id="cleo")
    assert (late.state, late.reason) == ("voided", "above-cap")
    assert ports.store.progress("lanterne").counted == money("80.00")


def test_the_store_holds_the_cap_whoever_decided_what():
    """Two confirmations that rest on the same total: the second is refused by the store."""
    ports = launched(goal=goal("100.00"), model=cap("100.00"), **CENTS)
    place(ports, "p0", "50.00")
    committed = between(ports)
    place(committed, "p1", "40.00", backer_id="bob")
    confirmation = attrs.evolve(committed.store.commits[-1], put=(), expect=(), events=(), done=(), orders=())
    with pytest.raises(Conflict, match="bounds"):
        ports.store.commit(confirmation)


def test_a_changed_pledge_keeps_under_the_cap_and_strands_nothing():
    ports = launched(goal=goal("100.00"), model=cap("100.00"), **CENTS)
    place(ports, "p0", "50.00")
    place(ports, "p1", "40.00", backer_id="bob")

    def change(to):
        return change_pledge(ports, "p1", Selection(money(to)), actor="bob")

    assert refused(change, "50.01") == ("above-cap",)
    assert refused(change, "49.60") == ("strands-remainder",)
    assert change("49.50").amount == money("49.50")
    assert change("49.40").amount == money("49.40")
    assert change("30.00").amount == money("30.00")
    assert change("50.00").amount == money("50.00")
    assert campaign_of(ports).state is CampaignState.SUCCESSFUL
    assert refused(change, "40.00") == ("too-late",)


def test_a_capped_campaign_that_charges_at_once_closes_when_all_is_paid():
    """A declined card that is dropped leaves room again: the campaign is neither closed nor stuck."""
    model = attrs.evolve(cap("100.00"), charging=Charging.AT_PLEDGE)
    ports = launched(goal=goal("100.00"), model=model, minimum=money("0.50"))
    place(ports, "p0", "60.00")
    ports.gateway.decline("p1")
    assert place(ports, "p1", "40.00", backer_id="bob").state == "errored"
    assert refused(place, ports, "p2", "1.00") == ("cap-reached",)
    assert reminded(ports, OPENS).state is CampaignState.LIVE
    advance(ports, OPENS + 7 * DAY)
    assert states(ports)["p1"] == "dropped"
    place(ports, "p2", "40.00", backer_id="cleo")
    assert campaign_of(ports).state is CampaignState.SUCCESSFUL


def test_the_job_closes_what_came_to_its_cap():
    """The process died before it could: the campaign is due, and the next round closes it."""
    model = attrs.evolve(cap("100.00"), charging=Charging.AT_PLEDGE)
    ports = launched(goal=goal("100.00"), model=model, minimum=money("0.50"))
    ports.gateway.decline("p0")
    place(ports, "p0", "100.00")
    ports.gateway.accept("p0")
    reminded(ports, OPENS)
    ports.clock.set(OPENS + 7 * DAY)
    assert list(ports.store.due_campaigns(ports.now())) == ["lanterne"]
    advance(ports, OPENS + 7 * DAY)
    assert list(ports.store.due_campaigns(ports.now())) == ["lanterne"]
    assert advance(ports, OPENS + 7 * DAY).state is CampaignState.SUCCESSFUL


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"minimum": money("0.51")}, ["model.cap.smallest_charge"]),
        ({"goal": goal("100.01")}, ["model.cap"]),
        ({"late_days": 30}, ["late_days"]),
        ({"model": cap("100.00", tolerance="0.01")}, ["model.cap"]),
        ({"minimum": money("0.50", "USD")}, ["minimum"]),
        ({"goal": FundingGoal(3)}, []),
    ],
    ids=str,
)
def test_a_cap_that_could_not_be_reached_is_no_cap(changed, where):
    terms = {"goal": goal("100.00"), "model": cap("100.00"), "minimum": money("0.50"), "tiers": [], **NO_FEES}
    if not where:
        assert launched(**terms | changed)
        return
    with pytest.raises(InvalidDocument) as wrong:
        launched(**terms | changed)
    assert [problem.path for problem in wrong.value.problems] == where


def test_what_is_pledged_can_be_called_off_all_the_same():
    """BB22: refused there once somebody has contributed; here everything goes back, and it is called off."""
    ports = pledged("500.00", model=AT_ONCE)
    assert cancel_campaign(ports, "lanterne", actor="lune").state is CampaignState.CANCELED
    assert (states(ports), books(ports), at_provider(ports)) == ({"p0": "refunded"}, {}, money(0))


def test_a_removed_contribution_counts_no_more():
    """BB20 and ZI01 where it was charged already: it is refunded, and the total is what it was before."""
    ports = pledged("500.00", model=AT_ONCE)
    assert cancel_pledge(ports, "p0", actor="b0").state == "refunded"
    progress = ports.store.progress("lanterne")
    assert (progress.pledged, progress.collected, progress.pledges) == (money(0), money(0), 0)
    assert refused(cancel_pledge, ports, "p0", actor="b0") == ("pledge-closed",)


CATARSE = FundingModel(
    keeps_from=KEEP,
    measure=Measure.CONFIRMED,
    charging=Charging.AT_PLEDGE,
    final_lap=FinalLap(7, end_of_day=True),
)


def test_catarses_flexible_campaign_is_open_until_its_end_is_announced():
    """Catarse flex: no deadline; seven days after the announcement, at the end of that day, it closes."""
    ports = launched(window=Window(OPENS, Deadline.never(BRUSSELS)), model=CATARSE, **NO_FEES)
    ports.clock.set(OPENS - MICROSECOND)
    assert refused(announce_end, ports, "lanterne", actor="lune") == ("too-early",)
    ports.clock.set(OPENS + 400 * DAY)
    place(ports, "p0", "30.00")
    assert refused(close_at, ports, OPENS + 500 * DAY) == ("not-ended",)
    announced = announce_end(ports, "lanterne", actor="lune")
    local = announced.terms.window.closes.local
    assert (local.hour, local.minute, local.date() - ports.now().date()) == (0, 0, timedelta(days=8))
    assert refused(announce_end, ports, "lanterne", actor="lune") == ("not-open-ended",)
    closes = announced.terms.window.closes.at
    ports.clock.set(closes - MICROSECOND)
    place(ports, "p1", "10.00", backer_id="bob")
    assert advance(ports, closes).state is CampaignState.PARTIALLY_FUNDED
    assert ports.store.payouts("lanterne")[0].amount == money("40.00")


@pytest.mark.parametrize("window", [Window(OPENS, Deadline.never(BRUSSELS)), None])
def test_what_has_no_final_lap_has_no_end_to_announce(window):
    changed = {} if window is None else {"window": window}
    model = FundingModel() if window else CATARSE
    ports = launched(model=model, **changed)
    assert refused(announce_end, ports, "lanterne", actor="lune") == ("not-open-ended",)
    assert refused(announce_end, closed("100.00", model=CATARSE), "lanterne", actor="lune") == (
        "not-live",
        "not-open-ended",
    )


def test_nothing_paid_is_a_failure_of_what_keeps_it_all():
    """Catarse flex fails if nothing was paid, and only then."""
    assert ended(model=attrs.evolve(CATARSE, final_lap=None)).state is CampaignState.FAILED


def test_a_campaign_that_is_not_full_any_more_does_not_close():
    """A backer cancels between the look at the cap and the commit that closes."""
    cap = Cap(amount=money("100"), smallest_charge=money("1"), tolerance=money("0"), clips=False)
    ports = pledged("60", model=FundingModel(cap=cap))
    order = iter([lambda: None, lambda: None, lambda: cancel_pledge(ports, "p0", actor="b0")])
    racing = between(ports, *order)
    place(racing, "p1", "40.00", backer_id="bob")
    assert campaign_of(ports).state is CampaignState.LIVE
    assert states(ports) == {"p0": "canceled", "p1": "pledged"}


def test_an_endless_campaign_ends_when_it_is_full():
    """Whatever is reckoned from its end, such as parts of a pledge, is reckoned from then on."""
    cap = Cap(amount=money("100"), smallest_charge=money("1"), tolerance=money("0"), clips=False)
    model = FundingModel(cap=cap, final_lap=FinalLap(7, end_of_day=True))
    ports = launched(model=model, window=Window(OPENS, Deadline.never(BRUSSELS)))
    ports.clock.set(OPENS + 400 * DAY)
    place(ports, "p1", "100.00")
    assert campaign_of(ports).terms.window.closes.at == OPENS + 400 * DAY
    assert advance(ports, OPENS + 400 * DAY).state is CampaignState.SUCCESSFUL
    assert states(ports) == {"p1": "collected"}
