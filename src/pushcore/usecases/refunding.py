"""Refunding: what was taken for a campaign that comes to nothing, or from a backer who cancels, goes back."""

from __future__ import annotations

from functools import partial
from itertools import chain
from operator import attrgetter
from types import NoneType
from typing import TYPE_CHECKING, Final

from pushcore._checks import expect
from pushcore.errors import InvalidValue, KeyReused, PushcoreError, Refusal, Refused
from pushcore.ledger.chart import offline_account
from pushcore.payments import refunding, restoring, returning, ways
from pushcore.payouts import RefundSituation, RefundTo
from pushcore.pledges import PledgeState
from pushcore.pledges.refund import AskedBack
from pushcore.rewards import Fulfilment
from pushcore.usecases._dividing import fees_of
from pushcore.usecases._finding import known_pledge, read_debt, wallet_of
from pushcore.usecases._running import composed, use_case
from pushcore.usecases._writing import ask, take
from pushcore.usecases.collecting import finish_charge
from pushcore.usecases.unmatching import matches_of, return_match

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pushcore.campaigns import Campaign
    from pushcore.changes import Changes
    from pushcore.gateway import Accepted, Answer
    from pushcore.ids import ActorId, CampaignId, PledgeId
    from pushcore.money import Money
    from pushcore.payouts import Debt
    from pushcore.payouts.refund_request import Wanted
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = [
    "debt_of",
    "finish_refund",
    "has_gone_back",
    "order_refund",
    "refund_pledge",
    "retry_refunds",
    "return_pledge",
    "return_pledges",
    "take_refund",
]


@use_case
def refund_pledge(  # noqa: PLR0913  what of what, why, and where to
    ports: Ports,
    pledge_id: PledgeId,
    *,
    actor: ActorId,
    wanted: Wanted | None = None,
    key: str | None = None,
    situation: RefundSituation | None = None,
    to: RefundTo | None = None,
) -> Pledge:
    """Refund a collected pledge, finish a refund, or try one again that was declined.

    Of a failed or canceled campaign all of it goes back, and no part alone. Of a funded one, what is wanted,
    as the refund policy of its terms has it; what was declined before goes with what is wanted anew. One that
    is refunded is returned as it is, unless a part is asked back that was not before: nothing is left of it.
    What came in cash or by bank is given back by hand: this enters that it was. What is paid in parts is
    charged no more.

    Args:
        ports: What it runs on.
        pledge_id: The pledge.
        actor: Who.
        wanted: Of a funded campaign: an amount, or amounts or numbers of pieces of some lines of what was
            paid (`pushcore.pledges.paid_for`); None for all that is left.
        key: What a part that is wanted goes by: asked again under the same key, it goes back once.
        situation: Of a funded campaign: why, where that does not follow from its state.
        to: Where it goes; None where the backer wanted it when they pledged, even if it was tried otherwise.
            What was declined by the provider can become credit instead.

    Raises:
        Refused: ``unknown-pledge``, or see `pushcore.payments.refunding.give_back` and, of a funded campaign
            or a part that is wanted, `pushcore.payments.returning.order`; ``needs-refunds``: the provider
            declares that it gives nothing back, or ``not-refundable``: no part of a charge.
        KeyReused: something else was asked back under this key.
        InvalidValue: what is wanted is nothing that was paid, or has no key.
        GatewayMisuse: the provider rejected the refund, which failed as if it were declined.
        GatewayError: the provider did not answer; the same call finishes it.
    """
    expect(to, RefundTo, NoneType, what="where a refund goes")
    expect(situation, RefundSituation, NoneType, what="why something is refunded")
    pledge = known_pledge(ports, pledge_id)
    new = _is_new(pledge, wanted, key)
    if pledge.state is PledgeState.REFUNDED and not new:
        return pledge
    if pledge.given_back_next and not new:
        return finish_refund(ports, pledge, actor)
    campaign = ports.store.campaign(pledge.campaign_id)
    if not new and (pledge.refund is not None or pledge.state is PledgeState.UNREFUNDED):
        wallet = wallet_of(ports, pledge, to)
        if wallet is None:
            decided = refunding.order_again(pledge, ports.now(), actor)
        else:
            decided = restoring.redirect(pledge, campaign, wallet, ports.now(), actor)
    elif not new and wanted is not None:  # it has gone back
        return pledge
    elif campaign.funded or wanted is not None:
        reward = ports.store.find(Fulfilment, pledge.id)
        debt = debt_of(ports, campaign)  # before the totals: a refund that changes them adds to it
        decided = returning.order(
            pledge,
            campaign,
            ports.now(),
            actor,
            key=key,
            wanted=wanted,
            situation=situation,
            fees=fees_of(ports, campaign, pledge),
            debt=debt,
            wallet=wallet_of(ports, pledge, to),
            fulfilment=reward,
            matches=matches_of(ports, pledge),
            undeposited=_undeposited(ports, pledge),
        )
    else:
        if pledge.state is PledgeState.CHARGING and not campaign.gives_back:
            refunding.set_free(pledge, campaign, ports.now(), actor)  # refused before its charge is finished
        return return_pledge(ports, campaign, pledge, actor, to=to)
    return order_refund(ports, decided, actor)


