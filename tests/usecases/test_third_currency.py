"""What a provider books in a third currency: whatever leaves a charge, and in which way, no unit is lost."""

import attrs
import pytest
from abroad import PARTS, Telling, abroad, backed, books_in, disputed, dollars, ended, made, pledge_of
from hypothesis import given
from hypothesis import strategies as st
from lanterne import DAY, money, request

from pushcore import FundingModel, Money, collect_pledges, place_pledge, receive_event, refund_pledge
from pushcore.memory import ABLE

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


def test_what_is_worth_less_than_half_a_unit_goes_and_comes_back_in_every_way():
    """Of 0.01 pounds a tenth is none: a refund, a dispute and a refund that bounces were refused for ever."""
    ports = ended(backed(gateway=Telling(charges=[pounds("0.01")])))
    refunded(ports, money("10.00"))
    assert disputed(ports, money("10.00")) == "taken"
    assert disputed(ports, money("10.00"), "won", 1) == "taken"
    assert receive_event(ports, ports.gateway.bounce("p1/refund/1"), actor="provider").value == "taken"
    assert books_in(ports, "GBP") == {"provider": 1, "fx/EUR-GBP": -1}
    assert books_in(ports, "EUR")["fx/EUR-GBP"] == 10_000


def test_what_a_dispute_took_comes_back_although_another_part_was_booked_at_another_rate():
    """Won after the second part was charged, it brought 30.00 pounds back, of which 28.00 were taken."""
    gateway = Telling(charges=[pounds("28.00"), pounds("32.00")])
    ports = abroad(gateway, model=FundingModel.ALL_OR_NOTHING, instalments=PARTS)
    place_pledge(ports, request("p1", "100.00", presented="USD", parts=3))
    ended(ports)
    disputed(ports, dollars("36.17"))
    assert books_in(ports, "GBP") == {}
    ports.clock.advance(31 * DAY)
    collect_pledges(ports, "lanterne", actor="clerk")
    disputed(ports, dollars("36.17"), "won", 40)
    assert books_in(ports, "GBP") == {"provider": 6000, "fx/EUR-GBP": -6000}


@pytest.mark.parametrize(("returns", "at_last"), [(True, 10_850), (False, 9350)])
def test_a_dispute_costs_what_the_provider_takes_in_the_currency_of_the_backer(returns, at_last):
    """It declares 15.00 dollars and nothing in euros: the books had it all still."""
    costs = attrs.evolve(ABLE, dispute_fee={"USD": dollars("15.00")}, returns_dispute_fee=returns)
    ports = ended(backed(gateway=Telling(abilities=costs)))
    for day, (state, held) in enumerate(
        [("opened", 4350), ("lost", 4350), ("won", at_last), ("lost", 4350), ("won", at_last)]
    ):
        assert disputed(ports, dollars("50.00"), state, day) == "taken"
        assert books_in(ports, "USD") == {"provider": held, "fx/EUR-USD": -held}
        euros = books_in(ports, "EUR")
        assert "provider" not in euros
        borne = 0 if state == "won" and returns else 1382
        assert euros.get("campaign/lanterne/borne/platform", 0) == borne


def test_what_a_dispute_costs_in_the_currency_of_the_campaign_is_taken_of_that():
    for gateway in (
        Telling(abilities=attrs.evolve(ABLE, dispute_fee={"EUR": money("15.00")})),
        Telling(abilities=attrs.evolve(ABLE, dispute_fee={"JPY": Money.of(2000, "JPY")})),
    ):
        ports = ended(backed(gateway=gateway))
        disputed(ports, dollars("50.00"))
        fee = -gateway.abilities.dispute_fee.get("EUR", money("0.00")).minor
        assert books_in(ports, "EUR").get("provider", 0) == fee
        assert books_in(ports, "USD")["provider"] == 5850
