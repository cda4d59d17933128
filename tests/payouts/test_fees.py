"""Fee lines: the exact fee of an amount, rounded once, as the line says."""

import pytest
from fee_oracle import (
    amounts,
    eur,
    fee_by_definition,
    lines,
    minors,
    names,
    plus,
    roundings,
    rules,
    schedules,
    ties,
)
from hypothesis import given
from hypothesis import strategies as st

from pushcore import (
    Below,
    Currency,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    Money,
    Percent,
    Percentage,
    Rounding,
    Sum,
)
from pushcore.errors import CurrencyMismatch, InvalidValue


def line_of(rule, rounding=Rounding.HALF_UP):
    return FeeLine("processing", FeeBase.PLEDGE, rule, rounding)


def percent(text, rounding=Rounding.HALF_UP):
    return line_of(Percent(Percentage.of(text)), rounding)


def fees(line, *texts, currency="EUR"):
    return [line.fee(Money.of(text, currency)).text for text in texts]


@given(lines, minors)
def test_the_fee_is_the_exact_one_rounded_once(line, minor):
    assert line.fee(Money.of_minor(minor, "EUR")).minor == fee_by_definition(line, minor)


@given(lines)
def test_also_at_ties_and_limits(line):
    for minor in ties(line):
        assert line.fee(Money.of_minor(minor, "EUR")).minor == fee_by_definition(line, minor)


@given(lines, st.lists(minors.filter(bool)))
def test_many_amounts_are_summed_at_once(line, many):
    many += [minor for minor in ties(line) if minor]
    assert line.summed()(many) == sum(fee_by_definition(line, minor) for minor in many)


@given(rules, roundings)
def test_nothing_is_taken_of_nothing(rule, rounding):
    assert line_of(rule, rounding).fee(Money.zero("EUR")) == Money.zero("EUR")


@given(lines, amounts)
def test_an_amount_below_zero_is_refused(line, amount):
    with pytest.raises(
        InvalidValue, match=f"fee {line.name} is taken of an amount of at least zero, not of EUR -"
    ):
        line.fee(-amount - eur("0.01"))


@pytest.mark.parametrize("junk", [None, 5, "5.00", Percentage.of(5)], ids=repr)
def test_a_fee_is_taken_of_money(junk):
    with pytest.raises(InvalidValue, match="what fee processing is taken of: expected Money, got"):
        percent("5").fee(junk)


def test_currencies_never_mix():
    ten = Money.of(10, "USD")
    dollars = Below(ten, Percent(Percentage.of(5)), Percent(Percentage.of(3)))
    with pytest.raises(
        CurrencyMismatch, match=r"^fee processing names USD 10\.00, but .* is EUR$"
    ) as refused:
        line_of(dollars).fee(eur("5.00"))
    assert refused.value.facts == {"amount": ten, "currency": Currency.of("EUR")}
    assert fees(percent("5"), "100", currency="JPY") == ["5"]


@pytest.mark.parametrize("junk", [None, 5, "5%", Percentage.of(5), Percent], ids=repr)
def test_a_line_has_a_rule(junk):
    with pytest.raises(InvalidValue, match=r"FeeLine\.rule: expected a fee rule, got"):
        line_of(junk)


def test_a_line_is_known_by_what_it_says():
    assert percent("5") == percent("5.0")
    assert hash(percent("5")) == hash(percent("5.0"))
    assert percent("5") != percent("5", Rounding.FLOOR)
    assert "_pieces" not in repr(percent("5"))


@given(schedules())
def test_a_schedule_lists_its_lines(schedule):
    own = [name for name in schedule.names if not name.endswith("/true-up")]
    assert own == [line.name for line in schedule.lines]
    assert {line for base in FeeBase for line in schedule.of(base)} == set(schedule.lines)
    assert all(line.base is FeeBase.PLEDGE for line in schedule.of(FeeBase.PLEDGE))
    assert schedule.amounts == sum((line.rule.amounts for line in schedule.lines), ())


