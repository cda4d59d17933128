"""A pledge paid in instalments, from the pledge to the last part, or to its default."""

from datetime import timedelta
from types import SimpleNamespace

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import (
    CLOSES,
    DAY,
    END,
    HOUR,
    MICROSECOND,
    OPENS,
    TERMS,
    Between,
    between,
    launched,
    money,
    refused,
    request,
    states,
    terms,
)

from pushcore import (
    CampaignState,
    Deadline,
    Dunning,
    FundingModel,
    Percentage,
    PledgeState,
    RefundPolicy,
    RefundSituation,
    Rounding,
    Selection,
    Shipping,
    Tax,
    Tier,
    Waterfall,
    Window,
    advance_campaign,
    announce_end,
    cancel_campaign,
    cancel_pledge,
    change_pledge,
    charge_pledge,
    close_campaign,
    collect_pledges,
    extend_campaign,
    finish_orders,
    merge_pledges,
    place_pledge,
    receive_event,
    refund_pledge,
    state_account,
)
from pushcore.calendar import add_days
from pushcore.campaigns import (
    Cap,
    Charging,
    DefaultOutcome,
    DurationRule,
    Editing,
    Extension,
    FailurePolicy,
    FinalLap,
    InstalmentBase,
    InstalmentPlan,
)
from pushcore.errors import GatewayMisuse, InvalidDocument, InvalidValue, OutcomeUnknown, Refused
from pushcore.gateway import Accepted, DisputeState, DisputeTold, OrderAnswered, Refund, RefundMade
from pushcore.ledger import audit
from pushcore.memory import Fault
from pushcore.money import Remainder
from pushcore.payments.collecting import attempt
from pushcore.payments.events import ChargeReminded, InstalmentsAgreed
from pushcore.payments.parting import next_part
from pushcore.payments.refunding import set_free
from pushcore.payouts import FeeSchedule, SplitPlan
from pushcore.pledges.pledging import release
from pushcore.rewards import LineKind
from pushcore.usecases import Collecting

WEEK, FORTNIGHT = timedelta(days=7), timedelta(days=14)
PLAN = InstalmentPlan(
    threshold=money("125.00"),
    base=InstalmentBase.WHOLE,
    fewest=3,
    most=3,
    remainder=Remainder.FIRST,
    first_after=timedelta(0),
    on_failure=FailurePolicy(WEEK, FORTNIGHT, DefaultOutcome.KEPT),
    every_months=1,
)
PLAIN = {"fees": FeeSchedule(), "splits": SplitPlan()}


def promised(plan=PLAN, bonus="125.00", **picked):
    """A house at its deadline, where ana pledged in three parts."""
    ports = launched(instalments=plan, **PLAIN)
    place_pledge(ports, request(bonus=bonus, parts=3, **picked))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    return ports


def test_what_is_kept_of_a_capped_campaign_may_strand_a_remainder():
    """It is closed: what was paid is kept, and the rest of the campaign is settled."""
    cap = Cap(amount=money("1000.00"), smallest_charge=money("100.00"), tolerance=money("0.00"), clips=False)
    ports = launched(
        minimum=money("100.00"), model=FundingModel(cap=cap), instalments=PLAN, tiers=[], **PLAIN
    )
    place_pledge(ports, request("p0", "850.00", backer_id="ben"))
    place_pledge(ports, request("p1", "150.00", backer_id="ana", parts=3))
    advance(ports, END)
    ports.gateway.decline("p1")
    for _ in range(10):
        assert advance(ports, ports.clock.now() + WEEK) == {}
    assert ana(ports).reason == "defaulted"
    assert ports.store.campaign("lanterne").settled_at is not None
    assert ports.store.progress("lanterne").counted == money("900.00")
    in_order(ports)


def test_a_pledge_in_parts_is_not_lowered_below_what_is_paid_in_parts():
    ports = launched(instalments=PLAN, **PLAIN)
    place_pledge(ports, request(bonus="150.00", parts=3))
    assert change_pledge(ports, "p1", Selection(money("125.00")), actor="ana").amount == money("125.00")
    lower = Selection(money("124.99"))
    assert refused(change_pledge, ports, "p1", lower, actor="ana") == ("below-threshold",)


def advance(ports, at=None):
    if at is not None:
        ports.clock.set(at)
    return advance_campaign(ports, "lanterne", actor="clock")


def ana(ports):
    return ports.store.find_pledge("p1")


def month(number):
    """The due date of a part."""
    return PLAN.schedule(money("125.00"), 3, base=money("125.00"), start=END, zone=CLOSES.zone)[number].due_at


def in_order(ports):
    """Whether the ledger balances and agrees with the provider's own books."""
    assert not audit(ports.store.transactions())
    assert state_account(ports, "lanterne").conserved
    return ports.gateway.held("EUR")


def test_three_parts_are_collected_month_by_month():
    """ks-pot-ga-3x: 41.67, 41.67 and 41.66."""
    ports = promised()
    held = []
    for number in range(3):
        assert not advance(ports, month(number))
        held.append(ports.gateway.held("EUR").text)
    assert held[:2] == ["41.67", "83.34"]
    assert ana(ports).state is PledgeState.COLLECTED
    assert ports.store.progress("lanterne").collected == money("125.00")
    assert state_account(ports, "lanterne").paid == {"lune": money("125.00")}
    assert not in_order(ports)


