"""The share of a host's fees: a debt that is kept in the ledger, and settled when it is worth it."""

from datetime import UTC, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Accepted, Balances, Decline, Declined, Money, Percentage, Rounding, audit
from pushcore.changes import Changes
from pushcore.errors import CurrencyMismatch, InvalidValue, KeyReused, Refused
from pushcore.gateway import Transfer
from pushcore.ledger import Fault, TransactionPhase, chart, recipes
from pushcore.payouts import AccruedShare, FeeShare, SharePayment, SharePaymentState, accrued_share
from pushcore.payouts import fee_share as sharing
from pushcore.payouts import share_payment as paying

AT = datetime(2026, 2, 1, tzinfo=UTC)
YES, NO = Accepted("tr_1"), Declined(Decline.FINAL, "account-closed")


def usd(text):
    return Money.of(text, "USD")


def share(percent=15, threshold="10.00", **more):
    rate = Percentage.of(percent)
    given = {"payee_id": "platform", "threshold": usd(threshold)} | more
    return FeeShare("oce", rate, Rounding.HALF_UP, **given)


def owed(ledger):
    return Balances(ledger).balance(chart.host_owed_account("oce"), "USD").available


NONE = AccruedShare.none("c", "oce", "USD")


def accrue(fee, tips="0.00", *, before=NONE, owes="0.00", of=None):
    parts = {"fees": usd(fee), "tips": usd(tips), "owed": usd(owes), "at": AT, "actor": "clerk"}
    return accrued_share.accrue(of or share(), before, **parts)


def pay(owes, key="2026-02", **more):
    return paying.pay(share(), key, usd(owes), AT, "clerk", **more)


def refused(call, *args, **more):
    with pytest.raises(Refused) as no:
        call(*args, **more)
    return no.value.codes


def test_oc02_oc03_a_host_owes_a_tip_and_a_share_and_pays_both():
    """100.00 with a tip of 10.00; 5 % of 90.00 for the host, 15 % of that for the platform: 0.675 is 0.68."""
    charge = recipes.charge("p/charge/1", "c", usd("100.00"), AT, on_top=(("tip", usd("10.00")),))
    accrued, changes = accrue("4.50", "10.00")
    assert (accrued.amount, accrued.version, accrued.id) == (usd("10.68"), 1, "c")
    ledger = [
        charge,
        charge.posted("p/charge/1/done", AT),
        recipes.settlement("c", usd("90.00"), {"host": usd("4.50")}, {"collective": usd("85.50")}, AT),
        *changes.transactions,
    ]

    def posted(account):
        return Balances(ledger).balance(account, "USD").posted.text

    assert owed(ledger) == usd("10.68")
    assert posted(chart.shared_account("oce")) == "10.68"
    payment, changes = pay("10.68")
    (entry,) = changes.transactions
    assert (entry.id, entry.phase, entry.recipe) == (
        "oce/USD/2026-02/share/1",
        TransactionPhase.PENDING,
        "pay-share",
    )
    order = Transfer("oce/USD/2026-02/share/1", "oce/USD/2026-02", "platform", usd("10.68"))
    assert changes.orders == (order,)
    arrived, changes = paying.receive(payment, YES, AT, "clerk")
    assert (arrived.state, changes.done) == (SharePaymentState.PAID, (order.key,))
    ledger += [entry, *changes.transactions]
    assert (posted(chart.host_owed_account("oce")), posted(chart.PROVIDER)) == ("0.00", "89.32")
    fee, tip = (
        posted(account) for account in (chart.fee_account("c", "host"), chart.on_top_account("c", "tip"))
    )
    assert usd(fee) + usd(tip) - usd("10.68") == usd("3.82")
    assert audit(ledger) == ()
    assert [recipes.about(it) for it in ledger[3:]] == ["c", "2026-02", "2026-02"]


def test_oc_settlement_five_waits_and_eleven_is_paid():
    whole = share(100)
    january, changes = accrue("5.00", of=whole)
    ledger = [*changes.transactions]
    with pytest.raises(Refused) as no:
        pay("5.00")
    (why,) = no.value.refusals
    assert (why.code, why.facts) == ("not-due", {"owed": usd("5.00"), "threshold": usd("10.00")})
    assert "host oce owes USD 5.00, which waits until it passes USD 10.00" in str(why)
    _, changes = accrue("11.00", of=whole, before=january, owes="5.00")
    ledger += changes.transactions
    _, changes = pay("11.00")
    (entry,) = changes.transactions
    assert [str(posting.amount) for posting in entry.postings] == ["USD 11.00", "USD -11.00"]
    assert owed([*ledger, entry]) == usd("0.00")


