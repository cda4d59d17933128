"""Stating: what everybody's accounts did over a span, read off the ledger when somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore import books
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.books import AccountStatement, BalanceSheet, PledgeAccount, Span
    from pushcore.ids import BackerId, CampaignId
    from pushcore.ports import Ports

__all__ = ["state_backer", "state_balances", "state_creator", "state_everybody", "state_pledges"]


@use_case
def state_creator(ports: Ports, campaign_id: CampaignId, span: Span) -> AccountStatement:
    """What the creator of a campaign has there, in its currency: see `pushcore.books.creator_statement`.

    Raises:
        NotFound: there is no such campaign.
        InvalidValue: no span.
    """
    currency = ports.store.campaign(campaign_id).currency
    return books.creator_statement(ports.store.transactions(), campaign_id, currency, span)


@use_case
def state_backer(ports: Ports, backer_id: BackerId, span: Span) -> tuple[AccountStatement, ...]:
    """What a backer paid for the pledges they hold, and what came back: one statement for each currency.

    After these there is one of their wallet for each currency in which they ever had credit.

    Raises:
        InvalidValue: no span, or no id.
    """
    held = [it for it in ports.store.backer_pledges(backer_id) if it.backer_id == backer_id]
    ids, presented = [it.id for it in held], books.presented_amounts(ports.store.transactions(), held)
    currencies = sorted({it.amount.currency for it in held}, key=lambda currency: currency.code)
    paid = (
        books.backer_statement(
            ports.store.transactions(), backer_id, ids, currency, span, presented=presented
        )
        for currency in currencies
    )
    return (*paid, *books.wallet_statements(ports.store.transactions(), backer_id, span))


@use_case
def state_pledges(ports: Ports, backer_id: BackerId) -> tuple[PledgeAccount, ...]:
    """What became of the money of each pledge that a backer holds: paid, given back, and what is open.

    Raises:
        InvalidValue: no id.
    """
    held = [it.id for it in ports.store.backer_pledges(backer_id) if it.backer_id == backer_id]
    return books.pledge_accounts(ports.store.transactions(), sorted(held))


@use_case
def state_everybody(ports: Ports, span: Span) -> tuple[AccountStatement, ...]:
    """The statements of all creators, of what is owed back to backers, of the platform and the provider.

    Raises:
        InvalidValue: no span.
    """
    return books.statements(ports.store.transactions(), span)


@use_case
def state_balances(ports: Ports, at: datetime) -> tuple[BalanceSheet, ...]:
    """Where all the money lay at an instant, and whose it was: one balance sheet for each currency.

    Raises:
        InvalidValue: no instant.
    """
    return books.balance_sheets(ports.store.transactions(), at)
