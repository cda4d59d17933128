"""Nearest: of many names, those that somebody may have meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from pushcore._checks import shown

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["nearest"]

_LIKE: Final = 0.6


def nearest(name: object, known: Collection[str], where: str) -> str:
    """What is said of a name that is none of many: which of them are like it, and where all are.

    Example:
        >>> nearest("place-plege", ["place-pledge", "cancel-pledge", "pay-out"], "pushcore.schemas.COMMANDS")
        "no 'place-plege'; near it are place-pledge, cancel-pledge; pushcore.schemas.COMMANDS has all 3"
    """
    like = get_close_matches(name[:_LONGEST], known, cutoff=_LIKE) if isinstance(name, str) else []
    near = f"near it {'is' if len(like) == 1 else 'are'} {', '.join(like)}; " if like else ""
    return f"no {shown(name)}; {near}{where} has all {len(known)}"


_LONGEST: Final = 60
