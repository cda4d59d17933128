"""What sending a payout costs.

A cost is taken of the amount of a payout: the rest arrives. It stays with the platform, under its name.
"""

from __future__ import annotations

import attrs

from pushcore._checks import above_zero, counted, each, expect, kind, not_negative, unique
from pushcore._checks import items as as_tuple
from pushcore.ids import PayeeId, identifier
from pushcore.money import Money

__all__ = ["PayoutCost", "WireFee", "WithdrawalFee"]


@attrs.frozen
class PayoutCost:
    """What of the amount of a payout does not arrive, and what for."""

    name: str = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])


@attrs.frozen
class WireFee:
    """A fixed cost of every transfer to some payees: Indiegogo takes 25 of accounts outside of the US.

    Attributes:
        amount: What each transfer costs.
        payees: Whose; nobody named is everybody.
    """

    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    payees: tuple[PayeeId, ...] = attrs.field(default=(), converter=as_tuple, validator=each(str))

    def __attrs_post_init__(self) -> None:
        unique(self.payees, what="payee")

    def of(self, payee_id: PayeeId) -> Money:
        """What a transfer to this payee costs."""
        return self.amount if not self.payees or payee_id in self.payees else self.amount.with_minor(0)


@attrs.frozen(kw_only=True)
class WithdrawalFee:
    """What it costs payees to take out parts of what they are owed, whenever they ask for it.

    The first few are free, unless they are small: Vaki takes COP 10,000 of each below COP 500,000, and of
    each from the third on.

    Attributes:
        fee: What one costs that is not free; zero where all are.
        free: How many are free.
        below: Amounts strictly below this one cost it at once; None for none.

    Raises:
        InvalidValue: a negative amount, or a part of the wrong kind.
        CurrencyMismatch: two currencies.

    Example:
        >>> cop = lambda text: Money.of(text, "COP")
        >>> vaki = WithdrawalFee(fee=cop("10000"), free=2, below=cop("500000"))
        >>> [str(vaki.of(cop(text), n)) for n, text in enumerate(("400000", "600000", "700000"), 1)]
        ['COP 10000.00', 'COP 0.00', 'COP 10000.00']
    """

    fee: Money = attrs.field(validator=[kind(Money), not_negative])
    free: int = attrs.field(validator=counted(0))
    below: Money | None = attrs.field(default=None, validator=[kind(Money, None), not_negative])

    def __attrs_post_init__(self) -> None:
        if self.below is not None:
            Money.total([self.below], self.fee.currency)

    def of(self, amount: Money, number: int) -> Money:
        """What the withdrawal of this number costs a payee, counted from one.

        Raises:
            InvalidValue: no money, or a number below one.
            CurrencyMismatch: the amount is of another currency.
        """
        expect(amount, Money, what="what is withdrawn")
        expect(number, int, what="the number of a withdrawal", least=1)
        small = self.below is not None and amount < self.below
        return self.fee if small or number > self.free else Money.total([amount * 0], self.fee.currency)
