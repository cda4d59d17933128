"""How a campaign stands, as far as a matching fund asks: what is raised, its goals, its round."""

from __future__ import annotations

from enum import StrEnum

import attrs

from pushcore._checks import above_zero, counted, expect, kind, none_such
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ids import CampaignId, identifier
from pushcore.money import Money

__all__ = ["CampaignFacts", "Goal"]


class Goal(StrEnum):
    """What a campaign raises towards: the minimum it needs, or the optimum it could use."""

    MINIMUM = "minimum"
    OPTIMUM = "optimum"

    _missing_ = classmethod(none_such)


@attrs.frozen
class CampaignFacts:
    """How a campaign stands just before a contribution.

    Attributes:
        raised: All that counts to its goal so far, matching money included.
        given: What backers gave of that; None where it is all of it.
        backers: How many different backers have given, whoever gives now included.
        minimum: What it needs, where the fund asks for it.
        optimum: What it could use, likewise.
        round: The round it is in, counted from 1.

    Raises:
        InvalidValue: an amount is negative, or a goal is not above zero.
        CurrencyMismatch: the amounts are not of one currency.
    """

    campaign_id: CampaignId = attrs.field(validator=identifier)
    raised: Money = attrs.field(validator=kind(Money))
    given: Money | None = attrs.field(default=None, kw_only=True, validator=kind(Money, None))
    backers: int = attrs.field(default=0, kw_only=True, validator=counted(0))
    minimum: Money | None = attrs.field(default=None, kw_only=True, validator=[kind(Money, None), above_zero])
    optimum: Money | None = attrs.field(default=None, kw_only=True, validator=[kind(Money, None), above_zero])
    round: int = attrs.field(default=1, kw_only=True, validator=counted(1))

    def __attrs_post_init__(self) -> None:
        for amount in (self.raised, self.given, self.minimum, self.optimum):
            if amount is None:
                continue
            if amount.currency is not self.raised.currency:
                message = f"campaign {self.campaign_id} raises {self.raised.currency}, not {amount}"
                raise CurrencyMismatch(message, campaign=self.campaign_id, amount=amount)
            if amount.minor < 0:
                message = f"what campaign {self.campaign_id} raised is at least zero, not {amount}"
                raise InvalidValue(message, campaign=self.campaign_id, amount=amount)

    @property
    def from_backers(self) -> Money:
        """What backers gave."""
        return self.raised if self.given is None else self.given

    def goal(self, goal: Goal) -> Money:
        """The amount of a goal.

        Raises:
            InvalidValue: the facts do not say.
        """
        expect(goal, Goal, what="goal")
        amount = self.minimum if goal is Goal.MINIMUM else self.optimum
        if amount is None:
            message = f"the fund asks for the {goal.value} of campaign {self.campaign_id}: give it"
            raise InvalidValue(message, campaign=self.campaign_id)
        return amount

    def after(self, given: Money, matched: Money) -> CampaignFacts:
        """How it stands once a contribution and what was added to it have come in.

        Raises:
            CurrencyMismatch: one of them is of another currency.
        """
        expect(given, Money, what="what was given")
        expect(matched, Money, what="what was added to it")
        return attrs.evolve(self, raised=self.raised + given + matched, given=self.from_backers + given)
