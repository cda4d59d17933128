"""Grossing up: against the definition of every line, payment by payment, and the worked cases."""

import pytest
from fee_oracle import (
    METHODS,
    by_creator,
    eur,
    exact,
    minors,
    percentages,
    plus,
    rules,
    schedules,
    taken_by_definition,
)
from hypothesis import given
from hypothesis import strategies as st

from pushcore import FeeBase, FeeLine, FeeSchedule, Fixed, Money, Percent, Percentage, Rounding
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.payouts import (
    Below,
    Bracket,
    Brackets,
    Breakdown,
    Clamp,
    FeeBearer,
    FundingSource,
    GrossUp,
    break_down,
    gross_up,
    largest_within,
    smallest_worth,
)
from pushcore.payouts._stretches import stretches

MOST = 400
ways = st.fixed_dictionaries({"method": st.sampled_from(METHODS), "source": st.sampled_from(FundingSource)})


def percent(text):
    return Percent(Percentage.of(text))


def line(name, rule, base="pledge", rounding=Rounding.HALF_UP, **more):
    return FeeLine(name, FeeBase(base), rule, rounding, **more)


def one(rule, rounding=Rounding.HALF_UP):
    return FeeSchedule([line("card", rule, rounding=rounding)])


def cents(minor):
    return Money.of_minor(minor, "EUR")


def left_of(schedule, method, source):
    """What is left of each payment, smallest first, by the definition."""
    taken = [
        taken_by_definition(schedule, [(minor, method, source)] if minor else []) for minor in range(MOST)
    ]
    return [minor - by_creator(schedule, found) for minor, found in enumerate(taken)]


def first(payments, wanted):
    return next((minor for minor, net in enumerate(payments) if wanted(net)), None)


@given(schedules(limited=True), ways, st.integers(0, 200))
def test_no_smaller_payment_leaves_as_much(schedule, way, wanted):
    payments = left_of(schedule, **way)
    least = first(payments, lambda net: net >= wanted)
    try:
        found = gross_up(schedule, cents(wanted), **way)
    except InvalidValue:
        assert least is None
        return
    if least is None:
        assert found.paid.amount.minor >= MOST
        return
    assert found.paid == break_down(schedule, cents(least), **way)
    assert found.paid.net.minor == payments[least]
    exactly = first(payments, lambda net: net == wanted)
    told = MOST if found.exactly is None else found.exactly.amount.minor
    assert told == exactly if exactly is not None else told >= MOST
    if found.paid.net == found.wanted:
        assert (found.exactly, found.below, found.nearest) == (found.paid, None, found.paid)
    else:
        below = max(payments[:least])
        assert found.below == break_down(schedule, cents(payments.index(below)), **way)
        assert found.below.net.minor == below
    gaps = [abs(it.net - found.wanted) for it in (found.exactly, found.paid, found.below) if it is not None]
    assert abs(found.nearest.net - found.wanted) == min(gaps)


@given(schedules(limited=True, withheld=False), ways, st.integers(0, MOST - 1))
def test_no_larger_amount_is_paid_by_a_balance(schedule, way, balance):
    payments = left_of(schedule, **way)
    on_top = [2 * minor - net for minor, net in enumerate(payments)]
    most = max(minor for minor, all_ in enumerate(on_top) if all_ <= balance)
    found = largest_within(schedule, cents(balance), **way)
    assert (found.amount.minor, found.on_top.minor) == (most, on_top[most])


@given(schedules(limited=True), ways, minors)
def test_a_payment_is_what_the_settlement_of_it_is(schedule, way, minor):
    found = break_down(schedule, cents(minor), **way)
    taken = taken_by_definition(schedule, [(minor, way["method"], way["source"])] if minor else [])
    assert {name: fee.minor for name, fee in found.fees.items()} == taken
    total = Money.total((*found.fees.values(), found.net), "EUR")
    assert found.amount + Money.total(found.borne.values(), "EUR") == total
    assert (found.fee, found.on_top) == (found.amount - found.net, found.amount * 2 - found.net)


@given(rules, percentages)
def test_no_smaller_charge_is_worth_its_fee(rule, most):
    worth = first(range(MOST), lambda minor: minor > 0 and exact(rule, minor) <= most.fraction * minor)
    try:
        found = smallest_worth(rule, most, "EUR").minor
    except InvalidValue:
        assert worth is None
        return
    assert found == worth if worth is not None else found >= MOST
    assert exact(rule, found) <= most.fraction * found


