"""The decisions that change a confirmed pledge: another selection, another holder, two pledges made one.

The new selection replaces the old one. What had a price keeps it; the stock of what is given up is set free
in the same commit that takes the new pieces; and the totals move by the difference alone.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from pushcore._checks import expect
from pushcore.changes import Changes, ProgressMove
from pushcore.errors import Refusal, Refused
from pushcore.pledges.counting import counted
from pushcore.pledges.events import PledgeChanged, PledgesMerged, PledgeTransferred
from pushcore.pledges.facts import ChangeFacts, PlaceFacts, PledgeFacts
from pushcore.pledges.guarding import guards
from pushcore.pledges.matched import losses, match_move
from pushcore.pledges.moving import difference, progress_move
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.pledging import void_order
from pushcore.pledges.rules import (
    CHANGING,
    HANDING,
    MERGING,
    own_campaign,
    refusals,
)
from pushcore.pledges.sizing import above_maximum, too_large
from pushcore.pledges.waiting import with_lists
from pushcore.rewards import Quote, Selection, needs
from pushcore.rewards.need import require_stocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from pushcore.campaigns import Campaign, Progress
    from pushcore.changes import StockMove
    from pushcore.ids import ActorId, BackerId
    from pushcore.money import Money
    from pushcore.pledges.rules import PlaceRule
    from pushcore.rewards import Need, Stocks, WaitingList

__all__ = ["change", "merge", "transfer"]


def change(  # noqa: PLR0913  what a change rests on
    pledge: Pledge,
    campaign: Campaign,
    selection: Selection,
    *,
    stocks: Stocks,
    at: datetime,
    actor: ActorId,
    expects: Money | None = None,
    progress: Progress | None = None,
    waiting: tuple[WaitingList, ...] = (),
    matches: tuple[Pledge, ...] = (),
    rules: Sequence[PlaceRule] = (),
) -> tuple[Pledge, Changes]:
    """Pick something else: raise, lower, swap the tier, add or drop add-ons, change the destination.

    Args:
        pledge: A confirmed pledge that is not charged.
        campaign: The campaign it is for.
        selection: What is picked instead; what the old one had a price of keeps it.
        stocks: Where the stocks stand that the new selection takes of.
        at: When.
        actor: Who.
        expects: What the backer was told that it costs now.
        progress: The totals of the campaign, where it has a cap or cancel windows.
        waiting: The waiting lists of the tiers that are picked, of those that have one.
        matches: What sponsors added to it, of all that stands: it goes back as far as the change loses it.
        rules: The host's own, asked about what the pledge becomes, as if it were placed.

    Raises:
        Refused: with every reason.
        InvalidValue: the campaign does not have what is selected, or another currency.
    """
    facts = ChangeFacts(pledge, campaign, selection, stocks, at, expects, progress, waiting, matches=matches)
    said = _said(rules, facts, facts.quote, stocks, actor=actor, expects=expects)
    if reasons := (*refusals(facts, CHANGING), *said):
        raise Refused(reasons)
    changed = pledge.moved(pledge.state, quote=facts.quote)
    before = needs(campaign.terms.catalogue, pledge.selection, pledge.backer_id)
    event = PledgeChanged(
        facts.at,
        actor,
        pledge.id,
        pledge.amount,
        changed.amount,
        selection.tier_id,
        selection.quantity,
        selection.add_ons,
    )
    changes = Changes(
        put=(changed,),
        expect=(campaign,),
        deltas=(
            *_moves(campaign, _exchanged(before, facts.needs)),
            *_asks(facts),
            difference(pledge, campaign, facts.quote),
        ),
        events=(event,),
    )
    changes += losses(pledge, changed, campaign, matches, at=facts.at, actor=actor)
    changes += Changes(deltas=guards(facts))
    return changed, with_lists(changes, facts, pledge.backer_id, pledge.id, actor)


def transfer(  # noqa: PLR0913  who hands what to whom, when
    pledge: Pledge,
    campaign: Campaign,
    holder_id: BackerId,
    *,
    stocks: Stocks,
    at: datetime,
    actor: ActorId,
    rules: Sequence[PlaceRule] = (),
) -> tuple[Pledge, Changes]:
    """Hand a confirmed pledge over to somebody else, who holds its rewards and is counted from then on.

    It is still charged to the payment method that was saved for it, and what goes back of it is of whoever
    placed it.

    Args:
        pledge: A confirmed pledge that is not charged.
        campaign: The campaign it is for.
        holder_id: Who gets it.
        stocks: What they hold already of rewards of which one backer may hold only so many.
        at: When.
        actor: Who hands it over.
        rules: The host's own, asked as if the other one placed the pledge.

    Raises:
        Refused: with every reason.
    """
    facts = PledgeFacts(pledge, campaign, at)
    expect(holder_id, str, what="who gets the pledge")
    require_stocks(stocks)
    catalogue, selection = campaign.terms.catalogue, pledge.selection
    before, after = (needs(catalogue, selection, it) for it in (pledge.backer_id, holder_id))
    exchanged = _exchanged(before, after)
    unwelcome = _unwelcome(campaign, holder_id, exchanged, stocks)
    said = _said(rules, facts, pledge.quote, stocks, actor=actor, backer_id=holder_id)
    if reasons := [*refusals(facts, HANDING), *unwelcome, *said]:
        raise Refused(reasons)
    new_holder = None if holder_id == pledge.request.backer_id else holder_id
    moved = attrs.evolve(pledge, holder_id=new_holder, version=pledge.version + 1)
    return moved, Changes(
        put=(moved,),
        expect=(campaign,),
        deltas=(
            *_moves(campaign, exchanged),
            progress_move(pledge, campaign, -1),
            progress_move(moved, campaign, 1),
        ),
        events=(PledgeTransferred(facts.at, actor, pledge.id, pledge.backer_id, holder_id),),
    )


def _unwelcome(
    campaign: Campaign, holder_id: BackerId, exchanged: Iterable[tuple[Need, int]], stocks: Stocks
) -> Iterator[Refusal]:
    """Why somebody cannot be handed a pledge."""
    if (reason := own_campaign(campaign, holder_id)) is not None:
        yield reason
    for need, more in exchanged:
        if (reason := need.refusal(stocks, held=need.pieces - more)) is not None:
            yield reason


def merge(  # noqa: PLR0913  who makes what of what, when
    pledge: Pledge,
    other: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    matches: tuple[Pledge, ...] = (),
    rules: Sequence[PlaceRule] = (),
) -> tuple[Pledge, Changes]:
    """Make one pledge of two of the same backer: the first takes over all that the other is for.

    Both keep their prices, and it is as old as the older one, for the windows in which it may be canceled. No
    stock moves, and of the totals only that there is one pledge less, and one fee of a pledge less to deduct.
    The rules of the host, where given, are asked as if what comes of it were placed. What sponsors added to
    the other one would go back to them, though its backer gives no less: it stays a pledge of its own.

    Args:
        pledge: The pledge that stays.
        other: The pledge that it takes over.
        campaign: The campaign they are for.
        at: When.
        actor: Who.
        matches: What sponsors added to the other one, of all that stands.
        rules: The host's own.

    Raises:
        Refused: with every reason; ``not-mergeable``: they are of two backers or paid by two, for two rewards
            or to two destinations, both with a voucher, or one and the same pledge; or they are paid in two
            currencies, or at two stored rates; or only the second is
            paid in parts, or in another number of them; or the second is matched; or they would count for
            less after fees; ``above-maximum``: together they
            are more than the largest pledge.
    """
    facts = [PledgeFacts(pledge, campaign, at), PledgeFacts(other, campaign, at, matches=matches)]
    reasons = [reason for it in facts for reason in refusals(it, MERGING)]
    together = _together(pledge.quote, other.quote)
    said = _said(rules, facts[0], together, {}, actor=actor)
    worth = counted(pledge, campaign, together) - counted(pledge, campaign) - counted(other, campaign)
    unlike = (
        *_unlike(pledge, other),
        *_matched(facts[1]),
        *_too_much(pledge, other, campaign),
        *_worth_less(pledge, other, worth),
    )
    if reasons := [*dict.fromkeys(reasons), *unlike, *said]:
        raise Refused(reasons)
    merged = pledge.moved(pledge.state, quote=together, placed_at=min(pledge.placed_at, other.placed_at))
    canceled = other.moved(PledgeState.CANCELED, reason="merged")
    nothing = other.contribution * 0
    return merged, Changes(
        put=(merged, canceled),
        expect=(campaign,),
        deltas=(
            ProgressMove(campaign.id, other.backer_id, nothing, -1, counted=worth),
            match_move(campaign.id, other.id, 0, most=0),
        ),
        events=(PledgesMerged(facts[0].at, actor, pledge.id, other.id, merged.amount),),
        orders=(void_order(other),),
    )


def _said(
    rules: Sequence[PlaceRule],
    facts: ChangeFacts | PledgeFacts,
    quoted: Quote,
    stocks: Stocks,
    **asked: Any,  # noqa: ANN401  any field of a request
) -> tuple[Refusal, ...]:
    """What the host's own rules say of what a pledge becomes, as if it were placed so."""
    if not rules:
        return ()
    pledge = facts.pledge
    becomes: dict[str, Any] = {"selection": quoted.selection, "backer_id": pledge.backer_id, "expects": None}
    request = attrs.evolve(pledge.request, **becomes | asked)
    return refusals(PlaceFacts.of_change(facts, request, quoted, stocks), rules)


