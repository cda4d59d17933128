"""Transactions: balanced by construction, and consistent in themselves."""

import pickle

import attrs
import pytest
from entries import AT, BANK, HELD, PAYEE, currencies, eur, moved, pending, posted, transaction, voided
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Posting, Transaction
from pushcore.errors import InvalidValue, Unbalanced
from pushcore.ledger import TransactionPhase
from pushcore.ledger.transaction import imbalance

postings = st.lists(
    st.builds(
        Posting,
        st.sampled_from([BANK, HELD, PAYEE]),
        st.builds(Money.of_minor, st.integers(-3, 3), currencies),
    ),
    min_size=1,
    max_size=5,
)


@given(postings)
def test_only_what_balances_in_every_currency_is_a_transaction(lines):
    sums = {
        currency: sum(line.amount.minor for line in lines if line.amount.currency is currency)
        for currency in {line.amount.currency for line in lines}
    }
    off = {Money.of_minor(minor, currency) for currency, minor in sums.items() if minor}
    if off:
        assert imbalance(lines) in off
        with pytest.raises(Unbalanced, match="off balance by") as refused:
            transaction("t", lines)
        assert refused.value.facts["imbalance"] in off
    else:
        assert imbalance(lines) is None
        assert transaction("t", lines).postings == tuple(lines)


def test_one_unit_off_is_off():
    with pytest.raises(Unbalanced, match=r"transaction t is off balance by EUR 0\.01"):
        transaction("t", [Posting(BANK, eur(1000)), Posting(HELD, eur(-999))])


def test_two_lines_that_balance_do_not_hide_a_third():
    with pytest.raises(Unbalanced, match=r"by EUR 0\.01") as refused:
        transaction("t", [*moved(eur(5), HELD, BANK), Posting(PAYEE, eur(1))])
    assert refused.value.facts == {"transaction": "t", "imbalance": eur(1)}


def test_two_currencies_do_not_balance_each_other():
    with pytest.raises(Unbalanced):
        transaction("t", [Posting(BANK, Money.of(10, "EUR")), Posting(HELD, Money.of(-10, "USD"))])


@pytest.mark.parametrize(
    ("lines", "phase", "pending_id", "why"),
    [
        ((), TransactionPhase.POSTED, None, "has no postings"),
        ((), TransactionPhase.PENDING, None, "has no postings"),
        ((), TransactionPhase.POSTED, "p", "has no postings"),
        (moved(eur(1), HELD, BANK), TransactionPhase.PENDING, "p", "is pending itself and cannot resolve p"),
        ((), TransactionPhase.VOIDED, None, "names that one and has no postings"),
        (moved(eur(1), HELD, BANK), TransactionPhase.VOIDED, "p", "names that one and has no postings"),
    ],
)
def test_phase_and_content_go_together(lines, phase, pending_id, why):
    with pytest.raises(InvalidValue, match=f"transaction t .*{why}") as refused:
        transaction("t", lines, phase, pending_id)
    assert refused.value.facts == {"transaction": "t"}


@given(st.integers(1, 10**6))
def test_a_pending_one_is_posted_or_voided_by_another(minor):
    charge = pending("t", eur(minor))
    assert charge.posted("u", AT) == posted("u", eur(minor), of="t")
    assert charge.voided("u", AT) == voided("u", of="t")


@pytest.mark.parametrize("done", [posted("t", eur(1)), voided("t", of="p")], ids=["posted", "voided"])
def test_only_a_pending_one_is_posted_or_voided(done):
    for resolve in (done.posted, done.voided):
        with pytest.raises(InvalidValue, match="only a pending one") as refused:
            resolve("u", AT)
        assert refused.value.facts == {"transaction": "t"}


def test_nothing_can_be_changed():
    charge = pending("t", eur(1))
    for name in ("id", "postings", "phase"):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(charge, name, None)


def test_it_survives_pickling():
    charge = pending("t", eur(1))
    assert pickle.loads(pickle.dumps(charge)) == charge


def test_any_ordered_iterable_of_postings_will_do():
    lines = moved(eur(1), HELD, BANK)
    assert Transaction("t", "test", AT, iter(lines)) == Transaction("t", "test", AT, list(lines))