def test_nothing_is_settled_before_the_last_part():
    ports = promised()
    advance(ports)
    progress = ports.store.progress("lanterne")
    assert (ana(ports).state, ana(ports).due_at) == (PledgeState.PAYING, month(1))
    assert (progress.collected, progress.collections, progress.pledged) == (
        money("41.67"),
        0,
        money("125.00"),
    )
    assert state_account(ports, "lanterne").held == money("41.67")
    assert in_order(ports) == money("41.67")


def test_a_first_part_may_be_due_later():
    """ks-pot-beta-4x: 24 hours after the end, then every two weeks."""
    beta = attrs.evolve(
        PLAN, threshold=money("150.00"), fewest=4, most=4, first_after=DAY, every_months=None, every_days=14
    )
    ports = launched(instalments=beta, **PLAIN)
    place_pledge(ports, request(bonus="150.00", parts=4))
    assert not advance(ports, END)
    assert ana(ports).state is PledgeState.PLEDGED
    amounts = []
    for days in (1, 15, 29, 43):
        before = ports.gateway.held("EUR")
        advance(ports, add_days(END, days, zone=CLOSES.zone))
        amounts.append(state_account(ports, "lanterne").collected - sum(amounts, start=before * 0))
    assert [amount.text for amount in amounts] == ["37.50"] * 4


@pytest.mark.parametrize(
    ("bonus", "parts", "codes"),
    [("124.99", 3, ("below-threshold",)), ("125.00", 2, ("parts-not-offered",)), ("125.00", 3, ())],
)
def test_only_what_the_plan_offers_is_paid_in_parts(bonus, parts, codes):
    ports = launched(instalments=PLAN)
    asked = request(bonus=bonus, parts=parts)
    if codes:
        assert refused(place_pledge, ports, asked) == codes
    else:
        assert place_pledge(ports, asked).state is PledgeState.PLEDGED
    assert refused(place_pledge, launched(), request(bonus="125.00", parts=3)) == ("parts-not-offered",)


def test_late_pledges_are_charged_at_once_and_not_in_parts():
    ports = launched(instalments=PLAN, late_days=30, **PLAIN)
    place_pledge(ports, request(bonus="125.00"))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    assert refused(place_pledge, ports, request("p2", "125.00", parts=3)) == ("parts-not-offered",)


def test_what_is_paid_in_parts_is_not_lowered_below_the_threshold():
    ports = launched(instalments=PLAN, **PLAIN)
    place_pledge(ports, request(bonus="150.00", parts=3))
    place_pledge(ports, request("p2", bonus="150.00", backer_id="ben"))
    assert refused(change_pledge, ports, "p1", Selection(money("124.99")), actor="ana") == (
        "below-threshold",
    )
    change_pledge(ports, "p1", Selection(money("125.00")), actor="ana")
    change_pledge(ports, "p2", Selection(money("5.00")), actor="ben")
    assert not advance(ports, END)
    assert in_order(ports) == money("46.67")


@pytest.mark.parametrize(("parts", "codes"), [((3, None), ()), ((3, 3), ()), ((None, 3), ("not-mergeable",))])
def test_nobody_pays_at_once_what_was_to_be_paid_in_parts_since_two_pledges_are_made_one(parts, codes):
    ports = launched(instalments=PLAN, **PLAIN)
    for pledge_id, number in zip(("p1", "p2"), parts, strict=True):
        place_pledge(ports, request(pledge_id, bonus="125.00", parts=number))
    if codes:
        assert refused(merge_pledges, ports, "p1", "p2", actor="ana") == codes
    else:
        merge_pledges(ports, "p1", "p2", actor="ana")
        assert not advance(ports, END)
        assert in_order(ports) == money("83.34")


IN_APRIL = attrs.evolve(PLAN, pay_off=Deadline(OPENS + 100 * DAY, CLOSES.zone, inclusive=True))
SIXTY = Deadline.after_days(OPENS, 60, zone=CLOSES.zone, inclusive=False)


def extended():
    """A house where the pay-off date comes too soon after an extension."""
    within = DurationRule(least_days=1, most_days=60, open_ended=False, end_of_day=False)
    editing = Editing(extension=Extension(times=1, within=within))
    ports = launched(instalments=IN_APRIL, editing=editing, **PLAIN)
    place_pledge(ports, request(bonus="125.00", parts=3))
    extend_campaign(ports, "lanterne", SIXTY, actor="lune")
    return ports


def in_two_rounds():
    """The same after a first round, which goes on."""
    ports = launched(instalments=IN_APRIL, model=FundingModel(second_round=30), **PLAIN)
    place_pledge(ports, request(bonus="125.00", parts=3))
    assert not advance(ports, END)
    return ports


