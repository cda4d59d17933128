"""The contract of a store: all that `pushcore.ports.Store` says, as tests to subclass."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest

from pushcore.testing.contracts._abilities import StoreAbilities
from pushcore.testing.contracts._commits import CommitContract
from pushcore.testing.contracts._ledger import LedgerContract
from pushcore.testing.contracts._matches import MatchContract
from pushcore.testing.contracts._moves import MoveContract
from pushcore.testing.contracts._names import NameContract
from pushcore.testing.contracts._orders import OrderContract
from pushcore.testing.contracts._reads import ReadContract
from pushcore.testing.contracts._threads import ThreadContract

if TYPE_CHECKING:
    from pushcore.ports import Store
    from pushcore.testing.contracts._scenes import MakeStore

__all__ = ["StoreContract"]


class StoreContract(
    ReadContract,
    NameContract,
    CommitContract,
    MoveContract,
    MatchContract,
    LedgerContract,
    OrderContract,
    ThreadContract,
):
    """Subclass it in your tests, say how a store is made, and run pytest.

    .. code-block:: python

        class TestSqlStore(StoreContract):
            @pytest.fixture
            def make_store(self, database):
                return lambda: SqlStore(database.emptied())

    ``make_store`` gives a function that makes an empty store; it is called many times in one test. What a
    store cannot do, it declares: ``abilities = StoreAbilities(threads=False)``.
    """

    abilities: ClassVar[StoreAbilities] = StoreAbilities()

    @pytest.fixture
    def make_store(self) -> MakeStore:
        """A function that makes an empty store: override this."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, make_store: MakeStore) -> Store:
        """An empty store."""
        return make_store()
