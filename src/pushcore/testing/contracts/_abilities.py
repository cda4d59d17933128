"""What an implementation of a port declares to be able to do; tests of what it cannot are skipped."""

from __future__ import annotations

import attrs

__all__ = ["GatewayAbilities", "StoreAbilities"]


@attrs.frozen(kw_only=True)
class StoreAbilities:
    """What a store can do.

    Attributes:
        threads: Several threads may use one store.
    """

    threads: bool = True


@attrs.frozen(kw_only=True)
class GatewayAbilities:
    """What a gateway can be told to do, in the manner of `pushcore.memory.FakeGateway`.

    Attributes:
        directed: It is a `pushcore.testing.DirectedGateway`: it can be told to decline, and shows its books.
        faults: It is directed, and has ``fail_next`` too.
        threads: Several threads may use one gateway.
    """

    directed: bool = False
    faults: bool = False
    threads: bool = True
