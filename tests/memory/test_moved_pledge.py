"""A pledge belongs to one campaign for ever, whatever a host hands to the store."""

import attrs
import pytest
from lanterne import launched, request, written

from pushcore import place_pledge
from pushcore.changes import Changes
from pushcore.errors import InvalidValue


def test_a_pledge_does_not_change_its_campaign():
    ports = launched()
    pledge = place_pledge(ports, request(bonus="5.00"))
    moved = attrs.evolve(
        pledge, request=attrs.evolve(pledge.request, campaign_id="other"), version=pledge.version + 1
    )
    before = written(ports)
    with pytest.raises(InvalidValue, match="is for campaign lanterne and stays so"):
        ports.store.commit(Changes(put=(moved,)))
    assert written(ports) == before
