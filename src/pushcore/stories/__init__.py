"""Stories: campaigns as files that are read, played and checked.

A story says what a campaign promises, what happens in it, and what is expected to come of it. Playing it runs
the real use cases over a host in memory, on a clock of its own.
"""

from __future__ import annotations

from pushcore.stories.chart import draw_curve
from pushcore.stories.checking import Difference, check
from pushcore.stories.curve import funding_curve
from pushcore.stories.diary import Day, Happening, Note, diary
from pushcore.stories.document import schema
from pushcore.stories.fulfilment_steps import FulfilReward, RewardStep
from pushcore.stories.ledger_rows import write_ledger
from pushcore.stories.origin import Origin
from pushcore.stories.outcome import Outcome
from pushcore.stories.player import Watch, play
from pushcore.stories.reading import parse_story, read_story
from pushcore.stories.simulating import simulate
from pushcore.stories.steps import (
    AcceptAgain,
    ApprovePayout,
    Asked,
    CampaignMove,
    CancelPledge,
    CancelSubscription,
    ChangePledge,
    ChangeSubscription,
    CheckPayee,
    ConfirmPledge,
    ConsentToMilestone,
    DeclineFromNow,
    EditTerms,
    ExchangeMoney,
    ExtendCampaign,
    FollowCampaign,
    GiveUpContribution,
    JoinWaitingList,
    LeaveWaitingList,
    MergePledges,
    MoveCampaign,
    PauseSubscription,
    PlacePledge,
    PublishCreation,
    ReceiveContribution,
    RefundPledge,
    ResumeSubscription,
    StartSubscription,
    Step,
    TellDispute,
    TransferPledge,
    UnfollowCampaign,
)
from pushcore.stories.story import Story
from pushcore.stories.timeline import Point, RefusedStep, Timeline

__all__ = [
    "AcceptAgain",
    "ApprovePayout",
    "Asked",
    "CampaignMove",
    "CancelPledge",
    "CancelSubscription",
    "ChangePledge",
    "ChangeSubscription",
    "CheckPayee",
    "ConfirmPledge",
    "ConsentToMilestone",
    "Day",
    "DeclineFromNow",
    "Difference",
    "EditTerms",
    "ExchangeMoney",
    "ExtendCampaign",
    "FollowCampaign",
    "FulfilReward",
    "GiveUpContribution",
    "Happening",
    "JoinWaitingList",
    "LeaveWaitingList",
    "MergePledges",
    "MoveCampaign",
    "Note",
    "Origin",
    "Outcome",
    "PauseSubscription",
    "PlacePledge",
    "Point",
    "PublishCreation",
    "ReceiveContribution",
    "RefundPledge",
    "RefusedStep",
    "ResumeSubscription",
    "RewardStep",
    "StartSubscription",
    "Step",
    "Story",
    "TellDispute",
    "Timeline",
    "TransferPledge",
    "UnfollowCampaign",
    "Watch",
    "check",
    "diary",
    "draw_curve",
    "funding_curve",
    "parse_story",
    "play",
    "read_story",
    "schema",
    "simulate",
    "write_ledger",
]
