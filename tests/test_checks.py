"""The small validators that all values share."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import IntEnum

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money
from pushcore._checks import above_zero, counted, each, expect, items, kind, shown, stream, unique
from pushcore.errors import InvalidValue


class Level(IntEnum):
    ONE = 1


class Shy:
    def __repr__(self):
        raise RuntimeError


def value_with(validator, converter=None):
    """A value of one field."""
    return attrs.make_class(
        "Value", {"field": attrs.field(validator=validator, converter=converter)}, frozen=True
    )


def refuses(validator, *values, match="Value.field: .*got"):
    make = value_with(validator)
    for value in values:
        with pytest.raises(InvalidValue, match=match) as refused:
            make(value)
        assert refused.value.facts["field"] == "field"


def accepts(validator, *values):
    for value in values:
        assert value_with(validator)(value).field is value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "5"),
        ("a\n", r"'a\n'"),
        (10**5000, "<an int of 16610 bits>"),
        (-(10**5000), "<an int of 16610 bits>"),
        ([10**5000], "<list>"),
        (Shy(), "<Shy>"),
        ("x" * 58, "'" + "x" * 58 + "'"),
        ("x" * 59, "'" + "x" * 58 + "… (61 characters)"),
        (2**4000 - 1, str(2**4000 - 1)[:59] + "… (1205 characters)"),
        (2**4000, "<an int of 4001 bits>"),
        (Shy, "Shy"),
        (object(), "<object>"),
        (accepts, "<function>"),
    ],
    ids=range(13),
)
def test_any_value_can_be_shown(value, text):
    assert shown(value) == text


def test_kind():
    accepts(kind(int), 5, Level.ONE)
    refuses(kind(int), True, 5.0, "5", None)
    accepts(kind(int, None), 5, None)
    refuses(kind(int, None), True, "", match="expected int or None, got")
    accepts(kind(bool), True)
    accepts(kind(int, bool), True, 5)
    refuses(kind(bool), 1, None)


def test_each():
    accepts(each(int, str), (), (1, "a"))
    refuses(each(int, str), (1, None), match="expected int or str at 1, got None")


def test_counted():
    accepts(counted(1), 1, 10**18)
    refuses(counted(1), 10**18 + 1, 10**5000, match="too many, got")
    refuses(counted(1), 0, match="expected at least 1, got 0")
    refuses(counted(1), True, 1.0, "1", None, Level.ONE, match="expected a whole number")
    accepts(counted(1, optional=True), None, 1)
    refuses(counted(1, optional=True), 0, True)


def test_above_zero():
    accepts(above_zero, None, Money.of_minor(1, "EUR"))
    refuses(
        above_zero, Money.zero("EUR"), Money.of(-1, "EUR"), match="expected an amount above zero, got Money"
    )


@given(st.lists(st.integers()))
def test_any_ordered_iterable_becomes_a_tuple(numbers):
    expected = tuple(numbers)
    for given_ in (numbers, expected, iter(numbers), (n for n in numbers), dict(enumerate(numbers)).values()):
        assert items(given_) == expected
    assert items(expected) is expected
    assert list(stream(iter(numbers))) == numbers


@pytest.mark.parametrize("value", ["ab", b"ab", {"a": 1}, 5, None, object, Iterable], ids=repr)
def test_other_values_are_no_sequence(value):
    for read in (items, stream):
        with pytest.raises(InvalidValue, match="expected a sequence, got"):
            read(value)


@pytest.mark.parametrize("value", [{1}, frozenset({1}), {1: 2}.keys()], ids=repr)
def test_what_has_no_order_is_no_sequence(value):
    with pytest.raises(InvalidValue, match="which has no order"):
        items(value)
    assert list(stream(value)) == [1]


def test_an_error_while_items_are_made_is_not_hidden():
    def broken():
        yield 1
        raise TypeError("mine")  # noqa: EM101

    for read in (items, lambda value: list(stream(value))):
        with pytest.raises(TypeError, match="mine"):
            read(broken())


def test_expect():
    expect(5, int, str, what="it")
    expect(datetime(2026, 1, 1), date, datetime, what="it")
    for wrong in None, True, 5.0:
        with pytest.raises(InvalidValue, match=f"it: expected int or str, got {wrong}"):
            expect(wrong, int, str, what="it")
    with pytest.raises(InvalidValue, match="it: expected date, got 2026-01-01 00:00:00"):
        expect(datetime(2026, 1, 1), date, what="it")
    expect(3, int, what="it", least=3)
    with pytest.raises(InvalidValue, match="it: expected at least 3, got 2"):
        expect(2, int, what="it", least=3)


@given(st.lists(st.integers(0, 5)))
def test_unique(numbers):
    if len(set(numbers)) == len(numbers):
        unique(numbers, what="number")
    else:
        with pytest.raises(InvalidValue, match=r"number \d stands twice"):
            unique(iter(numbers), what="number")
