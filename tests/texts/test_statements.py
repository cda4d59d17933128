"""Statements as texts: aligned, localised, and as CSV that no spreadsheet takes for formulas."""

import csv
import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import money

from pushcore import Money, Posting, Transaction, Zone
from pushcore.books import Span, creator_statement, platform_statement
from pushcore.errors import InvalidValue
from pushcore.ledger import chart, recipes
from pushcore.schemas import dump, load
from pushcore.testing import strategies as given_
from pushcore.texts import LANGUAGES, Words, format_day, statement_csv, statement_text, words
from pushcore.texts._words import _CODES, _TEXTS

BRUSSELS = Zone("Europe/Brussels")
AT = datetime(2026, 2, 4, 9, tzinfo=UTC)
FIRST = Span.quarter(2026, 1, BRUSSELS)


def ledger(pledge_id="p1", line="card", payee="band"):
    bank, held = chart.PROVIDER, chart.held_account("c")
    amount = money("1234.50")
    return [
        Transaction(f"{pledge_id}/receipt", "receipt", AT, [Posting(bank, amount), Posting(held, -amount)]),
        recipes.settlement("c", amount, {line: money("34.50")}, {payee: money("1200")}, AT),
    ]


def statement(span=FIRST, **changed):
    return creator_statement(ledger(**changed), "c", "EUR", span)


def lines(text):
    return text.replace("\u202f", " ").split("\n")


def test_what_a_creator_reads():
    assert lines(statement_text(statement(), "en", BRUSSELS)) == [
        "Statement – Creator: c",
        "Jan 1, 2026 – Mar 31, 2026",
        "",
        "Date          What              About     Amount    Balance",
        "Jan 1, 2026   Opening balance                         €0.00",
        "Feb 4, 2026   Received offline  p1     €1,234.50  €1,234.50",
        "Feb 4, 2026   Fee: card         c        -€34.50  €1,200.00",
        "Mar 31, 2026  Closing balance                     €1,200.00",
        "",
        "Totals",
        "Received offline  €1,234.50",
        "Fee: card           -€34.50",
        "",
        "Closing balance",
        "Payee: band  €1,200.00",
        "",
    ]


@pytest.mark.parametrize(
    ("locale", "line"),
    [
        ("fr_BE", "4 févr. 2026  Frais : card     c         -34,50 €  1 200,00 €"),
        ("nl", "4 feb 2026   Kosten: card      c       € -34,50  € 1.200,00"),
        ("de", "04.02.2026  Gebühr: card      c        -34,50 €  1.200,00 €"),
        ("de_AT", "04.02.2026  Gebühr: card      c        -€ 34,50  € 1.200,00"),
        ("es", "4 feb 2026   Comisión: card         c        -34,50 €  1.200,00 €"),
        ("pt-BR", "4 de fev. de 2026   Taxa: card        c        -€ 34,50  € 1.200,00"),
        ("it", "4 feb 2026   Commissione: card  c        -34,50 €  1.200,00 €"),
    ],
)
def test_each_language_has_its_own_words_dates_and_amounts(locale, line):
    words_of = [it.split() for it in lines(statement_text(statement(), locale, BRUSSELS))]
    assert line.split() in words_of


def test_the_beginning_and_the_end_of_everything_have_no_day():
    text = lines(statement_text(statement(Span()), "en", BRUSSELS))
    assert text[1] == "the beginning – now"
    assert text[4].startswith("             Opening balance")


def test_a_statement_of_nothing_has_no_totals():
    text = statement_text(platform_statement([], "EUR", FIRST), "en", BRUSSELS)
    assert lines(text)[0] == "Statement – Platform"
    assert "Totals" not in text


def test_a_host_has_words_of_its_own():
    mine = Words("en", words("en").texts | {"receipt": "Geschenkt"})
    assert "Geschenkt" in statement_text(statement(), "en", BRUSSELS, own_words=mine)
    bare = statement_text(statement(), "ja", BRUSSELS, own_words=Words("ja", {}))
    assert "receipt" in bare
    assert "fees: card" in bare


