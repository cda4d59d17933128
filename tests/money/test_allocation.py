"""Allocation: whatever the rule, nothing is lost and everyone is named."""

import copy
import pickle
from decimal import Decimal
from fractions import Fraction

import pytest
from amounts import euros, rules, weight_lists
from hypothesis import example, given
from hypothesis import strategies as st

from pushcore import Money
from pushcore._checks import shown
from pushcore.errors import InvalidValue
from pushcore.money import Remainder

GIVE_ALL = [rule for rule in Remainder if rule not in {Remainder.SEPARATE, Remainder.BLOCKS}]
WITHIN_ONE_UNIT = [rule for rule in Remainder if rule not in {Remainder.CASCADE, Remainder.BLOCKS}]

give_all = st.sampled_from(GIVE_ALL)
turns = st.integers(-20, 20)


def exact_shares(money, weights):
    total = sum(map(Fraction, weights))
    return [money.minor * Fraction(weight) / total for weight in weights]


@given(euros, weight_lists, rules, turns)
def test_nothing_is_lost(money, weights, rule, turn):
    shares = money.allocate(weights, rule=rule, turn=turn)
    assert Money.total(shares, "EUR") + shares.rest == money == shares.whole
    assert rule not in GIVE_ALL or not shares.rest
    assert len(shares) == len(weights)


@given(euros, weight_lists, rules, turns)
def test_the_left_overs_are_named(money, weights, rule, turn):
    shares = money.allocate(weights, rule=rule, turn=turn)
    given_out = shares.left_overs
    assert all(given_out.values())
    for place, (part, exact) in enumerate(zip(shares, exact_shares(money, weights), strict=True)):
        floor = part - given_out.get(place, money * 0)
        assert rule is Remainder.BLOCKS or floor.minor == int(exact)  # towards zero


@example(Money.of_minor(2, "EUR"), [2, 1, 1], Remainder.LARGEST_RATIO, 0)
@given(euros, weight_lists, st.sampled_from(WITHIN_ONE_UNIT), turns)
def test_everyone_is_within_one_unit(money, weights, rule, turn):
    """By order, or by size, one whose share is exact may get a unit more: that is one unit off, not less."""
    shares = money.allocate(weights, rule=rule, turn=turn)
    by_order = rule in {Remainder.FIRST, Remainder.LAST, Remainder.LARGEST_RATIO}
    for part, exact in zip(shares, exact_shares(money, weights), strict=True):
        off = abs(part.minor - exact)
        assert off <= 1 if by_order else off < 1


@given(euros, weight_lists, rules, turns)
def test_a_weight_of_zero_is_never_paid(money, weights, rule, turn):
    shares = money.allocate(weights, rule=rule, turn=turn)
    assert not any(part for part, weight in zip(shares, weights, strict=True) if not weight)


@given(euros, weight_lists, rules, turns)
def test_negatives_are_mirrored(money, weights, rule, turn):
    shares = money.allocate(weights, rule=rule, turn=turn)
    mirrored = (-money).allocate(weights, rule=rule, turn=turn)
    assert [-part for part in mirrored] == list(shares)
    assert mirrored.rest == -shares.rest
    assert mirrored.left_overs == {place: -part for place, part in shares.left_overs.items()}


@given(euros, weight_lists, rules, turns, st.fractions("1/50", 50, max_denominator=50))
def test_only_the_proportion_counts(money, weights, rule, turn, scale):
    scaled = [Fraction(weight) * scale for weight in weights]
    assert money.allocate(scaled, rule=rule, turn=turn) == money.allocate(weights, rule=rule, turn=turn)


@given(euros, st.dictionaries(st.text(max_size=3), st.integers(0, 5), min_size=1), rules, turns, st.randoms())
def test_named_parts_do_not_depend_on_the_order_of_the_payees(money, weights, rule, turn, random):
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    shuffled = dict(random.sample(list(weights.items()), len(weights)))
    shares, again = (money.allocate(named, rule=rule, turn=turn) for named in (weights, shuffled))
    assert shares.as_dict() == again.as_dict()
    assert shares.left_overs == again.left_overs
    assert all(shares[name] == part for name, part in zip(weights, shares, strict=True))


@given(euros, st.lists(st.integers(1, 50), min_size=1, max_size=8, unique=True), st.randoms())
def test_different_weights_get_the_same_in_any_order(money, weights, random):
    """Largest remainder needs no names, as long as nobody's fraction is as large as another's."""
    order = random.sample(range(len(weights)), len(weights))
    fractions = [share % 1 for share in exact_shares(abs(money), weights)]
    if len(set(fractions)) == len(fractions):
        shares = list(money.allocate(weights))
        assert list(money.allocate([weights[place] for place in order])) == [shares[place] for place in order]