@pytest.mark.parametrize("moved", [extended, in_two_rounds])
def test_what_cannot_be_paid_in_parts_any_more_is_charged_at_once(moved):
    ports = moved()
    assert not advance(ports, ports.store.campaign("lanterne").terms.window.closes.at)
    assert ana(ports).state is PledgeState.COLLECTED
    assert [it.parts for it in ports.store.events() if isinstance(it, InstalmentsAgreed)] == [1]
    assert state_account(ports, "lanterne").paid == {"lune": money("125.00")}
    assert charge(ports, part=1) == ana(ports)


def test_what_is_charged_at_once_instead_is_tried_again_as_a_whole():
    ports = extended()
    change_pledge(ports, "p1", Selection(money("120.00")), actor="ana")
    ports.gateway.decline("p1")
    assert not advance(ports, SIXTY.at)
    ports.gateway.accept("p1")
    assert (ana(ports).state, ana(ports).instalments) == (PledgeState.ERRORED, None)
    assert refused(charge, ports, part=1) == ("parts-not-offered",)
    assert charge(ports).state is PledgeState.COLLECTED
    assert [it.parts for it in ports.store.events() if isinstance(it, InstalmentsAgreed)] == [1]


@pytest.mark.parametrize("charging", [Charging.AT_DEADLINE, Charging.AT_PLEDGE])
def test_parts_of_a_campaign_without_an_end_run_from_the_end_that_is_announced(charging):
    """Before that none can be paid, not even ahead; a pay-off date is held against the earliest end."""
    endless = {
        "window": attrs.evolve(TERMS.window, closes=Deadline.never(CLOSES.zone)),
        "model": FundingModel(charging=charging, final_lap=FinalLap(7, end_of_day=False)),
    }
    ports = launched(instalments=IN_APRIL, **endless, **PLAIN)
    assert place_pledge(ports, request(bonus="125.00", parts=3)).state is PledgeState.PLEDGED
    assert not advance(ports, OPENS + 50 * DAY)
    assert refused(place_pledge, ports, request("p2", bonus="125.00", parts=3)) == ("after-pay-off",)
    if charging is Charging.AT_PLEDGE:
        assert refused(charge, ports, part=1) == ("not-due",)
    whole = launched(instalments=PLAN, **endless, **PLAIN)
    place_pledge(whole, request(bonus="125.00", parts=3))
    closes = announce_end(whole, "lanterne", actor="lune").terms.window.closes
    assert not advance(whole, closes.at)
    assert [part.due_at for part in ana(whole).instalments.parts][:2] == [closes.at, ana(whole).due_at]
    assert in_order(whole) == money("41.67")


@pytest.mark.parametrize(
    ("base", "codes"), [("whole", ()), ("before-shipping-and-tax", ("below-threshold",))]
)
def test_the_threshold_may_be_held_against_what_comes_before_the_tax(base, codes):
    plan = attrs.evolve(PLAN, base=InstalmentBase(base))
    vat = Tax("vat", Percentage.of("6"), Rounding.HALF_UP, included=False)
    ports = launched(instalments=plan, tiers=[Tier("lamp", money("120.00"))], taxes=[vat])
    asked = request(bonus="0", tier_id="lamp", parts=3)
    if codes:
        assert refused(place_pledge, ports, asked) == codes
    else:
        assert place_pledge(ports, asked).amount == money("127.20")


@pytest.mark.parametrize(("price", "codes"), [("120.00", ("below-threshold",)), ("125.00", ())])
def test_or_before_the_shipping(price, codes):
    plan = attrs.evolve(PLAN, base=InstalmentBase.BEFORE_SHIPPING_AND_TAX)
    lamp = Tier("lamp", money(price), shipping=Shipping(elsewhere=money("7.20")))
    ports = launched(instalments=plan, tiers=[lamp])
    asked = request(bonus="0", tier_id="lamp", destination="BE", parts=3)
    if codes:
        assert refused(place_pledge, ports, asked) == codes
    else:
        assert place_pledge(ports, asked).amount == money(price) + money("7.20")


def test_what_is_authorized_is_not_paid_in_parts():
    """An authorization is captured once: the first part would use it up."""
    for charging in Charging:
        model = FundingModel(charging=charging)
        if charging is Charging.AUTHORIZED:
            with pytest.raises(InvalidDocument, match="instalments: what was authorized is captured once"):
                terms(instalments=PLAN, model=model)
        else:
            assert terms(instalments=PLAN, model=model).instalments == PLAN


def test_only_what_is_paid_in_parts_has_a_next_one():
    ports = launched()
    with pytest.raises(InvalidValue, match="no part of pledge p1 is to be charged"):
        next_part(place_pledge(ports, request()))
    ports = promised()
    for number in range(3):
        advance(ports, month(number))
    with pytest.raises(InvalidValue, match="no part of pledge p1 is to be charged"):
        next_part(ana(ports))


def test_a_failed_part_is_tried_again_until_its_window_is_over():
    """The first failure is given 7 days, with the dunning plan of the campaign; then the pledge drops."""
    ports = promised(tier_id="postcard")
    ports.gateway.decline("p1")
    advance(ports)
    assert (ana(ports).state, ana(ports).due_at) == (PledgeState.ERRORED, END + 48 * HOUR)
    for hours in (48, 96, 144):
        advance(ports, END + hours * HOUR)
    assert ana(ports).state is PledgeState.ERRORED
    advance(ports, END + WEEK)
    assert ana(ports).state is PledgeState.DROPPED
    assert ports.store.stock("lanterne", "postcard").out == 0
    assert not in_order(ports)


