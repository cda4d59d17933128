"""Matching in a story: what backers do is matched at once, and no more once they take it back."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from pushcore.errors import Refused
from pushcore.ids import CampaignId, PledgeId
from pushcore.matching import MatchingFund, Multiple
from pushcore.ports import Ports
from pushcore.stories.steps import Step
from pushcore.stories.taking import PLATFORM
from pushcore.usecases import give_lump_sum, match_pledge, unmatch_pledge

__all__ = ["match_step"]


def match_step(ports: Ports, funds: Iterable[MatchingFund], campaign_id: CampaignId, step: Step) -> None:
    """Ask every fund what it makes of a step; what it does not match, it says to nobody here."""
    for fund in funds:
        if isinstance(fund.rule, Multiple):
            for pledge_id in _about(step):
                with suppress(Refused):
                    unmatch_pledge(ports, pledge_id, fund.id, actor=PLATFORM)
                with suppress(Refused):
                    match_pledge(ports, pledge_id, fund.id, actor=PLATFORM)
        else:
            with suppress(Refused):
                give_lump_sum(ports, campaign_id, fund.id, actor=PLATFORM)


def _about(step: Step) -> list[PledgeId]:
    """The pledges that a step is about."""
    both = [getattr(step, "pledge_id", None), getattr(step, "other_id", None)]
    return [pledge_id for pledge_id in both if pledge_id is not None]
