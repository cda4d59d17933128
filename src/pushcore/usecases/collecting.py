"""Collecting: after a success every pledge is charged; what fails is tried again, and in the end dropped."""

from __future__ import annotations

from collections import Counter
from functools import partial
from types import NoneType
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect
from pushcore.campaigns import DunningAction
from pushcore.errors import PushcoreError, Refusal, Refused
from pushcore.gateway import Declined
from pushcore.ids import PledgeId
from pushcore.payments import collecting, methods, parting
from pushcore.pledges import PledgeState
from pushcore.usecases._finding import known_pledge, wallet_of
from pushcore.usecases._running import use_case
from pushcore.usecases._writing import ask, take, write
from pushcore.usecases.unmatching import matches_of

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.changes import Changes
    from pushcore.gateway import Answer
    from pushcore.ids import ActorId, CampaignId
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = [
    "Collecting",
    "charge_pledge",
    "collect_pledges",
    "finish_charge",
    "replace_method",
    "take_charge",
    "take_due_steps",
]


@attrs.frozen
class Collecting:
    """What one round of collecting came to.

    Attributes:
        collected: How many of them are charged now, by this round or by another one at the same time.
        paying: How many are paid in parts, and wait for the next one.
        errored: How many are to be tried again: their charge failed, or their backer was reminded.
        dropped: How many fell, since their last charge failed.
        refunding: How many fell while parts of them were paid, which go back.
        troubles: The errors of all others, by pledge. Where the provider gave no answer, or somebody else was
            faster, the next round finishes it; a charge that it rejected (`pushcore.errors.GatewayMisuse`)
            has failed: its pledge is to be tried again, or fell.
    """

    collected: int
    paying: int
    errored: int
    dropped: int
    refunding: int
    troubles: dict[PledgeId, PushcoreError]