def order_refund(ports: Ports, decided: tuple[Pledge, Changes], actor: ActorId) -> Pledge:
    """Write that a refund is ordered that nobody is owed yet, and ask for it, if the provider does that.

    Raises:
        Refused: ``needs-refunds``, or ``not-refundable``: it gives back all of a charge or nothing.
    """
    pledge, changes = decided
    if reasons := [*ways.unable(pledge, ports.gateway.abilities)]:
        raise Refused(reasons)
    ports.store.commit(changes)
    return finish_refund(ports, pledge, actor, again=False)


def _is_new(pledge: Pledge, wanted: Wanted | None, key: str | None) -> bool:
    """Whether a part is asked back that was not asked back before.

    Raises:
        KeyReused: something else was, under this key.
        InvalidValue: a part is wanted without a key, or a key goes with nothing.
    """
    expect(key, str, NoneType, what="the key of a refund")
    if (wanted is None) is not (key is None):
        message = "a part that is asked back goes by a key, so that it goes back once: give both, or neither"
        raise InvalidValue(message, wanted=wanted, key=key)
    said = AskedBack.said(wanted)
    for asked in pledge.asked_back:
        if asked.key == key and asked.wanted != said:
            message = f"{asked.wanted} of pledge {pledge.id} was asked back as {key}, not {said}"
            raise KeyReused(message, key=key)
    return key is not None and key not in {asked.key for asked in pledge.asked_back}


def _undeposited(ports: Ports, pledge: Pledge) -> Money | None:
    """What of the campaign of a pledge that came in cash or by bank was not brought to the provider."""
    if not pledge.offline:
        return None
    return ports.store.balance(offline_account(pledge.campaign_id), pledge.amount.currency).posted


def debt_of(ports: Ports, campaign: Campaign) -> Debt | None:
    """What the creator of a settled campaign owes of refunds and disputes; None while nothing can be owed."""
    return None if campaign.settled_at is None else read_debt(ports, campaign)


def return_pledges(ports: Ports, campaign: Campaign, actor: ActorId) -> dict[PledgeId, PushcoreError]:
    """Set every pledge of a failed or canceled campaign free, and give back what was collected.

    One without an answer holds up no other. What comes back are the errors of those, by pledge, and the next
    call goes on with them; but a refund that was declined is told once, and waits for `retry_refunds`.
    """
    return _each(
        ports.store.returnable_pledges(campaign.id), lambda it: _returned(ports, campaign, it.id, actor)
    )


