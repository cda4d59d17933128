"""Debts end to end: taken of a reserve, paid back, written off, and set off at the next settlement."""

from datetime import timedelta

import pytest
from funding_houses import at_provider, books, owing
from lanterne import money, refused

from pushcore import (
    Bearer,
    Money,
    PayoutPlan,
    audit,
    pay_back_debt,
    recover_debt,
    release_reserve,
    state_account,
    state_debt,
    write_off_debt,
)
from pushcore.errors import CurrencyMismatch, InvalidValue, KeyReused, NotFound
from pushcore.payouts import DebtSource, HeldReserve
from pushcore.payouts.return_events import DebtRecovered

BY = {"actor": "clerk"}


def debt(ports):
    return state_debt(ports, "lune", "EUR")


def sound(ports):
    assert audit(ports.store.transactions()) == ()
    assert state_account(ports, "lanterne").conserved
    at_provider(ports)
    return True


def recover(ports, amount, key="p0", payee="lune"):
    return recover_debt(ports, "lanterne", payee, money(amount), key=key, **BY)


def test_who_owes_nothing():
    ports = owing()
    assert debt(ports).outstanding == money("8.00")
    assert state_debt(ports, "nobody", "EUR").outstanding == money(0)
    assert state_debt(ports, "lune", "JPY").outstanding == Money.zero("JPY")


def test_a_debt_is_recovered_from_the_reserve():
    """What is held back of a payee is given to them and set off at once; the rest is released in time."""
    ports = owing()
    assert recover(ports, "5.00").got(DebtSource.RESERVE) == money("5.00")
    held = ports.store.find(HeldReserve, "lanterne")
    assert (held.available, held.released, held.left) == (
        money("5.00"),
        money("5.00"),
        {"lune": money("5.00")},
    )
    assert (debt(ports).outstanding, books(ports)["payee/lune/debt"]) == (money("3.00"), 300)
    with pytest.raises(KeyReused):
        recover(ports, "1.00")
    assert refused(recover, ports, "3.01", "p1") == ("above-debt",)
    assert sound(ports)
    told = [it for it in ports.store.events() if isinstance(it, DebtRecovered)]
    assert [(it.source, it.amount) for it in told] == [("reserve", money("5.00"))]
    ports.clock.advance(timedelta(days=190))
    assert release_reserve(ports, "lanterne", **BY).available == money(0)
    assert sound(ports)


def test_no_more_is_recovered_than_is_held_of_the_payee():
    ports = owing("30.00")
    assert refused(recover, ports, "10.01") == ("above-reserve",)
    assert refused(recover, ports, "30.01") == ("above-debt", "above-reserve")
    assert refused(recover, ports, "1.00", payee="nobody") == ("above-debt", "above-reserve")
    assert recover(ports, "10.00").outstanding == money("20.00")
    assert refused(recover, ports, "0.01", "p1") == ("above-reserve",)
    assert refused(recover, owing(payouts=PayoutPlan()), "1.00") == ("above-reserve",)
    assert sound(ports)


def test_a_debt_is_paid_back():
    ports = owing()
    before = at_provider(ports)
    paid = pay_back_debt(ports, "lune", money("3.00"), key="iban-1", **BY)
    assert (paid.outstanding, paid.got(DebtSource.CREATOR)) == (money("5.00"), money("3.00"))
    assert books(ports)["provider"] == before.minor + 300
    with pytest.raises(KeyReused):
        pay_back_debt(ports, "lune", money("3.00"), key="iban-1", **BY)
    assert refused(pay_back_debt, ports, "lune", money("5.01"), key="iban-2", **BY) == ("above-debt",)
    assert audit(ports.store.transactions()) == ()


def test_a_debt_is_written_off_and_somebody_bears_it():
    ports = owing()
    after = write_off_debt(ports, "lune", money("8.00"), bearer=Bearer.PLATFORM, key="2027", **BY)
    assert (after.outstanding, after.got(DebtSource.WRITTEN_OFF)) == (money(0), money("8.00"))
    assert books(ports)["written-off/platform"] == 800
    assert "payee/lune/debt" not in books(ports)
    assert sound(ports)
    again = lambda: write_off_debt(ports, "lune", money("0.01"), bearer=Bearer.HOST, key="x", **BY)  # noqa: E731
    assert refused(again) == ("above-debt",)
    with pytest.raises(InvalidValue, match="who bears"):
        write_off_debt(ports, "lune", money("1.00"), bearer="platform", key="x", **BY)


@pytest.mark.parametrize("amount", [money("0.00"), money("-1.00"), None, "1.00", 1], ids=repr)
def test_amounts_above_zero(amount):
    ports = owing()
    for call in (
        lambda: recover_debt(ports, "lanterne", "lune", amount, key="k", **BY),
        lambda: pay_back_debt(ports, "lune", amount, key="k", **BY),
        lambda: write_off_debt(ports, "lune", amount, bearer=Bearer.HOST, key="k", **BY),
    ):
        with pytest.raises(InvalidValue):
            call()


def test_what_is_not_there():
    ports = owing()
    with pytest.raises(NotFound):
        recover_debt(ports, "etoile", "lune", money("1.00"), key="k", **BY)
    with pytest.raises(CurrencyMismatch):
        recover_debt(ports, "lanterne", "lune", Money.of(1, "JPY"), key="k", **BY)
