"""Naming: where in what is kept a person is named, and the same with another name in its place.

An id names a person where a class says so: in fields of backers and of whoever acted. The same text
elsewhere, as the id of a tier, stays what it is. Classes of a host's own are read in the same way, if they
are attrs classes whose annotations can be read.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NewType, TypeVar, get_args, get_type_hints

import attrs

from pushcore._checks import expect
from pushcore.ids import ActorId, BackerId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["names", "renamed"]

T = TypeVar("T")

_PERSONS: Final = frozenset({BackerId, ActorId})


def names(thing: object, backer_id: BackerId) -> bool:
    """Whether an aggregate, an event or an order names somebody.

    Raises:
        InvalidValue: no id.

    Example:
        >>> from pushcore.testing import a_pledge
        >>> names(a_pledge(backer_id="ana"), "ana"), names(a_pledge(backer_id="ana"), "bob")
        (True, False)
    """
    expect(backer_id, str, what="backer id")
    return backer_id in _persons(thing)


def renamed(thing: T, backer_id: BackerId, pseudonym: BackerId) -> T:
    """The same thing with a pseudonym wherever somebody is named; itself where they are not.

    Raises:
        InvalidValue: no ids.
    """
    for name in backer_id, pseudonym:
        expect(name, str, what="backer id")
    found: T = _replaced(thing, {backer_id: pseudonym}) if names(thing, backer_id) else thing
    return found


def _read(cls: type) -> tuple[tuple[str, str, bool], ...]:
    """The fields of a class: name, name as an argument, and whether a text in it is a person's id."""
    if not attrs.has(cls):
        return ()
    try:
        hints = get_type_hints(cls)
    except NameError:  # a host's own, which names types that it imports for a type checker only
        return ()
    fields = (field for field in attrs.fields(cls) if field.init)
    return tuple(
        (field.name, field.alias or field.name, bool(_PERSONS & _parts(hints[field.name])))
        for field in fields
    )


_fields: Final[Callable[[type], tuple[tuple[str, str, bool], ...]]] = cache(_read)


def _parts(hint: Any) -> frozenset[NewType]:  # noqa: ANN401  a type, or made of types
    """The kinds of ids that a type is made of."""
    if isinstance(hint, NewType):
        return frozenset({hint})
    inner = hint if isinstance(hint, list) else get_args(hint)  # what a function takes is a list
    return frozenset[NewType]().union(*map(_parts, inner))


def _persons(thing: Any, *, named: bool = False) -> Iterator[str]:  # noqa: ANN401  whatever is kept
    match thing:
        case str():
            yield from (thing,) if named else ()
        case tuple() | frozenset():
            for item in thing:
                yield from _persons(item, named=named)
        case dict():
            for pair in thing.items():
                yield from _persons(pair, named=named)
        case _:
            for name, _, is_person in _fields(type(thing)):
                yield from _persons(getattr(thing, name), named=is_person)


def _replaced(thing: Any, new: dict[str, str], *, named: bool = False) -> Any:  # noqa: ANN401  whatever is kept
    match thing:
        case str():
            return new.get(thing, thing) if named else thing
        case tuple() | frozenset():
            return type(thing)(_replaced(item, new, named=named) for item in thing)
        case dict():
            return dict(_replaced(pair, new, named=named) for pair in thing.items())
        case _:
            changed = {
                alias: _replaced(getattr(thing, name), new, named=is_person)
                for name, alias, is_person in _fields(type(thing))
                if any(it in new for it in _persons(getattr(thing, name), named=is_person))
            }
            return attrs.evolve(thing, **changed) if changed else thing
