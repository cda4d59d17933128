"""Snapshots: documents that say of themselves what they are, and are read for ever.

``type`` names the class and ``schema`` counts the shapes it has had. What was written under an older schema
is brought up to the present one while it is read (see `pushcore.schemas.upcasting`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, TypeVar, overload

from pydantic import TypeAdapter

from pushcore._checks import shown
from pushcore.errors import InvalidDocument, InvalidValue, Problem
from pushcore.schemas.derivation import derived
from pushcore.schemas.documents import DOCUMENTS, type_name
from pushcore.schemas.nearest import nearest
from pushcore.schemas.problems import validated
from pushcore.schemas.upcasting import upcast
from pushcore.schemas.writing import written

__all__ = ["adapter", "dump", "load"]

T = TypeVar("T")


def dump(thing: object) -> dict[str, Any]:
    """A document of JSON values: of an aggregate, a value in the store, an order, an answer or an event.

    Raises:
        InvalidValue: it is none of these, or holds a number with more digits than can be read back.

    Example:
        >>> from pushcore import Stock
        >>> dump(Stock(claimed=3, reserved=1))
        {'schema': 1, 'type': 'stock', 'claimed': 3, 'reserved': 1}
    """
    _require_documents(type(thing))
    document: dict[str, Any] = written(thing)
    return document


@overload
def load(document: Mapping[str, Any]) -> object: ...
@overload
def load(document: Mapping[str, Any], kind: type[T]) -> T: ...
def load(document: Mapping[str, Any], kind: type | None = None) -> object:
    """What a document stands for; of this kind, if one is given.

    Raises:
        InvalidDocument: it is wrong; every problem is named.
        InvalidValue: there are no documents of this kind.

    Example:
        >>> from pushcore import Stock
        >>> load({"schema": 1, "type": "stock", "claimed": 3, "reserved": 1}, Stock)
        Stock(claimed=3, reserved=1)
    """
    if not isinstance(document, Mapping):
        raise InvalidDocument([Problem("", f"expected an object, got {shown(document)}", "type")])
    if kind is not None:
        _require_documents(kind)
    name = document.get("type")
    cls = DOCUMENTS.get(name) if isinstance(name, str) else None
    if cls is None or (kind is not None and kind is not cls):
        message = nearest(name, DOCUMENTS, "pushcore.schemas.DOCUMENTS")
        if kind is not None:
            message = f"expected {type_name(kind)}, got {shown(name)}"
        raise InvalidDocument([Problem("type", message, "choice")])
    present = upcast(type_name(cls), dict(document))
    return validated(adapter(DOCUMENTS[present["type"]]), present)


@cache
def adapter(cls: type) -> TypeAdapter[Any]:
    """What checks the documents of a class; made when it is first needed, since that takes milliseconds."""
    annotated: Any = Annotated[cls, derived]
    return TypeAdapter(annotated)


def _require_documents(cls: type) -> None:
    if cls not in DOCUMENTS.values():
        message = (
            f"there are no documents of {shown(cls)}; pushcore.schemas.DOCUMENTS has all {len(DOCUMENTS)}"
        )
        raise InvalidValue(message, kind=cls)
