"""Formatting and parsing amounts for people: exact, round trip, strict."""

import decimal
import locale as c_locale
import subprocess
import sys
from contextlib import suppress
from datetime import date

import pytest
from babel.localedata import locale_identifiers
from babel.numbers import format_currency, get_currency_symbol
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pushcore import Currency, Money, Rounding
from pushcore.errors import CurrencyMismatch, InvalidValue, PrecisionLoss, PushcoreError
from pushcore.money import ExchangeRate, ProviderCatalogue
from pushcore.money.locale import format_money, parse_money

# fmt: off
LOCALES = [
    "ar", "ar_EG", "de", "de_AT", "de_CH", "en", "en_GB", "en_IN", "en_US", "es", "fa", "fr_BE", "fr_CH",
    "fy", "he", "hi_IN", "it", "ja", "nl_BE", "pl", "pt_BR", "sv",
]
# fmt: on
COUNTABLE = [currency for currency in Currency.all() if currency.exponent is not None]
STYLES = ["symbol", "code", "number"]

any_locale = st.sampled_from(sorted(locale_identifiers()))
minors = st.integers(-(10**60) + 1, 10**60 - 1) | st.integers(-20_000_000, 20_000_000)
moneys = st.builds(Money.of_minor, minors, st.sampled_from(COUNTABLE))


@given(moneys, any_locale, st.sampled_from(STYLES))
def test_what_is_printed_is_read_back(money, locale, style):
    assert parse_money(format_money(money, locale, style=style), money.currency, locale) == money


@pytest.mark.parametrize("locale", LOCALES)
def test_every_currency_is_read_back(locale):
    for currency in COUNTABLE:
        for minor in (-123_456_789, 0, 5):
            money = Money.of_minor(minor, currency)
            for style in STYLES:
                assert parse_money(format_money(money, locale, style=style), currency, locale) == money


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "printed"),
    [
        ("1234567.8", "EUR", "fr_BE", "1 234 567,80 €"),
        ("1234567.8", "EUR", "fr-BE", "1 234 567,80 €"),
        ("1234567.8", "EUR", "nl_BE", "€ 1.234.567,80"),
        ("-5", "EUR", "nl_BE", "€ -5,00"),
        ("1234567.8", "EUR", "de", "1.234.567,80 €"),
        ("1234567.8", "EUR", "de_AT", "€ 1.234.567,80"),
        ("1234567.8", "EUR", "en", "€1,234,567.80"),
        ("-5", "USD", "en_US", "-$5.00"),
        ("1234567.8", "INR", "hi_IN", "₹12,34,567.80"),
        ("1234.5", "CHF", "de_CH", "CHF 1’234.50"),
        ("1234.5", "CHF", "fr_CH", "1 234.50 CHF"),  # CLDR: money has a point there, other numbers a comma
        ("1234.5", "CHF", "en", "CHF 1,234.50"),  # letters are kept off digits
        ("1234.5", "CHF", "sbp", "1,234.50 CHF"),
        ("1234.5", "EUR", "sbp", "1,234.50€"),
        ("-5", "SEK", "sv", "\u22125,00 kr"),
        ("-5", "EUR", "fy", "€ 5,00-"),
        ("1234", "JPY", "en", "¥1,234"),
    ],
)
def test_printed_forms(amount, currency, locale, printed):
    text = format_money(Money.of(amount, currency), locale)
    assert text.replace("\u00a0", " ").replace("\u202f", " ") == printed


@pytest.mark.parametrize(
    ("currency", "printed"),
    [("IQD", "1,234.000"), ("ALL", "1,234.00"), ("CLF", "1,234.0000"), ("ISK", "1,234"), ("HRK", "1,234.00")],
)
def test_decimals_are_those_of_iso_4217(currency, printed):
    assert Money.of(1234, currency).format("en", style="number") == printed


@given(st.integers(0, 10**60 - 1), any_locale)
def test_babel_prints_the_same(minor, locale):
    """Where CLDR has no word for it: a letter beside a digit, or another separator for money."""
    symbol = get_currency_symbol("EUR", locale)
    assume(symbol == "€" and locale != "fr_CH")
    money = Money.of_minor(minor, "EUR")
    with decimal.localcontext(prec=80):
        expected = format_currency(money.amount, "EUR", locale=locale, currency_digits=False)
    assert format_money(money, locale) == expected


