"""The names things go by: one type per kind of id, all of them text chosen by the host.

An id is opaque: pushcore compares it, puts it into idempotency keys and writes it into events; it never
takes it apart. It must not be a person's name or address, since events and ledger lines are kept for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NewType

from pushcore._checks import LONGEST, expect, is_name, shown
from pushcore.errors import InvalidValue

if TYPE_CHECKING:
    from typing import Any

    import attrs

    from pushcore._checks import Validator

__all__ = [
    "ActorId",
    "BackerId",
    "CampaignId",
    "FollowerId",
    "FundId",
    "HostId",
    "ItemId",
    "MilestoneId",
    "OrderKey",
    "PayeeId",
    "PayoutId",
    "PledgeId",
    "SponsorId",
    "StockId",
    "StretchGoalId",
    "SubscriptionId",
    "TierId",
    "TransactionId",
    "VoucherCode",
    "WaitingListId",
    "identifier",
    "joined",
    "optional_identifier",
    "optional_reference",
    "parted",
    "reference",
]

ActorId = NewType("ActorId", str)
BackerId = NewType("BackerId", str)
CampaignId = NewType("CampaignId", str)
ItemId = NewType("ItemId", str)
FollowerId = NewType("FollowerId", str)
FundId = NewType("FundId", str)
MilestoneId = NewType("MilestoneId", str)
HostId = NewType("HostId", str)
OrderKey = NewType("OrderKey", str)
PayeeId = NewType("PayeeId", str)
PayoutId = NewType("PayoutId", str)
PledgeId = NewType("PledgeId", str)
StockId = NewType("StockId", str)
StretchGoalId = NewType("StretchGoalId", str)
SponsorId = NewType("SponsorId", str)
SubscriptionId = NewType("SubscriptionId", str)
TierId = NewType("TierId", str)
TransactionId = NewType("TransactionId", str)
VoucherCode = NewType("VoucherCode", str)
WaitingListId = NewType("WaitingListId", str)


def _text(what: str, most: int) -> Validator:
    """A validator of printable text without spaces at its ends, up to so many characters."""

    def check(owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not is_name(value, most):
            message = (
                f"{type(owner).__name__}.{attribute.name}: expected {what} "
                f"(printable text, 1 to {most} characters, no space at its ends), got {shown(value)}"
            )
            raise InvalidValue(message, field=attribute.name, value=value)

    return check


identifier: Final = _text("an id", LONGEST)
"""Validator of ids that a host chooses: printable text without spaces at its ends, 1 to 200 characters."""

reference: Final = _text("a name", 2_000)
"""Validator of names made of ids or given by a provider: as `identifier`, but up to 2,000 characters."""


def optional_identifier(owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Validator of ids that may be None."""
    if value is not None:
        identifier(owner, attribute, value)


def optional_reference(owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Validator of such names that may be None."""
    if value is not None:
        reference(owner, attribute, value)


def joined(*names: str) -> str:
    """One name made of several, which no other names make: a slash within one of them is escaped.

    Raises:
        InvalidValue: one is not text.

    Example:
        >>> joined("lanterne", "lune"), joined("2026/lanterne", "lune")
        ('lanterne/lune', '2026%2Flanterne/lune')
    """
    for name in names:
        expect(name, str, what="a name that others are made of")
    return "/".join(name.replace("%", "%25").replace("/", "%2F") for name in names)


def parted(name: str) -> tuple[str, ...]:
    """The names that `joined` made one of.

    Raises:
        InvalidValue: it is not text.

    Example:
        >>> parted("2026%2Flanterne/lune")
        ('2026/lanterne', 'lune')
    """
    expect(name, str, what="a name that was made of others")
    return tuple(part.replace("%2F", "/").replace("%25", "%") for part in name.split("/"))
