"""Soft launches: a campaign takes pledges of those who are invited before it opens to everybody.

Push opened with a dozen pilot projects before its official launch; a campaign whose friends pledge first does
not open empty.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import kind
from pushcore.calendar import utc
from pushcore.rewards import Audience

__all__ = ["SoftLaunch"]


@attrs.frozen
class SoftLaunch:
    """From when on those who are invited can pledge; everybody else from the opening of the window on.

    Attributes:
        opens: An instant before the public opening.
        audience: Who is invited: whoever shows the token of a link with their selection, or is on the list. A
            selection shows one token, so rewards that have a link of their own go by their list until then.

    Raises:
        InvalidValue: a part of the wrong kind.

    Example:
        >>> friends = SoftLaunch(datetime.fromisoformat("2026-01-02T09:00Z"), Audience(token="first-night"))
        >>> friends.audience.admits("ana", "first-night")
        True
    """

    opens: datetime = attrs.field(converter=utc)
    audience: Audience = attrs.field(validator=kind(Audience))