def test_the_paid_part_of_a_default_is_kept_and_no_reward_is_owed():
    ports = promised(bonus="115.00", tier_id="postcard", tip=money("5.00"))
    advance(ports)
    ports.gateway.decline("p1")
    advance(ports, month(1))
    assert ports.store.stock("lanterne", "postcard").claimed == 1
    for days in (7, 13):
        advance(ports, month(1) + timedelta(days=days))
        assert ana(ports).state is PledgeState.ERRORED
    advance(ports, month(1) + FORTNIGHT)
    pledge, progress = ana(ports), ports.store.progress("lanterne")
    assert (pledge.state, pledge.reason) == (PledgeState.COLLECTED, "defaulted")
    assert ports.store.stock("lanterne", "postcard").out == 0
    assert pledge.amount == money("43.34")  # a third of 130.00, of which 1.67 are a tip
    assert progress.pledged == progress.collected == pledge.contribution == money("41.67")
    assert progress.units == 0
    assert state_account(ports, "lanterne").paid == {"lune": money("41.67")}
    assert in_order(ports) == money("1.67")


def test_a_default_keeps_no_share_of_a_tip_that_was_to_come_later():
    """The one cent goes with the largest part, which is the last one here."""
    ports = promised(attrs.evolve(PLAN, remainder=Remainder.LAST), bonus="124.99", tip=money("0.01"))
    advance(ports)
    ports.gateway.decline("p1")
    advance(ports, month(1))
    advance(ports, month(1) + FORTNIGHT)
    assert ana(ports).reason == "defaulted"
    assert [line.kind for line in ana(ports).quote.lines] == [LineKind.BONUS]
    assert state_account(ports, "lanterne").paid == {"lune": money("41.66")}
    assert not in_order(ports)


def test_a_default_may_give_back_what_was_paid():
    plan = attrs.evolve(PLAN, on_failure=FailurePolicy(WEEK, FORTNIGHT, DefaultOutcome.REFUNDED))
    ports = promised(plan, tip=money("5.00"))
    for number in range(2):
        advance(ports, month(number))
    ports.gateway.decline("p1")
    advance(ports, month(2))
    advance(ports, month(2) + FORTNIGHT)
    ports.gateway.accept("p1")
    for _ in range(3):
        assert not finish_orders(ports, actor="clock")
    assert not list(ports.store.open_orders())
    pledge = ana(ports)
    assert (pledge.state, pledge.refunds) == (PledgeState.REFUNDED, 2)
    assert ports.store.progress("lanterne").pledges == 0
    assert not in_order(ports)


def charge(ports, **part):
    return charge_pledge(ports, "p1", actor="ana", **part)


def test_the_same_call_again_takes_no_other_part():
    """A card is mended, and the host repeats the call because it saw no answer."""
    ports = promised()
    ports.gateway.decline("p1")
    advance(ports)
    ports.gateway.accept("p1")
    ports.clock.set(END + DAY)
    paid = charge(ports)
    assert (paid.state, paid.due_at) == (PledgeState.PAYING, month(1))
    assert charge(ports) == charge(ports) == paid
    assert in_order(ports) == money("41.67")


def test_a_backer_pays_ahead_by_the_number_of_the_part():
    ports = promised()
    advance(ports)
    ports.clock.set(END + DAY)
    assert charge(ports, part=1) == ana(ports)
    assert refused(charge, ports, part=3) == ("not-due",)
    ahead = charge(ports, part=2)
    assert (ahead.state, ahead.due_at) == (PledgeState.PAYING, month(2))
    assert charge(ports, part=2) == charge(ports) == ahead
    assert in_order(ports) == money("83.34")
    done = charge(ports, part=3)
    assert done.state is PledgeState.COLLECTED
    assert [charge(ports, part=part) for part in (1, 3, None)] == [done] * 3
    assert in_order(ports) == money("125.00")


def test_the_first_part_is_paid_ahead_too():
    ports = promised(attrs.evolve(PLAN, first_after=DAY))
    assert charge(ports).state is PledgeState.PLEDGED
    assert not in_order(ports)
    assert charge(ports, part=1) == charge(ports) == charge(ports, part=1)
    assert ana(ports).due_at == add_days(month(1), 1, zone=CLOSES.zone)
    assert in_order(ports) == money("41.67")


def test_only_a_part_that_there_is_can_be_paid_ahead():
    ports = promised()
    for part in (0, 4, "2", True):
        with pytest.raises(InvalidValue, match="part"):
            charge(ports, part=part)
    advance(ports)
    for part in (0, 4):
        with pytest.raises(InvalidValue, match="part"):
            charge(ports, part=part)
    whole = launched(**PLAIN)
    place_pledge(whole, request(bonus="125.00"))
    whole.clock.set(END)
    close_campaign(whole, "lanterne", actor="clerk")
    assert refused(charge, whole, part=1) == ("parts-not-offered",)
    assert not in_order(whole)


