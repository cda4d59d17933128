"""Editing: what may change in the terms of a launched campaign, by the policy in them."""

from contextlib import suppress
from datetime import timedelta

import attrs
import pytest
from abroad import ABROAD
from hypothesis import assume, given
from hypothesis import strategies as st
from lanterne import CLOSES, DAY, END, MICROSECOND, OPENS, TERMS, campaign, card_fees, money, terms

from pushcore import (
    CampaignState,
    Deadline,
    DisputeTerms,
    Dunning,
    FeeSchedule,
    FundingGoal,
    FundingModel,
    Item,
    PayoutPlan,
    Percentage,
    Phase,
    Progress,
    RefundPolicy,
    Rounding,
    Selection,
    Shipping,
    SplitPlan,
    Stock,
    Tax,
    Terms,
    Tier,
    Voucher,
    Window,
    Zone,
)
from pushcore.campaigns import (
    CancelWindow,
    Charging,
    DefaultOutcome,
    DurationRule,
    EditFacts,
    Editing,
    Extension,
    FailurePolicy,
    GoalEdits,
    InstalmentBase,
    InstalmentPlan,
    LimitEdits,
    SoftLaunch,
    StretchGoal,
    Unlock,
    UnlockKind,
    edit_refusals,
)
from pushcore.campaigns.edit_facts import offered
from pushcore.campaigns.edit_rules import EDITING
from pushcore.campaigns.lifecycle import UNLAUNCHED
from pushcore.errors import REFUSAL_CODES, CurrencyMismatch, InvalidDocument, InvalidValue
from pushcore.money import Remainder
from pushcore.rewards import Audience, Catalogue, needs, quote

NOTHING = Progress.none("EUR")
SOMETHING = Progress(money("50.00"), 2, 2, money("0.00"), 0)
POSTCARD, POSTER = TERMS.tiers
SIXTY_DAYS = DurationRule(least_days=1, most_days=60, open_ended=False, end_of_day=False)
LONG = DurationRule(least_days=1, most_days=3_652, open_ended=False, end_of_day=False)
INDIEGOGO = Editing(extension=Extension(times=1, within=SIXTY_DAYS))
ZIPFELCHAPPE = Editing(limits=LimitEdits.TO_TAKEN)
BLUEBOTTLE = Editing(
    goal=GoalEdits.ANY, extension=Extension(times=9, within=LONG), reopens=True, rejudges=True
)
LIVE, FUNDED, PARTIAL = CampaignState.LIVE, CampaignState.SUCCESSFUL, CampaignState.PARTIALLY_FUNDED
NOW = OPENS + DAY


def taken(**pieces):
    return {(thing_id, None): Stock(claimed=number) for thing_id, number in pieces.items()}


def reasons(changed, *, progress=SOMETHING, stocks=None, at=NOW, charged=False, state=LIVE, extended=0, **of):
    """Why a campaign may not have some of its terms changed."""
    before = attrs.evolve(campaign(state, **of), extended=extended)
    after = attrs.evolve(before.terms, **changed)
    return edit_refusals(EditFacts(before, after, progress, stocks or {}, at, charged=charged))


def codes(changed, **facts):
    return [reason.code for reason in reasons(changed, **facts)]


def tier(tier_id="postcard", **changed):
    """The tiers of la Lanterne, one of them changed."""
    return {"tiers": [attrs.evolve(it, **changed) if it.id == tier_id else it for it in TERMS.tiers]}


def closing(at):
    return {"window": Window(OPENS, attrs.evolve(CLOSES, at=at))}


# Every field


def test_every_field_of_the_terms_has_a_rule():
    """Whoever adds a field decides how it may change; the catalogue is made of the others."""
    assert set(EDITING) | {"catalogue"} == {it.name for it in attrs.fields(Terms)}