@pytest.mark.parametrize(
    ("case", "rule", "net", "amount", "fee"),
    [
        ("LP29", plus("2.9", "0.30"), "10.00", "10.61", "0.61"),
        ("PX11, reversed", percent(5), "100.00", "105.26", "5.26"),
        ("PX11, reversed", plus("2.9", "0.30"), "100.00", "103.30", "3.30"),
        ("akvo-rsr 160: the division is by 1 - fee", percent(10), "90.00", "100.00", "10.00"),
        ("PX12", percent(Percentage.of("100/11").fraction * 100), "100.00", "110.00", "10.00"),
        ("patreon-2017-onbackers, were it taken out", plus("2.9", "0.35"), "1.00", "1.39", "0.39"),
    ],
)
def test_what_is_to_be_paid(case, rule, net, amount, fee):
    found = gross_up(one(rule), eur(net))
    assert (found.paid.amount.text, found.paid.fee.text, found.paid.net.text) == (amount, fee, net), case
    assert found.exactly == found.nearest == found.paid


def test_without_fees_the_sum_is_what_is_paid():
    for net in ("0.00", "0.01", "0.02", "5.00"):
        assert gross_up(FeeSchedule(), eur(net)).paid.amount == eur(net)


def test_stripe_refund_103_a_fee_that_is_put_on_top_is_not_grossed_up():
    schedule = one(plus("2.9", "0.30"))
    assert break_down(schedule, eur("100.00")).on_top == eur("103.20")
    covered = break_down(schedule, eur("103.20"))
    assert (covered.fee.text, covered.net.text) == ("3.29", "99.91")
    assert gross_up(schedule, eur("100.00")).paid.amount == eur("103.30")


def test_snowdrift_threshold_is_of_the_exact_fee():
    """Rounded, 0.42 of 4.22 would be less than a tenth."""
    rule = plus("2.9", "0.30", "USD")
    assert smallest_worth(rule, Percentage.of(10), "USD").text == "4.23"
    assert one(rule).lines[0].fee(Money.of("4.22", "USD")).text == "0.42"


def test_oc28_the_most_that_a_balance_pays_out():
    most = largest_within(one(percent(5)), eur("240.00"))
    assert (most.amount.text, most.fee.text, most.on_top.text) == ("228.57", "11.43", "240.00")


def test_oc28_of_nothing_nothing_is_paid():
    assert largest_within(one(plus(5, "0.30")), eur("0.30")).amount == eur("0.00")
    assert largest_within(one(plus(5, "0.30")), eur("0.31")).amount == eur("0.01")
    assert largest_within(FeeSchedule(), eur("5.00")).amount == eur("5.00")


def test_a_balance_pays_more_where_a_fee_falls():
    """From 10.00 on the fee is 0.10, and 1.00 below: 10.10 pay 10.00, and 10.09 pay 9.09."""
    schedule = one(Below(eur("10.00"), Fixed(eur("1.00")), Fixed(eur("0.10"))))
    assert [largest_within(schedule, eur(it)).amount.text for it in ("10.10", "10.09")] == ["10.00", "9.09"]


def test_a_balance_pays_more_where_a_fee_of_its_source_or_method_falls():
    falling = Below(eur("10.00"), Fixed(eur("1.00")), Fixed(eur("0.10")))
    way = {"source": FundingSource.MATCHED, "method": "card"}
    schedule = FeeSchedule([line("x", falling, sources=[way["source"]], methods=[way["method"]])])
    found = [largest_within(schedule, eur(it), **way).amount.text for it in ("10.10", "10.09")]
    assert found == ["10.00", "9.09"]


def test_ks_fee_micro_boundary_leaves_out_some_sums():
    """At the limit the fee falls, so that what is left jumps from 8.94 to 9.00."""
    micro = Below(eur("10.00"), plus(5, "0.05"), plus(3, "0.20"))
    schedule = FeeSchedule([line("platform", percent(5), "collected"), line("card", micro)])
    for net, nearest in (("8.96", "8.94"), ("8.97", "9.00"), ("8.98", "9.00")):
        found = gross_up(schedule, eur(net))
        assert found.exactly is None
        assert [it.amount.text for it in (found.below, found.paid)] == ["9.99", "10.00"]
        assert found.nearest.net.text == nearest


