"""Receipts: what of a pledge was given for nothing in return, for whoever writes receipts for it.

Who somebody is, and whether the campaign may give such receipts, is the host's to know: here are an id, an
amount and a day. Where something of value came back, the donation is what was paid beyond that value; a
backer who picks no reward, or resigns it, has donated all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import each, expect, items, kind, shown, stream
from pushcore.books._given import given
from pushcore.calendar import utc
from pushcore.errors import InvalidValue
from pushcore.ids import BackerId, CampaignId, PledgeId, TransactionId, identifier
from pushcore.ledger import Transaction, TransactionPhase
from pushcore.ledger.recipes import pledge_of
from pushcore.money import Money
from pushcore.payouts.paid import ON_TOP
from pushcore.pledges import Pledge, pieces_owed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pushcore.ids import TierId

__all__ = ["ReceiptFacts", "receipt_facts"]


@attrs.frozen
class ReceiptFacts:
    """What one pledge gave to its campaign, and what it got for it.

    Attributes:
        pledge_id: Which.
        backer_id: Whose, by id only.
        campaign_id: To which campaign.
        at: When the last of it was paid.
        paid: What its backer gave in the end: without fees on top and tips, without what went back, whoever
            bore that, and without what disputes took or hold.
        value: What the rewards that are owed for it are worth, without pieces that were refunded; and what
            its backer bore of refunds, which is no gift.
        transaction_ids: What it is read off.
    """

    pledge_id: PledgeId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    at: datetime = attrs.field(converter=utc)
    paid: Money = attrs.field(validator=kind(Money))
    value: Money = attrs.field(validator=kind(Money))
    transaction_ids: tuple[TransactionId, ...] = attrs.field(converter=items, validator=each(str))

    @property
    def donated(self) -> Money:
        """What was paid beyond the value of what came back, never below nothing.

        Raises:
            CurrencyMismatch: the value is in another currency.
        """
        return max(self.paid - self.value, self.paid * 0)

    @property
    def rewarded(self) -> bool:
        """Whether something of value came back."""
        return bool(self.value)


def receipt_facts(
    transactions: Iterable[Transaction], pledges: Iterable[Pledge], values: Mapping[TierId, Money]
) -> tuple[ReceiptFacts, ...]:
    """What each pledge gave to its campaign so far; none of a pledge of which nothing is there.

    Args:
        transactions: The ledger.
        pledges: The pledges.
        values: What each tier and add-on is worth, by its id: nothing for a thank-you. It need not be what
            it costs.

    Raises:
        InvalidValue: a part of the wrong kind, or a reward is owed whose value is not said, or below zero.
        CurrencyMismatch: a value is in another currency than its pledge.
    """
    expect(values, Mapping, what="the values of rewards, by tier")
    asked = tuple(stream(pledges))
    for pledge in asked:
        expect(pledge, Pledge, what="a pledge")
    found: dict[PledgeId, list[tuple[Transaction, int]]] = {pledge.id: [] for pledge in asked}
    places = {pledge.id: (pledge.campaign_id, pledge.amount.currency) for pledge in asked}
    for entry in stream(transactions):
        expect(entry, Transaction, what="an entry of the ledger")
        pledge_id = pledge_of(entry)
        if pledge_id in found and entry.phase is TransactionPhase.POSTED:
            minor = given(entry).get(places[pledge_id], 0)
            found[pledge_id] += [(entry, minor)] if minor else []
    made = (_facts(pledge, found[pledge.id], values) for pledge in asked)
    return tuple(it for it in made if it is not None)


def _facts(
    pledge: Pledge, entries: list[tuple[Transaction, int]], values: Mapping[TierId, Money]
) -> ReceiptFacts | None:
    paid = pledge.amount.with_minor(sum(minor for _, minor in entries))
    if paid.minor <= 0:
        return None
    value = _borne(pledge)
    for tier_id, number in pieces_owed(pledge).items():
        worth = values.get(tier_id)
        if not isinstance(worth, Money) or worth.minor < 0:
            message = f"pledge {pledge.id} picked {tier_id}: say what that is worth, not {shown(worth)}"
            raise InvalidValue(message, tier=tier_id)
        value += worth * number
    at = max(entry.at for entry, minor in entries if minor > 0 and entry.recipe != "dispute")
    ids = [entry.id for entry, _ in entries]
    return ReceiptFacts(pledge.id, pledge.backer_id, pledge.campaign_id, at, paid, value, ids)


def _borne(pledge: Pledge) -> Money:
    """What a backer asked back of what they gave to the campaign, and did not get."""
    paid, nothing = pledge.paid if pledge.refund is None else pledge.refund.paid, pledge.amount * 0
    if paid is None:
        return nothing
    kept = (part.kept for part in paid.parts if part.kind not in ON_TOP)
    return sum((*kept, *(fee.kept for fee in paid.fees)), nothing)
