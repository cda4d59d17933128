"""Stories of what comes back after a success: refunds, disputes, debts; and of who approves what is paid."""

from pathlib import Path

import pytest
from telling import PLATFORM, at, played, pledge, read, told

from pushcore import Money, Percentage, Rounding, audit
from pushcore.errors import InvalidDocument
from pushcore.gateway import DisputeState
from pushcore.payouts import (
    Bearer,
    Bearing,
    DisputeTerms,
    PaidKind,
    RefundPolicy,
    RefundSituation,
    RefundTo,
    Returning,
    Waterfall,
)
from pushcore.payouts.events import PayoutPaid
from pushcore.stories import ApprovePayout, Happening, RefundPledge, TellDispute, diary, play, read_story

STORY = Path(__file__).parents[2] / "examples" / "money-back.toml"
BACK = {
    "rounding": "half-up",
    "waterfalls": [{"situation": "funded"}, {"situation": "paid-out", "indebts": True}],
}
LATER = "2026-02-10 12:00"
PARTS = {"tranches": [{"portion": "50%"}, {"portion": "50%", "days": 30}]}


def eur(text):
    return Money.of(text, "EUR")


def refused(outcome):
    return [it.codes for it in outcome.refusals]


def noted(outcome):
    return [
        (str(day.day), it.what, it.detail, it.who, str(it.amount))
        for day in diary(outcome)
        for it in day.notes
        if it.what in _MONEY_BACK
    ]


_MONEY_BACK = {
    Happening.PARTLY_REFUNDED,
    Happening.REFUNDED,
    Happening.DISPUTED,
    Happening.INDEBTED,
    Happening.RECOVERED,
    Happening.PAID,
}


def test_a_dispute_that_is_lost_after_a_payout_is_a_debt_which_the_next_payout_nets():
    outcome = play(read_story(STORY))
    assert noted(outcome) == [
        ("2026-04-10", Happening.INDEBTED, "", "band", "EUR 23.75"),
        ("2026-04-10", Happening.PARTLY_REFUNDED, "", "ben", "EUR 25.00"),
        ("2026-04-15", Happening.RECOVERED, "payout", "band", "EUR 23.75"),
        ("2026-04-15", Happening.PAID, "band", "band", "EUR 539.00"),
        ("2026-04-20", Happening.INDEBTED, "", "band", "EUR 489.50"),
        ("2026-04-20", Happening.DISPUTED, "opened", "cleo", "EUR 500.00"),
        ("2026-05-04", Happening.DISPUTED, "lost", "cleo", "EUR 500.00"),
        ("2026-05-10", Happening.INDEBTED, "", "band", "EUR 57.00"),
        ("2026-05-10", Happening.PARTLY_REFUNDED, "", "ana", "EUR 60.00"),
        ("2026-05-31", Happening.RECOVERED, "payout", "band", "EUR 546.50"),
        ("2026-05-31", Happening.PAID, "band", "band", "EUR 16.25"),
    ]
    assert [it.amount.text for it in outcome.store.payouts("story")] == ["539.00", "16.25"]
    assert outcome.as_dict()["credit"] == {"ana": "60.00"}
    assert audit(outcome.store.transactions()) == ()
    assert outcome.balanced


def test_all_that_can_be_said_of_refunds_and_disputes():
    fee = {"line": "card", "base": "pledge", "percent": "2", "rounding": "half-up", "methods": ["card"]}
    waterfall = {
        "situation": "funded",
        "fees": {"card": "0%"},
        "parts": {"tip": "1/2"},
        "bearer": "host",
        "indebts": True,
    }
    refunds = {"rounding": "half-up", "credit_days": 90, "waterfalls": [waterfall]}
    disputes = {"fee": "15.00", "fee_returned": True, "counter_fee": "5.00", "bearer": "host"}
    terms = read(told(fees=[fee], refunds=refunds, disputes=disputes)).terms
    host = [Bearing(Bearer.HOST)]
    found = terms.refunds
    assert found == RefundPolicy(
        {
            RefundSituation.FUNDED: Waterfall(
                fees={"card": Returning(Percentage(0), host)},
                parts={PaidKind.TIP: Returning(Percentage(50), host)},
                indebts=True,
            )
        },
        rounding=Rounding.HALF_UP,
        credit_lifetime=found.credit_lifetime,
    )
    assert found.credit_lifetime.days == 90
    assert terms.disputes == DisputeTerms(
        fee=eur("15.00"),
        fee_returned=True,
        counter_fee=eur("5.00"),
        bearers=host,
        rounding=Rounding.HALF_UP,
    )
    assert terms.fees.lines[0].methods == ("card",)
    assert (read(told()).terms.refunds, read(told()).terms.disputes) == (None, None)


