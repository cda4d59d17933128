"""What breaks a law is told in a few deeds, written to a file, and seen again by playing the file."""

import json
import pickle

import faulty
import mutants
import pytest

from pushcore.errors import InvalidValue
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.testing import SimulationFailed, replay_simulation, simulate_platform
from pushcore.testing.simulation.deed import Deed, Strike


def broken(mistake, patch, file, **options):
    make_store, make_gateway = mistake(patch)
    return first_failure(file=file, make_store=make_store, make_gateway=make_gateway, **options)


def first_failure(**options):
    for seed in range(40):
        try:
            simulate_platform(seed, steps=300, **options)
        except SimulationFailed as failed:
            return failed
    return pytest.fail("nothing was found")


@pytest.mark.parametrize(
    ("mistake", "most"),
    [
        (faulty.statements_leave_out_refunds, 12),
        (mutants.canceling_keeps_the_piece, 8),
        (faulty.gateway_takes_what_it_declines, 16),
        (faulty.canceling_forgets_no_method, 6),
    ],
    ids=lambda it: getattr(it, "__name__", None),
)
def test_a_short_history_is_left(mistake, most, monkeypatch, tmp_path):
    file = tmp_path / "broken.json"
    told = broken(mistake, monkeypatch, file)
    deeds = json.loads(file.read_text(encoding="utf-8"))["deeds"]
    assert len(deeds) <= most
    assert told.path == file
    assert told.law in str(told)
    assert f"--replay {file}" in str(told)
    assert f"seed {told.seed}" in str(told)


def test_the_file_breaks_the_law_again_until_it_is_mended(monkeypatch, tmp_path):
    file = tmp_path / "broken.json"
    with monkeypatch.context() as patch:
        told = broken(faulty.events_are_not_written, patch, file)
        with pytest.raises(SimulationFailed) as again:
            replay_simulation(file)
        assert (again.value.law, again.value.seed) == (told.law, None)
    assert replay_simulation(file) > 0


def test_of_a_store_too(monkeypatch, tmp_path):
    file = tmp_path / "broken.json"
    broken(faulty.store_keeps_orders_that_are_done, monkeypatch, file)
    make_store, _ = faulty.store_keeps_orders_that_are_done(monkeypatch)
    with pytest.raises(SimulationFailed, match="outbox-is-open-orders"):
        replay_simulation(file, make_store=make_store)
    assert replay_simulation(file, make_store=MemoryStore) > 0


def test_what_cannot_be_seen_again_stays_as_it_was(monkeypatch):
    """A gateway that fails once, and never again, is told of with all that was done."""
    _, sly = faulty.gateway_takes_what_it_declines(monkeypatch)
    failed = first_failure(make_gateway=sly, shrink_seconds=0)
    made = []

    def make_gateway():
        made.append(None)
        return sly() if len(made) <= failed.seed + 1 else FakeGateway()

    assert str(first_failure(make_gateway=make_gateway)) == str(failed)


def test_nothing_is_shrunk_and_written_unless_it_is_wanted(monkeypatch):
    told = broken(faulty.events_are_not_written, monkeypatch, None, shrink_seconds=0)
    assert told.path is None
    assert "--replay" not in str(told)


def test_it_gets_from_one_process_to_another(monkeypatch):
    told = broken(faulty.events_are_not_written, monkeypatch, None, shrink_seconds=0)
    again = pickle.loads(pickle.dumps(told))
    assert (str(again), again.seed, again.law) == (str(told), told.seed, told.law)


def test_a_deed_is_written_and_read():
    rival = Deed("finish", {}, (Strike("commit", 1, "crash-after-commit"),))
    deed = Deed("cancel", {"pledge": "p1"}, (Strike("commit", 2, "race-at-commit", rival),), behind=3)
    assert Deed.of(json.loads(json.dumps(deed.as_dict()))) == deed
    assert str(deed) == (
        "cancel(pledge='p1') [race-at-commit at commit 2: finish() [crash-after-commit at commit 1]] "
        "[clock 3 s behind]"
    )
    assert Deed.of(Deed("bill").as_dict()) == Deed("bill")


HEAD = {"format": "pushcore-simulation/1", "starts": "2026-01-01T00:00:00+00:00"}


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "{}",
        "[]",
        "[1, 2]",
        json.dumps({"format": "pushcore-simulation/2"}),
        json.dumps({"format": "pushcore-simulation/1"}),
        json.dumps(HEAD | {"starts": "soon", "deeds": []}),
        json.dumps(HEAD | {"starts": "2026-01-01T00:00:00", "deeds": []}),
        json.dumps(HEAD | {"deeds": [1]}),
        json.dumps(HEAD | {"deeds": [{}]}),
        json.dumps(HEAD | {"deeds": [{"do": "fly"}]}),
        json.dumps(
            HEAD | {"deeds": [{"do": "bill", "strikes": [{"at": "commit", "call": 1, "fault": "lightning"}]}]}
        ),
        json.dumps(HEAD | {"deeds": [{"do": "bill", "strikes": [{"at": "commit"}]}]}),
    ],
)
def test_a_file_of_something_else_is_refused(junk, tmp_path):
    file = tmp_path / "junk.json"
    file.write_text(junk, encoding="utf-8")
    with pytest.raises(InvalidValue):
        replay_simulation(file)


def test_no_file_is_none(tmp_path):
    with pytest.raises(OSError, match=r"none\.json"):
        replay_simulation(tmp_path / "none.json")
    with pytest.raises(InvalidValue):
        replay_simulation("none.json")
