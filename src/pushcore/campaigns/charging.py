"""Charging: when the money of a pledge is taken, which each platform decides for itself."""

from __future__ import annotations

from enum import StrEnum

from pushcore._checks import none_such

__all__ = ["Charging"]


class Charging(StrEnum):
    """When the money of a pledge is taken; of one that is paid in parts, see `InstalmentPlan`.

    - ``AT_PLEDGE``: at once, and given back if the campaign fails (Ulule, Indiegogo, Verkami).
    - ``AT_DEADLINE``: from a saved payment method, once the campaign has ended well (Kickstarter, Startnext).
    - ``AUTHORIZED``: authorized at the pledge and captured at the deadline.
    - ``ESCROW``: at once, into the hands of the provider, who pays it out after the deadline (Reg CF).
    """

    AT_PLEDGE = "at-pledge"
    AT_DEADLINE = "at-deadline"
    AUTHORIZED = "authorized"
    ESCROW = "escrow"

    _missing_ = classmethod(none_such)
