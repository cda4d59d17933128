"""What becomes of a campaign, point by point."""

from datetime import datetime, timedelta

import attrs
import pytest
from telling import at, played, pledge

from pushcore.calendar import Deadline, Window
from pushcore.campaigns import (
    Campaign,
    CampaignState,
    Charging,
    FundingModel,
    Progress,
    StretchGoal,
    Unlock,
    UnlockKind,
)
from pushcore.errors import InvalidValue, Refused
from pushcore.money import Money
from pushcore.pledges import PledgeRequest
from pushcore.rewards import Selection
from pushcore.stories import (
    CampaignMove,
    CancelPledge,
    ChangePledge,
    ConfirmPledge,
    DeclineFromNow,
    MergePledges,
    MoveCampaign,
    PlacePledge,
    Point,
    Timeline,
    TransferPledge,
    simulate,
)
from pushcore.testing import builders

DRAFT = Campaign("lanterne", "lune", builders.terms("100.00"))
OPENS, CLOSES = DRAFT.terms.window.opens, DRAFT.terms.window.closes.at
DAY = timedelta(days=1)
YEN = PledgeRequest("p", "lanterne", "ana", Selection(Money.of("1", "JPY")), actor="ana")


def euros(text):
    return Money.of(text, "EUR")


def placed(name, amount, after=DAY, backer=None, **more):
    who = backer or f"backer of {name}"
    request = PledgeRequest(name, "lanterne", who, Selection(euros(amount)), actor="host")
    return PlacePledge(OPENS + after, request, **more)


def simulated(*steps, until=CLOSES + 60 * DAY, campaign=DRAFT, **terms):
    changed = attrs.evolve(campaign, terms=attrs.evolve(campaign.terms, **terms))
    return simulate(changed, steps, until=until)


def told(timeline):
    return [(point.at - OPENS, point.state.value, point.pledged.text) for point in timeline.points]


def test_states_and_totals_from_the_draft_to_the_settlement():
    timeline = simulated(placed("p2", "60.00", 2 * DAY), placed("p1", "60.00"))
    span = CLOSES - OPENS
    assert told(timeline) == [
        (timedelta(0), "draft", "0.00"),
        (timedelta(0), "live", "0.00"),
        (DAY, "live", "60.00"),
        (2 * DAY, "live", "120.00"),
        (span, "closing", "120.00"),
        (span, "successful", "120.00"),
    ]
    assert timeline.points[-1].progress.collected == euros("120.00")
    assert timeline.last_standing.state is CampaignState.CLOSING
    assert timeline.at(OPENS + 2 * DAY - timedelta.resolution).pledged == euros("60.00")
    assert timeline.at(OPENS + 2 * DAY).pledged == euros("120.00")
    assert timeline.at(OPENS - DAY).state is CampaignState.DRAFT


def test_what_is_given_back_does_not_hide_what_stood():
    timeline = simulated(placed("p1", "60.00"))
    assert [text for _, _, text in told(timeline)] == ["0.00", "0.00", "60.00", "60.00", "0.00"]
    assert timeline.last_standing.pledged == euros("60.00")


