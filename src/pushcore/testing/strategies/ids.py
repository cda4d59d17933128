"""Ids: short and plain by preference, and now and then whatever else is allowed."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

__all__ = ["identifiers"]


def identifiers() -> st.SearchStrategy[Any]:
    """Text that may name anything: a short plain word, or any printable text without spaces at its ends.

    It stands for every kind of id.
    """
    return _IDENTIFIERS


# Made once: hypothesis looks at every new strategy anew, which takes longer than to draw from it.
_PLAIN: Final = st.text("abcdefgh0123456789-/", min_size=1, max_size=8)
_ODD: Final = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
_IDENTIFIERS: Final = _PLAIN | _ODD.filter(str.isprintable)
