import pytest

from pushcore.errors import Conflict, Refusal, Refused
from pushcore.usecases._restarting import restarting


def losing(times):
    """A use case that loses the race so many times, and then gives how often it was run."""
    runs = []

    @restarting
    def run(*names, **options):
        runs.append((names, options))
        if len(runs) <= times:
            raise Conflict(str(len(runs)))
        return len(runs), names, options

    return run


@pytest.mark.parametrize("times", range(5))
def test_a_lost_race_is_run_again_with_the_same_arguments(times):
    assert losing(times)("p1", actor="ana") == (times + 1, ("p1",), {"actor": "ana"})


def test_five_lost_races_are_the_callers():
    with pytest.raises(Conflict, match="5"):
        losing(5)()


def test_only_a_lost_race_is_run_again():
    runs = []

    @restarting
    def refusing():
        runs.append(1)
        raise Refused([Refusal("sold-out")])

    with pytest.raises(Refused):
        refusing()
    assert runs == [1]
