"""Matching through the store: sponsors add to pledges, and get their money back with them."""

from datetime import timedelta

import attrs
import pytest
from lanterne import END, NOBODY_ASKED, between, launched, money, refused, request, written

from pushcore import (
    CampaignState,
    CancelWindow,
    Cap,
    Changes,
    Charging,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    FundingGoal,
    FundingModel,
    Measure,
    Percent,
    Percentage,
    PledgeState,
    Progress,
    Rounding,
    Selection,
    SplitPlan,
    Tier,
    advance_campaign,
    cancel_campaign,
    cancel_pledge,
    change_pledge,
    close_campaign,
    deposit_contributions,
    expect_contribution,
    give_lump_sum,
    match_pledge,
    merge_pledges,
    open_fund,
    place_pledge,
    preview,
    receive_contribution,
    refund_pledge,
    refusals,
    state_account,
    transfer_pledge,
)
from pushcore.campaigns import Editing
from pushcore.campaigns.events import CampaignEnded
from pushcore.campaigns.funding import COUNTED
from pushcore.errors import CurrencyMismatch, InvalidValue, KeyReused, NotFound
from pushcore.ledger import audit, chart
from pushcore.matching import (
    Goal,
    GoalShare,
    LimitMode,
    LumpSum,
    Matched,
    MatchingFund,
    Multiple,
    Pool,
    Sharing,
    Tally,
)
from pushcore.matching.events import FundOpened
from pushcore.payouts import FundingSource
from pushcore.rewards import LineKind


def fund_of(*pools, rule=None, fund_id="live", currency="EUR", **changed):
    """A fund of so much money of each sponsor: s0, s1, ..."""
    paid = [Pool(f"s{place}", money(amount, currency)) for place, amount in enumerate(pools)]
    return MatchingFund(fund_id, rule or Multiple(1), paid, **changed)


def house(*pools, rule=None, **changed):
    """La Lanterne is live, and has a fund."""
    ports = launched(**changed)
    open_fund(ports, fund_of(*pools, rule=rule), actor="clerk")
    return ports


def pledge(ports, pledge_id, amount, backer_id=None, **wanted):
    """Somebody pledges, and the fund is asked."""
    place_pledge(ports, request(pledge_id, amount, backer_id=backer_id or pledge_id, **wanted))
    return match_pledge(ports, pledge_id, "live", actor="clerk")


def cancel(ports, pledge_id):
    """Somebody takes a pledge back: what became of its match."""
    parts = [part.id for part in ports.store.matches("lanterne", pledge_id)]
    cancel_pledge(ports, pledge_id, actor=pledge_id)
    return [ports.store.find_pledge(it) for it in parts]


def matched(ports):
    """The pledges that are matched."""
    return sorted({part.matches.pledge_id for part in ports.store.matches("lanterne")})


def texts(made):
    """What each sponsor pays."""
    return {part.sponsor_id: part.amount.text for part in made.parts}


def left(ports, fund_id="live"):
    """What is left in each pool."""
    fund = ports.store.find(MatchingFund, fund_id)
    return [rest.text for rest in fund.left(ports.store.matched(fund_id, "lanterne")).values()]


def progress(ports):
    return ports.store.progress("lanterne")


def test_a_match_is_a_contribution_of_its_sponsor():
    ports = house("300.00", "100.00", rule=Multiple(1, per_contribution=money("40.00")))
    made = pledge(ports, "p1", "60.00", "ana")
    assert (made.amount, texts(made), made.codes) == (
        money("40.00"),
        {"s0": "30.00", "s1": "10.00"},
        ("contribution-cap",),
    )
    parts = list(ports.store.matches("lanterne"))
    assert [(it.id, it.backer_id, it.amount.text) for it in parts] == [
        ("p1/live/s0", "s0", "30.00"),
        ("p1/live/s1", "s1", "10.00"),
    ]
    assert all((it.state, it.offline) == (PledgeState.COLLECTED, True) for it in parts)
    it = progress(ports)
    assert (it.pledged, it.counted, it.matched, it.collected) == tuple(
        map(money, ("100.00", "100.00", "40.00", "40.00"))
    )
    assert (it.pledges, it.collections, it.backers) == (3, 2, 1)
    assert ports.store.balance(chart.offline_account("lanterne"), "EUR").posted == money("40.00")
    tally = Tally(1, money("40.00"))
    assert ports.store.matched("live", "lanterne", "ana") == Matched(
        projects={"lanterne": tally},
        backers={("lanterne", "ana"): tally},
        sponsors={"s0": Tally(1, money("30.00")), "s1": Tally(1, money("10.00"))},
    )


def test_pound_for_pound_until_the_pot_is_empty():
    """crowdfunder-live-match: a pot of 400, donations of 100, 300 and 200: 100, 250 and 50 are added."""
    ports = house("400.00", rule=Multiple(1, per_contribution=money("250.00")))
    given = [pledge(ports, f"p{n}", amount) for n, amount in enumerate(("100", "300", "200"))]
    assert [made.amount.text for made in given] == ["100.00", "250.00", "50.00"]
    assert (progress(ports).matched, left(ports)) == (money("400.00"), ["0.00"])
    assert not audit(ports.store.transactions())


def test_goteo_contribution_cap():
    """GO03: at most 100 of one contribution is matched: of 110 and 99, 100 and 99."""
    ports = house("1000.00", rule=Multiple(1, per_contribution=money("100.00")))
    given = [pledge(ports, f"p{n}", amount).amount for n, amount in enumerate(("110", "99"))]
    assert given == [money("100.00"), money("99.00")]


@pytest.mark.parametrize(("factor", "added"), [(2, "150.00"), (1, "75.00")])
def test_goteo_factor(factor, added):
    """GO04: a cap per project of 150; 75 are doubled, or matched once."""
    ports = house("1000.00", rule=Multiple(factor, per_project=money("150.00")))
    assert pledge(ports, "p1", "75.00").amount == money(added)


