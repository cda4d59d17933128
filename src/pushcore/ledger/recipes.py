"""Recipes: how each thing that happens to money is written down; the only place that knows account names.

.. code-block:: text

    charge       provider          →  campaign/C/held           pending, then posted or voided
                                   →  campaign/C/on-top/NAME    one for every fee on top, and the tip
    give back    campaign/C/held   →  campaign/C/refunds        when a refund is ordered for the first time
    refund       campaign/C/refunds → provider                  pending, then posted or voided
                 campaign/C/on-top/NAME → provider              together with it
    receipt      campaign/C/offline → as a charge               what came in cash or by bank
    return       as a refund       →  campaign/C/offline        likewise
    deposit      provider          →  campaign/C/offline        what of it is brought to the provider
    settlement   campaign/C/held   →  campaign/C/fees/LINE      one for every fee line
                                   →  campaign/C/payee/P        one for every payee
                 campaign/C/debt   →                            what fees exceed the collected total by
    payout       campaign/C/payee/P → provider                  pending, then posted or voided

Saving a payment method moves nothing and posts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from pushcore._checks import expect, shown
from pushcore.errors import InvalidValue
from pushcore.ids import CampaignId, TransactionId, joined
from pushcore.ledger.account import Account, Side
from pushcore.ledger.transaction import Posting, Transaction, TransactionPhase
from pushcore.money import Money

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.ids import OrderKey, PayeeId, PledgeId

__all__ = [
    "PROVIDER",
    "campaign_place",
    "charge",
    "debt_account",
    "deposit",
    "fee_account",
    "give_back",
    "held_account",
    "offline_account",
    "on_top_account",
    "payee_account",
    "payout",
    "receipt",
    "refund",
    "refunds_account",
    "returned",
    "settlement",
]

PROVIDER: Final = Account("provider", Side.DEBIT)
"""The money that lies with the payment provider."""


def held_account(campaign_id: CampaignId) -> Account:
    """What was collected for a campaign and is not settled yet."""
    expect(campaign_id, str, what="campaign id")
    return _held_account(campaign_id)


@lru_cache(maxsize=4096)
def _held_account(campaign_id: CampaignId) -> Account:
    """The same object for every charge of a campaign."""
    return Account(joined("campaign", campaign_id, "held"), Side.CREDIT, guarded=True)


def fee_account(campaign_id: CampaignId, line: str) -> Account:
    """What a fee line took from a campaign."""
    return Account(joined("campaign", campaign_id, "fees", line), Side.CREDIT)


def payee_account(campaign_id: CampaignId, payee_id: PayeeId) -> Account:
    """What a payee of a campaign is owed."""
    return Account(joined("campaign", campaign_id, "payee", payee_id), Side.CREDIT, guarded=True)


def debt_account(campaign_id: CampaignId) -> Account:
    """What the creator owes: fees above what was collected."""
    return Account(joined("campaign", campaign_id, "debt"), Side.DEBIT)


def on_top_account(campaign_id: CampaignId, name: str) -> Account:
    """What backers of a campaign gave to the platform beside it: a fee on top, or their tips."""
    return Account(joined("campaign", campaign_id, "on-top", name), Side.CREDIT)


def offline_account(campaign_id: CampaignId) -> Account:
    """What came for a campaign in cash or by bank, wherever the host keeps it until it is deposited."""
    return Account(joined("campaign", campaign_id, "offline"), Side.DEBIT, guarded=True)


def refunds_account(campaign_id: CampaignId) -> Account:
    """What is owed back to backers, until it is refunded."""
    return Account(joined("campaign", campaign_id, "refunds"), Side.CREDIT, guarded=True)


def campaign_place(path: str) -> tuple[CampaignId, str] | None:
    """Which campaign an account belongs to, and as what (``held``, ``fees``, ``payee`` ...); None if to none.

    Example:
        >>> campaign_place(fee_account("2026/lanterne", "platform").path), campaign_place("provider")
        (('2026/lanterne', 'fees'), None)
    """
    expect(path, str, what="the path of an account")
    match path.split("/"):
        case ["campaign", campaign_id, role, *_]:
            return CampaignId(campaign_id.replace("%2F", "/").replace("%25", "%")), role
        case _:
            return None


def charge(  # noqa: PLR0913  who is charged what, for what, when
    key: OrderKey,
    campaign_id: CampaignId,
    amount: Money,
    at: datetime,
    *,
    on_top: tuple[tuple[str, Money], ...] = (),
    phase: TransactionPhase = TransactionPhase.PENDING,
) -> Transaction:
    """A charge under way, or in another phase the provider's answer to it.

    What is given on top goes to the platform at once, by name; the campaign holds the rest.
    """
    expect(campaign_id, str, what="campaign id")
    expect(amount, Money, what="the amount of a charge")
    _expect_on_top(on_top)
    return _phased(key, "charge", at, _charged(campaign_id, amount, on_top), phase)


@lru_cache(maxsize=4096)
def _charged(
    campaign_id: CampaignId, amount: Money, on_top: tuple[tuple[str, Money], ...]
) -> tuple[Posting, ...]:
    """Made once for a charge and its answer, and for all charges of the same amount: rewards have prices."""
    left = _held(campaign_id, amount, on_top)
    held = [Posting(held_account(campaign_id), -left)] if left else []
    given = [Posting(on_top_account(campaign_id, name), -part) for name, part in on_top]
    return (Posting(PROVIDER, amount), *held, *given)


def give_back(
    pledge_id: PledgeId,
    campaign_id: CampaignId,
    amount: Money,
    at: datetime,
    *,
    on_top: tuple[tuple[str, Money], ...] = (),
) -> tuple[Transaction, ...]:
    """What a campaign no longer holds of a charge, since its backer is owed it; nothing if that was nothing.

    It is the backer's from here on, however often the provider declines to refund it.
    """
    held = _held(campaign_id, amount, on_top)
    if not held:
        return ()
    postings = (Posting(held_account(campaign_id), held), Posting(refunds_account(campaign_id), -held))
    return (Transaction(TransactionId(joined(pledge_id, "give-back")), "give-back", at, postings),)


def refund(  # noqa: PLR0913  what is given back to whom, when
    key: OrderKey,
    campaign_id: CampaignId,
    amount: Money,
    at: datetime,
    *,
    on_top: tuple[tuple[str, Money], ...] = (),
    phase: TransactionPhase = TransactionPhase.PENDING,
) -> Transaction:
    """A refund of a whole charge under way, or in another phase the provider's answer to it."""
    return _phased(key, "refund", at, _refunded(campaign_id, amount, on_top), phase)


