"""Bouncing: a refund that had gone back came back, as the backer's bank did not take it.

The backer is owed it again, as if the provider had declined it: it is ordered once more, or becomes credit.
But what a dispute of the same charge took although it had gone back, the bank has given already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.gateway import Decline, RefundBounced
from pushcore.ids import OrderKey
from pushcore.ledger import recipes
from pushcore.payments import _owing
from pushcore.payments._booking import bounce_booked, fee_kept
from pushcore.payments.disputes import fill
from pushcore.payments.events import RefundFailed
from pushcore.payments.keys import made_key
from pushcore.payments.noting import by_name
from pushcore.pledges.pledge import Pledge, PledgeState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pushcore.ids import ActorId
    from pushcore.payouts import Dispute
    from pushcore.pledges.refund import GoneBack, RefundWay

__all__ = ["bounced"]


def bounced(
    pledge: Pledge,
    refund: RefundBounced,
    at: datetime,
    actor: ActorId,
    *,
    disputes: tuple[Dispute, ...] = (),
) -> tuple[Pledge, Changes]:
    """Take note that a refund came back; one that is known to have is left alone.

    Args:
        pledge: The pledge of which it is.
        refund: What the provider tells.
        at: When.
        actor: Who.
        disputes: The disputes that have taken something of its charge.

    Raises:
        Refused: ``unknown-refund``: none has gone back by this name; ``refund-open``: another one is under
            way; or ``dispute-open``.
        KeyReused: another amount, or one of another charge, has gone back by this name.
    """
    expect(pledge, Pledge, what="a pledge")
    expect(refund, RefundBounced, what="a refund that came back")
    gone, at = by_name(pledge, refund), utc(at)
    if gone is None:
        message = f"nothing of pledge {pledge.id} has gone back as {refund.reference}"
        raise Refused([Refusal("unknown-refund", message)])
    if gone.bounced:
        return pledge, Changes()
    if reasons := [*_under_way(pledge)]:
        raise Refused(reasons)
    way, key = gone.way, made_key(pledge, refund.reference)
    on_top = tuple(way.on_top.items())
    entry = recipes.bounced_refund(key, pledge.campaign_id, way.amount, at, on_top=on_top)
    beside = bounce_booked(pledge, gone, entry.id, at)
    after = _came_back(pledge, gone)
    if refund.fee is not None:
        beside += recipes.provider_fee(OrderKey(entry.id), pledge.campaign_id, refund.fee, at)
        if pledge.provider_fee is not None:
            after = attrs.evolve(after, provider_fee=fee_kept(pledge, refund.charged, refund.fee))
    changes = Changes(transactions=(entry, *beside))
    left: RefundWay | None = way
    for dispute in disputes:
        if left is not None:
            after, left, taken = fill(after, dispute, left, at)
            changes += taken
    told = RefundFailed(at, actor, pledge.id, Decline.NEEDS_BACKER.value, "bounced")
    return after, changes + Changes(put=(after,), events=(told,))


def _under_way(pledge: Pledge) -> Iterator[Refusal]:
    """What is to be decided first, before anything is owed besides."""
    if pledge.given_back_next:
        yield Refusal("refund-open", f"a refund of pledge {pledge.id} is under way")
    yield from _owing.disputed(pledge)


def _came_back(pledge: Pledge, gone: GoneBack) -> Pledge:
    """The pledge of which something that had gone back is owed again."""
    way, instalments = gone.way, pledge.instalments
    if instalments is not None and way.part is not None:
        instalments = instalments.bounce(way.part, way.amount)
    gone_back = tuple(attrs.evolve(it, bounced=True) if it is gone else it for it in pledge.gone_back)
    after = pledge.moved(pledge.state, instalments=instalments, gone_back=gone_back)
    if pledge.paid is not None or pledge.refund is not None:
        return _owing.owed_again(after, way)
    return attrs.evolve(after, state=PledgeState.UNREFUNDED)  # of which all goes back that is there
