"""What can go wrong between two lines of a use case.

A use case is a straight line of port calls, so whatever happens between two of its lines happens before or
after one of its calls.
"""

from __future__ import annotations

from enum import StrEnum

import attrs

from pushcore.testing.steps import Step

__all__ = ["Crash", "Interruption", "Moment", "Trouble"]


class Crash(BaseException):
    """The process ends here. Like a power cut, it is caught by nobody in between."""


class Trouble(StrEnum):
    """The process ends, or the payment provider does not answer, or rejects what it has not carried out."""

    CRASH = "crash"
    SILENCE = "silence"
    REJECTION = "rejection"


class Moment(StrEnum):
    """On which side of a call."""

    BEFORE = "before"
    AFTER = "after"


@attrs.frozen
class Interruption:
    """Trouble, or steps that somebody else takes meanwhile, at the n-th call, counted from one.

    Attributes:
        reads: Whether reads are counted too, or only what has an effect: commits and calls of the gateway.
    """

    call: int
    moment: Moment
    what: Trouble | tuple[Step, ...]
    reads: bool = False
