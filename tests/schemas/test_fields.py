"""Fields: pydantic models of a host hold the objects of the domain."""

import json
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from pushcore import Currency, ExchangeRate, Money, Percentage, Recurrence, Rounding, schemas
from pushcore.calendar import Zone, utc
from pushcore.campaigns import Budget, BudgetLine, DurationRule
from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.gateway import Abilities
from pushcore.money import AmountRole
from pushcore.recurring import Anniversary, DonationLimits, FirstOfMonth, PerCreation, Period, Retries
from pushcore.rewards import (
    DeliveryEstimate,
    DeliveryPromise,
    Item,
    PriceRange,
    Shipping,
    StablePledge,
    Tax,
    Voucher,
)
from pushcore.schemas import (
    AbilitiesField,
    AmountRoleField,
    AnchorField,
    BudgetField,
    BusinessDaysField,
    CampaignFactsField,
    CancelWindowField,
    CapField,
    ContributionField,
    ConversionRuleField,
    ConvertedField,
    CurrencyField,
    DateField,
    DeadlineField,
    DeliveryPromiseField,
    DonationLimitsField,
    DunningField,
    DurationRuleField,
    ExchangeRateField,
    FeeRuleField,
    FeeScheduleField,
    FeeShareField,
    FulfilmentField,
    FundingGoalField,
    FundingModelField,
    InstalmentPlanField,
    InstalmentsField,
    InstantField,
    ItemField,
    MatchingFundField,
    MoneyField,
    PercentageField,
    PledgeIdField,
    PresentingField,
    ProviderCatalogueField,
    QuoteField,
    RecurrenceField,
    RetriesField,
    RoundingField,
    SelectionField,
    ShippingField,
    StablePledgeField,
    StretchGoalField,
    SubscriptionField,
    TariffField,
    TaxField,
    TenderedField,
    TermsField,
    TierField,
    TimedeltaField,
    TransactionField,
    VoucherField,
    WaitingListField,
    WindowField,
    ZoneField,
    parse_command,
)
from pushcore.schemas.derivation import derived
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


DAILY = {
    "source": "ECB",
    "rounding": "half-up",
    "rate_day": {"published": "last-before", "most_days": 7},
}
SPANS = st.timedeltas() | st.timedeltas(timedelta(0), timedelta(minutes=2))
ROUND_TRIPS = {
    AnchorField: a.anchors(),
    AmountRoleField: st.sampled_from(AmountRole),
    BusinessDaysField: a.business_days(),
    CampaignFactsField: a.campaign_facts(),
    CancelWindowField: a.cancel_windows(),
    CapField: a.caps("EUR"),
    ContributionField: a.contributions(),
    ConversionRuleField: a.conversion_rules(),
    ConvertedField: a.conversions(),
    CurrencyField: st.sampled_from(Currency.all()),
    DateField: st.dates(),
    DeadlineField: a.deadlines(),
    DunningField: a.dunnings(),
    ExchangeRateField: a.exchange_rates(),
    FeeRuleField: a.fee_rules(Currency.of("EUR")),
    FeeScheduleField: a.fee_schedules("EUR"),
    FeeShareField: a.fee_shares("EUR"),
    FulfilmentField: a.fulfilments(),
    FundingGoalField: a.goals(),
    FundingModelField: a.funding_models("EUR"),
    InstalmentPlanField: a.instalment_plans(),
    InstalmentsField: a.instalments(),
    InstantField: st.datetimes(datetime(2, 1, 2), datetime(9998, 12, 30), timezones=st.just(UTC)),
    MatchingFundField: a.matching_funds(),
    MoneyField: st.builds(Money.of_minor, st.integers(1 - 10**18, 10**18 - 1), a.currencies()),
    PercentageField: a.percentages(),
    ProviderCatalogueField: a.provider_catalogues(),
    QuoteField: a.quotes(),
    RecurrenceField: st.builds(Recurrence, a.instants(), a.zones(), months=st.integers(1, 24)),
    PresentingField: a.presentings(),
    RoundingField: a.roundings(),
    SelectionField: a.requests().map(lambda it: it.selection),
    StretchGoalField: a.stretch_goals(),
    SubscriptionField: a.subscriptions(),
    TariffField: a.tariffs("EUR"),
    TenderedField: a.tendered(),
    TermsField: a.terms(),
    TierField: a.tiers(),
    TimedeltaField: SPANS,
    TransactionField: a.transactions(),
    WaitingListField: a.waiting_lists(),
    WindowField: a.windows(),
    ZoneField: a.zones(),
}

ADAPTERS = {field: TypeAdapter(field) for field in (*ROUND_TRIPS, PledgeIdField)}


def _named(field):
    return getattr(field.__origin__, "__name__", "Anchor")


