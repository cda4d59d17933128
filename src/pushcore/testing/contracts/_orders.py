"""The outbox: what was ordered stays open until it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore.changes import Changes
from pushcore.errors import KeyReused
from pushcore.gateway import Prepare
from pushcore.ids import BackerId, OrderKey, PledgeId
from pushcore.testing import strategies
from pushcore.testing.contracts._reads import ANY_STORE
from pushcore.testing.contracts._scenes import opened

if TYPE_CHECKING:
    from pushcore.gateway import Order
    from pushcore.ports import Store
    from pushcore.testing.contracts._scenes import MakeStore

__all__ = ["OrderContract"]


class OrderContract:
    """Part of `pushcore.testing.StoreContract`."""

    @ANY_STORE
    @given(
        orders=st.lists(strategies.orders(), max_size=6, unique_by=lambda order: order.key), data=st.data()
    )
    def test_orders_are_open_until_done(
        self, make_store: MakeStore, orders: list[Order], data: st.DataObject
    ) -> None:
        """Orders of any kind come back equal, oldest first, until their keys are done."""
        store = opened(make_store())
        for order in orders:
            store.commit(Changes(orders=(order,)))
        assert list(store.open_orders()) == orders
        for order in data.draw(st.permutations(orders)):
            orders = [it for it in orders if it is not order]
            store.commit(Changes(done=(order.key,)))
            assert list(store.open_orders()) == orders

    def test_an_open_key_has_one_content(self, store: Store) -> None:
        """The same order again is one order; another under its key is refused."""
        order, other = _prepare("k1", "ana"), _prepare("k1", "ben")
        opened(store).commit(Changes(orders=(order, _prepare("k2", "ana"))))
        store.commit(Changes(orders=(order,)))
        with pytest.raises(KeyReused):
            store.commit(Changes(orders=(other,)))
        assert list(store.open_orders()) == [order, _prepare("k2", "ana")]

    def test_what_is_not_open_is_done(self, store: Store) -> None:
        """Saying done twice, or of what was never ordered, is fine."""
        opened(store).commit(Changes(done=(OrderKey("k1"),)))
        assert not list(store.open_orders())

    def test_one_commit_ends_and_orders(self, store: Store) -> None:
        """An order may be done by the very changes that order the next thing."""
        opened(store).commit(Changes(orders=(_prepare("k1", "ana"),)))
        store.commit(Changes(orders=(_prepare("k2", "ana"),), done=(OrderKey("k1"),)))
        assert list(store.open_orders()) == [_prepare("k2", "ana")]

    def test_orders_may_be_finished_while_they_are_read(self, store: Store) -> None:
        """Commits do not disturb whoever reads the outbox."""
        orders = [_prepare(f"k{n}", "ana") for n in range(5)]
        opened(store).commit(Changes(orders=tuple(orders)))
        seen = []
        for order in store.open_orders():
            seen.append(order)
            store.commit(Changes(done=(order.key,)))
        assert seen == orders
        assert not list(store.open_orders())


def _prepare(key: str, backer: str) -> Prepare:
    return Prepare(OrderKey(key), PledgeId("p1"), BackerId(backer))
