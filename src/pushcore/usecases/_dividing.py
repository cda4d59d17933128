"""Dividing: what collected pledges come to by the fee schedule of their campaign, all or one of them.

Totals are kept by the store, and neither by pledge nor by way of paying. So where a line is taken of what was
paid in some ways only, all collected pledges are read: by the settlement, and after it by each refund of a
pledge that was paid so, and by each piece of news of a dispute of one. They are read too where a dispute is
won that was open at the settlement, if it makes a difference of how many pledges the rest is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING, Final

from pushcore.errors import Conflict, Refusal, Refused
from pushcore.ledger.chart import fee_account
from pushcore.money import Money
from pushcore.payments.ways import PledgeFees
from pushcore.payouts import FeeBase, FeeBearer, FundingSource, Settlement
from pushcore.payouts.fee_schedule import taken
from pushcore.payouts.fees import true_up
from pushcore.pledges import PledgeState
from pushcore.pledges.booking import worth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pushcore.campaigns import Campaign
    from pushcore.ids import PledgeId
    from pushcore.money import Currency
    from pushcore.payouts import FeeLine, FeeSchedule
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = ["fees_of", "settled", "settlements_with"]

_CHUNK: Final = 4096
_MOST_NAMED: Final = 10
_Way = tuple[str | None, FundingSource, bool]
"""How some pledges were paid, where their money comes from, and whether the provider said what it kept."""


def settled(ports: Ports, campaign: Campaign) -> Settlement:
    """The settlement of all that was collected, by payment method and source where a fee depends on them.

    Raises:
        Refused: ``method-unknown``.
    """
    schedule = campaign.terms.fees
    if schedule.estimates or _limited(schedule):
        return _folded(campaign, ports.store.collected_pledges(campaign.id))
    amounts = ports.store.collected_amounts(campaign.id)
    return Settlement.empty(schedule, campaign.currency).add(amounts)


def _limited(schedule: FeeSchedule) -> bool:
    """Whether a line is for some ways of paying only."""
    return any(line.limited for line in schedule.lines)


def _folded(campaign: Campaign, pledges: Iterable[Pledge]) -> Settlement:
    """The settlement of what is kept of some pledges, by how they were paid."""
    schedule = campaign.terms.fees
    settlement = Settlement.empty(schedule, campaign.currency)
    some: list[PledgeId] = []
    unknown = 0
    for (method, source, told), alike in _by_way((it for it in pledges if it.kept), campaign.currency):
        if method is None and schedule.asks_method(source):
            unknown += len(alike)
            some = nsmallest(_MOST_NAMED, [*some, *(pledge.id for pledge, _ in alike)])
            continue
        amounts = [pledge.kept for pledge, _ in alike]
        fees = [fee for _, fee in alike if fee is not None]
        kept = _kept(schedule, method, source, fees) if told else None
        settlement = settlement.add(amounts, method=method, source=source, actual=kept)
    _require_methods(some, unknown)
    return settlement


def _require_methods(some: list[PledgeId], unknown: int) -> None:
    """Refuse to divide what so many pledges come to, of which it is not known how they were paid.

    Raises:
        Refused: ``method-unknown``, with the first of them.
    """
    if unknown:
        rest = f" and {unknown - len(some)} more" if unknown > len(some) else ""
        message = (
            f"a fee depends on the payment method, and the provider has not said how {', '.join(some)}{rest} "
            f"were paid: tell it by an OrderAnswered of their charges with paid_by"
        )
        raise Refused([Refusal("method-unknown", message, {"pledges": tuple(some), "unknown": unknown})])


def settlements_with(
    ports: Ports, campaign: Campaign, pledge: Pledge, amount: Money
) -> tuple[Settlement, Settlement]:
    """The settlement of all that a campaign has, and of that with an amount of one pledge besides.

    Every pledge is read where the others cannot count as one amount.

    Raises:
        Refused: ``method-unknown``.
    """
    schedule, way = campaign.terms.fees, (pledge.paid_by, _source(pledge))
    if pledge.paid_by is None and schedule.asks_method(_source(pledge)):
        _require_methods([pledge.id], 1)
    if _limited(schedule) or _by_pledge(campaign):
        pledges = ports.store.collected_pledges(campaign.id)
        all_but = _folded(campaign, (it for it in pledges if it.id != pledge.id))
    else:
        others = ports.store.progress(campaign.id).collected - pledge.kept
        all_but = _added(Settlement.empty(schedule, campaign.currency), others, *way)
    fee = _fee_told(pledge, campaign.currency)
    kept = None if fee is None else _kept(schedule, *way, [fee])
    return (
        _added(all_but, pledge.kept, *way, actual=kept),
        _added(all_but, pledge.kept + amount, *way, actual=kept),
    )


def _by_pledge(campaign: Campaign) -> bool:
    """Whether several pledges are divided otherwise than one of the same amount.

    So it is where a fee is taken of each, and what that leaves is shared, or something is taken of that fee.
    """
    terms = campaign.terms
    shared = len(terms.splits.payees(campaign.creator_id)) > 1 or any(terms.fees.of(FeeBase.FEES))
    return shared and any(terms.fees.of(FeeBase.PLEDGE))


def _added(
    settlement: Settlement,
    amount: Money,
    method: str | None,
    source: FundingSource,
    *,
    actual: dict[str, Money] | None = None,
) -> Settlement:
    if amount.minor <= 0:
        return settlement
    return settlement.add([amount], method=method, source=source, actual=actual)


def _by_way(
    pledges: Iterable[Pledge], currency: Currency
) -> Iterator[tuple[_Way, list[tuple[Pledge, Money | None]]]]:
    """The pledges that are alike in how they were paid, with what was kept of them; thousands at a time."""
    source = iter(pledges)
    while chunk := list(islice(source, _CHUNK)):
        groups: defaultdict[_Way, list[tuple[Pledge, Money | None]]] = defaultdict(list)
        for pledge in chunk:
            fee = _fee_told(pledge, currency)
            groups[pledge.paid_by, _source(pledge), fee is not None].append((pledge, fee))
        yield from groups.items()


def _fee_told(pledge: Pledge, currency: Currency) -> Money | None:
    """What the provider said that it kept of a pledge, at the stored rate where that is another currency.

    None where it said nothing, or in a currency of which no rate is stored.
    """
    fee = pledge.provider_fee
    return None if fee is None else worth(pledge.bookings, fee, currency)


def _source(pledge: Pledge) -> FundingSource:
    if pledge.matches is not None:
        return FundingSource.MATCHED
    return FundingSource.OFFLINE if pledge.offline else FundingSource.BACKER


def _kept(
    schedule: FeeSchedule, method: str | None, source: FundingSource, fees: list[Money]
) -> dict[str, Money]:
    """What the provider kept of some pledges, as the first line that estimates it of them really came to."""
    line = next((it for it in schedule.estimates if it.applies(method, source)), None)
    return {} if line is None else {line.name: sum(fees[1:], fees[0])}


def fees_of(ports: Ports, campaign: Campaign, pledge: Pledge) -> PledgeFees | None:
    """What each fee line took of a collected pledge of a settled campaign; None where nothing was taken.

    Of a line that is taken of the total that is what the total has of it for this pledge, and of one that is
    taken of other fees what all that they took by now has of it. So what goes back of pledges, one after the
    other, adds up to just what was taken, where those fees go back too. What others bear is not the
    creator's, and is left out; so is what was withheld.
    """
    if campaign.settled_at is None or pledge.state is not PledgeState.COLLECTED:
        return None
    schedule, way = campaign.terms.fees, (pledge.paid_by, _source(pledge))
    part, told = pledge.kept, _fee_told(pledge, campaign.currency)
    totals = _totals(ports, campaign, pledge)
    direct = {
        line.name: _share(line, totals[line.name], part).minor
        for line in schedule.lines
        if line.base is not FeeBase.FEES and line.applies(*way)
    }
    really = {} if told is None else _kept(schedule, *way, [told])
    true_ups = {name: fee.minor - direct[name] for name, fee in really.items()}
    minors = taken(schedule, direct, true_ups)
    if any(schedule.of(FeeBase.FEES)):
        minors |= _of_fees(schedule, _by_now(ports, campaign, pledge, totals), direct, true_ups)
    for line in schedule.estimates:  # what was estimated too high was not taken
        minors[line.name] += min(minors[true_up(line.name)], 0)
    paid = pledge.paid if pledge.refund is None else pledge.refund.paid
    known = set() if paid is None else {fee.name for fee in paid.fees}
    lines = {
        name: line
        for line in schedule.lines
        for name in (line.name, true_up(line.name))
        if line.bearer is FeeBearer.CREATOR and (name in known if known else minors.get(name, 0) > 0)
    }
    accounts = {name: fee_account(campaign.id, name) for name in lines}
    return PledgeFees(
        taken={name: part.with_minor(minors.get(name, 0)) for name in lines},
        returned={name: part.with_minor(0) for name, line in lines.items() if not line.refundable},
        there={name: ports.store.balance(it, campaign.currency).posted for name, it in accounts.items()},
    )


def _by_now(ports: Ports, campaign: Campaign, pledge: Pledge, totals: dict[str, Money]) -> dict[str, int]:
    """What each line has taken of a campaign by now: of the total, or what the ledger has of it.

    What a dispute has taken of the fees of this pledge is not gone yet: it is to go back with it.
    """
    disputed = Counter[str]()
    for entry in pledge.disputes:
        if entry.taken and entry.share is not None:
            disputed.update({fee.name: fee.returned.minor for fee in entry.share.fees})
    found, way = {}, (pledge.paid_by, _source(pledge))
    for name in campaign.terms.fees.names:
        posted = ports.store.balance(fee_account(campaign.id, name), campaign.currency).posted
        found[name] = posted.minor + disputed[name]
    of_total = campaign.terms.fees.of(FeeBase.COLLECTED)
    return found | {it.name: it.fee(totals[it.name]).minor for it in of_total if it.applies(*way)}


def _of_fees(
    schedule: FeeSchedule, by_now: dict[str, int], direct: dict[str, int], true_ups: dict[str, int]
) -> dict[str, int]:
    """What lines of other fees take of a pledge: of all by now, less what they would take without it."""
    later = {name: minor - direct.get(name, 0) for name, minor in by_now.items()}
    up = {line.name: by_now[true_up(line.name)] for line in schedule.estimates}
    all_taken = taken(schedule, by_now, up)
    without = taken(schedule, later, {name: minor - true_ups.get(name, 0) for name, minor in up.items()})
    return {it.name: all_taken[it.name] - without[it.name] for it in schedule.of(FeeBase.FEES)}


def _share(line: FeeLine, total: Money, part: Money) -> Money:
    """What a line takes of a pledge: of its own amount, or what the total has of it for that.

    Raises:
        Conflict: the total was read after something of the pledge had gone back.
    """
    if line.base is FeeBase.PLEDGE:
        return line.fee(part)
    if part > total:
        message = f"line {line.name} is taken of {total}, less than {part} of one pledge: it was read before"
        raise Conflict(message, line=line.name)
    return line.fee(total) - line.fee(total - part)


def _totals(ports: Ports, campaign: Campaign, pledge: Pledge) -> dict[str, Money]:
    """What each line is taken of: all that a campaign has, or of that what was paid as it says.

    Every pledge is read for a line that is for some ways of paying, and only where this one was paid so.
    """
    lines = campaign.terms.fees.lines
    totals = dict.fromkeys((line.name for line in lines), ports.store.progress(campaign.id).collected)
    own = [it for it in campaign.terms.fees.of_parts if it.applies(pledge.paid_by, _source(pledge))]
    if not own:
        return totals
    totals |= {line.name: Money.zero(campaign.currency) for line in own}
    for each in ports.store.collected_pledges(campaign.id):
        for line in own:
            if line.applies(each.paid_by, _source(each)):
                totals[line.name] += each.kept
    return totals
