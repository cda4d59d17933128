"""Pledges: what backers promise, until it is charged."""

from __future__ import annotations

from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.request import PledgeRequest

__all__ = ["Pledge", "PledgeRequest", "PledgeState"]
