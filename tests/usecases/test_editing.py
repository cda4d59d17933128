"""Editing a campaign that runs: what may change does, and no pledge is harmed by it, whenever it lands."""

from contextlib import suppress
from datetime import timedelta

import attrs
import pytest
from lanterne import (
    CLOSES,
    DAY,
    END,
    NOBODY_ASKED,
    OPENS,
    TERMS,
    between,
    closed,
    drafted,
    launched,
    money,
    pledged,
    refused,
    request,
    states,
    terms,
    written,
)

from pushcore import (
    CampaignState,
    Changes,
    Dunning,
    FundingGoal,
    FundingModel,
    Phase,
    PledgeState,
    Selection,
    Stock,
    Window,
    advance_campaign,
    change_pledge,
    charge_pledge,
    close_campaign,
    collect_pledges,
    expect_contribution,
    expire_pledges,
    give_up_contribution,
    launch_campaign,
    place_pledge,
    preview,
    refusals,
    settle_campaign,
)
from pushcore.campaigns import Charging, DurationRule, Editing, Extension, GoalEdits, LimitEdits, deciding
from pushcore.campaigns.events import CampaignEdited, CampaignExtended
from pushcore.campaigns.lifecycle import Trigger
from pushcore.changes import ProgressMove
from pushcore.errors import Conflict, GatewayUnavailable, NotFound
from pushcore.memory import FakeGateway, Fault
from pushcore.memory.gateway import ABLE
from pushcore.payments import collecting
from pushcore.rewards import NO_REWARD, LineKind
from pushcore.usecases import edit_campaign, extend_campaign

POSTCARD, POSTER = TERMS.tiers
LATER = attrs.evolve(CLOSES, at=END + DAY)
LONG = DurationRule(least_days=1, most_days=365, open_ended=False, end_of_day=False)
INDIEGOGO = Editing(extension=Extension(times=1, within=attrs.evolve(LONG, most_days=60)))
BLUEBOTTLE = Editing(
    goal=GoalEdits.ANY,
    limits=LimitEdits.TO_TAKEN,
    extension=Extension(times=9, within=LONG),
    reopens=True,
    rejudges=True,
)
AT_ONCE = FundingModel(charging=Charging.AT_PLEDGE)


def edit(ports, **changed):
    agreed = ports.store.campaign("lanterne").terms
    return edit_campaign(ports, "lanterne", attrs.evolve(agreed, **changed), actor="lune")


def extend(ports, closes=LATER):
    return extend_campaign(ports, "lanterne", closes, actor="lune")


def with_postcard(**changed):
    return [attrs.evolve(POSTCARD, **changed), POSTER]


def the(ports):
    return ports.store.campaign("lanterne")


# What may change


def test_a_draft_is_rewritten_at_will():
    """ZI04: without pledges everything may be changed, the currency too."""
    ports = drafted()
    in_francs = terms(
        goal=FundingGoal(money("70.00", "CHF")), minimum=money("1.00", "CHF"), tiers=[], fees=TERMS.on_top
    )
    assert edit_campaign(ports, "lanterne", in_francs, actor="lune").terms == in_francs
    launch_campaign(ports, "lanterne", actor="lune")
    assert place_pledge(ports, request(bonus=money("70.00", "CHF"))).state is PledgeState.PLEDGED


def test_what_was_submitted_and_edited_has_to_be_submitted_again():
    ports = drafted(needs_approval=True)
    for trigger in (Trigger.SUBMIT, Trigger.APPROVE):
        _, changes = deciding.move(the(ports), trigger, OPENS, "clerk")
        ports.store.commit(changes)
    edit(ports, minimum=money("2.00"))
    assert refused(launch_campaign, ports, "lanterne", actor="lune") == ("not-approved",)


def test_quantities_follow_what_is_taken():
    """ZI03: of five with two awarded, four are allowed and one is refused."""
    ports = pledged(editing=BLUEBOTTLE, tiers=with_postcard(limit=5))
    place_pledge(ports, request(tier_id="postcard", quantity=2))
    before = written(ports)
    assert refused(edit, ports, tiers=with_postcard(limit=1)) == ("limit-below-taken",)
    assert written(ports) == before
    edit(ports, tiers=with_postcard(limit=4))
    assert place_pledge(ports, request("p2", tier_id="postcard", quantity=2)).stands
    assert refused(place_pledge, ports, request("p3", tier_id="postcard")) == ("sold-out",)


