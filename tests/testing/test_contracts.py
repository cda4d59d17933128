"""The contracts can be broken: what does not keep one of their promises is caught."""

from __future__ import annotations

import inspect
from datetime import date

import pytest
from broken import BROKEN
from hypothesis import Phase, is_hypothesis_test, settings

from pushcore import ExchangeRate
from pushcore.errors import PushcoreError
from pushcore.memory import FakeGateway, FixedRates, ManualClock, MemoryStore
from pushcore.testing import (
    OPENS,
    ClockContract,
    GatewayAbilities,
    GatewayContract,
    RateSourceContract,
    StoreContract,
)
from pushcore.testing.contracts._reads import ANY_STORE
from pushcore.testing.contracts._scenes import opened

RATE = ExchangeRate("EUR", "USD", "1.10", as_of=date(2026, 1, 5), source="ECB")

ANY_EXAMPLE = settings(ANY_STORE, phases=[Phase.generate], database=None)
"""It need not be the smallest, which takes long to find."""


class Gateways(GatewayContract):
    abilities = GatewayAbilities(directed=True, faults=True)


class Rates(RateSourceContract):
    known = (("EUR", "USD", date(2026, 1, 6)),)
    unknown = (("EUR", "USD", date(2026, 1, 4)),)


CONTRACTS = {
    MemoryStore: StoreContract,
    FakeGateway: Gateways,
    ManualClock: ClockContract,
    FixedRates: Rates,
}


def fixtures(cls):
    """What the tests of a contract are given."""
    if issubclass(cls, MemoryStore):
        return {"make_store": cls, "store": cls(), "shared": opened(cls())}
    if issubclass(cls, FakeGateway):
        return dict.fromkeys(("gateway", "directed", "failing"), cls())
    return {"make_clock": lambda: cls(OPENS), "make_rates": lambda: cls([RATE])}


@pytest.mark.parametrize(
    ("cls", "promise", "given"), BROKEN, ids=[f"{cls.__name__}-{promise}" for cls, promise, _ in BROKEN]
)
def test_what_is_broken_is_caught(cls, promise, given, monkeypatch):
    contract = next(it for base, it in CONTRACTS.items() if issubclass(cls, base))
    test = getattr(contract(), promise)
    if is_hypothesis_test(test):
        monkeypatch.setattr(test.__func__, "_hypothesis_internal_use_settings", ANY_EXAMPLE)
    names = inspect.signature(test).parameters
    sound = fixtures(next(it for it in CONTRACTS if issubclass(cls, it))) | given
    test(**{name: sound[name] for name in names})
    offered = fixtures(cls) | given
    with pytest.raises((AssertionError, pytest.fail.Exception, PushcoreError, RuntimeError)):
        test(**{name: offered[name] for name in names})
