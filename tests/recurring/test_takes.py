"""Takes: nobody takes more than their take, nobody pays more than they promised, and nothing is lost."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pushcore import Currency, Money
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.money import ExchangeRate, Remainder
from pushcore.recurring import Donation, Take, TakeLimit, Team, basket_payday

EUR, USD = Currency.of("EUR"), Currency.of("USD")


def eur(text):
    return Money.of(text, "EUR")


def usd(text):
    return Money.of(text, "USD")


def cents(minor):
    return Money.of_minor(minor, "EUR")


def texts(amounts):
    return {name: amount.text for name, amount in amounts.items()}


def team(rule=Remainder.LOWEST_RATIO, **takes):
    return Team([Take(member, eur(most)) for member, most in takes.items()], rule=rule)


def donation(backer, weekly, advance=None):
    return Donation(backer, weekly, advance or weekly)


def test_lp_wellfunded():
    week = team(alice="0.79", bob="0.21").payday(
        [Donation(backer, eur("5.00"), eur("10.00")) for backer in ("charlie", "dan")], number=1
    )
    assert texts(week.taken) == {"alice": "0.79", "bob": "0.21"}
    assert texts(week.given) == {"charlie": "0.50", "dan": "0.50"}
    assert texts(week.advance) == {"charlie": "9.50", "dan": "9.50"}


def test_lp12_underfunded():
    week = team(alice="1.00", bob="1.00").payday([donation("dan", eur("0.26"))], number=1)
    assert texts(week.taken) == {"alice": "0.13", "bob": "0.13"}
    assert texts(week.advance) == {"dan": "0.00"}


def seven():
    return team(**{f"m{n}": "1.00" for n in range(1, 8)})


@pytest.mark.parametrize(
    ("number", "income", "lucky"), [(1, "0.85", {1}), (2, "0.85", {2}), (3, "0.89", {3, 4, 5, 6, 7})]
)
def test_lp11_the_odd_cents_go_round(number, income, lucky):
    week = seven().payday([donation("charlie", eur(income))], number=number)
    assert texts(week.taken) == {f"m{n}": "0.13" if n in lucky else "0.12" for n in range(1, 8)}


def test_lp11_after_three_weeks_everybody_has_had_the_same():
    weeks = [
        seven().payday([donation("charlie", eur(income))], number=number)
        for number, income in enumerate(["0.85", "0.85", "0.89"], start=1)
    ]
    assert {Money.total((week.taken[f"m{n}"] for week in weeks), "EUR").text for n in range(1, 8)} == {"0.37"}


def test_only_what_is_paid_in_advance_is_given():
    week = team(alice="3.00").payday(
        [Donation("ana", eur("2.00"), eur("0.50")), donation("bo", eur("1.00"))], number=1
    )
    assert texts(week.taken) == {"alice": "1.50"}
    assert texts(week.given) == {"ana": "0.50", "bo": "1.00"}


def test_a_week_without_income():
    for donations in ([], [Donation("ana", eur("2.00"), eur("0.00"))]):
        week = team(alice="3.00").payday(donations, number=1)
        assert texts(week.taken) == {"alice": "0.00"}
        assert set(texts(week.given).values()) <= {"0.00"}


amounts = st.integers(1, 50) | st.integers(1, 100_000)
teams = st.builds(
    lambda takes, rule: Team([Take(f"m{n}", cents(most)) for n, most in enumerate(takes)], rule=rule),
    st.lists(amounts, min_size=1, max_size=8),
    st.sampled_from(sorted(set(Remainder) - {Remainder.SEPARATE, Remainder.BLOCKS})),
)
donations = st.lists(st.tuples(amounts, st.integers(0, 100_000)), max_size=6).map(
    lambda pairs: [
        Donation(f"b{n}", cents(weekly), cents(advance)) for n, (weekly, advance) in enumerate(pairs)
    ]
)


@given(teams, donations, st.integers(1, 20))
def test_nothing_is_lost_and_nobody_has_more_than_their_take(team, donations, number):
    week = team.payday(donations, number=number)
    taken = sum(amount.minor for amount in week.taken.values())
    income = sum(it.funded.minor for it in donations)
    assert taken == sum(amount.minor for amount in week.given.values()) == min(income, team.total.minor)
    for take in team.takes:
        assert 0 <= week.taken[take.member_id].minor <= take.most.minor
    for it in donations:
        assert 0 <= week.given[it.backer_id].minor <= it.funded.minor
        assert week.given[it.backer_id] + week.advance[it.backer_id] == it.advance


@given(teams, st.integers(0, 100_000), st.integers(1, 20))
def test_takes_are_cut_in_proportion(team, income, number):
    income = min(income, team.total.minor)
    week = team.payday([donation("b", cents(income))] if income else [], number=number)
    if team.rule in {Remainder.LARGEST_REMAINDER, Remainder.LOWEST_RATIO}:
        for take in team.takes:
            exact = Fraction(income * take.most.minor, team.total.minor)
            assert abs(week.taken[take.member_id].minor - exact) <= 1


@given(st.integers(2, 9), st.integers(0, 1_000))
def test_equal_members_have_had_the_same_after_a_round(members, income):
    """Cumulative fairness: with the same income every week, a full round leaves nobody ahead."""
    equal = Team([Take(f"m{n}", cents(1_000)) for n in range(members)], rule=Remainder.LOWEST_RATIO)
    sums = dict.fromkeys(range(members), 0)
    for number in range(1, members + 1):
        week = equal.payday([donation("b", cents(income))] if income else [], number=number)
        for n in range(members):
            sums[n] += week.taken[f"m{n}"].minor
    assert set(sums.values()) == {income}


def test_lp25_a_take_can_double_but_not_a_penny_more():
    double = TakeLimit(2, floor=eur("1.00"))
    last = eur("40.00")
    assert double.most(last) == eur("80.00")
    assert double.clipped(eur("80.00"), last=last) == double.clipped(eur("80.01"), last=last) == eur("80.00")
    assert double.clipped(eur("79.99"), last=last) == eur("79.99")
    assert double.clipped(eur("5.00"), last=eur("0.00")) == eur("1.00")  # a newcomer begins somewhere
    assert TakeLimit(2, floor=eur("0.00")).most(eur("0.00")) == eur("0.00")  # or nowhere


RATE = ExchangeRate("EUR", "USD", "1.2", as_of=date(2026, 1, 2), source="the case").inverse()
PREFERS = {"a": EUR, "b": USD}


def two_currencies(euros, dollars, number=1):
    donations = [
        Donation("d1", eur(euros), eur("100.00")),
        Donation("d2", usd(dollars), usd("100.00")),
        Donation("d3", eur(euros), eur("100.00")),
        Donation("d4", usd(dollars), usd("100.00")),
    ]
    return basket_payday(team(a="1.00", b="1.00"), donations, prefers=PREFERS, rates=[RATE], number=number)


@pytest.mark.parametrize(
    ("euros", "dollars", "a", "b", "left"),
    [
        ("0.50", "0.60", (eur("1.00"),), (usd("1.20"),), ("99.50", "99.40")),  # LP14
        ("0.75", "0.30", (eur("1.00"),), (eur("0.50"), usd("0.60")), ("99.25", "99.70")),  # LP15
        ("0.10", "0.25", (eur("0.20"), usd("0.13")), (usd("0.37"),), ("99.90", "99.75")),  # LP16
        ("1.00", "1.20", (eur("1.00"),), (usd("1.20"),), ("99.50", "99.40")),  # twice what is taken
        ("1.50", "0.60", (eur("1.00"),), (eur("0.50"), usd("0.60")), ("99.25", "99.70")),
        ("0.25", "0.30", (eur("0.50"),), (usd("0.60"),), ("99.75", "99.70")),
    ],
    ids=["LP14", "LP15", "LP16", "balanced", "unbalanced", "underfunded"],
)
def test_lp14_lp15_lp16_baskets(euros, dollars, a, b, left):
    week = two_currencies(euros, dollars)
    assert (week.taken["a"], week.taken["b"]) == (a, b)
    assert texts(week.advance) == {"d1": left[0], "d2": left[1], "d3": left[0], "d4": left[1]}


JPY_RATE = ExchangeRate("JPY", "EUR", "0.008", as_of=date(2026, 1, 2), source="the case")
pools = st.lists(st.tuples(st.sampled_from(["EUR", "USD", "JPY"]), st.integers(1, 5_000)), max_size=6)


FOUR = Team(
    [Take(f"m{n}", cents(most)) for n, most in enumerate([5, 2, 1, 3])],
    rule=Remainder.CASCADE,
)


@example(FOUR, [("EUR", 6), ("USD", 12)], [None, "EUR", *[None] * 6], 1)  # three units are left to the first
@given(
    teams,
    pools,
    st.lists(st.sampled_from([None, "EUR", "USD", "JPY"]), min_size=8, max_size=8),
    st.integers(1, 9),
)
def test_no_currency_is_converted_and_none_is_lost(team, pools, preferred, number):
    given_ = [donation(f"b{n}", Money.of_minor(minor, code)) for n, (code, minor) in enumerate(pools)]
    prefers = {f"m{n}": Currency.of(code) for n, code in enumerate(preferred) if code}
    week = basket_payday(team, given_, prefers=prefers, rates=[RATE, JPY_RATE], number=number)
    worth = {"EUR": 1, "USD": RATE.rate, "JPY": JPY_RATE.rate * 100}
    for code in worth:
        taken = sum(
            part.minor for parts in week.taken.values() for part in parts if part.currency.code == code
        )
        paid = sum(part.minor for part in week.given.values() if part.currency.code == code)
        assert taken == paid
    for it in given_:
        assert 0 <= week.given[it.backer_id].minor <= it.funded.minor
        assert week.given[it.backer_id] + week.advance[it.backer_id] == it.advance
    for take in team.takes:
        parts = week.taken[take.member_id]
        assert all(part.minor > 0 for part in parts)
        value = sum(part.minor * worth[part.currency.code] for part in parts)
        units = max(len(team.takes) - 1, 1) if team.rule is Remainder.CASCADE else 1
        assert value < take.most.minor + units * sum(worth.values())
    assert list(week.given) == [it.backer_id for it in given_]


@given(teams, donations, st.integers(1, 9))
def test_one_currency_is_shared_as_without_baskets_but_for_a_unit(team, donations, number):
    one = team.payday(donations, number=number)
    other = basket_payday(team, donations, prefers={}, rates=[], number=number)
    assert (one.given, one.advance) == (other.given, other.advance)
    if team.rule in {Remainder.LARGEST_REMAINDER, Remainder.LOWEST_RATIO}:
        for member, parts in other.taken.items():
            assert abs(sum(part.minor for part in parts) - one.taken[member].minor) <= 1


ONE = team(a="1.00")


def baskets(team=ONE, *, donations=(), prefers=None, rates=(), number=1):
    prefers = {} if prefers is None else prefers
    return basket_payday(team, donations, prefers=prefers, rates=rates, number=number)


def test_a_rate_that_is_missing():
    for rates in ([], [JPY_RATE], [ExchangeRate("USD", "JPY", 150, as_of=date(2026, 1, 2), source="x")]):
        with pytest.raises(InvalidValue, match="no rate from USD to EUR"):
            baskets(donations=[donation("d", usd("1.00"))], rates=rates)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Take("a", eur("0.00")), "expected an amount above zero"),
        (lambda: Take("", eur("1.00")), "expected an id"),
        (lambda: Team([], rule=Remainder.FIRST), "a team has takes"),
        (lambda: team(rule=Remainder.SEPARATE, a="1.00"), "leaves nothing over, unlike separate"),
        (lambda: team(rule=Remainder.BLOCKS, a="1.00"), "leaves nothing over, unlike blocks"),
        (lambda: Team([Take("a", eur("1.00"))] * 2, rule=Remainder.FIRST), "member 'a' stands twice"),
        (lambda: Team(["a"], rule=Remainder.FIRST), "expected Take at 0"),
        (lambda: team(rule="first", a="1.00"), "expected Remainder"),
        (lambda: TakeLimit(0, floor=eur("1.00")), "expected at least 1"),
        (lambda: TakeLimit(2, floor=eur("-0.01")), "nobody takes less than nothing"),
        (lambda: TakeLimit(2, floor=eur("1.00")).most("1.00"), "the take of last week"),
        (lambda: TakeLimit(2, floor=eur("1.00")).clipped(1, last=eur("1.00")), "the take that is asked for"),
        (lambda: donation("a", eur("0.00")), "expected an amount above zero"),
        (lambda: Donation("a", eur("1.00"), eur("-0.01")), "is less than nothing"),
        (lambda: team(a="1.00").payday(["a"], number=1), "a donation: expected Donation"),
        (lambda: team(a="1.00").payday([donation("b", eur("1.00"))] * 2, number=1), "donor 'b' stands twice"),
        (lambda: team(a="1.00").payday([], number=0), "the number of the payday: expected at least 1"),
        (lambda: baskets(None), "a team: expected Team"),
        (lambda: baskets(prefers=[]), "preferred currencies"),
        (lambda: baskets(prefers={"a": "EUR"}), "a preferred currency"),
        (lambda: baskets(rates=[1.2]), "a rate: expected"),
        (lambda: baskets(number=True), "the number of the payday"),
    ],
    ids=range(22),
)  # fmt: skip
def test_bad_input(make, why):
    with pytest.raises(InvalidValue, match=why):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Team([Take("a", eur("1.00")), Take("b", usd("1.00"))], rule=Remainder.FIRST),
        lambda: Donation("a", eur("1.00"), usd("1.00")),
        lambda: team(a="1.00").payday([donation("b", usd("1.00"))], number=1),
        lambda: TakeLimit(2, floor=eur("1.00")).most(usd("1.00")),
    ],
    ids=range(4),
)
def test_currencies_never_mix(make):
    with pytest.raises(CurrencyMismatch):
        make()
