"""Orders and answers: what is said to a provider and back."""

import pickle

import pytest

from pushcore import Accepted, Charge, Decline, Declined, Money, Prepare, Transfer, Void
from pushcore.errors import InvalidValue

TEN = Money.of(10, "EUR")
ORDERS = [
    Prepare("p1/prepare", "p1", "ana"),
    Charge("p1/charge/1", "p1", "lanterne", TEN, "method-1"),
    Void("p1/void", "p1", "p1/prepare"),
    Transfer("lanterne/lune/transfer/1", "lanterne/lune", "lune", TEN),
]
ANSWERS = [Accepted("ch_1"), Declined(Decline.FINAL), Declined(Decline.NEEDS_BACKER, "expired-card")]


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


@pytest.mark.parametrize("amount", [Money.zero("EUR"), -TEN], ids=str)
def test_nothing_is_not_moved(amount):
    with pytest.raises(InvalidValue, match=r"Charge\.amount: expected an amount above zero"):
        Charge("k", "p1", "lanterne", amount, "method-1")
    with pytest.raises(InvalidValue, match=r"Transfer\.amount: expected an amount above zero"):
        Transfer("k", "lanterne/lune", "lune", amount)


def test_names_made_of_the_longest_ids_fit():
    longest = "x" * 200
    assert Charge(f"{longest}/charge/1", longest, longest, TEN, "m" * 255).key.endswith("/charge/1")
