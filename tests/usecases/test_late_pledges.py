"""Late pledges: after a success, at their own price, charged at once, and settled with the rest."""

import attrs
import pytest
from funding_houses import AT_ONCE, advance, at_provider, books, campaign_of, finish, place
from lanterne import (
    DAY,
    END,
    MICROSECOND,
    NOBODY_ASKED,
    between,
    closed,
    launched,
    money,
    pledged,
    refused,
    states,
)

from pushcore import (
    CampaignState,
    FeeBase,
    FeeLine,
    FeeSchedule,
    FundingModel,
    Percent,
    Percentage,
    Rounding,
    SplitPlan,
    Stock,
    Tier,
    cancel_pledge,
    change_pledge,
    charge_pledge,
    close_campaign,
    settle_campaign,
    state_account,
    transfer_pledge,
)
from pushcore.campaigns import Charging
from pushcore.errors import GatewayError, GatewayUnavailable, InvalidDocument
from pushcore.memory import Fault, ManualClock
from pushcore.rewards import Phase, Selection

LATE = {
    "late_days": 30,
    "fees": FeeSchedule(),
    "splits": SplitPlan(),
    "tiers": [
        Tier(
            "print", money("40.00"), late_price=money("50.00"), phases=[Phase.CAMPAIGN, Phase.LATE], limit=3
        ),
        Tier("early", money("20.00")),
    ],
}


def test_a_late_pledge_costs_its_own_price_and_is_charged_at_once():
    """Kickstarter: charged at once, counted apart, neither canceled nor changed, and paid out in the end."""
    ports = pledged("100.00", **LATE)
    assert advance(ports, END).state is CampaignState.SUCCESSFUL
    late = place(ports, "late", "0.00", tier_id="print", backer_id="bob")
    assert (late.state, late.amount, late.late) == ("collected", money("50.00"), True)
    progress = ports.store.progress("lanterne")
    assert (progress.pledged, progress.late, progress.counted) == (
        money("100.00"),
        money("50.00"),
        money("100.00"),
    )
    assert (progress.backers, progress.pledges, progress.collected) == (2, 2, money("150.00"))
    assert ports.store.stock("lanterne", "print") == Stock(claimed=1)
    assert campaign_of(ports).outcome.pledged == money("100.00")
    assert refused(cancel_pledge, ports, "late", actor="bob") == ("late-pledge-final", "too-late")
    assert refused(change_pledge, ports, "late", Selection(money("60.00")), actor="bob") == (
        "already-charged",
        "too-late",
    )
    assert refused(transfer_pledge, ports, "late", "cleo", actor="bob") == ("already-charged", "too-late")
    assert refused(settle_campaign, ports, "lanterne", actor="clerk") == ("not-settleable",)
    until = campaign_of(ports).terms.late_until
    ports.clock.set(until - MICROSECOND)
    place(ports, "last", "5.00", backer_id="cleo")
    settled = advance(ports, until)
    assert settled.settled_at == until
    assert ports.store.payouts("lanterne")[0].amount == money("155.00")
    assert at_provider(ports) == money(0)
    assert refused(place, ports, "later", "5.00") == ("too-late",)
    finish(ports)


def test_what_comes_after_the_end_of_a_success_pays_its_fee_too():
    """catarse-late-slip: 200.00 after the end are 200.00 more, and at a fee of 13 % 26.00 less."""
    service = FeeLine("service", FeeBase.COLLECTED, Percent(Percentage.of("13")), Rounding.HALF_UP)
    statements = []
    for late in (False, True):
        ports = pledged("100.00", **LATE | {"fees": FeeSchedule([service])})
        advance(ports, END)
        if late:
            place(ports, "slip", "200.00", backer_id="bob")
        advance(ports, campaign_of(ports).terms.late_until)
        statements.append(state_account(ports, "lanterne"))
    before, after = statements
    assert after.collected - before.collected == money("200.00")
    assert after.fees["service"] - before.fees["service"] == money("26.00")


def test_what_is_for_the_campaign_only_is_not_picked_late():
    ports = pledged("100.00", **LATE)
    advance(ports, END)
    assert refused(place, ports, "late", "0.00", tier_id="early") == ("wrong-phase",)


@pytest.mark.parametrize(
    ("amount", "changed", "codes"),
    [("99.00", {}, ("too-late",)), ("100.00", {"late_days": None}, ("too-late",))],
)
def test_late_pledges_are_for_what_succeeded_and_offers_them(amount, changed, codes):
    assert refused(place, closed(amount, **LATE | changed), "late") == codes


def test_a_partly_funded_campaign_takes_them_too():
    ports = closed("10.00", model=FundingModel(keeps_from=Percentage.of("0")), **LATE)
    assert place(ports, "late", "5.00").state == "collected"