def test_a_sum_that_is_jumped_over_by_one_fee_that_never_falls_back_is_left_of_nothing():
    micro = Below(eur("10.00"), plus(5, "0.05"), plus(3, "0.20"))
    found = gross_up(one(micro), eur("9.49"))
    assert (found.exactly, found.paid.net.text, found.below.net.text) == (None, "9.50", "9.44")
    assert found.nearest == found.paid
    halved = gross_up(one(Below(eur("10.01"), Fixed(eur("9.00")), percent(50)), Rounding.DOWN), eur("5.00"))
    assert (halved.exactly, halved.paid.amount.text, halved.paid.net.text) == (None, "10.01", "5.01")


def test_a_sum_that_is_jumped_over_may_be_left_of_a_larger_payment():
    """From 10.00 on nothing is taken, from 12.00 on 30 %: 9.50 is left of 13.57, and of nothing smaller."""
    rule = Below(eur("10.00"), percent(10), Below(eur("12.00"), Fixed(eur("0.00")), percent(30)))
    found = gross_up(one(rule), eur("9.50"))
    assert (found.paid.amount.text, found.exactly.amount.text, found.below.amount.text) == (
        "10.00",
        "13.57",
        "9.99",
    )
    assert (found.nearest, found.below.net.text) == (found.exactly, "8.99")


def test_a_fee_of_a_fee_jumps_as_well():
    """Of a service fee of 6.66 and more a tax is withheld, so that more is left all at once."""
    tax = Below(eur("6.66"), percent(0), percent(10))
    schedule = FeeSchedule(
        [line("service", percent(10)), line("tax", tax, "fees", of=["service"], withheld=True)]
    )
    found = gross_up(schedule, eur("60.00"))
    assert [(it.amount.text, it.net.text) for it in (found.below, found.paid)] == [
        ("66.54", "59.89"),
        ("66.55", "60.56"),
    ]
    assert found.paid.fees == {"service": eur("6.66"), "tax": eur("-0.67")}


def test_a_tax_of_a_fee_with_a_limit_and_a_method():
    """Verkami with a fee that only cards pay, and VAT on both."""
    schedule = FeeSchedule(
        [
            line("commission", percent(5), "collected"),
            line("handling", percent("1.35"), "collected", methods=["card"]),
            line("vat", percent(21), "fees", of=["commission", "handling"]),
        ]
    )
    card, transfer = (gross_up(schedule, eur("9231.65"), method=it).paid for it in ("card", "transfer"))
    assert (card.amount.text, card.fees["vat"].text) == ("10000.00", "133.35")
    assert (transfer.amount.text, transfer.fees["handling"].text) == ("9826.14", "0.00")


def test_what_others_bear_is_paid_by_nobody_else():
    schedule = FeeSchedule([line("card", percent(50), bearer=FeeBearer.PLATFORM)])
    paid = gross_up(schedule, eur("10.00")).paid
    assert paid == Breakdown(
        eur("10.00"), {"card": eur("5.00")}, {FeeBearer.PLATFORM: eur("5.00")}, eur("10.00")
    )


def test_large_sums_are_solved_and_not_searched():
    """In all brackets and for a thousand billion: the time does not depend on the sum."""
    rule = Clamp(plus("2.9", "0.30"), at_least=eur("0.50"), at_most=eur("900000000.00"))
    schedule = FeeSchedule(
        [
            line("card", rule),
            line("platform", percent("20/3"), "collected"),
            line("vat", percent(21), "fees", of=["platform"]),
        ]
    )
    for net in ("0.01", "1000000000000.00", "9999999999999.99"):
        found = gross_up(schedule, eur(net))
        assert found.paid.net == eur(net)
        smaller = break_down(schedule, found.paid.amount - eur("0.01"))
        assert smaller.net < eur(net)


@pytest.mark.parametrize(
    "rule", [percent(100), percent(120), Clamp(percent(150), at_least=eur("1.00"))], ids=str
)
def test_no_payment_is_enough_where_fees_take_all(rule):
    with pytest.raises(
        InvalidValue, match=r"^no payment leaves EUR 5\.00: the fees take whatever is added$"
    ) as no:
        gross_up(one(rule), eur("5.00"))
    assert no.value.facts["net"] == eur("5.00")
    with pytest.raises(InvalidValue, match="the fees take whatever is added"):
        gross_up(one(rule), eur("0.02"))
    assert gross_up(one(rule), eur("0.00")).paid.amount == eur("0.00")


