"""The store in memory keeps the contract of every store."""

from __future__ import annotations

from types import SimpleNamespace

import attrs
import pytest

from pushcore import Changes, Money, PledgeState
from pushcore.changes import ProgressMove
from pushcore.errors import Conflict, InvalidValue, NotFound
from pushcore.memory import MemoryStore, memory_ports
from pushcore.payments.events import PledgeDropped
from pushcore.testing import OPENS, StoreContract, a_campaign, a_pledge


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def make_store(self):
        return MemoryStore


@pytest.mark.parametrize("junk", [None, "changes", {}, Changes])
def test_only_changes_are_committed(junk):
    with pytest.raises(InvalidValue, match="changes are committed, not"):
        MemoryStore().commit(junk)


def test_an_aggregate_of_the_host_is_kept_too():
    store, own = MemoryStore(), SimpleNamespace(id="s1", version=1)
    store.commit(Changes(put=(own,)))
    assert store.find(SimpleNamespace, "s1") is own
    with pytest.raises(Conflict, match="simplenamespace s1 is at version 1, not 0"):
        store.commit(Changes(put=(own,)))


@pytest.mark.parametrize("name", ["progress", "find_pledge"])
def test_what_is_read_is_named_by_text(name):
    with pytest.raises(InvalidValue, match="id"):
        getattr(MemoryStore(), name)(5)


@pytest.mark.parametrize("junk", [("s1", "s1"), (SimpleNamespace, 1)])
def test_an_aggregate_is_found_by_a_kind_and_an_id(junk):
    with pytest.raises(InvalidValue, match="aggregate"):
        MemoryStore().find(*junk)


def test_a_pledge_that_moves_on_before_its_turn_is_not_given_any_more():
    first, second = pledges = [a_pledge(f"p{n}", state=PledgeState.PLEDGED) for n in (1, 2)]
    store = MemoryStore()
    store.commit(Changes(put=(a_campaign(), *pledges)))
    iterator = store.returnable_pledges(first.campaign_id)
    assert next(iterator) == first
    store.commit(Changes(put=(attrs.evolve(second, state=PledgeState.CANCELED, version=2),)))
    assert list(iterator) == []


def test_totals_of_no_campaign_are_not_moved():
    store, other = MemoryStore(), a_campaign("other")
    move = ProgressMove("nobodys", "ana", Money.of("1.00", "EUR"), 1)
    with pytest.raises(NotFound, match="nobodys"):
        store.commit(Changes(put=(other,), deltas=(move,)))
    with pytest.raises(NotFound):
        store.campaign("other")
    with pytest.raises(NotFound):
        store.progress("nobodys")


def test_events_are_kept_in_order():
    store = MemoryStore()
    events = [PledgeDropped(OPENS, "host", f"p{n}") for n in range(3)]
    for event in events:
        store.commit(Changes(events=(event,)))
    assert list(store.events()) == events


def test_a_whole_host_in_memory():
    host = memory_ports(OPENS)
    assert isinstance(host.store, MemoryStore)
    assert host.clock.now() == OPENS
    assert host.gateway.accepted() == []
    assert host.ids.new_id() != host.ids.new_id()
