"""Fee rules: whatever is composed of whatever, the pieces say what the definition says."""

from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

import pytest
from fee_oracle import brackets, eur, exact, minors, plus, rules
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Below, FeeBase, FeeLine, Fixed, Money, Percent, Percentage, Rounding, Sum
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.payouts import Bracket, Brackets, Clamp
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
        near = (piece.start, floor(piece.start), ceil(piece.start), Fraction(1, 7) + piece.start)
        for minor in {*near, max(piece.start - 1, 0), piece.start + 1}:
            assert by_pieces(rule, minor) == exact(rule, minor)


@given(rules)
def test_pieces_start_at_zero_and_rise(rule):
    starts = [piece.place for piece in rule.pieces]
    assert starts[0] == (0, False)
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


ULULE = [("20/3", "100000.00"), ("35/6", "250000.00"), ("5", "500000.00"), ("25/6", None)]
"""Of what is paid by card; published as 6.67, 5.83, 5 and 4.17 % (support.ulule.com, 211812409)."""


def marginal(*rates):
    return Brackets([Bracket(Percentage.of(rate), None if end is None else eur(end)) for rate, end in rates])


@pytest.mark.parametrize(
    ("raised", "fee"),
    [
        ("100.00", "6.67"),
        ("100000.00", "6666.67"),
        ("100000.10", "6666.67"),
        ("250000.00", "15416.67"),
        ("500000.00", "27916.67"),
        ("1000000.00", "48750.00"),
    ],
)
def test_ulule_brackets_are_marginal(raised, fee):
    line = FeeLine("commission", FeeBase.COLLECTED, marginal(*ULULE), Rounding.HALF_UP)
    assert line.fee(eur(raised)).text == fee


@given(brackets())
def test_brackets_never_jump(rule):
    for before, piece in pairwise(rule.pieces):
        ends = [Fraction(it.slope * piece.start + it.constant, it.divisor) for it in (before, piece)]
        assert ends[0] == ends[1]


def test_a_clamp_is_crossed_between_two_units():
    """2.5 %, at least 5.00: of 200.00 on; 1/3 %, at most 0.01: above 3.00."""
    least = Clamp(Percent(Percentage.of("2.5")), at_least=eur("5.00"), at_most=eur("250.00"))
    assert [piece.start for piece in least.pieces] == [0, 20_000, 1_000_000]
    assert [by_pieces(least, minor) for minor in (1, 20_000, 20_001)] == [500, 500, Fraction(20_001, 40)]
    assert [by_pieces(least, minor) for minor in (1_000_000, 1_000_001)] == [25_000, 25_000]
    third = Clamp(Percent(Percentage.of("3")), at_most=eur("0.01"))
    assert [piece.start for piece in third.pieces] == [0, Fraction(100, 3)]


def test_a_flat_rule_is_raised_or_lowered_whole():
    flat = Fixed(eur("0.30"))
    bounds = [("at_least", "0.31"), ("at_least", "0.30"), ("at_most", "0.30"), ("at_most", "0.29")]
    clamped = [Clamp(flat, **{bound: eur(text)}) for bound, text in bounds]
    assert [by_pieces(it, 500) for it in clamped] == [31, 30, 30, 29]
    assert all(len(it.pieces) == 1 for it in clamped)


def test_a_limit_belongs_to_the_one_side_or_the_other():
    """patreon: at or below 3.00 another tariff than above it."""
    small, usual = plus(5, "0.10"), plus("2.9", "0.30")
    up_to = Below(eur("3.00"), small, usual, inclusive=True)
    below = Below(eur("3.00"), small, usual)
    assert [by_pieces(up_to, minor) for minor in (299, 300, 301)] == [
        by_pieces(small, 299),
        by_pieces(small, 300),
        by_pieces(usual, 301),
    ]
    assert by_pieces(below, 300) == by_pieces(usual, 300)
    assert by_pieces(up_to, Fraction(601, 2)) == by_pieces(usual, Fraction(601, 2))


def test_what_is_composed_names_its_amounts():
    bounds = Clamp(marginal(("5", "1.00"), ("4", None)), at_least=eur("0.10"), at_most=eur("9.00"))
    assert [amount.text for amount in bounds.amounts] == ["0.10", "9.00", "1.00"]
    assert [amount.text for amount in marginal(*ULULE).amounts] == ["100000.00", "250000.00", "500000.00"]


@pytest.mark.parametrize(
    "ends",
    [
        ["5.00"],
        [None, None],
        [None, "5.00"],
        ["5.00", "5.00", None],
        ["5.00", "4.00", None],
        ["0.00", None],
        ["-1.00", None],
    ],
    ids=repr,
)
def test_brackets_rise_and_the_last_has_no_end(ends):
    with pytest.raises(InvalidValue, match="the limits of brackets rise from above zero, and the last") as no:
        marginal(*(("5", end) for end in ends))
    assert no.value.facts["value"] == tuple(eur(end) for end in ends if end is not None)


@pytest.mark.parametrize("junk", [(), [None], [5], ["5"], None, 5, [FIVE]], ids=repr)
def test_brackets_are_of_brackets(junk):
    with pytest.raises(InvalidValue, match=r"expected a (sequence|bracket), got"):
        Brackets(junk)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Bracket(5), "Bracket.rate: expected Percentage, got 5"),
        (lambda: Bracket(Percentage.of(-5)), "Bracket.rate: expected at least zero, got -5%"),
        (lambda: Bracket(Percentage.of(5), "1"), "Bracket.up_to: expected Money or None, got '1'"),
        (lambda: Clamp(FIVE), "give at_least, at_most or both: otherwise the rule stands alone"),
        (lambda: Clamp(None, at_least=eur("1")), "Clamp.rule: expected a fee rule, got None"),
        (lambda: Clamp(FIVE, at_least=5), "Clamp.at_least: expected Money or None, got 5"),
        (lambda: Clamp(FIVE, at_most=eur("-0.01")), r"Clamp.at_most: expected at least zero, got EUR -0\.01"),
        (lambda: Clamp(FIVE, at_least=eur("-0.01")), r"Clamp.at_least: expected at least zero"),
        (
            lambda: Clamp(FIVE, at_least=eur("1.01"), at_most=eur("1.00")),
            r"^a fee of at least EUR 1\.01 is never at most EUR 1\.00$",
        ),
        (lambda: Below(eur("1"), FIVE, FIVE, inclusive=1), "Below.inclusive: expected bool, got 1"),
    ],
)
def test_bounds_that_cannot_be(make, why):
    with pytest.raises(InvalidValue, match=why):
        make()
    assert Clamp(FIVE, at_least=eur("0.00"), at_most=eur("0.00")).pieces


def test_bounds_are_of_one_currency():
    dollar = Money.of(2, "USD")
    for make in (
        lambda: Clamp(FIVE, at_least=eur("1"), at_most=dollar),
        lambda: Brackets([Bracket(Percentage.of(1), it) for it in (eur("1"), dollar, None)]),
    ):
        with pytest.raises(CurrencyMismatch, match=r"EUR 1\.00 and USD 2\.00 are not of one currency") as no:
            make()
        assert no.value.facts == {"amounts": (eur("1"), dollar)}
