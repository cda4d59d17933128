"""Words: whatever the ledger can say is said to people in their language, and never as a code."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from funding_houses import eventful

import pushcore
from pushcore import (
    Account,
    Bearer,
    Zone,
    state_account,
)
from pushcore.books import Span
from pushcore.ledger import Holder, chart, recipes, reversals
from pushcore.ledger.chart import named
from pushcore.ledgers import audit_ledger, export_ledger
from pushcore.payouts import FeeBearer
from pushcore.texts import LANGUAGES, Words, statement_csv, statement_text, words
from pushcore.usecases import state_backer, state_everybody

BRUSSELS, BY = Zone("Europe/Brussels"), {"actor": "clerk"}


def of_accounts():
    """The kind of every account in the chart."""
    paths = {it.path for it in vars(chart).values() if isinstance(it, Account)}
    for name, make in inspect.getmembers(chart, inspect.isfunction):
        if name.endswith("_account") and not name.startswith("_"):
            size = len(inspect.signature(make).parameters)
            args = ("EUR", "USD") if name == "clearing_account" else ("x", "y")[:size]
            paths.add(make(*args).path)
    return {named(path).sort for path in paths}


def of_tables():
    """The recipes that stand in the tables which say what each of them moves."""
    found = set()
    for module in recipes, reversals:
        table = module.__doc__.partition(".. code-block:: text")[2]
        found |= set(re.findall(r"^    ([a-z]+(?:[ -][a-z]+)*?)(?:  | (?=campaign/))", table, re.MULTILINE))
    return {name.replace(" ", "-") for name in found}


def of_code():
    """The recipes that something is written down by, anywhere in the library."""
    makers = {"Transaction": 1, "phased": 1, "moved": 1, "positions": 1}
    for path in Path(pushcore.__file__).parent.rglob("*.py"):
        if "testing" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", getattr(node.func, "attr", None))
                    if name in makers and len(node.args) > makers[name]:
                        second = node.args[makers[name]]
                        if isinstance(second, ast.Constant) and isinstance(second.value, str):
                            yield second.value


RECIPES, SORTS = of_tables(), of_accounts()
LONGEST = 40  # what is longer is cut in a table
BEARERS = {it.value for it in (*Bearer, *FeeBearer)}
KINDS = {"fees", "on-top", "set-off", "from-payout", "from-reserve", "paid-back", "write-off"}


def test_the_tables_name_every_recipe():
    assert {"charge", "owe-back", "calling-off", "dispute-fee", "returned-transfer", "write-off"} <= RECIPES
    assert set(of_code()) <= RECIPES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_recipe_and_account_has_a_word_in_every_language(language):
    texts = words(language).texts
    holders = {it.value for it in Holder}
    assert (RECIPES | SORTS | BEARERS | KINDS | holders | {"tip"}) - texts.keys() == set()
    assert not [code for code, text in texts.items() if "-" in code and text == code]
    assert max(map(len, texts.values())) <= LONGEST


def told_of(ports):
    return (*state_everybody(ports, Span()), *state_backer(ports, "b0", Span()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_reads_a_code(language):
    statements = told_of(eventful())
    marked = Words(language, {code: f"<{code}>" for code in words(language).texts})
    kinds = {line.kind for it in statements for line in it.lines}
    assert kinds >= {"credit", "spending", "dispute", "from-payout", "from-reserve", "paid-back", "borne"}
    for statement in statements:
        text = statement_text(statement, "en", BRUSSELS, own_words=marked)
        for code in (*RECIPES, *SORTS, *KINDS, "host", "tip"):
            assert not re.search(rf"(^|\s){code}(\s|:|$)", text), (code, text)


def test_a_wallet_and_what_was_paid_are_told_apart():
    paid, wallet = state_backer(eventful(), "b0", Span())
    assert statement_text(paid, "nl", BRUSSELS).startswith("Rekeningoverzicht – Donateur: b0")
    assert statement_text(wallet, "nl", BRUSSELS).startswith("Rekeningoverzicht – Tegoed: b0")
    assert "Als Guthaben gutgeschrieben: Trinkgeld" in statement_text(paid, "de", BRUSSELS)
    assert "b0" not in statement_text(wallet, "de", BRUSSELS).partition("\n")[2]


def plain(text):
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_a_debt_is_told_in_words():
    told = {(it.holder, it.owner): it for it in told_of(eventful())}
    creator = told[Holder.CREATOR, "lanterne"]
    text = plain(statement_text(creator, "fr", BRUSSELS))
    assert f"Dette : lune  -{creator.owed.text.replace('.', ',')} €" in text
    platform = plain(statement_text(told[Holder.PLATFORM, None], "fr", BRUSSELS))
    assert re.search(r"Pris en charge : Structure d'accueil +-10,00 €", platform)
    assert re.search(r"Créances irrécouvrables : Plateforme +-5,00 €", platform)


def test_lines_of_two_disputes_differ_on_paper_and_in_a_file():
    (creator, *_) = [it for it in told_of(eventful()) if it.owner == "lanterne"]
    text, rows = statement_text(creator, "de", BRUSSELS), statement_csv(creator, decimal_mark=",")
    for reference in "dp_0", "dp_1":
        written = [it.split() for it in text.split("\n")]
        told = [it for it in written if it[1:3] == ["Rückbelastung", reference]]
        assert told
        assert len(told) == len([it for it in rows.split("\r\n") if f";dispute;;{reference};" in it])


def test_all_of_it_is_conserved(tmp_path):
    """Wallets, debts that were written off, reserves and disputes: an audit of the file finds nothing."""
    ports = eventful()
    with (tmp_path / "ledger.csv").open("w", encoding="utf-8", newline="") as file:
        export_ledger(ports.store.transactions(), file)
    audited = audit_ledger(tmp_path / "ledger.csv")
    assert audited.findings == ()
    totals = {it.campaign_id: it for it in audited.campaigns}
    assert totals == {name: state_account(ports, name).totals for name in ("lanterne", "novel")}
    assert all(state_account(ports, name).conserved for name in totals)
