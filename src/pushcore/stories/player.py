"""The player: a story happens, its own events and the rows of a CSV together, and has an outcome."""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from pushcore._checks import shown
from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.ids import PledgeId
from pushcore.ledger import audit, chart
from pushcore.stories.building import note_unknown
from pushcore.stories.findings import Findings, unreadable
from pushcore.stories.outcome import Outcome
from pushcore.stories.performing import Performance
from pushcore.stories.pledge_rows import pledge_rows
from pushcore.stories.steps import Step
from pushcore.stories.story import CAMPAIGN_ID, Story
from pushcore.usecases import state_account

__all__ = ["Watch", "play"]

Watch = Callable[[str, int, int], object]
"""Told how far long work is: what is done, how much of it, and how much there is."""

_OFTEN: Final = 1_000


def play(
    story: Story, *, pledges: str | os.PathLike[str] | None = None, watch: Watch = lambda *_: None
) -> Outcome:
    """Play a story to its end.

    Args:
        story: What happens.
        pledges: A CSV of more pledges, read as a stream.
        watch: Told how far it is, for a progress bar.

    Raises:
        InvalidDocument: with every problem of the CSV; or pledges are taken back that nobody makes.

    Example:
        >>> from pushcore.stories import parse_story
        >>> outcome = play(parse_story('''
        ...     story = 1
        ...     title = "A short film"
        ...     [campaign]
        ...     currency = "EUR"
        ...     goal = "100.00"
        ...     zone = "Europe/Brussels"
        ...     opens = "2026-01-05 10:00"
        ...     days = 30
        ...     creator = "lune"
        ...     model = "all-or-nothing"
        ...     [[events]]
        ...     at = "2026-01-06 12:00"
        ...     pledge = "p1"
        ...     backer = "ana"
        ...     amount = "120.00"
        ... '''))
        >>> outcome.as_dict()["state"], outcome.as_dict()["payouts"]
        ('successful', {'lune': '120.00'})
    """
    if story.__class__ is not Story:
        message = f"a story is played, not {shown(story)}"
        raise InvalidValue(message, story=story)
    made, findings = story.pledge_ids, Findings("" if pledges is None else str(pledges))
    performance = Performance(story.campaign, story.until, _Charges(watch, made), funds=story.funds)
    try:
        with _opened(pledges) as file:
            rows = pledge_rows(
                file, story, made, findings, lambda done: watch("pledges", done, _size(pledges))
            )
            steps = heapq.merge(_told(story.steps, watch), rows, key=lambda step: step.at)
            performance.run(steps, going_on=lambda: not findings.problems)
    except OSError as error:
        raise InvalidDocument([unreadable(pledges, error)]) from None
    problems = Findings(story.name)
    note_unknown(story.references, made, story.subscription_ids, problems)
    if findings.problems or problems.problems:
        raise InvalidDocument(findings if findings.problems else problems)
    return _outcome(story, performance)


def _told(steps: tuple[Step, ...], watch: Watch) -> Iterator[Step]:
    """The steps as they are, telling now and then how many were taken."""
    for done, step in enumerate(steps, 1):
        if done % _OFTEN == 0:
            watch("events", done, len(steps))
        yield step


class _Charges:
    """Tells now and then how many charges were asked for, of so many pledges."""

    def __init__(self, watch: Watch, made: set[PledgeId]) -> None:
        self._watch, self._made, self._charges = watch, made, 0

    def __call__(self) -> None:
        self._charges += 1
        if self._charges % _OFTEN == 0:
            self._watch("charges", self._charges, max(len(self._made), self._charges))


def _outcome(story: Story, performance: Performance) -> Outcome:
    store, campaign = performance.store, performance.store.campaign(CAMPAIGN_ID)
    statement = state_account(performance.ports, CAMPAIGN_ID)
    at_provider = store.balance(chart.PROVIDER, campaign.currency).posted
    booked = performance.cards.held(campaign.currency) == at_provider and statement.conserved
    return Outcome(
        story,
        campaign,
        statement,
        store,
        performance.timeline,
        balanced=booked and not audit(store.transactions()),
        pledge_ids=performance.pledge_ids,
        left_out=performance.left_out,
    )


_NO_ROWS: Final = b"at,id,backer,amount\n"


def _opened(pledges: str | os.PathLike[str] | None) -> BinaryIO:
    if pledges is None:
        return BytesIO(_NO_ROWS)
    try:
        return Path(pledges).open("rb")
    except (TypeError, ValueError) as error:
        raise InvalidDocument([unreadable(pledges, error)]) from None


def _size(pledges: str | os.PathLike[str] | None) -> int:
    return 0 if pledges is None else Path(pledges).stat().st_size
