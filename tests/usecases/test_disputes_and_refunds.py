"""A dispute and a refund of the same charge: together they give back what was paid, once."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import count

import attrs
import pytest
from funding_houses import AT_ONCE, books, goal, heard
from hypothesis import given, settings
from hypothesis import strategies as st
from lanterne import DAY, END, closed, collected, launched, money, refused, request

from pushcore import (
    Clamp,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    Money,
    Percent,
    PledgeState,
    Rounding,
    SplitPlan,
    cancel_campaign,
    cancel_pledge,
    charge_pledge,
    close_campaign,
    collect_pledges,
    finish_orders,
    place_pledge,
    refund_pledge,
    settle_campaign,
    state_account,
    state_wallet,
)
from pushcore.campaigns import DefaultOutcome, FailurePolicy, InstalmentBase, InstalmentPlan
from pushcore.changes import Changes
from pushcore.errors import InvalidValue, Refused
from pushcore.gateway import Accepted, Charge, DisputeState, DisputeTold, OrderAnswered, Refund
from pushcore.ids import OrderKey
from pushcore.ledger import TransactionPhase, chart, recipes
from pushcore.memory import ABLE, FakeGateway, Fault
from pushcore.money import Percentage, Remainder
from pushcore.payments import parting, restoring
from pushcore.payments.events import PledgeRefunded
from pushcore.payouts import (
    Bearer,
    Bearing,
    Debt,
    DebtSource,
    Dispute,
    DisputeTerms,
    PaidKind,
    PayoutPlan,
    RefundPolicy,
    RefundSituation,
    RefundTo,
    Returning,
    Split,
    Wallet,
    Waterfall,
    WithdrawalFee,
    recovery,
)
from pushcore.payouts.dispute import Blocked
from pushcore.usecases import (
    Reception,
    give_back_campaign,
    pay_out,
    prepare_payouts,
    receive_event,
    retry_refunds,
)

LOST, WON, OPENED, REVIEW = (DisputeState(it) for it in ("lost", "won", "opened", "under-review"))


def policy(**waterfall):
    every = {it: Waterfall(indebts=True, **waterfall) for it in RefundSituation}
    return RefundPolicy(every, rounding=Rounding.HALF_UP)


PLAN = InstalmentPlan(
    threshold=money("90.00"),
    base=InstalmentBase.WHOLE,
    fewest=3,
    most=3,
    remainder=Remainder.FIRST,
    first_after=timedelta(0),
    on_failure=FailurePolicy(7 * DAY, 14 * DAY, DefaultOutcome.KEPT),
    every_months=1,
)
PLAIN = {"refunds": policy(), "splits": SplitPlan(), "fees": FeeSchedule()}


def told(ports, state, *, charged="p1/charge/1", amount="40.00", days=0, dispute_id="dp_1"):
    news = DisputeTold(
        dispute_id=dispute_id, charged=charged, amount=money(amount), state=state, at=END + days * DAY
    )
    return heard(ports, news)


NUMBERS = count(1)


def back(ports, pledge_id="p1", **asked):
    if asked.get("wanted") is not None:
        asked = {"key": f"r{next(NUMBERS)}"} | asked
    return refund_pledge(ports, pledge_id, actor="clerk", **asked)


def called_off(*disputes, **wants):
    """A live campaign whose pledge of 40.00, charged at once, was disputed before it was called off."""
    ports = launched(model=AT_ONCE, **PLAIN)
    place_pledge(ports, request("p0", "10.00", backer_id="b0"))
    place_pledge(ports, request("p1", "40.00", backer_id="b1", **wants))
    for news in disputes:
        told(ports, **news)
    cancel_campaign(ports, "lanterne", actor="lune")
    return ports


def there(ports):
    """What is at the provider, which took and gave back what was disputed by itself."""
    return money(0).with_minor(books(ports).get("provider", 0))


BESIDE = ("/beside", "/contested", "/restored")


def whose(ports):
    """The books without what disputes have left of both sides."""
    return {path: minor for path, minor in books(ports).items() if not path.endswith(BESIDE)}


def empty(ports):
    """Nothing is held or owed of the campaign, and its totals are of nothing."""
    totals = ports.store.progress("lanterne")
    assert (totals.collected, totals.pledges) == (money(0), 0)
    return not whose(ports)


def test_lines_go_back_as_far_as_a_dispute_has_left_them():
    """More was owed than was sent, for ever."""
    ports = collected("60.00", "40.00", **PLAIN)
    told(ports, LOST, amount="0.01")
    assert refused(lambda: back(ports, wanted={"bonus": money("40.00")})) == ("above-paid",)
    assert back(ports, wanted={"bonus": money("39.99")}).refund is None
    assert books(ports)["campaign/lanterne/held"] == -6000


@pytest.mark.parametrize("asked", [{}, {"wanted": money("0.01")}], ids=["all", "a part"])
def test_what_was_won_and_given_back_is_not_lost_again(asked):
    """The bank has it twice, and the campaign gives it once: the rest is the platform's to contest."""
    ports = collected("60.00", "40.00", **PLAIN)
    told(ports, WON)
    back(ports, **asked)
    assert told(ports, LOST, days=30) == "taken"
    beyond = asked.get("wanted", money("40.00"))
    assert ports.store.find(Dispute, "dp_1").blocked.others == {"platform": beyond}
    assert (books(ports)["campaign/lanterne/held"], state_account(ports, "lanterne").conserved) == (
        -6000,
        True,
    )


def test_what_was_given_back_whole_is_disputed_at_the_cost_of_the_platform():
    """The campaign had called it off: what the bank takes is nothing that belongs to others."""
    ports = called_off()
    assert told(ports, OPENED) == "taken"
    assert ports.store.find(Dispute, "dp_1").blocked.others == {"platform": money("40.00")}
    assert told(ports, WON, days=30) == "taken"
    assert empty(ports)


def test_a_pledge_that_the_bank_gave_back_is_over_and_that_is_told():
    ports = called_off({"state": LOST})
    assert ports.store.find_pledge("p1").state is PledgeState.REFUNDED
    assert [it.reference for it in ports.store.events() if isinstance(it, PledgeRefunded)][-1] == "dp_1"


@pytest.mark.parametrize("amount", ["40.00", "15.00"])
@pytest.mark.parametrize("to", RefundTo)
def test_what_is_won_of_a_pledge_that_went_back_goes_back_too(amount, to):
    """It was held for nobody, so that the campaign never came to its end."""
    ports = called_off({"state": LOST, "amount": amount}, refund_to=to)
    assert there(ports) == (money(0) if to is RefundTo.CARD else money("40.00") - money(amount))
    assert told(ports, WON, amount=amount, days=30) == "taken"
    assert ports.store.find_pledge("p1").state is PledgeState.REFUNDED
    if to is RefundTo.CARD:
        assert (there(ports), empty(ports)) == (money(0), True)
    else:
        assert ports.store.find(Wallet, "b1/EUR").total == there(ports) == money("40.00")
    assert told(ports, WON, amount=amount, days=30) == "known"
    assert told(ports, LOST, amount=amount, days=60) == "taken"
    assert ports.store.find(Dispute, "dp_1").blocked.others == {"platform": money(amount)}
    assert state_account(ports, "lanterne").conserved


def test_of_two_disputes_that_are_won_each_gives_back_what_it_took():
    ports = called_off(
        {"state": LOST, "amount": "15.00"}, {"state": LOST, "amount": "10.00", "dispute_id": "dp_2"}
    )
    assert told(ports, WON, amount="15.00", days=30) == "taken"
    assert ports.store.find_pledge("p1").paid.refunded == money("30.00")
    assert told(ports, WON, amount="10.00", dispute_id="dp_2", days=31) == "taken"
    assert ports.store.find_pledge("p1").paid.refunded == money("40.00")
    assert (there(ports), empty(ports)) == (money(0), True)