def _refunded(
    campaign_id: CampaignId, amount: Money, on_top: tuple[tuple[str, Money], ...]
) -> tuple[Posting, ...]:
    held = _held(campaign_id, amount, on_top)
    owed = [Posting(refunds_account(campaign_id), held)] if held else []
    given = [Posting(on_top_account(campaign_id, name), part) for name, part in on_top]
    return (*owed, *given, Posting(PROVIDER, -amount))


def _held(campaign_id: CampaignId, amount: Money, on_top: tuple[tuple[str, Money], ...]) -> Money:
    """What a campaign holds of a charge: all but what was given on top."""
    expect(campaign_id, str, what="campaign id")
    expect(amount, Money, what="the amount of a charge")
    _expect_on_top(on_top)
    return amount - Money.total((given for _, given in on_top), amount.currency)


def _expect_on_top(on_top: tuple[Any, ...]) -> None:
    """Refuse what is no tuple of names with amounts."""
    expect(on_top, tuple, what="what is given on top")
    for given in on_top:
        expect(given, tuple, what="something that is given on top")
        match given:
            case str(), Money():
                pass
            case _:
                message = f"something that is given on top: expected a name and money, got {shown(given)}"
                raise InvalidValue(message, value=given)


def receipt(
    transaction_id: TransactionId,
    campaign_id: CampaignId,
    amount: Money,
    at: datetime,
    *,
    on_top: tuple[tuple[str, Money], ...] = (),
) -> Transaction:
    """A contribution that came in cash or by bank."""
    expect(campaign_id, str, what="campaign id")
    expect(amount, Money, what="the amount of a receipt")
    _expect_on_top(on_top)
    _, *held = _charged(campaign_id, amount, on_top)
    postings = (Posting(offline_account(campaign_id), amount), *held)
    return Transaction(transaction_id, "receipt", at, postings)


