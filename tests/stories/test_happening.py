"""Whatever else can happen in a story: each kind of event, each setting of a model, and what it comes to."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telling import PLATFORM, POSTER, PROCESSING, at, played, pledge, read, result, told

from pushcore.campaigns.lifecycle import ENDED, FUNDED
from pushcore.money import Money
from pushcore.stories import diary, draw_curve, funding_curve, play

AT_ONCE = {"charging": "at-pledge"}
BOX = {"id": "box", "price": "40.00", "limit": 5, "shipping": {"elsewhere": "10.00"}}
CLOSE = datetime.fromisoformat("2026-01-25T19:00Z")
PIN = {"id": "pin", "price": "3.00"}


def refused(outcome):
    return [(one["event"], *one["codes"]) for one in outcome["refusals"]]


def test_a_change_replaces_what_was_picked_and_keeps_its_price():
    outcome = result(
        pledge("p1", tier="box", destination="BE"),
        at("2026-01-11 12:00", change="p1", tier="box", quantity=2, destination="BE", add_ons={"pin": 1}),
        at("2026-01-12 12:00", change="p1", amount="5.00", expects="6.00"),
        tiers=[BOX],
        add_ons=[PIN],
    )
    assert outcome["pledges"]["p1"]["lines"] == {"reward": "80.00", "add-on": "3.00", "shipping": "20.00"}
    assert outcome["tiers"]["box"] == {"claimed": 2, "left": 3}
    assert refused(outcome) == [(2, "price-differs")]


def test_two_pledges_are_made_one_and_handed_over():
    outcome = result(
        pledge("p1", tier="box", destination="BE", backer="ana"),
        pledge("p2", "60.00", backer="ana"),
        at("2026-01-11 12:00", merge="p2", into="p1"),
        at("2026-01-12 12:00", transfer="p1", to="ben"),
        at("2026-01-13 12:00", merge="p1", into="p1"),
        tiers=[BOX],
    )
    assert outcome["backers"] == 1
    assert outcome["pledges"]["p1"] == {
        "state": "collected",
        "backer": "ben",
        "amount": "110.00",
        "lines": {"reward": "40.00", "shipping": "10.00", "bonus": "60.00"},
    }
    assert outcome["pledges"]["p2"]["reason"] == "merged"
    assert refused(outcome) == [(4, "not-mergeable")]


def test_a_slow_pledge_counts_once_it_is_confirmed_and_is_void_when_it_never_is():
    outcome = result(
        pledge("p1", "60.00", slow=True),
        pledge("p2", "60.00", slow=True),
        pledge("p3", "60.00", slow=True),
        at("2026-01-10 12:29", confirm="p1"),
        at("2026-01-10 12:30", confirm="p2"),  # half an hour is over at this very instant
        at("2026-01-10 14:00", confirm="p3"),
    )
    assert {name: one["state"] for name, one in outcome["pledges"].items()} == {
        "p1": "canceled",
        "p2": "voided",
        "p3": "voided",
    }
    assert (outcome["state"], outcome["pledged"]) == ("failed", "60.00")


def test_confirming_what_was_not_made_yet_is_refused():
    outcome = result(at("2026-01-09 12:00", confirm="p1"), pledge("p1", "5.00"))
    assert refused(outcome) == [(0, "unknown-pledge")]


def test_a_campaign_in_its_grace_waits_no_longer_than_it_has_to():
    """CA21: it stays until a slip that is pending in time was paid or has expired."""
    campaign = {"claim_hours": 24, "model": {"grace_hours": 48}}
    outcome = played(
        pledge("p1", "100.00"), pledge("p2", "5.00", at="2026-01-25 12:00", slow=True), campaign=campaign
    )
    states = [(str(it.at)[:16], it.state.value) for it in outcome.timeline.points if it.at >= CLOSE]
    assert list(dict.fromkeys(states)) == [
        ("2026-01-25 19:00", "grace"),
        ("2026-01-26 11:00", "closing"),  # a day after it was placed
        ("2026-01-26 11:00", "successful"),
    ]


@pytest.mark.parametrize(
    ("hour", "state"), [("20:59", "successful"), ("21:00", "failed")], ids=["in the grace", "at its end"]
)
def test_what_is_confirmed_in_the_grace_counts(hour, state):
    """CA25: 900 are paid of 1000, and a slip of 200 is not yet."""
    outcome = result(
        pledge("p1", "900.00"),
        pledge("p2", "200.00", at="2026-01-25 19:59", slow=True),
        at(f"2026-01-25 {hour}", confirm="p2"),
        campaign={"goal": "1000.00", "claim_hours": 48, "model": {"grace_hours": 1}},
    )
    assert outcome["state"] == state


def test_declined_methods_charges_and_refunds():
    outcome = played(
        at("2026-01-09 12:00", decline="p1", of="method"),
        pledge("p1", "10.00"),
        at("2026-01-10 13:00", accept="p1", of="method"),
        pledge("p2", "20.00"),
        at("2026-01-11 12:00", decline="p2", of="refund"),
        at("2026-01-12 12:00", cancel="p2"),
        at("2026-01-13 12:00", accept="p2", of="refund"),
        at("2026-01-14 12:00", decline="p3"),
        pledge("p3", "30.00", at="2026-01-14 12:00"),
        at("2026-01-15 12:00", accept="p3"),
        pledge("p4", "40.00"),
        at("2026-01-24 12:00", decline="p4", of="refund"),
        campaign={"model": AT_ONCE},
    )
    found = outcome.as_dict()
    assert {name: (one["state"], one.get("reason")) for name, one in found["pledges"].items()} == {
        "p1": ("voided", "declined"),
        "p2": ("refunded", "canceled"),
        "p3": ("refunded", "not-funded"),
        "p4": ("unrefunded", "not-funded"),
    }
    assert (found["pledged"], found["collected"], found["refunded"]) == ("70.00", "90.00", "90.00")
    assert found["ledger"]["balanced"]
    noted = [(note.what.value, note.who) for day in diary(outcome) for note in day.notes]
    assert ("voided", "backer of p1") in noted
    assert ("unrefunded", "backer of p2") in noted


def test_a_campaign_is_approved_launched_suspended_and_resumed():
    outcome = played(
        pledge("early", "5.00", at="2026-01-05 12:00"),
        at("2026-01-05 13:00", campaign="launch"),
        at("2026-01-05 14:00", campaign="submit"),
        at("2026-01-05 15:00", campaign="request-changes"),
        at("2026-01-05 16:00", campaign="submit"),
        at("2026-01-05 17:00", campaign="approve"),
        at("2026-01-06 09:00", campaign="launch"),
        pledge("p1", "100.00"),
        at("2026-01-11 12:00", campaign="suspend"),
        pledge("p2", "5.00", at="2026-01-12 12:00"),
        at("2026-01-13 12:00", campaign="resume"),
        pledge("p3", "5.00", at="2026-01-14 12:00"),
        campaign={"needs_approval": True},
    )
    found = outcome.as_dict()
    assert (found["state"], found["pledged"]) == ("successful", "105.00")
    assert refused(found) == [(0, "not-live"), (1, "not-approved"), (9, "not-live")]
    assert [point.state.value for point in outcome.timeline.points if point.pledged.minor == 0] == [
        *("draft", "submitted", "changes-requested", "submitted", "approved", "live")
    ]
    assert outcome.refusals[1].pledge_id is None


@pytest.mark.parametrize(("move", "state"), [("cancel", "canceled"), ("reject", "rejected")])
def test_a_campaign_that_is_called_off_or_rejected_has_ended(move, state):
    before = {
        "cancel": [pledge("p1", "60.00"), pledge("p2", "60.00")],
        "reject": [at("2026-01-05 12:00", campaign="submit")],
    }
    outcome = played(
        *before[move],
        at("2026-01-11 12:00", campaign=move),
        campaign={"model": AT_ONCE, "needs_approval": move == "reject"},
    )
    found = outcome.as_dict()
    assert (found["state"], found["held"], found["refunded"]) == (state, "0.00", found["collected"])
    assert ("called-off" in {note.what.value for day in diary(outcome) for note in day.notes}) is (
        move == "cancel"
    )
    assert str(funding_curve(outcome)[-1].at) == "2026-01-11 11:00:00+00:00"
    assert draw_curve(outcome).startswith("<svg")


def test_the_end_of_a_campaign_is_not_announced_before_it_opens():
    campaign = {"closes": None, "until": "2026-02-01 10:00", "model": {"final_lap": {"days": 1}}}
    outcome = result(at("2026-01-01 10:00", campaign="announce-end"), campaign=campaign)
    assert refused(outcome) == [(0, "too-early")]


def test_those_who_are_invited_pledge_before_the_opening():
    outcome = result(
        pledge("too-early", "5.00", at="2026-01-02 09:59", backer="ana"),
        pledge("listed", "5.00", at="2026-01-02 10:00", backer="ana"),
        pledge("linked", "5.00", at="2026-01-03 10:00", token="first"),
        pledge("neither", "5.00", at="2026-01-04 10:00"),
        campaign={"soft_launch": {"opens": "2026-01-02 10:00", "token": "first", "backers": ["ana"]}},
    )
    assert [line[0] for line in refused(outcome)] == [0, 3]
    assert outcome["pledged"] == "10.00"


def test_pledges_are_canceled_only_while_every_window_is_open():
    outcome = result(
        pledge("p1", "60.00"),
        pledge("p2", "60.00", at="2026-01-24 12:00"),
        at("2026-01-20 12:00:01", cancel="p1"),
        at("2026-01-24 19:59", cancel="p2"),
        pledge("p3", "60.00", at="2026-01-24 20:00"),
        at("2026-01-24 20:00", cancel="p3"),
        campaign={"cancel_windows": [{"within_days": 10}, {"last_hours": 24}]},
    )
    assert refused(outcome) == [(2, "cancel-window-closed"), (5, "cancel-window-closed")]


def test_a_goal_may_count_what_is_left_after_fees():
    """oc-goal-gross-vs-net: two gifts of 500 reach a goal of 1000 before fees of 5 %, and not after them."""
    campaign, gifts = {"goal": "1000.00"}, [pledge("p1", "500.00"), pledge("p2", "500.00")]
    gross = result(*gifts, campaign=campaign, fees=[PLATFORM])
    net = result(*gifts, campaign={**campaign, "model": {"net_of_fees": True}}, fees=[PLATFORM])
    assert (gross["state"], net["state"]) == ("successful", "failed")


@pytest.mark.parametrize(("sold", "state"), [(99, "failed"), (100, "successful")])
def test_a_goal_may_be_a_number_of_rewards(sold, state):
    """ulule-presale-goal."""
    game = {"id": "game", "price": "30.00"}
    outcome = result(
        pledge("p1", tier="game", quantity=sold), campaign={"goal": {"units": 100}}, tiers=[game]
    )
    assert (outcome["state"], outcome["units"], outcome["goal"]) == (state, sold, {"units": 100})


@pytest.mark.parametrize(
    ("first", "state", "pledged"), [("4999.00", "failed", "4999.00"), ("5000.00", "successful", "7200.00")]
)
def test_a_first_round_is_all_or_nothing_and_a_second_one_keeps_everything(first, state, pledged):
    """goteo-rounds."""
    outcome = result(
        pledge("p1", first),
        pledge("p2", "2200.00", at="2026-01-26 12:00"),
        campaign={"goal": "5000.00", "optimum": "8000.00", "model": {"second_round_days": 40}},
    )
    assert (outcome["state"], outcome["pledged"]) == (state, pledged)
    assert outcome["round"] == (2 if state == "successful" else 1)


@pytest.mark.parametrize(
    ("phase", "bonus", "add_ons_sent", "amount"),
    [("late", "3.00", True, "98.00"), ("campaign", "4.00", False, "29.00")],
    ids=str,
)
def test_kickstarters_basket_in_both_phases(phase, bonus, add_ons_sent, amount):
    """KS04."""
    sent = {"shipping": {"elsewhere": "10.00"}}
    add_ons = [
        {"id": "a", "price": "3.00", "late_price": "5.00", "phases": ["campaign", "late"]},
        {"id": "b", "price": "2.00", "late_price": "6.00", "phases": ["campaign", "late"]},
    ]
    reward = {"id": "r", "price": "2.00", "late_price": "8.00", "phases": ["campaign", "late"], **sent}
    outcome = result(
        pledge("first", "100.00"),
        pledge(
            "p1",
            tier="r",
            add_ons={"a": 3, "b": 2},
            bonus=bonus,
            destination="FR",
            at="2026-01-10 12:00" if phase == "campaign" else "2026-01-26 12:00",
        ),
        tiers=[reward],
        add_ons=[{**it, **sent} for it in add_ons] if add_ons_sent else add_ons,
        campaign={"late_days": 10},
    )
    assert outcome["pledges"]["p1"]["amount"] == amount
    assert outcome["late"] == (amount if phase == "late" else "0.00")


_NAMES = ("p1", "p2", "p3", "p4")
_times = st.integers(0, 40 * 24).map(
    lambda hour: f"2026-0{1 + hour // 744}-{1 + hour % 744 // 24:02d} {hour % 24:02d}:00"
)
_selections = st.fixed_dictionaries(
    {"tier": st.sampled_from(["poster", "box"]), "quantity": st.integers(1, 3), "destination": st.just("BE")},
    optional={
        "bonus": st.sampled_from(["0.00", "7.77", "60.00"]),
        "tip": st.just("1.01"),
        "add_ons": st.just({"pin": 2}),
    },
) | st.fixed_dictionaries({"amount": st.sampled_from(["0.40", "19.99", "60.00", "100.00"])})
_models = st.fixed_dictionaries(
    {},
    optional={
        "measure": st.sampled_from(["pledged", "confirmed"]),
        "counts": st.sampled_from(
            [["reward", "bonus"], ["reward", "add-on", "bonus", "discount", "shipping", "tax"]]
        ),
        "keeps_from": st.sampled_from(["0", "50"]),
        "charging": st.sampled_from(["at-pledge", "at-deadline", "authorized", "escrow"]),
        "grace_hours": st.sampled_from([1, 30]),
    },
) | st.sampled_from(
    [
        {"second_round_days": 5},
        {"second_round_days": 5, **AT_ONCE},
        {"cap": {"amount": "150.00", "smallest_charge": "0.50", "clips": True}, **AT_ONCE},
        {"cap": {"amount": "150.00", "smallest_charge": "0.50", "tolerance": "0.49"}},
        {"final_lap": {"days": 3}, "keeps_from": "0"},
        {"final_lap": {"days": 3, "end_of_day": True}, **AT_ONCE},
    ]
)


_some = st.sampled_from(_NAMES)
_asked = st.sampled_from(["method", "charge", "refund"])
_moves = st.sampled_from(["suspend", "resume", "announce-end", "cancel", "launch"])
_other_events = st.one_of(
    st.builds(lambda name, picked: {"change": name, **picked}, _some, _selections),
    st.builds(lambda name: {"confirm": name}, _some),
    st.builds(lambda name: {"cancel": name}, _some),
    st.builds(lambda name, of: {"decline": name, "of": of}, _some, _asked),
    st.builds(lambda name, of: {"accept": name, "of": of}, _some, _asked),
    st.builds(lambda name, to: {"transfer": name, "to": to}, _some, st.sampled_from(["ana", "cem"])),
    st.builds(lambda name, other: {"merge": name, "into": other}, _some, _some),
    st.builds(lambda who: {"join": "poster", "backer": who}, st.sampled_from(["ana", "ben", "cem"])),
    st.builds(lambda who: {"leave": "poster", "backer": who}, st.sampled_from(["ana", "ben"])),
    st.builds(lambda name, step: {"fulfil": name, "step": step}, _some, st.sampled_from(["begin", "lock"])),
    _moves.map(lambda move: {"campaign": move}),
)


@st.composite
def wide_documents(draw):
    """Stories with whatever there is, of four pledges that are changed, merged, declined, confirmed, ..."""
    events = [
        pledge(
            name,
            at=draw(_times),
            backer=draw(st.sampled_from(["ana", "ben"])),
            slow=draw(st.booleans()),
            **draw(_selections),
        )
        for name in _NAMES
    ]
    others = draw(st.lists(st.tuples(_times, _other_events), max_size=8))
    events += [{"at": time, **event} for time, event in others]
    model = draw(_models)
    endless = "final_lap" in model
    campaign = {
        "model": model,
        "minimum": "0.50" if "cap" in model else None,
        "late_days": draw(st.sampled_from([None, 3])) if "cap" not in model else None,
        "claim_hours": draw(st.sampled_from([None, 30])),
        "closes": None if endless else "2026-01-25 20:00",
        "until": "2026-06-01 00:00" if endless else None,
        "cancel_windows": draw(st.sampled_from([[], [{"last_hours": 24, "guards_goal": True}]])),
    }
    waiting = draw(st.sampled_from([{}, {"waiting_hours": 30}]))
    tiers = [{**POSTER, "phases": ["campaign", "late"], "per_backer": 2, **waiting}, BOX]
    stretch = [{"id": "s", "at": "120.00", "add_ons": ["pin"]}]
    on_top = [{"line": "service", "percent": "2.2", "fixed": "0.10", "rounding": "half-up"}]
    return told(
        *draw(st.permutations(events)),
        campaign=campaign,
        tiers=tiers,
        add_ons=[PIN],
        stretch=draw(st.sampled_from([[], stretch])),
        on_top=draw(st.sampled_from([[], on_top])),
        fees=draw(st.sampled_from([[], [PLATFORM, PROCESSING]])),
    )


@given(wide_documents())
def test_whatever_happens_every_cent_is_accounted_for(document):
    outcome = play(read(document))
    found = outcome.as_dict()
    amounts = [*found["fees"].values(), found["net"], found["refunded"], found["held"]]
    out = Money.total((Money.of(amount, "EUR") for amount in amounts), "EUR")
    assert found["ledger"]["balanced"]
    assert Money.of(found["collected"], "EUR") + Money.of(found.get("debt", "0"), "EUR") == out
    stocks = [*found["tiers"].values(), *found["add_ons"].values()]
    assert all(stock["claimed"] >= 0 and (stock["left"] is None or stock["left"] >= 0) for stock in stocks)
    states = {one["state"] for one in found["pledges"].values()}
    if outcome.campaign.state in ENDED:
        assert states.isdisjoint({"preauth", "pledged", "charging", "errored", "refunding"})
    if outcome.campaign.state in ENDED - FUNDED:
        assert "collected" not in states
        assert found["net"] == "0.00"
    points = outcome.timeline.points
    assert [point.at for point in points] == sorted(point.at for point in points)
    days = diary(outcome)
    assert not days or days[-1].pledged == funding_curve(outcome)[-1].pledged == outcome.pledged
    assert draw_curve(outcome).startswith("<svg")
