"""Our own ledgers: written to a file, they are read as the same transactions, and audited as before."""

import codecs
import csv
import gzip
import io
import json
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from files import audited, found
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Transaction
from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.ledger import LEDGER_COLUMNS, audit, recipes
from pushcore.ledgers import Beyond, audit_ledger, export_ledger, read_ledger
from pushcore.memory import memory_ports
from pushcore.stories import parse_story, play, write_ledger
from pushcore.testing.strategies import transactions

AT = datetime(2026, 1, 5, tzinfo=UTC)
forms = st.sampled_from(["csv", "json", "jsonl"])


def eur(text):
    return Money.of(text, "EUR")


def written(ledger, form="csv"):
    file = io.StringIO()
    export_ledger(ledger, file, form=form)
    return file.getvalue()


def saved(folder, ledger, form="csv"):
    path = folder / f"ledger.{form}"
    path.write_text(written(ledger, form), encoding="utf-8", newline="")
    return path


@given(st.lists(transactions(), min_size=1, max_size=5), forms, st.booleans())
def test_what_is_written_is_read_again_identical(tmp_path_factory, ledger, form, packed):
    path = tmp_path_factory.mktemp("ledger") / f"ledger.{form}"
    content = written(ledger, form).encode()
    if packed:
        path = path.with_suffix(f".{form}.gz")
        content = gzip.compress(content)
    path.write_bytes(content)
    assert list(read_ledger(path)) == ledger


@given(st.lists(transactions(), min_size=1, max_size=6, unique_by=lambda it: it.id), forms)
def test_a_file_is_found_as_sound_as_its_transactions(tmp_path_factory, ledger, form):
    path = tmp_path_factory.mktemp("ledger") / f"ledger.{form}"
    path.write_text(written([*ledger, *ledger], form), encoding="utf-8", newline="")
    if not ledger:
        return
    in_memory = audit([*ledger, *ledger])
    in_file = [it for it in audit_ledger(path).findings if it.rule in {one.fault for one in in_memory}]
    assert sorted(
        (it.rule, it.transaction, it.message, it.off) for it in in_file if it.transaction
    ) == sorted((it.fault.value, it.transaction_id, it.message, it.off) for it in in_memory)


def test_a_ledger_that_a_story_writes_is_sound(tmp_path):
    story = parse_story(
        """
        story = 1
        title = "t"
        [campaign]
        currency = "EUR"
        goal = "1.00"
        zone = "UTC"
        opens = "2026-05-04 09:00"
        days = 14
        creator = "noa"
        model = "keep-it-all"
        [[events]]
        at = "2026-05-05 18:00"
        pledge = "p1"
        backer = "ana"
        amount = "79.96"
        """
    )
    outcome = play(story)
    with (tmp_path / "l.csv").open("w", newline="", encoding="utf-8") as file:
        write_ledger(outcome, file)
    verdict = audit_ledger(tmp_path / "l.csv")
    assert verdict.sound
    assert verdict.transactions == sum(1 for _ in outcome.store.transactions()) > 0
    assert [str(it.collected) for it in verdict.campaigns] == ["EUR 79.96"]
    assert list(read_ledger(tmp_path / "l.csv")) == list(outcome.store.transactions())


def test_a_store_that_has_written_nothing(tmp_path):
    path = saved(tmp_path, memory_ports(AT).store.transactions())
    with pytest.raises(InvalidDocument, match="there is no line in it"):
        audit_ledger(path)
    verdict = audit_ledger(path, allow_empty=True)
    assert (verdict.sound, verdict.lines, verdict.first, verdict.totals) == (True, 0, None, ())


def lines_of(ledger):
    """The rows of a ledger as dictionaries, to be tampered with."""
    return list(csv.DictReader(io.StringIO(written(ledger))))