@pytest.mark.parametrize("field", ROUND_TRIPS, ids=_named)
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


EUR = {"currency": "EUR"}
STORED = {"base": "USD", "quote": "EUR", "rate": "0.804", "as_of": "2026-01-02", "source": "ECB"}
TEN = {"amount": "10.00", "currency": "EUR"}
FIVE = {"type": "percent", "rate": "5%"}
REFUSED = {
    AnchorField: [
        {"type": "anniversary", "zone": "UTC", "period": "daily"},
        {"type": "first-of-month", "zone": "UTC", "period": "weekly"},
        {"type": "per-creation", "zone": "UTC", "monthly": 1},
        {"zone": "UTC", "period": "monthly"},
    ],
    BusinessDaysField: [{"weekend": [7], "holidays": []}, {"weekend": 5, "holidays": []}, {"weekend": []}],
    FundingModelField: ["all or nothing", {"keeps_from": "100"}, {"counts": ["tip"]}, {"grace": 3}, [], None],
    MatchingFundField: [
        {
            "schema": 1,
            "type": "matching-fund",
            "id": "city",
            "rule": rule,
            "pools": [{"sponsor_id": "city", "amount": {"amount": "9", **EUR}}],
        }
        for rule in ({}, {"type": "multiple"}, {"type": "double", "factor": "1"}, {"factor": "1"}, "multiple")
    ],
    StretchGoalField: [
        {"id": "colour", "threshold": it, "unlocks": [{"kind": "note", "what": "a ribbon"}]}
        for it in (0, "100", 1.0, True, None, {"amount": 100, **EUR}, {"threshold": 100})
    ],
    AmountRoleField: ["net", "PRESENTED", None, 1],
    ConversionRuleField: [
        {"source": "ECB", "rounding": "half-up", **given}
        for given in (
            {},
            {"rate_day": {"published": "last-before"}},
            {"rate_day": {"published": "weekly", "most_days": 7}},
            {"rate_day": {"published": "last-before", "most_days": 367}},
            {"rate_day": {"published": "last-before", "most_days": 7, "weekday": 7}},
            {"rate_day": {"published": "last-before", "most_days": 7}, "through": "XAU"},
            {"rate_day": {"published": "last-before", "most_days": 7}, "precision": {"rounding": "up"}},
            {
                "rate_day": {"published": "last-before", "most_days": 7},
                "legs": {"rounding": "up", "digits": 5},
            },
        )
    ],
    FeeShareField: [
        {"host_id": "oce", "portion": "15%", "rounding": "half-up", "payee_id": "oc", "threshold": TEN}
        | wrong
        for wrong in ({"portion": "101%"}, {"payee_id": ""}, {"lines": "host"}, {"on_top": ["tip", "tip"]})
    ],
    TariffField: [
        {"steps": steps}
        for steps in (
            [],
            [{"begins": "2026-04-01"}],
            [{"begins": "2026-04-31", "schedule": {"lines": []}}],
            [{"begins": day, "schedule": {"lines": []}} for day in ("2026-04-01", "2026-03-31")],
        )
    ],
    PresentingField: [
        {"currencies": it, "rule": DAILY} for it in ([], ["USD", "USD"], ["XAU"], "USD", ["dollars"], None)
    ],
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
        {"type": "brackets", "brackets": []},
        {"type": "brackets", "brackets": [{"rate": "5", "up_to": {"amount": "1.00", **EUR}}]},
        {"type": "clamp", "rule": {"type": "percent", "rate": "5"}},
        {"type": "clamp", "rule": {"type": "percent", "rate": "5"}, "at_least": "1.00"},
    ],
    FeeScheduleField: [
        {"lines": [{"name": "a", "base": base, "rule": FIVE, "rounding": "half-up", **more}]}
        for base, more in (
            ("net", {}),
            ("fees", {}),
            ("fees", {"of": ["b"]}),
            ("pledge", {"of": ["a"]}),
            ("pledge", {"share": "0%"}),
            ("pledge", {"methods": "card"}),
            ("pledge", {"sources": ["card"]}),
            ("pledge", {"bearer": "backer"}),
            ("pledge", {"withheld": True}),
            ("collected", {"estimate": True}),
            ("pledge", {"refundable": 1}),
        )
    ],
    FundingGoalField: [{"amount": it} for it in ({"amount": "0.00", **EUR}, 0, -1, "100", True, 1.5, {})],
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
    ProviderCatalogueField: [
        {"provider": "house"},
        {"provider": "", "as_in_iso": []},
        {"provider": "house", "as_in_iso": 2},
        {"provider": "house", "as_in_iso": [], "units": [{"currency": "XAU", "exponent": 2}]},
        {"provider": "house", "as_in_iso": [], "units": [{"currency": "EUR", "exponent": 9}]},
        {"provider": "house", "as_in_iso": [], "units": [{"currency": "EUR", "exponent": 2}] * 2},
        {"provider": "house", "as_in_iso": [], "limits": [{}]},
        {"provider": "house", "as_in_iso": [], "limits": [{"least": {"amount": "0.00", **EUR}}]},
    ],
    RecurrenceField: [{"anchor": "2026-01-31T12:00Z", "zone": "UTC", "months": it} for it in (0, "1", True)],
    RoundingField: ["half_up", "HALF_UP", None, 1],
    TenderedField: [
        {
            "presented": {"amount": presented, "currency": "USD"},
            "campaign": {"amount": "4.02", **EUR},
            "rates": rates,
            "rounding": "half-up",
        }
        for presented, rates in (("5.00", []), ("0.00", [STORED]), ("5.00", [STORED, STORED]), ("5.00", None))
    ],
    TimedeltaField: ["P", "PT", "P1Y", "P1W", "P1.5D", "PT1", "1D", "P-1D", "P999999999DT99H", "P1D\n", 60],
    WindowField: [{"opens": "2026-02-04T20:00Z", "closes": {"at": "2026-02-04T20:00Z", "zone": "UTC"}}],
    ZoneField: ["Mars/Olympus", "localtime", "../etc/passwd", "", 1],
}