def test_a_tip_goes_back_too_once_the_bank_has_given_it_back():
    """It is kept of a funded campaign; this one was called off."""
    kept = Returning(Percentage.of(0), [Bearing(Bearer.BACKER)])
    ports = launched(**PLAIN | {"refunds": policy(parts={PaidKind.TIP: kept}), "model": AT_ONCE})
    place_pledge(ports, request("p1", "40.00", backer_id="b1", tip=money("2.00")))
    told(ports, LOST, amount="42.00")
    cancel_campaign(ports, "lanterne", actor="lune")
    assert told(ports, WON, amount="42.00", days=30) == "taken"
    assert (there(ports), empty(ports)) == (money(0), True)
    assert ports.store.find(Debt, "lune/EUR") is None


@pytest.mark.parametrize("parts", [1, 2])
@pytest.mark.parametrize("to", RefundTo)
def test_parts_that_were_charged_go_back_and_no_others(parts, to):
    """All three were owed, since a dispute was known of; and those that became credit were there still."""
    ports = launched(instalments=PLAN, model=AT_ONCE, **PLAIN)
    place_pledge(ports, request("p1", "120.00", backer_id="b1", parts=3, refund_to=to))
    for part in range(1, parts + 1):
        charge_pledge(ports, "p1", part=part, actor="b1")
    told(ports, WON, amount="1.00")
    cancel_campaign(ports, "lanterne", actor="lune")
    after = ports.store.find_pledge("p1")
    assert (after.state, after.paid.refunded) == (PledgeState.REFUNDED, money("40.00") * parts)
    assert not after.instalments.owed
    assert not after.instalments.paid
    assert told(ports, OPENED, dispute_id="dp_2") == "taken"
    assert ports.store.find(Dispute, "dp_2").blocked.others == {"platform": money("40.00")}
    assert state_account(ports, "lanterne").conserved


@pytest.mark.parametrize("rules", ["all", "halves"])
@pytest.mark.parametrize(("parts", "lost"), [(1, "40.00"), (2, "40.00"), (1, "13.37")])
def test_parts_that_a_dispute_took_are_over_when_nothing_comes_of_the_campaign(parts, lost, rules):
    """More was taken off what is collected than had been: it never came to an end."""
    refunds = {"all": policy(), "halves": HALVES}[rules]
    ports = launched(instalments=PLAN, model=AT_ONCE, **PLAIN | {"refunds": refunds})
    place_pledge(ports, request("p1", "120.00", backer_id="b1", parts=3))
    for part in range(1, parts + 1):
        charge_pledge(ports, "p1", part=part, actor="b1")
    told(ports, LOST, amount=lost)
    cancel_campaign(ports, "lanterne", actor="lune")
    assert ports.store.find_pledge("p1").state is PledgeState.REFUNDED
    assert empty(ports)


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("disputed", [False, True])
def test_parts_become_credit_where_that_was_asked_for_disputed_or_not(disputed, parts):
    """They went to the card unless a dispute was known of, whoever had asked for credit."""
    ports = launched(instalments=PLAN, model=AT_ONCE, **PLAIN)
    asked = {"tip": money("1.00"), "parts": 3, "refund_to": RefundTo.WALLET}
    place_pledge(ports, request("p1", "120.00", backer_id="b1", **asked))
    for part in range(1, parts + 1):
        charge_pledge(ports, "p1", part=part, actor="b1")
    if disputed:
        told(ports, WON, amount="1.00")
    charged, _ = parting.charged(ports.store.find_pledge("p1"))
    cancel_campaign(ports, "lanterne", actor="lune")
    assert ports.store.find_pledge("p1").state is PledgeState.REFUNDED
    assert ports.store.find(Wallet, "b1/EUR").total == ports.gateway.held("EUR") == charged
    assert not [path for path in books(ports) if path.startswith("campaign/lanterne/held")]
    assert "campaign/lanterne/on-top/tip" not in books(ports)
    assert state_account(ports, "lanterne").conserved


@pytest.mark.parametrize("others", [(), ("60.00",)])
def test_a_tip_that_is_kept_is_not_taken_of_what_is_held_for_others(others):
    """The platform has it, and gives it: nothing of it was given to the campaign."""
    kept = Returning(Percentage.of(0), [Bearing(Bearer.BACKER)])
    ports = launched(**PLAIN | {"refunds": policy(parts={PaidKind.TIP: kept}), "goal": goal("10.00")})
    for n, amount in enumerate(others, 2):
        place_pledge(ports, request(f"p{n}", amount, backer_id=f"b{n}"))
    place_pledge(ports, request("p1", "40.00", backer_id="b1", tip=money("2.00")))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    told(ports, OPENED, amount="42.00")
    assert ports.store.progress("lanterne").collected == sum(map(money, others), money(0))
    assert ports.store.find(Debt, "lune/EUR") is None
    assert state_account(ports, "lanterne").conserved


def test_what_was_set_off_for_a_dispute_that_is_won_is_no_part_of_what_was_collected():
    """The fee of contesting it came back, and the statement gave the payee more than there was."""
    terms = DisputeTerms(
        fee=money("1.20"),
        fee_returned=False,
        counter_fee=money("0.60"),
        bearers=[],
        rounding=Rounding.HALF_UP,
    )
    ports = collected("60.00", "40.00", disputes=terms, **PLAIN)
    told(ports, REVIEW)
    settle_campaign(ports, "lanterne", actor="clerk")
    told(ports, WON, days=30)
    statement = state_account(ports, "lanterne")
    assert (statement.net, statement.conserved) == (money("100.00"), True)
    assert books(ports)["campaign/lanterne/payee/lune"] == -(10_000 - 120)


def test_a_refund_that_somebody_else_finished_and_went_on_from_is_no_doubt():
    """The campaign was given back between the order of a part and its answer, and all the rest with it."""
    ports = collected("60.00", "40.00", **PLAIN)
    refund = ports.gateway.refund

    def meanwhile(order):
        ports.gateway.refund = refund
        give_back_campaign(ports, "lanterne", actor="clerk")
        return refund(order)

    ports.gateway.refund = meanwhile
    after = back(ports, wanted=money("0.07"))
    assert (after.state, after.paid.refunded) == (PledgeState.REFUNDED, money("40.00"))
    assert books(ports) == {}


def test_a_refund_whose_answer_comes_after_a_dispute_is_taken_again():
    """The pledge was written for the dispute meanwhile, which was taken for an answer of somebody else's."""
    ports = launched(model=AT_ONCE, **PLAIN)
    place_pledge(ports, request("p1", "40.00", backer_id="b1"))
    refund = ports.gateway.refund

    def meanwhile(order):
        ports.gateway.refund = refund
        answer = refund(order)
        told(ports, OPENED, amount="1.00")
        return answer

    ports.gateway.refund = meanwhile
    cancel_campaign(ports, "lanterne", actor="lune")
    after = ports.store.find_pledge("p1")
    assert (after.state, len(after.gone_back)) == (PledgeState.REFUNDED, 1)
    assert after.gone_back[0].way.amount == money("40.00")
    assert not list(ports.store.open_orders())


def kept_of_a_default(disputed):
    """Of three parts of 30.00 for a poster, the first was paid and is kept, but for what a dispute took."""
    ports = launched(instalments=PLAN, **PLAIN)
    place_pledge(ports, request("p0", "100.00", backer_id="b0"))
    place_pledge(ports, request("p1", "50.00", tier_id="poster", backer_id="b1", parts=3))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    told(ports, LOST, amount=disputed)
    ports.gateway.decline("p1")
    for days in range(28, 50):
        ports.clock.set(END + days * DAY)
        collect_pledges(ports, "lanterne", actor="clerk")
    ports.gateway.accept("p1")
    pledge = ports.store.find_pledge("p1")
    assert (pledge.reason, pledge.kept) == ("defaulted", money("30.00") - money(disputed))
    return ports


