"""Stories that say how payees are paid: what comes of them, and what is wrong with them."""

from datetime import timedelta

import pytest
from telling import at, played, pledge, read, told

from pushcore import Money, Percentage, Rounding
from pushcore.errors import InvalidDocument
from pushcore.payouts import (
    Consent,
    Consenter,
    LateDates,
    Milestone,
    PayoutPlan,
    PayoutSchedule,
    Reserve,
    Tranche,
    WireFee,
)
from pushcore.payouts.events import PayoutPaid
from pushcore.stories import ConsentToMilestone

PREMIERE = {"id": "premiere", "by": "backers", "share": "50%"}
PAYOUTS = {
    "tranches": [{"portion": "40%", "days": 14}, {"portion": "60%", "days": 30, "milestone": PREMIERE}],
    "late": {"first_days": 17, "covered_days": 14, "every_days": 7},
    "reserve": {
        "percent": "5",
        "rounding": "half-up",
        "months": 6,
        "threshold": "50.00",
        "cap": "4.00",
        "rolling": True,
    },
    "least_net": "10.00",
    "least": "1.00",
    "step": "0.05",
    "wire": {"amount": "2.50", "payees": ["lune"]},
}


def eur(text):
    return Money.of(text, "EUR")


def yes(time, given, asked):
    return at(time, consent="premiere", by="backers", given=given, asked=asked)


def test_all_that_can_be_said():
    plan = read(told(payouts=PAYOUTS)).terms.payouts
    premiere = Milestone("premiere", Consenter.BACKERS, Percentage(50))
    schedule = PayoutSchedule(
        [Tranche(Percentage(40), 14), Tranche(Percentage(60), 30, premiere)],
        LateDates(first_days=17, covered_days=14, every_days=7),
    )
    reserve = Reserve(
        rate=Percentage(5),
        rounding=Rounding.HALF_UP,
        hold_months=6,
        threshold=eur("50.00"),
        cap=eur("4.00"),
        rolling=True,
    )
    assert plan == PayoutPlan(
        schedule=schedule,
        reserve=reserve,
        least_net=eur("10.00"),
        least=eur("1.00"),
        step=eur("0.05"),
        wire=WireFee(eur("2.50"), ["lune"]),
    )
    assert read(told()).terms.payouts == PayoutPlan()


def test_payees_are_paid_when_it_is_their_time():
    events = [pledge("p1", "200.00"), yes("2026-03-01 12:00", 1, 3), yes("2026-03-05 12:00", 2, 3)]
    outcome = played(*events, payouts=PAYOUTS)
    assert [it.codes for it in outcome.timeline.refusals] == [("consent-missing",)]
    paid = [(str(it.at.date()), it.payout_id) for it in outcome.store.events() if isinstance(it, PayoutPaid)]
    # 4.00 are held back of 200.00; of the rest 40 % are due 14 days after 25 January, 60 % with the consent
    assert paid == [
        ("2026-02-08", "story/lune"),
        ("2026-03-05", "story/lune/2"),
        ("2026-07-25", "story/lune/3"),
    ]
    found = outcome.as_dict()
    assert (found["payouts"], found["ledger"]["balanced"]) == ({"lune": "200.00"}, True)
    amounts = [it.amount.text for it in outcome.store.payouts(outcome.campaign.id)]
    assert amounts == ["78.40", "117.60", "4.00"]


def test_the_clock_stops_after_the_last_payout():
    plain = read(told()).until
    late = {"tranches": [{"portion": "100%", "days": 90}]}
    assert read(told(payouts=late)).until == plain + timedelta(days=90) - timedelta(hours=1)  # summer time
    weekly = {"late": PAYOUTS["late"]}
    assert read(told(payouts=weekly)).until == plain + timedelta(days=24) - timedelta(hours=1)
    held = {"reserve": {"percent": "5", "rounding": "up", "days": 40}}
    assert (read(told(payouts=held)).until - plain).days in {39, 40}


