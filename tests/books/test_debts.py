"""Debts of creators: in the balance sheet, and in their statements until they are gone."""

from datetime import timedelta

import pytest
from brought import exported
from funding_houses import ALL_BACK, TENTH, another, goal, heard
from hypothesis import given
from hypothesis import strategies as st
from lanterne import DAY, END, collected, money, request

from pushcore import (
    Bearer,
    FeeSchedule,
    Money,
    Percentage,
    Posting,
    Split,
    SplitPlan,
    Transaction,
    audit,
    close_campaign,
    collect_pledges,
    pay_back_debt,
    pay_out,
    place_pledge,
    prepare_payouts,
    recover_debt,
    refund_pledge,
    settle_campaign,
    state_account,
    state_debt,
    write_off_debt,
)
from pushcore.books import Span, creator_statement, statements
from pushcore.books.opening import bring_over
from pushcore.gateway import DisputeState, DisputeTold
from pushcore.ledger import Balances, Holder, campaign_totals
from pushcore.ledger.chart import PROVIDER, named, payee_account, payee_debt_account
from pushcore.usecases import state_balances, state_creator, state_everybody

ALL = Span()
BY = {"actor": "clerk"}


def house(amount="8.00", **changed):
    """La Lanterne of 100.00 is settled and paid out; then so much of a pledge is refunded."""
    own = {"refunds": ALL_BACK, "fees": FeeSchedule(), "splits": SplitPlan()} | changed
    ports = collected("60.00", "40.00", **own)
    settle_campaign(ports, "lanterne", **BY)
    pay_out(ports, "lanterne", **BY)
    refund_pledge(ports, "p0", wanted=money(amount), key="k0", actor="clerk")
    return ports


def sheet(ports):
    (found,) = state_balances(ports, ports.now() + timedelta(days=1))
    assert found.balanced
    return found


def test_what_creators_owe_is_to_be_collected():
    ports = house()
    assert sheet(ports).debts == state_debt(ports, "lune", "EUR").outstanding == money("8.00")
    assert (sheet(ports).earned, sheet(ports).held, sheet(ports).lies) == (
        *[money("0.00")] * 2,
        money("-8.00"),
    )


def test_what_is_written_off_is_a_cost_of_the_platform():
    ports = house()
    write_off_debt(ports, "lune", money("3.00"), bearer=Bearer.HOST, key="w1", **BY)
    pay_back_debt(ports, "lune", money("1.00"), key="b1", **BY)
    told = sheet(ports)
    assert (told.debts, told.earned, told.lies) == (money("4.00"), money("-3.00"), money("-7.00"))
    assert {(it.sort, it.name) for it in told.positions} == {
        ("provider", None),
        ("debt", "lune"),
        ("written-off", "host"),
    }


@pytest.mark.parametrize(
    ("path", "sort", "name", "holder"),
    [
        ("payee/a%2Fb/debt", "debt", "a/b", Holder.CREATOR),
        ("written-off/host", "written-off", "host", Holder.PLATFORM),
        ("provider/disputed", "disputed", None, Holder.PROVIDER),
        ("provider", "provider", None, Holder.PROVIDER),
        ("host/h1/shared", "shared", "h1", Holder.PLATFORM),
        ("host/h1/owed", "owed", "h1", Holder.PLATFORM),
        ("wallet/a%2Fb", "wallet", "a/b", Holder.BACKER),
        ("payee/a", "payee", "a", Holder.PLATFORM),
    ],
)
def test_what_an_account_of_no_campaign_is(path, sort, name, holder):
    found = named(path)
    assert (found.sort, found.name, found.campaign_id, found.holder) == (sort, name, None, holder)


def lines(ports, campaign_id="lanterne", since=None):
    """What a creator is told of a campaign since then: kinds, names and amounts, and what they owe."""
    told = state_creator(ports, campaign_id, Span(since))
    return [(it.kind, it.name, it.about, it.amount.text) for it in told.lines], told.owed.text


