"""An auditor's own division of what was collected: fees and parts, by the plain lines that were agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pushcore.testing.simulation.shapes import Line

__all__ = ["fees_of", "misdivided"]

_WHOLE: Final = 10_000


def _half_even(n: int, d: int) -> int:
    whole, rest = divmod(n, d)
    return whole + (2 * rest > d or (2 * rest == d and whole % 2 == 1))


_ROUNDED: Final[dict[str, Callable[[int, int], int]]] = {
    "half-up": lambda n, d: (2 * n + d) // (2 * d),
    "half-down": lambda n, d: -((d - 2 * n) // (2 * d)),
    "half-even": _half_even,
    "floor": lambda n, d: n // d,
    "down": lambda n, d: n // d,
    "up": lambda n, d: -(-n // d),
    "ceiling": lambda n, d: -(-n // d),
}


def fees_of(lines: Iterable[Line], collected: Sequence[int]) -> dict[str, int]:
    """What each line takes of these amounts: rounded for each of them, or once for all."""
    fees: dict[str, int] = {}
    for name, base, hundredths, minor, rounding in lines:
        bases = collected if base == "pledge" else [sum(collected)]
        rounded = _ROUNDED[rounding]
        fees[name] = sum(rounded(it * hundredths + minor * _WHOLE, _WHOLE) for it in bases if it)
    return fees


_Split = tuple[str, str, int, int | None]


def misdivided(splits: Iterable[_Split], net: int, parts: dict[str, int], creator: str) -> Iterator[str]:
    """What is wrong with the parts of a net amount: they come to it, and each is what was agreed."""
    several = tuple(splits)
    if sum(parts.values()) != net:
        yield f"the parts {parts} do not come to {net}"
    if unknown := parts.keys() - {name for name, *_ in several} - {creator}:
        yield f"{sorted(unknown)} are no payees"
    left = net
    for name, how, number, _ in several:
        if how == "fixed":
            if parts.get(name, 0) != min(number, left):
                yield f"{name} gets {parts.get(name, 0)} of {number}"
            left -= min(number, left)
    if left == net:  # or the others share what the fixed ones leave
        yield from _off(several, net, parts)
    capping = any(most is not None for *_, most in several)
    if several and not capping and creator in parts:
        yield f"the creator gets {parts[creator]}, which is for others"


def _off(splits: Iterable[_Split], net: int, parts: dict[str, int]) -> Iterator[str]:
    """Each portion is within one unit of the exact one, and none is above its most."""
    for name, how, number, most in splits:
        got = parts.get(name, 0)
        if most is not None and got > most:
            yield f"{name} gets {got}, and at most {most}"
        if how == "portion" and got != most and abs(got * _WHOLE - net * number) >= _WHOLE:
            yield f"{name} gets {got} of {net}, for {number} hundredths of a percent"
