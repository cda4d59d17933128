from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import END, MICROSECOND, OPENS, TERMS, campaign, money, refused

from pushcore import (
    CampaignState,
    FeeSchedule,
    FundingGoal,
    Money,
    Outcome,
    PayoutState,
    Progress,
    Settlement,
    SplitPlan,
)
from pushcore.campaigns import deciding, ending, settling
from pushcore.campaigns.events import (
    CampaignCanceled,
    CampaignClosing,
    CampaignDrafted,
    CampaignEnded,
    CampaignLaunched,
    CampaignSettled,
)
from pushcore.changes import Changes
from pushcore.errors import Conflict, InvalidValue
from pushcore.payouts.events import PayoutPrepared

ZERO = money(0)


def totals(pledged, collected=None, *, pledges=2, collections=None):
    """Totals of two pledges, all of them collected if nothing else is said."""
    collected = pledged if collected is None else collected
    return Progress(pledged, pledges, 2, collected, pledges if collections is None else collections)


def fold(*amounts, fees=TERMS.fees):
    return Settlement.empty(fees, "EUR").add(money(amount) for amount in amounts)


def settle(it, progress, settlement, held):
    return settling.settle(it, progress, settlement, held=held, at=END, actor="clerk")


def test_a_draft_is_written_as_it_is():
    draft = campaign(CampaignState.DRAFT)
    event = CampaignDrafted(OPENS, "lune", "lanterne")
    assert deciding.draft(draft, OPENS, "lune") == (draft, Changes(put=(draft,), events=(event,)))


@pytest.mark.parametrize("it", [campaign(), campaign(CampaignState.DRAFT, version=2)])
def test_only_what_is_new_is_drafted(it):
    with pytest.raises(InvalidValue, match="draft at version 1"):
        deciding.draft(it, OPENS, "lune")


def test_a_launch():
    live, changes = deciding.launch(campaign(CampaignState.DRAFT), OPENS - timedelta(9), "lune")
    assert live == campaign(version=2)
    event = CampaignLaunched(OPENS - timedelta(9), "lune", "lanterne")
    assert changes == Changes(put=(live,), events=(event,))


@pytest.mark.parametrize(
    ("state", "at", "codes"),
    [
        (CampaignState.LIVE, OPENS, ("not-draft",)),
        (CampaignState.DRAFT, END, ("too-late",)),
        (CampaignState.CANCELED, END, ("not-draft", "too-late")),
    ],
)
def test_what_is_not_launched(state, at, codes):
    assert refused(deciding.launch, campaign(state), at, "lune") == codes


@pytest.mark.parametrize(
    ("code", "at", "codes"),
    [
        ("HRK", OPENS, ("currency-retired",)),
        ("BGN", OPENS - timedelta(9), ("currency-retired",)),
        ("DEM", OPENS, ("currency-retired",)),
        ("ZWL", OPENS, ("currency-retired",)),
        ("USD", OPENS, ()),
    ],
)
def test_no_campaign_is_launched_in_a_currency_that_is_gone_when_it_opens(code, at, codes):
    """The leva went on the first of January: one that opens on the fifth cannot be launched before either."""
    one = Money.of_minor(1, code)
    plain = {
        "goal": FundingGoal(one),
        "minimum": one,
        "tiers": (),
        "fees": FeeSchedule(),
        "splits": SplitPlan(),
    }
    draft = campaign(CampaignState.DRAFT, **plain)
    if codes:
        assert refused(deciding.launch, draft, at, "lune") == codes
    else:
        assert deciding.launch(draft, at, "lune")[0].state is CampaignState.LIVE


def test_a_campaign_is_called_off():
    canceled, changes = deciding.cancel(campaign(), END - MICROSECOND, "lune")
    assert canceled == campaign(CampaignState.CANCELED, version=2)
    event = CampaignCanceled(END - MICROSECOND, "lune", "lanterne")
    assert changes == Changes(put=(canceled,), events=(event,))


def test_the_clock_ends_what_can_be_called_off():
    """A creator does not escape the verdict because nobody has spoken it yet; a draft has no end."""
    assert refused(deciding.cancel, campaign(), END, "lune") == ("too-late",)
    assert refused(deciding.cancel, campaign(CampaignState.CLOSING), END, "lune") == ("not-live",)
    assert deciding.cancel(campaign(CampaignState.DRAFT), END, "lune")


def test_closing_begins_when_the_deadline_has_passed():
    closing, changes = ending.begin_closing(campaign(), END, "clerk")
    assert closing == campaign(CampaignState.CLOSING, version=2)
    assert changes == Changes(put=(closing,), events=(CampaignClosing(END, "clerk", "lanterne"),))


@pytest.mark.parametrize(
    ("state", "at", "codes"),
    [
        (CampaignState.LIVE, END - MICROSECOND, ("not-ended",)),
        (CampaignState.DRAFT, OPENS, ("not-live", "not-ended")),
        (CampaignState.FAILED, END, ("not-live",)),
    ],
)
def test_what_is_not_closed(state, at, codes):
    assert refused(ending.begin_closing, campaign(state), at, "clerk") == codes