BEGINNING = [
    ("charge", None, "p0", "60.00"),
    ("charge", None, "p1", "40.00"),
    ("payout", "lune", "lanterne/lune", "-100.00"),
    ("owe-back", None, "p0", "-8.00"),
]


def test_a_creator_is_told_what_they_owe_and_how_it_fell():
    ports = house()
    assert lines(ports) == (BEGINNING, "8.00")
    pay_back_debt(ports, "lune", money("1.00"), key="bank-7", **BY)
    write_off_debt(ports, "lune", money("2.00"), bearer=Bearer.PLATFORM, key="w1", **BY)
    assert lines(ports) == (
        [
            *BEGINNING,
            ("paid-back", "lune", "bank-7", "1.00"),
            ("write-off", "lune", "w1", "2.00"),
        ],
        "5.00",
    )
    told = state_creator(ports, "lanterne", ALL)
    assert told.closing == -state_debt(ports, "lune", "EUR").outstanding
    assert [(it.account.path, it.amount.text) for it in told.positions] == [("payee/lune/debt", "-5.00")]


def test_what_is_taken_of_a_reserve_is_told_on_both_sides():
    ports = house(payouts=TENTH)
    since = ports.now()
    recover_debt(ports, "lanterne", "lune", money("5.00"), key="r1", **BY)
    found, owed = lines(ports, since=since)
    assert (found[-2:], owed) == (
        [("from-reserve", "lune", "lanterne", "5.00"), ("set-off", "lune", "lanterne", "-5.00")],
        "3.00",
    )
    told = state_creator(ports, "lanterne", ALL)
    assert {it.sort: it.amount.text for it in told.positions} == {"reserve": "5.00", "debt": "-3.00"}


def settled_next(ports, amount):
    """Another campaign of the same creator, settled: what they owe is set off against it."""
    another(ports, fees=FeeSchedule(), splits=SplitPlan(), goal=goal("1.00"))
    place_pledge(ports, request("q0", amount, campaign_id="novel", backer_id="b9"))
    ports.clock.set(END + 30 * DAY)
    close_campaign(ports, "novel", **BY)
    collect_pledges(ports, "novel", **BY)
    settle_campaign(ports, "novel", **BY)
    pay_out(ports, "novel", **BY)
    return ports


def test_what_is_set_off_against_another_campaign_is_told_by_both():
    ports = settled_next(house(), "3.00")
    assert lines(ports) == ([*BEGINNING, ("from-payout", "lune", "novel", "3.00")], "5.00")
    assert lines(ports, "novel") == (
        [("charge", None, "q0", "3.00"), ("set-off", "lune", "novel", "-3.00")],
        "0.00",
    )
    assert (sheet(ports).debts, state_account(ports, "novel").conserved) == (money("5.00"), True)


def test_the_oldest_debt_is_settled_first():
    ports = settled_next(house(), "20.00")
    refund_pledge(ports, "q0", actor="clerk")
    refund_pledge(ports, "p1", wanted=money("10.00"), key="r1", actor="clerk")
    pay_back_debt(ports, "lune", money("25.00"), key="b1", **BY)
    assert (lines(ports)[1], lines(ports, "novel")[1]) == ("5.00", "0.00")
    assert state_debt(ports, "lune", "EUR").outstanding == sheet(ports).debts == money("5.00")


def news(ports, *states):
    for day, state in enumerate(states):
        told = DisputeTold(
            dispute_id="dp_1",
            charged="p1/charge/1",
            amount=money("40.00"),
            state=DisputeState(state),
            at=END + day * DAY,
        )
        heard(ports, told)


