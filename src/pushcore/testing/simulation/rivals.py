"""The rivals of a simulated world: who acts in the middle of what somebody else does, where it hurts most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.testing.simulation.actors import ACTORS
from pushcore.testing.simulation.deed import Deed
from pushcore.testing.simulation.written_laws import limit_of

if TYPE_CHECKING:
    from pushcore.testing.simulation.drawing import Cast

__all__ = ["draw_rival", "is_for_the_last"]

_TWINS: Final = ("place:fill", "place:twin")
_RIVALS: Final = (
    *("place", "cancel", "change", "advance", "close", "charge", "collect", "finish", "expire", "jobs") * 2,
    "call-off",
    *("move:suspend", "until", "settle", "pay-out", "match", "refund", "transfer", "merge"),
    *("place:twin", "place:twin", "place:twin", "place:fill", "place:fill", "lapse", "lapse", "end"),
)
"""What hurts most in the middle of something else."""


def is_for_the_last(cast: Cast, deed: Deed) -> int | None:
    """At which commit it is decided who gets the last piece, or the last of a cap, if a deed comes near it.

    Pieces are reserved when a pledge is placed, and a cap is held against it once it is confirmed.
    """
    name, pick = deed.args.get("campaign", ""), deed.args.get("pick")
    campaign = cast.books.campaigns.get(name)
    if campaign is None or pick is None:
        return None
    cap, counted = campaign.terms.model.cap, cast.books.totals[name]["counted"]
    if cap is not None and counted < cap.amount.minor <= counted + _NEAR:
        return 2 if deed.do == "place" else 1
    for picked in (pick.get("tier"), *pick.get("add_ons", {})):
        limit = None if picked is None else limit_of(campaign, picked, None)
        key = name, str(picked), None
        if limit is not None and limit - cast.books.claimed[key] - cast.books.reserved[key] in {1, 2}:
            return 1
    return None


_NEAR: Final = 5_000


def draw_rival(cast: Cast, deed: Deed, *, twin: bool = False) -> Deed:
    """What somebody else does in the middle of it: mostly about the same campaign, or the same pledge."""
    names = _TWINS if twin else ()
    for name in (*names, *cast.rng.choices(_RIVALS, k=6)):
        with cast.thinking_of(deed, surely=twin):
            args = ACTORS[name][1](cast)
        if args is not None:
            return Deed(name.partition(":")[0], args)
    return Deed("finish")
