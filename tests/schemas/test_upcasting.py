"""Upcasting: a document of any old schema is brought up to the present one."""

import pytest

from pushcore import Stock
from pushcore.errors import InvalidDocument
from pushcore.schemas import UPCASTERS, dump, load, writing
from pushcore.schemas.snapshots import adapter

OLDEST = {"schema": 1, "type": "stock", "taken": [3, 1]}


def _name_the_numbers(document):
    claimed, reserved = document.pop("taken")
    return {**document, "sold": claimed, "reserved": reserved}


def _sold_is_claimed(document):
    document["claimed"] = document.pop("sold")
    return document


@pytest.fixture(autouse=True)
def _two_steps(monkeypatch):
    """As if stock had had two shapes before the present one."""
    monkeypatch.setitem(UPCASTERS, ("stock", 1), _name_the_numbers)
    monkeypatch.setitem(UPCASTERS, ("stock", 2), _sold_is_claimed)
    _forget()
    yield
    monkeypatch.undo()
    _forget()


def _forget():
    adapter.cache_clear()
    writing._shape.cache_clear()


def test_every_step_is_taken():
    assert load(OLDEST) == Stock(claimed=3, reserved=1)
    assert load({"schema": 2, "type": "stock", "sold": 3, "reserved": 1}) == Stock(claimed=3, reserved=1)


def test_the_old_document_is_left_as_it_was():
    before = dict(OLDEST)
    load(before)
    assert before == OLDEST


def test_what_is_written_is_of_the_present_schema():
    assert dump(Stock(claimed=3)) == {"schema": 3, "type": "stock", "claimed": 3, "reserved": 0}


@pytest.mark.parametrize("schema", [0, 4, -1, "1", 1.0, True, None, 10**30])
def test_a_schema_there_never_was_is_refused(schema):
    with pytest.raises(InvalidDocument, match="schema: expected a whole number from 1 to 3, got"):
        load({**OLDEST, "schema": schema})


@pytest.mark.parametrize("taken", [None, 1, [], [1, 2, 3], {}, "many"])
def test_junk_in_an_old_shape_is_refused(taken):
    with pytest.raises(InvalidDocument, match="schema 1"):
        load({**OLDEST, "taken": taken})


def test_a_missing_key_of_an_old_shape_is_refused():
    with pytest.raises(InvalidDocument, match="not a stock of schema 2: 'sold' is missing"):
        load({"schema": 2, "type": "stock"})
