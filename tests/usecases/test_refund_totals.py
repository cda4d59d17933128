"""Refunds of funded campaigns beside what else is counted: totals, fees, tips, and what sponsors added."""

from itertools import count

import attrs
import pytest
from funding_houses import AT_ONCE, at_provider, books, goal
from lanterne import END, closed, collected, launched, money, refused, request

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
    give_back_campaign,
    match_pledge,
    open_fund,
    place_pledge,
    refund_pledge,
    settle_campaign,
    state_account,
)
from pushcore.gateway import DisputeState, DisputeTold, RefundMade
from pushcore.ledger.chart import fee_account
from pushcore.matching import MatchingFund, Multiple, Pool
from pushcore.memory import FakeGateway
from pushcore.payouts import (
    Bearer,
    Bearing,
    FundingSource,
    PaidKind,
    RefundPolicy,
    RefundSituation,
    Returning,
    Waterfall,
)
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


TAXED = {
    "of-the-total": FeeBase.COLLECTED,
    "of-each-pledge": FeeBase.PLEDGE,
}


@pytest.mark.parametrize("base", TAXED.values(), ids=TAXED)
def test_a_tax_on_a_fee_comes_back_with_the_fee(base):
    """Of 0.05 on each of forty pledges 21 % is 0.42, and 0.01 on each of them came back: 0.02 were left."""
    schedule = taxed(base)
    ports = settled(*["1.00"] * 40, goal=goal("10.00"), fees=schedule)
    assert state_account(ports, "lanterne").fees == {"platform": money("2.00"), "vat": money("0.42")}
    for number in range(40):
        back(ports, f"p{number}")
    told = state_account(ports, "lanterne")
    assert (told.fees, told.debt) == ({"platform": money(0), "vat": money(0)}, told.net)
    assert told.conserved


def taxed(base, **line):
    vat = FeeLine("vat", FeeBase.FEES, Percent(Percentage.of("21")), Rounding.HALF_UP, of=["platform"])
    return FeeSchedule([attrs.evolve(fees(base).lines[0], **line), vat])


def test_a_tax_on_an_estimate_comes_back_with_what_was_really_taken():
    """5 % were estimated of each; 0.11 were taken of each, and 21 % of 0.33 are 0.07."""
    ports = closed(
        *["1.00"] * 3,
        goal=goal("1.00"),
        refunds=policy(),
        splits=SplitPlan(),
        fees=taxed("pledge", estimate=True),
    )
    ports = attrs.evolve(ports, gateway=FakeGateway(fee=lambda _: money("0.11")))
    ports.gateway._methods = {it.method: it.id for it in ports.store._pledges.values()}
    collect_pledges(ports, "lanterne", actor="clerk")
    assert settle_campaign(ports, "lanterne", actor="clerk").fees["vat"] == money("0.07")
    for number in range(3):
        back(ports, f"p{number}")
    assert set(state_account(ports, "lanterne").fees.values()) == {money(0)}


@pytest.mark.parametrize("kept", ["0.00", "2.50", "3.00", "10.00"])
@pytest.mark.parametrize("refundable", [True, False])
def test_what_was_estimated_is_given_back_in_parts_whatever_was_kept_of_it(kept, refundable):
    """Of what is left it was trued up, as of the whole it was not: no further part went back."""
    card = attrs.evolve(fees("pledge", "3").lines[0], estimate=True, refundable=refundable)
    ports = closed("100.00", refunds=policy(), splits=SplitPlan(), fees=FeeSchedule([card]))
    ports = attrs.evolve(ports, gateway=FakeGateway(fee=lambda _: money(kept)))
    ports.gateway._methods = {it.method: it.id for it in ports.store._pledges.values()}
    collect_pledges(ports, "lanterne", actor="clerk")
    settle_campaign(ports, "lanterne", actor="clerk")
    for wanted in ("30.00", "20.00", "50.00"):
        back(ports, "p0", wanted=money(wanted))
    told = state_account(ports, "lanterne")
    assert (ports.store.find_pledge("p0").state, told.conserved) == (PledgeState.REFUNDED, True)
    assert sum(told.fees.values(), money(0)) == (money(0) if refundable else money(kept))


