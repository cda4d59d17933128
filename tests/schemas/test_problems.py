"""Problems: everything wrong with a document is named at once, at its place."""

from contextlib import suppress

import pytest
from documents import JSON, KEPT, changed, places
from hypothesis import given
from hypothesis import strategies as st

from pushcore.errors import InvalidDocument, Problem
from pushcore.schemas import DOCUMENTS, load

CAMPAIGN = next(it for it in KEPT if it["type"] == "campaign")
SETTLED = next(it for it in KEPT if it["type"] == "campaign-settled")
TRANSACTION = next(it for it in KEPT if it["type"] == "transaction")


def problems(document):
    with pytest.raises(InvalidDocument) as refused:
        load(document)
    return refused.value.problems


def test_all_problems_are_named_at_once():
    document = changed(CAMPAIGN, ("terms", "goal", "amount", "amount"), 5000)
    document = changed(document, ("terms", "window", "closes", "zone"), "Mars/Olympus")
    document = changed(document, ("terms", "tiers", 0, "price", "currency"), "EUX")
    document = changed(document, ("terms", "fees", "lines", 0, "rule", "type"), "share")
    document = changed(document, ("colour",), "red")
    del document["state"], document["terms"]["model"]
    assert [(it.path, it.kind) for it in problems(document)] == [
        ("terms.goal.amount.amount", "type"),
        ("terms.model", "missing"),
        ("terms.window.closes.zone", "invalid"),
        ("terms.tiers.0.price.currency", "invalid"),
        ("terms.fees.lines.0.rule.type", "choice"),
        ("colour", "unknown-key"),
    ]


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (
            ("terms", "minimum", "amount"),
            1,
            ("terms.minimum.amount", "amounts are strings such as '12.34', got 1"),
        ),
        (
            ("terms", "minimum", "amount"),
            "1.005",
            ("terms.minimum.amount", "amount '1.005' has more decimals than EUR, which has 2"),
        ),
        (("terms", "tiers"), None, ("terms.tiers", "expected a list, got None")),
        (
            ("terms", "splits", "splits", 0, "remaining"),
            1,
            ("terms.splits.splits.0.remaining", "expected true or false, got 1"),
        ),
        (("terms", "fees", "lines", 0, "rule"), {}, ("terms.fees.lines.0.rule.type", "is missing")),
        (
            ("terms", "fees", "lines", 0, "rule"),
            [],
            ("terms.fees.lines.0.rule", "expected an object, got []"),
        ),
        (("version",), 1.0, ("version", "expected a whole number, got 1.0")),
        (("version",), 0, ("version", "expected at least 1, got 0")),
        (("creator_id",), " ", ("creator_id", None)),
        (("outcome", "backers"), -1, ("outcome.backers", "expected at least 0, got -1")),
    ],
    ids=str,
)
def test_a_problem_says_where_what_and_what_was_given(path, value, problem):
    (found,) = problems(changed(CAMPAIGN, path, value))
    where, said = problem
    assert found.path == where
    assert said in {found.message, None}


def test_what_the_class_refuses_is_told_with_its_own_paths():
    document = changed(CAMPAIGN, ("terms", "minimum", "currency"), "USD")
    document["terms"]["tiers"] *= 2
    assert [(it.path, it.kind) for it in problems(document)] == [
        *((f"terms.tiers.{tier['id']}", "duplicate") for tier in CAMPAIGN["terms"]["tiers"]),
        ("terms.minimum", "currency"),
    ]


def test_an_unbalanced_transaction_is_refused():
    (problem,) = problems(changed(TRANSACTION, ("postings", 0, "amount", "amount"), "0.01"))
    assert problem.kind == "unbalanced"


def test_a_key_can_be_wrong_too():
    (problem,) = problems(changed(SETTLED, ("payees",), {"": {"amount": "1.00", "currency": "EUR"}}))
    assert problem.path == "payees"
    assert problem.message.startswith("expected an id (printable text")


def test_a_long_key_is_shortened():
    (problem,) = problems({"schema": 1, "type": "stock", "x" * 10_000: 1})
    assert problem.path == "x" * 60 + "…"


@pytest.mark.parametrize("levels", [300, 100_000])
def test_what_is_nested_too_deeply_is_refused(levels):
    rule = {"type": "fixed", "amount": {"amount": "1.00", "currency": "EUR"}}
    for _ in range(levels):
        rule = {"type": "sum", "rules": [rule]}
    document = {**CAMPAIGN, "terms": {**CAMPAIGN["terms"], "fees": {"lines": [{"rule": rule}]}}}
    assert Problem("", "it is nested too deeply", "nesting") in problems(document)


def test_what_contains_itself_is_refused():
    rule = {"type": "sum", "rules": []}
    rule["rules"].append(rule)
    (problem,) = problems(changed(CAMPAIGN, ("terms", "fees", "lines", 0, "rule"), rule))
    assert problem.kind == "nesting"


def test_every_field_that_its_class_refuses_is_named():
    tier = {"id": "a", "price": {"amount": "5.00", "currency": "EUR"}, "limit": -1, "per_backer": -5}
    assert [str(it) for it in problems(changed(CAMPAIGN, ("terms", "tiers", 0), tier))] == [
        "terms.tiers.0.limit: expected at least 0, got -1",
        "terms.tiers.0.per_backer: expected at least 1, got -5",
    ]


def test_a_shape_that_it_never_had_is_told_without_words_of_python():
    old = next(it for it in KEPT if (it["type"], it["schema"]) == ("pledge", 1))
    (problem,) = problems({**old, "quote": 5})
    assert str(problem) == "not a pledge of schema 1: a part of it has another shape"


@pytest.mark.parametrize("key", [1, None, "\ud800", ("a",)], ids=repr)
def test_a_key_that_is_no_text_is_refused(key):
    assert problems({"schema": 1, "type": "stock", key: 1})


def test_text_that_cannot_be_encoded_is_refused():
    (problem,) = problems(changed(CAMPAIGN, ("creator_id",), "\ud800"))
    assert (problem.path, problem.kind) == ("creator_id", "invalid")


@pytest.mark.parametrize(
    "junk", [None, 1, "stock", [], [("type", "stock")], {}, {"type": []}, {"type": None}, {1: 2}], ids=str
)
def test_what_is_no_document_is_refused(junk):
    assert problems(junk)


@given(JSON)
def test_junk_is_only_ever_an_invalid_document(junk):
    with pytest.raises(InvalidDocument):
        load(junk)


_EMPTY = {"mass-refund", "stock"}
"""What may be empty to begin with."""


@given(st.sampled_from(sorted(DOCUMENTS)), st.dictionaries(st.text(max_size=9), JSON, max_size=4))
def test_junk_that_names_a_type_is_only_ever_an_invalid_document(name, junk):
    document = {**junk, "schema": 1, "type": name}
    assert (len(document) == 2 and name in _EMPTY) or problems(document)


@given(st.data())
def test_a_document_with_junk_in_it_is_loaded_or_an_invalid_document(data):
    document = data.draw(st.sampled_from(KEPT))
    path = data.draw(st.sampled_from([it for it in places(document) if it]))
    junk = data.draw(JSON)
    with suppress(InvalidDocument):
        load(changed(document, path, junk))