def test_what_a_dispute_has_left_of_what_was_kept_of_a_default_goes_back():
    ports = kept_of_a_default("5.00")
    after = back(ports)
    assert (after.given_back, after.kept) == (money("25.00"), money(0))
    assert there(ports) == money("100.00")


@pytest.mark.parametrize(
    ("disputed", "wanted"),
    [
        ("5.00", money("25.01")),
        ("5.00", {"bonus": money("25.01")}),
        ("30.00", money("0.01")),
        ("30.00", None),
    ],
)
def test_no_more_of_what_was_kept_of_a_default_goes_back_than_a_dispute_has_left(disputed, wanted):
    ports = kept_of_a_default(disputed)
    before = books(ports)
    assert refused(back, ports, wanted=wanted) == ("above-paid",)
    assert books(ports) == before


def failing(paid, *disputed, **wants):
    """Of three parts of 30.00 so many are paid, those disputed, and the next one is declined from now on."""
    on_failure = FailurePolicy(7 * DAY, 14 * DAY, DefaultOutcome.REFUNDED)
    ports = launched(instalments=attrs.evolve(PLAN, on_failure=on_failure), **PLAIN)
    place_pledge(ports, request("p0", "100.00", backer_id="b0"))
    place_pledge(ports, request("p1", "90.00", backer_id="b1", parts=3, **wants))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    for number in range(paid):
        ports.clock.set(END + number * 31 * DAY)
        collect_pledges(ports, "lanterne", actor="clerk")
    for number, amount in enumerate(disputed, 1):
        told(ports, OPENED, charged=f"p1/charge/{number}", amount=amount, dispute_id=f"dp_{number}")
    ports.gateway.decline("p1")
    return ports


def default_of(paid, *disputed, **wants):
    """Such a pledge once the window of its part is over: all goes back."""
    ports = failing(paid, *disputed, **wants)
    while due_at := ports.store.find_pledge("p1").due_at:
        ports.clock.set(due_at)
        assert collect_pledges(ports, "lanterne", actor="clerk").troubles == {}
    ports.gateway.accept("p1")
    return ports, ports.store.find_pledge("p1")


@pytest.mark.parametrize(
    ("paid", "disputed", "state", "owed"),
    [
        (1, ["30.00"], "refunded", None),
        (1, ["10.00"], "unrefunded", "20.00"),
        (2, ["30.00"], "unrefunded", "30.00"),
        (2, ["30.00", "10.00"], "unrefunded", "20.00"),
        (2, ["30.00", "30.00"], "refunded", None),
    ],
)
@pytest.mark.parametrize("decided", [WON, LOST])
def test_a_default_is_written_although_a_dispute_is_open(paid, disputed, state, owed, decided):
    """It was refused: the answer to the charge could not be written, and no campaign be settled."""
    ports, pledge = default_of(paid, *disputed)
    assert (pledge.state.value, pledge.reason, pledge.due_at) == (state, "defaulted", None)
    assert not pledge.instalments.owed
    assert (None if pledge.refund is None else pledge.refund.ways[0].amount) == (owed and money(owed))
    progress = ports.store.progress("lanterne")
    assert (progress.pledges, progress.collected) == (1, money("100.00"))
    settle_campaign(ports, "lanterne", actor="clerk")
    assert (there(ports), len(ports.store.payouts("lanterne"))) == (money("100.00") + money(owed or 0), 1)
    for number, amount in enumerate(disputed, 1):
        assert ports.store.find_pledge("p1").state.value == state
        name, charged = f"dp_{number}", f"p1/charge/{number}"
        assert told(ports, decided, charged=charged, amount=amount, days=90, dispute_id=name) == "taken"
        state = ports.store.find_pledge("p1").state.value if decided is WON else state
    assert ports.store.find_pledge("p1").state is PledgeState.REFUNDED
    assert (there(ports), state_account(ports, "lanterne").conserved) == (money("100.00"), True)
    assert not list(ports.store.open_orders())


@pytest.mark.parametrize(("decided", "credit"), [(WON, "60.00"), (LOST, "30.00")])
def test_what_waited_for_a_dispute_becomes_credit_where_that_was_asked_for(decided, credit):
    ports, _ = default_of(2, "30.00", refund_to=RefundTo.WALLET)
    told(ports, decided, amount="30.00", days=90, dispute_id="dp_1")
    assert ports.store.find_pledge("p1").state is PledgeState.REFUNDED
    assert ports.store.find(Wallet, "b1/EUR").total == money(credit)
    assert state_account(ports, "lanterne").conserved


@pytest.mark.parametrize("asked", [back, lambda ports: retry_refunds(ports, "lanterne", actor="clerk")])
@pytest.mark.parametrize(("to", "credit"), [(RefundTo.WALLET, "30.00"), (RefundTo.CARD, "0.00")])
def test_what_did_not_wait_for_the_dispute_goes_where_its_backer_wanted_it(asked, to, credit):
    """It went to the card, which nobody had asked for."""
    ports, _ = default_of(2, "30.00", refund_to=to)
    asked(ports)
    assert ports.store.find_pledge("p1").state is PledgeState.REFUNDED
    assert state_wallet(ports, "b1", "EUR").total == money(credit)
    told(ports, LOST, amount="30.00", days=90)
    assert state_account(ports, "lanterne").conserved


