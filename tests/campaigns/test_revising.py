"""Revising: an edit that is allowed is written with its events, and asks the store what it rests on."""

import attrs
import pytest
from lanterne import CLOSES, DAY, END, OPENS, TERMS, campaign, money, refused, terms

from pushcore import (
    Campaign,
    CampaignState,
    Changes,
    FundingGoal,
    FundingModel,
    Outcome,
    Progress,
    Stock,
    Window,
)
from pushcore.campaigns import (
    DurationRule,
    Edit,
    EditFacts,
    Editing,
    Extension,
    GoalEdits,
    LimitEdits,
    Measure,
    StretchGoal,
    Unlock,
    UnlockKind,
    ending,
    revising,
)
from pushcore.campaigns.events import CampaignEdited, CampaignEnded, CampaignExtended, CampaignMoved
from pushcore.changes import ProgressMove, StockMove
from pushcore.errors import InvalidValue
from pushcore.rewards import NO_REWARD

NOTHING = Progress.none("EUR")
SOMETHING = Progress(money("50.00"), 2, 2, money("0.00"), 0)
POSTCARD, POSTER = TERMS.tiers
DAYS = DurationRule(least_days=1, most_days=60, open_ended=False, end_of_day=False)
REOPENS = Editing(extension=Extension(times=2, within=DAYS), reopens=True, rejudges=True)
ANY = Editing(goal=GoalEdits.ANY, limits=LimitEdits.TO_TAKEN)
NOW = OPENS + DAY
LATER = attrs.evolve(CLOSES, at=END + DAY)


def edit(before, *, progress=SOMETHING, stocks=None, at=NOW, decide=revising.edit, **changed):
    after = attrs.evolve(before.terms, **changed)
    return decide(EditFacts(before, after, progress, stocks or {}, at), "lune")


def taken(**pieces):
    return {(thing_id, None): Stock(claimed=number) for thing_id, number in pieces.items()}


def test_an_edit_is_an_event_with_before_and_after():
    before = campaign()
    after, changes = edit(before, minimum=money("2.00"))
    assert after == attrs.evolve(before, terms=terms(minimum=money("2.00")), version=2)
    edited = CampaignEdited(NOW, "lune", "lanterne", [Edit(["minimum"], "EUR 1.00", "EUR 2.00")])
    assert changes == Changes(put=(after,), events=(edited,))


@pytest.mark.parametrize("state", CampaignState)
def test_the_same_terms_are_no_edit(state):
    before = campaign(state)
    assert edit(before, at=END) == (before, Changes())


def test_what_is_refused_is_what_the_rules_say():
    assert refused(edit, campaign(), model=FundingModel.KEEP_IT_ALL) == ("terms-frozen",)


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (CampaignState.DRAFT, CampaignState.DRAFT),
        (CampaignState.CHANGES_REQUESTED, CampaignState.CHANGES_REQUESTED),
        (CampaignState.SUBMITTED, CampaignState.DRAFT),
        (CampaignState.APPROVED, CampaignState.DRAFT),
    ],
)
def test_what_was_approved_is_a_draft_again(state, after):
    edited, changes = edit(campaign(state), goal=FundingGoal(money("7.00")), window=Window(OPENS, LATER))
    assert (edited.state, edited.extended, changes.deltas) == (after, 0, ())
    moved = [it for it in changes.events if isinstance(it, CampaignMoved)]
    assert moved == [CampaignMoved(NOW, "lune", "lanterne", state, after)] * (state is not after)


def test_an_extension_is_counted_and_told():
    before = campaign(editing=REOPENS)
    after, changes = edit(before, window=Window(OPENS, LATER))
    assert (after.extended, after.terms.window.closes, after.state) == (1, LATER, CampaignState.LIVE)
    assert changes.events[1:] == (CampaignExtended(NOW, "lune", "lanterne", CLOSES, LATER),)


def guards(before, **changed):
    return edit(before, **changed)[1].deltas


def test_an_edit_asks_whether_what_nobody_had_chosen_still_is_chosen_by_nobody():
    both = [attrs.evolve(POSTCARD, delivers=END.date())]
    assert guards(campaign(), tiers=both) == (
        StockMove("lanterne", "postcard", 0),
        StockMove("lanterne", "poster", 0),
    )


