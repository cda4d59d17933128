"""The contract of a source of exchange rates: what `pushcore.ports.RateSource` says, as tests to subclass."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

import pytest

from pushcore.errors import NotFound
from pushcore.money import Currency

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.ports import RateSource

__all__ = ["Question", "RateSourceContract"]

Question = tuple[str, str, date]
"""Base, quote and day."""


class RateSourceContract:
    """Subclass it in your tests, say how a source is made, and what it knows and does not.

    .. code-block:: python

        class TestArchive(RateSourceContract):
            known = (("EUR", "USD", date(2026, 1, 5)),)
            unknown = (("EUR", "JPY", date(1990, 1, 1)),)

            @pytest.fixture
            def make_rates(self):
                return Archive
    """

    known: ClassVar[tuple[Question, ...]] = ()
    unknown: ClassVar[tuple[Question, ...]] = ()

    @pytest.fixture
    def make_rates(self) -> Callable[[], RateSource]:
        """A function that makes a source of rates: override this."""
        raise NotImplementedError

    def test_a_rate_is_of_the_currencies_and_the_day(self, make_rates: Callable[[], RateSource]) -> None:
        """The rate is between the two currencies asked for, and not of a later day."""
        assert self.known, "name at least one rate that the source knows"
        for question in self.known:
            base, quote, on = _asked(question)
            rate = make_rates().rate(base, quote, on)
            assert (rate.base, rate.quote) == (base, quote)
            assert rate.as_of <= on

    def test_a_rate_stays_as_it_is(self, make_rates: Callable[[], RateSource]) -> None:
        """The same question has the same answer."""
        rates = make_rates()
        for question in self.known:
            assert rates.rate(*_asked(question)) == rates.rate(*_asked(question))

    def test_what_it_does_not_know_it_says(self, make_rates: Callable[[], RateSource]) -> None:
        """A question without an answer is an error, never a guess."""
        assert self.unknown, "name at least one rate that the source does not know"
        for question in self.unknown:
            with pytest.raises(NotFound):
                make_rates().rate(*_asked(question))


def _asked(question: Question) -> tuple[Currency, Currency, date]:
    base, quote, on = question
    return Currency.of(base), Currency.of(quote), on
