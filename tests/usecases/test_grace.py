"""Grace: slow payments that were begun in time, such as bank slips, are waited for behind the deadline."""

import pytest
from funding_houses import advance, books, campaign_of, close_at, finish, goal, place
from lanterne import DAY, END, HOUR, MICROSECOND, launched, money, refused, request, states

from pushcore import (
    CampaignState,
    FundingModel,
    Stock,
    Tier,
    cancel_pledge,
    expect_contribution,
    expire_pledges,
    finish_orders,
    give_up_contribution,
    receive_contribution,
)
from pushcore.campaigns import Charging, Measure
from pushcore.errors import GatewayUnavailable
from pushcore.memory import Fault
from pushcore.payments.events import PledgeCollected

CATARSE = FundingModel(grace=4 * DAY, measure=Measure.CONFIRMED, charging=Charging.AT_PLEDGE)


def waiting(*paid, slip="200.00", expires=3 * DAY, at=END - HOUR, **changed):
    """A campaign with pledges that are paid, and a slip ``s`` of an hour before the end that is not."""
    terms = {"model": CATARSE, "claim_lifetime": expires} | changed
    ports = launched(**terms)
    for n, amount in enumerate(paid):
        place(ports, f"p{n}", amount, backer_id=f"b{n}")
    ports.clock.set(at)
    unpaid(ports, "s", slip)
    return ports


def unpaid(ports, pledge_id, amount, **asked):
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(GatewayUnavailable):
        place(ports, pledge_id, amount, backer_id="slow", **asked)


def paid(ports):
    """The bank says that the slip was paid."""
    return finish_orders(ports, actor="bank")


@pytest.mark.parametrize("model", [CATARSE, FundingModel(grace=4 * DAY)])
def test_a_campaign_does_not_fail_while_a_slip_can_still_be_paid(model):
    """CA25: 900 paid and a slip of 200 under way at the deadline, with a goal of 1000."""
    ports = waiting("900.00", goal=goal("1000.00"), model=model)
    assert advance(ports, END).state is CampaignState.GRACE
    assert advance(ports, END + DAY).state is CampaignState.GRACE
    assert refused(place, ports, "p9", "200.00") == ("too-late",)
    assert refused(cancel_pledge, ports, "p0", actor="b0") == ("too-late",)
    assert paid(ports) == {}
    assert advance(ports, END + DAY).state is CampaignState.SUCCESSFUL
    assert campaign_of(ports).outcome.pledged == money("1100.00")


def slip_expected(amount="200.00", **changed):
    """A campaign that expects a slip, entered by a clerk an hour before the end."""
    ports = launched(model=FundingModel(grace=4 * DAY), **changed)
    ports.clock.set(END - HOUR)
    expect_contribution(ports, request("slip", amount, actor="clerk"), reason="bank slip")
    return ports


def arrives(ports, amount="200.00"):
    return receive_contribution(ports, "slip", money(amount), actor="clerk")


def test_a_slip_that_a_clerk_expects_is_waited_for():
    """CA25, with a slip that the provider knows nothing of."""
    ports = slip_expected(goal=goal("200.00"))
    assert advance(ports, END).state is CampaignState.GRACE
    assert advance(ports, END + 4 * DAY - MICROSECOND).state is CampaignState.GRACE
    assert arrives(ports).state == "collected"
    assert advance(ports, END + 4 * DAY - MICROSECOND).state is CampaignState.SUCCESSFUL
    assert campaign_of(ports).outcome.pledged == money("200.00")


def test_a_slip_that_does_not_come_in_the_grace_is_waited_for_no_longer():
    ports = slip_expected()
    assert advance(ports, END + 4 * DAY).state is CampaignState.FAILED
    given_up = slip_expected()
    assert advance(given_up, END + DAY).state is CampaignState.GRACE
    give_up_contribution(given_up, "slip", actor="clerk")
    assert advance(given_up, END + DAY).state is CampaignState.FAILED


