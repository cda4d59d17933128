"""Settlements: one fold over what was collected, the same however it is divided and ordered."""

import tracemalloc
from functools import reduce

import pytest
from fee_oracle import METHODS, by_creator, eur, plus, schedules, taken_by_definition
from hypothesis import given
from hypothesis import strategies as st

from pushcore import (
    Below,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    Money,
    Percent,
    Percentage,
    Rounding,
    Settlement,
)
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.payouts import FundingSource

few = st.lists(st.integers(1, 30) | st.integers(1, 2_000) | st.integers(1, 10**12), max_size=12)
many = st.builds(lambda minors, times, step: [minor + step * n for n in range(times) for minor in minors],
                 few, st.integers(1, 60), st.sampled_from([0, 0, 7]))  # fmt: skip
"""Also more than are read at once, repeating and all different."""


def cents(minors):
    return [Money.of_minor(minor, "EUR") for minor in minors]


def taken(settlement):
    return {name: fee.minor for name, fee in settlement.fees.items()}


def settled(schedule, minors):
    return Settlement.empty(schedule, "EUR").add(cents(minors))


def line(name, base, rule, rounding=Rounding.HALF_UP):
    return FeeLine(name, FeeBase(base), rule, rounding)


def percent(text):
    return Percent(Percentage.of(text))


@given(schedules(), many)
def test_it_comes_to_the_sum_of_what_each_line_takes(schedule, minors):
    settlement = settled(schedule, minors)
    assert (settlement.collected.minor, settlement.pledges) == (sum(minors), len(minors))
    payments = [(minor, None, None) for minor in minors]
    assert taken(settlement) == taken_by_definition(schedule, payments)
    assert list(settlement.fees) == list(schedule.names)


@given(schedules(), many)
def test_net_is_what_is_left_and_what_is_missing_is_a_debt(schedule, minors):
    settlement = settled(schedule, minors)
    fees, borne = (Money.total(parts.values(), "EUR") for parts in (settlement.fees, settlement.borne))
    assert settlement.collected + settlement.debt + borne == fees + settlement.net
    assert min(settlement.net, settlement.debt) == eur("0.00")
    assert settlement.net <= settlement.collected
    assert all(part.minor >= 0 for part in settlement.borne.values())
    assert (settlement.collected - settlement.net + settlement.debt).minor == by_creator(
        schedule, taken(settlement)
    )


@given(schedules(), many, st.data())
def test_any_parts_in_any_order_give_the_same(schedule, minors, data):
    shuffled = data.draw(st.permutations(minors)) if len(minors) < 50 else minors[::-1]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(minors)), max_size=6)))
    parts = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(minors)], strict=True)]
    merged, added = settled(schedule, []), settled(schedule, [])
    for part in data.draw(st.permutations(parts)):
        merged = merged.merge(settled(schedule, part))
        added = added.add(cents(part))
    assert merged == added == settled(schedule, minors)


@given(schedules(), few, few, few)
def test_merging_has_no_order_and_no_grouping(schedule, some, more, rest):
    a, b, c = (settled(schedule, minors) for minors in (some, more, rest))
    assert a.merge(b) == b.merge(a)
    assert a.merge(b).merge(c) == a.merge(b.merge(c))
    assert a.merge(settled(schedule, [])) == a


@given(schedules(), many)
def test_a_stream_is_as_good_as_a_list(schedule, minors):
    assert Settlement.empty(schedule, "EUR").add(amount for amount in cents(minors)) == settled(
        schedule, minors
    )


ways = st.tuples(st.sampled_from(METHODS), st.sampled_from(FundingSource))
batches = st.lists(st.tuples(few, ways, st.none() | st.integers(0, 3_000)), max_size=5)
"""Amounts that were paid in one way each, and what a provider really took of some of them."""


def added(settlement, batch):
    minors, (method, source), really = batch
    estimates = settlement.schedule.estimates
    actual = None if really is None else {line.name: Money.of_minor(really, "EUR") for line in estimates}
    return settlement.add(cents(minors), method=method, source=source, actual=actual)


def told(batches, schedule):
    """The same for the definition: every payment, and what was really taken for each line."""
    payments = [(minor, *way) for minors, way, _ in batches for minor in minors]
    actual = [
        (line.name, really, minors, way)
        for minors, way, really in batches
        if really is not None
        for line in schedule.estimates
    ]
    return payments, actual


@given(schedules(limited=True), batches)
def test_each_payment_pays_the_lines_that_are_for_it(schedule, batches):
    settlement = reduce(added, batches, Settlement.empty(schedule, "EUR"))
    assert taken(settlement) == taken_by_definition(schedule, *told(batches, schedule))


