"""Fields: pydantic models of a host hold the objects of the domain."""

import json
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from pushcore import Currency, ExchangeRate, Money, Recurrence, schemas
from pushcore.calendar import utc
from pushcore.errors import InvalidValue
from pushcore.schemas import (
    ConvertedField,
    CurrencyField,
    DateField,
    DeadlineField,
    DunningField,
    ExchangeRateField,
    FeeRuleField,
    FundingGoalField,
    InstantField,
    MoneyField,
    PercentageField,
    PledgeIdField,
    RecurrenceField,
    RoundingField,
    TermsField,
    TimedeltaField,
    WindowField,
    ZoneField,
)
from pushcore.testing import strategies as a


class Offer(BaseModel):
    """A model of a host."""

    price: MoneyField
    until: InstantField | None = None
    fees: dict[str, FeeRuleField] = {}


def test_instances_are_the_objects_of_the_domain():
    offer = Offer.model_validate_json(
        '{"price": {"amount": "12.34", "currency": "EUR"}, "until": "2026-02-04T20:00+01:00"}'
    )
    assert offer.price == Money.of("12.34", "EUR")
    assert offer.until == datetime(2026, 2, 4, 19, tzinfo=UTC)
    assert json.loads(offer.model_dump_json(exclude={"fees"})) == {
        "price": {"amount": "12.34", "currency": "EUR"},
        "until": "2026-02-04T19:00:00Z",
    }


def test_objects_of_the_domain_are_taken_as_they_are():
    price = Money.of("12.34", "EUR")
    assert Offer(price=price).price is price


def test_a_number_as_an_amount_is_told_that_amounts_are_strings():
    with pytest.raises(ValidationError) as refused:
        Offer.model_validate({"price": {"amount": 12.34, "currency": "EUR"}})
    (error,) = refused.value.errors()
    assert error["loc"] == ("price", "amount")
    assert "amounts are strings" in error["msg"]


def test_the_json_schema_of_a_model_names_the_domain():
    schema = Offer.model_json_schema()
    assert schema["properties"]["price"] == {"$ref": "#/$defs/Money"}
    assert {"Money", "FeeRule", "Sum"} <= set(schema["$defs"])
    assert Offer.model_json_schema(mode="serialization")["$defs"]["Money"] == schema["$defs"]["Money"]


SPANS = st.timedeltas() | st.timedeltas(timedelta(0), timedelta(minutes=2))
ROUND_TRIPS = {
    ConvertedField: a.conversions(),
    CurrencyField: st.sampled_from(Currency.all()),
    DateField: st.dates(),
    DeadlineField: a.deadlines(),
    DunningField: a.dunnings(),
    ExchangeRateField: a.exchange_rates(),
    FeeRuleField: a.fee_rules(Currency.of("EUR")),
    FundingGoalField: a.goals(),
    InstantField: st.datetimes(datetime(2, 1, 2), datetime(9998, 12, 30), timezones=st.just(UTC)),
    MoneyField: st.builds(Money.of_minor, st.integers(1 - 10**18, 10**18 - 1), a.currencies()),
    PercentageField: a.percentages(),
    RecurrenceField: st.builds(Recurrence, a.instants(), a.zones(), months=st.integers(1, 24)),
    RoundingField: a.roundings(),
    TermsField: a.terms(),
    TimedeltaField: SPANS,
    WindowField: a.windows(),
    ZoneField: a.zones(),
}

ADAPTERS = {field: TypeAdapter(field) for field in (*ROUND_TRIPS, PledgeIdField)}


@pytest.mark.parametrize("field", ROUND_TRIPS, ids=lambda it: it.__origin__.__name__)
@given(data=st.data())
def test_what_is_written_is_read_back(field, data):
    value = data.draw(ROUND_TRIPS[field])
    assert ADAPTERS[field].validate_json(ADAPTERS[field].dump_json(value)) == value
    assert ADAPTERS[field].validate_python(value) == value


@given(st.datetimes(timezones=st.timezones() | a.zones().map(lambda zone: zone.tzinfo)))
def test_an_instant_of_any_zone_is_the_same_instant_in_utc(at):
    try:
        instant = utc(at)
    except InvalidValue:
        with pytest.raises(ValidationError):
            ADAPTERS[InstantField].validate_python(at)
    else:
        assert ADAPTERS[InstantField].validate_python(at) == instant
        assert ADAPTERS[InstantField].validate_python(ADAPTERS[InstantField].dump_python(at)) == instant


