"""The recipes of what goes back: each is balanced, and its accounts are what they say."""

from datetime import UTC, datetime

import pytest

from pushcore import Account, Balances, Money, audit
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ledger import Side, TransactionPhase, chart, reversals

AT = datetime(2026, 3, 1, tzinfo=UTC)
PENDING, POSTED, VOIDED = TransactionPhase


def eur(text):
    return Money.of(text, "EUR")


def lines(transaction):
    return {posting.account.path: posting.amount.text for posting in transaction.postings}


@pytest.mark.parametrize(
    ("account", "path", "side", "guarded"),
    [
        (chart.wallet_account("a/b"), "wallet/a%2Fb", Side.CREDIT, True),
        (chart.expired_account("platform"), "expired/platform", Side.CREDIT, False),
        (chart.payee_debt_account("lune"), "payee/lune/debt", Side.DEBIT, True),
        (chart.disputed_account("lanterne"), "campaign/lanterne/disputed", Side.CREDIT, True),
        (chart.PROVIDER_DISPUTED, "provider/disputed", Side.DEBIT, True),
    ],
    ids=lambda it: it.path if isinstance(it, Account) else "",
)
def test_accounts(account, path, side, guarded):
    assert account == Account(path, side, guarded)


def test_an_amount_that_moves():
    source, target = chart.refunds_account("lanterne"), chart.wallet_account("ana")
    entry = reversals.moved("c1", "credit", source, target, eur("5.00"), AT)
    assert (entry.id, entry.recipe, entry.at, entry.phase) == ("c1", "credit", AT, POSTED)
    assert lines(entry) == {"campaign/lanterne/refunds": "5.00", "wallet/ana": "-5.00"}


def test_spending_is_divided_as_a_charge_is():
    entry = reversals.spending("s1", "ana", "lanterne", eur("5.50"), AT, on_top=(("tip", eur("0.50")),))
    assert (entry.id, entry.recipe, entry.phase) == ("s1", "spending", POSTED)
    assert lines(entry) == {
        "wallet/ana": "5.50",
        "campaign/lanterne/held": "-5.00",
        "campaign/lanterne/on-top/tip": "-0.50",
    }
    assert len(reversals.spending("s1", "ana", "lanterne", eur("5.50"), AT).postings) == 2


def test_a_withdrawal_and_its_answers():
    credit = reversals.moved("c1", "credit", chart.PROVIDER, chart.wallet_account("ana"), eur("5"), AT)
    asked = reversals.withdrawal("w1", "ana", eur("5.00"), AT)
    assert (asked.id, asked.recipe, asked.phase) == ("w1", "withdrawal", PENDING)
    assert lines(asked) == {"wallet/ana": "5.00", "provider": "-5.00"}
    for phase in (POSTED, VOIDED):
        answered = reversals.withdrawal("w1", "ana", eur("5.00"), AT, phase=phase)
        assert (answered.id, answered.pending_id, answered.phase) == ("w1/done", "w1", phase)
        assert answered.postings == (asked.postings if phase is POSTED else ())
        assert audit([credit, asked, answered]) == ()
    with pytest.raises(InvalidValue, match="the phase of a withdrawal"):
        reversals.withdrawal("w1", "ana", eur("5.00"), AT, phase="posted")


def positions(key, before, after):
    return reversals.positions(key, "dispute", before, after, AT, campaign_id="lanterne")


def test_amounts_are_money():
    source, target = chart.refunds_account("lanterne"), chart.wallet_account("ana")
    for make, what in (
        (lambda: reversals.moved("c1", "credit", source, target, 1, AT), "moved"),
        (lambda: reversals.spending("s1", "ana", "lanterne", 1, AT), "spent"),
        (lambda: reversals.withdrawal("w1", "ana", 1, AT), "withdrawn"),
    ):
        with pytest.raises(InvalidValue, match=f"the amount that is {what}: expected Money"):
            make()


def test_from_one_position_to_another():
    bank, payee, other = (
        chart.PROVIDER,
        chart.payee_account("lanterne", "lune"),
        Account("x", Side.DEBIT),
    )
    first = {bank: eur("-5.00"), payee: eur("5.00")}
    second = {bank: eur("-7.00"), payee: eur("5.00"), other: eur("2.00")}
    (entry,) = positions("d1", {}, first)
    assert (entry.id, entry.recipe, lines(entry)) == (
        "d1",
        "dispute",
        {"provider": "-5.00", "campaign/lanterne/payee/lune": "5.00"},
    )
    (more,) = positions("d2", first, second)
    assert lines(more) == {"provider": "-2.00", "x": "2.00"}
    (back,) = positions("d3", second, {})
    assert not any(it.posted for it in Balances([entry, more, back]))
    assert positions("d4", second, second) == positions("d4", {}, {}) == ()


def test_what_a_campaign_holds_is_told_beside():
    """What is blocked and what came back of it, which statements do not see in what is held."""
    bank, held = chart.PROVIDER, chart.held_account("lanterne")
    fee, borne = chart.fee_account("lanterne", "host"), chart.borne_account("lanterne", "host")
    blocked = {bank: eur("-9.00"), held: eur("5.00"), fee: eur("3.00"), borne: eur("1.00")}
    (entry,) = positions("d1", {}, blocked)
    told = {"campaign/lanterne/contested": "9.00", "campaign/lanterne/beside": "-9.00"}
    assert {path: text for path, text in lines(entry).items() if path in told} == told
    (back,) = positions("d2", blocked, {})
    told = {
        "campaign/lanterne/contested": "-9.00",
        "campaign/lanterne/restored": "5.00",
        "campaign/lanterne/beside": "4.00",
    }
    assert {path: text for path, text in lines(back).items() if path in told} == told


@pytest.mark.parametrize("position", [None, [1], {chart.PROVIDER: 1}], ids=repr)
def test_positions_are_amounts_by_account(position):
    for before, after in ((position, {}), ({}, position)):
        with pytest.raises(InvalidValue, match=r"where (accounts|an account) stand"):
            positions("d1", before, after)
    with pytest.raises(CurrencyMismatch):
        positions("d1", {chart.PROVIDER: eur("1")}, {chart.PROVIDER: Money.of(1, "USD")})
