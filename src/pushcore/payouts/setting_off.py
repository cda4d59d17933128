"""Setting off: a payout is lowered by what its payee owes of refunds and disputes, before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import InvalidValue
from pushcore.ids import joined
from pushcore.ledger import chart
from pushcore.payouts import recovery
from pushcore.payouts.debt import Debt, DebtSource
from pushcore.payouts.events import PayoutSetOff
from pushcore.payouts.payout import Payout, moved
from pushcore.payouts.plan import PayoutPlan
from pushcore.payouts.states import PayoutTrigger

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.ids import ActorId
    from pushcore.money import Money

__all__ = ["set_off"]


def set_off(
    payout: Payout, debt: Debt, plan: PayoutPlan, at: datetime, actor: ActorId
) -> tuple[Payout, Debt, Changes]:
    """Lower a payout by what its payee owes; where too little would arrive, it is over.

    What is left of one that is over stays on the account of the payee, for the next payout, and so does what
    is no multiple of the step of the plan. A rate that is fixed holds for what is left too.

    Args:
        payout: One that is about to be sent.
        debt: The payee's.
        plan: The payout plan of the campaign.
        at: When.
        actor: Who.

    Raises:
        Refused: ``not-payable``: it is under way, or over.
        InvalidValue: nothing is owed, or by somebody else.
        CurrencyMismatch: it is owed in another currency.
    """
    expect(payout, Payout, what="a payout")
    expect(debt, Debt, what="a debt")
    expect(plan, PayoutPlan, what="a payout plan")
    if debt.payee_id != payout.payee_id or not debt.outstanding:
        message = f"{debt.payee_id} owes {debt.outstanding}: nothing is set off against payout {payout.id}"
        raise InvalidValue(message, payout=payout.id, debt=debt.id)
    amount = min(debt.outstanding, payout.amount)
    after = _less(payout, amount, plan)
    key = joined("set-off", payout.id, str(debt.set_offs + 1))
    account = chart.payee_account(payout.campaign_id, payout.payee_id)
    owed, changes = recovery.recover(debt, key, DebtSource.PAYOUT, amount, at, actor, account=account)
    event = PayoutSetOff(utc(at), actor, payout.id, amount)
    return after, owed, changes + Changes(put=(after,), events=(event,))


def _less(payout: Payout, amount: Money, plan: PayoutPlan) -> Payout:
    """The payout less an amount and what steps leave, or none of it any more."""
    sent = amount.with_minor(plan.sendable_minor((payout.transferred - amount).minor))
    costs, converted = payout.amount - payout.transferred, payout.converted
    if converted is not None and sent:
        converted = converted.rate.convert(sent, converted.rounding)
    if sent and (converted is None or converted.result.minor > 0):
        return attrs.evolve(payout, amount=sent + costs, converted=converted, version=payout.version + 1)
    return moved(payout, PayoutTrigger.SET_OFF, amount=amount, costs=(), converted=None)
