"""The three amounts of a contribution: one stored rate for each pair, and parts that add up to all three."""

import decimal
from datetime import date
from fractions import Fraction

import attrs
import pytest
from amounts import HOSTILE
from hypothesis import assume, given
from hypothesis import strategies as st

from pushcore import Money, Rounding
from pushcore._checks import shown
from pushcore.errors import CurrencyMismatch, InvalidDocument, InvalidValue, NotFound
from pushcore.money import AmountRole, ExchangeRate, Reversal, Tendered
from pushcore.testing import strategies as a

DAY = date(2026, 1, 2)
PRESENTED, SETTLED, CAMPAIGN = AmountRole
HALF_UP = Rounding.HALF_UP


def eur(text):
    return Money.of(text, "EUR")


def usd(text):
    return Money.of(text, "USD")


def rate_of(base, quote, rate, on=DAY):
    return ExchangeRate(base, quote, rate, as_of=on, source="provider")


def gift(presented, campaign=None, settled=None, rates=()):
    return Tendered(
        presented=presented, campaign=campaign or presented, settled=settled, rates=rates, rounding=HALF_UP
    )


EURO = rate_of("EUR", "USD", "1.1")
THREE = gift(
    usd("100.00"),
    Money.of("80.00", "GBP"),
    eur("92.00"),
    [rate_of("USD", "GBP", "0.8"), rate_of("USD", "EUR", "0.921"), rate_of("EUR", "GBP", "0.86")],
)


# Cases


def test_bb19_a_booking_in_another_currency_counts_at_its_rate():
    given = gift(eur("500.00"))
    assert given.counts(CAMPAIGN) == eur("500.00")
    changed = gift(eur("200.00"))
    booked = changed.booked(usd("250.00"), [rate_of("USD", "EUR", "1.5")])
    assert changed.counts(CAMPAIGN) == eur("200.00")
    assert [booked.counts(role) for role in AmountRole] == [eur("200.00"), eur("375.00"), eur("200.00")]


def test_bb35_what_is_shown_and_what_is_paid_out():
    naira = gift(Money.of(19_500, "NGN")).booked(Money.of(17_500, "NGN"))
    assert naira.counts(PRESENTED) == Money.of(19_500, "NGN")
    assert naira.counts(SETTLED) == Money.of(17_500, "NGN")
    assert (naira.rates, naira.difference) == ((), Money.of(-2_000, "NGN"))  # which no rate has made


def test_oc10_fees_in_the_currency_of_the_host():
    given = gift(eur("100.00"), settled=usd("110.00"), rates=[EURO])
    assert given.difference == eur("0.00")
    fees = given.convert(usd("5.50") + usd("3.30"), "EUR")
    assert (fees.result, given.campaign - fees.result) == (eur("8.00"), eur("92.00"))
    parts = [fees.part(usd("5.50")), fees.part(usd("3.30"), before=usd("5.50"))]
    assert parts == [eur("5.00"), eur("3.00")]


def test_oc12_one_stored_rate_for_all_that_is_refunded():
    given = gift(eur("50.00"), settled=usd("55.00"), rates=[EURO])
    fee = given.convert(usd("1.75"), "EUR")
    returned, cover = fee.part(usd("1.00")), fee.part(usd("0.75"), before=usd("1.00"))
    assert (returned, cover, returned + cover) == (eur("0.91"), eur("0.68"), fee.result)
    back = given.part(eur("50.00"), of=PRESENTED)
    assert (back.settled, back.campaign) == (usd("55.00"), eur("50.00"))
    today = rate_of("EUR", "USD", "1.1742", date(2026, 3, 2)).convert(eur("50.00"), HALF_UP).result
    assert (today, back.gain(today)) == (usd("58.71"), usd("-3.71"))  # a loss, and no other amount is touched


def test_oc33_a_tip_in_another_currency_keeps_its_rate():
    stored = rate_of("USD", "EUR", "0.804")
    tip = gift(usd("5.00"), eur("4.02"), rates=[stored])
    assert tip.counts(PRESENTED) == tip.campaign == eur("4.02")
    assert tip.rate("USD", "EUR") is stored
    assert tip.rate("EUR", "USD").rate == 1 / Fraction("0.804")


