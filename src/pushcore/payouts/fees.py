"""Fee lines: what a rule is taken of and how it is rounded, who pays like this, and who bears it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore._checks import each, expect, items, kind, none_such, unique
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ids import identifier
from pushcore.money import Currency, Money, Percentage, Rounding
from pushcore.payouts.fee_rules import FeeRule, Piece, fee_rule, piece_at
from pushcore.payouts.pieces import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["FeeBase", "FeeBearer", "FeeLine", "FundingSource", "check_currency", "fee_minor", "true_up"]


class FeeBase(StrEnum):
    """What a fee line is taken of.

    Every pledge, rounded each time; the collected total, rounded once; or what other lines come to, which is
    how a tax on a fee, a share of it and a tax withheld from it are said.
    """

    PLEDGE = "pledge"
    COLLECTED = "collected"
    FEES = "fees"

    _missing_ = classmethod(none_such)


class FundingSource(StrEnum):
    """Where money of a campaign comes from: its backers, sponsors who match them, or cash and bank."""

    BACKER = "backer"
    MATCHED = "matched"
    OFFLINE = "offline"

    _missing_ = classmethod(none_such)


class FeeBearer(StrEnum):
    """Who bears a fee: the creator out of the proceeds, or somebody else, so that the net is not less for it.

    What the backer pays beside the pledge is no fee of this kind: it is *on top*.
    """

    CREATOR = "creator"
    PLATFORM = "platform"
    HOST = "host"
    SPONSOR = "sponsor"

    _missing_ = classmethod(none_such)


def names(owner: object, attribute: attrs.Attribute[Any], value: tuple[object, ...]) -> None:
    """Validator of several ids, each standing once."""
    for name in value:
        identifier(owner, attribute, name)
    unique(value, what=f"{type(owner).__name__}.{attribute.name}:")


_WHOLE: Final = Percentage(100)


@attrs.frozen
class FeeLine:
    """One line of a statement: a rule, what it is taken of, and how it is rounded.

    Nothing is taken of nothing: the fee of a zero amount is zero, its fixed part included.

    Attributes:
        of: With the base `FeeBase.FEES`: the names of the earlier lines whose sum it is taken of. Of an
            estimate it is what the provider took in the end.
        share: The part of the base that it is taken of, where that is not all: Goteo taxes a share of what
            is given.
        methods: The payment methods it is for; none for all.
        sources: Where the money comes from that it is for; none for everywhere.
        bearer: Who bears it.
        refundable: Whether it is given back when a pledge is refunded.
        withheld: Whether it is a tax that the creator keeps of the fees it is of and pays for whoever takes
            them: it is below zero, and the net is more by it. No more is withheld than those fees come to.
        estimate: Whether it only says what a provider will take of each pledge. What was really taken makes a
            line of its own, named like it with ``/true-up`` behind.

    Raises:
        InvalidValue: a part of the wrong kind, or parts that contradict each other.

    Example:
        >>> from pushcore import Fixed, Percent, Percentage, Sum
        >>> rule = Sum([Percent(Percentage.of("3")), Fixed(Money.of("0.20", "USD"))])
        >>> FeeLine("processing", FeeBase.PLEDGE, rule, Rounding.HALF_UP).fee(Money.of("25.00", "USD"))
        Money('0.95', 'USD')
    """

    name: str = attrs.field(validator=identifier)
    base: FeeBase = attrs.field(validator=kind(FeeBase))
    rule: FeeRule = attrs.field(validator=fee_rule)
    rounding: Rounding = attrs.field(validator=kind(Rounding))
    of: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=items, validator=names)
    share: Percentage = attrs.field(default=_WHOLE, kw_only=True, validator=kind(Percentage))
    methods: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=items, validator=names)
    sources: tuple[FundingSource, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(FundingSource)
    )
    bearer: FeeBearer = attrs.field(default=FeeBearer.CREATOR, kw_only=True, validator=kind(FeeBearer))
    refundable: bool = attrs.field(default=True, kw_only=True, validator=kind(bool))
    withheld: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))
    estimate: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))
    # The rule, composed once: a line is asked for the fee of every pledge.
    _pieces: tuple[Piece, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        unique(self.sources, what="FeeLine.sources:")
        if problems := "; ".join(self._problems()):
            message = f"fee {self.name}: {problems}"
            raise InvalidValue(message, line=self.name)
        object.__setattr__(self, "_pieces", whole(self.rule.pieces, self.share.fraction))

    def _problems(self) -> Iterator[str]:
        of_fees = self.base is FeeBase.FEES
        if of_fees and not self.of:
            yield "name the lines whose sum it is taken of"
        if self.of and not of_fees:
            yield f"only a line of other fees names them, not one of each {self.base}"
        if not 0 < self.share.fraction <= 1:
            yield f"a share lies above 0% and up to 100%, unlike {self.share}"
        if of_fees and self.limited:
            yield "methods and sources are those of the lines that it is taken of"
        if self.withheld and (not of_fees or self.bearer is not FeeBearer.CREATOR):
            yield "what is withheld is of other fees, and the creator's"
        if self.estimate and self.base is not FeeBase.PLEDGE:
            yield "what a provider takes is estimated of each pledge"

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The straight lines of the fee over what it is taken of, each from a whole minor unit on."""
        return self._pieces

    @property
    def limited(self) -> bool:
        """Whether it is only for some payment methods, or some sources of money."""
        return bool(self.methods or self.sources)

    def applies(self, method: str | None, source: FundingSource | None) -> bool:
        """Whether it is taken of what is paid like this, by money from there."""
        paid = not self.methods or method in self.methods
        return paid and (not self.sources or source in self.sources)

    def fee(self, amount: Money) -> Money:
        """The fee of one amount, whoever paid it; of one that is withheld, how much that is.

        Raises:
            InvalidValue: the amount is negative.
            CurrencyMismatch: the rule names an amount of another currency.
        """
        expect(amount, Money, what=f"what fee {self.name} is taken of")
        if amount.minor < 0:
            message = f"fee {self.name} is taken of an amount of at least zero, not of {amount}"
            raise InvalidValue(message, amount=amount)
        check_currency(self.rule.amounts, amount.currency, f"fee {self.name}")
        return amount.with_minor(fee_minor(self, amount.minor))

    def summed(self) -> Callable[[list[int]], int]:
        """A function that sums the fees of amounts in minor units, all of them above zero."""
        (_, lowest), *others = [(piece.start, _summed(piece, self.rounding)) for piece in self._pieces]

        def summed(minors: list[int]) -> int:
            total = 0
            for start, add in reversed(others):
                total += add([minor for minor in minors if minor >= start])
                minors = [minor for minor in minors if minor < start]
            return total + lowest(minors)

        return summed


