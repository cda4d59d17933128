"""What was paid and given back, and the policies that refunds go by."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from pushcore.money import Percentage
from pushcore.payouts import (
    Bearer,
    Bearing,
    Paid,
    PaidKind,
    PaidPart,
    RefundPolicy,
    RefundSituation,
    Returning,
    TakenFee,
    Waterfall,
    give_back,
)
from pushcore.testing.strategies.money import amounts, roundings

if TYPE_CHECKING:
    from pushcore.money import Currency

__all__ = ["payments", "refund_policies"]

_FEES: Final = ("platform", "processing")
_SHARES: Final = st.sampled_from([0, 50, 100]).map(Percentage) | st.integers(0, 100).map(Percentage)
_LIKE_A_BACKER: Final = [kind for kind in PaidKind if kind is not PaidKind.MATCH]


def refund_policies(currency: Currency | str) -> st.SearchStrategy[RefundPolicy]:
    """A waterfall for most situations; the fees it names are ``platform`` and ``processing``."""
    return _refund_policies(currency)


@lru_cache(maxsize=256)
def _refund_policies(currency: Currency | str) -> st.SearchStrategy[RefundPolicy]:
    mosts = st.none() | amounts(currency, least=1, most=500)
    bearers = st.sampled_from(Bearer)
    limited = st.builds(Bearing, bearers, portion=_SHARES, most=mosts)
    returning = st.builds(
        lambda share, some, last: Returning(share, [*some, *last]),
        _SHARES,
        st.lists(limited, max_size=2),
        st.lists(st.builds(Bearing, bearers), max_size=1),
    )
    waterfall = st.builds(
        Waterfall,
        parts=st.dictionaries(st.sampled_from(PaidKind), returning),
        fees=st.dictionaries(st.sampled_from(_FEES), returning),
        indebts=st.booleans(),
    )
    waterfalls = st.dictionaries(st.sampled_from(RefundSituation), waterfall)
    return st.builds(RefundPolicy, waterfalls, rounding=roundings())


@st.composite
def payments(draw: st.DrawFn, currency: Currency | str, *, untouched: bool = False) -> Paid:
    """What was paid, by a backer or for a match, with up to two fees; perhaps given back in part."""
    prices = amounts(currency, least=0, most=300) | amounts(currency, least=0, most=10**7)
    if draw(st.booleans()):
        lines = st.tuples(st.sampled_from(_LIKE_A_BACKER), prices, st.integers(1, 5))
        parts = [
            PaidPart(f"line-{place}", kind, price, pieces=pieces)
            for place, (kind, price, pieces) in enumerate(draw(st.lists(lines, min_size=1, max_size=4)))
        ]
        taxed = draw(st.lists(st.sampled_from([part.name for part in parts]), unique=True))
        parts.append(PaidPart("tax", PaidKind.TAX, draw(prices), of=taxed))
    else:
        parts = [PaidPart("match", PaidKind.MATCH, draw(prices))]
    fees = draw(st.dictionaries(st.sampled_from(_FEES), prices))
    paid = Paid(parts, [TakenFee(name, fee) for name, fee in fees.items()])
    if untouched or not paid.left or draw(st.booleans()):
        return paid
    policy = RefundPolicy({RefundSituation.FAILED: Waterfall()}, rounding=draw(roundings()))
    back = paid.left.with_minor(draw(st.integers(1, paid.left.minor)))
    return give_back(paid, policy, RefundSituation.FAILED, back).paid
