"""Taking: one step of a story, through the use cases of the host."""

from __future__ import annotations

from contextlib import suppress
from typing import Final, assert_never

from pushcore.errors import GatewayUnavailable
from pushcore.ids import CampaignId, PledgeId
from pushcore.pledges import PledgeState
from pushcore.ports import Ports
from pushcore.recurring import Subscription
from pushcore.stories.actors import BACKER, PLATFORM
from pushcore.stories.cards import Cards
from pushcore.stories.fulfilment_steps import FulfilReward, RewardStep
from pushcore.stories.giving import give
from pushcore.stories.moving import move
from pushcore.stories.payees import CheckPayee, Payees
from pushcore.stories.returning import give_back
from pushcore.stories.steps import (
    AcceptAgain,
    ApprovePayout,
    Asked,
    CancelPledge,
    ChangePledge,
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
    PlacePledge,
    ReceiveContribution,
    RefundPledge,
    Step,
    TellDispute,
    TransferPledge,
    UnfollowCampaign,
)
from pushcore.usecases import (
    answer_survey,
    begin_fulfilment,
    cancel_fulfilment,
    cancel_pledge,
    change_address,
    change_pledge,
    charge_pledge,
    deliver_reward,
    expect_contribution,
    fail_delivery,
    give_up_contribution,
    join_waiting_list,
    leave_waiting_list,
    lock_address,
    merge_pledges,
    note_exchange,
    place_pledge,
    receive_contribution,
    refund_pledge,
    ship_reward,
    transfer_pledge,
)
from pushcore.usecases._finding import known_pledge

__all__ = ["take"]


def take(ports: Ports, cards: Cards, payees: Payees, campaign_id: CampaignId, step: Step) -> None:
    """Let a step happen now.

    Raises:
        Refused: a rule says no; nothing has changed.
    """
    match step:
        case PlacePledge():
            _place(ports, cards, step)
        case ConfirmPledge() | ReceiveContribution() | GiveUpContribution():
            _pay(ports, cards, step)
        case ChangePledge() | TransferPledge() | MergePledges() | CancelPledge():
            _alter(ports, step)
        case DeclineFromNow() | AcceptAgain():
            _ask(ports, cards, step)
        case JoinWaitingList() | LeaveWaitingList() | FulfilReward():
            _get_reward(ports, campaign_id, step)
        case (
            MoveCampaign()
            | EditTerms()
            | ExtendCampaign()
            | FollowCampaign()
            | UnfollowCampaign()
            | ConsentToMilestone()
            | ApprovePayout()
        ):
            move(ports, campaign_id, step)
        case CheckPayee():
            payees.learn(step)
        case RefundPledge() | TellDispute():
            give_back(ports, cards, campaign_id, step)
        case ExchangeMoney():
            _exchange(ports, cards, step)
        case _:
            give(ports, campaign_id, step)


def _exchange(ports: Ports, cards: Cards, step: ExchangeMoney) -> None:
    """What is noted is what the provider did, which comes to the same in whichever order."""
    note_exchange(ports, step.given, step.received, key=ports.ids.new_id(), actor=PLATFORM)
    cards.exchange(step.given, step.received)


def _place(ports: Ports, cards: Cards, step: PlacePledge) -> None:
    if step.offline is not None:
        expect_contribution(ports, step.request, reason=step.offline)
        return
    if step.method is not None:
        cards.pay_by(step.pledge_id, step.method)
    if step.slow:
        cards.delay(step.pledge_id)
    with suppress(GatewayUnavailable):  # it waits for its payment
        place_pledge(ports, step.request)


def _pay(ports: Ports, cards: Cards, step: ConfirmPledge | ReceiveContribution | GiveUpContribution) -> None:
    match step:
        case ConfirmPledge(pledge_id=pledge_id):
            cards.answer(pledge_id)
            place_pledge(ports, known_pledge(ports, pledge_id).request)
        case ReceiveContribution(pledge_id=pledge_id, amount=amount):
            receive_contribution(ports, pledge_id, amount, actor=PLATFORM)
        case GiveUpContribution(pledge_id=pledge_id):
            give_up_contribution(ports, pledge_id, actor=PLATFORM)
        case _:
            assert_never(step)


