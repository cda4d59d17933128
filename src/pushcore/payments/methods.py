"""Methods: a backer replaces the payment method of a pledge, such as a card that has expired.

And a provider says how one was paid after it was charged: fees may depend on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.gateway import Accepted, Declined
from pushcore.payments.events import MethodReplaced
from pushcore.pledges.facts import require_method, require_own_campaign
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.pledging import is_authorized

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.gateway import Answer
    from pushcore.ids import ActorId

__all__ = ["replace", "told"]


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
    require_method(method)
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


def told(pledge: Pledge, answer: Answer) -> tuple[Pledge, Changes]:
    """Take it down how a pledge was paid, if that was not said when it was charged; what was said stays.

    Args:
        pledge: A pledge, charged or in part.
        answer: What the provider says of a charge that is known.

    Raises:
        InvalidValue: the answer is none.
    """
    expect(pledge, Pledge, what="a pledge")
    expect(answer, Accepted, Declined, what="the answer to a charge")
    if not isinstance(answer, Accepted) or answer.paid_by is None or pledge.paid_by is not None:
        return pledge, Changes()
    after = pledge.moved(pledge.state, paid_by=answer.paid_by)
    return after, Changes(put=(after,))


_UNCHARGED: Final = frozenset({PledgeState.PLEDGED, PledgeState.PAYING, PledgeState.ERRORED})
"""The states in which something is still to be charged."""
