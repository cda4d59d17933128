"""Stories in which money at the provider is turned into another currency, and back."""

import pytest
from telling import PLATFORM, at, played, pledge, read, told

from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.ledger.chart import FX, PROVIDER
from pushcore.money import Money
from pushcore.stories import ExchangeMoney, Happening, diary
from pushcore.testing import builders

RICH = pledge("rich", "200.00")
THERE = at("2026-01-27 12:00", exchange="10.00", becomes="11.00", currency="USD")
BACK = at("2026-01-28 12:00", exchange="11.00", of="USD", becomes="9.84", currency="EUR")


def test_money_goes_there_and_comes_back():
    """The campaign is paid out, and the fee of the platform lies there still."""
    outcome = played(RICH, THERE, BACK, fees=[PLATFORM])
    assert outcome.balanced
    assert outcome.store.balance(FX, "EUR").posted == Money.of("-0.16", "EUR")
    assert not outcome.store.balance(PROVIDER, "USD").posted
    notes = [note for day in diary(outcome) for note in day.notes if note.what is Happening.EXCHANGED]
    assert [note.detail for note in notes] == [
        "EUR 10.00 becomes USD 11.00",
        "USD 11.00 becomes EUR 9.84",
    ]


def test_what_does_not_lie_there_is_not_exchanged():
    outcome = played(RICH, at("2026-01-27 12:00", exchange="55.00", of="USD", becomes="1.00", currency="BGN"))
    (refused,) = outcome.refusals
    assert (refused.codes, refused.asked) == (
        ("above-provider", "currency-retired"),
        "exchanging USD 55.00",
    )
    assert outcome.balanced


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"currency": "EUR"}, "events[1]"),
        ({"currency": "euros"}, "events[1].currency"),
        ({"of": 5}, "events[1].of"),
        ({"exchange": "0.00"}, "events[1].exchange"),
        ({"becomes": "many"}, "events[1].becomes"),
        ({"rate": "1.1"}, "events[1].rate"),
    ],
)
def test_what_is_no_exchange_is_told(wrong, where):
    with pytest.raises(InvalidDocument) as told_of:
        read(told(RICH, THERE | wrong))
    assert [problem.path for problem in told_of.value.problems] == [where]


def test_a_step_is_of_two_currencies():
    with pytest.raises(InvalidValue, match="EUR is not exchanged for itself"):
        ExchangeMoney(builders.OPENS, Money.of(1, "EUR"), Money.of(2, "EUR"))