def test_no_payment_is_looked_for_where_fees_take_nearly_all():
    """Two halves, each rounded up, leave nothing or less of every payment: there is no end to looking."""
    halves = FeeSchedule([line(name, percent(50)) for name in ("one", "other")])
    with pytest.raises(InvalidValue, match="the fees take nearly all of what is added: no payment is found"):
        gross_up(halves, eur("0.01"))
    nearly = FeeSchedule([line("one", percent("99.9999999")), line("other", percent("0.00000001"))])
    with pytest.raises(InvalidValue, match="the fees take nearly all"):
        gross_up(nearly, eur("0.50"))


def test_a_larger_payment_is_not_looked_for_without_end():
    """From 10.00 on it is free, and from 11.00 on two halves are taken, of which 0.01 is never left."""
    halves = Below(eur("11.00"), Fixed(eur("0.00")), percent(50))
    schedule = FeeSchedule(
        [line("one", Below(eur("10.00"), Fixed(eur("10.00")), halves)), line("two", halves)]
    )
    found = gross_up(schedule, eur("0.01"))
    assert (found.paid.amount.text, found.exactly, found.below.amount.text) == ("10.00", None, "0.00")


def test_fees_that_take_all_of_small_payments_only():
    """0.30 and no more than what is paid: of 0.30 nothing is left, and of 1.00 there are 0.70."""
    found = gross_up(one(Clamp(percent(100), at_most=eur("0.30"))), eur("0.70"))
    assert found.paid.amount == eur("1.00")
    assert gross_up(one(Fixed(eur("0.30"))), eur("0.70")).paid.amount == eur("1.00")


@pytest.mark.parametrize("call", [gross_up, largest_within, break_down])
@pytest.mark.parametrize(
    ("schedule", "amount", "error", "why"),
    [
        (one(percent(5)), 5, InvalidValue, "expected Money, got 5"),
        (None, eur("1.00"), InvalidValue, "the fee schedule: expected FeeSchedule, got None"),
        (one(percent(5)), eur("-0.01"), InvalidValue, r"at least zero.* EUR -0\.01"),
        (
            one(plus(5, "0.05", "USD")),
            eur("1.00"),
            CurrencyMismatch,
            r"names USD 0\.05, but the currency is EUR",
        ),
        (
            FeeSchedule([line("card", percent(5), methods=["card"])]),
            eur("1.00"),
            InvalidValue,
            "say how it was paid",
        ),
    ],
)
def test_junk_is_refused(call, schedule, amount, error, why):
    with pytest.raises(error, match=why):
        call(schedule, amount)


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (
            lambda: smallest_worth(None, Percentage.of(5), "EUR"),
            "a fee rule: expected Percent or Fixed or Sum",
        ),
        (lambda: smallest_worth(percent(5), 5, "EUR"), "the most a fee may be: expected Percentage, got 5"),
        (lambda: smallest_worth(percent(5), Percentage.of(5), "eur"), "unknown currency 'eur'"),
        (lambda: smallest_worth(Fixed(eur("1")), Percentage.of(5), "USD"), "the fee rule names EUR"),
        (
            lambda: smallest_worth(plus(5, "0.30"), Percentage.of(5), "EUR"),
            r"^the fee of every amount is more than 5% of it$",
        ),
        (
            lambda: smallest_worth(
                Below(eur("10.00"), Fixed(eur("1.00")), percent(50)), Percentage.of(10), "EUR"
            ),
            r"^the fee of every amount is more than 10% of it$",
        ),
        (
            lambda: gross_up(one(percent(5)), eur("-0.01")),
            r"^what is to be left is at least zero, got EUR -0\.01$",
        ),
        (
            lambda: largest_within(one(percent(5)), eur("-0.01")),
            r"^a balance is at least zero, got EUR -0\.01$",
        ),
        (lambda: GrossUp(5, None, None, None), "GrossUp.wanted: expected Money, got 5"),
        (
            lambda: GrossUp(eur("1"), break_down(FeeSchedule(), eur("2")), None, None),
            r"^what does not leave exactly EUR 1\.00 lies above a payment that leaves less$",
        ),
        (lambda: Breakdown(eur("1"), {}, {}, 5), "Breakdown.net: expected Money, got 5"),
    ],
)
def test_other_junk_too(call, why):
    with pytest.raises(InvalidValue, match=why):
        call()