def test_the_steps_that_are_said():
    events = [
        pledge("p1", "200.00"),
        at(LATER, refund="p1", lines={"bonus": "5.00", "reward/poster": 2}, to="wallet", situation="fraud"),
        at(LATER, dispute="p1", state="evidence-submitted"),
        at(LATER, approve="lune", by="nora"),
    ]
    _, refund, dispute, approval = read(told(*events)).steps
    assert isinstance(refund, RefundPledge)
    assert refund.wanted == {"bonus": eur("5.00"), "reward/poster": 2}
    assert (refund.to, refund.situation) == (RefundTo.WALLET, RefundSituation.FRAUD)
    assert isinstance(dispute, TellDispute)
    assert dispute.state is DisputeState.EVIDENCE_SUBMITTED
    assert isinstance(approval, ApprovePayout)
    assert (approval.payee_id, approval.approver) == ("lune", "nora")


def test_a_pledge_is_given_back_in_parts_until_nothing_is_left():
    events = [pledge("p1", "200.00"), *(at(LATER, refund="p1", amount="80.00") for _ in range(3))]
    outcome = played(*events, at(LATER, refund="p1"), refunds=BACK)
    assert refused(outcome) == [("above-paid",)]
    assert outcome.as_dict()["pledges"]["p1"]["given_back"] == "200.00"
    told = [(what.value, amount) for _, what, _, _, amount in noted(outcome) if "refunded" in what.value]
    assert told == [("partly-refunded", "EUR 160.00"), ("refunded", "EUR 40.00")]
    assert outcome.as_dict()["owed"] == {"lune": "200.00"}
    assert outcome.balanced


def test_without_a_policy_nothing_goes_back_of_a_success():
    outcome = played(pledge("p1", "200.00"), at(LATER, refund="p1"))
    assert refused(outcome) == [("not-refundable",)]


def test_a_line_that_was_not_paid_is_refused():
    outcome = played(pledge("p1", "200.00"), at(LATER, refund="p1", lines={"tip": "1.00"}), refunds=BACK)
    (no,) = outcome.refusals
    assert (no.codes, no.asked) == (("not-refundable",), "refunding p1")
    assert "tip" in no.why


def test_a_dispute_that_is_won_is_nobodys_loss():
    events = [pledge("p1", "200.00"), at("2026-01-30 12:00", dispute="p1", state="opened")]
    outcome = played(*events, at(LATER, dispute="p1", state="won"), payouts=PARTS)
    paid = [it.payout_id for it in outcome.store.events() if isinstance(it, PayoutPaid)]
    assert sum(outcome.store.payout(it).amount.minor for it in paid) == 200_00
    assert outcome.balanced
    assert "owed" not in outcome.as_dict()


def test_a_dispute_that_is_withdrawn_after_a_part_went_back_is_of_the_rest():
    events = [
        pledge("p1", "200.00"),
        at("2026-01-28 12:00", refund="p1", amount="50.00"),
        at("2026-01-30 12:00", dispute="p1", state="opened"),
        at(LATER, dispute="p1", state="withdrawn"),
    ]
    outcome = played(*events, payouts=PARTS, refunds=BACK, fees=[PLATFORM])
    kinds = [
        (what, detail, amount) for _, what, detail, _, amount in noted(outcome) if what is Happening.DISPUTED
    ]
    assert kinds == [
        (Happening.DISPUTED, "opened", "EUR 150.00"),
        (Happening.DISPUTED, "withdrawn", "EUR 150.00"),
    ]
    assert outcome.balanced


def test_what_is_not_charged_is_not_disputed():
    early = at("2026-01-12 12:00", dispute="p1", state="opened")
    outcome = played(pledge("p1", "200.00"), early)
    assert refused(outcome) == [("not-collected",)]
    declined = [pledge("p0", "200.00"), pledge("p1", "50.00"), at("2026-01-11 12:00", decline="p1")]
    for time in "2026-01-26 12:00", LATER:
        failed = played(*declined, at(time, dispute="p1", state="lost"))
        assert (refused(failed), failed.balanced) == ([("not-collected",)], True)
    offline = [
        pledge("p1", "200.00", offline="cheque"),
        at("2026-01-12 12:00", receive="p1", amount="200.00"),
    ]
    assert refused(played(*offline, at(LATER, dispute="p1", state="lost"))) == [("not-collected",)]
    lost = [at(LATER, dispute="p1", state="lost"), at(LATER, dispute="p1", state="lost")]
    again = played(pledge("p1", "200.00"), *lost)
    assert refused(again) == []
    assert again.balanced