IN_THREE = InstalmentPlan(
    threshold=money("125.00"),
    base=InstalmentBase.WHOLE,
    fewest=3,
    most=3,
    remainder=Remainder.FIRST,
    first_after=timedelta(0),
    on_failure=FailurePolicy(timedelta(days=7), timedelta(days=14), DefaultOutcome.KEPT),
    every_months=1,
)
CHANGES = {
    "goal": FundingGoal(money("90.00")),
    "model": FundingModel.KEEP_IT_ALL,
    "window": Window(OPENS, attrs.evolve(CLOSES, at=END + DAY)),
    "minimum": money("2.00"),
    "maximum": money("500.00"),
    "claim_lifetime": timedelta(hours=2),
    "dunning": Dunning(),
    "tiers": (POSTCARD,),
    "add_ons": (Tier("sticker", money("2.00")),),
    "items": (Item("book"),),
    "vouchers": (Voucher("friends"),),
    "taxes": (Tax("vat", Percentage.of("21"), Rounding.HALF_UP, included=True),),
    "on_top": FeeSchedule([card_fees().lines[1]]),
    "fees": FeeSchedule(),
    "splits": SplitPlan(),
    "payouts": PayoutPlan(approvals=1),
    "refunds": RefundPolicy({}, rounding=Rounding.HALF_UP),
    "disputes": DisputeTerms(
        fee=money("15.00"),
        fee_returned=True,
        counter_fee=money("0.00"),
        bearers=(),
        rounding=Rounding.HALF_UP,
    ),
    "cancel_windows": (CancelWindow(within_days=10),),
    "stretch_goals": (StretchGoal("colour", money("200.00"), [Unlock(UnlockKind.NOTE, "a ribbon")]),),
    "instalments": IN_THREE,
    "presenting": ABROAD,
    "late_days": 30,
    "soft_launch": SoftLaunch(OPENS - DAY, Audience(backers=["ana"])),
    "needs_approval": True,
    "creator_may_pledge": False,
    "editing": INDIEGOGO,
}
FROZEN = {
    "goal",
    "model",
    "window",
    "claim_lifetime",
    "dunning",
    "taxes",
    "on_top",
    "fees",
    "splits",
    "payouts",
    "refunds",
    "disputes",
    "cancel_windows",
    "instalments",
    "presenting",
    "soft_launch",
    "needs_approval",
    "creator_may_pledge",
    "editing",
}
"""What Kickstarter, Startnext and wemakeit fix: by default, none of it changes once there are pledges."""


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_promised_is_fixed_and_what_is_for_new_pledges_is_not(name):
    given = reasons({name: CHANGES[name]})
    assert {reason.code for reason in given} == ({"terms-frozen"} if name in FROZEN else set())
    for reason in given:
        assert reason.facts["path"].startswith(name)
        assert reason.facts["before"] != reason.facts["after"]
        assert reason.facts["path"] in reason.message


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("state", sorted(UNLAUNCHED))
def test_before_the_launch_anything_may_change(name, state):
    assert reasons({name: CHANGES[name]}, state=state) == ()


def test_all_reasons_come_at_once_in_the_order_of_the_fields():
    """Startnext and wemakeit: goal, duration and content are frozen together."""
    given = reasons(
        {"goal": CHANGES["goal"], "fees": FeeSchedule(), "tiers": [POSTER], **closing(END + DAY)},
        stocks=taken(postcard=1),
    )
    places = [reason.facts["path"].split(".")[0] for reason in given]
    assert list(dict.fromkeys(places)) == ["goal", "window", "tiers", "fees"]
    assert {reason.code for reason in given} <= set(REFUSAL_CODES)


@pytest.mark.parametrize(
    "state",
    [
        CampaignState.GRACE,
        CampaignState.CLOSING,
        CampaignState.FAILED,
        CampaignState.CANCELED,
        CampaignState.REJECTED,
    ],
)
def test_what_is_over_is_not_edited(state):
    assert codes({"minimum": money("2.00")}, state=state)[0] == "wrong-state"


def test_a_suspended_campaign_is_edited_like_a_live_one():
    assert codes({"minimum": money("2.00")}, state=CampaignState.SUSPENDED) == []


