"""Debts of creators: what arose is netted, recovered, repaid, written off, called off, or still owed."""

from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Balances, ExchangeRate, Money, PayoutState, Rounding, audit
from pushcore.changes import Changes
from pushcore.errors import CurrencyMismatch, InvalidValue, KeyReused, Refused
from pushcore.ledger import Account, Side, chart, reversals
from pushcore.ledger.about import about
from pushcore.payouts import Debt, DebtSource, Payout, PayoutPlan, Recovered, RecoveryPlan, recovery
from pushcore.payouts.events import PayoutSetOff
from pushcore.payouts.return_events import DebtArose, DebtCalledOff, DebtOverpaid, DebtRecovered
from pushcore.payouts.setting_off import set_off

AT = datetime(2026, 4, 1, tzinfo=UTC)
PAYOUT, RESERVE, CREATOR, WRITTEN_OFF, CALLED_OFF = DebtSource
OF_REFUNDS = chart.debt_account("lanterne")
DISPUTED = chart.disputed_account("lanterne")
PAYEE = chart.payee_account("lanterne", "lune")
PASSING = chart.returned_account("lanterne", "lune")
OWED = chart.payee_debt_account("lune")
ACCOUNTS = {
    PAYOUT: PAYEE,
    RESERVE: Account("reserve/lune", Side.CREDIT, guarded=True),
    CREATOR: chart.PROVIDER,
    WRITTEN_OFF: chart.written_off_account("platform"),
}


def brl(text):
    return Money.of(text, "BRL")


def lines(changes):
    (entry,) = changes.transactions
    postings = [it for it in entry.postings if it.account != PASSING]
    passed = [it.amount.minor for it in entry.postings if it.account == PASSING]
    assert sum(passed) == 0 == len(passed) % 2
    return entry.recipe, {it.account.path: it.amount.text for it in postings}


def owing(text="174.00"):
    return recovery.arise(Debt.none("lune", "BRL"), "p1/refund", brl(text), AT, "sys", OF_REFUNDS)


NUMBERS = count(1)


def recover(debt, source, text, key=None):
    """From a source; under a key of its own, if nobody says which."""
    key = key or f"x{next(NUMBERS)}"
    return recovery.recover(debt, key, source, brl(text), AT, "sys", account=ACCOUNTS[source])


def call_off(debt, text, key="d1"):
    return recovery.call_off(
        debt, key, brl(text), AT, "sys", account=DISPUTED, payable=PAYEE, passing=PASSING
    )


def code(call, *args):
    with pytest.raises(Refused) as refused:
        call(*args)
    (refusal,) = refused.value.refusals
    return refusal.code


def test_a_debt_arises():
    """CA13: 174.00 that were paid out already."""
    debt, changes = owing()
    assert debt == Debt("lune", brl("174.00"), version=1)
    assert (debt.id, debt.outstanding) == ("lune/BRL", brl("174.00"))
    assert changes.put == (debt,)
    assert changes.events == (DebtArose(AT, "sys", "lune", "p1/refund", brl("174.00")),)
    assert changes.transactions == (
        reversals.moved("payee/lune/BRL/debt/p1%2Frefund", "debt", OWED, OF_REFUNDS, brl("174.00"), AT),
    )


@pytest.mark.parametrize(
    ("debt", "message"),
    [
        (Debt.none("lune", "BRL"), r"lune owes BRL 0\.00: nothing is set off against payout lanterne/lune"),
        (Debt("band", brl("5.00"), version=1), r"band owes BRL 5\.00: nothing is set off"),
    ],
)
def test_a_payout_is_lowered_only_by_what_its_payee_owes(debt, message):
    payout = Payout("lanterne/lune", "lanterne", "lune", brl("100.00"))
    with pytest.raises(InvalidValue, match=message):
        set_off(payout, debt, PayoutPlan(), AT, "sys")


@pytest.mark.parametrize(("owed", "sent"), [("9.98", "0.04"), ("9.99", "0.02"), ("10.00", None)])
def test_what_is_left_of_a_payout_is_sent_at_its_rate_to_the_last_cent(owed, sent):
    rate = ExchangeRate("BRL", "EUR", 2, as_of=AT.date(), source="ECB")
    whole = rate.convert(brl("10.00"), Rounding.DOWN)
    payout = Payout("lanterne/lune", "lanterne", "lune", whole.original, currency=rate.quote, converted=whole)
    lowered, _, changes = set_off(payout, owing(owed)[0], PayoutPlan(), AT, "sys")
    assert lowered.converted == (sent and rate.convert(brl("10.00") - brl(owed), Rounding.DOWN))
    assert (lowered.state, lowered.version) == (PayoutState.PREPARED if sent else PayoutState.SET_OFF, 2)
    assert changes.events[-1] == PayoutSetOff(AT, "sys", payout.id, brl(owed))


