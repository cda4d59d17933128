"""A store that keeps copies, as every one with a disk does, keeps the contract and plays every story."""

from __future__ import annotations

import pickle

import pytest

from pushcore.memory import MemoryStore
from pushcore.testing import StoreContract, check_restarts


class CopyingStore(MemoryStore):
    """As if there were a wire or a disk between us: only copies arrive."""

    def commit(self, changes):
        super().commit(pickle.loads(pickle.dumps(changes)))


class TestCopyingStore(StoreContract):
    @pytest.fixture
    def make_store(self):
        return CopyingStore


def test_a_store_of_copies_plays_every_story():
    check_restarts(CopyingStore)
