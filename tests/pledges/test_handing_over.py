"""A confirmed pledge is handed over, or made one with another."""

from datetime import timedelta

import attrs
import pytest
from lanterne import END, OPENS, campaign, money, refused, request
from offering import LIVE, SHELF, change, confirmed, merge, selection, summed, transfer

from pushcore import (
    CampaignState,
    PledgeState,
    Stock,
    Tier,
    Void,
)
from pushcore.changes import Changes, ProgressMove, StockMove
from pushcore.errors import InvalidValue
from pushcore.pledges.events import PledgesMerged, PledgeTransferred

# Handing over.


def test_a_pledge_is_handed_over():
    pledge, _ = confirmed(tier_id="print", quantity=2, add_ons={"card": 1})
    moved, changes = transfer(pledge, stocks={("print", "bob"): Stock(claimed=1)})
    assert (moved.backer_id, moved.request, moved.method) == ("bob", pledge.request, pledge.method)
    assert changes == Changes(
        put=(moved,),
        expect=(SHELF,),
        deltas=(
            StockMove("lanterne", "print", 800, claimed=2, backer_id="bob"),
            StockMove("lanterne", "print", 800, claimed=-2, backer_id="ana"),
            ProgressMove("lanterne", "ana", money("-82"), -1, units=-2),
            ProgressMove("lanterne", "bob", money("82"), 1, units=2),
        ),
        events=(PledgeTransferred(OPENS, "ana", "p1", "ana", "bob"),),
    )


def test_whoever_gets_it_may_hold_only_so_many():
    it = campaign(tiers=[Tier("t", money("10"), limit=3, per_backer=2)])
    pledge, _ = confirmed(it, tier_id="t", quantity=2)
    full = {("t", "bob"): Stock(claimed=1), ("t", None): Stock(claimed=3)}
    assert refused(transfer, pledge, "bob", it, stocks=full) == ("per-backer-limit",)
    assert transfer(pledge, "bob", it, stocks={("t", None): Stock(claimed=3)})
    assert transfer(pledge, "ana", it, stocks={("t", "ana"): Stock(claimed=2)})
    late = refused(transfer, pledge, "bob", it, stocks=full, at=END)
    assert late == ("too-late", "per-backer-limit")


def test_a_creator_cannot_get_what_they_could_not_pledge():
    """KS10, by way of a present."""
    for may, codes in ((True, None), (False, ("own-campaign",))):
        it = campaign(creator_may_pledge=may)
        pledge, _ = confirmed(it, bonus="25")
        if codes:
            assert refused(transfer, pledge, "lune", it) == codes
        else:
            assert transfer(pledge, "lune", it)


def test_what_is_handed_back_is_as_it_was():
    pledge, _ = confirmed(tier_id="print")
    there, first = transfer(pledge)
    back, second = transfer(there, "ana")
    assert attrs.evolve(back, version=pledge.version) == pledge
    assert summed([*first.deltas, *second.deltas]) == {}
    same, none = transfer(pledge, "ana")
    assert (same.holder_id, summed(none.deltas)) == (None, {})


@pytest.mark.parametrize("holder_id", [None, "", " bob", 5, ["bob"], "b\0b"])
def test_nobody_is_no_holder(holder_id):
    with pytest.raises(InvalidValue):
        transfer(confirmed(tier_id="print")[0], holder_id)
    with pytest.raises(InvalidValue):
        transfer(confirmed(bonus="5")[0], holder_id)


def test_a_hand_over_needs_all_that_it_rests_on():
    pledge, _ = confirmed(LIVE, bonus="5")
    with pytest.raises(InvalidValue, match="a pledge: expected Pledge"):
        transfer(request(), "bob", LIVE)
    with pytest.raises(InvalidValue, match="stocks are a mapping"):
        transfer(pledge, "bob", LIVE, stocks=[5])


# Merging.


def test_two_pledges_become_one():
    one, _ = confirmed(tier_id="box", destination="BE", add_ons={"card": 1}, tip=money("1"), token="t")
    two, _ = confirmed(
        pledge_id="p2", tier_id="box", quantity=2, destination="BE", add_ons={"card": 2}, voucher="v"
    )
    merged, changes = merge(one, two)
    canceled = two.moved(PledgeState.CANCELED, reason="merged")
    assert merged.selection == selection(
        tier_id="box",
        quantity=3,
        add_ons={"card": 3},
        destination="BE",
        tip=money("1"),
        voucher="v",
        token="t",
    )
    assert merged.quote.on_top == {"service": money("1"), "tip": money("1")}
    assert merged.quote.included_tax == one.quote.included_tax + two.quote.included_tax
    assert changes == Changes(
        put=(merged, canceled),
        expect=(SHELF,),
        deltas=(
            ProgressMove("lanterne", "ana", money("0"), -1, counted=money("0")),
            StockMove("lanterne", " p2", 0),
        ),
        events=(PledgesMerged(OPENS, "ana", "p1", "p2", merged.amount),),
        orders=(Void("p2/void", "p2", "p2/prepare"),),
    )


