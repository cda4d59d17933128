"""What a pledge moves: pieces of every stock that it takes of, and the totals of its campaign."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pushcore._checks import expect, shown
from pushcore._evolving import maker
from pushcore.changes import ProgressMove, StockMove
from pushcore.errors import InvalidValue
from pushcore.money import AmountRole, Money
from pushcore.pledges.counting import counted
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.rewards import NO_REWARD, Quote, needs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pushcore.campaigns import Campaign
    from pushcore.changes import Delta
    from pushcore.ids import CampaignId
    from pushcore.rewards import Need

__all__ = ["booking_moves", "collection_move", "difference", "progress_move", "stock_moves"]


def stock_moves(
    pledge: Pledge, campaign: Campaign, *, claimed: int = 0, reserved: int = 0
) -> tuple[StockMove, ...]:
    """What the pledge moves of every stock that it takes of, by sign; nothing without rewards."""
    require_own_campaign(pledge, campaign)
    expect(claimed, int, what="how many are claimed")
    expect(reserved, int, what="how many are reserved")
    needed = needs(campaign.terms.catalogue, pledge.selection, pledge.backer_id)
    return moves(needed, campaign, claimed=claimed, reserved=reserved)


def moves(
    needed: Iterable[Need], campaign: Campaign, *, claimed: int = 0, reserved: int = 0
) -> tuple[StockMove, ...]:
    """What is moved of every stock that is needed, by sign.

    What needs none is reserved all the same while it is on its way: as yet it is in no total, and it is
    promised the goal and the deadline that it was placed for.
    """
    moved = tuple(
        [_move(need, campaign.id, claimed * need.pieces, reserved * need.pieces) for need in needed]
    )
    return moved if moved or not reserved else (_alike(campaign.id, NO_REWARD, None, 0, reserved),)


def _move(need: Need, campaign_id: CampaignId, claimed: int, reserved: int) -> StockMove:
    if need.backer_id is not None:
        return need.move(campaign_id, claimed=claimed, reserved=reserved)
    return _alike(campaign_id, need.key[0], need.limit, claimed, reserved)


_alike: Final = lru_cache(maxsize=4_096)(StockMove)
"""The same move for every pledge that moves the same: most are for one piece of a few tiers."""


def progress_move(pledge: Pledge, campaign: Campaign, sign: int) -> ProgressMove:
    """What the pledge adds to the totals when it is confirmed (1), or takes from them when it falls (-1).

    A late pledge adds to the total of its own kind, and to nothing that is held against the goal.

    Args:
        pledge: The pledge.
        campaign: Its campaign, which says what counts.
        sign: Whether it adds or takes.

    Raises:
        InvalidValue: the sign is neither 1 nor -1.
    """
    require_own_campaign(pledge, campaign)
    if sign.__class__ is not int or sign not in _SIGNS:
        message = f"a pledge is added (1) or taken away (-1), got {shown(sign)}"
        raise InvalidValue(message, sign=sign)
    terms, quoted = campaign.terms, pledge.quote
    all_counts = terms.model.counts_all and pledge.presented is None
    given = quoted.contribution if sign > 0 else -quoted.contribution
    if pledge.late:
        return ProgressMove(campaign.id, pledge.backer_id, given * 0, sign, late=given)
    cap = terms.model.cap
    return _progress_move(
        campaign_id=campaign.id,
        backer_id=pledge.backer_id,
        pledged=given,
        pledges=sign,
        counted=None if all_counts else counted(pledge, campaign) * sign,
        units=sign * quoted.units,
        limit=cap.limit if cap is not None and sign > 0 else None,
        matched=None if pledge.matches is None else given,
    )


_SIGNS: Final = (1, -1)
_progress_move: Final = maker(
    ProgressMove, "campaign_id", "backer_id", "pledged", "pledges", "counted", "units", "limit", "matched"
)


def difference(pledge: Pledge, campaign: Campaign, quoted: Quote) -> ProgressMove:
    """What the totals move by when a pledge is for this quote instead of its own."""
    require_own_campaign(pledge, campaign)
    expect(quoted, Quote, what="what a pledge is for instead")
    terms, before = campaign.terms, pledge.quote
    cap = terms.model.cap
    return ProgressMove(
        campaign.id,
        pledge.backer_id,
        quoted.contribution - before.contribution,
        counted=counted(pledge, campaign, quoted) - counted(pledge, campaign),
        units=quoted.units - before.units,
        limit=None if cap is None else cap.limit,
    )


def booking_moves(pledge: Pledge, booked: Pledge, campaign: Campaign) -> tuple[ProgressMove, ...]:
    """What the totals move by when the provider has booked a charge, where the goal is judged on that.

    Args:
        pledge: The pledge.
        booked: The same, with what was booked.
        campaign: Its campaign, which says what counts.
    """
    require_own_campaign(booked, campaign)
    if campaign.terms.model.counts_as is not AmountRole.SETTLED or booked.late:
        return ()
    before = counted(pledge, campaign)
    more = counted(booked, campaign, pledge.quote) - before
    return (ProgressMove(campaign.id, pledge.backer_id, more * 0, counted=more),) if more else ()


def given_up_moves(pledge: Pledge, campaign: Campaign, contribution: Money) -> tuple[Delta, ...]:
    """What is moved when a pledge counts no more, and so much of what was collected for it goes with it."""
    return (
        *stock_moves(pledge, campaign, claimed=-1),
        progress_move(pledge, campaign, -1),
        collection_move(pledge, -contribution, -int(pledge.state is PledgeState.COLLECTED)),
    )


def collection_move(pledge: Pledge, amount: Money, collections: int) -> ProgressMove:
    """What the totals move by when so much of a pledge is collected, or goes back (below zero).

    Args:
        pledge: The pledge.
        amount: How much of its contribution.
        collections: Whether that makes it a collected pledge (1), makes it one no more (-1), or neither (0).
    """
    expect(pledge, Pledge, what="what is collected")
    expect(amount, Money, what="how much is collected")
    expect(collections, int, what="of how many pledges")
    return _collection_move(
        campaign_id=pledge.campaign_id,
        backer_id=pledge.backer_id,
        pledged=amount.with_minor(0),
        collected=amount,
        collections=collections,
    )


def kept_move(before: Pledge, after: Pledge) -> ProgressMove:
    """What the totals move by when something of a pledge goes back, or comes back, and it stays collected."""
    return collection_move(before, after.kept - before.kept, 0)


_collection_move: Final = maker(
    ProgressMove, "campaign_id", "backer_id", "pledged", "collected", "collections"
)
