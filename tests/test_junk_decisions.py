"""Junk for every decision: it is taken, or refused with an error of pushcore's own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from junk import DECIDED, hand_junk


@pytest.mark.parametrize("name", DECIDED)
@settings(max_examples=50)
@given(data=st.data())
def test_junk_is_taken_or_refused(name, data):
    hand_junk(DECIDED[name], data)
