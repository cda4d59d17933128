"""What the accounts of opening balances prove: of what was collected, of payouts, and of what is owed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pushcore.books._known_accounts import known_account, known_names
from pushcore.errors import Problem
from pushcore.ledger import campaign_totals
from pushcore.ledger.chart import (
    PROVIDER_DISPUTED,
    bounced_account,
    contested_account,
    fee_account,
    held_account,
    named,
    payee_account,
    payee_debt_account,
    refunds_account,
    reserve_account,
    restored_account,
    returned_account,
    wallet_account,
)
from pushcore.money import Currency, Money
from pushcore.payments.parting import had
from pushcore.payouts import Debt, Dispute, HeldReserve, Payout, PayoutState, Wallet
from pushcore.payouts.preparing import uncovered
from pushcore.payouts.states import COVERING
from pushcore.pledges import PledgeState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.books.opening_balances import OpeningBalances
    from pushcore.campaigns import Campaign
    from pushcore.ids import CampaignId, PayeeId
    from pushcore.ledger import Account, Balances

__all__ = ["PROVEN", "accounts_named", "sums"]


def sums(brought: OpeningBalances) -> Iterator[Problem]:
    """Debits and credits are what came and went, each from zero on."""
    for place, it in enumerate(brought.balances):
        if it.debits_posted.minor < 0 or it.credits_posted.minor < 0:
            message = f"the debits and credits of {it.account.path} are sums, and not below zero"
            yield Problem(f"balances.{place}", message, "below-zero")


def accounts_named(brought: OpeningBalances) -> Iterator[Problem]:
    """Every account is one that a recipe makes, with a name that the terms of its campaign know."""
    campaigns = {it.id: known_names(it.terms, it.creator_id) for it in brought.campaigns}
    for place, balance in enumerate(brought.balances):
        path, at = balance.account.path, f"balances.{place}.account"
        made, its = known_account(path), named(path)
        known = None if its.campaign_id is None else campaigns.get(its.campaign_id, {}).get(its.sort)
        if made is None:
            yield Problem(f"{at}.path", f"there is no account {path}", "unknown")
        elif made != balance.account:
            guarded = "guarded" if made.guarded else "not guarded"
            yield Problem(at, f"{path} grows by {made.normal.value}s, and is {guarded}", "account")
        elif known is not None and its.name not in known:
            message = f"campaign {its.campaign_id} has no {its.sort} {its.name}: {', '.join(sorted(known))}"
            yield Problem(f"{at}.path", message, "unknown")


def _conserved(_: OpeningBalances, balances: Balances) -> Iterator[Problem]:
    """What came in for each campaign is somewhere."""
    for it in campaign_totals(balances):
        if it.off:
            came = it.collected + it.debt + it.borne
            message = (
                f"campaign {it.campaign_id}: {came} came in by its accounts, and {came - it.off} is "
                "somewhere: give all that came and went, not what is left"
            )
            yield Problem("balances", message, "not-conserved")


def _collected(brought: OpeningBalances, balances: Balances) -> Iterator[Problem]:
    """What pledges gave is what was collected, or no less than what refunds and disputes left of it."""
    kept, stayed = _kept(brought)
    for place, campaign in enumerate(brought.campaigns):
        of, currency = campaign.id, campaign.currency
        held = balances.balance(held_account(of), currency)
        given = held.posted.with_minor(kept[of])
        if campaign.settled_at is None and held.posted != given:
            message = f"{given} was collected for its pledges, and {held.posted} is held"
            yield Problem(f"campaigns.{place}", message, "held")
        elif campaign.settled_at is not None:
            most = held.credits_posted - balances.balance(restored_account(of), currency).posted
            least = most - balances.balance(refunds_account(of), currency).credits_posted
            least += balances.balance(bounced_account(of), currency).credits_posted
            least -= balances.balance(contested_account(of), currency).debits_posted
            least -= held.posted.with_minor(stayed[of])
            if not least <= given <= most:
                told = f"{most}" if least == most else f"from {least} to {most}"
                message = f"{given} was collected for its pledges, and {told} by its accounts"
                yield Problem(f"campaigns.{place}", message, "collected")


def _kept(brought: OpeningBalances) -> tuple[Counter[CampaignId], Counter[CampaignId]]:
    """What campaigns have of pledges that stand, and what of others was not given back."""
    kept: Counter[CampaignId] = Counter()
    stayed: Counter[CampaignId] = Counter()
    for pledge in brought.pledges:
        if pledge.stands:
            if pledge.state is PledgeState.COLLECTED or pledge.instalments is not None:
                kept[pledge.campaign_id] += had(pledge).minor
        elif pledge.paid is not None or pledge.refund is not None:
            stayed[pledge.campaign_id] += had(pledge).minor
    return kept, stayed


def _divided(brought: OpeningBalances, balances: Balances) -> Iterator[Problem]:
    """Nothing of a campaign that is not settled is anybody's part, but what somebody had given before."""
    for place, it in enumerate(brought.campaigns):
        parts: list[Account] = [
            *(payee_account(it.id, payee) for payee in it.payees),
            *(fee_account(it.id, line) for line in it.terms.fees.names),
            reserve_account(it.id),
        ]
        again = [returned_account(it.id, payee) for payee in it.payees]
        came = [balances.balance(account, it.currency).credits_posted for account in parts]
        came += [-balances.balance(account, it.currency).credits_posted for account in again]
        divided = Money.total(came, it.currency)
        if it.settled_at is None and divided:
            message = f"it is not settled, and {divided} of it is divided"
            yield Problem(f"campaigns.{place}.settled_at", message, "not-settled")


