"""Random fee rules, and what they come to by their definition, in fractions."""

from fractions import Fraction
from math import ceil, floor

from hypothesis import strategies as st

from pushcore import Below, FeeBase, FeeLine, FeeSchedule, Fixed, Money, Percent, Percentage, Rounding, Sum

HALF = Fraction(1, 2)

minors = st.integers(0, 30) | st.integers(0, 10_000) | st.integers(0, 10**15)
amounts = st.builds(Money.of_minor, st.integers(0, 2_000), st.just("EUR"))
percentages = st.fractions(0, 150, max_denominator=60).map(Percentage.of)
rules = st.recursive(
    st.builds(Percent, percentages) | st.builds(Fixed, amounts),
    lambda rules: (
        st.builds(Sum, st.lists(rules, min_size=1, max_size=3)) | st.builds(Below, amounts, rules, rules)
    ),
    max_leaves=6,
)
roundings = st.sampled_from(Rounding)
names = st.sampled_from(["platform", "processing", "tax", "insurance"])
lines = st.builds(FeeLine, names, st.sampled_from(FeeBase), rules, roundings)
schedules = st.lists(lines, max_size=4, unique_by=lambda line: line.name).map(FeeSchedule)


def eur(text):
    return Money.of(text, "EUR")


def plus(percent, fixed, currency="EUR"):
    """So many percent plus a fixed amount, rounded together."""
    return Sum([Percent(Percentage.of(percent)), Fixed(Money.of(fixed, currency))])


def exact(rule, minor):
    match rule:
        case Percent(rate):
            return rate.fraction * minor
        case Fixed(amount):
            return Fraction(amount.minor)
        case Sum(parts):
            return sum((exact(part, minor) for part in parts), Fraction(0))
        case Below(limit, then, otherwise):
            return exact(then if minor < limit.minor else otherwise, minor)


ROUNDED = {
    Rounding.HALF_UP: lambda x: floor(x + HALF),
    Rounding.HALF_CEILING: lambda x: floor(x + HALF),
    Rounding.HALF_DOWN: lambda x: ceil(x - HALF),
    Rounding.HALF_FLOOR: lambda x: ceil(x - HALF),
    Rounding.HALF_EVEN: round,
    Rounding.HALF_ODD: lambda x: round(x + 1) - 1,
    Rounding.UP: ceil,
    Rounding.CEILING: ceil,
    Rounding.DOWN: floor,
    Rounding.FLOOR: floor,
}
"""Each rounding of a fraction that is not negative, as its definition says."""


def fee_by_definition(line, minor):
    return ROUNDED[line.rounding](exact(line.rule, minor)) if minor else 0


def ties(line, below=400):
    """Amounts at which the fee lies exactly between two units, or where its rule changes."""
    starts = [piece.start + step for piece in line.rule.pieces for step in (-1, 0, 1)]
    halves = [minor for minor in range(below) if exact(line.rule, minor).denominator == 2]
    return [minor for minor in (*starts, *halves[:20]) if minor >= 0]
