"""For tests of code that uses pushcore, or that plugs something into it.

The contracts, the strategies and `check_pledge_flow` need the extra ``testing``; the rest does not.

- Builders: a valid campaign, pledge or host in one line.
- `strategies`: hypothesis strategies for every public value.
- Contracts: test classes that prove that your store, gateway, clock or source of rates does what is promised.
- `check_pledge_flow`, `check_restarts` and `check_races`: histories of a campaign over your store, at random,
  cut short everywhere, and interfered with everywhere.
- `check_event_streams`: stories whose provider loses answers, and tells of them shuffled and again and again.
- `simulate_platform`: a whole platform drawn from a seed, over your store and your gateway, with faults at
  every commit and call and an auditor with books of its own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from pushcore.testing.builders import (
    OPENS,
    a_campaign,
    a_pledge,
    a_request,
    a_subscription,
    a_tier,
    ports,
    terms,
)

if TYPE_CHECKING:
    from pushcore.testing import strategies
    from pushcore.testing.contracts import (
        ClockContract,
        GatewayAbilities,
        GatewayContract,
        RateSourceContract,
        StoreAbilities,
        StoreContract,
    )
    from pushcore.testing.event_streams import check_event_streams
    from pushcore.testing.host import DirectedGateway
    from pushcore.testing.machine import check_pledge_flow
    from pushcore.testing.restarts import check_races, check_restarts
    from pushcore.testing.simulation import (
        SimulationFailed,
        SimulationReport,
        replay_simulation,
        simulate_platform,
    )

__all__ = [
    "OPENS",
    "ClockContract",
    "DirectedGateway",
    "GatewayAbilities",
    "GatewayContract",
    "RateSourceContract",
    "SimulationFailed",
    "SimulationReport",
    "StoreAbilities",
    "StoreContract",
    "a_campaign",
    "a_pledge",
    "a_request",
    "a_subscription",
    "a_tier",
    "check_event_streams",
    "check_pledge_flow",
    "check_races",
    "check_restarts",
    "ports",
    "replay_simulation",
    "simulate_platform",
    "strategies",
    "terms",
]

_HOMES: Final = {
    "ClockContract": "contracts",
    "DirectedGateway": "host",
    "GatewayAbilities": "contracts",
    "GatewayContract": "contracts",
    "RateSourceContract": "contracts",
    "SimulationFailed": "simulation",
    "SimulationReport": "simulation",
    "StoreAbilities": "contracts",
    "StoreContract": "contracts",
    "check_event_streams": "event_streams",
    "check_pledge_flow": "machine",
    "check_races": "restarts",
    "check_restarts": "restarts",
    "replay_simulation": "simulation",
    "simulate_platform": "simulation",
    "strategies": "strategies",
}
"""What is loaded when it is first asked for, since what it needs may not be there, and where it is."""


def __getattr__(name: str) -> Any:  # noqa: ANN401  a class, a function or a module
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    try:
        home = import_module(f"{__name__}.{_HOMES[name]}")
    except ModuleNotFoundError as missing:
        if missing.name not in {"hypothesis", "pytest"}:
            raise
        message = f"{__name__}.{name} needs the extra of pushcore.testing: pip install 'pushcore[testing]'"
        raise ModuleNotFoundError(message, name=missing.name) from None
    return home if name == _HOMES[name] else getattr(home, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
