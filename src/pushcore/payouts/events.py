"""What happened to payouts, to what is held back of them, and to the money at the provider."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import as_dict, counted, each, items, kind
from pushcore.calendar import utc
from pushcore.ids import ActorId, CampaignId, PayeeId, PayoutId, identifier, reference
from pushcore.money import Money

__all__ = [
    "MoneyExchanged",
    "PayoutApproved",
    "PayoutCanceled",
    "PayoutConverted",
    "PayoutFailed",
    "PayoutMerged",
    "PayoutPaid",
    "PayoutPrepared",
    "PayoutRefused",
    "PayoutReleased",
    "PayoutReturned",
    "PayoutSent",
    "PayoutSetOff",
    "ReserveHeld",
    "ReserveReleased",
]


@attrs.frozen
class PayoutPrepared:
    """A payee is owed an amount, and it can be sent."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    payee_id: PayeeId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class PayoutSetOff:
    """What its payee owed was set off against a payout: it is lower by that, or over."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class PayoutSent:
    """The transfer was ordered; its outcome is open."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)
    attempt: int = attrs.field(validator=counted(1))


@attrs.frozen
class PayoutPaid:
    """The provider carried the transfer out."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)
    reference: str = attrs.field(validator=reference)


@attrs.frozen
class PayoutFailed:
    """The provider declined the transfer; the payee is still owed the amount."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)
    code: str = attrs.field(validator=identifier)


@attrs.frozen
class PayoutCanceled:
    """A payout that failed is not sent again: its amount waits for other payouts."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)


@attrs.frozen
class PayoutReleased:
    """What a payout waited for was consented to, or it is considered again after a refusal."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)


@attrs.frozen
class PayoutApproved:
    """Somebody approved a payout; ``missing`` is how many more have to."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)
    missing: int = attrs.field(validator=counted(0))


@attrs.frozen
class PayoutRefused:
    """An approver, or whoever was asked to consent, said no: the amount stays owed."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)


@attrs.frozen
class PayoutMerged:
    """A payout is sent as a part of another one."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)
    into: PayoutId = attrs.field(validator=reference)


@attrs.frozen
class PayoutConverted:
    """The rate of a payout in the payee's own currency was fixed."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)
    arrives: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class PayoutReturned:
    """The bank sent a payout back; ``amount`` is what the payee is owed again."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class ReserveHeld:
    """An amount was held back from the payees of a campaign."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class ReserveReleased:
    """What was held back of payees became theirs."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    payees: dict[PayeeId, Money] = attrs.field(converter=as_dict, validator=kind(dict), hash=False)


@attrs.frozen
class MoneyExchanged:
    """Money at the provider became another currency there, and so much was gained, or lost, by that."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=identifier)
    given: Money = attrs.field(validator=kind(Money))
    received: Money = attrs.field(validator=kind(Money))
    gains: tuple[Money, ...] = attrs.field(converter=items, validator=each(Money))