def test_goteo_two_pools():
    """GO05: 99 of 100 and nothing of 50 are spent for the project; of 99 more the cap leaves 51: 1 and 50."""
    ports = house("100.00", rule=Multiple(1, per_project=money("150.00")))
    pledge(ports, "p1", "99.00")
    two = attrs.evolve(ports.store.find(MatchingFund, "live"), pools=fund_of("100.00", "50.00").pools)
    ports.store.commit(Changes(put=(attrs.evolve(two, version=two.version + 1),)))  # somebody joins
    made = pledge(ports, "p2", "99.00")
    assert (texts(made), made.codes) == ({"s0": "1.00", "s1": "50.00"}, ("project-cap", "pool-exhausted"))
    assert progress(ports).counted - money("99.00") == money("249.00")


def test_goteo_one_match_per_backer():
    """GO06: one contribution of a backer is matched; so in goteo-matcher-defaults: 100, 40 and nothing."""
    rule = Multiple(1, per_contribution=money("100"), per_project=money("500"), matches_per_backer=1)
    ports = house("1000.00", rule=rule)
    given = [pledge(ports, "p1", "150", "a"), pledge(ports, "p2", "40", "b"), pledge(ports, "p3", "60", "a")]
    assert [made.amount.text for made in given] == ["100.00", "40.00", "0.00"]
    assert given[2].codes == ("backer-limit",)


def test_goteo_empty_pool():
    """GO07: nothing is left to match with; the contribution itself counts."""
    ports = house("0.00")
    assert pledge(ports, "p1", "5.00").codes == ("pool-exhausted",)
    assert (progress(ports).counted, progress(ports).matched) == (money("5.00"), money("0.00"))
    assert ports.store.find(MatchingFund, "live").version == 1


def test_goteo_listed_rewards():
    """GO08: of two contributions of 25, the one with a listed reward is matched."""
    tiers = [Tier("postcard", money("10.00")), Tier("drawing", money("10.00"))]
    ports = house("100.00", rule=Multiple(1, tier_ids=["drawing"]), tiers=tiers)
    given = [pledge(ports, f"p{n}", "15.00", tier_id=it) for n, it in enumerate(("postcard", "drawing"))]
    assert [(made.amount.text, made.codes) for made in given] == [
        ("0.00", ("reward-not-eligible",)),
        ("25.00", ()),
    ]


def test_goteo_project_cap():
    """goteo-matcher-cap: 450 of 500 are matched; of 80 more, 50 are."""
    ports = house("1000.00", rule=Multiple(1, per_project=money("500.00")))
    pledge(ports, "p1", "450.00")
    assert pledge(ports, "p2", "80.00").amount == money("50.00")


def test_goteo_sharing():
    """goteo-pool-split: 10 of pools of 11 and 22 are 4 and 6."""
    ports = launched()
    whole = fund_of("11.00", "22.00", sharing=Sharing.FIRST_ABLE, step=money("1.00"))
    open_fund(ports, whole, actor="clerk")
    assert texts(pledge(ports, "p1", "10.00")) == {"s0": "4.00", "s1": "6.00"}


@pytest.mark.parametrize(("amount", "added"), [("80.00", "20.00"), ("30.00", "30.00")])
def test_goteo_call_towards_the_minimum(amount, added):
    """goteo-call-minimum: 9900 of 10000 are raised; of 80, 20 are matched, and of 30 all."""
    rule = Multiple(1, per_project=money("5000"), rounds=[LimitMode.MINIMUM])
    ports = house("100000.00", rule=rule, goal=FundingGoal(money("10000.00")))
    place_pledge(ports, request("p0", "9900.00", backer_id="bob"))
    assert pledge(ports, "p1", amount).amount == money(added)


def lump_sum(ports, **options):
    return give_lump_sum(ports, "lanterne", "live", actor="clerk", **options)


def test_goteo_lump_sum_for_half_of_the_minimum():
    """GO09: at 1 of a minimum of 200 nothing; at 100, 100; asked again, no more."""
    rule = LumpSum(money("100.00"), reached=GoalShare(Percentage.of("50"), Goal.MINIMUM))
    ports = house("1000.00", rule=rule, goal=FundingGoal(money("200.00")))
    place_pledge(ports, request("p1", "1.00"))
    assert lump_sum(ports).codes == ("criterion-not-met",)
    place_pledge(ports, request("p2", "99.00"))
    made = lump_sum(ports)
    assert (made.amount, lump_sum(ports)) == (money("100.00"), made)
    assert progress(ports).matched == money("100.00")
    assert [it.id for it in ports.store.matches("lanterne")] == ["lanterne/live/s0"]


def test_goteo_lump_sum_for_an_amount():
    """GO10: at 100 of 500 nothing; at 1000, 100, which makes 1100."""
    ports = house("1000.00", rule=LumpSum(money("100.00"), reached=money("500.00")))
    place_pledge(ports, request("p1", "100.00"))
    assert not lump_sum(ports).parts
    place_pledge(ports, request("p2", "900.00", backer_id="bob"))
    lump_sum(ports)
    assert progress(ports).counted == money("1100.00")


def test_backers_are_not_sponsors():
    """A sum for twenty backers is not for ten and their sponsors, nor is one for what backers gave."""
    ports = launched()
    open_fund(ports, fund_of("100.00"), actor="clerk")
    for fund_id, rule in (
        ("many", LumpSum(money("10.00"), backers=3)),
        ("much", LumpSum(money("10.00"), reached=money("21.00"))),
    ):
        open_fund(ports, fund_of("10.00", rule=rule, fund_id=fund_id), actor="clerk")
    for name in ("ana", "bob"):
        pledge(ports, name, "10.00")
    assert progress(ports).counted == money("40.00")
    for fund_id in ("many", "much"):
        assert give_lump_sum(ports, "lanterne", fund_id, actor="clerk").codes == ("criterion-not-met",)
    place_pledge(ports, request("cleo", "1.00", backer_id="cleo"))
    for fund_id in ("many", "much"):
        assert give_lump_sum(ports, "lanterne", fund_id, actor="clerk").amount == money("10.00")


