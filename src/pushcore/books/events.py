"""What happened to the books."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import counted
from pushcore.calendar import utc
from pushcore.ids import ActorId, identifier

__all__ = ["BroughtOver"]


@attrs.frozen
class BroughtOver:
    """A running platform was brought over, as it stood at the instant of the cut-over."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=identifier)
    cut_over: datetime = attrs.field(converter=utc)
    campaigns: int = attrs.field(validator=counted(0))
    pledges: int = attrs.field(validator=counted(0))