def test_cash_that_was_brought_and_paid_out_is_given_back_by_hand():
    events = [
        pledge("p1", "120.00", offline="cheque"),
        at("2026-01-12 12:00", receive="p1", amount="120.00"),
        at(LATER, refund="p1", amount="50.00"),
    ]
    outcome = played(*events, refunds=BACK)
    found = outcome.as_dict()
    assert (refused(outcome), outcome.balanced) == ([], True)
    assert (found["pledges"]["p1"]["given_back"], found["owed"]) == ("50.00", {"lune": "50.00"})


def test_payouts_wait_for_everybody_who_has_to_approve_them():
    yes = [at(LATER, approve="lune", by="nora"), at("2026-02-12 12:00", approve="lune", by="otto")]
    plan = {"approvals": 2}
    outcome = played(pledge("p1", "200.00"), *yes, payouts=plan)
    paid = [str(it.at.date()) for it in outcome.store.events() if isinstance(it, PayoutPaid)]
    assert (paid, refused(outcome)) == (["2026-02-12"], [])
    waiting = played(pledge("p1", "200.00"), yes[0], payouts=plan)
    assert not [it for it in waiting.store.events() if isinstance(it, PayoutPaid)]
    assert refused(played(pledge("p1", "200.00"), yes[0])) == [("not-payable",)]
    assert refused(played(pledge("p1", "200.00"), at(LATER, approve="x", by="nora"), payouts=plan)) == [
        ("not-payable",)
    ]


def test_money_stays_until_the_gates_of_a_payee_are_open():
    gates = {"identity": True, "agreement": True, "frozen_days": 7}
    events = [
        pledge("p1", "200.00"),
        at("2026-01-20 12:00", payee="lune", verified=True, bank_changed=True),
        at("2026-01-30 12:00", payee="lune", signed=True),
        at("2026-01-30 12:00", payee="crew", verified=True),
    ]
    outcome = played(*events, payouts={"gates": gates})
    paid = [str(it.at.date()) for it in outcome.store.events() if isinstance(it, PayoutPaid)]
    assert (paid, refused(outcome)) == (["2026-01-30"], [])
    events[2] = at("2026-01-22 12:00", payee="lune", signed=True)
    late = at("2026-01-24 12:00", payee="lune", bank_changed=True)
    frozen = played(*events, late, payouts={"gates": gates})
    paid = [str(it.at) for it in frozen.store.events() if isinstance(it, PayoutPaid)]
    assert paid == ["2026-01-31 11:00:00+00:00"]
    unknown = played(pledge("p1", "200.00"), payouts={"gates": {"identity": True}})
    assert not [it for it in unknown.store.events() if isinstance(it, PayoutPaid)]
    open_again = played(*events, at(LATER, payee="lune", verified=False), payouts=PARTS | {"gates": gates})
    assert len([it for it in open_again.store.events() if isinstance(it, PayoutPaid)]) == 1


CARD_FEE = {"line": "card", "base": "pledge", "percent": "2", "rounding": "half-up", "methods": ["card"]}
BANK_FEE = {"line": "bank", "base": "pledge", "fixed": "0.50", "rounding": "half-up", "methods": ["bank"]}


def test_fees_go_by_how_a_pledge_is_paid_which_is_by_card_where_nothing_is_said():
    events = [
        pledge("p1", "100.00"),
        pledge("p2", "100.00", method="bank"),
        pledge("p3", "50.00", method="card"),
    ]
    found = played(*events, fees=[CARD_FEE, BANK_FEE]).as_dict()
    assert found["fees"] == {"card": "3.00", "bank": "0.50"}


def wrong(*events, **sections):
    with pytest.raises(InvalidDocument) as no:
        read(told(*events, **sections))
    return [(it.path, it.message) for it in no.value.problems]


WATERFALL = {"situation": "funded"}


