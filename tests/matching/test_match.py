"""What a fund adds: cases of Goteo and Crowdfunder, the caps, the reasons, and the laws they obey."""

from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import FundingGoal, Money, Percentage
from pushcore.errors import REFUSAL_CODES, CurrencyMismatch, InvalidValue
from pushcore.matching import (
    CampaignFacts,
    Contribution,
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
    limits,
    match,
    match_all,
)


def eur(amount):
    return Money.of(amount, "EUR")


def cents(minor):
    return Money.of_minor(minor, "EUR")


def pools(*amounts):
    return [Pool(f"s{place}", amount) for place, amount in enumerate(amounts, start=1)]


def fund(rule, *amounts, **options):
    """A fund of Goteo, which gives whole euros."""
    return MatchingFund("fund", rule, pools(*map(eur, amounts)), **{"step": eur(1)} | options)


def given_by(backer, amount, *tiers):
    return Contribution(f"{backer}-{amount}", backer, eur(amount), tier_ids=tiers)


def standing(raised=0, **facts):
    return CampaignFacts("lanterne", eur(raised), **facts)


def decided(fund, contribution=None, campaign=None, matched=None):
    return match(fund, contribution, campaign=campaign or standing(), matched=matched or Matched())


def already(amount, sponsor="s1", backer="zoe"):
    """What a fund has matched that gave this much to the project before."""
    tally = Tally(1, eur(amount))
    return Matched(
        projects={"lanterne": tally}, backers={("lanterne", backer): tally}, sponsors={sponsor: tally}
    )


def refused(made):
    return {it.reason.code: it.amount for it in made.unmatched}


def paid(made):
    return {part.sponsor_id: part.amount for part in made.parts}


MATCHER = Multiple(1, per_contribution=eur(100), per_project=eur(500), matches_per_backer=1)
"""Goteo's "duplicateinvest", where nothing else is said."""


def test_goteo_matcher_defaults():
    matcher, matched, found = fund(MATCHER, 10_000), Matched(), []
    for contribution in (given_by("a", 150), given_by("b", 40), given_by("a", 60)):
        made = decided(matcher, contribution, matched=matched)
        matched += made.move
        found.append((made.amount, refused(made)))
    assert found == [
        (eur(100), {"contribution-cap": eur(50)}),
        (eur(40), {}),
        (eur(0), {"backer-limit": eur(60)}),
    ]


def test_goteo_matcher_cap():
    made = decided(fund(MATCHER, 10_000), given_by("a", 80), matched=already(450))
    assert (made.amount, refused(made)) == (eur(50), {"project-cap": eur(30)})


def test_goteo_pool_split():
    lump = LumpSum(eur(10), backers=1)
    made = decided(fund(lump, 11, 22, sharing=Sharing.FIRST_ABLE), campaign=standing(backers=1))
    assert paid(made) == {"s1": eur(4), "s2": eur(6)}
    assert [part.left_over for part in made.parts] == [eur(1), eur(0)]


@pytest.mark.parametrize(("amount", "most", "added"), [(80, 20, 20), (30, 50, 30)])
def test_goteo_call_minimum(amount, most, added):
    call = fund(Multiple(1, per_project=eur(5000), rounds=[LimitMode.MINIMUM]), 100_000)
    campaign = standing(9900, minimum=eur(10_000))
    contribution = given_by("a", amount)
    bounds = limits(call, contribution, campaign=campaign, matched=Matched())
    assert min(bounds.values()) == bounds["goal-cap"] == eur(most)
    assert decided(call, contribution, campaign).amount == eur(added)


def test_crowdfunder_live_match():
    rule = Multiple(1, per_contribution=Money.of("250", "GBP"))
    live = MatchingFund("live", rule, [Pool("bank", Money.of("400", "GBP"))])
    donations = [
        Contribution(f"d{amount}", f"b{amount}", Money.of(amount, "GBP")) for amount in (100, 300, 200)
    ]
    campaign = CampaignFacts("lanterne", Money.zero("GBP"))
    matches = list(match_all(live, donations, campaign=campaign, matched=Matched()))
    assert [made.amount.text for made in matches] == ["100.00", "250.00", "50.00"]
    assert [refused(made) for made in matches] == [
        {},
        {"contribution-cap": Money.of("50", "GBP")},
        {"pool-exhausted": Money.of("150", "GBP")},
    ]


