"""What a provider books in a third currency: whatever leaves a charge, and in which way, no unit is lost."""

import pytest
from abroad import Telling, backed, books_in, disputed, ended, made, pledge_of
from hypothesis import given
from hypothesis import strategies as st
from lanterne import money

from pushcore import Money, refund_pledge

WAYS = ("refund", "made", "lose", "win")


def pounds(amount):
    return Money.of(amount, "GBP")


def refunded(ports, amount, key="k"):
    return refund_pledge(ports, "p1", wanted=amount, key=key, actor="clerk")


def lost(ports, amount, reference):
    disputed(ports, amount, reference=reference)
    return disputed(ports, amount, "lost", 1, reference=reference)


@pytest.mark.parametrize("ways", [(refunded, lost), (lost, refunded), (lost, lost)])
def test_refunds_and_disputes_take_no_more_of_a_charge_than_was_booked(ways):
    """Of 85.01 pounds each half was 42.51: refunds knew of no disputes, and disputes of nothing."""
    ports = ended(backed(gateway=Telling(charges=[pounds("85.01")])))
    for number, way in enumerate(ways):
        way(ports, money("50.00"), f"w{number}")
    assert books_in(ports, "GBP") == books_in(ports, "USD") == {}


def test_a_dispute_of_what_has_gone_back_takes_as_much_again():
    """It is the platform's to contest, and comes back as it was taken."""
    ports = ended(backed(gateway=Telling(charges=[pounds("85.01")])))
    refunded(ports, money("100.00"))
    assert disputed(ports, money("33.33")) == "taken"
    assert books_in(ports, "GBP") == {"provider": -2833, "fx/EUR-GBP": 2833}
    assert disputed(ports, money("33.33"), "won", 1) == "taken"
    assert books_in(ports, "GBP") == {}


@given(
    st.integers(1, 20_000),
    st.lists(st.tuples(st.integers(1, 3_000), st.sampled_from(WAYS)), max_size=6),
)
def test_whatever_leaves_a_charge_in_whichever_way_all_of_its_booking_does_in_the_end(booked, steps):
    ports = ended(backed(gateway=Telling(charges=[Money.of_minor(booked, "GBP")])))
    left = 10_000
    for number, (minor, how) in enumerate(steps):
        amount = Money.of_minor(min(minor, left - 1), "EUR")
        if not amount:
            break
        match how:
            case "refund":
                refunded(ports, amount, f"k{number}")
            case "made":
                made(ports, amount, f"re_{number}", there=False)
            case _:
                lost(ports, amount, f"dp_{number}")
        if how == "win":
            disputed(ports, amount, "won", 2, reference=f"dp_{number}")
        else:
            left -= amount.minor
        assert 0 <= books_in(ports, "GBP").get("provider", 0) <= booked
    refunded(ports, Money.of_minor(left, "EUR"), "rest")
    assert books_in(ports, "GBP") == {}
    assert sum(it.exchanged.amount.minor for it in pledge_of(ports).gone_back) <= 10_000
