"""A payout: one amount to one payee of one campaign, sent until it arrives, and paid once."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, assert_never

import attrs

from pushcore._checks import above_zero, counted, each, expect, items, kind, unique
from pushcore.calendar import utc
from pushcore.changes import Changes, Event
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.gateway import Accepted, Answer, Declined, Transfer
from pushcore.ids import (
    ActorId,
    CampaignId,
    MilestoneId,
    OrderKey,
    PayeeId,
    PayoutId,
    identifier,
    joined,
    optional_identifier,
    optional_reference,
    reference,
)
from pushcore.ledger import TransactionPhase, recipes
from pushcore.money import Converted, Currency, Money
from pushcore.payouts.costs import PayoutCost
from pushcore.payouts.events import PayoutCanceled, PayoutFailed, PayoutPaid, PayoutPrepared, PayoutSent
from pushcore.payouts.states import TRANSITIONS, UNSENT, PayoutState, PayoutTrigger

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "Payout",
    "cancel",
    "cost_pairs",
    "moved",
    "payout_id_of",
    "prepare",
    "receive",
    "require_move",
    "send",
    "transfer_order",
]


@attrs.frozen
class Payout:
    """What one payee of a campaign is to be sent.

    Attributes:
        amount: What the payee is no longer owed once it has arrived.
        attempts: How often a transfer was ordered; each has a key of its own.
        number: The how-manieth of the payee it is.
        due_at: Before when it is not sent; None for at once.
        costs: What of the amount does not arrive, since sending it costs that.
        milestone: What has to be consented to before it is sent; None for nothing.
        approvals: How many people have to approve it.
        approved_by: Who did.
        currency: The payee's own, where that is another than the campaign's.
        converted: What arrives in that currency, and at which rate, which every reversal uses too.
        merged_into: The payout that this one is sent with.
        consented: Whether that was consented to for which it was held.
        asked: What its payee asked for, of which something may have been set off; None where nobody did.

    Raises:
        InvalidValue: the amount is not above its costs, or the state contradicts the attempts, the approvals,
            the consent or what it is merged into; or the conversion is of another amount.
        CurrencyMismatch: costs of another currency.
    """

    id: PayoutId = attrs.field(validator=reference)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    payee_id: PayeeId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    state: PayoutState = attrs.field(default=PayoutState.PREPARED, validator=kind(PayoutState))
    attempts: int = attrs.field(default=0, validator=counted(0))
    version: int = attrs.field(default=1, validator=counted(1))
    number: int = attrs.field(default=1, kw_only=True, validator=counted(1))
    due_at: datetime | None = attrs.field(
        default=None, kw_only=True, converter=attrs.converters.optional(utc)
    )
    costs: tuple[PayoutCost, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(PayoutCost)
    )
    milestone: MilestoneId | None = attrs.field(default=None, kw_only=True, validator=optional_identifier)
    approvals: int = attrs.field(default=0, kw_only=True, validator=counted(0))
    approved_by: tuple[ActorId, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(str)
    )
    currency: Currency | None = attrs.field(default=None, kw_only=True, validator=kind(Currency, None))
    converted: Converted | None = attrs.field(default=None, kw_only=True, validator=kind(Converted, None))
    merged_into: PayoutId | None = attrs.field(default=None, kw_only=True, validator=optional_reference)
    consented: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))
    asked: Money | None = attrs.field(default=None, kw_only=True, validator=kind(Money, None))

    def __attrs_post_init__(self) -> None:
        unique(self.approved_by, what="approver")
        if problems := "; ".join(self._problems()):
            message = (
                f"payout {self.id} is {self.state.value} after {self.attempts} attempts, which cannot be: "
                f"{problems}"
            )
            raise InvalidValue(message, payout=self.id)

    def _problems(self) -> Iterator[str]:
        sendable = self.state is not PayoutState.SET_OFF  # whose transfers may have failed before
        if sendable and (self.state in UNSENT) is not (self.attempts == 0):
            yield "transfers are ordered from then on that it is sent"
        if self.transferred.minor <= 0:
            yield f"nothing of {self.amount} would arrive"
        if self.state is PayoutState.HELD and self.milestone is None:
            yield "there is no milestone to wait for"
        if self.consented and (self.milestone is None or self.state is PayoutState.HELD):
            yield "it does not wait for what was consented to"
        if (self.state is PayoutState.MERGED) is (self.merged_into is None):
            yield "what is merged says into what, and nothing else does"
        if self.state in _APPROVED and len(self.approved_by) < self.approvals:
            yield f"{len(self.approved_by)} of {self.approvals} approved it"
        if self.converted is not None and self.converted.result.minor <= 0:
            yield f"nothing of {self.amount} would arrive"
        if self.converted is not None and (
            self.converted.original != self.transferred or self.converted.result.currency is not self.currency
        ):
            yield f"{self.converted.original} is not what is converted of it"

    @property
    def transferred(self) -> Money:
        """What leaves the provider: the amount less what sending it costs."""
        return self.amount - Money.total((cost.amount for cost in self.costs), self.amount.currency)

    @property
    def conversion_rest(self) -> Fraction:
        """What rounding left out of what arrives, in minor units of it; below zero, what it added."""
        if self.converted is None:
            return Fraction(0)
        original, result = self.converted.original, self.converted.result
        shift = Fraction(10) ** ((result.currency.exponent or 0) - (original.currency.exponent or 0))
        return original.minor * self.converted.rate.rate * shift - result.minor

    def waits(self, at: datetime) -> bool:
        """Whether it is its time: to be sent, if the payee's rate and gates allow it, or its transfer is out.

        Raises:
            InvalidValue: not an instant.
        """
        at = utc(at)
        return self.state is PayoutState.SENT or (self.state in _READY and not any(self._early(at)))

    def unready(self, at: datetime) -> tuple[Refusal, ...]:
        """Every reason in itself why it cannot be sent by now: state, time, approvals, rate.

        Raises:
            InvalidValue: not an instant.
        """
        return (*self._early(utc(at)), *self._unconverted())

    def _early(self, at: datetime) -> Iterator[Refusal]:
        if self.state is PayoutState.HELD:
            yield Refusal("consent-missing", f"payout {self.id} waits for milestone {self.milestone}")
        elif (self.state, PayoutTrigger.SEND) not in TRANSITIONS:
            yield _not_payable(self)
        if self.due_at is not None and at < self.due_at:
            message = f"payout {self.id} is not due before {self.due_at}"
            yield Refusal("payout-not-due", message, {"due_at": self.due_at})
        if self.state in _UNAPPROVED and len(self.approved_by) < self.approvals:
            message = f"{len(self.approved_by)} of {self.approvals} have approved payout {self.id}"
            yield Refusal("approval-missing", message, {"approvals": self.approvals})

    def _unconverted(self) -> Iterator[Refusal]:
        if self.currency is not None and self.converted is None:
            message = f"payout {self.id} arrives in {self.currency}: fix the rate first"
            yield Refusal("rate-missing", message, {"currency": self.currency})


_APPROVED: Final = frozenset(PayoutState) - {
    PayoutState.HELD,
    PayoutState.PREPARED,
    PayoutState.REFUSED,
    PayoutState.MERGED,
}
_UNAPPROVED: Final = frozenset({PayoutState.HELD, PayoutState.PREPARED})
_READY: Final = frozenset({PayoutState.PREPARED, PayoutState.APPROVED})


_MOST_PAYOUTS: Final = 10**9


def payout_id_of(campaign_id: CampaignId, payee_id: PayeeId, number: int) -> PayoutId:
    """The id of a payee's payout: made of campaign and payee and, from the second on, of its number."""
    expect(number, int, what="the number of a payout", least=1)
    if number > _MOST_PAYOUTS:
        message = f"nobody has more than {_MOST_PAYOUTS} payouts of a campaign"
        raise InvalidValue(message, number=number)
    more = () if number == 1 else (str(number),)
    return PayoutId(joined(campaign_id, payee_id, *more))


