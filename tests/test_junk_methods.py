"""Junk for every method of a value: it is taken, or refused with an error of pushcore's own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from junk import METHODS, hand_junk


@pytest.mark.parametrize("name", METHODS)
@settings(max_examples=50)
@given(data=st.data())
def test_junk_is_taken_or_refused(name, data):
    hand_junk(METHODS[name], data)
