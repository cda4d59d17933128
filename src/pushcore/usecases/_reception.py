"""What becomes of what a provider tells of its own accord."""

from __future__ import annotations

from enum import StrEnum

from pushcore._checks import none_such

__all__ = ["Reception"]


class Reception(StrEnum):
    """What became of an event; the host answers the provider accordingly.

    - ``TAKEN``: it was news, and is written down: acknowledge it.
    - ``KNOWN``: it was known already: acknowledge it too.
    - ``TOO_EARLY``: what it is about is not known here yet: let the provider send it again later.
    - ``FOREIGN``: its key is none that pushcore gives: it is about something else of the host's.
    """

    TAKEN = "taken"
    KNOWN = "known"
    TOO_EARLY = "too-early"
    FOREIGN = "foreign"

    _missing_ = classmethod(none_such)
