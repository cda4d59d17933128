"""Matching: contributions that a fund adds to as they come, each within what is left of every limit.

No other library does this, so the peer is bare ints: the same limits in a plain loop over two dictionaries.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.growing import grown
from benchmarks.measuring import peak
from benchmarks.row import Row, at_most
from benchmarks.sides import BARE, OURS, ours
from pushcore.matching import CampaignFacts, Contribution, Matched, MatchingFund, Multiple, Pool, match_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from benchmarks.measuring import Scale

__all__ = ["matches"]

_EACH: Final = 50_00
_BACKER: Final = 120_00
_BACKERS: Final = 1_000
_WORKING_MB: Final = 2


def matches(scale: Scale) -> Iterator[Row]:
    """Pound for pound, capped per contribution and per backer, from two pools; then what a stream holds."""
    given = list(_given(5_000))
    pot = _pot(len(given)) // 2  # runs out on the way
    assert [it.amount.minor for it in _matched(pot, map(_contribution, given))] == [*_bare(pot, given)]
    yield from grown(scale, "match a contribution", {OURS: _ours, BARE: _of_bare_ints})
    count = scale.items[-1]
    working = peak(lambda: deque(_matched(_pot(count), map(_contribution, _given(count))), maxlen=0))
    check = at_most(working, _WORKING_MB, "MB of working memory")
    yield Row(f"match {count:,} contributions of {_BACKERS:,} backers, streamed", (check,), {})


def _ours(count: int) -> Callable[[], object]:
    contributions = [_contribution(it) for it in _given(count)]
    return lambda: deque(_matched(_pot(count), contributions), maxlen=0)


def _of_bare_ints(count: int) -> Callable[[], object]:
    return partial(deque, _bare(_pot(count), list(_given(count))), maxlen=0)


def _given(count: int) -> Iterator[tuple[str, str, int]]:
    """The pledge, the backer and the amount: backers come again, and reach what one of them is matched."""
    for number in range(count):
        yield f"p{number}", f"b{number % _BACKERS}", 100 + number * 37 % 9_900


def _pot(count: int) -> int:
    return min(count, 10 * _BACKERS) * 20_00


def _contribution(given: tuple[str, str, int]) -> Contribution:
    pledge_id, backer_id, minor = given
    return Contribution(pledge_id, backer_id, ours(minor))


def _matched(pot: int, contributions: Iterable[Contribution]) -> Iterator[object]:
    rule = Multiple(1, per_contribution=ours(_EACH), per_backer=ours(_BACKER))
    fund = MatchingFund("pot", rule, [Pool("bank", ours(pot // 2)), Pool("city", ours(pot - pot // 2))])
    campaign = CampaignFacts("lanterne", ours(0))
    return match_all(fund, contributions, campaign=campaign, matched=Matched())


def _bare(pot: int, given: Iterable[tuple[str, str, int]]) -> Iterator[int]:
    added: dict[str, int] = {}
    for _, backer_id, minor in given:
        before = added.get(backer_id, 0)
        amount = min(minor, _EACH, _BACKER - before, pot)
        added[backer_id] = before + amount
        pot -= amount
        yield amount
