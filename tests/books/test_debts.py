"""Debts of creators: in the balance sheet, and in their statements until they are gone."""

from datetime import timedelta

import pytest
from funding_houses import owing
from lanterne import money

from pushcore import Bearer, PayoutPlan, pay_back_debt, pay_out, state_debt, write_off_debt
from pushcore.ledger import Holder
from pushcore.ledger.recipes import named
from pushcore.usecases import state_balances

BY = {"actor": "clerk"}


def house(amount="8.00", **changed):
    """La Lanterne of 100.00 is settled and paid out; its creator owes so much of a refund."""
    ports = owing(amount, **{"payouts": PayoutPlan()} | changed)
    pay_out(ports, "lanterne", **BY)
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