@pytest.mark.parametrize(("amount", "added"), [(110, 100), (99, 99)])
def test_go03_one_to_one_up_to_a_cap(amount, added):
    assert decided(fund(MATCHER, 150), given_by("a", amount)).amount == eur(added)


@pytest.mark.parametrize(("factor", "added"), [(2, 150), (1, 75)])
def test_go04_a_factor(factor, added):
    rule = attrs.evolve(MATCHER, factor=factor, per_project=eur(150))
    assert decided(fund(rule, 150), given_by("a", 75)).amount == eur(added)


@pytest.mark.parametrize("sharing", Sharing)
def test_go05_a_second_match_takes_what_the_pools_have_left(sharing):
    matcher = fund(attrs.evolve(MATCHER, per_project=eur(150)), 100, 50, sharing=sharing)
    made = decided(matcher, given_by("a", 99), standing(99 + 99, given=eur(99)), already(99))
    assert paid(made) == {"s1": eur(1), "s2": eur(50)}
    assert set(refused(made)) == {"project-cap", "pool-exhausted"}  # 51 are left under either
    assert standing(99 + 99).after(eur(0), made.amount).raised == eur(249)


def test_go06_the_same_backer_again():
    made = decided(fund(MATCHER, 100), given_by("a", 5), matched=already(5, backer="a"))
    assert (made.amount, refused(made)) == (eur(0), {"backer-limit": eur(5)})
    assert made.move == Matched()


def test_go07_no_funds_and_the_contribution_still_counts():
    made = decided(fund(MATCHER, 100), given_by("a", 5), matched=already(100))
    assert (made.amount, refused(made)) == (eur(0), {"pool-exhausted": eur(5)})
    assert standing(100).after(eur(5), made.amount).raised == eur(105)


def test_go08_only_listed_rewards():
    listed = fund(attrs.evolve(MATCHER, tier_ids=["listed", "too"]), 150)
    for tiers in ((), ("other",)):
        made = decided(listed, given_by("a", 25, *tiers))
        assert (made.amount, refused(made)) == (eur(0), {"reward-not-eligible": eur(25)})
    assert decided(listed, given_by("a", 25, "other", "too")).amount == eur(25)


def test_go09_one_sum_at_half_of_the_minimum_once():
    half = LumpSum(eur(100), reached=GoalShare(Percentage.of(50), Goal.MINIMUM))
    giver = fund(half, 1000)
    early = decided(giver, campaign=standing(1, minimum=eur(200)))
    assert (early.amount, refused(early)) == (eur(0), {"criterion-not-met": eur(100)})
    made = decided(giver, campaign=standing(100, minimum=eur(200)))
    assert (made.amount, refused(made)) == (eur(100), {})
    again = decided(giver, campaign=standing(200, minimum=eur(200)), matched=made.move)
    assert (again.amount, refused(again)) == (eur(0), {"already-matched": eur(100)})


def test_go10_one_sum_at_an_amount():
    giver = fund(LumpSum(eur(100), reached=eur(500)), 1000)
    assert decided(giver, campaign=standing(100)).amount == eur(0)
    assert decided(giver, campaign=standing(499)).amount == eur(0)
    made = decided(giver, campaign=standing(1000))
    assert standing(1000).after(eur(0), made.amount).raised == eur(1100)


def test_bb15_a_matching_amount_brings_a_campaign_to_its_goal():
    made = decided(fund(LumpSum(eur(500), reached=eur(500)), 500), campaign=standing(500))
    assert FundingGoal(eur(1000)).reached(standing(500).after(eur(0), made.amount).raised)


