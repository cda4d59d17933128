"""Openings: a running platform as one document, at the door of a host that moves it here.

Every part is a document of its own, with the schema it was written in, and is brought up to the present one
while it is read; what is wrong with any of them is named at once, with its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar, get_args

from pydantic import BeforeValidator, InstanceOf, PlainSerializer, TypeAdapter, WithJsonSchema

from pushcore._checks import expect, shown
from pushcore.books import Beside, OpeningBalances
from pushcore.campaigns import Campaign
from pushcore.errors import InvalidDocument, Problem
from pushcore.gateway import Order
from pushcore.ledger import Balance, Transaction
from pushcore.payouts import Payout
from pushcore.pledges import Pledge
from pushcore.schemas.derivation import derived
from pushcore.schemas.fields import ActorIdField, InstantField
from pushcore.schemas.problems import validated
from pushcore.schemas.snapshots import dump, load
from pushcore.schemas.writing import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["OpeningBalancesField", "dump_opening", "load_opening"]

T = TypeVar("T")

_BALANCE: Final[TypeAdapter[Balance]] = TypeAdapter(Annotated[Balance, derived])
_HEAD: Final[dict[str, TypeAdapter[Any]]] = {
    "key": TypeAdapter(ActorIdField),
    "at": TypeAdapter(InstantField),
}
_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "campaigns": (Campaign,),
    "pledges": (Pledge,),
    "payouts": (Payout,),
    "pending": (Transaction,),
    "orders": get_args(Order),
    "beside": get_args(Beside),
}


def dump_opening(opening: OpeningBalances) -> dict[str, Any]:
    """Opening balances as an object of JSON values.

    Raises:
        InvalidValue: they are none.
    """
    expect(opening, OpeningBalances, what="what is written as opening balances")
    return {
        "key": opening.key,
        "at": written(opening.at),
        **{part: [dump(it) for it in getattr(opening, part)] for part in _KINDS},
        "balances": [written(it) for it in opening.balances],
    }


def load_opening(document: Mapping[str, Any]) -> OpeningBalances:
    """What opening balances a document stands for; parts that are left out are empty.

    Raises:
        InvalidDocument: it is wrong; every problem is named.

    Example:
        >>> load_opening({"key": "2026", "at": "2026-01-01T00:00:00Z", "campaigns": []}).campaigns
        ()
    """
    if not isinstance(document, Mapping):
        raise InvalidDocument([Problem("", f"expected an object, got {shown(document)}", "type")])
    known = {*_HEAD, *_KINDS, "balances"}
    problems = [
        Problem(shown(key).strip("'"), "there is no such key here", "unknown-key")
        for key in document
        if key not in known
    ]
    problems += [Problem(it, "is missing", "missing") for it in (*_HEAD, "campaigns") if it not in document]
    parts: dict[str, Any] = {}
    for part, kinds in _KINDS.items():
        parts[part] = _each(document, part, partial(_one_of, kinds=kinds), problems)
    parts["balances"] = _each(document, "balances", partial(validated, _BALANCE), problems)
    head = _checked(document, problems)
    if problems:
        raise InvalidDocument(problems)
    return OpeningBalances(**head, **parts)


def _each(
    document: Mapping[str, Any], part: str, read: Callable[[Any], T], problems: list[Problem]
) -> list[T]:
    """What each item of a list stands for; what is wrong goes to the problems."""
    items = document.get(part, [])
    if not isinstance(items, list | tuple):
        problems.append(Problem(part, f"expected a list, got {shown(items)}", "type"))
        return []
    found = []
    for place, item in enumerate(items):
        try:
            found.append(read(item))
        except InvalidDocument as wrong:
            problems += _at(f"{part}.{place}", wrong)
    return found


def _one_of(item: object, kinds: tuple[type, ...]) -> object:
    if type(item) in kinds:
        return item
    if not isinstance(item, Mapping):
        raise InvalidDocument([Problem("", f"expected an object, got {shown(item)}", "type")])
    thing = load(item)
    if type(thing) not in kinds:
        message = f"there is no place here for a {shown(item.get('type'))}"
        raise InvalidDocument([Problem("type", message, "choice")])
    return thing


def _at(place: str, wrong: InvalidDocument) -> Iterator[Problem]:
    for it in wrong.problems:
        yield Problem(f"{place}.{it.path}" if it.path else place, it.message, it.kind)


def _checked(document: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """The key and the instant of the cut-over."""
    head: dict[str, Any] = {}
    for name in _HEAD:
        if name in document:
            try:
                head[name] = validated(_HEAD[name], document[name])
            except InvalidDocument as wrong:
                problems += _at(name, wrong)
    return head


def _read(value: Any) -> OpeningBalances:  # noqa: ANN401  whatever comes in
    return value if isinstance(value, OpeningBalances) else load_opening(value)


_SCHEMA: Final = {
    "title": "OpeningBalances",
    "description": "A running platform as it stood: every part is a list of documents.",
    "type": "object",
    "properties": {
        "key": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
        **{part: {"type": "array", "items": {"type": "object"}} for part in (*_KINDS, "balances")},
    },
    "required": ["key", "at", "campaigns"],
    "additionalProperties": False,
}
OpeningBalancesField = Annotated[
    InstanceOf[OpeningBalances],
    BeforeValidator(_read),
    PlainSerializer(dump_opening),
    WithJsonSchema(_SCHEMA),
]
"""Opening balances, as `dump_opening` writes them."""
