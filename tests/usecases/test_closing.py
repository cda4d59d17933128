import pytest
from funding_houses import AT_ONCE, goal
from lanterne import (
    END,
    MICROSECOND,
    OPENS,
    between,
    closed,
    drafted,
    launched,
    money,
    pledged,
    refused,
    request,
    states,
    written,
)

from pushcore import (
    CampaignState,
    FundingModel,
    Outcome,
    SplitPlan,
    Void,
    cancel_campaign,
    cancel_pledge,
    close_campaign,
    finish_orders,
    place_pledge,
    receive_event,
)
from pushcore.campaigns import ending
from pushcore.campaigns.events import CampaignClosing, CampaignEnded
from pushcore.errors import NotFound
from pushcore.gateway import RefundMade

KEEP = FundingModel.KEEP_IT_ALL


def close(ports, at=END):
    ports.clock.set(at)
    return close_campaign(ports, "lanterne", actor="clerk")


@pytest.mark.parametrize(
    ("model", "amounts", "state"),
    [
        (FundingModel.ALL_OR_NOTHING, ["99.99"], CampaignState.FAILED),
        (FundingModel.ALL_OR_NOTHING, ["99.00", "1.00"], CampaignState.SUCCESSFUL),
        (FundingModel.ALL_OR_NOTHING, [], CampaignState.FAILED),
        (KEEP, ["99.99"], CampaignState.PARTIALLY_FUNDED),
        (KEEP, ["100.00"], CampaignState.SUCCESSFUL),
        (KEEP, [], CampaignState.FAILED),
    ],
)
def test_the_verdict_falls_at_the_deadline(model, amounts, state):
    ended = close(pledged(*amounts, model=model))
    assert ended.state is state
    assert ended.outcome == Outcome(sum(map(money, amounts), money(0)), len(amounts))


def test_closing_takes_two_commits_and_they_are_what_was_previewed():
    ports = between(pledged("100.00"))
    live = ports.store.campaign("lanterne")
    closing, first = ending.begin_closing(live, END, "clerk")
    ended, second = ending.judge(closing, ports.store.progress("lanterne"), END, "clerk")
    assert close(ports) == ended
    assert ports.store.commits == [first, second]
    assert [type(event) for event in list(ports.store.events())[-2:]] == [CampaignClosing, CampaignEnded]


@pytest.mark.parametrize("latecomer", ["a pledge", "a cancellation"])
def test_nothing_moves_the_totals_between_closing_and_verdict(latecomer):
    """The clock of one machine is behind: it still thinks there is time, after the closing was written."""
    ports = pledged("60.00", "30.00")

    def too_late():
        ports.clock.set(END - MICROSECOND)
        if latecomer == "a pledge":
            codes = refused(place_pledge, ports, request("p9", "50.00"))
        else:
            codes = refused(cancel_pledge, ports, "p0", actor="ana")
        assert codes == ("too-late",)

    ended = close(between(ports, lambda: None, too_late))
    assert ended.outcome == Outcome(money("90.00"), 2)


def test_a_pledge_that_lands_just_before_the_closing_counts():
    ports = pledged("60.00")

    def in_time():
        ports.clock.set(END - MICROSECOND)
        place_pledge(ports, request("p9", "40.00"))
        ports.clock.set(END)

    assert close(between(ports, in_time)).state is CampaignState.SUCCESSFUL


def test_there_is_no_verdict_before_the_deadline_or_over_a_draft():
    ports = pledged("100.00")
    before = written(ports)
    assert refused(close, ports, END - MICROSECOND) == ("not-ended",)
    assert refused(close, drafted(), OPENS) == ("not-live", "not-ended")
    assert written(ports) == before
    with pytest.raises(NotFound):
        close_campaign(ports, "etoile", actor="clerk")


@pytest.mark.parametrize("amount", ["100.00", "50.00"])
def test_closing_again_changes_nothing(amount):
    ports = closed(amount)
    ended, before = ports.store.campaign("lanterne"), written(ports)
    assert close(ports) == ended
    assert written(ports) == before


def test_two_who_close_at_once_agree():
    ports = pledged("100.00")
    assert close(between(ports, lambda: close(ports))).state is CampaignState.SUCCESSFUL


def test_a_failed_campaign_sets_its_pledges_free_and_forgets_their_cards():
    """GO11 with 900 of 1000: nobody is ever charged; what it came to stays to be read."""
    ports = closed("60.00", "39.99")
    assert set(states(ports).values()) == {"canceled"}
    assert ports.store.progress("lanterne").pledged == money(0)
    assert ports.store.campaign("lanterne").outcome.pledged == money("99.99")
    assert {type(order) for order in ports.store.open_orders()} == {Void}
    assert finish_orders(ports, actor="clerk") == {}
    assert (list(ports.store.open_orders()), list(ports.store.transactions())) == ([], [])


@pytest.mark.parametrize("commits", [1, 2, 3])
def test_whoever_died_in_the_middle_is_finished_by_the_same_call(commits):
    ports = pledged("60.00", "39.99")

    class Dying(Exception):
        pass

    def die():
        raise Dying

    with pytest.raises(Dying):
        close(between(ports, *[lambda: None] * commits, die))
    close(ports)
    assert set(states(ports).values()) == {"canceled"}
    assert ports.store.campaign("lanterne").state is CampaignState.FAILED


def test_what_is_due_is_found():
    ports = launched()
    assert list(ports.store.due_campaigns(END - MICROSECOND)) == []
    assert list(ports.store.due_campaigns(END)) == ["lanterne"]
    close(ports)
    assert list(ports.store.due_campaigns(END)) == []


@pytest.mark.parametrize("end", [close_campaign, cancel_campaign])
def test_a_release_that_was_cut_short_is_found_again(end):
    """Whoever only asks what is due finishes it: nobody is left with a pledge to a campaign that is over."""
    ports = launched()
    place_pledge(ports, request(bonus="5.00"))
    place_pledge(ports, request("p2", backer_id="ben", bonus="5.00"))
    if end is close_campaign:
        ports.clock.set(END)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ports.store, "returnable_pledges", lambda _: iter(()))
        end(ports, "lanterne", actor="clerk")
    assert set(states(ports).values()) == {"pledged"}
    assert list(ports.store.due_campaigns(ports.clock.now())) == ["lanterne"]
    end(ports, "lanterne", actor="clerk")
    assert set(states(ports).values()) == {"canceled"}
    assert list(ports.store.due_campaigns(ports.clock.now())) == []


def test_a_verdict_is_of_what_stands_when_it_is_written():
    """A refund that was made at the provider was told of in the middle: nobody was left of whom it told."""
    ports = launched(model=AT_ONCE, goal=goal("50.00"), splits=SplitPlan())
    place_pledge(ports, request("p1", "60.00"))
    ports.clock.set(END)
    commit, told = ports.store.commit, [RefundMade("p1/charge/1", money("60.00"), "re_1")]

    def meanwhile(changes):
        if told and any(isinstance(it, CampaignEnded) for it in changes.events):
            receive_event(ports, told.pop(), actor="provider")
        commit(changes)

    ports.store.commit = meanwhile
    ended = close_campaign(ports, "lanterne", actor="clerk")
    assert (ended.state, ended.outcome) == (CampaignState.FAILED, Outcome(money(0), 0))
