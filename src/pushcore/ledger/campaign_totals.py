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
from pushcore.ledger.balance import Balance, Balances
from pushcore.ledger.recipes import campaign_place
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
        debt: What the creator owes, as fees were higher.
        fees: What the fee lines took.
        payees: What the payees were given, paid out or not.
        refunded: What went back to backers, sent or not.
        held: What is not settled yet.
    """

    campaign_id: CampaignId = attrs.field(validator=kind(str))
    collected: Money = attrs.field(validator=kind(Money))
    debt: Money = attrs.field(validator=kind(Money))
    fees: Money = attrs.field(validator=kind(Money))
    payees: Money = attrs.field(validator=kind(Money))
    refunded: Money = attrs.field(validator=kind(Money))
    held: Money = attrs.field(validator=kind(Money))

    @property
    def off(self) -> Money:
        """What came in (collected, debt) less where it is (fees, payees, refunded, held): lost if not zero.

        Raises:
            CurrencyMismatch: they are of several currencies.
        """
        return self.collected + self.debt - self.fees - self.payees - self.refunded - self.held


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
        place = campaign_place(balance.account.path)
        if place is not None:
            campaign_id, role = place
            currency = balance.posted.currency
            nothing = dict.fromkeys(_NAMES, Money.zero(currency))
            _add(found.setdefault((campaign_id, currency), nothing), role, balance)
    return (CampaignTotals(campaign_id, **totals) for (campaign_id, _), totals in found.items())


_NAMES: Final = tuple(field.name for field in attrs.fields(CampaignTotals))[1:]


def _add(totals: dict[str, Money], role: str, balance: Balance) -> None:
    match role:
        case "held":
            totals["collected"] += balance.credits_posted
            totals["held"] += balance.posted
        case "fees":
            totals["fees"] += balance.posted
        case "payee":
            totals["payees"] += balance.credits_posted
        case "refunds":
            totals["refunded"] += balance.credits_posted
        case "debt":
            totals["debt"] += balance.posted
        case _:
            pass  # what is given on top, and where cash is kept, is beside what the campaign has
