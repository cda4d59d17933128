"""A match: what a fund adds to a contribution, who pays it, and why it is not more."""

from __future__ import annotations

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
from pushcore.matching.matched import Matched, Tally
from pushcore.money import Money

__all__ = ["Match", "Part", "Unmatched"]


@attrs.frozen
class Part:
    """What one sponsor pays of a match, and how much of that did not divide evenly."""

    sponsor_id: SponsorId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    left_over: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class Unmatched:
    """What a limit took off a match, and the limit's reason.

    The amount is zero where limits before it took all there was to take, and this one alone would have.
    """

    amount: Money = attrs.field(validator=kind(Money))
    reason: Refusal = attrs.field(validator=kind(Refusal))


@attrs.frozen
class Match:
    """What a fund adds to one contribution, or gives to a campaign at once.

    What sponsors pay and what is unmatched add up to what was wanted, always.

    Attributes:
        wanted: What the rule comes to where nothing limits it.
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
    parts: tuple[Part, ...] = attrs.field(converter=items, validator=each(Part))
    unmatched: tuple[Unmatched, ...] = attrs.field(converter=items, validator=each(Unmatched))
    pledge_id: PledgeId | None = attrs.field(default=None, kw_only=True, validator=optional_identifier)
    backer_id: BackerId | None = attrs.field(default=None, kw_only=True, validator=optional_identifier)

    def __attrs_post_init__(self) -> None:
        unique((part.sponsor_id for part in self.parts), what="sponsor")
        refused = Money.total((it.amount for it in self.unmatched), self.wanted.currency)
        if self.amount + refused != self.wanted:
            message = f"{self.amount} matched and {refused} unmatched are not the {self.wanted} wanted"
            raise InvalidValue(message, matched=self.amount, unmatched=refused, wanted=self.wanted)

    @property
    def amount(self) -> Money:
        """What is added."""
        return Money.total((part.amount for part in self.parts), self.wanted.currency)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all reasons why it is not more."""
        return tuple(it.reason.code for it in self.unmatched)

    @property
    def move(self) -> Matched:
        """What the match adds to what the fund has matched; subtracting it takes the match back."""
        if not self.parts:
            return Matched()
        tally = Tally(1, self.amount)
        backer = self.backer_id
        return Matched(
            projects={self.campaign_id: tally},
            backers={} if backer is None else {(self.campaign_id, backer): tally},
            sponsors={part.sponsor_id: Tally(1, part.amount) for part in self.parts},
        )