@pytest.mark.parametrize("source", list(ACCOUNTS))
def test_it_is_settled_from_each_source(source):
    debt, changes = recover(owing()[0], source, "100.00", "x")
    assert (debt.outstanding, debt.got(source), debt.version) == (brl("74.00"), brl("100.00"), 2)
    recipe = "write-off" if source is WRITTEN_OFF else "recovery"
    assert lines(changes) == (recipe, {ACCOUNTS[source].path: "100.00", "payee/lune/debt": "-100.00"})
    named = "set-off" if source is PAYOUT else recipe
    assert changes.transactions[0].id == f"payee/lune/BRL/{named}/x"
    assert changes.events == (DebtRecovered(AT, "sys", "lune", "x", source.value, brl("100.00")),)
    assert code(recover, debt, source, "74.01") == "above-debt"
    paid, _ = recover(debt, source, "74.00")
    assert (paid.outstanding, paid.got(source)) == (brl("0.00"), brl("174.00"))
    assert code(recover, paid, source, "0.01") == "above-debt"


@pytest.mark.parametrize("source", [RESERVE, CREATOR, WRITTEN_OFF])
def test_the_same_again_changes_nothing(source):
    """Although less is owed by now; and what is another by the same key is refused, whatever is owed."""
    once, _ = recover(owing()[0], source, "100.00", "x")
    assert recover(once, source, "100.00", "x") == (once, Changes())
    for amount in ("99.00", "101.00"):
        with pytest.raises(KeyReused, match=r"BRL 100\.00 from .* was settled as x of what lune owed"):
            recover(once, source, amount, "x")
    assert code(recover, once, source, "100.00", "y") == "above-debt"


def test_what_is_set_off_is_counted_and_not_kept():
    """A creator with a thousand payouts had a debt of a thousand lines, each of them asked at each write."""
    debt = owing()[0]
    for number in range(3):
        payout = Payout(f"lanterne/lune/{number + 2}", "lanterne", "lune", brl("1.00"), number=number + 2)
        _, debt, changes = set_off(payout, debt, PayoutPlan(), AT, "sys")
        assert changes.transactions[0].id.endswith(f"%252F{number + 2}%2F{number + 1}")
    assert (debt.recovered, debt.set_offs, debt.got(PAYOUT)) == ((), 3, brl("3.00"))


def test_what_was_written_off_is_given_back_to_who_bore_it():
    """The creator of a dispute that was won got 140 of 100: what the platform had given up."""
    debt, _ = recover(owing()[0], PAYOUT, "100.00")
    for key, bearer, amount in ("1", "platform", "40.00"), ("2", "host", "20.00"), ("3", "platform", "10.00"):
        account = chart.written_off_account(bearer)
        debt, _ = recovery.recover(debt, key, WRITTEN_OFF, brl(amount), AT, "sys", account=account)
    assert debt.borne == {"platform": brl("50.00"), "host": brl("20.00")}
    off, changes = call_off(debt, "18.00")
    assert (off.settled, off.borne) == (
        {PAYOUT: brl("100.00"), WRITTEN_OFF: brl("56.00"), CALLED_OFF: brl("18.00")},
        {"platform": brl("40.00"), "host": brl("16.00")},
    )
    assert lines(changes)[1] == {
        "campaign/lanterne/disputed": "18.00",
        "payee/lune/debt": "-4.00",
        "written-off/platform": "-10.00",
        "written-off/host": "-4.00",
    }
    told = {"platform": brl("10.00"), "host": brl("4.00")}
    assert changes.events == (DebtCalledOff(AT, "sys", "lune", "d1", brl("4.00"), brl("0.00"), told),)
    off, changes = call_off(off, "100.00", "d2")
    assert (off.settled, off.borne) == ({PAYOUT: brl("100.00"), CALLED_OFF: brl("74.00")}, {})
    assert lines(changes)[1] == {
        "campaign/lanterne/disputed": "100.00",
        "written-off/platform": "-40.00",
        "written-off/host": "-16.00",
        "campaign/lanterne/payee/lune": "-44.00",
    }


def test_one_unit_that_was_written_off_by_two():
    debt = Debt("lune", brl("0.02"), {WRITTEN_OFF: brl("0.02")}, borne={"a": brl("0.01"), "b": brl("0.01")})
    off, changes = call_off(debt, "0.01")
    assert (off.borne, changes.events[0].unborne) == ({"b": brl("0.01")}, {"a": brl("0.01")})


def pay_back(debt, text, key="iban", campaign_id="lanterne"):
    return recovery.pay_back(debt, key, brl(text), AT, "sys", campaign_id=campaign_id)


