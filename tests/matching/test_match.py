"""What a fund adds: cases of Goteo and Crowdfunder, the caps, the reasons, and the laws they obey."""

from fractions import Fraction

import attrs
import pytest

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


@pytest.mark.parametrize("amount", [99, 100])
def test_a_limit_that_takes_nothing_is_no_reason(amount):
    assert decided(fund(MATCHER, 100), given_by("a", amount)).codes == ()


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


def test_half_of_what_is_missing_is_the_most_whatever_the_factor():
    call = fund(Multiple(2, rounds=[LimitMode.MINIMUM]), 1000)
    made = decided(call, given_by("a", 20), standing(40, minimum=eur(100)), already(20))
    assert (made.amount, refused(made)) == (eur(30), {"goal-cap": eur(10)})


def test_what_is_raised_grows_with_every_contribution_and_its_match():
    call = fund(Multiple(1, rounds=[LimitMode.MINIMUM]), 1000)
    stream = [given_by("a", 30), given_by("b", 30)]
    campaign = standing(10, given=eur(5), minimum=eur(100))
    first, second = match_all(call, stream, campaign=campaign, matched=Matched())
    assert (first.amount, second.amount) == (eur(30), eur(0))
    assert campaign.after(eur(30), eur(30)) == standing(70, given=eur(35), minimum=eur(100))


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
    with pytest.raises(InvalidValue, match="fund: expected MatchingFund, got None"):
        next(match_all(None, [contribution], campaign=campaign, matched=Matched()))
    with pytest.raises(InvalidValue, match="what is matched: expected Matched"):
        next(match_all(matcher, [contribution], campaign=campaign, matched={}))
    lump = fund(LumpSum(eur(5), backers=1), 5)
    with pytest.raises(InvalidValue, match="what is matched: expected Contribution, got 'p1'"):
        decided(lump, "p1")
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
