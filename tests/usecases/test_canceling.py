import pytest
from lanterne import (
    DAY,
    END,
    OPENS,
    between,
    drafted,
    launched,
    money,
    pledged,
    refused,
    request,
    states,
    written,
)

from pushcore import (
    CampaignState,
    Stock,
    cancel_campaign,
    cancel_pledge,
    close_campaign,
    finish_orders,
    place_pledge,
)
from pushcore.campaigns import deciding
from pushcore.errors import NotFound
from pushcore.pledges import pledging
from pushcore.pledges.events import PledgeReleased


def test_a_backer_takes_a_pledge_back():
    """BB20, SN05: the total and the crowd are what they were; the method is forgotten at the provider."""
    ports = pledged("500.00", "10.00")
    place_pledge(ports, request("p9", tier_id="postcard", backer_id="b1"))
    for pledge_id in ("p0", "p9"):
        assert cancel_pledge(ports, pledge_id, actor="ana").state == "canceled"
    progress = ports.store.progress("lanterne")
    assert (progress.pledged, progress.pledges, progress.backers) == (money("10.00"), 1, 1)
    assert ports.store.stock("lanterne", "postcard") == Stock()
    assert finish_orders(ports, actor="clerk") == {}
    assert list(ports.store.open_orders()) == []


def test_a_second_time_it_is_canceled_already_and_nothing_is_released_twice():
    ports = pledged("25.00")
    cancel_pledge(ports, "p0", actor="ana")
    before = written(ports)
    assert refused(cancel_pledge, ports, "p0", actor="ana") == ("already-canceled",)
    assert refused(cancel_pledge, ports, "nothing", actor="ana") == ("unknown-pledge",)
    assert written(ports) == before


def test_what_was_previewed_is_what_is_committed():
    ports = between(pledged("25.00"))
    it, pledge = ports.store.campaign("lanterne"), ports.store.find_pledge("p0")
    canceled, changes = pledging.cancel(pledge, it, OPENS, "ana")
    assert cancel_pledge(ports, "p0", actor="ana") == canceled
    assert ports.store.commits == [changes]


def test_a_cancellation_that_loses_against_the_deadline_is_too_late():
    ports = pledged("100.00")

    def deadline():
        ports.clock.set(END)
        close_campaign(ports, "lanterne", actor="clerk")

    assert refused(cancel_pledge, between(ports, deadline), "p0", actor="ana") == ("too-late",)
    assert ports.store.campaign("lanterne").state is CampaignState.SUCCESSFUL


def test_a_creator_calls_the_campaign_off_and_every_pledge_is_free():
    ports = pledged("100.00", "20.00")
    canceled = cancel_campaign(ports, "lanterne", actor="lune")
    assert canceled.state is CampaignState.CANCELED
    assert canceled.outcome is None
    assert set(states(ports).values()) == {"canceled"}
    assert ports.store.progress("lanterne").pledged == money(0)
    before = written(ports)
    assert cancel_campaign(ports, "lanterne", actor="lune") == canceled
    assert written(ports) == before
    assert list(ports.store.transactions()) == []


def test_calling_off_again_finishes_what_was_begun():
    """The process died after the first commit: the campaign is canceled, its pledges still stand."""
    ports = pledged("100.00", "20.00")
    _, changes = deciding.cancel(ports.store.campaign("lanterne"), OPENS, "lune")
    ports.store.commit(changes)
    assert set(states(ports).values()) == {"pledged"}
    cancel_campaign(ports, "lanterne", actor="lune")
    assert set(states(ports).values()) == {"canceled"}


def test_two_who_release_the_same_pledges_do_it_once():
    ports = pledged("100.00", "20.00")
    others = [lambda: None, lambda: cancel_campaign(ports, "lanterne", actor="lune")]
    cancel_campaign(between(ports, *others), "lanterne", actor="lune")
    released = [event for event in ports.store.events() if isinstance(event, PledgeReleased)]
    assert len(released) == 2


def test_a_draft_is_called_off_even_when_its_time_is_over():
    ports = drafted()
    ports.clock.set(END + DAY)
    assert cancel_campaign(ports, "lanterne", actor="lune").state is CampaignState.CANCELED


@pytest.mark.parametrize("closed", [False, True])
def test_nobody_escapes_the_verdict(closed):
    ports = launched()
    ports.clock.set(END)
    if closed:
        close_campaign(ports, "lanterne", actor="clerk")
    before = written(ports)
    codes = ("not-live",) if closed else ("too-late",)
    assert refused(cancel_campaign, ports, "lanterne", actor="lune") == codes
    assert written(ports) == before


def test_what_is_not_there_is_not_called_off():
    with pytest.raises(NotFound):
        cancel_campaign(launched(), "etoile", actor="lune")