@pytest.mark.parametrize("amount", ["100.90", "100.10"])
def test_ks14_a_dollar_of_the_neighbours_is_shown_whole_or_exactly(amount):
    """Seen from Canada, it is US$. Their client puts a space behind it; CLDR has none."""
    shown = Money.of(amount, "USD")
    assert shown.format("en_CA", whole=Rounding.DOWN) == "US$100"
    assert shown.format("en_CA") == f"US${amount}"


@given(minor=st.integers(0, 10**9), rounding=st.sampled_from(Rounding), code=st.sampled_from(["EUR", "JPY"]))
def test_a_whole_amount_is_the_rounded_one_without_its_decimals(minor, rounding, code):
    money = Money.of_minor(minor, code)
    rounded = money.round_to(1, rounding).format("en", style="number")
    assert money.format("en", style="number", whole=rounding) == rounded.removesuffix(".00")


def test_a_debt_is_shown_whole_with_its_minus():
    assert Money.of("-1234.56", "EUR").format("de", style="number", whole=Rounding.DOWN) == "-1.234"


def test_decimal_context_does_not_matter():
    money = Money.of_minor(10**60 - 1, "EUR")
    signals = list(decimal.getcontext().flags)
    with decimal.localcontext(decimal.Context(prec=3, rounding=decimal.ROUND_UP, traps=signals)):
        text = money.format("de", style="number")
        assert text == ".".join(["9", *["999"] * 19]) + ",99"
        assert Money.parse(text, "EUR", locale="de") == money


@pytest.fixture
def comma_c_locale():
    before = c_locale.setlocale(c_locale.LC_ALL)
    for name in ("de_DE.UTF-8", "nl_BE.UTF-8", "fr_BE.UTF-8", "fr_FR.UTF-8", "German_Germany.1252"):
        try:
            c_locale.setlocale(c_locale.LC_ALL, name)
        except c_locale.Error:
            continue
        yield
        c_locale.setlocale(c_locale.LC_ALL, before)
        return
    pytest.skip("no C locale with a decimal comma is installed")


@pytest.mark.usefixtures("comma_c_locale")
def test_c_locale_does_not_matter():
    assert c_locale.localeconv()["decimal_point"] == ","
    assert Money.of("1234.5", "USD").format("en_US") == "$1,234.50"
    assert Money.parse("$1,234.50", "USD", locale="en_US") == Money.of("1234.50", "USD")


@pytest.mark.usefixtures("comma_c_locale")
def test_c_locale_changes_no_amount_that_is_converted_sent_or_told():
    rate = ExchangeRate("EUR", "USD", "1.1", as_of=date(2026, 1, 2), source="ECB").to_decimals(4, Rounding.UP)
    booked = rate.convert(Money.of("1234.50", "EUR"), Rounding.HALF_UP)
    assert str(booked.result) == "USD 1357.95"
    dinar, price = ProviderCatalogue.of("stripe").unit("KWD", date(2026, 1, 2)), Money.of("1234.567", "KWD")
    assert dinar.to_wire(price, Rounding.DOWN) == 1_234_560
    with pytest.raises(PrecisionLoss, match=r"KWD 1234\.567 cannot be charged exactly"):
        dinar.to_wire(price)


def test_what_is_left_of_a_payout_is_shown_with_a_comma():
    left = ProviderCatalogue.of("stripe").unit("HUF", date(2026, 1, 2)).payable(Money.of("1210.45", "HUF"))
    assert [it.format("hu", style="code").replace("\xa0", " ") for it in (left.paid, left.left)] == [
        "1 210,00 HUF",
        "0,45 HUF",
    ]


