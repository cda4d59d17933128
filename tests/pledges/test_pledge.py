import attrs
import pytest
from lanterne import END, OPENS, campaign, money, request

from pushcore import Pledge, PledgeState, Stock
from pushcore.errors import InvalidValue
from pushcore.pledges import pledging

STANDING = {PledgeState.PLEDGED, PledgeState.CHARGING, PledgeState.COLLECTED, PledgeState.ERRORED}


@pytest.mark.parametrize("state", PledgeState)
def test_a_pledge_stands_from_its_confirmation_until_it_falls(state):
    placed, _ = pledging.place(request(), campaign(), Stock(), OPENS)
    after = placed.moved(state)
    assert after.stands is (state in STANDING)
    assert (after.state, after.version, after.id) == (state, 2, "p1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"request": None},
        {"unit_price": 10},
        {"amount": 25},
        {"state": "pledged"},
        {"placed_at": OPENS.replace(tzinfo=None)},
        {"expires_at": None},
        {"method": ""},
        {"attempts": -1},
        {"steps": 0.0},
        {"due_at": "soon"},
        {"reason": 5},
        {"version": 0},
    ],
)
def test_what_no_pledge_can_be(wrong):
    sound = {
        "request": request(),
        "unit_price": None,
        "amount": money("25.00"),
        "state": PledgeState.PREAUTH,
        "placed_at": OPENS,
        "expires_at": END,
    }
    assert Pledge(**sound) == attrs.evolve(Pledge(**sound))
    with pytest.raises(InvalidValue):
        Pledge(**sound | wrong)
