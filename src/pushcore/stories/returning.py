"""Returning: one step of a story by which money comes back, through the use cases of the host."""

from __future__ import annotations

from typing import assert_never

from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.gateway import DisputeTold
from pushcore.ids import CampaignId, OrderKey, joined
from pushcore.ledger.chart import PROVIDER
from pushcore.money import Money
from pushcore.payments.keys import charge_key
from pushcore.payouts import Dispute
from pushcore.pledges import Pledge
from pushcore.ports import Ports
from pushcore.stories.actors import PLATFORM
from pushcore.stories.cards import Cards
from pushcore.stories.refund_steps import RefundPledge, RefundStep, TellDispute
from pushcore.usecases import Reception, receive_event, refund_pledge
from pushcore.usecases._finding import known_pledge

__all__ = ["give_back"]


def give_back(ports: Ports, cards: Cards, campaign_id: CampaignId, step: RefundStep) -> None:
    """Let a step happen now.

    Raises:
        Refused: a rule says no, or what is wanted is no part of the pledge; nothing has changed.
    """
    try:
        match step:
            case RefundPledge():
                _refund(ports, step)
            case TellDispute():
                _tell(ports, cards, campaign_id, step)
            case _:
                assert_never(step)
    except InvalidValue as wrong:
        raise Refused([Refusal("not-refundable", str(wrong))]) from None


def _refund(ports: Ports, step: RefundPledge) -> None:
    """What is asked for goes by a key of its own, so that two steps ask for two refunds."""
    pledge = known_pledge(ports, step.pledge_id)
    refund_pledge(
        ports,
        pledge.id,
        wanted=step.wanted,
        key=None if step.wanted is None else str(len(pledge.asked_back) + 1),
        to=step.to,
        situation=step.situation,
        actor=PLATFORM,
    )


def _tell(ports: Ports, cards: Cards, campaign_id: CampaignId, step: TellDispute) -> None:
    """What the provider takes and gives with its news is what it has less, or more, by its own books."""
    pledge, currency = known_pledge(ports, step.pledge_id), ports.store.campaign(campaign_id).currency
    name, charged = joined(pledge.id, "disputed"), charge_key(pledge)
    known = ports.store.find(Dispute, name)
    amount = _left(pledge, charged) if known is None else known.amount
    before = ports.store.balance(PROVIDER, currency).posted
    reception = Reception.TOO_EARLY
    if known is not None or (amount and pledge.taken and not pledge.offline):
        told = DisputeTold(dispute_id=name, charged=charged, amount=amount, state=step.state, at=step.at)
        reception = receive_event(ports, told, actor=PLATFORM)
    if reception is Reception.TOO_EARLY:
        message = f"nothing of pledge {pledge.id} is charged that could be disputed"
        raise Refused([Refusal("not-collected", message, {"pledge": pledge.id})])
    cards.deposit(ports.store.balance(PROVIDER, currency).posted - before)


def _left(pledge: Pledge, charged: OrderKey) -> Money:
    """What of a charge has not gone back to the backer."""
    return pledge.left_of(charged, pledge.amount - pledge.given_back)