@given(st.lists(names))
def test_names_of_lines_are_unique(found):
    several = [FeeLine(name, FeeBase.PLEDGE, plus(3, "0.20"), Rounding.HALF_UP) for name in found]
    if len(set(found)) == len(found):
        assert FeeSchedule(several).names == tuple(found)
    else:
        with pytest.raises(InvalidValue, match=r"fee line '.*' stands twice"):
            FeeSchedule(several)


def test_ho01_a_rounded_percentage_and_30_cents():
    """A ceiling of the percentage plus whole cents is a ceiling of both."""
    taken = [
        fees(line_of(plus(rate, "0.30", "USD"), Rounding.UP), "100.00", currency="USD")
        for rate in (4, "2.2", 6)
    ]
    assert taken == [["4.30"], ["2.50"], ["6.30"]]


def test_ks_fee_micro_boundary():
    """At 7.50 both tariffs come to 0.425; exactly 10.00 pays the usual one."""
    micro, usual = plus(5, "0.05"), plus(3, "0.20")
    line = line_of(Below(eur("10.00"), micro, usual))
    assert fees(line, "7.50", "9.00", "10.00") == ["0.43", "0.50", "0.50"]
    assert fees(line_of(micro), "7.50") == fees(line_of(usual), "7.50") == ["0.43"]
    assert fees(line_of(micro, Rounding.HALF_EVEN), "7.50") == ["0.42"]


@pytest.mark.parametrize(
    ("case", "rate", "amount", "currency", "fee"),
    [
        ("OC06", "3.5", "100.00", "USD", "3.50"),
        ("OC06", "5", "100.00", "EUR", "5.00"),
        ("OC06", "0", "100.00", "EUR", "0.00"),
        ("OC06", "3.5", "1.00", "USD", "0.04"),
        ("OC07", "3.5", "100", "JPY", "4"),
        ("OC07", "15", "110", "JPY", "17"),
        ("OC07", "15", "100", "JPY", "15"),
        ("OC07", "15", "110", "KRW", "17"),
        ("OC02, the share of the platform", "15", "4.50", "USD", "0.68"),
        ("OC20, a tip", "15", "20.84", "EUR", "3.13"),
        ("OC21, a tip", "15", "110", "JPY", "17"),
        ("CA09, what the platform keeps of a chargeback", "13", "200.00", "BRL", "26.00"),
    ],
)
def test_percentages_are_rounded_in_the_units_of_the_currency(case, rate, amount, currency, fee):
    assert fees(percent(rate), amount, currency=currency) == [fee], case


@pytest.mark.parametrize(
    ("case", "rule", "amount", "fee"),
    [
        ("patreon-002", plus(5, "0.30"), "1.00", "0.35"),
        ("patreon-10-usd", plus("3.9", "0.30"), "10.00", "0.69"),
        ("patreon-10-eur-2025", plus("3.4", "0.35"), "10.00", "0.69"),
        ("patreon-2017-onbackers", plus("2.9", "0.35"), "1.00", "0.38"),
        ("batching-20x1", plus("2.9", "0.30"), "20.00", "0.88"),
        ("stripe-sg-fx", plus("3.4", "0.50"), "100.00", "3.90"),
        ("stripe-refund-103", plus("2.9", "0.30"), "100.00", "3.20"),
        ("PX11", plus(5, "0.30"), "100.00", "5.30"),
        ("ulule-backer-fee", plus("2.2", "0.10"), "100.00", "2.30"),
    ],
)
def test_a_percentage_and_a_fixed_amount(case, rule, amount, fee):
    assert fees(line_of(rule), amount) == [fee], case


def test_a_tax_on_a_fee_is_a_rule_of_its_own():
    """A fee of 20/3 % plus VAT of 20 % is 8 %, and 6.67 % is not."""
    net = Percent(Percentage.of("20/3"))
    tax = Percent(Percentage.of("4/3"))
    assert fees(line_of(Sum([net, tax])), "10000.00") == fees(percent("8"), "10000.00") == ["800.00"]
    assert fees(line_of(Sum([Percent(Percentage.of("6.67")), tax])), "10000.00") == ["800.33"]


def test_a_fixed_fee():
    assert fees(line_of(Fixed(eur("0.25"))), "0.10", "1000.00") == ["0.25", "0.25"]
