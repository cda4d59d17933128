"""A confirmed pledge is changed: another selection, more or less, none; and nothing is lost or made."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import END, MICROSECOND, OPENS, campaign, money, refused, request
from offering import LIVE, SHELF, change, confirmed, merge, selection, summed, transfer

from pushcore import (
    CampaignState,
    PledgeState,
    Selection,
    Shipping,
    Stock,
    Tier,
)
from pushcore.changes import Changes, ProgressMove, StockMove
from pushcore.errors import CurrencyMismatch, InvalidValue, Refused
from pushcore.pledges import changing, pledging
from pushcore.pledges.events import PledgeChanged
from pushcore.pledges.rules import CHANGING, HANDING, ChangeFacts, PledgeFacts, refusals
from pushcore.rewards import LineKind
from pushcore.testing import strategies

# Changing.


def test_a_pledge_is_raised():
    """The new selection replaces the old one; stock and totals move by the difference alone."""
    pledge, _ = confirmed(LIVE, tier_id="postcard", bonus="5")
    changed, changes = change(pledge, selection("7", tier_id="postcard", quantity=2), LIVE)
    assert (changed.amount, changed.state, changed.version) == (money("27"), PledgeState.PLEDGED, 3)
    assert changes == Changes(
        put=(changed,),
        expect=(LIVE,),
        deltas=(
            StockMove("lanterne", "postcard", 3, claimed=1),
            ProgressMove("lanterne", "ana", money("12"), 0, counted=money("12"), units=1),
            StockMove("lanterne", " p1", 0),
        ),
        events=(PledgeChanged(OPENS, "ana", "p1", money("15"), money("27"), "postcard", 2, {}),),
    )


def test_a_reward_is_resigned():
    """Goteo's `resign`: the backer gives as much, and wants nothing for it."""
    pledge, _ = confirmed(tier_id="print", add_ons={"card": 2})
    changed, changes = change(pledge, selection("44"))
    assert (changed.selection.bare, changed.contribution) == (True, money("44"))
    assert summed(changes.deltas) == {
        ("print", None, "claimed"): -1,
        ("print", "ana", "claimed"): -1,
        ("card", None, "claimed"): -2,
        ("sheet", None, "claimed"): -1,
    }


def test_rewards_are_swapped_at_once():
    pledge, _ = confirmed(tier_id="print", voucher="v")
    changed, changes = change(pledge, selection(tier_id="box", destination="BE", add_ons={"sleeve": 1}))
    assert summed(changes.deltas) == {
        ("print", None, "claimed"): -1,
        ("print", "ana", "claimed"): -1,
        ("box", None, "claimed"): 1,
        ("sleeve", None, "claimed"): 1,
        ("sheet", None, "claimed"): 2,
        ("cup", None, "claimed"): 3,
        ("v", None, "claimed"): -1,
        ("ana", "pledged"): 10_000 - 3_700,
    }
    assert changed.contribution == money("100")


def test_the_price_stays_as_it_was_pinned():
    """KS18: pledged at 10; the owner later sets 12; another destination leaves 10; a new backer pays 12."""
    sent = Shipping({"BE": money("1"), "JP": money("3")})
    old, new = (campaign(tiers=[Tier("t", money(price), shipping=sent)]) for price in ("10", "12"))
    pledge, _ = confirmed(old, tier_id="t", destination="BE")
    moved, _ = change(pledge, selection(tier_id="t", destination="JP"), new)
    assert [(line.kind.value, line.amount.text) for line in moved.quote.lines] == [
        ("reward", "10.00"),
        ("shipping", "3.00"),
    ]
    assert confirmed(new, tier_id="t", destination="JP")[0].amount == money("15")


@pytest.mark.parametrize(
    ("tier", "stocks", "code"),
    [
        (Tier("t", money("10"), limit=1), {("t", None): Stock(claimed=1)}, "sold-out"),
        (Tier("t", money("10"), ends_at=OPENS), {}, "reward-ended"),
    ],
)
def test_one_keeps_what_others_cannot_have_any_more(tier, stocks, code):
    """KS09: its own backer changes the pledge and keeps the reward; another person is refused."""
    it, now = campaign(tiers=[tier, Tier("other", money("10"))]), OPENS + MICROSECOND
    pledge, _ = confirmed(it, tier_id="t")
    assert change(pledge, selection("5", tier_id="t"), it, stocks=stocks, at=now)[0].amount == money("15")
    other, _ = confirmed(it, "p2", tier_id="other", backer_id="bob")
    swap = selection(tier_id="t")
    assert refused(change, other, swap, it, stocks=stocks, at=now) == (code,)