def test_a_lump_sum_counts_what_backers_gave_and_who():
    giver = fund(LumpSum(eur(100), reached=eur(60), backers=3), 40)
    assert decided(giver, campaign=standing(90, given=eur(59), backers=3)).codes == ("criterion-not-met",)
    assert decided(giver, campaign=standing(90, given=eur(60), backers=2)).amount == eur(0)
    made = decided(giver, given_by("a", 1), standing(90, given=eur(59), backers=3))
    assert (made.amount, refused(made)) == (eur(40), {"pool-exhausted": eur(60)})
    assert (made.pledge_id, made.backer_id, made.move.backers) == (None, None, {})
    assert decided(giver, campaign=standing(99), matched=made.move).codes == (
        "already-matched",
        "criterion-not-met",
        "pool-exhausted",
    )


def test_a_share_to_reach_is_rounded_up_and_one_to_stay_below_is_rounded_down():
    third = GoalShare(Percentage.of("100/3"), Goal.MINIMUM)
    giver = fund(LumpSum(eur(1), reached=third), 1)
    assert not decided(giver, campaign=CampaignFacts("c", cents(33), minimum=eur(1))).amount
    assert decided(giver, campaign=CampaignFacts("c", cents(34), minimum=eur(1))).amount
    capped = fund(Multiple(1, per_project=third), 10, step=None)
    assert decided(capped, given_by("a", 2), standing(minimum=eur(1))).amount == cents(33)


def test_every_limit_that_would_have_done_it_alone_is_named():
    rule = attrs.evolve(MATCHER, tier_ids=["listed"], rounds=[LimitMode.NONE])
    made = decided(fund(rule, 5), given_by("a", 150), matched=already(5, backer="a"))
    assert refused(made) == {
        "round-not-matched": eur(150),
        "reward-not-eligible": eur(0),
        "backer-limit": eur(0),
        "pool-exhausted": eur(0),
    }
    assert set(made.codes) <= REFUSAL_CODES.keys()
    assert str(made.unmatched[0].reason) == "round-not-matched: nothing is matched in this round"
    assert made.unmatched[0].reason.facts == {"most": eur(0), "wanted": eur(150)}


def test_each_limit_takes_its_part():
    rule = Multiple(2, per_contribution=eur(90), per_backer=eur(170), per_project=eur(164))
    made = decided(fund(rule, 100, 50, step=eur(7)), given_by("a", 100))
    assert refused(made) == {
        "contribution-cap": eur(20),
        "backer-cap": eur(10),
        "project-cap": eur(6),
        "below-step": eur(3),  # 164 is 23 sevens and 3
        "pool-exhausted": eur(14),  # 14 sevens and 7 sevens are 147
    }
    assert made.amount == eur(147)


def test_what_is_left_for_a_backer():
    rule = Multiple(1, per_backer=eur(30))
    made = decided(fund(rule, 100), given_by("a", 25), matched=already(20, backer="a"))
    assert (made.amount, refused(made)) == (eur(10), {"backer-cap": eur(15)})
    assert decided(fund(rule, 100), given_by("b", 25), matched=already(20, backer="a")).amount == eur(25)


def test_a_pool_made_smaller_than_what_it_paid_is_empty():
    made = decided(fund(Multiple(1), 10, 50), given_by("a", 60), matched=already(20))
    assert paid(made) == {"s2": eur(50)}


def test_parts_of_a_unit_are_rounded_down():
    half = fund(Multiple(Fraction(1, 2)), 100, step=None)
    made = match(half, Contribution("p", "a", cents(3)), campaign=standing(), matched=Matched())
    assert (made.wanted, made.amount, made.unmatched) == (cents(1), cents(1), ())
    assert decided(fund(Multiple(Percentage.of(50)), 100), given_by("a", 5)).amount == eur(2)
    nothing = match(half, Contribution("p", "a", cents(1)), campaign=standing(), matched=Matched())
    assert (nothing.wanted, nothing.unmatched, nothing.move) == (cents(0), (), Matched())