def _alter(ports: Ports, step: ChangePledge | TransferPledge | MergePledges | CancelPledge) -> None:
    match step:
        case ChangePledge(pledge_id=pledge_id):
            change_pledge(ports, pledge_id, step.selection, actor=BACKER, expects=step.expects)
        case TransferPledge(pledge_id=pledge_id):
            transfer_pledge(ports, pledge_id, step.holder_id, actor=BACKER)
        case MergePledges(pledge_id=pledge_id):
            merge_pledges(ports, pledge_id, step.other_id, actor=BACKER)
        case CancelPledge(pledge_id=pledge_id):
            cancel_pledge(ports, pledge_id, actor=BACKER)
        case _:
            assert_never(step)


def _fulfil(ports: Ports, step: FulfilReward) -> None:
    """What a step does not need is not given with it, and what it needs is."""
    pledge_id = step.pledge_id
    match step.step:
        case RewardStep.BEGIN:
            begin_fulfilment(ports, pledge_id, locks=step.locks, actor=PLATFORM)
        case RewardStep.ANSWER_SURVEY:
            answer_survey(ports, pledge_id, step.answers or "", step.destination or "", actor=BACKER)
        case RewardStep.CHANGE_ADDRESS:
            change_address(ports, pledge_id, step.destination or "", actor=BACKER)
        case RewardStep.LOCK:
            lock_address(ports, pledge_id, actor=PLATFORM)
        case RewardStep.SHIP:
            ship_reward(ports, pledge_id, step.shipment or "", actor=PLATFORM)
        case RewardStep.DELIVER:
            deliver_reward(ports, pledge_id, actor=PLATFORM)
        case RewardStep.FAIL_DELIVERY:
            fail_delivery(ports, pledge_id, step.reason or "", actor=PLATFORM)
        case RewardStep.CANCEL:
            cancel_fulfilment(ports, pledge_id, actor=PLATFORM)
        case _:
            assert_never(step.step)


def _get_reward(
    ports: Ports, campaign_id: CampaignId, step: JoinWaitingList | LeaveWaitingList | FulfilReward
) -> None:
    match step:
        case JoinWaitingList(tier_id=tier_id, backer_id=who, quantity=number, token=token):
            join_waiting_list(ports, campaign_id, tier_id, who, quantity=number, token=token, actor=BACKER)
        case LeaveWaitingList(tier_id=tier_id, backer_id=who):
            leave_waiting_list(ports, campaign_id, tier_id, who, actor=BACKER)
        case FulfilReward():
            _fulfil(ports, step)
        case _:
            assert_never(step)


def _ask(ports: Ports, cards: Cards, step: DeclineFromNow | AcceptAgain) -> None:
    """What failed is asked for again at once, if not too late, when the card is mended."""
    if isinstance(step, DeclineFromNow):
        cards.decline(step.pledge_id, step.asked)
        return
    cards.accept(step.pledge_id, step.asked)
    subscription = ports.store.find(Subscription, step.pledge_id)
    pledge_id = step.pledge_id if subscription is None else PledgeId(subscription.charge_key)
    pledge = ports.store.find_pledge(pledge_id)
    state = None if pledge is None else pledge.state
    if step.asked is Asked.CHARGE and state in _FAILED[subscription is not None]:
        charge_pledge(ports, pledge_id, actor=BACKER)
    elif step.asked is Asked.REFUND and state is PledgeState.UNREFUNDED:
        refund_pledge(ports, pledge_id, actor=PLATFORM)


_FAILED: Final = {
    False: {PledgeState.ERRORED, PledgeState.DROPPED},
    True: {PledgeState.ERRORED},
}
"""What is charged again: of a subscription not what was dropped, since another charge will be due."""
