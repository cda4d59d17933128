"""The share of its fees that a host owes the platform: a debt, which is settled once it is worth it.

A host of Open Collective takes a fee of what its collectives are given, and owes the platform a part of that,
beside the tips it received for it. A debt of 10.00 or less waits for the next month.
"""

from __future__ import annotations

from typing import Any

import attrs

from pushcore._checks import expect, items, kind, not_negative
from pushcore.errors import InvalidValue
from pushcore.ids import HostId, PayeeId, identifier
from pushcore.money import Money, Percentage, Rounding
from pushcore.payouts.fees import names

__all__ = ["FeeShare", "due"]


def _up_to_all(owner: object, attribute: attrs.Attribute[Any], value: Percentage) -> None:
    if not 0 <= value.fraction <= 1:
        message = f"{type(owner).__name__}.{attribute.name}: expected 0% to 100%, got {value}"
        raise InvalidValue(message, field=attribute.name, value=value)


@attrs.frozen
class FeeShare:
    """What a host owes the platform of the fees it takes, and from when on the debt is settled.

    Attributes:
        host_id: Who owes it.
        portion: Of its fees.
        rounding: How the portion of them becomes whole minor units.
        payee_id: Who is paid: the platform, as the payment provider knows it.
        threshold: A debt is settled, all of it, once it is more than this.
        inclusive: Whether a debt of exactly the threshold is settled too.
        lines: The fee lines of a campaign that are the host's, an estimate with its true-up; none for all of
            them.
        on_top: What backers gave beside a campaign that is the platform's, all of it, such as ``tip``.

    Example:
        >>> rate, limit = Percentage.of("15"), Money.of("10.00", "USD")
        >>> share = FeeShare("oce", rate, Rounding.HALF_UP, payee_id="platform", threshold=limit)
        >>> str(share.of(Money.of("4.50", "USD")))
        'USD 0.68'
        >>> [str(due(share, Money.of(owed, "USD"))) for owed in ("5.00", "10.00", "11.00")]
        ['USD 0.00', 'USD 0.00', 'USD 11.00']
    """

    host_id: HostId = attrs.field(validator=identifier)
    portion: Percentage = attrs.field(validator=[kind(Percentage), _up_to_all])
    rounding: Rounding = attrs.field(validator=kind(Rounding))
    payee_id: PayeeId = attrs.field(kw_only=True, validator=identifier)
    threshold: Money = attrs.field(kw_only=True, validator=[kind(Money), not_negative])
    inclusive: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))
    lines: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=items, validator=names)
    on_top: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=items, validator=names)

    def of(self, fee: Money) -> Money:
        """What the host owes of a fee that it took; below zero of one that it gave back.

        Raises:
            InvalidValue: not money.
        """
        expect(fee, Money, what="the fee of a host")
        return fee.times(self.portion.fraction, self.rounding)


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
