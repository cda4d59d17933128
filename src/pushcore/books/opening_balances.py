"""Opening balances: a platform that is running already, as it stood at one instant, to go on from there."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, get_args

import attrs

from pushcore._checks import counted, each, expect, items, kind, stream
from pushcore.books.invoice import Credited, Invoice, InvoiceSeries
from pushcore.calendar import utc
from pushcore.campaigns import Campaign, Follower
from pushcore.gateway import Order
from pushcore.ids import identifier
from pushcore.ledger import Balance, Balances, Transaction, TransactionPhase
from pushcore.ledger.chart import OPENING
from pushcore.matching import MatchingFund
from pushcore.payouts import AccruedShare, Debt, Dispute, HeldReserve, Payout, SharePayment, Wallet
from pushcore.pledges import Pledge
from pushcore.recurring import Subscription
from pushcore.rewards import Fulfilment, WaitingList

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Beside", "Opening", "OpeningBalances", "opening_balances"]

Beside = (
    AccruedShare
    | Credited
    | Debt
    | Dispute
    | Follower
    | Fulfilment
    | HeldReserve
    | Invoice
    | InvoiceSeries
    | MatchingFund
    | SharePayment
    | Subscription
    | WaitingList
    | Wallet
)
"""What there may be beside campaigns, pledges and payouts."""


@attrs.frozen
class OpeningBalances:
    """All that there was of some campaigns when a host began to run them on pushcore, or on another store.

    It is taken as it stands: that a pledge was charged is not charged again. Money is told twice, by what it
    is for and by where it is, and both must come to the same.

    Attributes:
        key: What this cut-over goes by: brought over again under it, nothing happens.
        at: The instant of the cut-over.
        campaigns: Campaigns, each in its state.
        pledges: Every pledge of them, in its state; of those that are over, as many as are to be kept, and
            each whose backer bore something of a refund after the settlement.
        payouts: Every payout of them.
        balances: What each account that a recipe knows stood at. Of the accounts of campaigns and of debts
            all that ever came and went is given, as sums of debits and credits; of others, such as the
            provider and wallets, it is enough what is left, on one of both sides.
        pending: Ledger entries whose outcome was open: of charges, refunds and transfers under way.
        orders: What the provider was asked, and may still be asked again under the same key.
        beside: Followers, fulfilments, matching funds, subscriptions and waiting lists; what hosts have
            come to owe, and their payments of it; invoices, what was credited of them, and the series of
            their numbers; and wallets, debts, reserves and disputes, which stand at the same as their
            accounts.
    """

    key: str = attrs.field(validator=identifier)
    at: datetime = attrs.field(converter=utc)
    campaigns: tuple[Campaign, ...] = attrs.field(converter=items, validator=each(Campaign))
    pledges: tuple[Pledge, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(Pledge)
    )
    payouts: tuple[Payout, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(Payout)
    )
    balances: tuple[Balance, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(Balance)
    )
    pending: tuple[Transaction, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(Transaction)
    )
    orders: tuple[Order, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(*get_args(Order))
    )
    beside: tuple[Beside, ...] = attrs.field(
        default=(),
        kw_only=True,
        converter=items,
        validator=each(*get_args(Beside)),
    )

    @property
    def digest(self) -> str:
        """A short text that is another one for other contents."""
        return sha256(repr(self).encode(errors="backslashreplace")).hexdigest()


@attrs.frozen
class Opening:
    """That a platform was brought over, once.

    Attributes:
        id: The key of its opening balances.
        at: The instant of the cut-over.
        digest: Of what was brought over, by which anything else under the same key is told.
        version: Counts its writes, of which there is one.
    """

    id: str = attrs.field(validator=identifier)
    at: datetime = attrs.field(converter=utc)
    digest: str = attrs.field(validator=kind(str))
    version: int = attrs.field(default=1, validator=counted(1))


def opening_balances(  # noqa: PLR0913  everything there is
    key: str,
    at: datetime,
    transactions: Iterable[Transaction],
    campaigns: Iterable[Campaign],
    *,
    pledges: Iterable[Pledge] = (),
    payouts: Iterable[Payout] = (),
    orders: Iterable[Order] = (),
    beside: Iterable[Beside] = (),
) -> OpeningBalances:
    """What goes on from a whole ledger of pushcore's own shape: its balances, and what is pending in it.

    Raises:
        InvalidValue: a part of the wrong kind.
    """
    balances, pending = Balances(), dict[str, Transaction]()
    for entry in stream(transactions):
        expect(entry, Transaction, what="an entry of the ledger")
        balances.apply(entry)
        pending.pop(entry.pending_id or "", None)
        if entry.phase is TransactionPhase.PENDING:
            pending[entry.id] = entry
    return OpeningBalances(
        key,
        at,
        campaigns,
        pledges=pledges,
        payouts=payouts,
        balances=[_posted(it) for it in balances if _is_told(it)],
        pending=pending.values(),
        orders=orders,
        beside=beside,
    )


def _is_told(balance: Balance) -> bool:
    """Whether something was ever posted; after an earlier opening, nothing stands against that any more."""
    if balance.account.path == OPENING.path and not balance.posted:
        return False
    return bool(balance.debits_posted or balance.credits_posted)


def _posted(balance: Balance) -> Balance:
    nothing = balance.posted * 0
    return attrs.evolve(balance, debits_pending=nothing, credits_pending=nothing)
