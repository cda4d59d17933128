"""The stable pledge: who may have their money back when a price rises."""

from datetime import datetime, timedelta
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Percentage, Zone
from pushcore.calendar import instant
from pushcore.errors import CurrencyMismatch, InvalidValue, Refused
from pushcore.rewards import (
    FinalPrices,
    PriceRange,
    RefundRight,
    StablePledge,
    refund_refusals,
    refund_right,
)

BRUSSELS = Zone("Europe/Brussels")
TOLD = instant(datetime(2026, 10, 20, 9), BRUSSELS)  # clocks are put back five days later
LAST = instant(datetime(2026, 11, 3, 9), BRUSSELS)
MICROSECOND = timedelta(microseconds=1)


def usd(*amounts):
    return PriceRange(*(Money.of(amount, "USD") for amount in amounts))


DECLARED = StablePledge(
    product=usd("90.00"),
    shipping={"CA": usd("10.00", "20.00"), "DE": usd("15.00", "25.00")},
    tolerance=Percentage.of("10"),
    days=14,
    zone=BRUSSELS,
    returns_platform_fee=True,
)


def final(product=None, **shipping):
    shipping = {destination: Money.of(price, "USD") for destination, price in shipping.items()}
    return FinalPrices(TOLD, product=product and Money.of(product, "USD"), shipping=shipping)


def codes(prices, destination, at=TOLD, declared=DECLARED):
    reasons = refund_refusals(declared, prices, destination, at)
    if reasons:
        with pytest.raises(Refused) as refused:
            refund_right(declared, prices, destination, at)
        assert refused.value.refusals == reasons
    else:
        assert refund_right(declared, prices, destination, at).rose
    return tuple(reason.code for reason in reasons)


def test_gamefound_stable():
    """gamefound-stable: shipping to CA rises from 10-20 to 25, to DE it stays within 15-25."""
    prices = final(CA="25", DE="25")
    right = refund_right(DECLARED, prices, "CA", TOLD)
    assert (right.rose, right.until.at, right.returns_platform_fee) == (("shipping",), LAST, True)
    assert codes(prices, "DE") == ("price-kept",)


def test_the_published_case(cases):
    """gamefound-stable, as it is published."""
    (case,) = [it for it in cases("platform_examples") if it["id"] == "gamefound-stable"]
    given = case["inputs"]
    declared = attrs.evolve(
        DECLARED, shipping={place: usd(*prices.split("-")) for place, prices in given["declared"].items()}
    )
    rights = {
        place: codes(final(**given["final"]), place, declared=declared) == () for place in given["final"]
    }
    assert rights == case["expected"]["refund_right"]


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 12_000), st.fractions(0, 100))
def test_more_than_the_tolerance_above_the_upper_bound(low, more, price, percent):
    high = low + more
    declared = PriceRange(Money.of_minor(low, "USD"), Money.of_minor(high, "USD"))
    exceeded = declared.exceeded(Money.of_minor(price, "USD"), Percentage.of(percent))
    assert exceeded is (Fraction(price) > Fraction(high) * (1 + percent / 100))


@pytest.mark.parametrize(
    ("prices", "destination", "rose"),
    [
        (final("99.00", CA="22.00"), "CA", ()),
        (final("99.01", CA="22.00"), "CA", ("product",)),
        (final("99.00", CA="22.01"), "CA", ("shipping",)),
        (final("99.01", CA="22.01"), "CA", ("product", "shipping")),
        (final("99.01", CA="22.01"), None, ("product",)),
        (final("99.00", CA="22.01"), None, ()),
        (final("99.00", CA="99.00"), "DE", ()),
        (final("99.01"), "US", ("product",)),
    ],
)
def test_product_and_shipping_are_judged_apart(prices, destination, rose):
    """Exactly 10 % is not more than 10 %; another destination's price is nobody's business."""
    if rose:
        assert refund_right(DECLARED, prices, destination, TOLD).rose == rose
    else:
        assert codes(prices, destination) == ("price-kept",)


def test_free_shipping_that_is_charged_after_all():
    declared = attrs.evolve(DECLARED, shipping={"BE": usd("0.00")})
    assert codes(final(BE="0.01"), "BE", declared=declared) == ()
    assert codes(final(BE="0.00"), "BE", declared=declared) == ("price-kept",)


