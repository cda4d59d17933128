"""The audit from the command line: what it prints in each format, and how it ends."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pushcore.cli.app import app

ROOT = Path(__file__).parents[2]
ALBUM = str(ROOT / "examples" / "album.toml")
MAP = """\
ledger = 1
line = { transaction = "{Entry}", currency = "{Currency}", at = "{Day}", zone = "UTC" }
amounts = { amount = "Amount" }
postings = [{ account = "{Account}", amount = "amount" }]
accounts = [{ match = "wallet/*", normal = "credit", guarded = true }]
laws = [{ name = "no line of nothing", where = { Account = "bank" }, says = "amount > 0", warning = true }]
"""
HEAD = "Entry,Day,Account,Amount,Currency\n"
BOOK = f"""{HEAD}1,2026-01-05,bank,50.00,EUR
1,2026-01-05,wallet/ana,-50.00,EUR
2,2026-01-06,wallet/ana,20.00,EUR
2,2026-01-06,bank,-19.99,EUR
3,2026-01-04,wallet/ana,40.00,EUR
3,2026-01-04,bank,-40.00,EUR
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A folder with a book and its map, and no terminal settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    Path("book.csv").write_text(BOOK)
    Path("map.toml").write_text(MAP)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, ["audit", *map(str, arguments)])


def printed(*arguments, code):
    done = run(*arguments)
    assert done.exit_code == code, done.output
    assert done.stderr == ""
    return done.stdout


TOLD = """\
book.csv
6 lines, 3 transactions, 2026-01-04 to 2026-01-06 in UTC
lines 4 to 5: 2: unbalanced: off by EUR 0.01
lines 6 to 7: 3: overdrawn: wallet/ana would stand at EUR -10.00
line 5: 2: no line of nothing: amount > 0: EUR -19.99 and EUR 0.00, off by EUR
  19.99
lines 5 to 6: 3: out-of-order: 2026-01-04 00:00:00Z comes after 2026-01-06
  00:00:00Z
line 7: 3: no line of nothing: amount > 0: EUR -40.00 and EUR 0.00, off by EUR
  40.00

what is wrong                 findings  off by, in all
unbalanced                           1        EUR 0.01
overdrawn                            1       EUR 10.00
no line of nothing (warning)         2       EUR 59.99
out-of-order (warning)               1

law                 checked  broken
no line of nothing        3       2

posted  debits  credits
EUR     110.00   109.99

NOT sound: 2 findings, 3 warnings
"""


def test_each_finding_is_told_with_its_lines_and_then_how_many_there_are():
    assert printed("book.csv", "--map", "map.toml", code=1) == TOLD