def test_every_step_and_every_round():
    steps = [
        placed("p1", "50.00"),
        placed("p2", "20.00", backer="backer of p1"),
        ChangePledge(OPENS + 2 * DAY, "p1", Selection(euros("90.00"))),
        TransferPledge(OPENS + 3 * DAY, "p2", "somebody"),
        TransferPledge(OPENS + 3 * DAY, "p2", "backer of p1"),
        MergePledges(OPENS + 4 * DAY, "p1", "p2"),
        placed("p3", "5.00", 5 * DAY, slow=True),
        ConfirmPledge(OPENS + 5 * DAY, "p3"),
        CancelPledge(OPENS + 6 * DAY, "p3"),
        DeclineFromNow(OPENS + 7 * DAY, "p1"),
        MoveCampaign(OPENS + 8 * DAY, CampaignMove.SUSPEND),
        CancelPledge(OPENS + 9 * DAY, "p9"),
        MoveCampaign(OPENS + 9 * DAY, CampaignMove.RESUME),
    ]
    timeline = simulated(*steps, model=FundingModel(second_round=10))
    seen = (
        [(point.at - OPENS) // DAY for point in timeline.points[2:]],
        [it.pledged.text for it in timeline.points[2:]],
    )
    assert list(zip(*seen, strict=True))[:6] == [
        (1, "70.00"),
        (2, "110.00"),
        (3, "110.00"),
        (4, "110.00"),
        (5, "115.00"),
        (6, "110.00"),
    ]
    assert [one.codes for one in timeline.refusals] == [("unknown-pledge",)]
    assert timeline.refusals[0].origin.number == 11
    assert {point.round for point in timeline.points} == {1, 2}
    assert timeline.at(OPENS + 8 * DAY).state is CampaignState.SUSPENDED


def test_what_is_unlocked_is_told_from_the_instant_it_is():
    colour = StretchGoal("colour", euros("150.00"), [Unlock(UnlockKind.NOTE, "in colour")])
    timeline = simulated(placed("p1", "160.00"), CancelPledge(OPENS + 2 * DAY, "p1"), stretch_goals=[colour])
    assert [(it.unlocked, it.pledged.text) for it in timeline.points][:5] == [
        ((), "0.00"),
        ((), "0.00"),
        ((), "160.00"),
        (("colour",), "160.00"),
        (("colour",), "0.00"),
    ]


def test_nothing_happens_after_the_clock_stops():
    timeline = simulated(placed("p1", "60.00"), until=OPENS + timedelta(hours=1))
    assert [point.state.value for point in timeline.points] == ["draft", "live"]
    assert simulated(until=OPENS - 9 * DAY).points[0].at == OPENS - 9 * DAY


def test_a_campaign_of_the_host_is_told_from_its_launch_whatever_its_state():
    live = attrs.evolve(DRAFT, state=CampaignState.LIVE, version=7)
    assert simulate(live, [placed("p1", "60.00")], until=CLOSES) == simulated(
        placed("p1", "60.00"), until=CLOSES
    )


def test_terms_that_no_provider_can_carry_out_are_refused():
    endless = Window(OPENS, Deadline.never(DRAFT.terms.window.closes.zone))
    with pytest.raises(Refused, match="authorization-too-short"):
        simulated(window=endless, model=FundingModel(charging=Charging.AUTHORIZED))


@pytest.mark.parametrize(
    ("campaign", "steps", "until", "why"),
    [
        (None, [], CLOSES, "what is simulated: expected Campaign"),
        (DRAFT, None, CLOSES, "expected a sequence"),
        (DRAFT, ["p1"], CLOSES, "a step: expected"),
        (DRAFT, [], "soon", "simulate.until: expected an instant"),
        (DRAFT, [placed("p1", "1.00"), placed("p1", "1.00")], CLOSES, "p1 stands twice"),
        (
            attrs.evolve(DRAFT, id="other"),
            [placed("p1", "1.00")],
            CLOSES,
            "p1 is for campaign lanterne: give what is for campaign other",
        ),
        (DRAFT, [PlacePledge(OPENS, YEN)], CLOSES, "raises EUR"),
    ],
)
def test_bad_input_is_refused(campaign, steps, until, why):
    with pytest.raises(InvalidValue, match=why):
        simulate(campaign, steps, until=until)


def test_a_step_that_is_at_no_instant():
    with pytest.raises(InvalidValue, match=r"^Step\.at: expected an instant"):
        CancelPledge("soon", "p1")


def test_a_timeline_has_a_point():
    with pytest.raises(InvalidValue, match="at least one point"):
        Timeline([])
    ended = Point(OPENS, CampaignState.FAILED, Progress.none("EUR"), [], 1)
    assert Timeline([ended]).last_standing == ended


def test_a_story_has_its_timeline():
    outcome = played(pledge("p1", "100.00"), at("2026-01-11 12:00", cancel="p1"))
    assert [point.pledged.text for point in outcome.timeline.points] == [
        "0.00",
        "0.00",
        "100.00",
        "0.00",
        "0.00",
        "0.00",
    ]
    assert outcome.timeline.at(datetime.fromisoformat("2026-01-10T11:00Z")).progress.backers == 1
