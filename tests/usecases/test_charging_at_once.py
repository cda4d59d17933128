"""Money that is taken at once: given back, tried again, and never lost on the way."""

from datetime import timedelta

import pytest

from pushcore import (
    CampaignState,
    FundingModel,
    Money,
    PledgeState,
    Selection,
    cancel_campaign,
    cancel_pledge,
    close_campaign,
    collect_pledges,
    merge_pledges,
    place_pledge,
    settle_campaign,
)
from pushcore.campaigns import CancelWindow, Cap, Charging, Dunning
from pushcore.changes import Changes
from pushcore.errors import OutcomeUnknown, Refused
from pushcore.ledger import audit
from pushcore.memory import Fault
from pushcore.money import Percentage, Rounding
from pushcore.payouts import FeeBase, FeeLine, FeeSchedule, Percent
from pushcore.testing import OPENS, builders
from pushcore.usecases.refunding import refund_pledge

AT_ONCE = FundingModel(charging=Charging.AT_PLEDGE)
ON_TOP = FeeSchedule([FeeLine("service", FeeBase.PLEDGE, Percent(Percentage(5)), Rounding.HALF_UP)])
END = builders.terms().window.closes.at


def euros(amount):
    return Money.of(amount, "EUR")


def host(model=AT_ONCE, **of_terms):
    ports = builders.ports()
    ports.store.commit(Changes(put=(builders.a_campaign(model=model, **of_terms),)))
    return ports


def a_cap(*, clips):
    return Cap(amount=euros("40"), smallest_charge=euros("5"), tolerance=euros("0"), clips=clips)


def sound(ports):
    return audit(ports.store.transactions()) == ()


def test_who_cancels_is_given_back_all_of_it():
    ports = host(on_top=ON_TOP)
    tip = euros("0.50")
    assert place_pledge(ports, builders.a_request(bonus="20", tip=tip)).state is PledgeState.COLLECTED
    assert ports.gateway.held("EUR") == euros("21.50")
    assert cancel_pledge(ports, "p1", actor="ana").state is PledgeState.REFUNDED
    assert not ports.gateway.held("EUR")
    assert sound(ports)


def test_canceling_again_finishes_the_refund():
    ports = host()
    place_pledge(ports, builders.a_request())
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        cancel_pledge(ports, "p1", actor="ana")
    assert cancel_pledge(ports, "p1", actor="ana").state is PledgeState.REFUNDED
    assert not ports.gateway.held("EUR")


def test_placing_again_finishes_the_charge():
    ports = host()
    ports.gateway.fail_next(Fault.NONE, Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        place_pledge(ports, builders.a_request())
    assert place_pledge(ports, builders.a_request()).state is PledgeState.COLLECTED
    assert ports.gateway.held("EUR") == euros("10")


def test_a_declined_refund_does_not_keep_a_success_from_being_settled():
    ports = host(goal="10")
    place_pledge(ports, builders.a_request("p1"))
    place_pledge(ports, builders.a_request("p2", backer_id="ben", bonus="7"))
    ports.gateway.decline("p2")
    assert cancel_pledge(ports, "p2", actor="ben").state is PledgeState.UNREFUNDED
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="lune")
    statement = settle_campaign(ports, "lanterne", actor="lune")
    assert (statement.net, statement.held) == (euros("10"), euros("0"))
    ports.gateway.accept("p2")
    assert refund_pledge(ports, "p2", actor="lune").state is PledgeState.REFUNDED
    assert ports.gateway.held("EUR") == euros("10")
    assert sound(ports)


def test_a_charge_that_fails_while_a_campaign_is_called_off_leaves_nothing_to_give_back():
    ports = host(dunning=Dunning())
    ports.gateway.fail_next(Fault.NONE, Fault.BEFORE)
    ports.gateway.decline("p1")
    with pytest.raises(Exception, match="not reached"):
        place_pledge(ports, builders.a_request())
    cancel_campaign(ports, "lanterne", actor="lune")
    assert ports.store.find_pledge("p1").state is PledgeState.DROPPED
    assert not list(ports.store.returnable_pledges("lanterne"))


def test_the_last_pledge_is_charged_before_the_cap_closes_the_campaign():
    ports = host(FundingModel(charging=Charging.ESCROW, cap=a_cap(clips=True)), goal=2)
    place_pledge(ports, builders.a_request("p1", bonus="20"))
    place_pledge(ports, builders.a_request("p2", bonus="30"))  # clipped to 20, and no reward was picked
    assert ports.store.campaign("lanterne").state is CampaignState.FAILED
    assert {ports.store.find_pledge(it).state for it in ("p1", "p2")} == {PledgeState.REFUNDED}
    assert not ports.gateway.held("EUR")


def test_what_was_set_free_is_refused_by_its_campaign_and_not_by_a_cancel_window():
    ports = host(FundingModel.ALL_OR_NOTHING, cancel_windows=[CancelWindow(within_days=3)])
    place_pledge(ports, builders.a_request())
    cancel_campaign(ports, "lanterne", actor="lune")
    with pytest.raises(Refused) as refused:
        cancel_pledge(ports, "p1", actor="ana")
    assert refused.value.codes == ("not-live",)


def test_placing_again_closes_at_the_cap():
    ports = host(FundingModel(cap=a_cap(clips=False)), goal="30")
    request = builders.a_request(bonus="40")
    ports.clock.set(OPENS + timedelta(hours=1))
    place_pledge(ports, builders.a_request("p2", bonus="5"))
    with pytest.raises(Refused, match="above-cap"):
        place_pledge(ports, request)
    place_pledge(ports, builders.a_request("p3", bonus="35"))
    assert ports.store.campaign("lanterne").state is CampaignState.SUCCESSFUL
    assert place_pledge(ports, builders.a_request("p3", bonus="35")).state is PledgeState.PLEDGED


def test_what_has_no_bonus_to_clip_is_refused_above_the_cap():
    ports = host(FundingModel(cap=a_cap(clips=True)), goal="30", tiers=[builders.a_tier("poster", "25")])
    place_pledge(ports, builders.a_request("p1", tier_id="poster"))
    with pytest.raises(Refused, match="above-cap"):
        place_pledge(ports, builders.a_request("p2", tier_id="poster"))
    assert place_pledge(ports, builders.a_request("p3", bonus="30")).amount == euros("15")


def test_a_pledge_of_the_last_minute_is_confirmed_in_the_grace_before_any_job_ran():
    ports = host(FundingModel(grace=timedelta(days=2)))
    ports.clock.set(END - timedelta(minutes=1))
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        place_pledge(ports, builders.a_request())
    ports.clock.set(END + timedelta(minutes=1))
    assert place_pledge(ports, builders.a_request()).state is PledgeState.PLEDGED
    with pytest.raises(Refused, match="too-late"):
        place_pledge(ports, builders.a_request("p2"))


def test_what_two_merged_pledges_gave_on_top_is_the_platforms():
    ports = host(FundingModel.ALL_OR_NOTHING, goal="10", on_top=ON_TOP)
    tip = euros("0.50")
    for pledge_id in ("p1", "p2"):
        place_pledge(ports, builders.a_request(pledge_id, bonus="20", tip=tip))
    merged = merge_pledges(ports, "p1", "p2", actor="ana")
    assert merged.quote.on_top == {"service": euros("2"), "tip": euros("1")}
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="lune")
    collect_pledges(ports, "lanterne", actor="lune")
    assert settle_campaign(ports, "lanterne", actor="lune").net == euros("40")
    assert merged.selection == Selection(euros("40"), tip=euros("1"))