def test_nothing_is_withheld_from_fees_on_top():
    schedule = FeeSchedule(
        [line("fee", percent(5)), line("tax", percent(1), "fees", of=["fee"], withheld=True)]
    )
    with pytest.raises(
        InvalidValue, match="a tax is withheld from what is taken out of a payment"
    ) as refused:
        largest_within(schedule, eur("1.00"))
    assert refused.value.facts == {"lines": ("fee", "tax")}


def free_then(*brackets):
    """9.00 below 10.00, and what the brackets say from there on: what is left jumps up, and may fall."""
    several = Brackets(
        [Bracket(Percentage.of(rate), None if it is None else eur(it)) for rate, it in brackets]
    )
    return Below(eur("10.00"), Fixed(eur("9.00")), several)


FALLING = {
    "by one": one(free_then((0, "11.00"), (200, None))),
    "by one up to a limit": one(free_then((0, "11.00"), (200, "15.00"), (0, None))),
    "by one or two": one(free_then((0, "11.00"), (250, None))),
    "by halves": one(free_then((0, "11.00"), (150, None)), Rounding.HALF_EVEN),
    "by two lines": FeeSchedule(
        [line("one", free_then((0, "11.00"), (90, None))), line("two", free_then((0, "11.00"), (90, None)))]
    ),
    "with a tax withheld": FeeSchedule(
        [
            line("fee", free_then((0, "11.00"), (200, None))),
            line("tax", percent(15), "fees", of=["fee"], withheld=True),
        ]
    ),
    "one unit later": one(
        Below(eur("10.00"), Fixed(eur("1.00")), Below(eur("10.01"), Fixed(eur("0.00")), Fixed(eur("0.51"))))
    ),
}


@pytest.mark.parametrize("name", FALLING)
def test_what_is_left_may_fall_back_to_the_sum(name):
    schedule = FALLING[name]
    payments = [break_down(schedule, cents(minor)).net.minor for minor in range(3_000)]
    for wanted in (200, 499, 500, 501, 950, 951, 998):
        found = gross_up(schedule, cents(wanted))
        assert found.paid.amount.minor == first(payments, lambda net, wanted=wanted: net >= wanted)
        exactly = None if found.exactly is None else found.exactly.amount.minor
        assert exactly == first(payments, lambda net, wanted=wanted: net == wanted)


def test_a_payment_that_leaves_exactly_the_sum_is_found_however_far_away():
    """Above a million, a thousandth more than all is taken: so slowly falls what is left, down to 60.00."""
    slowly = Brackets([Bracket(Percentage.of(0), eur("1000000.00")), Bracket(Percentage.of("100.1"))])
    schedule = one(Below(eur("100.00"), Fixed(eur("50.00")), slowly))
    found = gross_up(schedule, eur("60.00"))
    assert (found.paid.amount, found.exactly.net) == (eur("100.00"), eur("60.00"))
    smaller = break_down(schedule, found.exactly.amount - eur("0.01"))
    assert smaller.net == eur("60.01")


def test_the_first_payment_for_which_fees_end_is_not_passed_over():
    """Two fees that are rounded up leave two cents less than 10.01 each time, until they end at 10.10."""
    half = Brackets([Bracket(Percentage.of(0), eur("10.00")), Bracket(Percentage.of("50.1"))])
    until = Below(eur("10.10"), half, Fixed(eur("0.00")))
    schedule = FeeSchedule([line(name, until, rounding=Rounding.UP) for name in ("one", "two")])
    assert gross_up(schedule, eur("10.01")).paid.amount == eur("10.10")


def test_a_tax_of_a_fixed_sum_is_withheld():
    """Of a fee of 10.00, 5.00 are withheld: of 6.00, 1.00 is left."""
    fixed = [
        line("fee", Fixed(eur("10.00"))),
        line("tax", Fixed(eur("5.00")), "fees", of=["fee"], withheld=True),
    ]
    assert gross_up(FeeSchedule(fixed), eur("1.00")).paid.amount == eur("6.00")


