"""Names that nothing has: they come from addresses and forms, and are nobody's fault but the asker's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from pushcore.errors import InvalidValue, NotFound
from pushcore.ids import PledgeId
from pushcore.rewards import WaitingList

if TYPE_CHECKING:
    from pushcore.ports import Store

__all__ = ["NameContract"]

_ODD: Final = ("", " lanterne", "\ud800", "\0", "x" * 5_000, "'; --")
"""Texts that are the id of nothing, and that not every database takes."""


class NameContract:
    """What is asked for by any name is found, or is not there: nothing else comes of it."""

    @pytest.mark.parametrize("name", _ODD, ids=ascii)
    def test_a_text_of_nothing_finds_nothing(self, store: Store, name: str) -> None:
        """There is no such campaign or payout, and no such pledge or other aggregate."""
        for read in _reads(store):
            with pytest.raises(NotFound):
                read(name)
        assert store.find_pledge(PledgeId(name)) is None
        assert store.find(WaitingList, name) is None

    @pytest.mark.parametrize("name", [None, 7, 10**30, ["lanterne"], {}, b"lanterne"], ids=ascii)
    def test_what_is_no_name_is_not_found(self, store: Store, name: Any) -> None:  # noqa: ANN401  anything
        """It is not there, or refused: no error of the database comes through."""
        for read in _reads(store):
            with pytest.raises((NotFound, InvalidValue)):
                read(name)


def _reads(store: Store) -> tuple[Any, ...]:
    return store.campaign, store.payout, store.progress
