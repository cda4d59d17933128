"""Yearly totals: each fact in the period it happened in, on the calendar of a zone."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from funding_houses import ALL_BACK, heard
from hypothesis import given
from hypothesis import strategies as st
from lanterne import END, collected, money

from pushcore import (
    FeeBearer,
    FeeSchedule,
    Money,
    PayoutPlan,
    PayoutSchedule,
    Percentage,
    Posting,
    SplitPlan,
    Tranche,
    Transaction,
    WireFee,
    Zone,
    pay_back_debt,
    pay_out,
    prepare_payouts,
    refund_pledge,
    return_payout,
    settle_campaign,
    state_account,
)
from pushcore.books import THRESHOLDS, PeriodTotals, ReportingThreshold, YearTotals, reportable, year_totals
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.gateway import DisputeState, DisputeTold
from pushcore.ledger import Balance, TransactionPhase, chart, recipes
from pushcore.testing import strategies

PARIS, UTC_ZONE = Zone("Europe/Paris"), Zone("UTC")
POSTED = TransactionPhase.POSTED
FIRST_QUARTER_ENDS = datetime(2026, 3, 31, 22, tzinfo=UTC)  # midnight in Paris


def charge(n, amount, at, campaign_id="c"):
    return recipes.charge(f"p{n}/charge/1", campaign_id, amount, at, phase=POSTED)


def usd(text):
    return Money.of(text, "USD")


def totals(entries, payee_id="lune", campaigns=("c",), currency="EUR", year=2026, zone=PARIS):
    return year_totals(entries, payee_id, campaigns, currency=currency, year=year, zone=zone)


def test_a_year_of_a_real_campaign():
    ports = collected("60.00", "40.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    ports.clock.set(END + timedelta(days=60))
    pay_out(ports, "lanterne", actor="clerk")
    entries = list(ports.store.transactions())
    year = totals(entries, "director", ["lanterne"])
    first, second, *_ = year.quarters
    assert (first.gross, first.payments, first.fees) == (money("100.00"), 2, money("8.40"))
    assert (first.credited, first.paid) == (money("64.12"), money("0.00"))
    assert (second.paid, second.payouts) == (money("64.12"), 1)
    band = totals(entries, "band", []).total
    assert (band.gross, band.payments, band.fees) == (money("0.00"), 0, money("0.00"))
    assert (band.credited, band.paid) == (money("27.48"), money("27.48"))


def test_quarters_begin_and_end_in_the_zone():
    before, after = FIRST_QUARTER_ENDS - timedelta.resolution, FIRST_QUARTER_ENDS
    entries = [charge(1, money("1.00"), before), charge(2, money("2.00"), after)]
    assert [it.gross.text for it in totals(entries).quarters] == ["1.00", "2.00", "0.00", "0.00"]
    assert [it.gross.text for it in totals(entries, zone=UTC_ZONE).quarters] == [
        "3.00",
        "0.00",
        "0.00",
        "0.00",
    ]
    new_year = datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert totals([charge(1, money("1.00"), new_year)]).total.payments == 0
    assert totals([charge(1, money("1.00"), new_year)], year=2027).months[0].payments == 1


BY = {"actor": "clerk"}
TWO = PayoutSchedule([Tranche(portion=Percentage.of(50), after_days=days) for days in (0, 30)])


def paid_out(**plan):
    """A campaign of 100.00 without fees, all of it the creator's, and paid out as far as it is due."""
    plan = PayoutPlan(**plan)
    ports = collected(
        "60.00", "40.00", fees=FeeSchedule(), splits=SplitPlan(), refunds=ALL_BACK, payouts=plan
    )
    settle_campaign(ports, "lanterne", **BY)
    pay_out(ports, "lanterne", **BY)
    return ports


def sent_again(ports):
    prepare_payouts(ports, "lanterne", **BY)
    pay_out(ports, "lanterne", **BY)


def disputed(ports, state, day):
    told = DisputeTold(
        dispute_id="dp_1",
        charged="p0/charge/1",
        amount=money("60.00"),
        state=DisputeState(state),
        at=END + timedelta(days=day),
    )
    heard(ports, told)


def credited_and_paid(ports):
    """By quarter, as far as there is anything."""
    year = totals(list(ports.store.transactions()), campaigns=["lanterne"])
    found = [(it.credited.text, it.paid.text) for it in year.quarters]
    return [it for it in found if it != ("0.00", "0.00")]


