"""Commands: what an API receives is checked as a whole, and runs a campaign from draft to payout."""

import json
import re
from datetime import UTC, datetime
from inspect import signature
from typing import Annotated

import pytest
from documents import JSON
from hypothesis import given
from lanterne import launched
from patrons import patronage
from pydantic import BaseModel, Field

from pushcore import CampaignState, Currency, Money, PledgeRequest, PledgeState, Selection, memory, usecases
from pushcore.errors import InvalidDocument, InvalidValue, Refused
from pushcore.recurring import Subscription, SubscriptionState
from pushcore.schemas import COMMANDS, CancelPledge, LaunchCampaign, MoneyField, PlacePledge, parse_command

OPENS = datetime(2026, 1, 5, 9, tzinfo=UTC)
CLOSES = datetime(2026, 2, 4, 9, tzinfo=UTC)


def _euros(amount):
    return {"amount": amount, "currency": "EUR"}


DRAFT = {
    "type": "draft-campaign",
    "campaign_id": "lanterne",
    "creator_id": "lune",
    "actor": "lune",
    "discipline": "film",
    "terms": {
        "goal": {"amount": _euros("50.00")},
        "model": "all-or-nothing",
        "window": {
            "opens": "2026-01-05T09:00:00Z",
            "closes": {"at": "2026-02-04T09:00:00Z", "zone": "Europe/Brussels", "inclusive": False},
        },
        "minimum": _euros("1.00"),
        "claim_lifetime": "PT30M",
        "dunning": {"remind": ["P2D"], "attempt": ["P7D"]},
        "tiers": [{"id": "postcard", "price": _euros("10.00"), "limit": 3}],
        "fees": {
            "lines": [
                {
                    "name": "platform",
                    "base": "collected",
                    "rule": {"type": "percent", "rate": "5"},
                    "rounding": "half-up",
                }
            ]
        },
    },
}
PLACE = {
    "type": "place-pledge",
    "pledge_id": "p1",
    "campaign_id": "lanterne",
    "backer_id": "ana",
    "selection": {"bonus": _euros("40.00"), "tier_id": "postcard"},
    "actor": "ana",
}


def test_commands_carry_a_campaign_from_draft_to_payout():
    ports = memory.memory_ports(OPENS)

    def run(payload):
        return parse_command(json.loads(json.dumps(payload))).run(ports)

    def on_campaign(name):
        return run({"type": name, "campaign_id": "lanterne", "actor": "lune"})

    run(DRAFT)
    assert on_campaign("launch-campaign").state is CampaignState.LIVE
    assert run(PLACE).state is PledgeState.PLEDGED
    run(PLACE | {"pledge_id": "p2", "backer_id": "bob"})
    assert run({"type": "cancel-pledge", "pledge_id": "p2", "actor": "bob"}).state is PledgeState.CANCELED
    ports.clock.set(CLOSES)
    assert on_campaign("close-campaign").state is CampaignState.SUCCESSFUL
    ahead = {"type": "charge-pledge", "pledge_id": "p1", "part": 2, "actor": "lune"}
    with pytest.raises(Refused, match="parts-not-offered"):
        run(ahead)
    assert run({**ahead, "part": None}).state is PledgeState.COLLECTED
    assert on_campaign("collect-pledges").troubles == {}
    assert on_campaign("settle-campaign").net == Money.of("47.50", "EUR")
    (payout,) = on_campaign("pay-out").values()
    assert run({"type": "send-payout", "payout_id": payout.id, "actor": "lune"}) == payout
    with pytest.raises(Refused, match="not-live"):
        on_campaign("cancel-campaign")


def test_commands_edit_and_extend_a_campaign():
    """A draft gets a policy of editing; once it is live, that says what a command may change."""
    ports = memory.memory_ports(OPENS)
    days = {"least_days": 1, "most_days": 60, "open_ended": False, "end_of_day": False}
    policy = {"limits": "to-taken", "extension": {"times": 1, "within": days}}
    to_lanterne = {"campaign_id": "lanterne", "actor": "lune"}
    parse_command(DRAFT).run(ports)
    edit = {"type": "edit-campaign", "terms": {**DRAFT["terms"], "editing": policy}, **to_lanterne}
    edited = parse_command(edit).run(ports)
    assert edited.terms.editing.extension.times == 1
    parse_command({"type": "launch-campaign", **to_lanterne}).run(ports)
    closes = {"at": "2026-02-05T09:00:00Z", "zone": "Europe/Brussels", "inclusive": False}
    extended = parse_command({"type": "extend-campaign", "closes": closes, **to_lanterne}).run(ports)
    assert extended.terms.window.closes.at == datetime(2026, 2, 5, 9, tzinfo=UTC)
    with pytest.raises(Refused, match="terms-frozen"):
        parse_command({**edit, "terms": {**edit["terms"], "model": "keep-it-all"}}).run(ports)