def test_every_language_has_a_word_for_everything():
    assert set(LANGUAGES) == {"de", "en", "es", "fr", "it", "nl", "pt"}
    for texts in _TEXTS.values():
        assert len(texts) == len(_CODES)
        assert all(texts)
    assert words("pt_BR").language == words("pt").language == "pt"


EVIL = ["=1+1", "+1", "-1", "@cmd", "'=1", "\uff1d1", "=HYPERLINK('x')"]


@pytest.mark.parametrize("name", EVIL)
def test_no_text_of_a_csv_is_a_formula(name):
    written = statement_csv(statement(pledge_id=name, line=name), decimal_mark=".")
    rows = list(csv.DictReader(StringIO(written)))
    assert rows[1]["about"] == f"'{name}"
    assert rows[2]["name"] == f"'{name}"
    for row in rows:
        for heading in ("kind", "name", "about", "account", "transaction"):
            assert not row[heading] or row[heading][0] not in "=+-@\uff1d"
    assert rows[2]["amount"] == "-34.50"


def test_a_plain_name_is_left_alone():
    written = statement_csv(statement(pledge_id="p-1=2", line="o'card"), decimal_mark=".")
    rows = list(csv.DictReader(StringIO(written)))
    assert (rows[1]["about"], rows[2]["name"]) == ("p-1=2", "o'card")


@given(given_.account_statements(), st.sampled_from([".", ","]))
def test_csv_is_read_back_to_the_minor_unit(stated, mark):
    written = statement_csv(stated, decimal_mark=mark)
    delimiter = ";" if mark == "," else ","
    opening, *found, closing = csv.DictReader(StringIO(written, newline=""), delimiter=delimiter)

    def read(text):
        return Money.of(text.replace(mark, "."), stated.currency)

    def original(text):
        return text.removeprefix("'")

    assert (read(opening["balance"]), read(closing["balance"])) == (stated.opening, stated.closing)
    assert [
        (
            datetime.fromisoformat(it["at"]),
            original(it["kind"]),
            original(it["account"]),
            read(it["amount"]),
            original(it["transaction"]),
        )
        for it in found
    ] == [(it.at, it.kind, it.account, it.amount, it.transaction_id) for it in stated.lines]


@given(given_.account_statements())
def test_json_has_decimal_strings_and_is_read_back(stated):
    written = json.loads(json.dumps(dump(stated)))
    assert load(written) == stated
    assert all(isinstance(it["amount"]["amount"], str) for it in written["lines"])


@given(given_.account_statements(), st.sampled_from(["en", "fr", "de", "pt_BR"]))
def test_any_statement_can_be_told(stated, locale):
    text = statement_text(stated, locale, BRUSSELS)
    assert text.endswith("\n")
    assert all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: statement_text(None, "en", BRUSSELS),
        lambda: statement_text(statement(), "xx", BRUSSELS),
        lambda: statement_text(statement(), None, BRUSSELS),
        lambda: statement_text(statement(), "en", "Europe/Brussels"),
        lambda: statement_text(statement(), "en", BRUSSELS, own_words={}),
        lambda: statement_text(statement(), "ar", BRUSSELS, own_words=words("en")),
        lambda: statement_text(statement(), "xx", BRUSSELS, own_words=words("en")),
        lambda: statement_csv(None, decimal_mark="."),
        lambda: statement_csv(statement(), decimal_mark="·"),
        lambda: statement_csv(statement(), decimal_mark=None),
        lambda: Words("en", {"charge": 1}),
        lambda: Words("en", None),
        lambda: words("en").of(None),
        lambda: format_day(AT, "xx", BRUSSELS),
        lambda: format_day(AT, "he", BRUSSELS),
        lambda: format_day(AT, 1, BRUSSELS),
        lambda: format_day(None, "en", BRUSSELS),
    ],
    ids=range(17),
)
def test_what_cannot_be_told_is_refused(make):
    with pytest.raises(InvalidValue):
        make()


def test_the_last_day_is_the_last_one_in_the_span():
    until = datetime(2026, 3, 1, 23, tzinfo=UTC)  # midnight in Brussels
    for end, day in ((until, "Mar 1, 2026"), (until + timedelta(hours=1), "Mar 2, 2026")):
        assert lines(statement_text(statement(Span(AT, end)), "en", BRUSSELS))[1].endswith(day)