@pytest.mark.parametrize("told_by_itself", [False, True])
@pytest.mark.parametrize(("to", "credit"), [(RefundTo.WALLET, "60.00"), (RefundTo.CARD, "0.00")])
def test_a_default_goes_where_its_backer_wanted_it_without_any_dispute(to, credit, told_by_itself):
    """It went to the card, unless a dispute happened to be open when the last charge failed."""
    if told_by_itself:
        ports = failing(2, refund_to=to)
        ports.clock.set(ports.store.find_pledge("p1").due_at)
        collect_pledges(ports, "lanterne", actor="clerk")
        ports.clock.advance(60 * DAY)
        ports.gateway.fail_next(Fault.AFTER)
        assert "p1" in collect_pledges(ports, "lanterne", actor="clerk").troubles
        key = OrderKey(f"p1/charge/{ports.store.find_pledge('p1').attempts}")
        news = OrderAnswered(key, ports.gateway.status(key))
        assert receive_event(ports, news, actor="provider") is Reception.TAKEN
        ports.gateway.accept("p1")
    else:
        ports, _ = default_of(2, refund_to=to)
    finish_orders(ports, actor="clerk")
    pledge = ports.store.find_pledge("p1")
    assert (pledge.state, pledge.reason) == (PledgeState.REFUNDED, "defaulted")
    assert state_wallet(ports, "b1", "EUR").total == money(credit)
    refunds = [it.amount for it in ports.gateway.accepted() if isinstance(it, Refund)]
    assert sum(refunds, money(credit)) == money("60.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    assert state_account(ports, "lanterne").conserved


def test_a_pledge_whose_only_part_the_bank_took_is_canceled():
    """What was never paid of it was taken off the totals."""
    ports = launched(instalments=PLAN, **PLAIN | {"model": AT_ONCE, "goal": goal("10.00")})
    place_pledge(ports, request("p1", "90.00", backer_id="b1", parts=3))
    place_pledge(ports, request("p2", "60.00", backer_id="b2"))
    charge_pledge(ports, "p1", part=1, actor="b1")
    told(ports, LOST, amount="30.00")
    assert cancel_pledge(ports, "p1", actor="b1").state is PledgeState.REFUNDED
    assert ports.store.progress("lanterne").collected == money("60.00")


def test_what_comes_back_beyond_what_was_paid_goes_back_and_nothing_is_paid_twice():
    ports = collected("60.00", "40.00", **PLAIN)
    pledge, campaign = back(ports), ports.store.campaign("lanterne")
    won = Blocked(creator=money("4.00"), debt=money(0))
    again, changes = restoring.once_more(pledge, campaign, "p1/charge/1", won, END, "clerk")
    assert (again.state, again.refund.paid) == (PledgeState.REFUNDING, pledge.paid)
    assert [(way.charged, way.amount) for way in again.refund.ways] == [("p1/charge/1", money("4.00"))]
    assert [it.amount for it in changes.orders] == [money("4.00")]


def test_a_part_is_asked_back_although_something_else_was_written_of_the_pledge_meanwhile():
    ports = collected("60.00", "40.00", **PLAIN)
    commit = ports.store.commit

    def meanwhile(changes):
        ports.store.commit = commit
        told(ports, WON, amount="1.00")
        return commit(changes)

    ports.store.commit = meanwhile
    after = back(ports, wanted=money("0.07"))
    assert (after.paid.refunded, after.refund) == (money("0.07"), None)


def test_a_dispute_of_all_that_is_left_takes_nothing_of_a_declined_refund():
    ports = collected("40.00", "60.00", **PLAIN)
    ports.gateway.decline("p1")
    back(ports, wanted=money("8.00"))
    told(ports, REVIEW, amount="52.00")
    (dispute,) = ports.store.find_pledge("p1").disputes
    assert (dispute.amount, dispute.instead) == (money("52.00"), None)


def test_what_a_dispute_took_for_a_declined_refund_is_there_again_once_it_is_won():
    """It was left out of what the next dispute could take, once for the refund and once for the dispute."""
    ports = collected("40.00", "60.00", **PLAIN)
    ports.gateway.decline("p1")
    back(ports, wanted=money("8.00"))
    told(ports, REVIEW, amount="60.00")
    told(ports, WON, amount="60.00", days=5)
    told(ports, REVIEW, amount="60.00", dispute_id="dp_2", days=6)
    blocked = ports.store.find(Dispute, "dp_2").blocked
    assert (blocked.creator, blocked.owed, blocked.debt) == (money("52.00"), money("8.00"), money(0))
    told(ports, WON, amount="60.00", dispute_id="dp_2", days=9)
    ports.gateway.accept("p1")
    assert back(ports).gone_back[0].way.amount == money("8.00")
    assert back(ports, wanted=money("52.00")).state is PledgeState.REFUNDED
    assert state_account(ports, "lanterne").conserved


def test_what_a_dispute_took_of_a_tip_is_known_when_the_rest_of_it_goes_back():
    """It was computed anew of what was left by then, and the platform gave more than the tip."""
    ports = launched(**PLAIN | {"goal": goal("5.00")})
    place_pledge(ports, request("p1", "7.77", backer_id="b1", tip=money("1.11")))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    told(ports, LOST, amount="2.96")
    assert books(ports)["campaign/lanterne/on-top/tip"] == -74
    back(ports, wanted={"tip": 1})
    assert "campaign/lanterne/on-top/tip" not in books(ports)
    give_back_campaign(ports, "lanterne", actor="clerk")
    assert (ports.store.find_pledge("p1").state, there(ports), empty(ports)) == (
        PledgeState.REFUNDED,
        money(0),
        True,
    )


def test_a_dispute_keeps_its_share_when_another_one_before_it_is_won():
    """It had taken the second part of the payment, and was counted as if it had taken the first."""
    service = FeeLine("service", FeeBase.PLEDGE, Percent(Percentage.of(5)), Rounding.HALF_UP)
    ports = launched(model=AT_ONCE, on_top=FeeSchedule([service]), **PLAIN)
    place_pledge(ports, request("p1", "1.00", backer_id="b1"))
    told(ports, OPENED, amount="0.35", dispute_id="dp_1")
    told(ports, REVIEW, amount="0.35", dispute_id="dp_2", days=1)
    told(ports, WON, amount="0.35", dispute_id="dp_1", days=2)
    told(ports, LOST, amount="0.35", dispute_id="dp_2", days=3)
    cancel_campaign(ports, "lanterne", actor="lune")
    assert (ports.store.find_pledge("p1").state, there(ports), empty(ports)) == (
        PledgeState.REFUNDED,
        money(0),
        True,
    )


def test_a_refund_that_was_carried_out_is_known_although_more_is_owed_since():
    """A dispute that was won left the pledge as if its last refund had failed."""
    ports = launched(model=AT_ONCE, **PLAIN)
    place_pledge(ports, request("p1", "40.00", backer_id="b1"))
    ports.gateway.decline("p1")
    cancel_campaign(ports, "lanterne", actor="lune")
    told(ports, OPENED, amount="0.01")
    ports.gateway.accept("p1")
    (gone,) = back(ports).gone_back
    told(ports, WON, amount="0.01", days=30)
    after = ports.store.find_pledge("p1")
    assert after.state is PledgeState.UNREFUNDED
    key = OrderKey(f"p1/refund/{after.refunds}")
    assert (
        receive_event(ports, OrderAnswered(key, Accepted(gone.reference)), actor="provider").value == "known"
    )
    assert back(ports).state is PledgeState.REFUNDED
    assert (there(ports), empty(ports)) == (money(0), True)


def test_what_comes_back_while_a_refund_is_declined_is_owed_with_it():
    """The pledge stands no more, and what came back was counted as collected for it."""
    ports = launched(model=AT_ONCE, **PLAIN)
    place_pledge(ports, request("p1", "40.00", backer_id="b1"))
    told(ports, LOST, amount="15.00")
    ports.gateway.decline("p1")
    cancel_campaign(ports, "lanterne", actor="lune")
    assert ports.store.find_pledge("p1").state is PledgeState.UNREFUNDED
    assert told(ports, WON, amount="15.00", days=30) == "taken"
    owed = ports.store.find_pledge("p1").refund
    assert ([way.amount for way in owed.ways], owed.declined) == ([money("40.00")], True)
    ports.gateway.accept("p1")
    assert back(ports).state is PledgeState.REFUNDED
    assert (there(ports), empty(ports)) == (money(0), True)


def test_a_creator_who_is_no_payee_is_paid_what_was_set_off_for_a_dispute_that_is_won():
    """It lay on an account of which no payout was ever made."""
    others = SplitPlan([Split("band", remaining=True)])
    ports = collected("60.00", "40.00", **PLAIN | {"splits": others})
    settle_campaign(ports, "lanterne", actor="clerk")
    told(ports, LOST)
    debt = ports.store.find(Debt, "lune/EUR")
    account = chart.payee_account("next", "lune")
    _, netted = recovery.recover(
        debt, "next", DebtSource.PAYOUT, money("40.00"), END, "clerk", account=account
    )
    entry = recipes.charge("c1", "next", money("40.00"), END, phase=TransactionPhase.PENDING)
    ports.store.commit(
        Changes(
            transactions=(
                attrs.evolve(entry, phase=TransactionPhase.POSTED),
                recipes.settlement("next", money("40.00"), {}, {"lune": money("40.00")}, END),
            )
        )
    )
    ports.store.commit(netted)
    told(ports, WON, days=30)
    assert ("lune", money("40.00")) in {(it.payee_id, it.amount) for it in ports.store.payouts("lanterne")}
    assert prepare_payouts(ports, "lanterne", actor="clerk") == ()


def test_a_transfer_that_failed_is_known_to_have_failed_once_its_payout_is_set_off():
    """It was taken for one that was carried out."""
    ports = collected("60.00", "40.00", **PLAIN)
    settle_campaign(ports, "lanterne", actor="clerk")
    ports.gateway.decline("lune")
    pay_out(ports, "lanterne", actor="clerk")
    for pledge_id in ("p0", "p1"):
        refund_pledge(ports, pledge_id, actor="clerk")
    pay_out(ports, "lanterne", actor="clerk")
    (payout,) = ports.store.payouts("lanterne")
    assert payout.state.value == "set-off"
    declined = OrderAnswered("lanterne/lune/transfer/1", ports.gateway.status("lanterne/lune/transfer/1"))
    assert receive_event(ports, declined, actor="provider").value == "known"


def test_what_is_won_before_the_settlement_is_paid_out_after_it():
    """A payout that was made before took the number of the first one, and nothing could be settled."""
    terms = DisputeTerms(
        fee=money("1.20"), fee_returned=True, counter_fee=money("0.00"), bearers=[], rounding=Rounding.HALF_UP
    )
    ports = collected("60.00", "40.00", disputes=terms, **PLAIN)
    told(ports, OPENED)
    debt, at = ports.store.find(Debt, "lune/EUR"), chart.payee_account("next", "lune")
    charged = recipes.charge("c1", "next", money("1.20"), END)
    divided = recipes.settlement("next", money("1.20"), {}, {"lune": money("1.20")}, END)
    received = attrs.evolve(charged, phase=TransactionPhase.POSTED)
    ports.store.commit(Changes(transactions=(received, divided)))
    netted = recovery.recover(debt, "next", DebtSource.PAYOUT, money("1.20"), END, "clerk", account=at)
    ports.store.commit(netted[1])
    told(ports, WON, days=30)
    assert prepare_payouts(ports, "lanterne", actor="clerk") == ()
    settle_campaign(ports, "lanterne", actor="clerk")
    (more,) = prepare_payouts(ports, "lanterne", actor="clerk")
    assert [it.amount for it in ports.store.payouts("lanterne")] == [money("100.00"), more.amount]
    assert more.amount == money("1.20")


def test_what_is_won_while_the_campaign_is_settled_is_divided_too():
    """It came back to what was held, of which the settlement had just divided all that was there."""
    ports = collected("60.00", "40.00", **PLAIN)
    told(ports, OPENED)
    meanwhile(ports, lambda: settle_campaign(ports, "lanterne", actor="clerk"))
    told(ports, WON, days=9)
    paid = [it.amount for it in ports.store.payouts("lanterne")]
    assert Money.total(paid, "EUR") == money("100.00")
    assert state_account(ports, "lanterne").held == money("0.00")


def test_what_is_won_while_the_campaign_is_being_settled_is_settled_with_it():
    """What was held again by then was divided by nobody, and nothing gets it out of a settled campaign."""
    ports = collected("60.00", "40.00", **PLAIN)
    told(ports, OPENED)
    meanwhile(ports, lambda: told(ports, WON, days=9))
    statement = settle_campaign(ports, "lanterne", actor="clerk")
    assert (statement.payees, statement.held) == ({"lune": money("100.00")}, money("0.00"))
    assert [it.amount for it in ports.store.payouts("lanterne")] == [money("100.00")]


def meanwhile(ports, act):
    """Somebody else acts before the next commit."""
    commit = ports.store.commit

    def once(changes):
        ports.store.commit = commit
        act()
        commit(changes)

    ports.store.commit = once


@pytest.mark.parametrize("at_once", [False, True])
def test_two_disputes_that_are_won_are_divided_one_after_the_other(at_once):
    """Won at once, each was divided as if it were the only one: the director had their fixed part twice."""
    splits = SplitPlan([Split("director", fixed=money("60.00")), Split("band", remaining=True)])
    least = Clamp(Percent(Percentage.of("10")), at_least=money("6.00"))
    fees = FeeSchedule([FeeLine("platform", FeeBase.COLLECTED, least, Rounding.HALF_UP)])
    asked_for = PayoutPlan(withdrawals=WithdrawalFee(fee=money("0.00"), free=1))
    own = PLAIN | {"splits": splits, "fees": fees, "payouts": asked_for}
    ports = collected(*["40.00"] * 3, **own)
    one, two = (
        partial(told, ports, charged=f"p{n}/charge/1", dispute_id=f"dp_{n}", amount="40.00") for n in (1, 2)
    )
    one(OPENED)
    two(OPENED)
    settle_campaign(ports, "lanterne", actor="clerk")
    if at_once:
        meanwhile(ports, lambda: two(WON, days=9))
    one(WON, days=9)
    two(WON, days=9)
    statement = state_account(ports, "lanterne")
    assert (statement.fees, statement.conserved) == ({"platform": money("12.00")}, True)
    assert statement.payees == {"director": money("60.00"), "band": money("48.00")}


def flat(amount, **changed):
    return FeeLine("flat", FeeBase.COLLECTED, Fixed(money(amount)), Rounding.HALF_UP, **changed)


def test_what_is_taken_once_of_the_total_is_not_taken_again_of_what_comes_back():
    """A setup fee, and a payee with a fixed part: both had theirs of what was settled first."""
    splits = SplitPlan([Split("label", fixed=money("20.00")), Split("band", remaining=True)])
    own = PLAIN | {"splits": splits, "fees": FeeSchedule([flat("10.00")])}
    ports = collected("60.00", "40.00", **own)
    told(ports, OPENED)
    settle_campaign(ports, "lanterne", actor="clerk")
    told(ports, WON, days=30)
    statement = state_account(ports, "lanterne")
    assert (statement.fees, statement.conserved) == ({"flat": money("10.00")}, True)
    assert statement.payees == {"label": money("20.00"), "band": money("70.00")}


@pytest.mark.parametrize("base", [FeeBase.PLEDGE, FeeBase.COLLECTED])
def test_what_comes_back_is_divided_after_the_fees_of_every_pledge(base):
    """1.00 of each of ten pledges: all others counted as one, so that the fixed part was full without it."""
    each = FeeLine(
        "card", base, Fixed(money("1.00" if base is FeeBase.PLEDGE else "10.00")), Rounding.HALF_UP
    )
    splits = SplitPlan([Split("director", fixed=money("85.00")), Split("band", remaining=True)])
    own = PLAIN | {"splits": splits, "fees": FeeSchedule([each]), "goal": goal("10.00")}
    ports = collected(*["10.00"] * 10, **own)
    told(ports, OPENED, amount="10.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    read, pledges = [], ports.store.collected_pledges
    ports.store.collected_pledges = lambda it: read.append(it) or pledges(it)
    told(ports, WON, amount="10.00", days=30)
    statement = state_account(ports, "lanterne")
    assert (statement.fees, statement.conserved) == ({"card": money("10.00")}, True)
    assert statement.payees == {"director": money("85.00"), "band": money("5.00")}
    assert len(read) == (base is FeeBase.PLEDGE)


def test_what_is_taken_of_the_fees_of_what_comes_back_is_taken_of_all_fees():
    """Of 0.03 on each of ten it is 0.06, and of 3 % of all 0.07: as if it had not been disputed."""
    fees = FeeSchedule([rate("card", FeeBase.PLEDGE, "3"), rate("vat", FeeBase.FEES, "21", of=["card"])])
    ports = collected(*["1.10"] * 10, **PLAIN | {"fees": fees, "goal": goal("1.00")})
    told(ports, OPENED, amount="1.10")
    settle_campaign(ports, "lanterne", actor="clerk")
    told(ports, WON, amount="1.10", days=30)
    assert state_account(ports, "lanterne").fees == {"card": money("0.30"), "vat": money("0.06")}


def test_what_comes_back_takes_nothing_of_any_payee():
    """Of 99.99 the label gets a cent more than of 100.00, which was paid out and is not taken back."""
    three_sevenths = Percentage.of("300/7")
    splits = SplitPlan(
        [
            Split("band", portion=three_sevenths),
            Split("director", portion=three_sevenths),
            Split("label", remaining=True),
        ]
    )
    ports = collected("60.00", "40.00", **PLAIN | {"splits": splits})
    told(ports, OPENED, amount="0.01")
    settle_campaign(ports, "lanterne", actor="clerk")
    assert state_account(ports, "lanterne").payees == {
        "band": money("42.85"),
        "director": money("42.85"),
        "label": money("14.29"),
    }
    told(ports, WON, amount="0.01", days=30)
    assert state_account(ports, "lanterne").payees == {
        "band": money("42.86"),
        "director": money("42.85"),
        "label": money("14.29"),
    }


def test_what_comes_back_and_is_less_than_its_fees_is_owed_by_the_creator():
    dear = FeeLine("dear", FeeBase.PLEDGE, Fixed(money("50.00")), Rounding.HALF_UP)
    ports = collected("60.00", "40.00", **PLAIN | {"fees": FeeSchedule([dear])})
    told(ports, OPENED)
    settle_campaign(ports, "lanterne", actor="clerk")
    told(ports, WON, days=30)
    statement = state_account(ports, "lanterne")
    assert (statement.fees["dear"], statement.debt) == (money("100.00"), money("10.00"))
    assert statement.conserved


class Banks(FakeGateway):
    """A provider that says of each charge how it was paid: by card, or else through a bank."""

    def __init__(self, cards):
        super().__init__()
        self.cards = cards

    def _told(self, order, said):
        answer = super()._told(order, said)
        if isinstance(order, Charge):
            answer = attrs.evolve(answer, paid_by="card" if order.pledge_id in self.cards else "bank")
        return answer


def paid_by(cards, *amounts, fees):
    """A campaign whose pledges of these amounts were charged, some of them by card."""
    ports = closed(*amounts, **PLAIN | {"fees": FeeSchedule(fees)})
    ports = attrs.evolve(ports, gateway=Banks(cards))
    ports.gateway._methods = {it.method: it.id for it in ports.store._pledges.values()}
    collect_pledges(ports, "lanterne", actor="clerk")
    return ports


def rate(name, base, percent, **changed):
    return FeeLine(name, base, Percent(Percentage.of(percent)), Rounding.HALF_UP, **changed)


CARDS, BANKS = {"methods": ["card"]}, {"methods": ["bank"]}
OF_CARDS = (rate("card", FeeBase.COLLECTED, "20", **CARDS), flat("5.00", **CARDS))
EACH_WAY = (
    *OF_CARDS,
    rate("platform", FeeBase.COLLECTED, "5"),
    rate("bank", FeeBase.PLEDGE, "1.7", **BANKS),
    rate("vat", FeeBase.FEES, "21", of=["card", "flat", "platform", "bank"]),
)


@pytest.mark.parametrize("fees", [OF_CARDS, EACH_WAY], ids=len)
@given(
    st.lists(st.integers(4_000, 9_999).map(money(0).with_minor), min_size=3, max_size=4),
    st.sets(st.sampled_from(["p0", "p1", "p2", "p3"])),
    st.sampled_from(["p0", "p1", "p2"]),
    st.integers(1, 9_999),
)
@settings(max_examples=15)
def test_what_is_won_after_the_settlement_ends_as_if_it_had_not_been_disputed(
    fees, amounts, cards, about, minor
):
    """A fee of what was paid by card was taken of everybody's money, or not of what came back."""
    twin, ports = (paid_by(cards, *amounts, fees=fees) for _ in range(2))
    amount = min(amounts[int(about[1])], money(0).with_minor(minor))
    news = partial(told, ports, charged=f"{about}/charge/1", amount=amount.text)
    news(OPENED)
    for each in twin, ports:
        settle_campaign(each, "lanterne", actor="clerk")
    news(WON, days=30)
    ended, undisputed = (state_account(it, "lanterne") for it in (ports, twin))
    assert (ended.fees, ended.payees) == (undisputed.fees, undisputed.payees)
    assert ended.conserved


def test_who_pays_by_card_again_pays_what_the_card_takes_once():
    """60.00 by bank and 40.00 by card, all of it disputed: the flat fee was taken of no card before."""
    ports = paid_by({"p1"}, "60.00", "40.00", fees=OF_CARDS)
    told(ports, OPENED)
    settle_campaign(ports, "lanterne", actor="clerk")
    told(ports, WON, days=30)
    assert state_account(ports, "lanterne").fees == {"card": money("8.00"), "flat": money("5.00")}


@pytest.mark.parametrize(
    ("fees", "about", "reads"), [((flat("5.00"),), "p1", 0), (OF_CARDS, "p0", 0), (OF_CARDS, "p1", 3)]
)
def test_all_pledges_are_read_for_a_fee_of_some_payments_and_only_where_it_was_taken(fees, about, reads):
    """By every piece of news; where the fee is of all, or was not taken of it, no other is looked at."""
    ports = paid_by({"p1"}, "60.00", "40.00", fees=fees)
    settle_campaign(ports, "lanterne", actor="clerk")
    read, pledges = [], ports.store.collected_pledges
    ports.store.collected_pledges = lambda it: read.append(it) or pledges(it)
    for days, state in enumerate((OPENED, REVIEW, WON)):
        told(ports, state, charged=f"{about}/charge/1", days=days)
    assert len(read) == reads


def test_a_fee_of_some_payments_comes_back_of_those_alone():
    """It was taken of 40.00 that came by card, and not of all 100.00."""
    ports = paid_by({"p1"}, "60.00", "40.00", fees=OF_CARDS)
    fees = settle_campaign(ports, "lanterne", actor="clerk").fees
    assert fees == {"card": money("8.00"), "flat": money("5.00")}
    back(ports)
    statement = state_account(ports, "lanterne")
    assert (statement.fees, statement.debt) == ({"card": money(0), "flat": money(0)}, money("27.00"))
    assert statement.conserved


def test_what_a_provider_really_kept_is_what_does_not_come_back():
    """The estimate was 3 %, and it kept 10: the creator got 90 of 100, and owes 90."""
    estimate = FeeLine("card", FeeBase.PLEDGE, Percent(Percentage.of("3")), Rounding.HALF_UP, estimate=True)
    ports = closed("100.00", **PLAIN | {"fees": FeeSchedule([estimate])})
    ports = attrs.evolve(ports, gateway=FakeGateway(fee=lambda _: money("10.00")))
    ports.gateway._methods = {it.method: it.id for it in ports.store._pledges.values()}
    collect_pledges(ports, "lanterne", actor="clerk")
    settle_campaign(ports, "lanterne", actor="clerk")
    back(ports, pledge_id="p0")
    assert ports.store.find(Debt, "lune/EUR").outstanding == money("90.00")
    assert state_account(ports, "lanterne").conserved


def test_several_disputes_of_a_charge_take_no_more_of_a_tip_than_was_given():
    """Each was shared out as if it were the only one, so that rounding took a cent too many of it."""
    ports = launched(**PLAIN | {"model": AT_ONCE})
    place_pledge(ports, request("p1", "25.50", backer_id="b1", tip=money("1.28")))
    for n, amount in enumerate(("8.92", "8.92", "8.94")):
        told(ports, LOST, amount=amount, dispute_id=f"dp_{n}")
    assert "campaign/lanterne/on-top/tip" not in books(ports)
    assert "campaign/lanterne/held" not in books(ports)


def test_what_is_won_of_a_pledge_that_was_canceled_goes_back_after_the_settlement_too():
    """It was held for nobody once the campaign was settled with all the others."""
    ports = launched(**PLAIN | {"model": AT_ONCE, "goal": goal("10.00")})
    place_pledge(ports, request("p0", "60.00", backer_id="b0"))
    place_pledge(ports, request("p1", "40.00", backer_id="b1"))
    told(ports, LOST)
    cancel_pledge(ports, "p1", actor="b1")
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    settle_campaign(ports, "lanterne", actor="clerk")
    assert told(ports, WON, days=30) == "taken"
    assert ports.store.find_pledge("p1").state is PledgeState.REFUNDED
    assert (there(ports), ports.store.progress("lanterne").collected) == (money("60.00"), money("60.00"))
    assert "campaign/lanterne/held" not in books(ports)


@pytest.mark.parametrize("others", [(), ("50.00",)])
def test_a_dispute_of_one_part_takes_no_more_than_that_part_gave(others):
    """It was shared over the whole pledge: a cent of the tip, which was not paid yet, was taken of others."""
    ports = launched(instalments=PLAN, **PLAIN | {"goal": goal("1.00")})
    place_pledge(ports, request("p1", "90.01", backer_id="b1", tip=money("0.01"), parts=3))
    for n, amount in enumerate(others, 2):
        place_pledge(ports, request(f"p{n}", amount, backer_id=f"b{n}"))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    first = ports.store.find_pledge("p1").instalments.parts[0].amount
    told(ports, OPENED, amount=str(first.amount))
    assert ports.store.progress("lanterne").collected == sum(map(money, others), money(0))
    assert books(ports).get("campaign/lanterne/on-top/tip") is None
    told(ports, WON, amount=str(first.amount), days=30)
    assert books(ports)["campaign/lanterne/on-top/tip"] == -1


def test_what_a_dispute_has_left_of_the_parts_that_were_charged_is_what_goes_back():
    """It was shared over what was not charged as well, and more came of what is held for others."""
    ports = launched(instalments=PLAN, **PLAIN | {"model": AT_ONCE, "goal": goal("10.00")})
    place_pledge(ports, request("p1", "90.01", backer_id="b1", tip=money("0.02"), parts=3))
    place_pledge(ports, request("p2", "60.00", backer_id="b2"))
    for part in (1, 2):
        charge_pledge(ports, "p1", part=part, actor="b1")
    told(ports, LOST, amount="7.00")
    cancel_pledge(ports, "p1", actor="b1")
    assert ports.store.find_pledge("p1").state is PledgeState.REFUNDED
    assert books(ports)["campaign/lanterne/held"] == -6000
    assert books(ports).get("campaign/lanterne/on-top/tip") is None


@pytest.mark.parametrize(
    ("amount", "decided", "fees"),
    [("40.00", WON, "2.00"), ("10.00", WON, "2.00"), ("40.00", LOST, "1.20"), ("10.00", LOST, "2.00")],
)
def test_a_dispute_that_is_open_at_the_settlement_takes_no_fee_of_a_provider_twice(amount, decided, fees):
    """What it kept was taken of nothing at the settlement, and the estimate besides once that was won."""
    estimate = FeeLine("card", FeeBase.PLEDGE, Percent(Percentage.of("3")), Rounding.HALF_UP, estimate=True)
    ports = launched(**PLAIN | {"model": AT_ONCE, "goal": goal("1.00"), "fees": FeeSchedule([estimate])})
    keeping = FakeGateway(fee=lambda it: it.times(Percentage.of("2").fraction, Rounding.HALF_UP))
    ports = attrs.evolve(ports, gateway=keeping)
    place_pledge(ports, request("p0", "60.00", backer_id="b0"))
    place_pledge(ports, request("p1", "40.00", backer_id="b1"))
    told(ports, OPENED, amount=amount)
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    settle_campaign(ports, "lanterne", actor="clerk")
    told(ports, decided, amount=amount, days=1)
    statement = state_account(ports, "lanterne")
    assert (sum(fee.minor for fee in statement.fees.values()), statement.conserved) == (
        money(fees).minor,
        True,
    )
    assert books(ports)["campaign/lanterne/provider-fees"] == money("2.00").minor


def test_a_campaign_whose_pledges_are_all_disputed_is_settled_without_fees():
    """Nothing is there of which they could be taken; it was a debt of the creator."""
    estimate = FeeLine("card", FeeBase.PLEDGE, Percent(Percentage.of("3")), Rounding.HALF_UP, estimate=True)
    ports = launched(**PLAIN | {"model": AT_ONCE, "goal": goal("1.00"), "fees": FeeSchedule([estimate])})
    ports = attrs.evolve(ports, gateway=FakeGateway(fee=lambda _: money("2.00")))
    place_pledge(ports, request("p1", "40.00", backer_id="b1"))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    told(ports, OPENED)
    statement = settle_campaign(ports, "lanterne", actor="clerk")
    assert (set(statement.fees.values()), statement.debt) == ({money(0)}, money(0))
    told(ports, WON, days=1)
    assert state_account(ports, "lanterne").net == money("38.00")


@pytest.mark.parametrize("returned", [False, True])
@given(st.lists(st.sampled_from([DisputeState(it) for it in DisputeState if it != "opened"]), max_size=4))
def test_the_books_are_those_of_a_provider_that_takes_part(returned, states):
    """What is disputed, decided and given back at the gateway in memory is in the ledger too."""
    fee = {"dispute_fee": {"EUR": money("15.00")}, "returns_dispute_fee": returned}
    ports = launched(**PLAIN | {"model": AT_ONCE})
    ports = attrs.evolve(ports, gateway=FakeGateway(abilities=attrs.evolve(ABLE, **fee)))
    ports.gateway.deposit(money("15.00"))  # of which the fee is paid
    place_pledge(ports, request("p1", "40.00"))
    news = [ports.gateway.give_back("p1/charge/1", money("10.00"))]
    news.append(ports.gateway.dispute("p1/charge/1", money("30.00"), at=END))
    news += (ports.gateway.decide("dispute-1", it, at=END + n * DAY) for n, it in enumerate(states, start=1))
    for it in news:
        assert heard(ports, it) in {"taken", "known"}
    assert there(ports) == ports.gateway.held("EUR") - money("15.00")


TENTH = policy(parts={PaidKind.GOODS: Returning(Percentage.of(90), [Bearing(Bearer.BACKER)])})
"""Whoever wants their money back leaves a tenth of it to the campaign."""


def held(ports):
    return -books(ports).get("campaign/lanterne/held", 0)


def test_the_fee_of_what_a_dispute_has_left_comes_back_too():
    """What the account still had of it was counted as if the dispute had not taken its part before."""
    cut = FeeLine("cut", FeeBase.PLEDGE, Percent(Percentage.of(10)), Rounding.HALF_UP)
    ports = collected("100.00", **PLAIN | {"fees": FeeSchedule([cut])})
    settle_campaign(ports, "lanterne", actor="clerk")
    told(ports, LOST, charged="p0/charge/1")
    back(ports, "p0")
    assert whose(ports) == {"campaign/lanterne/payee/lune": -9000, "payee/lune/debt": 9000}


@pytest.mark.parametrize(
    ("wanted", "amount", "left"),
    [(None, "4.00", 0), (None, "3.00", 100), ("10.00", "31.00", 0), ("10.00", "30.00", 100)],
)
def test_what_the_backer_bore_of_a_refund_is_taken_by_a_dispute(wanted, amount, left):
    ports = collected("60.00", "40.00", **PLAIN | {"refunds": TENTH})
    back(ports, wanted=None if wanted is None else money(wanted))
    told(ports, LOST, amount=amount)
    assert (held(ports), there(ports)) == (6000 + left, money("60.00") + money("0.01") * left)


def test_what_a_dispute_takes_beyond_what_a_refund_has_left_is_the_platforms():
    ports = collected("60.00", "40.00", **PLAIN | {"refunds": TENTH})
    back(ports)
    told(ports, LOST, amount="40.00")
    assert (held(ports), there(ports)) == (6000, money("24.00"))


def test_what_the_backer_bore_of_a_fee_is_the_creators_to_give_when_a_dispute_takes_it():
    cut = FeeLine("cut", FeeBase.PLEDGE, Percent(Percentage.of(10)), Rounding.HALF_UP)
    kept = policy(fees={"cut": Returning(Percentage.of(0), [Bearing(Bearer.BACKER)])})
    ports = collected("100.00", **PLAIN | {"fees": FeeSchedule([cut]), "refunds": kept})
    settle_campaign(ports, "lanterne", actor="clerk")
    assert back(ports, "p0").given_back == money("90.00")
    told(ports, LOST, charged="p0/charge/1", amount="10.00")
    assert books(ports) == {
        "campaign/lanterne/fees/cut": -1000,
        "campaign/lanterne/payee/lune": -9000,
        "payee/lune/debt": 10000,
    }


def test_what_the_backer_bore_goes_back_when_nothing_comes_of_the_campaign():
    ports = collected("60.00", "40.00", **PLAIN | {"refunds": TENTH})
    back(ports)
    give_back_campaign(ports, "lanterne", actor="clerk")
    assert (ports.store.find_pledge("p1").state, books(ports)) == (PledgeState.REFUNDED, {})


HALVES = policy(
    parts={
        PaidKind.GOODS: Returning(
            Percentage.of(50),
            [Bearing(Bearer.HOST, portion=Percentage.of("33.33")), Bearing(Bearer.PLATFORM)],
        )
    }
)
"""The creator keeps half of what goes back: a host and the platform give it."""


@pytest.mark.parametrize("lost", [None, "0.01", "13.37", "40.00"])
@pytest.mark.parametrize("refunded", [None, "0.03", "10.00", "26.63"])
def test_what_others_gave_in_the_creators_place_is_theirs_when_nothing_comes_of_the_campaign(refunded, lost):
    """It stayed held, for nobody."""
    ports = collected("60.00", "40.00", **PLAIN | {"refunds": HALVES})
    if lost is not None:
        told(ports, LOST, amount=lost)
    left = money("40.00") - money(lost or "0.00")
    if refunded is not None and left:
        back(ports, wanted=min(money(refunded), left))
    give_back_campaign(ports, "lanterne", actor="clerk")
    assert (ports.store.find_pledge("p1").state, whose(ports)) == (PledgeState.REFUNDED, {})
    assert there(ports) == money(0)
    if lost is not None:
        told(ports, WON, amount=lost, days=1)
    assert (whose(ports), there(ports)) == ({}, money(0))


def test_what_is_all_back_is_over_when_nothing_comes_of_the_campaign():
    """Nothing of it was left, and no dispute had taken it."""
    ports = collected("60.00", "40.00", **PLAIN | {"refunds": HALVES})
    assert back(ports).given_back == money("40.00")
    give_back_campaign(ports, "lanterne", actor="clerk")
    assert ports.store.find_pledge("p1").state is PledgeState.REFUNDED
    assert ports.store.progress("lanterne").collected == money(0)
    assert books(ports) == {}


def test_of_what_others_gave_they_have_again_what_is_there():
    """The creator of a tenth of the tip bore more than that of the goods."""
    rules = policy(
        parts={
            PaidKind.GOODS: Returning(Percentage.of(99), [Bearing(Bearer.PLATFORM)]),
            PaidKind.TIP: Returning(Percentage.of(0), [Bearing(Bearer.CREATOR)]),
        }
    )
    ports = launched(**PLAIN | {"refunds": rules, "model": AT_ONCE})
    place_pledge(ports, request("p0", "60.00", backer_id="b0"))
    place_pledge(ports, request("p1", "40.00", tip=money("1.00"), backer_id="b1"))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    back(ports, wanted=money("20.50"))
    give_back_campaign(ports, "lanterne", actor="clerk")
    assert (held(ports), there(ports)) == (0, money(0))


def defaulted(bonus):
    """A pledge of three parts that stopped after the first, of which 5.00 were lost before."""
    plan = attrs.evolve(PLAN, threshold=money("30.00"))
    ports = launched(**PLAIN | {"instalments": plan})
    place_pledge(ports, request("p0", "100.00", backer_id="b0"))
    place_pledge(ports, request("p1", bonus, tier_id="poster", backer_id="b1", parts=3))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    told(ports, LOST, amount="5.00")
    ports.gateway.decline("p1")
    for days in range(28, 50):
        ports.clock.set(END + days * DAY)
        collect_pledges(ports, "lanterne", actor="clerk")
    ports.gateway.accept("p1")
    assert ports.store.find_pledge("p1").reason == "defaulted"
    return ports


@pytest.mark.parametrize("bonus", ["0.00", "50.00"])
def test_what_is_kept_after_a_default_can_go_back_although_some_was_disputed_before(bonus):
    """The dispute had taken it of a reward that is no line of the pledge any more."""
    ports = defaulted(bonus)
    left = ports.store.find_pledge("p1").kept
    assert back(ports).given_back == left
    assert (held(ports), there(ports)) == (10000, money("100.00"))


def test_so_little_that_its_backer_bears_it_all_is_refused():
    one_percent = policy(parts={PaidKind.GOODS: Returning(Percentage.of(1), [Bearing(Bearer.BACKER)])})
    ports = collected("60.00", "40.00", **PLAIN | {"refunds": one_percent})
    assert refused(partial(back, ports, wanted=money("0.01"))) == ("not-refundable",)


def test_what_a_dispute_of_what_the_backer_bore_gives_back_stays_with_the_creator():
    ports = collected("60.00", "40.00", **PLAIN | {"refunds": TENTH})
    settle_campaign(ports, "lanterne", actor="clerk")
    back(ports)
    before = books(ports)
    told(ports, OPENED, amount="4.00")
    told(ports, WON, amount="4.00", days=1)
    assert whose(ports) == before


def test_what_a_dispute_of_what_the_backer_bore_gives_back_goes_back_when_nothing_comes_of_the_campaign():
    ports = collected("60.00", "40.00", **PLAIN | {"refunds": TENTH})
    back(ports)
    told(ports, LOST, amount="4.00")
    give_back_campaign(ports, "lanterne", actor="clerk")
    assert there(ports) == money(0)
    told(ports, WON, amount="4.00", days=1)
    assert whose(ports) == {}
    assert ports.store.find_pledge("p1").given_back == money("40.00")


def test_what_is_kept_after_a_default_can_be_disputed_again():
    ports = defaulted("0.00")
    left = ports.store.find_pledge("p1").kept
    told(ports, LOST, amount="1.00", dispute_id="dp_2", days=60)
    assert back(ports).given_back == left - money("1.00")
    assert (held(ports), there(ports)) == (10000, money("100.00"))


MINORS = st.integers(1, 4000)


@given(
    st.integers(0, 100),
    st.sampled_from([0, 50, 100]),
    st.none() | MINORS,
    MINORS,
    st.booleans(),
    st.lists(st.sampled_from([LOST, WON]), max_size=2),
)
def test_whatever_a_backer_bears_the_books_are_those_of_the_provider(
    share, of_fee, wanted, disputed, settles, states
):
    bears = [Bearing(Bearer.BACKER)]
    borne = policy(
        parts={PaidKind.GOODS: Returning(Percentage.of(share), bears)},
        fees={"cut": Returning(Percentage.of(of_fee), bears)},
    )
    cut = FeeLine("cut", FeeBase.PLEDGE, Percent(Percentage.of(10)), Rounding.HALF_UP)
    ports = collected("60.00", "40.00", **PLAIN | {"refunds": borne, "fees": FeeSchedule([cut])})
    if settles:
        settle_campaign(ports, "lanterne", actor="clerk")
    with suppress(Refused):  # nothing would go back of it
        back(ports, wanted=None if wanted is None else money("0.01") * wanted)
    gateway = ports.gateway
    with suppress(InvalidValue):  # so much is not left of the charge
        news = [gateway.dispute("p1/charge/1", money("0.01") * disputed, at=END)]
        news += (gateway.decide("dispute-1", it, at=END + n * DAY) for n, it in enumerate(states, start=1))
        for it in news:
            assert heard(ports, it) in {"taken", "known"}
    assert there(ports) == gateway.held("EUR")
    assert books(ports).get("campaign/lanterne/refunds", 0) == 0
    if not settles and not any(it.open for it in ports.store.find_pledge("p1").disputes):
        give_back_campaign(ports, "lanterne", actor="clerk")
        assert held(ports) == 0