@given(schedules(limited=True), batches, st.data())
def test_ways_to_pay_and_what_was_really_taken_have_no_order_either(schedule, batches, data):
    empty = Settlement.empty(schedule, "EUR")
    merged = empty
    for batch in data.draw(st.permutations(batches)):
        merged = added(empty, batch).merge(merged)
    assert merged == reduce(added, batches, empty)


CARD = FeeSchedule(
    [
        line("platform", "collected", percent("5")),
        line("processing", "pledge", Below(eur("10.00"), plus(5, "0.05"), plus(3, "0.20"))),
    ]
)


def test_it_takes_no_more_memory_for_more_pledges():
    def peak(count):
        tracemalloc.start()
        Settlement.empty(CARD, "EUR").add(Money.of_minor(minor, "EUR") for minor in range(1, count + 1))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(40_000) < 1.5 * peak(4_000) < 1_000_000


@pytest.mark.parametrize("place", [0, 1, 511, 512, 1_300])
@pytest.mark.parametrize(
    ("wrong", "error", "why"),
    [
        (Money.zero("EUR"), InvalidValue, r"a collected amount is above zero, got EUR 0\.00"),
        (Money.of(-5, "EUR"), InvalidValue, r"a collected amount is above zero, got EUR -5\.00"),
        (
            Money.of(5, "USD"),
            CurrencyMismatch,
            r"a collected pledge names USD 5\.00, but the currency is EUR",
        ),
        (None, InvalidValue, "a collected amount: expected Money, got None"),
        (500, InvalidValue, "a collected amount: expected Money, got 500"),
    ],
    ids=["zero", "negative", "dollars", "none", "int"],
)
@pytest.mark.parametrize("step", [0, 1], ids=["repeating", "distinct"])
def test_one_wrong_amount_is_refused(place, wrong, error, why, step):
    amounts = cents(100 + step * n for n in range(1_301))
    amounts[place] = wrong
    with pytest.raises(error, match=why) as refused:
        Settlement.empty(CARD, "EUR").add(amounts)
    assert wrong in refused.value.facts.values()


@pytest.mark.parametrize("junk", [None, 5, "500", {"a": 1}, Money.of(5, "EUR")], ids=repr)
def test_several_amounts_are_added(junk):
    with pytest.raises(InvalidValue, match="expected a sequence, got"):
        Settlement.empty(CARD, "EUR").add(junk)


def test_an_error_while_the_amounts_are_read_is_not_hidden():
    def broken():
        yield eur("1.00")
        raise AttributeError("mine")  # noqa: EM101

    with pytest.raises(AttributeError, match="mine"):
        Settlement.empty(CARD, "EUR").add(broken())


def test_only_what_goes_together_is_merged():
    euros, dollars = (Settlement.empty(FeeSchedule(), currency) for currency in ("EUR", "USD"))
    with pytest.raises(CurrencyMismatch):
        euros.merge(dollars)
    with pytest.raises(
        InvalidValue, match=r"^only settlements of the same fee schedule are merged$"
    ) as refused:
        euros.merge(settled(CARD, []))
    assert refused.value.facts == {"other": CARD}
    with pytest.raises(InvalidValue, match="what is merged: expected Settlement, got None"):
        euros.merge(None)


def test_a_schedule_is_of_the_currency_that_is_settled():
    with pytest.raises(CurrencyMismatch, match=r"the fee schedule names EUR 10\.00, but the currency is USD"):
        Settlement.empty(CARD, "USD")
    with pytest.raises(InvalidValue, match="what is settled by: expected FeeSchedule, got None"):
        Settlement.empty(None, "EUR")
    with pytest.raises(InvalidValue, match="unknown currency 'eur'"):
        Settlement.empty(CARD, "eur")


@pytest.mark.parametrize("fees", [(), (1, 2)], ids=repr)
def test_there_is_one_sum_for_each_line_of_pledges(fees):
    with pytest.raises(InvalidValue, match=rf"{len(fees)} fees do not fit 1 lines") as refused:
        Settlement(CARD, eur("5.00"), 1, fees)
    assert refused.value.facts == {"minors": fees}
    for what, more in {"parts of the total": "part_minors", "true-ups": "true_up_minors"}.items():
        with pytest.raises(InvalidValue, match=rf"^1 {what} do not fit 0 lines that have them$"):
            Settlement(CARD, eur("5.00"), 1, [30], **{more: [1]})
    assert Settlement(CARD, eur("5.00"), 1, [30]) == settled(CARD, [500])


def test_pledges_are_counted_from_zero_on():
    with pytest.raises(InvalidValue, match=r"^Settlement\.pledges: expected at least 0, got -1$"):
        Settlement(CARD, eur("5.00"), -1, [30])


def figures(settlement):
    return [fee.text for fee in settlement.fees.values()], settlement.net.text


def total(*lines):
    """A schedule of lines that are all taken of the collected total."""
    return FeeSchedule([line(f"line {n}", "collected", rule) for n, rule in enumerate(lines)])


