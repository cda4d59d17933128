"""Currencies: one object each."""

import copy
import pickle

import pytest
from amounts import COUNTABLE

from pushcore import Currency
from pushcore._checks import shown
from pushcore.errors import InvalidValue
from pushcore.money._iso4217 import ACTIVE, WITHDRAWN


@pytest.mark.parametrize("currency", Currency.all(), ids=str)
def test_there_is_one_object_per_code(currency):
    assert Currency.of(currency.code) is Currency(currency.code) is Currency.of(currency) is currency
    assert copy.copy(currency) is copy.deepcopy([currency])[0] is currency
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(currency, protocol)) is currency
    assert str(currency) == currency.code
    assert repr(currency) == f"Currency('{currency.code}')"


def test_every_entry_of_the_table_is_there_once():
    entries = (*ACTIVE, *WITHDRAWN)
    assert [(c.code, c.exponent, c.number, c.name, c.withdrawn) for c in Currency.all()] == [
        (entry.code, entry.exponent, entry.number, entry.name, entry.withdrawn) for entry in entries
    ]
    assert len({currency.code for currency in Currency.all()}) == len(entries)


@pytest.mark.parametrize(
    ("code", "exponent"),
    [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("IQD", 3), ("ALL", 2), ("XAU", None), ("HRK", 2)],
)
def test_digits_are_those_of_iso(code, exponent):
    assert Currency.of(code).exponent == exponent


def test_only_withdrawn_ones_have_a_date():
    assert Currency.of("EUR").withdrawn is None
    assert Currency.of("HRK").withdrawn.year == 2023
    assert Currency.of("XAU") not in COUNTABLE


@pytest.mark.parametrize("code", ["eur", "EUR ", "", "€", "978", "EURO", 978, None, True, [], {}], ids=shown)
def test_another_code_is_refused(code):
    with pytest.raises(InvalidValue, match="unknown currency"):
        Currency.of(code)


def test_nothing_can_be_set():
    with pytest.raises(AttributeError):
        Currency.of("EUR").exponent = 3
