"""What a host owes the platform of one campaign: its share of the fees there, as they stand, and the tips.

It is written down as a sum: the campaign's so far, rounded once, less what was written down before. So it may
be written down again at any time. After a refund that gave fees back it is less. The terms are written down
with it, and stay: who agrees on another portion means campaigns to come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import counted, expect, kind, not_negative
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import KeyReused
from pushcore.ids import CampaignId, HostId, TransactionId, identifier, joined
from pushcore.ledger import recipes
from pushcore.money import Currency, Money
from pushcore.payouts.fee_share import FeeShare
from pushcore.payouts.return_events import ShareAccrued

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.ids import ActorId

__all__ = ["AccruedShare", "accrue"]

_STAYING: Final = {
    "host_id": "host",
    "portion": "portion",
    "rounding": "rounding",
    "lines": "choice of lines",
    "on_top": "choice of what is on top",
}
"""What stays as it was agreed for a campaign. Who is paid, and from which sum on, is of no campaign."""


@attrs.frozen
class AccruedShare:
    """What a host has come to owe for a campaign, paid or not: `AccruedShare.none`, and then by decisions.

    Attributes:
        id: The campaign.
        version: Counts its writes; none yet where nothing was ever owed.
        share: The terms at which something was first owed for it; None where that was not, or was not kept.

    Example:
        >>> AccruedShare.none("lanterne", "oce", "USD").amount
        Money('0.00', 'USD')
    """

    id: CampaignId = attrs.field(validator=identifier)
    host_id: HostId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=[kind(Money), not_negative])
    version: int = attrs.field(default=0, validator=counted(0))
    share: FeeShare | None = attrs.field(default=None, kw_only=True, validator=kind(FeeShare, None))

    @staticmethod
    def none(campaign_id: CampaignId, host_id: HostId, currency: Currency | str) -> AccruedShare:
        """Nothing was ever owed for it."""
        return AccruedShare(campaign_id, host_id, Money.zero(currency))


def accrue(  # noqa: PLR0913  of what a host owes what
    share: FeeShare,
    before: AccruedShare,
    *,
    fees: Money,
    tips: Money,
    owed: Money,
    at: datetime,
    actor: ActorId,
) -> tuple[AccruedShare, Changes]:
    """Write down what a host owes for a campaign by now; nothing where that is what is written down.

    It never owes less than nothing: where fees were given back of which it has paid its share, that waits
    until it owes something else, and is then set off.

    Args:
        share: What it owes of its fees.
        before: What it has come to owe for the campaign.
        fees: The fees of the campaign that are its own, as they stand; below zero for nothing.
        tips: What it received of backers for the platform, as it stands.
        owed: What it owes for all campaigns, and is not paying: `pushcore.ledger.chart.host_owed_account`.
        at: When.
        actor: Who.

    Raises:
        KeyReused: something is owed for the campaign at other terms: another host, portion or rounding, or
            other names. Who is paid, and from which sum on, may change.
        InvalidValue: a part of the wrong kind.
        CurrencyMismatch: the parts are of several currencies.
    """
    expect(share, FeeShare, what="the share of a host's fees")
    expect(before, AccruedShare, what="what a host has come to owe")
    for what, amount in (("tips that a host received", tips), ("what a host owes", owed)):
        expect(amount, Money, what=what)
    _require_agreed(share, before)
    whole = max(share.of(fees) + tips, before.amount * 0)
    more = max(whole - before.amount, -owed)
    if not more:
        return before, Changes()
    agreed = before.share or share
    after = attrs.evolve(before, amount=before.amount + more, version=before.version + 1, share=agreed)
    name = TransactionId(joined(before.id, "owe-share", str(after.version)))
    entry = recipes.owe_share(name, share.host_id, more, at)
    event = ShareAccrued(utc(at), actor, share.host_id, before.id, more)
    return after, Changes(put=(after,), transactions=(entry,), events=(event,))


def _require_agreed(share: FeeShare, before: AccruedShare) -> None:
    """Refuse other terms than those at which something is owed already."""
    agreed = before.share or attrs.evolve(share, host_id=before.host_id)
    unlike = [what for name, what in _STAYING.items() if getattr(share, name) != getattr(agreed, name)]
    if unlike:
        message = (
            f"campaign {before.id} is shared with host {agreed.host_id} as agreed before,"
            f" and this is another {' and another '.join(unlike)}"
        )
        raise KeyReused(message, campaign=before.id, agreed=agreed)
