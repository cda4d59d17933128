"""No law is broken in two hundred worlds, whatever fails in them."""

import pytest
from worlds import live_through


@pytest.mark.parametrize("seed", range(200))
def test_no_law_is_broken(seed):
    assert live_through(seed).steps >= 120
