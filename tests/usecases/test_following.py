import pytest
from lanterne import MICROSECOND, OPENS, drafted

from pushcore import follow_campaign, launch_campaign, unfollow_campaign
from pushcore.campaigns.events import CampaignFollowed, CampaignLaunched, CampaignUnfollowed
from pushcore.errors import NotFound


def test_those_who_follow_are_told_of_the_launch_by_the_host():
    ports = drafted()
    for name in ("ana", "bob", "ana"):
        assert follow_campaign(ports, "lanterne", name, actor=name).follows
    assert not unfollow_campaign(ports, "lanterne", "bob", actor="bob").follows
    assert not unfollow_campaign(ports, "lanterne", "bob", actor="bob").follows
    assert unfollow_campaign(ports, "lanterne", "cem", actor="cem") is None
    launch_campaign(ports, "lanterne", actor="lune")
    happened = [type(event) for event in ports.store.events()]
    assert happened[-4:] == [CampaignFollowed, CampaignFollowed, CampaignUnfollowed, CampaignLaunched]
    assert list(ports.store.followers("lanterne")) == ["ana"]


def test_whoever_comes_back_follows_from_then_on():
    ports = drafted()
    follow_campaign(ports, "lanterne", "ana", actor="ana")
    unfollow_campaign(ports, "lanterne", "ana", actor="ana")
    ports.clock.set(OPENS - MICROSECOND)
    again = follow_campaign(ports, "lanterne", "ana", actor="ana")
    assert (again.since, again.version) == (OPENS - MICROSECOND, 3)


def test_nobody_follows_what_there_is_not():
    with pytest.raises(NotFound):
        follow_campaign(drafted(), "nobody's", "ana", actor="ana")