def _unlike(pledge: Pledge, other: Pledge) -> Iterator[Refusal]:
    one, two = pledge.selection, other.selection
    for what, values in (
        ("backers", (pledge.backer_id, other.backer_id)),
        ("rewards", (one.tier_id, two.tier_id)),
        ("destinations", (one.destination, two.destination)),
    ):
        if None not in values and values[0] != values[1]:
            message = f"pledges {pledge.id} and {other.id} are of two {what}"
            yield Refusal("not-mergeable", message, {what: values})
    payers = (pledge.request.backer_id, other.request.backer_id)
    if pledge.backer_id == other.backer_id and payers[0] != payers[1]:
        message = f"pledges {pledge.id} and {other.id} are charged to {' and '.join(payers)}"
        yield Refusal("not-mergeable", message, {"payers": payers})
    if one.voucher is not None and two.voucher is not None:
        yield Refusal("not-mergeable", f"pledges {pledge.id} and {other.id} each used a voucher")
    if pledge.presented != other.presented:
        shown = tuple(None if it is None else it.currency for it in (pledge.presented, other.presented))
        message = f"pledges {pledge.id} and {other.id} are not paid in one currency at one stored rate"
        yield Refusal("not-mergeable", message, {"presented": shown})
    if other.request.parts not in {None, pledge.request.parts}:
        parts = (pledge.request.parts, other.request.parts)
        message = f"pledge {other.id} is paid in {parts[1]} parts, unlike pledge {pledge.id}"
        yield Refusal("not-mergeable", message, {"parts": parts})
    if pledge.id == other.id:
        yield Refusal("not-mergeable", f"pledge {pledge.id} cannot be merged with itself")


