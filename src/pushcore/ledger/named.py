"""What the path of an account says: it is read by statements, which name accounts that they did not make."""

from __future__ import annotations

from enum import StrEnum

import attrs

from pushcore._checks import kind, none_such
from pushcore.ids import CampaignId

__all__ = ["Holder", "Named"]


class Holder(StrEnum):
    """Whose the money on an account is, or where it lies.

    - ``CREATOR``: of the creator of a campaign and of those it is split among; or owed by them.
    - ``BACKER``: on its way back to backers.
    - ``PLATFORM``: earned by the host.
    - ``PROVIDER``: where all of it lies, with the payment provider or in the drawer of the host.
    """

    CREATOR = "creator"
    BACKER = "backer"
    PLATFORM = "platform"
    PROVIDER = "provider"

    _missing_ = classmethod(none_such)


@attrs.frozen
class Named:
    """An account by what its path is made of.

    Attributes:
        sort: What kind of account it is, such as ``held``, ``fees`` or ``payee``.
        name: Which one of that kind, such as a fee line or a payee.
        campaign_id: Of which campaign; None where it is of none.
        holder: Whose it is.
    """

    sort: str = attrs.field(validator=kind(str))
    name: str | None = attrs.field(validator=kind(str, None))
    campaign_id: CampaignId | None = attrs.field(validator=kind(str, None))
    holder: Holder = attrs.field(validator=kind(Holder))
