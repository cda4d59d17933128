"""Exporting: the JSON Schema of every command and document, for other languages and for API descriptions."""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter

from pushcore._checks import shown
from pushcore.errors import InvalidValue
from pushcore.schemas.documents import DOCUMENTS
from pushcore.schemas.parsing import COMMANDS
from pushcore.schemas.snapshots import adapter

__all__ = ["json_schema"]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema(kind: type) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a command or of anything that is dumped.

    It says what can be said of shapes; that splits add up, and the like, is checked when a payload is read.

    Raises:
        InvalidValue: it is none of these.

    Example:
        >>> from pushcore import Stock
        >>> json_schema(Stock)["properties"]["claimed"]
        {'title': 'Claimed', 'type': 'integer'}
    """
    if kind in DOCUMENTS.values():
        found: TypeAdapter[Any] = adapter(kind)
    elif kind in COMMANDS.values():
        found = TypeAdapter(kind)
    else:
        message = f"no JSON Schema of {shown(kind)}; there are those of {', '.join((*COMMANDS, *DOCUMENTS))}"
        raise InvalidValue(message, kind=kind)
    return {"$schema": _DIALECT, **found.json_schema()}