def test_a_new_price_is_for_new_pledges():
    """KS18: pledged at 10, then 12: it stays 10 when the pledge is edited, and a new backer pays 12."""
    ports = launched()
    place_pledge(ports, request(bonus="0.00", tier_id="postcard"))
    edit(ports, tiers=with_postcard(price=money("12.00")))
    elsewhere = Selection(money("0.00"), tier_id="postcard", destination="BE")
    assert change_pledge(ports, "p1", elsewhere, actor="ana").amount == money("10.00")
    new = place_pledge(ports, request("p2", "0.00", tier_id="postcard", backer_id="bob"))
    assert new.amount == money("12.00")


def test_goal_and_end_are_fixed_by_the_first_pledge():
    """ZI04: with a pledge neither may be changed, and without one both."""
    ports = launched()
    edit(ports, goal=FundingGoal(money("20.00")), window=Window(OPENS, LATER))
    place_pledge(ports, request())
    before = written(ports)
    changed = {"goal": FundingGoal(money("30.00")), "window": Window(OPENS, CLOSES)}
    assert refused(edit, ports, **changed) == ("terms-frozen", "terms-frozen")
    assert written(ports) == before


def test_a_deadline_is_moved_once():
    """Indiegogo: one change of the deadline, at most 60 days after the launch."""
    ports = pledged("100.00", editing=INDIEGOGO)
    assert extend(ports).terms.window.closes == LATER
    before = written(ports)
    assert extend(ports) == the(ports)
    assert written(ports) == before
    assert refused(extend, ports, attrs.evolve(CLOSES, at=END + 2 * DAY)) == ("extension-used",)
    ports.clock.set(END)
    assert refused(close_campaign, ports, "lanterne", actor="clerk") == ("not-ended",)
    assert place_pledge(ports, request("late")).state is PledgeState.PLEDGED


def test_the_same_edit_again_is_nothing():
    ports = launched()
    first = edit(ports, minimum=money("2.00"))
    before = written(ports)
    assert edit_campaign(ports, "lanterne", first.terms, actor="lune") == first
    assert written(ports) == before


def test_an_edit_is_previewed_like_anything_else():
    ports = launched()
    changed = attrs.evolve(TERMS, minimum=money("2.00"))
    changes = preview(ports, edit_campaign, "lanterne", changed, actor="lune")
    assert [type(it) for it in changes.events] == [CampaignEdited]
    assert the(ports).terms == TERMS
    dearer = attrs.evolve(TERMS, model=FundingModel.KEEP_IT_ALL)
    given = refusals(ports, edit_campaign, "lanterne", dearer, actor="lune")
    assert [it.code for it in given] == ["terms-frozen"]
    changes = preview(ports, extend_campaign, "lanterne", LATER, actor="lune")
    assert CampaignExtended in [type(it) for it in changes.events]


@pytest.mark.parametrize("nothing", ["etoile", "", None, [], 7])
def test_what_is_not_there_is_not_edited(nothing):
    for change, to in ((edit_campaign, TERMS), (extend_campaign, LATER)):
        with pytest.raises(NotFound):
            change(launched(), nothing, to, actor="lune")


# Pledges that land in between


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"tiers": [POSTER]}, "reward-in-use"),
        ({"tiers": with_postcard(delivers=END.date())}, "reward-in-use"),
        ({"tiers": with_postcard(limit=0)}, "limit-below-taken"),
    ],
)
@pytest.mark.parametrize("fault", [None, Fault.AFTER])
def test_a_pledge_that_lands_before_the_edit_keeps_its_reward(changed, code, fault):
    """It does not write the campaign, so the edit asks the stock: the pledge may be confirmed or reserved."""
    ports = launched(editing=BLUEBOTTLE)

    def lands():
        if fault is not None:
            ports.gateway.fail_next(fault)
        with suppress(Exception):
            place_pledge(ports, request(bonus="0.00", tier_id="postcard"))

    assert refused(edit, between(ports, lands), **changed) == (code,)
    assert place_pledge(ports, request(bonus="0.00", tier_id="postcard")).amount == money("10.00")


def test_a_limit_lowered_while_pieces_go_is_not_below_them():
    ports = pledged(editing=BLUEBOTTLE)
    place_pledge(ports, request(tier_id="postcard"))
    meanwhile = between(
        ports, lambda: place_pledge(ports, request("p2", tier_id="postcard", backer_id="bob"))
    )
    assert refused(edit, meanwhile, tiers=with_postcard(limit=1)) == ("limit-below-taken",)
    assert the(ports).terms.tiers[0].limit == 3