@pytest.mark.parametrize("state", ["lost", "won"])
def test_a_tax_on_a_fee_comes_back_of_what_a_dispute_has_left_too(state):
    """What the bank takes first and what is refunded then come to what the fees took, in either order."""
    ports = settled("1.40", "1.40", "1.40", goal=goal("1.00"), fees=taxed("pledge"))
    assert state_account(ports, "lanterne").fees == {"platform": money("0.21"), "vat": money("0.04")}
    decided = DisputeTold(
        dispute_id="dp_1", charged="p0/charge/1", amount=money("0.70"), state=DisputeState(state), at=END
    )
    receive_event(ports, decided, actor="provider")
    for number in (1, 0, 2):
        back(ports, f"p{number}")
    assert set(state_account(ports, "lanterne").fees.values()) == {money(0)}


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


CARD = FeeSchedule(
    [
        FeeLine("platform", FeeBase.COLLECTED, Percent(Percentage.of("5")), Rounding.HALF_UP),
        FeeLine(
            "processing", FeeBase.PLEDGE, Percent(Percentage.of("2.9")), Rounding.HALF_UP, refundable=False
        ),
    ]
)
BORNE = policy(parts={PaidKind.TIP: Returning(Percentage.of(0), [Bearing(Bearer.CREATOR)])})
"""The creator bears a tip that does not come back."""


def kept(ports):
    """What collected pledges say that the campaign has of them is what its totals say."""
    pledges = ports.store.collected_pledges("lanterne")
    both = sum((it.kept for it in pledges), money(0)), ports.store.progress("lanterne").collected
    assert both[0] == both[1]
    return both[0]


def test_a_fee_that_does_not_come_back_leaves_pledge_and_totals_alike():
    """Totals fell by the fee that the creator bore, and the pledge did not: more of it went back no more."""
    ports = settled("60.00", "100.00", fees=CARD)
    back(ports, "p1", wanted=money("15.00"))
    assert kept(ports) == money("145.75")
    back(ports, "p1", wanted=money("15.00"))
    assert kept(ports) == money("131.50")
    assert back(ports, "p1").state is PledgeState.REFUNDED
    assert kept(ports) == money("60.00")
    assert state_account(ports, "lanterne").conserved


def test_the_last_of_many_pledges_goes_back_too():
    """Each left the totals a little lower, until the last was more than all that they said."""
    names = [f"p{number}" for number in range(10)]
    ports = settled(*["40.00"] * 10, fees=CARD)
    for name in names:
        back(ports, name, wanted=money("20.00"))
    for name in names:
        assert back(ports, name).state is PledgeState.REFUNDED
    assert kept(ports) == money(0)
    told = state_account(ports, "lanterne")
    assert (told.refunded, told.conserved) == (money("400.00"), True)


def tipped(tip, **changed):
    ports = launched(**{"refunds": BORNE, "splits": SplitPlan(), "goal": goal("1.00")} | changed)
    place_pledge(ports, request("p0", "50.00", backer_id="b0"))
    place_pledge(ports, request("p1", "10.00", backer_id="b1", tip=money(tip)))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    return ports


def test_what_a_creator_bears_of_a_tip_is_not_settled():
    """The pledge counted it as kept, so that the campaign could never be settled."""
    ports = tipped("1.00", fees=FeeSchedule())
    back(ports, "p1", wanted=money("5.50"))
    assert kept(ports) == money("54.50")
    assert settle_campaign(ports, "lanterne", actor="clerk").net == money("54.50")


def test_a_tip_that_the_creator_bore_comes_back_when_nothing_comes_of_the_campaign():
    """More was taken of what is held than is there: the last backer waited for ever.

    The platform kept half of the tip, and gives it.
    """
    ports = tipped("1.00", fees=FeeSchedule())
    back(ports, "p1", wanted=money("5.50"))
    give_back_campaign(ports, "lanterne", actor="clerk")
    assert {it.state for it in map(ports.store.find_pledge, ("p0", "p1"))} == {PledgeState.REFUNDED}
    assert at_provider(ports) == money(0)
    tip, borne = "campaign/lanterne/on-top/tip", "campaign/lanterne/borne/platform"
    assert books(ports) == {tip: money("-0.50").minor, borne: money("0.50").minor}
    assert state_account(ports, "lanterne").conserved


