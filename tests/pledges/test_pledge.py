from itertools import combinations

import attrs
import pytest
from lanterne import END, OPENS, campaign, money, request

from pushcore import Catalogue, Pledge, PledgeState, Selection, Tier
from pushcore.errors import InvalidValue
from pushcore.pledges import pledging
from pushcore.rewards import quote

POSTCARDS = Catalogue([Tier("postcard", money("5.00"))])


def quoted(bonus, **picked):
    return quote(POSTCARDS, Selection(bonus, **picked))


SOUND = {
    "request": request(),
    "quote": quoted(money("25.00")),
    "state": PledgeState.PREAUTH,
    "placed_at": OPENS,
    "expires_at": END,
}
STANDING = {
    PledgeState.PLEDGED,
    PledgeState.PAYING,
    PledgeState.CHARGING,
    PledgeState.COLLECTED,
    PledgeState.ERRORED,
}


@pytest.mark.parametrize("state", PledgeState)
def test_a_pledge_stands_from_its_confirmation_until_it_falls(state):
    placed, _ = pledging.place(request(), campaign(), {}, OPENS)
    after = placed.moved(state)
    assert after.stands is (state in STANDING)
    assert (after.state, after.version, after.id) == (state, 2, "p1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"request": None},
        {"quote": money("25.00")},
        {"state": "pledged"},
        {"placed_at": OPENS.replace(tzinfo=None)},
        {"expires_at": None},
        {"method": ""},
        {"attempts": -1},
        {"failed_at": 5},
        {"stepped_at": END},
        {"steps": 0.0},
        {"due_at": "soon"},
        {"reason": 5},
        {"version": 0},
    ],
)
def test_what_no_pledge_can_be(wrong):
    assert Pledge(**SOUND) == attrs.evolve(Pledge(**SOUND))
    with pytest.raises(InvalidValue):
        Pledge(**SOUND | wrong)


@pytest.mark.parametrize(
    "other",
    [
        quoted(money("25.01")),
        quoted(money("25.00", "USD")),
        quoted(money("20.00"), tier_id="postcard"),
        quoted(money("25.00"), destination="BE"),
    ],
)
def test_a_pledge_was_quoted_what_it_asks_for_until_it_is_changed(other):
    with pytest.raises(InvalidValue, match="pledge p1 asks for something else than it was quoted"):
        Pledge(**SOUND | {"quote": other})
    changed = SOUND | {"quote": other, "state": PledgeState.PLEDGED, "method": "card"}
    assert Pledge(**changed).selection == other.selection


FACTS = {
    "method": "card",
    "attempts": 1,
    "failed_at": END,
    "steps": 1,
    "due_at": END,
    "reason": "declined",
    "refunds": 1,
}
CHARGED = {("method", "attempts", *more) for more in [(), ("failed_at",), ("steps",), ("failed_at", "steps")]}
FELL = {("method", "attempts", "failed_at", *more) for more in [(), ("steps",)]}
RETURNED = {(*names, "reason", "refunds") for names in CHARGED}
HAS = {
    PledgeState.PREAUTH: {()},
    PledgeState.PLEDGED: {("method",)},
    PledgeState.PAYING: {("method", "attempts", "due_at")},
    PledgeState.CHARGING: CHARGED,
    PledgeState.EXPECTED: {("reason",)},
    PledgeState.COLLECTED: {
        ("method",),
        ("method", "refunds"),
        *(
            (*names, *more)
            for names in CHARGED
            for n in range(3)
            for more in combinations(("reason", "refunds"), n)
        ),
    },
    PledgeState.ERRORED: {(*names, "due_at") for names in FELL},
    PledgeState.DROPPED: FELL,
    PledgeState.CANCELED: {
        ("method", *more)
        for n in range(5)
        for more in combinations(("attempts", "failed_at", "steps", "reason"), n)
    },
    PledgeState.REFUNDING: RETURNED,
    PledgeState.REFUNDED: RETURNED | {("method", "reason", "refunds")},
    PledgeState.UNREFUNDED: RETURNED,
    PledgeState.VOIDED: {("reason",), ("method", "reason")},
}


@pytest.mark.parametrize("state", PledgeState)
def test_a_state_goes_with_its_facts_and_no_others(state):
    for count in range(len(FACTS) + 1):
        for names in combinations(FACTS, count):
            given = SOUND | {"state": state} | {name: FACTS[name] for name in names}
            if names in HAS[state]:
                assert Pledge(**given).state is state
            else:
                with pytest.raises(InvalidValue, match=f"pledge p1 cannot be {state} with"):
                    Pledge(**given)
