"""The decisions about money that comes back, and about what is held back: returned transfers, reserves."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore.changes import Changes
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.ids import PayeeId, TransactionId, joined
from pushcore.ledger import chart, recipes
from pushcore.money import Money
from pushcore.payouts import recovery
from pushcore.payouts.debt import Debt, DebtSource
from pushcore.payouts.events import PayoutReturned, ReserveReleased
from pushcore.payouts.fees import FeeBearer
from pushcore.payouts.payout import Payout, cost_pairs, moved, require_move, transfer_order
from pushcore.payouts.reserve import HeldReserve
from pushcore.payouts.states import PayoutTrigger

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.ids import ActorId
    from pushcore.ledger import Transaction

__all__ = ["give_back", "recover", "release", "returned"]


def give_back(  # noqa: PLR0913  what came back of what, and who bears the rest
    payout: Payout,
    at: datetime,
    actor: ActorId,
    *,
    costs_back: bool,
    came_back: Money | None = None,
    bearer: FeeBearer = FeeBearer.CREATOR,
) -> tuple[Payout, Changes]:
    """Book back a transfer that was carried out and that the bank returned: the payee is owed it again.

    Args:
        payout: A payout that was paid.
        at: When.
        actor: Who.
        costs_back: Whether what sending it cost is given back too, to the payee who bore it.
        came_back: What the bank sent back, in the currency of the campaign; None for all that was sent. What
            it kept is a loss.
        bearer: Who bears that: the payee, who is owed so much less, for ``creator``, or somebody else.

    Raises:
        Refused: ``not-payable``: it is not paid, or was returned before; ``above-paid``: more came back than
            was sent.
        InvalidValue: what came back is not above zero.
        CurrencyMismatch: it is of another currency.
    """
    require_move(payout, PayoutTrigger.RETURN)
    after = moved(payout, PayoutTrigger.RETURN)
    entry = returned(payout, at, costs_back=costs_back, came_back=came_back, bearer=bearer)
    payee = chart.payee_account(payout.campaign_id, payout.payee_id)
    owed = (-posting.amount for posting in entry.postings if posting.account == payee)
    event = PayoutReturned(at, actor, payout.id, Money.total(owed, payout.amount.currency))
    return after, Changes(put=(after,), transactions=(entry,), events=(event,))


def returned(
    payout: Payout, at: datetime, *, costs_back: bool, came_back: Money | None, bearer: FeeBearer
) -> Transaction:
    """The entry of a transfer that the bank returned: see `give_back`."""
    expect(costs_back, bool, what="costs_back")
    expect(came_back, Money, NoneType, what="what came back")
    expect(bearer, FeeBearer, what="who bears what a bank keeps")
    kept = payout.transferred * 0 if came_back is None else _kept(payout, came_back)
    amount, costs = (payout.amount, cost_pairs(payout)) if costs_back else (payout.transferred, ())
    return recipes.returned_transfer(
        transfer_order(payout).key,
        payout.campaign_id,
        payout.payee_id,
        amount,
        at,
        costs=costs,
        kept=kept,
        bearer=None if bearer is FeeBearer.CREATOR else bearer.value,
    )


def _kept(payout: Payout, came_back: Money) -> Money:
    """What the bank kept of a transfer of which so much came back."""
    kept = payout.transferred - came_back
    if came_back.minor <= 0:
        message = f"something comes back of payout {payout.id}, not {came_back}"
        raise InvalidValue(message, amount=came_back)
    if kept.minor < 0:
        message = f"{payout.transferred} of payout {payout.id} was sent, less than {came_back}"
        raise Refused([Refusal("above-paid", message, {"sent": payout.transferred})])
    return kept


def release(
    held: HeldReserve, at: datetime, actor: ActorId
) -> tuple[HeldReserve, dict[PayeeId, Money], Changes]:
    """Give payees what is due to them of a reserve: what is left of it, and who got what.

    Where backers were given a part of it, the payees share what is there in proportion to what was held of
    each.

    Raises:
        Refused: ``reserve-not-due``: nothing is due by now, or nothing is left.
    """
    expect(held, HeldReserve, what="a reserve")
    due = held.due(at)
    if not due:
        message = f"nothing of the {held.available} held of campaign {held.id} is due"
        raise Refused([Refusal("reserve-not-due", message, {"held": held.available})])
    shares = due.allocate({payee: left.minor for payee, left in held.left.items()})
    given = {payee: shares[payee] for payee in held.left if shares[payee]}
    after, changes = _given(held, given, at, actor)
    return after, given, changes


def recover(  # noqa: PLR0913, PLR0917  who owes what, and what it is taken of
    held: HeldReserve, debt: Debt, key: str, amount: Money, at: datetime, actor: ActorId
) -> tuple[HeldReserve, Debt, Changes]:
    """Take what a payee owes of what is held back of them: it is given to them, and set off at once.

    The same again changes nothing.

    Args:
        held: The reserve.
        debt: The payee's.
        key: What it is for.
        amount: How much.
        at: When.
        actor: Who.

    Raises:
        Refused: ``above-debt``: less is owed; ``above-reserve``: less is held of the payee.
        KeyReused: another amount was taken for this.
        InvalidValue: the amount is not above zero.
        CurrencyMismatch: it, or the reserve, is of another currency than the debt.
    """
    expect(held, HeldReserve, what="a reserve")
    expect(debt, Debt, what="a debt")
    payee = debt.payee_id
    there, reasons = held.left.get(payee, held.available * 0), list[Refusal]()
    after, recovered = debt, Changes()
    name, account = joined(held.id, "reserve", key), chart.payee_account(held.id, payee)
    try:
        after, recovered = recovery.recover(
            debt, name, DebtSource.RESERVE, amount, at, actor, account=account
        )
    except Refused as less_owed:
        reasons += less_owed.refusals
    else:
        if after is debt:
            return held, debt, recovered
    if amount > there:
        message = f"{there} of {payee} is held of campaign {held.id}, and not {amount}"
        reasons.append(Refusal("above-reserve", message, {"held": there}))
    if reasons:
        raise Refused(reasons)
    left, given = _given(held, {payee: amount}, at, actor)
    return left, after, given + recovered


def _given(
    held: HeldReserve, given: dict[PayeeId, Money], at: datetime, actor: ActorId
) -> tuple[HeldReserve, Changes]:
    """The reserve once payees were given something of it."""
    left = {payee: amount - given.get(payee, amount * 0) for payee, amount in held.left.items()}
    total = Money.total(given.values(), held.released.currency)
    after = attrs.evolve(held, left=left, released=held.released + total, version=held.version + 1)
    transaction_id = TransactionId(joined(held.id, "reserve", "release", str(after.version)))
    entry = recipes.release(transaction_id, held.id, given, at)
    event = ReserveReleased(at, actor, held.id, given)
    return after, Changes(put=(after,), transactions=(entry,), events=(event,))
