"""Decisions: what a match writes, and what is written when it goes back."""

import attrs
import pytest
from lanterne import OPENS, campaign, money, refused, request

from pushcore import CampaignState, Changes, Pledge, PledgeState, Progress, Selection
from pushcore.changes import MatchMove, ProgressMove
from pushcore.errors import InvalidValue
from pushcore.ledger import recipes
from pushcore.matching import Matched, MatchingFund, MatchOrigin, Multiple, Pool
from pushcore.matching.events import MatchTakenBack, PledgeMatched
from pushcore.payments import offline, refunding, sponsoring, unmatching
from pushcore.pledges import PledgeRequest
from pushcore.pledges.matched import losses, lost, match_move
from pushcore.rewards import LineKind, Phase, Quote, QuoteLine, quote

FUND = MatchingFund("live", Multiple(1), [Pool("bank", money("30.00")), Pool("city", money("10.00"))])
LIVE = campaign(version=2)
ASKED = request("p1", "20.00")
QUOTED = quote(LIVE.terms.catalogue, ASKED.selection)
PLEDGE = Pledge(ASKED, QUOTED, PledgeState.PLEDGED, OPENS, OPENS, method="card")
LATE = attrs.evolve(PLEDGE, phase=Phase.LATE)
TOTALS = Progress(money("20.00"), 1, 1, money("0.00"), 0)
NOTHING = money("0.00")


def contribute(**changed):
    known = {"fund": FUND, "campaign": LIVE, "pledge": PLEDGE} | changed
    return sponsoring.contribute(*known.values(), progress=TOTALS, matched=Matched(), at=OPENS, actor="clerk")


def part(sponsor, amount, **changed):
    """A sponsor's contribution."""
    nothing = Selection(NOTHING)
    return Pledge(
        PledgeRequest(f"p1/live/{sponsor}", "lanterne", sponsor, nothing, actor="clerk"),
        Quote(nothing, [QuoteLine(LineKind.MATCH, "live", 1, money(amount))]),
        PledgeState.COLLECTED,
        OPENS,
        OPENS,
        method="offline",
        matches=MatchOrigin("live", pledge_id="p1", backer_id="ana", given=money("20.00")),
        **changed,
    )


PARTS = (part("bank", "15.00"), part("city", "5.00"))
MOVED = MatchMove("live", "lanterne", "ana", (("bank", money("15.00")), ("city", money("5.00"))))
ANOTHER = attrs.evolve(PARTS[1], matches=attrs.evolve(PARTS[1].matches, fund_id="other"))
GONE = PLEDGE.moved(PledgeState.CANCELED)


def adding(sponsor, amount, sign):
    moved = money(amount) * sign
    return ProgressMove("lanterne", sponsor, moved, sign, matched=moved)


def collecting(sponsor, amount, sign):
    return ProgressMove("lanterne", sponsor, NOTHING, collected=money(amount) * sign, collections=sign)


def both(make, sign):
    return make("bank", "15.00", sign), make("city", "5.00", sign)


def test_what_a_match_writes():
    made, changes = contribute()
    assert made.amount == money("20.00")
    assert changes == Changes(
        put=(attrs.evolve(FUND, version=2), *PARTS),
        expect=(LIVE, PLEDGE),
        deltas=(*both(adding, 1), *both(collecting, 1), MOVED, match_move("lanterne", "p1", 2)),
        transactions=(
            recipes.receipt("p1/live/bank/receipt", "lanterne", money("15.00"), OPENS),
            recipes.receipt("p1/live/city/receipt", "lanterne", money("5.00"), OPENS),
        ),
        events=(
            PledgeMatched(
                OPENS, "clerk", "lanterne", "live", "p1", {"bank": money("15.00"), "city": money("5.00")}
            ),
        ),
    )


def test_what_is_written_when_it_goes_back():
    changes = losses(PLEDGE, GONE, LIVE, PARTS, at=OPENS, actor="clerk")
    assert changes.put == tuple(it.moved(PledgeState.REFUNDED, reason="unmatched", refunds=1) for it in PARTS)
    back = (*both(adding, -1), *both(collecting, -1), attrs.evolve(MOVED, matches=-1))
    gone = match_move("lanterne", "p1", -2), match_move("lanterne", "p1", 0, most=0)
    assert changes.deltas == (*back, *gone)
    returned = [
        transaction
        for name, amount in (("bank", "15.00"), ("city", "5.00"))
        for transaction in (
            *recipes.give_back(f"p1/live/{name}", "lanterne", money(amount), OPENS),
            recipes.returned(f"p1/live/{name}/return", "lanterne", money(amount), OPENS),
        )
    ]
    assert list(changes.transactions) == returned
    amounts = {"bank": money("15.00"), "city": money("5.00")}
    assert changes.events == (MatchTakenBack(OPENS, "clerk", "lanterne", "live", "p1", amounts),)


