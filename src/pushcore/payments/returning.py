"""The decisions about giving back a pledge of a funded campaign: whole, an amount of it, or line by line.

What goes back, and who gives it, is said by the campaign's `pushcore.payouts.RefundPolicy`. What its creator
gives comes from what is held for the campaign; once that is settled, it is a debt of the creator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.ids import TransactionId, joined
from pushcore.ledger import recipes
from pushcore.money import Money, Rounding
from pushcore.payments import ways
from pushcore.payments._asking import asked
from pushcore.payments.events import PledgePartlyRefunded, PledgeRefunded, RefundAgreed
from pushcore.payments.keys import refund_key
from pushcore.payouts import Bearer, RefundPolicy, RefundSituation, Waterfall, crediting, recovery
from pushcore.payouts import give_back as shared_out
from pushcore.payouts.paid import ON_TOP
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.fulfilling import with_reward
from pushcore.pledges.matched import losses
from pushcore.pledges.moving import collection_move, given_up_moves
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.refund import AskedBack, GoneBack, PledgeRefund, RefundWay

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.changes import Event
    from pushcore.ids import ActorId, OrderKey
    from pushcore.ledger import Account
    from pushcore.payments.ways import PledgeFees
    from pushcore.payouts import Debt, GivenBack, Paid, Wallet
    from pushcore.payouts.dispute import Blocked
    from pushcore.payouts.refund_request import Wanted
    from pushcore.rewards import Fulfilment

__all__ = ["order", "redirect"]


def order(  # noqa: PLR0913  what a refund rests on
    pledge: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    key: str | None = None,
    wanted: Wanted | None = None,
    situation: RefundSituation | None = None,
    fees: PledgeFees | None = None,
    debt: Debt | None = None,
    wallet: Wallet | None = None,
    fulfilment: Fulfilment | None = None,
    matches: tuple[Pledge, ...] = (),
) -> tuple[Pledge, Changes]:
    """Order a refund of a collected pledge: of all that is left of it, an amount, or some of its lines.

    Once everything has been asked back the pledge counts no more, and its reward is owed no more, unless it
    was sent. What sponsors added to it goes back too, unless the campaign is settled and has divided it.

    Args:
        pledge: A collected pledge.
        campaign: The campaign it is for.
        at: When.
        actor: Who.
        key: What it goes by, so that it is ordered once; None for one of all that is left.
        wanted: What is asked back; None for all that is left. See `pushcore.pledges.refund.paid_for` for the
            names of lines.
        situation: Why, where that is a fraud; else it follows from whether the campaign is settled.
        fees: What fee lines took of the pledge, if the campaign is settled.
        debt: What the creator owes, if the campaign is settled: what they give of the refund is added to it.
        wallet: The backer's, if that is where it goes: then nothing is asked of the provider.
        fulfilment: That of its reward, if it was begun: it is canceled with the pledge.
        matches: What sponsors added to it, of all that stands.

    Raises:
        Refused: ``not-funded``: the campaign is not; ``not-collected``; ``refund-open``: another one is under
            way; ``dispute-open``; ``not-refundable``: the terms give nothing back, or not this;
            ``above-paid``; or ``not-covered``.
        InvalidValue: what is wanted is nothing that was paid.
    """
    require_own_campaign(pledge, campaign)
    at, settled = utc(at), campaign.settled_at is not None
    if situation is None:
        situation = RefundSituation.PAID_OUT if settled else RefundSituation.FUNDED
    paid, available = ways.paid_before(pledge, fees), pledge.amount * 0 if settled else pledge.kept
    reasons, policy = [*_reasons(pledge, campaign)], campaign.terms.refunds
    try:
        within = _within(pledge, paid, wanted)
        rules = ALL_BACK if policy is None else policy
        returned = {} if fees is None else fees.returned
        back = shared_out(paid, rules, situation, within, returned=returned, available=available)
        reasons += _beyond(pledge, back.amount)
    except Refused as no:
        raise Refused([*reasons, *no.refusals]) from None
    if reasons:
        raise Refused(reasons)
    going = ways.divided(pledge, back.paid, back.amount)
    whole = nothing_left(back.paid, rules.waterfall(situation))
    after, changes = owed(pledge, campaign, back, going, at, actor, situation.value, whole=whole)
    if key is not None:
        asked_back = AskedBack(key, AskedBack.said(wanted))
        after = attrs.evolve(after, asked_back=(*after.asked_back, asked_back))
    changes += indebted(after, debt, back.debt, at, actor)
    changes += unmatched(pledge, after, campaign, matches, at, actor)
    if is_whole(after):
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

    What was agreed before and declined goes back with it.

    Raises:
        Refused: ``refund-open``: another refund is under way; or ``dispute-open``.
    """
    before = pledge.refund if pledge.refund is not None and pledge.refund.declined else None
    if reasons := [*still_open(attrs.evolve(pledge, refund=None) if before else pledge)]:
        raise Refused(reasons)
    at, situation = utc(at), RefundSituation.FAILED
    if not ways.there(pledge):
        return _let_go(pledge, campaign, at, actor, reason)
    agreed = _total((way.amount for way in before.ways), pledge) if before else pledge.amount * 0
    paid = before.paid if before else ways.paid_before(pledge)
    left = min(ways.there(pledge) - agreed, paid.left)
    back = shared_out(paid, ALL_BACK, situation, None if left == paid.left else left)
    going = ways.divided(pledge, back.paid, agreed + back.amount)
    after, changes = owed(pledge, campaign, back, going, at, actor, situation.value, whole=True)
    after, on_its_way = _sent(attrs.evolve(after, reason=reason), campaign, wallet, at, actor)
    return after, changes + on_its_way


