"""Allocating: dividing an amount by weights. py-moneyed and stockholm have none, so the peer is bare ints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measuring import medians
from benchmarks.row import timed, told
from benchmarks.sides import BARE, OURS, ours

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.measuring import Scale
    from benchmarks.row import Row

__all__ = ["allocate", "bare_allocate"]

_MINOR = 1_000_003


def bare_allocate(minor: int, weights: Sequence[int]) -> list[int]:
    """Largest remainder in bare ints; on a tie the earlier weight."""
    total, left = sum(weights), minor
    parts, cut = [], []
    for weight in weights:
        part, over = divmod(minor * weight, total)
        parts.append(part)
        cut.append(over)
        left -= part
    if left:
        for place in sorted(range(len(weights)), key=cut.__getitem__, reverse=True)[:left]:
            parts[place] += 1
    return parts


def allocate(scale: Scale) -> Iterator[Row]:
    """To a few weights and to many: once as it is given, and once with every part read."""
    for count in (3, 7, 100):
        weights = [place * 7 % 11 + 1 for place in range(count)]
        amount = ours(_MINOR)
        assert list(amount.allocate(weights).minors) == bare_allocate(_MINOR, weights)
        names = {"amount": amount, "weights": weights, "minor": _MINOR, "allocate": bare_allocate}
        bare = ("allocate(minor, weights)", names)
        given = medians(scale, {OURS: ("amount.allocate(weights)", names), BARE: bare})
        yield timed(f"allocate to {count}", given, (2, BARE))
        read = medians(scale, {OURS: ("list(amount.allocate(weights))", names), BARE: bare})
        yield told(f"allocate to {count}, and read every part as `Money`", read, BARE)
