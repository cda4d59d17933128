"""Edits: what differs between two versions of the terms of a campaign, place by place, as text.

They are what a refusal names and what the event of a change tells, so they hold no secret: the token of a
link to a reward is not shown.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore._checks import each, expect, items, kind, shown
from pushcore.calendar import Zone
from pushcore.campaigns.terms import Terms
from pushcore.money import Currency, Money, Percentage

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Edit", "edits"]


@attrs.frozen
class Edit:
    """One change of the terms.

    Attributes:
        path: Where: a field of the terms, the id of what is meant in it, a field of that, and so on.
        before: What was there, as text; None for nothing.
        after: What is there instead.

    Example:
        >>> print(Edit(("tiers", "postcard", "limit"), "5", None))
        tiers.postcard.limit from 5 to nothing
    """

    path: tuple[str, ...] = attrs.field(converter=items, validator=each(str))
    before: str | None = attrs.field(validator=kind(str, None))
    after: str | None = attrs.field(validator=kind(str, None))

    def __str__(self) -> str:
        before, after = ("nothing" if it is None else it for it in (self.before, self.after))
        return f"{'.'.join(self.path)} from {before} to {after}"


def edits(before: Terms, after: Terms) -> tuple[Edit, ...]:
    """Everything that differs between two versions of the terms, in the order of their fields.

    Raises:
        InvalidValue: they are no terms.
    """
    for terms in (before, after):
        expect(terms, Terms, what="the terms of a campaign")
    return tuple(
        edit for name in _FIELDS for edit in _edits(name, *(getattr(it, name) for it in (before, after)))
    )


_FIELDS: Final = tuple(it.name for it in attrs.fields(Terms) if it.name != "catalogue")
"""The catalogue has nothing of its own."""


def _edits(name: str, before: object, after: object) -> Iterator[Edit]:
    if before == after:
        return
    old, new = (dict(_leaves(it, (name,))) for it in (before, after))
    paths = [path for path in {**old, **new} if old.get(path) != new.get(path)]
    for path in paths:
        yield Edit(path, *(_text(path, it.get(path)) for it in (old, new)))
    if not paths:  # two kinds of thing with the same parts
        yield Edit((name,), shown(before), shown(after))


Path = tuple[str, ...]
_WHOLE: Final = (Currency, Money, Percentage, Zone)
"""What has parts, and is one value all the same."""


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, object]]:  # noqa: ANN401  any part of the terms
    """The single values that something is made of, each with its place; what is not given has none."""
    if value is None or value == ():
        return
    parts = _parts(value)
    if parts is None:
        yield path, value
        return
    if isinstance(value, tuple):
        yield path, ", ".join(parts)
    for name, part in parts.items():
        yield from _leaves(part, (*path, name))


def _parts(value: Any) -> dict[str, Any] | None:  # noqa: ANN401  likewise
    """What something is made of, by name; None for what is one value."""
    if isinstance(value, dict):
        return value
    if isinstance(value, tuple) and attrs.has(type(value[0])):
        return dict(zip(_names(value), value, strict=True))
    if attrs.has(type(value)) and not isinstance(value, _WHOLE):
        return {it.name: getattr(value, it.name) for it in attrs.fields(type(value)) if it.init}
    return None


def _names(things: tuple[Any, ...]) -> list[str]:
    """What each of several things goes by; where that tells them not apart, their places."""
    names = [next((getattr(it, key) for key in _KEYS if hasattr(it, key)), "") for it in things]
    return names if len({*names}) == len(names) and "" not in names else [str(n) for n in range(len(things))]


_KEYS: Final = ("id", "name", "payee_id")


def _text(path: Path, leaf: object) -> str | None:
    if leaf is None:
        return None
    if path[-1] == "token":
        return "a secret"
    if isinstance(leaf, tuple):
        return ", ".join(map(str, leaf))
    if isinstance(leaf, bool):
        return "yes" if leaf else "no"
    return str(leaf.value if isinstance(leaf, Enum) else leaf)