def test_a_debt_of_a_dispute_is_called_off_when_it_is_won():
    ports = house()
    news(ports, "lost")
    assert lines(ports) == ([*BEGINNING, ("dispute", None, "dp_1", "-40.00")], "48.00")
    pay_back_debt(ports, "lune", money("18.00"), key="b1", **BY)
    news(ports, "lost", "won")
    found, owed = lines(ports)
    assert (found[-1], owed) == (("dispute", None, "dp_1", "40.00"), "0.00")
    told = state_creator(ports, "lanterne", ALL)
    assert (told.closing, told.standing("payee")) == (money("10.00"), money("10.00"))
    assert state_debt(ports, "lune", "EUR").outstanding == money("0.00")


def test_what_is_told_beside_is_in_no_statement():
    ports = collected("60.00", "40.00", refunds=ALL_BACK)
    settle_campaign(ports, "lanterne", **BY)
    news(ports, "opened")
    told = state_everybody(ports, ALL)
    assert "contested" in {it.account.path.split("/")[-1] for it in ports.store._balances}
    kinds = {(line.kind, line.name) for it in told if it.holder is Holder.PLATFORM for line in it.lines}
    assert kinds == {("fees", "platform"), ("fees", "processing")}
    assert sheet(ports).balanced


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["film", "novel", None]),
            st.sampled_from(["debt", "recovery", "calling-off", "write-off"]),
            st.integers(1, 9),
        ),
        max_size=12,
    )
)
def test_statements_share_a_debt_and_lose_nothing(steps):
    """Whatever arises and is settled: the campaigns owe together what the account stands at."""
    debt, entries, stands = payee_debt_account("lune"), [], 0
    for n, (campaign_id, recipe, minor) in enumerate(steps):
        sign = 1 if recipe == "debt" else -1
        of = PROVIDER if campaign_id is None else payee_account(campaign_id, "x")
        amount = Money.of_minor(minor * sign, "EUR")
        entries.append(Transaction(f"t{n}/x", recipe, END, [Posting(debt, amount), Posting(of, -amount)]))
        stands += minor * sign
    found = [it for it in statements(entries, ALL) if it.holder is Holder.CREATOR]
    assert sum(it.owed.minor for it in found) == stands
    assert all(it in found for it in (creator_statement(entries, c, "EUR", ALL) for c in named_in(entries)))


def named_in(entries):
    found = {named(it.account.path).campaign_id for entry in entries for it in entry.postings}
    return found - {None}


def conserved(ports):
    """What every campaign came to is all somewhere, by its statement and by an audit of the whole ledger."""
    totals = list(campaign_totals(Balances(ports.store.transactions())))
    assert [it.totals for it in (state_account(ports, of.campaign_id) for of in totals)] == totals
    assert audit(ports.store.transactions()) == ()
    return not any(it.off for it in totals)


TENTHS = SplitPlan([Split("director", portion=Percentage.of("10")), Split("band", remaining=True)])


@pytest.mark.parametrize("splits", [SplitPlan(), TENTHS], ids=["creator is paid", "others are paid"])
@pytest.mark.parametrize("repaid", ["0", "18.00", "48.00"])
def test_what_is_won_after_its_debt_was_paid_back_is_conserved(splits, repaid):
    ports = house(splits=splits)
    news(ports, "lost")
    if repaid != "0":
        pay_back_debt(ports, "lune", money(repaid), key="b1", **BY)
    news(ports, "lost", "won")
    assert conserved(ports)
    assert sheet(ports).balanced
    back = max(money(repaid) - money("8.00"), money("0.00"))
    prepare_payouts(ports, "lanterne", **BY)
    pay_out(ports, "lanterne", **BY)
    payouts = [it for it in ports.store.payouts("lanterne") if it.payee_id == "lune"]
    paid = Money.total((it.amount for it in payouts if it.state.value == "paid"), "EUR")
    assert paid == back + (money("100.00") if splits == SplitPlan() else money("0.00"))
    bring_over(exported(ports.store, ports.now()), ports.now(), "host")
    news(ports, "lost", "won", "lost")  # and lost for good
    assert conserved(ports)
    assert lines(ports)[1] == sheet(ports).debts.text
