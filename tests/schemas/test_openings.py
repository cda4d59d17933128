"""Opening balances at the door: read with every problem at its place, and written as they were."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from lanterne import collected

from pushcore import Campaign, Payout, Pledge, settle_campaign
from pushcore.books import opening_balances
from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.memory import memory_ports
from pushcore.schemas import ImportOpening, dump_opening, json_schema, load_opening, parse_command
from pushcore.testing import strategies

AT = datetime(2026, 3, 1, tzinfo=UTC)


def whole():
    ports = collected("60.00", "40.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    store = ports.store
    tables = store._tables
    return opening_balances(
        "2026",
        AT,
        store.transactions(),
        tables[Campaign].values(),
        pledges=tables[Pledge].values(),
        payouts=tables[Payout].values(),
    )


@given(strategies.brought_over())
def test_what_is_written_is_read_back(opening):
    assert load_opening(json.loads(json.dumps(dump_opening(opening)))) == opening


def test_a_command_brings_a_platform_over():
    opening = whole()
    payload = {"type": "import-opening", "opening": dump_opening(opening), "actor": "host"}
    command = parse_command(json.loads(json.dumps(payload)))
    assert command.opening == opening
    assert ImportOpening(opening=opening, actor="host") == command
    assert json.loads(command.model_dump_json()) == payload
    ports = memory_ports(AT)
    assert command.run(ports) == command.run(ports)
    assert ports.store.campaign("lanterne").settled_at is not None
    assert json_schema(ImportOpening)["properties"]["opening"]["required"] == ["key", "at", "campaigns"]


WRONG = {
    "object": (lambda _: [], [("", "type")]),
    "empty": (lambda _: {}, [("key", "missing"), ("at", "missing"), ("campaigns", "missing")]),
    "another key": (lambda it: it | {"colour": 1}, [("colour", "unknown-key")]),
    "key": (lambda it: it | {"key": ""}, [("key", "invalid")]),
    "at": (lambda it: it | {"at": "yesterday"}, [("at", "invalid")]),
    "no list": (lambda it: it | {"pledges": {}}, [("pledges", "type")]),
    "no object": (lambda it: it | {"pledges": [1]}, [("pledges.0", "type")]),
    "another kind": (lambda it: it | {"payouts": it["pledges"][:1]}, [("payouts.0.type", "choice")]),
    "of no kind": (lambda it: it | {"orders": [{"type": "x"}]}, [("orders.0.type", "choice")]),
    "several": (
        lambda it: (
            it
            | {
                "balances": [{}, it["balances"][0] | {"debits_posted": "1"}],
                "payouts": [it["payouts"][0] | {"attempts": -1}],
            }
        ),
        [
            ("payouts.0.attempts", "invalid"),
            ("balances.0.account", "missing"),
            ("balances.0.debits_posted", "missing"),
            ("balances.0.credits_posted", "missing"),
            ("balances.0.debits_pending", "missing"),
            ("balances.0.credits_pending", "missing"),
            ("balances.1.debits_posted", "type"),
        ],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_every_problem_is_named_at_its_place(name):
    change, problems = WRONG[name]
    document = change(dump_opening(whole()))
    with pytest.raises(InvalidDocument) as wrong:
        load_opening(document)
    assert [(it.path, it.kind) for it in wrong.value.problems] == problems
    with pytest.raises(InvalidDocument) as wrong:
        parse_command({"type": "import-opening", "opening": document, "actor": "host"})
    assert [it.path for it in wrong.value.problems] == [
        f"opening.{path}" if path else "opening" for path, _ in problems
    ]


def test_domain_objects_are_taken_as_they_are():
    opening = whole()
    document = dump_opening(opening) | {"campaigns": opening.campaigns, "pledges": list(opening.pledges)}
    assert load_opening(document) == opening


def test_what_is_no_opening_is_not_written():
    with pytest.raises(InvalidValue):
        dump_opening(None)