@pytest.mark.parametrize("columns", ["60", "30", "200"])
def test_no_line_is_wider_than_the_paper_or_ends_with_a_blank(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    told = printed("book.csv", "--map", "map.toml", code=1).splitlines()
    assert all(line == line.rstrip() and len(line) <= int(columns) for line in told)
    assert " ".join("".join(told).split()).count("overdrawn") >= 1
    assert "\x1b" not in "".join(told)


def test_colours_are_for_terminals_that_want_them(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[31m" in run("book.csv", "--map", "map.toml").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" not in run("book.csv", "--map", "map.toml").stdout


def test_as_json():
    verdict = json.loads(printed("book.csv", "--map", "map.toml", "--format", "json", code=1))
    assert (verdict["sound"], verdict["found"], verdict["warned"]) == (False, 2, 3)
    assert verdict["findings"][0] == {
        "rule": "unbalanced",
        "warning": False,
        "lines": [4, 5],
        "transaction": "2",
        "off": "0.01",
        "currency": "EUR",
        "message": "off by EUR 0.01",
    }
    assert verdict["totals"] == [{"currency": "EUR", "debits": "110.00", "credits": "109.99"}]


def test_as_csv():
    rows = list(
        csv.DictReader(io.StringIO(printed("book.csv", "--map", "map.toml", "--format", "csv", code=1)))
    )
    assert [(row["rule"], row["lines"], row["off"], row["warning"]) for row in rows] == [
        ("unbalanced", "4 5", "0.01", "no"),
        ("overdrawn", "6 7", "10.00", "no"),
        ("no line of nothing", "5", "19.99", "yes"),
        ("out-of-order", "5 6", "", "yes"),
        ("no line of nothing", "7", "40.00", "yes"),
    ]


def test_findings_beyond_the_limit_are_only_counted():
    told = printed("book.csv", "--map", "map.toml", "--limit", 1, code=1)
    assert "unbalanced: off by" in told
    assert "overdrawn: wallet" not in told
    assert "4 more are not printed: --limit says how many are" in told
    assert "NOT sound: 2 findings, 3 warnings" in told
    assert "lines 4" not in printed("book.csv", "--map", "map.toml", "--limit", 0, code=1)


def test_rows_of_csv_that_are_not_printed_are_told_apart_from_them():
    done = run("book.csv", "--map", "map.toml", "--limit", 1, "--format", "csv")
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == "4 more are not printed: --limit says how many are\n"


def test_what_a_terminal_should_not_be_told_is_shown_as_it_is_written():
    bell = 'laws=[{ name = "one", unique = "{Currency}{Note}" }]'
    Path("book.csv").write_text("Entry,Currency,Note\n1,EUR,\x1b[31m\n2,EUR,\x1b[31m\n")
    told = printed("book.csv", "--set=line.currency=EUR", "--set=line.id={Note}", f"--set={bell}", code=1)
    assert "\x1b" not in told
    assert "'\\x1b[31m': one: {Currency}{Note}, 'EUR\\x1b[31m', stands on line 2" in told


def test_how_long_something_takes_is_not_known_without_a_time():
    timeless = '--set=line={currency="EUR",transaction="x"}'
    said = refused("book.csv", "--map", "map.toml", timeless, "--gap-days=3")
    assert said == ["line.at: say when lines happen, or nobody knows how long something takes"]


def test_a_ledger_of_ours_needs_no_map():
    done = CliRunner().invoke(app, ["play", ALBUM, "--ledger", "album.csv"])
    assert done.exit_code == 0
    told = printed("album.csv", code=0)
    assert told.endswith("sound: nothing is wrong\n")
    assert "story      EUR 240.00" in told


def test_of_many_campaigns_some_are_printed():
    row = "r{0},receipt,2026-01-05 00:00:00+00:00,posted,,{1},{2},{3},no,{4},EUR\n"
    rows = [
        row.format(n, *line)
        for n in range(23)
        for line in ((1, f"campaign/c{n}/offline", "debit", "1,"), (2, f"campaign/c{n}/held", "credit", ",1"))
    ]
    head = "transaction,recipe,at,phase,resolves,posting,account,side,guarded,debit,credit,currency\n"
    Path("many.csv").write_text(head + "".join(rows))
    told = printed("many.csv", code=0)
    assert "c19" in told
    assert "c20" not in told
    assert "and 3 more" in told


def test_what_is_looked_at_beyond_is_asked_for():
    CliRunner().invoke(app, ["play", ALBUM, "--ledger", "album.csv"])
    lines = Path("album.csv").read_text().splitlines(keepends=True)
    Path("open.csv").write_text("".join(lines[:3]))
    assert "sound: nothing is wrong\n" in printed("open.csv", "--pending-days", 3, code=0)
    told = printed("open.csv", "--pending-days", 3, "--at", "2026-05-01 12:00", code=0)
    assert "still-pending: pending for 31 days" in told
    assert told.endswith("sound: nothing is wrong, 1 warning\n")
    assert "gap: nothing for" in printed("album.csv", "--gap-days", 2, code=0)
    told = printed("album.csv", "--zero", "prov*", "--zero", "x", code=1).replace("\n  ", " ")
    assert "not-zero: provider should stand at zero in the end, not at EUR" in told


def test_a_map_may_be_said_on_the_command_line():
    settings = (
        "line.transaction={Entry}",
        "line.currency=EUR",
        "amounts.amount=Amount",
        'postings=[{account="{Account}", amount="amount"}]',
    )
    told = printed("book.csv", *(f"--set={setting}" for setting in settings), code=1)
    assert "NOT sound: 1 finding\n" in told
    told = printed("book.csv", "--map", "map.toml", "--set", "laws=[]", code=1)
    assert "no line of nothing" not in told


def test_many_lines_are_told_shortly():
    lines = [f"{'odd' if n % 2 else 'even'},2026-01-05,bank,1.00,EUR\n" for n in range(30)]
    Path("book.csv").write_text(HEAD + "".join(lines))
    told = printed("book.csv", "--map", "map.toml", code=1)
    assert "lines 2, 4, 6, 8, 10, 12, 9 more: even: unbalanced: off by EUR 15.00" in told


def refused(*arguments):
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, ""), done.output
    return done.stderr.splitlines()


def test_every_problem_of_a_file_is_one_line_on_standard_error():
    Path("book.csv").write_text(
        BOOK.replace(",50.00", ",50,00").replace("-50.00", "NaN").replace("2026-01-06,wallet", "soon,wallet")
    )
    said = refused("book.csv", "--map", "map.toml", "--format", "json")
    assert [line.partition(": ")[2].partition(":")[0] for line in said] == [
        "line 2",
        "line 3, column 'Amount'",
        "line 4, column 'Day'",
    ]
    assert said[0] == "book.csv: line 2: 6 cells, where the header has 5"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("none.csv",), "none.csv: cannot be read: no such file or directory"),
        ((".",), ".: cannot be read: is a directory"),
        (("book.csv", "--map", "none.toml"), "none.toml: cannot be read: no such file or directory"),
        (("book.csv", "--map", "book.csv"), "book.csv: not TOML: "),
        (("book.csv", "--map", "map.toml", "--set", "x"), "--set: expected a key and a value"),
        (
            ("book.csv", "--map", "map.toml", "--set", "line.x=1"),
            "map.toml: line.x: there is no such key",
        ),
        (("book.csv", "--at", "noon"), "--at: time 'noon' is not written as '2026-01-05 10:00'"),
        (("book.csv",), "book.csv: line 1: columns 'transaction', 'recipe', 'at',"),
    ],
    ids=str,
)
def test_what_cannot_be_used_is_bad_input(arguments, problem):
    assert refused(*arguments)[0].startswith(problem)


