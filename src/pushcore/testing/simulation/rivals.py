"""The rivals of a simulated world: who acts in the middle of what somebody else does, where it hurts most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.testing.simulation.actors import ACTORS
from pushcore.testing.simulation.deed import Deed, Strike
from pushcore.testing.simulation.dispute_book import pledge_of
from pushcore.testing.simulation.written_laws import limit_of

if TYPE_CHECKING:
    from pushcore.testing.simulation.drawing import Cast
    from pushcore.testing.simulation.faults import Rates

__all__ = ["draw_contest", "draw_rival"]

_RIVALS: Final = (
    *("place", "cancel", "change", "advance", "close", "charge", "collect", "finish", "expire", "jobs") * 2,
    *(
        "move:suspend",
        "until",
        "settle",
        "pay-out",
        "match",
        "refund",
        "transfer",
        "merge",
        "call-off",
        "tell",
        "refund:amount",
        "give-back",
        "refund-there",
        "tell-refund",
        "dispute",
        "prepare-payouts",
        "ask-payout",
        "release",
    ),
    *("place:twin", "place:twin", "place:twin", "place:fill", "place:fill", "lapse", "lapse", "end"),
)
"""What hurts most in the middle of something else."""

_OF_WALLETS: Final = ("spend", "withdraw", "pass-on", "expire-credits")
"""What hurts most where it is about credit."""

_WON: Final = "dispute:won"

_GROUND: Final = {
    **dict.fromkeys(("cancel", "change", "merge", "transfer", "receive", "match"), (("end", 1.0),)),
    **dict.fromkeys(("charge", "collect", "place"), (("call-off", 0.1),)),
    **dict.fromkeys(_OF_WALLETS, (("pass-on", 1.0),)),
    **dict.fromkeys(("settle", "dispute"), ((_WON, 12.0),)),
    "advance": ((_WON, 12.0), ("call-off", 0.1)),
}
"""What takes the ground from under a deed, and how often where that happens at all."""


def draw_contest(cast: Cast, deed: Deed, rates: Rates) -> tuple[str, int, tuple[str, ...]] | None:
    """A fault for just this deed: its name, at which commit, and who comes in between; mostly none."""
    last = _for_the_last(cast, deed)
    if last is not None and cast.chance(rates.rate("race-for-the-last")):
        return "race-for-the-last", last, ("place:fill", "place:twin")
    for ground, share in _GROUND.get(deed.do, ()):
        possible = ground != _WON or _is_disputed(cast, deed)
        if possible and cast.chance(share * rates.rate("ground-shifts")):
            at = cast.rng.randint(1, 3) if deed.do == "advance" else 1  # it closes, collects and settles
            return "ground-shifts", at, (ground,)
    return None


def _is_disputed(cast: Cast, deed: Deed) -> bool:
    """Whether a dispute of its campaign is open, beside the one that it tells of."""
    name = deed.args.get("campaign")
    if "charged" in deed.args:
        reading = cast.books.readings.get(pledge_of(deed.args["charged"]))
        name = None if reading is None else reading.campaign_id
    several = cast.books.disputes.undecided()
    return any(it.campaign_id == name and dispute != deed.args.get("dispute") for dispute, it in several)


def _for_the_last(cast: Cast, deed: Deed) -> int | None:
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
_CRASHING: Final = 0.15
_OF_THE_SAME: Final = 0.7


def draw_rival(cast: Cast, deed: Deed, names: tuple[str, ...] = ()) -> Deed:
    """What somebody else does in the middle of it: mostly about the same campaign, or the same pledge.

    Now and then their process ends once they have written something.

    Args:
        cast: Who there is.
        deed: What is being done.
        names: Who comes first, and surely has the same in mind.
    """
    several = _OF_WALLETS if deed.do in _OF_WALLETS and cast.chance(_OF_THE_SAME) else _RIVALS
    for name in (*names, *cast.rng.choices(several, k=6)):
        with cast.thinking_of(deed, surely=bool(names)):
            args = ACTORS[name][1](cast)
        if args is not None:
            crash = (Strike("commit", 1, "crash-after-commit"),) if cast.chance(_CRASHING) else ()
            return Deed(name.partition(":")[0], args, crash)
    return Deed("finish")
