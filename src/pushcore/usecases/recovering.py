"""Recovering: what creators owe after a payout is taken of a reserve, paid back, or written off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.ledger.chart import PROVIDER, written_off_account
from pushcore.money import Money
from pushcore.payouts import Bearer, Debt, DebtSource, recovery, returning
from pushcore.usecases._finding import payee_debt
from pushcore.usecases._running import use_case
from pushcore.usecases.disbursing import held_reserve

if TYPE_CHECKING:
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
        key: What it is for: it is taken once for each.
        actor: Who.

    Raises:
        NotFound: there is no such campaign.
        Refused: ``above-debt``: less is owed, or nothing; ``above-reserve``: less is held, or nothing.
        KeyReused: it was taken for this before.
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
def pay_back_debt(ports: Ports, payee_id: PayeeId, amount: Money, *, key: str, actor: ActorId) -> Debt:
    """Enter that a payee has paid back what they owed, or a part of it: it lies with the provider.

    Args:
        ports: Everything outside.
        payee_id: Whose debt.
        amount: How much has come.
        key: Names the payment: it is entered once.
        actor: Who.

    Raises:
        Refused: ``above-debt``: less is owed, or nothing.
        KeyReused: a payment was entered under this key.
        InvalidValue: the amount is not above zero.
    """
    debt = _debt_of(ports, payee_id, amount)
    after, changes = recovery.recover(
        debt, key, DebtSource.CREATOR, amount, ports.now(), actor, account=PROVIDER
    )
    ports.store.commit(changes)
    return after


@use_case
def write_off_debt(  # noqa: PLR0913  who owes what no more, and who bears it
    ports: Ports, payee_id: PayeeId, amount: Money, *, bearer: Bearer, key: str, actor: ActorId
) -> Debt:
    """Give up what a payee owes, or a part of it: somebody else bears it.

    Args:
        ports: Everything outside.
        payee_id: Whose debt.
        amount: How much.
        bearer: Who bears it.
        key: Names it: it is written off once.
        actor: Who.

    Raises:
        Refused: ``above-debt``: less is owed, or nothing.
        KeyReused: something was written off under this key.
        InvalidValue: the amount is not above zero, or the bearer is none.
    """
    expect(bearer, Bearer, what="who bears what is written off")
    debt = _debt_of(ports, payee_id, amount)
    account = written_off_account(bearer.value)
    source = DebtSource.WRITTEN_OFF
    after, changes = recovery.recover(debt, key, source, amount, ports.now(), actor, account=account)
    ports.store.commit(changes)
    return after


def _debt_of(ports: Ports, payee_id: PayeeId, amount: Money) -> Debt:
    expect(amount, Money, what="the amount of a debt")
    return state_debt(ports, payee_id, amount.currency)
