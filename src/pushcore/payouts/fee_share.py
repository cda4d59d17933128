"""The share of its fees that a host owes the platform: a debt, which is settled once it is worth it.

A host of Open Collective takes a fee of what its collectives are given, and owes the platform a part of that,
beside the tips it received for it. A debt of 10.00 or less waits for the next month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pushcore._checks import expect, kind, not_negative
from pushcore.changes import Changes
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.ids import HostId, OrderKey, TransactionId, identifier, joined
from pushcore.ledger import recipes
from pushcore.money import Money, Percentage, Rounding

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["FeeShare", "accrue", "due", "pay"]


def _up_to_all(owner: object, attribute: attrs.Attribute[Any], value: Percentage) -> None:
    if not 0 <= value.fraction <= 1:
        message = f"{type(owner).__name__}.{attribute.name}: expected 0% to 100%, got {value}"
        raise InvalidValue(message, field=attribute.name, value=value)


@attrs.frozen
class FeeShare:
    """What a host owes the platform of each fee it takes, and from when on the debt is settled.

    Attributes:
        host_id: Who owes it.
        portion: Of each fee.
        rounding: How the portion of each becomes whole minor units.
        threshold: A debt is settled, all of it, once it is more than this.
        inclusive: Whether a debt of exactly the threshold is settled too.

    Example:
        >>> share = FeeShare("oce", Percentage.of("15"), Rounding.HALF_UP, threshold=Money.of("10.00", "USD"))
        >>> str(share.of(Money.of("4.50", "USD")))
        'USD 0.68'
        >>> [str(due(share, Money.of(owed, "USD"))) for owed in ("5.00", "10.00", "11.00")]
        ['USD 0.00', 'USD 0.00', 'USD 11.00']
    """

    host_id: HostId = attrs.field(validator=identifier)
    portion: Percentage = attrs.field(validator=[kind(Percentage), _up_to_all])
    rounding: Rounding = attrs.field(validator=kind(Rounding))
    threshold: Money = attrs.field(kw_only=True, validator=[kind(Money), not_negative])
    inclusive: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))

    def of(self, fee: Money) -> Money:
        """What the host owes of one fee that it took; below zero of one that it gave back.

        Raises:
            InvalidValue: not money.
        """
        expect(fee, Money, what="the fee of a host")
        return fee.times(self.portion.fraction, self.rounding)


def accrue(
    share: FeeShare, fee: Money, transaction_id: TransactionId, at: datetime, *, tips: Money | None = None
) -> Changes:
    """Write down what a host owes for a fee that it took, and for tips that it received for the platform.

    Args:
        share: What it owes of each fee.
        fee: What it took, at least zero.
        transaction_id: Derived from what the fee is of, so that it is not written down twice.
        at: When.
        tips: What backers gave to the platform, and the host received; None for nothing.

    Raises:
        InvalidValue: a fee or tips below zero.
        CurrencyMismatch: tips, or a threshold, of another currency than the fee.
    """
    expect(share, FeeShare, what="the share of a host's fees")
    given = fee if tips is None else tips
    for what, amount in (("the fee of a host", fee), ("tips that a host received", given)):
        expect(amount, Money, what=what)
        if amount.minor < 0:
            message = f"{what}: expected at least zero, got {amount}"
            raise InvalidValue(message, amount=amount)
    owed = Money.total((share.of(fee), *(() if tips is None else (tips,))), share.threshold.currency)
    if not owed:
        return Changes()
    return Changes(transactions=(recipes.owe_share(transaction_id, share.host_id, owed, at),))


def due(share: FeeShare, owed: Money) -> Money:
    """What of a debt is to be paid now: all of it once it is more than the threshold, and before nothing.

    Raises:
        InvalidValue: not money.
        CurrencyMismatch: of another currency than the threshold.
    """
    expect(share, FeeShare, what="the share of a host's fees")
    expect(owed, Money, what="what a host owes")
    enough = owed > share.threshold or (share.inclusive and owed == share.threshold)
    return owed if enough and owed.minor > 0 else owed.with_minor(0)


def pay(share: FeeShare, owed: Money, number: int, at: datetime) -> Changes:
    """Settle what a host owes, if that is enough: its payment is under way from here on.

    The transaction is pending; post or void it by what becomes of the payment.

    Args:
        share: The threshold.
        owed: The debt, as the ledger has it (`pushcore.ledger.recipes.owed_account`).
        number: Which payment of this host it is; the same one is made once.
        at: When.

    Raises:
        Refused: ``not-due``: the debt waits until it is worth a payment.
        InvalidValue: not money, or no such number.
        CurrencyMismatch: the debt is of another currency than the threshold.
    """
    amount = due(share, owed)
    expect(number, int, what="the number of a payment", least=1)
    if not amount:
        message = f"host {share.host_id} owes {owed}, which waits until it passes {share.threshold}"
        raise Refused([Refusal("not-due", message, {"owed": owed, "threshold": share.threshold})])
    key = OrderKey(joined("host", share.host_id, "share", str(number)))
    return Changes(transactions=(recipes.pay_share(key, share.host_id, amount, at),))
