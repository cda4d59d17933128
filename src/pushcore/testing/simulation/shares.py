"""An auditor's own division of what was collected: fees and parts, by the plain lines that were agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pushcore.testing.simulation.shapes import ESTIMATED, FEES, LIMITED, TAXED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pushcore.testing.simulation.shapes import Line

__all__ = ["Contribution", "fee_of", "fees_of", "misdivided"]

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


class Contribution(NamedTuple):
    """What fees are taken of: a collected pledge.

    Attributes:
        kept: What its campaign has of it.
        told: What the provider said that it kept of it, if it did.
        way: How it was paid, if that was said.
        source: Where it comes from.
    """

    kept: int
    told: int | None
    way: str | None
    source: str


def fees_of(schedule: str, collected: Sequence[Contribution]) -> dict[str, int]:
    """What each line takes: rounded for each of them, or once for all, of those that it is for.

    What was told of them is what the first line really takes that only estimates it.
    """
    fees: dict[str, int] = {}
    told = set[int]()
    for line in FEES[schedule]:
        if line[1] == "fees":
            fees[line[0]] = _fee(line, sum(fees[it] for it in TAXED[schedule][line[0]]))
            continue
        methods, sources = LIMITED.get(schedule, {}).get(line[0], ((), ()))
        those = [
            place
            for place, it in enumerate(collected)
            if (not methods or it.way in methods) and (not sources or it.source in sources)
        ]
        kept = [collected[place].kept for place in those]
        fees[line[0]] = sum(_fee(line, it) for it in (kept if line[1] == "pledge" else [sum(kept)]))
        if line[0] in ESTIMATED.get(schedule, ()):
            known = [it for it in those if collected[it].told is not None and it not in told]
            told |= {*known}
            really = sum(collected[it].told or 0 for it in known)
            fees[f"{line[0]}%2Ftrue-up"] = really - sum(_fee(line, collected[it].kept) for it in known)
    return fees


def fee_of(schedule: str, name: str, minor: int) -> int:
    """What one line takes of so much."""
    return next(_fee(line, minor) for line in FEES[schedule] if line[0] == name)


def _fee(line: Line, minor: int) -> int:
    _, _, hundredths, fixed, rounding = line
    return _ROUNDED[rounding](minor * hundredths + fixed * _WHOLE, _WHOLE) if minor else 0


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
