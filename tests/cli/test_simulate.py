"""`pushcore simulate`: the table of what was survived, and the file of what was not."""

import json

import attrs
import pytest
from typer.testing import CliRunner

from pushcore.cli.app import app
from pushcore.payouts import Statement
from pushcore.testing import simulate_platform
from pushcore.testing.simulation import summed


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, ["simulate", *map(str, arguments)])


def test_a_table_says_what_was_done_and_survived():
    done = run("--seeds", 3, "--start", 5, "--steps", 120)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    report = summed(simulate_platform(seed, steps=120) for seed in (5, 6, 7))
    for name, number in report.faults.items():
        assert any(line.split()[:2] == [name, f"{number:,}"] for line in lines), name
    places = next(line.split() for line in lines if line.startswith("place "))
    assert places[1:3] == [str(report.operations["place"][end]) for end in ("done", "refused")]
    assert any(line.startswith(f"3 worlds, {report.campaigns} campaigns, ") for line in lines)
    assert any(line.startswith(f"{report.operations_done:,} operations and ") for line in lines)
    assert all(any(line.startswith(f"{currency} ") for line in lines) for currency in report.moved)
    assert lines[-1] == "no law was broken"


@pytest.mark.parametrize("columns", ["80", "60"])
def test_no_head_is_folded_within_a_word(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    lines = run("--seeds", 2, "--steps", 120).stdout.splitlines()
    heads = [line.split() for line in lines if line.startswith(("faults survived", "money"))]
    assert heads[0] == ["faults", "survived", "times", "what", "it", "is"]
    assert heads[1][:4] == ["money", "charged", "refunded", "withdrawn"]


def test_there_is_no_table_of_nothing():
    told = run("--seeds", 1, "--steps", 1).stdout
    assert "operations" in told
    assert "faults survived" not in told
    assert "money" not in told


def test_a_broken_law_is_written_to_a_file_that_shows_it_again(elsewhere, monkeypatch):
    with monkeypatch.context() as patch:
        of = Statement.of

        def too_much(*args):
            told = of(*args)
            return attrs.evolve(told, held=told.held + told.held.with_minor(1))

        patch.setattr(Statement, "of", staticmethod(too_much))
        broken = run("--seeds", 2, "--steps", 80)
        assert broken.exit_code == 1
        assert broken.stdout == ""
        (file,) = elsewhere.glob("simulation-*.json")
        assert json.loads(file.read_text(encoding="utf-8"))["law"] == "statement-is-ledger"
        assert f"pushcore simulate --replay {file.name}" in broken.stderr
        again = run("--replay", file)
        assert again.exit_code == 1
        assert "statement-is-ledger" in again.stderr
    mended = run("--replay", file)
    assert mended.exit_code == 0
    assert mended.stdout.endswith("deeds, no law is broken\n")


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": "pushcore-simulation/0"}', "[" * 200_000])
def test_a_file_of_something_else_is_bad_input(text, elsewhere):
    (elsewhere / "junk.json").write_text(text, encoding="utf-8")
    done = run("--replay", "junk.json")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "junk.json" in done.stderr


def test_a_file_that_is_not_there_is_bad_input():
    done = run("--replay", "none.json")
    assert done.exit_code == 2
    assert done.stderr.startswith("none.json: cannot be read: ")


@pytest.mark.parametrize("numbers", [("--seeds", 0), ("--steps", 0), ("--seeds", "many")])
def test_numbers_that_are_none_are_bad_input(numbers):
    assert run(*numbers).exit_code == 2


@pytest.mark.parametrize("columns", ["20", "200"])
def test_no_line_of_a_report_ends_with_a_blank(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    told = CliRunner().invoke(app, ["simulate", "--seeds", "1", "--steps", "40"]).stdout
    assert "no law was broken" in told
    assert all(line == line.rstrip() for line in told.splitlines())
