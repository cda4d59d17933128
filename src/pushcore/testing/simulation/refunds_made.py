"""Refunds that somebody makes at the provider itself, and that it tells of: late, early, again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pushcore import usecases
from pushcore.errors import Refused
from pushcore.gateway import Capture, Charge, Refund, RefundMade
from pushcore.ids import ActorId, OrderKey
from pushcore.money import Money
from pushcore.testing.simulation.dispute_book import pledge_of
from pushcore.testing.simulation.made_book import Made
from pushcore.testing.simulation.presented_laws import worth_of
from pushcore.testing.simulation.provider_book import moved_by
from pushcore.testing.simulation.shapes import part_of
from pushcore.usecases import Reception

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.testing.simulation.auditor import Auditor
    from pushcore.testing.simulation.deed import Deed
    from pushcore.testing.simulation.drawing import Cast
    from pushcore.testing.simulation.world import World

__all__ = ["REFUNDS_MADE", "REFUNDS_MADE_ACTORS", "REFUNDS_MADE_FINAL_LAWS", "is_unsure", "misheard"]

_Args = dict[str, Any] | None


def _make(world: World, refund: str, charged: str, minor: int) -> None:
    """Somebody gives back what is left of a charge there, or some of it."""
    books = world.books
    if charged in books.provider.charges and refund not in books.made.all:
        left = books.left_there(charged) - books.disputes.there(charged)
        if 0 < minor <= left:
            campaign_id = books.readings[pledge_of(charged)].campaign_id
            books.made.make(refund, Made(charged, campaign_id, minor))


def _tell(world: World, refund: str) -> object:
    """The provider tells of it; what is refused as too much is taken back there."""
    books, made = world.books, world.books.made.all.get(refund)
    if made is None or made.undone:
        return None
    shown = books.pledges[pledge_of(made.charged)].presented
    amount = part_of(books.shapes[made.campaign_id], made.amount)
    if shown is not None:
        amount = Money.of_minor(made.amount, shown.currency)
    news = RefundMade(OrderKey(made.charged), amount, refund)
    try:
        heard = usecases.receive_event(world.ports, news, actor=ActorId("provider"))
    except Refused as no:
        if "above-paid" in no.codes and not made.booked:
            books.made.undo(refund, 0 if world.plan.struck else _left_of(books, refund, made))
        raise
    made.known |= heard in {Reception.TAKEN, Reception.KNOWN}
    return heard


REFUNDS_MADE: Final[dict[str, Callable[..., object]]] = {"refund-there": _make, "tell-refund": _tell}
"""What somebody does at the provider, and what it tells of that."""


def misheard(books: Auditor, deed: Deed) -> Iterator[str]:
    """A refund that was told of is booked, unless something of its pledge is under way, or it is too much."""
    made = None if deed.do != "tell-refund" else books.made.all.get(deed.args["refund"])
    if made is None:
        return
    if made.known and not made.booked:
        yield f"{made} is said to be known, and is not booked"
    if made.undone and made.amount <= made.left:
        yield f"{made} is said to be too much"
    if not made.known and not made.undone and not is_unsure(books, pledge_of(made.charged)):
        yield f"{made} is said to come too early, and nothing is under way"


def _left_of(books: Auditor, refund: str, made: Made) -> int:
    """What was left when one was refused: as its backer sees it, all of it or nothing."""
    left = _left(books, made.charged)
    if books.pledges[pledge_of(made.charged)].presented is None:
        return left
    return made.amount * (worth_of(books, made.charged, made.amount, but=refund) <= left)


def _left(books: Auditor, charged: str) -> int:
    """What may go back of a charge; a tip that was kept of a pledge that is given back stays where it is."""
    pledge_id = pledge_of(charged)
    if books.readings[pledge_id].parted and books.backs.credited[pledge_id]:
        return 0  # of which parts credit was given is not told
    over = books.readings[pledge_id].state in {"refunded", "unrefunded"}
    return books.left_of(charged) - (books.kept_of(pledge_id, "") if over else 0)


def is_unsure(books: Auditor, pledge_id: str) -> bool:
    """Whether something is under way of a pledge: an order, a dispute, or parts that are to be charged."""
    reading = books.readings[pledge_id]
    return (
        (reading.parted and reading.state in _CHARGED_ON)
        or any(isinstance(it, _ASKING) and it.pledge_id == pledge_id for it in books.open.values())
        or any(pledge_of(it.charged) == pledge_id for _, it in books.disputes.undecided())
    )


_CHARGED_ON: Final = frozenset({"paying", "errored"})
_ASKING: Final = (Charge, Capture, Refund)


def _known_in_the_end(world: World) -> Iterator[str]:
    """Every refund that was made there is known, or was taken back."""
    yield from (f"{it} is not known" for _, it in world.books.made.waiting())


REFUNDS_MADE_FINAL_LAWS: Final[dict[str, Callable[[World], Iterator[str]]]] = {
    "made-is-known": _known_in_the_end
}
"""One more line is one more law of how a world must end."""


def _draw_make(cast: Cast) -> _Args:
    """Often of a charge that is to go back anyway: just that, less or more."""
    books = cast.books
    orders = [it for it in list(books.ordered.values())[-_LATELY:] if isinstance(it, Refund)]
    if orders and cast.chance(_ORDERED_FIRST):
        order = cast.rng.choice(orders)
        charged, amount = str(order.charged), moved_by(order)
    elif charges := list(books.provider.charges):
        charged = cast.rng.choice(charges)
        amount = books.left_there(charged)
    else:
        return None
    minor = cast.rng.choice((amount, amount, max(1, amount // 3), 1, amount + 100))
    name = cast.new_id("m")
    cast.made.append(name)
    return {"refund": name, "charged": charged, "minor": minor}


_LATELY: Final = 60
_ORDERED_FIRST: Final = 0.5


def _draw_tell(cast: Cast) -> _Args:
    """Mostly of what was made lately, whether it was told before or not."""
    several = cast.made[-_FEW:] if cast.chance(_NEW) else cast.made
    return {"refund": cast.rng.choice(several)} if several else None


_FEW: Final = 5
_NEW: Final = 0.8

REFUNDS_MADE_ACTORS: Final[dict[str, tuple[float, Callable[[Cast], _Args]]]] = {
    "refund-there": (1.5, _draw_make),
    "tell-refund": (3.0, _draw_tell),
}
"""How often each is drawn, and what it is then about."""
