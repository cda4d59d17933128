"""Tables: every row ends where the others do, whatever letters it is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore.errors import InvalidValue
from pushcore.texts import plain, table, width

ROWS = st.integers(1, 4).flatmap(
    lambda size: st.lists(
        st.lists(st.text(max_size=60), min_size=size, max_size=size), min_size=1, max_size=5
    )
)


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("映画", 4), ("é", 1), ("e\u0301", 1), ("ｗ", 2), ("🎬", 2), ("", 0)]
)
def test_letters_are_as_wide_as_they_are(text, columns):
    assert width(text) == columns


def test_columns_line_up():
    rows = [["映画", "1.00"], ["cine\u0301ma", "100.00"], ["film", "-5.00"]]
    assert table(rows, right=[1]).split("\n") == ["映画      1.00", "cine\u0301ma  100.00", "film     -5.00"]


@given(ROWS)
def test_rows_are_as_wide_as_each_other(rows):
    marked = [[*row, "|"] for row in rows]
    written = table(marked).split("\n")
    assert len(written) == len(rows)
    assert len({width(line) for line in written}) == 1
    assert all(line.isprintable() for line in written)


def test_what_is_not_seen_is_left_out():
    assert plain("a\u202eb\u200fc\x00\nd\u00a0e\ud800") == "abc d e"


def test_a_long_cell_is_cut_and_says_so():
    assert table([["x" * 40]]) == "x" * 40
    assert table([["x" * 41]]) == "x" * 39 + "…"
    assert width(table([["画" * 21]])) == 39


@pytest.mark.parametrize(
    "rows", [[["a"], ["a", "b"]], [[1]], "ab", None, [None]], ids=["uneven", "number", "text", "none", "row"]
)
def test_what_is_no_table_is_refused(rows):
    with pytest.raises(InvalidValue):
        table(rows)


def test_an_empty_table_is_nothing():
    assert table([]) == ""
