"""The command line: what it prints, what it writes, and how it ends."""

import json
import os
import re
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pushcore import __version__
from pushcore.cli import main
from pushcore.cli.app import app
from pushcore.cli.money_table import COLLECTED, REFUNDED, money_rows
from pushcore.money import Money
from pushcore.stories import play, read_story, schema

ROOT = Path(__file__).parents[2]
ALBUM = str(ROOT / "examples" / "album.toml")
ZINE = str(ROOT / "examples" / "zine.toml")
MONEY_BACK = str(ROOT / "examples" / "money-back.toml")
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))
TAXES = str(ROOT / "examples" / "two-taxes.toml")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """An empty folder to be in, and no terminal settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def fine(*arguments):
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(*arguments):
    """What is said on standard error; nothing else happens."""
    before = sorted(Path.cwd().iterdir())
    done = run(*arguments)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert sorted(Path.cwd().iterdir()) == before
    return done.stderr.splitlines()


def wrong(name="wrong.toml", **changes):
    """An example with some lines of it changed."""
    text = Path(ALBUM).read_text(encoding="utf-8")
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_the_demo_tells_a_whole_campaign_and_draws_its_curve(elsewhere):
    told = fine("demo")
    for line in (
        "film, all-or-nothing, EUR 10000.00",
        "early is refused: too-early: campaign",
        "story opens at 2026-01-05 10:00:00+01:00",
        "closes: successful, with EUR 10031.00",
        "gross, all that was collected  EUR 9951.00",
        "  fee platform                 EUR -497.55",
        "net                            EUR 9306.38",
        "  paid to composer             EUR 3102.13",
        "left-over units: EUR 0.01 to composer",
        "ledger: balanced, 75 transactions",
        "curve: la-lanterne.svg",
    ):
        assert line in told
    assert (elsewhere / "la-lanterne.svg").read_text(encoding="utf-8").startswith("<svg")
    assert all(len(line) <= 80 for line in told.splitlines())
    assert all(line == line.rstrip() for line in told.splitlines())
    assert "\x1b" not in told


def test_no_line_ends_with_a_blank_however_narrow_the_paper(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    told = fine("play", ALBUM).splitlines()
    assert all(line == line.rstrip() and len(line) <= 40 for line in told)


def test_what_goes_back_of_what_was_given_on_top_is_told():
    told = fine("play", ROOT / "examples" / "presale.toml")
    assert "  refunded                           EUR -4800.00" in told
    assert "beside it, to the platform: service    EUR 105.90" in told
    assert "beside it, given back: service        EUR -105.90" in told


def test_the_demo_draws_where_it_is_told_to_and_writes_amounts_for_a_locale():
    told = fine("demo", "--chart", "curve.svg", "--locale", "fr_BE")
    assert "9\u202f951,00\u00a0€" in told
    assert [path.name for path in Path.cwd().iterdir()] == ["curve.svg"]


def test_playing_prints_one_json_object_and_nothing_else():
    outcome = json.loads(fine("play", ALBUM, "--json"))
    assert list(outcome) == [
        *("state", "round", "currency", "goal", "pledged", "counted", "units", "backers", "late", "unlocked"),
        *("collected", "on_top", "fees", "net", "payouts", "refunded", "held"),
        *("pledges", "tiers", "add_ons", "items", "vouchers", "refusals", "ledger"),
    ]
    assert outcome["payouts"] == {"studio": "100.00", "band": "73.32", "label": "46.63"}


def test_playing_writes_the_chart_and_the_ledger_it_is_asked_for():
    told = fine("play", ZINE, "--chart", "zine.svg", "--ledger", "zine.csv")
    assert told.endswith("curve: zine.svg\nledger: zine.csv\n")
    assert "JPY" in Path("zine.svg").read_text(encoding="utf-8")
    assert Path("zine.csv").read_text(encoding="utf-8").startswith("transaction,recipe,at,phase")


def test_fees_above_what_was_collected_are_owed_by_the_creator():
    story = wrong(fee=('fixed = "0.20"', 'fixed = "200.00"'))
    told = fine("play", story)
    assert "net                            EUR -379.45" in told
    assert "  owed by band                 EUR -379.45" in told


def test_what_came_back_is_told_day_by_day_and_in_the_statement():
    told = [" ".join(line.split()) for line in fine("play", MONEY_BACK).splitlines()]
    for line in (
        "2026-04-10 band owes EUR 23.75",
        "ben is given back EUR 25.00 of a pledge",
        "2026-04-15 band owes EUR 23.75 less: payout",
        "cleo: a dispute of EUR 500.00 is opened",
        "2026-05-04 cleo: a dispute of EUR 500.00 is lost",
        "2026-05-31 band owes EUR 546.50 less: payout",
        "band is paid EUR 16.25",
        "fee platform EUR -60.00",
        "fee platform, given back EUR 29.25",
        "refunded, EUR 60.00 of it as credit in wallets EUR -85.00",
        "fees of disputes EUR -15.00",
        "disputes EUR -500.00",
        "net EUR 555.25",
        "paid to band EUR 555.25",
        "ledger: balanced, 24 transactions",
    ):
        assert line in told
    assert not [line for line in told if line.startswith("owed")]
    owing = Path(MONEY_BACK).read_text(encoding="utf-8").split("[[events]]")
    Path("owing.toml").write_text("[[events]]".join(owing[:-2]) + "\n", encoding="utf-8")
    told = " ".join(fine("play", "owing.toml").split())
    assert "paid to band EUR 539.00 to be paid to band EUR 562.75 owed by band EUR -489.50" in told


def test_playing_with_more_pledges():
    Path("more.csv").write_text(
        "at,id,backer,amount\n2026-03-10 12:00,c1,ana,5.00\n2026-04-10 12:00,c2,ana,5.00\n"
    )
    outcome = json.loads(fine("play", ALBUM, "--pledges", "more.csv", "--json"))
    assert outcome["pledged"] == "305.00"
    assert {"line": 3, "codes": ["too-late"]} in outcome["refusals"]


def test_what_lies_after_the_end_of_the_clock_is_told_apart_from_the_result():
    story = wrong(until=('creator = "band"', 'creator = "band"\nuntil = "2026-03-15 00:00"'))
    done = run("play", story, "--json")
    assert json.loads(done.stdout)["state"] == "live"
    assert done.stderr.startswith("wrong.toml: 5 pledges or events lie after 2026-03-15 00:00:00+01:00")


def test_checking_says_what_is_as_expected():
    assert fine("check", ALBUM, ZINE) == f"{ALBUM}: as expected\n{ZINE}: as expected\n"


def test_checking_says_what_is_not_and_ends_with_one():
    done = run("check", wrong(net=('net = "219.95"', 'net = "220.00"')), ZINE)
    assert done.exit_code == 1
    assert (
        done.stdout
        == f"wrong.toml: not as expected\n  net: expected '220.00', found '219.95'\n{ZINE}: as expected\n"
    )


def test_the_schema_is_json():
    assert json.loads(fine("schema", "story")) == schema()


def test_the_version_is_said():
    assert fine("--version") == f"pushcore {__version__}\n"


def test_every_problem_of_a_story_is_one_line_on_standard_error():
    story = wrong(goal=('goal = "300.00"', "goal = 300.0"), tier=('tier = "download"', 'tier = "tape"'))
    assert refused("play", story, "--json", "--chart", "x.svg", "--ledger", "x.csv") == [
        "wrong.toml: campaign.goal: amount 300.0 is a number: write it as text, such as '12.34'",
        "wrong.toml: events[3].tier: there is no tier 'tape'",
    ]


def test_every_problem_of_the_rows_is_one_line_on_standard_error():
    Path("bad.csv").write_text("at,id,backer,amount\nsoon,c1,ana,1.00\n2026-03-10 12:00,p1,ana,0.001\n")
    time, *others = refused("play", ALBUM, "--pledges", "bad.csv", "--chart", "x.svg")
    assert time.startswith("bad.csv: line 2, at: time 'soon' is not written as '2026-01-05 10:00'")
    assert others == [
        "bad.csv: line 3, id: 'p1' is the id of another pledge already",
        "bad.csv: line 3, amount: amount '0.001' has more decimals than EUR, which has 2",
    ]


def test_one_bad_story_among_many_is_bad_input():
    (problem,) = refused("check", ZINE, wrong(goal=('goal = "300.00"', 'goal = "0.00"')), ALBUM)
    assert problem.startswith("wrong.toml: campaign.goal: ")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("play", "nowhere.toml"), "nowhere.toml: cannot be read: no such file or directory"),
        (("play", "."), ".: cannot be read: is a directory"),
        (("check", "."), ".: cannot be read: is a directory"),
        (
            ("play", ALBUM, "--pledges", "nowhere.csv"),
            "nowhere.csv: cannot be read: no such file or directory",
        ),
        (("play", ALBUM, "--pledges", "."), ".: cannot be read: is a directory"),
        (("play", ALBUM, "--chart", "."), ".: cannot be written: it is a folder"),
        (("play", ALBUM, "--ledger", "no/x.csv"), "no/x.csv: cannot be written: there is no such folder"),
        (
            ("play", ALBUM, "--chart", ALBUM),
            f"{ALBUM}: cannot be written: this command uses it already",
        ),
        (("demo", "--chart", "no/x.svg"), "no/x.svg: cannot be written: there is no such folder"),
        (
            ("demo", "--chart", "x.PNG"),
            "x.PNG: cannot be written: a curve is drawn as SVG: call it x.svg",
        ),
    ],
    ids=str,
)
def test_files_that_cannot_be_used_are_bad_input(arguments, problem):
    assert refused(*arguments) == [problem]


@pytest.mark.parametrize(
    "arguments",
    [("play", "LOOP"), ("play", ALBUM, "--pledges", "LOOP"), ("check", "LOOP")],
    ids=str,
)
def test_a_link_that_leads_to_itself_is_not_read(arguments):
    Path("LOOP").symlink_to("LOOP")
    (problem,) = refused(*arguments)
    assert problem.startswith("LOOP: cannot be read: ")


@pytest.mark.parametrize(
    "arguments",
    [("play", ALBUM, "--chart", "LOOP"), ("play", ALBUM, "--ledger", "LOOP"), ("demo", "--chart", "LOOP")],
    ids=str,
)
def test_a_link_that_leads_to_itself_is_not_written(arguments):
    Path("LOOP").symlink_to("LOOP")
    (problem,) = refused(*arguments)
    assert problem.startswith("LOOP: cannot be written: ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_said():
    assert refused("play", ALBUM, "--ledger", "/dev/full") == [
        "/dev/full: cannot be written: no space left on device"
    ]


def test_an_unknown_locale_is_refused_before_any_work():
    assert refused("play", ALBUM, "--locale", "xx_YY")[0].startswith("--locale: unknown locale 'xx_YY'")


@pytest.mark.parametrize(
    "arguments", [["play"], ["check"], ["schema", "ledger"], ["play", ALBUM, "--jsn"], ["plai"]]
)
def test_a_wrong_command_line_is_bad_input(arguments):
    assert run(*arguments).exit_code == 2


def test_a_lack_of_memory_is_said(monkeypatch, capsys):
    def too_much():
        raise MemoryError

    monkeypatch.setattr("pushcore.cli.app.app", too_much)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "pushcore: there is not enough memory for this: give it a smaller story\n"
    )


def test_without_its_extra_it_says_how_to_install_it(monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "pushcore.cli.app")
    monkeypatch.setitem(sys.modules, "typer", None)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert (
        capsys.readouterr().err == "pushcore: the command line needs its extra: pip install 'pushcore[cli]'\n"
    )


def test_every_extra_that_is_named_is_one():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *(ROOT / "src").rglob("*.py"))]
    named = {name for text in texts for name in re.findall(r"pushcore\[(\w+)\]", text)}
    assert {"cli", "testing"} <= named <= set(extras)


def test_a_locale_says_what_it_changes():
    assert "words stay English" in " ".join(fine("play", "--help").replace("│", " ").split())


def started(*arguments, **environment):
    program = [sys.executable, "-c", "from pushcore.cli import main; main()", *map(str, arguments)]
    return subprocess.run(program, env={**os.environ, **environment}, capture_output=True, check=False)


def test_a_process_of_its_own_prints_json_and_ends_well():
    done = started("play", ALBUM, "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["state"] == "successful"


def test_a_process_of_its_own_ends_with_two_and_no_traceback():
    done = started("play", wrong(model=('"all-or-nothing"', '"mine"')))
    assert (done.returncode, done.stdout) == (2, b"")
    why = b"'mine' is none of all-or-nothing, keep-it-all, and no table of settings\n"
    assert done.stderr == b"wrong.toml: campaign.model: " + why


@pytest.mark.parametrize("closed", [">&-", "2>&-"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (f"play {ALBUM}", 0),
        (f"play {ALBUM} --json --ledger ledger.csv", 0),
        (f"check {ALBUM}", 0),
        ("schema story", 0),
        ("play missing.toml", 2),
    ],
)
def test_a_closed_output_changes_no_exit_code(elsewhere, arguments, code, closed):
    program = f"{sys.executable} -c 'from pushcore.cli import main; main()' {arguments} {closed}"
    done = subprocess.run(["bash", "-c", program], capture_output=True, check=False)
    assert done.returncode == code
    assert done.stderr in {b"", b"missing.toml: cannot be read: no such file or directory\n"}
    if "--ledger" in arguments:
        assert (elsewhere / "ledger.csv").read_bytes().startswith(b"transaction,recipe")


def test_an_output_that_cannot_show_a_sign_is_no_reason_to_fail():
    done = started("play", ZINE, "--locale", "ja", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\uffe5" in done.stdout


def test_two_files_are_not_one():
    """The second would overwrite the first without a word."""
    assert refused("play", ALBUM, "--chart", "both", "--ledger", "both") == [
        "both: cannot be written: this command uses it already"
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_output_that_takes_no_more_is_said():
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = subprocess.run(
            [sys.executable, "-c", "from pushcore.cli import main; main()", "play", ALBUM],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert "Traceback" not in ran.stderr
    assert (ran.returncode, ran.stderr.splitlines()[0]) == (2, "cannot be written: no space left on device")


def test_a_second_name_of_the_story_is_the_story():
    name = wrong()
    os.link(name, "other.svg")
    assert refused("play", name, "--chart", "other.svg") == [
        "other.svg: cannot be written: this command uses it already"
    ]


def full(*arguments):
    with open("/dev/full", "w") as nowhere:  # noqa: PTH123  a device
        program = [sys.executable, "-c", "from pushcore.cli import main; main()", *map(str, arguments)]
        return subprocess.run(program, stdout=nowhere, stderr=subprocess.PIPE, check=False)


needs_full = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="there is no device that is always full"
)


@needs_full
@pytest.mark.parametrize(
    "command",
    [("play", ALBUM, "--chart", "c.svg"), ("play", ALBUM, "--json"), ("check", ALBUM), ("schema", "story")],
)
def test_an_output_that_cannot_be_written_is_bad_input_and_nothing_is(elsewhere, command):
    done = full(*command)
    assert (done.returncode, done.stderr) == (2, b"cannot be written: no space left on device\n")
    assert list(elsewhere.iterdir()) == []


@needs_full
def test_when_one_file_cannot_be_written_none_is():
    Path("old.svg").write_text("old", encoding="utf-8")
    done = run("play", ALBUM, "--chart", "old.svg", "--ledger", "/dev/full")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "/dev/full: cannot be written: no space left on device\n"
    assert Path("old.svg").read_text(encoding="utf-8") == "old"
    assert [path.name for path in Path.cwd().iterdir()] == ["old.svg"]


def test_files_are_written_where_links_lead():
    Path("there").mkdir()
    Path("link.svg").symlink_to("there/curve.svg")
    fine("play", ALBUM, "--chart", "link.svg", "--ledger", "/dev/null")
    assert Path("link.svg").is_symlink()
    assert Path("there/curve.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize("form", ["--json", ""])
def test_whoever_has_seen_enough_ends_the_output_and_nothing_else(elsewhere, form):
    """Files are written all the same, and nobody is told anything."""
    program = f"{sys.executable} -c 'from pushcore.cli import main; main()' play {ALBUM} {form} --chart c.svg"
    script = f"{program} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"0\n", b"")
    assert [path.name for path in elsewhere.iterdir()] == ["c.svg"]


def test_a_pipe_can_be_written_to():
    script = (
        f"{sys.executable} -c 'from pushcore.cli import main; main()' play {ALBUM} --json --ledger >(cat >&2)"
    )
    done = subprocess.run(
        ["bash", "-c", f"{script} > /dev/null; sleep 0.2"], capture_output=True, check=False
    )
    assert done.stderr.startswith(b"transaction,recipe,at,phase")


def test_no_bar_is_drawn_where_nobody_sees_it():
    done = started("play", ALBUM, "--json", FORCE_COLOR="1", TTY_COMPATIBLE="1")
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_story_that_expects_nothing_is_told_so():
    name = wrong(expect=('[expect]\nstate = "successful"', "[expect]"))
    text = Path(name).read_text(encoding="utf-8")
    Path(name).write_text(text[: text.index("[expect]")], encoding="utf-8")
    assert fine("check", name) == "wrong.toml: played, but it expects nothing\n"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_money_adds_up(path):
    """What was collected and what went off it is the net, and so is what is told of where that is."""
    outcome = play(read_story(path))
    came, where = money_rows(outcome)
    zero = Money.zero(outcome.campaign.currency)
    assert sum(came.values(), zero) == sum(where.values(), zero)
    assert came.get(COLLECTED, zero) == outcome.statement.collected
    assert -came.get(REFUNDED, zero) == outcome.statement.refunded


@pytest.mark.parametrize("story", [*map(str, EXAMPLES), "indebted.toml"], ids=lambda it: Path(it).stem)
def test_the_amounts_of_the_json_add_up(story):
    wrong("indebted.toml", fee=('percent = "5"', 'percent = "150"'))
    told = json.loads(fine("play", story, "--json"))

    def sums(*keys):
        found = (told.get(key, "0") for key in keys)
        return sum(sum(map(Decimal, it.values())) if isinstance(it, dict) else Decimal(it) for it in found)

    came = sums("collected", "debt", "borne")
    assert came == sums("fees", "net", "refunded", "disputed", "held", "reserved")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_told_and_drawn(path):
    told = fine("play", str(path), "--chart", "curve.svg", "--locale", "de_DE")
    assert "ledger: balanced" in told
    assert "{" not in told
    assert Path("curve.svg").read_text(encoding="utf-8").endswith("</svg>\n")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("bank-slips", ["takes nothing new, and waits for slow payments", "300,00\u00a0R$ is void"]),
        ("checkout", ["beside it, to the platform: tip", "5,00\u00a0€", "hugo is handed 151,50\u00a0€"]),
        ("final-lap", ["runs until 2026-08-11 00:00", "announcing the end is refused: not-open-ended"]),
        ("late-pledges", ["ben pledges 42,00\u00a0$, late", "settled: 64,00\u00a0$ is divided"]),
        ("presale", ["opens, and wants 100 rewards", "dora is given back 102,30\u00a0€", "99\n"]),
        ("stretch-goals", ["stretch goal marked is unlocked", "cem changes a pledge, now 124,00\u00a0€"]),
        ("two-rounds", ["5.000,00\u00a0€, at best 8.000,00\u00a0€", "runs until 2026-05-21 10:00"]),
    ],
)
def test_what_else_can_happen_is_told_in_words(name, lines):
    told = fine("play", str(ROOT / "examples" / f"{name}.toml"), "--locale", "de_DE")
    assert [line for line in lines if line not in told] == []


def test_amounts_of_a_drawing_are_written_for_a_locale():
    fine("play", str(ROOT / "examples" / "two-rounds.toml"), "--chart", "curve.svg", "--locale", "de_DE")
    drawn = Path("curve.svg").read_text(encoding="utf-8")
    assert "goal 5.000,00\u00a0€" in drawn
    assert ">8.000<" in drawn


def test_a_campaign_without_an_end_says_so():
    Path("open.toml").write_text(
        (ROOT / "examples" / "final-lap.toml")
        .read_text(encoding="utf-8")
        .replace('"announce-end"', '"resume"')
    )
    assert "2026-01-12 09:00 to the end that is announced, America/Sao_Paulo" in fine("play", "open.toml")


def test_what_others_bear_is_told():
    assert "borne by the sponsor" in fine("play", TAXES)


@pytest.mark.parametrize("columns", ["1", "20"])
def test_figures_are_whole_on_the_narrowest_paper(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    told = fine("play", ALBUM)
    assert all(figure in told for figure in ("2026-03-30", "EUR 240.00", "EUR 100.00", "EUR 73.32"))
    assert all(line == line.rstrip() for line in told.splitlines())


@pytest.mark.parametrize(
    ("command", "usage"),
    [
        ("play", "play [OPTIONS] STORY"),
        ("check", "check [OPTIONS] STORY..."),
        ("audit", "audit [OPTIONS] LEDGER"),
        ("schema", "schema [OPTIONS] WHAT"),
    ],
)
def test_usage_reads_as_people_know_it(command, usage):
    told = fine(command, "--help")
    assert f" {usage} " in told
    assert "bool" not in told


@pytest.mark.parametrize(
    "arguments", [["simulate", "--seeds", "0"], ["simulate", "--seeds", "x"], ["schema", "x"]]
)
def test_a_wrong_option_is_told_in_plain_words(arguments):
    told = " ".join(refused(*arguments))
    assert "Invalid value for" in told
    assert "Input should" not in told
    assert "Value error" not in told


def test_a_flag_takes_no_value():
    assert "bool" not in fine("--help")
