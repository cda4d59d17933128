"""No law is broken in the worlds of seeds 0 to 49, whatever fails in them."""

import pytest
from worlds import live_through


@pytest.mark.parametrize("seed", range(50))
def test_no_law_is_broken(seed):
    assert live_through(seed).steps >= 120
