"""Contracts of the ports, as test classes to subclass: they prove that what you plug in does what it must.

None is named ``Test...``, so pytest collects your subclasses and not these.
"""

from __future__ import annotations

from pushcore.testing.contracts._abilities import GatewayAbilities, StoreAbilities
from pushcore.testing.contracts.clock import ClockContract
from pushcore.testing.contracts.gateway import GatewayContract
from pushcore.testing.contracts.rates import RateSourceContract
from pushcore.testing.contracts.store import StoreContract

__all__ = [
    "ClockContract",
    "GatewayAbilities",
    "GatewayContract",
    "RateSourceContract",
    "StoreAbilities",
    "StoreContract",
]
