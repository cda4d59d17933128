"""New ids: never the same one twice."""

from __future__ import annotations

import pytest

from pushcore.memory import CountingIds, RandomIds

MANY = 1_000


@pytest.mark.parametrize("make_ids", [CountingIds, RandomIds])
def test_no_id_is_given_twice(make_ids):
    ids = make_ids()
    assert len({ids.new_id() for _ in range(MANY)}) == MANY