@given(
    st.integers(0, 10_000), st.integers(1, 12), st.sampled_from([*GIVE_ALL, *GIVE_ALL]), st.integers(-5, 5)
)
def test_turns_are_fair(minor, payees, rule, first):
    """After a full round of turns equals have received the same, to the unit."""
    rounds = [
        Money.of_minor(minor, "EUR").allocate([1] * payees, rule=rule, turn=first + t) for t in range(payees)
    ]
    received = [sum(minors) for minors in zip(*(shares.minors for shares in rounds), strict=True)]
    assert received == [minor] * payees


def test_those_with_a_weight_of_zero_take_no_turn():
    cent = Money.of("0.01", "EUR")
    winners = [
        cent.allocate([0, 1, 0, 1], rule=Remainder.FIRST, turn=turn).minors.index(1) for turn in range(4)
    ]
    assert winners == [1, 3, 1, 3]


@given(euros, weight_lists, rules, st.integers(1, 100))
def test_parts_are_multiples_of_the_step(money, weights, rule, step):
    shares = money.allocate(weights, rule=rule, step=Money.of_minor(step, "EUR").text)
    assert not any(minor % step for minor in shares.minors)
    assert Money.total(shares, "EUR") + shares.rest == money
    if rule in GIVE_ALL:
        assert abs(shares.rest.minor) == abs(money.minor) % step


@given(euros, st.integers(1, 50))
def test_a_split_is_equal_and_the_first_get_more(money, parts):
    shares = money.split(parts)
    assert shares == money.allocate([1] * parts) == money.allocate((1,) * parts, rule=Remainder.FIRST)
    sizes = [abs(minor) for minor in shares.minors]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] - sizes[-1] <= 1


# fmt: off
EXAMPLES = [  # minor units, weights, then what rules give
    (100, [1, 1, 1], {
        "largest-remainder": [34, 33, 33], "last": [33, 33, 34], "cascade": [34, 33, 33],
        "separate": [33, 33, 33], "blocks": [33, 33, 33],
    }),
    (7, [1, 2, 3], {
        "largest-remainder": [1, 2, 4], "first": [2, 2, 3], "last": [1, 2, 4], "largest-ratio": [1, 2, 4],
        "lowest-ratio": [2, 2, 3], "cascade": [2, 2, 3], "separate": [1, 2, 3], "blocks": [1, 2, 3],
    }),
    (1000, [70, 20, 10], {rule: [700, 200, 100] for rule in Remainder}),
    (999, [70, 20, 10], {
        "largest-remainder": [699, 200, 100], "first": [700, 200, 99], "largest-ratio": [700, 200, 99],
        "lowest-ratio": [699, 200, 100], "blocks": [693, 198, 99],
    }),
    (500, [1000, 1, 1, 1, 1, 1], {
        "cascade": [500, 0, 0, 0, 0, 0], "largest-remainder": [498, 1, 1, 0, 0, 0],
        "last": [497, 0, 0, 1, 1, 1], "largest-ratio": [498, 1, 1, 0, 0, 0],
    }),
    (5, [0, 1, 0, 1], {"first": [0, 3, 0, 2], "last": [0, 2, 0, 3], "largest-ratio": [0, 3, 0, 2]}),
    (0, [3, 1], {rule: [0, 0] for rule in Remainder}),
    (-100, [2, 1], {"largest-remainder": [-67, -33], "last": [-66, -34], "separate": [-66, -33]}),
    (100, ["1/6", "1/3", "1/2"], {"largest-remainder": [17, 33, 50], "blocks": [16, 32, 48]}),
]
# fmt: on


@pytest.mark.parametrize(("minor", "weights", "expected"), EXAMPLES, ids=shown)
def test_examples(minor, weights, expected):
    money, weights = Money.of_minor(minor, "EUR"), [Fraction(weight) for weight in weights]
    for rule, parts in expected.items():
        assert list(money.allocate(weights, rule=Remainder(rule)).minors) == parts


@pytest.mark.parametrize(("minor", "weights", "expected"), [(1, (2, 1), [1, 0]), (3, (3, 2), [2, 1])])
def test_the_lowest_ratio_is_that_of_the_part_to_its_weight(minor, weights, expected):
    """Of 3 units by 3 to 2 each has one: a third of the one weight, and half of the other."""
    parts = Money.of_minor(minor, "EUR").allocate(weights, rule=Remainder.LOWEST_RATIO)
    assert [part.minor for part in parts] == expected


def test_more_than_one_left_over_unit_is_counted():
    shares = Money.of("5.00", "EUR").allocate([1000, 1, 1, 1, 1, 1], rule=Remainder.CASCADE)
    assert shares.left_overs == {0: Money.of("0.03", "EUR")}


