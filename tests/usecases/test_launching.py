import pytest
from lanterne import END, OPENS, TERMS, between, drafted, launched, refused, terms, written

from pushcore import (
    CampaignState,
    Discipline,
    cancel_campaign,
    close_campaign,
    draft_campaign,
    launch_campaign,
)
from pushcore.errors import InvalidValue, KeyReused, NotFound
from pushcore.memory import memory_ports


def draft(ports, it=TERMS, **options):
    options = {"creator_id": "lune", "actor": "lune", "campaign_id": "lanterne"} | options
    return draft_campaign(ports, it, **options)


def test_drafting_twice_is_drafting_once():
    ports = memory_ports(OPENS)
    first = draft(ports, discipline=Discipline.FILM)
    before = written(ports)
    assert draft(ports, discipline=Discipline.FILM) == first
    assert written(ports) == before
    launched_one = launch_campaign(ports, "lanterne", actor="lune")
    assert draft(ports, discipline=Discipline.FILM) == launched_one


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"it": terms(claim_lifetime=TERMS.claim_lifetime * 2)}, "other terms"),
        ({"creator_id": "etoile"}, "another creator"),
        ({"discipline": Discipline.VIDEO}, "another discipline"),
        ({"creator_id": "etoile", "discipline": Discipline.VIDEO}, "another creator and another discipline"),
    ],
)
def test_an_id_is_not_given_to_two_campaigns(other, why):
    ports = drafted()
    before = written(ports)
    with pytest.raises(KeyReused, match=f"campaign lanterne exists with {why}: choose another id"):
        draft(ports, **other)
    assert written(ports) == before


def test_without_an_id_every_draft_is_another():
    ports = memory_ports(OPENS)
    assert draft(ports, campaign_id=None).id != draft(ports, campaign_id=None).id


def test_two_who_draft_the_same_at_once_get_the_same():
    ports = memory_ports(OPENS)
    theirs = []
    ours = draft(between(ports, lambda: theirs.append(draft(ports))))
    assert theirs == [ours]


def test_launching_twice_is_launching_once():
    ports = drafted()
    live = launch_campaign(ports, "lanterne", actor="lune")
    assert live.state is CampaignState.LIVE
    before = written(ports)
    assert launch_campaign(ports, "lanterne", actor="lune") == live
    assert written(ports) == before


@pytest.mark.parametrize("end", [cancel_campaign, close_campaign])
def test_what_is_over_is_not_launched_again(end):
    ports = launched()
    ports.clock.set(OPENS if end is cancel_campaign else END)
    end(ports, "lanterne", actor="lune")
    before = written(ports)
    assert "not-draft" in refused(launch_campaign, ports, "lanterne", actor="lune")
    assert written(ports) == before


def test_nobody_launches_what_is_not_there_or_without_a_name():
    ports = drafted()
    for nothing in ("etoile", "", None, [], 7):
        with pytest.raises(NotFound):
            launch_campaign(ports, nothing, actor="lune")
    with pytest.raises(InvalidValue):
        launch_campaign(ports, "lanterne", actor="")
    with pytest.raises(InvalidValue):
        draft(ports, None)
