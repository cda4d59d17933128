"""Money at the provider becomes another currency there: it is noted, and what that gained or lost is seen."""

from datetime import timedelta

import pytest
from abroad import at_provider, backed, books_in, dollars, ended, pledge_of
from hypothesis import given
from hypothesis import strategies as st
from lanterne import END, money

from pushcore import Money, PledgeState, Refused, note_exchange, refund_pledge
from pushcore.books import balance_sheets
from pushcore.changes import Changes
from pushcore.errors import CurrencyMismatch, InvalidValue, KeyReused
from pushcore.ledger import Account, Posting, Side, Transaction
from pushcore.ledger.chart import PROVIDER
from pushcore.ledger.recipes import about
from pushcore.payouts import ProviderExchange, provider_exchange
from pushcore.payouts.events import MoneyExchanged
from pushcore.usecases import refusals

BY = {"key": "txn_1", "actor": "clerk"}


def exchanged(ports, given, received, **options):
    """It happens at the provider, and is noted."""
    ports.gateway.exchange(given, received)
    return note_exchange(ports, given, received, **BY | options)


def sheets(ports):
    """The balance sheets by currency, after all that has happened."""
    told = balance_sheets(ports.store.transactions(), ports.now() + timedelta(days=1))
    assert all(it.balanced for it in told)
    return {it.currency.code: it for it in told}


def test_what_dollars_bring_below_what_they_were_booked_for_is_lost_by_the_platform():
    """108.50 dollars were booked for 100.00 euros, and bring 98.70."""
    ports = backed()
    noted = exchanged(ports, dollars("108.50"), money("98.70"))
    assert noted.gains == (money("-1.30"),)
    assert books_in(ports, "EUR") == {"provider": 9870, "campaign/lanterne/held": -10_000, "fx": 130}
    assert books_in(ports, "USD") == {}
    assert about([*ports.store.transactions()][-1]) == "txn_1"
    assert (at_provider(ports, "EUR"), at_provider(ports)) == (9870, 0)
    assert [*ports.store.events()][-1] == MoneyExchanged(
        ports.now(), "clerk", "txn_1", dollars("108.50"), money("98.70"), (money("-1.30"),)
    )
    assert not [*ports.store.open_orders()]


def test_what_lies_in_another_currency_is_neither_lost_nor_earned():
    ports = backed()
    euros, in_dollars = (sheets(ports)[code] for code in ("EUR", "USD"))
    assert (euros.lies, euros.exchanged, euros.held, euros.earned) == (
        money("0.00"),
        money("100.00"),
        money("100.00"),
        money("0.00"),
    )
    assert (in_dollars.lies, in_dollars.exchanged, in_dollars.earned) == (
        dollars("108.50"),
        dollars("-108.50"),
        dollars("0.00"),
    )
    exchanged(ports, dollars("108.50"), money("101.00"))
    euros = sheets(ports)["EUR"]
    assert (euros.lies, euros.exchanged, euros.earned) == (money("101.00"), money("0.00"), money("1.00"))


def test_it_is_noted_once():
    ports = backed()
    noted = exchanged(ports, dollars("50.00"), money("46.00"))
    entries = [*ports.store.transactions()]
    assert note_exchange(ports, dollars("50.00"), money("46.00"), **BY) == noted
    assert [*ports.store.transactions()] == entries
    for less, more in (("50.00", "46.01"), ("50.01", "46.00")):
        with pytest.raises(KeyReused, match=r"txn_1 is of USD 50\.00 for EUR 46\.00"):
            note_exchange(ports, dollars(less), money(more), **BY)


def test_all_that_is_wrong_is_told():
    """There is no lev any more in 2026, and of pounds there is nothing."""
    ports = backed()
    told = refusals(ports, note_exchange, Money.of(9, "GBP"), Money.of(20, "BGN"), **BY)
    assert [it.code for it in told] == ["above-provider", "currency-retired"]
    with pytest.raises(Refused, match=r"USD 108.50 lies with the provider, which is less than USD 108.51"):
        note_exchange(ports, dollars("108.51"), money("98.00"), **BY)


@pytest.mark.parametrize(
    ("given", "received", "key"),
    [
        (5, money("1.00"), "k"),
        (money("1.00"), None, "k"),
        (dollars("1.00"), money("1.00"), ""),
        (dollars("1.00"), money("1.00"), 7),
        (dollars("1.00"), dollars("1.00"), "k"),
        (dollars("0.00"), money("1.00"), "k"),
        (dollars("1.00"), money("-1.00"), "k"),
    ],
)
def test_what_is_no_exchange_is_an_error(given, received, key):
    ports = backed()
    with pytest.raises(InvalidValue):
        note_exchange(ports, given, received, key=key, actor="clerk")