def test_a_transfer_that_comes_back_was_credited_once():
    """It is reported in the quarter in which it was credited, and that is not touched when it comes back."""
    ports = paid_out()
    ports.clock.set(FIRST_QUARTER_ENDS)
    return_payout(ports, "lanterne/lune", costs_back=False, **BY)
    assert credited_and_paid(ports) == [("100.00", "100.00"), ("0.00", "-100.00")]
    ports.clock.set(FIRST_QUARTER_ENDS + timedelta(days=92))
    sent_again(ports)
    assert credited_and_paid(ports) == [("100.00", "100.00"), ("0.00", "-100.00"), ("0.00", "100.00")]
    statement, year = state_account(ports, "lanterne"), totals(ports.store.transactions()).total
    assert (year.credited, year.paid) == (statement.payees["lune"], statement.paid["lune"])
    assert year.payouts == 2


@pytest.mark.parametrize(("costs_back", "paid"), [(True, "75.00"), (False, "50.00")])
def test_what_sending_costs_was_not_sent(costs_back, paid):
    ports = paid_out(wire=WireFee(money("25.00")))
    assert credited_and_paid(ports) == [("100.00", "75.00")]
    return_payout(ports, "lanterne/lune", costs_back=costs_back, **BY)
    assert credited_and_paid(ports) == [("100.00", "0.00")]
    sent_again(ports)
    assert credited_and_paid(ports) == [("100.00", paid)]


@pytest.mark.parametrize(("bearer", "paid"), [("creator", "95.00"), ("platform", "100.00")])
def test_what_a_bank_kept_of_a_transfer_that_came_back_was_not_sent(bearer, paid):
    ports = paid_out(return_bearer=FeeBearer(bearer))
    return_payout(ports, "lanterne/lune", costs_back=False, came_back=money("95.00"), **BY)
    sent_again(ports)
    assert credited_and_paid(ports) == [("100.00", paid)]


def test_what_is_paid_back_beyond_a_debt_and_sent_again_counts_once():
    ports = paid_out()
    refund_pledge(ports, "p1", wanted=money("10.00"), key="k", **BY)
    pay_back_debt(ports, "lune", money("50.00"), key="iban", campaign_id="lanterne", **BY)
    assert credited_and_paid(ports) == [("100.00", "60.00")]
    pay_out(ports, "lanterne", **BY)
    assert credited_and_paid(ports) == [("100.00", "100.00")]


def test_a_debt_that_is_called_off_once_it_was_paid_back_is_not_credited_again():
    ports = paid_out()
    disputed(ports, "lost", 0)
    pay_back_debt(ports, "lune", money("60.00"), key="iban", **BY)
    disputed(ports, "won", 1)
    pay_out(ports, "lanterne", **BY)
    assert credited_and_paid(ports) == [("100.00", "100.00")]


def test_what_was_set_off_counts_as_paid_whether_the_debt_stands_or_not():
    ports = paid_out(schedule=TWO)
    refund_pledge(ports, "p1", wanted=money("10.00"), key="k", **BY)
    disputed(ports, "lost", 0)
    ports.clock.advance(timedelta(days=31))
    pay_out(ports, "lanterne", **BY)
    assert credited_and_paid(ports) == [("100.00", "100.00")]
    disputed(ports, "won", 40)
    assert credited_and_paid(ports) == [("100.00", "60.00")]
    pay_out(ports, "lanterne", **BY)
    assert credited_and_paid(ports) == [("100.00", "100.00")]


def test_what_goes_back_is_told_apart():
    at = datetime(2026, 5, 1, tzinfo=UTC)
    entries = [
        charge(1, money("10.00"), at),
        *recipes.give_back("p1", "c", money("10.00"), at),
        recipes.refund("p1/refund/1", "c", money("10.00"), at, phase=POSTED),
        recipes.charge("p2/charge/1", "c", money("5.00"), at),
        charge(3, money("7.00"), at, "other"),
        charge(4, usd("7.00"), at),
        recipes.deposit("c", money("3.00"), at),
    ]
    may = totals(entries).months[4]
    assert (may.gross, may.payments, may.returned) == (money("10.00"), 1, money("10.00"))
    assert totals(entries, currency="USD").total.gross == usd("7.00")


def test_what_goes_back_of_no_pledge_that_is_known_counts_in_full():
    """An entry of another make, whose id names no pledge."""
    at = datetime(2026, 5, 1, tzinfo=UTC)
    held, owed = chart.held_account("c"), chart.refunds_account("c")
    went = Transaction("t1", "give-back", at, [Posting(held, money("4.00")), Posting(owed, money("-4.00"))])
    may = totals([charge(1, money("10.00"), at), went]).months[4]
    assert (may.gross, may.payments, may.returned) == (money("10.00"), 1, money("4.00"))


def test_what_was_brought_over_was_reported_elsewhere():

    zero, at = money("0"), datetime(2026, 5, 1, tzinfo=UTC)
    accounts = (
        chart.held_account("c"),
        chart.fee_account("c", "card"),
        chart.payee_account("c", "lune"),
    )
    balances = [Balance(account, zero, money("9.00"), zero, zero) for account in accounts]
    entry = recipes.opening("k", "c", zero.currency, balances, at)
    assert totals([entry]) == totals([])


