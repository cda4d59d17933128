"""A dispute: a backer asks the bank for the money back, and the provider takes it until that is decided.

While a dispute is open, what it is about is blocked. When it is won or withdrawn, everything is as before but
for the fees; when it is lost, the money is gone. The news of it may come twice or in any order: each says how
far the dispute had come, and where it stands follows from all of them together.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import above_zero, as_dict, counted, each, expect, items, kind, stream, table
from pushcore.calendar import utc
from pushcore.errors import CurrencyMismatch, InvalidValue, Refusal
from pushcore.gateway import DisputeState
from pushcore.ids import CampaignId, OrderKey, PayeeId, identifier, optional_identifier, reference
from pushcore.ledger import Account, chart
from pushcore.money import Money, Rounding
from pushcore.payouts.paid import Bearer
from pushcore.payouts.refund_policy import NOTHING, Bearing, Returning, borne_by

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CLOSED",
    "CONTESTED",
    "FREED",
    "RANKS",
    "Blocked",
    "Dispute",
    "DisputeState",
    "DisputeTerms",
    "refund_refusals",
]


CLOSED: Final = frozenset({DisputeState.WITHDRAWN, DisputeState.LOST, DisputeState.WON})
"""The states in which a dispute is decided. The latest decision holds: what was lost can be won."""

FREED: Final = frozenset({DisputeState.WITHDRAWN, DisputeState.WON})
"""The states in which the money has come back."""

RANKS: Final[dict[DisputeState, int]] = {state: rank for rank, state in enumerate(DisputeState)}
"""Which news goes beyond which: an open dispute only goes on, and decisions of the same instant by rank."""

CONTESTED: Final = frozenset({DisputeState.EVIDENCE_SUBMITTED, DisputeState.UNDER_REVIEW})
"""The states that say that evidence was submitted."""


@attrs.frozen(kw_only=True)
class DisputeTerms:
    """What a provider takes for a dispute, and who bears it.

    Stripe takes 15.00 of US accounts when a dispute is opened, and keeps it; it takes as much again when
    evidence is submitted, and gives that back when the dispute is won (https://support.stripe.com, 2026).

    Attributes:
        fee: What is taken when a dispute is opened.
        fee_returned: Whether that comes back when it is won or withdrawn.
        counter_fee: What is taken when it is contested; it comes back when it is won or withdrawn.
        bearers: Who bears the fees, in order; what they leave is the creator's.
        rounding: How a portion of a fee becomes whole minor units.

    Raises:
        InvalidValue: a fee is negative, or somebody comes after one who bears all that is left.
        CurrencyMismatch: the fees are of two currencies.
    """

    fee: Money = attrs.field(validator=kind(Money))
    fee_returned: bool = attrs.field(validator=kind(bool))
    counter_fee: Money = attrs.field(validator=kind(Money))
    bearers: tuple[Bearing, ...] = attrs.field(converter=items, validator=each(Bearing))
    rounding: Rounding = attrs.field(validator=kind(Rounding))

    def __attrs_post_init__(self) -> None:
        zero = self.fee.with_minor(0)
        if min(self.fee, self.counter_fee) < zero:
            message = f"fees of a dispute are at least zero, not {self.fee} and {self.counter_fee}"
            raise InvalidValue(message, fee=self.fee)
        Returning(NOTHING, self.bearers)

    def taken(self, state: DisputeState, *, contested: bool) -> Money:
        """What the provider has taken for a dispute that stands so, and not given back."""
        expect(state, DisputeState, what="the state of a dispute")
        expect(contested, bool, what="whether a dispute is contested")
        fee, counter = self.fee, self.counter_fee
        nothing = fee.with_minor(0)
        if state in FREED:
            return nothing if self.fee_returned else fee
        return fee + (counter if contested else nothing)

    def borne(self, fees: Money) -> dict[Bearer, Money]:
        """Who bears so much of fees."""
        expect(fees, Money, what="the fees of a dispute")
        shares = borne_by(Returning(NOTHING, self.bearers), (0, fees.minor), self.rounding)
        shares[Bearer.CREATOR] = shares.get(Bearer.CREATOR, 0) + fees.minor - sum(shares.values())
        return {bearer: fees.with_minor(minor) for bearer, minor in shares.items() if minor}


_AMOUNTS: Final = table(identifier, kind(Money), above_zero)


@attrs.frozen(kw_only=True)
class Blocked:
    """What a dispute blocks while it is open, by who would give it if it were lost.

    Attributes:
        creator: What is held for the creator, or owed to the payee.
        payee_id: The payee who is owed it; None where the campaign is not settled and holds it.
        fees: What fee lines took.
        others: What others bear, by their names.
        on_top: What was given to the platform beside the campaign, by name.
        debt: What of the creator's part has been paid out.
        owed: What is owed to the backer already, of a refund that the provider declined.

    Raises:
        InvalidValue: an amount is negative.
        CurrencyMismatch: they are of several currencies.
    """

    creator: Money = attrs.field(validator=kind(Money))
    payee_id: PayeeId | None = attrs.field(default=None, validator=optional_identifier)
    fees: dict[str, Money] = attrs.field(factory=dict, converter=as_dict, validator=_AMOUNTS, hash=False)
    others: dict[str, Money] = attrs.field(factory=dict, converter=as_dict, validator=_AMOUNTS, hash=False)
    on_top: dict[str, Money] = attrs.field(factory=dict, converter=as_dict, validator=_AMOUNTS, hash=False)
    debt: Money = attrs.field(validator=kind(Money))
    owed: Money = attrs.field(
        default=attrs.Factory(lambda self: _nothing_of(self.debt), takes_self=True), validator=kind(Money)
    )

    def __attrs_post_init__(self) -> None:
        if min(self.creator, self.debt, self.owed).minor < 0:
            message = f"amounts from zero on are blocked, not {self.creator}, {self.debt} and {self.owed}"
            raise InvalidValue(message, creator=self.creator)
        Money.total(self._amounts(), self.creator.currency)

    def _amounts(self) -> tuple[Money, ...]:
        shares = (*self.fees.values(), *self.others.values(), *self.on_top.values())
        return (self.creator, self.debt, self.owed, *shares)

    @property
    def total(self) -> Money:
        """All of it together."""
        return Money.total(self._amounts(), self.creator.currency)

    def accounts(self, campaign_id: CampaignId) -> dict[Account, Money]:
        """Where it is blocked; a debt is nowhere any more."""
        payee = self.payee_id
        creator = (
            chart.held_account(campaign_id) if payee is None else chart.payee_account(campaign_id, payee)
        )
        shares = {
            creator: self.creator,
            chart.refunds_account(campaign_id): self.owed,
            **{chart.fee_account(campaign_id, line): fee for line, fee in self.fees.items()},
            **{chart.borne_account(campaign_id, who): share for who, share in self.others.items()},
            **{chart.on_top_account(campaign_id, name): share for name, share in self.on_top.items()},
        }
        return {account: share for account, share in shares.items() if share}


def _nothing_of(amount: Money) -> Money:
    return amount.with_minor(0) if isinstance(amount, Money) else amount  # which is refused as it is


@attrs.frozen(kw_only=True)
class Dispute:
    """One dispute of one charge.

    Attributes:
        id: The provider's own reference.
        charge_key: The key of the charge.
        amount: What the provider took for it: all of the charge that was left, or a part.
        terms: What it costs.
        blocked: Whose money that is.
        state: How far it has come.
        decided_at: When it was, by what the provider says; None while it is open.
        contested: Whether evidence was ever submitted.
        version: Counts its writes.

    Raises:
        InvalidValue: the amount is not what is blocked, or a state goes with no decision.
        CurrencyMismatch: amounts of several currencies.
    """

    id: str = attrs.field(validator=reference)
    charge_key: OrderKey = attrs.field(validator=reference)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    terms: DisputeTerms = attrs.field(validator=kind(DisputeTerms))
    blocked: Blocked = attrs.field(validator=kind(Blocked))
    state: DisputeState = attrs.field(default=DisputeState.OPENED, validator=kind(DisputeState))
    decided_at: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(utc))
    contested: bool = attrs.field(default=False, validator=kind(bool))
    version: int = attrs.field(default=1, validator=counted(1))

    def __attrs_post_init__(self) -> None:
        if self.terms.fee.currency is not self.amount.currency:
            message = f"a dispute about {self.amount} costs {self.terms.fee}, which is of another currency"
            raise CurrencyMismatch(message, dispute=self.id)
        if self.blocked.total != self.amount:
            message = f"dispute {self.id} is about {self.amount}, but {self.blocked.total} is blocked"
            raise InvalidValue(message, dispute=self.id)
        if self.open is not (self.decided_at is None) or (self.state in CONTESTED and not self.contested):
            message = f"dispute {self.id} cannot be {self.state.value} so"
            raise InvalidValue(message, dispute=self.id)

    @property
    def open(self) -> bool:
        """Whether it is not decided yet."""
        return self.state not in CLOSED

    @property
    def taken(self) -> Money:
        """What the provider has of ours for it: the amount unless it has come back, and the fees."""
        amount = self.amount.with_minor(0) if self.state in FREED else self.amount
        return amount + self.fees

    @property
    def fees(self) -> Money:
        """What the provider has taken in fees, and not given back."""
        return self.terms.taken(self.state, contested=self.contested)

    @property
    def owed(self) -> Money:
        """What the creator owes for it as it stands: what has been paid out, and fees."""
        debt = self.amount.with_minor(0) if self.state in FREED else self.blocked.debt
        return debt + self.terms.borne(self.fees).get(Bearer.CREATOR, debt.with_minor(0))

    def position(self) -> dict[Account, Money]:
        """What it has put where in the books; its fees and the creator's debt have entries of their own."""
        if self.state in FREED:
            return {}
        disputed = chart.disputed_account(self.campaign_id)
        at = {chart.PROVIDER: -self.amount, disputed: self.blocked.debt}
        at |= self.blocked.accounts(self.campaign_id)
        if self.open:
            at[chart.PROVIDER_DISPUTED] = self.amount
            at[disputed] -= self.amount
        return at

    def fee_position(self) -> dict[Account, Money]:
        """What its fees have put where: who bears them has paid the provider; the creator owes their part."""
        at = {chart.PROVIDER: -self.fees}
        for bearer, fee in self.terms.borne(self.fees).items():
            account = chart.disputed_account(self.campaign_id)
            if bearer is not Bearer.CREATOR:
                account = chart.borne_account(self.campaign_id, bearer.value)
            at[account] = fee
        return at


def refund_refusals(disputes: Iterable[Dispute], charge_key: OrderKey) -> tuple[Refusal, ...]:
    """Why a charge is not refunded now: an open dispute of it may give the money back. None where it can be.

    A dispute that was lost took its part of what was paid; what is left can be refunded.
    """
    expect(charge_key, str, what="the key of a charge")
    reasons = []
    for dispute in stream(disputes):
        expect(dispute, Dispute, what="a dispute")
        if dispute.open and dispute.charge_key == charge_key:
            facts = {"dispute": dispute.id, "amount": dispute.amount}
            message = f"dispute {dispute.id} of {charge_key} is {dispute.state.value}"
            reasons.append(Refusal("dispute-open", message, facts))
    return tuple(reasons)
