"""A preview runs the use case over a store that takes nothing, and a gateway that is not asked."""

import pytest
from lanterne import END, between, closed, launched, pledged, request, written

from pushcore import cancel_pledge, charge_pledge, finish_orders, place_pledge
from pushcore.changes import Changes
from pushcore.errors import InvalidValue, NotFound
from pushcore.memory import Fault
from pushcore.usecases import preview, refusals


def test_what_is_previewed_is_what_is_written_first():
    ports = launched()
    before = written(ports)
    told = preview(ports, place_pledge, request(tier_id="postcard"))
    assert [type(event).__name__ for event in told.events] == ["PledgePlaced"]
    assert written(ports) == before
    noted = between(ports)
    place_pledge(noted, request(tier_id="postcard"))
    assert noted.store.commits[0] == told


def test_what_has_nothing_to_write_before_the_provider_is_asked_is_empty():
    ports = launched()
    assert preview(ports, finish_orders, actor="clerk") == Changes()
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(Exception, match="not reached"):
        place_pledge(ports, request())
    assert preview(ports, place_pledge, request()) == Changes()


def test_why_it_would_be_refused():
    ports = pledged("25.00")
    ports.clock.set(END)
    reasons = refusals(ports, cancel_pledge, "p0", actor="ana")
    assert [it.code for it in reasons] == ["too-late"]
    assert refusals(closed("100.00"), charge_pledge, "p0", actor="clerk") == ()
    with pytest.raises(NotFound):
        refusals(ports, place_pledge, request(campaign_id="etoile"))


@pytest.mark.parametrize("junk", [None, 5, print, "place_pledge"])
def test_only_use_cases_are_previewed(junk):
    with pytest.raises(InvalidValue, match="a use case of pushcore is previewed"):
        preview(launched(), junk)
    with pytest.raises(InvalidValue, match="what a use case runs on"):
        preview(junk, place_pledge)
