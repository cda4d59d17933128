"""Exchanges in the ledger: balanced in each currency, and gains and losses have an account of their own."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pushcore import Account, Balances, Money, Posting, Rounding
from pushcore._checks import shown
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ledger import Side, audit, chart, recipes
from pushcore.money import AmountRole, ExchangeRate, Retirement, Tendered
from pushcore.testing import strategies as a

AT = datetime(2026, 1, 5, tzinfo=UTC)
HELD, REFUNDS = chart.held_account("lanterne"), chart.refunds_account("lanterne")
FX = chart.fx_account("lanterne")


def eur(text):
    return Money.of(text, "EUR")


def usd(text):
    return Money.of(text, "USD")


def lines(transaction):
    return [(it.account.path, str(it.amount)) for it in transaction.postings]


def charged(gift):
    """The provider has booked a charge: the campaign holds what counts."""
    received, holds = Posting(chart.PROVIDER, gift.settled), Posting(HELD, -gift.campaign)
    return recipes.exchange("p1/charge", "lanterne", received, holds, AT, gains=[gift.difference])


def refunded(number, part, booked):
    """A part goes back, for which the provider books an amount of its own."""
    taken, goes = Posting(HELD, part.campaign), Posting(chart.PROVIDER, -booked)
    gains = [-part.difference, part.gain(booked)]
    return recipes.exchange(f"p1/refund/{number}", "lanterne", taken, goes, AT, gains=gains)


def gift(settled="55.00"):
    rate = ExchangeRate("EUR", "USD", "1.1", as_of=date(2026, 1, 2), source="provider")
    euros = eur("50.00")
    return Tendered(
        presented=euros, campaign=euros, settled=usd(settled), rates=[rate], rounding=Rounding.HALF_UP
    )


def balance(balances, account, currency):
    return balances.balance(account, currency).posted


def test_two_currencies_meet_in_one_clearing_account():
    assert chart.clearing_account("USD", "EUR") == chart.clearing_account("EUR", "USD")
    assert chart.clearing_account("USD", "EUR").path == "fx/EUR-USD"
    assert (FX.path, FX.guarded, FX.normal) == ("campaign/lanterne/fx", False, Side.CREDIT)


def test_a_charge_at_the_stored_rate():
    assert lines(charged(gift())) == [
        ("provider", "USD 55.00"),
        ("campaign/lanterne/held", "EUR -50.00"),
        ("fx/EUR-USD", "USD -55.00"),
        ("fx/EUR-USD", "EUR 50.00"),
    ]


def test_a_charge_that_the_provider_booked_a_cent_lower():
    assert lines(charged(gift("54.99"))) == [
        ("provider", "USD 54.99"),
        ("campaign/lanterne/held", "EUR -50.00"),
        ("campaign/lanterne/fx", "EUR 0.01"),
        ("fx/EUR-USD", "USD -54.99"),
        ("fx/EUR-USD", "EUR 49.99"),
    ]


def test_oc12_a_refund_at_a_later_rate_is_a_loss_with_a_name():
    """Stored 1.1, later 1.1742: the backer gets 50.00 EUR, the provider books 58.71 USD for it."""
    given = gift()
    part = given.part(eur("50.00"), of=AmountRole.PRESENTED)
    written = [charged(given), refunded(1, part, usd("58.71"))]
    assert lines(written[1]) == [
        ("campaign/lanterne/held", "EUR 50.00"),
        ("provider", "USD -58.71"),
        ("campaign/lanterne/fx", "USD 3.71"),
        ("fx/EUR-USD", "EUR -50.00"),
        ("fx/EUR-USD", "USD 55.00"),
    ]
    balances = Balances(written)
    assert balance(balances, HELD, "EUR") == eur("0.00")
    assert balance(balances, FX, "USD") == usd("-3.71")
    assert not audit(written)


@given(a.tendered(), st.lists(st.tuples(st.integers(1, 5), st.integers(-50, 50)), min_size=1, max_size=5))
def test_there_and_back_leaves_nothing_but_named_gains(given, parts):
    """A charge, given back in parts, for each of which the provider books what it likes."""
    assume(given.settled is not None and given.settled.currency is not given.campaign.currency)
    settled, counted = given.settled.currency, given.campaign.currency
    clearing = chart.clearing_account(settled, counted)
    written, done, taken = [charged(given)], given.presented * 0, 0
    weights, noises = zip(*parts, strict=True)
    for number, amount in enumerate(given.presented.allocate(weights)):
        part = given.part(amount, of=AmountRole.PRESENTED, before=done)
        done += amount
        booked = part.settled.with_minor(max(1, part.settled.minor + noises[number]))
        assume(part.campaign.minor > 0)
        written.append(refunded(number, part, booked))
        taken += booked.minor
    balances = Balances(written)
    for account in (HELD, clearing):
        assert [balance(balances, account, it).minor for it in (settled, counted)] == [0, 0]
    assert balance(balances, chart.PROVIDER, settled).minor == given.settled.minor - taken
    assert balance(balances, FX, settled).minor == given.settled.minor - taken
    assert balance(balances, FX, counted).minor == 0


def test_money_at_a_bank_becomes_other_money():
    sold, bought = Posting(chart.PROVIDER, usd("-55.00")), Posting(chart.PROVIDER, eur("49.50"))
    moved = recipes.exchange("x1", "lanterne", bought, sold, AT, gains=[eur("-0.50")])
    assert (moved.id, moved.recipe, moved.at) == ("x1", "exchange", AT)
    assert lines(moved) == [
        ("provider", "EUR 49.50"),
        ("provider", "USD -55.00"),
        ("campaign/lanterne/fx", "EUR 0.50"),
        ("fx/EUR-USD", "EUR -50.00"),
        ("fx/EUR-USD", "USD 55.00"),
    ]
    assert not Balances([charged(gift()), moved]).balance(chart.clearing_account("EUR", "USD"), "USD").posted


def test_a_retired_currency_leaves_its_rounding_in_the_books():
    """Two payees of ten leva each: 5.11 EUR and 5.11 EUR, and 10.23 EUR at the bank."""
    leva = {name: Money.of("10.00", "BGN") for name in ("ana", "bo")}
    before = recipes.settlement("lanterne", Money.of("20.00", "BGN"), {}, leva, AT)
    received = recipes.charge("p1", "lanterne", Money.of("20.00", "BGN"), AT)
    written = [received, received.posted("p1/done", AT), before]
    moved = Retirement.of("BGN", date(2026, 1, 1)).migrate(leva, Rounding.HALF_UP)
    for name, part in moved.parts.items():
        payee = chart.payee_account("lanterne", name)
        old, new = Posting(payee, part.original), Posting(payee, -part.result)
        written.append(recipes.exchange(f"{name}/euro", "lanterne", old, new, AT))
    old, new = Posting(chart.PROVIDER, -moved.whole.original), Posting(chart.PROVIDER, moved.whole.result)
    written.append(recipes.exchange("euro", "lanterne", new, old, AT, gains=[moved.difference]))
    balances, clearing = Balances(written), chart.clearing_account("BGN", "EUR")
    assert not audit(written)
    assert [str(balance(balances, clearing, code)) for code in ("BGN", "EUR")] == ["BGN 0.00", "EUR 0.00"]
    assert balance(balances, FX, "EUR") == eur("0.01")
    assert balance(balances, chart.PROVIDER, "EUR") == eur("10.23")


@pytest.mark.parametrize(
    ("debited", "credited"),
    [
        (eur("5.00"), usd("5.00")),
        (eur("-5.00"), usd("-5.00")),
        (eur("0.00"), usd("0.00")),
    ],
    ids=str,
)
def test_one_is_debited_and_the_other_credited(debited, credited):
    with pytest.raises(InvalidValue, match=r"is not a debit|is not a credit"):
        recipes.exchange("x", "c", Posting(HELD, debited), Posting(HELD, credited), AT)


@pytest.mark.parametrize(
    ("debited", "credited"), [(eur("0.00"), usd("-0.01")), (eur("0.01"), usd("0.00"))], ids=str
)
def test_what_is_worth_less_than_half_a_unit_is_exchanged_for_nothing(debited, credited):
    came, went = Posting(chart.PROVIDER, debited), Posting(chart.PROVIDER, credited)
    entry = recipes.exchange("x", "c", came, went, AT)
    assert sorted(it.amount.minor for it in entry.postings) == [-1, 1]
    assert not audit([entry])


def test_an_exchange_is_of_two_currencies():
    with pytest.raises(InvalidValue, match="EUR is not exchanged for itself"):
        recipes.exchange("x", "c", Posting(HELD, eur("5.00")), Posting(HELD, eur("-5.00")), AT)
    with pytest.raises(CurrencyMismatch, match="gained in neither"):
        recipes.exchange(
            "x", "c", Posting(HELD, eur("5.00")), Posting(HELD, usd("-5.00")), AT, gains=[Money.of(1, "JPY")]
        )


@pytest.mark.parametrize("junk", [None, 5, "EUR", Account("bank", Side.DEBIT)], ids=shown)
def test_postings_and_gains_are_refused_if_they_are_none(junk):
    good = Posting(HELD, eur("5.00")), Posting(HELD, usd("-5.00"))
    for call in (
        lambda: recipes.exchange("x", "c", junk, good[1], AT),
        lambda: recipes.exchange("x", "c", good[0], junk, AT),
        lambda: recipes.exchange("x", "c", *good, AT, gains=[junk]),
        lambda: chart.clearing_account("USD", junk or 0),
        lambda: recipes.exchange("x", 5, *good, AT),
    ):
        try:
            made = call()
        except InvalidValue:
            continue
        assert junk == "EUR"
        assert made.path == "fx/EUR-USD"
