"""Cancel windows, and a guarded goal, held against one pledge that is taken back or changed."""

from datetime import timedelta

import attrs
import pytest
from lanterne import DAY, END, MICROSECOND, OPENS, campaign, money, request

from pushcore import CancelWindow, FundingGoal, FundingModel, Phase, PledgeState, Progress, Selection
from pushcore.errors import Conflict
from pushcore.matching import MatchOrigin
from pushcore.pledges import pledging
from pushcore.pledges.guarding import guards, window_open
from pushcore.pledges.rules import ChangeFacts, PledgeFacts
from pushcore.rewards import LineKind

SHUT = CancelWindow(last=DAY)
GUARD = CancelWindow(last=DAY, guards_goal=True)
LATE = END - timedelta(hours=3)


def pledge_to(it, **asked):
    placed, _ = pledging.place(request(**asked), it, {}, OPENS)
    return placed.moved(PledgeState.PLEDGED, method="card")


def totals(pledged, **more):
    return Progress(money(pledged), 3, 3, money("0.00"), 0, **more)


def canceling(it, at=LATE, progress=None, matches=(), **asked):
    return PledgeFacts(pledge_to(it, **asked), it, at, progress or totals("120.00"), matches=matches)


def changing(it, to, at=LATE, matches=()):
    picked = Selection(money(to))
    return ChangeFacts(pledge_to(it), it, picked, {}, at=at, progress=totals("120.00"), matches=matches)


def match_of(it, pledge, amount):
    """What a sponsor added to a pledge of 25.00."""
    origin = MatchOrigin("live", pledge_id=pledge.id, backer_id="ana", given=money("25.00"))
    return attrs.evolve(pledge_to(it, pledge_id="p2", bonus=amount, backer_id="bank"), matches=origin)


def guarded(facts):
    """Below which total the store may not let it take its campaign."""
    (least,) = [it.least for it in guards(facts)] or [None]
    return least


def codes(facts):
    return tuple(reason.code for reason in window_open(facts))


@pytest.mark.parametrize(
    ("to", "expected"), [("24.99", ("cancel-window-closed",)), ("25.00", ()), ("25.01", ())]
)
def test_what_is_not_lowered_needs_no_open_window(to, expected):
    assert codes(changing(campaign(cancel_windows=[SHUT]), to)) == expected


def test_what_counts_to_no_goal_is_taken_back_while_the_window_is_open_as_well():
    it = campaign(cancel_windows=[SHUT], goal=FundingGoal(2))
    progress = totals("120.00", units=2)
    assert codes(canceling(it, LATE, progress)) == ("cancel-window-closed",)
    assert codes(canceling(it, OPENS, progress)) == ()


@pytest.mark.parametrize(
    ("windows", "at", "pledged", "least"),
    [
        ([GUARD], LATE, "100.00", money("100.00")),
        ([GUARD], LATE, "99.99", None),  # a goal that is not reached is not lost
        ([GUARD], END - DAY, "120.00", money("100.00")),
        ([GUARD], END - DAY - MICROSECOND, "120.00", None),
        ([SHUT], LATE, "120.00", None),
        ([CancelWindow(within_days=90)], LATE, "120.00", None),
    ],
)
def test_a_goal_is_guarded_from_an_instant_on_once_it_is_reached(windows, at, pledged, least):
    it = campaign(cancel_windows=windows)
    assert guarded(canceling(it, at, totals(pledged))) == least


@pytest.mark.parametrize(("pledged", "expected"), [("144.99", ("would-miss-goal",)), ("145.00", ())])
def test_what_sponsors_get_back_is_gone_where_shipping_does_not_count(pledged, expected):
    model = FundingModel(counts=[LineKind.REWARD, LineKind.BONUS, LineKind.MATCH])
    it = campaign(cancel_windows=[GUARD], model=model)
    matches = (match_of(it, pledge_to(it), "20.00"),)
    assert codes(canceling(it, progress=totals(pledged, matched=money("20.00")), matches=matches)) == expected


def test_what_sponsors_get_back_is_of_no_backer():
    it = campaign(cancel_windows=[SHUT])
    matches = (match_of(it, pledge_to(it), "20.00"),)
    alone = Progress(money("45.00"), 2, 1, money("0.00"), 0, matched=money("20.00"))
    assert codes(canceling(it, progress=alone, matches=matches)) == ("cancel-window-closed",)
    with pytest.raises(Conflict, match="not read at once"):
        window_open(canceling(it, progress=Progress.none("EUR"), matches=matches))


def test_a_goal_in_rewards_is_guarded_as_it_is():
    it = campaign(cancel_windows=[GUARD], goal=FundingGoal(2))
    matches = (match_of(it, pledge_to(it), "20.00"),)
    assert guarded(canceling(it, progress=totals("120.00", units=2), matches=matches)) == 2


def test_after_fees_a_goal_is_guarded_by_what_was_read():
    """Card fees are 3 % and 0.20 of each pledge, so that 25.00 and 20.00 count for 24.05 and 19.20."""
    it = campaign(cancel_windows=[GUARD], model=FundingModel(net_of_fees=True))
    assert guarded(canceling(it)) == money("95.95")
    assert guarded(changing(it, "20.00")) == money("115.15")
    matches = (match_of(it, pledge_to(it), "20.00"),)
    assert guarded(canceling(it, matches=matches)) == money("76.75")


def test_what_came_late_is_no_part_of_what_is_guarded():
    """Whoever wants less of a late pledge hears that it is too late, whatever the totals hold."""
    it = campaign(cancel_windows=[GUARD])
    facts = changing(it, "5.00")
    late = attrs.evolve(facts, pledge=attrs.evolve(facts.pledge, phase=Phase.LATE), progress=totals("0.00"))
    assert codes(late) == ()
