"""The ways a refund goes: what is left of the charges of a pledge, and what goes back of which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import attrs

from pushcore._checks import as_dict, kind, table
from pushcore.errors import Refusal
from pushcore.ids import identifier, joined
from pushcore.money import Money
from pushcore.payments import parting
from pushcore.payments._presenting import presented
from pushcore.payments.keys import charge_key
from pushcore.payouts import Paid, PaidKind
from pushcore.payouts.evening import evened
from pushcore.payouts.paid import ON_TOP, PaidPart, TakenFee
from pushcore.pledges.part import PartState
from pushcore.pledges.pledge import PledgeState
from pushcore.pledges.refund import RefundWay, paid_for, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pushcore.gateway import Abilities
    from pushcore.ids import OrderKey
    from pushcore.payouts import GivenBack
    from pushcore.pledges.instalments import Instalments
    from pushcore.pledges.pledge import Pledge

__all__ = [
    "PledgeFees",
    "account_of",
    "apart_from_disputes",
    "beside_disputes",
    "between",
    "charged",
    "charges",
    "credited",
    "divided",
    "for_backer",
    "given_on_top",
    "left_of",
    "paid_before",
    "there",
    "unable",
    "under_way",
    "with_parts",
]

T = TypeVar("T", PaidPart, TakenFee)
_AMOUNTS: Final = table(identifier, kind(Money))


@attrs.frozen
class PledgeFees:
    """What fee lines took of a pledge of a settled campaign.

    Attributes:
        taken: What each line took of it.
        returned: What comes back of some of them, where that is known better than by the policy.
        there: What the lines still have of the campaign: no more of them comes back. Of one that is taken of
            the total the shares of pledges are rounded, and may come to a unit more than it took.
    """

    taken: dict[str, Money] = attrs.field(converter=as_dict, validator=_AMOUNTS, hash=False)
    returned: dict[str, Money] = attrs.field(converter=as_dict, validator=_AMOUNTS, hash=False)
    there: dict[str, Money] = attrs.field(converter=as_dict, validator=_AMOUNTS, hash=False)


def paid_before(pledge: Pledge, fees: PledgeFees | None = None) -> Paid:
    """What was paid of a collected pledge, as it stands before the next refund; with the fees taken of it.

    Fees are taken at the settlement, of what earlier refunds have left. Of a pledge in parts only those were
    paid that are charged.
    """
    if fees is None:
        return pledge.paid or _charged_of(pledge, paid_for(pledge.quote, {}))
    paid = pledge.paid or _charged_of(pledge, paid_for(pledge.quote, fees.taken))
    taken = paid.fees or [TakenFee(name, fee) for name, fee in fees.taken.items()]
    disputed = ({fee.name: fee.returned for fee in share.fees} for share in _disputed(pledge))
    there = together(fees.there, *disputed)
    return attrs.evolve(paid, fees=[_there_of(fee, there.get(fee.name)) for fee in taken])


def _charged_of(pledge: Pledge, paid: Paid) -> Paid:
    """What the charged parts of a pledge have paid of each line: on top, what was booked of every charge.

    No line ever has less as more parts are charged.
    """
    if pledge.instalments is None or pledge.instalments.all_collected:
        return paid
    whole, given = parting.charged(pledge)
    on_top = dict(given)
    wholes = [0 if it.kind in ON_TOP else it.paid.minor for it in paid.parts]
    creators = whole - Money.total(on_top.values(), whole.currency)
    evenly = evened(wholes, [0] * len(wholes), creators.minor)
    amounts = (
        on_top.get(account_of(it.name), it.left * 0) if it.kind in ON_TOP else it.paid.with_minor(units)
        for it, units in zip(paid.parts, evenly, strict=True)
    )
    parts = [attrs.evolve(it, paid=amount) for it, amount in zip(paid.parts, amounts, strict=True)]
    return attrs.evolve(paid, parts=parts)


def _there_of(fee: TakenFee, there: Money | None) -> TakenFee:
    """A fee as if no more had been taken than is there of it."""
    if there is None or fee.left <= there:
        return fee
    return attrs.evolve(fee, taken=fee.taken - fee.left + max(there, there.with_minor(0)))


def beside_disputes(pledge: Pledge, paid: Paid) -> Paid:
    """What was paid, as if what disputes have taken of it were given back: they may give it back yet.

    So what goes back in several goes, by the bank and by the platform, comes to what it would in one.
    """
    for share in _disputed(pledge):
        paid = _undone_too(paid, share)
    return paid


def _disputed(pledge: Pledge) -> Iterator[Paid]:
    """What disputes have taken of what was paid, each beside the others."""
    return (it.share for it in pledge.disputes if it.taken and it.share is not None)


def apart_from_disputes(before: Paid, beside: Paid, after: Paid) -> Paid:
    """What was paid once a refund is done, without what disputes have taken: `beside_disputes` undone."""
    return _undone_too(before, between(beside, after))


def between(before: Paid, after: Paid) -> Paid:
    """What was paid, as if only that had gone back of it which went between two moments."""

    def gone(was: T, now: T, counts: str) -> T:
        more = {name: getattr(now, name) - getattr(was, name) for name in (*_UNDONE, counts)}
        return attrs.evolve(now, **more)

    parts = [gone(*it, "pieces_back") for it in zip(before.parts, after.parts, strict=True)]
    fees = [gone(*it, "waived") for it in zip(before.fees, after.fees, strict=True)]
    covered = together(after.covered, {who: -amount for who, amount in before.covered.items()})
    covered = {who: amount for who, amount in covered.items() if amount}
    return Paid(parts, fees, after.given - before.given, after.borne - before.borne, covered=covered)


def _undone_too(paid: Paid, share: Paid) -> Paid:
    """What was paid, when a share of it has gone back too: of a fee no more than there is of it.

    What the share has of a reward that was given up since is of the contribution that was kept of it.
    """

    def too(was: T, more: T) -> T:
        back = {name: getattr(was, name) + min(getattr(more, name), was.left) for name in _UNDONE}
        return attrs.evolve(was, **back)

    fees, parts = {fee.name: fee for fee in share.fees}, {part.name: part for part in paid.parts}
    contribution = min(paid.parts, key=lambda it: it.kind in ON_TOP).name
    for more in share.parts:
        part = parts[more.name if more.name in parts else contribution]
        pieces = min(part.pieces_back + more.pieces_back, part.pieces)
        parts[part.name] = attrs.evolve(too(part, more), pieces_back=pieces)
    left = [too(fee, fees[fee.name]) if fee.name in fees else fee for fee in paid.fees]
    given, borne = paid.given + share.given, paid.borne + share.borne
    return Paid(parts.values(), left, given, borne, covered=together(paid.covered, share.covered))


_UNDONE: Final = ("undone", "returned", "kept")


def charges(pledge: Pledge) -> Iterator[tuple[OrderKey, Money, int | None]]:
    """The charges of a pledge, with what is left of each and the number of its part; the last one first."""
    if pledge.instalments is None:
        there = pledge.amount - pledge.given_back
        yield charge_key(pledge), pledge.left_of(charge_key(pledge), there), None
        return
    for part in reversed(pledge.instalments.parts):
        if part.state is PartState.COLLECTED:
            key = charge_key(pledge, part.attempt)
            yield key, pledge.left_of(key, part.adjusted), part.number


def charged(pledge: Pledge, key: OrderKey) -> Money:
    """What a charge took of the backer, whatever has gone back of it; nothing if it took nothing."""
    if pledge.instalments is None:
        took = pledge.state in _CHARGED and not pledge.offline and key == charge_key(pledge)
        return pledge.amount if took else pledge.amount * 0
    for part in pledge.instalments.parts:
        if part.state in parting.TOOK and key == charge_key(pledge, part.attempt):
            return part.amount
    return pledge.amount * 0


_CHARGED: Final = frozenset(
    {PledgeState.COLLECTED, PledgeState.REFUNDING, PledgeState.UNREFUNDED, PledgeState.REFUNDED}
)


def there(pledge: Pledge) -> Money:
    """What is left of all charges of a pledge, beside what disputes have taken."""
    return Money.total((left for _, left, _ in charges(pledge)), pledge.amount.currency)


def under_way(pledge: Pledge) -> Iterator[tuple[OrderKey, Money]]:
    """What the provider is being asked to give back of which charges."""
    if pledge.given_back_next:
        going = parting.ways_back(pledge) if pledge.refund is None else pledge.refund.ways
        yield from ((way.charged, way.amount) for way in going)


def unable(pledge: Pledge, abilities: Abilities) -> Iterator[Refusal]:
    """Why the provider does not give back what is asked of it next: nothing at all, or no part of a charge.

    What became credit of a charge it has still, and what a dispute took it has not.
    """
    going = list(under_way(pledge))
    if going and not abilities.refunds:
        yield Refusal("needs-refunds", f"the provider gives nothing back of pledge {pledge.id}")
    for charged, amount in () if abilities.partial_refunds else going:
        left, _ = left_of(pledge, charged)
        has = left + credited(pledge, charged)[0]
        if amount < has:
            message = f"the provider gives back {has} of {charged} or nothing, and not {amount}"
            yield Refusal("not-refundable", message, {"left": has})


def credited(pledge: Pledge, charged: OrderKey) -> tuple[Money, frozenset[str]]:
    """What of a charge became credit of the backer, and what the keys of its lots begin with.

    A dispute may have taken it, and given it again under a key of its own.
    """
    given = [it for it in pledge.gone_back if it.way.charged == charged and it.credit]
    lots = {key for it in given for key in (it.reference, joined(it.reference))}
    lots |= {joined("dispute", it.id) for it in pledge.disputes if it.charged == charged}
    return Money.total((it.way.amount for it in given), pledge.amount.currency), frozenset(lots)


def for_backer(pledge: Pledge, going: Iterable[tuple[OrderKey, Money]]) -> Money:
    """What goes back of several charges, in the currency that the backer of a pledge pays."""
    if pledge.presented is None:
        return Money.total((amount for _, amount in going), pledge.amount.currency)
    shown = (presented(pledge, key, amount) for key, amount in going)
    return Money.total((it for it in shown if it is not None), pledge.presented.currency)


def left_of(pledge: Pledge, charged: OrderKey) -> tuple[Money, int | None]:
    """What is left of one charge of a pledge, for a refund or a dispute, and the number of its part."""
    for key, left, part in charges(pledge):
        if key == charged:
            return left, part
    return pledge.amount * 0, None


def divided(pledge: Pledge, on_top: Mapping[str, Money], amount: Money) -> Iterator[RefundWay]:
    """What goes back of each charge, what was charged last first; what is on top goes with the first.

    Args:
        pledge: The pledge.
        on_top: What of that the platform was given beside the campaign, by the names of its accounts.
        amount: What goes back.
    """
    on_top, left = dict(on_top), amount
    for charged, there, part in charges(pledge):
        going = min(left, there)
        if going:
            taken, room = {}, going
            for name, given in on_top.items():
                share = min(given, room)
                if share:
                    taken[name], on_top[name], room = share, given - share, room - share
            yield RefundWay(charged, going, taken, part)
            left -= going


def given_on_top(back: GivenBack) -> dict[str, Money]:
    """What the platform gives back of what it was given on top, by the names of its accounts."""
    return {account_of(name): amount for name, amount in back.on_top.items()}


def account_of(name: str) -> str:
    """The name of the account of a part on top: that of its fee, or ``tip``."""
    return name.removeprefix(f"{PaidKind.FEE.value}/")


def with_parts(pledge: Pledge, *gone: RefundWay) -> Instalments | None:
    """The instalments of a pledge once something of them has gone back."""
    instalments = pledge.instalments
    for way in gone:
        if instalments is not None and way.part is not None:
            instalments = instalments.refund(way.part, way.amount)
    return instalments
