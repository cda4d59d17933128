"""Ledgers that others recorded, audited with the maps of the examples: which laws hold, and where not."""

import csv
import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from pushcore import Money
from pushcore.ledgers import audit_ledger, read_map

MAPS = Path(__file__).parents[2] / "examples" / "ledgers"


@pytest.fixture(scope="module")
def collective(data_dir):
    ledger = data_dir / "sample/astro_ledger_nonames.csv.gz"
    return audit_ledger(ledger, read_map(MAPS / "open-collective.toml"), limit=1_000)


def usd(text):
    return Money.of(text, "USD")


def test_a_collective_never_spends_what_it_has_not_and_every_event_balances(collective):
    assert (collective.lines, collective.left_out, collective.transactions) == (3136, 0, 1711)
    (total,) = collective.totals
    assert total.debits == total.credits == usd("1400528.17")
    assert str(collective.first) == "2021-08-14 02:58:28+00:00"
    assert {it.rule for it in collective.findings if not it.warning} == {"the host fee is a tenth"}


def test_two_gifts_of_a_collective_paid_a_twentieth(collective):
    assert [(it.lines, it.off) for it in collective.findings if not it.warning] == [
        ((564, 565), usd("0.10")),
        ((821, 822), usd("1.00")),
    ]


def test_how_often_each_law_of_a_collective_was_looked_at_and_broken(collective):
    assert [(it.law, it.checked, it.broken) for it in collective.laws] == [
        ("an id stands once", 3136, 0),
        ("a credit adds", 1452, 0),
        ("a debit takes", 1684, 0),
        ("an event has one gift and one host fee at most", 1711, 0),
        ("a gift pays a host fee", 1460, 39),
        ("the host fee is a tenth", 1421, 2),
        ("a reversal gives back all", 9, 0),
        ("nothing is reversed twice", 9, 0),
        ("what is reversed is marked so", 9, 0),
    ]
    assert [(it.rule, it.findings) for it in collective.tallies if it.warning] == [
        ("out-of-order", 93),
        ("a gift pays a host fee", 39),
    ]


@pytest.mark.parametrize("column", ["Amount Single Column", "Payment Processor Fee"])
def test_ten_cents_more_in_one_cell_of_a_collective_are_found(data_dir, tmp_path, column):
    """Of the gift on line 4, which a host fee of a tenth stands beside on line 3."""
    with gzip.open(data_dir / "sample/astro_ledger_nonames.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows[2]["Kind"] == "CONTRIBUTION"
    rows[2][column] = str(Decimal(rows[2][column]) + Decimal("0.10"))
    with (tmp_path / "l.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    verdict = audit_ledger(tmp_path / "l.csv", read_map(MAPS / "open-collective.toml"))
    assert verdict.found == 3
    assert verdict.findings[0].lines == (3, 4)


def test_what_a_provider_takes_and_leaves_is_all_there_is(data_dir):
    ledger = data_dir / "reference/stripe_balance_transactions_testmode_14.json"
    verdict = audit_ledger(ledger, read_map(MAPS / "stripe-balance.toml"))
    assert verdict.sound
    assert [(it.checked, it.broken) for it in verdict.laws] == [(14, 0), (14, 0), (14, 0)]
    text = ledger.read_text(encoding="utf-8")
    assert text.count('"net": 9640') == 1


def test_a_net_that_is_off_is_found_in_its_own_currency(data_dir, tmp_path):
    ledger = data_dir / "reference/stripe_balance_transactions_testmode_14.json"
    text = ledger.read_text(encoding="utf-8").replace('"net": 9640', '"net": 9641')
    (tmp_path / "l.json").write_text(text, encoding="utf-8")
    verdict = audit_ledger(tmp_path / "l.json", read_map(MAPS / "stripe-balance.toml"))
    assert [(it.rule, it.off) for it in verdict.findings if not it.warning] == [
        ("the net is what the fee leaves", Money.of("-1", "JPY"))
    ]


@pytest.mark.parametrize("name", sorted(MAPS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_map_of_the_examples_is_one(name):
    assert read_map(name).columns
