"""No law is broken in the worlds of seeds 100 to 149, whatever fails in them."""

import pytest
from worlds import live_through


@pytest.mark.parametrize("seed", range(100, 150))
def test_no_law_is_broken(seed):
    assert live_through(seed).steps >= 120
