"""Sources of new ids: counted, for tests and stories, and random."""

from __future__ import annotations

from itertools import count
from uuid import uuid4

__all__ = ["CountingIds", "RandomIds"]


class CountingIds:
    """Ids that count up.

    Example:
        >>> ids = CountingIds("campaign")
        >>> ids.new_id(), ids.new_id()
        ('campaign-1', 'campaign-2')
    """

    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._numbers = count(1)

    def new_id(self) -> str:
        """The next id."""
        return f"{self._prefix}-{next(self._numbers)}"


class RandomIds:
    """Ids that nobody else has: random UUIDs."""

    def new_id(self) -> str:
        """A new id."""
        return str(uuid4())