def test_no_part_is_charged_before_it_is_due_unless_it_is_asked_for():
    ports = promised()
    advance(ports)
    lanterne = ports.store.campaign("lanterne")
    with pytest.raises(Refused, match="not-due: the next part of pledge p1 is not due at"):
        attempt(ana(ports), lanterne, END, "clerk")
    with pytest.raises(Refused, match="already-charged: part 1 of pledge p1 is collected"):
        attempt(ana(ports), lanterne, END, "clerk", part=1)
    assert attempt(ana(ports), lanterne, month(1), "clerk")[0].state is PledgeState.CHARGING
    assert attempt(ana(ports), lanterne, END, "clerk", part=2)[0].state is PledgeState.CHARGING


def test_a_payment_ahead_that_fails_leaves_all_as_it_was():
    """The backer has failed at nothing yet: it is due when it was due."""
    ports = promised()
    advance(ports)
    ports.clock.set(END + DAY)
    before = ana(ports)
    ports.gateway.decline("p1")
    charge(ports, part=2)
    ports.gateway.accept("p1")
    assert ana(ports) == attrs.evolve(before, attempts=2, version=before.version + 2)
    assert not list(ports.store.open_orders())
    assert in_order(ports) == money("41.67")
    assert charge(ports, part=2).due_at == month(2)
    assert in_order(ports) == money("83.34")


def test_a_first_payment_ahead_that_fails_is_tried_at_its_date():
    ports = promised(attrs.evolve(PLAN, first_after=DAY))
    ports.gateway.decline("p1")
    assert charge(ports, part=1).state is PledgeState.PAYING
    ports.gateway.accept("p1")
    advance(ports, END + DAY - MICROSECOND)
    assert not in_order(ports)
    advance(ports, END + DAY)
    assert in_order(ports) == money("41.67")


def test_a_part_is_given_its_window_whatever_the_dunning_plan_says():
    """A reminder or an attempt behind the end of the window comes too late: there is a last attempt there."""
    ports = launched(instalments=PLAN, dunning=Dunning.of_hours(remind=[48, 200], attempt=[1000]), **PLAIN)
    place_pledge(ports, request(bonus="125.00", parts=3))
    place_pledge(ports, request("p2", bonus="125.00", backer_id="ben"))
    ports.gateway.decline("p1")
    advance(ports, END)
    assert ana(ports).due_at == END + 48 * HOUR
    advance(ports, END + 48 * HOUR)
    assert (ana(ports).state, ana(ports).due_at) == (PledgeState.ERRORED, END + WEEK)
    advance(ports, END + WEEK)
    assert (ana(ports).state, ana(ports).attempts) == (PledgeState.DROPPED, 2)


def test_a_late_step_puts_off_the_next_one_within_the_window_of_its_part():
    """There is a last attempt at the end of the window, whatever was late, and no reminder with it."""
    ports = launched(instalments=PLAN, dunning=Dunning.of_hours(remind=[48, 96], attempt=[120, 168]), **PLAIN)
    place_pledge(ports, request(bonus="125.00", parts=3))
    ports.gateway.decline("p1")
    assert not advance(ports, END)
    assert not advance(ports, END + 72 * HOUR)
    assert (ana(ports).steps, ana(ports).due_at) == (1, END + 120 * HOUR)
    assert not advance(ports, END + 160 * HOUR)
    assert (ana(ports).steps, ana(ports).due_at) == (2, END + WEEK)
    assert not advance(ports, END + WEEK - MICROSECOND)
    assert ana(ports).steps == 2
    assert not advance(ports, END + WEEK)
    assert (ana(ports).state, ana(ports).attempts) == (PledgeState.DROPPED, 2)


@pytest.mark.parametrize("late", [timedelta(0), MICROSECOND, FORTNIGHT])
def test_what_is_not_reminded_of_in_its_window_is_charged_once_more(late):
    ports = promised()
    ports.gateway.decline("p1")
    assert not advance(ports, END)
    ports.gateway.accept("p1")
    assert not advance(ports, END + WEEK + late)
    assert (ana(ports).state, ana(ports).steps) == (PledgeState.PAYING, 0)
    assert not [it for it in ports.store.events() if isinstance(it, ChargeReminded)]


def test_a_window_of_no_time_is_over_with_the_first_failure():
    at_once = FailurePolicy(timedelta(0), FORTNIGHT, DefaultOutcome.KEPT)
    ports = promised(attrs.evolve(PLAN, on_failure=at_once))
    ports.gateway.decline("p1")
    advance(ports)
    assert ana(ports).state is PledgeState.DROPPED


def test_a_part_that_two_calls_pay_ahead_is_charged_once():
    ports = promised()
    advance(ports)
    for commits in range(2):
        others = [lambda: None] * commits + [lambda: charge(ports, part=2)]
        assert charge(between(ports, *others), part=2).state is PledgeState.PAYING
    assert in_order(ports) == money("83.34")


AT_ONCE = FundingModel(charging=Charging.AT_PLEDGE)


