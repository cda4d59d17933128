"""Random fee rules, and what they come to by their definition, in fractions."""

from fractions import Fraction
from math import ceil, floor

from hypothesis import strategies as st

from pushcore import FeeBase, FeeLine, FeeSchedule, Fixed, Money, Percent, Percentage, Rounding, Sum
from pushcore.payouts import Below, Bracket, Brackets, Clamp, FeeBearer, FundingSource

HALF = Fraction(1, 2)

minors = st.integers(0, 30) | st.integers(0, 10_000) | st.integers(0, 10**15)
amounts = st.builds(Money.of_minor, st.integers(0, 2_000), st.just("EUR"))
percentages = st.fractions(0, 150, max_denominator=60).map(Percentage.of)


@st.composite
def brackets(draw):
    limits = sorted(draw(st.sets(st.integers(1, 2_000), max_size=3)))
    ends = [*(Money.of_minor(limit, "EUR") for limit in limits), None]
    return Brackets([Bracket(draw(percentages), end) for end in ends])


@st.composite
def clamps(draw, rules):
    bounds = sorted([draw(amounts), draw(amounts)])
    least, most = draw(st.sampled_from([(0, 1), (0, None), (None, 1)]))
    return Clamp(
        draw(rules),
        at_least=None if least is None else bounds[least],
        at_most=None if most is None else bounds[most],
    )


rules = st.recursive(
    st.builds(Percent, percentages) | st.builds(Fixed, amounts) | brackets(),
    lambda rules: (
        st.builds(Sum, st.lists(rules, min_size=1, max_size=3))
        | st.builds(Below, amounts, rules, rules, inclusive=st.booleans())
        | clamps(rules)
    ),
    max_leaves=6,
)
roundings = st.sampled_from(Rounding)
names = st.sampled_from(["platform", "processing", "tax", "insurance"])
shares = st.just(Percentage(100)) | st.integers(1, 100).map(Percentage) | st.just(Percentage("200/3"))
bases = st.sampled_from([FeeBase.PLEDGE, FeeBase.COLLECTED])
lines = st.builds(FeeLine, names, bases, rules, roundings, share=shares)
METHODS = ["card", "cheque"]
bearers = st.just(FeeBearer.CREATOR) | st.sampled_from(FeeBearer)
limits = (
    st.lists(st.sampled_from(METHODS), unique=True),
    st.lists(st.sampled_from(FundingSource), unique=True),
)


@st.composite
def schedules(draw, *, limited=False, withheld=True, most=4):
    """Lines of every kind, each of the others before it where it is of others."""
    made = []
    for name in draw(st.lists(names, max_size=most, unique=True)):
        line = draw(lines)
        of = [it.name for it in made if not it.withheld]
        creators = [it.name for it in made if not it.withheld and it.bearer is FeeBearer.CREATOR]
        kind = draw(st.sampled_from(["direct", "direct", "of", "withheld"]))
        more = {}
        if kind == "direct" or not of or (kind == "withheld" and not creators):
            more["bearer"] = draw(bearers)
            more["estimate"] = line.base is FeeBase.PLEDGE and draw(st.booleans())
            if limited:
                more["methods"], more["sources"] = (draw(names) for names in limits)
        elif kind == "withheld" and withheld:
            more = {"base": FeeBase.FEES, "withheld": True}
            more["of"] = draw(st.lists(st.sampled_from(creators), min_size=1, unique=True))
        else:
            more = {"base": FeeBase.FEES, "bearer": draw(bearers)}
            more["of"] = draw(st.lists(st.sampled_from(of), min_size=1, unique=True))
        fields = {"base": line.base, "share": line.share} | more
        base = fields.pop("base")
        made.append(FeeLine(name, base, line.rule, line.rounding, **fields))
    return FeeSchedule(made)


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
            below = minor <= limit.minor if rule.inclusive else minor < limit.minor
            return exact(then if below else otherwise, minor)
        case Brackets(several):
            paid, start = Fraction(0), 0
            for bracket in several:
                end = minor if bracket.up_to is None else min(minor, bracket.up_to.minor)
                paid += bracket.rate.fraction * max(end - start, 0)
                start = max(start, end)
            return paid
        case Clamp(inner):
            fee = exact(inner, minor)
            if rule.at_least is not None:
                fee = max(fee, Fraction(rule.at_least.minor))
            return fee if rule.at_most is None else min(fee, Fraction(rule.at_most.minor))


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
    """What a line comes to, rounded once."""
    return ROUNDED[line.rounding](exact(line.rule, line.share.fraction * minor)) if minor else 0


def taken_by_definition(schedule, payments, actual=()):
    """What each line comes to, true-ups beside: payments are of an amount, a method and a source each.

    Of ``actual``, each is of a line, what was really taken, and the amounts and the way they were paid.
    """
    found = {}
    for line in schedule.lines:
        if line.of:
            base = sum(found[name] + found.get(f"{name}/true-up", 0) for name in line.of)
            fee = fee_by_definition(line, base)
            if line.withheld:
                fee = -min(fee, base, by_creator(schedule, found))
        else:
            mine = [minor for minor, method, source in payments if pays(line, method, source)]
            parts = mine if line.base is FeeBase.PLEDGE else [sum(mine)]
            fee = sum(fee_by_definition(line, minor) for minor in parts)
        found[line.name] = fee
        if line.estimate:
            found[f"{line.name}/true-up"] = sum(
                really - sum(fee_by_definition(line, minor) for minor in minors if pays(line, *how))
                for name, really, minors, how in actual
                if name == line.name
            )
    return found


def pays(line, method, source):
    return (not line.methods or method in line.methods) and (not line.sources or source in line.sources)


def by_creator(schedule, found):
    """What of the lines so far is taken out of the proceeds."""
    mine = {line.name for line in schedule.lines if line.bearer is FeeBearer.CREATOR}
    return sum(fee for name, fee in found.items() if name.removesuffix("/true-up") in mine)


def ties(line, below=400):
    """Amounts at which the fee lies exactly between two units, or where its rule changes."""
    share = line.share.fraction
    starts = [floor(piece.start / share) + step for piece in line.rule.pieces for step in (-1, 0, 1, 2)]
    halves = [minor for minor in range(below) if exact(line.rule, share * minor).denominator == 2]
    return [minor for minor in (*starts, *halves[:20]) if minor >= 0]
