"""The names things go by: one type per kind of id, all of them text chosen by the host.

An id is opaque: pushcore compares it, puts it into idempotency keys and writes it into events; it never
takes it apart. It must not be a person's name or address, since events and ledger lines are kept for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NewType

from pushcore._checks import shown
from pushcore.errors import InvalidValue

if TYPE_CHECKING:
    from typing import Any

    import attrs

__all__ = [
    "ActorId",
    "BackerId",
    "CampaignId",
    "OrderKey",
    "PayeeId",
    "PayoutId",
    "PledgeId",
    "TierId",
    "TransactionId",
    "identifier",
    "optional_identifier",
]

ActorId = NewType("ActorId", str)
BackerId = NewType("BackerId", str)
CampaignId = NewType("CampaignId", str)
OrderKey = NewType("OrderKey", str)
PayeeId = NewType("PayeeId", str)
PayoutId = NewType("PayoutId", str)
PledgeId = NewType("PledgeId", str)
TierId = NewType("TierId", str)
TransactionId = NewType("TransactionId", str)

MAX_LENGTH: Final = 200


def identifier(owner: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Validator of id fields: printable text without spaces at its ends, 1 to 200 characters.

    Raises:
        InvalidValue: anything else.
    """
    if not (
        isinstance(value, str)
        and 0 < len(value) <= MAX_LENGTH
        and value.isprintable()
        and value[0] != " " != value[-1]
    ):
        message = (
            f"{type(owner).__name__}.{attribute.name}: expected an id "
            f"(printable text, 1 to {MAX_LENGTH} characters), got {shown(value)}"
        )
        raise InvalidValue(message, field=attribute.name, value=value)


def optional_identifier(owner: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Validator of id fields that may be None."""
    if value is not None:
        identifier(owner, attribute, value)