@given(pledged=st.integers(0, 200_00))
def test_the_verdict_freezes_what_it_rests_on(pledged):
    """BB06, BB07: nothing of 1000 fails, all of it succeeds; the outcome says by how much and how many."""
    total = Money.of_minor(pledged, "EUR")
    ended, changes = ending.judge(campaign(CampaignState.CLOSING), totals(total), END, "clerk")
    assert ended.state is (CampaignState.SUCCESSFUL if pledged >= 100_00 else CampaignState.FAILED)
    assert ended.outcome == Outcome(total, 2)
    event = CampaignEnded(END, "clerk", "lanterne", ended.state, total, 2)
    (still,) = changes.deltas
    assert (still.standing, still.comes_to, still.pledges) == (2, total, 0)
    assert changes == Changes(put=(ended,), events=(event,), deltas=(still,))


def test_there_is_no_verdict_before_the_closing():
    assert refused(ending.judge, campaign(), totals(money(100)), END, "clerk") == ("not-ended",)


@given(amounts=st.lists(st.integers(100, 50_000), min_size=1, max_size=5))
def test_a_settlement_divides_every_cent(amounts):
    settlement = fold().add(Money.of_minor(minor, "EUR") for minor in amounts)
    collected = Money.of_minor(sum(amounts), "EUR")
    before = campaign(CampaignState.SUCCESSFUL)
    settled, changes = settle(before, totals(collected), settlement, collected)
    assert (settled.settled_at, settled.version) == (END, 2)
    event = changes.events[0]
    assert isinstance(event, CampaignSettled)
    assert event.collected == sum(event.fees.values(), ZERO) + sum(event.payees.values(), ZERO)
    first, *payouts = changes.put
    assert first == settled
    assert {payout.payee_id: payout.amount for payout in payouts} == {
        payee: part for payee, part in event.payees.items() if part
    }
    assert {payout.state for payout in payouts} <= {PayoutState.PREPARED}
    assert [type(after) for after in changes.events[1:]] == [PayoutPrepared] * len(payouts)
    (transaction,) = changes.transactions
    assert sum(posting.amount.minor for posting in transaction.postings) == 0


def test_where_nothing_was_collected_nothing_is_posted():
    """Every pledge was dropped: the campaign is over all the same."""
    settled, changes = settle(campaign(CampaignState.SUCCESSFUL), totals(ZERO, pledges=0), fold(), ZERO)
    assert changes.put == (settled,)
    assert changes.transactions == ()
    assert [type(event) for event in changes.events] == [CampaignSettled]


def test_without_splits_the_creator_gets_all():
    before = campaign(CampaignState.SUCCESSFUL, splits=SplitPlan(), fees=FeeSchedule())
    _, changes = settle(before, totals(money(100)), fold("40.00", "60.00", fees=FeeSchedule()), money(100))
    assert [(payout.payee_id, payout.amount) for payout in changes.put[1:]] == [("lune", money(100))]


def test_fees_above_what_was_collected_are_a_debt_and_no_payout():
    few = fold("0.05", "0.05")
    assert few.debt
    _, changes = settle(campaign(CampaignState.SUCCESSFUL), totals(money("0.10")), few, money("0.10"))
    (_, debt) = changes.put
    assert debt.outstanding == few.debt
    settled, arose = changes.transactions
    assert any(posting.account.path == "campaign/lanterne/debt" for posting in settled.postings)
    assert (arose.recipe, arose.id) == ("debt", "payee/lune/EUR/debt/lanterne%2Fsettlement")


def test_every_reason_not_to_settle_comes_at_once():
    progress = totals(money(100), ZERO, collections=0)
    assert refused(settle, campaign(CampaignState.FAILED), progress, fold(), ZERO) == (
        "not-funded",
        "not-settleable",
    )
    settled = campaign(CampaignState.SUCCESSFUL, settled_at=END)
    assert refused(settle, settled, progress, fold(), ZERO) == ("already-settled", "not-settleable")


@pytest.mark.parametrize(
    ("progress", "settlement", "held"),
    [
        (totals(money(100)), fold("100.00"), money(60)),
        (totals(money(60)), fold("100.00"), money(100)),
        (totals(money(100)), fold("60.00"), money(100)),
    ],
)
def test_what_was_not_read_at_once_is_read_again(progress, settlement, held):
    with pytest.raises(Conflict, match="not read at once"):
        settle(campaign(CampaignState.SUCCESSFUL), progress, settlement, held)


def test_a_campaign_is_settled_by_its_own_fees():
    with pytest.raises(InvalidValue, match="own fee schedule"):
        settle(
            campaign(CampaignState.SUCCESSFUL), totals(money(100)), fold(100, fees=FeeSchedule()), money(100)
        )


@pytest.mark.parametrize("decide", [deciding.launch, deciding.cancel, ending.begin_closing])
@pytest.mark.parametrize("actor", [None, "", " ana", 5])
def test_whoever_decides_has_a_name(decide, actor):
    state = CampaignState.DRAFT if decide is deciding.launch else CampaignState.LIVE
    at = END if decide is ending.begin_closing else OPENS
    with pytest.raises(InvalidValue, match="actor"):
        decide(campaign(state), at, actor)


def test_an_end_is_announced_at_an_instant():
    with pytest.raises(InvalidValue, match="instant"):
        ending.announce_end(campaign(), OPENS.replace(tzinfo=None), "lune")
