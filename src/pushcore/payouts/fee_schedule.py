"""Fee schedules: the lines of a statement, some of them taken of others, and what they come to together."""

from __future__ import annotations

from collections import defaultdict
from types import NoneType
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import each, expect, items, unique
from pushcore.errors import InvalidValue
from pushcore.payouts.fees import FeeBase, FeeBearer, FeeLine, FundingSource, fee_minor, true_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pushcore.money import Money

__all__ = ["FeeSchedule", "shared", "taken"]

_UNPAID: Final = (FundingSource.MATCHED, FundingSource.OFFLINE)
"""Sources of money that no backer pays with a payment method, unless that is said."""


@attrs.frozen
class FeeSchedule:
    """The fee lines of a campaign, each of its own name; none at all is a schedule too.

    A line that is taken of others stands behind them.

    Raises:
        InvalidValue: a name stands twice, or a line is taken of one that is not there before it, or is
            withheld; or a tax is withheld from a fee that somebody else than the creator bears.

    Example:
        >>> from pushcore import Percent, Percentage, Rounding
        >>> five, vat = Percent(Percentage.of("5")), Percent(Percentage.of("21"))
        >>> commission = FeeLine("commission", FeeBase.COLLECTED, five, Rounding.HALF_UP)
        >>> tax = FeeLine("vat", FeeBase.FEES, vat, Rounding.HALF_UP, of=["commission"])
        >>> FeeSchedule([commission, tax]).names
        ('commission', 'vat')
    """

    lines: tuple[FeeLine, ...] = attrs.field(default=(), converter=items, validator=each(FeeLine))

    def __attrs_post_init__(self) -> None:
        unique(self.names, what="fee line")
        if problems := "; ".join(self._problems()):
            message = f"no fee schedule: {problems}"
            raise InvalidValue(message, lines=self.names)

    def _problems(self) -> Iterator[str]:
        before: dict[str, FeeLine] = {}
        for line in self.lines:
            for name in line.of:
                other = before.get(name)
                if other is None:
                    yield f"{line.name} is taken of {name}, which is no line before it"
                elif other.withheld:
                    yield f"{line.name} is taken of {name}, which is withheld"
                elif line.withheld and other.bearer is not FeeBearer.CREATOR:
                    yield f"{line.name} is withheld from {name}, which the {other.bearer.value} bears"
            before[line.name] = line

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the lines, in order, each estimate followed by its true-up."""
        return tuple(
            name
            for line in self.lines
            for name in ((line.name, true_up(line.name)) if line.estimate else (line.name,))
        )

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount of money the rules name."""
        return tuple(amount for line in self.lines for amount in line.rule.amounts)

    def of(self, base: FeeBase) -> Iterator[FeeLine]:
        """The lines taken of this base."""
        return (line for line in self.lines if line.base is base)

    @property
    def of_parts(self) -> tuple[FeeLine, ...]:
        """The lines taken of a part of the collected total: what was paid by some methods or sources."""
        return tuple(line for line in self.of(FeeBase.COLLECTED) if line.limited)

    @property
    def estimates(self) -> tuple[FeeLine, ...]:
        """The lines that only estimate what a provider takes."""
        return tuple(line for line in self.lines if line.estimate)

    def asks_method(self, source: FundingSource | None) -> bool:
        """Whether it has to be said by which payment method money from there was paid."""
        expect(source, FundingSource, NoneType, what="where money comes from")
        return any(_asks_method(line, source) for line in self.lines)

    def require_told(self, method: str | None, source: FundingSource | None) -> None:
        """Refuse money of which it is not said what a line depends on.

        What sponsors match and what comes in cash or by bank has no payment method, unless one is given.

        Raises:
            InvalidValue: a line is for some sources or payment methods, and none is given.
        """
        expect(method, str, NoneType, what="a payment method")
        expect(source, FundingSource, NoneType, what="where money comes from")
        for line in self.lines:
            if line.sources and source is None:
                message = f"fee {line.name} is for some sources of money only: say where it comes from"
                raise InvalidValue(message, line=line.name)
            if method is None and _asks_method(line, source):
                message = f"fee {line.name} is for some payment methods only: say how it was paid"
                raise InvalidValue(message, line=line.name)


def _asks_method(line: FeeLine, source: FundingSource | None) -> bool:
    """Whether a line is for some payment methods only, of money from there."""
    return bool(line.methods) and source not in _UNPAID and (not line.sources or source in line.sources)


def taken(
    schedule: FeeSchedule, direct: Mapping[str, int], true_ups: Mapping[str, int] | None = None
) -> dict[str, int]:
    """What every line comes to, in minor units and by name, the lines of other fees included.

    Nothing is withheld beyond the fees it is of, nor beyond all that the creator bears.

    Args:
        schedule: The lines.
        direct: What the lines of pledges and of the total come to; zero for those that are missing.
        true_ups: By how much providers really took more than estimated, by line; below zero for less.
    """
    found: dict[str, int] = {}
    borne = 0
    for line in schedule.lines:
        if line.base is FeeBase.FEES:
            base = max(sum(found[name] + found.get(true_up(name), 0) for name in line.of), 0)
            fee = fee_minor(line, base)
            fee = -min(fee, base, borne) if line.withheld else fee
        else:
            fee = direct.get(line.name, 0)
        found[line.name] = fee
        if line.estimate:
            found[true_up(line.name)] = extra = (true_ups or {}).get(line.name, 0)
            fee += extra
        if line.bearer is FeeBearer.CREATOR:
            borne += fee
    return found


def shared(schedule: FeeSchedule, taken: Mapping[str, int]) -> dict[FeeBearer, int]:
    """What each of those who bear lines bears of what they come to; the creator always stands there."""
    sums: defaultdict[FeeBearer, int] = defaultdict(int, {FeeBearer.CREATOR: 0})
    for line in schedule.lines:
        sums[line.bearer] += taken[line.name] + taken.get(true_up(line.name), 0)
    return dict(sums)
