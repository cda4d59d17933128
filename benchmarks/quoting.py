"""Quoting: what a basket comes to, line by line. No other library does this, so the peer is bare ints.

They show what the arithmetic costs by itself: the same lines and the same tax, with prices that
are looked up by name. They know no currency, refuse nothing, and pin no quote.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.growing import grown
from benchmarks.measuring import peak
from benchmarks.row import Row, at_most
from benchmarks.sides import BARE, OURS, half_up, ours
from pushcore import Catalogue, Percentage, Rounding, Selection, Shipping, Tax, Tier
from pushcore.rewards import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from benchmarks.measuring import Scale

    Basket = tuple[int, str, int, dict[str, int], str]

__all__ = ["quotes"]

_PRICES: Final = {"print": 25_00, "book": 40_00, "pin": 3_50, "mug": 12_00}
_POSTAGE: Final = {"BE": 4_00, "JP": 9_00}
_CATALOGUE: Final = Catalogue(
    [Tier(name, ours(_PRICES[name]), shipping=Shipping({to: ours(it) for to, it in _POSTAGE.items()}))
     for name in ("print", "book")],
    add_ons=[Tier(name, ours(_PRICES[name])) for name in ("pin", "mug")],
    taxes=[Tax("vat", Percentage.of("21"), Rounding.HALF_UP, included=False)],
)  # fmt: skip
_WORKING_MB: Final = 1


def quotes(scale: Scale) -> Iterator[Row]:
    """A reward with two add-ons, a bonus, shipping and tax; then what a stream of them holds."""
    baskets = list(_baskets(100))
    assert [quote(_CATALOGUE, it).amount.minor for it in map(_selection, baskets)] == [*map(_bare, baskets)]
    yield from grown(scale, "quote a basket", {OURS: _ours, BARE: _of_bare_ints})
    count = scale.items[-1]
    working = peak(lambda: _drain(quote(_CATALOGUE, _selection(it)).amount for it in _baskets(count)))
    check = at_most(working, _WORKING_MB, "MB of working memory")
    yield Row(f"quote {count:,} baskets, streamed", (check,), {})


def _ours(count: int) -> Callable[[], object]:
    selections = [_selection(basket) for basket in _baskets(count)]
    return lambda: _drain(quote(_CATALOGUE, it).amount for it in selections)


def _of_bare_ints(count: int) -> Callable[[], object]:
    return partial(_drain, map(_bare, list(_baskets(count))))


def _baskets(count: int) -> Iterator[Basket]:
    """The bonus, the reward, how many of it, the add-ons, and where it is sent."""
    for number in range(count):
        reward, place = ("print", "BE") if number % 3 else ("book", "JP")
        yield 100 + number % 5_000, reward, 1 + number % 2, {"pin": 1 + number % 4, "mug": 1}, place


def _selection(basket: Basket) -> Selection:
    bonus, reward, number, add_ons, place = basket
    return Selection(ours(bonus), tier_id=reward, quantity=number, add_ons=add_ons, destination=place)


def _bare(basket: Basket) -> int:
    bonus, reward, number, add_ons, place = basket
    lines = [(reward, number, _PRICES[reward])]
    lines += [(name, pieces, _PRICES[name]) for name, pieces in add_ons.items()]
    lines.append(("shipping", number, _POSTAGE[place]))
    taxed = sum([pieces * price for _, pieces, price in lines])
    return taxed + half_up(taxed * 21, 100) + bonus


def _drain(results: Iterable[object]) -> None:
    deque(results, maxlen=0)