@pytest.mark.parametrize(
    ("text", "currency", "locale", "amount"),
    [
        ("11.00", "USD", "en_US", "11.00"),  # HO06
        ("$11.11", "USD", "en_US", "11.11"),  # HO06
        ("111111111111.11", "USD", "en_US", "111111111111.11"),  # HO06
        ("0.29", "USD", "en_US", "0.29"),  # HO07
        ("19.99", "USD", "en_US", "19.99"),  # HO07
        ("1.15", "USD", "en_US", "1.15"),  # HO07
        ("1.234", "EUR", "nl_BE", "1234"),  # the locale groups with a point
        ("1.234,50", "EUR", "nl_BE", "1234.50"),
        ("1234,5", "EUR", "nl_BE", "1234.50"),
        ("1 234,50", "EUR", "fr_BE", "1234.50"),
        ("1\u00a0234,50 €", "EUR", "fr_BE", "1234.50"),
        ("1\u202f234 567,50€", "EUR", "fr_BE", "1234567.50"),
        ("1\u2009234,50", "EUR", "fr_BE", "1234.50"),
        ("1'234.50", "CHF", "de_CH", "1234.50"),
        ("€ 5", "EUR", "de_CH", "5"),  # whose own symbol is EUR
        ("US$5", "USD", "en_US", "5"),
        ("5 EUR", "EUR", "en", "5"),
        ("EUR 5", "EUR", "de", "5"),
        ("-5", "EUR", "de", "-5"),
        ("\u22125 €", "EUR", "de", "-5"),
        ("€ - 5", "EUR", "nl_BE", "-5"),
        ("- € 5", "EUR", "nl_BE", "-5"),
        ("5-", "EUR", "fy", "-5"),
        ("\u200e-5", "EUR", "ar", "-5"),
        (" 5\n", "EUR", "en", "5"),
        ("007", "EUR", "en", "7"),
        ("-0", "EUR", "en", "0"),
        ("1,234", "KWD", "de", "1.234"),
        ("1.234,000", "KWD", "de", "1234"),
        ("1.234.567", "KWD", "de", "1234567"),
        ("1 234", "KWD", "fr_BE", "1234"),  # a space is never a decimal one
        ("1.234", "JPY", "de", "1234"),
        ("1,00,000", "INR", "hi_IN", "100000"),
    ],
)
def test_read(text, currency, locale, amount):
    assert parse_money(text, currency, locale) == Money.of(amount, currency)


@pytest.mark.parametrize(
    ("text", "locale", "why"),
    [
        ("", "en", "no digits"),
        (" ", "en", "no digits"),
        ("€", "en", "no digits"),
        ("٣", "ar", "no digits"),
        ("1٣", "ar", "'٣' is not a currency"),
        ("1٣1", "ar", "not just digits"),
        ("1\u200f2", "ar", "not just digits"),
        ("1,234.50", "de", "not just digits"),
        ("1.234.50", "en", "not just digits"),
        ("1,5,0", "de", "not just digits"),
        ("1e5", "en", "not just digits"),
        ("1_000", "en", "not just digits"),
        ("5\x005", "en", "not just digits"),
        ("5\n5", "en", "not just digits"),
        ("1.23", "de", "out of place"),
        ("1.2345", "de", "out of place"),
        ("1.234.56", "de", "out of place"),
        ("12 34", "fr_BE", "out of place"),
        ("1  234", "fr_BE", "out of place"),
        ("1234.567", "de", "out of place"),
        ("0.123", "de", "out of place"),
        ("100,000", "hi_IN", "out of place"),
        ("1234,567.00", "en", "out of place"),
        ("+5", "en", "'+' is not a currency"),
        (",5", "de", "',' is not a currency"),
        ("5,", "de", "',' is not a currency"),
        ("5,-", "nl", "',-' is not a currency"),
        ("5-", "nl", "'-' is not a currency"),
        ("--5", "en", "'-' is not a currency"),
        ("5 eur", "en", "'eur' is not a currency"),
        ("E U R 5", "en", "'E U R' is not a currency"),
        ("(5)", "en", "both sides"),
        ("€5€", "en", "both sides"),
        ("-5-", "fy", "both sides"),
        ("9" * 201, "en", "at most 200 characters"),
        (5, "en", "not text"),
        (None, "en", "not text"),
        (b"5,00", "en", "not text"),
    ],
)
def test_unreadable(text, locale, why):
    with pytest.raises(InvalidValue, match="cannot be read in") as error:
        parse_money(text, "EUR", locale)
    assert why in str(error.value)
    assert "1" in str(error.value).partition("write it like")[2]