def test_an_edit_asks_whether_a_lower_limit_still_holds():
    chosen = taken(postcard=1, poster=1)
    lower = [attrs.evolve(POSTCARD, limit=2), POSTER]
    assert guards(campaign(editing=ANY), tiers=lower, stocks=chosen) == (
        StockMove("lanterne", "postcard", 2),
    )
    limited = [POSTCARD, attrs.evolve(POSTER, limit=7)]
    assert guards(campaign(editing=ANY), tiers=limited, stocks=chosen) == (
        StockMove("lanterne", "poster", 7),
    )


@pytest.mark.parametrize("changed", [{"limit": 4}, {"limit": None}, {"price": money("9.00")}])
def test_an_edit_that_holds_for_any_stock_asks_nothing(changed):
    more = [attrs.evolve(POSTCARD, **changed), POSTER]
    assert guards(campaign(), tiers=more, stocks=taken(postcard=3)) == ()


def test_an_edit_asks_whether_what_it_locks_still_is_chosen_by_nobody():
    gold = StretchGoal("gold", money("300.00"), [Unlock(UnlockKind.TIER, "poster")])
    assert guards(campaign(), stretch_goals=[gold]) == (StockMove("lanterne", "poster", 0),)


@pytest.mark.parametrize("changed", [{"goal": FundingGoal(money("90.00"))}, {"window": Window(OPENS, LATER)}])
def test_what_is_free_without_pledges_asks_whether_there_still_are_none(changed):
    nobody = ProgressMove("lanterne", "lune", money("0.00"), standing=0)
    asked = [StockMove("lanterne", stock_id, 0) for stock_id in (NO_REWARD, "postcard", "poster")]
    assert guards(campaign(), progress=NOTHING, **changed) == (*asked, nobody)
    assert guards(campaign(), progress=NOTHING, minimum=money("2.00")) == ()
    assert NOTHING.moved(nobody, backers=0) == NOTHING
    assert SOMETHING.moved(nobody, backers=0) is None


def test_a_funded_campaign_is_opened_again_in_two_steps():
    """BB12: nothing can be charged between them, so that it can be read whether anything was."""
    before = campaign(CampaignState.SUCCESSFUL, editing=REOPENS)
    closing, changes = edit(before, window=Window(OPENS, LATER), at=END)
    assert closing == attrs.evolve(before, state=CampaignState.CLOSING, reopened=before.state, version=2)
    moved = CampaignMoved(END, "lune", "lanterne", CampaignState.SUCCESSFUL, CampaignState.CLOSING)
    assert changes == Changes(put=(closing,), events=(moved,))

    live, changes = edit(closing, window=Window(OPENS, LATER), at=END, decide=revising.go_on)
    assert (live.state, live.terms.window.closes, live.extended) == (CampaignState.LIVE, LATER, 1)
    assert (live.outcome, live.reopened) == (None, None)
    assert [type(it) for it in changes.events] == [CampaignEdited, CampaignExtended, CampaignMoved]
    assert changes.put == (live,)


def test_the_second_step_is_not_the_first():
    later = {"window": Window(OPENS, LATER), "decide": revising.go_on, "at": END}
    for state in (CampaignState.SUCCESSFUL, CampaignState.LIVE):
        assert "wrong-state" in refused(edit, campaign(state, editing=REOPENS), **later)
    assert "wrong-state" in refused(edit, campaign(CampaignState.CLOSING, editing=REOPENS), **later)
    closing, _ = edit(
        campaign(CampaignState.SUCCESSFUL, editing=REOPENS), window=Window(OPENS, LATER), at=END
    )
    assert "wrong-state" in refused(edit, closing, decide=revising.go_on, at=END)
    charged = EditFacts(
        closing, terms(editing=REOPENS, window=later["window"]), SOMETHING, {}, END, charged=True
    )
    assert refused(revising.go_on, charged, "lune") == ("already-charged",)


@pytest.mark.parametrize("state", [CampaignState.SUCCESSFUL, CampaignState.PARTIALLY_FUNDED])
def test_what_is_not_opened_again_has_its_verdict_back(state):
    """Whatever has dropped since, and though charges are open."""
    before = campaign(state, editing=REOPENS, model=FundingModel(measure=Measure.CONFIRMED))
    closing, _ = edit(before, window=Window(OPENS, LATER), at=END)
    after, changes = ending.judge(closing, SOMETHING, END, "clerk")
    assert after == attrs.evolve(before, version=3)
    assert changes == Changes(
        put=(after,), events=(CampaignMoved(END, "clerk", "lanterne", CampaignState.CLOSING, state),)
    )


