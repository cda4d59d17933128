"""The statement of a campaign: where every minor unit is, derived from the ledger and from nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import attrs

from pushcore._checks import expect, kind, shown, stream
from pushcore.errors import InvalidValue
from pushcore.ids import CampaignId, PayeeId, identifier
from pushcore.ledger.campaign_totals import CampaignTotals
from pushcore.ledger.chart import (
    borne_account,
    bounced_account,
    contested_account,
    debt_account,
    fee_account,
    held_account,
    payee_account,
    refunds_account,
    reserve_account,
    restored_account,
    returned_account,
)
from pushcore.money import Currency, Money
from pushcore.payouts.fees import FeeBearer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pushcore.ledger import Account, Balance

__all__ = ["Books", "Statement"]


class Books(Protocol):
    """Whoever knows the balance of an account: a ledger repository, or a `pushcore.ledger.Balances`."""

    def balance(self, account: Account, currency: Currency | str, /) -> Balance:
        """Where the account stands."""


@attrs.frozen
class Statement:
    """What came in for a campaign and where it is.

    Always, collected + debt + borne = fees + payees + refunded + disputed + held + reserved.

    Attributes:
        collected: What backers were charged.
        fees: What each line took; below zero where it gave some back.
        payees: What each payee was given of the net, paid out or not.
        paid: What each payee was sent, what sending it cost included, less what came back; and what was set
            off against a debt of theirs.
        refunded: What was given back to backers, sent or not.
        held: What is not settled yet.
        disputed: What disputes hold, or took, of what was held and of the fees.
        debt: What the creator came to owe: what fees exceed the collected total by, and refunds after the
            settlement, whatever became of that since.
        reserved: What is still held back from the payees.
        borne: What others than the creator bear of the fees and refunds, and owe for them.
    """

    campaign_id: CampaignId = attrs.field(validator=identifier)
    currency: Currency = attrs.field(validator=kind(Currency))
    collected: Money = attrs.field(validator=kind(Money))
    fees: dict[str, Money] = attrs.field(validator=kind(dict), hash=False)
    payees: dict[PayeeId, Money] = attrs.field(validator=kind(dict), hash=False)
    paid: dict[PayeeId, Money] = attrs.field(validator=kind(dict), hash=False)
    refunded: Money = attrs.field(validator=kind(Money))
    held: Money = attrs.field(validator=kind(Money))
    debt: Money = attrs.field(validator=kind(Money))
    reserved: Money = attrs.field(validator=kind(Money))
    disputed: Money = attrs.field(kw_only=True, validator=kind(Money))
    borne: dict[FeeBearer, Money] = attrs.field(factory=dict, kw_only=True, validator=kind(dict), hash=False)

    @staticmethod
    def of(
        books: Books,
        campaign_id: CampaignId,
        currency: Currency,
        lines: Iterable[str],
        payees: Iterable[PayeeId],
    ) -> Statement:
        """Read the statement of a campaign off the balances of its accounts."""
        expect(campaign_id, str, what="campaign id")
        if not callable(getattr(books, "balance", None)):
            message = f"a statement is read off books that have balances, not off {shown(books)}"
            raise InvalidValue(message, books=books)
        held = books.balance(held_account(campaign_id), currency)
        mine = {payee: books.balance(payee_account(campaign_id, payee), currency) for payee in stream(payees)}
        back = {
            payee: books.balance(returned_account(campaign_id, payee), currency).credits_posted
            for payee in mine
        }
        owed, bounced = (
            books.balance(it(campaign_id), currency) for it in (refunds_account, bounced_account)
        )
        others = (bearer for bearer in FeeBearer if bearer is not FeeBearer.CREATOR)
        borne = {who: books.balance(borne_account(campaign_id, who.value), currency).posted for who in others}
        return Statement(
            campaign_id,
            currency,
            held.credits_posted - books.balance(restored_account(campaign_id), currency).posted,
            {line: books.balance(fee_account(campaign_id, line), currency).posted for line in stream(lines)},
            {payee: balance.credits_posted - back[payee] for payee, balance in mine.items()},
            {payee: balance.debits_posted - back[payee] for payee, balance in mine.items()},
            owed.credits_posted - bounced.credits_posted,
            held.posted,
            books.balance(debt_account(campaign_id), currency).debits_posted,
            books.balance(reserve_account(campaign_id), currency).posted,
            disputed=books.balance(contested_account(campaign_id), currency).posted,
            borne={who: part for who, part in borne.items() if part},
        )

    @property
    def net(self) -> Money:
        """What the payees got together."""
        return Money.total(self.payees.values(), self.currency)

    @property
    def totals(self) -> CampaignTotals:
        """The same in one sum each, as `pushcore.ledger.campaign_totals` reads it off a whole ledger."""
        return CampaignTotals(
            self.campaign_id,
            self.collected,
            self.debt,
            Money.total(self.fees.values(), self.currency),
            self.net,
            self.refunded,
            self.held,
            borne=Money.total(self.borne.values(), self.currency),
            disputed=self.disputed,
            reserved=self.reserved,
        )

    @property
    def conserved(self) -> bool:
        """Whether every minor unit is accounted for."""
        return not self.totals.off