def test_what_is_wrong_with_one_line_again_and_again_names_it_once():
    Path("book.csv").write_text(HEAD + "1,2026-01-05,bank," + "9" * 500_000 + ",EUR\n")
    assert any(
        ": line 2: the line is longer than" in said for said in refused("book.csv", "--map", "map.toml")
    )


def test_what_is_wrong_with_many_lines_is_said_once():
    Path("book.csv").write_text(BOOK.replace("EUR", "EURO").replace("-19.99", "x"))
    (said,) = refused("book.csv", "--map", "map.toml")
    assert said.startswith("book.csv: lines 2 to 7, column 'Currency': unknown currency 'EURO': expected")
    Path("book.csv").write_text(BOOK.replace("19.99", "x").replace(",50.00", ",x"))
    assert refused("book.csv", "--map", "map.toml") == [
        "book.csv: line 2, column 'Amount': amount 'x' is not written like 1234.50",
        "book.csv: line 5, column 'Amount': amount '-x' is not written like 1234.50",
    ]


@pytest.mark.parametrize(
    "arguments", [["--limit", "-1"], ["--format", "xml"], ["--pending-days", "0"], ["--gap-days", "x"]]
)
def test_wrong_options_are_bad_input(arguments):
    assert run("book.csv", *arguments).exit_code == 2


def test_a_number_of_days_may_be_absurd():
    assert (
        run("book.csv", "--map", "map.toml", "--gap-days", "9" * 30, "--pending-days", "9" * 30).exit_code
        == 1
    )


def started(*arguments, **environment):
    program = [sys.executable, "-c", "from pushcore.cli import main; main()", "audit", *arguments]
    return subprocess.run(program, env={**os.environ, **environment}, capture_output=True, check=False)


