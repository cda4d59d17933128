"""Stretch goals: unlocked once, for good, in any order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money
from pushcore.campaigns import (
    StretchGoal,
    Unlock,
    UnlockKind,
    newly_unlocked,
    stretch_problems,
    unlocked,
)
from pushcore.errors import CurrencyMismatch, InvalidValue

POSTER = Unlock(UnlockKind.ADD_ON, "poster")


def eur(text):
    return Money.of(text, "EUR")


def goal(name, threshold):
    return StretchGoal(name, threshold, [POSTER])


def ids(goals):
    return [it.id for it in goals]


thresholds = st.integers(1, 40)
totals = st.integers(0, 50)
several = st.dictionaries(st.sampled_from("abcdefgh"), thresholds).map(
    lambda found: [goal(name, threshold) for name, threshold in found.items()]
)


@given(several, st.lists(totals, min_size=1))
def test_what_was_unlocked_once_stays_unlocked_though_the_total_falls(goals, course):
    standing = []
    for total in course:
        new = newly_unlocked(goals, standing, total)
        assert not {it.id for it in new} & set(standing)
        standing += ids(new)
    assert set(standing) == set(ids(unlocked(goals, max(course))))


@given(several, totals, st.data())
def test_the_order_of_the_goals_does_not_matter(goals, total, data):
    shuffled = data.draw(st.permutations(goals))
    assert unlocked(shuffled, total) == unlocked(goals, total) == unlocked(frozenset(goals), total)
    already = data.draw(st.lists(st.sampled_from("abcdefgh")))
    assert newly_unlocked(shuffled, already, total) == newly_unlocked(goals, reversed(already), total)
    assert stretch_problems(iter(goals), 0) == stretch_problems(shuffled, 0) == ()


@given(several, totals)
def test_each_is_unlocked_from_its_threshold_on_the_lowest_first(goals, total):
    found = unlocked(goals, total)
    assert set(found) == {it for it in goals if it.threshold <= total}
    assert [(it.threshold, it.id) for it in found] == sorted((it.threshold, it.id) for it in found)


def test_money_unlocks_at_the_cent():
    goals = [goal("colour", eur("12000.00")), goal("cloth", eur("15000.00"))]
    assert ids(unlocked(goals, eur("11999.99"))) == []
    assert ids(unlocked(goals, eur("12000.00"))) == ["colour"]
    assert ids(newly_unlocked(goals, {"colour"}, eur("20000.00"))) == ["cloth"]
    assert newly_unlocked(goals, ["colour", "cloth", "an older one"], eur("11000.00")) == ()


def test_what_can_be_unlocked():
    goals = StretchGoal(
        "more", 500, [Unlock(UnlockKind.TIER, "deluxe"), POSTER, Unlock(UnlockKind.NOTE, "x" * 2_000)]
    )
    assert [unlock.kind.value for unlock in goals.unlocks] == ["tier", "add-on", "note"]


def test_all_problems_with_the_goal_of_a_campaign_are_told():
    goals = [
        goal("colour", eur("1000.00")),
        goal("colour", eur("2000.00")),
        goal("ribbon", Money.of("3000.00", "USD")),
        goal("cloth", 500),
        goal("gold", eur("1000.01")),
    ]
    assert [(it.path, it.kind) for it in stretch_problems(goals, eur("1000.00"))] == [
        ("stretch.colour", "duplicate"),
        ("stretch.colour.threshold", "invalid"),
        ("stretch.ribbon.threshold", "currency"),
        ("stretch.cloth.threshold", "measure"),
    ]
    assert [it.message for it in stretch_problems([goal("a", 100), goal("b", 101)], 100)] == [
        "a stretch goal lies above the goal of 100, got 100"
    ]
    assert [it.kind for it in stretch_problems([goal("a", eur("5.00"))], 100)] == ["measure"]


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        (("a", 0, [POSTER]), "stretch goal a: expected a threshold above zero, got 0"),
        (("a", eur("-1.00"), []), r"above zero, got EUR -1\.00; say what it unlocks"),
        (("a", 5, []), "stretch goal a: say what it unlocks"),
        (("a", True, [POSTER]), "expected Money or int, got True"),
        (("a", 5, ["poster"]), "expected Unlock at 0, got 'poster'"),
        (("a", 5, "poster"), "expected a sequence"),
        (("", 5, [POSTER]), "expected an id"),
    ],
)
def test_what_no_stretch_goal_can_be(parts, why):
    with pytest.raises(InvalidValue, match=why):
        StretchGoal(*parts)


@pytest.mark.parametrize(
    "parts",
    [("tier", "deluxe"), (UnlockKind.TIER, 5), (UnlockKind.TIER, "x" * 201), (UnlockKind.NOTE, " ")],
    ids=repr,
)
def test_what_nothing_unlocks(parts):
    with pytest.raises(InvalidValue):
        Unlock(*parts)


def test_only_totals_of_their_kind_unlock_goals():
    with pytest.raises(CurrencyMismatch, match=r"stretch goal a at EUR 5\.00 is not compared with USD 5\.00"):
        unlocked([goal("a", eur("5.00"))], Money.of(5, "USD"))
    for threshold, total in ((eur("5.00"), 5), (5, eur("5.00"))):
        with pytest.raises(InvalidValue, match="give a total of its kind") as refused:
            unlocked([goal("a", threshold)], total)
        assert not isinstance(refused.value, CurrencyMismatch)


@pytest.mark.parametrize("junk", [None, 5, "goals", [None], ["colour"]], ids=repr)
def test_only_goals_and_ids_are_taken(junk):
    for asked in (lambda: unlocked(junk, 5), lambda: stretch_problems(junk, 5)):
        with pytest.raises(InvalidValue):
            asked()
    if junk != ["colour"]:
        with pytest.raises(InvalidValue):
            newly_unlocked([], junk, 5)
    for asked in (unlocked, stretch_problems):
        with pytest.raises(InvalidValue):
            asked([], junk if junk != 5 else 5.0)
