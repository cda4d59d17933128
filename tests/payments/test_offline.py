"""The decisions about contributions in cash and by bank: every write, and what is told of them."""

from lanterne import END, OPENS, campaign, money, request

from pushcore import CampaignState, FundingModel, PledgeState
from pushcore.campaigns import Charging
from pushcore.changes import ProgressMove, StockMove
from pushcore.ledger import recipes
from pushcore.payments import offline
from pushcore.payments.events import (
    ContributionExpected,
    ContributionGivenUp,
    ContributionReceived,
    ContributionsDeposited,
    PledgeRefunded,
)

LIVE = campaign(model=FundingModel(charging=Charging.AT_PLEDGE))
CHEQUE = "cheque 117"


def announced():
    wanted = request(bonus="20.00", tier_id="postcard", actor="clerk")
    return offline.announce(wanted, LIVE, {}, OPENS, CHEQUE)


def received():
    return offline.receive(announced()[0], LIVE, money("25.00"), OPENS, "clerk")


def test_a_reward_is_held_for_what_is_expected():
    expected, changes = announced()
    assert (expected.state, expected.reason) == (PledgeState.EXPECTED, CHEQUE)
    assert (changes.put, changes.expect) == ((expected,), (LIVE,))
    assert changes.deltas == (StockMove("lanterne", "postcard", 3, reserved=1),)
    assert changes.events == (ContributionExpected(OPENS, "clerk", "p1", "lanterne", money("30.00"), CHEQUE),)


def test_what_has_come_counts():
    pledge, changes = received()
    assert (pledge.state, pledge.amount, pledge.reason) == (PledgeState.COLLECTED, money("25.00"), None)
    assert (changes.put, changes.expect) == ((pledge,), (LIVE,))
    assert changes.deltas == (
        StockMove("lanterne", "postcard", 3, reserved=-1, claimed=1),
        ProgressMove("lanterne", "ana", money("25.00"), 1, units=1),
        ProgressMove("lanterne", "ana", money(0), collected=money("25.00"), collections=1),
    )
    assert changes.transactions == (recipes.receipt("p1/receipt", "lanterne", money("25.00"), OPENS),)
    assert changes.events == (ContributionReceived(OPENS, "clerk", "p1", money("30.00"), money("25.00")),)


def test_what_does_not_come_sets_its_reward_free():
    given_up, changes = offline.give_up(announced()[0], LIVE, END, "clerk")
    assert (given_up.state, given_up.reason) == (PledgeState.VOIDED, "not-received")
    assert changes.put == (given_up,)
    assert changes.deltas == (StockMove("lanterne", "postcard", 3, reserved=-1),)
    assert changes.events == (ContributionGivenUp(END, "clerk", "p1"),)


def test_what_is_taken_back_counts_no_more_and_is_told_as_given_by_hand():
    back, changes = offline.take_back(received()[0], LIVE, OPENS, "ana")
    assert (back.state, back.reason, back.refunds) == (PledgeState.REFUNDED, "canceled", 1)
    assert (changes.put, changes.expect) == ((back,), (LIVE,))
    assert changes.events == (PledgeRefunded(OPENS, "ana", "p1", money("25.00"), "by-hand"),)
    assert [it.id for it in changes.transactions] == ["p1/give-back", "p1/return"]


def test_all_that_came_is_brought_to_the_provider_at_once():
    settled = campaign(CampaignState.SUCCESSFUL, settled_at=END)
    after, changes = offline.deposit(settled, money("25.00"), END, "clerk")
    assert (after.version, changes.put) == (settled.version + 1, (after,))
    assert changes.transactions == (recipes.deposit("lanterne", money("25.00"), END),)
    assert changes.events == (ContributionsDeposited(END, "clerk", "lanterne", money("25.00")),)