def ahead(parts=2, model=AT_ONCE, **asked):
    """A house before the deadline, where ana paid parts of 130.00 ahead, a tip of 5.00 among them."""
    ports = launched(instalments=PLAN, model=model, **PLAIN)
    asked = {"bonus": "115.00", "tier_id": "postcard", "tip": money("5.00")} | asked
    place_pledge(ports, request(parts=3, **asked))
    for part in range(1, parts + 1):
        charge(ports, part=part)
    return ports


def test_what_was_paid_in_parts_goes_back_charge_by_charge():
    """60.00 are more than any part took: they go back of the last ones in one call, the rest after them."""
    policy = RefundPolicy({it: Waterfall(indebts=True) for it in RefundSituation}, rounding=Rounding.HALF_UP)
    ports = launched(instalments=PLAN, refunds=policy, **PLAIN)
    place_pledge(ports, request("p0", bonus="125.00", parts=3, tip=money("5.00")))
    for days in (0, 31, 62, 93):
        ports.clock.set(END + timedelta(days=days))
        assert advance_campaign(ports, "lanterne", actor="jobs") == {}
    part = refund_pledge(ports, "p0", key="r1", wanted=money("60.00"), actor="clerk")
    assert (part.refund, part.paid.left) == (None, money("70.00"))
    assert [it.refunded.text for it in part.instalments.parts] == ["0.00", "16.67", "43.33"]
    after = refund_pledge(ports, "p0", actor="clerk")
    assert (after.state, after.paid.left) == (PledgeState.REFUNDED, money(0))
    assert ports.gateway.held("EUR") == money("-125.00")  # the creator was paid, and owes it
    assert state_account(ports, "lanterne").conserved


def given_back(ports):
    """Everything is back, and nothing of the pledge is left."""
    for _ in range(3):
        assert not advance(ports)
        assert not finish_orders(ports, actor="clock")
    progress = ports.store.progress("lanterne")
    assert (progress.pledges, progress.pledged, progress.collected) == (0, money(0), money(0))
    assert ports.store.stock("lanterne", "postcard").out == 0
    assert not list(ports.store.open_orders())
    assert not in_order(ports)
    return ana(ports)


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_the_paid_parts_go_back_when_the_campaign_is_called_off(parts):
    ports = ahead(parts)
    assert in_order(ports) == {1: money("43.34"), 2: money("86.67"), 3: money("130.00")}[parts]
    cancel_campaign(ports, "lanterne", actor="lune")
    pledge = given_back(ports)
    assert (pledge.state, pledge.reason, pledge.refunds) == (PledgeState.REFUNDED, "not-funded", parts)
    assert not pledge.instalments.owed


@pytest.mark.parametrize("parts", [1, 3])
def test_the_paid_parts_go_back_when_their_backer_cancels(parts):
    ports = ahead(parts)
    cancel_pledge(ports, "p1", actor="ana")
    pledge = given_back(ports)
    assert (pledge.state, pledge.reason, pledge.refunds) == (PledgeState.REFUNDED, "canceled", parts)


def test_each_part_knows_which_charge_made_it():
    """The second charge was declined and the third made its part: no other outcome of any is believed."""
    ports = promised()
    advance(ports)
    ports.gateway.decline("p1")
    advance(ports, month(1))
    ports.gateway.accept("p1")
    charge_pledge(ports, "p1", actor="ana")
    yes, no = Accepted("late"), ports.gateway.status("p1/charge/2")
    tell = lambda number, answer: told(ports, OrderAnswered(f"p1/charge/{number}", answer))  # noqa: E731
    assert [tell(1, yes), tell(2, no), tell(3, yes)] == ["known"] * 3
    for number, answer, written in ((1, no, "done"), (2, yes, "failed"), (3, no, "done")):
        with pytest.raises(OutcomeUnknown, match=f"charge {number} of p1 .* written down as {written}"):
            tell(number, answer)


def given_at_the_provider(ports, number, amount):
    """Somebody gives back a part, or some of it, in the provider's dashboard; what is told of it."""
    charged, reference = f"p1/charge/{number}", f"re_{number}"
    ports.gateway.refund(Refund(f"dashboard/{reference}", "p1", "lanterne", money(amount), charged))
    return RefundMade(charged, money(amount), reference)


def told(ports, event):
    return receive_event(ports, event, actor="provider").value


def test_a_part_that_was_declined_and_then_given_back_by_hand_goes_back_once():
    """The other part is asked of the provider, as if it had not declined the first."""
    ports = ahead(2)
    ports.gateway.decline("p1")
    assert cancel_pledge(ports, "p1", actor="ana").state is PledgeState.UNREFUNDED
    ports.gateway.accept("p1")
    event = given_at_the_provider(ports, 1, "43.34")
    assert (told(ports, event), ana(ports).state) == ("taken", PledgeState.REFUNDING)
    assert [it.amount for it in ports.store.open_orders() if isinstance(it, Refund)] == [money("43.33")]
    pledge = given_back(ports)
    assert (pledge.state, pledge.instalments.refunded) == (PledgeState.REFUNDED, money("86.67"))
    assert told(ports, event) == "known"


