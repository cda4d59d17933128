"""Changing: a backer picks something else, hands a pledge over, or makes one of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.pledges import changing
from pushcore.usecases._finding import known_pledge, read_lines, read_stocks
from pushcore.usecases._limiting import limiting_rules
from pushcore.usecases._running import use_case
from pushcore.usecases.closing import close_if_full
from pushcore.usecases.unmatching import matches_of

if TYPE_CHECKING:
    from pushcore.ids import ActorId, BackerId, PledgeId
    from pushcore.money import Money
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports
    from pushcore.rewards import Selection

__all__ = ["change_pledge", "merge_pledges", "transfer_pledge"]


@use_case
def change_pledge(
    ports: Ports,
    pledge_id: PledgeId,
    selection: Selection,
    *,
    actor: ActorId,
    expects: Money | None = None,
) -> Pledge:
    """Replace what a pledge is for; one that stands for this already is returned as it is.

    A change that brings its campaign to the cap closes it. What the rules of the host and the limits of the
    provider say of a pledge that is placed, they say of what this one becomes.

    Raises:
        Refused: ``unknown-pledge``, or see `pushcore.pledges.changing.change`.
        InvalidValue: the campaign does not have what is selected, or another currency.
    """
    pledge = known_pledge(ports, pledge_id)
    if pledge.stands and pledge.selection == selection and (expects is None or expects == pledge.amount):
        return pledge
    campaign = ports.store.campaign(pledge.campaign_id)
    stocks = read_stocks(ports, campaign, selection, pledge.backer_id)
    changed, changes = changing.change(
        pledge,
        campaign,
        selection,
        stocks=stocks,
        at=ports.now(),
        actor=actor,
        expects=expects,
        progress=ports.store.progress(campaign.id),
        waiting=read_lines(ports, campaign, selection),
        matches=matches_of(ports, pledge),
        rules=limiting_rules(ports),
    )
    ports.store.commit(changes)
    close_if_full(ports, campaign, actor)
    return changed


@use_case
def transfer_pledge(ports: Ports, pledge_id: PledgeId, holder_id: BackerId, *, actor: ActorId) -> Pledge:
    """Hand a pledge over to somebody else; one that they hold already is returned as it is.

    The rules of the host are asked as if they placed it.

    Raises:
        Refused: ``unknown-pledge``, or see `pushcore.pledges.changing.transfer`.
    """
    pledge = known_pledge(ports, pledge_id)
    if pledge.backer_id == holder_id:
        return pledge
    campaign = ports.store.campaign(pledge.campaign_id)
    stocks = read_stocks(ports, campaign, pledge.selection, holder_id)
    moved, changes = changing.transfer(
        pledge, campaign, holder_id, stocks=stocks, at=ports.now(), actor=actor, rules=ports.rules
    )
    ports.store.commit(changes)
    return moved


@use_case
def merge_pledges(ports: Ports, pledge_id: PledgeId, other_id: PledgeId, *, actor: ActorId) -> Pledge:
    """Make one pledge of two of the same backer; the other one is canceled.

    The rules of the host and the limits of the provider are asked as if it were placed.

    Raises:
        Refused: ``unknown-pledge``, or see `pushcore.pledges.changing.merge`.
    """
    pledge, other = known_pledge(ports, pledge_id), known_pledge(ports, other_id)
    campaign = ports.store.campaign(pledge.campaign_id)
    rules = limiting_rules(ports)
    merged, changes = changing.merge(
        pledge, other, campaign, ports.now(), actor, matches=matches_of(ports, other), rules=rules
    )
    ports.store.commit(changes)
    return merged