def test_every_use_case_with_an_actor_has_a_command():
    acted = {name for name in usecases.__all__ if "actor" in signature(getattr(usecases, name)).parameters}
    commands = {name.replace("-", "_") for name in COMMANDS}
    jobs = {"advance_campaign", "finish_orders", "receive_event"}  # which no person asks for
    assert commands == (acted | {"place_pledge", "expect_contribution", "spend_credit"}) - jobs


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
def test_every_command_names_its_actor_and_itself(command):
    assert command.model_fields["actor"].is_required()
    assert COMMANDS[command.model_fields["type"].default] is command


def test_a_command_of_a_kind_needs_no_type():
    command = parse_command({"campaign_id": "lanterne", "actor": "lune"}, LaunchCampaign)
    assert command == LaunchCampaign(campaign_id="lanterne", actor="lune")
    assert parse_command(command.model_dump()) == command


def test_a_command_becomes_what_the_domain_takes():
    request = parse_command(PLACE, PlacePledge).to_domain()
    bonus = Money.of("40.00", "EUR")
    assert request == PledgeRequest(
        "p1", "lanterne", "ana", Selection(bonus, tier_id="postcard"), actor="ana"
    )


def test_a_command_says_in_which_currency_it_is_paid():
    command = parse_command({**PLACE, "presented": "USD", "expects": {"amount": "43.40", "currency": "USD"}})
    assert command.to_domain().presented is Currency.of("USD")
    with pytest.raises(InvalidDocument, match="presented"):
        parse_command({**PLACE, "presented": "dollars"})


def _picked(**changed):
    return {"selection": PLACE["selection"] | changed}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (_picked(quantity=0), ("selection.quantity", "invalid")),
        (_picked(quantity="2"), ("selection.quantity", "type")),
        (_picked(quantity=True), ("selection.quantity", "type")),
        (_picked(tier_id=None, quantity=2), ("selection.quantity", "invalid")),
        (_picked(bonus=_euros("-1.00")), ("selection.bonus", "invalid")),
        (_picked(bonus=_euros(5)), ("selection.bonus.amount", "type")),
        (_picked(bonus="5.00"), ("selection.bonus", "type")),
        (_picked(add_ons={"sticker": 0}), ("selection.add_ons", "invalid")),
        ({"anonymous": "yes"}, ("anonymous", "type")),
        ({"actor": ""}, ("actor", "invalid")),
        ({"amount": "5.00"}, ("amount", "unknown-key")),
        ({"type": "pledge"}, ("type", "choice")),
    ],
    ids=str,
)
def test_a_wrong_command_says_where_and_what(change, problem):
    with pytest.raises(InvalidDocument) as refused:
        parse_command(PLACE | change)
    assert [(it.path, it.kind) for it in refused.value.problems] == [problem]


def test_all_problems_are_named_at_once():
    with pytest.raises(InvalidDocument) as refused:
        parse_command({"pledge_id": 1, "reason": "none"}, CancelPledge)
    assert str(refused.value) == (
        "pledge_id: expected text, got 1\nactor: is missing\nreason: there is no such key here, got 'none'"
    )


@pytest.mark.parametrize(
    "kind", [1, "cancel-pledge", [], int, CancelPledge(pledge_id="p1", actor="ana")], ids=str
)
def test_what_is_no_kind_of_command_is_refused(kind):
    with pytest.raises(InvalidValue, match="expected a pydantic model"):
        parse_command(PLACE, kind)


class Offer(BaseModel):
    """A model of a host."""

    price: MoneyField
    pieces: Annotated[int, Field(gt=0)]


def test_problems_of_other_models_are_named_in_the_same_way():
    with pytest.raises(InvalidDocument) as refused:
        parse_command({"price": _euros(5), "pieces": 0}, Offer)
    assert str(refused.value) == (
        "price.amount: amounts are strings such as '12.34', got 5\npieces: expected greater than 0, got 0"
    )


@given(JSON)
def test_junk_is_refused(junk):
    with pytest.raises(InvalidDocument):
        parse_command(junk)
    with pytest.raises(InvalidDocument):
        parse_command(junk, CancelPledge)


@pytest.mark.parametrize("payload", [5, "place-pledge", [], None, object(), 1.5])
def test_what_is_no_object_is_told_so(payload):
    with pytest.raises(InvalidDocument, match="expected an object, got"):
        parse_command(payload)


@pytest.mark.parametrize("trigger", ["launch", "cancel", "succeed", "", None, 5])
def test_a_command_moves_a_campaign_only_as_somebody_may_decide(trigger):
    """The rest depends on more: it has a command of its own, or none."""
    move = {"type": "move-campaign", "campaign_id": "lanterne", "trigger": trigger, "actor": "clerk"}
    with pytest.raises(InvalidDocument) as refused:
        parse_command(move)
    assert [problem.path for problem in refused.value.problems] == ["trigger"]


