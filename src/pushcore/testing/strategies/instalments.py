"""Plans of instalments, and pledges that are paid in parts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from pushcore.campaigns import (
    DefaultOutcome,
    FailurePolicy,
    Instalment,
    InstalmentBase,
    InstalmentPlan,
)
from pushcore.errors import Refused
from pushcore.money import Remainder
from pushcore.pledges import Instalments
from pushcore.testing.strategies.calendar import business_days, deadlines, instants
from pushcore.testing.strategies.money import amounts, currencies

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.money import Currency

__all__ = ["instalment_plans", "instalments"]

_DAYS: Final = st.integers(0, 30).map(lambda days: timedelta(days=days))
_LATER: Final = timedelta(days=365)


def _policies() -> st.SearchStrategy[FailurePolicy]:
    return st.builds(FailurePolicy, _DAYS, _DAYS, st.sampled_from(DefaultOutcome))


@st.composite
def instalment_plans(draw: st.DrawFn, currency: Currency | str | None = None) -> InstalmentPlan:
    """An offer to pay in parts: every so many months or days, on any day or on business days."""
    fewest = draw(st.integers(2, 12))
    monthly = draw(st.booleans())
    every = draw(st.integers(1, 12))
    return InstalmentPlan(
        threshold=draw(amounts(currency, least=100, most=100_000)),
        base=draw(st.sampled_from(InstalmentBase)),
        fewest=fewest,
        most=fewest + draw(st.integers(0, 12)),
        remainder=draw(st.sampled_from([Remainder.FIRST, Remainder.LAST])),
        first_after=draw(_DAYS),
        on_failure=draw(_policies()),
        every_months=every if monthly else None,
        every_days=None if monthly else every,
        business_days=draw(st.none() | business_days()),
        pay_off=draw(st.none() | deadlines()),
    )


@st.composite
def instalments(draw: st.DrawFn) -> Instalments:
    """A pledge in parts, some of which may be collected, failed, canceled, given back or lost."""
    amount, start = amounts(draw(currencies()), least=2, most=100_000), draw(instants())
    spans = sorted(draw(st.sets(st.integers(0, 300), min_size=1, max_size=4)))
    agreed = [Instalment(start + timedelta(days=days), draw(amount)) for days in spans]
    held = Instalments.of(agreed, draw(_policies()))
    for happens, number in draw(st.lists(st.tuples(_HAPPENS, st.integers(1, len(agreed))), max_size=6)):
        try:
            held = happens(held, number, start + _LATER)
        except Refused:
            continue
    return held


def _give_back(held: Instalments, number: int, minor: int) -> Instalments:
    return held.refund(number, held.total.with_minor(max(minor, 1)))


_HAPPENS: Final[st.SearchStrategy[Callable[[Instalments, int, datetime], Instalments]]] = st.sampled_from(
    [
        lambda held, number, _: held.collect(number),
        lambda held, number, _: held.collect(number, attempt=number),
        lambda held, number, at: held.fail(number, at),
        lambda held, _, at: held.default(at + _LATER),
        lambda held, number, _: _give_back(held, number, held.part(number).adjusted.minor // 2),
        lambda held, number, _: _give_back(held, number, held.part(number).adjusted.minor),
        lambda held, number, _: held.charge_back(number),
    ]
)
