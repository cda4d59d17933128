"""Parting: a pledge that is paid in instalments, part by part, and what becomes of it when one stays unpaid.

Its parts are agreed when the first of them is charged, and run from the deadline that its campaign has by
then. What is given on top is spread over them as exactly as the rest, so that every part is a charge like any
other. None is charged before it is due, unless somebody asks for it by its number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import InvalidValue, Refusal
from pushcore.ledger import TransactionPhase, recipes
from pushcore.money import Money
from pushcore.payments.events import InstalmentCollected, InstalmentsAgreed, PledgeDefaulted
from pushcore.payments.keys import charge_key
from pushcore.pledges.in_parts import instalment_base, unpayable_in_parts
from pushcore.pledges.instalments import Instalments
from pushcore.pledges.moving import collection_move, progress_move, stock_moves
from pushcore.pledges.part import PartState
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.refund import RefundWay, together
from pushcore.rewards import LineKind, Quote, QuoteLine, Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from pushcore.campaigns import Campaign, Dunning
    from pushcore.changes import Delta
    from pushcore.ids import ActorId, OrderKey
    from pushcore.ledger import Transaction
    from pushcore.pledges.part import Part

__all__ = [
    "TOOK",
    "OnTop",
    "agreed",
    "agreement",
    "booked_part",
    "charged",
    "collected",
    "defaulted",
    "dunning",
    "had",
    "is_paid",
    "kept",
    "missed",
    "next_part",
    "on_top_of",
    "out_of_turn",
    "retried",
    "returned",
    "stepped_at",
    "stopped",
    "taken",
    "waits",
    "ways_back",
    "within_window",
]

OnTop = tuple[tuple[str, Money], ...]
"""Amounts that go to the platform, by name."""

_OPEN: Final = (PartState.UNATTEMPTED, PartState.ERRORED)
"""The states of a part that is to be charged, or is being charged."""

_GOES_ON: Final = frozenset(
    {PledgeState.PLEDGED, PledgeState.PAYING, PledgeState.CHARGING, PledgeState.ERRORED}
)
"""The states of a pledge whose parts are charged; of others, what was not charged is no part any more."""

TOOK: Final = frozenset({PartState.COLLECTED, PartState.REFUNDED})
"""The states of a part that was charged, whatever has gone back of it."""


def agreed(pledge: Pledge, campaign: Campaign) -> Pledge:
    """The pledge with its instalments, which run from the deadline of its campaign.

    One that cannot be paid in parts any more is paid at once: its campaign was extended, and the last part
    would be due after the pay-off date.
    """
    plan, parts, closes = campaign.terms.instalments, pledge.request.parts, campaign.terms.window.closes
    if pledge.attempts or parts is None or plan is None:
        return pledge
    if unpayable_in_parts(pledge.quote, campaign, parts, at=closes.at):
        return pledge
    schedule = plan.schedule(
        pledge.amount, parts, base=instalment_base(pledge.quote, plan), start=closes.at, zone=closes.zone
    )
    return attrs.evolve(pledge, instalments=Instalments.of(schedule, plan.on_failure))


def agreement(pledge: Pledge, at: datetime, actor: ActorId) -> tuple[InstalmentsAgreed, ...]:
    """What is told when what was to be paid in parts is charged for the first time: in how many it is."""
    if pledge.attempts or pledge.request.parts is None:
        return ()
    parts = 1 if pledge.instalments is None else len(pledge.instalments.parts)
    return (InstalmentsAgreed(at, actor, pledge.id, parts),)


def waits(pledge: Pledge, campaign: Campaign, at: datetime) -> bool:
    """Whether the next part of a pledge is not due yet; one that has failed is.

    None is while its campaign has no end, from which they run.
    """
    if pledge.state not in {PledgeState.PLEDGED, PledgeState.PAYING} or pledge.request.parts is None:
        return False
    if campaign.terms.window.closes.endless:
        return True
    parted = agreed(pledge, campaign)
    return parted.instalments is not None and utc(at) < next_part(parted).due_at


def is_paid(pledge: Pledge, number: int | None) -> bool:
    """Whether a pledge is charged, or its part of this number.

    Raises:
        InvalidValue: there is no such part.
    """
    if number is None or pledge.instalments is None or pledge.state is PledgeState.COLLECTED:
        return pledge.state is PledgeState.COLLECTED
    if number > len(pledge.instalments.parts) and pledge.state not in _GOES_ON:
        return False
    return pledge.instalments.part(number).state not in _OPEN


def out_of_turn(pledge: Pledge, number: int) -> Refusal | None:
    """Why the part of this number is not the one to be charged: parts are paid in their order.

    Raises:
        InvalidValue: there is no such part.
    """
    if pledge.instalments is None:
        return Refusal("parts-not-offered", f"pledge {pledge.id} is not paid in parts", {"part": number})
    part = pledge.instalments.part(number)
    if part.state not in _OPEN:
        return Refusal("already-charged", f"part {number} of pledge {pledge.id} is {part.state.value}")
    first = next_part(pledge).number
    if number != first:
        return Refusal("not-due", f"part {first} of pledge {pledge.id} comes before part {number}")
    return None


def next_part(pledge: Pledge) -> Part:
    """The part that is to be charged next, or is being charged.

    Raises:
        InvalidValue: it is not paid in parts, or all of them are.
    """
    expect(pledge, Pledge, what="what is paid in parts")
    for part in pledge.instalments.parts if pledge.instalments is not None else ():
        if part.state in _OPEN:
            return part
    message = f"no part of pledge {pledge.id} is to be charged"
    raise InvalidValue(message, pledge=pledge.id)


def booked_part(key: OrderKey, pledge: Pledge, at: datetime, phase: TransactionPhase) -> Transaction:
    """The charge of the next part as the ledger has it."""
    part = next_part(pledge)
    on_top = _on_top(pledge, part)
    return recipes.charge(key, pledge.campaign_id, part.amount, at, on_top=on_top, phase=phase)


def collected(pledge: Pledge, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Take note that the next part was charged: the one after it is waited for, if there is one."""
    assert pledge.instalments is not None
    part = next_part(pledge)
    instalments = pledge.instalments.collect(part.number, attempt=pledge.attempts)
    done = instalments.all_collected
    after = pledge.moved(
        PledgeState.COLLECTED if done else PledgeState.PAYING,
        instalments=instalments,
        failed_at=None,
        steps=0,
        stepped_at=None,
        due_at=None if done else instalments.parts[part.number].due_at,
    )
    contribution = part.amount - _given_on_top(pledge, part)
    event = InstalmentCollected(at, actor, pledge.id, part.number, part.amount)
    move = collection_move(pledge, contribution, int(done))
    return after, Changes(put=(after,), deltas=(move,), events=(event,))