def test_a_late_card_that_fails_is_dropped_at_once_and_counts_no_more():
    ports = pledged("100.00", **LATE)
    advance(ports, END)
    ports.gateway.decline("late")
    assert place(ports, "late", "0.00", tier_id="print").state == "dropped"
    progress = ports.store.progress("lanterne")
    assert (progress.late, progress.pledges) == (money(0), 1)
    assert ports.store.stock("lanterne", "print") == Stock()
    assert campaign_of(ports).state is CampaignState.SUCCESSFUL


def test_a_late_charge_without_an_answer_is_finished_by_the_job():
    ports = pledged("100.00", **LATE)
    advance(ports, END)
    ports.gateway.fail_next(Fault.NONE, Fault.BEFORE)
    with pytest.raises(GatewayUnavailable):
        place(ports, "late", "5.00")
    advance(ports, END + DAY)
    assert states(ports)["late"] == "collected"


def test_a_late_pledge_under_way_at_the_end_is_void():
    ports = pledged("100.00", claim_lifetime=60 * DAY, **LATE)
    advance(ports, END)
    until = campaign_of(ports).terms.late_until

    def the_end():
        advance(ports, until)

    late = place(between(ports, lambda: None, the_end), "late", "5.00")
    assert (late.state, late.reason) == ("voided", "too-late")
    assert books(ports) == {}


def test_a_pledge_of_the_campaign_is_not_confirmed_late():
    """What was placed in time and waits for its card is too late after the close, late phase or not."""
    ports = launched(claim_lifetime=60 * DAY, **LATE)
    place(ports, "p0", "100.00")
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(GatewayUnavailable):
        place(ports, "p1", "10.00", backer_id="bob")
    advance(ports, END)
    assert place(ports, "p1", "10.00", backer_id="bob").reason == "too-late"


def test_a_campaign_that_authorizes_charges_late_pledges_all_the_same():
    ports = pledged("100.00", model=FundingModel(charging=Charging.AUTHORIZED), **LATE)
    advance(ports, END)
    place(ports, "late", "5.00")
    assert ports.gateway.authorized("EUR") == money(0)
    assert at_provider(ports) == money("105.00")


def test_late_pledges_do_not_count_to_what_is_judged_by_what_was_paid():
    ports = pledged("100.00", model=AT_ONCE, dunning=NOBODY_ASKED, cancel_windows=[], **LATE)
    advance(ports, END)
    place(ports, "late", "5.00")
    before = campaign_of(ports)
    assert close_campaign(ports, "lanterne", actor="jobs") == before


@pytest.mark.parametrize("days", [366, 10_000])
def test_late_pledges_are_taken_for_a_year_at_most(days):
    with pytest.raises(InvalidDocument, match="late_days"):
        launched(**LATE | {"late_days": days})


# Settling while somebody pledges: what is read and what is written are not one moment.


def at_the_end():
    """A campaign whose late pledges are over, as the clock of whoever settles it says."""
    ports = pledged("100.00", **LATE)
    advance(ports, END)
    ports.clock.set(campaign_of(ports).terms.late_until)
    return ports


def behind(ports):
    """The same house, by the clock of somebody whom it still lets pledge."""
    return attrs.evolve(ports, clock=ManualClock(campaign_of(ports).terms.late_until - MICROSECOND))


def settle(ports):
    return settle_campaign(ports, "lanterne", actor="jobs")


def test_a_late_pledge_that_is_charged_before_the_settlement_is_written_belongs_to_it():
    ports = at_the_end()
    statement = settle(between(ports, lambda: place(behind(ports), "late", "5.00")))
    assert states(ports)["late"] == "collected"
    assert statement.collected == money("105.00")
    assert (statement.held, statement.conserved) == (money(0), True)


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER])
def test_a_late_charge_under_way_when_the_settlement_is_written_is_waited_for(fault):
    ports = at_the_end()

    def their_pledge():
        ports.gateway.fail_next(Fault.NONE, fault)
        with pytest.raises(GatewayError):
            place(behind(ports), "late", "5.00")

    assert refused(settle, between(ports, their_pledge)) == ("not-settleable",)
    assert states(ports)["late"] == "charging"
    assert charge_pledge(ports, "late", actor="jobs").state == "collected"
    assert settle(ports).collected == money("105.00")


def test_a_late_pledge_that_comes_behind_the_settlement_is_void():
    ports = at_the_end()
    late = place(between(behind(ports), lambda: None, lambda: settle(ports)), "late", "5.00")
    assert (late.state, late.reason) == ("voided", "too-late")
    assert settle(ports).collected == money("100.00") == ports.gateway.held("EUR")