def test_a_creator_who_gives_more_than_was_collected_owes_it():
    """Totals fell below what the others had given, and in the end below zero."""
    ports = tipped("8.00", fees=CARD)
    settle_campaign(ports, "lanterne", actor="clerk")
    for wanted in ({"bonus": money("9.00")}, {"tip": money("5.00")}):
        back(ports, "p1", wanted=wanted)
        assert kept(ports) >= money("50.00")
    assert kept(ports) == money("50.00")
    assert back(ports, "p1").state is PledgeState.REFUNDED
    assert kept(ports) == money("50.00")
    told = state_account(ports, "lanterne")
    assert (told.fees["processing"], told.conserved) == (money("1.74"), True)


def test_a_refund_reads_other_pledges_only_for_a_line_that_depends_on_how_it_was_paid():
    """Each of many read all the others, for a line that was not taken of any of them."""
    five = Percent(Percentage.of("5"))
    line = FeeLine("cash", FeeBase.COLLECTED, five, Rounding.HALF_UP, sources=[FundingSource.OFFLINE])
    ports = settled("60.00", "40.00", fees=FeeSchedule([line]))
    ports.store.collected_pledges = None
    assert back(ports, "p1", wanted=money("10.00")).kept == money("30.00")
    assert ports.store.progress("lanterne").collected == money("90.00")


def test_what_a_campaign_keeps_of_what_was_given_back_is_kept_of_a_pledge():
    """The backer bears half of it: that lay with the campaign, of no pledge, and nothing was settled."""
    half = Returning(Percentage.of("50"), [Bearing(Bearer.BACKER)])
    rules = {it: Waterfall(parts={PaidKind.GOODS: half}, indebts=True) for it in RefundSituation}
    policy = RefundPolicy(rules, rounding=Rounding.HALF_UP)
    ports = collected("60.00", "40.00", refunds=policy, fees=FeeSchedule(), splits=SplitPlan())
    after = refund_pledge(ports, "p0", actor="clerk")
    assert (after.state, after.kept, after.given_back) == (
        PledgeState.COLLECTED,
        money("30.00"),
        money("30.00"),
    )
    statement = settle_campaign(ports, "lanterne", actor="clerk")
    assert (statement.net, statement.refunded, statement.held) == (money("70.00"), money("30.00"), money(0))
    assert statement.conserved


def test_what_a_creator_would_bear_of_a_refund_made_there_is_not_taken_of_others():
    """A tip that the terms keep went back at the provider, and came of what is held for another pledge."""
    tips = {PaidKind.TIP: Returning(Percentage.of("0"), [Bearing(Bearer.CREATOR)])}
    ports = launched(model=AT_ONCE, refunds=policy(parts=tips), fees=FeeSchedule(), splits=SplitPlan())
    place_pledge(ports, request("p0", "10.00", backer_id="b0", tip=money("0.50")))
    place_pledge(ports, request("p1", "3.00", backer_id="b1"))
    told = RefundMade("p0/charge/1", money("10.50"), "re_1")
    assert receive_event(ports, told, actor="provider").value == "taken"
    assert books(ports)["campaign/lanterne/held"] == -300
    assert ports.store.progress("lanterne").collected == money("3.00")


def test_refunds_that_meet_take_back_of_a_fee_what_they_would_one_after_the_other(monkeypatch):
    """5 % of 3.30, 2.20 and 1.10 is 0.17, 0.11 and 0.06: 0.06 comes back, and then 0.05."""
    ports = settled("1.10", "1.10", "1.10", goal=goal("3.00"), fees=fees("collected"))
    read, others = ports.store.progress, ["p1"]

    def meanwhile(campaign_id):
        found = read(campaign_id)
        if others:
            back(ports, others.pop())
        return found

    monkeypatch.setattr(ports.store, "progress", meanwhile)
    back(ports, "p0")
    assert not others
    assert ports.store.balance(fee_account("lanterne", "platform"), "EUR").posted == money("0.06")