def test_one_pledge_of_two_is_as_old_as_the_older_one():
    """So that no cancel window opens again."""
    old, _ = confirmed(bonus=money("5"))
    new, _ = confirmed(pledge_id="p2", bonus=money("5"))
    new = attrs.evolve(new, placed_at=OPENS + timedelta(days=20))
    assert merge(old, new)[0].placed_at == merge(new, old)[0].placed_at == OPENS


@pytest.mark.parametrize(
    ("one", "two", "merged"),
    [
        ({"bonus": "5"}, {"tier_id": "print"}, {"bonus": "5", "tier_id": "print"}),
        (
            {"tier_id": "print"},
            {"bonus": "5", "tip": money("2")},
            {"bonus": "5", "tier_id": "print", "tip": money("2")},
        ),
        ({"bonus": "5", "destination": "BE"}, {"bonus": "6"}, {"bonus": "11", "destination": "BE"}),
        (
            {"bonus": "5", "tip": money("1")},
            {"bonus": "6", "tip": money("2")},
            {"bonus": "11", "tip": money("3")},
        ),
    ],
    ids=str,
)
def test_what_only_one_of_them_has_the_other_takes(one, two, merged):
    found, _ = merge(confirmed(**one)[0], confirmed(pledge_id="p2", **two)[0])
    assert found.selection == selection(**merged)


@pytest.mark.parametrize(
    ("two", "facts"),
    [
        ({"backer_id": "bob"}, ["backers"]),
        ({"tier_id": "thanks"}, ["rewards"]),
        ({"destination": "JP"}, ["destinations"]),
        ({"voucher": "w"}, []),
        (
            {"backer_id": "bob", "tier_id": "thanks", "destination": "JP"},
            ["backers", "rewards", "destinations"],
        ),
    ],
    ids=str,
)
def test_what_does_not_go_together_is_not_merged(two, facts):
    picked = {"tier_id": "print", "destination": "BE"}
    one, _ = confirmed(**picked, voucher="v")
    other, _ = confirmed(pledge_id="p2", **(picked | two))
    codes = refused(merge, one, other)
    assert codes == ("not-mergeable",) * max(len(facts), 1)


def test_a_pledge_is_not_merged_with_itself():
    pledge, _ = confirmed(tier_id="print")
    assert refused(merge, pledge, pledge) == ("not-mergeable",)


def test_what_was_merged_is_not_merged_again():
    one, two, three = (confirmed(pledge_id=name, bonus="5")[0] for name in ("p1", "p2", "p3"))
    merged, changes = merge(one, two)
    assert refused(merge, merged, changes.put[1]) == ("already-canceled",)
    assert merge(merged, three)[0].contribution == money("15")


def test_together_they_are_no_more_than_the_most():
    """BB25: the provider charges no more than 1000.00 at once."""
    it = campaign(maximum=money("1000"))
    one, two = (confirmed(it, name, bonus=amount)[0] for name, amount in (("p1", "600"), ("p2", "400.01")))
    assert refused(merge, one, two, it) == ("above-maximum",)
    assert merge(one, change(two, selection("400"), it)[0], it)[0].amount == money("1000")


def test_together_they_are_no_more_than_any_pledge_can_be():
    it = campaign()
    one, two = (confirmed(it, name, bonus="5000000000000.00")[0] for name in ("p1", "p2"))
    tipped, _ = confirmed(it, "p3", bonus="5000000000000.00", tip=money("0.01"))
    assert merge(one, two, it)[0].amount == money("10000000000000.00")
    assert refused(merge, one, tipped, it) == ("above-maximum",)


def test_reasons_of_both_come_once():
    one, two = (confirmed(LIVE, name, bonus="5")[0] for name in ("p1", "p2"))
    assert refused(merge, one, two, campaign(CampaignState.CLOSING), at=END) == ("too-late",)
    with pytest.raises(InvalidValue, match="a pledge: expected Pledge"):
        merge(one, None, LIVE)
    with pytest.raises(InvalidValue, match="campaign etoile"):
        merge(one, two, type(LIVE)("etoile", "lune", LIVE.terms))
