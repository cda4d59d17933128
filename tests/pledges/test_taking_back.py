import attrs
import pytest
from lanterne import END, MICROSECOND, OPENS, campaign, money, refused, request

from pushcore import CampaignState, PledgeState, Void
from pushcore.changes import Changes, ProgressMove, StockMove
from pushcore.errors import InvalidValue
from pushcore.pledges import pledging
from pushcore.pledges.events import PledgeCanceled, PledgeReleased
from pushcore.pledges.rules import CANCELING, PledgeFacts, refusals
from pushcore.rewards import Phase

LIVE = campaign()


def pledge_in(state, **asked):
    asked = {"tier_id": "postcard", "bonus": "5.00"} | asked
    return pledging.place(request(**asked), LIVE, {}, OPENS)[0].moved(state, method="card")


def test_taking_a_pledge_back_gives_everything_back():
    """BB20: the total is what it was before."""
    pledge = pledge_in(PledgeState.PLEDGED)
    canceled, changes = pledging.cancel(pledge, LIVE, END - MICROSECOND, "ana")
    assert canceled == pledge.moved(PledgeState.CANCELED)
    assert changes == Changes(
        put=(canceled,),
        expect=(LIVE,),
        deltas=(
            StockMove("lanterne", "postcard", 3, claimed=-1),
            ProgressMove("lanterne", "ana", money("-15.00"), -1, units=-1),
            StockMove("lanterne", " p1", 0),
        ),
        events=(PledgeCanceled(END - MICROSECOND, "ana", "p1"),),
        orders=(Void("p1/void", "p1", "p1/prepare"),),
    )


@pytest.mark.parametrize(
    ("state", "of", "now", "codes"),
    [
        (PledgeState.PLEDGED, CampaignState.LIVE, OPENS, ()),
        (PledgeState.CANCELED, CampaignState.LIVE, OPENS, ("already-canceled",)),
        (PledgeState.PREAUTH, CampaignState.LIVE, OPENS, ("pledge-unconfirmed",)),
        (PledgeState.VOIDED, CampaignState.LIVE, OPENS, ("pledge-closed",)),
        (PledgeState.PLEDGED, CampaignState.LIVE, END, ("too-late",)),
        (PledgeState.PLEDGED, CampaignState.CLOSING, END, ("too-late",)),
        (PledgeState.CHARGING, CampaignState.SUCCESSFUL, END, ("too-late",)),
        (PledgeState.COLLECTED, CampaignState.SUCCESSFUL, END, ("too-late",)),
        (PledgeState.ERRORED, CampaignState.SUCCESSFUL, END, ("too-late",)),
        (PledgeState.DROPPED, CampaignState.SUCCESSFUL, END, ("pledge-closed", "too-late")),
        (PledgeState.CANCELED, CampaignState.FAILED, END, ("already-canceled", "too-late")),
        (PledgeState.CANCELED, CampaignState.CANCELED, END, ("already-canceled", "not-live", "too-late")),
    ],
)
def test_a_pledge_is_taken_back_while_the_campaign_is_live(state, of, now, codes):
    pledge, it = pledge_in(state), campaign(of)
    assert tuple(reason.code for reason in refusals(PledgeFacts(pledge, it, now), CANCELING)) == codes
    if pledge.state in {PledgeState.CHARGING, PledgeState.COLLECTED}:
        codes = (*codes, "already-charged")
    if codes:
        assert refused(pledging.cancel, pledge, it, now, "ana") == codes
    else:
        assert pledging.cancel(pledge, it, now, "ana")


@pytest.mark.parametrize("of", [CampaignState.FAILED, CampaignState.CANCELED])
def test_a_pledge_is_released_when_nothing_comes_of_its_campaign(of):
    pledge = pledge_in(PledgeState.PLEDGED)
    released, changes = pledging.release(pledge, campaign(of), END, "clerk")
    assert released == pledge.moved(PledgeState.CANCELED, reason="not-funded")
    assert changes == Changes(
        put=(released,),
        deltas=(
            StockMove("lanterne", "postcard", 3, claimed=-1),
            ProgressMove("lanterne", "ana", money("-15.00"), -1, units=-1),
        ),
        events=(PledgeReleased(END, "clerk", "p1"),),
        orders=(Void("p1/void", "p1", "p1/prepare"),),
    )


def test_what_was_set_free_with_its_campaign_is_not_taken_back_as_well():
    """It is not canceled by its backer, so the reasons are those of the campaign."""
    pledge = pledge_in(PledgeState.PLEDGED)
    released, _ = pledging.release(pledge, campaign(CampaignState.CANCELED), OPENS, "clerk")
    assert refused(pledging.cancel, released, campaign(CampaignState.CANCELED), OPENS, "ana") == ("not-live",)
    assert refused(pledging.cancel, released, campaign(CampaignState.FAILED), END, "ana") == ("too-late",)


NOTHING_COMES = {CampaignState.FAILED, CampaignState.CANCELED, CampaignState.GIVEN_BACK}


@pytest.mark.parametrize("of", sorted(set(CampaignState) - NOTHING_COMES))
def test_no_pledge_is_released_while_money_may_be_taken(of):
    assert refused(pledging.release, pledge_in(PledgeState.PLEDGED), campaign(of), END, "clerk")


def test_a_late_pledge_that_is_canceled_is_not_late_as_well():
    late = attrs.evolve(pledge_in(PledgeState.PLEDGED), phase=Phase.LATE)
    for pledge, codes in ((late, ("late-pledge-final",)), (late.moved(PledgeState.CANCELED), ())):
        found = [reason.code for reason in refusals(PledgeFacts(pledge, LIVE, OPENS), CANCELING)]
        assert [code for code in found if code == "late-pledge-final"] == list(codes)


UNCHARGED = {PledgeState.PLEDGED, PledgeState.PAYING, PledgeState.ERRORED}


@pytest.mark.parametrize("state", sorted(set(PledgeState) - UNCHARGED))
def test_only_what_stands_is_released(state):
    failed = campaign(CampaignState.FAILED)
    assert refused(pledging.release, pledge_in(state), failed, END, "clerk") == ("pledge-closed",)


def test_nobody_takes_a_pledge_back_in_another_campaign_or_without_a_name():
    pledge = pledge_in(PledgeState.PLEDGED)
    with pytest.raises(InvalidValue):
        pledging.cancel(pledge, type(LIVE)("etoile", "lune", LIVE.terms), OPENS, "ana")
    with pytest.raises(InvalidValue, match="actor"):
        pledging.cancel(pledge, LIVE, OPENS, None)
    with pytest.raises(InvalidValue, match="zone or offset"):
        pledging.cancel(pledge, LIVE, OPENS.replace(tzinfo=None), "ana")


@pytest.mark.parametrize("matches", [[], "p1", 5, (5,), (pledge_in(PledgeState.PLEDGED),)])
def test_a_pledge_is_taken_back_with_its_own_matches_alone(matches):
    pledge = pledge_in(PledgeState.PLEDGED)
    with pytest.raises(InvalidValue, match="expected a tuple of the matches of pledge p1, got"):
        PledgeFacts(pledge, campaign(), OPENS, matches=matches)
