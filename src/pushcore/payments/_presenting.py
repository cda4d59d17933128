"""What charges, and parts of them that go back, are in the currency that the backer of a pledge pays in.

A part of a charge is the difference of two running totals. So whatever goes back of it in whichever way, once
all of it has gone, exactly that has which the backer was charged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore.errors import CurrencyMismatch, Refusal, Refused
from pushcore.money import Money
from pushcore.payments.keys import charge_key
from pushcore.pledges.refund import GoneBack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pushcore.ids import OrderKey
    from pushcore.pledges.part import Part
    from pushcore.pledges.pledge import Pledge
    from pushcore.pledges.presented import Presented
    from pushcore.pledges.refund import RefundWay

__all__ = ["charged", "gone_back", "presented", "read", "require_presentable"]


def charged(pledge: Pledge, part: Part | None) -> Money | None:
    """What a pledge, or a part of it, is charged for in the currency of its backer.

    None where that is the campaign's.
    """
    return None if pledge.presented is None else _charged(pledge, pledge.presented, part)


def _charged(pledge: Pledge, shown: Presented, part: Part | None) -> Money:
    if part is None or pledge.instalments is None:
        return shown.of(pledge.amount)
    return shown.series(it.amount for it in pledge.instalments.parts)[part.number - 1]


def presented(pledge: Pledge, key: OrderKey, amount: Money) -> Money | None:
    """What a part of a charge is for the backer, if it goes back next.

    None where that is the campaign's currency.
    """
    shown = pledge.presented
    if shown is None:
        return None
    campaign, backer = _sides(pledge, shown, key)
    return _other(amount, campaign, backer, shown, shown.of)


def gone_back(pledge: Pledge, way: RefundWay, reference: str, told: Money | None = None) -> GoneBack:
    """What goes back by a way: for the backer as the provider tells it, or what it comes to as the next."""
    shown = told if told is not None and told.currency is not way.amount.currency else None
    return GoneBack(way, reference, presented(pledge, way.charged, way.amount) if shown is None else shown)


def read(pledge: Pledge, key: OrderKey, told: Money) -> Money:
    """What a provider tells of a charge, in the currency of the campaign: as it is, or of what is presented.

    It has happened, so it is never nothing: of the last unit, whatever is told is all.

    Raises:
        CurrencyMismatch: it is of neither currency.
    """
    shown = pledge.presented
    if shown is None or told.currency is pledge.amount.currency:
        return told
    if told.currency is not shown.currency:
        message = f"pledge {pledge.id} is paid in {shown.currency}, and not in the currency of {told}"
        raise CurrencyMismatch(message, amount=told)
    campaign, backer = _sides(pledge, shown, key)
    return max(_other(told, backer, campaign, shown, shown.worth), pledge.amount.with_minor(1))


def require_presentable(pledge: Pledge, going: Iterable[RefundWay]) -> None:
    """Refuse to give back what comes to nothing in the currency of the backer.

    Raises:
        Refused: ``below-unit``.
    """
    for way in going:
        shown = presented(pledge, way.charged, way.amount)
        if shown is not None and shown.minor <= 0:
            message = f"{way.amount} comes to {shown}: give back more at once"
            raise Refused([Refusal("below-unit", message, {"amount": way.amount})])


@attrs.frozen
class _Side:
    """A charge in one of the two currencies, and what has gone back of it."""

    whole: Money
    gone: Money

    @property
    def left(self) -> Money:
        return self.whole - self.gone


def _other(
    amount: Money, here: _Side, there: _Side, shown: Presented, beyond: Callable[[Money], Money]
) -> Money:
    """What an amount on one side of a charge is on the other: all for all, all that is left for the same.

    Of less it is at least one unit, and leaves one at least, if there are so many. What is beyond the charge
    goes by the stored rate.
    """
    for all_here, all_there in ((here.whole, there.whole), (here.left, there.left)):
        if amount >= all_here:
            return all_there + beyond(amount - all_here)
    share = shown.rounding.divide(there.whole.minor * (here.gone + amount).minor, here.whole.minor)
    return there.whole.with_minor(min(max(share - there.gone.minor, 1), max(there.left.minor - 1, 0)))


def _sides(pledge: Pledge, shown: Presented, key: OrderKey) -> tuple[_Side, _Side]:
    """A charge by its key, for the campaign and for the backer; one of nothing where none was made."""
    amount, of_backer = pledge.amount * 0, Money.zero(shown.currency)
    if pledge.instalments is None and key == charge_key(pledge):
        amount, of_backer = pledge.amount, _charged(pledge, shown, None)
    for part in () if pledge.instalments is None else pledge.instalments.parts:
        if part.attempt is not None and key == charge_key(pledge, part.attempt):
            amount, of_backer = part.amount, _charged(pledge, shown, part)
    back = [it for it in pledge.gone_back if it.way.charged == key and not it.bounced]
    gone = [(it.way.amount, it.presented) for it in back]
    gone += [(it.amount, it.presented) for it in pledge.disputes if it.charged == key and it.taken]
    backer = Money.total((it for _, it in gone if it is not None), shown.currency)
    return _Side(amount, Money.total((it for it, _ in gone), amount.currency)), _Side(of_backer, backer)