def test_two_weeks_by_the_wall_clock():
    """The right ends at the time of day of the announcement, an hour more after clocks were put back."""
    prices = final(CA="25")
    assert TOLD + timedelta(days=14, hours=1) == LAST
    assert codes(prices, "CA", LAST) == ()
    assert codes(prices, "CA", LAST + MICROSECOND) == ("refund-too-late",)
    assert codes(prices, "CA", TOLD - MICROSECOND) == ("not-announced",)


def test_every_reason_at_once():
    assert codes(final("99.00"), "US", LAST + MICROSECOND) == (
        "refund-too-late",
        "price-kept",
        "destination-undeclared",
    )
    assert codes(final(CA="25"), "US", TOLD - MICROSECOND) == (
        "not-announced",
        "price-kept",
        "destination-undeclared",
    )


def test_a_platform_that_keeps_its_fee_says_so():
    declared = attrs.evolve(DECLARED, returns_platform_fee=False, days=0)
    right = refund_right(declared, final(CA="25"), "CA", TOLD)
    assert (right.returns_platform_fee, right.until.at) == (False, TOLD)


def test_prices_of_another_currency_are_not_compared():
    prices = FinalPrices(TOLD, shipping={"CA": Money.of(25, "CAD")})
    with pytest.raises(CurrencyMismatch):
        refund_right(DECLARED, prices, "CA", TOLD)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: usd("2.00", "1.00"),
        lambda: usd("-1.00"),
        lambda: PriceRange(Money.of(1, "USD"), Money.of(2, "CAD")),
        lambda: PriceRange(1),
        lambda: PriceRange(Money.of(1, "USD"), 2),
        lambda: usd(1).exceeded(2, Percentage.of("10")),
        lambda: usd(1).exceeded(Money.of(2, "USD"), 10),
        lambda: attrs.evolve(DECLARED, product=Money.of(1, "USD")),
        lambda: attrs.evolve(DECLARED, shipping=[("CA", usd(1))]),
        lambda: attrs.evolve(DECLARED, shipping={"CA": Money.of(1, "USD")}),
        lambda: attrs.evolve(DECLARED, shipping={1: usd(1)}),
        lambda: attrs.evolve(DECLARED, tolerance=Percentage.of("-1")),
        lambda: attrs.evolve(DECLARED, tolerance="10"),
        lambda: attrs.evolve(DECLARED, days=-1),
        lambda: attrs.evolve(DECLARED, days=14.0),
        lambda: attrs.evolve(DECLARED, zone="Europe/Brussels"),
        lambda: attrs.evolve(DECLARED, returns_platform_fee=1),
        lambda: FinalPrices("today"),
        lambda: FinalPrices(TOLD, product=25),
        lambda: FinalPrices(TOLD, shipping={"CA": 25}),
        lambda: refund_right(None, final(), "CA", TOLD),
        lambda: refund_right(DECLARED, None, "CA", TOLD),
        lambda: refund_right(DECLARED, final(), 7, TOLD),
        lambda: refund_right(DECLARED, final(), "CA", None),
        lambda: RefundRight("product", None, returns_platform_fee=True),
        lambda: RefundRight([1], DECLARED, returns_platform_fee=True),
    ],
    ids=lambda wrong: f"line {wrong.__code__.co_firstlineno}",
)
def test_what_cannot_be_judged(wrong):
    with pytest.raises(InvalidValue):
        wrong()


def test_nobody_changes_what_was_declared_from_outside():
    ranges, prices = {"CA": usd("10.00", "20.00")}, {"CA": Money.of("25.00", "USD")}
    declared, told = attrs.evolve(DECLARED, shipping=ranges), FinalPrices(TOLD, shipping=prices)
    ranges["JP"], prices["JP"] = usd("5.00"), Money.of("50.00", "USD")
    assert (declared.shipping.keys(), told.shipping.keys()) == ({"CA"}, {"CA"})
    assert len({declared, attrs.evolve(declared), told, attrs.evolve(told)}) == 2


def test_what_was_never_declared_cannot_rise():
    """A final price for a place that nobody had promised anything about."""
    assert codes(final(JP="50.00"), "JP") == ("price-kept", "destination-undeclared")
    assert codes(final("99.00"), None, declared=attrs.evolve(DECLARED, product=None)) == ("price-kept",)


def test_no_tolerance_is_one():
    strict = attrs.evolve(DECLARED, tolerance=Percentage.of("0"))
    assert codes(final("90.01"), None, declared=strict) == ()
    assert codes(final("90.00"), None, declared=strict) == ("price-kept",)
