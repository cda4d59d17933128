"""History: any past state is what reading the ledger up to there says."""

from datetime import timedelta, timezone
from itertools import pairwise

import attrs
import pytest
from entries import AT, BANK, HELD, currencies, eur, moved, pending, posted, sound_ledgers, transaction
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Balances, Money
from pushcore.errors import InvalidValue, NotFound
from pushcore.ledger import balances_after, balances_at, movements


def dated(ledger, days):
    return [attrs.evolve(it, at=AT + timedelta(days=day)) for it, day in zip(ledger, days, strict=True)]


@given(sound_ledgers(), st.data())
def test_the_balances_at_an_instant_are_those_of_what_is_dated_until_then(ledger, data):
    days = data.draw(st.lists(st.integers(0, 5), min_size=len(ledger), max_size=len(ledger)))
    ledger, day = dated(ledger, days), data.draw(st.integers(-1, 6))
    at = AT + timedelta(days=day)
    assert balances_at(iter(ledger), at) == Balances([it for it in ledger if it.at <= at])


@given(sound_ledgers())
def test_any_past_state_is_rebuilt_from_the_log(ledger):
    """Fed transaction by transaction, running balances went through the very states that are rebuilt."""
    running = Balances()
    for place, it in enumerate(ledger):
        running.apply(it)
        assert balances_after(iter(ledger), it.id) == running == Balances(ledger[: place + 1])


def test_what_comes_later_is_not_even_read():
    def endless():
        yield posted("t", eur(5))
        raise AssertionError

    assert balances_after(endless(), "t").balance(HELD, "EUR").posted == eur(5)


def test_an_instant_is_meant_in_any_zone_and_is_included():
    ledger = [posted("t", eur(5))]
    here = AT.astimezone(timezone(timedelta(hours=1)))
    assert balances_at(ledger, here).balance(HELD, "EUR").posted == eur(5)
    before = here - timedelta(microseconds=1)
    assert not balances_at(ledger, before).balance(HELD, "EUR").posted


def test_what_is_written_later_than_it_is_dated_is_found_by_its_date():
    late = attrs.evolve(posted("cash", eur(3)), at=AT - timedelta(days=1))
    ledger = [posted("t", eur(5)), late]
    assert balances_at(ledger, late.at).balance(HELD, "EUR").posted == eur(3)
    assert balances_after(ledger, "t").balance(HELD, "EUR").posted == eur(5)


@given(sound_ledgers(), st.sampled_from([BANK, HELD]), currencies)
def test_the_extract_of_an_account_ends_where_the_account_stands(ledger, account, currency):
    extract = list(movements(ledger, account, currency))
    last = extract[-1].balance if extract else Balances().balance(account, currency)
    assert last == Balances(ledger).balance(account, currency)
    for one in extract:
        assert one.balance == balances_after(ledger, one.transaction.id).balance(account, currency)
    steps = [Balances().balance(account, currency), *(one.balance for one in extract)]
    assert all(one != other for one, other in pairwise(steps))


def test_a_reservation_and_its_release_are_in_the_extract():
    out = pending("out", eur(2), BANK, HELD)
    other = transaction("yen", moved(Money.of(7, "JPY"), HELD, BANK))
    extract = list(movements([posted("in", eur(5)), other, out, out.voided("back", AT)], HELD, "EUR"))
    assert [(one.transaction.id, one.balance.available) for one in extract] == [
        ("in", eur(5)),
        ("out", eur(3)),
        ("back", eur(5)),
    ]


def test_a_transaction_that_is_not_there():
    with pytest.raises(NotFound, match="the ledger has no transaction 'u'"):
        balances_after([posted("t", eur(5))], "u")


@pytest.mark.parametrize("junk", [5, "t", [5], [None], {"a": 1}])
def test_only_transactions_have_a_history(junk):
    for ask in (
        lambda: balances_at(junk, AT),
        lambda: balances_after(junk, "t"),
        lambda: list(movements(junk, HELD, "EUR")),
    ):
        with pytest.raises(InvalidValue):
            ask()


def test_only_an_instant_is_asked_for():
    with pytest.raises(InvalidValue, match="expected an instant"):
        balances_at([], AT.replace(tzinfo=None))
    with pytest.raises(InvalidValue, match="the id of a transaction"):
        balances_after([], 5)
    with pytest.raises(InvalidValue, match="account"):
        movements([], "held", "EUR")
