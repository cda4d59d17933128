"""Fee rules: whatever is composed of whatever, the pieces say what the definition says."""

from fractions import Fraction

import pytest
from fee_oracle import eur, exact, minors, plus, rules
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Below, Fixed, Money, Percent, Percentage, Sum
from pushcore.errors import InvalidValue
from pushcore.payouts.fee_rules import piece_at

FIVE = Percent(Percentage.of(5))


def by_pieces(rule, minor):
    piece = piece_at(rule.pieces, minor)
    return Fraction(piece.slope * minor + piece.constant, piece.divisor)


@given(rules, minors)
def test_pieces_say_what_the_rule_says(rule, minor):
    assert by_pieces(rule, minor) == exact(rule, minor)


@given(rules)
def test_also_around_every_limit(rule):
    for piece in rule.pieces:
        for minor in {max(piece.start - 1, 0), piece.start, piece.start + 1}:
            assert by_pieces(rule, minor) == exact(rule, minor)


@given(rules)
def test_pieces_start_at_zero_and_rise(rule):
    starts = [piece.start for piece in rule.pieces]
    assert starts[0] == 0
    assert starts == sorted(set(starts))


@given(rules, rules, minors)
def test_a_sum_has_no_order(one, other, minor):
    assert by_pieces(Sum([one, other]), minor) == by_pieces(Sum([other, one]), minor)


def test_below_is_strict():
    rule = Below(eur("10.00"), plus(5, "0.05"), plus(3, "0.20"))
    assert [by_pieces(rule, minor) for minor in (999, 1000)] == [Fraction(5495, 100), 50]


def test_one_limit_after_the_other():
    rule = Below(eur("10.00"), FIVE, Below(eur("20.00"), plus(3, "0.20"), plus(2, "0.50")))
    assert [piece.start for piece in rule.pieces] == [0, 1000, 2000]
    assert [by_pieces(rule, minor) for minor in (900, 1000, 1900, 2000)] == [45, 50, 77, 90]


def test_nothing_lies_below_zero():
    assert [piece.start for piece in Below(eur("0.00"), FIVE, FIVE).pieces] == [0]


def test_a_rule_names_its_amounts():
    rule = Below(eur("10.00"), plus(5, "0.05"), Sum([FIVE, plus(3, "0.20")]))
    assert [amount.text for amount in rule.amounts] == ["10.00", "0.05", "0.20"]
    assert FIVE.amounts == ()


@pytest.mark.parametrize(
    "junk", [None, 5, "5", Percentage.of(5), Money.of(5, "EUR"), Percent, [FIVE]], ids=repr
)
def test_rules_are_made_of_rules(junk):
    for make in (
        lambda: Sum([junk]),
        lambda: Sum([FIVE, junk]),
        lambda: Below(eur("1"), junk, FIVE),
        lambda: Below(eur("1"), FIVE, junk),
    ):
        with pytest.raises(
            InvalidValue, match=r"(Sum.rules|Below.then|Below.otherwise): expected a fee rule, got"
        ):
            make()


@pytest.mark.parametrize("junk", [(), [], None, 5, "ab"], ids=repr)
def test_a_sum_is_of_something(junk):
    with pytest.raises(InvalidValue, match="expected a"):
        Sum(junk)


@given(st.integers(-(10**9), -1))
def test_ho01_nothing_is_negative(minor):
    for make in (
        lambda: Percent(Percentage.of_basis_points(minor)),
        lambda: Fixed(Money.of_minor(minor, "EUR")),
        lambda: Below(Money.of_minor(minor, "EUR"), FIVE, FIVE),
    ):
        with pytest.raises(InvalidValue, match="expected at least zero, got"):
            make()
