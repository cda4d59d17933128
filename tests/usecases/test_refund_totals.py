"""Refunds of funded campaigns beside what else is counted: totals, fees, tips, and what sponsors added."""

from itertools import count

import pytest
from funding_houses import at_provider, books, goal
from lanterne import END, collected, launched, money, refused, request

from pushcore import (
    FeeBase,
    FeeLine,
    FeeSchedule,
    Percent,
    Percentage,
    PledgeState,
    Rounding,
    SplitPlan,
    advance_campaign,
    cancel_pledge,
    close_campaign,
    collect_pledges,
    match_pledge,
    open_fund,
    place_pledge,
    refund_pledge,
    settle_campaign,
    state_account,
)
from pushcore.gateway import RefundMade
from pushcore.matching import MatchingFund, Multiple, Pool
from pushcore.payouts import Bearer, Bearing, PaidKind, RefundPolicy, RefundSituation, Returning, Waterfall
from pushcore.usecases import receive_event

EVERY = tuple(RefundSituation)


def policy(**waterfall):
    return RefundPolicy({it: Waterfall(indebts=True, **waterfall) for it in EVERY}, rounding=Rounding.HALF_UP)


def fees(base, percent="5"):
    return FeeSchedule(
        [FeeLine("platform", FeeBase(base), Percent(Percentage.of(percent)), Rounding.HALF_UP)]
    )


NUMBERS = count(1)


def back(ports, pledge_id, **asked):
    if asked.get("wanted") is not None:
        asked = {"key": f"r{next(NUMBERS)}"} | asked
    return refund_pledge(ports, pledge_id, actor="clerk", **asked)


def settled(*amounts, **changed):
    ports = collected(*amounts, **{"refunds": policy(), "splits": SplitPlan()} | changed)
    settle_campaign(ports, "lanterne", actor="clerk")
    return ports


def test_nothing_is_collected_of_pledges_that_went_back_after_the_settlement():
    """The fees that came back with them were counted as if they were collected still."""
    ports = settled("60.00", "40.00")
    for pledge_id in ("p0", "p1"):
        back(ports, pledge_id)
    totals = ports.store.progress("lanterne")
    assert (totals.collected, totals.pledges, totals.collections) == (money(0), 0, 0)


def test_what_is_not_collected_is_refused_whatever_is_left_of_the_others():
    """Its fees were computed before, of a total below zero."""
    ports = launched(refunds=policy(), fees=fees("collected"), splits=SplitPlan())
    place_pledge(ports, request("p0", "100.00", backer_id="b0"))
    place_pledge(ports, request("p1", "500.00", backer_id="b1"))
    cancel_pledge(ports, "p1", actor="b1")
    ports.clock.set(END)
    advance_campaign(ports, "lanterne", actor="jobs")
    assert refused(lambda: back(ports, "p1")) == ("not-collected",)


def test_fees_of_what_an_early_refund_left_come_back_with_it():
    """They were the creator's to bear, since nothing was taken yet when the first part went back."""
    ports = collected("100.00", refunds=policy(), splits=SplitPlan(), fees=fees("pledge"))
    back(ports, "p0", wanted=money("40.00"))
    settle_campaign(ports, "lanterne", actor="clerk")
    assert state_account(ports, "lanterne").fees == {"platform": money("3.00")}
    back(ports, "p0")
    told = state_account(ports, "lanterne")
    assert (told.fees, told.debt) == ({"platform": money(0)}, money("57.00"))
    assert told.conserved


def test_no_fee_gives_back_more_than_it_took():
    """5 % of 87.17 is 4.36; the share of each pledge was 4.03 and 0.34, by the totals as they fell."""
    terms = {"goal": goal("50.00"), "refunds": policy(), "splits": SplitPlan(), "fees": fees("collected")}
    ports = collected("10.00", "80.50", **terms)
    back(ports, "p0", wanted=money("3.33"))
    settle_campaign(ports, "lanterne", actor="clerk")
    assert state_account(ports, "lanterne").fees == {"platform": money("4.36")}
    back(ports, "p1", wanted=money("26.83"))
    back(ports, "p0")
    back(ports, "p1")
    told = state_account(ports, "lanterne")
    assert (told.fees, told.conserved) == ({"platform": money(0)}, True)
    assert told.debt == told.net


@pytest.mark.parametrize("wanted", [None, {"bonus": money("40.00")}])
def test_a_pledge_counts_no_more_once_all_that_goes_back_does(wanted):
    """A tip that is kept held its pledge, and its reward, for ever."""
    kept = Returning(Percentage.of(0), [Bearing(Bearer.BACKER)])
    ports = launched(refunds=policy(parts={PaidKind.TIP: kept}), splits=SplitPlan(), fees=FeeSchedule())
    place_pledge(ports, request("p0", "100.00", backer_id="b0"))
    place_pledge(ports, request("p1", "40.00", backer_id="b1", tip=money("2.00")))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    after = back(ports, "p1", wanted=wanted)
    assert (after.state, after.paid.refunded) == (PledgeState.REFUNDED, money("40.00"))
    assert ports.store.progress("lanterne").pledges == 1
    assert at_provider(ports) == money("102.00")


def matched():
    """Two pledges, of which a sponsor doubles one."""
    ports = launched(refunds=policy(), splits=SplitPlan(), fees=FeeSchedule())
    open_fund(ports, MatchingFund("live", Multiple(1), [Pool("bank", money("500.00"))]), actor="clerk")
    for pledge_id in ("p0", "p1"):
        place_pledge(ports, request(pledge_id, "60.00", backer_id=pledge_id))
    match_pledge(ports, "p1", "live", actor="clerk")
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    return ports


def by_the_platform(ports):
    back(ports, "p1")


def at_the_provider(ports):
    receive_event(ports, RefundMade("p1/charge/1", money("60.00"), "re_1"), actor="provider")


@pytest.mark.parametrize("refund", [by_the_platform, at_the_provider])
def test_a_match_goes_back_with_its_pledge(refund):
    ports = matched()
    refund(ports)
    totals = ports.store.progress("lanterne")
    assert (totals.pledged, totals.matched, totals.pledges) == (money("60.00"), money(0), 1)
    assert list(ports.store.matches("lanterne", "p1")) == []
    assert settle_campaign(ports, "lanterne", actor="clerk").net == money("60.00")


@pytest.mark.parametrize("refund", [by_the_platform, at_the_provider])
def test_a_match_that_was_divided_stays_with_the_payees(refund):
    ports = matched()
    settle_campaign(ports, "lanterne", actor="clerk")
    refund(ports)
    assert len(list(ports.store.matches("lanterne", "p1"))) == 1
    told = state_account(ports, "lanterne")
    assert (told.net, told.debt, told.conserved) == (money("180.00"), money("60.00"), True)


def test_fees_come_back_of_what_is_refunded_at_the_provider_too():
    ports = settled("60.00", "40.00", fees=fees("pledge"))
    receive_event(ports, RefundMade("p1/charge/1", money("40.00"), "re_1"), actor="provider")
    told = state_account(ports, "lanterne")
    assert (told.fees, told.debt) == ({"platform": money("3.00")}, money("38.00"))
    assert "campaign/lanterne/refunds" not in books(ports)
