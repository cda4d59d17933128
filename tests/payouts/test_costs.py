"""What sending costs: wires, withdrawals, and the most that can be paid when a fee comes on top."""

from itertools import count

import pytest

from pushcore import Money, Percentage, Rounding
from pushcore.errors import CurrencyMismatch, InvalidDocument, InvalidValue
from pushcore.payouts import (
    PayoutCost,
    PayoutPlan,
    PayoutSchedule,
    Reserve,
    Tranche,
    WireFee,
    WithdrawalFee,
)


def usd(text):
    return Money.of(text, "USD")


def cop(text):
    return Money.of(text, "COP")


@pytest.mark.parametrize(
    ("net", "wired", "paid"),
    [
        ("99.99", [], None),
        ("100.00", [], "100.00"),
        ("120.00", ["lune"], None),
        ("125.00", ["lune"], "100.00"),
    ],
)
def test_a_net_that_is_too_small_is_not_disbursed(net, wired, paid):
    """igg-min-disbursement: the wire of accounts abroad comes first."""
    plan = PayoutPlan(least_net=usd("100"), wire=WireFee(usd("25"), wired or ["somebody else"]))
    reasons = plan.refusals(usd(net), ["lune"])
    assert [reason.code for reason in reasons] == ([] if paid else ["below-disbursement"])
    if paid:
        assert usd(net) - Money.total((it.amount for it in plan.wired("lune")), "USD") == usd(paid)


def test_every_payee_who_is_wired_costs_a_wire():
    plan = PayoutPlan(least_net=usd("100"), wire=WireFee(usd("25")))
    assert plan.refusals(usd("150"), ["ana", "bob"]) == ()
    (reason,) = plan.refusals(usd("149.99"), ["ana", "bob"])
    assert reason.facts == {"net": usd("99.99"), "least": usd("100")}
    assert PayoutPlan().refusals(usd("0"), ["ana"]) == ()
    assert plan.wired("ana") == (PayoutCost("wire", usd("25")),)
    for free in (PayoutPlan(), PayoutPlan(wire=WireFee(usd("1"), ["bob"]))):
        assert (free.wired("ana"), free.wired_minor("ana")) == ((), 0)


VAKI = WithdrawalFee(fee=cop("10000"), free=2, below=cop("500000"))


def test_small_or_many_withdrawals_cost_a_fee():
    """The tariff of vaki-withdrawals."""
    withdrawals = ["400000", "600000", "700000", "100000"]
    costs = [VAKI.of(cop(amount), number) for number, amount in enumerate(withdrawals, 1)]
    assert costs == [cop("10000"), cop("0"), cop("10000"), cop("10000")]
    assert VAKI.of(cop("500000"), 2) == cop("0")
    assert VAKI.of(cop("499999.99"), 2) == cop("10000")
    unlimited = WithdrawalFee(fee=cop("5"), free=0)
    assert unlimited.of(cop("1"), 1) == cop("5")
    assert WithdrawalFee(fee=cop("0"), free=9).of(cop("1"), 10) == cop("0")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: WithdrawalFee(fee=cop("-1"), free=0), "at least zero"),
        (lambda: WithdrawalFee(fee=cop("1"), free=-1), "at least 0"),
        (lambda: WithdrawalFee(fee=cop("1"), free=0, below=cop("-1")), "at least zero"),
        (lambda: WireFee(usd("0")), "above zero"),
        (lambda: WireFee(usd("1"), ["ana", "ana"]), "payee 'ana' stands twice"),
        (lambda: WireFee(usd("1"), [1]), "expected str"),
        (lambda: PayoutCost("wire", usd("0")), "above zero"),
        (lambda: VAKI.of(cop("1"), 0), "at least 1"),
        (lambda: VAKI.of(1, 1), "what is withdrawn: expected Money"),
        (lambda: PayoutPlan(approvals=-1), "at least 0"),
        (lambda: PayoutPlan(step=usd("0")), "above zero"),
        (lambda: PayoutPlan(least=usd("0")), "above zero"),
        (lambda: PayoutPlan(least_net=usd("0")), "above zero"),
        (lambda: PayoutPlan(currencies={1: "EUR"}), "a payee: expected str"),
        (lambda: PayoutPlan(currencies=[]), "currencies: expected dict"),
        (lambda: PayoutPlan(currencies={"ana": "XAU"}), "XAU"),
        (lambda: PayoutPlan(gates=1), "Gates"),
        (lambda: PayoutPlan().refusals(None, []), "a net: expected Money"),
    ],
    ids=count(),
)
def test_no_cost_and_no_plan(make, why):
    with pytest.raises(InvalidValue, match=why):
        make()


def test_what_a_plan_says_goes_together():
    tranches = PayoutSchedule([Tranche(Percentage(100), 14)])
    with pytest.raises(InvalidDocument) as wrong:
        PayoutPlan(withdrawals=VAKI, schedule=tranches, wire=WireFee(cop("1")))
    assert [it.path for it in wrong.value.problems] == ["withdrawals", "wire"]


def test_all_amounts_are_of_one_currency():
    reserve = Reserve(rate=Percentage(5), rounding=Rounding.UP, hold_days=1, threshold=usd("3"), cap=usd("4"))
    plan = PayoutPlan(
        least_net=usd("1"), least=usd("2"), step=usd("5"), reserve=reserve, wire=WireFee(usd("6"))
    )
    assert sorted(amount.text for amount in plan.amounts) == [f"{n}.00" for n in range(1, 7)]
    assert PayoutPlan(withdrawals=VAKI).amounts == (cop("10000"), cop("500000"))
    assert PayoutPlan().amounts == ()
    for one, other in (
        ({"least": usd("1")}, {"step": cop("1")}),
        ({"wire": WireFee(cop("1"))}, {"least_net": usd("1")}),
    ):
        with pytest.raises(CurrencyMismatch):
            PayoutPlan(**one, **other)
    with pytest.raises(CurrencyMismatch):
        WithdrawalFee(fee=usd("1"), free=1, below=cop("1"))
    with pytest.raises(CurrencyMismatch):
        VAKI.of(usd("1"), 1)
    with pytest.raises(CurrencyMismatch):
        WithdrawalFee(fee=cop("1"), free=1).of(usd("1"), 1)


def test_a_payee_with_a_currency_of_their_own():
    plan = PayoutPlan(currencies={"ana": "CHF", "bob": "USD"})
    dollar = usd("1").currency
    assert str(plan.currency("ana", dollar)) == "CHF"
    assert plan.currency("bob", dollar) is plan.currency("cleo", dollar) is None