@pytest.mark.parametrize("state", CampaignState)
def test_the_same_terms_again_are_never_refused(state):
    assert reasons({}, state=state, at=END) == ()


def test_past_the_deadline_the_verdict_is_due():
    assert codes({"minimum": money("2.00")}, at=END) == ["too-late"]
    assert codes({"minimum": money("2.00")}, at=END - MICROSECOND) == []


# Currency and goal


IN_FRANCS = {
    "goal": FundingGoal(money("100.00", "CHF")),
    "minimum": money("1.00", "CHF"),
    "tiers": [],
    "fees": FeeSchedule(),
}


def test_the_currency_never_changes():
    """ZI04: it cannot with pledges. Without, it can before the launch: see the test of that."""
    for progress in (NOTHING, SOMETHING):
        assert "currency" in [it.facts["path"] for it in reasons(IN_FRANCS, progress=progress)]
    assert reasons(IN_FRANCS, state=CampaignState.DRAFT, progress=NOTHING) == ()


@pytest.mark.parametrize("allowed", GoalEdits)
def test_another_currency_is_refused_whatever_the_goal_may_do(allowed):
    given = codes(IN_FRANCS, editing=Editing(goal=allowed))
    assert given[0] == "terms-frozen"
    assert ("goal-raised" in given) is (allowed is GoalEdits.LOWER)


@pytest.mark.parametrize(
    ("allowed", "goal", "with_pledges"),
    [
        (GoalEdits.NEVER, "90.00", ["terms-frozen"]),
        (GoalEdits.NEVER, "110.00", ["terms-frozen"]),
        (GoalEdits.LOWER, "90.00", []),
        (GoalEdits.LOWER, "100.01", ["goal-raised"]),
        (GoalEdits.ANY, "90.00", []),
        (GoalEdits.ANY, "110.00", []),
    ],
)
def test_the_goal_changes_as_the_platform_says_once_there_are_pledges(allowed, goal, with_pledges):
    """ZI04, KS: with pledges as the policy says, without them in any way."""
    changed = {"goal": FundingGoal(money(goal))}
    assert codes(changed, editing=Editing(goal=allowed)) == with_pledges
    assert codes(changed, editing=Editing(goal=allowed), progress=NOTHING) == []


def test_who_is_about_to_pledge_counts():
    reserved = {("postcard", None): Stock(reserved=1)}
    assert codes({"goal": CHANGES["goal"]}, progress=NOTHING, stocks=reserved) == ["terms-frozen"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (FundingGoal(100), FundingGoal(99), []),
        (FundingGoal(100), FundingGoal(101), ["goal-raised"]),
        (FundingGoal(100), FundingGoal(money("10.00")), ["goal-raised"]),
        (FundingGoal(100, optimum=200), FundingGoal(100), []),
        (FundingGoal(100, optimum=200), FundingGoal(90, optimum=150), []),
        (FundingGoal(100, optimum=200), FundingGoal(90, optimum=201), ["goal-raised"]),
        (FundingGoal(100), FundingGoal(100, optimum=200), ["goal-raised"]),
    ],
)
def test_a_lower_goal_is_lower_in_every_part(old, new, expected):
    assert codes({"goal": new}, goal=old, editing=Editing(goal=GoalEdits.LOWER)) == expected


# The deadline


def test_the_deadline_is_moved_once_within_sixty_days_of_the_launch():
    """Indiegogo: one change of the deadline, at most 60 days from the first launch."""
    longest = Deadline.after_days(OPENS, 60, zone=Zone("Europe/Brussels"), inclusive=False).at
    assert codes(closing(longest), editing=INDIEGOGO) == []
    (too_long,) = reasons(closing(longest + MICROSECOND), editing=INDIEGOGO)
    assert (too_long.code, too_long.facts["path"]) == ("too-long", "window.closes.at")
    assert too_long.facts["most_days"] == 60
    assert codes(closing(END + DAY), editing=INDIEGOGO, extended=1) == ["extension-used"]
    assert codes(closing(END + DAY), editing=INDIEGOGO, progress=NOTHING, extended=1) == ["extension-used"]


