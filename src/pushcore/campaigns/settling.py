"""The decision that divides what was collected among fee lines and payees, once all of it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore.calendar import local
from pushcore.campaigns._asking import asks
from pushcore.campaigns.campaign import Campaign
from pushcore.campaigns.deciding import require, state_refusal, uncollected
from pushcore.campaigns.events import CampaignSettled
from pushcore.campaigns.progress import Progress
from pushcore.changes import Changes
from pushcore.errors import Conflict, InvalidValue, Refusal
from pushcore.ids import TransactionId, joined
from pushcore.ledger import chart, recipes
from pushcore.payouts import Debt, DebtSource, Disbursing, Settlement, recovery
from pushcore.rewards import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from pushcore.ids import ActorId, PayeeId
    from pushcore.money import Money
    from pushcore.payouts import Division, Payout

__all__ = ["settle", "settle_more"]


def settle(  # noqa: PLR0913  what a settlement rests on
    campaign: Campaign,
    progress: Progress,
    settlement: Settlement,
    *,
    held: Money,
    at: datetime,
    actor: ActorId,
    contributions: Iterable[tuple[datetime, Money]] = (),
    debts: tuple[Debt, ...] = (),
) -> tuple[Campaign, Changes]:
    """Divide what was collected among fee lines and payees, once, and make the payouts of its plan.

    The store is asked, at the commit, whether there are still as many pledges, and as much collected: a late
    one that is confirmed after the totals were read would be charged, and a dispute that is won by then would
    have its money held again, and that money be nobody's.

    Args:
        campaign: A funded campaign.
        progress: Its totals.
        settlement: The fold over the amounts of its collected pledges, by its own fee schedule.
        held: What the ledger holds for it.
        at: When.
        actor: Who.
        contributions: When each was made and what it came to, where a reserve is held from each on.
        debts: What payees, and the creator, owe of refunds and disputes after earlier payouts: it is set off
            against their parts, as far as these go.

    Raises:
        Refused: ``not-funded``; ``already-settled``; ``not-settleable``: some pledges are neither collected
            nor dropped, or late ones are still taken; or ``below-disbursement``: too little is left after
            fees for anybody to be paid, so that backers are to be given it back.
        InvalidValue: the settlement is by another fee schedule.
        Conflict: what was read does not belong together: a charge landed in between.
    """
    expect(campaign, Campaign, what="a campaign")
    expect(progress, Progress, what="the totals of a campaign")
    expect(settlement, Settlement, what="a settlement")
    left = progress.pledges - progress.collections
    require(
        campaign.funded or state_refusal("not-funded", campaign),
        campaign.settled_at is None
        or Refusal("already-settled", f"campaign {campaign.id} was settled at {campaign.settled_at}"),
        progress.all_collected or Refusal("not-settleable", uncollected(campaign, left), {"left": left}),
        campaign.phase(at) is not Phase.LATE or _late_taken(campaign),
    )
    if settlement.schedule != campaign.terms.fees:
        message = f"campaign {campaign.id} is settled by its own fee schedule, not by {settlement.schedule}"
        raise InvalidValue(message, campaign=campaign.id)
    collected = settlement.collected
    if not collected == progress.collected == held:
        message = f"{collected} settled, {progress.collected} collected, {held} held: not read at once"
        raise Conflict(message, campaign=campaign.id)
    division = campaign.terms.splits.divide(settlement.net, creator=campaign.creator_id)
    require(*campaign.terms.payouts.refusals(settlement.net, _paid(division)))
    settled = attrs.evolve(campaign, settled_at=at, version=campaign.version + 1)
    same = asks(campaign, standing=progress.pledges, collected=progress.collected)
    divided = _divided(settled, settlement, division, at, actor, contributions, debts)
    return settled, divided + Changes(deltas=(same,))


def settle_more(  # noqa: PLR0913  what more there is to divide, of what
    campaign: Campaign,
    before: Settlement,
    after: Settlement,
    *,
    key: str,
    at: datetime,
    actor: ActorId,
    collected: Money,
    debt: Debt,
    payouts: Iterable[Payout] = (),
) -> Changes:
    """Divide what came back to a settled campaign, and make the payouts of it, by its plan.

    Fees and parts are what they would have been of all of it together, less what they were without: what is
    taken once of a total is not taken again. So the store is asked, at the commit, how much is collected
    then: of two that come back at once one is divided after the other. What fees exceeded the total by
    goes to the creator first, who owes it, and no more then; where they take more than comes back, that is
    owed too.

    Args:
        campaign: A settled campaign.
        before: What it had, by its own fee schedule.
        after: What it has now.
        key: What came back; the ledger takes each key once.
        at: When.
        actor: Who.
        collected: What is collected in all once this is written.
        debt: What the creator owes.
        payouts: Those that were made of the campaign before.
    """
    expect(campaign, Campaign, what="a campaign")
    for settlement in before, after:
        expect(settlement, Settlement, what="a settlement")
    require(campaign.settled_at is not None or state_refusal("not-settled", campaign))
    more = after.collected - before.collected
    fees = {line: fee - before.fees[line] for line, fee in after.fees.items()}
    borne = {who: part - before.borne.get(who, part * 0) for who, part in after.borne.items()}
    others = {who.value: part for who, part in borne.items()}
    creators = sum(fees.values(), more * 0) - sum(others.values(), more * 0)
    left, name, creator = more - creators, joined(campaign.id, "settlement", key), campaign.creator_id
    undue = max(min(left, before.debt - after.debt, debt.standing), more * 0)
    parts = _more_divided(campaign, before, left - undue)
    division = {**parts, creator: undue + parts.get(creator, undue * 0)} if undue else parts
    entry = recipes.settlement(campaign.id, more, fees, division, at, borne=others)
    told = CampaignSettled(at, actor, campaign.id, more, fees, division, {}, borne)
    written = Changes(
        transactions=(attrs.evolve(entry, id=TransactionId(name)),),
        events=(told,),
        deltas=(asks(campaign, collected=collected),),
    )
    owed, account = max(-left, left * 0), chart.debt_account(campaign.id)
    if undue:
        owed, account = -undue, chart.payee_account(campaign.id, creator)
    _, changed = recovery.change(debt, name, owed, at, actor, account=account, campaign_id=campaign.id)
    return written + changed + _disbursing(campaign).further(parts, at, actor, payouts)


def _more_divided(campaign: Campaign, before: Settlement, more: Money) -> dict[PayeeId, Money]:
    """What payees get of what comes on top of what was divided; nothing of what fees take."""
    if more.minor <= 0:
        return {}
    splits, creator = campaign.terms.splits, campaign.creator_id
    earlier = splits.divide(before.net, creator=creator).parts
    whole = splits.divide(before.net + more, creator=creator).parts
    parts = {payee: part - earlier.get(payee, part * 0) for payee, part in whole.items()}
    if min(part.minor for part in parts.values()) < 0:  # the total is rounded otherwise: what more is alone
        parts = dict(splits.divide(more, creator=creator).parts)
    return {payee: part for payee, part in parts.items() if part}


def _late_taken(campaign: Campaign) -> Refusal:
    until = campaign.terms.late_until
    assert until is not None
    told = local(until, campaign.terms.window.closes.zone)
    return Refusal("not-settleable", f"late pledges are taken until {told}", {"until": until})


def _paid(division: Division) -> list[PayeeId]:
    return [payee for payee, part in division.parts.items() if part]


def _divided(  # noqa: PLR0913, PLR0917  what a settlement rests on
    settled: Campaign,
    settlement: Settlement,
    division: Division,
    at: datetime,
    actor: ActorId,
    contributions: Iterable[tuple[datetime, Money]],
    debts: Iterable[Debt],
) -> Changes:
    collected, fees, borne = settlement.collected, settlement.fees, settlement.borne
    parts = division.parts
    event = CampaignSettled(at, actor, settled.id, collected, fees, parts, division.left_overs, borne)
    if not collected and not any(fees.values()):
        return Changes(put=(settled,), events=(event,))
    disbursing = _disbursing(settled)
    held = disbursing.reserve(parts, collected, contributions=contributions)
    given, reserve = parts, None
    if held is not None:
        given = {payee: part - held.left.get(payee, part * 0) for payee, part in parts.items()}
        reserve = held.available
    others = {who.value: part for who, part in borne.items()}
    entry = recipes.settlement(settled.id, collected, fees, given, at, reserve=reserve, borne=others)
    left, netted = _netted(settled, given, settlement, debts, at, actor)
    made = disbursing.payouts(left, at, actor, held)
    return Changes(put=(settled,), transactions=(entry,), events=(event,)) + netted + made


def _disbursing(settled: Campaign) -> Disbursing:
    """What the payouts of a settled campaign rest on."""
    terms, closes = settled.terms, settled.terms.window.closes
    assert settled.settled_at is not None
    ended = attrs.evolve(closes, at=min(closes.at, settled.settled_at))  # a cap may end it before
    return Disbursing(settled.id, terms.payouts, ended, terms.late_days)


def _netted(  # noqa: PLR0913, PLR0917  what a settlement leaves to whom
    campaign: Campaign,
    given: Mapping[PayeeId, Money],
    settlement: Settlement,
    debts: Iterable[Debt],
    at: datetime,
    actor: ActorId,
) -> tuple[dict[PayeeId, Money], Changes]:
    """What is left to pay out once what payees owe of other campaigns is set off against their parts.

    Fees above what was collected are owed by the creator from now on.
    """
    left, changes, key = dict(given), Changes(), joined(campaign.id, "settlement")
    known = {debt.payee_id: debt for debt in debts}
    if settlement.debt:
        debt = known.get(campaign.creator_id) or Debt.none(campaign.creator_id, campaign.currency)
        account = chart.debt_account(campaign.id)
        return left, recovery.arise(debt, key, settlement.debt, at, actor, account)[1]
    for debt in known.values():
        part = min(debt.outstanding, left.get(debt.payee_id, debt.outstanding * 0))
        if part:
            account = chart.payee_account(campaign.id, debt.payee_id)
            _, more = recovery.recover(debt, key, DebtSource.PAYOUT, part, at, actor, account=account)
            left[debt.payee_id] -= part
            changes += more
    return left, changes
