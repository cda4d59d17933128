"""Saying: what a step asks for, in words, to tell that it was refused."""

from __future__ import annotations

from typing import Final

from pushcore.stories.campaign_steps import (
    ApprovePayout,
    CampaignMove,
    ConsentToMilestone,
    EditTerms,
    ExtendCampaign,
    FollowCampaign,
    MoveCampaign,
    UnfollowCampaign,
)
from pushcore.stories.exchange_steps import ExchangeMoney
from pushcore.stories.fulfilment_steps import FulfilReward, RewardStep
from pushcore.stories.payees import CheckPayee
from pushcore.stories.steps import (
    AcceptAgain,
    CancelPledge,
    ChangePledge,
    ConfirmPledge,
    DeclineFromNow,
    GiveUpContribution,
    JoinWaitingList,
    LeaveWaitingList,
    MergePledges,
    PlacePledge,
    ReceiveContribution,
    RefundPledge,
    Step,
    TellDispute,
    TransferPledge,
)
from pushcore.stories.subscription_steps import (
    CancelSubscription,
    ChangeSubscription,
    PauseSubscription,
    PublishCreation,
    ResumeSubscription,
    StartSubscription,
)

__all__ = ["said"]

_SAID: Final[dict[type, str]] = {
    PlacePledge: "pledge {it.pledge_id}",
    ConfirmPledge: "confirming {it.pledge_id}",
    ReceiveContribution: "receiving {it.pledge_id}",
    GiveUpContribution: "giving {it.pledge_id} up",
    ChangePledge: "changing {it.pledge_id}",
    TransferPledge: "handing {it.pledge_id} over",
    MergePledges: "merging {it.pledge_id} and {it.other_id}",
    CancelPledge: "canceling {it.pledge_id}",
    DeclineFromNow: "declining {it.pledge_id}",
    AcceptAgain: "accepting {it.pledge_id} again",
    JoinWaitingList: "joining the waiting list of {it.tier_id}",
    LeaveWaitingList: "leaving the waiting list of {it.tier_id}",
    EditTerms: "editing the terms",
    ExtendCampaign: "extending the campaign",
    ConsentToMilestone: "consenting to {it.milestone_id}",
    ApprovePayout: "approving what {it.payee_id} is paid",
    CheckPayee: "checking {it.payee_id}",
    RefundPledge: "refunding {it.pledge_id}",
    TellDispute: "the dispute of {it.pledge_id}",
    ExchangeMoney: "exchanging {it.given}",
    FollowCampaign: "following the campaign",
    UnfollowCampaign: "following the campaign no more",
    StartSubscription: "subscription {it.subscription_id}",
    PauseSubscription: "pausing {it.subscription_id}",
    ResumeSubscription: "resuming {it.subscription_id}",
    ChangeSubscription: "changing {it.subscription_id}",
    CancelSubscription: "canceling {it.subscription_id}",
    PublishCreation: "publishing",
}

_MOVES: Final = {
    CampaignMove.SUBMIT: "submitting the campaign",
    CampaignMove.REQUEST_CHANGES: "sending the campaign back",
    CampaignMove.APPROVE: "approving the campaign",
    CampaignMove.REJECT: "rejecting the campaign",
    CampaignMove.LAUNCH: "launching the campaign",
    CampaignMove.SUSPEND: "suspending the campaign",
    CampaignMove.RESUME: "resuming the campaign",
    CampaignMove.ANNOUNCE_END: "announcing the end",
    CampaignMove.CANCEL: "canceling the campaign",
}

_REWARDS: Final = {
    RewardStep.BEGIN: "beginning the reward of {it.pledge_id}",
    RewardStep.ANSWER_SURVEY: "the survey of {it.pledge_id}",
    RewardStep.CHANGE_ADDRESS: "the address of {it.pledge_id}",
    RewardStep.LOCK: "locking the address of {it.pledge_id}",
    RewardStep.SHIP: "sending the reward of {it.pledge_id}",
    RewardStep.DELIVER: "delivering the reward of {it.pledge_id}",
    RewardStep.FAIL_DELIVERY: "failing to deliver the reward of {it.pledge_id}",
    RewardStep.CANCEL: "canceling the reward of {it.pledge_id}",
}


def said(step: Step) -> str:
    """What a step asks for."""
    match step:
        case MoveCampaign(move=move):
            return _MOVES[move]
        case FulfilReward(step=about):
            return _REWARDS[about].format(it=step)
        case _:
            return _SAID[type(step)].format(it=step)