def test_matching_money_makes_a_success():
    """BB15: 500 of 1000 at the deadline; a sum of 500 makes it a success."""
    ports = launched(
        goal=FundingGoal(money("1000.00")), model=FundingModel.KEEP_IT_ALL, editing=Editing(rejudges=True)
    )
    open_fund(ports, fund_of("500.00", rule=LumpSum(money("500.00"), backers=1)), actor="clerk")
    place_pledge(ports, request("p1", "500.00"))
    ports.clock.set(END)
    assert close_campaign(ports, "lanterne", actor="clerk").state is CampaignState.PARTIALLY_FUNDED
    assert lump_sum(ports).amount == money("500.00")
    assert close_campaign(ports, "lanterne", actor="clerk").state is CampaignState.SUCCESSFUL
    finished(ports)
    assert lump_sum(ports).amount == money("500.00")
    assert refused(give_lump_sum, ports, "lanterne", opened_too(ports, "10.00"), actor="clerk") == (
        "not-live",
    )


def opened_too(ports, *pools):
    """One more fund, of lump sums."""
    open_fund(ports, fund_of(*pools, rule=LumpSum(money("1.00"), backers=1), fund_id="more"), actor="clerk")
    return "more"


def finished(ports):
    """The campaign is over, and everything is done; the books balance."""
    ports.clock.set(max(ports.clock.now(), END))
    advance_campaign(ports, "lanterne", actor="clock")
    if ports.store.campaign("lanterne").settled_at is not None:
        deposit_contributions(ports, "lanterne", actor="clerk")
    for _ in range(2):
        assert advance_campaign(ports, "lanterne", actor="clock") == {}
    assert not audit(ports.store.transactions())
    statement = state_account(ports, "lanterne")
    assert statement.conserved
    return statement


def test_what_is_matched_is_settled_and_paid_out_with_the_rest():
    ports = house("100.00", fees=FeeSchedule(), splits=SplitPlan())
    pledge(ports, "p1", "60.00")
    ports.clock.set(END)
    troubles = advance_campaign(ports, "lanterne", actor="clock")
    assert troubles["lanterne/lune"].codes == ("not-deposited",)
    assert ports.store.balance(chart.offline_account("lanterne"), "EUR").posted == money("60.00")
    statement = finished(ports)
    assert (statement.collected, statement.payees["lune"]) == (money("120.00"), money("120.00"))
    assert not ports.store.balance(chart.offline_account("lanterne"), "EUR").posted


def test_a_fee_on_what_backers_give_takes_nothing_of_a_match():
    rule = Percent(Percentage.of("10"))
    line = FeeLine("platform", FeeBase.PLEDGE, rule, Rounding.HALF_UP, sources=[FundingSource.BACKER])
    ports = house("100.00", fees=FeeSchedule([line]), splits=SplitPlan())
    pledge(ports, "p1", "60.00")
    statement = finished(ports)
    assert (statement.collected, statement.fees) == (money("120.00"), {"platform": money("6.00")})
    assert statement.payees["lune"] == money("114.00")


def test_asked_again_a_match_is_found():
    ports = house("100.00", "100.00")
    made = pledge(ports, "p1", "60.00")
    before = written(ports), ports.store.find(MatchingFund, "live")
    again = match_pledge(ports, "p1", "live", actor="clerk")
    assert (again.amount, texts(again), again.pledge_id, again.backer_id) == (
        made.amount,
        texts(made),
        "p1",
        "p1",
    )
    assert (written(ports), ports.store.find(MatchingFund, "live")) == before
    assert open_fund(ports, fund_of("100.00", "100.00"), actor="clerk").version == 2


def test_a_canceled_pledge_takes_its_match_with_it():
    ports = house("60.00", "30.00")
    pledge(ports, "p1", "60.00")
    pledge(ports, "p2", "10.00")
    parts = cancel(ports, "p1")
    assert [(it.state, it.reason, it.refunds) for it in parts] == [(PledgeState.REFUNDED, "unmatched", 1)] * 2
    assert (progress(ports).matched, progress(ports).pledges) == (money("10.00"), 3)
    assert ports.store.matched("live", "lanterne", "p1").backers == {}
    assert refused(match_pledge, ports, "p1", "live", actor="clerk") == ("pledge-closed",)
    assert pledge(ports, "p3", "70.00").amount == money("70.00")
    assert sum(money(it).minor for it in left(ports)) == 10_00
    assert ports.store.balance(chart.offline_account("lanterne"), "EUR").posted == money("80.00")
    assert state_account(ports, "lanterne").conserved
    assert not audit(ports.store.transactions())


def test_a_canceled_pledge_takes_the_matches_of_every_fund_with_it():
    ports = house("100.00")
    open_fund(ports, fund_of("50.00", fund_id="call"), actor="clerk")
    open_fund(ports, fund_of("50.00", rule=LumpSum(money("50.00"), backers=1), fund_id="sum"), actor="clerk")
    for name in ("p1", "p2"):
        pledge(ports, name, "20.00")
        match_pledge(ports, name, "call", actor="clerk")
    give_lump_sum(ports, "lanterne", "sum", actor="clerk")
    assert [part.id for part in cancel(ports, "p1")] == ["p1/live/s0", "p1/call/s0"]
    assert progress(ports).matched == money("90.00")
    assert (left(ports), left(ports, "call")) == (["80.00"], ["30.00"])


