"""A refund: what goes back of what was paid, who gives it, and who bears what cannot be had back.

It is computed from what was paid and undone before, never from the refund alone. So refunds in any number,
whole, of an amount, line by line and mixed, add up to exactly what was paid, and nothing is given back twice.

What the payer gets always equals what creator, platform, host and sponsor give, and the fees that come back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING, Generic, TypeVar

import attrs

from pushcore._checks import each, expect, kind
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.money import Money, Rounding
from pushcore.payouts.evening import evened
from pushcore.payouts.fees import check_currency
from pushcore.payouts.paid import ON_TOP, Bearer, Paid, PaidPart, TakenFee
from pushcore.payouts.refund_policy import (
    RefundPolicy,
    RefundSituation,
    Returning,
    Waterfall,
    borne_by,
    comes_back,
)
from pushcore.payouts.refund_request import Wanted, asked, positive

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["GivenBack", "Loss", "give_back", "waive_fee"]

T = TypeVar("T", PaidPart, TakenFee)


@attrs.frozen
class Loss:
    """What somebody bears of a part or a fee that could not be had back."""

    name: str = attrs.field(validator=kind(str))
    bearer: Bearer = attrs.field(validator=kind(Bearer))
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen(kw_only=True)
class GivenBack:
    """What one refund comes to: ``amount`` = all that the others give + all fees that come back.

    Attributes:
        paid: What was paid, as it stands after the refund.
        parts: What whoever paid gets back of each part.
        deducted: What is taken off that for each fee which the payer bears.
        gives: What each of the others gives, what they bear included.
        fees: What of each fee comes back from whoever took it.
        on_top: What the platform gives of each part that was paid to it on top.
        losses: Who bears what could not be had back.
        debt: What of the creator's part the campaign does not hold any more, so that the creator owes it.
    """

    paid: Paid = attrs.field(validator=kind(Paid))
    parts: dict[str, Money] = attrs.field(validator=kind(dict), hash=False)
    deducted: dict[str, Money] = attrs.field(validator=kind(dict), hash=False)
    gives: dict[Bearer, Money] = attrs.field(validator=kind(dict), hash=False)
    fees: dict[str, Money] = attrs.field(validator=kind(dict), hash=False)
    on_top: dict[str, Money] = attrs.field(validator=kind(dict), hash=False)
    losses: tuple[Loss, ...] = attrs.field(validator=[kind(tuple), each(Loss)])
    debt: Money = attrs.field(validator=kind(Money))

    @property
    def amount(self) -> Money:
        """What whoever paid gets back."""
        whole = Money.total(self.parts.values(), self.debt.currency)
        return whole - Money.total(self.deducted.values(), self.debt.currency)

    def given(self, bearer: Bearer) -> Money:
        """What somebody gives of it."""
        expect(bearer, Bearer, what="who gives")
        return self.gives.get(bearer, self.debt.with_minor(0))

    def borne(self, bearer: Bearer) -> Money:
        """What somebody bears of what could not be had back."""
        expect(bearer, Bearer, what="who bears")
        return Money.total((it.amount for it in self.losses if it.bearer is bearer), self.debt.currency)


def give_back(  # noqa: PLR0913  what a refund rests on
    paid: Paid,
    policy: RefundPolicy,
    situation: RefundSituation,
    wanted: Wanted | None = None,
    *,
    returned: Mapping[str, Money] | None = None,
    available: Money | None = None,
) -> GivenBack:
    """What a refund comes to, whole or in part.

    Args:
        paid: What was paid and undone before.
        policy: Who bears what.
        situation: When it is made.
        wanted: None for all that is left; an amount, which is taken of all parts so that they stay in
            proportion; or what is wanted of some parts by name, as amounts or as numbers of pieces. What is
            computed of those parts, such as a tax, goes back with them.
        returned: What came back of fees, by name, where that is known better than by the policy.
        available: What the campaign still holds for the creator; None where that is all of it.

    Raises:
        Refused: ``above-paid``: that much is not left, or nothing is; ``not-refundable``: the policy gives
            nothing back in this situation, or not this; ``not-covered``: the campaign does not hold its part,
            and the creator is left with no debt.
        InvalidValue: an amount that is not above zero, a part or a fee that there is not, or more of a fee
            returned than what of it falls to this refund.
        CurrencyMismatch: an amount of another currency.

    Example:
        >>> from pushcore.money import Percentage
        >>> from pushcore.payouts import Bearing
        >>> kept = Returning(Percentage.of(0), [Bearing(Bearer.HOST)])
        >>> policy = RefundPolicy(
        ...     {RefundSituation.FAILED: Waterfall(fees={"processing": kept})}, rounding=Rounding.HALF_UP
        ... )
        >>> paid = Paid.of({"goods": Money.of("50.00", "USD")}, {"processing": Money.of("1.75", "USD")})
        >>> back = give_back(paid, policy, RefundSituation.FAILED)
        >>> str(back.amount), {bearer.value: str(amount) for bearer, amount in back.gives.items()}
        ('USD 50.00', {'creator': 'USD 48.25', 'host': 'USD 1.75'})
    """
    expect(paid, Paid, what="what was paid")
    expect(policy, RefundPolicy, what="the policy of refunds")
    expect(available, Money, NoneType, what="what the campaign still holds")
    waterfall = policy.waterfall(situation)
    check_currency(waterfall.amounts, paid.currency, "the policy of refunds")
    check_currency(() if available is None else (available,), paid.currency, "what the campaign still holds")
    known = _known({} if returned is None else returned, paid)
    rules = _Rules(waterfall, policy.rounding, paid.owner)
    units = asked(paid, waterfall, wanted, policy.rounding)
    parts = [rules.undo_part(part, *of_it) for part, of_it in zip(paid.parts, units, strict=True)]
    given, *shares = _shared(paid, sum(_of_creator(part) for part in parts))
    fees = [
        rules.undo_fee(fee, share, known.get(fee.name)) for fee, share in zip(paid.fees, shares, strict=True)
    ]
    after = Paid(
        [it.after for it in parts],
        [it.after for it in fees],
        paid.given.with_minor(paid.given.minor + given),
        paid.borne.with_minor(paid.borne.minor + sum(map(_beside, parts)) + sum(map(_beside, fees))),
        covered=_covered(paid, parts),
    )
    back = _given_back(after, parts, fees, available)
    if back.debt and not waterfall.indebts:
        message = f"{back.given(Bearer.CREATOR)} is the creator's part, and {available} is held for it"
        raise Refused([Refusal("not-covered", message, {"missing": back.debt})])
    return back


def waive_fee(paid: Paid, name: str, amount: Money | None = None) -> Paid:
    """What was paid once a fee, or a part of it, is given back to the creator alone, without a refund.

    A refund later does not give it back again: the creator has it.

    Raises:
        Refused: ``fee-given-back``: so much of it is not left.
        InvalidValue: there is no such fee, or the amount is not above zero.
        CurrencyMismatch: the amount is of another currency.
    """
    expect(paid, Paid, what="what was paid")
    fee = paid.fee(name)
    wanted = fee.left if amount is None else positive(amount, paid, f"what is given back of fee {name}")
    if wanted > fee.left or not wanted:
        message = f"{fee.left} of fee {name} is left to give back"
        raise Refused([Refusal("fee-given-back", message, {"fee": name, "left": fee.left})])
    waived = attrs.evolve(fee, waived=fee.waived + wanted)
    return attrs.evolve(paid, fees=tuple(waived if it is fee else it for it in paid.fees))


def _known(returned: Mapping[str, Money], paid: Paid) -> dict[str, Money]:
    """What is known to have come back of fees, each of which was taken."""
    expect(returned, Mapping, what="what came back of fees")
    for name, amount in returned.items():
        expect(amount, Money, what=f"what came back of fee {paid.fee(name).name}")
        check_currency([amount], paid.currency, f"what came back of fee {name}")
    return dict(returned)


@attrs.frozen
class _Undone(Generic[T]):
    """What one refund undoes of a part or a fee, in minor units: it comes back, or somebody bears it.

    Attributes:
        after: The part or the fee as it stands then.
        kept: What the payer bears.
        borne: What each of the others bears.
    """

    after: T
    undone: int
    returned: int
    kept: int
    borne: dict[Bearer, int]


@attrs.frozen
class _Rules:
    """What one refund goes by."""

    waterfall: Waterfall
    rounding: Rounding
    owner: Bearer

    def undo_part(self, part: PaidPart, minor: int, pieces: int) -> _Undone[PaidPart]:
        rule, before = self.waterfall.of_part(part.kind), part.undone.minor
        back = part.pieces_back + pieces if before + minor < part.paid.minor else part.pieces
        counted = attrs.evolve(part, pieces_back=back)
        comes = comes_back(rule, (before, before + minor), self.rounding)
        return self._undo(counted, rule, (minor, comes))

    def undo_fee(self, fee: TakenFee, share: int, known: Money | None) -> _Undone[TakenFee]:
        rule, before = self.waterfall.of_fee(fee.name), fee.undone.minor
        comes = (
            known.minor if known is not None else comes_back(rule, (before, before + share), self.rounding)
        )
        if not 0 <= comes <= share:
            most = fee.taken.with_minor(share)
            message = f"{most} of fee {fee.name} falls to this refund: {known} cannot have come back"
            raise InvalidValue(message, fee=fee.name, returned=known)
        return self._undo(fee, rule, (share, comes))

    def _undo(self, it: T, rule: Returning, undone: tuple[int, int]) -> _Undone[T]:
        """Divide what did not come back among who bears it; what they leave is the creator's."""
        more, comes = undone
        lost = it.undone.minor - it.returned.minor
        bears = Counter(borne_by(rule, (lost, lost + more - comes), self.rounding))
        kept = bears.pop(self.owner, 0) + bears.pop(Bearer.BACKER, 0)
        bears[Bearer.CREATOR] += more - comes - kept - bears.total()
        after = attrs.evolve(
            it,
            undone=it.undone.with_minor(it.undone.minor + more),
            returned=it.undone.with_minor(it.returned.minor + comes),
            kept=it.undone.with_minor(it.kept.minor + kept),
        )
        return _Undone(after, more, comes, kept, {who: minor for who, minor in bears.items() if minor})


