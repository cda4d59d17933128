"""The refund policy: who bears what cannot be had back, as data.

A refund undoes a payment, and not everything comes back: a provider keeps its fee, the shipping is spent, a
tip is the platform's. For each situation a waterfall says, for each kind of money and each fee, which share
whoever has it gives back, and who bears the rest, in which order.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

import attrs

from pushcore._checks import above_zero, as_dict, each, expect, items, kind, none_such, shown, table
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.ids import identifier
from pushcore.money import Money, Percentage, Rounding
from pushcore.payouts.fees import true_up
from pushcore.payouts.paid import Bearer, PaidKind

__all__ = ["Bearing", "RefundPolicy", "RefundSituation", "Returning", "Waterfall"]


class RefundSituation(StrEnum):
    """When a refund is made, which decides who bears its costs.

    - ``FAILED``: the campaign failed, and gives everything back.
    - ``CANCELED``: it is live, and was called off, or the backer takes the pledge back.
    - ``FUNDED``: it succeeded, and has not paid out yet.
    - ``PAID_OUT``: its creator has the money.
    - ``FRAUD``: the payment or the campaign was a fraud, or was disputed as one.

    What goes back as nothing comes of a campaign, or to who cancels a pledge while it is live, is all of it:
    no waterfall is asked. Those of ``FAILED`` and ``CANCELED`` are for whoever names such a situation when a
    funded campaign is to give something back.
    """

    FAILED = "failed"
    CANCELED = "canceled"
    FUNDED = "funded"
    PAID_OUT = "paid-out"
    FRAUD = "fraud"

    _missing_ = classmethod(none_such)


def _share(owner: object, attribute: attrs.Attribute[Any], value: Percentage | None) -> None:
    if value is not None and not 0 <= value.fraction <= 1:
        message = f"{type(owner).__name__}.{attribute.name}: expected a share from 0% to 100%, got {value}"
        raise InvalidValue(message, field=attribute.name, value=value)


@attrs.frozen
class Bearing:
    """One step of a waterfall: somebody bears a loss, or a part of what is left of it.

    Attributes:
        portion: Which share of what is left to bear; None for all of it.
        most: The most they bear of one payment, all its refunds together; None where that has no end.
    """

    bearer: Bearer = attrs.field(validator=kind(Bearer))
    portion: Percentage | None = attrs.field(
        default=None, kw_only=True, validator=[kind(Percentage, None), _share]
    )
    most: Money | None = attrs.field(default=None, kw_only=True, validator=[kind(Money, None), above_zero])

    @property
    def limited(self) -> bool:
        """Whether something may be left for the next to bear."""
        return self.portion is not None or self.most is not None


WHOLE: Final = Percentage.of(100)
NOTHING: Final = Percentage.of(0)
_TRUE_UP: Final = true_up("")


@attrs.frozen
class Returning:
    """How much of some money comes back from whoever has it, and who bears the rest, in order.

    What they leave is borne by the creator.

    Attributes:
        share: What of it whoever has it gives back.

    Raises:
        InvalidValue: somebody comes after one who bears all that is left.

    Example:
        >>> Returning(Percentage.of(0), [Bearing(Bearer.HOST)]).bearers[0].bearer.value
        'host'
    """

    share: Percentage = attrs.field(default=WHOLE, validator=[kind(Percentage), _share])
    bearers: tuple[Bearing, ...] = attrs.field(default=(), converter=items, validator=each(Bearing))

    def __attrs_post_init__(self) -> None:
        if not all(bearing.limited for bearing in self.bearers[:-1]):
            message = "who bears all that is left is the last to bear it"
            raise InvalidValue(message, bearers=self.bearers)


ALL_BACK: Final = Returning()


@attrs.frozen(kw_only=True)
class Waterfall:
    """What comes back in one situation, and who bears the rest. What is not named comes back whole.

    Attributes:
        parts: By what was paid for.
        fees: By the name of a fee that was taken.
        indebts: Whether the creator is left with a debt where a campaign no longer holds its part of a
            refund; else there is no such refund.

    Example:
        >>> Waterfall(fees={"processing": Returning(Percentage.of(0), [Bearing(Bearer.CREATOR)])}).indebts
        False
    """

    parts: dict[PaidKind, Returning] = attrs.field(
        factory=dict, converter=as_dict, validator=table(kind(PaidKind), kind(Returning)), hash=False
    )
    fees: dict[str, Returning] = attrs.field(
        factory=dict, converter=as_dict, validator=table(identifier, kind(Returning)), hash=False
    )
    indebts: bool = attrs.field(default=False, validator=kind(bool))

    def of_part(self, kind: PaidKind) -> Returning:
        """What comes back of this kind of money."""
        expect(kind, PaidKind, what="what was paid for")
        return self.parts.get(kind, ALL_BACK)

    def of_fee(self, name: str) -> Returning:
        """What comes back of the fee of this name; of a true-up, what does of the fee that it is of."""
        expect(name, str, what="the name of a fee")
        return self.fees.get(name) or self.fees.get(name.removesuffix(_TRUE_UP), ALL_BACK)

    def keeps(self, kind: PaidKind, owner: Bearer) -> bool:
        """Whether nothing of this kind goes back to its owner, so that it is not given back at all."""
        expect(owner, Bearer, what="who paid")
        rule = self.of_part(kind)
        first = rule.bearers[:1]
        return rule.share == NOTHING and any(
            not bearing.limited and bearing.bearer in {Bearer.BACKER, owner} for bearing in first
        )

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount of money it names."""
        rules = (*self.parts.values(), *self.fees.values())
        named = (bearing.most for rule in rules for bearing in rule.bearers)
        return tuple(amount for amount in named if amount is not None)


