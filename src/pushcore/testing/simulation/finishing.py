"""The end of a simulated world: nothing goes wrong any more, and whatever is due is done until nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.testing.simulation.auditor import fail
from pushcore.testing.simulation.deed import Deed
from pushcore.testing.simulation.final_laws import FINAL_LAWS

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

    Then the laws of the end are checked.

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
    world.check_all()
    for law, check in FINAL_LAWS.items():
        for how in check(world):
            fail(law, how)
    return rounds


def _due(world: World) -> Iterator[Deed]:
    """The jobs, and what a host does by hand: try declined refunds again, give up cash, bring it, pay out."""
    yield Deed("jobs")
    books = world.books
    for name, it in list(books.disputes.undecided()):
        told = {"dispute": name, "charged": it.charged, "minor": it.amount, "state": "lost"}
        yield Deed("dispute", told | {"at": world.clock.at.isoformat()})
    yield from [Deed("tell-bounce", {"key": key}) for key, it in books.bounced.items() if not it.known]
    yield from [Deed("tell-refund", {"refund": name}) for name, _ in books.made.waiting()]
    for pledge_id, reading in list(books.readings.items()):
        by_hand = _BY_HAND.get(reading.state, "refund" if reading.returning else None)
        if by_hand is not None and books.state_of(reading.campaign_id) not in {"live", "suspended", "grace"}:
            yield Deed(by_hand, {"pledge": pledge_id})
    for campaign in list(books.campaigns.values()):
        over = campaign.settled_at is not None or campaign.state.value in _OVER
        if over and not _is_paid(world, campaign.id):
            for payout in [it for it in books.payouts.values() if it.campaign_id == campaign.id]:
                if payout.state.value == "refused":
                    yield Deed("reconsider", {"payout": payout.id})
                if payout.state.value in {"prepared", "refused"}:
                    yield from (Deed("approve", {"payout": payout.id, "by": by}) for by in ("ada", "bob"))
            yield Deed("deposit", {"campaign": campaign.id})
            yield Deed("prepare-payouts", {"campaign": campaign.id})
            yield Deed("pay-out", {"campaign": campaign.id})
    yield Deed("jobs")


def _is_open(world: World) -> bool:
    books = world.books
    held = any(it.there for it in books.reserves.all.values())
    bounced = any(not it.known for it in books.bounced.values())
    if books.open or held or bounced or any(books.disputes.undecided()) or any(books.made.waiting()):
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


_ENDED: Final = frozenset({"paid", "set-off"})


def _is_paid(world: World, campaign_id: str) -> bool:
    """Whether all payouts of a settled campaign are paid, and no cash of it lies about."""
    books = world.books
    waiting = any(
        it.campaign_id == campaign_id and it.state.value not in _ENDED for it in books.payouts.values()
    )
    currency = books.shapes[campaign_id]["currency"]
    payee = f"campaign/{campaign_id}/payee/"
    owed = any(books.ledger.net(*it) for it in books.ledger.credits if it[0].startswith(payee))
    return not waiting and not owed and not books.ledger.net(f"campaign/{campaign_id}/offline", currency)
