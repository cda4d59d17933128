"""Usage as people know it: what must be given stands bare, flags take no value, faults are told plainly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
import typer.core

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

__all__ = ["Command", "Group"]


class Command(typer.core.TyperCommand):
    """A command that is told so."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ANN401  that of whichever click it is
        """What stands after the name of the command."""
        return _bare(super().collect_usage_pieces(ctx))

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401
        """The flag that shows this."""
        return _flag(super().get_help_option(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        """The arguments; what is wrong with one is told without the words of whoever checked it."""
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as wrong:
            said = wrong.message.removeprefix("Value error, ")
            wrong.message = said.replace("Input should be ", "expected ").replace(", unable to ", ": cannot ")
            raise


class Group(typer.core.TyperGroup):
    """The commands together."""

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401
        """The flag that shows this."""
        return _flag(super().get_help_option(ctx))


def _bare(pieces: Iterable[str]) -> list[str]:
    return [piece.replace("{", "").replace("}", "") for piece in pieces]


def _flag(option: Any) -> Any:  # noqa: ANN401
    if option is not None:
        option.metavar = ""
    return option
