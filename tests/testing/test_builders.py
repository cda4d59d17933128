"""Builders: short, valid, and changed in one place at a time."""

from __future__ import annotations

import sys

import pytest

from pushcore import Money, PledgeState, place_pledge, testing
from pushcore.changes import Changes
from pushcore.testing import OPENS, a_campaign, a_pledge, a_request, a_tier, ports, terms


def test_the_defaults_go_together():
    host = ports()
    host.store.commit(Changes(put=(a_campaign(tiers=[a_tier()]),)))
    assert place_pledge(host, a_request()).amount == Money.of("10", "EUR")
    assert place_pledge(host, a_request("p2", tier_id="postcard")).amount == Money.of("10", "EUR")


def test_terms_last_thirty_days_and_have_another_currency_when_told():
    built = terms("5000", currency="JPY", tiers=[a_tier(price="300", currency="JPY")])
    assert built.window.days == 30
    assert built.window.opens == OPENS
    assert {built.minimum.currency.code, built.tiers[0].price.currency.code} == {"JPY"}


@pytest.mark.parametrize("state", PledgeState)
def test_a_pledge_in_any_state_comes_to_what_was_asked_for(state):
    pledge = a_pledge(state=state, tier_id="postcard", quantity=3, bonus="1.50", unit_price="2")
    assert (pledge.state, pledge.amount) == (state, Money.of("7.50", "EUR"))
    returned = state in {"refunding", "refunded", "unrefunded"}
    charged = {"charging", "collected", "errored", "dropped", "paying"}
    assert (pledge.attempts > 0) == (returned or state in charged)
    assert (pledge.instalments is not None) == (state == "paying")
    assert (pledge.refunds > 0) == returned


def test_builders_need_no_extra(monkeypatch):
    """The rest is loaded when it is asked for, and says what it needs."""
    for name in [it for it in sys.modules if it.startswith("pushcore.testing")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    monkeypatch.setattr("pushcore.testing", testing)  # to be put back, since it is imported once more
    from pushcore.testing import a_tier as tier  # noqa: PLC0415  where there is no extra

    assert tier() == a_tier()
    for name in ("StoreContract", "strategies", "check_pledge_flow"):
        with pytest.raises(ModuleNotFoundError, match=rf"{name} needs the extra.*\[testing\]") as missing:
            getattr(sys.modules["pushcore.testing"], name)
        assert missing.value.name == "hypothesis"


def test_all_that_is_for_tests_is_found():
    assert set(testing.__all__) <= set(dir(testing))
    assert all(getattr(testing, name) is not None for name in testing.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'a_host'"):
        testing.a_host  # noqa: B018  asking is the test


def test_terms_are_of_whatever_terms_are_made_of():
    assert terms(3, late_days=5).goal.reached(3)
    assert terms(late_days=5).late_days == 5
