"""The decision that brings a running platform over: everything in its state, and its money as it stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore.books.events import BroughtOver
from pushcore.books.opening_balances import Opening, OpeningBalances
from pushcore.books.opening_checks import openings, problems
from pushcore.books.opening_moves import matched, moves
from pushcore.changes import Changes
from pushcore.errors import InvalidDocument

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.books.opening_balances import Beside
    from pushcore.campaigns import Campaign
    from pushcore.changes import Versioned
    from pushcore.ids import ActorId
    from pushcore.payouts import Payout
    from pushcore.pledges import Pledge

__all__ = ["bring_over"]


def bring_over(opening: OpeningBalances, at: datetime, actor: ActorId) -> tuple[Opening, Changes]:
    """Write a running platform down as it stood: aggregates in their states, and the money in one ledger.

    Stock and totals follow from the pledges. For each campaign and currency there is one transaction that
    sets its accounts to what they stood at, against the account ``opening``, which is at nothing after all
    of them: as much was brought over as there was.

    Args:
        opening: What is brought over.
        at: When.
        actor: Who.

    Raises:
        InvalidDocument: it contradicts itself; every problem is named.
    """
    expect(opening, OpeningBalances, what="what is brought over")
    if found := tuple(problems(opening)):
        raise InvalidDocument(found)
    campaigns = {campaign.id: campaign for campaign in opening.campaigns}
    brought = Opening(opening.key, opening.at, opening.digest)
    several = (*opening.campaigns, *opening.pledges, *opening.payouts, *opening.beside)
    event = BroughtOver(at, actor, opening.key, opening.at, len(opening.campaigns), len(opening.pledges))
    return brought, Changes(
        put=(brought, *map(_new, several)),
        deltas=(
            *(move for it in opening.pledges for move in moves(it, campaigns[it.campaign_id])),
            *matched(opening),
        ),
        transactions=(*openings(opening), *opening.pending),
        events=(event,),
        orders=opening.orders,
    )


def _new(aggregate: Campaign | Pledge | Payout | Beside) -> Versioned:
    """The aggregate as a store takes it that has never seen it."""
    return attrs.evolve(aggregate, version=1)
