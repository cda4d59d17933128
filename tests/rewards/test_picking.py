"""Picking: who may pick what, when, where to and beside what; all reasons at once."""

from datetime import timedelta

import pytest
from hypothesis import given
from shelf import NOW, codes, eur, picked, picking, tier

from pushcore import Audience, Catalogue, Item, Phase, Selection, Shipping, Stock, Voucher
from pushcore.errors import InvalidValue
from pushcore.rewards import Picking, picking_refusals, quote
from pushcore.testing import strategies

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
SENT = Shipping(elsewhere=eur("5"))


@pytest.mark.parametrize(
    ("window", "reasons"),
    [
        ({}, []),
        ({"starts_at": NOW - MINUTE}, []),
        ({"starts_at": NOW}, []),
        ({"starts_at": NOW + MINUTE}, ["reward-not-started"]),
        ({"ends_at": NOW - MINUTE}, ["reward-ended"]),
        ({"ends_at": NOW}, []),
        ({"ends_at": NOW + MINUTE}, []),
    ],
    ids=str,
)
def test_a_reward_is_open_in_its_window(window, reasons):
    """KS08: none, start a minute ago, in a minute, end a minute ago, in a minute; the start is in time."""
    assert codes(tier(**window)) == reasons


OLD = picked(destination="BE")


@pytest.mark.parametrize(
    ("changed", "stocks", "reason"),
    [
        ({"limit": 1}, {("print", None): Stock(claimed=1)}, "sold-out"),
        ({"ends_at": NOW - SECOND}, {}, "reward-ended"),
        ({"starts_at": NOW + SECOND}, {}, "reward-not-started"),
        ({"audience": Audience(backers=["bob"])}, {}, "not-invited"),
        ({"phases": [Phase.LATE]}, {}, "wrong-phase"),
        ({"per_backer": 1}, {("print", "ana"): Stock(claimed=1)}, "per-backer-limit"),
    ],
    ids=str,
)
def test_what_one_has_one_may_keep(changed, stocks, reason):
    """KS09: a reward that is sold out, or ended a second ago: its own backer keeps it, another is refused."""
    gone = tier(**changed)
    assert codes(gone, OLD, stocks) == [reason]
    assert codes(gone, picked(destination="JP"), stocks, held=OLD) == []
    assert codes(gone, picked(quantity=2), stocks, held=OLD) == [reason]
    assert codes(gone, picked(), stocks, held=Selection(eur("5"))) == [reason]


@pytest.mark.parametrize(
    ("place", "reasons"), [("US", []), ("MX", ["not-shippable"]), (None, ["not-shippable"])]
)
def test_a_reward_is_sent_to_where_it_is_sent(place, reasons):
    """KS16: a reward that ships to the US only: in the US, in Mexico, and no location."""
    assert codes(tier(shipping=Shipping({"US": eur("5")})), picked(destination=place)) == reasons


def test_where_it_cannot_be_sent_is_said():
    texts = [
        picking_refusals(picking(tier(shipping=Shipping({"US": eur("5")})), picked(destination=place)))
        for place in ("MX", None)
    ]
    assert [it.message for (it,) in texts] == [
        "tier print is not sent to MX",
        "tier print is sent: a destination is needed",
    ]


@pytest.mark.parametrize(
    ("selection", "backer_id", "reasons"),
    [
        (picked(), "ana", []),
        (picked(), "bob", ["not-invited"]),
        (picked(token="premiere"), "bob", []),
        (picked(token="other"), "bob", ["not-invited"]),
    ],
    ids=str,
)
def test_a_secret_reward_is_for_those_who_know(selection, backer_id, reasons):
    secret = tier(audience=Audience(token="premiere", backers=["ana"]))
    assert codes(secret, selection, backer_id=backer_id) == reasons


@pytest.mark.parametrize(
    ("phases", "phase", "reasons"),
    [
        ([Phase.CAMPAIGN], Phase.CAMPAIGN, []),
        ([Phase.CAMPAIGN], Phase.LATE, ["wrong-phase"]),
        ([Phase.LATE], Phase.CAMPAIGN, ["wrong-phase"]),
        ([*Phase], Phase.LATE, []),
    ],
)
def test_a_reward_has_its_phase(phases, phase, reasons):
    assert codes(tier(phases=phases), phase=phase) == reasons


