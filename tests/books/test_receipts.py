"""Donations: what was paid beyond the value of what came back."""

from datetime import UTC, datetime

import attrs
import pytest
from lanterne import END, launched, money, request

from pushcore import (
    Bearer,
    Bearing,
    FundingGoal,
    FundingModel,
    Percentage,
    RefundPolicy,
    RefundSituation,
    Returning,
    Rounding,
    Tier,
    Waterfall,
    cancel_pledge,
    close_campaign,
    collect_pledges,
    place_pledge,
    refund_pledge,
)
from pushcore.books import receipt_facts
from pushcore.campaigns import Charging
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ledger import recipes
from pushcore.payouts import PaidKind
from pushcore.pledges import pieces_owed

AT_ONCE = FundingModel(charging=Charging.AT_PLEDGE)
VALUES = {"postcard": money("4.00"), "poster": money("45.00")}


def given(*requests, **changed):
    ports = launched(
        model=AT_ONCE, tiers=[Tier("postcard", money("10")), Tier("poster", money("40"))], **changed
    )
    for asked in requests:
        place_pledge(ports, asked)
    return ports


def told(ports, values=VALUES):
    pledges = ports.store._pledges.values()
    return receipt_facts(ports.store.transactions(), pledges, values)


def test_what_is_beyond_the_value_is_a_donation():
    (made,) = told(given(request("p1", "5.00", tier_id="postcard", quantity=2)))
    assert (made.paid, made.value, made.donated) == (money("25.00"), money("8.00"), money("17.00"))
    assert made.rewarded
    assert (made.backer_id, made.campaign_id, made.transaction_ids) == (
        "ana",
        "lanterne",
        ("p1/charge/1/done",),
    )


def test_who_resigns_the_reward_has_donated_all_of_it():
    (made,) = told(given(request("p1", "25.00")))
    assert (made.donated, made.rewarded) == (money("25.00"), False)


def test_a_reward_worth_more_than_was_paid_leaves_nothing():
    (made,) = told(given(request("p1", "0", tier_id="poster")))
    assert made.donated == money("0.00")


CARDS = {"card": money("4.00"), "book": money("20.00"), "pin": money("1.00")}


def refunded(wanted, *, key="ticket", policy=None, fails=False, **picked):
    """A pledge for cards of 10.00 and books of 25.00, of which something was asked back."""
    ports = launched(
        goal=FundingGoal(money("50.00")),
        tiers=[Tier("card", money("10")), Tier("book", money("25")), Tier("free", money("0"))],
        add_ons=[Tier("pin", money("2"))],
        refunds=policy or RefundPolicy({RefundSituation.FUNDED: Waterfall()}, rounding=Rounding.HALF_UP),
    )
    place_pledge(ports, request("p1", **picked))
    place_pledge(ports, request("p2", "50.00", backer_id="bob"))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    if fails:
        ports.gateway.decline("p1")
    refund_pledge(ports, "p1", wanted=wanted, key=key, actor="support")
    return ports


def told_of_one(ports):
    return receipt_facts(ports.store.transactions(), [ports.store.find_pledge("p1")], CARDS)


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize(
    ("wanted", "picked", "owed", "facts"),
    [
        ({"reward/card": 1}, {"bonus": "50.00", "tier_id": "card"}, {}, ("50.00", "0.00", "50.00")),
        (
            {"reward/book": 1},
            {"bonus": "5.00", "tier_id": "book", "quantity": 3},
            {"book": 2},
            ("55.00", "40.00", "15.00"),
        ),
        (
            {"reward/book": 1, "add-on/pin": 2},
            {"bonus": "5.00", "tier_id": "book", "quantity": 2, "add_ons": {"pin": 2}},
            {"book": 1},
            ("30.00", "20.00", "10.00"),
        ),
        (
            {"reward/book": money("25.00")},
            {"bonus": "5.00", "tier_id": "book", "quantity": 2},
            {"book": 2},
            ("30.00", "40.00", "0.00"),
        ),
        (
            {"reward/book": money("50.00")},
            {"bonus": "5.00", "tier_id": "book", "quantity": 2},
            {},
            ("5.00", "0.00", "5.00"),
        ),
        (
            money("10.00"),
            {"bonus": "5.00", "tier_id": "book", "quantity": 2},
            {"book": 2},
            ("45.00", "40.00", "5.00"),
        ),
    ],
)
def test_pieces_that_were_refunded_are_of_no_value(wanted, picked, owed, facts, fails):
    ports = refunded(wanted, fails=fails, **picked)
    (made,) = told_of_one(ports)
    assert pieces_owed(ports.store.find_pledge("p1")) == owed
    assert (made.paid, made.value, made.donated) == tuple(map(money, facts))


