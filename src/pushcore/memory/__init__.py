"""An embedded host: store, gateway, clocks, ids and rates in memory. Usable as it is, and without extras."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.memory.clock import ManualClock, SystemClock
from pushcore.memory.gateway import ABLE, FakeGateway, Fault
from pushcore.memory.ids import CountingIds, RandomIds
from pushcore.memory.rates import FixedRates, RateTable
from pushcore.memory.store import MemoryStore
from pushcore.ports import Ports

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.gateway import Abilities

__all__ = [
    "ABLE",
    "CountingIds",
    "FakeGateway",
    "Fault",
    "FixedRates",
    "ManualClock",
    "MemoryStore",
    "RandomIds",
    "RateTable",
    "SystemClock",
    "memory_ports",
]


def memory_ports(now: datetime, *, abilities: Abilities = ABLE) -> Ports:
    """A whole host in memory, its clock set by hand to an instant.

    The parts are a `MemoryStore`, a `FakeGateway` of these abilities, a `ManualClock` and `CountingIds`.
    """
    gateway = FakeGateway(abilities=abilities)
    return Ports(MemoryStore(), gateway, ManualClock(now), CountingIds())