def redirect(
    pledge: Pledge, campaign: Campaign, wallet: Wallet, at: datetime, actor: ActorId
) -> tuple[Pledge, Changes]:
    """Give what the provider declined to give back as credit instead.

    Raises:
        Refused: ``pledge-closed``: nothing was declined.
    """
    require_own_campaign(pledge, campaign)
    refund = agreed(pledge)
    if refund is None or not refund.declined:
        raise Refused([Refusal("pledge-closed", f"no refund of pledge {pledge.id} was declined")])
    state = PledgeState.REFUNDING if pledge.state is PledgeState.UNREFUNDED else pledge.state
    again = pledge.moved(state, refund=refund, refunds=pledge.refunds + 1)
    return _sent(again, campaign, wallet, utc(at), actor)


def agreed(pledge: Pledge) -> PledgeRefund | None:
    """The refund that is owed to the backer of a pledge: the one agreed on, or of all that is left of it."""
    if pledge.refund is not None or pledge.state is not PledgeState.UNREFUNDED:
        return pledge.refund
    paid, left = ways.paid_before(pledge), ways.there(pledge)
    back = shared_out(paid, ALL_BACK, RefundSituation.FAILED, None if left == paid.left else left)
    return PledgeRefund(back.paid, tuple(ways.divided(pledge, back.paid, back.amount)), declined=True)


def once_more(  # noqa: PLR0913, PLR0917  what comes back of what
    pledge: Pledge,
    campaign: Campaign,
    charged: OrderKey,
    back: Blocked,
    at: datetime,
    actor: ActorId,
    *,
    wallet: Wallet | None = None,
) -> tuple[Pledge, Changes]:
    """Order a refund of what comes back of a dispute, of a pledge of which all the rest was given back.

    The bank has given it to the backer and taken it again; whoever it was blocked of gives it.

    Args:
        pledge: A pledge that was given back, or was to be, while the dispute was lost.
        campaign: The campaign it is for, which is not settled.
        charged: The key of the charge that was disputed.
        back: What comes back, by whose it was.
        at: When.
        actor: Who.
        wallet: The backer's, if that is where it goes.
    """
    declined, amount = agreed(pledge), back.total
    paid = ways.paid_before(pledge) if declined is None else declined.paid
    if paid.left:
        paid = shared_out(paid, ALL_BACK, RefundSituation.FAILED, min(amount, paid.left)).paid
    _, part = ways.left_of(pledge, charged)
    on_top, creator = _kept_apart(paid, back)
    way = RefundWay(charged, amount, on_top, part)
    refund = PledgeRefund(paid, [way])
    if declined is not None:
        refund = attrs.evolve(declined.with_way(way), paid=paid)
    state = PledgeState.REFUNDING if declined is None else pledge.state
    owing = pledge.moved(state, refund=refund, refunds=pledge.refunds + 1)
    entries = recipes.owe_back(
        TransactionId(f"{pledge.id}/give-back/{owing.refunds}"),
        campaign.id,
        at,
        creator=creator,
        settled=False,
        fees=back.fees,
        others=back.others,
    )
    told = RefundAgreed(at, actor, pledge.id, amount, RefundSituation.FAILED.value, amount * 0)
    changes = Changes(transactions=entries, events=(told,))
    if declined is not None:
        return owing, changes + Changes(put=(owing,))
    after, on_its_way = _sent(owing, campaign, wallet, at, actor)
    return after, changes + on_its_way


