import pytest
from lanterne import OPENS

from pushcore.errors import Conflict, InvalidValue, Refusal, Refused
from pushcore.memory import memory_ports
from pushcore.usecases._running import use_case

PORTS = memory_ports(OPENS)


def losing(times):
    """A use case that loses the race so many times, and then gives how often it was run."""
    runs = []

    @use_case
    def run(_, *names, **options):
        runs.append((names, options))
        if len(runs) <= times:
            raise Conflict(str(len(runs)))
        return len(runs), names, options

    return run


@pytest.mark.parametrize("times", range(5))
def test_a_lost_race_is_run_again_with_the_same_arguments(times):
    assert losing(times)(PORTS, "p1", actor="ana") == (times + 1, ("p1",), {"actor": "ana"})


def test_five_lost_races_are_the_callers():
    with pytest.raises(Conflict, match="5"):
        losing(5)(PORTS)


def test_only_a_lost_race_is_run_again():
    runs = []

    @use_case
    def refusing(_):
        runs.append(1)
        raise Refused([Refusal("sold-out")])

    with pytest.raises(Refused):
        refusing(PORTS)
    assert runs == [1]


@pytest.mark.parametrize("junk", [None, 5, object(), PORTS.store], ids=lambda junk: type(junk).__name__)
def test_it_runs_on_ports(junk):
    with pytest.raises(InvalidValue, match="what a use case runs on: expected Ports, got"):
        losing(0)(junk)