def test_a_verdict_counts_no_match_whose_pledge_is_gone():
    """50 of bob's and 50 of ana's double; ana leaves: 100 of 150 fail."""
    ports = house("100.00", goal=FundingGoal(money("150.00")))
    for name in ("ana", "bob"):
        pledge(ports, name, "50.00")
    cancel_pledge(ports, "ana", actor="ana")
    assert progress(ports).counted == money("100.00")
    ports.clock.set(END)
    assert advance_campaign(ports, "lanterne", actor="clock") == {}
    it = ports.store.campaign("lanterne")
    assert (it.state, it.outcome.pledged, it.outcome.backers) == (CampaignState.FAILED, money("100.00"), 1)
    assert left(ports) == ["100.00"]


def test_a_match_of_a_pledge_that_drops_is_not_counted_where_what_is_confirmed_is():
    """Verkami: judged once every pledge is charged or dropped."""
    ports = house("100.00", model=FundingModel(measure=Measure.CONFIRMED), dunning=NOBODY_ASKED)
    pledge(ports, "ana", "30.00")
    pledge(ports, "bob", "30.00")
    ports.gateway.decline("bob")
    ports.clock.set(END)
    assert close_campaign(ports, "lanterne", actor="clerk").state is CampaignState.FAILED
    assert ports.store.campaign("lanterne").outcome.pledged == money("60.00")
    finished(ports)
    assert (progress(ports).matched, left(ports)) == (money("0.00"), ["100.00"])


def test_a_match_of_a_pledge_that_drops_after_the_success_is_not_settled():
    ports = house("100.00", dunning=NOBODY_ASKED, fees=FeeSchedule())
    pledge(ports, "ana", "30.00")
    pledge(ports, "bob", "30.00")
    ports.gateway.decline("bob")
    statement = finished(ports)
    assert ports.store.campaign("lanterne").state is CampaignState.SUCCESSFUL
    assert (statement.collected, statement.net) == (money("90.00"), money("60.00"))
    assert (statement.refunded, left(ports)) == (money("30.00"), ["70.00"])


@pytest.mark.parametrize("called_off", [False, True])
def test_what_was_matched_for_nothing_goes_back_into_its_pools(called_off):
    ports = house("60.00", "30.00", goal=FundingGoal(money("1000.00")))
    opened_too(ports, "5.00")
    pledge(ports, "p1", "30.00")
    pledge(ports, "p2", "20.00")
    give_lump_sum(ports, "lanterne", "more", actor="clerk")
    if called_off:
        cancel_campaign(ports, "lanterne", actor="lune")
    finished(ports)
    assert (left(ports), left(ports, "more")) == (["60.00", "30.00"], ["5.00"])
    assert ports.store.matched("live", "lanterne", "p1") == Matched()
    assert not list(ports.store.matches("lanterne"))
    assert ports.store.find_pledge("p1/live/s0").reason == "not-funded"
    assert not ports.store.balance(chart.offline_account("lanterne"), "EUR").posted
    assert progress(ports).pledges == 0


def test_a_part_of_a_match_brings_all_of_it_back():
    ports = house("60.00", "30.00", goal=FundingGoal(money("1000.00")))
    pledge(ports, "p1", "30.00")
    assert refused(refund_pledge, ports, "p1/live/s0", actor="clerk") == ("not-ended",)
    assert refused(cancel_pledge, ports, "p1/live/s0", actor="s0") == ("not-collected",)
    ports.clock.set(END)
    deciding_only = attrs.evolve(ports, store=Stopping(ports.store, CampaignEnded))
    close_campaign(deciding_only, "lanterne", actor="clerk")
    assert refund_pledge(ports, "p1/live/s1", actor="clerk").state is PledgeState.REFUNDED
    assert ports.store.find_pledge("p1/live/s0").state is PledgeState.REFUNDED


def test_a_pledge_that_is_lowered_loses_its_match_for_good():
    """Else 100 are pledged, matched with 100, and lowered to 1."""
    ports = house("100.00")
    pledge(ports, "ana", "100.00")
    change_pledge(ports, "ana", Selection(money("100.01")), actor="ana")
    assert matched(ports) == ["ana"]
    change_pledge(ports, "ana", Selection(money("99.99")), actor="ana")
    assert (matched(ports), progress(ports).counted) == ([], money("99.99"))
    assert refused(match_pledge, ports, "ana", "live", actor="clerk") == ("match-taken-back",)
    assert left(ports) == ["100.00"]


def test_a_pledge_without_the_reward_that_is_matched_loses_its_match():
    tiers = [Tier(name, money("10.00")) for name in ("postcard", "drawing", "poster")]
    ports = house("100.00", rule=Multiple(1, tier_ids=["drawing", "poster"]), tiers=tiers)
    pledge(ports, "ana", "0.00", tier_id="drawing")
    change_pledge(ports, "ana", Selection(money("5.00"), tier_id="poster"), actor="ana")
    assert matched(ports) == ["ana"]
    change_pledge(ports, "ana", Selection(money("5.00"), tier_id="postcard"), actor="ana")
    assert matched(ports) == []
    assert left(ports) == ["100.00"]


def test_a_match_stays_with_a_pledge_that_is_handed_over():
    ports = house("100.00")
    pledge(ports, "ana", "30.00")
    transfer_pledge(ports, "ana", "bob", actor="ana")
    assert matched(ports) == ["ana"]
    cancel_pledge(ports, "ana", actor="bob")
    assert ports.store.matched("live", "lanterne", "ana") == Matched()


def test_a_matched_pledge_is_taken_over_by_none():
    ports = house("100.00")
    pledge(ports, "p1", "30.00", "ana")
    pledge(ports, "p2", "20.00", "ana")
    assert refused(merge_pledges, ports, "p1", "p2", actor="ana") == ("not-mergeable",)
    place_pledge(ports, request("p3", "5.00", backer_id="ana"))
    merge_pledges(ports, "p1", "p3", actor="ana")
    assert matched(ports) == ["p1", "p2"]
    assert progress(ports).counted == money("105.00")


