"""Following: who wants to be told when a campaign opens, before anybody can pledge.

Kickstarter shows how many follow a campaign on the page before its launch. Whom to tell is read from the
store once the event of the launch comes; names and addresses stay with the host.
"""

from __future__ import annotations

from datetime import datetime
from types import NoneType
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import counted, expect, kind
from pushcore.calendar import utc
from pushcore.campaigns.campaign import Campaign
from pushcore.campaigns.deciding import require, standing
from pushcore.campaigns.events import CampaignFollowed, CampaignUnfollowed
from pushcore.campaigns.lifecycle import ENDED
from pushcore.changes import Changes
from pushcore.errors import InvalidValue, Refusal
from pushcore.ids import BackerId, CampaignId, FollowerId, identifier, joined

if TYPE_CHECKING:
    from pushcore.ids import ActorId

__all__ = ["Follower", "follow", "follower_id", "unfollow"]


@attrs.frozen
class Follower:
    """That a backer follows a campaign, or did.

    Attributes:
        since: When they last began to.
        follows: Whether they still do.
        version: Counts its writes.

    Raises:
        InvalidValue: a part of the wrong kind.
    """

    campaign_id: CampaignId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    since: datetime = attrs.field(converter=utc)
    follows: bool = attrs.field(default=True, kw_only=True, validator=kind(bool))
    version: int = attrs.field(default=1, kw_only=True, validator=counted(1))

    @property
    def id(self) -> FollowerId:
        """Its id is made of campaign and backer, so nobody follows a campaign twice."""
        return follower_id(self.campaign_id, self.backer_id)


def follower_id(campaign_id: CampaignId, backer_id: BackerId) -> FollowerId:
    """What the follower of a campaign goes by.

    Raises:
        InvalidValue: one of them is not text.
    """
    return FollowerId(joined(campaign_id, backer_id))


def follow(
    campaign: Campaign, backer_id: BackerId, at: datetime, actor: ActorId, *, before: Follower | None = None
) -> tuple[Follower, Changes]:
    """Follow a campaign; whoever follows it already changes nothing.

    Args:
        campaign: The campaign.
        backer_id: Who follows it.
        at: When.
        actor: Who acted.
        before: What is written of this follower, if anything is.

    Raises:
        Refused: ``wrong-state``: the campaign is over.
        InvalidValue: a part of the wrong kind, or what is written is of somebody else.

    Example:
        >>> from pushcore.testing import OPENS, a_campaign
        >>> follower, changes = follow(a_campaign(), "ana", OPENS, "ana")
        >>> follower.id, [type(event).__name__ for event in changes.events]
        ('lanterne/ana', ['CampaignFollowed'])
    """
    expect(campaign, Campaign, what="a campaign")
    expect(before, Follower, NoneType, what="what is written of a follower")
    require(campaign.state not in ENDED or Refusal("wrong-state", standing(campaign)))
    new = Follower(campaign.id, backer_id, at, version=1 if before is None else before.version + 1)
    if before is not None and before.id != new.id:
        message = f"{before.id} is not the follower {new.id}"
        raise InvalidValue(message, follower=before.id)
    if before is not None and before.follows:
        return before, Changes()
    return new, Changes(put=(new,), events=(CampaignFollowed(at, actor, campaign.id, backer_id),))


def unfollow(follower: Follower, at: datetime, actor: ActorId) -> tuple[Follower, Changes]:
    """Follow a campaign no longer; whoever does not changes nothing.

    Raises:
        InvalidValue: no follower, or ``at`` is no instant.
    """
    expect(follower, Follower, what="a follower")
    if not follower.follows:
        return follower, Changes()
    gone = attrs.evolve(follower, follows=False, version=follower.version + 1)
    event = CampaignUnfollowed(at, actor, follower.campaign_id, follower.backer_id)
    return gone, Changes(put=(gone,), events=(event,))
