"""What happened to matching funds: who paid how much for which match."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore.calendar import utc
from pushcore.ids import ActorId, CampaignId, FundId, PledgeId, SponsorId, identifier
from pushcore.money import Money

__all__ = ["FundOpened", "LumpSumGiven", "MatchTakenBack", "PledgeMatched"]


@attrs.frozen
class FundOpened:
    """Sponsors have put money into a fund; what each of them has."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    fund_id: FundId
    pools: dict[SponsorId, Money] = attrs.field(hash=False)


@attrs.frozen
class PledgeMatched:
    """A fund added to a pledge; ``parts`` is what each sponsor pays."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId
    fund_id: FundId
    pledge_id: PledgeId
    parts: dict[SponsorId, Money] = attrs.field(hash=False)


@attrs.frozen
class LumpSumGiven:
    """A fund gave a campaign its lump sum; ``parts`` is what each sponsor pays."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId
    fund_id: FundId
    parts: dict[SponsorId, Money] = attrs.field(hash=False)


@attrs.frozen
class MatchTakenBack:
    """A match went back to its sponsors, with its pledge or with the campaign; None: it was a lump sum."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId
    fund_id: FundId
    pledge_id: PledgeId | None
    parts: dict[SponsorId, Money] = attrs.field(hash=False)