@pytest.mark.parametrize(
    ("sections", "path", "why"),
    [
        ({"refunds": 1}, "refunds", "not a table"),
        ({"refunds": {"rounding": "half-up", "waterfalls": 1}}, "refunds.waterfalls", "list"),
        ({"refunds": {"rounding": "half-up", "waterfalls": [1]}}, "refunds.waterfalls[0]", "not a table"),
        ({"refunds": {"rounding": "x"}}, "refunds.rounding", "none of"),
        ({"refunds": {"rounding": "up", "credit_days": 0}}, "refunds.credit_days", "less than 1"),
        (
            {"refunds": {"rounding": "up", "waterfalls": [{"situation": "lost"}]}},
            "refunds.waterfalls[0].situation",
            "none of failed, canceled",
        ),
        (
            {"refunds": {"rounding": "up", "waterfalls": [WATERFALL, WATERFALL]}},
            "refunds.waterfalls[1].situation",
            "funded stands twice",
        ),
        (
            {"refunds": {"rounding": "up", "waterfalls": [WATERFALL | {"fees": {"card": "0%"}}]}},
            "refunds.waterfalls[0].fees.card",
            "there is no fee card",
        ),
        (
            {
                "fees": [CARD_FEE],
                "refunds": {"rounding": "up", "waterfalls": [WATERFALL | {"fees": {"card": "101%"}}]},
            },
            "refunds.waterfalls[0].fees.card",
            "from 0% to 100%",
        ),
        (
            {"refunds": {"rounding": "up", "waterfalls": [WATERFALL | {"parts": {"tip": "x"}}]}},
            "refunds.waterfalls[0].parts.tip",
            "neither a percentage",
        ),
        ({"disputes": 1}, "disputes", "not a table"),
        ({"disputes": {"fee": "-1.00"}}, "disputes.fee", "below zero"),
        ({"disputes": {"fee": "x"}}, "disputes.fee", "plain number"),
        ({"disputes": {"fee": "1.00", "bearer": "nobody"}}, "disputes.bearer", "none of"),
        ({"payouts": {"approvals": -1}}, "payouts.approvals", "less than 0"),
        ({"payouts": {"gates": 1}}, "payouts.gates", "not a table"),
        ({"payouts": {"gates": {"frozen_days": 0}}}, "payouts.gates.frozen_days", "less than 1"),
        ({"matching": [{}], "fees": [CARD_FEE]}, "matching[0].fund", "required"),
    ],
)
def test_what_is_wrong_with_a_policy(sections, path, why):
    problems = wrong(pledge("p1", "10.00"), **sections)
    assert any(found == path and why in message for found, message in problems), problems


@pytest.mark.parametrize(
    ("event", "path", "why"),
    [
        ({"refund": "p2"}, "refund", "no pledge 'p2' is ever made"),
        ({"refund": "p1", "amount": "0"}, "amount", "not above zero"),
        ({"refund": "p1", "amount": "1.00", "lines": {"tip": 1}}, "lines", "leave out one of them"),
        ({"refund": "p1", "lines": {"tip": "x"}}, "lines.tip", "plain number"),
        ({"refund": "p1", "lines": {"tip": 0}}, "lines.tip", "write it as text"),
        ({"refund": "p1", "to": "bank"}, "to", "none of card, wallet"),
        ({"dispute": "p2", "state": "lost"}, "dispute", "no pledge 'p2' is ever made"),
        ({"dispute": "p1", "state": "over"}, "state", "none of opened, evidence-submitted"),
        ({"approve": "lune"}, "by", "required"),
        ({"payee": "lune", "verified": "yes"}, "verified", "true or false"),
    ],
)
def test_what_is_wrong_with_an_event(event, path, why):
    problems = wrong(pledge("p1", "10.00"), at(LATER, **event))
    assert any(found == f"events[1].{path}" and why in message for found, message in problems), problems


def test_fees_by_method_know_of_every_pledge_how_it_is_paid():
    assert wrong(pledge("p1", "10.00", method="cash"), fees=[CARD_FEE]) == [
        ("events[0].method", "there is no payment method 'cash'")
    ]
    (path, message) = wrong(pledge("p1", "10.00", offline="cash"), fees=[CARD_FEE])[0]
    assert (path, message) == (
        "events[0].offline",
        "fee card depends on how it is paid, which is not known of what comes offline",
    )
    assert wrong(pledge("p1", "10.00"), fees=[CARD_FEE | {"methods": 1}])[0][0] == "fees[0].methods"
