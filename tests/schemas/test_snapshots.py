"""Snapshots: what was dumped is loaded as the same thing, now and from every schema there ever was."""

import json
import pkgutil
from fractions import Fraction
from importlib import import_module

import attrs
import pytest
from documents import KEPT, NAMES, THINGS
from hypothesis import given

import pushcore
from pushcore import Campaign, Charging, Money, Payout, Percentage, Pledge, Split, SplitPlan, Stock
from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.gateway import Authorize
from pushcore.schemas import DOCUMENTS, dump, load
from pushcore.schemas.documents import AGGREGATES, EVENTS
from pushcore.schemas.upcasting import current_schema

MODULES = [
    import_module(found.name)
    for found in pkgutil.walk_packages(pushcore.__path__, "pushcore.")
    if not found.name.startswith(("pushcore.testing", "pushcore.stories", "pushcore.cli", "pushcore.schemas"))
]


@given(THINGS)
def test_what_is_dumped_is_loaded_again_through_json_text(thing):
    text = json.dumps(dump(thing), allow_nan=False)
    again = load(json.loads(text))
    assert again == thing
    assert type(again) is type(thing)
    assert load(json.loads(text), type(thing)) == thing


@given(THINGS)
def test_equal_things_have_equal_documents(thing):
    assert dump(load(dump(thing))) == dump(thing)


@pytest.mark.parametrize("payload", KEPT, ids=NAMES)
def test_old_payloads_are_read_for_ever(payload):
    thing = load(payload)
    assert type(thing) is (Authorize if payload.get("authorizes") else DOCUMENTS[payload["type"]])
    if payload["schema"] == current_schema(payload["type"]):
        assert dump(thing) == payload, "the shape has changed: count its schema up and add an upcaster"


def test_campaigns_that_charged_in_instalments_charge_at_the_deadline():
    """Instalments were a way of charging once, beside the plan that says all about them."""
    (old,) = (it for it in KEPT if (it["type"], it["schema"]) == ("campaign", 2))
    terms = old["terms"]
    model = {**terms["model"], "charging": "instalments"}
    assert load({**old, "terms": {**terms, "model": model}}) == load(old)
    assert load(old).terms.model.charging is Charging.AT_DEADLINE
    assert load({**old, "terms": {**terms, "instalments": None}}).terms.instalments is None


def test_the_one_booking_of_a_pledge_is_shared_out_to_its_charges():
    """What was booked for all charges together had one rate: each has its share of that."""
    (old,) = (it for it in KEPT if it["type"] == "pledge" and it.get("tendered"))
    bookings = load(old).bookings
    assert [it.charged for it in bookings] == ["p1/charge/1", "p1/charge/2", "p1/charge/3"]
    assert Money.total((it.settled for it in bookings), "GBP") == Money.of(
        old["tendered"]["settled"]["amount"], "GBP"
    )
    assert [it.charged for it in load({**old, "instalments": None}).bookings] == ["p1/charge/3"]


@pytest.mark.parametrize(
    ("reference", "method", "credit"),
    [("p1/refund/2", "card", True), ("p1/refund/2", "offline", False), ("re_1", "card", False)],
)
def test_what_became_credit_was_told_by_the_key_of_its_refund(reference, method, credit):
    """It says so itself by now, since a provider may call what it gave back by that key."""
    old = next(it for it in KEPT if it["type"] == "pledge" and it["schema"] == 8 and it["gone_back"])
    gone = {key: value for key, value in old["gone_back"][0].items() if key != "credit"}
    document = {**old, "method": method, "gone_back": [{**gone, "reference": reference}]}
    assert [it.credit for it in load(document).gone_back] == [credit]


def test_there_is_a_payload_of_every_schema_of_every_type():
    kept = {(payload["type"], payload["schema"]) for payload in KEPT}
    assert kept == {(name, 1 + step) for name in DOCUMENTS for step in range(current_schema(name))}


def test_no_event_is_forgotten():
    found = {
        getattr(module, name)
        for module in MODULES
        if module.__name__.endswith((".events", ".return_events"))
        for name in module.__all__
    }
    assert found == set(EVENTS)
    assert found <= set(DOCUMENTS.values())


def test_no_aggregate_is_forgotten():
    named = (getattr(module, name) for module in MODULES for name in getattr(module, "__all__", ()))
    classes = {it for it in named if isinstance(it, type) and attrs.has(it)}
    found = {cls for cls in classes if hasattr(cls, "id") and hasattr(cls, "version")}
    assert found == set(AGGREGATES)


def test_what_has_a_default_may_be_left_out():
    assert load({"schema": 1, "type": "stock"}) == Stock()


@pytest.mark.parametrize("thing", [Money.of("1", "EUR"), None, 1, {}, Stock, "stock"])
def test_other_things_are_not_dumped(thing):
    with pytest.raises(InvalidValue, match="there are no documents of"):
        dump(thing)


def test_an_event_that_holds_something_else_is_not_dumped():
    event = attrs.evolve(load(next(it for it in KEPT if it["type"] == "charge-attempted")), attempt=1.5)
    with pytest.raises(InvalidValue, match=r"1\.5 cannot be written"):
        dump(event)


def test_a_document_of_another_kind_is_refused():
    with pytest.raises(InvalidDocument, match="type: expected pledge, got 'stock'"):
        load(dump(Stock()), Pledge)
    with pytest.raises(InvalidValue, match="there are no documents of"):
        load(dump(Stock()), Money)


def test_a_number_that_could_not_be_read_back_is_not_written():
    large = Payout("o1", "c1", "lune", Money.of_minor(10**18, "EUR"))
    with pytest.raises(InvalidValue, match="more than 18 digits"):
        dump(large)
    thin = Percentage(Fraction(1, 10**20))
    campaign = load(next(it for it in KEPT if it["type"] == "campaign"), Campaign)
    splits = SplitPlan([Split("ana", portion=thin), Split("bob", remaining=True)])
    with pytest.raises(InvalidValue, match="is not a number such as"):
        dump(attrs.evolve(campaign, terms=attrs.evolve(campaign.terms, splits=splits)))