def fee_minor(line: FeeLine, minor: int) -> int:
    """The fee of so many minor units, at least zero: the bare function, which checks nothing."""
    if not minor:
        return 0
    piece = piece_at(line.pieces, minor)
    return line.rounding.divide(piece.slope * minor + piece.constant, piece.divisor)


# A fee (n·x + c)/d is never negative, so these roundings are all the floor of a fraction over 2d: twice the
# numerator, plus this.
_AS_FLOOR: Final[dict[Rounding, Callable[[int], int]]] = {
    Rounding.HALF_UP: lambda d: d,
    Rounding.HALF_CEILING: lambda d: d,
    Rounding.HALF_DOWN: lambda d: d - 1,
    Rounding.HALF_FLOOR: lambda d: d - 1,
    Rounding.UP: lambda d: 2 * d - 1,
    Rounding.CEILING: lambda d: 2 * d - 1,
    Rounding.DOWN: lambda _: 0,
    Rounding.FLOOR: lambda _: 0,
}


def _summed(piece: Piece, rounding: Rounding) -> Callable[[list[int]], int]:
    n, c, d = piece.slope, piece.constant, piece.divisor
    if rounding in _AS_FLOOR:
        n, c, d = 2 * n, 2 * c + _AS_FLOOR[rounding](d), 2 * d
        return lambda minors: sum([(n * minor + c) // d for minor in minors])
    divide = rounding.divide
    return lambda minors: sum([divide(n * minor + c, d) for minor in minors])


def true_up(name: str) -> str:
    """The name of the line by which what was really taken differs from an estimate."""
    return f"{name}/true-up"


def check_currency(amounts: Iterable[Money], currency: Currency, what: str) -> None:
    """Refuse an amount of another currency.

    Raises:
        CurrencyMismatch: naming the first.
    """
    for amount in amounts:
        if amount.currency is not currency:
            message = f"{what} names {amount}, but the currency is {currency}"
            raise CurrencyMismatch(message, amount=amount, currency=currency)