def _paid(brought: OpeningBalances, balances: Balances) -> Iterator[Problem]:
    """Payouts are paid from the accounts of their payees, and what is there is paid by payouts."""
    payouts: dict[tuple[CampaignId, PayeeId], list[tuple[int, Payout]]] = {}
    for place, payout in enumerate(brought.payouts):
        payouts.setdefault((payout.campaign_id, payout.payee_id), []).append((place, payout))
    for campaign in brought.campaigns:
        known = campaign.payees
        for payee in known:
            own = payouts.pop((campaign.id, payee), [])
            yield from _paid_to(balances, campaign, payee, own)
    for (campaign_id, payee), own in payouts.items():
        for place, _ in own:
            message = f"{payee} has no part of campaign {campaign_id}"
            yield Problem(f"payouts.{place}.payee_id", message, "unknown")


def _paid_to(
    balances: Balances,
    campaign: Campaign,
    payee: PayeeId,
    own: list[tuple[int, Payout]],
) -> Iterator[Problem]:
    """Whether one payee was paid as their payouts say, and what is left is theirs to come."""
    currency, payouts = campaign.currency, [payout for _, payout in own]
    stands = balances.balance(payee_account(campaign.id, payee), currency)
    owed = balances.balance(payee_debt_account(payee), currency)
    said = Money.total((it.amount for it in payouts if it.state in _SENT), currency)
    gone, back = stands.debits_posted, balances.balance(returned_account(campaign.id, payee), currency)
    at = f"payouts.{own[0][0]}.amount" if own else "payouts"
    if not said <= gone <= said + owed.credits_posted + back.credits_posted:  # of which a bank kept some
        message = f"{said} was paid to {payee} of campaign {campaign.id}, and {gone} by the account"
        yield Problem(at, message, "paid")
    free = uncovered(stands.available, payouts)
    if free.minor < 0:
        for place, it in own:
            if it.state in COVERING or it.state is PayoutState.SENT:
                message = f"{stands.posted} is there for {payee}, which is less than is to be paid out"
                yield Problem(f"payouts.{place}.amount", message, "uncovered")
    elif not own and not owed.debits_posted and _worth(campaign, payee, free):
        message = f"{free} is there for {payee} of campaign {campaign.id}, and no payout"
        yield Problem("payouts", message, "missing")


def _worth(campaign: Campaign, payee: PayeeId, free: Money) -> bool:
    """Whether so much is paid out as soon as it is there."""
    plan = campaign.terms.payouts
    arrives = plan.sendable_minor(free.minor - plan.wired_minor(payee))
    return plan.withdrawals is None and arrives > 0


_SENT: Final = frozenset({PayoutState.PAID, PayoutState.RETURNED})
"""The states in which a payout has left the account of its payee, whatever came back since."""

Told = dict[tuple[str, Currency], tuple[str, Money]]
"""What accounts should stand at, by path and currency, and which part of the document says so."""


def _told(brought: OpeningBalances) -> Told:
    told: Told = {}
    for place, it in enumerate(brought.beside):
        at = f"beside.{place}"
        match it:
            case Wallet():
                told[wallet_account(it.backer_id).path, it.currency] = at, it.total
            case Debt():
                told[payee_debt_account(it.payee_id).path, it.arisen.currency] = at, it.outstanding
            case HeldReserve():
                told[reserve_account(it.id).path, it.released.currency] = at, it.available
            case Dispute() if it.open:
                key = (PROVIDER_DISPUTED.path, it.amount.currency)
                _, others = told.get(key, (at, it.amount * 0))
                told[key] = at, others + it.amount
            case _:
                pass
    return told


def _of_their_own(brought: OpeningBalances, balances: Balances) -> Iterator[Problem]:
    """Wallets, debts, reserves and open disputes stand at the same as their accounts."""
    told = _told(brought)
    for balance in balances:
        path, stands = balance.account.path, balance.posted
        its = named(path)
        if its.sort == "reserve" or (its.campaign_id is None and its.sort in {"wallet", "debt", "disputed"}):
            at, amount = told.pop((path, stands.currency), ("beside", stands * 0))
            if amount != stands:
                yield Problem(at, f"{path} is at {stands}, and by what is beside at {amount}", "account")
    for (path, _), (at, amount) in told.items():
        if amount:
            yield Problem(at, f"{path} is at nothing, and by what is beside at {amount}", "account")


PROVEN: Final[tuple[Callable[[OpeningBalances, Balances], Iterator[Problem]], ...]] = (
    _conserved,
    _collected,
    _divided,
    _paid,
    _of_their_own,
)
"""What the accounts prove, given what they all stand at."""
