"""What a payment provider cannot carry out is vetoed, with every reason."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Dunning, Measure, Money
from pushcore.calendar import Deadline, Window, Zone
from pushcore.campaigns import (
    Charging,
    DefaultOutcome,
    FailurePolicy,
    FundingModel,
    InstalmentBase,
    InstalmentPlan,
    vetoes,
)
from pushcore.campaigns.feasibility import infeasible
from pushcore.errors import REFUSAL_CODES, InvalidValue
from pushcore.gateway import Abilities
from pushcore.money import Remainder
from pushcore.testing import builders

DAY = timedelta(days=1)
OPENS = datetime(2026, 3, 2, 9, tzinfo=UTC)
STRIPE = Abilities(
    saves_methods=True,
    authorization_lifetime=7 * DAY,
    partial_capture=True,
    refunds=True,
    refund_window=None,
    longest_hold=90 * DAY,
    smallest_charge={"EUR": Money.of("0.50", "EUR"), "SEK": Money.of("3.00", "SEK")},
    largest_charge={"EUR": Money.of("999999.99", "EUR")},
)
NOTHING = Abilities(
    saves_methods=False,
    authorization_lifetime=None,
    partial_capture=False,
    refunds=False,
    refund_window=timedelta(0),
    longest_hold=timedelta(0),
)
PLAN = {"returns": True, "lowers": False, "afterwards": timedelta(0)}


def lasting(span):
    return Window(OPENS, Deadline(OPENS + span, Zone("UTC"), inclusive=False))


def codes(charging, span, abilities, **changes):
    window = None if span is None else lasting(span)
    return [refusal.code for refusal in vetoes(charging, window, abilities, **PLAN | changes)]


def able(**changes):
    return attrs.evolve(STRIPE, **changes)


@pytest.mark.parametrize(
    ("brand", "lifetime"),
    [
        ("visa_mit", timedelta(days=4, hours=18)),
        ("visa_cit", 7 * DAY),
        ("mastercard", 7 * DAY),
        ("amex", 7 * DAY),
        ("discover", 7 * DAY),
    ],
)
def test_stripe_auth_window_holds_no_campaign_of_60_days(brand, lifetime):
    cards = able(authorization_lifetime=lifetime)
    assert codes(Charging.AUTHORIZED, 60 * DAY, cards) == ["authorization-too-short"]
    assert codes(Charging.AUTHORIZED, 4 * DAY, cards) == []
    expected = ["authorization-too-short"] if brand == "visa_mit" else []
    assert codes(Charging.AUTHORIZED, 5 * DAY, cards) == expected
    assert codes(Charging.AT_DEADLINE, 60 * DAY, cards) == []


def test_mangopay_auth_is_captured_within_6_and_a_half_or_29_and_a_half_days():
    half = DAY / 2
    for lifetime, days, fits in ((6, 6, True), (6, 7, False), (29, 29, True), (29, 30, False)):
        abilities = able(authorization_lifetime=lifetime * DAY + half, partial_capture=False)
        span = days * DAY + (half if fits else timedelta(0))
        assert (codes(Charging.AUTHORIZED, span, abilities) == []) is fits
        assert "needs-partial-capture" in codes(Charging.AUTHORIZED, span, abilities, lowers=True)


@pytest.mark.parametrize(("country", "hold"), [("US", 730), ("TH", 10), ("BE", 90)])
def test_stripe_hold_bounds_escrow(country, hold):
    held = able(longest_hold=hold * DAY)
    assert codes(Charging.ESCROW, hold * DAY, held) == []
    assert codes(Charging.ESCROW, hold * DAY, held, afterwards=timedelta(seconds=1)) == ["hold-too-short"]
    sixty_and_payout = codes(Charging.ESCROW, 60 * DAY, held, afterwards=14 * DAY)
    assert sixty_and_payout == (["hold-too-short"] if country == "TH" else [])


def test_money_taken_at_the_pledge_must_be_able_to_go_back_until_the_end():
    for charging in (Charging.AT_PLEDGE, Charging.ESCROW):
        assert codes(charging, 60 * DAY, able(refund_window=60 * DAY)) == []
        assert codes(charging, 60 * DAY, able(refund_window=59 * DAY)) == ["refund-window-too-short"]
        assert codes(charging, 60 * DAY, able(refunds=False, refund_window=DAY)) == ["needs-refunds"]
        assert codes(charging, 60 * DAY, able(refunds=False), returns=False) == []
        assert codes(charging, 60 * DAY, able(refund_window=DAY), returns=False) == []


def test_money_taken_later_needs_a_saved_method():
    assert codes(Charging.AT_DEADLINE, 60 * DAY, able(saves_methods=False)) == ["needs-saved-methods"]
    assert codes(Charging.AT_DEADLINE, None, STRIPE) == []


def test_parts_are_charged_later_whenever_the_rest_is():
    for charging in Charging:
        assert "needs-saved-methods" in codes(charging, DAY, able(saves_methods=False), parts=True)
        assert codes(charging, DAY, STRIPE, parts=True) == codes(charging, DAY, STRIPE)
    both = codes(Charging.AT_DEADLINE, DAY, able(saves_methods=False, refunds=False), parts=True)
    assert both == ["needs-saved-methods", "needs-refunds"]


def test_the_smallest_part_can_be_charged():
    """A threshold of 10.00 in twenty-four parts is 0.41 each."""
    plan = InstalmentPlan(
        threshold=Money.of("10.00", "EUR"),
        base=InstalmentBase.WHOLE,
        fewest=2,
        most=24,
        remainder=Remainder.FIRST,
        first_after=timedelta(0),
        on_failure=FailurePolicy(7 * DAY, 14 * DAY, DefaultOutcome.KEPT),
        every_months=1,
    )
    (refusal,) = infeasible(builders.terms(instalments=plan), STRIPE)
    assert (refusal.code, refusal.facts["amounts"]) == ("charge-too-small", (Money.of("0.41", "EUR"),))
    assert infeasible(builders.terms(instalments=attrs.evolve(plan, most=20)), STRIPE) == ()
    at_once = builders.terms(model=FundingModel(charging=Charging.AT_PLEDGE), instalments=plan)
    told = [it.code for it in infeasible(at_once, able(saves_methods=False))]
    assert told == ["needs-saved-methods", "charge-too-small"]


def in_parts(default=DefaultOutcome.KEPT, **changed):
    """From two to twelve parts, a month from one to the next."""
    given = {
        "threshold": Money.of("50.00", "EUR"),
        "base": InstalmentBase.WHOLE,
        "fewest": 2,
        "most": 12,
        "remainder": Remainder.FIRST,
        "first_after": timedelta(0),
        "on_failure": FailurePolicy(7 * DAY, 14 * DAY, default),
        "every_months": 1,
    }
    return InstalmentPlan(**given | changed)


def infeasible_with(plan, abilities, *, window=None, **model):
    terms = builders.terms(model=FundingModel(**model), instalments=plan, dunning=Dunning())
    return [it.code for it in infeasible(attrs.evolve(terms, window=window or terms.window), abilities)]


MONTH = builders.terms().window.closes.at - builders.terms().window.opens
ELEVEN = 334 * DAY
"""The months from a deadline on 4 February to the last part on 4 January."""


@pytest.mark.parametrize("charging", [Charging.AT_PLEDGE, Charging.ESCROW])
def test_what_is_paid_in_parts_goes_back_and_is_held_until_the_last_part(charging):
    last = MONTH + ELEVEN + 14 * DAY
    assert infeasible_with(in_parts(), able(refund_window=last, longest_hold=last), charging=charging) == []
    short = able(refund_window=last - DAY, longest_hold=last - DAY)
    codes = ["refund-window-too-short", *(["hold-too-short"] if charging is Charging.ESCROW else [])]
    assert infeasible_with(in_parts(), short, charging=charging) == codes
    assert infeasible_with(in_parts(most=11), short, charging=charging) == []
    assert infeasible_with(None, able(refund_window=MONTH, longest_hold=MONTH), charging=charging) == []


@pytest.mark.parametrize(
    ("measure", "default", "goes_back"),
    [
        (Measure.PLEDGED, DefaultOutcome.KEPT, False),
        (Measure.PLEDGED, DefaultOutcome.REFUNDED, True),
        (Measure.CONFIRMED, DefaultOutcome.KEPT, True),
    ],
)
def test_what_is_taken_at_the_deadline_goes_back_until_the_last_part_where_it_may_at_all(
    measure, default, goes_back
):
    """As a part stays unpaid, or as the verdict waits for the last part and is no."""
    plan, last = in_parts(default), ELEVEN + 14 * DAY
    short = ["refund-window-too-short"] if goes_back else []
    assert infeasible_with(plan, able(refund_window=last), measure=measure) == []
    assert infeasible_with(plan, able(refund_window=last - DAY), measure=measure) == short
    assert infeasible_with(plan, able(refunds=False), measure=measure) == ["needs-refunds"] * goes_back


@pytest.mark.parametrize("charging", [Charging.AT_DEADLINE, Charging.AUTHORIZED])
def test_what_is_judged_after_collecting_goes_back_until_the_last_attempt(charging):
    model = FundingModel(charging=charging, measure=Measure.CONFIRMED)
    terms = builders.terms(model=model, dunning=Dunning.of_hours(remind=[], attempt=[168]))
    cards = able(authorization_lifetime=60 * DAY)
    assert infeasible(terms, attrs.evolve(cards, refund_window=7 * DAY)) == ()
    (refusal,) = infeasible(terms, attrs.evolve(cards, refund_window=6 * DAY))
    assert (refusal.code, refusal.facts["needed"]) == ("refund-window-too-short", 7 * DAY)


def test_parts_that_are_not_offered_or_run_for_ever():
    """A pay-off date that is too near leaves no parts; what is beyond the calendar is ten years at least."""
    closes = builders.terms().window.closes
    soon = attrs.evolve(closes, at=closes.at + DAY)
    none = in_parts(DefaultOutcome.REFUNDED, pay_off=soon)
    assert infeasible_with(none, able(refund_window=timedelta(0))) == []
    for every in (3000, 10**6):
        plan = in_parts(DefaultOutcome.REFUNDED, every_months=None, every_days=every)
        assert infeasible_with(plan, able(refund_window=3650 * DAY)) == []
        assert infeasible_with(plan, able(refund_window=3649 * DAY)) == ["refund-window-too-short"]
    endless = attrs.evolve(builders.terms().window, closes=Deadline.never(closes.zone))
    plan = in_parts(DefaultOutcome.REFUNDED)
    assert infeasible_with(plan, able(refund_window=400 * DAY), window=endless) == []
    assert infeasible_with(plan, able(refund_window=300 * DAY), window=endless) == ["refund-window-too-short"]


def test_without_an_end_only_what_lasts_for_ever_will_do():
    assert codes(Charging.AUTHORIZED, None, STRIPE) == ["authorization-too-short"]
    assert codes(Charging.AT_PLEDGE, None, STRIPE) == []
    assert codes(Charging.ESCROW, None, STRIPE) == ["hold-too-short"]
    assert codes(Charging.ESCROW, None, able(longest_hold=None)) == []
    (refusal,) = vetoes(Charging.ESCROW, None, STRIPE, **PLAN)
    assert str(refusal) == "hold-too-short: money is held for 90 days, 0:00:00, and is needed without an end"


def test_charges_are_between_the_smallest_and_the_largest():
    charges = [Money.of("0.49", "EUR"), Money.of("0.50", "EUR"), Money.of("1000000.00", "EUR")]
    said = vetoes(Charging.AT_DEADLINE, lasting(DAY), STRIPE, **PLAN, charges=charges)
    assert [(it.code, it.facts["amounts"]) for it in said] == [
        ("charge-too-small", (charges[0],)),
        ("charge-too-large", (charges[2],)),
    ]
    unknown = [Money.of("0.01", "CHF"), Money.of("10000000.00", "SEK")]
    assert codes(Charging.AT_DEADLINE, DAY, STRIPE, charges=unknown) == []


def test_a_currency_that_the_provider_does_not_charge_is_refused():
    euros = attrs.evolve(STRIPE, currencies=["EUR"])
    said = [codes(Charging.AT_DEADLINE, DAY, euros, charges=[Money.of(5, it)]) for it in ("EUR", "XAF")]
    assert said == [[], ["currency-not-charged"]]


def test_every_reason_is_told_at_once():
    assert {charging: codes(charging, 60 * DAY, NOTHING, lowers=True) for charging in Charging} == {
        Charging.AT_PLEDGE: ["needs-refunds"],
        Charging.AT_DEADLINE: ["needs-saved-methods", "needs-refunds"],
        Charging.AUTHORIZED: ["needs-authorizations", "needs-partial-capture", "needs-refunds"],
        Charging.ESCROW: ["needs-refunds", "hold-too-short"],
    }


spans = st.timedeltas(timedelta(seconds=1), 800 * DAY)
lives = st.none() | st.timedeltas(timedelta(0), 800 * DAY)
abilities = st.builds(
    Abilities,
    saves_methods=st.booleans(),
    authorization_lifetime=lives,
    partial_capture=st.booleans(),
    refunds=st.booleans(),
    refund_window=lives,
    longest_hold=lives,
)


@given(st.sampled_from(Charging), abilities, spans, spans, st.booleans(), st.booleans())
def test_what_is_possible_for_long_is_possible_for_less_long(charging, can, span, less, returns, lowers):
    short, long = sorted((span, less))
    vetoed = set(codes(charging, short, can, returns=returns, lowers=lowers))
    assert vetoed <= set(codes(charging, long, can, returns=returns, lowers=lowers))
    assert vetoed <= set(REFUSAL_CODES)


@pytest.mark.parametrize(
    "changes",
    [
        {"returns": 1},
        {"lowers": None},
        {"afterwards": -DAY},
        {"afterwards": timedelta.max},
        {"afterwards": 5},
        {"charges": 5},
        {"charges": [5]},
        {"parts": 3},
        {"back": -DAY},
        {"back": None},
    ],
    ids=str,
)
def test_what_cannot_be_vetoed(changes):
    with pytest.raises(InvalidValue):
        vetoes(Charging.ESCROW, lasting(DAY), STRIPE, **PLAN | changes)


@pytest.mark.parametrize("junk", [5, "escrow", [None]], ids=repr)
def test_only_a_charging_a_window_and_abilities_are_judged(junk):
    for args in ((junk, None, STRIPE), (Charging.ESCROW, junk, STRIPE), (Charging.ESCROW, None, junk)):
        with pytest.raises(InvalidValue):
            vetoes(*args, **PLAN)
    with pytest.raises(InvalidValue, match=r"no charging .*; there are at-pledge"):
        Charging(str(junk) + "!")
