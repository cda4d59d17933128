"""The decisions about giving back: every refusal with its code, and every write."""

import attrs
import pytest
from lanterne import END, OPENS, campaign, money, refused, request

from pushcore import (
    Accepted,
    CampaignState,
    Decline,
    Declined,
    FundingModel,
    PledgeState,
    Progress,
)
from pushcore.campaigns import CancelWindow, Charging
from pushcore.changes import ProgressMove, StockMove
from pushcore.errors import Conflict, InvalidValue
from pushcore.gateway import Refund, RefundMade
from pushcore.ledger import TransactionPhase
from pushcore.payments import collecting, refunding
from pushcore.payments.events import PledgeRefunded, RefundFailed, RefundOrdered
from pushcore.pledges import pledging

AT_ONCE = FundingModel(charging=Charging.AT_PLEDGE)
LIVE = campaign(model=AT_ONCE)
FAILED, CANCELED = (
    campaign(state, model=AT_ONCE) for state in (CampaignState.FAILED, CampaignState.CANCELED)
)


def pledge_in(state, **changed):
    placed = pledging.place(request(bonus="5.00", tier_id="postcard"), LIVE, {}, OPENS)[0]
    pledged = placed.moved(PledgeState.PLEDGED, method="card")
    if state is PledgeState.PLEDGED:
        return pledged
    charging = collecting.attempt(pledged, LIVE, OPENS, "ana")[0]
    collected = collecting.receive(charging, LIVE, Accepted("charge"), OPENS, "ana")[0]
    if state is PledgeState.COLLECTED:
        return collected
    refunding_ = refunding.give_back(collected, FAILED, END, "clerk")[0]
    return refunding_ if state is PledgeState.REFUNDING else refunding_.moved(state, **changed)


COLLECTED = pledge_in(PledgeState.COLLECTED)


@pytest.mark.parametrize("of", [FAILED, CANCELED])
def test_what_was_collected_for_nothing_is_given_back(of):
    refunding_, changes = refunding.give_back(COLLECTED, of, END, "clerk")
    assert (refunding_.state, refunding_.reason, refunding_.refunds) == ("refunding", "not-funded", 1)
    assert (changes.put, changes.expect) == ((refunding_,), (of,))
    assert changes.deltas == (
        StockMove("lanterne", "postcard", 3, claimed=-1),
        ProgressMove("lanterne", "ana", money("-15.00"), -1, units=-1),
        ProgressMove("lanterne", "ana", money(0), collected=money("-15.00"), collections=-1),
    )
    assert [(it.recipe, it.phase) for it in changes.transactions] == [
        ("give-back", TransactionPhase.POSTED),
        ("refund", TransactionPhase.PENDING),
    ]
    assert changes.events == (RefundOrdered(END, "clerk", "p1", 1),)
    assert changes.orders == (Refund("p1/refund/1", "p1", "lanterne", money("15.00"), "p1/charge/1"),)


@pytest.mark.parametrize(
    ("state", "of", "codes"),
    [
        (PledgeState.COLLECTED, LIVE, ("not-ended",)),
        (PledgeState.PLEDGED, LIVE, ("not-collected", "not-ended")),
        (PledgeState.PLEDGED, FAILED, ("not-collected",)),
        (PledgeState.REFUNDED, FAILED, ("not-collected",)),
    ],
)
def test_what_is_not_given_back(state, of, codes):
    assert refused(refunding.give_back, pledge_in(state), of, END, "clerk") == codes


def test_a_backer_takes_back_what_was_charged():
    taken, changes = refunding.take_back(COLLECTED, LIVE, OPENS, "ana")
    assert (taken.state, taken.reason) == ("refunding", "canceled")
    assert changes.expect == (LIVE,)


@pytest.mark.parametrize(
    ("state", "of", "at", "codes"),
    [
        (PledgeState.PLEDGED, LIVE, OPENS, ("not-collected",)),
        (PledgeState.COLLECTED, LIVE, END, ("too-late",)),
        (PledgeState.REFUNDED, LIVE, OPENS, ("pledge-closed", "not-collected")),
        (PledgeState.UNREFUNDED, FAILED, END, ("pledge-closed", "too-late", "not-collected")),
        (PledgeState.COLLECTED, campaign(CampaignState.DRAFT), OPENS, ("not-live",)),
    ],
)
def test_every_reason_not_to_take_it_back_comes_at_once(state, of, at, codes):
    assert refused(refunding.take_back, pledge_in(state), of, at, "ana") == codes


