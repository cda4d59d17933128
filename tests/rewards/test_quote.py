import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Tier
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.rewards import Quote, quote

minors = st.integers(0, 10_000_00)


@given(price=minors, quantity=st.integers(1, 100), bonus=minors)
def test_a_quote_is_the_price_so_many_times_and_the_bonus(price, quantity, bonus):
    tier = Tier("t", Money.of_minor(price, "EUR"))
    assert quote(tier, quantity, Money.of_minor(bonus, "EUR")).amount.minor == price * quantity + bonus


@given(bonus=minors)
def test_without_a_tier_it_is_the_bonus(bonus):
    given = Money.of_minor(bonus, "EUR")
    assert quote(None, 1, given) == Quote(None, 1, given)
    assert quote(None, 1, given).amount == given


def test_a_price_and_a_bonus_of_two_currencies_have_no_sum():
    with pytest.raises(CurrencyMismatch):
        _ = Quote(Money.of(1, "EUR"), 1, Money.of(1, "USD")).amount


@pytest.mark.parametrize(
    "parts", [(10, 1, Money.of(1, "EUR")), (None, 0, Money.of(1, "EUR")), (None, 1, None)]
)
def test_what_no_quote_can_be(parts):
    with pytest.raises(InvalidValue):
        Quote(*parts)