def test_where_money_is_taken_at_once_a_match_comes_and_goes_with_it():
    model = FundingModel(charging=Charging.AT_PLEDGE)
    ports = house("100.00", model=model, goal=FundingGoal(money("60.00")))
    pledge(ports, "ana", "30.00")
    assert progress(ports).all_collected
    cancel_pledge(ports, "ana", actor="ana")
    assert (progress(ports).pledges, left(ports)) == (0, ["100.00"])
    pledge(ports, "bob", "30.00")
    assert finished(ports).collected == money("120.00")


CAPPED = FundingModel(
    charging=Charging.AT_PLEDGE,
    cap=Cap(amount=money("107.10"), smallest_charge=money("1.00"), tolerance=money("0.00"), clips=False),
)


@pytest.mark.parametrize(
    ("given", "step", "added", "codes"),
    [
        ("53.55", None, "53.55", ()),
        ("60.00", None, "47.10", ("above-cap",)),
        ("53.40", None, "52.70", ("above-cap",)),  # 1.00 is left: less could not be charged
        ("53.40", "1.00", "52.00", ("below-step", "above-cap")),
        ("53.50", "1.00", "52.00", ("below-step", "above-cap")),
    ],
)
def test_a_match_fits_under_the_cap(given, step, added, codes):
    """A campaign closes at 107.10, and what would be left below it can be charged (MuckRock)."""
    ports = launched(model=CAPPED, goal=FundingGoal(money("107.10")))
    stepped = fund_of("60.00", "60.00", step=None if step is None else money(step))
    open_fund(ports, stepped, actor="clerk")
    made = pledge(ports, "ana", given)
    assert (made.amount.text, made.codes) == (added, codes)
    full = progress(ports).counted == money("107.10")
    assert (ports.store.campaign("lanterne").state is CampaignState.SUCCESSFUL) is full


def test_whether_matches_count_is_said_by_the_model():
    """Without matching: what is shown has it, what is judged has not."""
    counts = tuple(kind for kind in COUNTED if kind is not LineKind.MATCH)
    ports = house("100.00", model=FundingModel(counts=counts), rule=Multiple(1, per_project=money("40.00")))
    open_fund(
        ports, fund_of("9.00", rule=LumpSum(money("9.00"), reached=money("60.00")), fund_id="sum"), actor="c"
    )
    assert pledge(ports, "ana", "60.00").amount == money("40.00")
    assert give_lump_sum(ports, "lanterne", "sum", actor="c").amount == money("9.00")
    it = progress(ports)
    assert (it.pledged.text, it.counted.text, it.matched.text) == ("109.00", "60.00", "49.00")
    finished(ports)
    assert ports.store.campaign("lanterne").state is CampaignState.FAILED


def test_only_what_counts_of_a_pledge_is_matched():
    """Before fees, though what is raised is after the fees of that."""
    fee = FeeLine("card", FeeBase.PLEDGE, Percent(Percentage.of("10")), Rounding.HALF_UP)
    model = FundingModel(counts=(LineKind.REWARD, LineKind.MATCH), net_of_fees=True)
    ports = house("100.00", model=model, fees=FeeSchedule([fee]))
    assert pledge(ports, "ana", "5.00", tier_id="postcard").amount == money("10.00")
    assert progress(ports).counted == money("18.00")
    place_pledge(ports, request("bob", "7.00", backer_id="bob"))
    assert refused(match_pledge, ports, "bob", "live", actor="clerk") == ("not-matchable",)


def test_a_goal_in_rewards_has_no_amount_to_match_towards():
    ports = house("100.00", rule=Multiple(1, rounds=[LimitMode.MINIMUM]), goal=FundingGoal(10))
    place_pledge(ports, request("ana", "5.00"))
    with pytest.raises(InvalidValue, match="the fund asks for the minimum of campaign lanterne"):
        match_pledge(ports, "ana", "live", actor="clerk")


def test_what_is_not_matched():
    ports = house("100.00")
    opened_too(ports, "10.00")
    pledge(ports, "ana", "5.00")
    expect_contribution(ports, request("c1", "30.00", actor="clerk"), reason="cheque 117")
    asks = match_pledge, ports
    assert refused(*asks, "p9", "live", actor="clerk") == ("unknown-pledge",)
    assert refused(*asks, "ana", "dead", actor="clerk") == ("unknown-fund",)
    assert refused(*asks, "ana", None, actor="clerk") == ("unknown-fund",)
    assert refused(*asks, "c1", "live", actor="clerk") == ("pledge-unconfirmed",)
    assert refused(*asks, "ana/live/s0", "live", actor="clerk") == ("not-matchable",)
    with pytest.raises(InvalidValue, match="the rule of fund more: expected Multiple"):
        match_pledge(ports, "ana", "more", actor="clerk")
    with pytest.raises(InvalidValue, match="the rule of fund live: expected LumpSum"):
        lump_sum(ports)
    with pytest.raises(NotFound):
        give_lump_sum(ports, "nocturne", "live", actor="clerk")
    open_fund(ports, fund_of("9.00", fund_id="pounds", currency="GBP"), actor="clerk")
    with pytest.raises(CurrencyMismatch):
        match_pledge(ports, "ana", "pounds", actor="clerk")
    receive_contribution(ports, "c1", money("30.00"), actor="clerk")
    assert match_pledge(ports, "c1", "live", actor="clerk").amount == money("30.00")
    place_pledge(ports, request("bob", "5.00", backer_id="bob"))
    finished(ports)
    assert refused(*asks, "bob", "live", actor="clerk") == ("not-live", "pledge-closed")
    assert refused(give_lump_sum, ports, "lanterne", "more", actor="clerk") == ("not-live",)