def prepare(  # noqa: PLR0913  what there is to say of a payout
    campaign_id: CampaignId,
    payee_id: PayeeId,
    amount: Money,
    at: datetime,
    actor: ActorId,
    *,
    number: int = 1,
    due_at: datetime | None = None,
    costs: tuple[PayoutCost, ...] = (),
    milestone: MilestoneId | None = None,
    consented: bool = False,
    approvals: int = 0,
    currency: Currency | None = None,
    asked: Money | None = None,
) -> tuple[Payout, Changes]:
    """A payout of what a payee is owed; its id follows from campaign, payee and number, so there is one."""
    payout = Payout(
        payout_id_of(campaign_id, payee_id, number),
        campaign_id,
        payee_id,
        amount,
        PayoutState.PREPARED if milestone is None or consented else PayoutState.HELD,
        number=number,
        due_at=due_at,
        costs=costs,
        milestone=milestone,
        consented=consented,
        approvals=approvals,
        currency=currency,
        asked=asked,
    )
    event = PayoutPrepared(at, actor, payout.id, campaign_id, payee_id, amount)
    return payout, Changes(put=(payout,), events=(event,))


def send(
    payout: Payout,
    at: datetime,
    actor: ActorId,
    *,
    undeposited: Money | None = None,
    closed: tuple[Refusal, ...] = (),
) -> tuple[Payout, Changes]:
    """Order the transfer of a payout that waits, or that failed before.

    Args:
        payout: What is owed to a payee.
        at: When.
        actor: Who.
        undeposited: What was collected for its campaign and is not with the provider, if anything: it would
            be paid out of what other campaigns have there.
        closed: The gates that are closed to the payee: see `pushcore.payouts.Gates.refusals`.

    Raises:
        Refused: ``not-payable``: it is under way, paid, merged or refused; ``consent-missing``;
            ``payout-not-due``; ``approval-missing``; ``rate-missing``; ``not-deposited``; and the codes of
            the gates. All of them at once.
    """
    expect(payout, Payout, what="a payout")
    expect(undeposited, Money, NoneType, what="what is not with the provider")
    reasons = [*payout.unready(at), *_closed(closed)]
    if undeposited:
        message = f"{undeposited} of campaign {payout.campaign_id} is not with the provider: deposit it"
        reasons.append(Refusal("not-deposited", message, {"undeposited": undeposited}))
    if reasons:
        raise Refused(reasons)
    sent = moved(payout, PayoutTrigger.SEND, attempts=payout.attempts + 1)
    order = transfer_order(sent)
    return sent, Changes(
        put=(sent,),
        transactions=(
            recipes.payout(
                order.key, sent.campaign_id, sent.payee_id, sent.amount, at, costs=cost_pairs(sent)
            ),
        ),
        events=(PayoutSent(at, actor, sent.id, sent.attempts),),
        orders=(order,),
    )


