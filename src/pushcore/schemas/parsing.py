"""Parsing: the command in a payload, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Final, TypeVar, get_args, overload

from pydantic import BaseModel, Field, TypeAdapter

from pushcore._checks import shown
from pushcore.errors import InvalidDocument, InvalidValue, Problem
from pushcore.schemas.book_commands import ForgetBacker, ImportOpening, IssueCreditNote, IssueInvoice
from pushcore.schemas.commands import (
    AnnounceEnd,
    CancelCampaign,
    CloseCampaign,
    CollectPledges,
    DepositContributions,
    DraftCampaign,
    EditCampaign,
    ExpirePledges,
    ExtendCampaign,
    FollowCampaign,
    GiveBackCampaign,
    LaunchCampaign,
    MoveCampaign,
    MoveGoal,
    PayOut,
    RetryRefunds,
    SendPayout,
    SettleCampaign,
    UnfollowCampaign,
    UnlockStretchGoals,
)
from pushcore.schemas.matching_commands import (
    GiveLumpSum,
    MatchPledge,
    OpenFund,
)
from pushcore.schemas.nearest import nearest
from pushcore.schemas.payout_commands import (
    ApprovePayout,
    CancelPayout,
    FixPayoutRate,
    MergePayouts,
    NoteExchange,
    PreparePayouts,
    ReconsiderPayout,
    RefuseMilestone,
    RefusePayout,
    ReleaseMilestone,
    ReleaseReserve,
    ReturnPayout,
    WithdrawPayout,
)
from pushcore.schemas.pledge_commands import (
    CancelPledge,
    ChangePledge,
    ChargePledge,
    ExpectContribution,
    GiveUpContribution,
    MergePledges,
    PlacePledge,
    ReceiveContribution,
    RefundPledge,
    ReplaceMethod,
    SpendCredit,
    TransferPledge,
)
from pushcore.schemas.problems import validated
from pushcore.schemas.reward_commands import (
    AnswerSurvey,
    BeginFulfilment,
    CancelFulfilment,
    ChangeAddress,
    DeliverReward,
    FailDelivery,
    JoinWaitingList,
    LeaveWaitingList,
    LockAddress,
    OfferReleased,
    ShipReward,
)
from pushcore.schemas.sharing_commands import AccrueFeeShare, NoteFeeShare, SettleFeeShare
from pushcore.schemas.subscription_commands import (
    CancelSubscription,
    ChangeSubscription,
    ChargeDueSubscriptions,
    ChargeSubscription,
    CountCreation,
    PauseSubscription,
    PublishCreation,
    ResumeSubscription,
    StartSubscription,
)
from pushcore.schemas.wallet_commands import (
    ExpireCredit,
    ExpireCredits,
    PassOnCredit,
    PayBackDebt,
    RecoverDebt,
    WithdrawCredit,
    WriteOffDebt,
)

__all__ = ["COMMANDS", "Command", "parse_command"]

T = TypeVar("T", bound=BaseModel)

Command = Annotated[
    AccrueFeeShare
    | AnnounceEnd
    | AnswerSurvey
    | ApprovePayout
    | BeginFulfilment
    | CancelCampaign
    | CancelFulfilment
    | CancelPayout
    | CancelPledge
    | CancelSubscription
    | ChangeAddress
    | ChangePledge
    | ChangeSubscription
    | ChargeDueSubscriptions
    | ChargePledge
    | ChargeSubscription
    | CloseCampaign
    | CollectPledges
    | CountCreation
    | DeliverReward
    | DepositContributions
    | DraftCampaign
    | EditCampaign
    | ExpectContribution
    | ExpireCredit
    | ExpireCredits
    | ExpirePledges
    | ExtendCampaign
    | FailDelivery
    | FixPayoutRate
    | FollowCampaign
    | ForgetBacker
    | GiveBackCampaign
    | RetryRefunds
    | GiveLumpSum
    | GiveUpContribution
    | ImportOpening
    | IssueCreditNote
    | IssueInvoice
    | JoinWaitingList
    | LaunchCampaign
    | LeaveWaitingList
    | LockAddress
    | MatchPledge
    | MergePayouts
    | MergePledges
    | MoveCampaign
    | MoveGoal
    | NoteExchange
    | NoteFeeShare
    | OfferReleased
    | OpenFund
    | PassOnCredit
    | PauseSubscription
    | PayBackDebt
    | PayOut
    | PlacePledge
    | PreparePayouts
    | PublishCreation
    | ReceiveContribution
    | ReconsiderPayout
    | RecoverDebt
    | RefundPledge
    | RefuseMilestone
    | RefusePayout
    | ReleaseMilestone
    | ReleaseReserve
    | ReplaceMethod
    | ResumeSubscription
    | ReturnPayout
    | SendPayout
    | SettleCampaign
    | SettleFeeShare
    | ShipReward
    | SpendCredit
    | StartSubscription
    | TransferPledge
    | UnfollowCampaign
    | UnlockStretchGoals
    | WithdrawCredit
    | WithdrawPayout
    | WriteOffDebt,
    Field(discriminator="type"),
]
"""Any command, as a field: for a queue, or an endpoint that takes all of them."""

COMMANDS: Final[Mapping[str, type[BaseModel]]] = {
    command.model_fields["type"].default: command for command in get_args(get_args(Command)[0])
}
"""Every command, by the name in its ``type``."""


@overload
def parse_command(payload: object) -> Command: ...
@overload
def parse_command(payload: object, kind: type[T]) -> T: ...
def parse_command(payload: object, kind: object = None) -> BaseModel:
    """The command in a payload: of the kind that is given, else the one that its ``type`` names.

    Raises:
        InvalidDocument: it is wrong; every problem is named.
        InvalidValue: the kind is no pydantic model.

    Example:
        >>> from pushcore.schemas import CancelPledge
        >>> parse_command({"type": "cancel-pledge", "pledge_id": "p1", "actor": "ana"}).pledge_id
        'p1'
        >>> parse_command({"pledge_id": "p1", "actor": ""}, CancelPledge)
        Traceback (most recent call last):
        ...
        pushcore.errors.InvalidDocument: ...
    """
    if kind is not None and not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        message = f"expected a pydantic model, such as those in pushcore.schemas.COMMANDS, got {shown(kind)}"
        raise InvalidValue(message, kind=kind)
    if kind is None and isinstance(payload, Mapping) and "type" in payload:
        _expect_command(payload["type"])
    command: BaseModel = validated(_adapter(kind), payload)
    return command


def _expect_command(name: object) -> None:
    if not isinstance(name, str) or name not in COMMANDS:
        message = nearest(name, COMMANDS, "pushcore.schemas.COMMANDS")
        raise InvalidDocument([Problem("type", message, "choice")])


@cache
def _adapter(kind: type[BaseModel] | None) -> TypeAdapter[Any]:
    return TypeAdapter(Command if kind is None else kind)