def _matched(other: PledgeFacts) -> Iterator[Refusal]:
    """Why a pledge cannot be taken over that sponsors added to."""
    if other.matches:
        message = f"pledge {other.pledge.id} is matched: it stays a pledge of its own"
        yield Refusal("not-mergeable", message, {"matches": tuple(part.id for part in other.matches)})


def _too_much(pledge: Pledge, other: Pledge, campaign: Campaign) -> Iterator[Refusal]:
    one, two = pledge.quote, other.quote
    reason = above_maximum(campaign, one.goods + two.goods) or too_large(one.amount + two.amount)
    if reason is not None:
        yield reason


def _worth_less(pledge: Pledge, other: Pledge, worth: Money) -> Iterator[Refusal]:
    """Why two pledges stay two: the fee of one for both would be rounded up, at the cost of the goal."""
    if worth.minor < 0:
        message = f"pledges {pledge.id} and {other.id} would count for {-worth} less to the goal as one"
        yield Refusal("not-mergeable", message, {"less": -worth})


def _together(quote: Quote, other: Quote) -> Quote:
    """Both, line by line."""
    one, two = quote.selection, other.selection
    selection = Selection(
        one.bonus + two.bonus,
        tier_id=one.tier_id or two.tier_id,
        quantity=sum(it.quantity for it in (one, two) if it.tier_id is not None) or 1,
        add_ons=dict(Counter(one.add_ons) + Counter(two.add_ons)),
        destination=one.destination or two.destination,
        tip=_sum(one.tip, two.tip),
        voucher=one.voucher or two.voucher,
        token=one.token or two.token,
    )
    tax = _sum(quote.included_tax, other.included_tax)
    return Quote(selection, (*quote.lines, *other.lines), included_tax=tax)


def _sum(one: Money | None, two: Money | None) -> Money | None:
    return one if two is None else two if one is None else one + two


def _exchanged(before: Iterable[Need], after: Iterable[Need]) -> list[tuple[Need, int]]:
    """How many pieces are taken of each stock more than before; below zero for those that are set free."""
    held = {need.key: need for need in before}
    exchanged = []
    for need in after:
        old = held.pop(need.key, None)
        exchanged.append((need, need.pieces - (0 if old is None else old.pieces)))
    exchanged += [(need, -need.pieces) for need in held.values()]
    return [(need, more) for need, more in exchanged if more]


def _asks(facts: ChangeFacts) -> Iterator[StockMove]:
    """Whether there still are pieces without the voucher that let them be held though there were none."""
    had = facts.pledge.selection.voucher
    overbooked = facts.needs if had is not None and facts.picking.gives_up_overbooking else ()
    return (need.move(facts.campaign.id) for need in overbooked)


def _moves(campaign: Campaign, exchanged: Iterable[tuple[Need, int]]) -> Iterator[StockMove]:
    return (need.move(campaign.id, claimed=more) for need, more in exchanged)
