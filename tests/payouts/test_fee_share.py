"""The share of a host's fees: a debt that is kept in the ledger, and settled when it is worth it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Balances, Money, Percentage, Rounding, audit
from pushcore.changes import Changes
from pushcore.errors import CurrencyMismatch, InvalidValue, Refused
from pushcore.ledger import Fault, TransactionPhase, recipes
from pushcore.payouts import FeeShare, fee_share

AT = datetime(2026, 2, 1, tzinfo=UTC)


def usd(text):
    return Money.of(text, "USD")


def share(percent=15, threshold="10.00", **more):
    return FeeShare("oce", Percentage.of(percent), Rounding.HALF_UP, threshold=usd(threshold), **more)


def owed(ledger):
    return Balances(ledger).balance(recipes.owed_account("oce"), "USD").available


def test_oc02_oc03_a_host_owes_a_tip_and_a_share_and_pays_both():
    """100.00 with a tip of 10.00; 5 % of 90.00 for the host, 15 % of that for the platform: 0.675 is 0.68."""
    ledger = [
        recipes.charge("p/charge/1", "c", usd("100.00"), AT, on_top=(("tip", usd("10.00")),)),
        recipes.charge(
            "p/charge/1",
            "c",
            usd("100.00"),
            AT,
            on_top=(("tip", usd("10.00")),),
            phase=TransactionPhase.POSTED,
        ),
        recipes.settlement("c", usd("90.00"), {"host": usd("4.50")}, {"collective": usd("85.50")}, AT),
        *fee_share.accrue(share(), usd("4.50"), "c/share", AT, tips=usd("10.00")).transactions,
    ]

    def posted(account):
        return Balances(ledger).balance(account, "USD").posted.text

    assert owed(ledger) == usd("10.68")
    assert posted(recipes.shared_account("oce")) == "10.68"
    (payment,) = fee_share.pay(share(), owed(ledger), 1, AT).transactions
    assert (payment.id, payment.phase, payment.recipe) == (
        "host/oce/share/1",
        TransactionPhase.PENDING,
        "pay-share",
    )
    ledger += [payment, payment.posted("paid", AT)]
    assert (posted(recipes.owed_account("oce")), posted(recipes.PROVIDER)) == ("0.00", "89.32")
    fee, tip = (
        posted(account) for account in (recipes.fee_account("c", "host"), recipes.on_top_account("c", "tip"))
    )
    assert usd(fee) + usd(tip) - usd("10.68") == usd("3.82")
    assert audit(ledger) == ()


def test_oc_settlement_five_waits_and_eleven_is_paid():
    january = fee_share.accrue(share(100), usd("5.00"), "january", AT).transactions
    with pytest.raises(Refused) as refused:
        fee_share.pay(share(), owed(january), 1, AT)
    assert refused.value.codes == ("not-due",)
    (why,) = refused.value.refusals
    assert why.facts == {"owed": usd("5.00"), "threshold": usd("10.00")}
    assert "host oce owes USD 5.00, which waits until it passes USD 10.00" in str(why)
    february = [*january, *fee_share.accrue(share(100), usd("6.00"), "february", AT).transactions]
    (payment,) = fee_share.pay(share(), owed(february), 1, AT).transactions
    assert [str(posting.amount) for posting in payment.postings] == ["USD 11.00", "USD -11.00"]
    assert owed([*february, payment]) == usd("0.00")


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
    assert fee_share.due(share(), usd(debt)) == usd(strict)
    assert fee_share.due(share(inclusive=True), usd(debt)) == usd(inclusive)


def test_without_a_threshold_every_debt_is_due():
    none = share(threshold="0.00", inclusive=True)
    assert [str(fee_share.due(none, usd(debt))) for debt in ("0.00", "0.01")] == ["USD 0.00", "USD 0.01"]


@given(st.lists(st.tuples(st.integers(0, 10_000), st.none() | st.integers(0, 1_000)), max_size=6))
def test_the_debt_is_the_sum_of_what_was_owed(fees):
    ledger = []
    for n, (fee, tip) in enumerate(fees):
        tips = None if tip is None else Money.of_minor(tip, "USD")
        ledger += fee_share.accrue(share(), Money.of_minor(fee, "USD"), f"{n}", AT, tips=tips).transactions
    debt = sum(share().of(Money.of_minor(fee, "USD")).minor + (tip or 0) for fee, tip in fees)
    assert owed(ledger).minor == debt
    assert audit(ledger) == ()


def test_a_host_never_pays_more_than_it_owes():
    ledger = [
        *fee_share.accrue(share(100), usd("11.00"), "a", AT).transactions,
        *(recipes.pay_share(f"k{n}", "oce", usd("11.00"), AT) for n in range(2)),
    ]
    assert [it.fault for it in audit(ledger)] == [Fault.OVERDRAWN]
    voided = recipes.pay_share("k0", "oce", usd("11.00"), AT, phase=TransactionPhase.VOIDED)
    assert (voided.pending_id, voided.postings) == ("k0", ())


def test_nothing_is_owed_of_nothing():
    assert fee_share.accrue(share(), usd("0.00"), "a", AT) == Changes()
    assert share(0).of(usd("5.00")) == usd("0.00")
    assert share(100).of(usd("5.00")) == usd("5.00")
    assert share().of(usd("-4.50")) == usd("-0.68")


@pytest.mark.parametrize(
    ("call", "error", "why"),
    [
        (lambda: share(-1), InvalidValue, "FeeShare.portion: expected 0% to 100%, got -1%"),
        (lambda: share("100.5"), InvalidValue, "FeeShare.portion: expected 0% to 100%, got 100.5%"),
        (lambda: share(threshold="-0.01"), InvalidValue, r"FeeShare.threshold: expected at least zero"),
        (lambda: share(inclusive=1), InvalidValue, "FeeShare.inclusive: expected bool, got 1"),
        (lambda: share().of(5), InvalidValue, "the fee of a host: expected Money, got 5"),
        (lambda: fee_share.due(None, usd("1")), InvalidValue, "a host's fees: expected FeeShare, got None"),
        (lambda: fee_share.due(share(), 5), InvalidValue, "what a host owes: expected Money, got 5"),
        (lambda: fee_share.due(share(), Money.of(5, "EUR")), CurrencyMismatch, "EUR"),
        (
            lambda: fee_share.pay(share(), usd("20"), 0, AT),
            InvalidValue,
            "the number of a payment: expected at",
        ),
        (
            lambda: fee_share.pay(share(), usd("20"), "1", AT),
            InvalidValue,
            "the number of a payment: expected",
        ),
        (
            lambda: fee_share.accrue(share(), usd("-1"), "a", AT),
            InvalidValue,
            r"the fee of a host: .* USD -1\.00",
        ),
        (
            lambda: fee_share.accrue(share(), usd("1"), "a", AT, tips=usd("-1")),
            InvalidValue,
            "tips that a host received: expected at least zero",
        ),
        (
            lambda: fee_share.accrue(share(), usd("1"), "a", AT, tips=5),
            InvalidValue,
            "tips that a host received: expected Money, got 5",
        ),
        (lambda: fee_share.accrue(share(), Money.of(5, "EUR"), "a", AT), CurrencyMismatch, "USD"),
        (lambda: fee_share.accrue(None, usd("1"), "a", AT), InvalidValue, "expected FeeShare, got None"),
    ],
)
def test_what_cannot_be_owed(call, error, why):
    with pytest.raises(error, match=why):
        call()