# The three amounts


def test_a_goal_is_evaluated_on_a_stated_one():
    assert [str(THREE.amount(role)) for role in AmountRole] == ["USD 100.00", "EUR 92.00", "GBP 80.00"]
    assert [str(THREE.counts(role)) for role in AmountRole] == ["GBP 80.00", "GBP 79.12", "GBP 80.00"]
    assert THREE.difference == Money.of("-0.88", "GBP")


def test_before_the_booking_there_is_no_settled_amount():
    given = gift(usd("5.00"), eur("4.02"), rates=[rate_of("USD", "EUR", "0.804")])
    assert given.difference == eur("0.00")
    part = given.part(usd("2.50"), of=PRESENTED)
    assert (part.settled, part.campaign, part.difference) == (None, eur("2.01"), eur("0.00"))
    for ask in (
        lambda: given.amount(SETTLED),
        lambda: given.counts(SETTLED),
        lambda: given.part(usd("1.00"), of=SETTLED),
        lambda: part.gain(usd("1.00")),
    ):
        with pytest.raises(NotFound, match="booked nothing yet"):
            ask()


def test_a_part_can_be_of_any_of_the_three():
    by = {
        PRESENTED: THREE.part(usd("50.00"), of=PRESENTED),
        SETTLED: THREE.part(eur("46.00"), of=SETTLED),
        CAMPAIGN: THREE.part(Money.of("40.00", "GBP"), of=CAMPAIGN),
    }
    assert len(set(by.values())) == 1
    assert [str(it) for it in attrs.astuple(by[SETTLED], recurse=False)] == [
        "USD 50.00",
        "EUR 46.00",
        "GBP 40.00",
        "GBP -0.44",
    ]


@given(
    a.tendered(), st.sampled_from(AmountRole), st.lists(st.integers(0, 5), min_size=1, max_size=6).filter(any)
)
def test_parts_in_any_sequence_add_up_to_all_three(given, role, weights):
    assume(role is not SETTLED or given.settled is not None)
    whole = given.amount(role)
    done, parts = whole * 0, []
    for amount in whole.allocate(weights):
        parts.append(given.part(amount, of=role, before=done))
        done += amount
    everything = Reversal(
        presented=given.presented, settled=given.settled, campaign=given.campaign, difference=given.difference
    )
    assert given.part(whole, of=role) == everything
    for name in ("presented", "settled", "campaign", "difference"):
        amounts = [getattr(part, name) for part in parts]
        total = getattr(everything, name)
        assert total is None or Money.total(amounts, total.currency) == total
    assert all(part.presented.minor >= 0 and part.campaign.minor >= 0 for part in parts)


@given(a.tendered())
def test_the_difference_is_what_the_booking_is_worth_less_what_counts(given):
    if given.settled is not None:
        assert given.counts(CAMPAIGN) + given.difference == given.counts(SETTLED)
    assert given.counts(CAMPAIGN) == given.campaign


@given(a.tendered(), st.data())
def test_the_ambient_decimal_context_is_irrelevant(given, data):
    part = data.draw(a.amounts(given.presented.currency, least=0, most=given.presented.minor))
    expected = given.part(part, of=PRESENTED), given.difference
    with decimal.localcontext(HOSTILE):
        assert (given.part(part, of=PRESENTED), given.difference) == expected
        if given.presented.currency is not given.campaign.currency:
            between = ExchangeRate.between(given.presented, given.campaign, as_of=DAY, source="provider")
            assert between.convert(given.presented, given.rounding).result == given.campaign


# What does not fit


