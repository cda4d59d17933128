"""Invoices as texts: every amount, in the words of the reader."""

from datetime import UTC, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import money

from pushcore import Percentage, Zone
from pushcore.books import Invoice, InvoiceLine, TaxTotal
from pushcore.errors import InvalidValue
from pushcore.testing import strategies
from pushcore.texts import LANGUAGES, Words, invoice_text

PARIS = Zone("Europe/Paris")
NOTE = Invoice(
    "c/fees-back/1",
    "fees/2026",
    "F-2026-0002",
    2,
    datetime(2026, 2, 10, 23, tzinfo=UTC),
    "c",
    "lune",
    [InvoiceLine("platform", money("-12.10")), InvoiceLine("listing", money("-1.00"))],
    [TaxTotal(Percentage.of("21"), money("-10.00"), money("-2.10"))],
    ["F-2026-0001"],
)


def test_a_credit_note_says_what_it_corrects():
    assert invoice_text(NOTE, "en", PARIS).split("\n") == [
        "Credit note F-2026-0002",
        "Issued: Feb 11, 2026",
        "Creator: lune",
        "Corrects: F-2026-0001",
        "",
        "Fee: platform  -€12.10",
        "Fee: listing    -€1.00",
        "",
        "Net       -€11.00",
        "Tax: 21%   -€2.10",
        "Gross     -€13.10",
        "",
    ]


def test_a_credit_note_names_every_invoice_it_corrects():
    note = attrs.evolve(NOTE, corrects=["F-2025-0041", "F-2026-0001"])
    assert "Corrects: F-2025-0041, F-2026-0001" in invoice_text(note, "en", PARIS).split("\n")


@given(strategies.invoices(), st.sampled_from(LANGUAGES))
def test_any_invoice_can_be_told(invoice, locale):
    text = invoice_text(invoice, locale, PARIS)
    assert all(line.isprintable() for line in text.split("\n"))
    assert invoice.number in text


@pytest.mark.parametrize(
    "args",
    [(None, "en", PARIS), (NOTE, "xx", PARIS), (NOTE, "en", None)],
    ids=["no invoice", "xx", "no zone"],
)
def test_what_cannot_be_told_is_refused(args):
    with pytest.raises(InvalidValue):
        invoice_text(*args)
    with pytest.raises(InvalidValue):
        invoice_text(NOTE, "ar", PARIS, own_words=Words("ar", {}))