def test_what_was_free_stays_owed_while_the_pledge_stands():
    ports = refunded({"bonus": money("20.00")}, bonus="50.00", tier_id="free")
    assert pieces_owed(ports.store.find_pledge("p1")) == {"free": 1}
    refund_pledge(ports, "p1", actor="support")
    assert pieces_owed(ports.store.find_pledge("p1")) == {}


def test_a_penalty_for_a_refund_is_no_donation():
    kept = Returning(Percentage.of(90), [Bearing(Bearer.BACKER)])
    policy = RefundPolicy(
        {RefundSituation.FUNDED: Waterfall(parts={PaidKind.GOODS: kept})}, rounding=Rounding.HALF_UP
    )
    ports = refunded(None, key=None, policy=policy, bonus="30.00", tier_id="book")
    assert pieces_owed(ports.store.find_pledge("p1")) == {}
    (made,) = told_of_one(ports)
    assert (made.paid, made.value, made.donated) == (money("5.50"), money("5.50"), money("0.00"))


def test_a_tip_to_the_platform_is_no_donation_to_the_campaign():
    (made,) = told(given(request("p1", "25.00", tip=money("3.00"))))
    assert made.paid == money("25.00")


def test_nothing_is_donated_that_was_given_back_or_is_not_paid():
    ports = given(request("p1", "25.00"), request("p2", "5.00", backer_id="bob"))
    cancel_pledge(ports, "p1", actor="ana")
    assert [it.pledge_id for it in told(ports)] == ["p2"]
    later = launched()
    place_pledge(later, request("p1", "25.00"))
    assert told(later) == ()


def test_only_what_is_of_the_pledge_counts():
    ports = given(request("p1", "25.00"))
    at = datetime(2026, 6, 1, tzinfo=UTC)
    entries = [
        *ports.store.transactions(),
        recipes.receipt("p1/receipt", "lanterne", money("5.00", "USD"), at),
        recipes.receipt("p9/receipt", "lanterne", money("5.00"), at),
    ]
    (made,) = receipt_facts(entries, ports.store._pledges.values(), VALUES)
    assert (made.paid, made.at) == (money("25.00"), ports.now())


@pytest.mark.parametrize(
    "values", [{}, {"postcard": 4}, {"postcard": None}, {"postcard": money("-0.01")}, None, [], 1]
)
def test_what_a_reward_is_worth_has_to_be_said(values):
    with pytest.raises(InvalidValue):
        told(given(request("p1", "5.00", tier_id="postcard")), values)


def test_a_value_is_in_the_currency_of_its_pledge():
    with pytest.raises(CurrencyMismatch):
        told(given(request("p1", "5.00", tier_id="postcard")), {"postcard": money("1", "USD")})
    (made,) = told(given(request("p1", "5.00")))
    with pytest.raises(CurrencyMismatch):
        attrs.evolve(made, value=money("1", "USD")).donated  # noqa: B018


@pytest.mark.parametrize(("entries", "pledges"), [([None], []), ([], [None]), (None, []), ([], None)])
def test_what_makes_no_donation_is_refused(entries, pledges):
    with pytest.raises(InvalidValue):
        receipt_facts(entries, pledges, {})