@pytest.mark.parametrize(
    ("debt", "strict", "inclusive"),
    [
        ("9.99", "0.00", "0.00"),
        ("10.00", "0.00", "10.00"),
        ("10.01", "10.01", "10.01"),
        ("0.00", "0.00", "0.00"),
        ("-20.00", "0.00", "0.00"),
    ],
)
def test_exactly_the_threshold_waits_unless_said_otherwise(debt, strict, inclusive):
    assert sharing.due(share(), usd(debt)) == usd(strict)
    assert sharing.due(share(inclusive=True), usd(debt)) == usd(inclusive)


def test_without_a_threshold_every_debt_is_due():
    none = share(threshold="0.00", inclusive=True)
    assert [str(sharing.due(none, usd(debt))) for debt in ("0.00", "0.01")] == ["USD 0.00", "USD 0.01"]


@given(st.lists(st.tuples(st.integers(-500, 10_000), st.integers(0, 1_000)), max_size=6))
def test_the_debt_is_what_the_fees_and_tips_stand_at_however_they_went(stands):
    """Written down in any steps, up and down, it is the share of the last of them, rounded once."""
    accrued, ledger = NONE, []
    for fee, tip in stands:
        parts = {"fees": Money.of_minor(fee, "USD"), "tips": Money.of_minor(tip, "USD")}
        accrued, changes = accrued_share.accrue(
            share(), accrued, **parts, owed=owed(ledger), at=AT, actor="clerk"
        )
        ledger += changes.transactions
        assert accrued.amount.minor == max(share().of(parts["fees"]).minor + tip, 0)
        assert accrued_share.accrue(share(), accrued, **parts, owed=owed(ledger), at=AT, actor="b") == (
            accrued,
            Changes(),
        )
    assert owed(ledger) == accrued.amount
    assert audit(ledger) == ()


def test_what_was_paid_of_fees_that_went_back_is_set_off_later():
    accrued, _ = accrue("100.00")
    back, changes = accrue("40.00", before=accrued, owes="4.00")
    assert (back.amount, changes.events[0].amount) == (usd("11.00"), usd("-4.00"))
    assert accrue("40.00", before=back, owes="0.00") == (back, Changes())
    later, changes = accrue("40.00", before=back, owes="20.00")
    assert (later.amount, changes.events[0].amount) == (usd("6.00"), usd("-5.00"))


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"host_id": "ofico"}, "another host$"),
        ({"portion": Percentage.of("10")}, "another portion$"),
        ({"rounding": Rounding.DOWN}, "another rounding$"),
        ({"lines": ["host"]}, "another choice of lines$"),
        (
            {"on_top": ["tip"], "portion": Percentage.of("10")},
            "another portion and another choice of what is on top$",
        ),
    ],
)
def test_what_was_agreed_for_a_campaign_stays(other, why):
    """A second share overwrote what was owed by the first, and a new portion what was owed long ago."""
    accrued, _ = accrue("100.00")
    assert accrued.share == share()
    with pytest.raises(KeyReused, match=rf"campaign c is shared with host oce as agreed before.*{why}"):
        accrue("100.00", before=accrued, owes="15.00", of=attrs.evolve(share(), **other))


def test_terms_that_were_not_kept_are_those_of_the_next_time():
    """What was written down before they were kept knows its host only."""
    kept = attrs.evolve(accrue("100.00")[0], share=None)
    with pytest.raises(KeyReused, match=r"another host$"):
        accrue("100.00", before=kept, owes="15.00", of=attrs.evolve(share(10), host_id="ofico"))
    after, _ = accrue("100.00", before=kept, owes="15.00", of=share(10))
    assert (after.amount, after.share) == (usd("10.00"), share(10))


def test_who_is_paid_and_from_which_sum_on_may_change():
    accrued, _ = accrue("100.00")
    moved = share(payee_id="another", threshold="50.00", inclusive=True)
    assert accrue("100.00", before=accrued, owes="15.00", of=moved) == (accrued, Changes())


def test_a_payment_that_failed_is_tried_again_with_all_that_is_owed_by_then():
    payment, _ = pay("11.00")
    failed, changes = paying.receive(payment, NO, AT, "clerk")
    assert failed.state is SharePaymentState.FAILED
    assert changes.transactions[0].phase is TransactionPhase.VOIDED
    assert changes.events[0].code == "account-closed"
    again, changes = pay("12.00", failed=failed)
    assert (again.attempts, again.version, again.amount) == (2, 3, usd("12.00"))
    assert changes.orders[0].key == "oce/USD/2026-02/share/2"
    for payment in again, paying.receive(again, YES, AT, "clerk")[0]:
        assert refused(pay, "12.00", failed=payment) == ("not-payable",)
    assert refused(paying.receive, failed, YES, AT, "clerk") == ("not-payable",)