def test_every_reason_comes_at_once():
    it = campaign(CampaignState.DRAFT, minimum=money("6"), tiers=[Tier("t", money("5"), limit=0)])
    pledge, _ = confirmed(LIVE, bonus="25")
    codes = refused(change, pledge, selection(tier_id="t"), it, at=END, expects=money("9"))
    assert codes == ("not-live", "too-late", "below-minimum", "price-differs", "sold-out")
    charging = attrs.evolve(pledge, state=PledgeState.CHARGING, attempts=1)
    assert refused(change, charging, selection("7"), LIVE) == ("already-charged",)


def test_a_pledge_cannot_be_raised_above_the_most():
    it = campaign(maximum=money("100"))
    pledge, _ = confirmed(it, bonus="100")
    assert change(pledge, selection("100", tip=money("5")), it)[0].amount == money("105")
    assert refused(change, pledge, selection("100.01"), it) == ("above-maximum",)


def test_a_pledge_cannot_be_raised_above_what_any_can_be():
    pledge, _ = confirmed(LIVE, bonus="100")
    assert change(pledge, selection("10000000000000.00"), LIVE)
    assert refused(change, pledge, selection("10000000000000.01"), LIVE) == ("above-maximum",)


STATES = [
    (PledgeState.PLEDGED, {}, CampaignState.LIVE, OPENS, ()),
    (PledgeState.PLEDGED, {}, CampaignState.LIVE, END - MICROSECOND, ()),
    (PledgeState.PLEDGED, {}, CampaignState.LIVE, END, ("too-late",)),
    (PledgeState.PLEDGED, {}, CampaignState.CLOSING, END, ("too-late",)),
    (PledgeState.PLEDGED, {}, CampaignState.DRAFT, OPENS, ("not-live",)),
    (PledgeState.PLEDGED, {}, CampaignState.CANCELED, OPENS, ("not-live",)),
    (PledgeState.PREAUTH, {"method": None}, CampaignState.LIVE, OPENS, ("pledge-unconfirmed",)),
    (
        PledgeState.VOIDED,
        {"method": None, "reason": "declined"},
        CampaignState.LIVE,
        OPENS,
        ("pledge-closed",),
    ),
    (PledgeState.CANCELED, {}, CampaignState.LIVE, OPENS, ("already-canceled",)),
    (PledgeState.CANCELED, {"reason": "merged"}, CampaignState.LIVE, OPENS, ("already-canceled",)),
    (PledgeState.CANCELED, {"reason": "not-funded"}, CampaignState.FAILED, END, ("too-late",)),
    (PledgeState.CHARGING, {"attempts": 1}, CampaignState.SUCCESSFUL, END, ("already-charged", "too-late")),
    (PledgeState.COLLECTED, {"attempts": 1}, CampaignState.SUCCESSFUL, END, ("already-charged", "too-late")),
    (
        PledgeState.ERRORED,
        {"attempts": 1, "failed_at": END, "due_at": END},
        CampaignState.SUCCESSFUL,
        END,
        ("already-charged", "too-late"),
    ),
    (
        PledgeState.DROPPED,
        {"attempts": 1, "failed_at": END},
        CampaignState.SUCCESSFUL,
        END,
        ("pledge-closed", "too-late"),
    ),
]


@pytest.mark.parametrize(("state", "facts", "of", "at", "codes"), STATES, ids=str)
def test_a_pledge_is_changed_and_handed_over_while_it_stands_and_the_campaign_is_live(
    state, facts, of, at, codes
):
    pledge, it = attrs.evolve(confirmed(LIVE, bonus="25")[0], state=state, **facts), campaign(of)
    asked = [
        refusals(ChangeFacts(pledge, it, selection("30"), {}, at), CHANGING),
        refusals(PledgeFacts(pledge, it, at), HANDING),
    ]
    assert [tuple(reason.code for reason in reasons) for reasons in asked] == [codes] * 2
    other, _ = confirmed(LIVE, "p2", bonus="5")
    for act, *args in (
        (change, pledge, selection("30")),
        (transfer, pledge, "bob"),
        (merge, pledge, other),
        (merge, other, pledge),
    ):
        if codes:
            assert set(refused(act, *args, it, at=at)) == set(codes)
        else:
            assert act(*args, it, at=at)


def test_a_change_of_nothing_moves_nothing():
    pledge, _ = confirmed(tier_id="print")
    _, changes = change(pledge, pledge.selection)
    assert summed(changes.deltas) == {}


