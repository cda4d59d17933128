"""Mutual matching: n² units, a goal that scales pledges, limits that drop patrons, and arrears."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Percentage, Zone
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.recurring import (
    ChargeFee,
    Crowdmatch,
    GoalScaled,
    LeftOut,
    Owed,
    Patron,
    PerPatron,
    accrued,
    crowdmatch,
)

ZONE = Zone("Europe/Brussels")
DAY = date(2026, 2, 1)
JOINED = datetime(2026, 1, 5, tzinfo=UTC)
UNIT = PerPatron(Owed.of("0.001", "USD"))
GOAL = GoalScaled(Money.of("36000.00", "USD"))
SMALLEST = ChargeFee(Percentage.of("2.9"), Money.of("0.30", "USD")).smallest_charge(Percentage.of("10"))


def usd(text):
    return Money.of(text, "USD")


def patron(name, limit=None, *, at=JOINED, can_pay=True):
    return Patron(backer_id=name, pledged_at=at, limit=limit, can_pay=can_pay)


def patrons(count, limit=None):
    return [patron(f"p{n:03}", limit) for n in range(count)]


def month(crowd, rule=UNIT, day=DAY):
    return crowdmatch(rule, crowd, day=day, zone=ZONE)


def test_sn01_each_owes_a_unit_for_each():
    result = month(patrons(3))
    assert {it.minor * 10 for it in result.owed.values()} == {3}
    assert result.total.minor * 10 == 9
    assert result.left_out == {}


def test_sn02_months_add_up():
    arrears = accrued({}, month(patrons(1)))
    arrears = accrued(arrears, month(patrons(2)))
    assert Owed.total(arrears.values(), "USD").minor * 10 == 5
    assert [it.minor * 10 for it in arrears.values()] == [3, 2]


def test_sn03_only_pledges_of_the_days_before_count():
    late = datetime(2026, 1, 31, 22, 59, 59, tzinfo=UTC)  # a second before midnight in Brussels
    crowd = [patron("late", at=late), patron("new", at=late + timedelta(seconds=1))]
    result = month(crowd)
    assert (list(result.owed), result.left_out) == (["late"], {"new": LeftOut.TOO_RECENT})
    assert month(crowd[1:]).total.minor == 0
    assert len(month(crowd, day=date(2026, 2, 2)).owed) == 2


def test_sn05_without_a_payment_method_the_crowd_shrinks():
    result = month([patron("ana"), patron("bo", can_pay=False)])
    assert (list(result.owed), result.left_out) == (["ana"], {"bo": LeftOut.NO_METHOD})
    assert result.owed["ana"].minor * 10 == 1


def test_snowdrift_70():
    each = month(patrons(70)).owed["p000"]
    assert each.whole == usd("0.07")
    assert each.to_charge(SMALLEST) == usd("0.00")


def test_snowdrift_82():
    result = month(patrons(82))
    assert result.owed["p000"].whole == usd("0.08")
    assert result.income == usd("6.72")


def test_snowdrift_70_is_charged_after_five_years():
    """7 cents a month come to 4.27, the first amount of at least 4.23, after 61 months."""
    arrears, result = {}, month(patrons(70))
    for _ in range(60):
        arrears = accrued(arrears, result)
    assert arrears["p000"].to_charge(SMALLEST) == usd("0.00")
    owed = accrued(arrears, result)["p000"]
    assert owed.to_charge(SMALLEST) == usd("4.27")
    assert owed.less(usd("4.27")).minor == 0


def test_crowdmatch_2024():
    pledge = usd("6.00")
    crowd = patrons(163, pledge)
    result = month(crowd, GOAL)
    donation = result.owed["p000"].whole
    assert (donation, pledge - donation) == (usd("0.16"), usd("5.84"))
    assert result.total.minor == Fraction(97800**2, 3600000)


def test_nobody_gives_more_than_the_pledge_once_the_goal_is_reached():
    for count in (6_000, 6_001):
        result = GOAL.match(patrons(count, usd("6.00")))
        assert result["p000"] == Owed.of("6", "USD")


def test_a_limit_drops_a_patron_and_the_others_owe_less():
    crowd = [*patrons(15), patron("ana", usd("0.01")), patron("bo", usd("0.02"))]
    result = month(crowd)  # 17 patrons would owe 1.7 cents each
    assert result.left_out == {"ana": LeftOut.OVER_LIMIT}
    assert {it.minor * 10 for it in result.owed.values()} == {16}


def test_of_equal_limits_the_latest_pledge_leaves_first():
    """Eleven with a limit of one cent would owe 1.1: one leaves, and the ten others stay."""
    cent = usd("0.01")
    crowd = [patron(f"p{n:02}", cent, at=JOINED - timedelta(hours=n)) for n in range(11)]
    result = month(list(reversed(crowd)))
    assert result.left_out == {"p00": LeftOut.OVER_LIMIT}
    assert {it.minor for it in result.owed.values()} == {1}
    same = [patron(name, cent) for name in "kjihgfedcba"]
    assert list(month(same).left_out) == ["k"]


limits = st.none() | st.integers(1, 8).map(lambda minor: Money.of_minor(minor, "USD"))
crowds = st.lists(limits, max_size=90).map(
    lambda limits: [patron(f"p{n:02}", limit) for n, limit in enumerate(limits)]
)


@given(crowds, st.sampled_from(["0.001", "0.0007", "0.01"]))
def test_nobody_owes_more_than_their_limit_and_it_is_n_squared(crowd, unit):
    result = month(crowd, PerPatron(Owed.of(unit, "USD")))
    n = len(result.owed)
    assert result.total == Owed.of(unit, "USD").times(n * n)
    known = {it.backer_id: it for it in crowd}
    for backer, owed in result.owed.items():
        assert known[backer].limit is None or owed.minor <= known[backer].limit.minor
    assert result.owed.keys() | result.left_out.keys() == known.keys()
    assert not result.owed.keys() & result.left_out.keys()


@given(crowds)
def test_no_larger_crowd_would_stay(crowd):
    """However many of the highest limits one takes beyond the crowd, somebody would owe too much."""
    n = len(month(crowd).owed)
    rooms = sorted((10**9 if it.limit is None else it.limit.minor * 10 for it in crowd), reverse=True)
    assert all(room < size for size, room in enumerate(rooms, start=1) if size > n)


@given(crowds, st.randoms())
def test_the_order_of_patrons_does_not_matter(crowd, random):
    shuffled = list(crowd)
    random.shuffle(shuffled)
    assert month(shuffled).owed == month(crowd).owed


pledges = st.lists(st.integers(1, 10_000), min_size=1, max_size=40)


@given(pledges, st.integers(1, 500_000))
def test_a_scaled_donation_is_never_above_its_pledge_and_all_add_up(pledges, goal):
    crowd = [patron(f"p{n}", Money.of_minor(minor, "USD")) for n, minor in enumerate(pledges)]
    result = month(crowd, GoalScaled(Money.of_minor(goal, "USD")))
    for it in crowd:
        assert 0 < result.owed[it.backer_id].minor <= it.limit.minor
    total = sum(pledges)
    assert result.total.minor == (total if total >= goal else Fraction(total**2, goal))


@given(st.lists(crowds, max_size=4))
def test_arrears_conserve_what_is_owed(months):
    arrears, charged = {}, 0
    reckoned = [month(crowd) for crowd in months]
    for result in reckoned:
        arrears = accrued(arrears, result)
        for backer, owed in arrears.items():
            now = owed.to_charge(usd("0.05"))
            charged += now.minor
            arrears[backer] = owed.less(now)
    left = sum(owed.minor for owed in arrears.values())
    assert charged + left == sum(result.total.minor for result in reckoned)


def test_an_empty_crowd():
    for rule in (UNIT, GOAL):
        result = month([], rule)
        assert (result.owed, result.left_out, result.income) == ({}, {}, usd("0.00"))


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: PerPatron(Owed.of(0, "USD")), "a unit is above zero"),
        (lambda: PerPatron(usd("0.01")), "expected Owed"),
        (lambda: GoalScaled(usd("0.00")), "expected an amount above zero"),
        (lambda: patron("ana", usd("0.00")), "expected an amount above zero"),
        (lambda: patron("ana", can_pay=None), "expected bool"),
        (lambda: patron("ana", at="now"), "expected an instant"),
        (lambda: month([patron("ana")] * 2), "patron 'ana' stands twice"),
        (lambda: month(["ana"]), "a patron: expected Patron"),
        (lambda: UNIT.match(5), "expected a sequence"),
        (lambda: month([patron("ana")], GOAL), "patron ana has no limit: give the pledge"),
        (lambda: month([], None), "a rule of matching: expected PerPatron or GoalScaled"),
        (lambda: month([], day=JOINED), "the day of the reckoning: expected date"),
        (lambda: crowdmatch(UNIT, [], day=DAY, zone="UTC"), "zone: expected Zone"),
        (lambda: accrued([], month([])), "arrears: expected Mapping"),
        (lambda: accrued({"ana": 5}, month([])), "arrears: expected Owed"),
        (lambda: accrued({}, {}), "a month: expected Crowdmatch"),
        (lambda: Crowdmatch(DAY, [], {}, usd("1.00").currency), "expected dict"),
        (lambda: LeftOut("bored"), "no left out 'bored'"),
    ],
    ids=range(18),
)
def test_bad_input(make, why):
    with pytest.raises(InvalidValue, match=why):
        make()


def test_currencies_never_mix():
    euros = Money.of("1.00", "EUR")
    for rule in (UNIT, GOAL):
        with pytest.raises(CurrencyMismatch, match=r"the limit of patron ana is EUR 1\.00, but USD is owed"):
            month([patron("ana", euros)], rule)
    with pytest.raises(CurrencyMismatch):
        accrued({"ana": Owed.of("1", "EUR")}, month(patrons(1)))
