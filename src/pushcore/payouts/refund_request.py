"""What is asked back of a payment: all that is left of it, an amount, or some of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from pushcore._checks import expect
from pushcore.errors import CurrencyMismatch, InvalidValue, Refusal, Refused
from pushcore.money import Money, Rounding
from pushcore.payouts.evening import evened

if TYPE_CHECKING:
    from pushcore.payouts.paid import Paid, PaidPart
    from pushcore.payouts.refund_policy import Waterfall

__all__ = ["Wanted", "asked", "positive"]

Wanted = Money | Mapping[str, Money | int]
"""An amount, or amounts and numbers of pieces by the names of parts."""

_NONE: Final = (0, 0)


def asked(
    paid: Paid, waterfall: Waterfall, wanted: Wanted | None, rounding: Rounding
) -> list[tuple[int, int]]:
    """How many minor units, and how many pieces, are asked back of each part.

    Raises:
        Refused: ``above-paid`` or ``not-refundable``.
        InvalidValue: what is wanted is none of these, or is not above zero.
        CurrencyMismatch: it is of another currency.
    """
    kept = [waterfall.keeps(part.kind, paid.owner) for part in paid.parts]
    left = [0 if keeps else part.left.minor for part, keeps in zip(paid.parts, kept, strict=True)]
    if wanted is None:
        units = [(minor, 0) for minor in left]
    elif isinstance(wanted, Mapping):
        units = _by_name(paid, wanted, left, rounding)
    else:
        units = [(minor, 0) for minor in _in_proportion(paid, wanted, left)]
    if not any(minor for minor, _ in units):
        raise Refused([_above("nothing would be given back", paid.left.with_minor(sum(left)))])
    return units


def positive(amount: Money, paid: Paid, what: str) -> Money:
    """The same amount, if it is one above zero of the currency that was paid in."""
    expect(amount, Money, what=what)
    if amount.currency is not paid.currency:
        message = f"{what} is {amount}, but {paid.currency} was paid"
        raise CurrencyMismatch(message, amount=amount, currency=paid.currency)
    if amount.minor <= 0:
        message = f"{what}: expected an amount above zero, got {amount}"
        raise InvalidValue(message, amount=amount)
    return amount


def _above(what: str, left: Money) -> Refusal:
    return Refusal("above-paid", f"{what}: {left} is left to give back", {"left": left})


def _in_proportion(paid: Paid, wanted: Money, left: list[int]) -> list[int]:
    """An amount, taken of all parts so that the same share of each is undone, as near as can be."""
    units = positive(wanted, paid, "what is wanted back").minor
    if units > sum(left):
        raise Refused([_above(f"{wanted} is wanted back", wanted.with_minor(sum(left)))])
    done = [part.undone.minor for part in paid.parts]
    return evened([was + more for was, more in zip(done, left, strict=True)], done, units)


def _by_name(
    paid: Paid, wanted: Mapping[str, Money | int], left: list[int], rounding: Rounding
) -> list[tuple[int, int]]:
    """What is asked back of the parts that are named, and of what is computed of them."""
    reasons: list[Refusal] = []
    units = {part.name: _NONE for part in paid.parts}
    rests = dict(zip(units, left, strict=True))
    for name, much in wanted.items():
        part = paid.part(name)
        minor, pieces = units[name] = _of_part(paid, part, much, rounding)
        if part.left and not rests[name]:
            message = f"part {name} is not given back"
            reasons.append(Refusal("not-refundable", message, {"part": name}))
        elif minor > rests[name] or pieces > part.pieces - part.pieces_back:
            reasons.append(_above(f"{much} of part {name} is wanted back", part.left))
    if reasons:
        raise Refused(reasons)
    for part in paid.parts:
        if part.of and part.name not in wanted:
            units[part.name] = min(_computed(paid, part, units, rounding), rests[part.name]), 0
    return list(units.values())


def _of_part(paid: Paid, part: PaidPart, much: Money | int, rounding: Rounding) -> tuple[int, int]:
    """The minor units and pieces of one part that are wanted; the last piece is all that is left of it."""
    if isinstance(much, Money):
        return positive(much, paid, f"what is wanted of part {part.name}").minor, 0
    expect(much, int, what=f"how many pieces of part {part.name} are wanted", least=1)
    back = part.pieces_back + much
    if back >= part.pieces:
        return part.left.minor, much
    was, now = (rounding.divide(part.paid.minor * it, part.pieces) for it in (part.pieces_back, back))
    return min(now - was, part.left.minor), much


def _computed(paid: Paid, part: PaidPart, units: Mapping[str, tuple[int, int]], rounding: Rounding) -> int:
    """How much more of a part is undone so that it is in the proportion of those it is computed of."""
    bases = [paid.part(name) for name in part.of]
    undone = sum(base.undone.minor + units[base.name][0] for base in bases)
    whole = sum(base.paid.minor for base in bases)
    target = rounding.divide(part.paid.minor * undone, whole) if whole else 0
    return max(target - part.undone.minor, 0)