def test_what_is_paid_back_beyond_a_debt_is_the_payees():
    debt, beyond, changes = pay_back(owing()[0], "174.00")
    assert (debt.outstanding, beyond, len(changes.transactions)) == (brl("0.00"), brl("0.00"), 1)
    after, beyond, changes = pay_back(owing()[0], "180.00")
    assert (after.outstanding, after.got(CREATOR), beyond) == (brl("0.00"), brl("174.00"), brl("6.00"))
    assert changes.events == (
        DebtRecovered(AT, "sys", "lune", "iban", "creator", brl("174.00")),
        DebtOverpaid(AT, "sys", "lune", "iban", "lanterne", brl("6.00")),
    )
    assert Balances(changes.transactions).balance(PAYEE, "BRL").posted == brl("6.00")
    assert pay_back(after, "180.00") == (after, brl("0.00"), Changes())
    with pytest.raises(KeyReused, match=r"BRL 180\.00 from provider was settled as iban"):
        pay_back(after, "6.00")
    nothing, beyond, changes = pay_back(after, "5.00", "iban-2")
    assert (nothing.settled, nothing.version, beyond) == (after.settled, after.version + 1, brl("5.00"))
    assert changes.events == (DebtOverpaid(AT, "sys", "lune", "iban-2", "lanterne", brl("5.00")),)
    (entry,) = changes.transactions
    assert (entry.recipe, about(entry)) == ("returned-transfer", "iban-2")
    assert code(pay_back, after, "5.00", "iban-3", None) == "above-debt"


def test_a_debt_that_is_called_off():
    """CA11: a chargeback of 174.00 that was won; the balance is as before."""
    debt, changes = recovery.arise(Debt.none("lune", "BRL"), "d1", brl("174.00"), AT, "sys", DISPUTED)
    assert lines(changes) == ("debt", {"payee/lune/debt": "174.00", "campaign/lanterne/disputed": "-174.00"})
    off, changes = call_off(debt, "174.00")
    assert (off.outstanding, off.got(CALLED_OFF)) == (brl("0.00"), brl("174.00"))
    assert lines(changes) == (
        "calling-off",
        {"campaign/lanterne/disputed": "174.00", "payee/lune/debt": "-174.00"},
    )
    assert changes.events == (DebtCalledOff(AT, "sys", "lune", "d1", brl("174.00"), brl("0.00")),)
    assert code(call_off, off, "0.01") == "above-debt"


def test_what_was_settled_meanwhile_is_paid_out_again():
    debt, _ = recover(owing()[0], PAYOUT, "100.00")
    off, changes = call_off(debt, "174.00")
    assert (off.outstanding, off.got(CALLED_OFF)) == (brl("0.00"), brl("74.00"))
    assert lines(changes)[1] == {
        "campaign/lanterne/disputed": "174.00",
        "payee/lune/debt": "-74.00",
        "campaign/lanterne/payee/lune": "-100.00",
    }
    assert changes.events[0].paid_out_again == brl("100.00")
    paid, _ = recover(owing()[0], RESERVE, "174.00")
    after, changes = call_off(paid, "10.00")
    assert (after.settled, after.version) == (paid.settled, 3)
    assert lines(changes)[1] == {
        "campaign/lanterne/disputed": "10.00",
        "campaign/lanterne/payee/lune": "-10.00",
    }
    assert code(call_off, debt, "174.01") == "above-debt"
    with pytest.raises(
        Refused, match=r"above-debt: lune owes BRL 174\.00, which is less than BRL 174\.01"
    ) as no:
        call_off(debt, "174.01")
    assert no.value.refusals[0].facts == {"owed": brl("174.00"), "amount": brl("174.01")}


def test_the_order_of_sources_is_data():
    there = {PAYOUT: brl("100.00"), RESERVE: brl("50.00")}
    plan = RecoveryPlan([RESERVE, PAYOUT, WRITTEN_OFF])
    assert plan.divide(brl("174.00"), there) == {RESERVE: brl("50.00"), PAYOUT: brl("100.00")}
    assert plan.divide(brl("40.00"), there) == {RESERVE: brl("40.00")}
    assert plan.divide(brl("0.00"), there) == {}
    assert RecoveryPlan([PAYOUT]).divide(brl("174.00"), there) == {PAYOUT: brl("100.00")}
    assert RecoveryPlan([]).divide(brl("174.00"), there) == {}


