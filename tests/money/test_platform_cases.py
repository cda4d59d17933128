"""What platforms publish or test about amounts, each cited by its id in the collection of cases."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest

from pushcore import (
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    Money,
    Percent,
    Percentage,
    Rounding,
    Settlement,
    Sum,
)
from pushcore.errors import InvalidValue
from pushcore.money import ExchangeRate, Remainder

HALF_UP = Rounding.HALF_UP
LIBERAPAY = Remainder.LOWEST_RATIO


def eur(text):
    return Money.of(text, "EUR")


def usd(text):
    return Money.of(text, "USD")


def texts(amounts):
    return [amount.text for amount in amounts]


def rate_of(base, quote, rate):
    return ExchangeRate(base, quote, rate, as_of=date(2026, 1, 2), source="the case")


def share_out(amount, *weights, **options):
    """Liberapay's way: weights are amounts, rounds are counted from one."""
    turn = options.pop("round", 1) - 1
    for name in ("targets", "caps"):
        if name in options:
            options[name] = [eur(text) for text in options[name]]
    if "minimum" in options:
        options["minimum"] = eur(options["minimum"])
    return texts(
        eur(amount).allocate([Decimal(weight) for weight in weights], rule=LIBERAPAY, turn=turn, **options)
    )


@pytest.mark.parametrize(
    ("amount", "parts"),
    [("6.01", ["6.00", "0.01"]), ("20.01", ["20.00", "0.01"]), ("40.02", ["40.00", "0.02"])],
)
def test_low_exact_and_high_amounts(amount, parts):  # LP01, LP02, lp-split-1
    assert share_out(amount, "20.00", "0.01") == parts


def test_targets_prorated_where_there_is_too_little():  # lp-split-partial
    assert share_out("0.99", "1.23", "4.56", targets=["7.89", "0.01"]) == ["0.98", "0.01"]


def test_the_odd_cent_rotates():  # lp-split-tie-rotation
    rounds = [share_out("0.99", "1", "1", targets=["0.50", "0.50"], round=n) for n in (1, 2, 3)]
    assert rounds == [["0.50", "0.49"], ["0.49", "0.50"], ["0.50", "0.49"]]


def test_no_part_below_the_minimum():  # lp-split-minimum
    assert share_out("5.01", "10.00", "0.02", minimum="0.02") == ["5.01", "0.00"]


@pytest.mark.parametrize("n", range(1, 10))
def test_below_the_minimum_one_wins_by_turns(n):  # LP09, lp-split-minimum-rotation
    parts = share_out("0.06", "0.30", "0.20", "0.10", minimum="0.05", round=n)
    assert parts == ["0.06" if place == (n - 1) % 3 else "0.00" for place in range(3)]


def test_targets_and_a_minimum():  # LP04
    assert share_out("7.90", "1.23", "4.56", targets=["7.89", "0.01"], minimum="0.03") == ["7.90", "0.00"]
    rounds = [
        share_out("7.91", "1.23", "4.56", "0.01", targets=["7.89", "0.01", "0.01"], minimum="0.02", round=n)
        for n in (1, 2)
    ]
    assert rounds == [["7.89", "0.02", "0.00"], ["7.89", "0.00", "0.02"]]


def test_members_converge_to_equal_weeks_paid_in_advance():  # LP24
    """Takes of 100 and 200; what 3 and 16 were given before evens out with what a gift nets after its fee."""
    takes, before = ("100.00", "200.00"), ("3.00", "16.00")
    gift = eur("6.80") - eur("0.60")
    total = gift + eur(before[0]) + eur(before[1])
    due = [share - eur(had) for share, had in zip(total.allocate([1, 2]), before, strict=True)]
    assert share_out(gift.text, *takes, targets=texts(due)) == ["5.40", "0.80"]
    assert share_out((eur("3.30") - eur("0.30")).text, *takes) == ["1.00", "2.00"]


def test_maxima():  # LP06
    parts = share_out("12.00", "1.23", "4.56", "0.01", caps=["6.00", "6.00", "0.00"])
    assert parts == ["6.00", "6.00", "0.00"]


def test_indivisible_team_income():  # LP11
    assert share_out("0.85", *"1111111", round=1) == ["0.13", *["0.12"] * 6]
    assert share_out("0.85", *"1111111", round=2) == ["0.12", "0.13", *["0.12"] * 5]
    assert share_out("0.89", *"1111111", round=3) == ["0.12", "0.12", *["0.13"] * 5]