def _kept_apart(paid: Paid, back: Blocked) -> tuple[dict[str, Money], Money]:
    """What of a dispute was given on top, and what was the creator's.

    A tip that is kept was a debt of the creator while the bank had it; now it goes back like all the rest.
    """
    on_top, missing = dict(back.on_top), back.debt
    for part in paid.parts:
        if part.kind in ON_TOP and missing:
            name = ways.account_of(part.name)
            given = on_top.get(name, missing * 0)
            share = min(missing, part.paid - given)
            on_top[name], missing = given + share, missing - share
    return {name: part for name, part in on_top.items() if part}, back.creator + missing


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
    told = PledgeRefunded(at, actor, gone.id, ways.paid_before(pledge).refunded, pledge.disputes[-1].id)
    return gone, Changes(put=(gone,), expect=(campaign,), deltas=deltas, events=(told,))


def _called_off(pledge: Pledge) -> dict[str, Any]:
    """Nothing more is charged of a pledge that counts no more."""
    parts = pledge.instalments
    return {"due_at": None, "instalments": None if parts is None else parts.call_off()}


def _sent(
    pledge: Pledge, campaign: Campaign, wallet: Wallet | None, at: datetime, actor: ActorId
) -> tuple[Pledge, Changes]:
    """What is owed is asked of the provider, or given as credit, which is done at once."""
    if wallet is None:
        return pledge, asked(pledge, at, actor)
    assert pledge.refund is not None
    policy, key, going = campaign.terms.refunds, refund_key(pledge), pledge.refund.ways
    lifetime = None if policy is None else policy.credit_lifetime
    before, changes = wallet, Changes()
    on_top = dict[str, Money]()
    for way in going:
        for name, part in way.on_top.items():
            on_top[name] = on_top.get(name, part * 0) + part
    held = _total((way.amount for way in going), pledge) - _total(on_top.values(), pledge)
    sources: list[tuple[str, Account, Money]] = [(key, recipes.refunds_account(campaign.id), held)]
    sources += [(joined(key, it), recipes.on_top_account(campaign.id, it), on_top[it]) for it in on_top]
    for name, source, part in sources:
        if part:
            wallet, more = crediting.credit(
                wallet, name, part, at, actor, reason="refund", source=source, lifetime=lifetime
            )
            changes += attrs.evolve(more, put=())
    credited = attrs.evolve(wallet, version=before.version + 1)
    paid_back = attrs.evolve(pledge, instalments=ways.with_parts(pledge, *going))
    after, done = over(paid_back, at, actor, key)
    return after, changes + done + Changes(put=(credited,))


def _total(amounts: Iterable[Money], pledge: Pledge) -> Money:
    return Money.total(amounts, pledge.amount.currency)


ALL_BACK: Final = RefundPolicy(
    {situation: Waterfall(indebts=True) for situation in RefundSituation}, rounding=Rounding.HALF_UP
)
"""All comes back, and what is not there any more is a debt."""


