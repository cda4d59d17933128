"""Orders and answers: what is said to a provider and back."""

import pickle
from datetime import timedelta

import pytest

from pushcore import Accepted, Authorize, Capture, Charge, Decline, Declined, Money, Prepare, Transfer, Void
from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.gateway import Abilities

TEN = Money.of(10, "EUR")
ORDERS = [
    Prepare("p1/prepare", "p1", "ana"),
    Charge("p1/charge/1", "p1", "lanterne", TEN, "method-1"),
    Authorize("p1/prepare", "p1", "ana", TEN),
    Capture("p1/charge/1", "p1", "lanterne", TEN, "authorization-1"),
    Void("p1/void", "p1", "p1/prepare"),
    Transfer("lanterne/lune/transfer/1", "lanterne/lune", "lune", TEN),
]
ANSWERS = [
    Accepted("ch_1"),
    Accepted("ch_1", fee=Money.of("0.45", "EUR"), settled=Money.of(11, "USD"), paid_by="card"),
    Declined(Decline.FINAL),
    Declined(Decline.NEEDS_BACKER, "expired-card"),
]


@pytest.mark.parametrize("message", [*ORDERS, *ANSWERS], ids=repr)
def test_messages_are_values(message):
    again = pickle.loads(pickle.dumps(message))
    assert again == message
    assert hash(again) == hash(message)


def test_orders_differ_by_every_part():
    assert len(set(ORDERS)) == len(ORDERS)
    assert Prepare("p1/prepare", "p1", "bob") != ORDERS[0]


def test_a_decline_has_a_code_of_the_provider_or_says_declined():
    assert Declined(Decline.RETRYABLE).code == "declined"


def test_a_provider_that_keeps_nothing_says_so():
    assert Accepted("ch_1", fee=TEN * 0) != Accepted("ch_1")


@pytest.mark.parametrize(
    "told", [{"fee": -TEN}, {"fee": 0}, {"settled": TEN * 0}, {"settled": -TEN}, {"paid_by": ""}], ids=str
)
def test_what_no_provider_can_say(told):
    with pytest.raises(InvalidValue, match=next(iter(told))):
        Accepted("ch_1", **told)


@pytest.mark.parametrize("amount", [Money.zero("EUR"), -TEN], ids=str)
def test_nothing_is_not_moved(amount):
    with pytest.raises(InvalidValue, match=r"Charge\.amount: expected an amount above zero"):
        Charge("k", "p1", "lanterne", amount, "method-1")
    with pytest.raises(InvalidValue, match=r"Transfer\.amount: expected an amount above zero"):
        Transfer("k", "lanterne/lune", "lune", amount)


def test_names_made_of_the_longest_ids_fit():
    longest = "x" * 200
    assert Charge(f"{longest}/charge/1", longest, longest, TEN, "m" * 255).key.endswith("/charge/1")


def able(**changes):
    parts = {
        "saves_methods": True,
        "authorization_lifetime": timedelta(days=7),
        "partial_capture": True,
        "refunds": True,
        "refund_window": None,
        "longest_hold": timedelta(days=90),
    }
    return Abilities(**parts | changes)


def test_abilities_are_values_that_nobody_changes_later():
    limits = {"EUR": Money.of("0.50", "EUR")}
    abilities = able(smallest_charge=limits)
    again = pickle.loads(pickle.dumps(abilities))
    limits["EUR"] = TEN
    assert again == abilities == able(smallest_charge={"EUR": Money.of("0.50", "EUR")})
    assert hash(again) == hash(abilities)
    assert able() != abilities


def test_all_problems_of_the_limits_are_told():
    with pytest.raises(InvalidDocument) as refused:
        able(
            smallest_charge={"EUR": TEN, "SEK": TEN, "GBP": Money.of(0, "GBP"), "CHF": Money.of(5, "CHF")},
            largest_charge={"EUR": Money.of("9.99", "EUR"), "SEK": Money.of(5, "SEK"), "CHF": TEN},
        )
    assert [(it.path, it.kind) for it in refused.value.problems] == [
        ("smallest_charge.SEK", "currency"),
        ("smallest_charge.GBP", "invalid"),
        ("largest_charge.CHF", "currency"),
        ("largest_charge.EUR", "invalid"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"saves_methods": 1},
        {"partial_capture": None},
        {"refunds": "yes"},
        {"authorization_lifetime": 7},
        {"authorization_lifetime": timedelta(-1)},
        {"refund_window": timedelta(-1)},
        {"longest_hold": "90 days"},
        {"smallest_charge": [("EUR", TEN)]},
        {"smallest_charge": {"EUR": 5}},
        {"largest_charge": {5: TEN}},
        {"largest_charge": None},
        {"dispute_fee": {"EUR": 15}},
        {"currencies": "EUR"},
        {"currencies": ["EUR", "EURO"]},
        {"currencies": 5},
        {"partial_refunds": None},
        {"returns_fee": "no"},
        {"returns_dispute_fee": 0},
    ],
    ids=str,
)
def test_what_no_abilities_can_be(changes):
    with pytest.raises(InvalidValue):
        able(**changes)


def test_a_provider_charges_some_currencies_or_all():
    assert able().currencies is None
    assert able(currencies=["EUR", "USD"]).currencies == {"EUR", "USD"}