@pytest.mark.parametrize(
    ("fee", "tax", "sum_"),
    [(Fixed(eur("0.01")), 100, "1.00"), (percent(1), 10, "0.40")],
    ids=["a cent", "nothing"],
)
def test_a_tax_is_withheld_of_a_cent_and_nothing_of_nothing(fee, tax, sum_):
    lines = [line("fee", fee), line("tax", percent(tax), "fees", of=["fee"], withheld=True)]
    paid = gross_up(FeeSchedule(lines), eur(sum_)).paid
    assert (paid.amount, paid.net) == (eur(sum_), eur(sum_))


def test_one_unit_may_leave_several_more():
    """All that is taken above 10.00 is withheld again, and nothing of the rest."""
    above = Below(
        eur("10.00"),
        percent(0),
        Brackets([Bracket(Percentage.of(0), eur("10.00")), Bracket(Percentage.of(300))]),
    )
    taxed = [line("fee", percent(50)), line("tax", above, "fees", of=["fee"], withheld=True)]
    schedule = FeeSchedule(taxed)
    payments = [break_down(schedule, cents(minor)).net.minor for minor in range(6_000)]
    for wanted in (999, 1_000, 1_001, 1_500, 1_501, 2_999, 3_000):
        found = gross_up(schedule, cents(wanted))
        assert found.paid.amount.minor == first(payments, lambda net, wanted=wanted: net >= wanted)


def test_a_sum_of_which_no_more_is_ever_left():
    """All above 5.00 is taken: 5.00 is left of 5.00, and nothing more of anything."""
    rule = Brackets([Bracket(Percentage.of(0), eur("5.00")), Bracket(Percentage.of(100))])
    assert gross_up(one(rule), eur("5.00")).paid.amount == eur("5.00")
    with pytest.raises(InvalidValue, match="the fees take whatever is added"):
        gross_up(one(rule), eur("5.01"))


@given(schedules(), ways)
def test_stretches_lie_side_by_side(schedule, way):
    found = stretches(schedule, way["method"], way["source"])
    assert [it.start for it in found] == [1, *(it.end for it in found[:-1])]
    assert found[-1].end is None
    assert all(it.trends.keys() == {line.name for line in schedule.lines} for it in found)


def test_a_line_of_another_source_leaves_the_stretches_as_they_are():
    falling = Below(eur("10.00"), Fixed(eur("1.00")), Fixed(eur("0.10")))
    schedule = FeeSchedule([line("x", falling), line("y", percent(1), sources=[FundingSource.MATCHED])])
    found = stretches(schedule, None, FundingSource.BACKER)
    assert [(it.start, it.end) for it in found] == [(1, 1_000), (1_000, None)]


def test_a_tax_on_a_fee_that_is_nothing():
    free = [line("commission", percent(0)), line("vat", plus(21, "1.00"), "fees", of=["commission"])]
    assert gross_up(FeeSchedule(free), eur("0.05")).paid.amount == eur("0.05")


def test_a_tax_on_a_fee_from_a_limit_on():
    """A fee of 10 %, and half as much again where it is 2.00 or more; of less it is the fee alone."""
    half = Below(eur("2.00"), percent(0), percent(50))
    schedule = FeeSchedule([line("fee", percent(10)), line("tax", half, "fees", of=["fee"])])
    payments = [break_down(schedule, cents(minor)).net.minor for minor in range(4_000)]
    for wanted in (5, 900, 1_795, 1_796, 1_797, 2_500):
        found = gross_up(schedule, cents(wanted))
        assert found.paid.amount.minor == first(payments, lambda net, wanted=wanted: net >= wanted)
    assert gross_up(schedule, eur("9.00")).paid.amount == eur("10.00")


def test_a_fee_that_falls_before_there_is_a_tax_on_it():
    """From 10.00 on nothing is taken, from 12.00 on enough to be taxed: 9.94 is left of 10.00 already."""
    free = Below(eur("10.00"), percent(1), Below(eur("12.00"), percent(0), Fixed(eur("0.60"))))
    tax = Below(eur("0.50"), percent(0), percent(10))
    schedule = FeeSchedule([line("fee", free), line("tax", tax, "fees", of=["fee"])])
    found = gross_up(schedule, eur("9.94"))
    assert (found.paid.amount, found.below.amount) == (eur("10.00"), eur("9.99"))
