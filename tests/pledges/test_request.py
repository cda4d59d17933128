import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import request

from pushcore import Money
from pushcore.errors import InvalidValue


@given(bonus=st.integers(0, 10**12), quantity=st.integers(1, 1_000_000))
def test_what_a_backer_may_ask_for(bonus, quantity):
    amount = Money.of_minor(bonus, "EUR")
    assert request(bonus=amount, tier_id="postcard", quantity=quantity).selection.quantity == quantity
    assert request(bonus=amount).selection.tier_id is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"bonus": Money.of("-0.01", "EUR")},
        {"quantity": 2},
        {"tier_id": "postcard", "quantity": 0},
        {"tier_id": "postcard", "quantity": 1_000_001},
        {"tier_id": "postcard", "quantity": 10**5000},
        {"tier_id": "postcard", "quantity": True},
        {"tier_id": ""},
        {"pledge_id": None},
        {"pledge_id": "p\n1"},
        {"backer_id": 7},
        {"campaign_id": ""},
        {"actor": None},
        {"expects": 25},
        {"recipient_id": ""},
        {"anonymous": 1},
        {"hides_amount": None},
    ],
)
def test_what_nobody_can_ask_for(wrong):
    """LF01: a negative amount, or no key for the request, never reaches the provider."""
    with pytest.raises(InvalidValue):
        request(**wrong)
