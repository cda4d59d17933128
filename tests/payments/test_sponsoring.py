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
from pushcore.pledges.matched import match_move, outgrown
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
        deltas=(*both(adding, 1), *both(collecting, 1), MOVED, match_move(PLEDGE, 2)),
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
    changes = unmatching.take_back(PARTS, GONE, LIVE, OPENS, "clerk")
    assert changes.put == tuple(it.moved(PledgeState.REFUNDED, reason="unmatched", refunds=1) for it in PARTS)
    assert changes.expect == (LIVE, GONE)
    back = (*both(adding, -1), *both(collecting, -1), attrs.evolve(MOVED, matches=-1))
    assert changes.deltas == (*back, match_move(PLEDGE, -2))
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


def take_back(parts=PARTS, pledge=PLEDGE, it=LIVE):
    return unmatching.take_back(parts, pledge, it, OPENS, "clerk")


def test_every_reason_to_leave_it_is_told():
    settled = campaign(CampaignState.SUCCESSFUL, settled_at=OPENS)
    assert refused(take_back) == ("pledge-stands",)
    assert refused(take_back, it=settled) == ("pledge-stands", "already-settled")
    assert refused(take_back, pledge=GONE, it=settled) == ("already-settled",)
    lump_sum = attrs.evolve(PARTS[0], matches=MatchOrigin("live"))
    assert refused(take_back, [lump_sum], None) == ("not-ended",)
    returned = [it.moved(PledgeState.REFUNDED, reason="unmatched", refunds=1) for it in PARTS]
    assert refused(take_back, returned) == ("not-collected", "not-collected", "pledge-stands")
    failed = campaign(CampaignState.FAILED)
    assert take_back(it=failed).put[0].reason == "not-funded"
    assert take_back([lump_sum], None, failed).events[0].pledge_id is None


@pytest.mark.parametrize(
    ("parts", "pledge", "why"),
    [
        ([], PLEDGE, "the parts of one match are taken back together"),
        ([PARTS[0], ANOTHER], PLEDGE, "the parts of one match are taken back together"),
        ([PLEDGE], PLEDGE, "p1 does not match p1"),
        (PARTS, None, "p1/live/bank does not match the campaign"),
        (PARTS, attrs.evolve(PLEDGE, request=request("p2", "20.00")), "p1/live/bank does not match p2"),
        (["p1"], PLEDGE, "a sponsor's contribution: expected Pledge"),
        (PARTS, "p1", "what it matches: expected Pledge or None"),
    ],
)
def test_what_is_no_match_of_a_pledge_is_not_taken_back(parts, pledge, why):
    with pytest.raises(InvalidValue, match=why):
        take_back(parts, pledge)


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


def test_what_counts_to_no_goal_is_not_matched():
    assert refused(contribute, pledge=LATE) == ("not-matchable",)


def test_what_matches_no_pledge_is_not_lost_by_one():
    for it in (PLEDGE, attrs.evolve(PARTS[0], matches=MatchOrigin("live"))):
        with pytest.raises(InvalidValue, match="matches no pledge"):
            outgrown(it, LIVE, QUOTED)