@pytest.mark.parametrize(
    ("settled", "rates", "problems"),
    [
        (None, [], ["rates: there is no rate USD to EUR"]),
        (
            Money.of(5, "GBP"),
            [],
            [
                "rates: there is no rate USD to GBP",
                "rates: there is no rate USD to EUR",
                "rates: there is no rate GBP to EUR",
            ],
        ),
        (
            None,
            [EURO, EURO.inverse()],
            ["rates.1: a rate USD to EUR stands twice, or is of no two of the amounts"],
        ),
        (
            None,
            [rate_of("EUR", "GBP", 2)],
            [
                "rates.0: a rate EUR to GBP stands twice, or is of no two of the amounts",
                "rates: there is no rate USD to EUR",
            ],
        ),
    ],
    ids=str,
)
def test_each_pair_has_one_rate(settled, rates, problems):
    with pytest.raises(InvalidDocument) as refused:
        gift(usd("5.00"), eur("4.02"), settled, rates)
    assert list(map(str, refused.value.problems)) == problems
    missing = {it.message for it in refused.value.problems if it.kind == "missing"}
    assert missing == {it.removeprefix("rates: ") for it in problems if "there is no rate" in it}


def test_a_booking_brings_the_rates_it_needs_and_comes_once():
    with pytest.raises(InvalidDocument, match="there is no rate EUR to USD"):
        gift(eur("5.00")).booked(usd("5.50"))
    booked = gift(eur("5.00")).booked(usd("5.50"), [EURO])
    assert booked.booked(usd("5.49")).difference == eur("-0.01")
    with pytest.raises(InvalidDocument, match="stands twice"):
        booked.booked(usd("5.49"), [EURO])


def test_only_the_rates_of_its_pairs_are_stored():
    with pytest.raises(NotFound, match="no rate EUR to GBP is stored"):
        gift(eur("5.00")).rate("EUR", "GBP")
    with pytest.raises(NotFound, match="no rate EUR to EUR is stored"):
        gift(eur("5.00")).convert(eur("1.00"), "EUR")


@pytest.mark.parametrize(
    ("part", "before"),
    [("5.01", None), ("-0.01", None), ("3.00", "2.01"), ("1.00", "-1.00"), ("0.00", "5.01")],
)
def test_parts_never_exceed_the_whole(part, before):
    with pytest.raises(InvalidValue, match=r"not a part of EUR 5\.00"):
        gift(eur("5.00")).part(eur(part), of=PRESENTED, before=before and eur(before))


def test_parts_are_of_the_currency_of_their_whole():
    for part, before in ((usd("1.00"), None), (eur("1.00"), usd("1.00"))):
        with pytest.raises(CurrencyMismatch, match=r"USD 1\.00 is no part of EUR 5\.00"):
            gift(eur("5.00")).part(part, of=PRESENTED, before=before)
    with pytest.raises(CurrencyMismatch):
        gift(eur("5.00"), settled=eur("5.00")).part(eur("5.00"), of=PRESENTED).gain(usd("5.00"))


@pytest.mark.parametrize("junk", [None, 5, "5.00", "presented", float("nan"), [], {}, object], ids=shown)
def test_junk_is_refused(junk):
    given = gift(eur("5.00"), settled=usd("5.50"), rates=[EURO])
    for call in (
        lambda: given.amount(junk),
        lambda: given.counts(junk),
        lambda: given.part(eur("1.00"), of=junk),
        lambda: given.part(junk, of=PRESENTED),
        lambda: given.part(eur("1.00"), of=PRESENTED, before=junk or 0),
        lambda: given.booked(junk),
        lambda: given.convert(junk, "EUR"),
        lambda: given.convert(usd("1.00"), junk),
        lambda: given.rate(junk, "EUR"),
        lambda: given.part(eur("1.00"), of=PRESENTED).gain(junk),
        lambda: attrs.evolve(given, campaign=junk),
        lambda: attrs.evolve(given, presented=junk),
        lambda: attrs.evolve(given, rounding=junk),
        lambda: attrs.evolve(given, rates=[junk]),
    ):
        with pytest.raises(InvalidValue):
            call()


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_amounts_are_above_zero(amount):
    for name in ("presented", "campaign", "settled"):
        with pytest.raises(InvalidValue, match=f"{name}: expected an amount above zero"):
            attrs.evolve(gift(eur("5.00")), **{name: eur(amount)})


def test_a_role_is_had_by_name():
    assert [AmountRole(it.value) for it in AmountRole] == [PRESENTED, SETTLED, CAMPAIGN]
    with pytest.raises(InvalidValue, match="no amount role 'net'"):
        AmountRole("net")
