"""Edits: what differs between two versions of the terms is named, place by place, and nothing else is."""

from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from lanterne import CLOSES, DAY, MICROSECOND, OPENS, TERMS, WEEK, card_fees, money, terms

from pushcore import Audience, FeeSchedule, FundingGoal, Item, Percentage, Rounding, Tax, Tier, Window
from pushcore.campaigns import Edit, edits
from pushcore.errors import InvalidValue
from pushcore.testing import strategies

POSTCARD, POSTER = TERMS.tiers
HUSH = "hush"


def told(**changed):
    return [(".".join(it.path), it.before, it.after) for it in edits(TERMS, terms(**changed))]


def test_what_is_the_same_is_no_edit():
    assert edits(TERMS, terms()) == ()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"goal": FundingGoal(money("80.00"))}, ("goal.amount", "EUR 100.00", "EUR 80.00")),
        ({"goal": FundingGoal(80)}, ("goal.amount", "EUR 100.00", "80")),
        (
            {"goal": FundingGoal(money("100.00"), optimum=money("200.00"))},
            ("goal.optimum", None, "EUR 200.00"),
        ),
        ({"late_days": 30}, ("late_days", None, "30")),
        ({"needs_approval": True}, ("needs_approval", "no", "yes")),
        ({"claim_lifetime": timedelta(minutes=30)}, ("claim_lifetime", "1:00:00", "0:30:00")),
        (
            {"window": Window(OPENS, attrs.evolve(CLOSES, at=CLOSES.at + DAY))},
            ("window.closes.at", "2026-02-04 09:00:00+00:00", "2026-02-05 09:00:00+00:00"),
        ),
        (
            {"tiers": [attrs.evolve(POSTCARD, limit=None), POSTER]},
            ("tiers.postcard.limit", "3", None),
        ),
        ({"tiers": [POSTER, POSTCARD]}, ("tiers", "postcard, poster", "poster, postcard")),
        (
            {
                "splits": attrs.evolve(
                    TERMS.splits,
                    splits=[
                        attrs.evolve(TERMS.splits.splits[0], portion=Percentage.of("60")),
                        TERMS.splits.splits[1],
                    ],
                )
            },
            ("splits.splits.director.portion", "70%", "60%"),
        ),
        (
            {
                "fees": FeeSchedule(
                    [attrs.evolve(card_fees().lines[0], rounding=Rounding.FLOOR), card_fees().lines[1]]
                )
            },
            ("fees.lines.platform.rounding", "half-up", "floor"),
        ),
    ],
)
def test_one_change_is_one_edit(changed, expected):
    assert told(**changed) == [expected]


def test_what_comes_and_what_goes_is_named_with_all_its_parts():
    book = Tier("book", money("20.00"), includes={"paper": 1})
    assert told(tiers=[POSTCARD, book], items=[Item("paper", limit=5)]) == [
        ("tiers", "postcard, poster", "postcard, book"),
        ("tiers.poster.id", "poster", None),
        ("tiers.poster.price", "EUR 40.00", None),
        ("tiers.poster.pickup", "no", None),
        ("tiers.poster.phases", "campaign", None),
        ("tiers.book.id", None, "book"),
        ("tiers.book.price", None, "EUR 20.00"),
        ("tiers.book.pickup", None, "no"),
        ("tiers.book.includes.paper", None, "1"),
        ("tiers.book.phases", None, "campaign"),
        ("items", None, "paper"),
        ("items.paper.id", None, "paper"),
        ("items.paper.limit", None, "5"),
    ]


def test_what_has_no_name_of_its_own_goes_by_its_place():
    fewer = attrs.evolve(WEEK, remind=WEEK.remind[1:])
    assert told(dunning=fewer) == [
        (
            "dunning.remind",
            "2 days, 0:00:00, 4 days, 0:00:00, 6 days, 0:00:00",
            "4 days, 0:00:00, 6 days, 0:00:00",
        )
    ]
    vat = Tax("vat", Percentage.of("21"), Rounding.HALF_UP, included=True, destinations=["BE"])
    two = [vat, attrs.evolve(vat, destinations=["FR", "LU"])]
    assert ("taxes.1.destinations", None, "FR, LU") in told(taxes=two)


def test_no_secret_is_told():
    for_friends = attrs.evolve(POSTER, audience=Audience(token=HUSH, backers=["ana", "bob"]))
    secret = ("tiers.poster.audience.token", None, "a secret")
    assert told(tiers=[POSTCARD, for_friends]) == [
        secret,
        ("tiers.poster.audience.backers", None, "ana, bob"),
    ]
    before, after = (
        terms(tiers=[attrs.evolve(POSTER, audience=Audience(token=it))]) for it in (HUSH, "psst")
    )
    (edit,) = edits(before, after)
    assert (edit.before, edit.after) == ("a secret", "a secret")


@given(before=strategies.terms("EUR"), after=strategies.terms("EUR"))
def test_there_are_edits_where_terms_differ_and_only_there(before, after):
    assert bool(edits(before, after)) is (before != after)
    assert edits(before, before) == ()
    back = {it.path: (it.after, it.before) for it in edits(after, before)}
    assert back == {it.path: (it.before, it.after) for it in edits(before, after)}


def test_of_two_fee_rules_with_the_same_parts_the_whole_is_told():
    """What has no part that differs differs as a whole."""

    @attrs.frozen
    class Other:
        lines: tuple = ()

    differs = terms()
    object.__setattr__(differs, "on_top", Other())
    (edit,) = edits(TERMS, differs)
    assert edit.path == ("on_top",)
    assert edit.before != edit.after


def test_another_currency_is_an_edit():
    other = terms(
        goal=FundingGoal(100), minimum=money("1.00", "CHF"), tiers=[], fees=FeeSchedule(), splits=TERMS.splits
    )
    assert Edit(("currency",), "EUR", "CHF") in edits(TERMS, other)


def test_an_edit_reads_as_a_sentence():
    assert str(Edit(["late_days"], None, "30")) == "late_days from nothing to 30"


@pytest.mark.parametrize("junk", [(TERMS, None), (None, TERMS), (TERMS, "terms")])
def test_only_terms_are_compared(junk):
    with pytest.raises(InvalidValue, match="the terms of a campaign"):
        edits(*junk)


@pytest.mark.parametrize(
    "junk", [("tiers", "1", "2"), (["tiers"], 1, "2"), ([1], "1", "2"), (["tiers"], "1", MICROSECOND)]
)
def test_an_edit_is_of_texts(junk):
    with pytest.raises(InvalidValue):
        Edit(*junk)
