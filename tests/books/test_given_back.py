"""What went back is told as gone by every report, whichever way it went and whenever."""

import itertools

import attrs
import pytest
from funding_houses import ALL_BACK, another, heard
from lanterne import DAY, END, launched, money, request

from pushcore import (
    Percentage,
    RefundTo,
    Rounding,
    SplitPlan,
    Zone,
    audit,
    cancel_pledge,
    close_campaign,
    collect_pledges,
    expire_credit,
    pass_on_credit,
    pay_out,
    place_pledge,
    refund_pledge,
    settle_campaign,
    spend_credit,
    state_account,
    withdraw_credit,
)
from pushcore.books import Span, receipt_facts, year_totals
from pushcore.gateway import DisputeState, DisputeTold, RefundMade
from pushcore.payouts import Bearer, Bearing, DisputeTerms, RefundSituation, Returning, Waterfall
from pushcore.usecases import receive_event, state_backer, state_pledges

PARIS, ALL = Zone("Europe/Paris"), Span()
KEPT = Returning(Percentage.of(0), [Bearing(Bearer.HOST)])
BY_HOST = attrs.evolve(
    ALL_BACK,
    waterfalls={
        it: Waterfall(fees={"platform": KEPT, "processing": KEPT}, indebts=True) for it in RefundSituation
    },
)
"""All comes back, and the host bears the fees, which do not."""
FIFTEEN = DisputeTerms(
    fee=money("15.00"),
    fee_returned=False,
    counter_fee=money("0.00"),
    bearers=[Bearing(Bearer.HOST)],
    rounding=Rounding.HALF_UP,
)


def disputed(ports, *states, reference="dp_1"):
    for day, state in enumerate(states):
        news = DisputeTold(
            dispute_id=reference,
            charged="p1/charge/1",
            amount=money("43.00"),
            state=DisputeState(state),
            at=END + day * DAY,
        )
        heard(ports, news)


WAYS = {
    "card": lambda ports: refund_pledge(ports, "p1", actor="clerk"),
    "wallet": lambda ports: refund_pledge(ports, "p1", to=RefundTo.WALLET, actor="clerk"),
    "made there": lambda ports: receive_event(
        ports, RefundMade("p1/charge/1", money("43.00"), "re_1"), actor="provider"
    ),
    "in two parts": lambda ports: [
        refund_pledge(ports, "p1", wanted=money("10.00"), key="r1", actor="clerk"),
        refund_pledge(ports, "p1", actor="clerk"),
    ],
    "lost": lambda ports: disputed(ports, "lost"),
    "opened and lost": lambda ports: disputed(ports, "opened", "lost"),
}
ALL_WAYS = list(itertools.product(WAYS, [False, True], [ALL_BACK, BY_HOST]))


def house(way=None, *, paid_out=True, refunds=ALL_BACK):
    """La Lanterne with 60.00 of b0 and 40.00 of b1, who gave a tip of 3.00 too; p1 goes back some way."""
    ports = launched(refunds=refunds, splits=SplitPlan(), disputes=FIFTEEN)
    place_pledge(ports, request("p0", "60.00", backer_id="b0"))
    place_pledge(ports, request("p1", "40.00", backer_id="b1", tip=money("3.00")))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    if paid_out:
        settle_campaign(ports, "lanterne", actor="clerk")
        pay_out(ports, "lanterne", actor="clerk")
    if way is not None:
        WAYS[way](ports)
    assert audit(ports.store.transactions()) == ()
    assert state_account(ports, "lanterne").conserved
    return ports


def year(ports, campaigns=("lanterne",)):
    entries = ports.store.transactions()
    return year_totals(entries, "lune", campaigns, currency="EUR", year=2026, zone=PARIS).total


@pytest.mark.parametrize(("way", "paid_out", "refunds"), ALL_WAYS)
def test_what_went_back_is_returned_whenever_it_did(way, paid_out, refunds):
    told = year(house(way, paid_out=paid_out, refunds=refunds))
    assert (told.gross, told.payments, told.returned) == (money("100.00"), 2, money("40.00"))


def test_what_a_dispute_holds_is_returned_until_it_is_won():
    ports = house()
    for states, returned in ((["opened"], "40.00"), (["opened", "won"], "0.00"), (["lost"], "0.00")):
        disputed(ports, *states)  # what was lost earlier is won by now
        assert year(ports).returned == money(returned)
    assert (year(ports).gross, year(ports).payments) == (money("100.00"), 2)


def test_what_a_bank_takes_once_more_is_not_returned_twice():
    ports = house("card")
    disputed(ports, "opened", "lost")
    assert year(ports).returned == money("40.00")
    disputed(ports, "opened", "lost", "won")
    assert year(ports).returned == money("40.00")