def test_a_part_whose_charge_failed_cannot_be_disputed():
    ports = promised()
    ports.gateway.decline("p1")
    collect_pledges(ports, "lanterne", actor="clerk")
    news = DisputeTold(
        dispute_id="dp_1", charged="p1/charge/1", amount=money("1.00"), state=DisputeState.OPENED, at=END
    )
    with pytest.raises(OutcomeUnknown, match=r"dispute dp_1 is of p1/charge/1, which took nothing"):
        receive_event(ports, news, actor="provider")
    assert ports.store.find_pledge("p1").disputes == ()


def test_what_is_given_back_at_the_provider_is_of_the_part_that_was_charged():
    """While parts are still to be charged it waits; then each part knows what has gone back of it."""
    ports = promised()
    advance(ports)
    event = given_at_the_provider(ports, 1, "10.00")
    assert told(ports, event) == "too-early"
    for number in (1, 2):
        advance(ports, month(number))
    assert ana(ports).state is PledgeState.COLLECTED
    assert told(ports, event) == "taken"
    assert told(ports, given_at_the_provider(ports, 2, "41.67")) == "taken"
    with pytest.raises(
        Refused, match=r"above-paid: EUR 50\.00 of p1/charge/3 was given back, of which EUR 41\.66"
    ):
        told(ports, RefundMade("p1/charge/3", money("50.00"), "re_9"))
    assert told(ports, RefundMade("p1/charge/3", money("41.66"), "re_9")) == "taken"
    assert [(it.refunded.text, it.state.value) for it in ana(ports).instalments.parts] == [
        ("10.00", "collected"),
        ("41.67", "refunded"),
        ("41.66", "refunded"),
    ]
    assert ana(ports).paid.left == money("31.67")
    assert state_account(ports, "lanterne").conserved


def test_a_part_that_failed_takes_those_that_were_paid_with_it():
    """An errored pledge is not simply set free: the money of its earlier parts is there."""
    ports = ahead(1)
    ports.gateway.decline("p1")
    advance(ports, month(1))
    ports.gateway.accept("p1")
    assert ana(ports).state is PledgeState.ERRORED
    lanterne = attrs.evolve(ports.store.campaign("lanterne"), state=CampaignState.CANCELED)
    assert refused(release, ana(ports), lanterne, month(1), "clerk") == ("already-charged",)
    pledge, changes = set_free(ana(ports), lanterne, month(1), "clerk")
    assert pledge.state is PledgeState.REFUNDING
    assert [order.amount for order in changes.orders] == [money("43.34")]


def test_a_campaign_that_is_judged_by_what_was_paid_gives_parts_back():
    """Two parts of three are kept after a default: 83.33 of a goal of 100.00."""
    ports = ahead(2)
    ports.gateway.decline("p1")
    for at in (month(2), month(2) + FORTNIGHT):
        advance(ports, at)
    assert ports.store.campaign("lanterne").state is CampaignState.FAILED
    assert (ana(ports).state, ana(ports).reason) == (PledgeState.UNREFUNDED, "not-funded")
    ports.gateway.accept("p1")
    refund_pledge(ports, "p1", actor="clerk")
    assert given_back(ports).state is PledgeState.REFUNDED


def test_what_was_tried_ahead_in_vain_is_set_free():
    for end in (
        lambda ports: cancel_campaign(ports, "lanterne", actor="lune"),
        lambda ports: cancel_pledge(ports, "p1", actor="ana"),
    ):
        ports = ahead(0)
        ports.gateway.decline("p1")
        assert charge(ports, part=1).state is PledgeState.PAYING
        end(ports)
        pledge = given_back(ports)
        assert pledge.state is PledgeState.CANCELED
        assert not pledge.instalments.owed


def test_a_campaign_that_is_opened_again_agrees_on_its_parts_at_the_new_end():
    """Nothing was charged before its first part was due, so that its backer may leave, or stay."""
    within = DurationRule(least_days=1, most_days=60, open_ended=False, end_of_day=False)
    editing = Editing(extension=Extension(times=1, within=within), reopens=True)
    later = Deadline.after_days(OPENS, 60, zone=CLOSES.zone, inclusive=False)
    for leaves in (True, False):
        ports = launched(instalments=attrs.evolve(PLAN, first_after=DAY), editing=editing, **PLAIN)
        place_pledge(ports, request(bonus="125.00", tier_id=None, parts=3))
        assert not advance(ports, END)
        extend_campaign(ports, "lanterne", later, actor="lune")
        if leaves:
            assert cancel_pledge(ports, "p1", actor="ana").state is PledgeState.CANCELED
            advance(ports, later.at)
            assert ports.store.campaign("lanterne").state is CampaignState.FAILED
            assert given_back(ports).state is PledgeState.CANCELED
        else:
            advance(ports, later.at + DAY)
            assert ana(ports).instalments.part(1).due_at == later.at + DAY
            assert in_order(ports) == money("41.67")


