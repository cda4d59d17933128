"""Commands about wallets, and about what creators owe after a payout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, Field

from pushcore import usecases
from pushcore.payouts import Bearer
from pushcore.schemas.derivation import derived
from pushcore.schemas.fields import (
    ActorIdField,
    BackerIdField,
    CampaignIdField,
    CurrencyField,
    MoneyField,
    PayeeIdField,
)

if TYPE_CHECKING:
    from pushcore.errors import PushcoreError
    from pushcore.payouts import Debt, Wallet
    from pushcore.ports import Ports

__all__ = [
    "ExpireCredit",
    "ExpireCredits",
    "PassOnCredit",
    "PayBackDebt",
    "RecoverDebt",
    "WithdrawCredit",
    "WriteOffDebt",
]

_Key = Annotated[str, Field(strict=True)]


class WithdrawCredit(BaseModel, extra="forbid", frozen=True):
    """Send credit to its backer."""

    type: Literal["withdraw-credit"] = "withdraw-credit"
    backer_id: BackerIdField
    currency: CurrencyField
    key: _Key
    amount: MoneyField | None = None
    actor: ActorIdField

    def run(self, ports: Ports) -> Wallet:
        """Carry it out: see `pushcore.usecases.withdraw_credit`."""
        return usecases.withdraw_credit(
            ports, self.backer_id, self.currency, key=self.key, amount=self.amount, actor=self.actor
        )


class PassOnCredit(BaseModel, extra="forbid", frozen=True):
    """Give credit to another backer."""

    type: Literal["pass-on-credit"] = "pass-on-credit"
    backer_id: BackerIdField
    recipient_id: BackerIdField
    currency: CurrencyField
    key: _Key
    amount: MoneyField | None = None
    actor: ActorIdField

    def run(self, ports: Ports) -> Wallet:
        """Carry it out: see `pushcore.usecases.pass_on_credit`."""
        return usecases.pass_on_credit(
            ports,
            self.backer_id,
            self.recipient_id,
            self.currency,
            key=self.key,
            amount=self.amount,
            actor=self.actor,
        )


class ExpireCredit(BaseModel, extra="forbid", frozen=True):
    """Write off what has expired of a wallet."""

    type: Literal["expire-credit"] = "expire-credit"
    backer_id: BackerIdField
    currency: CurrencyField
    goes_to: _Key
    actor: ActorIdField

    def run(self, ports: Ports) -> Wallet:
        """Carry it out: see `pushcore.usecases.expire_credit`."""
        return usecases.expire_credit(
            ports, self.backer_id, self.currency, goes_to=self.goes_to, actor=self.actor
        )


class ExpireCredits(BaseModel, extra="forbid", frozen=True):
    """Write off what has expired of every wallet."""

    type: Literal["expire-credits"] = "expire-credits"
    goes_to: _Key
    actor: ActorIdField

    def run(self, ports: Ports) -> dict[str, PushcoreError]:
        """Carry it out: see `pushcore.usecases.expire_credits`."""
        return usecases.expire_credits(ports, goes_to=self.goes_to, actor=self.actor)


class RecoverDebt(BaseModel, extra="forbid", frozen=True):
    """Take what a payee owes of what is held back of them."""

    type: Literal["recover-debt"] = "recover-debt"
    campaign_id: CampaignIdField
    payee_id: PayeeIdField
    amount: MoneyField
    key: _Key
    actor: ActorIdField

    def run(self, ports: Ports) -> Debt:
        """Carry it out: see `pushcore.usecases.recover_debt`."""
        return usecases.recover_debt(
            ports, self.campaign_id, self.payee_id, self.amount, key=self.key, actor=self.actor
        )


class PayBackDebt(BaseModel, extra="forbid", frozen=True):
    """Enter that a payee has paid back what they owed."""

    type: Literal["pay-back-debt"] = "pay-back-debt"
    payee_id: PayeeIdField
    amount: MoneyField
    key: _Key
    campaign_id: CampaignIdField | None = None
    actor: ActorIdField

    def run(self, ports: Ports) -> Debt:
        """Carry it out: see `pushcore.usecases.pay_back_debt`."""
        return usecases.pay_back_debt(
            ports, self.payee_id, self.amount, key=self.key, campaign_id=self.campaign_id, actor=self.actor
        )


class WriteOffDebt(BaseModel, extra="forbid", frozen=True):
    """Give up what a payee owes."""

    type: Literal["write-off-debt"] = "write-off-debt"
    payee_id: PayeeIdField
    amount: MoneyField
    bearer: Annotated[Bearer, derived]
    key: _Key
    actor: ActorIdField

    def run(self, ports: Ports) -> Debt:
        """Carry it out: see `pushcore.usecases.write_off_debt`."""
        return usecases.write_off_debt(
            ports, self.payee_id, self.amount, bearer=self.bearer, key=self.key, actor=self.actor
        )
