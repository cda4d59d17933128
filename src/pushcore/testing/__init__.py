"""For tests of code that uses pushcore, or that plugs something into it. Needs the extra ``testing``.

- Builders: a valid campaign, pledge or host in one line.
- `strategies`: hypothesis strategies for every public value.
- Contracts: test classes that prove that your store, gateway, clock or source of rates does what is promised.
- `check_pledge_flow`, `check_restarts` and `check_races`: histories of a campaign over your store, at random,
  cut short everywhere, and interfered with everywhere.
"""

from __future__ import annotations

from pushcore.testing import strategies
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
from pushcore.testing.contracts import (
    ClockContract,
    GatewayAbilities,
    GatewayContract,
    RateSourceContract,
    StoreAbilities,
    StoreContract,
)
from pushcore.testing.host import DirectedGateway
from pushcore.testing.machine import check_pledge_flow
from pushcore.testing.restarts import check_races, check_restarts

__all__ = [
    "OPENS",
    "ClockContract",
    "DirectedGateway",
    "GatewayAbilities",
    "GatewayContract",
    "RateSourceContract",
    "StoreAbilities",
    "StoreContract",
    "a_campaign",
    "a_pledge",
    "a_request",
    "a_subscription",
    "a_tier",
    "check_pledge_flow",
    "check_races",
    "check_restarts",
    "ports",
    "strategies",
    "terms",
]
