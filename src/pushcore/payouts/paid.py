"""What was paid for one thing: its parts, the fees that were taken of it, and what of both is undone by now.

It is a value that each refund returns anew. Whoever keeps it with a charge can give it back in any number of
pieces: they add up to exactly what was paid, part by part.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from pushcore._checks import (
    above_zero,
    as_dict,
    counted,
    each,
    expect,
    items,
    kind,
    none_such,
    shown,
    table,
    unique,
)
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ids import identifier
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T", "PaidPart", "TakenFee")

__all__ = ["Bearer", "Paid", "PaidKind", "PaidPart", "TakenFee"]


class Bearer(StrEnum):
    """Who gives money back, or bears what cannot be had back.

    ``BACKER`` is whoever paid: for money of a match, that is the sponsor.
    """

    CREATOR = "creator"
    PLATFORM = "platform"
    HOST = "host"
    BACKER = "backer"
    SPONSOR = "sponsor"

    _missing_ = classmethod(none_such)


class PaidKind(StrEnum):
    """What a part of a payment is for. Fees and tips on top are the platform's, all else is the creator's."""

    GOODS = "goods"
    SHIPPING = "shipping"
    TAX = "tax"
    FEE = "fee"
    TIP = "tip"
    MATCH = "match"

    _missing_ = classmethod(none_such)


ON_TOP: Final = frozenset({PaidKind.FEE, PaidKind.TIP})
"""What is paid to the platform beside the campaign."""


_kind: Final = kind(PaidKind)
_money: Final = kind(Money)
_COVERED: Final = table(kind(Bearer), kind(Money), above_zero)


def _nothing(of: str) -> Any:  # noqa: ANN401  the default of a field
    """The default of an amount that starts at zero: in the currency of another field."""

    def nothing(owner: object) -> object:
        amount = getattr(owner, of)
        return amount.with_minor(0) if isinstance(amount, Money) else amount

    return attrs.Factory(nothing, takes_self=True)


@attrs.frozen
class PaidPart:
    """One part of a payment: a line of goods, the shipping, a tax, a tip.

    Attributes:
        name: What it is asked back by.
        pieces: How many equal pieces it is of, where it can be given back piece by piece.
        of: The parts it was computed of, as a tax is: it goes back with them, in proportion.
        undone: What of it was asked back so far.
        returned: What of that whoever had it gave back; the rest was lost, and somebody bore it.
        kept: What of it the payer bore, and did not get back.
        pieces_back: How many of the pieces were asked back.

    Raises:
        InvalidValue: amounts below zero, or above what there is of it.
        CurrencyMismatch: amounts of several currencies.
    """

    name: str = attrs.field(validator=identifier)
    kind: PaidKind = attrs.field(validator=_kind)
    paid: Money = attrs.field(validator=_money)
    pieces: int = attrs.field(default=1, kw_only=True, validator=counted(1))
    of: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=items, validator=each(str))
    undone: Money = attrs.field(default=_nothing("paid"), kw_only=True, validator=_money)
    returned: Money = attrs.field(default=_nothing("paid"), kw_only=True, validator=_money)
    kept: Money = attrs.field(default=_nothing("paid"), kw_only=True, validator=_money)
    pieces_back: int = attrs.field(default=0, kw_only=True, validator=counted(0))

    def __attrs_post_init__(self) -> None:
        _require_order(f"part {self.name}", self.paid, self.undone, self.returned, self.kept)
        unique(self.of, what="part that another is computed of")
        if self.pieces_back > self.pieces:
            message = f"part {self.name}: {self.pieces_back} of {self.pieces} pieces cannot be back"
            raise InvalidValue(message, part=self.name)

    @property
    def left(self) -> Money:
        """What can still be asked back."""
        return self.paid - self.undone

    @property
    def refunded(self) -> Money:
        """What of it went back to whoever paid it."""
        return self.undone - self.kept


@attrs.frozen
class TakenFee:
    """A fee that was taken of what the creator gets of a payment, such as the processing fee.

    Attributes:
        undone: What of it fell to the refunds so far, in proportion.
        returned: What of that whoever took it gave back; the rest was lost, and somebody bore it.
        kept: What of the lost fee the payer bore.
        waived: What of the fee was given back to the creator alone, without a refund.

    Raises:
        InvalidValue: amounts below zero, or above the fee.
        CurrencyMismatch: amounts of several currencies.
    """

    name: str = attrs.field(validator=identifier)
    taken: Money = attrs.field(validator=_money)
    undone: Money = attrs.field(default=_nothing("taken"), kw_only=True, validator=_money)
    returned: Money = attrs.field(default=_nothing("taken"), kw_only=True, validator=_money)
    kept: Money = attrs.field(default=_nothing("taken"), kw_only=True, validator=_money)
    waived: Money = attrs.field(default=_nothing("taken"), kw_only=True, validator=_money)

    def __attrs_post_init__(self) -> None:
        _require_order(f"fee {self.name}", self.taken, self.undone, self.returned, self.kept)
        if not self.taken.with_minor(0) <= self.waived <= self.taken - self.undone:
            message = (
                f"fee {self.name}: of {self.taken}, {self.undone} fell to refunds, so that {self.waived} "
                "cannot have been given back alone"
            )
            raise InvalidValue(message, fee=self.name)

    @property
    def left(self) -> Money:
        """What of it neither fell to a refund nor was given back alone."""
        return self.taken - self.undone - self.waived


def _require_order(what: str, whole: Money, undone: Money, returned: Money, kept: Money) -> None:
    """Nothing is below zero, no more is undone than there is, nor more of that returned and borne."""
    if len({amount.currency for amount in (whole, undone, returned, kept)}) > 1:
        message = f"{what} is of several currencies: {whole}, {undone}, {returned}, {kept}"
        raise CurrencyMismatch(message, amount=whole)
    if min(returned.minor, kept.minor, (whole - undone).minor) < 0 or returned + kept > undone:
        message = (
            f"{what}: of {whole}, {undone} cannot be undone with {returned} returned and {kept} borne "
            "by whoever paid"
        )
        raise InvalidValue(message, amount=whole, undone=undone)


@attrs.frozen
class Paid:
    """What was paid for one thing, part by part, and the fees that were taken of it.

    Attributes:
        given: What the creator gave back of what was left of it after fees.
        borne: What the creator bore besides: of fees that were lost, and of what was paid to the platform.
        covered: What others gave in the place of the creator, who has kept it: if nothing comes of it after
            all, it is theirs.

    Raises:
        InvalidValue: no part, a name that stands twice, a part that is computed of none or of one that is
            computed itself, or money of a match beside other money, which is of another payer.
        CurrencyMismatch: parts of several currencies.

    Example:
        >>> paid = Paid.of({"goods": Money.of("100.00", "USD"), "tip": Money.of("5.00", "USD")})
        >>> paid.total, paid.left == paid.total, paid.owner.value
        (Money('105.00', 'USD'), True, 'backer')
    """

    parts: tuple[PaidPart, ...] = attrs.field(converter=items, validator=each(PaidPart))
    fees: tuple[TakenFee, ...] = attrs.field(default=(), converter=items, validator=each(TakenFee))
    given: Money = attrs.field(
        default=attrs.Factory(lambda self: _zero_of(self.parts), takes_self=True), validator=_money
    )
    borne: Money = attrs.field(default=_nothing("given"), validator=_money)
    covered: dict[Bearer, Money] = attrs.field(
        factory=dict, converter=as_dict, validator=_COVERED, hash=False, kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        unique((part.name for part in self.parts), what="part")
        unique((fee.name for fee in self.fees), what="fee")
        amounts = (*(part.paid for part in self.parts), *(fee.taken for fee in self.fees))
        amounts += self.given, self.borne, *self.covered.values()
        if len({amount.currency for amount in amounts}) > 1:
            message = f"what was paid is of several currencies: {', '.join(map(str, amounts))}"
            raise CurrencyMismatch(message, amounts=amounts)
        if problems := "; ".join(self._problems()):
            message = f"what was paid: {problems}"
            raise InvalidValue(message, parts=self.parts)

    def _problems(self) -> Iterator[str]:
        if len({part.kind is PaidKind.MATCH for part in self.parts}) > 1:
            yield "money of a match is another payer's, and paid for itself"
        computed = {part.name for part in self.parts if part.of}
        plain = {part.name for part in self.parts} - computed
        for part in self.parts:
            if not plain.issuperset(part.of):
                yield f"part {part.name} is computed of {', '.join(part.of)}, which are no plain parts of it"
        gone = self.given.minor + sum(fee.undone.minor for fee in self.fees)
        if not 0 <= self.given.minor <= gone <= self.creators.minor:
            yield f"the creator cannot have given back {self.given} after fees, of {self.creators}"
        if self.borne.minor < 0:
            yield f"the creator bore {self.borne} besides"

    @staticmethod
    def of(parts: Mapping[str, Money], fees: Mapping[str, Money] | None = None) -> Paid:
        """What was paid of each kind, and the fees that were taken of it by name, nothing undone yet.

        Raises:
            InvalidValue: a name of a part is no `PaidKind`, or an amount is none.
        """
        paid = [PaidPart(PaidKind(name), PaidKind(name), amount) for name, amount in _items(parts)]
        return Paid(paid, [TakenFee(name, fee) for name, fee in _items({} if fees is None else fees)])

    @property
    def currency(self) -> Currency:
        """What was paid in."""
        return self.given.currency

    @property
    def total(self) -> Money:
        """What was paid, all parts together; refunds leave it as it is."""
        return Money.total((part.paid for part in self.parts), self.currency)

    @property
    def left(self) -> Money:
        """What was paid and not asked back yet."""
        return Money.total((part.left for part in self.parts), self.currency)

    @property
    def refunded(self) -> Money:
        """What whoever paid has got back, all refunds together."""
        back = Money.total((part.refunded for part in self.parts), self.currency)
        return back - Money.total((fee.kept for fee in self.fees), self.currency)

    @property
    def creators(self) -> Money:
        """What of it was paid to the creator, before fees."""
        parts = (part.paid for part in self.parts if part.kind not in ON_TOP)
        return Money.total(parts, self.currency)

    @property
    def gone(self) -> Money:
        """What the creator has no more of it, after fees: what they gave back, and what they bore besides."""
        return self.given + self.borne

    @property
    def owner(self) -> Bearer:
        """Who paid it: a backer, or the sponsor of a match."""
        return Bearer.SPONSOR if self.parts[0].kind is PaidKind.MATCH else Bearer.BACKER

    @property
    def reopened(self) -> Paid:
        """It, as if nothing of what whoever paid bore had been asked back: that goes back yet, if all does.

        What they bore of fees was taken off what went back of the creator's parts: it is left of those.

        Example:
            >>> from pushcore.money import Percentage, Rounding
            >>> from pushcore.payouts import Bearing, RefundPolicy, RefundSituation, Returning, Waterfall
            >>> from pushcore.payouts import give_back
            >>> penalty = Returning(Percentage.of(90), [Bearing(Bearer.BACKER)])
            >>> situation = RefundSituation.FUNDED
            >>> policy = RefundPolicy(
            ...     {situation: Waterfall(parts={PaidKind.GOODS: penalty})}, rounding=Rounding.HALF_UP
            ... )
            >>> after = give_back(Paid.of({"goods": Money.of("40.00", "EUR")}), policy, situation).paid
            >>> str(after.refunded), str(after.left), str(after.reopened.left)
            ('EUR 36.00', 'EUR 0.00', 'EUR 4.00')
        """
        parts, off = [], sum(fee.kept.minor for fee in self.fees)
        for part in self.parts:
            undone = part.undone.minor - part.kept.minor
            less = 0 if part.kind in ON_TOP else min(undone, off)
            returned, off = max(part.returned.minor - less, 0), off - less
            parts.append(_with_minors(part, undone - less, returned))
        fees = [_with_minors(it, it.undone.minor - it.kept.minor, it.returned.minor) for it in self.fees]
        return attrs.evolve(self, parts=parts, fees=fees)

    def part(self, name: str) -> PaidPart:
        """The part of this name.

        Raises:
            InvalidValue: there is none.
        """
        return _named(self.parts, name, "part")

    def fee(self, name: str) -> TakenFee:
        """The fee of this name.

        Raises:
            InvalidValue: there is none.
        """
        return _named(self.fees, name, "fee")


def _zero_of(parts: object) -> Money:
    match parts:
        case (PaidPart() as part, *_):
            return part.paid.with_minor(0)
        case _:
            message = f"what was paid has at least one part, got {shown(parts)}"
            raise InvalidValue(message, parts=parts)


def _with_minors(it: T, undone: int, returned: int) -> T:
    """A part or a fee of which so much is undone and returned, and whoever paid bore nothing."""
    units = it.undone.with_minor
    return attrs.evolve(it, undone=units(undone), returned=units(returned), kept=units(0))


def _items(amounts: Mapping[str, Money]) -> Iterator[tuple[str, Money]]:
    expect(amounts, Mapping, what="amounts of money by name")
    return iter(amounts.items())


def _named(values: tuple[T, ...], name: str, what: str) -> T:
    for value in values:
        if value.name == name:
            return value
    message = f"nothing was paid as {what} {shown(name)}; there is {', '.join(it.name for it in values)}"
    raise InvalidValue(message, name=name)
