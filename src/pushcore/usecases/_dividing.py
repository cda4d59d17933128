"""Dividing: what collected pledges come to by the fee schedule of their campaign, all or one of them."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Final

from pushcore.ledger.recipes import fee_account
from pushcore.payouts import FeeBase, FeeBearer, FundingSource, Settlement
from pushcore.payouts.fee_schedule import taken
from pushcore.pledges import PledgeState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pushcore.campaigns import Campaign
    from pushcore.money import Money
    from pushcore.payouts import FeeSchedule
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = ["fees_left", "fees_of", "settled", "settlement_of"]

_CHUNK: Final = 4096
_Way = tuple[str | None, FundingSource, bool]
"""How some pledges were paid, where their money comes from, and whether the provider said what it kept."""


def settled(ports: Ports, campaign: Campaign) -> Settlement:
    """The settlement of all that was collected, by payment method and source where a fee depends on them."""
    schedule = campaign.terms.fees
    settlement = Settlement.empty(schedule, campaign.currency)
    if not schedule.estimates and not any(line.methods or line.sources for line in schedule.lines):
        return settlement.add(ports.store.collected_amounts(campaign.id))
    for (method, source, told), pledges in _by_way(ports.store.collected_pledges(campaign.id)):
        amounts = [pledge.kept for pledge in pledges if pledge.kept]
        kept = _kept(schedule, method, source, pledges) if told else None
        settlement = settlement.add(amounts, method=method, source=source, actual=kept)
    return settlement


def settlement_of(campaign: Campaign, pledge: Pledge, amount: Money) -> Settlement:
    """The settlement of an amount of one pledge."""
    empty = Settlement.empty(campaign.terms.fees, campaign.currency)
    return empty.add([amount], method=pledge.paid_by, source=_source(pledge))


def _by_way(pledges: Iterable[Pledge]) -> Iterator[tuple[_Way, list[Pledge]]]:
    """The pledges that are alike in how they were paid, some thousands at a time."""
    source = iter(pledges)
    while chunk := list(islice(source, _CHUNK)):
        groups: defaultdict[_Way, list[Pledge]] = defaultdict(list)
        for pledge in chunk:
            groups[pledge.paid_by, _source(pledge), pledge.provider_fee is not None].append(pledge)
        yield from groups.items()


def _source(pledge: Pledge) -> FundingSource:
    if pledge.matches is not None:
        return FundingSource.MATCHED
    return FundingSource.OFFLINE if pledge.offline else FundingSource.BACKER


def _kept(
    schedule: FeeSchedule, method: str | None, source: FundingSource, pledges: list[Pledge]
) -> dict[str, Money]:
    """What the provider kept of some pledges, as the first line that estimates it of them really came to."""
    line = next((it for it in schedule.estimates if it.applies(method, source)), None)
    fees = [pledge.provider_fee for pledge in pledges if pledge.provider_fee is not None]
    return {} if line is None else {line.name: sum(fees[1:], fees[0])}


def fees_of(ports: Ports, campaign: Campaign, pledge: Pledge) -> tuple[dict[str, Money], dict[str, Money]]:
    """What each fee line took of a pledge of a settled campaign, and what does not come back of it.

    Of a line that is taken of the total that is what the total has of it for this pledge. What others bear is
    not the creator's, and is left out; so is what was withheld. Of a pledge that is not collected nothing is.
    """
    if pledge.state is not PledgeState.COLLECTED:
        return {}, {}
    schedule, method, source = campaign.terms.fees, pledge.paid_by, _source(pledge)
    total, part = ports.store.progress(campaign.id).collected, pledge.kept
    direct = {
        line.name: (
            line.fee(total) - line.fee(total - part) if line.base is FeeBase.COLLECTED else line.fee(part)
        ).minor
        for line in schedule.lines
        if line.base is not FeeBase.FEES and line.applies(method, source)
    }
    minors = taken(schedule, direct)
    lines = [it for it in schedule.lines if it.bearer is FeeBearer.CREATOR and minors[it.name] > 0]
    fees = {line.name: part.with_minor(minors[line.name]) for line in lines}
    return fees, {line.name: part.with_minor(0) for line in lines if not line.refundable}


def fees_left(ports: Ports, campaign: Campaign) -> dict[str, Money]:
    """What each fee line has of a campaign that is settled; nothing is known of any other."""
    if campaign.settled_at is None:
        return {}
    lines = {name: fee_account(campaign.id, name) for name in campaign.terms.fees.names}
    return {name: ports.store.balance(it, campaign.currency).posted for name, it in lines.items()}
