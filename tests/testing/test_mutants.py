"""The checks of the testing kit find what is wrong: each mistake that is planted here, they catch.

Traps of real systems: see *Twelve ways to lose a cent*.
"""

from __future__ import annotations

import attrs
import mutants
import pytest
from hypothesis import HealthCheck, Phase, settings

from pushcore.errors import InvalidValue, PushcoreError
from pushcore.memory import MemoryStore
from pushcore.pledges import PledgeState
from pushcore.testing import (
    check_event_streams,
    check_pledge_flow,
    check_races,
    check_restarts,
    restarts,
    simulate_platform,
)
from pushcore.usecases import telling

QUICK = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)

OFTEN_FOUND = (
    mutants.canceling_keeps_the_piece,
    mutants.charge_keys_are_new_each_time,
    mutants.failing_charges_everybody,
    mutants.failing_releases_nobody,
    mutants.payouts_are_sent_again,
    mutants.receiving_posts_twice,
    mutants.store_loses_orders,
)
LEFT_OPEN_BY_CRASHES = (
    mutants.charges_are_not_written_down_first,
    mutants.gateway_ignores_keys,
    mutants.store_loses_orders,
)


@pytest.mark.parametrize("mutant", mutants.MUTANTS, ids=lambda it: it.__name__)
def test_interference_at_every_call_finds_it(mutant, monkeypatch):
    """In the stories in which it shows, since the others would take as long as if there were no mistake."""
    monkeypatch.setattr(restarts, "STORIES", restarts.STORIES[mutants.MUTANTS[mutant]])
    with pytest.raises(AssertionError):
        check_races(*mutant(monkeypatch))


@pytest.mark.parametrize("mutant", LEFT_OPEN_BY_CRASHES, ids=lambda it: it.__name__)
def test_a_crash_at_every_call_finds_it(mutant, monkeypatch):
    with pytest.raises(AssertionError):
        check_restarts(*mutant(monkeypatch))


@pytest.mark.parametrize("mutant", OFTEN_FOUND, ids=lambda it: it.__name__)
def test_random_histories_find_it(mutant, monkeypatch):
    with pytest.raises(AssertionError):
        check_pledge_flow(*mutant(monkeypatch), settings=QUICK)


class Lossy(MemoryStore):
    """It drops the last event of each commit."""

    def commit(self, changes):
        super().commit(attrs.evolve(changes, events=changes.events[:-1]))


class Silent(MemoryStore):
    """It tells of nothing that happened."""

    def events(self):
        return iter(())


class Reversed(MemoryStore):
    """It tells the newest first."""

    def events(self):
        return iter([*super().events()][::-1])


CHECKS = {
    "histories": lambda store: check_pledge_flow(store, settings=settings(QUICK, max_examples=3)),
    "streams": lambda store: check_event_streams(store, seeds=1),
    "restarts": check_restarts,
    "races": check_races,
    "worlds": lambda store: simulate_platform(0, steps=30, make_store=store),
}


@pytest.mark.parametrize("store", [Lossy, Silent, Reversed])
@pytest.mark.parametrize("check", CHECKS)
def test_a_store_whose_events_are_not_those_that_were_committed_is_found(check, store, monkeypatch):
    monkeypatch.setattr(restarts, "STORIES", restarts.STORIES[:1])
    with pytest.raises(AssertionError, match=r"event \d+ of \d+ that were committed"):
        CHECKS[check](store)


@pytest.mark.parametrize("check", CHECKS)
def test_what_is_no_store_is_refused_by_its_own_name(check):
    with pytest.raises(InvalidValue, match=r"expected a Store, got \{\}"):
        CHECKS[check](dict)


def test_event_streams_find_what_is_refused(monkeypatch):
    """An event that cannot be taken comes again and again."""

    def refuse(*_):
        raise PushcoreError

    monkeypatch.setitem(telling._TAKES, telling.Purpose.CHARGE, refuse)
    with pytest.raises(AssertionError, match="again and again"):
        check_event_streams(MemoryStore, seeds=1)


def test_event_streams_find_what_is_taken_for_another_attempt(monkeypatch):
    """The decline of the first charge is told again while the second one is under way."""

    def take_any(ports, name, answer, actor):
        pledge = ports.store.find_pledge(name.subject_id)
        if pledge.state is not PledgeState.CHARGING:
            return telling.Reception.KNOWN
        campaign = ports.store.campaign(pledge.campaign_id)
        telling.take_charge(ports, campaign, pledge, actor, answer)
        return telling.Reception.TAKEN

    monkeypatch.setitem(telling._TAKES, telling.Purpose.CHARGE, take_any)
    with pytest.raises(AssertionError, match="instead of"):
        check_event_streams(MemoryStore, seeds=20)
