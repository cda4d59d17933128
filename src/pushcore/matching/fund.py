"""A matching fund: what it matches, and the sponsors that pay for it.

It is an aggregate that says how money is given away. What it has matched is kept beside it, in tallies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import above_zero, counted, each, expect, items, kind, unique
from pushcore._evolving import evolved
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ids import FundId, SponsorId, identifier
from pushcore.matching.limits import goals_of
from pushcore.matching.lump_sum import LumpSum
from pushcore.matching.matched import Matched
from pushcore.matching.multiple import Multiple
from pushcore.matching.sharing import Sharing
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from pushcore.matching.campaign_facts import Goal

__all__ = ["MatchingFund", "Pool"]


@attrs.frozen
class Pool:
    """What one sponsor has put into a fund.

    Raises:
        InvalidValue: the amount is negative.
    """

    sponsor_id: SponsorId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))

    def __attrs_post_init__(self) -> None:
        if self.amount.minor < 0:
            message = f"the pool of {self.sponsor_id} holds at least zero, not {self.amount}"
            raise InvalidValue(message, sponsor=self.sponsor_id, amount=self.amount)


@attrs.frozen
class MatchingFund:
    """A rule, and the pools it is paid from, in the order of the sponsors.

    Attributes:
        sharing: How sponsors share what is matched.
        step: What matches are multiples of, rounded down: Goteo gives whole euros. Without one, minor units.
        version: Counts its writes: every match is one, so that no two of them spend the same money.

    Raises:
        InvalidValue: there is no pool, or a sponsor has two.
        CurrencyMismatch: the pools, the rule and the step are of several currencies.

    Example:
        >>> pot = Pool("bank", Money.of("400.00", "GBP"))
        >>> fund = MatchingFund("live", Multiple(1, per_contribution=Money.of("250.00", "GBP")), [pot])
        >>> fund.currency.code
        'GBP'
    """

    id: FundId = attrs.field(validator=identifier)
    rule: Multiple | LumpSum = attrs.field(validator=kind(Multiple, LumpSum))
    pools: tuple[Pool, ...] = attrs.field(converter=items, validator=each(Pool))
    sharing: Sharing = attrs.field(default=Sharing.LARGEST_REMAINDER, kw_only=True, validator=kind(Sharing))
    step: Money | None = attrs.field(default=None, kw_only=True, validator=[kind(Money, None), above_zero])
    version: int = attrs.field(default=1, kw_only=True, validator=counted(1))

    def __attrs_post_init__(self) -> None:
        unique((pool.sponsor_id for pool in self.pools), what="sponsor")
        if not self.pools:
            message = f"fund {self.id} has no pool to pay from"
            raise InvalidValue(message, fund=self.id)
        steps = () if self.step is None else (self.step,)
        for amount in (*(pool.amount for pool in self.pools), *self.rule.amounts, *steps):
            if amount.currency is not self.currency:
                message = f"fund {self.id} pays in {self.currency}, not {amount}"
                raise CurrencyMismatch(message, fund=self.id, amount=amount)

    @property
    def used(self) -> MatchingFund:
        """The next version, which is put with a match."""
        return evolved(self, version=self.version + 1)

    @property
    def goals(self) -> frozenset[Goal]:
        """The goals of a campaign that its rule asks for: it must have them, as amounts."""
        return goals_of(self.rule)

    def left(self, matched: Matched) -> dict[SponsorId, Money]:
        """What is left in each pool: never less than nothing.

        Raises:
            CurrencyMismatch: what is matched is of another currency.
        """
        expect(matched, Matched, what="what is matched")
        left = {}
        for pool in self.pools:
            tally = matched.sponsors.get(pool.sponsor_id)
            rest = pool.amount if tally is None else pool.amount - tally.amount
            left[pool.sponsor_id] = max(rest, pool.amount.with_minor(0))
        return left

    @property
    def currency(self) -> Currency:
        """What it pays in."""
        return self.pools[0].amount.currency

    @property
    def step_minor(self) -> int:
        """The step in minor units."""
        return 1 if self.step is None else self.step.minor
