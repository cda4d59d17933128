"""Statements of everybody: derived from the ledger alone, and together they are the ledger."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import BRUSSELS, END, OPENS, collected, launched, money, pledged, request

from pushcore import (
    Account,
    Balances,
    FeeBase,
    FeeBearer,
    FeeLine,
    FeeSchedule,
    Money,
    Percent,
    Percentage,
    Posting,
    Rounding,
    Transaction,
    advance_campaign,
    close_campaign,
    collect_pledges,
    pay_out,
    place_pledge,
    settle_campaign,
    state_account,
)
from pushcore.books import (
    AccountStatement,
    BalanceSheet,
    Position,
    Span,
    StatementLine,
    backer_statement,
    balance_sheets,
    creator_statement,
    platform_statement,
    provider_statement,
    statements,
)
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ledger import Holder, Side, TransactionPhase, chart, recipes
from pushcore.memory import FakeGateway
from pushcore.testing import strategies as given_
from pushcore.texts import statement_text

AT = datetime(2026, 2, 5, tzinfo=UTC)
ALL = Span()
LATER = Span(AT, None)


def paid_out():
    """La Lanterne with two pledges, one of them with a tip, settled and paid out."""
    ports = pledged("60.00")
    place_pledge(ports, request("p1", "40.00", backer_id="b1", tip=money("2.00")))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    settle_campaign(ports, "lanterne", actor="clerk")
    ports.clock.set(END + timedelta(days=3))
    pay_out(ports, "lanterne", actor="clerk")
    return ports


def ledger(ports):
    return list(ports.store.transactions())


def told(statement):
    return [(line.kind, line.name, line.amount.text, line.transaction_id) for line in statement.lines]


def test_a_creator_is_told_what_came_what_it_cost_and_what_was_paid():
    statement = creator_statement(ledger(paid_out()), "lanterne", "EUR", ALL)
    assert told(statement) == [
        ("charge", None, "60.00", "p0/charge/1/done"),
        ("charge", None, "40.00", "p1/charge/1/done"),
        ("fees", "platform", "-5.00", "lanterne/settlement"),
        ("fees", "processing", "-3.40", "lanterne/settlement"),
        ("payout", "director", "-64.12", "lanterne/director/transfer/1/done"),
        ("payout", "band", "-27.48", "lanterne/band/transfer/1/done"),
    ]
    assert [line.about for line in statement.lines][:3] == ["p0", "p1", "lanterne"]
    assert statement.closing == money("0.00")
    assert statement.positions == ()
    assert statement.totals["charge", None] == statement.total("charge", "receipt") == money("100.00")
    assert statement.sources("charge") == ("p0/charge/1/done", "p1/charge/1/done")
    assert statement.sources("fees", "platform") == ("lanterne/settlement",)


def test_the_figures_are_those_of_the_campaign():
    ports = paid_out()
    campaign = state_account(ports, "lanterne")
    statement = creator_statement(ledger(ports), "lanterne", "EUR", ALL)
    assert statement.total("charge") == campaign.collected
    assert {name: -fee for (sort, name), fee in statement.totals.items() if sort == "fees"} == campaign.fees
    assert -statement.total("payout") == Money.total(campaign.paid.values(), "EUR")


def test_what_others_bear_of_the_fees_is_told_beside_them():
    eight, five = (Percent(Percentage.of(percent)) for percent in ("8", "5"))
    admin = FeeLine("admin", FeeBase.COLLECTED, five, Rounding.HALF_UP, bearer=FeeBearer.SPONSOR)
    fees = FeeSchedule([FeeLine("platform", FeeBase.COLLECTED, eight, Rounding.HALF_UP), admin])
    ports = collected("100.00", fees=fees)
    settle_campaign(ports, "lanterne", actor="clerk")
    statement = creator_statement(ports.store.transactions(), "lanterne", "EUR", ALL)
    assert statement.totals == {
        ("charge", None): money("100.00"),
        ("fees", "platform"): money("-8.00"),
        ("fees", "admin"): money("-5.00"),
        ("borne", "sponsor"): money("5.00"),
    }
    assert "Costs borne: Sponsor" in statement_text(statement, "en", BRUSSELS)


def test_what_is_settled_and_not_paid_stands_on_the_accounts_of_the_payees():
    ports = collected("60.00", "40.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    statement = creator_statement(ledger(ports), "lanterne", "EUR", ALL)
    assert {it.name: it.amount for it in statement.positions} == {
        "director": money("64.12"),
        "band": money("27.48"),
    }
    assert statement.standing("payee") == statement.closing == money("91.60")
    assert statement.standing("held") == money("0.00")


def test_the_platform_is_told_each_fee_and_each_tip():
    statement = platform_statement(ledger(paid_out()), "EUR", ALL)
    assert told(statement) == [
        ("on-top", "tip", "2.00", "p1/charge/1/done"),
        ("fees", "platform", "5.00", "lanterne/settlement"),
        ("fees", "processing", "3.40", "lanterne/settlement"),
    ]


def test_what_lies_with_the_provider_is_told_charge_by_charge():
    ports = paid_out()
    statement = provider_statement(ledger(ports), "EUR", ALL)
    assert [(sort, amount) for sort, _, amount, _ in told(statement)] == [
        ("charge", "60.00"),
        ("charge", "42.00"),
        ("payout", "-64.12"),
        ("payout", "-27.48"),
    ]
    assert statement.closing == ports.gateway.held("EUR") == money("10.40")


def test_a_backer_is_told_what_they_paid_and_what_came_back():
    ports = collected("60.00", "40.00")
    statement = backer_statement(ledger(ports), "b0", ["p0"], "EUR", ALL)
    assert told(statement) == [("charge", None, "60.00", "p0/charge/1/done")]
    assert (statement.holder, statement.owner, statement.positions) == (Holder.BACKER, "b0", ())


def test_a_backer_is_told_of_one_currency_at_a_time():
    entries = [
        recipes.charge(f"{name}/charge/1", name, amount, AT, phase=TransactionPhase.POSTED)
        for name, amount in (("p0", money("60.00")), ("p1", money("40.00", "USD")))
    ]
    statement = backer_statement(entries, "b0", ["p0", "p1"], "USD", ALL)
    assert told(statement) == [("charge", None, "40.00", "p1/charge/1/done")]
    assert statement.closing == money("40.00", "USD")


@pytest.mark.parametrize("pledge_id", ["p1", "2026/p1", "a%2Fb", "s/charge/3", "p/7"])
def test_what_a_transaction_is_about_is_read_off_its_id(pledge_id):
    amount, at = money("5.00"), AT
    entries = [
        recipes.charge(f"{pledge_id}/charge/2", "lanterne", amount, at),
        recipes.charge(f"{pledge_id}/charge/2", "lanterne", amount, at, phase=TransactionPhase.POSTED),
        recipes.refund(f"{pledge_id}/refund/1", "lanterne", amount, at),
        *recipes.give_back(pledge_id, "lanterne", amount, at),
        recipes.receipt(f"{pledge_id}/receipt", "lanterne", amount, at),
    ]
    assert {recipes.about(entry) for entry in entries} == {pledge_id}
    assert recipes.about(recipes.deposit("a/b", amount, at)) == "a/b"


ABOUT = {
    "p2/give-back/1": ("owe-back", "p2", "p2"),
    "p2/refund/1/done": ("refund", "p2", "p2"),
    "p2/refunded/re_7": ("refund", "p2", "p2"),
    "p2/charge/1": ("spending", "p2", "p2"),
    "p2/charge/1/fee": ("provider-fee", "p2", None),
    "p2/charge/1/exchange": ("exchange", "p2", None),
    "2026/p2/charge/1/dispute/d%2F1/2": ("dispute", "d/1", "2026/p2"),
    "p2/charge/1/dispute/d1/2/fee": ("dispute-fee", "d1", None),
    "payee/lune/EUR/debt/p2%2Frefund%2F1": ("debt", "p2", None),
    "payee/lune/EUR/debt/p2%2Fcharge%2F1%2Fdispute%2Fd1%2F1": ("debt", "d1", None),
    "payee/lune/EUR/calling-off/p2%2Fcharge%2F1%2Fdispute%2Fd1%2F2": ("calling-off", "d1", None),
    "payee/lune/EUR/recovery/film%2Fsettlement": ("recovery", "film", None),
    "payee/lune/EUR/recovery/film%2Freserve%2Fr1": ("recovery", "film", None),
    "payee/lune/EUR/recovery/film%252Flune%2Fset-off%2F2": ("recovery", "film/lune", None),
    "payee/lune/EUR/recovery/set-off%2Ffilm%252Flune%2F2": ("recovery", "film/lune", None),
    "payee/lune/EUR/recovery/set-off": ("recovery", "set-off", None),
    "payee/lune/EUR/recovery/iban-1/returned": ("returned-transfer", "iban-1", None),
    "payee/lune/EUR/recovery/bank-7": ("recovery", "bank-7", None),
    "payee/lune/EUR/write-off/2026%2F7": ("write-off", "2026/7", None),
    "wallet/bob/EUR/credit/p2%2Frefund%2F1": ("credit", "p2", "p2"),
    "wallet/bob/EUR/credit/p2%252Frefund%252F1%2Ftip": ("credit", "p2", "p2"),
    "wallet/bob/EUR/credit/sorry": ("credit", "sorry", None),
    "wallet/bob/EUR/gift/g1": ("gift", "g1", None),
    "bob/EUR/w1/withdraw/1/done": ("withdrawal", "w1", None),
    "film/reserve/release/2": ("release", "film", None),
    "film/lune/transfer/1/returned": ("returned-transfer", "film/lune", None),
    "film/lune/transfer/1/done": ("payout", "film/lune", None),
    "film/settlement": ("settlement", "film", None),
    "opening/k/film/EUR": ("opening", "k", None),
}


@pytest.mark.parametrize("name", ABOUT)
def test_what_each_recipe_is_about(name):
    recipe, told_of, pledge_id = ABOUT[name]
    bank, till = Account("bank", Side.DEBIT), Account("till", Side.DEBIT)
    entry = Transaction(name, recipe, AT, [Posting(bank, money("1")), Posting(till, money("-1"))])
    assert (recipes.about(entry), recipes.pledge_of(entry)) == (told_of, pledge_id)


def test_an_id_of_another_make_is_about_nothing_that_is_known():
    bank, till = Account("bank", Side.DEBIT), Account("till", Side.DEBIT)
    for name in ("t1", "t1/7", "done", "x/done"):
        entry = Transaction(name, "moved", AT, [Posting(bank, money("1")), Posting(till, money("-1"))])
        assert recipes.about(entry) is None


def test_what_is_on_its_way_back_is_owed_to_backers():
    amount = money("60.00")
    entries = [
        recipes.charge("p0/charge/1", "lanterne", amount, OPENS, phase=TransactionPhase.POSTED),
        *recipes.give_back("p0", "lanterne", amount, AT),
    ]
    entries = [attrs.evolve(entries[0], pending_id=None), *entries[1:]]
    by_holder = {it.holder: it for it in statements(entries, ALL)}
    assert by_holder[Holder.BACKER].closing == amount
    assert told(by_holder[Holder.CREATOR])[-1] == ("give-back", None, "-60.00", "p0/give-back")
    (sheet,) = balance_sheets(entries, AT + timedelta(days=1))
    assert (sheet.owed_back, sheet.lies, sheet.held) == (amount, amount, money("0.00"))
    assert sheet.balanced


def test_fees_above_what_was_collected_are_a_debt_to_collect():
    entries = [
        attrs.evolve(
            recipes.charge("p/charge/1", "c", money("10"), OPENS, phase=TransactionPhase.POSTED),
            pending_id=None,
        ),
        recipes.settlement("c", money("10"), {"listing": money("25")}, {}, AT),
    ]
    statement = creator_statement(entries, "c", "EUR", ALL)
    assert told(statement)[-1] == ("fees", "listing", "-25.00", "c/settlement")
    assert statement.closing == statement.standing("debt") == money("-15.00")
    (sheet,) = balance_sheets(entries, AT + timedelta(days=1))
    assert (sheet.debts, sheet.earned, sheet.lies) == (money("15"), money("25"), money("10"))
    assert sheet.balanced


def test_what_is_not_known_shows_up_under_its_own_name():
    odd = Account("campaign/c/escrowed/band", Side.CREDIT)
    gain, bank = Account("fx/gain", Side.CREDIT), chart.PROVIDER
    entry = Transaction(
        "x/thing/1",
        "thing",
        AT,
        [Posting(bank, money("9")), Posting(odd, money("-7")), Posting(gain, money("-2"))],
    )
    creator, platform, provider = statements([entry], ALL)
    assert told(creator) == [("thing", "band", "7.00", "x/thing/1")]
    assert told(platform) == [("exchanged", "gain", "2.00", "x/thing/1")]
    assert told(provider) == [("thing", None, "9.00", "x/thing/1")]


def test_a_wallet_is_its_backers_own():
    wallet = Account("wallet/ana", Side.CREDIT)
    entry = Transaction(
        "w/load", "load", AT, [Posting(chart.PROVIDER, money("9")), Posting(wallet, money("-9"))]
    )
    assert [(it.holder, it.owner) for it in statements([entry], ALL)] == [
        (Holder.BACKER, "ana"),
        (Holder.PROVIDER, None),
    ]


def test_what_is_before_a_span_is_its_opening_balance():
    entries = ledger(paid_out())
    cut = END + timedelta(days=1)
    before, after = (creator_statement(entries, "lanterne", "EUR", it) for it in (Span(None, cut), Span(cut)))
    assert before.closing == after.opening == money("91.60")
    assert [line.kind for line in after.lines] == ["payout", "payout"]
    assert creator_statement(entries, "lanterne", "EUR", Span(None, OPENS)).closing == money("0.00")


def test_what_was_entered_late_belongs_to_the_time_it_happened():
    bank, pot = chart.PROVIDER, chart.held_account("c")

    def moved(name, at):
        return Transaction(
            f"{name}/receipt", "receipt", at, [Posting(bank, money("1")), Posting(pot, -money("1"))]
        )

    entries = [moved("a", AT), moved("late", OPENS), moved("b", AT)]
    statement = creator_statement(entries, "c", "EUR", LATER)
    assert statement.opening == money("1.00")
    assert [line.balance.text for line in statement.lines] == ["2.00", "3.00"]


@given(st.lists(given_.transactions(), max_size=6), given_.instants(), given_.instants())
def test_all_statements_together_are_the_ledger(entries, one, other):
    """Whatever accounts there are, each is in exactly one statement, and each minor unit in one line."""
    since, until = sorted([one, other])
    posted = [it for it in entries if it.phase is TransactionPhase.POSTED]
    known = {}
    entries = [
        attrs.evolve(
            it,
            pending_id=None,
            postings=[
                attrs.evolve(p, account=known.setdefault(p.account.path, p.account)) for p in it.postings
            ],
        )
        for it in posted
    ]
    for span in (ALL, Span(since, until), Span(None, until)):
        every = statements(entries, span)
        balances = {
            (balance.account, balance.posted.currency): balance.debits_posted.minor
            - balance.credits_posted.minor
            for balance in Balances(it for it in entries if not span.over(it.at))
        }
        found = {}
        for statement in every:
            total = Money.total((line.amount for line in statement.lines), statement.currency)
            assert statement.opening + total == statement.closing
            sign = 1 if statement.holder is Holder.PROVIDER else -1
            for position in statement.positions:
                key = (position.account, position.amount.currency)
                assert key not in found
                found[key] = sign * position.amount.minor
        assert found == {key: minor for key, minor in balances.items() if minor}
        for currency in {it.currency for it in every}:
            mine = [it for it in every if it.currency is currency]
            lies = Money.total((it.closing for it in mine if it.holder is Holder.PROVIDER), currency)
            assert lies == Money.total(
                (it.closing for it in mine if it.holder is not Holder.PROVIDER), currency
            )
    assert all(sheet.balanced for sheet in balance_sheets(entries, until))


def test_the_statement_before_and_the_one_after_are_the_whole():
    entries = ledger(paid_out())
    whole = creator_statement(entries, "lanterne", "EUR", ALL)
    for entry in entries:
        before = creator_statement(entries, "lanterne", "EUR", Span(None, entry.at))
        after = creator_statement(entries, "lanterne", "EUR", Span(entry.at))
        assert (*before.lines, *after.lines) == whole.lines
        assert (before.closing, after.closing) == (after.opening, whole.closing)


LINE = StatementLine(AT, "charge", "provider", money("1.00"), money("1.00"), "t")


@pytest.mark.parametrize(
    "wrong",
    [
        {"opening": money("1.00")},
        {"lines": [LINE, LINE]},
        {"lines": [attrs.evolve(LINE, amount=money("0.99"))]},
        {"positions": [(chart.PROVIDER, money("2.00"))]},
    ],
)
def test_a_statement_that_does_not_add_up_cannot_be(wrong):
    positions = [Position(*it) for it in wrong.pop("positions", [])]
    right = AccountStatement(Holder.PROVIDER, None, money("0").currency, ALL, money("0"), [LINE])
    assert right.closing == money("1.00")
    with pytest.raises(InvalidValue):
        attrs.evolve(right, positions=positions, **wrong)


def test_a_statement_is_of_one_currency():
    with pytest.raises(CurrencyMismatch):
        AccountStatement(Holder.PROVIDER, None, money("0").currency, ALL, money("0", "USD"), [])


@pytest.mark.parametrize(
    "asked",
    [
        lambda: statements([None], ALL),
        lambda: statements([], None),
        lambda: creator_statement([], None, "EUR", ALL),
        lambda: platform_statement([], "EURO", ALL),
        lambda: backer_statement([], "ana", [1], "EUR", ALL),
        lambda: backer_statement([], "ana", "p1", "EUR", ALL),
        lambda: balance_sheets([], None),
        lambda: chart.named(None),
        lambda: recipes.about(None),
        lambda: BalanceSheet(money("0").currency, AT, [None]),
    ],
    ids=range(10),
)
def test_what_makes_no_statement_is_refused(asked):
    with pytest.raises(InvalidValue):
        asked()


def test_what_the_provider_keeps_is_no_debt_of_the_creator():
    """Fee lines say what the creator pays for it; what it really kept is the platform's."""
    ports = attrs.evolve(launched(fees=FeeSchedule()), gateway=FakeGateway(fee=lambda _: money("1.00")))
    place_pledge(ports, request("p0", "100.00"))
    ports.clock.set(END)
    advance_campaign(ports, "lanterne", actor="jobs")
    closing = {it.holder: it.closing for it in statements(ports.store.transactions(), Span())}
    assert closing[Holder.PLATFORM] == money("-1.00")
    assert closing[Holder.CREATOR] == money("0.00")