def test_a_process_of_its_own_says_the_same():
    done = started("book.csv", "--map", "map.toml", COLUMNS="80")
    assert (done.returncode, done.stdout.decode(), done.stderr) == (1, TOLD, b"")


def test_a_pipe_can_be_read():
    command = f"{sys.executable} -c 'from pushcore.cli import main; main()' audit /dev/stdin --map map.toml"
    script = (
        f"{{ cat book.csv; for n in $(seq 1500); do echo z,2026-01-06,bank,0.00,EUR; done; }} | {command}"
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"1,506 lines, 4 transactions" in done.stdout


def test_binary_garbage_leaves_no_traceback():
    Path("junk.csv").write_bytes(os.urandom(4_000))
    done = started("junk.csv")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr
    assert all(line.startswith(b"junk.csv: ") for line in done.stderr.splitlines())


HEAD_ONLY = "headonly.csv: there is no line in it"


def test_an_export_gone_empty_is_no_sound_ledger():
    Path("headonly.csv").write_text(HEAD)
    assert refused("headonly.csv", "--map", "map.toml") == [HEAD_ONLY]
    told = printed("headonly.csv", "--map", "map.toml", "--allow-empty", code=0)
    assert told.endswith("sound: nothing is wrong\n")


def test_nor_is_one_of_which_everything_is_left_out():
    leave = '--set=leave_out=[{Currency="EUR"}]'
    assert refused("book.csv", "--map", "map.toml", leave) == ["book.csv: all of its 6 lines are left out"]
    printed("book.csv", "--map", "map.toml", leave, "--allow-empty", code=0)


def test_an_empty_ledger_of_ours_is_told_as_well():
    head = "transaction,recipe,at,phase,resolves,posting,account,side,guarded,debit,credit,currency\n"
    Path("ours.csv").write_text(head)
    assert refused("ours.csv") == ["ours.csv: there is no line in it"]
    Path("ours.json").write_text("[]")
    assert refused("ours.json") == ["ours.json: there is no line in it"]


def test_what_is_wrong_on_every_line_is_said_once_of_the_map():
    said = refused("book.csv", "--map", "map.toml", "--set", "line.currency=EURO")
    assert len(said) == 1
    assert said[0].startswith("map.toml: line.currency: ")
    assert said[0].endswith("a column is written in braces: {EURO}")


@pytest.mark.parametrize(
    ("setting", "path"),
    [
        ("line.at=Day", "line.at"),
        ("line.transaction= ", "line.transaction"),
        ("line.resolves= ", "line.resolves"),
        ('postings=[{account=" ", amount="amount"}]', "postings.0.account"),
    ],
)
def test_so_is_what_no_line_could_have(setting, path):
    (said,) = refused("book.csv", "--map", "map.toml", "--set", setting)
    assert said.startswith(f"map.toml: {path}: ")


def test_everything_that_is_wrong_with_options_and_map_is_told_in_one_round():
    said = refused(
        "book.csv", "--map=map.toml", "--at=noon", "--set=x", "--set=y", "--set=line.currency=EURO"
    )
    assert [line.partition(": ")[0] for line in said] == ["--at", "--set", "--set", "map.toml"]


def test_a_dash_is_standard_input():
    program = [
        sys.executable,
        "-c",
        "from pushcore.cli import main; main()",
        "audit",
        "-",
        "--map",
        "map.toml",
    ]
    done = subprocess.run(program, input=BOOK.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.decode().replace("\r", "") == TOLD.replace("book.csv", "standard input")
    done = subprocess.run(program, input=b"", capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (2, b"standard input: line 1: there is nothing in it\n")


@pytest.mark.parametrize("columns", ["5", "20"])
def test_figures_are_whole_on_the_narrowest_paper(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    told = printed("book.csv", "--map", "map.toml", code=1)
    table = told[told.index("what is wrong") :] if "what is wrong" in told else told
    for figure in ("EUR 10.00", "EUR 59.99", "110.00   109.99"):
        assert figure in table
    assert all(line == line.rstrip() for line in told.splitlines())