def test_cancel_windows_hold_for_what_was_charged_too():
    guard = CancelWindow(last=END - OPENS, guards_goal=True)
    it = campaign(model=AT_ONCE, cancel_windows=[guard])
    near = Progress(money("105.00"), 3, 3, money("105.00"), 3, units=1)
    assert refused(refunding.take_back, COLLECTED, it, OPENS, "ana", progress=near) == ("would-miss-goal",)
    enough = attrs.evolve(near, pledged=money("115.00"), counted=money("115.00"))
    _, changes = refunding.take_back(COLLECTED, it, OPENS, "ana", progress=enough)
    assert changes.deltas[3:] == (
        StockMove("lanterne", " p1", 0),
        ProgressMove("lanterne", it.creator_id, money("0.00"), least=money("100.00")),
    )
    with pytest.raises(Conflict, match="not read at once"):
        refunding.take_back(COLLECTED, it, OPENS, "ana", progress=Progress.none("EUR"))


def test_the_answer_to_a_refund():
    asked = pledge_in(PledgeState.REFUNDING)
    refunded, done = refunding.receive(asked, Accepted("re_1"), END, "clerk")
    assert (refunded.state, done.done) == ("refunded", ("p1/refund/1",))
    assert done.events == (PledgeRefunded(END, "clerk", "p1", money("15.00"), "re_1"),)
    declined, failed = refunding.receive(asked, Declined(Decline.FINAL, "closed"), END, "clerk")
    assert (declined.state, failed.done) == ("unrefunded", ("p1/refund/1",))
    assert failed.events == (RefundFailed(END, "clerk", "p1", "final", "closed"),)
    assert [it.phase for it in (*done.transactions, *failed.transactions)] == [
        TransactionPhase.POSTED,
        TransactionPhase.VOIDED,
    ]


def test_a_declined_refund_is_ordered_again_under_another_key():
    again, changes = refunding.order_again(pledge_in(PledgeState.UNREFUNDED), END, "clerk")
    assert (again.refunds, changes.orders[0].key) == (2, "p1/refund/2")
    assert [it.recipe for it in changes.transactions] == ["refund"]
    assert changes.deltas == ()


@pytest.mark.parametrize(("charged", "amount"), [("p1/charge/1", "15.01"), ("p1/charge/2", "15.00")])
def test_only_what_was_declined_is_made_good(charged, amount):
    made = RefundMade(charged, money(amount), "re_1")
    declined = pledge_in(PledgeState.UNREFUNDED)
    assert refused(refunding.made_good, declined, made, END, "clerk") == ("refund-open",)
    assert refused(refunding.made_good, COLLECTED, made, END, "clerk") == ("pledge-closed",)


@pytest.mark.parametrize("state", [PledgeState.COLLECTED, PledgeState.REFUNDED])
def test_what_was_not_ordered_has_no_answer(state):
    pledge = pledge_in(state)
    assert refused(refunding.receive, pledge, Accepted("re_1"), END, "clerk") == ("pledge-closed",)
    assert refused(refunding.order_again, pledge, END, "clerk") == ("pledge-closed",)


@pytest.mark.parametrize("junk", [None, 5, "p1"])
def test_only_pledges_are_given_back_and_only_answers_taken(junk):
    for call, args in (
        (refunding.give_back, (junk, FAILED, END, "clerk")),
        (refunding.take_back, (COLLECTED, junk, END, "clerk")),
        (refunding.order_again, (junk, END, "clerk")),
        (refunding.refund_order, (junk,)),
        (refunding.receive, (junk, Accepted("re_1"), END, "clerk")),
        (refunding.receive, (pledge_in(PledgeState.REFUNDING), junk, END, "clerk")),
        (refunding.give_back, (COLLECTED, FAILED, junk, "clerk")),
    ):
        with pytest.raises(InvalidValue):
            call(*args)