@pytest.mark.parametrize(
    ("state", "outcome", "reopened"),
    [
        (CampaignState.LIVE, True, CampaignState.SUCCESSFUL),
        (CampaignState.SUCCESSFUL, True, CampaignState.SUCCESSFUL),
        (CampaignState.CLOSING, True, CampaignState.FAILED),
        (CampaignState.CLOSING, False, CampaignState.SUCCESSFUL),
        (CampaignState.CLOSING, True, None),
    ],
)
def test_only_a_closing_campaign_that_was_funded_is_being_opened_again(state, outcome, reopened):
    rested_on = Outcome(money("100.00"), 1) if outcome else None
    with pytest.raises(InvalidValue, match="cannot be"):
        Campaign("lanterne", "lune", terms(), state=state, outcome=rested_on, reopened=reopened)


def partial(**changed):
    return campaign(CampaignState.PARTIALLY_FUNDED, model=FundingModel.KEEP_IT_ALL, **changed)


def test_a_goal_lowered_to_what_there_is_makes_a_success():
    """BB16; also where the verdict before rested on the same totals."""
    before = attrs.evolve(partial(editing=REOPENS), outcome=Outcome(money("50.00"), 2))
    after, changes = edit(before, goal=FundingGoal(money("50.00")), at=END)
    assert (after.state, after.outcome) == (CampaignState.SUCCESSFUL, Outcome(money("50.00"), 2))
    ended = CampaignEnded(END, "lune", "lanterne", CampaignState.SUCCESSFUL, money("50.00"), 2)
    assert [type(it) for it in changes.events] == [CampaignEdited, CampaignEnded]
    assert changes.events[1] == ended


def test_matching_money_makes_a_success():
    """BB15: 50 of 100 raised, 50 matched."""
    matched = attrs.evolve(SOMETHING, counted=money("100.00"))
    after, changes = revising.judge_again(partial(editing=REOPENS), matched, END, "clerk")
    assert (after.state, after.outcome) == (CampaignState.SUCCESSFUL, Outcome(money("50.00"), 2))
    assert changes.events == (
        CampaignEnded(END, "clerk", "lanterne", CampaignState.SUCCESSFUL, money("50.00"), 2),
    )


def test_a_verdict_does_not_get_worse():
    nothing_left = partial(editing=REOPENS)
    assert revising.judge_again(nothing_left, NOTHING, END, "clerk") == (nothing_left, Changes())


@pytest.mark.parametrize(
    ("which", "codes"),
    [
        (campaign(CampaignState.SUCCESSFUL, editing=REOPENS), ("wrong-state",)),
        (campaign(CampaignState.FAILED, editing=REOPENS), ("wrong-state",)),
        (partial(), ("wrong-state",)),
        (partial(editing=REOPENS, settled_at=END), ("already-settled",)),
        (partial(settled_at=END), ("wrong-state", "already-settled")),
    ],
)
def test_other_verdicts_are_final(which, codes):
    assert refused(revising.judge_again, which, SOMETHING, END, "clerk") == codes


def test_terms_with_another_deadline():
    """BB13: a deadline in the past is refused, also where it is the one there is."""
    extended = revising.extended_terms(campaign(), LATER, NOW)
    assert extended == terms(window=Window(OPENS, LATER))
    assert revising.extended_terms(campaign(), CLOSES, NOW) == TERMS
    before_it = attrs.evolve(CLOSES, at=OPENS)
    for closes, at in ((CLOSES, END), (before_it, OPENS)):
        assert refused(revising.extended_terms, campaign(), closes, at) == ("deadline-past",)


@pytest.mark.parametrize(
    "call",
    [
        lambda: revising.edit(None, "lune"),
        lambda: revising.go_on(campaign(), "lune"),
        lambda: revising.judge_again(None, NOTHING, END, "lune"),
        lambda: revising.judge_again(campaign(), None, END, "lune"),
        lambda: revising.extended_terms(None, CLOSES, END),
        lambda: revising.extended_terms(campaign(), END, END),
    ],
    ids=["edit", "go-on", "campaign", "progress", "of", "deadline"],
)
def test_decisions_take_what_they_are_about(call):
    with pytest.raises(InvalidValue):
        call()
