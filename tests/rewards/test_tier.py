import pytest

from pushcore import Money, Tier
from pushcore.errors import InvalidValue


def test_a_reward_may_be_free_and_without_end():
    """OC16 allows a tier of nothing."""
    assert Tier("thanks", Money.zero("EUR")).limit is None


@pytest.mark.parametrize(
    ("tier_id", "price", "limit"),
    [
        ("", Money.of(1, "EUR"), None),
        (7, Money.of(1, "EUR"), None),
        ("t", Money.of(-1, "EUR"), None),
        ("t", 1, None),
        ("t", Money.of(1, "EUR"), -1),
        ("t", Money.of(1, "EUR"), 1.5),
        ("t", Money.of(1, "EUR"), True),
    ],
)
def test_what_no_tier_can_be(tier_id, price, limit):
    with pytest.raises(InvalidValue):
        Tier(tier_id, price, limit=limit)