def test_ks_fee_micropledge():
    """50 pledges of 1.00 and 10 of 25.00: the small ones pay 5 % + 0.05 each, the others 3 % + 0.20."""
    assert figures(settled(CARD, [100] * 50 + [2500] * 10)) == (["15.00", "14.50"], "270.50")


def test_ks_fee_100_backers_10000():
    assert figures(settled(CARD, [10_000] * 100)) == (["500.00", "320.00"], "9180.00")


@pytest.mark.parametrize(
    ("case", "collected", "schedule", "fees", "net"),
    [
        ("igg-card-3pct", "10000.00", total(percent(5), percent(3)), ["500.00", "300.00"], "9200.00"),
        ("wemakeit-10pct", "10000.00", total(percent(6), percent(4)), ["600.00", "400.00"], "9000.00"),
        ("startnext-voluntary", "10000.00", total(percent(4), percent(3)), ["400.00", "300.00"], "9300.00"),
        ("wefunder-7.9", "100000.00", total(percent("7.9")), ["7900.00"], "92100.00"),
        ("republic-us-7-2, in cash", "500000.00", total(percent(7)), ["35000.00"], "465000.00"),
        ("patreon-10-usd", "10.00", total(percent(8), plus("3.9", "0.30")), ["0.80", "0.69"], "8.51"),
        ("patreon-10-eur-2025", "10.00", total(percent(10), plus("3.4", "0.35")), ["1.00", "0.69"], "8.31"),
        ("CA07", "20000.00", total(percent(13)), ["2600.00"], "17400.00"),
        ("LP20", "24.99", total(Fixed(eur("1.06"))), ["1.06"], "23.93"),
        ("LP22", "100.00", total(Fixed(eur("3.50"))), ["3.50"], "96.50"),
        (
            "OC09, oc-vat-121",
            "121.00",
            total(*(Fixed(eur(text)) for text in ("21.00", "5.00", "3.00", "5.00"))),
            ["21.00", "5.00", "3.00", "5.00"],
            "87.00",
        ),
        (
            "verkami-invoice: 5 %, 1.35 % and 21 % VAT on both",
            "10000.00",
            total(percent(5), percent("1.35"), percent(Percentage.of("6.35").fraction * 21)),
            ["500.00", "135.00", "133.35"],
            "9231.65",
        ),
        (
            "crowdfunder-sponsor-fee: 5 % + 250.00, and 20 % VAT on both",
            "10000.00",
            total(plus(5, "250.00"), plus(1, "50.00")),
            ["750.00", "150.00"],
            "9100.00",
        ),
    ],
)
def test_tariffs_on_the_total(case, collected, schedule, fees, net):
    settlement = Settlement.empty(schedule, "EUR").add([eur(collected)])
    assert figures(settlement) == (fees, net), case


@pytest.mark.parametrize(
    ("rate", "fee", "payable"),
    [(7, "4.20", "55.80"), (12, "7.20", "52.80"), (5, "3.00", "57.00"), (10, "6.00", "54.00")],
)
def test_bb30_fee_and_payable_are_the_whole(rate, fee, payable):
    assert figures(settled(total(percent(rate)), [1500] * 4)) == ([fee], payable)


@pytest.mark.parametrize(("raised", "payable"), [(350, "3.26"), (50, "0.47")])
def test_bb31_the_payable_is_rounded_half_up_where_the_fee_is_rounded_half_down(raised, payable):
    schedule = FeeSchedule([line("platform", "collected", percent(7), Rounding.HALF_DOWN)])
    assert settled(schedule, [raised]).net.text == payable


def test_batching_20x1():
    """Twenty charges of 1.00 cost 6.58 when rounded once, and 6.60 when each is rounded as it is taken."""
    rule = plus("2.9", "0.30")
    each = settled(FeeSchedule([line("processing", "pledge", rule)]), [100] * 20)
    assert figures(each) == (["6.60"], "13.40")
    assert figures(settled(total(plus("2.9", "6.00")), [100] * 20)) == (["6.58"], "13.42")
    assert figures(settled(total(rule), [100] * 20)) == (["0.88"], "19.12")


def test_bb03_each_currency_is_settled_apart():
    """What was booked counts: two gifts shown as 200 dollars were booked as 150 euros each."""
    booked = [*[Money.of(150, "EUR")] * 10, *[Money.of(100, "USD")] * 10]
    totals = {}
    for amount in booked:
        empty = Settlement.empty(FeeSchedule(), amount.currency)
        totals[amount.currency.code] = totals.get(amount.currency.code, empty).add([amount])
    assert {code: total.net.text for code, total in totals.items()} == {"EUR": "1500.00", "USD": "1000.00"}
    assert [total.pledges for total in totals.values()] == [10, 10]
