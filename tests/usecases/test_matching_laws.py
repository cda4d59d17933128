"""The laws of matching through the store, whatever is placed, changed, canceled, matched and taken back."""

from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from lanterne import END, launched, money, request, written

from pushcore import (
    CampaignState,
    Charging,
    FundingGoal,
    FundingModel,
    Money,
    Refused,
    Selection,
    advance_campaign,
    cancel_pledge,
    change_pledge,
    deposit_contributions,
    give_lump_sum,
    match_pledge,
    open_fund,
    place_pledge,
    state_account,
)
from pushcore.errors import Conflict
from pushcore.ledger import audit, chart
from pushcore.matching import LumpSum, MatchingFund, Multiple, Pool, Sharing
from pushcore.pledges import PledgeState

BACKERS = ("ana", "bob", "cleo")
BY = {"actor": "clerk"}


def cents(minor):
    return Money.of_minor(minor, "EUR")


some = st.integers(1_00, 60_00).map(cents)
maybe = st.none() | some
pools = st.lists(st.integers(5_00, 80_00).map(cents), min_size=1, max_size=3)
RULES = st.builds(
    Multiple,
    st.sampled_from([1, 2, Fraction(1, 3)]),
    per_contribution=maybe,
    per_backer=maybe,
    matches_per_backer=st.none() | st.integers(1, 2),
    per_project=maybe,
)
FUNDS = st.builds(
    lambda rule, amounts, sharing, step: (rule, amounts, sharing, step),
    RULES,
    pools,
    st.sampled_from(Sharing),
    st.sampled_from([None, cents(1_00)]),
)
NUMBERS = st.integers(0, 3)
PLEDGES = st.lists(st.tuples(some, st.sampled_from(BACKERS)), min_size=4, max_size=4)
"""The first pledges; more are placed when some of them are gone."""
FUND_IDS = st.sampled_from(["f0", "f1"])
ACTIONS = st.one_of(
    st.tuples(st.just("match"), NUMBERS, FUND_IDS),
    st.tuples(st.just("match"), NUMBERS, FUND_IDS),
    st.tuples(st.just("match"), NUMBERS, FUND_IDS),
    st.tuples(st.just("place"), st.integers(4, 6), some, st.sampled_from(BACKERS)),
    st.tuples(st.just("match"), st.integers(4, 6), FUND_IDS),
    st.tuples(st.just("change"), NUMBERS, some),
    st.tuples(st.just("cancel"), NUMBERS),
    st.tuples(st.just("give")),
)
SUM = MatchingFund("sum", LumpSum(cents(7_00), backers=2), [Pool("s0", cents(7_00))])


def opened_house(funds, charging, goal):
    ports = launched(model=FundingModel(charging=charging), goal=FundingGoal(cents(goal)))
    made = [SUM]
    for place, (rule, amounts, sharing, step) in enumerate(funds):
        paid = [Pool(f"s{n}", amount) for n, amount in enumerate(amounts)]
        made.append(MatchingFund(f"f{place}", rule, paid, sharing=sharing, step=step))
    for fund in made:
        open_fund(ports, fund, **BY)
    return ports, made


def act(ports, action):
    """Do it; a refusal changes nothing."""
    what, *about = action
    name = f"p{about[0]}" if about else None
    match what:
        case "place":
            place_pledge(ports, request(f"p{about[0]}", about[1], backer_id=about[2]))
        case "match":
            match_pledge(ports, name, about[1], **BY)
        case "change":
            change_pledge(ports, name, Selection(about[1]), **BY)
        case "cancel":
            cancel_pledge(ports, name, **BY)
        case "give":
            give_lump_sum(ports, "lanterne", "sum", **BY)


def agrees(ports, funds):
    """Tallies and totals are the sums of the sponsors' contributions, and no cap or pool is exceeded."""
    store = ports.store
    matches = defaultdict(list)
    for part in store.matches("lanterne"):
        matches[part.matches].append(part)
    everything = [it for it in store._pledges.values() if it.stands]
    progress = store.progress("lanterne")
    assert progress.pledged.minor == sum(it.contribution.minor for it in everything)
    assert progress.matched.minor == sum(it.amount.minor for parts in matches.values() for it in parts)
    assert progress.backers == len({it.backer_id for it in everything if it.matches is None})
    offline = store.balance(chart.offline_account("lanterne"), "EUR").posted
    settled = store.campaign("lanterne").settled_at is not None  # and then it is brought to the provider
    assert settled or offline == progress.matched
    for of in matches:
        if of.pledge_id is not None:
            of_pledge, returning = store.find_pledge(of.pledge_id), store.campaign("lanterne").gives_back
            assert returning or (of_pledge.stands and of_pledge.contribution >= of.given)
    for fund in funds:
        keeps(fund, {of: parts for of, parts in matches.items() if of.fund_id == fund.id}, store)
    assert not audit(store.transactions())
    assert state_account(ports, "lanterne").conserved


