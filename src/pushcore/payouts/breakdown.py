"""What one payment is made of: each fee of it, who bears them, and what is left."""

from __future__ import annotations

import attrs

from pushcore._checks import expect, kind
from pushcore.errors import InvalidValue
from pushcore.money import Money
from pushcore.payouts.fee_schedule import FeeSchedule, shared, taken
from pushcore.payouts.fees import FeeBase, FeeBearer, FundingSource, check_currency, fee_minor

__all__ = ["Breakdown", "break_down", "taken_of"]


@attrs.frozen
class Breakdown:
    """What becomes of one payment: amount + borne = fees + net.

    Attributes:
        amount: What is paid.
        fees: What each line takes of it; below zero where it is withheld.
        borne: What others than the creator bear of that.
        net: What is left; below zero where the fees are more.
    """

    amount: Money = attrs.field(validator=kind(Money))
    fees: dict[str, Money] = attrs.field(validator=kind(dict), hash=False)
    borne: dict[FeeBearer, Money] = attrs.field(validator=kind(dict), hash=False)
    net: Money = attrs.field(validator=kind(Money))

    @property
    def fee(self) -> Money:
        """All that is taken out of the payment."""
        return self.amount - self.net

    @property
    def on_top(self) -> Money:
        """The payment and its fees together, for who pays them beside it."""
        return self.amount + self.fee


def break_down(
    schedule: FeeSchedule,
    amount: Money,
    *,
    method: str | None = None,
    source: FundingSource | None = None,
) -> Breakdown:
    """What is left of one payment, as if it were all that a campaign collected.

    Args:
        schedule: The fee lines.
        amount: What is paid.
        method: By which payment method; needed where a line depends on that.
        source: Where it comes from; needed where a line depends on that.

    Raises:
        InvalidValue: an amount below zero, or a line depends on what is not said.
        CurrencyMismatch: the schedule names an amount of another currency.

    Example:
        >>> from pushcore import FeeLine, Fixed, Percent, Percentage, Rounding, Sum
        >>> rule = Sum([Percent(Percentage.of("2.9")), Fixed(Money.of("0.30", "USD"))])
        >>> schedule = FeeSchedule([FeeLine("card", FeeBase.PLEDGE, rule, Rounding.HALF_UP)])
        >>> break_down(schedule, Money.of("100.00", "USD")).net
        Money('96.80', 'USD')
    """
    expect(schedule, FeeSchedule, what="the fee schedule")
    expect(amount, Money, what="a payment")
    check_currency(schedule.amounts, amount.currency, "the fee schedule")
    schedule.require_told(method, source)
    if amount.minor < 0:
        message = f"a payment is of at least zero, not of {amount}"
        raise InvalidValue(message, amount=amount)
    lines = taken_of(schedule, amount.minor, method, source)
    bearers = shared(schedule, lines)
    net = amount.minor - bearers.pop(FeeBearer.CREATOR)
    return Breakdown(
        amount,
        {name: amount.with_minor(minor) for name, minor in lines.items()},
        {bearer: amount.with_minor(minor) for bearer, minor in bearers.items()},
        amount.with_minor(net),
    )


def taken_of(
    schedule: FeeSchedule, minor: int, method: str | None, source: FundingSource | None
) -> dict[str, int]:
    """What each line takes of one payment, in minor units."""
    direct = (line for line in schedule.lines if line.base is not FeeBase.FEES)
    return taken(
        schedule, {line.name: fee_minor(line, minor) for line in direct if line.applies(method, source)}
    )
