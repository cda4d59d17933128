"""Ledger rows: every posting as text, and nothing of it lost."""

import csv
import io
from decimal import Decimal

import pytest
from entries import AT, BANK, HELD, eur, moved, pending, transaction
from hypothesis import given
from hypothesis import strategies as st

from pushcore.errors import InvalidValue
from pushcore.ledger import LEDGER_COLUMNS, ledger_rows
from pushcore.testing.strategies import transactions


@given(st.lists(transactions(), max_size=4))
def test_each_posting_is_a_row_and_each_void_too(ledger):
    rows = [dict(zip(LEDGER_COLUMNS, row, strict=True)) for row in ledger_rows(ledger)]
    assert len(rows) == sum(len(it.postings) or 1 for it in ledger)
    postings = [posting for it in ledger for posting in it.postings or (None,)]
    for row, posting in zip(rows, postings, strict=True):
        if posting is None:
            assert {row[name] for name in LEDGER_COLUMNS[5:]} == {""}
        else:
            assert Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0) == posting.amount.amount
            assert (row["debit"] == "") != (row["credit"] == "")


def test_a_reservation_and_its_void():
    out = pending("t", eur(5))
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(ledger_rows([out, out.voided("u", AT)]))
    assert file.getvalue() == (
        "t,test,2026-01-05 00:00:00+00:00,pending,,1,bank,debit,no,0.05,,EUR\n"
        "t,test,2026-01-05 00:00:00+00:00,pending,,2,held,credit,yes,,0.05,EUR\n"
        "u,test,2026-01-05 00:00:00+00:00,voided,t,,,,,,,\n"
    )


def test_a_posting_of_nothing_is_a_credit():
    nothing = transaction("t", moved(eur(0), HELD, BANK))
    assert [row[9:11] for row in ledger_rows([nothing])] == [("", "0.00"), ("", "0.00")]


@pytest.mark.parametrize("junk", [5, "t", [5], [None]])
def test_only_transactions_have_rows(junk):
    with pytest.raises(InvalidValue):
        list(ledger_rows(junk))
