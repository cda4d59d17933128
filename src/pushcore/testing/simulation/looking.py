"""Looking in a simulated world: what is stated, planned and exported can be read at any moment."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from pushcore import usecases
from pushcore.books import Span
from pushcore.gateway import Capture, Charge, Refund
from pushcore.ids import ActorId, BackerId, CampaignId
from pushcore.testing.simulation.auditor import fail
from pushcore.testing.simulation.provider_book import moved_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.books import BalanceSheet
    from pushcore.testing.simulation.drawing import Cast
    from pushcore.testing.simulation.world import World

__all__ = ["LOOKING", "LOOKING_ACTORS"]

_Args = dict[str, Any] | None


def _look(world: World, campaign: str, backer: str) -> None:
    """A creator, a backer and the platform look at what there is: that writes nothing."""
    ports, name, who = world.ports, CampaignId(campaign), BackerId(backer)
    before = world.books.commits
    usecases.state_creator(ports, name, Span())
    usecases.state_backer(ports, who, Span())
    usecases.state_pledges(ports, who)
    usecases.export_backer(ports, who)
    usecases.list_refunds(ports, name)
    sheets = usecases.state_balances(ports, world.clock.at + _LATER)
    plan = usecases.plan_refunds(ports, name)
    if world.plan.struck:
        return  # somebody else may have written in between
    if world.books.commits != before:
        fail("looking-writes-nothing", f"{world.books.commits - before} commits were made")
    for sheet in sheets:
        _check_sheet(world, sheet)
    for need in plan.needs():
        if need.amount.minor > (most := _charged(world, campaign, need.amount.currency.code)):
            fail("plans-are-of-what-is-there", f"{need}, and {most} is there")


_LATER: Final = timedelta(days=2)


def _check_sheet(world: World, sheet: BalanceSheet) -> None:
    """A sheet has what lies with the provider and in drawers, and whose that is comes to as much."""
    ledger, code = world.books.ledger, sheet.currency.code
    places = [path for path, currency in ledger.places() if currency == code]
    lies = sum(ledger.net(it, code) for it in places if it.startswith("provider") or it.endswith("/offline"))
    if sheet.lies.minor != lies:
        fail("sheets-are-ledger", f"{sheet.lies} lies there, and {lies} does by the postings")
    if sheet.lies + sheet.debts + sheet.exchanged != sheet.earned + sheet.held + sheet.owed_back:
        fail("sheets-are-balanced", f"{sheet}")


def _charged(world: World, campaign: str, currency: str) -> int:
    """What was charged for a campaign, or is being charged, and did not go back as far as is known here."""
    books, known = world.books, {**world.books.open, **world.books.provider.charges}
    left = Counter[str]()
    for order in known.values():
        if isinstance(order, Charge | Capture | Refund) and order.campaign_id == campaign:
            left[(order.presented or order.amount).currency.code] += moved_by(order)
            left[(order.presented or order.amount).currency.code] -= books.provider.moved_back[order.key]
    return left[currency]


def _retry(world: World, campaign: str) -> object:
    return usecases.retry_refunds(world.ports, CampaignId(campaign), actor=ActorId("clerk"))


LOOKING: Final[dict[str, Callable[..., object]]] = {"look": _look, "retry-refunds": _retry}
"""What is read, and what is tried again that was declined."""


def _draw_look(cast: Cast) -> _Args:
    name = cast.campaign()
    return None if name is None else {"campaign": name, "backer": cast.backer()}


def _draw_retry(cast: Cast) -> _Args:
    pledge = cast.pledge("unrefunded")
    return None if pledge is None else {"campaign": cast.books.readings[pledge].campaign_id}


LOOKING_ACTORS: Final[dict[str, tuple[float, Callable[[Cast], _Args]]]] = {
    "look": (1.0, _draw_look),
    "retry-refunds": (2.0, _draw_retry),
}
"""How often each is drawn, and what it is then about."""