def test_a_deadline_is_moved_to_a_later_time():
    assert codes(closing(END - DAY), editing=INDIEGOGO) == ["not-later"]
    assert codes(closing(NOW), editing=INDIEGOGO) == ["not-later", "deadline-past"]


def test_without_a_policy_the_deadline_is_free_until_somebody_pledges():
    """ZI04: the end date cannot change with pledges, and can without."""
    for at in (END + DAY, END - DAY):
        assert codes(closing(at)) == ["terms-frozen"]
        assert codes(closing(at), progress=NOTHING) == []
    assert codes(closing(NOW), progress=NOTHING) == ["deadline-past"]


@pytest.mark.parametrize("part", [{"zone": Zone("Asia/Tokyo")}, {"inclusive": True}])
def test_zone_and_inclusivity_of_a_deadline_are_fixed(part):
    window = Window(OPENS, attrs.evolve(CLOSES, **part))
    assert codes({"window": window}, editing=INDIEGOGO, progress=NOTHING) == ["terms-frozen"]


def test_the_opening_is_fixed_once_it_has_passed():
    later = {"window": Window(OPENS + DAY, CLOSES)}
    assert codes(later, at=OPENS - MICROSECOND, progress=NOTHING) == []
    (reason,) = reasons(later, at=OPENS, progress=NOTHING)
    assert (reason.code, reason.facts["path"]) == ("terms-frozen", "window.opens")


# What is offered


@pytest.mark.parametrize(
    ("policy", "limit", "expected"),
    [
        (ZIPFELCHAPPE, 4, []),
        (ZIPFELCHAPPE, 2, []),
        (ZIPFELCHAPPE, 1, ["limit-below-taken"]),
        (ZIPFELCHAPPE, None, []),
        (Editing(), 4, ["limit-lowered"]),
        (Editing(), 1, ["limit-lowered"]),
        (Editing(), 6, []),
        (Editing(), None, []),
    ],
)
def test_the_quantity_of_a_chosen_reward(policy, limit, expected):
    """ZI03: of five with two awarded, four are allowed and one is not; Kickstarter: only upwards."""
    five = terms(tiers=[attrs.evolve(POSTCARD, limit=5)]).tiers
    less = {"tiers": [attrs.evolve(POSTCARD, limit=limit)]}
    assert codes(less, tiers=five, editing=policy, stocks=taken(postcard=2)) == expected
    assert codes(less, tiers=five, editing=policy) == []  # nobody has chosen it


@pytest.mark.parametrize("policy", [Editing(), ZIPFELCHAPPE])
def test_a_reward_without_limit_gets_one(policy):
    expected = {Editing(): "limit-lowered", ZIPFELCHAPPE: "limit-below-taken"}[policy]
    assert codes(tier("poster", limit=1), editing=policy, stocks=taken(poster=2)) == [expected]
    assert codes(tier("poster", limit=2), editing=ZIPFELCHAPPE, stocks=taken(poster=2)) == []


def test_what_is_reserved_is_taken_too():
    three = {("postcard", None): Stock(claimed=1, reserved=1)}
    assert codes(tier(limit=1), editing=ZIPFELCHAPPE, stocks=three) == ["limit-below-taken"]


CHOSEN = {
    "price": money("12.00"),
    "late_price": money("15.00"),
    "per_backer": 1,
    "starts_at": OPENS,
    "ends_at": OPENS + DAY,
    "shipping": Shipping(elsewhere=money("4.00")),
    "pickup": True,
    "delivers": END.date(),
    "includes": {"book": 1},
    "phases": (Phase.CAMPAIGN,),
}