@pytest.mark.parametrize(
    ("base", "add_on", "reasons"),
    [
        ({}, {}, []),
        ({"shipping": SENT}, {}, []),
        ({"shipping": SENT}, {"pickup": True}, []),
        ({"pickup": True}, {"shipping": SENT}, []),
        ({}, {"shipping": SENT}, ["add-on-unsuitable"]),
        ({}, {"pickup": True}, ["add-on-unsuitable"]),
        (None, {}, ["add-on-alone"]),
    ],
    ids=str,
)
def test_an_add_on_goes_with_a_reward(base, add_on, reasons):
    """A digital reward takes no add-on that is a thing, and none comes alone: rules of Kickstarter."""
    shelf = Catalogue([tier(**(base or {}))], add_ons=[tier("extra", **add_on)])
    name = None if base is None else "print"
    assert codes(shelf, picked(name, destination="BE", add_ons={"extra": 1})) == reasons


VOUCHER = Voucher("v", tier_ids=["print"], ends_at=NOW, limit=1)


@pytest.mark.parametrize(
    ("selection", "at", "stocks", "held", "reasons"),
    [
        (picked(voucher="v"), NOW, {}, None, []),
        (picked(voucher="v"), NOW + SECOND, {}, None, ["voucher-ended"]),
        (picked("mug", voucher="v"), NOW, {}, None, ["voucher-unsuitable"]),
        (picked(None, "5", voucher="v"), NOW, {}, None, ["voucher-unsuitable"]),
        (picked(voucher="v"), NOW, {("v", None): Stock(claimed=1)}, None, ["sold-out"]),
        (picked(voucher="v"), NOW, {("v", None): Stock(reserved=1)}, None, ["reserved"]),
        (picked(voucher="v"), NOW + SECOND, {("v", None): Stock(claimed=1)}, picked(voucher="v"), []),
        (picked(voucher="v"), NOW + SECOND, {}, picked(), ["voucher-ended"]),
        (picked("mug", voucher="v"), NOW, {}, picked(voucher="v"), ["voucher-unsuitable"]),
    ],
    ids=str,
)
def test_a_voucher_is_for_some_rewards_and_times(selection, at, stocks, held, reasons):
    shelf = Catalogue([tier(), tier("mug")], vouchers=[VOUCHER])
    assert codes(shelf, selection, stocks, at=at, held=held) == reasons


def test_all_reasons_come_at_once():
    gone = tier(
        starts_at=NOW + SECOND,
        audience=Audience(token="t"),
        phases=[Phase.LATE],
        shipping=SENT,
        limit=0,
        per_backer=1,
        includes={"cup": 2},
    )
    shelf = Catalogue(
        [gone, tier("other")],
        add_ons=[tier("extra", ends_at=NOW - SECOND)],
        items=[Item("cup", limit=1)],
        vouchers=[Voucher("v", tier_ids=["other"], limit=0)],
    )
    assert codes(shelf, picked(quantity=2, add_ons={"extra": 1}, voucher="v")) == [
        "reward-not-started",
        "wrong-phase",
        "not-invited",
        "reward-ended",
        "not-shippable",
        "voucher-unsuitable",
        "sold-out",
        "per-backer-limit",
        "sold-out",
        "sold-out",
    ]


@given(strategies.catalogues("EUR").flatmap(lambda it: strategies.selections(it, currency="EUR")))
def test_an_amount_alone_can_always_be_given(selection):
    alone = Selection(selection.bonus, destination=selection.destination)
    assert codes(Catalogue(), alone) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"catalogue": None},
        {"selection": "print"},
        {"backer_id": ""},
        {"backer_id": None},
        {"stocks": None},
        {"stocks": [("print", None)]},
        {"stocks": {("print", None): 3}},
        {"at": NOW.replace(tzinfo=None)},
        {"phase": "late"},
        {"held": {}},
    ],
    ids=str,
)
def test_what_cannot_be_decided_on(wrong):
    parts = {"catalogue": Catalogue([tier()]), "selection": picked(), "backer_id": "ana", "stocks": {}}
    with pytest.raises(InvalidValue):
        Picking(**(parts | {"at": NOW} | wrong))


def test_only_a_picking_is_decided_on():
    with pytest.raises(InvalidValue, match="what is picked: expected Picking"):
        picking_refusals(picked())
    with pytest.raises(InvalidValue, match="there is no tier castle"):
        picking(tier(), picked("castle"))


# Amounts that others call the price of a reward: here the price is fixed, and more is given as a bonus.


@pytest.mark.parametrize(("given", "bonus"), [("499.99", None), ("500.00", "0"), ("500.01", "0.01")])
def test_less_than_the_price_cannot_be_given(given, bonus):
    """CA02: a reward of 500 for 499.99 is rejected, for 500.00 and 500.01 not. See also `expects`."""
    reward = tier(price="500")
    if bonus is None:
        with pytest.raises(InvalidValue, match=r"a bonus of EUR -0.01 is below zero"):
            Selection(eur(given) - reward.price, tier_id=reward.id)
    else:
        assert quote(Catalogue([reward]), picked(bonus=bonus)).amount == eur(given)
