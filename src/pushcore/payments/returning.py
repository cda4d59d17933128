"""The decisions about giving back a pledge of a funded campaign: whole, an amount of it, or line by line.

What goes back, and who gives it, is said by the campaign's `pushcore.payouts.RefundPolicy`. What its creator
gives comes from what is held for the campaign; once that is settled, it is a debt of the creator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.gateway import RefundMade
from pushcore.ids import OrderKey, TransactionId, joined
from pushcore.ledger import TransactionPhase, recipes
from pushcore.money import Money, Rounding
from pushcore.payments._asking import asked
from pushcore.payments.events import (
    PledgePartlyRefunded,
    PledgeRefunded,
    RefundAgreed,
)
from pushcore.payments.keys import charge_key, refund_key
from pushcore.payouts import Bearer, PaidKind, RefundPolicy, RefundSituation, Waterfall, crediting, recovery
from pushcore.payouts import give_back as shared_out
from pushcore.payouts.paid import ON_TOP, TakenFee
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.fulfilling import with_reward
from pushcore.pledges.matched import losses
from pushcore.pledges.moving import collection_move, given_up_moves
from pushcore.pledges.part import PartState
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.refund import PledgeRefund, RefundWay, paid_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.changes import Event
    from pushcore.ids import ActorId
    from pushcore.ledger import Account
    from pushcore.payouts import Blocked, Debt, Dispute, GivenBack, Paid, Wallet
    from pushcore.payouts.refund_request import Wanted
    from pushcore.pledges.instalments import Instalments
    from pushcore.rewards import Fulfilment

__all__ = ["made", "order"]


def order(  # noqa: PLR0913  what a refund rests on
    pledge: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    wanted: Wanted | None = None,
    situation: RefundSituation | None = None,
    fees: Mapping[str, Money] | None = None,
    kept: Mapping[str, Money] | None = None,
    fees_left: Mapping[str, Money] | None = None,
    debt: Debt | None = None,
    wallet: Wallet | None = None,
    fulfilment: Fulfilment | None = None,
    matches: tuple[Pledge, ...] = (),
) -> tuple[Pledge, Changes]:
    """Order a refund of a collected pledge: of all that is left of it, an amount, or some of its lines.

    Once everything has been asked back the pledge counts no more, and its reward is set free. What sponsors
    added to it goes back too, unless the campaign is settled and has divided it.

    Args:
        pledge: A collected pledge.
        campaign: The campaign it is for.
        at: When.
        actor: Who.
        wanted: What is asked back; None for all that is left. See `pushcore.pledges.refund.paid_for` for the
            names of lines.
        situation: Why, where that is a fraud; else it follows from whether the campaign is settled.
        fees: What was taken of the pledge by each fee line, if the campaign is settled.
        kept: What comes back of some of them, where that is known better than by the policy.
        fees_left: What fee lines still have of the campaign.
        debt: What the creator owes, if the campaign is settled: what they give of the refund is added to it.
        wallet: The backer's, if that is where it goes: then nothing is asked of the provider.
        fulfilment: That of its reward, if it was begun: it is canceled with the pledge.
        matches: What sponsors added to it, of all that stands.

    Raises:
        Refused: ``not-funded``: the campaign is; ``not-collected``; ``refund-open``: another one is under
            way; ``not-refundable``: the terms give nothing back, or not this; ``above-paid``;
            ``not-covered``; or ``already-shipped``, where all is asked back.
        InvalidValue: what is wanted is nothing that was paid.
    """
    require_own_campaign(pledge, campaign)
    at = utc(at)
    policy = campaign.terms.refunds
    if reasons := tuple(_reasons(pledge, campaign)):
        raise Refused(reasons)
    assert policy is not None
    settled = campaign.settled_at is not None
    if situation is None:
        situation = RefundSituation.PAID_OUT if settled else RefundSituation.FUNDED
    paid = paid_before(pledge, fees, fees_left)
    available = pledge.amount * 0 if settled else pledge.kept
    wanted = _within(pledge, paid, wanted)
    back = shared_out(paid, policy, situation, wanted, returned=kept or {}, available=available)
    if back.amount > there(pledge):
        raise Refused([_beside_disputes(pledge)])
    whole = _nothing_left(back.paid, policy.waterfall(situation))
    ways = _ways(pledge, back)
    after, changes = _owed(pledge, campaign, back, ways, at, actor, situation.value, whole=whole)
    changes += _indebted(after, debt, back.debt, at, actor)
    changes += _unmatched(pledge, after, campaign, matches, at, actor)
    if _is_whole(after):
        changes = with_reward(changes, fulfilment, at, actor)
    after, on_its_way = _sent(after, campaign, wallet, at, actor)
    return after, changes + on_its_way


def rest(  # noqa: PLR0913  what a refund rests on
    pledge: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    reason: str,
    wallet: Wallet | None = None,
) -> tuple[Pledge, Changes]:
    """Order a refund of all that is left of a pledge as nothing comes of it, to the card or the wallet.

    Raises:
        Refused: ``refund-open``: another refund is under way.
    """
    if reasons := [*_open(pledge)]:
        raise Refused(reasons)
    at, situation = utc(at), RefundSituation.FAILED
    paid = paid_before(pledge)
    if _is_gone(pledge):
        return _let_go(pledge, campaign, at, actor, reason)
    back = shared_out(paid, ALL_BACK, situation, min(there(pledge), paid.left))
    ways = _ways(pledge, back)
    owed, changes = _owed(pledge, campaign, back, ways, at, actor, situation.value, whole=True)
    after, on_its_way = _sent(attrs.evolve(owed, reason=reason), campaign, wallet, at, actor)
    return after, changes + on_its_way


def once_more(  # noqa: PLR0913  what comes back of what
    pledge: Pledge,
    campaign: Campaign,
    dispute: Dispute,
    at: datetime,
    actor: ActorId,
    *,
    wallet: Wallet | None = None,
) -> tuple[Pledge, Changes]:
    """Order a refund of what comes back of a dispute, of a pledge of which all the rest was given back.

    The bank has given it to the backer and taken it again; whoever it was blocked of gives it.

    Args:
        pledge: A pledge that was given back while the dispute was lost.
        campaign: The campaign it is for.
        dispute: The dispute, which is won.
        at: When.
        actor: Who.
        wallet: The backer's, if that is where it goes.
    """
    blocked, situation = dispute.blocked, RefundSituation.FAILED
    paid = paid_before(pledge)
    back = shared_out(paid, ALL_BACK, situation, min(dispute.amount, paid.left))
    numbers = {key: number for key, _, number in _charges(pledge)}
    on_top, creator = _kept_apart(paid, blocked)
    way = RefundWay(dispute.charge_key, dispute.amount, on_top, numbers.get(dispute.charge_key))
    owing = pledge.moved(
        PledgeState.REFUNDING, refund=PledgeRefund(back.paid, [way]), refunds=pledge.refunds + 1
    )
    entries = recipes.owe_back(
        TransactionId(f"{pledge.id}/give-back/{owing.refunds}"),
        campaign.id,
        at,
        creator=creator,
        settled=False,
        fees=blocked.fees,
        others=blocked.others,
    )
    told = RefundAgreed(at, actor, pledge.id, dispute.amount, situation.value, dispute.amount * 0)
    after, on_its_way = _sent(owing, campaign, wallet, at, actor)
    return after, Changes(transactions=entries, events=(told,)) + on_its_way


def _kept_apart(paid: Paid, blocked: Blocked) -> tuple[dict[str, Money], Money]:
    """What of a dispute was given on top, and what was the creator's.

    A tip that is kept was a debt of the creator while the bank had it; now it goes back like all the rest.
    """
    on_top, missing = dict(blocked.on_top), blocked.debt
    for part in paid.parts:
        if part.kind in ON_TOP and missing:
            name = _account(part.name)
            given = on_top.get(name, missing * 0)
            share = min(missing, part.paid - given)
            on_top[name], missing = given + share, missing - share
    return {name: part for name, part in on_top.items() if part}, blocked.creator + missing


def _is_gone(pledge: Pledge) -> bool:
    """Whether disputes have taken all that was left of a pledge."""
    return not any(left for _, left, _ in _charges(pledge))


def _let_go(
    pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId, reason: str
) -> tuple[Pledge, Changes]:
    """A pledge of which disputes have left nothing: its backer has got all of it from the bank."""
    gone = pledge.moved(
        PledgeState.REFUNDED,
        reason=reason,
        refunds=pledge.refunds + 1,
        refund=None,
        **_called_off(pledge),
    )
    deltas = given_up_moves(pledge, campaign, pledge.contribution * 0)
    refunded = paid_before(pledge).refunded
    told = PledgeRefunded(at, actor, gone.id, refunded, pledge.disputes[-1].id)
    return gone, Changes(put=(gone,), expect=(campaign,), deltas=deltas, events=(told,))


def _sent(
    pledge: Pledge, campaign: Campaign, wallet: Wallet | None, at: datetime, actor: ActorId
) -> tuple[Pledge, Changes]:
    """What is owed is asked of the provider, or given as credit, which is done at once."""
    if wallet is None:
        return pledge, asked(pledge, at, actor)
    assert pledge.refund is not None
    policy, key = campaign.terms.refunds, refund_key(pledge)
    lifetime = None if policy is None else policy.credit_lifetime
    before, changes = wallet, Changes()
    amount, on_top = pledge.amount * 0, dict[str, Money]()
    for way in pledge.refund.ways:
        amount += way.amount
        for name, part in way.on_top.items():
            on_top[name] = on_top.get(name, part * 0) + part
    held = amount - _total(on_top, amount)
    sources: list[tuple[str, Account, Money]] = [(key, recipes.refunds_account(campaign.id), held)]
    sources += [(joined(key, it), recipes.on_top_account(campaign.id, it), on_top[it]) for it in on_top]
    for name, source, part in sources:
        if part:
            wallet, more = crediting.credit(
                wallet, name, part, at, actor, reason="refund", source=source, lifetime=lifetime
            )
            changes += attrs.evolve(more, put=())
    credited = attrs.evolve(wallet, version=before.version + 1)
    for way in pledge.refund.ways:
        pledge = attrs.evolve(pledge, instalments=_with_part(pledge, way))
    after, over = _over(pledge, at, actor, key)
    return after, changes + over + Changes(put=(credited,))


def _total(amounts: Mapping[str, Money], of: Money) -> Money:
    return Money.total(amounts.values(), of.currency)


def made(  # noqa: PLR0913  what somebody did
    pledge: Pledge,
    campaign: Campaign,
    refund: RefundMade,
    at: datetime,
    actor: ActorId,
    *,
    fees: Mapping[str, Money] | None = None,
    fees_left: Mapping[str, Money] | None = None,
    debt: Debt | None = None,
    matches: tuple[Pledge, ...] = (),
) -> tuple[Pledge, Changes]:
    """Take note of a refund that somebody made at the provider itself, whatever was agreed.

    All who have the money give it. No more is taken note of than is left of its charge. What sponsors added
    goes back as in `order`.

    Raises:
        Refused: ``refund-open``: another refund is under way; or ``not-collected``.
    """
    require_own_campaign(pledge, campaign)
    expect(refund, RefundMade, what="a refund that was made")
    at, settled = utc(at), campaign.settled_at is not None
    charges = {charged: (left, part) for charged, left, part in _charges(pledge)}
    left, part = charges.get(refund.charged, (pledge.amount * 0, None))
    amount = min(left, refund.amount)
    if reasons := [*_uncollected(pledge, amount), *_open(pledge)]:
        raise Refused(reasons)
    situation = RefundSituation.PAID_OUT if settled else RefundSituation.FUNDED
    nothing = amount * 0 if settled else None
    paid = paid_before(pledge, fees, fees_left)
    back = shared_out(paid, ALL_BACK, situation, amount, available=nothing)
    way = RefundWay(refund.charged, amount, dict(given_on_top(pledge, back)), part)
    whole = _nothing_left(back.paid, ALL_BACK.waterfall(situation))
    owed, changes = _owed(pledge, campaign, back, (way,), at, actor, situation.value, whole=whole)
    on_top, key = tuple(way.on_top.items()), OrderKey(f"{pledge.id}/refunded/{refund.reference}")
    entry = recipes.refund(key, campaign.id, amount, at, on_top=on_top)
    posted = attrs.evolve(entry, phase=TransactionPhase.POSTED)
    done = attrs.evolve(owed, instalments=_with_part(owed, way))
    after, over = _over(done, at, actor, refund.reference)
    owing = _indebted(owed, debt, back.debt, at, actor)
    owing += _unmatched(pledge, owed, campaign, matches, at, actor)
    return after, changes + owing + Changes(transactions=(posted,)) + over


ALL_BACK: Final = RefundPolicy(
    {situation: Waterfall(indebts=True) for situation in RefundSituation}, rounding=Rounding.HALF_UP
)
"""All comes back, and what is not there any more is a debt."""


def paid_before(
    pledge: Pledge,
    fees: Mapping[str, Money] | None = None,
    fees_left: Mapping[str, Money] | None = None,
) -> Paid:
    """What was paid of a collected pledge, as it stands before the next refund; with the fees taken of it.

    Fees are taken at the settlement, of what earlier refunds have left. Of a line that is taken of the total,
    the shares of pledges are rounded and may come to a unit more than it took: no more of it falls to a
    refund than is there.
    """
    if pledge.paid is None:
        paid = paid_for(pledge.quote, fees or {})
    elif pledge.paid.fees or not fees:
        paid = pledge.paid
    else:
        paid = attrs.evolve(pledge.paid, fees=[TakenFee(name, fee) for name, fee in fees.items()])
    if not fees_left:
        return paid
    return attrs.evolve(paid, fees=[_left_of(fee, fees_left.get(fee.name)) for fee in paid.fees])


def _left_of(fee: TakenFee, left: Money | None) -> TakenFee:
    """A fee as if no more had been taken than is there of it."""
    if left is None or fee.left <= left:
        return fee
    return attrs.evolve(fee, taken=fee.taken - fee.left + max(left, left.with_minor(0)))


def _owed(  # noqa: PLR0913, PLR0917  what is owed to whom
    pledge: Pledge,
    campaign: Campaign,
    back: GivenBack,
    ways: Iterable[RefundWay],
    at: datetime,
    actor: ActorId,
    situation: str,
    *,
    whole: bool,
) -> tuple[Pledge, Changes]:
    """The pledge once its backer is owed a refund; the pledge counts no more once all of it goes back."""
    given = back.given(Bearer.CREATOR)
    owing = pledge.moved(
        PledgeState.REFUNDING if whole else PledgeState.COLLECTED,
        refund=PledgeRefund(back.paid, tuple(ways)),
        refunds=pledge.refunds + 1,
        reason="refunded" if whole else pledge.reason,
        **(_called_off(pledge) if whole else {}),
    )
    had = pledge.kept if pledge.state is PledgeState.COLLECTED else given  # with fees that come back
    deltas = given_up_moves(pledge, campaign, had) if whole else (collection_move(pledge, -given, 0),)
    transactions = recipes.owe_back(
        TransactionId(f"{pledge.id}/give-back/{owing.refunds}"),
        campaign.id,
        at,
        creator=given,
        settled=campaign.settled_at is not None,
        fees=back.fees,
        others=dict(_others(back)),
    )
    agreed = RefundAgreed(at, actor, pledge.id, back.amount, situation, back.debt)
    return owing, Changes(expect=(campaign,), deltas=deltas, transactions=transactions, events=(agreed,))


def _called_off(pledge: Pledge) -> dict[str, Any]:
    """Nothing more is charged of a pledge that counts no more."""
    parts = pledge.instalments
    return {"due_at": None, "instalments": None if parts is None else parts.call_off()}


def _nothing_left(paid: Paid, waterfall: Waterfall) -> bool:
    """Whether everything was asked back that goes back at all: a tip may be kept."""
    return all(not part.left or waterfall.keeps(part.kind, paid.owner) for part in paid.parts)


def _within(pledge: Pledge, paid: Paid, wanted: Wanted | None) -> Wanted | None:
    """What is asked back, as far as disputes have left anything: what they took cannot go back once more.

    Raises:
        Refused: ``above-paid``: more is wanted than they have left.
    """
    if not any(dispute.taken for dispute in pledge.disputes):
        return wanted
    left = min(there(pledge), paid.left)
    if not left:
        raise Refused([_beside_disputes(pledge)])
    return left if wanted is None else wanted


def _beside_disputes(pledge: Pledge) -> Refusal:
    left = there(pledge)
    message = f"{left} of pledge {pledge.id} is left beside what disputes have taken"
    return Refusal("above-paid", message, {"left": left})


def _indebted(pledge: Pledge, debt: Debt | None, amount: Money, at: datetime, actor: ActorId) -> Changes:
    """What a creator owes of a refund, added to what they owe of others."""
    if debt is None or not amount:
        return Changes()
    account = recipes.debt_account(pledge.campaign_id)
    return recovery.arise(debt, refund_key(pledge), amount, at, actor, account)[1]


def _unmatched(  # noqa: PLR0913, PLR0917  what becomes of what, and of what was added to it
    before: Pledge,
    after: Pledge,
    campaign: Campaign,
    matches: tuple[Pledge, ...],
    at: datetime,
    actor: ActorId,
) -> Changes:
    """What sponsors added to a pledge of which all goes back; once that is divided, it stays where it is."""
    if campaign.settled_at is not None:
        return Changes()
    return losses(before, after, campaign, matches, at=at, actor=actor)


def _is_whole(pledge: Pledge) -> bool:
    return pledge.state is PledgeState.REFUNDING


def _reasons(pledge: Pledge, campaign: Campaign) -> Iterator[Refusal]:
    """Why nothing of a pledge is given back."""
    if not campaign.funded:
        yield Refusal("not-funded", f"campaign {campaign.id} is {campaign.state.value}")
    yield from _uncollected(pledge, pledge.amount)
    yield from _open(pledge)
    if campaign.terms.refunds is None:
        yield Refusal("not-refundable", f"the terms of campaign {campaign.id} say nothing of refunds")


def _uncollected(pledge: Pledge, there: Money) -> Iterator[Refusal]:
    if pledge.offline:
        yield Refusal("not-collected", f"pledge {pledge.id} was received offline")
    elif pledge.state is not PledgeState.COLLECTED or not there:
        yield Refusal(
            "not-collected", f"of pledge {pledge.id}, which is {pledge.state.value}, nothing is there"
        )


def _open(pledge: Pledge) -> Iterator[Refusal]:
    if pledge.refund is not None:
        yield Refusal("refund-open", f"a refund of pledge {pledge.id} is not done yet")
    for dispute in pledge.disputes:
        if dispute.open:
            yield Refusal("dispute-open", f"dispute {dispute.id} of {dispute.charged} is not decided")


def _ways(pledge: Pledge, back: GivenBack) -> Iterator[RefundWay]:
    """What goes back of each charge, what was charged last first; what is on top goes with the first."""
    on_top, left = dict(given_on_top(pledge, back)), back.amount
    for charged, there, part in _charges(pledge):
        amount = min(left, there)
        if amount:
            taken, room = {}, amount
            for name, given in on_top.items():
                share = min(given, room)
                if share:
                    taken[name], on_top[name], room = share, given - share, room - share
            yield RefundWay(charged, amount, taken, part)
            left -= amount


def _charges(pledge: Pledge) -> Iterator[tuple[OrderKey, Money, int | None]]:
    """The charges of a pledge, with what is left of each and the number of its part; the last one first."""
    if pledge.instalments is None:
        left = pledge.amount if pledge.paid is None else pledge.paid.total - pledge.paid.refunded
        if pledge.paid is None and pledge.state is PledgeState.REFUNDED:
            left *= 0
        yield charge_key(pledge), pledge.left_of(charge_key(pledge), left), None
        return
    for part in reversed(pledge.instalments.parts):
        if part.state is PartState.COLLECTED:
            key = charge_key(pledge, part.attempt)
            yield key, pledge.left_of(key, part.adjusted), part.number


def there(pledge: Pledge) -> Money:
    """What is left of all charges of a pledge, beside what disputes have taken."""
    return Money.total((left for _, left, _ in _charges(pledge)), pledge.amount.currency)


def left_of(pledge: Pledge, charged: OrderKey) -> Money:
    """What is left of one charge of a pledge, for a refund or a dispute."""
    there = {key: left for key, left, _ in _charges(pledge)}
    return there.get(charged, pledge.amount * 0)


def given_on_top(pledge: Pledge, back: GivenBack) -> Iterator[tuple[str, Money]]:
    """What the platform gives back of what it was given on top, by name."""
    before = paid_before(pledge)
    for part in back.paid.parts:
        if part.kind in ON_TOP and (given := part.returned - before.part(part.name).returned):
            yield _account(part.name), given


def _account(name: str) -> str:
    """The name of the account of a part on top: that of its fee, or ``tip``."""
    return name.removeprefix(f"{PaidKind.FEE.value}/")


def _others(back: GivenBack) -> Iterator[tuple[str, Money]]:
    """What others than the creator give of a refund, beside what they were given on top."""
    for bearer in back.gives:
        if bearer is not Bearer.CREATOR and (borne := back.borne(bearer)):
            yield bearer.value, borne


def gone_back(pledge: Pledge, at: datetime, actor: ActorId, reference: str) -> tuple[Pledge, Changes]:
    """The pledge once the first part of a refund has gone back: the next is ordered, or it is over."""
    refund = pledge.refund
    assert refund is not None
    way, *more = refund.ways
    moved = pledge.moved(pledge.state, instalments=_with_part(pledge, way))
    if not more:
        return _over(moved, at, actor, reference)
    after = attrs.evolve(moved, refund=attrs.evolve(refund, ways=more), refunds=pledge.refunds + 1)
    return after, asked(after, at, actor)


def _with_part(pledge: Pledge, way: RefundWay) -> Instalments | None:
    """The instalments of a pledge once a part of one of them has gone back."""
    if pledge.instalments is None or way.part is None:
        return pledge.instalments
    return pledge.instalments.refund(way.part, way.amount)


def _over(pledge: Pledge, at: datetime, actor: ActorId, reference: str) -> tuple[Pledge, Changes]:
    """The pledge once all of a refund has gone back."""
    assert pledge.refund is not None
    paid, whole = pledge.refund.paid, _is_whole(pledge)
    state = PledgeState.REFUNDED if whole else pledge.state
    after = attrs.evolve(pledge, state=state, refund=None, paid=paid)
    left = paid.total - paid.refunded
    event: Event = PledgePartlyRefunded(at, actor, after.id, paid.refunded, left, reference)
    if whole:
        event = PledgeRefunded(at, actor, after.id, paid.refunded, reference)
    return after, Changes(put=(after,), events=(event,))
