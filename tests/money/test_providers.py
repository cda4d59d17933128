"""What providers count in: amounts on the wire, what is paid out, and limits of charges, on a day."""

import decimal
import json
import pickle
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from amounts import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Currency, Money, Rounding
from pushcore._checks import shown
from pushcore.errors import CurrencyMismatch, InvalidDocument, InvalidValue, NotFound, PrecisionLoss
from pushcore.gateway import Abilities
from pushcore.money import ChargeLimit, ProviderCatalogue, Retirement, WireUnit
from pushcore.testing import strategies as a

NOW = date(2026, 11, 1)
STRIPE, PAYPAL, ADYEN = map(ProviderCatalogue.of, ("stripe", "paypal", "adyen"))
DINAR, FORINT = WireUnit("KWD", 3, charge_step=10), WireUnit("HUF", 2, payout_step=100)


def money(text):
    amount, code = text.split()
    return Money.of(amount, code)


# Cases


def test_three_decimals_end_with_a_zero():  # stripe-3dec
    dinar, price = STRIPE.unit("KWD", NOW), money("5.124 KWD")
    assert [dinar.to_wire(price, way) for way in (Rounding.HALF_UP, Rounding.UP)] == [5120, 5130]
    assert dinar.from_wire(5120) == money("5.120 KWD")
    with pytest.raises(
        PrecisionLoss, match=r"KWD 5\.124 cannot be charged exactly.* 3 decimals, in steps of 10"
    ):
        dinar.to_wire(price)


def test_units_that_are_not_those_of_iso():  # stripe-special
    sent = [STRIPE.unit(it.currency, NOW).to_wire(it) for it in (money("5 ISK"), money("5 UGX"))]
    assert sent == [500, 500]
    paid = STRIPE.unit("HUF", NOW).payable(money("10.45 HUF"))
    assert (STRIPE.unit("HUF", NOW).to_wire(paid.paid), paid.left) == (1000, money("0.45 HUF"))


def test_the_provider_of_a_reference(data_dir):
    said = json.loads((data_dir / "reference/stripe_currency_rules.json").read_text(encoding="utf-8"))
    for code in said["zero_decimal"]:
        assert STRIPE.unit(code, NOW).exponent == (2 if code in said["special"] else 0)
    for code in said["three_decimal"]:
        unit = STRIPE.unit(code, NOW)
        assert (unit.exponent, unit.charge_step) == (3, 10)
    known = {unit.currency.code for unit in STRIPE.units}
    assert known == {*said["zero_decimal"], *said["three_decimal"], *said["special"]}
    smallest = STRIPE.smallest_charges([*said["minimum_charge_minor"], "BGN"], NOW)
    assert {code: STRIPE.unit(code, NOW).to_wire(least) for code, least in smallest.items()} == said[
        "minimum_charge_minor"
    ]


@pytest.mark.parametrize(
    ("catalogue", "amount", "units"),
    [
        (STRIPE, "12.34 EUR", 1234),
        (STRIPE, "1234 JPY", 1234),
        (STRIPE, "1234.00 MGA", 1234),
        (STRIPE, "12.34 HUF", 1234),
        (STRIPE, "12.34 TWD", 1234),
        (PAYPAL, "1234.00 HUF", 1234),
        (PAYPAL, "1234.00 TWD", 1234),
        (PAYPAL, "12.34 EUR", 1234),
        (ADYEN, "1234 CLP", 123_400),
        (ADYEN, "1234.00 CVE", 1234),
        (ADYEN, "1234 ISK", 123_400),
        (ADYEN, "1.234 KWD", 1234),
        (ADYEN, "1234 JPY", 1234),
    ],
)
def test_what_is_sent_and_read_back(catalogue, amount, units):
    unit = catalogue.unit(money(amount).currency, NOW)
    assert unit.to_wire(money(amount)) == units
    assert unit.from_wire(units) == money(amount)


# Properties


@given(a.wire_units(), st.data())
def test_what_is_sent_exactly_comes_back(unit, data):
    amount = data.draw(a.amounts(unit.currency))
    try:
        units = unit.to_wire(amount)
    except PrecisionLoss:
        assert unit.to_wire(amount, Rounding.DOWN) != unit.to_wire(amount, Rounding.UP)
    else:
        assert unit.from_wire(units) == amount
        assert units % unit.charge_step == 0
        assert {unit.to_wire(amount, way) for way in Rounding} == {units}


@given(a.wire_units(), st.data(), a.roundings())
def test_what_is_rounded_is_off_by_less_than_a_step(unit, data, rounding):
    amount = data.draw(a.amounts(unit.currency))
    units = unit.to_wire(amount, rounding)
    with decimal.localcontext(HOSTILE):
        assert unit.to_wire(amount, rounding) == units
    exact = Decimal(amount.minor).scaleb(unit.exponent - unit.currency.exponent)
    assert units % unit.charge_step == 0
    assert abs(units - exact) < unit.charge_step