def unanswered(ports, asked):
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(GatewayUnavailable):
        place_pledge(ports, asked)


def promised(ports, asked):
    expect_contribution(ports, asked, reason="cheque 117")


@pytest.mark.parametrize(
    "changed", [{"goal": FundingGoal(money("1000.00"))}, {"window": Window(OPENS, LATER)}]
)
@pytest.mark.parametrize("picked", [{}, {"tier_id": "postcard"}], ids=["amount", "reward"])
@pytest.mark.parametrize("lands", [place_pledge, unanswered, promised])
def test_what_is_promised_is_not_changed_under_the_first_pledge(lands, picked, changed):
    """Confirmed, on its way or expected; and whether it lands before the edit reads, or before it writes."""
    ports = launched()
    meanwhile = between(ports, lambda: lands(ports, request(**picked)))
    assert refused(edit, meanwhile, **changed) == ("terms-frozen",)
    assert refused(edit, ports, **changed) == ("terms-frozen",)


def test_what_never_came_binds_nobody():
    ports = launched()
    unanswered(ports, request("p1"))
    promised(ports, request("c1"))
    ports.clock.advance(TERMS.claim_lifetime)
    expire_pledges(ports, "lanterne", actor="jobs")
    give_up_contribution(ports, "c1", actor="clerk")
    assert ports.store.stock("lanterne", NO_REWARD) == Stock()
    assert edit(ports, goal=FundingGoal(money("1000.00"))).terms.goal.amount == money("1000.00")


def test_a_pledge_that_lands_after_the_edit_finds_other_terms():
    """Placing rests on the campaign as it was read; with other terms it is decided on again."""
    ports = launched()
    asked = attrs.evolve(request(bonus="0.00", tier_id="postcard"), expects=money("10.00"))
    dearer = between(ports, lambda: edit(ports, tiers=with_postcard(price=money("12.00"))))
    assert refused(place_pledge, dearer, asked) == ("price-differs",)
    gone = between(ports, lambda: edit(ports, tiers=with_postcard(limit=0)))
    assert refused(place_pledge, gone, request(tier_id="postcard")) == ("sold-out",)


def test_a_pledge_on_its_way_to_be_confirmed_is_what_it_was():
    """The edit lands between placing and confirming: price and piece are the pledge's already."""
    ports = launched()
    cheaper = with_postcard(price=money("5.00"), limit=9)
    meanwhile = between(ports, lambda: None, lambda: edit(ports, tiers=cheaper))
    pledge = place_pledge(meanwhile, request(bonus="0.00", tier_id="postcard"))
    assert (pledge.state, pledge.amount) == (PledgeState.PLEDGED, money("10.00"))
    assert ports.store.stock("lanterne", "postcard") == Stock(claimed=1)


def test_what_was_deleted_can_be_offered_anew():
    ports = launched()
    edit(ports, tiers=[POSTER])
    edit(ports, tiers=[POSTER, POSTCARD])
    assert place_pledge(ports, request(tier_id="postcard")).stands


# After the end


def test_a_success_is_opened_again():
    """BB12: extended after its success it takes pledges again, and gets a new verdict."""
    ports = closed("60.00", "60.00", editing=BLUEBOTTLE)
    assert extend(ports).state is CampaignState.LIVE
    assert place_pledge(ports, request("late")).state is PledgeState.PLEDGED
    assert refused(collect_pledges, ports, "lanterne", actor="clerk") == ("not-funded",)
    ports.clock.set(LATER.at)
    assert close_campaign(ports, "lanterne", actor="clerk").outcome.pledged == money("145.00")
    assert collect_pledges(ports, "lanterne", actor="clerk").collected == 3


def test_a_deadline_in_the_past_opens_nothing():
    """BB13: refused with a reason, and its state is the same."""
    ports = closed("120.00", editing=BLUEBOTTLE)
    ports.clock.set(END + DAY)
    before = written(ports)
    for past in (CLOSES, LATER, attrs.evolve(CLOSES, at=OPENS)):
        assert refused(extend, ports, past) == ("deadline-past",)
    assert written(ports) == before


def test_a_success_is_not_opened_again_where_its_terms_do_not_say_so():
    ports = closed("120.00", editing=INDIEGOGO)
    assert refused(extend, ports) == ("too-late",)


def test_a_success_is_not_opened_again_once_somebody_was_charged_for_it():
    ports = closed("60.00", "60.00", editing=BLUEBOTTLE)
    ports.gateway.fail_next(Fault.AFTER)
    collect_pledges(ports, "lanterne", actor="clerk")
    assert states(ports)["p0"] == "charging"
    before = written(ports)
    assert refused(extend, ports) == ("already-charged",)
    assert written(ports) == before


