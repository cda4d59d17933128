"""The store over SQLite among the examples is a store."""

import importlib.util
from pathlib import Path

import pytest

from pushcore.testing import StoreContract

PATH = Path(__file__).parents[2] / "examples" / "sqlite_store.py"
SPEC = importlib.util.spec_from_file_location("sqlite_store", PATH)
EXAMPLE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(EXAMPLE)


class TestSqliteStore(StoreContract):
    @pytest.fixture
    def make_store(self):
        return EXAMPLE.SqliteStore