def test_a_fund_is_opened_once():
    ports = launched()
    fund = fund_of("10.00")
    assert open_fund(ports, fund, actor="clerk") is open_fund(ports, fund_of("10.00"), actor="clerk")
    with pytest.raises(KeyReused, match="fund live was opened with another content"):
        open_fund(ports, fund_of("10.01"), actor="clerk")
    with pytest.raises(InvalidValue, match="fund used is at version 2"):
        open_fund(ports, fund_of("1.00", fund_id="used", version=2), actor="clerk")
    with pytest.raises(InvalidValue, match="what is opened: expected MatchingFund"):
        open_fund(ports, "live", actor="clerk")
    (event,) = (it for it in ports.store.events() if isinstance(it, FundOpened))
    assert (event.fund_id, event.pools) == ("live", {"s0": money("10.00")})


def test_a_pledge_that_goes_by_the_id_of_a_match_is_told():
    ports = house("10.00", rule=LumpSum(money("1.00"), backers=1))
    place_pledge(ports, request("lanterne/live/s0", "5.00", backer_id="bob"))
    with pytest.raises(KeyReused, match="pledge lanterne/live/s0 goes by the id of a match of fund live"):
        lump_sum(ports)


def test_where_there_is_no_match_nothing_is_taken_back():
    ports = house("0.00")
    pledge(ports, "ana", "5.00")
    assert cancel(ports, "ana") == []


def test_long_ids_are_put_into_one():
    ports = house("10.00")
    name = "p" * 200
    pledge(ports, name, "5.00")
    (part,) = ports.store.matches("lanterne")
    assert (len(part.id), part.matches.pledge_id) == (64, name)
    cancel_pledge(ports, name, actor=name)
    assert matched(ports) == []


def test_it_is_told():
    ports = house("10.00", goal=FundingGoal(money("1000.00")))
    opened_too(ports, "1.00")
    pledge(ports, "ana", "5.00")
    pledge(ports, "bob", "3.00")
    give_lump_sum(ports, "lanterne", "more", actor="clerk")
    cancel(ports, "ana")
    cancel_campaign(ports, "lanterne", actor="lune")
    told = [it for it in ports.store.events() if type(it).__module__ == "pushcore.matching.events"][2:]
    named = [(type(it).__name__, it.actor, it.fund_id, getattr(it, "pledge_id", "-")) for it in told]
    assert named == [
        ("PledgeMatched", "clerk", "live", "ana"),
        ("PledgeMatched", "clerk", "live", "bob"),
        ("LumpSumGiven", "clerk", "more", "-"),
        ("MatchTakenBack", "ana", "live", "ana"),
        ("MatchTakenBack", "lune", "live", "bob"),
        ("MatchTakenBack", "lune", "more", None),
    ]
    assert [it.parts["s0"].text for it in told] == ["5.00", "3.00", "1.00", "5.00", "3.00", "1.00"]


def test_a_match_can_be_previewed():
    ports = house("10.00")
    place_pledge(ports, request("ana", "5.00"))
    changes = preview(ports, match_pledge, "ana", "live", actor="clerk")
    assert [type(it).__name__ for it in changes.put] == ["MatchingFund", "Pledge"]
    assert not list(ports.store.matches("lanterne"))
    ports.store.commit(changes)
    assert progress(ports).matched == money("5.00")


def test_whoever_was_faster_has_spent_it():
    """Two pledges are matched at once: the second one is decided on again, with what is left."""
    ports = house("10.00")
    for name in ("ana", "bob"):
        place_pledge(ports, request(name, "8.00", backer_id=name))
    rival = between(ports, lambda: match_pledge(ports, "bob", "live", actor="clerk"))
    assert match_pledge(rival, "ana", "live", actor="clerk").amount == money("2.00")


@pytest.mark.parametrize(("grace", "codes"), [(0, ("too-late",)), (48, ())])
def test_a_match_after_the_deadline_changes_no_verdict_that_is_due(grace, codes):
    """Whether the job has run makes no difference; slow payments are matched while they are waited for."""
    ports = house("100.00", model=FundingModel(grace=timedelta(hours=grace)))
    open_fund(ports, fund_of("9.00", rule=LumpSum(money("9.00"), backers=1), fund_id="sum"), actor="clerk")
    place_pledge(ports, request("ana", "90.00"))
    ports.clock.set(END + timedelta(hours=1))
    if codes:
        assert refused(match_pledge, ports, "ana", "live", actor="clerk") == codes
    else:
        assert match_pledge(ports, "ana", "live", actor="clerk").amount == money("90.00")
    ports.clock.set(END + timedelta(hours=48))
    assert refused(give_lump_sum, ports, "lanterne", "sum", actor="clerk") == ("too-late",)


def test_what_is_matched_costs_no_goal_that_it_does_not_count_to():
    """After 5 % of what counts, 106 are 100.70, whatever sponsors add beside them."""
    fee = FeeLine("platform", FeeBase.COLLECTED, Percent(Percentage.of("5")), Rounding.HALF_UP)
    model = FundingModel(net_of_fees=True, counts=[it for it in COUNTED if it is not LineKind.MATCH])
    ports = house("400.00", model=model, fees=FeeSchedule([fee]))
    pledge(ports, "ana", "106.00")
    terms = ports.store.campaign("lanterne").terms
    assert terms.total(progress(ports)) == money("100.70")
    ports.clock.set(END)
    assert close_campaign(ports, "lanterne", actor="clerk").state is CampaignState.SUCCESSFUL


def test_what_counts_for_less_than_nothing_after_fees_is_judged_too():
    """Of a bonus of 0.30 a fee of 0.50 leaves less than nothing, of which no other fee is taken."""
    fee = FeeLine("card", FeeBase.PLEDGE, Fixed(money("0.50")), Rounding.HALF_UP)
    model = FundingModel(net_of_fees=True, counts=[LineKind.BONUS])
    ports = house("10.00", model=model, fees=FeeSchedule([fee]), tiers=[Tier("print", money("10.00"))])
    place_pledge(ports, request("ana", "0.30", tier_id="print"))
    assert progress(ports).counted == money("-0.20")
    ports.clock.set(END)
    assert close_campaign(ports, "lanterne", actor="clerk").state is CampaignState.FAILED
    gift = launched(model=model, fees=FeeSchedule([attrs.evolve(fee, base=FeeBase.COLLECTED)]))
    assert gift.store.campaign("lanterne").terms.total(Progress.none("EUR")) == money("0.00")