def returned(
    transaction_id: TransactionId,
    campaign_id: CampaignId,
    amount: Money,
    at: datetime,
    *,
    on_top: tuple[tuple[str, Money], ...] = (),
) -> Transaction:
    """What came in cash or by bank, given back by hand."""
    *back, _ = _refunded(campaign_id, amount, on_top)
    postings = (*back, Posting(offline_account(campaign_id), -amount))
    return Transaction(transaction_id, "return", at, postings)


def deposit(campaign_id: CampaignId, amount: Money, at: datetime) -> Transaction:
    """What came for a campaign in cash or by bank, brought to the provider, who pays it out; once."""
    expect(amount, Money, what="the amount of a deposit")
    postings = (Posting(PROVIDER, amount), Posting(offline_account(campaign_id), -amount))
    return Transaction(TransactionId(joined(campaign_id, "deposit")), "deposit", at, postings)


def settlement(
    campaign_id: CampaignId,
    collected: Money,
    fees: Mapping[str, Money],
    payees: Mapping[PayeeId, Money],
    at: datetime,
) -> Transaction:
    """What was collected, divided among fee lines and payees; what fees exceed it by is the creator's debt.

    Raises:
        Unbalanced: the payees are not given exactly what the fees leave.
        InvalidValue: what is divided is not money.
    """
    expect(collected, Money, what="what was collected")
    for parts in fees, payees:
        expect(parts, Mapping, what="the parts of a settlement")
        Money.total(parts.values(), collected.currency)
    debt = Money.total(fees.values(), collected.currency) - collected
    postings = [Posting(held_account(campaign_id), collected)]
    if debt.minor > 0:
        postings.append(Posting(debt_account(campaign_id), debt))
    postings += [Posting(fee_account(campaign_id, line), -fee) for line, fee in fees.items() if fee]
    postings += [Posting(payee_account(campaign_id, payee), -part) for payee, part in payees.items() if part]
    return Transaction(TransactionId(joined(campaign_id, "settlement")), "settlement", at, postings)


def payout(  # noqa: PLR0913  who pays whom what, when
    key: OrderKey,
    campaign_id: CampaignId,
    payee_id: PayeeId,
    amount: Money,
    at: datetime,
    *,
    phase: TransactionPhase = TransactionPhase.PENDING,
) -> Transaction:
    """A transfer to a payee under way, or in another phase the provider's answer to it."""
    expect(amount, Money, what="the amount of a payout")
    postings = (Posting(payee_account(campaign_id, payee_id), amount), Posting(PROVIDER, -amount))
    return _phased(key, "payout", at, postings, phase)


def _phased(
    key: OrderKey, recipe: str, at: datetime, postings: tuple[Posting, ...], phase: TransactionPhase
) -> Transaction:
    """The pending transaction has the key of its order; the one that posts or voids it is done."""
    if phase is TransactionPhase.PENDING:
        return Transaction(TransactionId(key), recipe, at, postings, phase)
    done = TransactionId(f"{key}/done")
    return Transaction(
        done, recipe, at, postings if phase is TransactionPhase.POSTED else (), phase, TransactionId(key)
    )
