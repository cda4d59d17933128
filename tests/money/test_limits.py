"""Allocation within limits: targets first, nobody above the cap or below the minimum, and nothing lost."""

import pytest
from amounts import each_of, rules
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.money import Remainder

amounts = st.integers(0, 60) | st.integers(0, 10**6)
small = st.integers(0, 8) | st.integers(0, 10**5)
turns = st.integers(0, 5)


def euros(*minors):
    return [Money.of_minor(minor, "EUR") for minor in minors]


@st.composite
def limited(draw):
    """An amount, its weights and any limits for them."""
    (whole,) = euros(draw(amounts))
    weights = draw(st.lists(st.integers(0, 5), min_size=1, max_size=6).filter(any))
    each = st.lists(small, min_size=len(weights), max_size=len(weights)).map(lambda minors: euros(*minors))
    options = draw(
        st.fixed_dictionaries(
            {},
            optional={"targets": each, "caps": each, "minimum": small.map(lambda minor: euros(minor)[0])},
        )
    )
    return whole, weights, options


@given(limited(), rules, turns, st.sampled_from([1, -1]))
def test_limits_hold_and_nothing_is_lost(case, rule, turn, sign):
    whole, weights, options = case
    shares = (whole * sign).allocate(weights, rule=rule, turn=turn, **options)
    parts = [part * sign for part in shares]
    zero = whole * 0
    assert Money.total(shares, "EUR") + shares.rest == whole * sign
    assert zero <= shares.rest * sign
    for place, part in enumerate(parts):
        assert zero <= part
        if "caps" in options:
            assert part <= options["caps"][place]
        if "minimum" in options:
            assert not zero < part < options["minimum"]
        if not weights[place] and ("targets" not in options or not options["targets"][place]):
            assert part == zero


@given(limited(), turns)
def test_there_is_a_rest_only_where_nobody_may_have_more(case, turn):
    whole, weights, options = case
    options.pop("minimum", None)
    shares = whole.allocate(weights, turn=turn, **options)
    caps = options.get("caps", [whole] * len(weights))
    if shares.rest:
        assert all(part == cap for part, cap, weight in zip(shares, caps, weights, strict=True) if weight)


@given(limited(), rules, turns)
def test_targets_come_before_weights(case, rule, turn):
    whole, weights, options = case
    targets = options.get("targets", euros(*[0] * len(weights)))
    caps = options.get("caps", [whole] * len(weights))
    shares = whole.allocate(weights, rule=rule, turn=turn, targets=targets, caps=caps)
    wanted = [min(target, cap) for target, cap in zip(targets, caps, strict=True)]
    if whole >= Money.total(wanted, "EUR"):
        assert all(part >= want for part, want in zip(shares, wanted, strict=True))
    else:
        assert all(part <= want for part, want in zip(shares, wanted, strict=True))


@given(amounts, st.lists(st.integers(0, 5), min_size=1, max_size=6).filter(any), rules, turns)
def test_limits_that_do_not_bind_change_nothing(minor, weights, rule, turn):
    (whole, zero) = euros(minor, 0)
    count = len(weights)
    free = whole.allocate(weights, rule=rule, turn=turn)
    for options in ({"caps": [whole] * count}, {"targets": [zero] * count}, {"minimum": zero}):
        assert whole.allocate(weights, rule=rule, turn=turn, **options) == free


@given(limited(), rules, turns, st.randoms())
def test_named_parts_do_not_depend_on_the_order_of_the_payees(case, rule, turn, random):
    whole, weights, options = case
    order = random.sample(range(len(weights)), len(weights))
    shuffled = {
        name: [limits[place] for place in order] if name != "minimum" else limits
        for name, limits in options.items()
    }
    shares = whole.allocate(dict(enumerate(weights)), rule=rule, turn=turn, **options)
    again = whole.allocate({place: weights[place] for place in order}, rule=rule, turn=turn, **shuffled)
    assert shares.as_dict() == again.as_dict()


def test_what_a_cap_cuts_off_goes_to_the_others():
    (whole,) = euros(1000)
    assert whole.allocate([1, 1, 2], caps=euros(100, 1000, 1000)).minors == (100, 300, 600)
    assert whole.allocate([1, 1, 2], caps=euros(100, 1000, 400)).minors == (100, 500, 400)
    shares = whole.allocate([1, 1, 2], caps=euros(100, 200, 400))
    assert (shares.minors, shares.rest.minor) == ((100, 200, 400), 300)


def test_no_cap_is_passed_by_a_left_over_unit():
    (whole,) = euros(100)
    shares = whole.allocate([1, 1, 1], caps=euros(33, 100, 100))
    assert (shares.minors, shares.left_overs) == ((33, 34, 33), {1: euros(1)[0]})


def test_targets_are_met_before_weights_count():
    (whole,) = euros(1000)
    assert whole.allocate([1, 3], targets=euros(600, 0)).minors == (700, 300)
    assert whole.allocate([1, 3], targets=euros(1500, 500)).minors == (750, 250)
    assert whole.allocate([0, 1], targets=euros(600, 0)).minors == (600, 400)
    assert whole.allocate([1, 1], targets=euros(900, 0), caps=euros(500, 1000)).minors == (500, 500)


