"""The decisions that change a confirmed pledge: another selection, another holder, two pledges made one.

The new selection replaces the old one. What had a price keeps it; the stock of what is given up is set free
in the same commit that takes the new pieces; and the totals move by the difference alone.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from pushcore.changes import Changes, ProgressMove
from pushcore.errors import Refusal, Refused
from pushcore.pledges.events import PledgeChanged, PledgesMerged, PledgeTransferred
from pushcore.pledges.facts import ChangeFacts, PledgeFacts
from pushcore.pledges.moving import difference, progress_move
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.pledging import void_order
from pushcore.pledges.rules import CHANGING, HANDING, MERGING, guarded, refusals
from pushcore.rewards import Quote, Selection, needs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pushcore.campaigns import Campaign, Progress
    from pushcore.changes import StockMove
    from pushcore.ids import ActorId, BackerId
    from pushcore.money import Money
    from pushcore.rewards import Need, Stocks

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

    Raises:
        Refused: with every reason.
        InvalidValue: the campaign does not have what is selected, or another currency.
    """
    facts = ChangeFacts(pledge, campaign, selection, stocks, at, expects, progress)
    if reasons := refusals(facts, CHANGING):
        raise Refused(reasons)
    changed = pledge.moved(pledge.state, quote=facts.quote)
    catalogue = campaign.terms.catalogue
    return changed, Changes(
        put=(changed,),
        expect=(campaign,),
        deltas=(
            *_exchanged(
                campaign,
                needs(catalogue, pledge.selection, pledge.backer_id),
                needs(catalogue, selection, pledge.backer_id, stocks),
            ),
            difference(pledge, campaign, facts.quote, least=guarded(facts)),
        ),
        events=(
            PledgeChanged(
                facts.at,
                actor,
                pledge.id,
                pledge.amount,
                changed.amount,
                selection.tier_id,
                selection.quantity,
                selection.add_ons,
            ),
        ),
    )


def transfer(  # noqa: PLR0913  who hands what to whom, when
    pledge: Pledge,
    campaign: Campaign,
    holder_id: BackerId,
    *,
    stocks: Stocks,
    at: datetime,
    actor: ActorId,
) -> tuple[Pledge, Changes]:
    """Hand a confirmed pledge over to somebody else, who holds its rewards and is counted from then on.

    It is still charged to the payment method that was saved for it.

    Args:
        pledge: A confirmed pledge that is not charged.
        campaign: The campaign it is for.
        holder_id: Who gets it.
        stocks: What they hold already of rewards of which one backer may hold only so many.
        at: When.
        actor: Who hands it over.

    Raises:
        Refused: with every reason.
    """
    facts = PledgeFacts(pledge, campaign, at)
    moved = attrs.evolve(pledge, holder_id=holder_id, version=pledge.version + 1)
    before, after = (needs(campaign.terms.catalogue, it.selection, it.backer_id) for it in (pledge, moved))
    shares = (need.refusal(stocks) for need in after if need.backer_id not in {None, pledge.backer_id})
    if reasons := [*refusals(facts, HANDING), *filter(None, shares)]:
        raise Refused(reasons)
    return moved, Changes(
        put=(moved,),
        expect=(campaign,),
        deltas=(
            *_exchanged(campaign, before, after),
            progress_move(pledge, campaign, -1),
            progress_move(moved, campaign, 1),
        ),
        events=(PledgeTransferred(facts.at, actor, pledge.id, pledge.backer_id, holder_id),),
    )


def merge(
    pledge: Pledge, other: Pledge, campaign: Campaign, at: datetime, actor: ActorId
) -> tuple[Pledge, Changes]:
    """Make one pledge of two of the same backer: the first takes over all that the other is for.

    Both keep their prices, and nothing of stock or totals moves but that there is one pledge less.

    Raises:
        Refused: with every reason; ``not-mergeable``: they are of two backers, for two rewards or to two
            destinations, or one and the same pledge.
    """
    facts = [PledgeFacts(it, campaign, at) for it in (pledge, other)]
    reasons = [reason for it in facts for reason in refusals(it, MERGING)]
    if reasons := [*dict.fromkeys(reasons), *_unlike(pledge, other)]:
        raise Refused(reasons)
    merged = pledge.moved(pledge.state, quote=_together(pledge.quote, other.quote))
    canceled = other.moved(PledgeState.CANCELED, reason="merged")
    return merged, Changes(
        put=(merged, canceled),
        expect=(campaign,),
        deltas=(ProgressMove(campaign.id, other.backer_id, other.contribution * 0, -1),),
        events=(PledgesMerged(facts[0].at, actor, pledge.id, other.id, merged.amount),),
        orders=(void_order(other),),
    )


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
    if one.voucher is not None and two.voucher is not None:
        yield Refusal("not-mergeable", f"pledges {pledge.id} and {other.id} each used a voucher")
    if pledge.id == other.id:
        yield Refusal("not-mergeable", f"pledge {pledge.id} cannot be merged with itself")


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


def _exchanged(campaign: Campaign, before: Iterable[Need], after: Iterable[Need]) -> Iterator[StockMove]:
    """What is taken of each stock more than before, or set free."""
    held = {need.key: need for need in before}
    for need in after:
        known = held.pop(need.key, None)
        if more := need.pieces - (0 if known is None else known.pieces):
            yield attrs.evolve(need, pieces=more).move(campaign.id, claimed=1)
    yield from (need.move(campaign.id, claimed=-1) for need in held.values())
