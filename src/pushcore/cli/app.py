"""The commands. Results go to standard output, everything else to standard error.

Exit codes: 0 fine; 1 expectations not met; 2 bad input: one message per problem, nothing on standard output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Final, assert_never

import typer
from rich.console import Console

from pushcore import __version__, stories
from pushcore.cli.files import check_targets, write
from pushcore.cli.progress import watching
from pushcore.cli.report import report
from pushcore.errors import InvalidDocument, Problem, PushcoreError
from pushcore.money import Money
from pushcore.stories.findings import reason

__all__ = ["app"]

_NOT_MET: Final = 1
_BAD_INPUT: Final = 2

app: typer.Typer = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

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
AsJson = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")]
Locale = Annotated[
    str | None, typer.Option(metavar="NAME", help="Write amounts as people there do, such as fr_BE.")
]


def _say_version(wanted: bool) -> None:  # noqa: FBT001  typer calls it so
    if wanted:
        typer.echo(f"pushcore {__version__}")
        raise typer.Exit


SayVersion = Annotated[
    bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Say the version.")
]


@app.callback()
def pushcore(*, version: SayVersion = False) -> None:
    """Crowdfunding campaigns from draft to payout, exact to the cent."""


@app.command()
def demo(*, chart: ChartFile = Path("la-lanterne.svg"), locale: Locale = None) -> None:
    """Play the campaign of a short film, day by day, to its statement, and draw its funding curve."""
    with _bad_input(), as_file(files(stories) / "demo.toml") as story:
        _report(_played(story, None, chart, None, locale), chart, None, locale)


@app.command()
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
        outcome = _played(story, pledges, chart, ledger, locale)
        if as_json:
            json.dump(outcome.as_dict(), sys.stdout, indent=2)
            typer.echo()
        else:
            _report(outcome, chart, ledger, locale)


@app.command()
def check(
    paths: Annotated[list[Path], typer.Argument(metavar="STORY...", help="The stories.", show_default=False)],
) -> None:
    """Play stories and compare what each comes to with what it expects."""
    differences: dict[Path, tuple[stories.Difference, ...]] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            differences[path] = stories.check(stories.play(stories.read_story(path)))
        except InvalidDocument as wrong:
            problems += wrong.problems
    with _bad_input():
        if problems:
            raise InvalidDocument(problems)
    for path, found in differences.items():
        typer.echo(f"{path}: {'as expected' if not found else ''}".rstrip())
        for difference in found:
            typer.echo(f"  {difference}")
    if any(differences.values()):
        raise typer.Exit(_NOT_MET)


class Schema(StrEnum):
    """What there is a JSON Schema of."""

    STORY = "story"


@app.command()
def schema(what: Annotated[Schema, typer.Argument(help="What to describe.", show_default=False)]) -> None:
    """Print the JSON Schema of a story."""
    match what:
        case Schema.STORY:
            typer.echo(json.dumps(stories.schema(), indent=2))
        case _:
            assert_never(what)


@contextmanager
def _bad_input() -> Iterator[None]:
    """Say every problem in a line of its own, and end with the exit code for bad input."""
    try:
        yield
    except InvalidDocument as wrong:
        for problem in wrong.problems:
            typer.echo(problem, err=True)
        raise typer.Exit(_BAD_INPUT) from None
    except PushcoreError as wrong:
        typer.echo(wrong, err=True)
        raise typer.Exit(_BAD_INPUT) from None
    except BrokenPipeError:  # whoever read the output has seen enough
        raise
    except OSError as wrong:
        typer.echo(f"cannot be written: {reason(wrong)}", err=True)
        raise typer.Exit(_BAD_INPUT) from None


def _played(
    path: Path, pledges: Path | None, chart: Path | None, ledger: Path | None, locale: str | None
) -> stories.Outcome:
    """Play a story and write what is wanted of it; nothing is written when there is anything wrong."""
    _amounts(locale)(Money.zero("EUR"))  # an unknown locale is refused before any work
    check_targets((chart, ledger), sources=(path, pledges))
    story = stories.read_story(path, more_pledges=pledges is not None)
    with watching() as watch:
        outcome = stories.play(story, pledges=pledges, watch=watch)
    write(chart, lambda file: file.write(stories.draw_curve(outcome)))
    write(ledger, lambda file: stories.write_ledger(outcome, file))
    if outcome.left_out:
        until = outcome.story.until.astimezone(outcome.story.zone.tzinfo)
        typer.echo(
            f"{path}: {outcome.left_out} pledges or events lie after {until}, when the clock stops", err=True
        )
    return outcome


def _report(outcome: stories.Outcome, chart: Path | None, ledger: Path | None, locale: str | None) -> None:
    report(outcome, Console(highlight=False), _amounts(locale))
    for what, path in (("curve", chart), ("ledger", ledger)):
        if path is not None:
            typer.echo(f"{what}: {path}")


def _amounts(locale: str | None) -> Callable[[Money], str]:
    return str if locale is None else lambda money: money.format(locale)
