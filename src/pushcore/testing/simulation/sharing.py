"""Fee shares in a simulated world: hosts come to owe the platform a part of their fees, and pay it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pushcore import usecases
from pushcore.ids import ActorId, CampaignId, HostId, PayeeId
from pushcore.money import Money, Percentage, Rounding
from pushcore.payouts import FeeShare
from pushcore.testing.simulation.share_book import HOSTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.testing.simulation.drawing import Cast
    from pushcore.testing.simulation.world import World

__all__ = ["SHARING", "SHARING_ACTORS"]

_Args = dict[str, Any] | None
_BY: Final = ActorId("clerk")


def _share(host: str, currency: str) -> FeeShare:
    hundredths, most = HOSTS[host]
    return FeeShare(
        HostId(host),
        Percentage.of(f"{hundredths // 100}.{hundredths % 100:02}"),
        Rounding.HALF_UP,
        payee_id=PayeeId("platform"),
        threshold=Money.of_minor(most, currency),
        on_top=("tip",),
    )


def _accrue(world: World, campaign: str) -> object:
    shape = world.books.shapes[campaign]
    share = _share(shape["host"], shape["currency"])
    return usecases.accrue_fee_share(world.ports, share, CampaignId(campaign), actor=_BY)


def _settle(world: World, host: str, currency: str, key: str) -> object:
    return usecases.settle_fee_share(world.ports, _share(host, currency), key=key, actor=_BY)


def _note(world: World, host: str, currency: str, key: str, minor: int) -> object:
    amount = Money.of_minor(minor, currency)
    return usecases.note_fee_share(world.ports, HostId(host), amount, key=key, actor=_BY)


SHARING: Final[dict[str, Callable[..., object]]] = {
    "accrue-share": _accrue,
    "settle-share": _settle,
    "note-share": _note,
}
"""What is done about the share of a host's fees."""


def _draw_accrue(cast: Cast) -> _Args:
    """Of a settled campaign, and now and then of one that is not."""
    names = [
        it.id for it in cast.books.campaigns.values() if it.settled_at is not None or cast.chance(_SELDOM)
    ]
    return {"campaign": cast.rng.choice(names)} if names else None


_SELDOM: Final = 0.02


def _draw_settle(cast: Cast) -> _Args:
    """What somebody owes, in a new payment or one that there was."""
    owing = [whose for whose, minor in cast.books.shares.owed.items() if minor or cast.chance(_SELDOM)]
    if not owing:
        return None
    host, currency = cast.rng.choice(owing)
    known = [key for of, code, key in cast.books.shares.paying.values() if (of, code) == (host, currency)]
    again = known and cast.chance(_AGAIN)
    key = cast.rng.choice(known) if again else cast.new_id("k")
    return {"host": host, "currency": currency, "key": key}


_AGAIN: Final = 0.5


def _draw_note(cast: Cast) -> _Args:
    owing = _draw_settle(cast)
    if owing is None:
        return None
    owed = cast.books.shares.owed[owing["host"], owing["currency"]]
    return owing | {"minor": cast.rng.choice((1, max(1, owed // 3), max(1, owed), owed + 1))}


SHARING_ACTORS: Final[dict[str, tuple[float, Callable[[Cast], _Args]]]] = {
    "accrue-share": (2.5, _draw_accrue),
    "settle-share": (2.5, _draw_settle),
    "note-share": (0.5, _draw_note),
}
"""How often each is drawn, and what it is then about."""
