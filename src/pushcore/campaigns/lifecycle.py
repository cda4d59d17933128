"""The life of a campaign: its states, and the one table that says how it gets from one to another."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pushcore._checks import none_such

__all__ = ["ENDED", "FUNDED", "JUDGED", "OVER", "TRANSITIONS", "CampaignState", "Trigger"]


class CampaignState(StrEnum):
    """Where a campaign is in its life.

    ``CLOSING`` lies between the deadline and the verdict: nothing can be pledged or canceled any more, and
    what was still under way is void. ``PARTIALLY_FUNDED`` keeps what it raised below its goal.
    """

    DRAFT = "draft"
    LIVE = "live"
    CLOSING = "closing"
    SUCCESSFUL = "successful"
    PARTIALLY_FUNDED = "partially-funded"
    FAILED = "failed"
    CANCELED = "canceled"

    _missing_ = classmethod(none_such)


class Trigger(StrEnum):
    """What moves a campaign on."""

    LAUNCH = "launch"
    CLOSE = "close"
    SUCCEED = "succeed"
    FUND_PARTIALLY = "fund-partially"
    FAIL = "fail"
    CANCEL = "cancel"

    _missing_ = classmethod(none_such)


TRANSITIONS: Final[dict[tuple[CampaignState, Trigger], CampaignState]] = {
    (CampaignState.DRAFT, Trigger.LAUNCH): CampaignState.LIVE,
    (CampaignState.DRAFT, Trigger.CANCEL): CampaignState.CANCELED,
    (CampaignState.LIVE, Trigger.CLOSE): CampaignState.CLOSING,
    (CampaignState.LIVE, Trigger.CANCEL): CampaignState.CANCELED,
    (CampaignState.CLOSING, Trigger.SUCCEED): CampaignState.SUCCESSFUL,
    (CampaignState.CLOSING, Trigger.FUND_PARTIALLY): CampaignState.PARTIALLY_FUNDED,
    (CampaignState.CLOSING, Trigger.FAIL): CampaignState.FAILED,
}
"""Every way a campaign can go; what is not here cannot happen."""

FUNDED: Final = frozenset({CampaignState.SUCCESSFUL, CampaignState.PARTIALLY_FUNDED})
"""The states in which backers are charged and payees paid."""

JUDGED: Final = FUNDED | {CampaignState.FAILED}
"""The states in which the verdict has fallen."""

ENDED: Final = JUDGED | {CampaignState.CANCELED}
"""The states a campaign does not leave."""

OVER: Final = JUDGED | {CampaignState.CLOSING}
"""The states of a campaign that ran to its deadline."""