@pytest.mark.parametrize("name", CHOSEN)
@pytest.mark.parametrize("section", ["tiers", "add_ons"])
def test_a_chosen_reward_is_frozen(section, name):
    """KS: what is chosen is frozen; what is for new pledges only is not."""
    postcard = attrs.evolve(POSTCARD, phases=[*Phase])
    before = {"items": [Item("book")], "tiers": [POSTER], section: [postcard]}
    changed = {section: [attrs.evolve(postcard, **{name: CHOSEN[name]})]}
    free = name in {"price", "late_price", "ends_at"}
    given = reasons(changed, stocks=taken(postcard=1), **before)
    assert [it.code for it in given] == ([] if free else ["reward-in-use"])
    assert all(it.facts["path"].startswith(f"{section}.postcard.{name}") for it in given)
    assert codes(changed, **before) == []  # nobody has chosen it


def test_a_platform_may_fix_the_price_of_what_is_chosen():
    fixed = Editing(prices=False)
    (reason,) = reasons(tier(price=money("12.00")), editing=fixed, stocks=taken(postcard=1))
    assert (reason.code, reason.facts) == (
        "reward-in-use",
        {"path": "tiers.postcard.price", "before": "EUR 10.00", "after": "EUR 12.00", "taken": 1},
    )
    assert codes(tier(price=money("12.00")), editing=fixed) == []


@pytest.mark.parametrize(
    ("section", "thing"),
    [
        ("tiers", Tier("a", money("5.00"))),
        ("add_ons", Tier("a", money("5.00"))),
        ("items", Item("a", limit=5)),
        ("vouchers", Voucher("a", amount=money("5.00"))),
    ],
)
def test_what_is_in_use_is_not_deleted_and_new_things_may_come(section, thing):
    """CA: a reward with any sale cannot be deleted; KS: new ones may be added."""
    assert codes({section: []}, stocks=taken(a=1), **{section: [thing]}) == ["reward-in-use"]
    assert codes({section: []}, **{section: [thing]}) == []
    assert codes({section: [thing]}, **{section: []}) == []


def test_a_reward_in_use_does_not_become_an_add_on():
    moved = {"tiers": [POSTER], "add_ons": [POSTCARD]}
    assert codes(moved, stocks=taken(postcard=1)) == ["reward-in-use"]
    assert codes(moved) == []


def test_the_order_of_rewards_is_free():
    assert codes({"tiers": [POSTER, POSTCARD]}, stocks=taken(postcard=1, poster=1)) == []


@pytest.mark.parametrize("limits", [(None, 5), (5, None)])
def test_an_item_is_counted_from_the_launch_on_or_never(limits):
    """Pledges that were made while it was not counted would give back pieces they never took."""
    old, new = ([Item("book", limit=it)] for it in limits)
    assert codes({"items": new}, items=old, progress=NOTHING) == ["terms-frozen"]


def test_the_limit_of_an_item_goes_by_the_same_rule():
    old, new = [Item("book", limit=5)], [Item("book", limit=4)]
    assert codes({"items": new}, items=old, stocks=taken(book=2)) == ["limit-lowered"]
    assert codes({"items": new}, items=old, stocks=taken(book=2), editing=ZIPFELCHAPPE) == []


def test_a_voucher_in_use_takes_off_what_it_took_off():
    voucher = Voucher("friends", amount=money("5.00"), limit=3)
    for name, value, expected in (
        ("amount", money("6.00"), ["reward-in-use"]),
        ("tier_ids", ["poster"], ["reward-in-use"]),
        ("limit", 4, []),
        ("limit", 2, ["limit-lowered"]),
        ("ends_at", END, []),
    ):
        changed = {"vouchers": [attrs.evolve(voucher, **{name: value})]}
        assert codes(changed, vouchers=[voucher], stocks=taken(friends=1)) == expected
        assert codes(changed, vouchers=[voucher]) == []


# Stretch goals


def test_of_a_tier_that_may_be_waited_for_only_the_waiting_is_frozen():
    waited = [attrs.evolve(POSTCARD, waiting=DAY), POSTER]
    (frozen,) = reasons(tier(limit=5, waiting=None), tiers=waited)
    assert (frozen.code, frozen.facts["path"]) == ("terms-frozen", "tiers.postcard.waiting")
    (gone,) = reasons({"tiers": [POSTER]}, tiers=waited)
    assert (gone.code, gone.facts["path"]) == ("reward-in-use", "tiers.postcard")


