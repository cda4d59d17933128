"""The life of a campaign: its states, and the one table that says how it gets from one to another."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pushcore._checks import expect, none_such

__all__ = [
    "ENDED",
    "FUNDED",
    "GIVING_BACK",
    "JUDGED",
    "OVER",
    "PLAIN",
    "TAKING",
    "TRANSITIONS",
    "UNLAUNCHED",
    "CampaignState",
    "Trigger",
    "leads_to",
]


class CampaignState(StrEnum):
    """Where a campaign is in its life.

    ``SUBMITTED`` waits for the platform, which approves it, rejects it or wants changes. ``GRACE`` lies
    behind the deadline: nothing new is taken, but what was pledged in time may still be confirmed.
    ``CLOSING`` lies between that and the verdict: nothing can be pledged or canceled any more, and what was
    still under way is void. ``PARTIALLY_FUNDED`` keeps what it raised below its goal. ``GIVEN_BACK`` was
    funded, and gives everything back instead of being settled.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes-requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    LIVE = "live"
    SUSPENDED = "suspended"
    GRACE = "grace"
    CLOSING = "closing"
    SUCCESSFUL = "successful"
    PARTIALLY_FUNDED = "partially-funded"
    FAILED = "failed"
    GIVEN_BACK = "given-back"
    CANCELED = "canceled"

    _missing_ = classmethod(none_such)


class Trigger(StrEnum):
    """What moves a campaign on."""

    SUBMIT = "submit"
    REQUEST_CHANGES = "request-changes"
    APPROVE = "approve"
    REJECT = "reject"
    LAUNCH = "launch"
    SUSPEND = "suspend"
    RESUME = "resume"
    WAIT = "wait"
    CLOSE = "close"
    GO_ON = "go-on"
    REOPEN = "reopen"
    REVISE = "revise"
    SUCCEED = "succeed"
    FUND_PARTIALLY = "fund-partially"
    FAIL = "fail"
    GIVE_BACK = "give-back"
    CANCEL = "cancel"

    _missing_ = classmethod(none_such)


_State, _On = CampaignState, Trigger

TRANSITIONS: Final[dict[tuple[CampaignState, Trigger], CampaignState]] = {
    (_State.DRAFT, _On.SUBMIT): _State.SUBMITTED,
    (_State.CHANGES_REQUESTED, _On.SUBMIT): _State.SUBMITTED,
    (_State.SUBMITTED, _On.REQUEST_CHANGES): _State.CHANGES_REQUESTED,
    (_State.SUBMITTED, _On.APPROVE): _State.APPROVED,
    (_State.SUBMITTED, _On.REJECT): _State.REJECTED,
    (_State.SUBMITTED, _On.REVISE): _State.DRAFT,
    (_State.APPROVED, _On.REVISE): _State.DRAFT,
    (_State.DRAFT, _On.LAUNCH): _State.LIVE,
    (_State.APPROVED, _On.LAUNCH): _State.LIVE,
    (_State.LIVE, _On.SUSPEND): _State.SUSPENDED,
    (_State.SUSPENDED, _On.RESUME): _State.LIVE,
    (_State.LIVE, _On.WAIT): _State.GRACE,
    (_State.LIVE, _On.CLOSE): _State.CLOSING,
    (_State.GRACE, _On.CLOSE): _State.CLOSING,
    (_State.CLOSING, _On.GO_ON): _State.LIVE,
    (_State.CLOSING, _On.SUCCEED): _State.SUCCESSFUL,
    (_State.CLOSING, _On.FUND_PARTIALLY): _State.PARTIALLY_FUNDED,
    (_State.CLOSING, _On.FAIL): _State.FAILED,
    (_State.PARTIALLY_FUNDED, _On.SUCCEED): _State.SUCCESSFUL,
    (_State.SUCCESSFUL, _On.GIVE_BACK): _State.GIVEN_BACK,
    (_State.PARTIALLY_FUNDED, _On.GIVE_BACK): _State.GIVEN_BACK,
    (_State.SUCCESSFUL, _On.REOPEN): _State.CLOSING,
    (_State.PARTIALLY_FUNDED, _On.REOPEN): _State.CLOSING,
    (_State.DRAFT, _On.CANCEL): _State.CANCELED,
    (_State.SUBMITTED, _On.CANCEL): _State.CANCELED,
    (_State.CHANGES_REQUESTED, _On.CANCEL): _State.CANCELED,
    (_State.APPROVED, _On.CANCEL): _State.CANCELED,
    (_State.LIVE, _On.CANCEL): _State.CANCELED,
    (_State.SUSPENDED, _On.CANCEL): _State.CANCELED,
}
"""Every way a campaign can go; what is not here cannot happen."""


def leads_to(trigger: Trigger) -> frozenset[CampaignState]:
    """The states that a trigger brings a campaign to.

    Raises:
        InvalidValue: it is no trigger.

    Example:
        >>> leads_to(Trigger.SUSPEND) == {CampaignState.SUSPENDED}
        True
    """
    expect(trigger, Trigger, what="what moves a campaign")
    return frozenset(after for (_, on), after in TRANSITIONS.items() if on is trigger)


PLAIN: Final = frozenset({_On.SUBMIT, _On.REQUEST_CHANGES, _On.APPROVE, _On.REJECT, _On.SUSPEND, _On.RESUME})
"""What somebody decides, and nothing else depends on."""

UNLAUNCHED: Final = frozenset({_State.DRAFT, _State.SUBMITTED, _State.CHANGES_REQUESTED, _State.APPROVED})
"""The states before a campaign takes pledges."""

FUNDED: Final = frozenset({_State.SUCCESSFUL, _State.PARTIALLY_FUNDED})
"""The states in which backers are charged and payees paid."""

GIVING_BACK: Final = frozenset({_State.FAILED, _State.GIVEN_BACK, _State.CANCELED})
"""The states in which pledges are set free, and what was collected goes back."""

JUDGED: Final = FUNDED | {_State.FAILED, _State.GIVEN_BACK}
"""The states in which the verdict has fallen."""

ENDED: Final = JUDGED | {_State.CANCELED, _State.REJECTED}
"""The states a campaign does not leave, unless its terms allow to open or to judge it again."""

TAKING: Final = frozenset({_State.LIVE, _State.GRACE})
"""The states in which a campaign that charges at once does so: none is charged while it is suspended."""

OVER: Final = JUDGED | {_State.GRACE, _State.CLOSING}
"""The states of a campaign that ran to its deadline."""
