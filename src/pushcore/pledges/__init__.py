"""Pledges: what backers promise, until it is charged."""

from __future__ import annotations

from pushcore.pledges.booking import Booking
from pushcore.pledges.instalments import Instalments
from pushcore.pledges.part import Part, PartState
from pushcore.pledges.pieces import pieces_owed
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.presented import Presented
from pushcore.pledges.refund import (
    AskedBack,
    Disputed,
    Exchanged,
    GoneBack,
    PledgeRefund,
    RefundWay,
    paid_for,
)
from pushcore.pledges.request import PledgeRequest

__all__ = [
    "AskedBack",
    "Booking",
    "Disputed",
    "Exchanged",
    "GoneBack",
    "Instalments",
    "Part",
    "PartState",
    "Pledge",
    "PledgeRefund",
    "PledgeRequest",
    "PledgeState",
    "Presented",
    "RefundWay",
    "paid_for",
    "pieces_owed",
]
