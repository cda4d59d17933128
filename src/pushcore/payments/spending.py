"""Spending: a pledge that its backer pays for with the credit of their wallet, at once.

The provider is not asked, and has nothing to give back: what is refunded of it becomes credit again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.changes import Changes
from pushcore.errors import Refused
from pushcore.payments.events import PledgeCollected
from pushcore.payments.keys import charge_key
from pushcore.payments.parting import on_top_of
from pushcore.payouts import crediting
from pushcore.pledges.events import PledgePlaced
from pushcore.pledges.facts import PlaceFacts
from pushcore.pledges.moving import collection_move, moves, progress_move
from pushcore.pledges.pledge import WALLET, Pledge, PledgeState
from pushcore.pledges.rules import PLACING_HERE, refusals
from pushcore.pledges.waiting import with_lists

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pushcore.campaigns import Campaign, Progress
    from pushcore.payouts import Wallet
    from pushcore.pledges.request import PledgeRequest
    from pushcore.pledges.rules import PlaceRule
    from pushcore.rewards import Stocks, WaitingList

__all__ = ["spend"]


def spend(  # noqa: PLR0913  what a pledge that is paid for rests on
    request: PledgeRequest,
    campaign: Campaign,
    stocks: Stocks,
    wallet: Wallet,
    at: datetime,
    *,
    rules: Sequence[PlaceRule] = (),
    progress: Progress | None = None,
    waiting: tuple[WaitingList, ...] = (),
) -> tuple[Pledge, Changes]:
    """Place a pledge and pay for it from a wallet: it counts and is collected from now on.

    Args:
        request: What the backer asks for.
        campaign: The campaign it is for.
        stocks: Where the stocks stand that it takes of.
        wallet: The backer's, in the currency of the campaign.
        at: When.
        rules: The host's own, beside `pushcore.pledges.rules.PLACING_HERE`.
        progress: The totals of the campaign, where it has a cap.
        waiting: The waiting lists of the tiers that are picked, of those that have one.

    Raises:
        Refused: with every reason; ``wallet-too-low``: less can be spent.
        InvalidValue: the campaign has no such tier, or another currency.
        CurrencyMismatch: the wallet is of another currency than the campaign.
    """
    facts = PlaceFacts(request, campaign, stocks, at, progress, waiting)
    pledge = Pledge(
        request,
        facts.quote,
        PledgeState.COLLECTED,
        facts.at,
        facts.at,
        method=WALLET,
        attempts=1,
        phase=facts.phase,
        paid_by=WALLET,
    )
    paid, reasons = Changes(), [*refusals(facts, (*PLACING_HERE, *rules))]
    key, on_top = charge_key(pledge), on_top_of(pledge)
    try:
        if pledge.amount:  # one of nothing is too small, which is a reason already
            _, paid = crediting.spend(
                wallet, key, campaign.id, pledge.amount, facts.at, request.actor, on_top=on_top
            )
    except Refused as too_low:
        reasons += too_low.refusals
    if reasons:
        raise Refused(reasons)
    picked = pledge.selection
    placed = PledgePlaced(
        facts.at,
        request.actor,
        pledge.id,
        campaign.id,
        request.backer_id,
        pledge.amount,
        picked.tier_id,
        picked.quantity,
        picked.add_ons,
    )
    collected = PledgeCollected(facts.at, request.actor, pledge.id, pledge.amount, WALLET)
    changes = Changes(
        put=(pledge,),
        expect=(campaign,),
        deltas=(
            *moves(facts.needs, campaign, claimed=1),
            progress_move(pledge, campaign, 1),
            collection_move(pledge, pledge.contribution, 1),
        ),
        events=(placed, collected),
    )
    return pledge, with_lists(changes + paid, facts, request.backer_id, pledge.id, request.actor)