def test_two_funds_fill_up_to_one_goal():
    """Each adds half of what was missing before its pledge: 40.00 and 20.00, and not 40.00 twice."""
    rule = Multiple(5, rounds=[LimitMode.MINIMUM], per_project=money("1000.00"))
    ports = house("500.00", rule=rule)
    open_fund(ports, fund_of("500.00", rule=rule, fund_id="call"), actor="clerk")
    for name in ("ana", "bob"):
        place_pledge(ports, request(name, "20.00", backer_id=name))
    rival = between(ports, lambda: match_pledge(ports, "bob", "call", actor="clerk"))
    assert match_pledge(rival, "ana", "live", actor="clerk").amount == money("20.00")
    assert progress(ports).counted == money("100.00")


def test_a_lump_sum_rests_on_what_is_there_when_it_is_given():
    ports = house("10.00", rule=LumpSum(money("10.00"), reached=money("40.00")))
    for name in ("ana", "bob"):
        place_pledge(ports, request(name, "20.00", backer_id=name))
    rival = between(ports, lambda: cancel_pledge(ports, "bob", actor="bob"))
    assert give_lump_sum(rival, "lanterne", "live", actor="clerk").codes == ("criterion-not-met",)
    assert left(ports) == ["10.00"]


def test_a_pledge_that_is_canceled_meanwhile_is_not_matched():
    ports = house("10.00")
    place_pledge(ports, request("ana", "8.00"))
    rival = between(ports, lambda: cancel_pledge(ports, "ana", actor="ana"))
    assert refused(match_pledge, rival, "ana", "live", actor="clerk") == ("pledge-closed",)
    assert left(ports) == ["10.00"]


class Stopping:
    """A store that breaks down after an event of a kind was written."""

    def __init__(self, store, kind):
        self._store, self._kind, self._down = store, kind, False

    def __getattr__(self, name):
        return getattr(self._store, name)

    def commit(self, changes):
        if not self._down:
            self._store.commit(changes)
        self._down = self._down or any(isinstance(it, self._kind) for it in changes.events)


def test_a_match_that_another_worker_gave_back_is_left_alone():
    ports = house("60.00")
    pledge(ports, "p1", "60.00")
    racing = between(ports, lambda: None, lambda: advance_campaign(ports, "lanterne", actor="jobs"))
    assert cancel_campaign(racing, "lanterne", actor="lune").state is CampaignState.CANCELED
    assert progress(ports) == Progress.none("EUR")
    assert not list(ports.store.matches("lanterne"))
    assert not audit(ports.store.transactions())


GUARDED = [CancelWindow(last=timedelta(hours=24), guards_goal=True)]
TO = {  # what a pledge of 30.00 with a drawing for 10.00 becomes
    "a cent less": Selection(money("19.99"), tier_id="drawing"),
    "as much": Selection(money("20.00"), tier_id="poster"),
    "no drawing": Selection(money("20.00"), tier_id="postcard"),
    "more, and no drawing": Selection(money("25.00")),
    "less, and no drawing": Selection(money("20.00")),
}


def guarding(*, others, last=True, **changed):
    """30.00 are given, and matched with 30.00; and somebody else gives so much."""
    tiers = [Tier(name, money("10.00")) for name in ("postcard", "drawing", "poster")]
    rule = Multiple(1, tier_ids=["drawing", "poster"])
    ports = house("100.00", rule=rule, tiers=tiers, **({"cancel_windows": GUARDED} | changed))
    pledge(ports, "ana", "20.00", tier_id="drawing")
    place_pledge(ports, request("bob", others, backer_id="bob"))
    if last:
        ports.clock.set(END - timedelta(hours=3))
    return ports


def test_a_guarded_goal_is_not_lost_with_a_match():
    assert refused(cancel_pledge, guarding(others="99.99"), "ana", actor="ana") == ("would-miss-goal",)
    assert cancel_pledge(guarding(others="100.00"), "ana", actor="ana").state is PledgeState.CANCELED
    early = guarding(others="40.00", last=False)
    assert cancel_pledge(early, "ana", actor="ana").state is PledgeState.CANCELED


@pytest.mark.parametrize("charging", [Charging.AT_PLEDGE, Charging.AT_DEADLINE])
def test_nor_is_it_where_money_was_taken(charging):
    ports = guarding(others="99.99", model=FundingModel(charging=charging))
    assert refused(cancel_pledge, ports, "ana", actor="ana") == ("would-miss-goal",)
    ports = house("100.00", cancel_windows=GUARDED, model=FundingModel(charging=charging))
    expect_contribution(ports, request("ana", "40.00", backer_id="ana"), reason="by post")
    receive_contribution(ports, "ana", money("40.00"), actor="clerk")
    match_pledge(ports, "ana", "live", actor="clerk")
    place_pledge(ports, request("bob", "60.00", backer_id="bob"))
    ports.clock.set(END - timedelta(hours=3))
    assert refused(cancel_pledge, ports, "ana", actor="ana") == ("would-miss-goal",)


@pytest.mark.parametrize(
    ("becomes", "others", "codes"),
    [
        ("a cent less", "70.00", ("would-miss-goal",)),
        ("a cent less", "70.01", ()),
        ("as much", "40.00", ()),
        ("no drawing", "69.99", ("would-miss-goal",)),
        ("no drawing", "70.00", ()),
        ("more, and no drawing", "74.99", ("would-miss-goal",)),
        ("more, and no drawing", "75.00", ()),
        ("less, and no drawing", "80.00", ()),
    ],
)
def test_a_guarded_goal_is_not_lost_with_what_a_change_loses(becomes, others, codes):
    ports = guarding(others=others)
    if codes:
        assert refused(change_pledge, ports, "ana", TO[becomes], actor="ana") == codes
        return
    change_pledge(ports, "ana", TO[becomes], actor="ana")
    finished(ports)
    assert ports.store.campaign("lanterne").state is CampaignState.SUCCESSFUL