def test_values_that_are_no_exchange():
    with pytest.raises(InvalidValue, match="for another currency"):
        ProviderExchange("k", money("1.00"), money("1.00"))
    for gains in [Money.of(1, "GBP")], [money("1.00")] * 2:
        with pytest.raises(CurrencyMismatch, match="in neither of the currencies, or a second time"):
            ProviderExchange("k", dollars("1.00"), money("1.00"), gains)
    with pytest.raises(InvalidValue, match="how the books stand"):
        provider_exchange.note("k", dollars("1.00"), money("1.00"), None, END, "clerk")


def cents(minor, currency="EUR"):
    return Money.of_minor(minor, currency)


@given(st.lists(st.tuples(st.integers(1, 10_850), st.integers(1, 20_000)), min_size=1, max_size=6))
def test_whatever_the_parts_nothing_is_left_between_the_currencies_in_the_end(parts):
    ports, left, came = backed(), 10_850, 0
    for number, (minor, received) in enumerate([*parts, (10_850, 7)]):
        if part := min(minor, left):
            exchanged(ports, cents(part, "USD"), cents(received), key=f"t{number}")
            left, came = left - part, came + received
    euros = books_in(ports, "EUR")
    assert books_in(ports, "USD") == {}
    assert (euros["provider"], euros.get("fx", 0), euros.get("fx/EUR-USD", 0)) == (came, 10_000 - came, 0)


def rich():
    """The same, where the provider holds both currencies besides."""
    ports = backed()
    for amount in money("1000.00"), dollars("1000.00"):
        ports.gateway.deposit(amount)
        own = Account("own", Side.CREDIT)
        entry = Transaction(
            f"own-{amount.currency}", "own", ports.now(), [Posting(PROVIDER, amount), Posting(own, -amount)]
        )
        ports.store.commit(Changes(transactions=(entry,)))
    return ports


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9_000), st.integers(1, 9_000)), max_size=8))
def test_what_is_booked_instead_of_something_always_stands_for_something(steps):
    """Back and forth at any rates: what faces what has two sides, or none but for a unit of rounding."""
    ports = rich()
    for number, (there, minor, received) in enumerate(steps):
        codes = ("USD", "EUR") if there else ("EUR", "USD")
        exchanged(ports, cents(minor, codes[0]), cents(received, codes[1]), key=f"t{number}")
        faces = [books_in(ports, code).get("fx/EUR-USD", 0) for code in ("EUR", "USD")]
        assert faces[0] * faces[1] < 0 or max(map(abs, faces)) <= 1
    assert sheets(ports)["EUR"].lies == ports.gateway.held("EUR")


def test_what_is_given_beyond_what_was_booked_gains_nothing_yet():
    """Of 208.50 dollars 108.50 were booked for 100.00 euros: the rest is sold, and could be bought again."""
    ports = rich()
    noted = exchanged(ports, dollars("208.50"), money("208.50"))
    assert noted.gains == (money("8.50"),)
    assert (books_in(ports, "USD")["fx/EUR-USD"], books_in(ports, "EUR")["fx/EUR-USD"]) == (10_000, -10_000)
    more = exchanged(ports, dollars("50.00"), money("40.00"), key="txn_2")
    assert more.gains == ()
    back = exchanged(ports, money("140.00"), dollars("151.00"), key="txn_3")
    assert back.gains == (dollars("1.00"),)
    assert not {path for code in ("USD", "EUR") for path in books_in(ports, code) if path.startswith("fx/")}


def test_dollars_that_are_bought_again_for_a_refund_cost_what_they_cost():
    """108.50 dollars went for 101.00 euros and are bought for that: one was gained, and is lost again."""
    ports = ended(backed())
    exchanged(ports, dollars("108.50"), money("101.00"))
    refund_pledge(ports, "p1", actor="clerk")
    assert pledge_of(ports).state is PledgeState.REFUNDED
    assert books_in(ports, "USD") == {"provider": -10_850, "fx/EUR-USD": 10_850}
    noted = exchanged(ports, money("101.00"), dollars("108.50"), key="txn_2")
    assert noted.gains == (money("-1.00"),)
    assert books_in(ports, "USD") == books_in(ports, "EUR") == {}


def test_what_rates_left_over_is_gained_or_lost_with_the_next_exchange():
    """Bought for 101.00 euros before they went back at the stored 100.00: that is seen when more is sold."""
    ports = rich()
    exchanged(ports, dollars("108.50"), money("100.00"))
    exchanged(ports, money("101.00"), dollars("108.50"), key="txn_2")
    ended(ports)
    refund_pledge(ports, "p1", actor="clerk")
    assert "fx/EUR-USD" not in books_in(ports, "USD")
    assert books_in(ports, "EUR")["fx/EUR-USD"] == 100
    noted = exchanged(ports, dollars("10.00"), money("9.00"), key="txn_3")
    assert noted.gains == (money("-1.00"),)
    assert (books_in(ports, "USD")["fx/EUR-USD"], books_in(ports, "EUR")["fx/EUR-USD"]) == (1000, -900)
