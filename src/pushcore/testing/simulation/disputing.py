"""Disputes in a simulated world: the provider tells of them in any order, early, late, again and again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from pushcore import usecases
from pushcore.gateway import DisputeState, DisputeTold
from pushcore.ids import ActorId, CampaignId, OrderKey
from pushcore.money import Money
from pushcore.testing.simulation.dispute_book import pledge_of
from pushcore.testing.simulation.shapes import part_of
from pushcore.usecases import Reception

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.testing.simulation.drawing import Cast
    from pushcore.testing.simulation.world import World

__all__ = ["DISPUTING", "DISPUTING_ACTORS"]

_Args = dict[str, Any] | None


def _dispute(world: World, dispute: str, charged: str, minor: int, state: str, at: str) -> object:  # noqa: PLR0913, PLR0917  what is told
    reading, happened = world.books.readings.get(pledge_of(charged)), datetime.fromisoformat(at)
    if reading is None or happened > world.ports.now() + timedelta(days=1):
        return None  # what is left of a history may be of a time that has not come
    shown = world.books.pledges[pledge_of(charged)].presented
    amount = part_of(world.books.shapes[reading.campaign_id], minor)
    news = DisputeTold(
        dispute_id=dispute,
        charged=OrderKey(charged),
        amount=amount if shown is None else Money.of_minor(minor, shown.currency),
        state=DisputeState(state),
        at=happened,
    )
    heard = usecases.receive_event(world.ports, news, actor=ActorId("provider"))
    if heard in {Reception.TAKEN, Reception.KNOWN}:
        world.books.disputes.acknowledge(dispute, state, news.at)
        world.books.touched[reading.campaign_id] = None
    return heard


def _prepare(world: World, campaign: str) -> object:
    """What payees are owed again is paid out too."""
    return usecases.prepare_payouts(world.ports, CampaignId(campaign), actor=ActorId("clerk"))


DISPUTING: Final[dict[str, Callable[..., object]]] = {"dispute": _dispute, "prepare-payouts": _prepare}
"""What the provider tells of disputes, and what is done once they are won."""


def _news(cast: Cast) -> _Args:
    """Mostly more news of a dispute that there is, else the first of another: whichever comes first.

    What cannot be is told too: more than was charged, and later another amount.
    """
    told = cast.disputes
    if told and cast.chance(_MORE):
        about = cast.rng.choice(list(told.values())[-_LATELY:])
        other = {"minor": about["minor"] + 1} if cast.chance(_CONTRADICTED) else {}
        return about | other | _state(cast)
    charged = _charge(cast)
    if charged is None:
        return None
    key, amount = charged
    minor = cast.rng.choice((amount, amount, max(1, amount // 3), 1, amount + 50, amount * 100))
    about = {"dispute": cast.new_id("d"), "charged": key, "minor": minor}
    told[about["dispute"]] = about
    return about | _state(cast)


_MORE: Final = 0.7
_CONTRADICTED: Final = 0.05
_LATELY: Final = 6


def _opened(cast: Cast) -> _Args:
    """All of a charge is disputed before its campaign is settled, mostly of one that has such disputes."""
    books = cast.books
    early = [it for it in books.provider.charges if books.campaigns[_campaign(cast, it)].settled_at is None]
    open_ones = {told.campaign_id for _, told in books.disputes.undecided()}
    beside = [it for it in early if _campaign(cast, it) in open_ones]
    several = beside if beside and cast.chance(_BESIDE) else early
    if not several:
        return None
    key = cast.rng.choice(several)
    minor = (books.provider.charges[key].presented or books.provider.charges[key].amount).minor
    name = cast.new_id("d")
    cast.disputes[name] = about = {"dispute": name, "charged": key, "minor": minor}
    return about | {"state": "opened", "at": cast.now.isoformat()}


_BESIDE: Final = 0.7


def _campaign(cast: Cast, charged: str) -> str:
    return str(cast.books.pledges[pledge_of(charged)].campaign_id)


def _won(cast: Cast) -> _Args:
    """A dispute that nobody has decided is won, mostly after the settlement; not the one that is heard of."""
    heard, name = None, cast.campaign(*_FUNDED)
    if cast.meanwhile is not None:
        heard = cast.meanwhile.args.get("dispute")
    elif settled := [
        it.campaign_id
        for _, it in cast.books.disputes.undecided()
        if cast.books.campaigns[it.campaign_id].settled_at is not None
    ]:
        name = cast.rng.choice(settled)
    several = [
        dispute
        for dispute, it in cast.books.disputes.undecided()
        if it.campaign_id == name and dispute in cast.disputes and dispute != heard
    ]
    won = {"state": "won", "at": cast.now.isoformat()}
    return cast.disputes[cast.rng.choice(several)] | won if several else None


_FUNDED: Final = ("successful", "partially-funded")


def _charge(cast: Cast) -> tuple[str, int] | None:
    """A charge, often of a pledge of which something else goes back."""
    charges = cast.books.provider.charges
    if not charges:
        return None
    several = list(charges)
    back = [it for it in cast.rng.sample(several, min(_LOOKED_AT, len(several))) if _is_back(cast, it)]
    key = cast.rng.choice(back if back and cast.chance(_BACK_FIRST) else several)
    return key, (charges[key].presented or charges[key].amount).minor


_LOOKED_AT: Final = 12
_BACK_FIRST: Final = 0.4


def _is_back(cast: Cast, charged: str) -> bool:
    pledge, disputes = pledge_of(charged), cast.books.disputes
    return bool(cast.books.backs.agreed[pledge]) or any(it.charged == charged for it in disputes.all.values())


def _state(cast: Cast) -> dict[str, Any]:
    """How far it has come, and when: not in the order in which it is told."""
    at = cast.now.replace(hour=0, minute=0, second=0) + timedelta(days=cast.rng.randint(-8, 0))
    state = cast.rng.choice(("opened", "opened", "evidence-submitted", "under-review", *_ENDS))
    return {"state": state, "at": at.isoformat()}


_ENDS: Final = ("withdrawn", "lost", "lost", "won", "won")


def _settled(cast: Cast) -> _Args:
    name = cast.campaign(*_FUNDED)
    return None if name is None else {"campaign": name}


DISPUTING_ACTORS: Final[dict[str, tuple[float, Callable[[Cast], _Args]]]] = {
    "dispute": (5.0, _news),
    "dispute:opened": (2.0, _opened),
    "dispute:won": (1.5, _won),
    "prepare-payouts": (0.4, _settled),
}
"""How often each is drawn, and what it is then about."""