@use_case
def collect_pledges(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> Collecting:
    """Do what is due for every pledge of a campaign that charges; one without an answer holds up no other.

    Run it when the campaign has ended, or all the while where it charges at once, and again whenever steps
    of the dunning plan may be due.

    Raises:
        Refused: ``not-funded``.
    """
    campaign = ports.store.campaign(campaign_id)
    if not campaign.charges:
        raise Refused([Refusal("not-funded", f"campaign {campaign_id} is {campaign.state.value}")])
    states: Counter[PledgeState] = Counter()
    troubles: dict[PledgeId, PushcoreError] = {}
    for pledge in ports.store.chargeable_pledges(campaign_id, ports.now()):
        try:
            states[take_due_steps(ports, campaign, pledge, actor).state] += 1
        except PushcoreError as trouble:
            troubles[pledge.id] = trouble.with_traceback(None)  # its frames would hold on to all they saw
    return Collecting(
        collected=states[PledgeState.COLLECTED],
        paying=states[PledgeState.PAYING] + states[PledgeState.PLEDGED],
        errored=states[PledgeState.ERRORED],
        dropped=states[PledgeState.DROPPED],
        refunding=sum(states[state] for state in _RETURNED),
        troubles=troubles,
    )


@use_case
def charge_pledge(ports: Ports, pledge_id: PledgeId, *, actor: ActorId, part: int | None = None) -> Pledge:
    """Charge one pledge now, such as when its backer mended the card, or finish the charge under way.

    One that is collected is returned as it is, and so is one whose next part is not due. A backer who pays
    ahead names the part: asked again, the same part is not charged twice.

    Args:
        ports: What it runs on.
        pledge_id: The pledge.
        actor: Who.
        part: The number of the part that is paid, where it is not due yet; parts are paid in their order.

    Raises:
        Refused: ``unknown-pledge``, or see `pushcore.payments.collecting.attempt`.
        InvalidValue: there is no such part.
        GatewayMisuse: the provider rejected the charge, which failed as if it were declined.
        GatewayError: the provider did not answer; the same call finishes it.
    """
    expect(part, int, NoneType, what="the number of a part", least=1)
    pledge = known_pledge(ports, pledge_id)
    return _charge(ports, ports.store.campaign(pledge.campaign_id), pledge, actor, part)


@use_case
def replace_method(ports: Ports, pledge_id: PledgeId, method: str, *, actor: ActorId) -> Pledge:
    """Charge another payment method of a pledge from now on, such as when its backer has a new card.

    It was saved with the provider by the host. Nothing is charged yet: `charge_pledge` does, or the next step
    of the dunning plan.

    Args:
        ports: What it runs on.
        pledge_id: The pledge.
        method: The provider's reference of the method.
        actor: Who.

    Raises:
        Refused: ``unknown-pledge``; ``already-charged``: it is, or is being charged; ``already-held``: its
            amount is held on the method it has; or ``pledge-closed``: nothing of it is to be charged.
        InvalidValue: the method is no reference.
    """
    pledge = known_pledge(ports, pledge_id)
    campaign = ports.store.campaign(pledge.campaign_id)
    replaced, changes = methods.replace(pledge, campaign, method, ports.now(), actor)
    ports.store.commit(changes)
    return replaced


def take_due_steps(ports: Ports, campaign: Campaign, pledge: Pledge, actor: ActorId) -> Pledge:
    """Remind of a pledge or charge it, if that is due: one step of the dunning plan, or two of one time."""
    now = ports.now()
    if collecting.due_action(pledge, campaign, now) is DunningAction.REMIND:
        pledge, changes = collecting.remind(pledge, campaign, now, actor)
        ports.store.commit(changes)
    if pledge.due_at is None or pledge.due_at <= now:
        pledge = _charge(ports, campaign, pledge, actor)
    return pledge


def _charge(
    ports: Ports, campaign: Campaign, pledge: Pledge, actor: ActorId, part: int | None = None
) -> Pledge:
    now = ports.now()
    if parting.is_paid(pledge, part) or (part is None and parting.waits(pledge, campaign, now)):
        return pledge
    again = pledge.state is PledgeState.CHARGING
    if not again:
        decided = collecting.attempt(pledge, campaign, now, actor, part=part)
        pledge = write(ports, decided, partial(ports.store.find_pledge, pledge.id))
    if pledge.state is PledgeState.CHARGING:
        pledge = finish_charge(ports, campaign, pledge, actor, again=again)
    return pledge


def finish_charge(
    ports: Ports, campaign: Campaign, pledge: Pledge, actor: ActorId, *, again: bool = True
) -> Pledge:
    """Ask for the charge under way and take its answer, or what somebody else made of it meanwhile."""
    return ask(
        ports,
        collecting.charge_order(pledge, campaign),
        partial(_answered, ports, campaign, pledge, actor),
        partial(ports.store.find_pledge, pledge.id),
        again=again,
        carried_out=lambda found, _: _carried_out(pledge.attempts, found),
    )


def take_charge(ports: Ports, campaign: Campaign, pledge: Pledge, actor: ActorId, answer: Answer) -> Pledge:
    """Take the answer to the charge under way, which came by itself."""
    receive = partial(_answered, ports, campaign, pledge, actor)
    reread = partial(ports.store.find_pledge, pledge.id)
    return take(
        ports, answer, receive, reread, carried_out=lambda found, _: _carried_out(pledge.attempts, found)
    )


def _answered(
    ports: Ports, campaign: Campaign, pledge: Pledge, actor: ActorId, answer: Answer
) -> tuple[Pledge, Changes]:
    if not isinstance(answer, Declined):
        return collecting.receive(pledge, campaign, answer, ports.now(), actor)
    return collecting.receive(
        pledge,
        campaign,
        answer,
        ports.now(),
        actor,
        matches=matches_of(ports, pledge),
        wallet=None if pledge.instalments is None else wallet_of(ports, pledge),
    )


def _carried_out(attempt: int, found: Pledge) -> bool:
    """Whether this attempt was; somebody else may have taken the next part, or given it back, since."""
    parts = () if found.instalments is None else found.instalments.parts
    return found.state in _RETURNED or any(part.attempt == attempt for part in parts)


_RETURNED: Final = (PledgeState.REFUNDING, PledgeState.REFUNDED, PledgeState.UNREFUNDED)