def test_what_charges_at_once_is_opened_again_until_it_is_settled():
    """BB12 as Bluebottle has it: contributions are paid by then."""
    ports = closed("60.00", "60.00", editing=BLUEBOTTLE, model=AT_ONCE)
    assert extend(ports).state is CampaignState.LIVE
    place_pledge(ports, request("late"))
    ports.clock.set(LATER.at)
    advance_campaign(ports, "lanterne", actor="clerk")
    assert the(ports).settled_at is not None
    assert settle_campaign(ports, "lanterne", actor="clerk").collected == money("145.00")
    assert refused(extend, ports, attrs.evolve(CLOSES, at=END + 9 * DAY)) == ("already-settled",)


def test_a_charge_that_lands_before_the_reopening_leaves_the_success_as_it_is():
    """Nobody is charged for a campaign that may fail yet."""
    ports = closed("60.00", "60.00", editing=BLUEBOTTLE)
    meanwhile = between(ports, lambda: charge_pledge(ports, "p0", actor="clerk"))
    assert refused(extend, meanwhile) == ("already-charged",)
    assert the(ports).state is CampaignState.SUCCESSFUL
    assert the(ports).terms.window.closes == CLOSES
    assert collect_pledges(ports, "lanterne", actor="clerk").collected == 1


@pytest.mark.parametrize("racing", [False, True])
def test_a_success_whose_charges_failed_meanwhile_stays_one(racing):
    """What has dropped since the verdict is in no total any more, and is remembered by it."""
    ports = closed("40.00", "60.00", editing=BLUEBOTTLE, dunning=NOBODY_ASKED)
    ports.gateway.decline("p0")
    if racing:
        meanwhile = between(ports, lambda: collect_pledges(ports, "lanterne", actor="clerk"))
    else:
        charge_pledge(ports, "p0", actor="clerk")
        meanwhile = ports
    outcome = the(ports).outcome
    assert refused(extend, meanwhile) == ("already-charged",)
    assert (the(ports).state, the(ports).outcome) == (CampaignState.SUCCESSFUL, outcome)
    assert states(ports)["p0"] == "dropped"


def test_a_charge_on_its_way_is_void_when_the_campaign_is_opened_again():
    """Decided on while it was a success, committed between the two steps or after them."""
    ports = closed("60.00", "60.00", editing=BLUEBOTTLE)
    pledge = ports.store.find_pledge("p0")
    _, charge = collecting.attempt(pledge, the(ports), END, "clerk")

    def commits():
        with pytest.raises(Conflict):
            ports.store.commit(charge)

    extend(between(ports, lambda: None, commits))
    assert the(ports).state is CampaignState.LIVE
    commits()
    assert states(ports) == {"p0": "pledged", "p1": "pledged"}


class Crash(BaseException):
    pass


def crash():
    raise Crash


@pytest.mark.parametrize("finish", [extend, lambda ports: advance_campaign(ports, "lanterne", actor="clerk")])
def test_a_reopening_that_dies_between_its_two_commits(finish):
    """The campaign is closing: it is opened by the same call again, or gets its verdict back."""
    ports = closed("60.00", "60.00", editing=BLUEBOTTLE)
    with pytest.raises(Crash):
        extend(between(ports, lambda: None, crash))
    assert the(ports).state is CampaignState.CLOSING
    finish(ports)
    assert the(ports).state is (CampaignState.LIVE if finish is extend else CampaignState.SUCCESSFUL)


def test_a_failure_is_not_opened_again():
    ports = closed("60.00", editing=BLUEBOTTLE)
    assert "wrong-state" in refused(extend, ports)


def half_funded(**changed):
    return closed("500.00", goal=FundingGoal(money("1000.00")), model=FundingModel.KEEP_IT_ALL, **changed)


@pytest.mark.parametrize("charged", [False, True])
def test_a_lower_goal_makes_a_success(charged):
    """BB16: 500 of 1000, lowered to 500."""
    ports = half_funded(editing=BLUEBOTTLE)
    assert the(ports).state is CampaignState.PARTIALLY_FUNDED
    if charged:
        collect_pledges(ports, "lanterne", actor="clerk")
    lower = FundingGoal(money("500.00"))
    assert refused(edit, ports, goal=FundingGoal(money("500.01"))) == ("goal-not-reached",)
    assert edit(ports, goal=lower).state is CampaignState.SUCCESSFUL
    advance_campaign(ports, "lanterne", actor="clerk")
    assert refused(edit, ports, goal=FundingGoal(money("400.00"))) == ("already-settled", "too-late")