@given(a.wire_units(), st.integers(-(10**9), 10**9))
def test_what_is_read_is_exact_or_refused(unit, units):
    try:
        amount = unit.from_wire(units)
    except PrecisionLoss:
        assert unit.exponent > unit.currency.exponent
    else:
        assert Decimal(amount.minor).scaleb(unit.exponent - unit.currency.exponent) == units


@given(a.wire_units(), st.data())
def test_what_is_paid_and_what_is_left_is_the_balance(unit, data):
    balance = data.draw(a.amounts(unit.currency))
    payable = unit.payable(balance)
    assert payable.paid + payable.left == balance
    wire = Decimal(payable.paid.minor).scaleb(unit.exponent - unit.currency.exponent)
    assert wire % unit.payout_step == 0
    if balance.minor < 0:
        assert not payable.paid
    else:
        a_step_more = payable.paid.minor + unit.payout_step * 10 ** max(
            0, unit.currency.exponent - unit.exponent
        )
        assert payable.paid.minor <= balance.minor < a_step_more


# What is known, and when


@pytest.mark.parametrize("code", ["IQD", "LYD", "CLF"])
def test_what_is_not_known_is_not_guessed(code):
    with pytest.raises(NotFound, match=f"it is not known how stripe counts {code}"):
        STRIPE.unit(code, NOW)


@pytest.mark.parametrize(
    ("code", "last", "said"),
    [
        ("HRK", date(2022, 12, 31), "EUR took its place on 2023-01-01"),
        ("BGN", date(2025, 12, 31), "EUR took its place on 2026-01-01"),
        ("ANG", date(2025, 6, 30), "XCG took its place on 2025-07-01"),
        ("VEF", date(2018, 7, 31), "it was withdrawn in 2018-08"),
    ],
)
def test_a_currency_that_is_gone_is_not_taken(code, last, said):
    assert STRIPE.unit(code, last).exponent == 2
    with pytest.raises(NotFound, match=said):
        STRIPE.unit(code, last + timedelta(days=1))


def test_limits_are_of_a_day():
    asked = ["EUR", "BGN", "KRW", "XCG"]
    assert STRIPE.smallest_charges(asked, date(2020, 1, 1)) == {
        "EUR": money("0.50 EUR"),
        "BGN": money("1.00 BGN"),
    }
    assert STRIPE.smallest_charges(asked, NOW) == {"EUR": money("0.50 EUR"), "KRW": money("50 KRW")}
    assert STRIPE.largest_charges(asked, NOW) == {}


def test_older_copies_differ():
    """A newer page and an older one are rows of one catalogue, each with its days."""
    change = date(2019, 6, 1)
    both = ProviderCatalogue(
        provider="house",
        units=[WireUnit("ISK", 0, until=change), WireUnit("ISK", 2, charge_step=100, since=change)],
        limits=[
            ChargeLimit(least=money("0.60 AUD"), until=change),
            ChargeLimit(least=money("0.50 AUD"), most=money("999999.99 AUD"), since=change),
        ],
        as_in_iso=[],
    )
    days = (change - timedelta(days=1), change)
    assert [both.unit("ISK", on).to_wire(money("5 ISK")) for on in days] == [5, 500]
    assert [both.smallest_charges(["AUD"], on)["AUD"].text for on in days] == ["0.60", "0.50"]
    assert [both.largest_charges(["AUD"], on) for on in days] == [{}, {"AUD": money("999999.99 AUD")}]
    with pytest.raises(NotFound):
        both.unit("EUR", change)


def test_limits_are_abilities_of_an_account():  # with what else the account can do
    account = ["EUR", "SEK"]
    able = Abilities(
        saves_methods=True,
        authorization_lifetime=timedelta(days=7),
        partial_capture=True,
        refunds=True,
        refund_window=None,
        longest_hold=timedelta(days=90),
        smallest_charge=STRIPE.smallest_charges(account, NOW),
        largest_charge=STRIPE.largest_charges(account, NOW),
    )
    assert {code: str(least) for code, least in able.smallest_charge.items()} == {
        "EUR": "EUR 0.50",
        "SEK": "SEK 3.00",
    }


def test_what_was_not_read_at_the_provider_says_so():
    assert all(unit.verified for unit in STRIPE.units)
    assert not any(unit.verified for catalogue in (PAYPAL, ADYEN) for unit in catalogue.units)
    unsure = {limit.currency.code for limit in STRIPE.limits if not limit.verified}
    assert unsure == {"ARS", "COP", "IDR", "ILS", "KRW", "PHP", "RUB", "ZAR"}


@pytest.mark.parametrize("catalogue", [STRIPE, PAYPAL, ADYEN], ids=lambda it: it.provider)
def test_a_catalogue_counts_every_currency_or_says_that_it_does_not_know(catalogue):
    gone = {it.currency for it in Retirement.all()}
    for currency in Currency.all():
        if currency.exponent is None:
            with pytest.raises(InvalidValue, match="no minor unit"):
                catalogue.unit(currency, NOW)
        elif currency.withdrawn is not None:
            assert currency in gone or currency.withdrawn <= NOW
            with pytest.raises(NotFound):
                catalogue.unit(currency, NOW)
        else:
            known = {unit.currency: unit for unit in catalogue.units}.get(currency)
            assert known or currency.exponent in {0, 2, 3, 4}
    assert pickle.loads(pickle.dumps(catalogue)) == catalogue


