"""Refunds go back the ways the money came, and what is left is shared."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money
from pushcore.errors import CurrencyMismatch, InvalidValue, Refused
from pushcore.payouts import Way, WayOrder, ways_back, what_is_left

EVENLY, FIRST, LAST = WayOrder


def eur(amount):
    return Money.of(amount, "EUR")


def cents(minor):
    return Money.of_minor(minor, "EUR")


def way(name, paid, back="0.00"):
    return Way(name, eur(paid), eur(back))


MIXED = (way("gift-card", "20.00"), way("manual", "26.00"))


@pytest.mark.parametrize("order", WayOrder)
def test_a_mixed_payment_goes_back_the_ways_it_came(order):
    """PX14: 20.00 to the gift card and 26.00 by hand, as two refunds."""
    assert ways_back(MIXED, eur("46.00"), order) == {"gift-card": eur("20.00"), "manual": eur("26.00")}


@pytest.mark.parametrize(
    ("order", "amount", "parts"),
    [
        (EVENLY, "23.00", {"gift-card": "10.00", "manual": "13.00"}),
        (EVENLY, "0.01", {"manual": "0.01"}),
        (FIRST, "23.00", {"gift-card": "20.00", "manual": "3.00"}),
        (FIRST, "20.00", {"gift-card": "20.00"}),
        (LAST, "23.00", {"manual": "23.00"}),
        (LAST, "30.00", {"manual": "26.00", "gift-card": "4.00"}),
    ],
)
def test_a_part_of_it(order, amount, parts):
    assert ways_back(MIXED, eur(amount), order) == {name: eur(part) for name, part in parts.items()}


def test_a_way_that_is_used_up():
    used = [way("gift-card", "20.00", "20.00"), way("manual", "26.00", "1.00")]
    for order in WayOrder:
        assert ways_back(used, eur("25.00"), order) == {"manual": eur("25.00")}
        with pytest.raises(Refused, match=r"above-paid: EUR 25\.01 is to go back: EUR 25\.00 is left") as no:
            ways_back(used, eur("25.01"), order)
        assert no.value.refusals[0].facts == {"left": eur("25.00")}


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=4), st.sampled_from(WayOrder), st.data())
def test_any_series_gives_back_each_way_what_came_by_it(paid, order, data):
    total = sum(paid)
    cuts = sorted(data.draw(st.sets(st.integers(0, total), max_size=4)) | {0, total})
    back = dict.fromkeys(map(str, range(len(paid))), cents(0))
    for low, high in pairwise(cuts):
        ways = tuple(Way(name, cents(paid[int(name)]), back[name]) for name in back)
        parts = ways_back(ways, cents(high - low), order)
        assert Money.total(parts.values(), "EUR") == cents(high - low)
        assert min(parts.values()) > cents(0)
        for name, part in parts.items():
            back[name] += part
    assert list(back.values()) == [cents(minor) for minor in paid]


@pytest.mark.parametrize(
    ("ways", "amount", "order", "why"),
    [
        (MIXED, eur("0.00"), EVENLY, "above zero"),
        (MIXED, 1, EVENLY, "what goes back: expected Money"),
        (MIXED, eur("1.00"), "evenly", "the order of the ways"),
        (MIXED * 2, eur("1.00"), EVENLY, "way 'gift-card' stands twice"),
        (["gift-card"], eur("1.00"), EVENLY, "a way in which something was paid"),
        (None, eur("1.00"), EVENLY, "expected a sequence"),
    ],
)
def test_ways_are_ways(ways, amount, order, why):
    with pytest.raises(InvalidValue, match=why):
        ways_back(ways, amount, order)


@pytest.mark.parametrize("back", ["-0.01", "20.01"])
def test_no_more_goes_back_than_came(back):
    with pytest.raises(InvalidValue, match="cannot have gone back"):
        way("gift-card", "20.00", back)


def test_one_currency():
    with pytest.raises(CurrencyMismatch):
        ways_back(MIXED, Money.of("1.00", "USD"), FIRST)
    with pytest.raises(CurrencyMismatch):
        Way("bank", eur("1.00"), Money.of("1.00", "USD"))
    with pytest.raises(CurrencyMismatch):
        what_is_left(eur("1.00"), {"ana": Money.of("1.00", "USD")})


def test_what_is_left_of_a_failed_campaign():
    """XX02: 80 of 100 are left, to 75 and 25."""
    owed = {"A": eur("75.00"), "B": eur("25.00")}
    assert what_is_left(eur("80.00"), owed) == {"A": eur("60.00"), "B": eur("20.00")}
    assert what_is_left(eur("100.00"), owed) == what_is_left(eur("101.00"), owed) == owed
    assert what_is_left(eur("0.00"), owed) == {"A": eur("0.00"), "B": eur("0.00")}
    assert what_is_left(eur("0.00"), {}) == {}


@given(st.integers(0, 10**6), st.dictionaries(st.text(max_size=2), st.integers(0, 10**6), max_size=6))
def test_what_is_left_is_shared_whole_and_nobody_gets_more_than_is_owed(left, owed):
    parts = what_is_left(cents(left), {name: cents(minor) for name, minor in owed.items()})
    assert Money.total(parts.values(), "EUR").minor == min(left, sum(owed.values()))
    assert list(parts) == list(owed)
    for name, part in parts.items():
        assert part.minor <= owed[name]
        assert abs(part.minor * sum(owed.values()) - owed[name] * min(left, sum(owed.values()))) <= sum(
            owed.values()
        )


@pytest.mark.parametrize(
    ("left", "owed", "why"),
    [
        (eur("-1.00"), {}, "from zero on"),
        (eur("1.00"), {"ana": eur("-1.00")}, "from zero on"),
        (eur("1.00"), {"ana": 1}, "expected amounts of money"),
        (1, {}, "what is left to give back"),
        (eur("1.00"), [], "what is owed to each"),
    ],
)
def test_amounts_from_zero_on_are_owed(left, owed, why):
    with pytest.raises(InvalidValue, match=why):
        what_is_left(left, owed)