def test_underfunded_team():  # LP12
    assert share_out("0.26", "1.00", "1.00", caps=["1.00", "1.00"]) == ["0.13", "0.13"]


@pytest.mark.parametrize(
    ("euros", "dollars", "a", "b"),
    [
        (["0.50", "0.50"], ["0.60", "0.60"], ("1.00", "0.00"), ("0.00", "1.20")),  # LP14
        (["0.75", "0.75"], ["0.30", "0.30"], ("1.00", "0.00"), ("0.50", "0.60")),  # LP15
        (["0.10", "0.10"], ["0.25", "0.25"], ("0.20", "0.13"), ("0.00", "0.37")),  # LP16
    ],
)
def test_a_team_in_two_currencies_converts_no_money(euros, dollars, a, b):
    """Two equal takes, of 1.00 EUR and 1.20 USD: each gets the own currency first, then what is missing."""
    rate = rate_of("EUR", "USD", "1.2")
    euros, dollars = Money.total(map(eur, euros), "EUR"), Money.total(map(usd, dollars), "USD")
    worth = rate.convert(euros, HALF_UP).result + dollars
    take = min(usd("1.20"), worth.split(2)[0])  # what each is due, in dollars
    due = rate.inverse().convert(take, HALF_UP).result
    in_euros = [min(due, euros), euros - min(due, euros)]
    missing = [take - rate.convert(part, HALF_UP).result for part in in_euros]
    in_dollars = dollars.allocate([amount.minor for amount in missing])
    assert [(x.text, y.text) for x, y in zip(in_euros, in_dollars, strict=True)] == [a, b]
    assert (Money.total(in_euros, "EUR"), Money.total(in_dollars, "USD")) == (euros, dollars)


def test_conversions():  # LP17
    euro = rate_of("EUR", "USD", "1.20")
    assert euro.convert(eur("1.00"), HALF_UP).result == usd("1.20")
    pounds = rate_of("CHF", "GBP", "0.82").convert(Money.of("1.00", "CHF"), HALF_UP).result
    assert pounds == Money.of("0.82", "GBP")
    yen = rate_of("USD", "JPY", 125 / euro.rate).convert(usd("1.20"), HALF_UP).result
    assert yen == Money.of(125, "JPY")


@pytest.mark.parametrize(("currency", "parts", "result"), [
    ("EUR", ("0.001", "0.009", "0.002"), ["0.00", "0.00", "0.01"]),
    ("JPY", ("0.1", "0.9", "0.2"), ["0", "0", "1"]),
])  # fmt: skip
def test_rounding(currency, parts, result):  # LP18
    one, roundings = Money.of(1, currency), (HALF_UP, Rounding.DOWN, Rounding.UP)
    assert [one.times(Decimal(part), way).text for part, way in zip(parts, roundings, strict=True)] == result


@pytest.mark.parametrize(
    ("tip", "currency", "factor", "result"),
    [
        ("1.00", "USD", Fraction(12, 52), "0.23"),
        ("10.00", "USD", Fraction(1, 52), "0.19"),
        ("10.00", "USD", Fraction(1, 12), "0.83"),
        ("5200.00", "EUR", Fraction(1, 52), "100.00"),
        ("5200.00", "EUR", Fraction(1, 12), "433.33"),
        ("5000", "JPY", Fraction(1, 52), "96"),
        ("5000", "JPY", Fraction(1, 12), "417"),
    ],
)
def test_tips_by_the_week_and_by_the_month(tip, currency, factor, result):  # LP27, LP28
    assert Money.of(tip, currency).times(factor, HALF_UP).text == result


@pytest.mark.parametrize(
    ("amount", "currency", "percent", "fee"),
    [
        ("100.00", "USD", "3.5", "3.50"),
        ("100.00", "EUR", "5", "5.00"),
        ("100.00", "USD", "0", "0.00"),
        ("1.00", "USD", "3.5", "0.04"),
        ("100", "JPY", "3.5", "4"),
        ("110", "JPY", "15", "17"),
        ("100", "JPY", "15", "15"),
        ("110", "KRW", "15", "17"),
    ],
)
def test_percentage_fees(amount, currency, percent, fee):  # OC06, OC07
    assert Money.of(amount, currency).times(Percentage.of(percent), HALF_UP).text == fee


def test_hundredths_of_a_won():  # OC08
    won = [
        Money.of(1, "KRW").times(Fraction(hundredths, 100), HALF_UP).minor
        for hundredths in (1650, 1049, 1050, 550)
    ]
    assert won == [17, 10, 11, 6]


