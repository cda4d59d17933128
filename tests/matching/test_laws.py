"""The laws of matching: amounts explained, caps kept, parts that add up, and the modes of Goteo's calls."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Percentage
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


def paid(made, sponsor):
    return sum(part.amount.minor for part in made.parts if part.sponsor_id == sponsor)


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
    fund = MatchingFund("call", rule, [Pool("city", eur(rest))], step=eur(1))
    campaign = CampaignFacts("lanterne", eur(raised), minimum=eur(minimum), optimum=eur(optimum), round=2)
    before = Matched(projects={"lanterne": Tally(1, eur(matched))}) if matched else Matched()
    made = match(fund, Contribution("p", "ana", eur(given)), campaign=campaign, matched=before)
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
        assert made.amount + Money.total([it.amount for it in made.unmatched], "EUR") == made.wanted
        assert all(it.amount.minor >= 0 for it in made.unmatched)
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
        given = sum(paid(made, pool.sponsor_id) for _, _, made in history)
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
    made = list(match_all(whole, stream, campaign=CampaignFacts("lanterne", eur(0)), matched=before))
    total = Money.total((it.amount for it in made), "EUR")
    assert total == eur(30_000)
    assert before == Matched()
    for pool in held:
        assert sum(paid(it, pool.sponsor_id) for it in made) <= pool.amount.minor
    backers = {contribution.backer_id for contribution in stream}
    for backer in backers:
        theirs = [it.amount.minor for it in made if it.backer_id == backer and it.amount]
        assert sum(theirs) <= 4500
        assert len(theirs) <= 3
