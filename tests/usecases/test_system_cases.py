"""Cases seen in other systems: what each of them does, or should have done, on la Lanterne.

The smaller ones stand beside what they are about, cited by their ids there.
"""

import attrs
import pytest
from lanterne import (
    END,
    HOUR,
    OPENS,
    closed,
    collected,
    launched,
    money,
    pledged,
    refused,
    request,
    states,
)

from pushcore import (
    CampaignState,
    FundingGoal,
    PledgeState,
    Selection,
    Stock,
    Tier,
    cancel_pledge,
    change_pledge,
    charge_pledge,
    close_campaign,
    collect_pledges,
    expect_contribution,
    expire_pledges,
    place_pledge,
    receive_contribution,
    settle_campaign,
)
from pushcore.errors import GatewayError, InvalidValue, KeyReused
from pushcore.gateway import Charge
from pushcore.memory import Fault


def place(ports, pledge_id, bonus="0.00", **asked):
    return place_pledge(ports, request(pledge_id, bonus, **asked))


def left_waiting(ports, pledge_id, **asked):
    """A pledge whose payment method is not saved yet: the answer of the provider is still out."""
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(GatewayError):
        place(ports, pledge_id, **asked)


def one_tier(price, limit=None):
    return [Tier("t", money(price), limit=limit)]


def test_bb01_totals_are_those_of_the_confirmed():
    ports = pledged("30.00", "30.00", "30.00")
    left_waiting(ports, "p9", bonus="30.00")
    assert ports.store.progress("lanterne").pledged == money("90.00")


@pytest.mark.parametrize(("amounts", "state"), [([], "failed"), (["1000.00"], "successful")])
def test_bb06_bb07_the_deadline_decides(amounts, state):
    ports = closed(*amounts, goal=FundingGoal(money("1000.00")))
    assert ports.store.campaign("lanterne").state == state
    if amounts:
        collect_pledges(ports, "lanterne", actor="clerk")
        settle_campaign(ports, "lanterne", actor="clerk")
        assert ports.store.payouts("lanterne")


def test_bb26_rewards_cost_what_they_cost():
    """There an amount of 100 picks a reward of at most 100; here a reward brings its price along."""
    rewards = [Tier("a", money("100.00")), Tier("b", money("50.00")), Tier("c", money("150.00"))]
    ports = launched(tiers=rewards)
    amounts = [place(ports, tier.id, tier_id=tier.id).amount for tier in rewards]
    assert amounts == [tier.price for tier in rewards]
    with pytest.raises(InvalidValue, match="no tier"):
        place(ports, "p9", tier_id="of another campaign")


def test_go11_a_first_round_that_misses_its_minimum():
    """As far as one round goes: at 900 of 1000 everyone is free, and nothing had been charged."""
    ports = closed("500.00", "400.00", goal=FundingGoal(money("1000.00")))
    assert ports.store.campaign("lanterne").state is CampaignState.FAILED
    assert set(states(ports).values()) == {"canceled"}


def test_go13_the_total_of_a_failed_campaign_stays_to_be_read():
    ports = closed("50.00", "49.00")
    assert ports.store.campaign("lanterne").outcome.pledged == money("99.00")


@pytest.mark.parametrize(
    ("case", "least", "amount", "fine"),
    [
        ("CA01", "10.00", "9.99", False),
        ("CA01", "10.00", "10.00", True),
        ("CA02", "500.00", "499.99", False),
        ("CA02", "500.00", "500.00", True),
        ("CA02", "500.00", "500.01", True),
        ("LF01", "0.01", "0.00", False),
        ("LF02", "10000.00", "9999.99", False),
        ("LF02", "10000.00", "10000.00", True),
        ("HO05", "300.00", "299.00", False),
        ("HO05", "300.00", "300.00", True),
    ],
)
def test_less_than_the_least_is_refused(case, least, amount, fine):
    """CA01, CA02, LF01, LF02, HO05: their rewards name a least amount; here the campaign does."""
    ports = launched(minimum=money(least))
    if fine:
        assert place(ports, case, amount).stands
    else:
        assert refused(place, ports, case, amount) == ("below-minimum",)
    assert len(ports.gateway.accepted()) == fine


def test_ca05_px02_a_slip_that_waits_holds_its_piece_until_it_expires():
    ports = launched(tiers=one_tier("10.00", limit=3))
    place(ports, "p1", tier_id="t", quantity=2)
    left_waiting(ports, "p2", tier_id="t")
    assert refused(place, ports, "p3", tier_id="t") == ("reserved",)
    ports.clock.set(OPENS + HOUR)
    expire_pledges(ports, "lanterne", actor="clerk")
    assert ports.store.stock("lanterne", "t").left(3) == 1


def test_ho05_a_gift_of_which_there_is_one():
    ports = launched(tiers=one_tier("300.00", limit=1))
    place(ports, "p1", tier_id="t")
    assert refused(place, ports, "p2", tier_id="t", backer_id="bob") == ("sold-out",)


@pytest.mark.parametrize("limit", [1, None])
def test_ho05_a_second_gift_on_the_same_donation(limit):
    """Neither under the same id, nor by picking two, nor by making one pledge of two."""
    ports = launched(tiers=[Tier("t", money("300.00"), limit=limit, per_backer=1)])
    place(ports, "p1", tier_id="t")
    with pytest.raises(KeyReused, match="another"):
        place(ports, "p1", tier_id="t", quantity=2)
    two = Selection(money("0.00"), tier_id="t", quantity=2)
    wanted = ("per-backer-limit",) if limit is None else ("sold-out", "per-backer-limit")
    assert set(refused(change_pledge, ports, "p1", two, actor="ana")) == set(wanted)
    assert set(refused(place, ports, "p2", tier_id="t")) == set(wanted)
    assert ports.store.stock("lanterne", "t", "ana") == Stock(claimed=1)