def test_of_two_that_leave_at_once_each_takes_its_match_with_it():
    """Of 120, ten and the ten that were added to them go; then there are none of the other ten to spare."""
    ports = house("100.00", cancel_windows=GUARDED)
    pledge(ports, "ana", "10.00")
    for name, amount in (("bob", "10.00"), ("cleo", "90.00")):
        place_pledge(ports, request(name, amount, backer_id=name))
    ports.clock.set(END - timedelta(hours=3))
    rival = between(ports, lambda: cancel_pledge(ports, "ana", actor="ana"))
    assert refused(cancel_pledge, rival, "bob", actor="bob") == ("would-miss-goal",)
    assert refusals(ports, cancel_pledge, "bob", actor="bob")[0].code == "would-miss-goal"
    assert progress(ports).counted == money("100.00")


def test_a_match_that_is_lost_as_a_campaign_fills_is_not_in_its_verdict():
    """The cap is reached with a match for a postcard, which is given up before the campaign closes."""
    cap = Cap(amount=money("100.00"), smallest_charge=money("5.00"), tolerance=money("0.00"), clips=False)
    tiers = [Tier("postcard", money("10.00"))]
    rule = Multiple(1, tier_ids=["postcard"])
    ports = house("10.00", rule=rule, tiers=tiers, model=FundingModel(cap=cap), minimum=money("5.00"))
    pledge(ports, "ana", "0.00", tier_id="postcard")
    place_pledge(ports, request("bob", "70.00", backer_id="bob"))
    gives_up = preview(ports, change_pledge, "ana", Selection(money("10.00")), actor="ana")
    rival = between(ports, lambda: None, lambda: None, lambda: ports.store.commit(gives_up))
    place_pledge(rival, request("cleo", "10.00", backer_id="cleo"))
    assert ports.store.campaign("lanterne").state is CampaignState.LIVE
    assert progress(ports).counted == money("90.00")


@pytest.mark.parametrize("charging", [Charging.AT_DEADLINE, Charging.AT_PLEDGE])
@pytest.mark.parametrize("offline", [False, True])
def test_a_guarded_goal_is_not_lost_with_a_match_that_is_made_meanwhile(charging, offline):
    """Of 130 as read, 30 may go. Meanwhile 30 are added to them, and 30 of others go: 70 would be left."""
    ports = house("100.00", cancel_windows=GUARDED, model=FundingModel(charging=charging))
    if offline:
        expect_contribution(ports, request("ana", "30.00", backer_id="ana"), reason="by post")
        receive_contribution(ports, "ana", money("30.00"), actor="clerk")
    else:
        place_pledge(ports, request("ana", "30.00", backer_id="ana"))
    for name, amount in (("bob", "70.00"), ("cleo", "30.00")):
        place_pledge(ports, request(name, amount, backer_id=name))
    ports.clock.set(END - timedelta(hours=3))
    rival = between(ports, lambda: matched_while_another_goes(ports))
    assert refused(cancel_pledge, rival, "ana", actor="ana") == ("would-miss-goal",)
    assert progress(ports).counted == money("130.00")


def matched_while_another_goes(ports):
    match_pledge(ports, "ana", "live", actor="clerk")
    cancel_pledge(ports, "cleo", actor="cleo")


def test_nor_with_a_match_that_a_change_would_lose():
    ports = house("100.00", cancel_windows=GUARDED)
    for name, amount in (("ana", "40.00"), ("bob", "70.00"), ("cleo", "30.00")):
        place_pledge(ports, request(name, amount, backer_id=name))
    ports.clock.set(END - timedelta(hours=3))
    rival = between(ports, lambda: matched_while_another_goes(ports))
    less = Selection(money("10.00"))
    assert refused(change_pledge, rival, "ana", less, actor="ana") == ("would-miss-goal",)
    assert change_pledge(ports, "ana", Selection(money("50.00")), actor="ana").amount == money("50.00")


def test_a_pledge_that_is_matched_meanwhile_is_taken_over_by_none():
    ports = house("100.00")
    for name in ("one", "two"):
        place_pledge(ports, request(name, "10.00", backer_id="ana"))
    rival = between(ports, lambda: match_pledge(ports, "two", "live", actor="clerk"))
    assert refused(merge_pledges, rival, "one", "two", actor="ana") == ("not-mergeable",)


def test_a_match_that_went_back_stands_in_no_way():
    """One that was matched, and lost it, is matched by nothing: it may be made one with another."""
    ports = house("100.00")
    for name in ("one", "two"):
        place_pledge(ports, request(name, "10.00", backer_id="ana"))
    match_pledge(ports, "two", "live", actor="clerk")
    change_pledge(ports, "two", Selection(money("9.00")), actor="ana")
    assert merge_pledges(ports, "one", "two", actor="ana").amount == money("19.00")


def test_the_second_round_is_guarded_from_what_a_match_loses():
    ports = guarding(others="40.00", cancel_windows=[], model=FundingModel(second_round=10))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    assert ports.store.campaign("lanterne").round == 2
    place_pledge(ports, request("cleo", "30.00", backer_id="cleo"))
    assert refused(cancel_pledge, ports, "ana", actor="ana") == ("would-miss-goal",)


def test_a_goal_in_rewards_is_not_lost_with_a_match():
    """A sponsor picks none."""
    ports = guarding(others="5.00", goal=FundingGoal(1))
    assert refused(cancel_pledge, ports, "ana", actor="ana") == ("would-miss-goal",)
    place_pledge(ports, request("cleo", "5.00", backer_id="cleo", tier_id="poster"))
    assert cancel_pledge(ports, "ana", actor="ana").state is PledgeState.CANCELED
