"""The decisions about money that comes back, and about what is held back: returned transfers, reserves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore.changes import Changes
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.ids import PayeeId, TransactionId, joined
from pushcore.ledger import recipes
from pushcore.money import Money
from pushcore.payouts.events import PayoutReturned, ReserveDrawn, ReserveReleased
from pushcore.payouts.payout import Payout, cost_pairs, moved, require_move, transfer_order
from pushcore.payouts.reserve import HeldReserve
from pushcore.payouts.states import PayoutTrigger

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.ids import ActorId

__all__ = ["draw", "give_back", "release"]


def give_back(payout: Payout, at: datetime, actor: ActorId, *, costs_back: bool) -> tuple[Payout, Changes]:
    """Book back a transfer that was carried out and that the bank returned: the payee is owed it again.

    Args:
        payout: A payout that was paid.
        at: When.
        actor: Who.
        costs_back: Whether what sending it cost is given back too, to the payee who bore it.

    Raises:
        Refused: ``not-payable``: it is not paid, or was returned before.
    """
    expect(costs_back, bool, what="costs_back")
    require_move(payout, PayoutTrigger.RETURN)
    returned = moved(payout, PayoutTrigger.RETURN)
    amount, costs = (payout.amount, cost_pairs(payout)) if costs_back else (payout.transferred, ())
    entry = recipes.returned_transfer(
        transfer_order(payout).key, payout.campaign_id, payout.payee_id, amount, at, costs=costs
    )
    event = PayoutReturned(at, actor, payout.id, amount)
    return returned, Changes(put=(returned,), transactions=(entry,), events=(event,))


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
    left = {payee: amount - shares[payee] for payee, amount in held.left.items()}
    after = attrs.evolve(held, left=left, released=held.released + due, version=held.version + 1)
    transaction_id = TransactionId(joined(held.id, "reserve", "release", str(after.version)))
    entry = recipes.release(transaction_id, held.id, given, at)
    event = ReserveReleased(at, actor, held.id, given)
    return after, given, Changes(put=(after,), transactions=(entry,), events=(event,))


def draw(
    held: HeldReserve, amount: Money, key: str, at: datetime, actor: ActorId
) -> tuple[HeldReserve, Changes]:
    """Take an amount out of a reserve, for backers who are refunded after the payout.

    Args:
        held: The reserve.
        amount: How much.
        key: What it is for, which is drawn for once: such as the id of a pledge.
        at: When.
        actor: Who.

    Raises:
        Refused: ``above-reserve``: there is less.
        InvalidValue: an amount that is not above zero.
        CurrencyMismatch: an amount of another currency.
    """
    expect(held, HeldReserve, what="a reserve")
    expect(amount, Money, what="what is drawn from a reserve")
    if amount.minor <= 0:
        message = f"an amount above zero is drawn, not {amount}"
        raise InvalidValue(message, amount=amount)
    if amount > held.available:
        message = f"{held.available} are held of campaign {held.id}, and not {amount}"
        raise Refused([Refusal("above-reserve", message, {"held": held.available})])
    after = attrs.evolve(held, drawn=held.drawn + amount, version=held.version + 1)
    entry = recipes.draw(TransactionId(joined(held.id, "reserve", "draw", key)), held.id, amount, at)
    event = ReserveDrawn(at, actor, held.id, amount, key)
    return after, Changes(put=(after,), transactions=(entry,), events=(event,))
