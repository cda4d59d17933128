"""What is owed to a backer, and on its way: the pieces that every refund of a pledge is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore._evolving import evolved
from pushcore.changes import Changes
from pushcore.errors import Refusal
from pushcore.ids import TransactionId, joined
from pushcore.ledger import chart, recipes
from pushcore.money import Money, Rounding
from pushcore.payments import _presenting, parting, ways
from pushcore.payments._asking import asked
from pushcore.payments.events import PledgePartlyRefunded, PledgeRefunded, RefundAgreed
from pushcore.payments.keys import refund_key
from pushcore.payouts import Bearer, RefundPolicy, RefundSituation, Waterfall, crediting, recovery
from pushcore.pledges.matched import losses
from pushcore.pledges.moving import given_up_moves, kept_move
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.refund import PledgeRefund, RefundWay, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime, timedelta

    from pushcore.campaigns import Campaign
    from pushcore.changes import Event
    from pushcore.ids import ActorId
    from pushcore.ledger import Account
    from pushcore.payouts import Debt, GivenBack, Paid, Wallet

__all__ = [
    "ALL_BACK",
    "BY_HAND",
    "called_off",
    "credit_lifetime",
    "disputed",
    "gone_back",
    "indebted",
    "is_whole",
    "nothing_left",
    "over",
    "owed",
    "owed_again",
    "sent",
    "still_open",
    "total",
    "uncollected",
    "uncreditable",
    "unmatched",
]

ALL_BACK: Final = RefundPolicy(
    {situation: Waterfall(indebts=True) for situation in RefundSituation}, rounding=Rounding.HALF_UP
)
"""All comes back, and what is not there any more is a debt."""

BY_HAND: Final = "by-hand"
"""What is told of a refund that somebody gave back in cash or by bank."""


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
    """The pledge once its backer is owed a refund; the pledge counts no more once all of it goes back.

    Before the settlement the creator owes nothing: what they bore of tips and fees on top, and the campaign
    does not hold any more, comes back from the platform that kept it.
    """
    settled = campaign.settled_at is not None
    debt, missing = (back.debt, back.debt * 0) if settled else (back.debt * 0, back.debt)
    ways_back, given = tuple(going), back.given(Bearer.CREATOR) - missing
    _presenting.require_presentable(pledge, ways_back)
    owing = pledge.moved(
        PledgeState.REFUNDING if whole else PledgeState.COLLECTED,
        refund=PledgeRefund(back.paid, ways_back),
        refunds=pledge.refunds + 1,
        reason="refunded" if whole else pledge.reason,
        **(called_off(pledge) if whole else {}),
    )
    deltas = given_up_moves(pledge, campaign, parting.had(pledge)) if whole else (kept_move(pledge, owing),)
    transactions = recipes.owe_back(
        TransactionId(f"{pledge.id}/give-back/{owing.refunds}"),
        campaign.id,
        at,
        creator=given,
        settled=settled,
        fees=back.fees,
        others=_others(back, missing),
    )
    agreed = RefundAgreed(at, actor, pledge.id, back.amount, situation, debt)
    return owing, Changes(expect=(campaign,), deltas=deltas, transactions=transactions, events=(agreed,))


def _others(back: GivenBack, missing: Money) -> dict[str, Money]:
    """What others than the creator give of a refund, beside what they were given on top."""
    borne = {bearer: back.borne(bearer) for bearer in back.gives if bearer is not Bearer.CREATOR}
    borne[Bearer.PLATFORM] = back.borne(Bearer.PLATFORM) + missing
    return {bearer.value: amount for bearer, amount in borne.items() if amount}


def is_whole(pledge: Pledge) -> bool:
    """Whether all of a pledge goes back."""
    return pledge.state is PledgeState.REFUNDING


def nothing_left(pledge: Pledge, campaign: Campaign, paid: Paid, waterfall: Waterfall) -> bool:
    """Whether everything was asked back that goes back at all: a tip may be kept.

    What a campaign keeps that is not settled, as its backer bears it, is kept of a pledge that stands.
    """
    if campaign.settled_at is None and attrs.evolve(pledge, paid=paid, refund=None).kept:
        return False
    return all(not part.left or waterfall.keeps(part.kind, paid.owner) for part in paid.parts)


def indebted(pledge: Pledge, debt: Debt | None, amount: Money, at: datetime, actor: ActorId) -> Changes:
    """What a creator owes of a refund, added to what they owe of others."""
    if debt is None or not amount:
        return Changes()
    account = chart.debt_account(pledge.campaign_id)
    return recovery.arise(debt, refund_key(pledge), amount, at, actor, account)[1]


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


def called_off(pledge: Pledge) -> dict[str, Any]:
    """Nothing more is charged of a pledge that counts no more."""
    parts = pledge.instalments
    return {"due_at": None, "instalments": None if parts is None else parts.call_off()}


def sent(  # noqa: PLR0913  what goes back where
    pledge: Pledge,
    campaign: Campaign,
    wallet: Wallet | None,
    at: datetime,
    actor: ActorId,
    *,
    undeposited: Money | None = None,
) -> tuple[Pledge, Changes]:
    """What is owed is asked of the provider; or given as credit or by hand, which is done at once."""
    if wallet is not None:
        return _credited(pledge, campaign, wallet, at, actor)
    if pledge.offline:
        return _by_hand(pledge, campaign, at, actor, undeposited)
    return pledge, asked(pledge, at, actor)


def credit_lifetime(campaign: Campaign) -> timedelta | None:
    """How long credit lasts that is given for money of a campaign; None where it never expires."""
    policy = campaign.terms.refunds
    return None if policy is None else policy.credit_lifetime


def _credited(
    pledge: Pledge, campaign: Campaign, wallet: Wallet, at: datetime, actor: ActorId
) -> tuple[Pledge, Changes]:
    assert pledge.refund is not None
    key, going, lifetime = refund_key(pledge), pledge.refund.ways, credit_lifetime(campaign)
    before, changes = wallet, Changes()
    on_top = together(*(way.on_top for way in going))
    held = total((way.amount for way in going), pledge) - total(on_top.values(), pledge)
    sources: list[tuple[str, Account, Money]] = [(key, chart.refunds_account(campaign.id), held)]
    sources += [(joined(key, it), chart.on_top_account(campaign.id, it), on_top[it]) for it in on_top]
    for name, source, part in sources:
        if part:
            wallet, more = crediting.credit(
                wallet, name, part, at, actor, reason="refund", source=source, lifetime=lifetime
            )
            changes += attrs.evolve(more, put=())
    credited = attrs.evolve(wallet, version=before.version + 1)
    after, done = _at_once(pledge, at, actor, key, credit=True)
    return after, changes + done + Changes(put=(credited,))


def _by_hand(
    pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId, undeposited: Money | None
) -> tuple[Pledge, Changes]:
    """What came in cash or by bank goes back from where it is; what is deposited is fetched there."""
    assert pledge.refund is not None
    (way,) = pledge.refund.ways
    entry = recipes.returned(
        TransactionId(f"{pledge.id}/return/{pledge.refunds}"),
        campaign.id,
        way.amount,
        at,
        on_top=tuple(way.on_top.items()),
        fetched=None if undeposited is None else way.amount - min(way.amount, undeposited),
    )
    after, done = _at_once(pledge, at, actor, BY_HAND, credit=False)
    return after, Changes(transactions=(entry,)) + done


def _at_once(
    pledge: Pledge, at: datetime, actor: ActorId, reference: str, *, credit: bool
) -> tuple[Pledge, Changes]:
    """The pledge once all of a refund has gone back that the provider is not asked for."""
    assert pledge.refund is not None
    going, key = pledge.refund.ways, refund_key(pledge)
    gone = [attrs.evolve(_presenting.gone_back(pledge, way, key), credit=credit) for way in going]
    parts = ways.with_parts(pledge, *going)
    paid_back = evolved(pledge, instalments=parts, gone_back=(*pledge.gone_back, *gone))
    return over(paid_back, at, actor, reference)


def gone_back(
    pledge: Pledge, way: RefundWay, at: datetime, actor: ActorId, reference: str
) -> tuple[Pledge, Changes]:
    """The pledge once a part of a refund has gone back: what is left of it is ordered, or it is over."""
    assert pledge.refund is not None
    left = pledge.refund.without(way)
    after = attrs.evolve(pledge, instalments=ways.with_parts(pledge, way))
    if left is None:
        return over(after, at, actor, reference)
    after = attrs.evolve(after, refund=attrs.evolve(left, declined=False), refunds=pledge.refunds + 1)
    return after, asked(after, at, actor)


def owed_again(pledge: Pledge, way: RefundWay) -> Pledge:
    """A pledge whose backer is owed again what had gone back, by the provider or by a bank."""
    refund = pledge.refund
    if refund is None:
        assert pledge.paid is not None
        state = PledgeState.UNREFUNDED if pledge.state is PledgeState.REFUNDED else pledge.state
        owed = PledgeRefund(pledge.paid, (way,), declined=True)
        return attrs.evolve(pledge, state=state, refund=owed)
    return attrs.evolve(pledge, refund=attrs.evolve(refund.with_way(way), declined=True))


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


def uncollected(pledge: Pledge, there: Money) -> Iterator[Refusal]:
    """Why nothing of a pledge is there to give back."""
    if pledge.matches is not None:
        yield Refusal("not-collected", f"pledge {pledge.id} is a match, and goes back with what it matches")
    elif pledge.state is not PledgeState.COLLECTED or not there:
        yield Refusal(
            "not-collected", f"of pledge {pledge.id}, which is {pledge.state.value}, nothing is there"
        )


def uncreditable(pledge: Pledge, undeposited: Money | None) -> Iterator[Refusal]:
    """Why what came in cash or by bank does not become credit, which is of what the provider has."""
    if pledge.offline and (undeposited is None or undeposited):
        message = f"what came of pledge {pledge.id} is not with the provider: give it back by hand"
        yield Refusal("not-deposited", message)


def still_open(pledge: Pledge) -> Iterator[Refusal]:
    """Why nothing more of a pledge can go back as yet."""
    if pledge.refund is not None and pledge.refund.declined:
        message = f"a refund of pledge {pledge.id} was declined: try that again first, or make it credit"
        yield Refusal("refund-open", message)
    elif pledge.refund is not None or pledge.state is PledgeState.REFUNDING:
        yield Refusal("refund-open", f"a refund of pledge {pledge.id} is not done yet")
    yield from disputed(pledge)


def disputed(pledge: Pledge) -> Iterator[Refusal]:
    """The disputes of a pledge that are not decided."""
    for dispute in pledge.disputes:
        if dispute.open:
            yield Refusal("dispute-open", f"dispute {dispute.id} of {dispute.charged} is not decided")


def total(amounts: Iterable[Money], pledge: Pledge) -> Money:
    """The sum of amounts of a pledge."""
    return Money.total(amounts, pledge.amount.currency)