def keeps(fund, matches, store):
    paid, given, times = Counter(), Counter(), Counter()
    for of, parts in matches.items():
        for part in parts:
            paid[part.backer_id] += part.amount.minor
            assert part.amount.minor % fund.step_minor == 0
        amount = sum(part.amount.minor for part in parts)
        given[of.backer_id] += amount
        times[of.backer_id] += 1
        if isinstance(fund.rule, Multiple):
            most = [of.given.minor] + [it.minor for it in [fund.rule.per_contribution] if it]
            assert amount <= min(most) * fund.rule.factor
    found = store.matched(fund.id, "lanterne")
    assert {sponsor: tally.amount.minor for sponsor, tally in found.sponsors.items()} == dict(paid)
    assert [it.matches for it in found.projects.values()] == [len(matches)] * bool(matches)
    assert all(paid[pool.sponsor_id] <= pool.amount.minor for pool in fund.pools)
    for backer in BACKERS:
        tallies = store.matched(fund.id, "lanterne", backer).backers
        assert [(it.matches, it.amount.minor) for it in tallies.values()] == [
            (times[backer], given[backer])
        ] * (times[backer] > 0)
    if isinstance(fund.rule, LumpSum):
        assert sum(given.values()) in {0, fund.rule.amount.minor}
        return
    if fund.rule.per_project:
        assert sum(given.values()) <= fund.rule.per_project.minor
    if fund.rule.per_backer:
        assert max(given.values(), default=0) <= fund.rule.per_backer.minor
    if fund.rule.matches_per_backer:
        assert max(times.values(), default=0) <= fund.rule.matches_per_backer


@settings(deadline=None)
@given(
    st.lists(FUNDS, min_size=2, max_size=2),
    PLEDGES,
    st.lists(ACTIONS, min_size=5, max_size=25),
    st.sampled_from([Charging.AT_DEADLINE, Charging.AT_PLEDGE]),
    st.sampled_from([50_00, 10_000_00]),
)
def test_no_cap_and_no_pool_is_ever_exceeded(funds, pledges, actions, charging, goal):
    ports, made = opened_house(funds, charging, goal)
    for n, (amount, backer) in enumerate(pledges):
        act(ports, ("place", n, amount, backer))
    for action in actions:
        before = written(ports)
        try:
            act(ports, action)
        except Refused:
            assert written(ports) == before
        except ValueError:  # another pledge under an id that is taken
            assert action[0] == "place"
        else:
            if action[0] in {"match", "give"}:
                twice = written(ports)
                with suppress(Refused):
                    act(ports, action)
                assert written(ports) == twice
        agrees(ports, made)
    ends(ports, made)


def ends(ports, funds):
    """No match is judged or settled whose pledge is gone; of a failure all pools are full again."""
    ports.clock.set(END)
    advance_campaign(ports, "lanterne", **BY)
    campaign = ports.store.campaign("lanterne")
    if campaign.settled_at is not None:
        deposit_contributions(ports, "lanterne", **BY)
    for _ in range(2):
        assert advance_campaign(ports, "lanterne", **BY) == {}
    campaign = ports.store.campaign("lanterne")
    if campaign.state is CampaignState.FAILED:
        for fund in funds:
            left = fund.left(ports.store.matched(fund.id, "lanterne"))
            assert left == {pool.sponsor_id: pool.amount for pool in fund.pools}
        assert not ports.store.balance(chart.offline_account("lanterne"), "EUR").posted
    agrees(ports, funds)


def test_threads_that_match_at_once_overdraw_no_pool():
    ports = launched()
    fund = MatchingFund("live", Multiple(1), [Pool("s0", cents(30_00)), Pool("s1", cents(20_01))])
    open_fund(ports, fund, **BY)
    names = [f"p{n}" for n in range(24)]
    for name in names:
        place_pledge(ports, request(name, "5.00", backer_id=name))

    def matched(name):
        while True:
            try:
                return match_pledge(ports, name, "live", **BY)
            except Conflict:  # others were faster five times
                continue

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(matched, [*names, *names[:8]]))
    assert fund.left(ports.store.matched("live", "lanterne")) == {"s0": cents(0), "s1": cents(0)}
    parts = list(ports.store.matches("lanterne"))
    assert sum(part.amount.minor for part in parts) == 50_01
    assert len({part.matches.pledge_id for part in parts}) == 11
    assert [it.amount for it in made[24:]] == [it.amount for it in made[:8]]
    assert all(part.state is PledgeState.COLLECTED for part in parts)
    assert not audit(ports.store.transactions())


@given(st.lists(st.integers(1, 40_00), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_what_is_taken_back_can_be_given_again(amounts, order):
    """Match all, cancel all in any order, and the fund is as if nothing had been."""
    ports = launched()
    fund = MatchingFund("live", Multiple(1), [Pool("s0", money("33.33")), Pool("s1", money("66.66"))])
    open_fund(ports, fund, **BY)
    for n, minor in enumerate(amounts):
        place_pledge(ports, request(f"p{n}", max(cents(minor), money("1.00")), backer_id=BACKERS[n % 3]))
        made = match_pledge(ports, f"p{n}", "live", **BY)
        assert made.amount + Money.total([it.amount for it in made.unmatched], "EUR") == made.wanted
    names = [f"p{n}" for n in range(len(amounts))]
    order.shuffle(names)
    for name in names:
        cancel_pledge(ports, name, **BY)
        assert not list(ports.store.matches("lanterne", name))
    assert fund.left(ports.store.matched("live", "lanterne")) == {"s0": money("33.33"), "s1": money("66.66")}
    assert not ports.store.progress("lanterne").pledges