def test_what_stays_as_it_is_loses_nothing():
    again = PLEDGE.moved(PledgeState.COLLECTED)
    assert losses(PLEDGE, again, LIVE, PARTS, at=OPENS, actor="clerk") == Changes()
    more = PLEDGE.moved(PledgeState.PLEDGED, quote=quote(LIVE.terms.catalogue, Selection(money("30.00"))))
    asked = Changes(deltas=(match_move("lanterne", "p1", 0, most=2),))
    assert losses(PLEDGE, more, LIVE, PARTS, at=OPENS, actor="clerk") == asked


def take_back(parts=PARTS, it=LIVE):
    return unmatching.take_back(parts, it, OPENS, "clerk")


def test_every_reason_to_leave_it_is_told():
    settled = campaign(CampaignState.SUCCESSFUL, settled_at=OPENS)
    assert refused(take_back) == refused(take_back, it=settled) == ("not-ended",)
    lump_sum = attrs.evolve(PARTS[0], matches=MatchOrigin("live"))
    assert refused(take_back, [lump_sum]) == ("not-ended",)
    returned = [it.moved(PledgeState.REFUNDED, reason="unmatched", refunds=1) for it in PARTS]
    assert refused(take_back, returned) == ("not-collected", "not-collected", "not-ended")
    failed = campaign(CampaignState.FAILED)
    back = take_back(it=failed)
    assert (back.put[0].reason, back.expect) == ("not-funded", (failed,))
    assert take_back([lump_sum], failed).events[0].pledge_id is None


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([], "the parts of one match are taken back together"),
        ([PARTS[0], ANOTHER], "the parts of one match are taken back together"),
        ([PLEDGE], "the parts of one match are taken back together"),
        (["p1"], "what is decided on: expected Pledge"),
    ],
)
def test_what_is_no_match_is_not_taken_back(parts, why):
    with pytest.raises(InvalidValue, match=why):
        take_back(parts)


def test_a_match_goes_back_in_no_other_way():
    failed = campaign(CampaignState.FAILED)
    assert refused(offline.give_back, PARTS[0], failed, OPENS, "clerk") == ("not-collected",)
    assert refused(refunding.give_back, PARTS[0], failed, OPENS, "clerk") == ("not-collected",)
    assert refused(refunding.take_back, PARTS[0], LIVE, OPENS, "bank") == ("not-collected",)


@pytest.mark.parametrize(
    "changed", [{"fund": "live"}, {"campaign": "lanterne"}, {"pledge": "p1"}], ids=lambda it: next(iter(it))
)
def test_junk_is_named(changed):
    with pytest.raises(InvalidValue, match="expected"):
        contribute(**changed)


def test_a_pledge_of_another_campaign_is_not_matched():
    with pytest.raises(InvalidValue, match="is not decided on by campaign lanterne"):
        contribute(pledge=attrs.evolve(PLEDGE, request=request("p1", "20.00", campaign_id="nocturne")))


def test_no_part_of_a_match_is_larger_than_any_pledge_can_be():
    rich = money("9999999999999999.99")
    given = attrs.evolve(PLEDGE, request=request("p1", "6000000000000.00"))
    given = attrs.evolve(given, quote=quote(LIVE.terms.catalogue, given.request.selection))
    totals = Progress(given.amount, 1, 1, NOTHING, 0)
    known = {"progress": totals, "matched": Matched(), "at": OPENS, "actor": "clerk"}
    once, twice = (MatchingFund("live", Multiple(factor), [Pool("bank", rich)]) for factor in (1, 2))
    made, _ = sponsoring.contribute(once, LIVE, given, **known)
    assert made.amount == given.amount
    assert refused(sponsoring.contribute, twice, LIVE, given, **known) == ("above-maximum",)


def test_what_counts_to_no_goal_is_not_matched():
    assert refused(contribute, pledge=LATE) == ("not-matchable",)


@pytest.mark.parametrize("it", [PLEDGE, attrs.evolve(PARTS[0], matches=MatchOrigin("live"))])
def test_what_matches_no_pledge_is_not_lost_by_one(it):
    for becomes in (QUOTED, None):
        with pytest.raises(InvalidValue, match="matches no pledge"):
            lost([it], LIVE, becomes)
    with pytest.raises(InvalidValue, match="expected a tuple of the matches of pledge p1"):
        losses(PLEDGE, GONE, LIVE, (it,), at=OPENS, actor="clerk")