def test_a_slip_is_not_entered_in_the_grace():
    ports = slip_expected()
    advance(ports, END)
    new = request("late", "5.00", actor="clerk")
    assert refused(expect_contribution, ports, new, reason="bank slip") == ("too-late",)


def test_a_slip_that_expires_ends_the_waiting():
    """CA21: the goal is reached without it; the campaign waits all the same, until the slip expires."""
    ports = waiting("30.00", slip="5.00", goal=goal("30.00"))
    expires = END - HOUR + 3 * DAY
    assert advance(ports, expires - MICROSECOND).state is CampaignState.GRACE
    assert advance(ports, expires).state is CampaignState.SUCCESSFUL
    assert states(ports) == {"p0": "collected", "s": "voided"}


def test_nobody_has_to_void_the_slip_first():
    ports = waiting("30.00", goal=goal("30.00"))
    assert close_at(ports, END).state is CampaignState.GRACE
    assert close_at(ports, END - HOUR + 3 * DAY).state is CampaignState.SUCCESSFUL
    assert states(ports)["s"] == "preauth"


def test_a_slip_that_is_not_paid_lets_the_campaign_fail():
    ports = waiting("900.00", goal=goal("1000.00"))
    assert advance(ports, END).state is CampaignState.GRACE
    assert advance(ports, END + 3 * DAY).state is CampaignState.FAILED
    assert states(ports) == {"p0": "refunded", "s": "voided"}
    assert books(ports) == {}


def test_grace_is_no_longer_than_was_agreed():
    """A slip that lives longer than the grace is void when it is paid after it."""
    ports = waiting("900.00", goal=goal("1000.00"), expires=30 * DAY)
    assert advance(ports, END + 4 * DAY - MICROSECOND).state is CampaignState.GRACE
    assert advance(ports, END + 4 * DAY).state is CampaignState.FAILED


def test_a_slip_of_a_failed_campaign_goes_straight_back():
    """CA22: it is never charged, its method is forgotten, and no total moves."""
    ports = waiting("900.00", goal=goal("1000.00"), expires=30 * DAY)
    before = advance(ports, END + 4 * DAY).outcome
    assert paid(ports) == {}
    assert ports.store.find_pledge("s").reason == "too-late"
    assert campaign_of(ports).outcome == before
    finish(ports)
    collected = [event.pledge_id for event in ports.store.events() if isinstance(event, PledgeCollected)]
    assert (collected, books(ports)) == (["p0"], {})


@pytest.mark.parametrize("job_ran", [False, True])
def test_a_slip_is_in_time_whether_or_not_the_job_has_run(job_ran):
    ports = waiting("30.00", slip="70.00")
    if job_ran:
        close_at(ports, END)
    ports.clock.set(END + DAY)
    assert paid(ports) == {}
    assert states(ports)["s"] == "collected"
    assert advance(ports, END + DAY).state is CampaignState.SUCCESSFUL


def test_without_a_slip_there_is_nothing_to_wait_for():
    ports = waiting("100.00")
    paid(ports)
    assert advance(ports, END).state is CampaignState.SUCCESSFUL


def test_a_slip_holds_its_reward_until_it_is_marked_as_expired():
    """PX02: size 2 with one paid and one past its due time; none left before it is expired, one after."""
    ports = launched(model=CATARSE, tiers=[Tier("seat", money("10.00"), limit=2)])
    place(ports, "p0", "0.00", tier_id="seat")
    unpaid(ports, "s", "0.00", tier_id="seat")
    ports.clock.set(ports.now() + HOUR)
    assert refused(place, ports, "p9", "0.00", tier_id="seat", backer_id="bob") == ("reserved",)
    assert expire_pledges(ports, "lanterne", actor="clerk") == 1
    assert ports.store.stock("lanterne", "seat") == Stock(claimed=1)
    assert place(ports, "p9", "0.00", tier_id="seat", backer_id="bob").state == "collected"