@pytest.mark.parametrize(("text", "locale"), [("1.234", "de"), ("1,234", "en"), ("-1.234 KWD", "nl_BE")])
def test_a_group_that_may_be_decimals(text, locale):
    with pytest.raises(InvalidValue, match="may be meant as a decimal one"):
        parse_money(text, "KWD", locale)


@pytest.mark.parametrize(
    ("text", "currency", "locale", "owner"),
    [
        ("$5", "EUR", "en", "USD"),
        ("5 CHF", "EUR", "fr_BE", "CHF"),
        ("5 €", "CHF", "de_CH", "EUR"),
        ("$5", "USD", "en_CA", "CAD"),
        ("£5", "GBP", "en_GI", "GIP"),
        ("5 HRK", "EUR", "en", "HRK"),
    ],
)
def test_another_currency(text, currency, locale, owner):
    with pytest.raises(CurrencyMismatch, match=f"in {owner}, not in {currency}"):
        parse_money(text, currency, locale)


@pytest.mark.parametrize(
    ("text", "currency", "locale"), [("1,234", "EUR", "de"), ("0.001", "EUR", "en"), ("1.0", "JPY", "en")]
)
def test_more_decimals_than_the_currency(text, currency, locale):
    with pytest.raises(PrecisionLoss, match=f"more decimals than {currency}"):
        parse_money(text, currency, locale)


@given(st.integers(10, 10**12).map(str), st.data(), st.sampled_from(LOCALES))
def test_a_separator_is_where_the_locale_puts_it(digits, data, locale):
    printed = format_money(Money.of_minor(int(digits), "JPY"), locale, style="number")
    group = format_money(Money.of_minor(1234, "JPY"), locale, style="number")[1]
    place = data.draw(st.integers(1, len(digits) - 1))
    typed = digits[:place] + group + digits[place:]
    if typed == printed:
        assert parse_money(typed, "JPY", locale) == Money.of_minor(int(digits), "JPY")
    else:
        with pytest.raises(InvalidValue):
            parse_money(typed, "JPY", locale)


@given(
    st.text("0123456789.,' \u00a0\u202f-\u2212€$EURkrCHF\u200e٣", max_size=12) | st.text(max_size=12),
    st.sampled_from(["EUR", "JPY", "KWD", "SEK"]),
    st.sampled_from(LOCALES),
)
@example("5,5", "EUR", "de")
def test_digits_are_kept_whatever_is_typed(text, currency, locale):
    try:
        money = parse_money(text, currency, locale)
    except PushcoreError:
        return
    typed = int("".join(character for character in text if character.isdigit()))
    assert abs(money.minor) in {typed * 10**k for k in range(money.currency.exponent + 1)}


def test_too_large_an_amount():
    with pytest.raises(InvalidValue, match="too large"):
        parse_money("9" * 70, "EUR", "en")


@pytest.mark.parametrize(
    "locale", ["", "xx", "en_XX", "C", "en_", "../en", "en\0", "e" * 5_000, None, 5, b"en", ["en"]]
)
def test_unknown_locale(locale):
    with pytest.raises(InvalidValue, match="locale"):
        format_money(Money.of(1, "EUR"), locale)
    with pytest.raises(InvalidValue, match="locale"):
        parse_money("1", "EUR", locale)


@given(st.text())
def test_any_text_as_a_locale(text):
    with suppress(InvalidValue):
        assert "5" in format_money(Money.of(5, "JPY"), text)


def test_unknown_style():
    for style in ("name", None, ["code"]):
        with pytest.raises(InvalidValue, match="no style"):
            format_money(Money.of(1, "EUR"), "en", style=style)


@pytest.mark.parametrize("junk", ["nearest", 5, True, object()])
def test_unknown_rounding(junk):
    with pytest.raises(InvalidValue, match="rounding"):
        format_money(Money.of(1, "EUR"), "en", whole=junk)


def test_not_money():
    with pytest.raises(InvalidValue, match="expected money, got 5"):
        format_money(5, "en")


def test_no_amount_of_gold():
    with pytest.raises(InvalidValue, match="XAU"):
        parse_money("5", "XAU", "en")


def test_babel_is_loaded_when_first_needed():
    loaded = "print('babel' in sys.modules)"
    code = f"import sys, pushcore; {loaded}; pushcore.Money.of(1, 'EUR').format('en'); {loaded}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]
