"""The simulator finds the mistakes that the races, the restarts and the random histories find."""

import faulty
import pytest
from test_faulty_libraries import found_in


@pytest.mark.parametrize(
    "mistake", [it for it in faulty.FAULTY if it not in faulty.OWN], ids=lambda it: it.__name__
)
def test_it_is_found(mistake, monkeypatch):
    assert found_in(mistake, monkeypatch) is not None
