"""Netting: payments, refunds and disputes come to one payout, each of them once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Currency, Money
from pushcore.errors import CurrencyMismatch, InvalidValue, Refused
from pushcore.payouts import Netting, PayableEntry


def usd(minor):
    return Money.of_minor(minor, "USD")


def entry(name, gross, fee, payee="lune", **more):
    return PayableEntry(name, payee, usd(gross), usd(fee), **more)


CHARGES = [entry(f"c{n}", 2000, 400) for n in range(5)]
BACK = [entry("part", -500, 0), entry("whole", -2000, -400), entry("dispute", -2000, -400)]
OTHERS = [entry("old", 2000, 400, paid=True), entry("theirs", 2000, 400, "mars")]


def test_charges_refunds_and_a_dispute_in_one_payout():
    """HO02: gross 5500, fees 1200, net 4300, of 8 payments; what is paid and what is others' is left out."""
    netting = Netting.of("lune", "USD", [*CHARGES, *BACK, *OTHERS])
    assert (netting.gross, netting.fees, netting.net) == (usd(5500), usd(1200), usd(4300))
    assert len(netting.entries) == 8
    assert netting.require_payable() == usd(4300)


def test_entries_are_paid_once_the_payout_has_arrived():
    """HO03: until then none is."""
    netting = Netting.of("lune", "USD", CHARGES)
    assert not any(it.paid for it in netting.entries)
    after = netting.settled()
    assert all(it.paid for it in after)
    assert Netting.of("lune", "USD", after).entries == ()
    with pytest.raises(Refused) as no:
        Netting.of("lune", "USD", after).require_payable()
    assert no.value.codes == ("above-owed",)


def test_who_owes_is_paid_nothing():
    for gross in (0, -1):
        with pytest.raises(Refused) as no:
            Netting.of("lune", "USD", [entry("a", gross, 0)]).require_payable()
        assert no.value.refusals[0].facts == {"net": usd(gross)}
    assert Netting.of("lune", "USD", [entry("a", 1, 0)]).require_payable() == usd(1)


def test_other_currencies_are_of_other_payouts():
    """BB03: amounts are summed currency by currency."""
    euros = PayableEntry("e", "lune", Money.of("1500", "EUR"), Money.of("0", "EUR"))
    assert Netting.of("lune", "EUR", [*CHARGES, euros]).net == Money.of("1500", "EUR")
    assert Netting.of("lune", "USD", [*CHARGES, euros]).entries == tuple(CHARGES)


@pytest.mark.parametrize("wrong", [OTHERS[:1], OTHERS[1:], [CHARGES[0]] * 2, [1], None], ids=str)
def test_no_netting(wrong):
    with pytest.raises(InvalidValue):
        Netting("lune", Currency.of("USD"), wrong)


def test_one_currency():
    with pytest.raises(CurrencyMismatch):
        PayableEntry("a", "lune", usd(1), Money.of("1", "EUR"))
    with pytest.raises(CurrencyMismatch):
        Netting("lune", Currency.of("EUR"), CHARGES)
    for junk in (None, [None], 1):
        with pytest.raises(InvalidValue):
            Netting.of("lune", "USD", junk)
    with pytest.raises(InvalidValue):
        Netting.of(None, "USD", [])


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(-999, 999), st.integers(-9, 9), st.booleans())))
def test_every_entry_is_in_one_netting(rows):
    entries = [
        entry(f"e{n}", gross, fee, payee, paid=paid) for n, (payee, gross, fee, paid) in enumerate(rows)
    ]
    nettings = [Netting.of(payee, "USD", entries) for payee in "ab"]
    owed = sum(it.gross.minor - it.fee.minor for it in entries if not it.paid)
    assert sum(it.net.minor for it in nettings) == owed
    assert sum(len(it.entries) for it in nettings) == sum(not it.paid for it in entries)