def owed(  # noqa: PLR0913, PLR0917  what is owed to whom
    pledge: Pledge,
    campaign: Campaign,
    back: GivenBack,
    going: Iterable[RefundWay],
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
        refund=PledgeRefund(back.paid, tuple(going)),
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


def nothing_left(paid: Paid, waterfall: Waterfall) -> bool:
    """Whether everything was asked back that goes back at all: a tip may be kept."""
    return all(not part.left or waterfall.keeps(part.kind, paid.owner) for part in paid.parts)


def unmatched(  # noqa: PLR0913, PLR0917  what becomes of what, and of what was added to it
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


def _within(pledge: Pledge, paid: Paid, wanted: Wanted | None) -> Wanted | None:
    """What is asked back, as far as disputes have left anything: what they took cannot go back once more.

    Raises:
        Refused: ``above-paid``: more is wanted than they have left.
    """
    left = ways.there(pledge)
    if left >= paid.left:
        return wanted
    if not left or (isinstance(wanted, Money) and wanted > left):
        raise Refused([_too_much(pledge, left)])
    return left if wanted is None else wanted


def _beyond(pledge: Pledge, amount: Money) -> Iterator[Refusal]:
    """Why lines do not go back that disputes have left too little for."""
    left = ways.there(pledge)
    if amount > left:
        yield _too_much(pledge, left)


def _too_much(pledge: Pledge, left: Money) -> Refusal:
    message = f"{left} of pledge {pledge.id} is left beside what disputes have taken"
    return Refusal("above-paid", message, {"left": left})


def indebted(pledge: Pledge, debt: Debt | None, amount: Money, at: datetime, actor: ActorId) -> Changes:
    """What a creator owes of a refund, added to what they owe of others."""
    if debt is None or not amount:
        return Changes()
    account = recipes.debt_account(pledge.campaign_id)
    return recovery.arise(debt, refund_key(pledge), amount, at, actor, account)[1]


def is_whole(pledge: Pledge) -> bool:
    """Whether all of a pledge goes back."""
    return pledge.state is PledgeState.REFUNDING


def _reasons(pledge: Pledge, campaign: Campaign) -> Iterator[Refusal]:
    """Why nothing of a pledge is given back."""
    if not campaign.funded:
        yield Refusal("not-funded", f"campaign {campaign.id} is {campaign.state.value}")
    yield from uncollected(pledge, pledge.amount)
    yield from still_open(pledge)
    if campaign.terms.refunds is None:
        yield Refusal("not-refundable", f"the terms of campaign {campaign.id} say nothing of refunds")


def uncollected(pledge: Pledge, there: Money) -> Iterator[Refusal]:
    """Why the provider has nothing of a pledge to give back."""
    if pledge.offline:
        yield Refusal("not-collected", f"pledge {pledge.id} was received offline")
    elif pledge.state is not PledgeState.COLLECTED or not there:
        yield Refusal(
            "not-collected", f"of pledge {pledge.id}, which is {pledge.state.value}, nothing is there"
        )


def still_open(pledge: Pledge) -> Iterator[Refusal]:
    """Why nothing more of a pledge can go back as yet."""
    if pledge.refund is not None:
        yield Refusal("refund-open", f"a refund of pledge {pledge.id} is not done yet")
    for dispute in pledge.disputes:
        if dispute.open:
            yield Refusal("dispute-open", f"dispute {dispute.id} of {dispute.charged} is not decided")


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
    gone = (*pledge.gone_back, GoneBack(way.charged, way.amount, reference))
    moved = pledge.moved(pledge.state, instalments=ways.with_parts(pledge, way), gone_back=gone)
    if not more:
        return over(moved, at, actor, reference)
    after = attrs.evolve(moved, refund=attrs.evolve(refund, ways=more), refunds=pledge.refunds + 1)
    return after, asked(after, at, actor)


def over(pledge: Pledge, at: datetime, actor: ActorId, reference: str) -> tuple[Pledge, Changes]:
    """The pledge once all of a refund has gone back."""
    assert pledge.refund is not None
    paid, whole = pledge.refund.paid, is_whole(pledge)
    state = PledgeState.REFUNDED if whole else pledge.state
    after = attrs.evolve(pledge, state=state, refund=None, paid=paid)
    left = paid.total - paid.refunded
    event: Event = PledgePartlyRefunded(at, actor, after.id, paid.refunded, left, reference)
    if whole:
        event = PledgeRefunded(at, actor, after.id, paid.refunded, reference)
    return after, Changes(put=(after,), events=(event,))