def _is_on_top(part: _Undone[PaidPart]) -> bool:
    return part.after.kind in ON_TOP


def _of_creator(part: _Undone[PaidPart]) -> int:
    """What the creator gives back of a part, or bears of it: fees were taken of it all the same."""
    if _is_on_top(part):
        return 0
    return part.returned + part.borne.get(Bearer.CREATOR, 0)


def _beside(undone: _Undone[PaidPart] | _Undone[TakenFee]) -> int:
    """What the creator bears of a fee, or of a part that is not theirs: of their own, it is given."""
    if isinstance(undone.after, PaidPart) and undone.after.kind not in ON_TOP:
        return 0
    return undone.borne.get(Bearer.CREATOR, 0)


def _covered(paid: Paid, parts: list[_Undone[PaidPart]]) -> dict[Bearer, Money]:
    """What others than the creator bore of what is the creator's, by now."""
    minors = Counter({who: amount.minor for who, amount in paid.covered.items()})
    for part in parts:
        if not _is_on_top(part):
            minors.update({who: minor for who, minor in part.borne.items() if who is not Bearer.CREATOR})
    return {who: paid.given.with_minor(minor) for who, minor in minors.items()}


def _shared(paid: Paid, gone: int) -> list[int]:
    """What the creator gives of what was left after fees, and what of each fee falls to it."""
    wholes = [(fee.taken - fee.waived).minor for fee in paid.fees]
    net = max(paid.creators.minor - sum(wholes), 0)
    done = [fee.undone.minor for fee in paid.fees]
    return evened([net, *wholes], [paid.given.minor, *done], gone)


