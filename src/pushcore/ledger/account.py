"""Accounts: where money is, or who it is owed to."""

from __future__ import annotations

from enum import StrEnum

import attrs

from pushcore._checks import kind, none_such
from pushcore.ids import reference

__all__ = ["Account", "Side"]


class Side(StrEnum):
    """The side of an account that increases it: assets grow by debits, what is owed grows by credits."""

    DEBIT = "debit"
    CREDIT = "credit"

    _missing_ = classmethod(none_such)


@attrs.frozen
class Account:
    """One account of the ledger, known by its path.

    Attributes:
        path: Its name, such as ``campaign/lanterne/held``.
        normal: The side that increases it.
        guarded: It may never go below zero, pending movements counted.
    """

    path: str = attrs.field(validator=reference)
    normal: Side = attrs.field(validator=kind(Side))
    guarded: bool = attrs.field(default=False, validator=kind(bool))
