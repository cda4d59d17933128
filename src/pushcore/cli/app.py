"""The commands. Results go to standard output, everything else to standard error.

Exit codes: 0 fine; 1 expectations not met, a ledger that is not sound, or a law broken; 2 bad input: one
message per problem, nothing on standard output.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Final, TextIO, assert_never

import typer

from pushcore import __version__, ledgers, stories
from pushcore.cli.audit_report import Form, beyond_of, print_audit
from pushcore.cli.files import check_targets, writing
from pushcore.cli.lines import several
from pushcore.cli.paper import Paper
from pushcore.cli.progress import watching
from pushcore.cli.report import report
from pushcore.cli.simulation import print_report
from pushcore.cli.usage import Command, Group
from pushcore.errors import InvalidDocument, InvalidValue, Problem, PushcoreError
from pushcore.money import Money
from pushcore.stories import write_ledger
from pushcore.stories.findings import reason
from pushcore.testing.simulation import (
    SimulationFailed,
    SimulationReport,
    replay_simulation,
    simulate_platform,
    summed,
)

__all__ = ["app"]

_NOT_MET: Final = 1
_BAD_INPUT: Final = 2

app: typer.Typer = typer.Typer(
    cls=Group, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False
)

StoryFile = Annotated[
    Path, typer.Argument(metavar="STORY", help="The story, in TOML or JSON.", show_default=False)
]
PledgesFile = Annotated[
    Path | None,
    typer.Option(
        "--pledges", metavar="FILE.csv", help="More pledges: at,id,backer,amount[,tier,quantity,bonus]."
    ),
]
ChartFile = Annotated[
    Path | None, typer.Option("--chart", metavar="FILE.svg", help="Draw the funding curve here.")
]
LedgerFile = Annotated[
    Path | None, typer.Option("--ledger", metavar="FILE.csv", help="Write the ledger here.")
]
AsJson = Annotated[bool, typer.Option("--json", metavar="", help="Print the outcome as JSON.")]
Locale = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Write amounts as people there do, such as fr_BE; words stay English."),
]


def _say_version(wanted: bool) -> None:  # noqa: FBT001  typer calls it so
    if wanted:
        typer.echo(f"pushcore {__version__}")
        raise typer.Exit


SayVersion = Annotated[
    bool,
    typer.Option("--version", metavar="", is_eager=True, callback=_say_version, help="Say the version."),
]


@app.callback()
def pushcore(*, version: SayVersion = False) -> None:
    """Crowdfunding campaigns from draft to payout, exact to the cent."""


@app.command(cls=Command)
def demo(*, chart: ChartFile = Path("la-lanterne.svg"), locale: Locale = None) -> None:
    """Play the campaign of a short film, day by day, to its statement, and draw its funding curve."""
    with as_file(files(stories) / "demo.toml") as story:
        play(story, chart=chart, locale=locale)


@app.command(cls=Command)
def play(  # noqa: PLR0913  the options of one command
    story: StoryFile,
    *,
    pledges: PledgesFile = None,
    as_json: AsJson = False,
    chart: ChartFile = None,
    ledger: LedgerFile = None,
    locale: Locale = None,
) -> None:
    """Play a story and say what it came to."""
    with _bad_input():
        show = _amounts(locale)
        check_targets((chart, ledger), sources=(story, pledges), drawing=chart)
        with watching() as watch:
            watch("reading", 0, 0)  # for which no share can be told
            read = stories.read_story(story, more_pledges=pledges is not None)
            outcome = stories.play(read, pledges=pledges, watch=watch)
        fills = ((chart, partial(_draw, outcome, show, locale)), (ledger, partial(write_ledger, outcome)))
        made = {path: fill for path, fill in fills if path is not None}
        with writing(made), _seen_enough():
            if as_json:
                json.dump(outcome.as_dict(), sys.stdout, indent=2)  # piece by piece: there may be a million
                typer.echo()
            else:
                report(outcome, Paper(highlight=False), show)
                for what, path in (("curve", chart), ("ledger", ledger)):
                    if path is not None:
                        typer.echo(f"{what}: {path}")
            sys.stdout.flush()
        if outcome.left_out:
            until = outcome.story.until.astimezone(outcome.story.zone.tzinfo)
            what = "pledge or event lies" if outcome.left_out == 1 else "pledges or events lie"
            typer.echo(f"{story}: {outcome.left_out} {what} after {until}, when the clock stops", err=True)


@app.command(cls=Command)
def check(
    paths: Annotated[list[Path], typer.Argument(metavar="STORY", help="The stories.", show_default=False)],
) -> None:
    """Play stories and compare what each comes to with what it expects."""
    checked: dict[Path, tuple[str, tuple[stories.Difference, ...]]] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            story = stories.read_story(path)
            found = stories.check(stories.play(story))
        except InvalidDocument as wrong:
            problems += wrong.problems
        else:
            well = "as expected" if story.expect else "played, but it expects nothing"
            checked[path] = ("not as expected" if found else well, found)
    with _bad_input(), _seen_enough():
        if problems:
            raise InvalidDocument(problems)
        for path, (verdict, found) in checked.items():
            typer.echo(f"{path}: {verdict}")
            for difference in found:
                typer.echo(f"  {difference}")
        sys.stdout.flush()
    if any(found for _, found in checked.values()):
        raise typer.Exit(_NOT_MET)


@app.command(cls=Command)
def audit(  # noqa: PLR0913  the options of one command
    ledger: Annotated[
        Path,
        typer.Argument(
            metavar="LEDGER",
            help="CSV, JSON or JSON Lines, packed by gzip or not; - for standard input.",
            show_default=False,
        ),
    ],
    *,
    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="MAP.toml", help="What its columns mean; ours need none.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="One key of the map, set here.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How findings are printed.")] = Form.TEXT,
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="Print so many findings; all count.")] = 100,
    zero: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Accounts that should end at zero, such as 'clearing/*'."),
    ] = None,
    pending_days: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Warn of what is pending for longer.")
    ] = None,
    gap_days: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Warn where nothing happens for longer.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When what is pending is judged; else the last time."),
    ] = None,
    allow_empty: Annotated[
        bool, typer.Option("--allow-empty", metavar="", help="Let a ledger without a line be sound.")
    ] = False,
) -> None:
    """Say everything that is wrong with a ledger, with its lines."""
    with _bad_input():
        problems: list[Problem] = []
        with _noting(problems):
            beyond = beyond_of(zero or (), pending_days, gap_days, at)
        with _noting(problems):
            ledger_map = ledgers.read_map(map_file, settings=settings or ()) if map_file or settings else None
        if problems:
            raise InvalidDocument(problems)
        with watching() as watch:
            found = ledgers.audit_ledger(
                ledger, ledger_map, beyond=beyond, limit=limit, allow_empty=allow_empty, watch=watch
            )
        with _seen_enough():
            print_audit(found, form, Paper(highlight=False))
            sys.stdout.flush()
    if not found.sound:
        raise typer.Exit(_NOT_MET)


@app.command(cls=Command)
def simulate(
    *,
    seeds: Annotated[int, typer.Option(min=1, metavar="N", help="How many worlds to live through.")] = 20,
    start: Annotated[int, typer.Option(metavar="S", help="The seed of the first one.")] = 0,
    steps: Annotated[int, typer.Option(min=1, metavar="M", help="How much is done in each.")] = 400,
    replay: Annotated[
        Path | None,
        typer.Option(metavar="FILE.json", help="Do once more what broke a law.", show_default=False),
    ] = None,
) -> None:
    """Simulate whole platforms with faults everywhere, and show that no cent is lost, or how one is.

    Of a single campaign, and without faults, tells `pushcore play`.
    """
    with _bad_input(), _seen_enough():
        try:
            if replay is not None:
                deeds = _replayed(replay)
                typer.echo(f"{replay}: {deeds} deeds, no law is broken")
            else:
                print_report(_simulated(range(start, start + seeds), steps), seeds, Paper(highlight=False))
        except SimulationFailed as broken:
            typer.echo(broken, err=True)
            raise typer.Exit(_NOT_MET) from None
        sys.stdout.flush()


def _replayed(file: Path) -> int:
    """How many deeds a file says, all of which were done once more."""
    try:
        return replay_simulation(file)
    except OSError as wrong:
        raise InvalidDocument([Problem(str(file), f"cannot be read: {reason(wrong)}")]) from None


def _simulated(seeds: range, steps: int) -> SimulationReport:
    """What all of the worlds came to; the first law that is broken is written to a file."""
    reports = []
    with watching() as watch:
        for done, seed in enumerate(seeds):
            watch("simulating", done, len(seeds))
            reports.append(simulate_platform(seed, steps=steps, file=Path(f"simulation-{seed}.json")))
    return summed(reports)


class Schema(StrEnum):
    """What there is a JSON Schema of."""

    STORY = "story"


@app.command(cls=Command)
def schema(
    what: Annotated[Schema, typer.Argument(metavar="WHAT", help="What to describe.", show_default=False)],
) -> None:
    """Print the JSON Schema of a story."""
    match what:
        case Schema.STORY:
            with _bad_input(), _seen_enough():
                typer.echo(json.dumps(stories.schema(), indent=2))
                sys.stdout.flush()
        case _:
            assert_never(what)


@contextmanager
def _bad_input() -> Iterator[None]:
    """Say every problem in a line of its own, and end with the exit code for bad input."""
    try:
        yield
    except InvalidDocument as wrong:
        for problem in several(wrong.problems):
            typer.echo(problem, err=True)
        raise typer.Exit(_BAD_INPUT) from None
    except PushcoreError as wrong:
        typer.echo(wrong, err=True)
        raise typer.Exit(_BAD_INPUT) from None
    except OSError as wrong:
        typer.echo(f"cannot be written: {reason(wrong)}", err=True)
        raise typer.Exit(_BAD_INPUT) from None


@contextmanager
def _noting(problems: list[Problem]) -> Iterator[None]:
    """Go on to what else is wrong."""
    try:
        yield
    except InvalidDocument as wrong:
        problems += wrong.problems


@contextmanager
def _seen_enough() -> Iterator[None]:
    """Go on without a word where whoever reads the output has seen enough."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains at its end


def _draw(outcome: stories.Outcome, show: Callable[[Money], str], locale: str | None, file: TextIO) -> None:
    file.write(stories.draw_curve(outcome, show, locale=locale))


def _amounts(locale: str | None) -> Callable[[Money], str]:
    """How amounts are written; an unknown locale is refused before any work."""
    if locale is None:
        return str
    try:
        Money.zero("EUR").format(locale)
    except InvalidValue as error:
        raise InvalidDocument([Problem("--locale", str(error))]) from None
    return lambda money: money.format(locale)
