"""Stories: campaigns as files that are read, played and checked.

A story says what a campaign promises, what happens in it, and what is expected to come of it. Playing it runs
the real use cases over a host in memory, on a clock of its own.
"""

from __future__ import annotations

from pushcore.stories.chart import draw_curve
from pushcore.stories.checking import Difference, check
from pushcore.stories.curve import Point, funding_curve
from pushcore.stories.diary import Day, Happening, Note, diary
from pushcore.stories.document import schema
from pushcore.stories.ledger_rows import write_ledger
from pushcore.stories.outcome import Outcome, RefusedStep
from pushcore.stories.player import Watch, play
from pushcore.stories.reading import parse_story, read_story
from pushcore.stories.story import (
    AcceptCharge,
    CancelPledge,
    DeclineCharge,
    Origin,
    PlacePledge,
    Step,
    Story,
)

__all__ = [
    "AcceptCharge",
    "CancelPledge",
    "Day",
    "DeclineCharge",
    "Difference",
    "Happening",
    "Note",
    "Origin",
    "Outcome",
    "PlacePledge",
    "Point",
    "RefusedStep",
    "Step",
    "Story",
    "Watch",
    "check",
    "diary",
    "draw_curve",
    "funding_curve",
    "parse_story",
    "play",
    "read_story",
    "schema",
    "write_ledger",
]