def stretch(goal_id="colour", threshold="200.00", *what):
    unlocks = [Unlock(UnlockKind.TIER, it) for it in what] or [Unlock(UnlockKind.NOTE, "a ribbon")]
    return StretchGoal(goal_id, money(threshold), unlocks)


def test_a_stretch_goal_is_a_promise():
    old = [stretch()]
    for changed in ([], [stretch("colour", "150.00")]):
        given = {it.code for it in reasons({"stretch_goals": changed}, stretch_goals=old)}
        assert given == {"terms-frozen"}
        assert codes({"stretch_goals": changed}, stretch_goals=old, progress=NOTHING) == []
    more = {"stretch_goals": [*old, stretch("gold", "300.00")]}
    assert codes(more, stretch_goals=old) == []


def test_what_is_unlocked_stays_unlocked():
    before = attrs.evolve(campaign(stretch_goals=[stretch()]), unlocked=["colour"])
    facts = EditFacts(before, terms(stretch_goals=[stretch("colour", "150.00")]), NOTHING, {}, NOW)
    assert [it.code for it in edit_refusals(facts)] == ["terms-frozen"]


def test_a_new_stretch_goal_locks_nothing_that_is_chosen():
    """A backer who holds a locked reward could not change a pledge any more."""
    changed = {"stretch_goals": [stretch("gold", "300.00", "postcard")]}
    assert codes(changed, stocks=taken(postcard=1)) == ["reward-in-use"]
    assert codes(changed, stocks=taken(poster=1)) == []


def test_a_stretch_goal_that_stays_is_no_reason():
    """Its reward was chosen when it was unlocked."""
    old = [stretch("gold", "300.00", "postcard")]
    for changed in ({"minimum": money("2.00")}, {"stretch_goals": [*old, stretch("colour", "400.00")]}):
        assert codes(changed, stretch_goals=old, stocks=taken(postcard=1)) == []


# After the end


def ended(changed, state=FUNDED, **facts):
    return codes(changed, state=state, at=facts.pop("at", END), **facts)


def test_after_the_end_the_terms_are_fixed():
    """KS: the page is frozen at the end."""
    for name in ("minimum", "maximum", "tiers", "add_ons", "items", "vouchers", "late_days", "stretch_goals"):
        assert set(ended({name: CHANGES[name]})) == {"too-late"}


def test_while_late_pledges_are_taken_what_they_can_pick_may_change():
    for name in ("minimum", "maximum", "tiers", "add_ons", "items", "vouchers"):
        assert ended({name: CHANGES[name]}, late_days=30) == []
    for changed in ({"late_days": 60}, {"stretch_goals": CHANGES["stretch_goals"]}):
        assert set(ended(changed, late_days=30)) == {"too-late"}
    assert set(ended({"minimum": money("2.00")}, late_days=30, at=END + 31 * DAY)) == {"too-late"}


def test_what_is_settled_is_not_edited():
    before = campaign(FUNDED, settled_at=END, editing=BLUEBOTTLE)
    after = attrs.evolve(before.terms, **closing(END + 9 * DAY))
    facts = EditFacts(before, after, SOMETHING, {}, END)
    assert [it.code for it in edit_refusals(facts)] == ["already-settled"]


def test_a_funded_campaign_is_opened_again_by_a_later_deadline():
    """BB12: extend after success; BB13: refused with a deadline in the past."""
    for state in (FUNDED, PARTIAL):
        assert ended(closing(END + DAY), state, editing=BLUEBOTTLE, at=END + HALF) == []
        assert "deadline-past" in ended(closing(END + HALF), state, editing=BLUEBOTTLE, at=END + HALF)
        assert ended(closing(END + DAY), state, editing=INDIEGOGO) == ["too-late"]
    assert "wrong-state" in ended(closing(END + DAY), CampaignState.FAILED, editing=BLUEBOTTLE)


HALF = DAY / 2