def test_a_lower_goal_makes_no_success_of_what_drops_meanwhile():
    ports = closed(
        "50.00",
        "30.00",
        model=FundingModel.KEEP_IT_ALL,
        editing=Editing(rejudges=True, goal=GoalEdits.LOWER),
        dunning=NOBODY_ASKED,
    )
    ports.gateway.decline("p1")
    rival = between(ports, lambda: collect_pledges(ports, "lanterne", actor="clerk"))
    assert refused(edit, rival, goal=FundingGoal(money("80.00"))) == ("goal-not-reached",)
    assert the(ports).state is CampaignState.PARTIALLY_FUNDED


def test_what_counts_to_no_goal_binds_it_as_well():
    ports = launched(model=FundingModel(counts=(LineKind.REWARD,)))
    rival = between(ports, lambda: place_pledge(ports, request("p1")))
    assert refused(edit, rival, goal=FundingGoal(money("5000.00"))) == ("terms-frozen",)


def test_matching_money_makes_a_success():
    """BB15: 500 of 1000, matched with 500."""
    ports = half_funded(editing=BLUEBOTTLE)
    assert close_campaign(ports, "lanterne", actor="clerk").state is CampaignState.PARTIALLY_FUNDED
    match = ProgressMove("lanterne", "sponsor", money("0.00"), counted=money("500.00"))
    ports.store.commit(Changes(deltas=(match,)))
    assert close_campaign(ports, "lanterne", actor="clerk").state is CampaignState.SUCCESSFUL


def test_a_verdict_is_final_where_the_terms_do_not_say_otherwise():
    ports = half_funded()
    match = ProgressMove("lanterne", "sponsor", money("0.00"), counted=money("500.00"))
    ports.store.commit(Changes(deltas=(match,)))
    assert close_campaign(ports, "lanterne", actor="clerk").state is CampaignState.PARTIALLY_FUNDED
    ports = half_funded(editing=BLUEBOTTLE)
    advance_campaign(ports, "lanterne", actor="clerk")
    ports.store.commit(Changes(deltas=(match,)))
    assert close_campaign(ports, "lanterne", actor="clerk").state is CampaignState.PARTIALLY_FUNDED


def test_late_pledges_find_what_was_added_for_them():
    """Kickstarter: rewards for late pledges, once the campaign has ended."""
    ports = closed("120.00", late_days=30)
    edit(ports, tiers=[*TERMS.tiers, attrs.evolve(POSTCARD, id="late", phases=[Phase.LATE])])
    assert place_pledge(ports, request("p9", "0.00", tier_id="late")).late


def test_the_goal_of_a_second_round_lies_behind_it():
    ports = pledged("100", model=FundingModel(second_round=10), editing=Editing(goal=GoalEdits.ANY))
    ports.clock.set(END)
    advance_campaign(ports, "lanterne", actor="clerk")
    assert the(ports).round == 2
    assert refused(edit, ports, goal=FundingGoal(money("1000"))) == ("terms-frozen",)


def test_an_extension_asks_the_provider_as_a_launch_does():
    """A card that is authorized for 30 days cannot be held for 90."""
    model = FundingModel(charging=Charging.AUTHORIZED)
    ports = launched(model=model, editing=INDIEGOGO, dunning=Dunning())
    abilities = attrs.evolve(ABLE, authorization_lifetime=timedelta(days=30))
    ports = attrs.evolve(ports, gateway=FakeGateway(abilities=abilities))
    closes = attrs.evolve(the(ports).terms.window.closes, at=OPENS + timedelta(days=60))
    assert refused(extend_campaign, ports, "lanterne", closes, actor="lune") == ("authorization-too-short",)


def test_whoever_is_partially_funded_is_judged_again_by_the_job():
    ports = pledged("60", model=FundingModel.KEEP_IT_ALL, editing=BLUEBOTTLE)
    ports.gateway.decline("p0")
    ports.clock.set(END)
    advance_campaign(ports, "lanterne", actor="clerk")
    assert the(ports).state is CampaignState.PARTIALLY_FUNDED
    ports.store.commit(
        Changes(deltas=(ProgressMove("lanterne", "sponsor", money("0"), counted=money("40")),))
    )
    advance_campaign(ports, "lanterne", actor="clerk")
    assert the(ports).state is CampaignState.SUCCESSFUL
