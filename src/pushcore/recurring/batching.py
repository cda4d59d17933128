"""Batching: one charge for several creators, so that a fixed fee is paid once and not for each.

Twenty creators at 1.00 cost 6.58 in fees of 2.9 % + 0.30 one by one, and 0.88 in one charge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from pushcore._checks import expect, kind, shown
from pushcore.errors import InvalidValue
from pushcore.ids import PayeeId
from pushcore.money import Money, Remainder, Rounding
from pushcore.recurring.owed import Owed

__all__ = ["Batch", "FeeOf", "batch"]

FeeOf = Callable[[Money], Owed | Money]
"""What a charge of an amount costs: exact, such as `ChargeFee.of`, or rounded already."""


@attrs.frozen
class Batch:
    """One charge for several creators.

    Attributes:
        amounts: What each creator is given.
        fees: Each creator's part of the fee, in proportion.
        left_overs: Who bears a unit of the fee that did not divide evenly.
        separate_fee: What as many charges as creators would cost, rounded once.
    """

    amounts: dict[PayeeId, Money] = attrs.field(validator=kind(dict), hash=False)
    fees: dict[PayeeId, Money] = attrs.field(validator=kind(dict), hash=False)
    left_overs: dict[PayeeId, Money] = attrs.field(validator=kind(dict), hash=False)
    separate_fee: Money = attrs.field(validator=kind(Money))

    @property
    def total(self) -> Money:
        """What is charged."""
        return Money.total(self.amounts.values(), self.separate_fee.currency)

    @property
    def fee(self) -> Money:
        """What the charge costs."""
        return Money.total(self.fees.values(), self.separate_fee.currency)

    @property
    def nets(self) -> dict[PayeeId, Money]:
        """What each creator gets."""
        return {payee: amount - self.fees[payee] for payee, amount in self.amounts.items()}

    @property
    def saved(self) -> Money:
        """How much less it costs than separate charges."""
        return self.separate_fee - self.fee


def batch(
    amounts: Mapping[PayeeId, Money],
    fee: FeeOf,
    *,
    rounding: Rounding,
    rule: Remainder = Remainder.LARGEST_REMAINDER,
) -> Batch:
    """Charge several creators' amounts at once, and divide the fee among them in proportion.

    Args:
        amounts: What each is given: at least one, above zero, of one currency.
        fee: What a charge of an amount costs.
        rounding: How an exact fee is rounded: that of the one charge, and the sum of the separate ones.
        rule: Who bears units of the fee that do not divide evenly.

    Raises:
        InvalidValue: amounts that are none, no function, or a fee above what is charged.
        CurrencyMismatch: amounts, or a fee, of another currency.

    Example:
        >>> from pushcore.money import Percentage
        >>> from pushcore.recurring import ChargeFee
        >>> processing = ChargeFee(Percentage.of("2.9"), Money.of("0.30", "USD"))
        >>> each = {f"creator {n:02}": Money.of("1.00", "USD") for n in range(20)}
        >>> one = batch(each, processing.of, rounding=Rounding.HALF_UP)
        >>> str(one.separate_fee), str(one.fee), str(one.total - one.fee)
        ('USD 6.58', 'USD 0.88', 'USD 19.12')
    """
    total = _total(amounts)
    whole = _cost(fee, total).rounded(rounding)
    if whole > total:
        message = f"a fee of {whole} is more than the {total} that are charged"
        raise InvalidValue(message, fee=whole, total=total)
    shares = whole.allocate({payee: amount.minor for payee, amount in amounts.items()}, rule=rule)
    if shares.rest:
        message = f"the rule {shown(rule)} leaves some of the fee to nobody: give another one"
        raise InvalidValue(message, rule=rule)
    fees = {payee: shares[payee] for payee in amounts}
    left_overs = {payee: shares.left_overs[payee] for payee in amounts if payee in shares.left_overs}
    separate = Owed.total((_cost(fee, amount) for amount in amounts.values()), total.currency)
    return Batch(dict(amounts), fees, left_overs, separate.rounded(rounding))


def _total(amounts: Mapping[PayeeId, Money]) -> Money:
    expect(amounts, Mapping, what="the amounts of creators")
    for payee, amount in amounts.items():
        expect(payee, str, what="a creator")
        expect(amount, Money, what=f"the amount of {payee}")
        if amount.minor <= 0:
            message = f"the amount of {payee} is above zero, unlike {amount}"
            raise InvalidValue(message, payee=payee, amount=amount)
    for first in amounts.values():
        return Money.total(amounts.values(), first.currency)
    message = "a batch is of one amount or more"
    raise InvalidValue(message, amounts=amounts)


def _cost(fee: Any, amount: Money) -> Owed:  # noqa: ANN401  most is refused
    if not callable(fee):
        message = f"the fee is a function of what is charged, not {shown(fee)}"
        raise InvalidValue(message, fee=fee)
    cost = fee(amount)
    expect(cost, Owed, Money, what="the fee of a charge")
    return Owed.of_money(cost) if isinstance(cost, Money) else cost
