"""Reversals: the recipes of what goes back to wallets, and away from creators after a payout.

.. code-block:: text

    credit       campaign/C/refunds     →  wallet/BACKER         a refund that the backer keeps as credit
    spending     wallet/BACKER          →  as a charge
    withdrawal   wallet/BACKER          →  provider              pending, then posted or voided
    gift         wallet/BACKER          →  wallet/OTHER
    expiry       wallet/BACKER          →  expired/NAME          who gets it is said
    debt         payee/P/debt           →  campaign/C/debt       what a creator owes of a refund
                                           campaign/C/disputed   after a payout, or of a dispute
    recovery     campaign/C/payee/P     →  payee/P/debt          set off; of a reserve, once that is released
                 provider               →  payee/P/debt          paid back; what is beyond the debt is booked
                                                                 as a transfer that came back
    write-off    written-off/WHO        →  payee/P/debt          who bears it is said
    calling-off  campaign/C/disputed    →  payee/P/debt          what was a debt of a dispute that was won;
                                           written-off/WHO       what was written off of it; and
                                           campaign/C/payee/P    what was recovered is paid out again,
                                                                 by way of campaign/C/returned/P
    dispute      provider/disputed      →  provider              until it is decided
                 ACCOUNT, ...           →  campaign/C/disputed   likewise: blocked
                 campaign/C/disputed    →  provider/disputed     what was lost
    dispute fee  campaign/C/borne/WHO   →  provider              what the provider takes for it
                 campaign/C/disputed    →  provider              what of that the creator owes
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.ids import TransactionId
from pushcore.ledger import chart
from pushcore.ledger.chart import (
    PROVIDER,
    beside_account,
    contested_account,
    restored_account,
    wallet_account,
)
from pushcore.ledger.recipes import phased, receipt
from pushcore.ledger.transaction import Posting, Transaction, TransactionPhase
from pushcore.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pushcore.ids import BackerId, CampaignId, OrderKey
    from pushcore.ledger.account import Account

__all__ = [
    "moved",
    "positions",
    "spending",
    "withdrawal",
]


def told_beside(campaign_id: CampaignId, postings: Sequence[Posting]) -> tuple[Posting, ...]:
    """What statements need to know of a dispute's postings and cannot read off the accounts themselves."""
    held, owed = (it(campaign_id).path for it in (chart.held_account, chart.refunds_account))
    some = (chart.fee_account(campaign_id, "x"), chart.borne_account(campaign_id, "x"))
    within = tuple(it.path.removesuffix("x") for it in some)
    inside = [it for it in postings if it.account.path == held or it.account.path.startswith(within)]
    inside += [it for it in postings if it.account.path == owed and it.amount.minor < 0]  # owed once more
    if not inside:
        return ()
    zero = inside[0].amount.with_minor(0)
    contested = sum((it.amount for it in inside), zero)
    restored = sum((max(-it.amount, zero) for it in inside if it.account.path == held), zero)
    told = [(contested_account(campaign_id), contested), (restored_account(campaign_id), restored)]
    beside = [(beside_account(campaign_id), -(contested + restored))]
    return tuple(Posting(account, amount) for account, amount in told + beside if amount)


def moved(  # noqa: PLR0913, PLR0917  what is written of it, and when
    transaction_id: TransactionId, recipe: str, source: Account, target: Account, amount: Money, at: datetime
) -> Transaction:
    """An amount that goes from one account to another; the table says which for what."""
    expect(amount, Money, what="the amount that is moved")
    return Transaction(transaction_id, recipe, at, (Posting(source, amount), Posting(target, -amount)))


def spending(  # noqa: PLR0913  who pays for what, when
    key: OrderKey,
    backer_id: BackerId,
    campaign_id: CampaignId,
    amount: Money,
    at: datetime,
    *,
    on_top: tuple[tuple[str, Money], ...] = (),
) -> Transaction:
    """What a backer pays for a campaign from the wallet, divided as a charge is."""
    expect(amount, Money, what="the amount that is spent")
    _, *held = receipt(TransactionId(key), campaign_id, amount, at, on_top=on_top).postings
    return Transaction(
        TransactionId(key), "spending", at, (Posting(wallet_account(backer_id), amount), *held)
    )


def withdrawal(
    key: OrderKey,
    backer_id: BackerId,
    amount: Money,
    at: datetime,
    *,
    phase: TransactionPhase = TransactionPhase.PENDING,
) -> Transaction:
    """What a backer takes out of the wallet, under way, or in another phase the provider's answer to it."""
    expect(amount, Money, what="the amount that is withdrawn")
    postings = (Posting(wallet_account(backer_id), amount), Posting(PROVIDER, -amount))
    expect(phase, TransactionPhase, what="the phase of a withdrawal")
    return phased(key, "withdrawal", at, postings, phase)


def positions(  # noqa: PLR0913  what moved from where to where, of which campaign
    transaction_id: TransactionId,
    recipe: str,
    before: Mapping[Account, Money],
    after: Mapping[Account, Money],
    at: datetime,
    *,
    campaign_id: CampaignId,
) -> tuple[Transaction, ...]:
    """What takes accounts from where something put them to where it puts them now; nothing if they are there.

    For things whose news come in any order: whatever came first, the books end the same.
    """
    changes: dict[Account, Money] = {}
    for position, sign in (after, 1), (before, -1):
        expect(position, Mapping, what="where accounts stand")
        for account, amount in position.items():
            expect(amount, Money, what="where an account stands")
            changes[account] = changes.get(account, amount.with_minor(0)) + amount * sign
    if not any(changes.values()):
        return ()
    postings = [Posting(account, change) for account, change in changes.items() if change]
    postings += told_beside(campaign_id, postings)
    return (Transaction(transaction_id, recipe, at, postings),)