def test_parts_by_name_and_by_position():
    money = Money.of("10.00", "EUR")
    named = money.allocate({"cleo": 1, "ana": 1, "bob": 1})
    assert [part.text for part in named] == ["3.33", "3.34", "3.33"]
    assert named.left_overs == {"ana": Money.of("0.01", "EUR")}
    assert named.as_dict() == {"cleo": named["cleo"], "ana": named["ana"], "bob": named["bob"]}
    assert money.split(2).as_dict() == {0: Money.of(5, "EUR"), 1: Money.of(5, "EUR")}
    assert repr(named) == "<Shares of EUR 10.00: 3.33, 3.34, 3.33>"
    for key in (3, -1, True, 0.0, "ana", None, slice(1), []):
        with pytest.raises(InvalidValue, match=r"no part .* among 3 parts"):
            money.split(3)[key]
        with pytest.raises(InvalidValue, match=r"no part .* among 3 parts"):
            money.allocate({"a": 1, "b": 1, "c": 1})[key]


def test_names_may_be_anything_that_sorts():
    cents = Money.of_minor(3, "EUR")
    assert cents.allocate({2: 1, 1: 1}).as_dict() == {2: cents.with_minor(1), 1: cents.with_minor(2)}
    assert cents.allocate({("a", 2): 1, ("a", 1): 1})["a", 1].minor == 2
    for names in (["a", 1], [None, "a"], [Decimal("NaN"), Decimal(1)]):
        with pytest.raises(InvalidValue, match="names of the weights cannot be sorted"):
            cents.allocate(dict.fromkeys(names, 1))


@given(euros, weight_lists, rules)
def test_copies_and_pickles_are_equal(money, weights, rule):
    shares = money.allocate(weights, rule=rule)
    assert copy.deepcopy(shares) == pickle.loads(pickle.dumps(shares)) == shares


@pytest.mark.parametrize(
    ("weights", "why"),
    [
        ([], "there are none"),
        ({}, "there are none"),
        ([0, 0], "all are zero"),
        ([Fraction(0)], "all are zero"),
        ([2, -1], "weight -1 is negative"),
        ([Decimal("-0.5"), 1], "is negative"),
        ([0.5, 0.5], "weight 0.5 is not an exact number"),
        ([True, 1], "weight True is not an exact number"),
        ("11", "got '11'"),
        (b"11", "got b'11'"),
        (5, "expected a sequence, got 5"),
        (None, "expected a sequence, got None"),
        ({1, 2}, "expected a sequence"),
        (frozenset({1}), "expected a sequence"),
        ({"ana": "1"}, "weight '1' is not an exact number"),
    ],
    ids=shown,
)
def test_weights_that_divide_nothing_are_refused(weights, why):
    with pytest.raises(InvalidValue, match=why):
        Money.of(1, "EUR").allocate(weights)


@pytest.mark.parametrize(
    "weights", [(1, 2), iter([1, 2]), {"a": 1, "b": 2}.values(), range(1, 3), [1, Decimal(2)]]
)
def test_weights_come_in_any_sequence(weights):
    assert Money.of_minor(3, "EUR").allocate(weights).minors == (1, 2)


def test_rules_go_by_name():
    money = Money.of_minor(1, "EUR")
    assert money.allocate([1, 1], rule=Remainder.of("last")).minors == (0, 1)
    assert Remainder.of(Remainder.LAST) is Remainder("last") is Remainder.LAST
    for rule in ("best", None, 1, []):
        with pytest.raises(
            InvalidValue, match=r"no remainder .*; there are largest-remainder, largest-ratio"
        ):
            money.allocate([1, 1], rule=rule)
    with pytest.raises(InvalidValue, match="no remainder 'best'"):
        Remainder("best")
    assert money.allocate([1, 1], rule="last").minors == (0, 1)


@pytest.mark.parametrize("turn", ["1", 1.0, None, True])
def test_a_turn_is_a_whole_number(turn):
    with pytest.raises(InvalidValue, match="turn"):
        Money.of(1, "EUR").allocate([1], turn=turn)


@pytest.mark.parametrize("parts", [0, -1, 1_000_001, 10**30, True, 2.0, "2", None], ids=shown)
def test_a_split_has_a_sensible_number_of_parts(parts):
    with pytest.raises(InvalidValue, match="give 1 to 1000000"):
        Money.of(1, "EUR").split(parts)


def test_a_million_parts_are_possible():
    shares = Money.of_minor(1_000_001, "EUR").split(1_000_000)
    assert (shares.minors[0], shares.minors[1], shares.left_overs) == (2, 1, {0: Money.of_minor(1, "EUR")})
