"""Methods: a backer replaces the payment method of a pledge, such as a card that has expired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.payments.events import MethodReplaced
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.pledge import OFFLINE, WALLET, Pledge, PledgeState
from pushcore.pledges.pledging import is_authorized

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId

__all__ = ["replace"]


def replace(
    pledge: Pledge, campaign: Campaign, method: str, at: datetime, actor: ActorId
) -> tuple[Pledge, Changes]:
    """Charge another payment method from now on, which was saved with the provider by the host.

    Args:
        pledge: A pledge of which something is still to be charged.
        campaign: The campaign it is for.
        method: The provider's reference of it.
        at: When.
        actor: Who.

    Raises:
        Refused: ``pledge-closed``: nothing of it is to be charged; ``already-charged``: it is, or is being
            charged; or ``already-held``: its amount is held on the method it has.
        InvalidValue: the method is no reference.
    """
    require_own_campaign(pledge, campaign)
    expect(method, str, what="a payment method")
    if method in {OFFLINE, WALLET}:
        message = f"{method!r} is no payment method of a provider"
        raise InvalidValue(message, method=method)
    reasons = []
    if pledge.state in {PledgeState.CHARGING, PledgeState.COLLECTED}:
        reasons.append(Refusal("already-charged", f"pledge {pledge.id} is {pledge.state.value}"))
    elif pledge.state not in _UNCHARGED:
        reasons.append(Refusal("pledge-closed", f"pledge {pledge.id} is {pledge.state.value}"))
    elif is_authorized(pledge, campaign):
        reasons.append(Refusal("already-held", f"{pledge.amount} is held for pledge {pledge.id}"))
    if reasons:
        raise Refused(reasons)
    after = pledge.moved(pledge.state, method=method)
    return after, Changes(put=(after,), events=(MethodReplaced(utc(at), actor, pledge.id),))


_UNCHARGED: Final = frozenset({PledgeState.PLEDGED, PledgeState.PAYING, PledgeState.ERRORED})
"""The states in which something is still to be charged."""