def dunning(pledge: Pledge, campaign: Campaign) -> Dunning:
    """What is done about a charge that failed: of a part, until the end of the window it is given."""
    plan = campaign.terms.dunning
    if pledge.instalments is None:
        return plan
    return plan.until(pledge.instalments.on_failure.window(next_part(pledge).number))


def retried(pledge: Pledge, campaign: Campaign, at: datetime) -> Pledge | None:
    """The pledge after its next part failed, until it is tried again; None where it is finally missed.

    A part that was paid ahead has failed at nothing: it waits for its date.
    """
    assert pledge.instalments is not None
    part = next_part(pledge)
    if part.state is PartState.UNATTEMPTED and at < part.due_at:
        return pledge.moved(PledgeState.PAYING, due_at=part.due_at)
    instalments = pledge.instalments.fail(part.number, max(at, part.due_at))
    if instalments.missed(at):
        return None
    failed_at, end = instalments.part(part.number).failed_at, instalments.missed_at(part.number)
    assert failed_at is not None
    assert end is not None
    plan, stepped = dunning(pledge, campaign), stepped_at(pledge, at)
    later = pledge.steps < len(plan.steps)
    due_at = plan.due_at(pledge.steps, failed_at, stepped_at=stepped) if later else end
    return pledge.moved(
        PledgeState.ERRORED,
        instalments=instalments,
        failed_at=failed_at,
        stepped_at=stepped,
        due_at=min(due_at, end),
    )


def stepped_at(pledge: Pledge, at: datetime) -> datetime | None:
    """When the last step of the dunning plan was taken of a pledge whose charge has failed at an instant.

    That is now, where the charge was that step.
    """
    return None if not pledge.steps else pledge.stepped_at or utc(at)


def within_window(pledge: Pledge, at: datetime) -> datetime:
    """A time, or the end of the window of the part that has failed, whichever comes first."""
    if pledge.instalments is None:
        return utc(at)
    end = pledge.instalments.missed_at(next_part(pledge).number)
    assert end is not None
    return min(utc(at), end)


def missed(pledge: Pledge, at: datetime) -> bool:
    """Whether the window is over of the part of a pledge that has failed."""
    return pledge.instalments is not None and bool(pledge.instalments.missed(at))


def defaulted(pledge: Pledge, at: datetime) -> Pledge:
    """The pledge whose next part is finally missed, when what is owed of it is given up."""
    assert pledge.instalments is not None
    part = next_part(pledge)
    missed = pledge.instalments.fail(part.number, max(at, part.due_at))
    return attrs.evolve(pledge, instalments=missed.default(at))