def test_what_a_host_has_paid_by_itself_is_noted():
    ledger = [*accrue("100.00")[1].transactions]
    payment, changes = paying.note("oce", "march", usd("5.00"), usd("15.00"), AT, "clerk")
    ledger += changes.transactions
    assert (payment.state, payment.payee_id, payment.attempts) == (SharePaymentState.PAID, None, 0)
    assert (owed(ledger), changes.orders) == (usd("10.00"), ())
    own = Balances(ledger).balance(chart.own_funds_account("oce"), "USD").posted
    assert (own, recipes.about(ledger[-1])) == (usd("5.00"), "march")
    assert audit(ledger) == ()
    assert refused(paying.note, "oce", "april", usd("10.01"), usd("10.00"), AT, "clerk") == ("above-debt",)
    assert refused(paying.payment_order, payment) == ("not-payable",)


def test_a_host_never_pays_more_than_it_owes():
    ledger = [
        *accrue("11.00", of=share(100))[1].transactions,
        *(recipes.pay_share(f"k{n}", "oce", usd("11.00"), AT) for n in range(2)),
    ]
    assert [it.fault for it in audit(ledger)] == [Fault.OVERDRAWN]
    voided = recipes.pay_share("k0", "oce", usd("11.00"), AT, phase=TransactionPhase.VOIDED)
    assert (voided.pending_id, voided.postings) == ("k0", ())


def test_nothing_is_owed_of_nothing():
    assert accrue("0.00") == accrue("-5.00") == (NONE, Changes())
    assert share(0).of(usd("5.00")) == usd("0.00")
    assert share(100).of(usd("5.00")) == usd("5.00")
    assert share().of(usd("-4.50")) == usd("-0.68")


EURO = Money.of(5, "EUR")
PAID, ORDERED = SharePaymentState.PAID, SharePaymentState.ORDERED


@pytest.mark.parametrize(
    ("call", "error", "why"),
    [
        (lambda: share(-1), InvalidValue, "FeeShare.portion: expected 0% to 100%, got -1%"),
        (lambda: share("100.5"), InvalidValue, "FeeShare.portion: expected 0% to 100%, got 100.5%"),
        (lambda: share(threshold="-0.01"), InvalidValue, r"FeeShare.threshold: expected at least zero"),
        (lambda: share(inclusive=1), InvalidValue, "FeeShare.inclusive: expected bool, got 1"),
        (lambda: share(lines=["host", "host"]), InvalidValue, "FeeShare.lines: 'host' stands twice"),
        (lambda: share(on_top=[5]), InvalidValue, "FeeShare.on_top: expected an id"),
        (lambda: share().of(5), InvalidValue, "the fee of a host: expected Money, got 5"),
        (lambda: sharing.due(None, usd("1")), InvalidValue, "a host's fees: expected FeeShare, got None"),
        (lambda: sharing.due(share(), 5), InvalidValue, "what a host owes: expected Money, got 5"),
        (lambda: sharing.due(share(), EURO), CurrencyMismatch, "EUR"),
        (lambda: pay("20", key=""), InvalidValue, "SharePayment.key: expected an id"),
        (lambda: pay("20", failed=5), InvalidValue, "the payment of a share: expected SharePayment, got 5"),
        (lambda: paying.payment_order(5), InvalidValue, "the payment of a share: expected SharePayment"),
        (
            lambda: paying.receive(pay("20")[0], None, AT, "a"),
            InvalidValue,
            "the answer to a payment: expected Accepted or Declined, got None",
        ),
        (
            lambda: paying.note("oce", "k", usd("0"), usd("5"), AT, "a"),
            InvalidValue,
            "SharePayment.amount: expected an amount above zero",
        ),
        (lambda: paying.note("oce", "k", EURO, usd("5"), AT, "a"), CurrencyMismatch, "does not go with USD"),
        (lambda: accrue("1", before=attrs.evolve(NONE, amount=EURO)), CurrencyMismatch, "USD"),
        (lambda: accrue("1", before=5), InvalidValue, "has come to owe: expected AccruedShare, got 5"),
    ],
)
def test_what_cannot_be_owed(call, error, why):
    with pytest.raises(error, match=why):
        call()


@pytest.mark.parametrize(
    ("payee", "state", "attempts"), [(None, ORDERED, 0), ("p", ORDERED, 0), ("p", PAID, 0), (None, PAID, 1)]
)
def test_a_payment_is_noted_or_was_tried(payee, state, attempts):
    with pytest.raises(InvalidValue, match="payment k of host oce is noted as paid, or was tried: not both"):
        SharePayment("oce", "k", usd("5"), payee, state, attempts)