def test_nothing_is_opened_again_once_a_charge_was_tried_because_it_was_funded():
    later = closing(END + DAY)
    assert ended(later, editing=BLUEBOTTLE, charged=True) == ["already-charged"]
    at_once = FundingModel(charging=Charging.AT_PLEDGE)
    assert ended(later, editing=BLUEBOTTLE, charged=True, model=at_once) == []


def test_what_is_opened_again_may_be_edited_as_if_it_were_open():
    changed = {**closing(END + DAY), "minimum": money("2.00"), "late_days": 9}
    assert ended(changed, editing=BLUEBOTTLE) == []
    goal = {**closing(END + DAY), "goal": FundingGoal(money("200.00"))}
    assert ended(goal, editing=BLUEBOTTLE) == []
    assert ended(goal, editing=attrs.evolve(BLUEBOTTLE, goal=GoalEdits.NEVER)) == ["terms-frozen"]


@pytest.mark.parametrize(
    ("goal", "expected"),
    [("50.00", []), ("49.99", []), ("50.01", ["goal-not-reached"]), ("100.01", ["goal-raised"])],
)
def test_a_partially_funded_campaign_lowers_its_goal_to_what_it_has(goal, expected):
    """BB16: 500 of 1000, lowered to 500, is successful."""
    changed = {"goal": FundingGoal(money(goal))}
    assert ended(changed, PARTIAL, editing=Editing(rejudges=True)) == expected
    assert ended(changed, PARTIAL) == ["too-late"]
    assert ended(changed, FUNDED, editing=Editing(rejudges=True)) == ["too-late"]


# Laws


PRICES = st.integers(0, 20).map(lambda n: money(f"{n}.00"))
LIMITS = st.none() | st.integers(2, 6)
PARTS = {
    "price": PRICES,
    "limit": LIMITS,
    "late_price": st.none() | PRICES,
    "per_backer": st.none() | st.integers(3, 5),
    "shipping": st.none() | st.builds(Shipping, elsewhere=PRICES),
    "includes": st.dictionaries(st.sampled_from(["book", "pen"]), st.integers(1, 2)),
    "phases": st.just([*Phase]),
}


def rewards(ids):
    """Rewards with prices, limits and parts as they come."""
    made = {tier_id: st.builds(Tier, st.just(tier_id), **PARTS) for tier_id in ids}
    return st.lists(st.sampled_from(ids), unique=True, min_size=1).flatmap(
        lambda some: st.tuples(*(made[tier_id] for tier_id in some))
    )


@st.composite
def edited(draw, before):
    """Some of what is offered changed, gone or new."""
    changed = {}
    for section in draw(st.lists(st.sampled_from(["tiers", "add_ons", "items", "vouchers"]), min_size=1)):
        things = [it for it in getattr(before, section) if draw(st.integers(0, 4))]
        if things and section in {"tiers", "add_ons"} and draw(st.booleans()):
            name = draw(st.sampled_from([*PARTS, "price", "limit", "late_price"]))
            things[0] = attrs.evolve(things[0], **{name: draw(PARTS[name])})
        elif things:
            things[0] = attrs.evolve(things[0], limit=draw(LIMITS))
        if section == "tiers":
            things.append(Tier("new", money("7.00")))
        changed[section] = things
    with suppress(InvalidDocument):  # a tier is made of an item that is gone
        return attrs.evolve(before, **changed)
    return before


@st.composite
def selections(draw, catalogue):
    """Anything that can be picked."""
    add_ons = {it.id: draw(st.integers(1, 2)) for it in catalogue.add_ons if draw(st.booleans())}
    return Selection(
        money("5.00"),
        tier_id=draw(st.sampled_from([it.id for it in catalogue.tiers])),
        quantity=draw(st.integers(1, 2)),
        add_ons=add_ons,
        destination="BE",
        voucher="v" if catalogue.vouchers and draw(st.booleans()) else None,
    )


POLICIES = st.builds(
    Editing, limits=st.sampled_from(LimitEdits), prices=st.booleans(), goal=st.sampled_from(GoalEdits)
)


