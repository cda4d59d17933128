"""Ids: opaque printable text, and names that are made of them."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore.errors import InvalidValue
from pushcore.ids import identifier, joined, optional_identifier, optional_reference, reference

FIELD = SimpleNamespace(name="campaign_id")


def accepts(validator, value):
    try:
        validator(FIELD, FIELD, value)
    except InvalidValue:
        return False
    return True


@given(st.text(max_size=205))
def test_printable_text_without_spaces_at_its_ends(text):
    fine = 0 < len(text) <= 200 and text.isprintable() and text == text.strip(" ")
    assert accepts(identifier, text) is fine


@pytest.mark.parametrize("text", ["p1", "0" * 200, "a b", "Ünïcödé", "lanterne/lune", "日本", "%"])
def test_ids(text):
    assert accepts(identifier, text)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        " a",
        "a ",
        "a\n",
        "a\tb",
        "\0",
        "\u200b",
        "\ud800",
        "\u00a0",
        "x" * 201,
        None,
        5,
        True,
        b"a",
        ["a"],
    ],
    ids=repr,
)
def test_what_is_no_id(value):
    with pytest.raises(InvalidValue, match=r"SimpleNamespace\.campaign_id: expected an id .*got") as refused:
        identifier(FIELD, FIELD, value)
    assert refused.value.facts == {"field": "campaign_id", "value": value}


def test_a_reference_may_be_longer():
    assert accepts(reference, "x" * 2000)
    assert not accepts(reference, "x" * 2001)
    assert not accepts(reference, "a ")


def test_none_where_it_is_allowed():
    for required, optional in ((identifier, optional_identifier), (reference, optional_reference)):
        assert accepts(optional, None)
        assert not accepts(required, None)
        assert not accepts(optional, "")
        assert accepts(optional, "a")


names = st.lists(st.text("a/%25F", max_size=6), min_size=1, max_size=3)


@given(names, names)
def test_joined_names_are_as_distinct_as_what_they_are_made_of(some, others):
    assert (joined(*some) == joined(*others)) is (some == others)
