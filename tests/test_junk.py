"""Junk for every public name: it is taken, or refused with an error of pushcore's own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from junk import OFFERED, hand_junk

import pushcore


@pytest.mark.parametrize("name", OFFERED)
@settings(max_examples=50)
@given(data=st.data())
def test_junk_is_taken_or_refused(name, data):
    hand_junk(OFFERED[name], data)


def test_nothing_is_left_out():
    assert {f"pushcore.{name}" for name in pushcore.__all__} - OFFERED.keys() == {"pushcore.errors"}