@composed
def retry_refunds(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> dict[PledgeId, PushcoreError]:
    """Try every refund of a campaign again that was declined, whole or of a part, as `refund_pledge` does.

    An empty account at the provider declines many: this is the second run, once there is money in it. One
    that is declined again, or without an answer, holds up no other: what comes back are the errors by pledge.

    Raises:
        NotFound: there is no such campaign.
    """
    store, campaign = ports.store, ports.store.campaign(campaign_id)
    partly = (it for it in store.collected_pledges(campaign.id) if _is_declined(it))
    declined = chain(store.unrefunded_pledges(campaign.id), partly)
    return _each(declined, lambda it: refund_pledge(ports, it.id, actor=actor))


def _is_declined(pledge: Pledge) -> bool:
    return pledge.refund is not None and pledge.refund.declined


def _each(pledges: Iterable[Pledge], back: Callable[[Pledge], Pledge]) -> dict[PledgeId, PushcoreError]:
    """The errors of those that did not go back, by pledge."""
    troubles: dict[PledgeId, PushcoreError] = {}
    for pledge in pledges:
        try:
            returned = back(pledge)
        except PushcoreError as trouble:
            troubles[pledge.id] = trouble.with_traceback(None)
        else:
            if returned.state is PledgeState.UNREFUNDED or _is_declined(returned):
                declined = Refusal("declined", f"the refund of pledge {pledge.id} was declined")
                troubles[pledge.id] = Refused([declined])
    return troubles


@use_case
def _returned(ports: Ports, campaign: Campaign, pledge_id: PledgeId, actor: ActorId) -> Pledge:
    """One of them, as it is by now: a race that is lost over one is not run again for all."""
    pledge = known_pledge(ports, pledge_id)
    if pledge.stands or pledge.given_back_next:
        return return_pledge(ports, campaign, pledge, actor)
    return pledge  # somebody else was faster


def return_pledge(
    ports: Ports, campaign: Campaign, pledge: Pledge, actor: ActorId, *, to: RefundTo | None = None
) -> Pledge:
    """Set one pledge free, and give back what was taken for it; what came offline is to be given by hand."""
    if pledge.state is PledgeState.CHARGING:
        pledge = finish_charge(ports, campaign, pledge, actor)
        if not pledge.stands:  # its last charge failed, or somebody else returned it
            return pledge
    if pledge.matches is not None and pledge.stands:
        return return_match(ports, campaign, pledge, actor)
    if pledge.stands and pledge.given_back_next:
        pledge = finish_refund(ports, pledge, actor)
    again = pledge.given_back_next
    if not again:
        reward = ports.store.find(Fulfilment, pledge.id)
        wallet = wallet_of(ports, pledge, to)
        now = ports.now()
        pledge, changes = refunding.set_free(pledge, campaign, now, actor, fulfilment=reward, wallet=wallet)
        ports.store.commit(changes)
    return finish_refund(ports, pledge, actor, again=again)


def finish_refund(ports: Ports, pledge: Pledge, actor: ActorId, *, again: bool = True) -> Pledge:
    """Ask for the refund under way and take its answer, or what somebody else made of it meanwhile.

    One that goes back by several charges is asked for charge by charge, until all of it is back.
    """
    if not pledge.given_back_next:
        return pledge
    after = ask(
        ports,
        refunding.refund_order(pledge),
        partial(_answered, ports, pledge, actor),
        partial(ports.store.find_pledge, pledge.id),
        again=again,
        outcome=_GONE_BACK,
        carried_out=has_gone_back,
    )
    return finish_refund(ports, after, actor) if after.given_back_next else after


def take_refund(ports: Ports, pledge: Pledge, actor: ActorId, answer: Answer) -> Pledge:
    """Take the answer to the refund under way, which came by itself."""
    receive = partial(_answered, ports, pledge, actor)
    reread = partial(ports.store.find_pledge, pledge.id)
    return take(ports, answer, receive, reread, outcome=_GONE_BACK, carried_out=has_gone_back)


_GONE_BACK: Final = attrgetter("gone_back")
"""The outcome of a refund; a pledge is in the same state before one of its parts has gone back, and after."""


def _answered(ports: Ports, pledge: Pledge, actor: ActorId, answer: Answer) -> tuple[Pledge, Changes]:
    return refunding.receive(pledge, answer, ports.now(), actor)


def has_gone_back(found: Pledge, answer: Accepted) -> bool:
    """Whether the answer was taken already, by whoever may have given more back since."""
    return answer.reference in {gone.reference for gone in found.gone_back}