def test_commands_of_what_a_platform_decides():
    ports = launched(stretch_goals=[])

    def run(name, **keys):
        return parse_command({"type": name, "actor": "clerk"} | keys).run(ports)

    suspended = run("move-campaign", campaign_id="lanterne", trigger="suspend")
    assert suspended.state is CampaignState.SUSPENDED
    assert run("unlock-stretch-goals", campaign_id="lanterne") == suspended
    for name, keys in (("announce-end", {"campaign_id": "lanterne"}), ("refund-pledge", {"pledge_id": "p1"})):
        with pytest.raises(Refused):
            run(name, **keys)


SUBSCRIBE = {
    "type": "start-subscription",
    "subscription_id": "s1",
    "backer_id": "ana",
    "campaign_id": "lanterne",
    "amount": _euros("5.00"),
    "anchor": {"type": "per-creation", "zone": "Europe/Brussels", "monthly": False},
    "retries": {"delays_days": [2, 5]},
    "started_at": "2026-01-05T09:00:00Z",
    "claim": {"campaign_id": "lanterne", "stock_id": "postcard", "limit": 3, "claimed": 1},
    "actor": "ana",
}


def test_commands_of_a_subscription():
    ports = patronage()

    def run(name, **keys):
        return parse_command({"type": name, "actor": "ana"} | keys).run(ports)

    def on_it(name, **keys):
        return run(name, subscription_id="s1", **keys)

    started = parse_command(SUBSCRIBE).run(ports)
    assert started == ports.store.find(Subscription, "s1")
    assert (started.claim.claimed, started.retries.delays_days) == (1, (2, 5))
    assert on_it("count-creation", published_at="2026-01-05T09:00:00Z").unpaid == 1
    assert on_it("charge-subscription").charging == 0
    assert on_it("pause-subscription").state is SubscriptionState.PAUSED
    assert on_it("resume-subscription").state is SubscriptionState.ACTIVE
    assert run("publish-creation", campaign_id="lanterne", published_at="2026-01-05T10:00:00Z") == 1
    assert on_it("change-subscription", amount=_euros("7.00")).next_amount == Money.of("7.00", "EUR")
    assert run("charge-due-subscriptions").charged == 0
    assert on_it("cancel-subscription").state is SubscriptionState.CANCELED


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("place-plege", "no 'place-plege'; near it are place-pledge, cancel-pledge, match-pledge; "),
        ("nope", "no 'nope'; "),
        (["place-pledge"], "no ['place-pledge']; "),
        (None, "no None; "),
    ],
)
def test_of_a_command_that_there_is_not_the_nearest_are_named(name, said):
    with pytest.raises(InvalidDocument) as wrong:
        parse_command({"type": name})
    (problem,) = wrong.value.problems
    assert (problem.path, problem.kind) == ("type", "choice")
    assert problem.message == f"{said}pushcore.schemas.COMMANDS has all {len(COMMANDS)}"


JUNK = [
    None,
    5,
    -1,
    1.5,
    "",
    "x",
    "5,00",
    [],
    ["x"],
    [None],
    {},
    {"a": 1},
    {"x": [5]},
    {"x": {"y": 5}},
    b"x",
    int,
]
FOREIGN = re.compile(
    "[Ii]nput |unable to|NoneType|<class| at 0x|[a-z]Error|pydantic|subclass|iterable|instance"
)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_problem_is_told_in_words_of_a_library(name):
    """Those that pydantic finds by itself began with "input should be"."""
    said = []
    for field in COMMANDS[name].model_fields:
        for junk in JUNK:
            try:
                parse_command({"type": name, field: junk})
            except InvalidDocument as wrong:
                said += [it.message for it in wrong.problems]
    assert [it for it in said if FOREIGN.search(it)] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"type": "return-payout", "payout_id": "x", "costs_back": "yes"},
            "costs_back: expected true or false",
        ),
        ({"type": "withdraw-payout", "number": "5"}, "number: expected a whole number, got '5'"),
        ({"type": "place-pledge", "refund_to": "bank"}, "refund_to: expected 'card' or 'wallet', got 'bank'"),
        ({"type": "move-goal", "known": {"card": 5}}, "known.card: expected a list, got 5"),
        ({"type": "open-fund", "pools": []}, "pools: expected at least 1, got []"),
    ],
    ids=lambda it: it if isinstance(it, str) else it["type"],
)
def test_what_is_of_another_kind_is_told_what_it_should_be(change, said):
    with pytest.raises(InvalidDocument) as refused:
        parse_command(change)
    assert any(str(it).startswith(said) for it in refused.value.problems)
