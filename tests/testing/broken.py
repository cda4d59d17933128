"""Stores, gateways, clocks and rates that break their contract in one way each; pytest is run on this file.

Each class says in ``caught_by`` which test of its contract must fail.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import attrs
import pytest

from pushcore import Changes, Currency, ExchangeRate, Stock
from pushcore.changes import ProgressMove, StockMove
from pushcore.errors import NotFound
from pushcore.gateway import Accepted, Declined
from pushcore.memory import FakeGateway, FixedRates, MemoryStore
from pushcore.testing import (
    ClockContract,
    GatewayAbilities,
    GatewayContract,
    RateSourceContract,
    StoreAbilities,
    StoreContract,
)


def contract_of_store(caught_by, **methods):
    """The contract of a store in memory with some methods of its own."""
    store = type("Broken", (MemoryStore,), methods)
    fixture = pytest.fixture(lambda _: store)
    abilities = StoreAbilities(threads="threads" in caught_by)
    return type(
        "TestStore",
        (StoreContract,),
        {"make_store": fixture, "caught_by": caught_by, "abilities": abilities},
    )