@pytest.mark.parametrize("turn", range(4))
def test_a_target_counts_in_turns_even_without_a_weight(turn):
    (whole,) = euros(9)
    shares = whole.allocate([0, 1], targets=euros(5, 5), turn=turn)
    assert sorted(shares.minors) == [4, 5]
    assert shares.minors[turn % 2] == 5


def test_a_pool_of_small_parts_is_shared_by_turns():
    (whole, minimum) = euros(10, 3)
    winners = [whole.allocate([1] * 5, minimum=minimum, turn=turn).minors for turn in range(5)]
    assert winners == [(4, 3, 3, 0, 0), (0, 4, 3, 3, 0), (0, 0, 4, 3, 3), (3, 0, 0, 4, 3), (3, 3, 0, 0, 4)]


def test_a_pool_too_small_goes_to_those_above():
    (whole, minimum) = euros(100, 20)
    assert whole.allocate([45, 45, 5, 5], minimum=minimum).minors == (50, 50, 0, 0)
    assert whole.allocate([45, 45, 5, 5], minimum=minimum, caps=euros(45, 45, 50, 50)).rest.minor == 10
    assert whole.allocate([1, 1], minimum=euros(101)[0]).rest == whole
    shares = whole.allocate([45, 45, 5, 5], minimum=minimum, caps=euros(46, 100, 50, 50))
    assert shares.minors == (46, 54, 0, 0)


def test_nobody_below_the_minimum_because_of_a_cap():
    (whole, minimum) = euros(100, 20)
    assert whole.allocate([1, 1], caps=euros(10, 100), minimum=minimum).minors == (0, 100)
    assert whole.allocate([1, 1, 1], caps=euros(19, 19, 20), minimum=minimum).minors == (0, 0, 20)


def test_a_part_of_just_the_minimum_stays():
    (whole, minimum) = euros(10, 4)
    assert whole.allocate([1, 1, 1], minimum=minimum).minors == (4, 6, 0)
    assert whole.allocate([1, 1], minimum=euros(6)[0], caps=euros(6, 6)).minors == (6, 0)


def test_who_has_all_before_the_weights_count_does_not_weigh():
    shares = euros(20)[0].allocate(
        [1, 9, 9], rule=Remainder.SEPARATE, targets=euros(10, 0, 0), caps=euros(10, 99, 99)
    )
    assert shares.minors == (10, 5, 5)


def test_limits_are_met_in_whole_steps():
    (whole, minimum) = euros(100, 12)
    shares = whole.allocate([1, 1, 1], step="0.05", caps=euros(33, 100, 100), minimum=minimum)
    assert (shares.minors, shares.rest.minor) == ((30, 35, 35), 0)
    assert whole.allocate([2, 2, 16], step="0.05", minimum=minimum).minors == (20, 0, 80)
    assert whole.allocate([1, 1], step="0.05", targets=euros(98, 0)).minors == (100, 0)


def test_left_overs_of_those_below_the_minimum_are_not_named():
    (whole, minimum) = euros(11, 5)
    shares = whole.allocate([4, 2], minimum=minimum)
    assert (shares.minors, shares.left_overs) == ((11, 0), {})


@each_of(
    "options",
    caps_not_many={"caps": 3},
    caps_text={"caps": "12"},
    caps_one_amount={"caps": Money.of(1, "EUR")},
    caps_not_money={"caps": [1, 2]},
    caps_few={"caps": euros(1)},
    caps_none={"caps": []},
    caps_many={"caps": euros(1, 2, 3)},
    caps_negative={"caps": euros(1, -1)},
    targets_few={"targets": euros(1)},
    targets_not_money={"targets": [None, None]},
    targets_negative={"targets": euros(-1, 1)},
    minimum_float={"minimum": 1.0},
    minimum_text={"minimum": "1.00"},
    minimum_negative={"minimum": euros(-1)[0]},
)
def test_limits_are_amounts_one_for_each_weight(options):
    with pytest.raises(
        InvalidValue, match=r"a limit of an allocation is an amount|do not fit 2 weights|a sequence"
    ):
        Money.of(1, "EUR").allocate([1, 1], **options)


@pytest.mark.parametrize("name", ["targets", "caps", "minimum"])
def test_limits_are_of_the_same_currency(name):
    limit = Money.of(1, "USD")
    with pytest.raises(CurrencyMismatch):
        Money.of(1, "EUR").allocate([1], **{name: limit if name == "minimum" else [limit]})


def test_rules_apply_within_limits():
    (whole,) = euros(10)
    assert whole.allocate([1, 1, 1], rule=Remainder.LAST, caps=euros(10, 10, 3)).minors == (3, 4, 3)
    assert whole.allocate([1, 1, 1], rule=Remainder.SEPARATE, caps=euros(10, 10, 10)).rest.minor == 1