def _lifetime(owner: object, attribute: attrs.Attribute[Any], span: timedelta | None) -> None:
    kind(timedelta, None)(owner, attribute, span)
    if span is not None and not timedelta(0) < span <= _LONGEST:
        message = f"credit lives longer than no time and at most a hundred years, not {shown(span)}"
        raise InvalidValue(message, field=attribute.name, value=span)


_LONGEST: Final = timedelta(days=36_525)


@attrs.frozen
class RefundPolicy:
    """How refunds are made: a waterfall for each situation in which there are any.

    Attributes:
        rounding: How a share of an amount becomes whole minor units. It changes who bears a cent and when,
            and never what a series of refunds comes to.
        credit_lifetime: After what time credit in a wallet expires that a refund became; None for never. 90
            days at Catarse.

    Example:
        >>> kept = Returning(Percentage.of(0), [Bearing(Bearer.HOST)])
        >>> policy = RefundPolicy(
        ...     {RefundSituation.FAILED: Waterfall(fees={"processing": kept})}, rounding=Rounding.HALF_UP
        ... )
        >>> policy.waterfall(RefundSituation.FAILED).of_fee("processing") == kept
        True
    """

    waterfalls: dict[RefundSituation, Waterfall] = attrs.field(
        converter=as_dict, validator=table(kind(RefundSituation), kind(Waterfall)), hash=False
    )
    rounding: Rounding = attrs.field(kw_only=True, validator=kind(Rounding))
    credit_lifetime: timedelta | None = attrs.field(default=None, kw_only=True, validator=_lifetime)

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount of money it names."""
        return tuple(amount for waterfall in self.waterfalls.values() for amount in waterfall.amounts)

    def waterfall(self, situation: RefundSituation) -> Waterfall:
        """Who bears what in this situation.

        Raises:
            Refused: ``not-refundable``: nothing is given back in it.
        """
        expect(situation, RefundSituation, what="the situation of a refund")
        found = self.waterfalls.get(situation)
        if found is None:
            message = f"nothing is given back when it is {situation.value}"
            raise Refused([Refusal("not-refundable", message, {"situation": situation.value})])
        return found


def comes_back(rule: Returning, undone: tuple[int, int], rounding: Rounding) -> int:
    """What comes back where one total of minor units was undone and now another is."""
    n, d = rule.share.numerator, rule.share.denominator
    before, after = (rounding.divide(minor * n, d) for minor in undone)
    return after - before


def borne_by(rule: Returning, lost: tuple[int, int], rounding: Rounding) -> dict[Bearer, int]:
    """Who bears how many minor units where one total was lost and now another is.

    Each total is divided, and what is borne is the difference: so a loss that comes in pieces is borne as one
    that comes at once.
    """
    before, after = (_divided(rule, total, rounding) for total in lost)
    bears: dict[Bearer, int] = {}
    for bearing, was, now in zip(rule.bearers, before, after, strict=True):
        bears[bearing.bearer] = bears.get(bearing.bearer, 0) + now - was
    return bears


def _divided(rule: Returning, lost: int, rounding: Rounding) -> list[int]:
    """What each bears of a total: what each leaves never falls as it grows, so neither does that."""
    left = [lost]
    for bearing in rule.bearers:
        portion, most, part = bearing.portion, bearing.most, left[-1]
        if portion is not None:
            part = rounding.divide(part * portion.numerator, portion.denominator)
        left.append(left[-1] - (part if most is None else min(part, most.minor)))
    return [one - other for one, other in pairwise(left)]