def test_a_call_without_a_cap_per_project_gives_half_the_optimum():
    call = fund(Multiple(1, per_project=GoalShare(Percentage.of(50), Goal.OPTIMUM)), 1000)
    made = decided(call, given_by("a", 50), standing(optimum=eur(61)))
    assert (made.amount, refused(made)) == (eur(30), {"project-cap": cents(1950), "below-step": cents(50)})


@pytest.mark.parametrize(
    ("number", "codes"),
    [(1, ("project-cap",)), (2, ("goal-cap",)), (3, ("round-not-matched",)), (4, ("round-not-matched",))],
)
def test_each_round_has_its_mode(number, codes):
    modes = [LimitMode.NORMAL, LimitMode.UNLIMITED, LimitMode.NONE]
    call = fund(Multiple(1, per_project=eur(10), rounds=modes), 1000)
    campaign = standing(20, optimum=eur(40), round=number)
    assert decided(call, given_by("a", 50), campaign).codes == codes
    everywhere = fund(Multiple(1, per_project=eur(10)), 1000)
    assert decided(everywhere, given_by("a", 50), campaign).codes == ("project-cap",)


def test_a_canceled_contribution_frees_what_it_took():
    matcher = fund(attrs.evolve(MATCHER, per_project=eur(150)), 100, 50)
    before = already(60)
    made = decided(matcher, given_by("a", 95), matched=before)
    assert (made.amount, refused(made)) == (eur(90), {"project-cap": eur(5), "pool-exhausted": eur(0)})
    after = before + made.move
    assert decided(matcher, given_by("a", 95), matched=after).amount == eur(0)
    assert after - made.move == before
    assert decided(matcher, given_by("a", 95), matched=after - made.move) == made
    with pytest.raises(InvalidValue, match="to take back from, not"):
        after - made.move - made.move