@given(strategies.year_values())
def test_quarters_and_months_are_the_year(year):
    assert [it.span.since for it in year.quarters] == [it.span.since for it in year.months[::3]]
    for name in ("gross", "payments", "returned", "fees", "credited", "paid", "payouts"):
        months = [getattr(it, name) for it in year.months]
        whole = sum(months[1:], months[0])
        assert whole == getattr(year.total, name)


def of_us(gross, payments, year=2026):
    entry = totals([], currency="USD", year=year)
    first = attrs.evolve(entry.months[0], gross=usd(gross), payments=payments)
    return attrs.evolve(entry, months=[first, *entry.months[1:]])


@pytest.mark.parametrize(
    ("gross", "payments", "year", "reported"),
    [
        ("20000.00", 300, 2026, False),
        ("20000.01", 200, 2026, False),
        ("20000.01", 201, 2026, True),
        ("5000.00", 1, 2024, False),
        ("5000.01", 1, 2024, True),
        ("5000.01", 1, 2025, False),
        ("20000.01", 201, 2023, True),
        ("20000.01", 201, 2010, False),
    ],
)
def test_the_federal_threshold_by_year(gross, payments, year, reported):
    assert (reportable(of_us(gross, payments, year), ["US"]) == ("US",)) is reported


def test_states_have_thresholds_of_their_own():
    states = ["US", "US-MA", "US-IL", "US-NJ", "US-MO"]
    assert reportable(of_us("599.99", 50), states) == ()
    assert reportable(of_us("600.00", 1), states) == ("US-MA",)
    assert reportable(of_us("1000.01", 3), states) == ("US-MA", "US-NJ")
    assert reportable(of_us("1200.00", 4), states) == ("US-MA", "US-IL", "US-NJ", "US-MO")


def test_one_of_two_can_be_enough():
    def eu(gross, payments):
        entry = totals([])
        first = attrs.evolve(entry.months[0], gross=money(gross), payments=payments)
        return attrs.evolve(entry, months=[first, *entry.months[1:]])

    assert reportable(eu("2000.00", 29), ["EU-goods", "US"]) == ()
    assert reportable(eu("2000.01", 1), ["EU-goods"]) == ("EU-goods",)
    assert reportable(eu("1.00", 30), ["EU-goods"]) == ("EU-goods",)
    assert reportable(attrs.evolve(eu("2000.01", 30), year=2022), ["EU-goods"]) == ()
    assert all(it.source for it in THRESHOLDS)


@pytest.mark.parametrize("authority", ["EU-good", "EU-services", "EU", None, 42, ["US"]])
def test_who_has_no_threshold_is_not_taken_for_one_that_is_not_reached(authority):
    known = [THRESHOLDS[0], THRESHOLDS[3], THRESHOLDS[0]]
    with pytest.raises(InvalidValue) as no:
        reportable(totals([]), ["US", authority], known)
    assert str(no.value).startswith("there are thresholds of US, US-DC, not of ")
    with pytest.raises(InvalidValue, match=r"thresholds of nobody, not of 'US'"):
        reportable(totals([]), ["US"], [])


def test_periods_of_two_currencies_are_not_added():
    with pytest.raises(CurrencyMismatch):
        totals([]).months[0] + totals([], currency="USD").months[1]
    with pytest.raises(TypeError):
        totals([]).months[0] + 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: totals([None]),
        lambda: totals([], 1),
        lambda: totals([], "lune", [1]),
        lambda: totals([], "lune", "c"),
        lambda: totals([], currency="x"),
        lambda: totals([], year=0),
        lambda: totals([], zone="UTC"),
        lambda: attrs.evolve(totals([]), months=[]),
        lambda: reportable(None, ["US"]),
        lambda: reportable(totals([]), "US"),
        lambda: reportable(totals([]), ["US"], [1]),
        lambda: THRESHOLDS[0].holds("2026"),
        lambda: ReportingThreshold("", 1, 1, money("1"), 1, "x"),
        lambda: YearTotals("lune", 2026, PARIS, money("1").currency, [None] * 12),
        lambda: PeriodTotals(None, *[None] * 7),
    ],
    ids=range(15),
)
def test_what_makes_no_totals_is_refused(make):
    with pytest.raises(InvalidValue):
        make()


@given(st.integers(1, 12))
def test_each_month_holds_what_happened_in_it(month):
    year = totals([charge(1, money("1.00"), datetime(2026, month, 15, tzinfo=UTC))])
    assert [it.payments for it in year.months] == [int(n == month) for n in range(1, 13)]
