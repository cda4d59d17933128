"""What of a pledge goes back after its campaign was funded: line by line, and what is under way.

A pledge that is given back in part stays collected: amounts say how much of it is left, and no state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from pushcore._checks import above_zero, as_dict, counted, each, expect, items, kind, not_negative
from pushcore.errors import InvalidValue
from pushcore.ids import OrderKey, reference
from pushcore.money import Money
from pushcore.payouts import Paid, PaidKind, PaidPart
from pushcore.payouts.paid import ON_TOP
from pushcore.rewards import LineKind, Quote, QuoteLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pushcore.payouts.refund_request import Wanted

N = TypeVar("N", bound=str)

__all__ = [
    "AskedBack",
    "Disputed",
    "Exchanged",
    "GoneBack",
    "PledgeRefund",
    "RefundWay",
    "paid_for",
    "together",
]


def _by_name(_: object, __: attrs.Attribute[Any], given: dict[object, object]) -> None:
    for name, amount in given.items():
        expect(name, str, what="the name of what is given back on top")
        expect(amount, Money, what=f"what is given back of {name}")


def together(*several: Mapping[N, Money]) -> dict[N, Money]:
    """Amounts by name, those of the same name as one."""
    sums: dict[N, Money] = {}
    for amounts in several:
        for name, amount in amounts.items():
            sums[name] = sums[name] + amount if name in sums else amount
    return sums


@attrs.frozen
class RefundWay:
    """What goes back of one charge, all of which one order asks for.

    Attributes:
        charged: The key of the charge; of what came in cash or by bank, that of none, which has the number 0.
        amount: How much of it.
        on_top: What of that was given to the platform beside the campaign, by name.
        part: The number of the part of the pledge that it was charged for; None for all of it.
    """

    charged: OrderKey = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    on_top: dict[str, Money] = attrs.field(
        factory=dict, converter=as_dict, validator=[kind(dict), _by_name], hash=False
    )
    part: int | None = attrs.field(default=None, validator=counted(1, optional=True))

    def part_of(self, amount: Money) -> RefundWay:
        """So much of it; what is on top goes first."""
        on_top, room = {}, amount
        for name, given in self.on_top.items():
            if share := min(given, room):
                on_top[name], room = share, room - share
        return attrs.evolve(self, amount=amount, on_top=on_top)

    def less(self, part: RefundWay) -> RefundWay | None:
        """It without a part of it; None where that is all."""
        if self.amount == part.amount:
            return None
        left = {name: share - part.on_top.get(name, share * 0) for name, share in self.on_top.items()}
        on_top = {name: share for name, share in left.items() if share}
        return attrs.evolve(self, amount=self.amount - part.amount, on_top=on_top)

    def joined(self, other: RefundWay) -> RefundWay:
        """Both of them as one, of the same charge."""
        return attrs.evolve(
            self, amount=self.amount + other.amount, on_top=together(self.on_top, other.on_top)
        )


@attrs.frozen
class PledgeRefund:
    """A refund of a pledge of a funded campaign that was ordered, until all of it has gone back.

    Attributes:
        paid: What was paid, as it stands once the refund is done.
        ways: What is still to go back; the first is under way, or was declined.
        declined: Whether the provider declined the first; it is asked for again when somebody says so.

    Raises:
        InvalidValue: nothing is to go back.
    """

    paid: Paid = attrs.field(validator=kind(Paid))
    ways: tuple[RefundWay, ...] = attrs.field(converter=items, validator=each(RefundWay))
    declined: bool = attrs.field(default=False, validator=kind(bool))

    def __attrs_post_init__(self) -> None:
        if not self.ways:
            message = "a refund that is under way has something to give back"
            raise InvalidValue(message, refund=self.paid)

    def without(self, part: RefundWay) -> PledgeRefund | None:
        """The refund without a part of what goes back of a charge; None where nothing is left of it."""
        left = [way if way.charged != part.charged else way.less(part) for way in self.ways]
        going = [way for way in left if way is not None]
        return attrs.evolve(self, ways=going) if going else None

    def with_way(self, way: RefundWay) -> PledgeRefund:
        """The refund, of which more goes back of a charge."""
        kept = self.of(way.charged)
        more = way if kept is None else kept.joined(way)
        return attrs.evolve(self, ways=(more, *(it for it in self.ways if it is not kept)))

    def of(self, charged: OrderKey) -> RefundWay | None:
        """What of it goes back of a charge, if anything does."""
        return next((way for way in self.ways if way.charged == charged), None)


@attrs.frozen
class AskedBack:
    """A part of a pledge that was asked back, under a key of whoever asked: it goes back once.

    Attributes:
        key: The key.
        wanted: What was asked back, in words.
    """

    key: str = attrs.field(validator=reference)
    wanted: str = attrs.field(validator=kind(str))

    @staticmethod
    def said(wanted: Wanted | None) -> str:
        """What is asked back, in words: the same words for the same.

        Example:
            >>> AskedBack.said(Money.of("10.00", "EUR")), AskedBack.said({"poster": 2})
            ('EUR 10.00', 'poster: 2')

        Raises:
            InvalidValue: it is no amount, nor amounts or numbers of pieces by name.
        """
        expect(wanted, Money, Mapping, NoneType, what="what is asked back")
        if not isinstance(wanted, Mapping):
            return "all" if wanted is None else str(wanted)
        for name, much in wanted.items():
            expect(name, str, what="a part that is asked back")
            expect(much, Money, int, what="what is asked back of a part")
        return ", ".join(sorted(f"{name}: {much}" for name, much in wanted.items()))


@attrs.frozen
class Exchanged:
    """What has left a charge that the provider booked in another currency, at what it was booked.

    Attributes:
        amount: How much of the charge, in the currency of the campaign.
        booked: What of the booking that is.
    """

    amount: Money = attrs.field(validator=[kind(Money), not_negative])
    booked: Money = attrs.field(validator=[kind(Money), not_negative])


@attrs.frozen
class GoneBack:
    """What has gone back of a charge.

    Attributes:
        way: Of which charge, and how much.
        reference: Its name: the provider's, or the key of the refund of what became credit or went by hand.
            A provider may call a refund by that key too.
        presented: What that is for a backer who paid in another currency.
        bounced: Whether it came back since, as the backer's bank did not take it.
        exchanged: What that was of a booking in another currency: just that comes back if it bounces.
        credit: Whether it became credit of the backer, so that the provider has it still.
        attempt: The number of the order that the provider carried out, where one did and it is kept.
    """

    way: RefundWay = attrs.field(validator=kind(RefundWay))
    reference: str = attrs.field(validator=reference)
    presented: Money | None = attrs.field(default=None, validator=[kind(Money, None), not_negative])
    bounced: bool = attrs.field(default=False, validator=kind(bool))
    exchanged: Exchanged | None = attrs.field(default=None, validator=kind(Exchanged, None))
    credit: bool = attrs.field(default=False, validator=kind(bool))
    attempt: int | None = attrs.field(default=None, validator=counted(1, optional=True))


@attrs.frozen
class Disputed:
    """A dispute of a charge of a pledge, as far as the pledge has to know it.

    Attributes:
        id: The provider's own name of it.
        charged: The key of the charge.
        amount: What it takes of what was left of the charge, or would take.
        held: What of that is the campaign's, as long as it is not settled.
        open: Whether it is not decided yet.
        taken: Whether the money is gone, for good or until it is decided.
        instead: What of it was owed to the backer already, of a refund that the provider had declined.
        share: What it takes of each part of what was paid, as if nothing else had gone back; None where all
            it takes was owed already, or had gone back before.
        presented: What the amount is for a backer who paid in another currency.
        took: What the provider takes for all of it in that currency, with what had gone back before.
        exchanged: What that was of a booking in another currency: just that comes back if it is won.
        fee: What the dispute costs, where the provider takes that in the currency of the backer.
        called_in: What was taken of the wallet of its backer for it: credit that was given for the charge.
    """

    id: str = attrs.field(validator=reference)
    charged: OrderKey = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=[kind(Money), not_negative])
    held: Money = attrs.field(validator=kind(Money))
    open: bool = attrs.field(default=True, validator=kind(bool))
    taken: bool = attrs.field(default=True, validator=kind(bool))
    instead: RefundWay | None = attrs.field(default=None, validator=kind(RefundWay, None))
    share: Paid | None = attrs.field(default=None, validator=kind(Paid, None))
    presented: Money | None = attrs.field(default=None, validator=[kind(Money, None), not_negative])
    took: Money | None = attrs.field(default=None, validator=[kind(Money, None), not_negative])
    exchanged: Exchanged | None = attrs.field(default=None, validator=kind(Exchanged, None))
    fee: Exchanged | None = attrs.field(default=None, validator=kind(Exchanged, None))
    called_in: Money | None = attrs.field(default=None, validator=[kind(Money, None), above_zero])


_KINDS: Final[dict[LineKind, PaidKind]] = {
    LineKind.REWARD: PaidKind.GOODS,
    LineKind.ADD_ON: PaidKind.GOODS,
    LineKind.BONUS: PaidKind.GOODS,
    LineKind.SHIPPING: PaidKind.SHIPPING,
    LineKind.TAX: PaidKind.TAX,
    LineKind.FEE: PaidKind.FEE,
    LineKind.TIP: PaidKind.TIP,
    LineKind.MATCH: PaidKind.MATCH,
}
"""What each line of a quote is paid for; a discount is no line of what was paid, and lowers others."""


def paid_for(quote: Quote, fees: Mapping[str, Money]) -> Paid:
    """What was paid for a quote, line by line, with the fees that were taken of it.

    A line goes by its kind and id, such as ``reward/poster``, ``shipping/poster``, ``bonus`` or ``tip``. A
    discount, which is for no add-ons, lowers the rewards in proportion. A tax goes back with what it was
    taken of.

    Raises:
        InvalidValue: no quote, or no amounts of fees by name.
    """
    expect(quote, Quote, what="what was paid for")
    expect(fees, Mapping, what="the fees that were taken")
    names, lines = zip(*named_lines(quote), strict=True)
    amounts = [line.amount for line in lines]
    discount = quote.sum([LineKind.DISCOUNT])
    if discount:
        weights = [line.amount.minor if line.kind is LineKind.REWARD else 0 for line in lines]
        amounts = [one + off for one, off in zip(amounts, discount.allocate(weights), strict=True)]
    taxed = [name for name, line in zip(names, lines, strict=True) if line.kind in _TAXED]
    parts = [
        PaidPart(
            name,
            _KINDS[line.kind],
            amount,
            pieces=line.quantity,
            of=taxed if line.kind is LineKind.TAX else (),
        )
        for name, line, amount in zip(names, lines, amounts, strict=True)
        if amount.minor > 0
    ]
    return Paid(parts, Paid.of({PaidKind.GOODS: quote.amount}, fees).fees)


def named_lines(quote: Quote) -> Iterator[tuple[str, QuoteLine]]:
    """The lines of what is paid for a quote, each with what it goes by."""
    lines = _paid_lines(quote)
    return zip(_named(lines), lines, strict=True)


def _paid_lines(quote: Quote) -> Iterable[QuoteLine]:
    """The lines of what was paid; what is alike of what goes to the platform is one: it has one account."""
    lines: dict[object, QuoteLine] = {}
    for number, line in enumerate(quote.lines):
        if line.kind is LineKind.DISCOUNT:
            continue
        key = (line.kind, line.id) if _KINDS[line.kind] in ON_TOP else number
        before = lines.get(key)
        lines[key] = line if before is None else QuoteLine(line.kind, line.id, 1, before.amount + line.amount)
    return lines.values()


_TAXED: Final = (LineKind.REWARD, LineKind.ADD_ON, LineKind.SHIPPING)


def _named(lines: Iterable[QuoteLine]) -> Iterator[str]:
    """What each line goes by; one more of the same kind and id has a number besides."""
    seen: Counter[str] = Counter()
    for line in lines:
        name = line.kind.value if line.id is None else f"{line.kind.value}/{line.id}"
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}/{seen[name]}"