# What does not fit


@pytest.mark.parametrize("junk", [None, 5, "5.00", 5.0, True, object()], ids=lambda it: type(it).__name__)
def test_only_money_is_counted(junk):
    for call in (DINAR.to_wire, DINAR.payable):
        with pytest.raises(InvalidValue, match="an amount for a provider"):
            call(junk)
    with pytest.raises(InvalidValue):
        DINAR.to_wire(money("1.000 KWD"), junk or 0)


@pytest.mark.parametrize("junk", [None, "5", 5.0, True, Decimal(5)], ids=shown)
def test_only_whole_numbers_are_read(junk):
    with pytest.raises(InvalidValue, match="units of KWD"):
        DINAR.from_wire(junk)


def test_units_are_of_one_currency():
    for call in (DINAR.to_wire, DINAR.payable):
        with pytest.raises(CurrencyMismatch, match="not counted in units of KWD"):
            call(money("5.00 EUR"))


def test_half_a_minor_unit_is_not_read():
    with pytest.raises(PrecisionLoss, match="550 units of ISK are no whole minor units"):
        STRIPE.unit("ISK", NOW).from_wire(550)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"exponent": -1}, "exponent"),
        ({"exponent": 9}, "exponent: expected at most 8"),
        ({"exponent": True}, "exponent"),
        ({"charge_step": 0}, "charge_step"),
        ({"payout_step": 10**10}, "payout_step"),
        ({"since": "2026-01-01"}, "since"),
        ({"until": datetime(2026, 1, 1)}, "until"),
        ({"since": NOW, "until": NOW}, "nothing holds from 2026-11-01 until 2026-11-01"),
        ({"verified": 1}, "verified"),
        ({"currency": "XAU"}, "no minor unit"),
    ],
    ids=str,
)
def test_a_unit_is_well_formed(options, said):
    with pytest.raises(InvalidValue, match=said):
        WireUnit(**{"currency": "EUR", "exponent": 2} | options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "a least or a most amount"),
        ({"least": money("0.00 EUR")}, "above zero"),
        ({"most": 5}, "most"),
        (
            {"least": money("2.00 EUR"), "most": money("1.00 EUR")},
            r"at least EUR 2\.00 and at most EUR 1\.00",
        ),
        ({"least": money("2.00 EUR"), "most": money("3.00 USD")}, "USD"),
        ({"least": money("2.00 EUR"), "since": NOW, "until": date(2020, 1, 1)}, "nothing holds"),
    ],
    ids=str,
)
def test_a_limit_is_well_formed(options, said):
    with pytest.raises(InvalidValue, match=said):
        ChargeLimit(**options)


def test_a_limit_of_one_amount_only():
    euro = money("1.00 EUR")
    assert (
        ChargeLimit(least=euro).currency
        is ChargeLimit(most=euro).currency
        is ChargeLimit(least=euro, most=euro).currency
    )


def test_two_rows_never_hold_on_one_day():
    with pytest.raises(InvalidDocument) as refused:
        ProviderCatalogue(
            provider="house",
            units=[
                WireUnit("EUR", 2, until=NOW),
                WireUnit("USD", 2),
                WireUnit("EUR", 0),
                WireUnit("EUR", 1, since=NOW),
            ],
            limits=[ChargeLimit(least=money("1.00 EUR")), ChargeLimit(most=money("9.00 EUR"))],
            as_in_iso=[2],
        )
    assert list(map(str, refused.value.problems)) == [
        "units.2: two of EUR hold on the same day",
        "units.3: two of EUR hold on the same day",
        "limits.1: two of EUR hold on the same day",
    ]


@pytest.mark.parametrize("name", ["Stripe", "", None, 5, [], b"stripe"], ids=shown)
def test_providers_go_by_name(name):
    with pytest.raises(InvalidValue, match="there are stripe, paypal, adyen"):
        ProviderCatalogue.of(name)


@pytest.mark.parametrize("on", [None, "2026-01-01", datetime(2026, 1, 1)], ids=shown)
def test_a_day_is_a_date(on):
    for call in (STRIPE.unit, lambda code, day: STRIPE.smallest_charges([code], day)):
        for code in ("EUR", "BGN", "VEF"):
            with pytest.raises(InvalidValue, match="a day"):
                call(code, on)


@pytest.mark.parametrize("currencies", [None, "EUR", 5, ["euro"], [None]], ids=shown)
def test_limits_are_of_currencies(currencies):
    for call in (STRIPE.smallest_charges, STRIPE.largest_charges):
        with pytest.raises(InvalidValue):
            call(currencies, NOW)
