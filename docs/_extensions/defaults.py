"""Defaults as they are: attrs shows a default that is made anew each time as ``NOTHING``."""

from __future__ import annotations

import ast
import re

import attrs

__all__ = ["setup", "shown"]

_NOTHING = re.compile(r"(\w+)( ?= ?)NOTHING\b")
_LONGEST = 30


def shown(signature, cls):
    """The signature of a class with its real defaults, or ``...`` where one is long or no plain value."""
    fields = {it.alias or it.name: it for it in attrs.fields(cls)} if attrs.has(cls) else {}
    return _NOTHING.sub(lambda found: f"{found[1]}{found[2]}{_default(fields.get(found[1]))}", signature)


def _default(field):
    factory = getattr(field, "default", None)
    if not isinstance(factory, attrs.Factory) or factory.takes_self:
        return "..."
    written = repr(factory.factory())
    try:
        ast.parse(written, mode="eval")
    except SyntaxError:
        return "..."
    return written if len(written) <= _LONGEST else "..."


def _process(_app, what, _name, obj, _options, signature, returns):
    if what in {"class", "exception"} and signature:
        return shown(signature, obj), returns
    return None


def setup(app):
    """Look at every signature."""
    app.connect("autodoc-process-signature", _process)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