def test_every_pledge_that_is_looked_at_is_counted():
    plan = attrs.evolve(PLAN, on_failure=FailurePolicy(WEEK, FORTNIGHT, DefaultOutcome.REFUNDED))
    ports = promised(plan)
    none = {"errored": 0, "dropped": 0, "troubles": {}}

    def collect(at):
        ports.clock.set(at)
        return collect_pledges(ports, "lanterne", actor="clerk")

    assert collect(END) == Collecting(collected=0, paying=1, refunding=0, **none)
    assert collect(END) == Collecting(collected=0, paying=0, refunding=0, **none)
    ports.gateway.decline("p1")
    assert collect(month(1)).errored == 1
    assert collect(month(1) + FORTNIGHT) == Collecting(collected=0, paying=0, refunding=1, **none)
    early = promised(attrs.evolve(PLAN, first_after=DAY))
    assert collect_pledges(early, "lanterne", actor="clerk").paying == 1


@given(st.lists(st.sampled_from(Fault), max_size=12), st.integers(0, 3))
def test_whatever_goes_wrong_no_part_is_charged_twice(faults, tip):
    ports = launched(instalments=PLAN, dunning=Dunning(), **PLAIN)
    place_pledge(ports, request(bonus="125.00", parts=3, tip=money(tip)))
    ports.gateway.fail_next(*faults)
    for number in range(3):
        for _ in range(6):
            advance(ports, month(number))
            finish_orders(ports, actor="clock")
    assert states(ports) == {"p1": "collected"}
    charged = [order.amount for order in ports.gateway.accepted() if type(order).__name__ == "Charge"]
    assert len(charged) == 3
    assert sum(charged, start=money(0)) == money("125.00") + money(tip)
    assert in_order(ports) == money(tip)


def test_a_part_that_two_workers_charge_is_charged_once():
    ports = promised()
    rival = attrs.evolve(ports, store=Between(ports.store, lambda: advance(ports)))
    advance(rival)
    assert ports.gateway.held("EUR") == money("41.67")
    assert ana(ports).state is PledgeState.PAYING


def test_a_worker_that_is_overtaken_by_a_whole_part_is_told_of_no_trouble():
    """All parts are due: the other one takes the answer for the first, and goes on with the others."""
    ports = promised()
    ports.clock.advance(100 * DAY)

    def go_on():
        for _ in range(3):
            assert advance(ports) == {}

    rival = attrs.evolve(ports, store=Between(ports.store, lambda: None, go_on))
    assert advance(rival) == {}
    assert ana(ports).state is PledgeState.COLLECTED
    assert state_account(ports, "lanterne").collected == money("125.00")


@pytest.mark.parametrize("parts", [2, 3])
def test_whoever_is_overtaken_while_parts_go_back_is_told_of_no_trouble(parts):
    """The other one takes the answer for the first part, and gives all others back."""
    ports = ahead(parts)
    ports.gateway.fail_next(Fault.AFTER)
    cancel_campaign(ports, "lanterne", actor="lune")

    def go_on():
        for _ in range(parts):
            assert advance(ports) == {}

    rival = attrs.evolve(ports, store=Between(ports.store, go_on))
    assert finish_orders(rival, actor="clock") == {}
    assert given_back(ports).state is PledgeState.REFUNDED


def test_a_part_that_was_declined_to_somebody_else_and_given_back_all_the_same_is_told():
    ports = ahead(2)
    ports.gateway.fail_next(Fault.AFTER)
    cancel_campaign(ports, "lanterne", actor="lune")

    def rejected(_):
        raise GatewayMisuse

    broken = attrs.evolve(
        ports,
        gateway=SimpleNamespace(**methods(ports.gateway) | {"status": lambda _: None, "refund": rejected}),
    )
    rival = attrs.evolve(ports, store=Between(ports.store, lambda: finish_orders(broken, actor="clock")))
    (trouble,) = finish_orders(rival, actor="clock").values()
    assert isinstance(trouble, OutcomeUnknown)


def methods(gateway):
    names = ("abilities", "status", "prepare", "authorize", "charge", "capture", "refund", "void", "transfer")
    return {name: getattr(gateway, name) for name in names}


@pytest.mark.parametrize("charging", [Charging.AT_DEADLINE, Charging.AT_PLEDGE])
def test_parts_run_from_the_moment_an_endless_campaign_is_full(charging):
    """Where money is taken at once it would wait for them to be full, and they for its end."""
    cap = Cap(amount=money("250.00"), smallest_charge=money("1.00"), tolerance=money("0.00"), clips=False)
    model = FundingModel(charging=charging, cap=cap, final_lap=FinalLap(7, end_of_day=True))
    terms = {
        "model": model,
        "window": Window(OPENS, Deadline.never(CLOSES.zone)),
        "instalments": PLAN,
        **PLAIN,
    }
    if charging is Charging.AT_PLEDGE:
        with pytest.raises(InvalidDocument, match="instalments: they run from an end"):
            launched(**terms)
        return
    ports = launched(**terms)
    for name in ("p1", "p2"):
        place_pledge(ports, request(name, "125.00", parts=3))
    ports.clock.advance(40 * DAY)
    assert advance_campaign(ports, "lanterne", actor="jobs") == {}
    assert ports.store.find_pledge("p1").state is PledgeState.PAYING