def _closed(closed: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
    expect(closed, tuple, what="the gates that are closed")
    for reason in closed:
        expect(reason, Refusal, what="a gate that is closed")
    return closed


def cost_pairs(payout: Payout) -> tuple[tuple[str, Money], ...]:
    """What sending a payout costs, as the ledger takes it."""
    expect(payout, Payout, what="a payout")
    return tuple((cost.name, cost.amount) for cost in payout.costs)


def transfer_order(payout: Payout) -> Transfer:
    """The order of the present attempt; asked again, it has the same key."""
    expect(payout, Payout, what="a payout")
    key = OrderKey(f"{payout.id}/transfer/{payout.attempts}")
    arrives = None if payout.converted is None else payout.converted.result
    return Transfer(key, payout.id, payout.payee_id, payout.transferred, arrives)


def receive(payout: Payout, answer: Answer, at: datetime, actor: ActorId) -> tuple[Payout, Changes]:
    """Take the provider's answer to the transfer.

    Raises:
        Refused: ``not-payable``: no transfer is under way.
        InvalidValue: the answer is none.
    """
    expect(answer, Accepted, Declined, what="the answer to a transfer")
    expect(payout, Payout, what="a payout")
    event: Event
    fee: Money | None = None
    match answer:
        case Accepted(fee=fee):
            trigger, phase = PayoutTrigger.ACCEPT, TransactionPhase.POSTED
            event = PayoutPaid(at, actor, payout.id, answer.reference)
        case Declined():
            trigger, phase = PayoutTrigger.DECLINE, TransactionPhase.VOIDED
            event = PayoutFailed(at, actor, payout.id, answer.code)
        case _:
            assert_never(answer)
    require_move(payout, trigger)
    answered = moved(payout, trigger)
    key = transfer_order(payout).key
    entry = recipes.payout(
        key, payout.campaign_id, payout.payee_id, payout.amount, at, costs=cost_pairs(payout), phase=phase
    )
    entries = (entry, *recipes.provider_cost(key, payout.campaign_id, fee, at))
    return answered, Changes(put=(answered,), transactions=entries, events=(event,), done=(key,))


def cancel(payout: Payout, at: datetime, actor: ActorId) -> tuple[Payout, Changes]:
    """Give up a payout whose transfer failed: what it is of waits for other payouts.

    Raises:
        Refused: ``not-payable``: it has not failed.
    """
    canceled = moved(payout, PayoutTrigger.CANCEL)
    return canceled, Changes(put=(canceled,), events=(PayoutCanceled(at, actor, payout.id),))


def require_move(payout: Payout, trigger: PayoutTrigger) -> None:
    """Refuse what no payout of this state does.

    Raises:
        Refused: ``not-payable``.
    """
    expect(payout, Payout, what="a payout")
    expect(trigger, PayoutTrigger, what="what moves a payout")
    if (payout.state, trigger) not in TRANSITIONS:
        raise Refused([_not_payable(payout)])


def _not_payable(payout: Payout) -> Refusal:
    return Refusal("not-payable", f"payout {payout.id} is {payout.state.value}")


def moved(payout: Payout, trigger: PayoutTrigger, **changed: Any) -> Payout:  # noqa: ANN401  any field
    """The payout that a trigger makes of one, with its next version.

    Raises:
        Refused: ``not-payable``.
    """
    require_move(payout, trigger)
    state = TRANSITIONS[payout.state, trigger]
    return attrs.evolve(payout, state=state, version=payout.version + 1, **changed)
