"""A match: what a fund adds to a contribution, who pays it, and why it is not more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import above_zero, each, items, kind, unique
from pushcore.errors import InvalidValue, Refusal
from pushcore.ids import (
    BackerId,
    CampaignId,
    FundId,
    PledgeId,
    SponsorId,
    identifier,
    optional_identifier,
)
from pushcore.matching.matched import Matched, one_match
from pushcore.money import Money

if TYPE_CHECKING:
    from typing import Any

__all__ = ["Match", "MatchPart", "Unmatched"]


@attrs.frozen
class MatchPart:
    """What one sponsor pays of a match, and how much of that did not divide evenly.

    Raises:
        InvalidValue: the amount is not above zero, or more than that was left over.
        CurrencyMismatch: the two are of different currencies.
    """

    sponsor_id: SponsorId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    left_over: Money = attrs.field(validator=kind(Money))

    @left_over.validator
    def _within_the_amount(self, _: attrs.Attribute[Any], left_over: Money) -> None:
        if left_over.minor < 0 or left_over > self.amount:
            message = f"of the {self.amount} that {self.sponsor_id} pays, {left_over} cannot be left over"
            raise InvalidValue(message, amount=self.amount, left_over=left_over)


@attrs.frozen
class Unmatched:
    """What a limit took off a match, and the limit's reason.

    The amount is zero where limits before it took all there was to take, and this one alone would have.
    """

    amount: Money = attrs.field(validator=kind(Money))
    reason: Refusal = attrs.field(validator=kind(Refusal))

    @amount.validator
    def _not_negative(self, _: attrs.Attribute[Any], amount: Money) -> None:
        if amount.minor < 0:
            message = f"Unmatched.amount: expected at least zero, got {amount}"
            raise InvalidValue(message, amount=amount)


@attrs.frozen
class Match:
    """What a fund adds to one contribution, or gives to a campaign at once.

    What sponsors pay and what is unmatched add up to what was wanted, always.

    Attributes:
        wanted: What the rule comes to where nothing limits it.
        amount: What is added: the parts together.
        parts: What each sponsor pays, in the order of the fund; those who pay nothing are left out.
        unmatched: Every limit that keeps the amount from being more, in the order in which they apply.
        pledge_id: Of the contribution; a lump sum is of none.
        backer_id: Likewise.

    Raises:
        InvalidValue: the amounts do not add up, or a sponsor pays two parts.
    """

    fund_id: FundId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    wanted: Money = attrs.field(validator=kind(Money))
    parts: tuple[MatchPart, ...] = attrs.field(converter=items, validator=each(MatchPart))
    unmatched: tuple[Unmatched, ...] = attrs.field(converter=items, validator=each(Unmatched))
    pledge_id: PledgeId | None = attrs.field(default=None, kw_only=True, validator=optional_identifier)
    backer_id: BackerId | None = attrs.field(default=None, kw_only=True, validator=optional_identifier)
    amount: Money = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        unique((part.sponsor_id for part in self.parts), what="sponsor")
        amount = Money.total([part.amount for part in self.parts], self.wanted.currency)
        refused = Money.total([it.amount for it in self.unmatched], self.wanted.currency)
        if amount + refused != self.wanted:
            message = f"{amount} matched and {refused} unmatched are not the {self.wanted} wanted"
            raise InvalidValue(message, matched=amount, unmatched=refused, wanted=self.wanted)
        object.__setattr__(self, "amount", amount)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all reasons why it is not more."""
        return tuple(it.reason.code for it in self.unmatched)

    @property
    def move(self) -> Matched:
        """What the match adds to what the fund has matched; subtracting it takes the match back."""
        if not self.parts:
            return Matched()
        return one_match(
            self.campaign_id, self.backer_id, {part.sponsor_id: part.amount for part in self.parts}
        )
