"""Recovering: what creators owe after a payout is taken of a reserve, paid back, or written off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.errors import CurrencyMismatch, InvalidValue, Refusal, Refused
from pushcore.ledger.chart import written_off_account
from pushcore.money import Money
from pushcore.payouts import Bearer, Debt, DebtSource, recovery, returning
from pushcore.usecases._finding import payee_debt
from pushcore.usecases._running import use_case
from pushcore.usecases.disbursing import further_payouts, held_reserve

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, CampaignId, PayeeId
    from pushcore.money import Currency
    from pushcore.ports import Ports

__all__ = ["pay_back_debt", "recover_debt", "state_debt", "write_off_debt"]


@use_case
def state_debt(ports: Ports, payee_id: PayeeId, currency: Currency | str) -> Debt:
    """What a payee owes in a currency, and what became of what they owed; where that is nothing, nothing."""
    return payee_debt(ports, payee_id, currency)


@use_case
def recover_debt(  # noqa: PLR0913  what is owed, and what it is taken of
    ports: Ports,
    campaign_id: CampaignId,
    payee_id: PayeeId,
    amount: Money,
    *,
    key: str,
    actor: ActorId,
) -> Debt:
    """Take what a payee owes, or a part of it, of what is held back of them of a campaign.

    Args:
        ports: Everything outside.
        campaign_id: Whose reserve.
        payee_id: Whose debt.
        amount: How much.
        key: What it is for: it is taken once for each, and asked again nothing happens.
        actor: Who.

    Raises:
        NotFound: there is no such campaign.
        Refused: ``above-debt``: less is owed, or nothing; ``above-reserve``: less is held, or nothing.
        KeyReused: another amount was taken for this.
        InvalidValue: the amount is not above zero.
        CurrencyMismatch: it is of another currency than the campaign.
    """
    expect(key, str, what="what is recovered for")
    campaign = ports.store.campaign(campaign_id)
    held = held_reserve(ports, campaign, "above-reserve")
    debt = state_debt(ports, payee_id, campaign.currency)
    _, after, changes = returning.recover(held, debt, key, amount, ports.now(), actor)
    ports.store.commit(changes)
    return after


@use_case
def pay_back_debt(  # noqa: PLR0913  who has paid how much of what, and where the rest goes
    ports: Ports,
    payee_id: PayeeId,
    amount: Money,
    *,
    key: str,
    campaign_id: CampaignId | None = None,
    actor: ActorId,
) -> Debt:
    """Enter that a payee has paid back what they owed, or a part of it: it lies with the provider.

    More may have come than is owed by now, since a payout was set off meanwhile. Name a campaign then: what
    is beyond the debt is the payee's as if it had come back of a payout of that, and is paid out again.

    Args:
        ports: Everything outside.
        payee_id: Whose debt.
        amount: How much has come.
        key: Names the payment: entered again, nothing happens.
        campaign_id: A settled campaign of theirs, such as the one whose payout was set off; None where what
            is beyond the debt is refused.
        actor: Who.

    Raises:
        NotFound: there is no such campaign.
        Refused: ``above-debt``: less is owed, or nothing, and no campaign is named; or ``not-settled``.
        KeyReused: another payment goes by this key.
        InvalidValue: the amount is not above zero, or the campaign is somebody else's.
        CurrencyMismatch: it is of another currency than the campaign.
    """
    debt = _debt_of(ports, payee_id, amount)
    campaign = None if campaign_id is None else _campaign_of(ports, campaign_id, payee_id, amount)
    after, beyond, changes = recovery.pay_back(debt, key, amount, ports.now(), actor, campaign_id=campaign_id)
    if campaign is not None and beyond:
        changes += further_payouts(ports, campaign, {payee_id: beyond}, actor)[1]
    ports.store.commit(changes)
    return after


def _campaign_of(ports: Ports, campaign_id: CampaignId, payee_id: PayeeId, amount: Money) -> Campaign:
    """A settled campaign of this creator, in the currency of this amount."""
    campaign = ports.store.campaign(campaign_id)
    if campaign.creator_id != payee_id:
        message = f"campaign {campaign_id} is of {campaign.creator_id}, and not of {payee_id}"
        raise InvalidValue(message, campaign=campaign_id)
    if campaign.currency is not amount.currency:
        message = f"campaign {campaign_id} is in {campaign.currency}, and not in {amount.currency}"
        raise CurrencyMismatch(message, amount=amount)
    if campaign.settled_at is None:
        raise Refused([Refusal("not-settled", f"campaign {campaign_id} is not settled yet")])
    return campaign


@use_case
def write_off_debt(  # noqa: PLR0913  who owes what no more, and who bears it
    ports: Ports, payee_id: PayeeId, amount: Money, *, bearer: Bearer, key: str, actor: ActorId
) -> Debt:
    """Give up what a payee owes, or a part of it: somebody else bears it.

    Args:
        ports: Everything outside.
        payee_id: Whose debt.
        amount: How much.
        bearer: Who bears it: neither the creator, who owes it, nor backers, of whom nothing is taken here.
        key: Names it: it is written off once, and asked again nothing happens.
        actor: Who.

    Raises:
        Refused: ``above-debt``: less is owed, or nothing.
        KeyReused: something else was written off under this key, or is borne by somebody else.
        InvalidValue: the amount is not above zero, or the bearer is none.
    """
    expect(bearer, Bearer, what="who bears what is written off")
    if bearer in {Bearer.CREATOR, Bearer.BACKER}:
        message = f"what {payee_id} owes is borne by who writes it off, not by a {bearer.value}"
        raise InvalidValue(message, bearer=bearer)
    debt = _debt_of(ports, payee_id, amount)
    account = written_off_account(bearer.value)
    source = DebtSource.WRITTEN_OFF
    after, changes = recovery.recover(debt, key, source, amount, ports.now(), actor, account=account)
    ports.store.commit(changes)
    return after


def _debt_of(ports: Ports, payee_id: PayeeId, amount: Money) -> Debt:
    expect(amount, Money, what="the amount of a debt")
    return state_debt(ports, payee_id, amount.currency)