@pytest.mark.parametrize("field", REFUSED, ids=_named)
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


@pytest.mark.parametrize(
    ("threshold", "problem"),
    [
        (0, "expected a threshold above zero, got 0"),
        ("100", "expected an object, got '100'"),
        ({"amount": 100, "currency": "EUR"}, "amounts are strings such as '12.34', got 100"),
    ],
    ids=str,
)
def test_one_of_several_types_has_one_problem(threshold, problem):
    goal = {"id": "colour", "threshold": threshold, "unlocks": [{"kind": "note", "what": "a ribbon"}]}
    with pytest.raises(InvalidDocument) as refused:
        parse_command({"goal": goal}, Stretched)
    (found,) = refused.value.problems
    assert found.message.endswith(problem)


class Stretched(BaseModel):
    """A model of a host."""

    goal: StretchGoalField


def test_alternatives_may_be_left_out():
    class Billed(BaseModel):
        anchor: Annotated[FirstOfMonth | Anniversary | PerCreation | None, derived] = None

    assert Billed.model_validate({"anchor": None}).anchor is None
    given = {"type": "anniversary", "zone": "UTC", "period": "monthly"}
    assert Billed.model_validate({"anchor": given}).anchor == Anniversary(Zone("UTC"), Period.MONTHLY)


RICH = {
    AbilitiesField: Abilities(
        saves_methods=True,
        authorization_lifetime=timedelta(days=7),
        partial_capture=True,
        refunds=True,
        refund_window=None,
        longest_hold=timedelta(days=90),
        smallest_charge={"EUR": Money.of("0.50", "EUR")},
    ),
    BudgetField: Budget([BudgetLine("printing", Money.of("5000", "EUR"), required=True)]),
    DeliveryPromiseField: DeliveryPromise(DeliveryEstimate(2026, 11), Zone("UTC")).revised(
        DeliveryEstimate(2027, 2, 28), "paper is late", datetime(2026, 10, 5, tzinfo=UTC), "lune"
    ),
    DonationLimitsField: DonationLimits(
        Period.WEEKLY, Money.of("0.01", "EUR"), Money.of("100", "EUR"), rounding=Rounding.UP
    ),
    DurationRuleField: DurationRule(least_days=1, most_days=60, open_ended=False, end_of_day=True),
    ItemField: Item("book", limit=150),
    RetriesField: Retries([2, 2, 5]),
    ShippingField: Shipping({"BE": Money.of("4", "EUR")}, elsewhere=Money.of("9", "EUR")),
    StablePledgeField: StablePledge(
        tolerance=Percentage.of("10"),
        days=14,
        zone=Zone("UTC"),
        returns_platform_fee=True,
        product=PriceRange(Money.of("40", "EUR"), Money.of("45", "EUR")),
        shipping={"BE": PriceRange(Money.of("4", "EUR"))},
    ),
    TaxField: Tax("vat", Percentage.of("21"), Rounding.HALF_UP, included=True, destinations=["BE"]),
    VoucherField: Voucher("friends", percent=Percentage.of("25"), rounding=Rounding.HALF_UP, limit=3),
}


@pytest.mark.parametrize("field", RICH, ids=_named)
def test_values_come_back_equal(field):
    adapter = TypeAdapter(field)
    assert adapter.validate_json(adapter.dump_json(RICH[field])) == RICH[field]