@pytest.mark.parametrize(("paid", "fine"), [("9.00", False), ("10.00", True)])
def test_ca06_nine_do_not_pay_for_ten(paid, fine):
    """Neither on a form, nor at the provider, nor in cash: a reward of 10.00 is charged with 10.00."""
    ports = launched(tiers=one_tier("10.00"))
    expect_contribution(ports, request("cash", "0.00", tier_id="t", actor="clerk"), reason="envelope 7")
    if not fine:
        assert refused(place, ports, "p1", tier_id="t", expects=money(paid)) == ("price-differs",)
        assert refused(receive_contribution, ports, "cash", money(paid), actor="clerk") == ("below-price",)
        return
    place(ports, "p1", "90.00", tier_id="t", expects=money("100.00"))
    assert receive_contribution(ports, "cash", money(paid), actor="clerk").amount == money(paid)
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    charge_pledge(ports, "p1", actor="clerk")
    (charged,) = (it for it in ports.gateway.accepted() if isinstance(it, Charge))
    assert charged.amount == money("100.00")
    with pytest.raises(KeyReused):
        ports.gateway.charge(attrs.evolve(charged, amount=money("99.00")))


def test_bb28_a_card_that_works_the_second_time_counts_once():
    ports = closed("100.00")
    ports.gateway.decline("p0")
    assert charge_pledge(ports, "p0", actor="ana").state is PledgeState.ERRORED
    ports.gateway.accept("p0")
    for _ in range(2):  # the second time there is nothing left to charge
        pledge = charge_pledge(ports, "p0", actor="ana")
        assert (pledge.state, pledge.attempts) == (PledgeState.COLLECTED, 2)
        progress = ports.store.progress("lanterne")
        assert (progress.pledged, progress.collected, progress.collections) == (*[money("100.00")] * 2, 1)
    assert ports.gateway.held("EUR") == money("100.00")


def test_oc24_the_eighth_of_seven():
    ports = launched(tiers=one_tier("10.00", limit=7))
    for n in range(7):
        place(ports, f"p{n}", tier_id="t")
    assert refused(place, ports, "p8", tier_id="t") == ("sold-out",)
    assert ports.store.stock("lanterne", "t") == Stock(claimed=7)


def test_oc25_charging_often_claims_once():
    """Nine charges of one pledge, eight of them declined: one piece is gone, not nine."""
    ports = launched(tiers=one_tier("100.00", limit=10))
    place(ports, "p1", tier_id="t")
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    ports.gateway.decline("p1")
    for _ in range(8):
        assert charge_pledge(ports, "p1", actor="ana").state is PledgeState.ERRORED
    ports.gateway.accept("p1")
    assert charge_pledge(ports, "p1", actor="ana").attempts == 9
    assert ports.store.stock("lanterne", "t").left(10) == 9


def test_oc27_a_double_click_is_one_charge():
    ports = launched()
    assert place(ports, "p1", "196.00") == place(ports, "p1", "196.00")
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    for _ in range(2):
        collect_pledges(ports, "lanterne", actor="clerk")
    assert ports.gateway.held("EUR") == money("196.00")


def test_zi01_what_is_taken_back_does_not_count():
    ports = pledged("10.00", "20.00", goal=FundingGoal(money("200.00")))
    goal = ports.store.campaign("lanterne").terms.goal
    assert goal.percent(ports.store.progress("lanterne").pledged) == 15
    for pledge_id in ("p0", "p1"):
        cancel_pledge(ports, pledge_id, actor="ana")
    assert ports.store.progress("lanterne").pledged == money(0)
    assert goal.percent(ports.store.progress("lanterne").pledged) == 0


def test_zi02_what_is_left_of_five():
    ports = launched(tiers=one_tier("10.00", limit=5))

    def left():
        return ports.store.stock("lanterne", "t").left(5)

    place(ports, "p1", tier_id="t")
    assert left() == 4
    place(ports, "p2", tier_id="t", backer_id="bob")
    assert left() == 3
    left_waiting(ports, "p3", tier_id="t", backer_id="cleo")
    assert left() == 2
    ports.gateway.decline("cleo")
    assert place(ports, "p3", tier_id="t", backer_id="cleo").reason == "declined"
    assert left() == 3


def test_mu01_more_than_was_asked_for_is_welcome():
    ports = collected("100.00", goal=FundingGoal(money("50.00")))
    assert ports.gateway.held("EUR") == money("100.00")


@pytest.mark.parametrize(
    ("limit", "paid", "waiting", "code"),
    [(2, 2, 0, "sold-out"), (2, 1, 1, "reserved"), (3, 1, 2, "reserved")],
)
def test_px01_gone_or_only_held(limit, paid, waiting, code):
    ports = launched(tiers=one_tier("10.00", limit=limit))
    for n in range(paid):
        place(ports, f"paid{n}", tier_id="t")
    for n in range(waiting):
        left_waiting(ports, f"waiting{n}", tier_id="t")
    assert refused(place, ports, "one more", tier_id="t") == (code,)


def test_lf04_an_answer_that_comes_twice_is_taken_once():
    ports = collected("100.00")
    before = len(list(ports.store.transactions()))
    charge_pledge(ports, "p0", actor="clerk")
    assert len(list(ports.store.transactions())) == before