def test_one_stored_rate_for_all_parts_of_a_refund():  # OC12
    stored = rate_of("EUR", "USD", "1.1")
    assert stored.convert(eur("50.00"), HALF_UP).result == usd("55.00")
    fee = stored.inverse().convert(usd("1.75"), HALF_UP)
    returned, cover = fee.part(usd("1.00")), fee.part(usd("0.75"), before=usd("1.00"))
    assert texts([returned, cover, fee.result]) == ["0.91", "0.68", "1.59"]
    today = rate_of("EUR", "USD", "1.1742").inverse()
    assert today.convert(usd("0.75"), HALF_UP).result == eur("0.64")  # the cover that loses four cents


def test_rates_of_their_day():  # OC31, OC33
    assert rate_of("EUR", "USD", "1.079").convert(eur("1.00"), HALF_UP).result == usd("1.08")
    assert rate_of("EUR", "USD", "1.0533").convert(eur("1.00"), HALF_UP).result == usd("1.05")
    tip = rate_of("USD", "EUR", "0.804").convert(usd("5.00"), HALF_UP)
    assert (tip.result, tip.rate.rate) == (eur("4.02"), Fraction("0.804"))


def test_amounts_as_people_and_files_write_them():  # HO06
    typed = [
        Money.parse(text, "USD", locale="en_US").minor for text in ("$11.11", "11.00", "111111111111.11")
    ]
    assert typed == [1111, 1100, 11_111_111_111_111]
    assert texts([Money.of_minor(110, "USD"), Money.of_minor(100, "USD")]) == ["1.10", "1.00"]  # never "1"


def test_no_cent_is_lost_on_the_way_in():  # HO07
    assert [usd(text).minor for text in ("0.29", "19.99", "1.15")] == [29, 1999, 115]


def test_instalments():  # PX15
    for amount, parts in (("100.00", ["33.33", "33.33", "33.34"]), ("0.04", ["0.01", "0.01", "0.02"])):
        assert texts(eur(amount).allocate([1, 1, 1], rule=Remainder.LAST)) == parts
    for count in (0, -1):
        with pytest.raises(InvalidValue, match="cannot split"):
            eur("100.00").split(count)


@pytest.mark.parametrize(
    ("percent", "payable", "fee"),
    [("7", "55.80", "4.20"), ("12", "52.80", "7.20"), ("5", "57.00", "3.00"), ("10", "54.00", "6.00")],
)
def test_fee_and_payable_are_what_was_raised(percent, payable, fee):  # BB30
    raised = Money.total([eur("15.00")] * 4, "EUR")
    taken = raised.times(Percentage.of(percent), HALF_UP)
    assert texts([raised - taken, taken]) == [payable, fee]


def test_the_factor_never_was_a_float():  # BB31
    kept = Percentage.of(100 - 7)
    assert texts([eur("3.50").times(kept, HALF_UP), eur("0.50").times(kept, HALF_UP)]) == ["3.26", "0.47"]
    assert Fraction(1 - 0.07) * 350 < Fraction("325.5")  # which is how 3.26 became 3.25


def test_a_refund_in_parts_is_what_was_paid():  # XX05
    paid = Money.of(9, "EUR").times(Decimal("13.9563"), HALF_UP)
    unit = Money.of(1, "EUR").times(Decimal("13.9563"), HALF_UP)
    assert texts([paid, unit * 9]) == ["125.61", "125.64"]
    upto = [paid.times(Fraction(n, 9), HALF_UP) for n in range(10)]
    refunds = [after - before for before, after in pairwise(upto)]
    assert Money.total(refunds, "EUR") == Money.total(paid.split(9), "EUR") == paid


def test_a_fee_for_the_exchange_and_one_of_what_was_there_before_it():  # stripe-sg-fx
    settled = rate_of("CAD", "SGD", "0.8").convert(Money.of("125.00", "CAD"), HALF_UP).result
    lines = {
        "exchange": Percent(Percentage.of(2)),
        "processing": Sum([Percent(Percentage.of("3.4")), Fixed(Money.of("0.50", "SGD"))]),
    }
    fees = FeeSchedule([FeeLine(name, FeeBase.PLEDGE, rule, HALF_UP) for name, rule in lines.items()])
    settlement = Settlement.empty(fees, "SGD").add([settled])
    exchange, processing = settlement.fees.values()
    assert texts([exchange, settled - exchange, processing, settlement.net]) == [
        "2.00",
        "98.00",
        "3.90",
        "94.10",
    ]