def test_what_is_recouped_first():
    recoup = [{"amount": "30.00", "split": [{"payee": "label", "remaining": True}]}]
    split = [{"payee": "band", "portion": "70%"}, {"payee": "label", "remaining": True}]
    found = played(pledge("p1", "130.00"), recoup=recoup, split=split).as_dict()
    assert found["payouts"] == {"label": "60.00", "band": "70.00"}


def test_a_step_says_yes():
    (step,) = read(told(yes("2026-03-05 12:00", 2, 3))).steps
    assert isinstance(step, ConsentToMilestone)
    assert step.consent == Consent(Consenter.BACKERS, 2, 3)
    outcome = played(pledge("p1", "200.00"), yes("2026-03-05 12:00", 2, 3))
    (no,) = outcome.timeline.refusals
    assert (no.codes, no.asked) == (("unknown-milestone",), "consenting to premiere")


def wrong(*events, **sections):
    with pytest.raises(InvalidDocument) as no:
        read(told(*events, **sections))
    return [(it.path, it.message) for it in no.value.problems]


ALL = {"payee": "label", "remaining": True}


@pytest.mark.parametrize(
    ("sections", "path", "why"),
    [
        ({"payouts": 1}, "payouts", "dict"),
        ({"payouts": {"step": "x"}}, "payouts.step", "plain number"),
        ({"payouts": {"least": "0"}}, "payouts", "above zero"),
        ({"payouts": {"tranches": [{"portion": "50%"}]}}, "payouts.tranches", "total 50%"),
        ({"payouts": {"tranches": [{"portion": "x"}]}}, "payouts.tranches[0].portion", "neither"),
        ({"payouts": {"tranches": [1]}}, "payouts.tranches[0]", "dict"),
        ({"payouts": {"tranches": 1}}, "payouts.tranches", "list"),
        (
            {"payouts": {"late": {"first_days": 1, "covered_days": 2, "every_days": 1}}},
            "payouts.late",
            "day 1",
        ),
        ({"payouts": {"late": 1}}, "payouts.late", "dict"),
        (
            {"payouts": {"tranches": [{"portion": "100%", "milestone": {"id": "a", "by": "backers"}}]}},
            "payouts.tranches[0].milestone",
            "by a share",
        ),
        (
            {"payouts": {"tranches": [{"portion": "100%", "milestone": 1}]}},
            "payouts.tranches[0].milestone",
            "dict",
        ),
        ({"payouts": {"reserve": {"percent": "5", "rounding": "up"}}}, "payouts.reserve", "exactly one"),
        (
            {"payouts": {"reserve": {"percent": "5", "rounding": "up", "days": 1, "cap": "x"}}},
            "payouts.reserve.cap",
            "x",
        ),
        ({"payouts": {"reserve": 1}}, "payouts.reserve", "dict"),
        ({"payouts": {"wire": {"amount": "x"}}}, "payouts.wire.amount", "x"),
        ({"payouts": {"wire": {"amount": "0"}}}, "payouts.wire", "above zero"),
        ({"payouts": {"wire": {"amount": "1", "payees": 1}}}, "payouts.wire.payees", "list"),
        ({"payouts": {"wire": 1}}, "payouts.wire", "dict"),
        ({"recoup": 1}, "recoup", "list"),
        ({"recoup": [1]}, "recoup[0]", "dict"),
        ({"recoup": [{"amount": "x", "split": [ALL]}]}, "recoup[0].amount", "x"),
        ({"recoup": [{"amount": "1", "split": []}]}, "recoup[0]", "nobody gets"),
        ({"recoup": [{"amount": "1", "split": 1}]}, "recoup[0].split", "list"),
        ({"recoup": [{"amount": "1", "split": [1]}]}, "recoup[0].split[0]", "dict"),
        ({"recoup": [{"amount": "1", "split": [{"payee": "label"}]}]}, "recoup[0].split[0]", "exactly one"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_with_its_place(sections, path, why):
    ((found, message),) = wrong(**sections)
    assert found == path
    assert why in message or why in {"dict", "list"}, message


def test_a_consent_of_more_than_were_asked():
    ((path, message),) = wrong(yes("2026-03-05 12:00", 4, 3))
    assert (path, message) == ("events[0]", "4 consented, and 3 were asked")
