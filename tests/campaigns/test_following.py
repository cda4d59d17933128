import pytest
from lanterne import OPENS, campaign, refused

from pushcore import CampaignState
from pushcore.campaigns import Follower
from pushcore.campaigns.events import CampaignFollowed, CampaignUnfollowed
from pushcore.campaigns.following import follow, unfollow
from pushcore.campaigns.lifecycle import ENDED
from pushcore.changes import Changes
from pushcore.errors import InvalidValue

ANA = Follower("lanterne", "ana", OPENS)
GONE = Follower("lanterne", "ana", OPENS, follows=False, version=2)


def test_a_follower_is_written_once():
    event = CampaignFollowed(OPENS, "ana", "lanterne", "ana")
    draft = campaign(CampaignState.DRAFT)
    assert follow(draft, "ana", OPENS, "ana") == (ANA, Changes(put=(ANA,), events=(event,)))
    assert follow(draft, "ana", OPENS, "ana", before=ANA) == (ANA, Changes())


def test_a_follower_leaves_and_comes_back():
    event = CampaignUnfollowed(OPENS, "ana", "lanterne", "ana")
    assert unfollow(ANA, OPENS, "ana") == (GONE, Changes(put=(GONE,), events=(event,)))
    assert unfollow(GONE, OPENS, "ana") == (GONE, Changes())
    again, changes = follow(campaign(), "ana", OPENS, "ana", before=GONE)
    assert again == Follower("lanterne", "ana", OPENS, version=3)
    assert changes.put == (again,)


@pytest.mark.parametrize("state", CampaignState)
def test_what_is_over_is_not_followed(state):
    it = campaign(state)
    if state in ENDED:
        assert refused(follow, it, "ana", OPENS, "ana") == ("wrong-state",)
    else:
        assert follow(it, "ana", OPENS, "ana")[0].follows


def test_a_follower_is_who_was_written():
    with pytest.raises(InvalidValue, match="lanterne/ana is not the follower lanterne/bob"):
        follow(campaign(), "bob", OPENS, "bob", before=ANA)