IMPOSSIBLE = [
    (lambda: RecoveryPlan([PAYOUT, PAYOUT]), "stands twice"),
    (lambda: RecoveryPlan([CALLED_OFF]), "comes from nowhere"),
    (lambda: RecoveryPlan(["payout"]), "expected DebtSource"),
    (lambda: RecoveryPlan([]).divide(brl("-1"), {}), "from zero on"),
    (lambda: RecoveryPlan([]).divide(brl("1"), {PAYOUT: brl("-1")}), "from zero on"),
    (lambda: RecoveryPlan([]).divide(brl("1"), {PAYOUT: 1}), "expected amounts of money"),
    (lambda: RecoveryPlan([]).divide(brl("1"), None), "what is there to get it from"),
    (lambda: RecoveryPlan([]).divide(1, {}), "what is owed"),
    (lambda: Debt("lune", brl("1"), {PAYOUT: brl("2")}), "cannot be left"),
    (lambda: Debt("lune", brl("-1")), "cannot be left"),
    (lambda: Debt("lune", brl("1"), {PAYOUT: brl("-1")}), "cannot be left"),
    (lambda: Debt("lune", brl("1"), {"payout": brl("1")}), "expected DebtSource"),
    (lambda: Debt("lune", brl("1"), {PAYOUT: 1}), "expected Money"),
    (lambda: Debt("lune", brl("1"), []), "expected dict"),
    (lambda: Debt("lune", brl("1"), recovered=["x"]), "expected Recovered"),
    (lambda: Debt("lune", brl("1"), {WRITTEN_OFF: brl("1")}), "written off, {} is borne"),
    (lambda: Debt("lune", brl("1"), borne={"platform": brl("1")}), "is borne"),
    (lambda: Debt("lune", brl("1"), borne={"platform": brl("0")}), "above zero"),
    (lambda: Recovered("x", "provider", brl("0")), "expected an amount above zero"),
    (lambda: Debt.none("lune", "BRL").got("payout"), "where a debt is got from"),
    (lambda: recover(owing()[0], PAYOUT, "0.00"), "by amounts above zero"),
    (lambda: owing("-1"), "by amounts above zero"),
    (lambda: call_off(owing()[0], "0.00"), "by amounts above zero"),
    (lambda: recovery.arise(None, "k", brl("1"), AT, "sys", OF_REFUNDS), "a debt: expected Debt"),
    (lambda: recovery.arise(owing()[0], "k", 1, AT, "sys", OF_REFUNDS), "the amount of a debt"),
    (
        lambda: recovery.recover(owing()[0], "k", CALLED_OFF, brl("1"), AT, "sys", account=OF_REFUNDS),
        "call it off",
    ),
    (
        lambda: recovery.recover(owing()[0], "k", "payout", brl("1"), AT, "sys", account=OF_REFUNDS),
        "where a debt is got from",
    ),
]


@pytest.mark.parametrize("place", range(len(IMPOSSIBLE)))
def test_what_cannot_be(place):
    make, why = IMPOSSIBLE[place]
    with pytest.raises(InvalidValue, match=why):
        make()


def test_one_currency():
    dollar = Money.of(1, "USD")
    for make in (
        lambda: recovery.arise(owing()[0], "k", dollar, AT, "sys", OF_REFUNDS),
        lambda: Debt("lune", brl("1"), {PAYOUT: dollar}),
        lambda: RecoveryPlan([]).divide(brl("1"), {PAYOUT: dollar}),
    ):
        with pytest.raises(CurrencyMismatch):
            make()
    with pytest.raises(CurrencyMismatch, match=r"^lune owes BRL, not USD 1\.00$"):
        recovery.arise(owing()[0], "k", dollar, AT, "sys", OF_REFUNDS)


@given(
    st.lists(
        st.tuples(st.sampled_from([None, CALLED_OFF, *ACCOUNTS]), st.integers(1, 300)),
        min_size=1,
        max_size=12,
    )
)
def test_what_arose_is_settled_or_still_owed_and_the_books_say_the_same(steps):
    bank, funds = chart.PROVIDER, brl("1000.00")
    targets = (PAYEE, ACCOUNTS[RESERVE], DISPUTED)
    ledger = [reversals.moved(f"fill-{it.path}", "filling", bank, it, funds, AT) for it in targets]
    debt = Debt.none("lune", "BRL")
    for number, (what, minor) in enumerate(steps):
        amount, key = Money.of_minor(minor, "BRL"), f"k{number}"
        try:
            if what is None:
                debt, changes = recovery.arise(debt, key, amount, AT, "sys", DISPUTED)
            elif what is CALLED_OFF:
                debt, changes = call_off(debt, amount.text, key)
            else:
                debt, changes = recover(debt, what, amount.text, key)
        except Refused:
            continue
        ledger += changes.transactions
    assert debt.arisen == Money.total(map(debt.got, DebtSource), "BRL") + debt.outstanding
    assert Balances(ledger).balance(OWED, "BRL").posted == debt.outstanding
    assert audit(ledger) == ()


def test_a_debt_hashes_by_whose_it_is():
    (debt, _), (again, _) = owing(), owing()
    assert (debt, hash(debt)) == (again, hash(again))
