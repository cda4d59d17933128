"""The end of a simulated world: nothing goes wrong any more, and whatever is due is done until nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.testing.simulation.auditor import fail
from pushcore.testing.simulation.deed import Deed
from pushcore.testing.simulation.final_laws import FINAL_LAWS
from pushcore.testing.simulation.forgetting import forget_some
from pushcore.testing.simulation.payout_laws import PAYOUT_OVER, cost_of, paying_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.testing.simulation.world import World

__all__ = ["finish_world"]

_TWO_DAYS: Final = 2 * 86_400
_MOST_ROUNDS: Final = 80
_OVER: Final = frozenset({"draft", "submitted", "approved", "failed", "canceled", "given-back"})
_BY_HAND: Final = {"unrefunded": "refund", "expected": "give-up"}


def finish_world(world: World) -> int:
    """Run the jobs of a host day after day until nothing is due; how many rounds that took.

    Then the laws of the end are checked, and some backers are forgotten.

    Raises:
        BrokenLaw: something is left open, or a law is broken on the way.
    """
    gateway = world.gateway
    gateway.unwilling.clear()
    gateway.empty_until.clear()
    gateway.out_until = None
    rounds = 0
    while _is_open(world) and rounds < _MOST_ROUNDS:
        rounds += 1
        for deed in _due(world):
            world.take(deed)
        world.take(Deed("wait", {"seconds": _TWO_DAYS}))
    world.take(Deed("jobs"))
    settled = [it for it in world.books.campaigns.values() if it.settled_at is not None]
    for campaign in settled * 2:  # what was paid too much of one is set off against what is owed of the next
        world.take(Deed("accrue-share", {"campaign": campaign.id}))
    for host, currency in list(world.books.shares.owed):
        world.take(Deed("settle-share", {"host": host, "currency": currency, "key": "last"}))
    for campaign in settled:
        world.take(Deed("invoice", {"campaign": campaign.id}))
    world.check_all()
    for law, check in FINAL_LAWS.items():
        for how in check(world):
            fail(law, how)
    forget_some(world)
    return rounds


def _due(world: World) -> Iterator[Deed]:
    """The jobs, and what a host does by hand: try declined refunds again, give up cash, bring it, pay out."""
    yield Deed("jobs")
    books = world.books
    for name, it in list(books.disputes.undecided()):
        told = {"dispute": name, "charged": it.charged, "minor": it.told, "state": "lost"}
        yield Deed("dispute", told | {"at": world.clock.at.isoformat()})
    yield from [Deed("tell-bounce", {"key": key}) for key, it in books.bounced.items() if not it.known]
    yield from [Deed("tell-refund", {"refund": name}) for name, _ in books.made.waiting()]
    for name, back in list(books.sent_back.items()):
        if not back.booked:
            yield Deed("send-back", {"payout": name, "kept": 0, "costs": False})
    for pledge_id, reading in list(books.readings.items()):
        by_hand = _BY_HAND.get(reading.state, "refund" if reading.returning else None)
        if by_hand is not None and books.state_of(reading.campaign_id) not in {"live", "suspended", "grace"}:
            yield Deed(by_hand, {"pledge": pledge_id})
    for campaign in list(books.campaigns.values()):
        over = campaign.settled_at is not None or campaign.state.value in _OVER
        if over and not _is_paid(world, campaign.id):
            yield from _paying(world, campaign.id)
    yield Deed("jobs")


def _paying(world: World, campaign_id: str) -> Iterator[Deed]:
    """Whatever it takes until the payees of a campaign have what they are owed."""
    for payout in [it for it in world.books.payouts.values() if it.campaign_id == campaign_id]:
        if payout.state.value in PAYOUT_OVER:
            continue
        if payout.milestone is not None and payout.id not in world.books.consented:
            yield Deed("consent", {"campaign": campaign_id, "given": 1, "asked": 1})
        elif payout.state.value == "refused":
            yield Deed("reconsider", {"payout": payout.id})
        if payout.currency is not None and payout.converted is None:
            yield Deed("fix-rate", {"payout": payout.id})
        yield from (Deed("approve", {"payout": payout.id, "by": by}) for by in ("ada", "bob"))
    yield Deed("deposit", {"campaign": campaign_id})
    yield Deed("prepare-payouts", {"campaign": campaign_id})
    yield from _asked_for(world, campaign_id)
    yield Deed("pay-out", {"campaign": campaign_id})


def _asked_for(world: World, campaign_id: str) -> Iterator[Deed]:
    """What payees take out in the end: all that they are owed and have not asked for."""
    books, shape = world.books, world.books.shapes[campaign_id]
    if "withdrawal" not in paying_of(shape):
        return
    start = f"campaign/{campaign_id}/payee/"
    for path, currency in books.ledger.places():
        payee = path.removeprefix(start)
        several = [
            it for it in books.payouts.values() if (it.campaign_id, it.payee_id) == (campaign_id, payee)
        ]
        waiting = any(it.state.value not in PAYOUT_OVER for it in several)
        owed = -books.ledger.net(path, currency)
        if path.startswith(start) and not waiting and owed > cost_of(shape):
            args = {"campaign": campaign_id, "payee": payee, "minor": owed, "number": len(several) + 1}
            yield Deed("ask-payout", args)


def _is_open(world: World) -> bool:
    books = world.books
    held = any(it.there for it in books.reserves.all.values())
    unknown = any(not it.known for it in books.bounced.values())
    unbooked = any(not it.booked for it in books.sent_back.values())
    if books.open or held or unknown or unbooked:
        return True
    if any(books.disputes.undecided()) or any(books.made.waiting()):
        return True
    waits = any(
        it.state in _UNFINISHED
        or it.returning
        or (it.state == "collected" and books.state_of(it.campaign_id) in _OVER)
        for it in books.readings.values()
    )
    return waits or any(
        (it.state.value not in _OVER and it.settled_at is None) or not _is_paid(world, it.id)
        for it in books.campaigns.values()
    )


_UNFINISHED: Final = frozenset(
    {"preauth", "expected", "pledged", "paying", "charging", "errored", "refunding", "unrefunded"}
)


def _is_paid(world: World, campaign_id: str) -> bool:
    """Whether all payouts of a settled campaign are paid, and no cash of it lies about."""
    books = world.books
    waiting = any(
        it.campaign_id == campaign_id and it.state.value not in PAYOUT_OVER for it in books.payouts.values()
    )
    currency = books.shapes[campaign_id]["currency"]
    payee = f"campaign/{campaign_id}/payee/"
    least = cost_of(books.shapes[campaign_id])
    owed = any(-books.ledger.net(*it) > least for it in books.ledger.credits if it[0].startswith(payee))
    return not waiting and not owed and not books.ledger.net(f"campaign/{campaign_id}/offline", currency)