def facts(ports):
    pledges = [ports.store.find_pledge(it) for it in ("p0", "p1")]
    return {it.pledge_id: it.donated for it in receipt_facts(ports.store.transactions(), pledges, {})}


@pytest.mark.parametrize(("way", "paid_out", "refunds"), ALL_WAYS)
def test_nothing_is_donated_of_what_went_back(way, paid_out, refunds):
    assert facts(house(way, paid_out=paid_out, refunds=refunds)) == {"p0": money("60.00")}


@pytest.mark.parametrize("paid_out", [False, True])
def test_what_is_left_of_a_pledge_is_donated(paid_out):
    ports = house(paid_out=paid_out, refunds=BY_HOST)
    refund_pledge(ports, "p1", wanted=money("4.30"), key="r1", actor="clerk")
    assert facts(ports) == {"p0": money("60.00"), "p1": money("36.00")}  # and 0.30 of the tip
    disputed(ports, "opened")
    assert facts(ports) == {"p0": money("60.00")}
    disputed(ports, "opened", "won")
    assert facts(ports) == {"p0": money("60.00"), "p1": money("36.00")}
    (_, told) = receipt_facts(ports.store.transactions(), ports.store._pledges.values(), {})
    assert told.at == END  # when it was paid, and not when the dispute was won


def backer(ports, backer_id="b1", span=ALL):
    """What a backer is told: the kinds of lines, how they end, and their pledges."""
    told = [
        ([line.kind for line in it.lines], it.closing.text) for it in state_backer(ports, backer_id, span)
    ]
    pledges = [
        (it.paid.text, it.returned.text, it.owed.text, it.open) for it in state_pledges(ports, backer_id)
    ]
    return told, pledges


BACK = [("43.00", "43.00", "0.00", False)]


@pytest.mark.parametrize(("way", "paid_out", "refunds"), ALL_WAYS)
def test_a_backer_is_told_that_all_came_back(way, paid_out, refunds):
    (pledges, *wallets), accounts = backer(house(way, paid_out=paid_out, refunds=refunds))
    assert (pledges[0][0], pledges[1]) == ("charge", "0.00")
    assert accounts == BACK
    assert wallets == ([(["credit", "credit"], "43.00")] if way == "wallet" else [])


def test_what_a_dispute_holds_has_not_come_back_yet():
    ports = house()
    disputed(ports, "opened")
    assert backer(ports) == ([(["charge"], "43.00")], [("43.00", "0.00", "0.00", False)])
    disputed(ports, "opened", "lost")
    assert backer(ports) == ([(["charge", "dispute"], "0.00")], BACK)
    disputed(ports, "opened", "lost", "won")
    told = [(["charge", "dispute", "dispute"], "43.00")]
    assert backer(ports) == (told, [("43.00", "0.00", "0.00", False)])


def test_credit_is_spent_passed_on_withdrawn_and_expires():
    ports = another(house("wallet"))
    spend_credit(ports, request("q1", "10.00", campaign_id="novel", backer_id="b1", tip=money("1.00")))
    pass_on_credit(ports, "b1", "ana", "EUR", key="g1", amount=money("5.00"), actor="b1")
    withdraw_credit(ports, "b1", "EUR", key="w1", amount=money("7.00"), actor="b1")
    ports.clock.set(END + 91 * DAY)
    expire_credit(ports, "b1", "EUR", goes_to="charity", actor="jobs")
    told, accounts = backer(ports)
    assert told == [
        (["charge", "credit", "credit", "spending"], "11.00"),
        (["credit", "credit", "spending", "gift", "withdrawal", "expiry"], "0.00"),
    ]
    assert accounts == [*BACK, ("11.00", "0.00", "0.00", False)]
    (_, wallet) = state_backer(ports, "b1", ALL)
    assert {kind: amount.text for (kind, _), amount in wallet.totals.items()} == {
        "credit": "43.00",
        "spending": "-11.00",
        "gift": "-5.00",
        "withdrawal": "-7.00",
        "expiry": "-20.00",
    }
    assert [line.about for line in wallet.lines] == ["p1", "p1", "q1", "g1", "w1", "p1"]
    assert [it.closing.text for it in state_backer(ports, "ana", ALL)] == ["5.00"]
    assert (audit(ports.store.transactions()), state_account(ports, "novel").conserved) == ((), True)


def test_a_spent_pledge_that_goes_back_is_credit_again():
    ports = another(house("wallet"))
    spend_credit(ports, request("q1", "10.00", campaign_id="novel", backer_id="b1"))
    cancel_pledge(ports, "q1", actor="b1")
    assert backer(ports) == (
        [
            (["charge", "credit", "credit", "spending", "credit"], "0.00"),
            (["credit", "credit", "spending", "credit"], "43.00"),
        ],
        [*BACK, ("10.00", "10.00", "0.00", False)],
    )
