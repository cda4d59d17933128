"""Matching in a story: what backers give is matched at once, and no more once they take it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from pushcore.errors import Refused
from pushcore.ids import CampaignId, PledgeId
from pushcore.matching import MatchingFund, Multiple
from pushcore.ports import Ports
from pushcore.stories.actors import PLATFORM
from pushcore.stories.steps import Step
from pushcore.usecases import give_lump_sum, match_pledge

__all__ = ["match_charges", "match_step"]


def match_step(ports: Ports, funds: Iterable[MatchingFund], campaign_id: CampaignId, step: Step) -> None:
    """Ask every fund what it makes of a step; what it does not match, it says to nobody here."""
    for fund in funds:
        if isinstance(fund.rule, Multiple):
            for pledge_id in _about(step):
                _match(ports, fund, campaign_id, pledge_id)
        else:
            _match(ports, fund, campaign_id)


def match_charges(
    ports: Ports, funds: Iterable[MatchingFund], campaign_id: CampaignId, charged: Sequence[PledgeId]
) -> None:
    """Ask every fund what it makes of what subscriptions were charged for, one charge after the other."""
    for pledge_id in charged:
        for fund in funds:
            _match(ports, fund, campaign_id, pledge_id if isinstance(fund.rule, Multiple) else None)


def _match(
    ports: Ports, fund: MatchingFund, campaign_id: CampaignId, pledge_id: PledgeId | None = None
) -> None:
    with suppress(Refused):
        if pledge_id is None:
            give_lump_sum(ports, campaign_id, fund.id, actor=PLATFORM)
        else:
            match_pledge(ports, pledge_id, fund.id, actor=PLATFORM)


def _about(step: Step) -> list[PledgeId]:
    """The pledges that a step is about."""
    both = [getattr(step, "pledge_id", None), getattr(step, "other_id", None)]
    return [pledge_id for pledge_id in both if pledge_id is not None]
