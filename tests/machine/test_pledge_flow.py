"""Whatever crashes, repeats, races or comes late: money is conserved, and what was begun can be finished."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from lanterne import CheckingStore

from pushcore.memory import MemoryStore
from pushcore.testing import check_event_streams, check_pledge_flow, check_races, check_restarts


def test_random_histories():
    often = 2 * settings().max_examples
    any_shape = list(HealthCheck)  # histories are long, and hypothesis thinks that unhealthy
    check_pledge_flow(
        CheckingStore,
        settings=settings(max_examples=often, stateful_step_count=40, suppress_health_check=any_shape),
    )


def test_stories_that_end_at_every_call_end_as_they_should():
    check_restarts(MemoryStore)


def test_stories_that_are_interfered_with_at_every_call_end_as_they_should():
    check_races(MemoryStore)


def test_stories_that_are_told_by_shuffled_and_repeated_events_end_as_they_should():
    """LF04, BB28: whatever comes first is taken, and never twice."""
    check_event_streams(MemoryStore, seeds=25)
