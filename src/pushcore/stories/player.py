"""The player: a story happens on a clock of its own, over a host in memory and through the real use cases.

At each instant the story's events come first, in their order, then the rows of the CSV, then what the
platform does by itself: it closes, collects, reminds, drops, settles and pays out when that is due.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final, assert_never

from pushcore._checks import shown
from pushcore.errors import InvalidDocument, InvalidValue, Refused
from pushcore.ids import ActorId, PledgeId
from pushcore.ledger import audit, recipes
from pushcore.memory import CountingIds, ManualClock, MemoryStore
from pushcore.pledges import PledgeState
from pushcore.ports import Ports
from pushcore.stories.building import note_unknown
from pushcore.stories.cards import Cards
from pushcore.stories.findings import Findings, unreadable
from pushcore.stories.outcome import Outcome, RefusedStep
from pushcore.stories.pledge_rows import pledge_rows
from pushcore.stories.story import (
    CAMPAIGN_ID,
    AcceptCharge,
    CancelPledge,
    DeclineCharge,
    PlacePledge,
    Step,
    Story,
)
from pushcore.usecases import (
    advance_campaign,
    cancel_pledge,
    charge_pledge,
    draft_campaign,
    finish_orders,
    launch_campaign,
    place_pledge,
    state_account,
)

__all__ = ["Watch", "play"]

Watch = Callable[[str, int, int], object]
"""Told how far long work is: what is done, how much of it, and how much there is."""

_PLATFORM: Final = ActorId("platform")
_BACKER: Final = ActorId("backer")
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
    show = _Show(story, watch)
    try:
        with _opened(pledges) as file:
            rows = pledge_rows(
                file, story, made, findings, lambda done: watch("pledges", done, _size(pledges))
            )
            show.run(heapq.merge(story.steps, rows, key=lambda step: step.at), findings)
    except OSError as error:
        raise InvalidDocument([unreadable(pledges, error)]) from None
    problems = Findings(story.name)
    note_unknown(story.references, made, problems)
    if findings.problems or problems.problems:
        raise InvalidDocument(findings if findings.problems else problems)
    return show.outcome()


class _Show:
    """One performance of a story: the host it happens in, and what was refused."""

    def __init__(self, story: Story, watch: Watch) -> None:
        closes = story.terms.window.closes.at
        self._story, self._watch = story, watch
        self._store, self._clock, self._cards = MemoryStore(), ManualClock(closes), Cards(self._charging)
        self._ports = Ports(self._store, self._cards, self._clock, CountingIds())
        self._wakes = [closes, *(closes + step.after for step in story.terms.dunning.steps)]
        self._pledge_ids: list[PledgeId] = []
        self._refusals: list[RefusedStep] = []
        self._left_out = self._charges = 0

    def run(self, steps: Iterator[Step], findings: Findings) -> None:
        """Take every step at its time, and the platform's at theirs; nothing more once there is a problem."""
        first = next(steps, None)
        self._launch(self._story.until if first is None else first.at)
        for step in steps if first is None else chain((first,), steps):
            if findings.problems:
                break
            if step.at > self._story.until:
                self._left_out += 1
                continue
            self._wake_before(step.at)
            self._clock.set(step.at)
            self._take(step)
        if not findings.problems:
            self._wake_before(self._story.until + timedelta.resolution)

    def outcome(self) -> Outcome:
        """What it came to."""
        store, campaign = self._store, self._store.campaign(CAMPAIGN_ID)
        statement = state_account(self._ports, CAMPAIGN_ID)
        at_provider = store.balance(recipes.PROVIDER, campaign.currency).posted
        booked = self._cards.held(campaign.currency) == at_provider and statement.conserved
        return Outcome(
            self._story,
            campaign,
            statement,
            store,
            balanced=booked and not audit(store.transactions()),
            pledge_ids=self._pledge_ids,
            refusals=self._refusals,
            left_out=self._left_out,
        )

    def _launch(self, at: datetime) -> None:
        """Launch before anything happens: what comes before the opening is then too early."""
        story = self._story
        self._clock.set(min(at, story.terms.window.opens, story.until))
        draft_campaign(
            self._ports,
            story.terms,
            creator_id=story.creator_id,
            actor=ActorId(story.creator_id),
            campaign_id=CAMPAIGN_ID,
            discipline=story.discipline,
        )
        launch_campaign(self._ports, CAMPAIGN_ID, actor=ActorId(story.creator_id))

    def _take(self, step: Step) -> None:
        try:
            match step:
                case PlacePledge(request=request):
                    self._pledge_ids.append(place_pledge(self._ports, request).id)
                case CancelPledge(pledge_id=pledge_id):
                    cancel_pledge(self._ports, pledge_id, actor=_BACKER)
                case DeclineCharge(pledge_id=pledge_id):
                    self._cards.decline(pledge_id)
                case AcceptCharge(pledge_id=pledge_id):
                    self._accept(step, pledge_id)
                case _:
                    assert_never(step)
        except Refused as no:
            self._refusals.append(RefusedStep(step.at, step.origin, step.pledge_id, no.codes))

    def _accept(self, step: Step, pledge_id: PledgeId) -> None:
        """The backer mended the card: where a charge failed, it is made again at once, if not too late."""
        self._cards.accept(pledge_id)
        pledge = self._store.find_pledge(pledge_id)
        if pledge is not None and pledge.state in {PledgeState.ERRORED, PledgeState.DROPPED}:
            charge_pledge(self._ports, pledge_id, actor=_BACKER)
            heapq.heappush(self._wakes, step.at)  # perhaps nothing else was open

    def _wake_before(self, at: datetime) -> None:
        while self._wakes and self._wakes[0] < at:
            self._clock.set(heapq.heappop(self._wakes))
            self._do_what_is_due()

    def _do_what_is_due(self) -> None:
        advance_campaign(self._ports, CAMPAIGN_ID, actor=_PLATFORM)
        finish_orders(self._ports, actor=_PLATFORM)

    def _charging(self) -> None:
        self._charges += 1
        if self._charges % _OFTEN == 0:
            self._watch("charges", self._charges, len(self._pledge_ids))


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