@given(data=st.data())
def test_an_edit_that_is_allowed_leaves_every_pledge_as_it_is(data):
    """What a standing pledge costs and holds is the same by the old terms and by the new ones."""
    before = terms(
        editing=data.draw(POLICIES),
        tiers=data.draw(rewards("abc")),
        add_ons=data.draw(rewards("de")),
        items=[Item("book", limit=data.draw(LIMITS)), Item("pen", limit=data.draw(LIMITS))],
        vouchers=[Voucher("v", amount=money("3.00"), limit=data.draw(LIMITS))],
    )
    after = data.draw(edited(before))
    picked = data.draw(st.lists(selections(before.catalogue), min_size=1, max_size=3))
    stocks = {}
    for selection in picked:
        for need in needs(before.catalogue, selection, "ana"):
            stocks[need.key] = Stock(stocks.get(need.key, Stock()).claimed + need.pieces)
    facts = EditFacts(attrs.evolve(campaign(), terms=before), after, NOTHING, stocks, NOW)
    assume(not edit_refusals(facts))
    for selection in picked:
        held, holds = (
            [(need.key, need.pieces) for need in needs(it.catalogue, selection, "ana")]
            for it in (before, after)
        )
        assert holds == held
        pinned = quote(before.catalogue, selection)
        assert quote(after.catalogue, selection, pinned=pinned) == pinned


@given(
    allowed=POLICIES,
    goal=st.integers(1, 300),
    limit=st.none() | st.integers(0, 9),
    claimed=st.integers(0, 3),
    pledges=st.integers(0, 2),
)
def test_whoever_may_do_more_with_pledges_may_do_it_without(allowed, goal, limit, claimed, pledges):
    """No rule is stricter where nobody has pledged."""
    changed = {"goal": FundingGoal(money(f"{goal}.00")), **tier(limit=limit)}
    progress = attrs.evolve(SOMETHING, pledges=pledges)
    with_them = codes(changed, editing=allowed, progress=progress, stocks=taken(postcard=claimed))
    assert set(codes(changed, editing=allowed, progress=NOTHING)) <= set(with_them)


# Bad input


def test_who_opens_again_says_how_far():
    with pytest.raises(InvalidValue, match="how far its deadline may be moved"):
        Editing(reopens=True)


@pytest.mark.parametrize("name", [it.name for it in attrs.fields(Editing)])
@pytest.mark.parametrize("junk", [1, "up", "never", object()])
def test_a_policy_is_of_its_own_kinds(name, junk):
    with pytest.raises(InvalidValue, match=name):
        Editing(**{name: junk})


@pytest.mark.parametrize(
    ("cls", "there_are"), [(GoalEdits, "never, lower, any"), (LimitEdits, "up, to-taken")]
)
def test_what_is_no_way_to_edit_names_those_there_are(cls, there_are):
    with pytest.raises(InvalidValue, match=there_are):
        cls("sideways")


FACTS = (campaign(), terms(), NOTHING, {}, NOW)


@pytest.mark.parametrize("place", range(len(FACTS)))
@pytest.mark.parametrize("junk", [None, 1, "x", [1], {"a": 1}])
def test_the_facts_of_an_edit_are_of_their_kinds(place, junk):
    with pytest.raises(InvalidValue):
        EditFacts(*(junk if at == place else it for at, it in enumerate(FACTS)))


def test_totals_are_those_of_the_campaign():
    with pytest.raises(CurrencyMismatch, match="lanterne raises EUR"):
        EditFacts(campaign(), terms(), Progress.none("CHF"), {}, NOW)


@pytest.mark.parametrize("junk", [None, 1, campaign()])
def test_reasons_are_given_for_facts(junk):
    with pytest.raises(InvalidValue, match="what an edit rests on"):
        edit_refusals(junk)


def test_what_is_offered_is_offered_by_terms():
    with pytest.raises(InvalidValue, match="the terms of a campaign"):
        list(offered(Catalogue()))
