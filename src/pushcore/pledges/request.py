"""What a backer asks for."""

from __future__ import annotations

import attrs

from pushcore._checks import counted, kind
from pushcore.ids import ActorId, BackerId, CampaignId, PledgeId, identifier, optional_identifier
from pushcore.money import Currency, Money
from pushcore.money.amount import countable
from pushcore.payouts import RefundTo
from pushcore.rewards import Selection

__all__ = ["PledgeRequest"]


@attrs.frozen
class PledgeRequest:
    """A pledge that somebody wants to make.

    The ``pledge_id`` is chosen by the caller and is the key of the request: the same request again is the
    same pledge, and another request under the same id is refused.

    Attributes:
        selection: What is picked, or given.
        actor: Who acts: the backer, or somebody on their behalf. By whom it is asked again makes no other
            request of it.
        expects: What the backer was told that it costs; a quote of another amount is refused. It may be of
            the currency that is presented.
        recipient_id: For whom it is a present.
        parts: In how many instalments it is to be paid; None for at once.
        anonymous: Whether the backer is not to be named; for the host, which shows the names.
        hides_amount: Whether the amount is not to be shown.
        refund_to: Where what is given back is to go: to the card, or as credit to the backer's wallet.
        presented: In which currency the backer sees the amount and pays it; None for the campaign's.

    Raises:
        InvalidValue: a part of the wrong kind, or a currency of which there is no money.
    """

    pledge_id: PledgeId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    selection: Selection = attrs.field(validator=kind(Selection))
    actor: ActorId = attrs.field(validator=identifier, kw_only=True, eq=False)
    expects: Money | None = attrs.field(default=None, validator=kind(Money, None), kw_only=True)
    recipient_id: BackerId | None = attrs.field(default=None, validator=optional_identifier, kw_only=True)
    parts: int | None = attrs.field(default=None, validator=counted(2, optional=True), kw_only=True)
    anonymous: bool = attrs.field(default=False, validator=kind(bool), kw_only=True)
    hides_amount: bool = attrs.field(default=False, validator=kind(bool), kw_only=True)
    refund_to: RefundTo = attrs.field(default=RefundTo.CARD, validator=kind(RefundTo), kw_only=True)
    presented: Currency | None = attrs.field(
        default=None, converter=attrs.converters.optional(countable), kw_only=True
    )