REFUSED = {
    CurrencyField: ["eur", "", "EURO", None, 978],
    DateField: ["2026-02-30", "2026-W01-1", "20260204", "2026-02-04T00:00:00Z", 0],
    DunningField: [{"remind": ["PT0S"]}, {"attempt": ["P7D", "P7D"]}, {"remind": "P7D"}],
    ExchangeRateField: [
        {"base": "EUR", "quote": "USD", "rate": rate, "as_of": "2026-01-02", "source": "ECB"}
        for rate in ("0", "-1", "1/0", "one", "", "1e1", 1.1)
    ],
    FeeRuleField: [
        {},
        [],
        {"type": "fixed"},
        {"type": "sum", "rules": []},
        {"type": "percent", "rate": "-1"},
    ],
    FundingGoalField: [{"amount": {"amount": "0.00", "currency": "EUR"}}],
    InstantField: [
        "2026-02-04",
        "2026-02-04T20:00",
        "2026-02-04 20:00Z",
        "2026-02-04T24:00Z",
        "2026-02-30T20:00Z",
        "2026-02-04T20:00+99:00",
        "0001-01-01T00:00Z",
        "9999-12-31T00:00Z",
        "1770000000",
        1_770_000_000,
        datetime(2026, 2, 4),
    ],
    MoneyField: [
        *(
            {"amount": amount, "currency": "EUR"}
            for amount in ("", "1e2", "1,00", "1.234", " 1", "+1", "1_000")
        ),
        *(
            {"amount": amount, "currency": "EUR"}
            for amount in ("NaN", "٣", "9" * 19, "9" * 10**6, 1, True, None)
        ),
        *({"amount": "1", "currency": code} for code in ("XAU", "XXX", "eur", None)),
        {"amount": "1", "currency": "EUR", "minor": 100},
        {"amount": "1"},
        "12.34 EUR",
    ],
    PercentageField: ["", "5 %%", "1/0", "1e1", 5, 0.05],
    PledgeIdField: ["", " p", "p ", "a\nb", "\0", "p" * 201, 1],
    RecurrenceField: [{"anchor": "2026-01-31T12:00Z", "zone": "UTC", "months": it} for it in (0, "1", True)],
    RoundingField: ["half_up", "HALF_UP", None, 1],
    TimedeltaField: ["P", "PT", "P1Y", "P1W", "P1.5D", "PT1", "1D", "P-1D", "P999999999DT99H", "P1D\n", 60],
    WindowField: [{"opens": "2026-02-04T20:00Z", "closes": {"at": "2026-02-04T20:00Z", "zone": "UTC"}}],
    ZoneField: ["Mars/Olympus", "localtime", "../etc/passwd", "", 1],
}


@pytest.mark.parametrize("field", REFUSED, ids=lambda it: it.__origin__.__name__)
def test_what_is_no_such_value_is_refused(field):
    assert [junk for junk in REFUSED[field] if _accepts(ADAPTERS[field], junk)] == []


def _accepts(adapter, junk):
    try:
        adapter.validate_python(junk)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("P7D", timedelta(days=7)),
        ("PT90M", timedelta(minutes=90)),
        ("P1DT2H3M4.5S", timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=500)),
        ("-PT1S", timedelta(seconds=-1)),
        ("PT0S", timedelta(0)),
    ],
)
def test_durations_have_days_and_less(text, span):
    assert ADAPTERS[TimedeltaField].validate_python(text) == span


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(minutes=90), "PT1H30M"),
        (timedelta(days=30), "P30D"),
        (timedelta(microseconds=-10), "-PT0.00001S"),
        (timedelta(0), "PT0S"),
    ],
)
def test_durations_are_written_short(span, text):
    assert ADAPTERS[TimedeltaField].dump_python(span) == text


def test_an_exchange_rate_stays_exact():
    rate = ExchangeRate("EUR", "USD", "1.1", as_of=date(2026, 1, 2), source="ECB").inverse()
    written = ADAPTERS[ExchangeRateField].dump_python(rate)
    assert written["rate"] == "10/11"
    assert ADAPTERS[ExchangeRateField].validate_python(written).rate == Fraction(10, 11)


def test_every_field_is_exported():
    fields = {name for name in schemas.fields.__all__ if name.endswith("Field")}
    assert fields == {name for name in schemas.__all__ if name.endswith("Field")}