def kept(pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Keep what was paid of a pledge that has defaulted, as a contribution without a reward."""
    contribution, deltas = stopped(pledge, campaign, "defaulted")
    events = (PledgeDefaulted(at, actor, pledge.id, contribution.amount),)
    return contribution, Changes(put=(contribution,), deltas=deltas, events=events)


def stopped(pledge: Pledge, campaign: Campaign, reason: str) -> tuple[Pledge, tuple[Delta, ...]]:
    """What was paid of a pledge whose other parts are charged no more, as a contribution without a reward."""
    expect(pledge, Pledge, what="what is charged no more")
    assert pledge.instalments is not None
    paid, on_top = taken(pledge)
    contribution = pledge.moved(
        PledgeState.COLLECTED,
        instalments=attrs.evolve(pledge.instalments, parts=_paid(pledge.instalments)),
        quote=_kept(pledge, paid, on_top),
        reason=reason,
        due_at=None,
    )
    counts = progress_move(contribution, campaign, 1)
    return contribution, (
        *stock_moves(pledge, campaign, claimed=-1),
        progress_move(pledge, campaign, -1),
        attrs.evolve(counts, limit=None, collected=counts.pledged * 0, collections=1),
    )


def taken(pledge: Pledge) -> tuple[Money, OnTop]:
    """What was taken for a pledge and is there, and what of that went to the platform."""
    expect(pledge, Pledge, what="what was charged")
    if pledge.instalments is None:
        return pledge.amount, on_top_of(pledge)
    return _together(pledge, _paid(pledge.instalments))


def charged(pledge: Pledge) -> tuple[Money, OnTop]:
    """What was charged of a pledge in parts, gone back or not, and what of that went to the platform."""
    assert pledge.instalments is not None
    return _together(pledge, [it for it in pledge.instalments.parts if it.state in TOOK])


def had(pledge: Pledge) -> Money:
    """What its campaign has of a pledge; of one in parts, as far as these are charged."""
    expect(pledge, Pledge, what="what was charged")
    if pledge.state is PledgeState.COLLECTED or pledge.instalments is None:
        return pledge.kept
    whole, on_top = charged(pledge)
    uncharged = pledge.contribution - whole + Money.total((part for _, part in on_top), whole.currency)
    return max(pledge.kept - uncharged, uncharged * 0)


def _together(pledge: Pledge, parts: Sequence[Part]) -> tuple[Money, OnTop]:
    on_top = together(*(dict(_on_top(pledge, part)) for part in parts))
    return Money.total((part.amount for part in parts), pledge.amount.currency), tuple(on_top.items())


def returned(pledge: Pledge) -> RefundWay:
    """What is given back next of which charge.

    Where a refund was agreed, that is its first charge; else all of a whole pledge, or its first part that is
    there.
    """
    expect(pledge, Pledge, what="what is given back")
    return ways_back(pledge)[0] if pledge.refund is None else pledge.refund.ways[0]


def ways_back(pledge: Pledge) -> tuple[RefundWay, ...]:
    """What is given back of each charge of a pledge of which all goes back, just as it came."""
    if pledge.instalments is None:
        return (RefundWay(charge_key(pledge), pledge.amount, dict(on_top_of(pledge))),)
    return tuple(
        RefundWay(
            charge_key(pledge, part.attempt),
            part.amount,
            {name: share for name, share in _on_top(pledge, part) if share},
            part.number,
        )
        for part in _paid(pledge.instalments)
    )


def _paid(instalments: Instalments) -> list[Part]:
    return [it for it in instalments.parts if it.state is PartState.COLLECTED]


def _kept(pledge: Pledge, paid: Money, on_top: OnTop) -> Quote:
    """What was paid, as an amount alone, with what went to the platform of it."""
    bonus = paid - _sum(on_top, paid)
    lines = [QuoteLine(LineKind.BONUS, None, 1, bonus)]
    kinds = {line.id or line.kind.value: line.kind for line in pledge.quote.lines}
    for name, share in on_top:
        if share:
            lines.append(QuoteLine(kinds[name], None if kinds[name] is LineKind.TIP else name, 1, share))
    return Quote(Selection(bonus), lines)


def _on_top(pledge: Pledge, part: Part) -> OnTop:
    """What of a part goes to the platform: its share of each fee on top and of the tip."""
    if pledge.contribution == pledge.amount or pledge.instalments is None:
        return ()
    weights = [it.amount.minor for it in pledge.instalments.parts]
    shares = {name: given.allocate(weights) for name, given in pledge.quote.on_top.items()}
    return tuple((name, share[part.number - 1]) for name, share in shares.items())


def on_top_of(pledge: Pledge) -> OnTop:
    """What of a whole pledge goes to the platform."""
    return () if pledge.contribution is pledge.amount else tuple(pledge.quote.on_top.items())


def _given_on_top(pledge: Pledge, part: Part) -> Money:
    return _sum(_on_top(pledge, part), part.amount)


def _sum(amounts: Iterable[tuple[object, Money]], of: Money) -> Money:
    return Money.total((amount for _, amount in amounts), of.currency)