def _given_back(
    after: Paid, parts: list[_Undone[PaidPart]], fees: list[_Undone[TakenFee]], available: Money | None
) -> GivenBack:
    money = after.given.with_minor
    gives: Counter[Bearer] = Counter()
    for part in parts:
        gives[Bearer.PLATFORM if _is_on_top(part) else Bearer.CREATOR] += part.returned
    gives[Bearer.CREATOR] -= sum(fee.undone for fee in fees)
    for borne in (*(part.borne for part in parts), *(fee.borne for fee in fees)):
        gives.update(borne)
    missing = 0 if available is None else max(gives[Bearer.CREATOR] - max(available.minor, 0), 0)
    return GivenBack(
        paid=after,
        parts={it.after.name: money(it.undone - it.kept) for it in parts if it.undone > it.kept},
        deducted={it.after.name: money(it.kept) for it in fees if it.kept},
        gives={bearer: money(minor) for bearer, minor in gives.items() if minor},
        fees={it.after.name: money(it.returned) for it in fees if it.returned},
        on_top={it.after.name: money(it.returned) for it in parts if _is_on_top(it) and it.returned},
        losses=tuple(_losses((*parts, *fees), after)),
        debt=money(missing),
    )


def _losses(undone: Iterable[_Undone[PaidPart] | _Undone[TakenFee]], paid: Paid) -> Iterable[Loss]:
    for it in undone:
        for bearer, minor in ({paid.owner: it.kept} | it.borne).items():
            if minor:
                yield Loss(it.after.name, bearer, paid.given.with_minor(minor))