def goteo_drop(mode, given, raised, matched, rest, *, maxdrop, maxproj, minimum, optimum):
    """The drop of a call with factor 2, as Goteo computes it step by step (7a28615), in whole euros."""
    goal = {"minimum": minimum, "unlimited": optimum}.get(mode)
    if mode == "none" or (goal is not None and raised >= goal):
        return 0
    most = 99_999_999 if maxdrop is None else maxdrop
    if mode == "fullunlimited":
        return max(min(most, rest, given), 0)
    cap = maxproj
    if mode == "minimum":
        cap = min(maxproj, matched + (minimum - raised) // 2)
    elif mode == "unlimited":
        cap = matched + (optimum - raised) // 2
    if goal is not None:
        most = min(most, goal - raised - given)
    most = min(most, cap)
    if mode != "unlimited":
        most = min(most, maxproj - matched)
    return max(min(most, rest, given), 0)


few = st.integers(0, 60)
some = st.integers(1, 60)


@given(st.sampled_from(LimitMode), some, few, few, few, st.none() | some, some, some, few)
def test_the_modes_are_goteos(mode, given, raised, matched, rest, maxdrop, maxproj, minimum, more):
    optimum = minimum + more
    rule = Multiple(
        1,
        per_contribution=None if maxdrop is None else eur(maxdrop),
        per_project=eur(maxproj),
        rounds=[LimitMode.NONE, mode],
    )
    campaign = standing(raised, minimum=eur(minimum), optimum=eur(optimum), round=2)
    before = already(matched, sponsor="another") if matched else Matched()
    made = decided(fund(rule, rest), given_by("a", given), campaign, before)
    assert made.amount == eur(
        goteo_drop(
            mode.value,
            given,
            raised,
            matched,
            rest,
            maxdrop=maxdrop,
            maxproj=maxproj,
            minimum=minimum,
            optimum=optimum,
        )
    )


factors = st.fractions(Fraction(1, 3), 3, max_denominator=4)
amounts = st.integers(1, 3000).map(cents)
shares_of_goals = st.builds(GoalShare, st.integers(1, 150).map(Percentage.of), st.sampled_from(Goal))
multiples = st.builds(
    Multiple,
    factors,
    per_contribution=st.none() | amounts,
    per_backer=st.none() | amounts,
    matches_per_backer=st.none() | st.integers(1, 3),
    per_project=st.none() | amounts | shares_of_goals,
    tier_ids=st.sampled_from([(), ("t1",), ("t1", "t2")]),
    rounds=st.lists(st.sampled_from(LimitMode), max_size=2),
)
lump_sums = st.builds(LumpSum, amounts, reached=amounts | shares_of_goals, backers=st.integers(0, 3))
steps = st.none() | st.sampled_from([5, 100]).map(cents)


@st.composite
def funds(draw, rules=multiples | lump_sums):
    held = draw(st.lists(st.integers(0, 4000).map(cents), min_size=1, max_size=4))
    sharing = draw(st.sampled_from(Sharing))
    return MatchingFund("fund", draw(rules), pools(*held), sharing=sharing, step=draw(steps))


contributions = st.builds(
    Contribution,
    st.just("p"),
    st.sampled_from("abc"),
    amounts,
    tier_ids=st.sampled_from([(), ("t1",), ("t3",), ("t2", "t3")]),
)
campaigns = st.builds(
    CampaignFacts,
    st.sampled_from(["lanterne", "lune"]),
    st.integers(0, 3000).map(cents),
    backers=st.integers(0, 4),
    minimum=amounts,
    optimum=amounts,
    round=st.integers(1, 3),
)
streams = st.lists(st.tuples(contributions, campaigns), max_size=15)


@given(funds(), streams)
def test_amount_and_reasons_are_what_was_wanted_and_parts_are_the_amount(fund, stream):
    matched = Matched()
    for contribution, campaign in stream:
        made = match(fund, contribution, campaign=campaign, matched=matched)
        most = min([made.wanted, *limits(fund, contribution, campaign=campaign, matched=matched).values()])
        step = 1 if fund.step is None else fund.step.minor
        assert (
            made.amount.minor == most.minor // step * step
        )  # never more than a limit leaves, and never less
        assert made.amount + Money.total(refused(made).values(), "EUR") == made.wanted
        assert all(amount.minor >= 0 for amount in refused(made).values())
        assert bool(made.unmatched) is (made.amount < made.wanted)
        assert sum(part.amount.minor for part in made.parts) == made.amount.minor
        assert all(part.amount.minor % step == 0 for part in made.parts)
        assert all(0 <= part.left_over.minor <= part.amount.minor for part in made.parts)
        assert (matched + made.move) - made.move == matched
        matched += made.move


@given(funds(multiples), streams)
def test_no_cap_is_ever_passed(fund, stream):
    """Kept book of apart from what the decisions are told."""
    rule, matched, history = fund.rule, Matched(), []
    for contribution, campaign in stream:
        made = match(fund, contribution, campaign=campaign, matched=matched)
        matched += made.move
        history.append((contribution, campaign, made))
        mode, amount = rule.mode(campaign.round), made.amount.minor
        here = [it for it in history if it[1].campaign_id == campaign.campaign_id and it[2].amount]
        of_backer = [it[2] for it in here if it[0].backer_id == contribution.backer_id]
        assert amount <= contribution.amount.minor * rule.factor
        if rule.per_contribution:
            assert amount <= rule.per_contribution.minor * rule.factor
        if rule.matches_per_backer:
            assert len(of_backer) <= rule.matches_per_backer
        if amount and rule.per_backer:
            assert sum(it.amount.minor for it in of_backer) <= rule.per_backer.minor
        if amount and isinstance(rule.per_project, Money) and mode in {LimitMode.NORMAL, LimitMode.MINIMUM}:
            assert sum(it[2].amount.minor for it in here) <= rule.per_project.minor
        if amount and mode in {LimitMode.MINIMUM, LimitMode.UNLIMITED}:
            goal = campaign.minimum if mode is LimitMode.MINIMUM else campaign.optimum
            assert campaign.after(contribution.amount, made.amount).raised <= goal
        if amount and rule.tier_ids:
            assert set(rule.tier_ids) & set(contribution.tier_ids)
    for pool in fund.pools:
        given = sum(paid(made).get(pool.sponsor_id, cents(0)).minor for _, _, made in history)
        assert given <= pool.amount.minor


@given(funds(multiples), st.lists(contributions, max_size=20), campaigns)
def test_a_stream_is_matched_as_one_by_one(fund, stream, campaign):
    matched, stands, expected = Matched(), campaign, []
    for contribution in stream:
        made = match(fund, contribution, campaign=stands, matched=matched)
        matched += made.move
        stands = stands.after(contribution.amount, made.amount)
        expected.append(made)
    assert list(match_all(fund, stream, campaign=campaign, matched=Matched())) == expected


def test_thousands_of_contributions_stay_within_every_cap():
    rule = Multiple(
        2, per_contribution=eur(20), per_backer=eur(45), per_project=eur(30_000), matches_per_backer=3
    )
    held = pools(eur(20_000), cents(333_333), cents(700_001))
    whole = MatchingFund("fund", rule, held)
    stream = [Contribution(f"p{n}", f"b{n * 7 % 900}", cents(n * 131 % 2500 + 1)) for n in range(4000)]
    before = Matched()
    made = list(match_all(whole, stream, campaign=standing(), matched=before))
    total = Money.total((it.amount for it in made), "EUR")
    assert total == eur(30_000)
    assert before == Matched()
    for pool in held:
        assert sum(paid(it).get(pool.sponsor_id, cents(0)).minor for it in made) <= pool.amount.minor
    backers = {contribution.backer_id for contribution in stream}
    for backer in backers:
        theirs = [it.amount.minor for it in made if it.backer_id == backer and it.amount]
        assert sum(theirs) <= 4500
        assert len(theirs) <= 3


def test_what_cannot_be_matched_on():
    matcher, contribution, campaign = fund(MATCHER, 100), given_by("a", 5), standing()
    with pytest.raises(InvalidValue, match="what is matched: expected Contribution, got None"):
        match(matcher, None, campaign=campaign, matched=Matched())
    with pytest.raises(InvalidValue, match="fund: expected MatchingFund, got None"):
        match(None, contribution, campaign=campaign, matched=Matched())
    with pytest.raises(InvalidValue, match="facts of a campaign: expected CampaignFacts"):
        match(matcher, contribution, campaign="lanterne", matched=Matched())
    with pytest.raises(InvalidValue, match="what is matched: expected Matched"):
        limits(matcher, contribution, campaign=campaign, matched={})
    with pytest.raises(InvalidValue, match="asks for the minimum of campaign lanterne: give it"):
        decided(fund(Multiple(1, rounds=[LimitMode.MINIMUM]), 1), contribution)
    lump = fund(LumpSum(eur(5), backers=1), 5)
    with pytest.raises(InvalidValue, match="one by one: expected Multiple, got LumpSum"):
        next(match_all(lump, [contribution], campaign=campaign, matched=Matched()))
    with pytest.raises(InvalidValue, match="what is matched: expected Contribution"):
        next(match_all(matcher, ["p1"], campaign=campaign, matched=Matched()))


POUND = Money.of("5", "GBP")


@pytest.mark.parametrize(
    ("contribution", "campaign", "matched"),
    [
        (Contribution("p", "a", POUND), standing(), Matched()),
        (given_by("a", 5), CampaignFacts("lanterne", POUND), Matched()),
        (given_by("a", 5), standing(), Matched(sponsors={"another": Tally(1, POUND)})),
    ],
)
def test_one_currency(contribution, campaign, matched):
    with pytest.raises(CurrencyMismatch, match="fund fund pays in EUR, and GBP does not go with it"):
        match(fund(MATCHER, 100), contribution, campaign=campaign, matched=matched)