@pytest.mark.parametrize(
    ("picked", "why"),
    [
        (selection(tier_id="castle"), "there is no tier castle"),
        (selection(tier_id="card"), "there is no tier card"),
        (selection(voucher="u"), "there is no voucher u"),
        ("print", "selection: expected Selection"),
        (None, "selection: expected Selection"),
    ],
    ids=str,
)
def test_what_a_pledge_cannot_become(picked, why):
    with pytest.raises(InvalidValue, match=why):
        change(confirmed(bonus="5")[0], picked)


def test_a_change_is_decided_on_by_its_own_campaign_in_its_currency_at_an_instant():
    pledge, _ = confirmed(LIVE, bonus="5")
    with pytest.raises(CurrencyMismatch, match="raises EUR"):
        change(pledge, Selection(money("5", "USD")), LIVE)
    with pytest.raises(InvalidValue, match="campaign etoile"):
        change(pledge, selection("6"), type(LIVE)("etoile", "lune", LIVE.terms))
    with pytest.raises(InvalidValue, match="zone or offset"):
        change(pledge, selection("6"), LIVE, at=OPENS.replace(tzinfo=None))
    with pytest.raises(InvalidValue, match="stocks are a mapping"):
        change(pledge, selection("6"), LIVE, stocks=[1])
    with pytest.raises(InvalidValue, match="expects: expected Money or None"):
        change(pledge, selection("6"), LIVE, expects=6)
    with pytest.raises(InvalidValue, match="pledge: expected Pledge"):
        change(request(), selection("6"), LIVE)
    with pytest.raises(InvalidValue, match="actor"):
        changing.change(pledge, LIVE, selection("6"), stocks={}, at=OPENS, actor=None)


# Laws.


def picks():
    """What can be picked of the shelf by everybody."""
    found = strategies.selections(SHELF.terms.catalogue, currency="EUR")
    return found.map(
        lambda it: attrs.evolve(
            it,
            bonus=it.bonus + money("3.01"),
            destination="BE",
            voucher=None if it.tier_id is None or it.voucher != "v" else "v",
        )
    )


@given(asked=picks(), first=picks(), second=picks())
def test_changes_compose(asked, first, second):
    """A change and another come to what the second does at once: in stock, in totals and in what is paid."""
    pledge, _ = confirmed(asked=attrs.evolve(request(), selection=asked))
    there, one = change(pledge, first)
    then, two = change(there, second)
    at_once, net = change(pledge, second)
    assert summed([*one.deltas, *two.deltas]) == summed(net.deltas)
    assert then.quote == at_once.quote
    back, undone = change(then, asked)
    assert back.quote == pledge.quote
    assert summed([*one.deltas, *two.deltas, *undone.deltas]) == {}


@given(st.data())
def test_a_canceled_pledge_returns_all_that_it_claimed(data):
    """Every stock, of the backer and of items and vouchers too, whatever happened in between."""
    pledge, moved = confirmed(asked=attrs.evolve(request(), selection=data.draw(picks())))
    for holder_id in data.draw(st.lists(st.none() | st.sampled_from(["ana", "bob", "cleo"]), max_size=4)):
        try:
            acted = change(pledge, data.draw(picks())) if holder_id is None else transfer(pledge, holder_id)
        except Refused as no:
            assert no.codes == ("paid-by-another",)  # noqa: PT017  whatever was drawn
            continue
        pledge, moved = acted[0], (*moved, *acted[1].deltas)
        held = summed(moved)
        assert held[pledge.backer_id, "pledged"] == pledge.contribution.minor
    _, back = pledging.cancel(pledge, SHELF, OPENS, "ana")
    assert summed([*moved, *back.deltas]) == {}


@given(picked=picks(), more=picks())
def test_merging_keeps_every_amount_and_piece(picked, more):
    parts = {"quantity": 1, "add_ons": {}} if picked.tier_id is None else {}
    more = attrs.evolve(more, tier_id=picked.tier_id, voucher=None, **parts)
    one, two = (
        confirmed(pledge_id=name, asked=attrs.evolve(request(name), selection=it))
        for name, it in (("p1", picked), ("p2", more))
    )
    merged, changes = merge(one[0], two[0])
    assert merged.amount == one[0].amount + two[0].amount
    assert merged.contribution == one[0].contribution + two[0].contribution
    for kind in LineKind:
        assert merged.quote.sum([kind]) == one[0].quote.sum([kind]) + two[0].quote.sum([kind])
    _, back = pledging.cancel(merged, SHELF, OPENS, "ana")
    assert summed([*one[1], *two[1], *changes.deltas, *back.deltas]) == {}