def table(rows):
    file = io.StringIO()
    writer = csv.DictWriter(file, LEDGER_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def tampered(folder, rows):
    return audited(folder, table(rows), None)


CHARGE = recipes.charge("p1", "lanterne", eur("5.00"), AT)
LEDGER = [CHARGE, CHARGE.posted("p1/done", AT + timedelta(hours=1))]


def test_a_cent_that_is_lost_is_found_with_its_lines(tmp_path):
    rows = lines_of(LEDGER)
    rows[3]["credit"] = "4.99"
    verdict = tampered(tmp_path, rows)
    (unbalanced,) = verdict.findings
    assert found(verdict) == [("unbalanced", (4, 5))]
    assert (unbalanced.transaction, unbalanced.off) == ("p1/done", eur("0.01"))
    assert [(it.debits, it.credits) for it in verdict.totals] == [(eur("5.00"), eur("4.99"))]


def test_a_transaction_that_was_written_twice_in_a_row_is_not_one_of_twice_the_length(tmp_path):
    rows = lines_of([LEDGER[0], LEDGER[1]])
    assert found(tampered(tmp_path, [*rows, *rows[2:]])) == [
        ("duplicate-id", (6, 7)),
        ("not-pending", (6, 7)),
    ]


def test_a_line_that_is_gone_is_found(tmp_path):
    rows = lines_of(LEDGER)
    assert found(tampered(tmp_path, rows[:3])) == [("unbalanced", (4,))]
    assert found(tampered(tmp_path, rows[2:])) == [("not-pending", (2, 3))]


def test_money_that_went_to_another_campaign_is_missed(tmp_path):
    rows = lines_of([recipes.receipt("r", "ours", eur("5.00"), AT)])
    stolen = lines_of([recipes.settlement("ours", eur("5.00"), {}, {"eve": eur("5.00")}, AT)])
    stolen[1]["account"] = "campaign/theirs/payee/eve"
    verdict = tampered(tmp_path, [*rows, *stolen])
    assert found(verdict) == [("not-conserved", ()), ("not-conserved", ())]
    assert [it.off for it in verdict.findings] == [eur("5.00"), eur("-5.00")]
    assert "campaign ours: collected EUR 5.00" in verdict.findings[0].message


def test_what_is_missed_is_told_with_all_that_is_somewhere(tmp_path):
    rows = lines_of(
        [
            recipes.receipt("r", "ours", eur("5.00"), AT),
            recipes.settlement(
                "ours",
                eur("5.00"),
                {"platform": eur("1.00")},
                {"eve": eur("3.00")},
                AT,
                reserve=eur("2.00"),
                borne={"host": eur("1.00")},
            ),
        ]
    )
    for row in rows:
        row["account"] = row["account"].replace("payee/eve", "pay/eve")
    (finding,) = tampered(tmp_path, rows).findings
    assert finding.message == (
        "campaign ours: collected EUR 5.00, debt EUR 0.00, borne EUR 1.00; but fees EUR 1.00, "
        "payees EUR 0.00, refunded EUR 0.00, held EUR 0.00, reserved EUR 2.00"
    )


def test_what_waits_for_too_long_is_told_and_is_no_fault(tmp_path):
    late = attrs.evolve(CHARGE, id="p2", at=AT + timedelta(days=9))
    path = saved(tmp_path, [CHARGE, late, attrs.evolve(late, id="p3", at=AT + timedelta(days=10))])
    verdict = audit_ledger(path, beyond=Beyond(pending_for=timedelta(days=5)))
    assert verdict.sound
    assert [(it.rule, it.lines, it.transaction, it.message) for it in verdict.findings] == [
        ("still-pending", (2, 3), "p1", "pending for 10 days, since 2026-01-05 00:00:00Z")
    ]
    soon = Beyond(pending_for=timedelta(days=5), at=AT + timedelta(days=5))
    assert audit_ledger(path, beyond=soon).findings == ()
    later = Beyond(pending_for=timedelta(days=5), at=AT + timedelta(days=20))
    assert audit_ledger(path, beyond=later).warned == 3
    assert audit_ledger(path).findings == ()


def test_times_that_go_back_and_times_without_anything_are_told(tmp_path):
    days = [0, 3, 2, 40]
    ledger = [attrs.evolve(CHARGE, id=f"p{day}", at=AT + timedelta(days=day)) for day in days]
    verdict = audit_ledger(saved(tmp_path, ledger), beyond=Beyond(gap=timedelta(days=30)))
    assert verdict.sound
    assert [(it.rule, it.lines, it.message) for it in verdict.findings] == [
        ("out-of-order", (5, 6, 7), "2026-01-07 00:00:00Z comes after 2026-01-08 00:00:00Z"),
        ("gap", (7, 8, 9), "nothing for 38 days, from 2026-01-07 00:00:00Z to 2026-02-14 00:00:00Z"),
    ]
    assert (verdict.first, verdict.last) == (ledger[0].at, ledger[-1].at)


def test_accounts_that_should_end_at_zero(tmp_path):
    path = saved(tmp_path, LEDGER)
    verdict = audit_ledger(path, beyond=Beyond(zero=["prov*", "other"]))
    assert [(it.rule, it.message) for it in verdict.findings] == [
        ("not-zero", "provider should stand at zero in the end, not at EUR 5.00"),
        ("no-account", "no account is called as 'other' says, which should end at zero"),
    ]
    misspelt = audit_ledger(path, beyond=Beyond(zero=["provder"]))
    assert (misspelt.sound, [it.rule for it in misspelt.findings]) == (True, ["no-account"])


@pytest.mark.parametrize("name", ["l.csv", "l.jsonl", "l.json"])
@pytest.mark.parametrize("content", [b"", b" \n", codecs.BOM_UTF8])
def test_an_empty_file_is_sound_where_that_is_allowed(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidDocument, match="there is nothing in it"):
        audit_ledger(tmp_path / name)
    verdict = audit_ledger(tmp_path / name, allow_empty=True)
    assert (verdict.sound, verdict.lines) == (True, 0)


def test_transactions_come_out_until_something_is_wrong(tmp_path):
    rows = lines_of([*LEDGER, recipes.receipt("r", "ours", eur("5.00"), AT)])
    rows[2]["debit"] = "5,00"
    (tmp_path / "l.csv").write_text(table(rows))
    reading = read_ledger(tmp_path / "l.csv")
    assert next(reading) == LEDGER[0]
    with pytest.raises(InvalidDocument, match="line 4, column 'debit': amount '5,00' is not a plain number"):
        list(reading)


def test_a_transaction_that_cannot_be_is_a_problem_of_its_lines(tmp_path):
    rows = lines_of(LEDGER)
    rows[3]["credit"] = "4.99"
    (tmp_path / "l.csv").write_text(table(rows))
    with pytest.raises(InvalidDocument, match=r"line 4: transaction p1/done is off balance by EUR 0\.01"):
        list(read_ledger(tmp_path / "l.csv"))


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("transaction", "", "line 2, column 'transaction': expected a name"),
        ("at", "soon", "line 2, column 'at': time 'soon' is not written as 2026-01-05 10:00:00"),
        ("at", "2026-01-05", "line 2, column 'at': time '2026-01-05' has no offset"),
        ("phase", "paid", "line 2, column 'phase': no transaction phase 'paid'; there are pending"),
        ("posting", "one", "line 2, column 'posting': 'one' is no whole number"),
        ("posting", "", "line 2, column 'posting': '' is no whole number"),
        ("account", "", "line 2, column 'account': expected a name"),
        ("side", "left", "line 2, column 'account': no side 'left'; there are debit, credit"),
        ("guarded", "maybe", "line 2, column 'account': guarded: expected yes or no, got 'maybe'"),
        ("debit", "NaN", "line 2, column 'debit': amount 'NaN' is not a plain number"),
        ("debit", "inf", "line 2, column 'debit': amount 'inf' is not a plain number"),
        ("debit", "1" * 19, "line 2, column 'debit': amount '1111111111111111111' is not a plain number"),
        ("debit", "-5.00", "line 2, column 'debit': amount EUR -5.00 is below zero"),
        ("debit", "0.001", "line 2, column 'debit': amount '0.001' has more decimals than EUR, which has 2"),
        ("debit", "", "line 2, column 'credit': expected one of debit and credit, got '' and ''"),
        ("credit", "5.00", "line 2, column 'debit': expected one of debit and credit"),
        ("currency", "EURO", "line 2, column 'debit': unknown currency 'EURO'"),
        ("currency", "XAU", "line 2, column 'debit': XAU (Gold) has no minor unit"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(tmp_path, column, text, said):
    rows = lines_of([CHARGE])
    rows[0][column] = text
    with pytest.raises(InvalidDocument) as wrong:
        tampered(tmp_path, rows)
    assert any(f"book.csv: {said}" in str(problem) for problem in wrong.value.problems), wrong.value


def test_every_cell_that_cannot_be_read_is_named(tmp_path):
    rows = lines_of(LEDGER)
    for row, column, text in zip(rows, ("debit", "account", "at", "phase"), ("x", "", "x", "x"), strict=True):
        row[column] = text
    with pytest.raises(InvalidDocument) as wrong:
        tampered(tmp_path, rows)
    said = str(wrong.value)
    for line in (2, 3, 4, 5):
        assert f"line {line}, column" in said


@pytest.mark.parametrize("form", ["xml", "", None, 5, [], "CSV"])
def test_there_are_three_forms(form):
    with pytest.raises(InvalidValue, match=r"no form .*; there are csv, json, jsonl"):
        export_ledger([], io.StringIO(), form=form)


def test_only_what_can_be_written_to_is():
    with pytest.raises(InvalidValue, match="expected a file that is open for text"):
        export_ledger([], "l.csv")


def test_json_is_json():
    assert json.loads(written(LEDGER, "json"))[0] == {
        "transaction": "p1",
        "recipe": "charge",
        "at": "2026-01-05 00:00:00+00:00",
        "phase": "pending",
        "resolves": None,
        "posting": "1",
        "account": "provider",
        "side": "debit",
        "guarded": "no",
        "debit": "5.00",
        "credit": None,
        "currency": "EUR",
    }
    assert json.loads(written([], "json")) == []
    assert [json.loads(line) for line in written(LEDGER, "jsonl").splitlines()] == json.loads(
        written(LEDGER, "json")
    )


def test_transactions_are_read_as_they_come(tmp_path):
    path = saved(tmp_path, LEDGER)
    first = next(iter(read_ledger(path)))
    assert isinstance(first, Transaction)
    assert first == LEDGER[0]


def test_the_campaigns_of_a_ledger_are_plain_values_too(tmp_path):
    verdict = audit_ledger(saved(tmp_path, LEDGER))
    assert verdict.as_dict()["campaigns"] == [
        {
            "campaign": "lanterne",
            "currency": "EUR",
            "collected": "5.00",
            "debt": "0.00",
            "fees": "0.00",
            "payees": "0.00",
            "refunded": "0.00",
            "held": "5.00",
            "borne": "0.00",
            "disputed": "0.00",
            "reserved": "0.00",
            "off": "0.00",
        }
    ]
    (total,) = verdict.totals
    assert total.currency.code == "EUR"


@pytest.mark.parametrize("wrong", [timedelta(0), timedelta(days=-1), 5, "P7D"])
def test_how_long_something_takes_is_a_time_above_zero(wrong):
    for name in ("pending_for", "gap"):
        with pytest.raises(InvalidValue, match=rf"Beyond\.{name}: expected"):
            Beyond(**{name: wrong})
    with pytest.raises(InvalidValue):
        Beyond(zero=5)
    with pytest.raises(InvalidValue, match="expected an instant"):
        Beyond(at=datetime(2026, 1, 5))
