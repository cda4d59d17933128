"""Campaign totals: for each campaign of a ledger, whether all that came in is where it should be.

A transaction can balance and still be wrong: money that leaves a campaign for another, or for no account of
a recipe, is missed by nobody who looks at one transaction at a time. The totals are read off the accounts'
paths, so that no list of campaigns is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect, kind
from pushcore.ids import CampaignId
from pushcore.ledger.balance import Balances
from pushcore.ledger.chart import named
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CampaignTotals", "campaign_totals"]


@attrs.frozen
class CampaignTotals:
    """What came in for a campaign in one currency, and where it is; posted amounts only.

    Attributes:
        campaign_id: The campaign.
        collected: What was collected for it.
        debt: What the creator came to owe: fees that were higher, and refunds after the settlement.
        fees: What the fee lines took.
        payees: What the payees were given, paid out or not.
        refunded: What went back to backers, sent or not.
        held: What is not settled yet.
        borne: What others than the creator bear of fees and refunds, and owe for them.
        disputed: What disputes hold, or took, of what was held and of the fees.
        reserved: What is still held back from the payees.
    """

    campaign_id: CampaignId = attrs.field(validator=kind(str))
    collected: Money = attrs.field(validator=kind(Money))
    debt: Money = attrs.field(validator=kind(Money))
    fees: Money = attrs.field(validator=kind(Money))
    payees: Money = attrs.field(validator=kind(Money))
    refunded: Money = attrs.field(validator=kind(Money))
    held: Money = attrs.field(validator=kind(Money))
    borne: Money = attrs.field(validator=kind(Money))
    disputed: Money = attrs.field(validator=kind(Money))
    reserved: Money = attrs.field(validator=kind(Money))

    @property
    def off(self) -> Money:
        """What came in (collected, debt, borne) less where it is (all the others): lost if not zero.

        Raises:
            CurrencyMismatch: they are of several currencies.
        """
        came = self.collected + self.debt + self.borne
        return came - self.fees - self.payees - self.refunded - self.held - self.disputed - self.reserved


def campaign_totals(balances: Balances) -> Iterator[CampaignTotals]:
    """The totals of every campaign that has an account, in each of its currencies, in the order of accounts.

    Raises:
        InvalidValue: they are no balances.

    Example:
        >>> from datetime import UTC, datetime
        >>> from pushcore.ledger import recipes
        >>> came = recipes.receipt("r1", "lanterne", Money.of(5, "EUR"), datetime(2026, 1, 5, tzinfo=UTC))
        >>> for totals in campaign_totals(Balances([came])):
        ...     print(totals.campaign_id, totals.collected, totals.held, totals.off)
        lanterne EUR 5.00 EUR 5.00 EUR 0.00
    """
    expect(balances, Balances, what="balances")
    found: dict[tuple[CampaignId, Currency], dict[str, Money]] = {}
    for balance in balances:
        place = named(balance.account.path)
        if place.campaign_id is not None:
            currency = balance.posted.currency
            nothing = dict.fromkeys(_NAMES, Money.zero(currency))
            totals = found.setdefault((place.campaign_id, currency), nothing)
            for name, figure, sign in _READ.get(place.sort, ()):
                totals[name] += getattr(balance, figure) * sign
    return (CampaignTotals(campaign_id, **totals) for (campaign_id, _), totals in found.items())


_NAMES: Final = tuple(field.name for field in attrs.fields(CampaignTotals))[1:]


_READ: Final[dict[str, tuple[tuple[str, str, int], ...]]] = {
    "held": (("collected", "credits_posted", 1), ("held", "posted", 1)),
    "restored": (("collected", "posted", -1),),
    "debt": (("debt", "debits_posted", 1),),
    "borne": (("borne", "posted", 1),),
    "fees": (("fees", "posted", 1),),
    "payee": (("payees", "credits_posted", 1),),
    "returned": (("payees", "credits_posted", -1),),
    "refunds": (("refunded", "credits_posted", 1),),
    "bounced": (("refunded", "credits_posted", -1),),
    "contested": (("disputed", "posted", 1),),
    "reserve": (("reserved", "posted", 1),),
}
"""What of which account of a campaign is summed up where; what is given on top, and cash, is beside it."""
