"""Finding a pledge that somebody names, or refusing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import shown
from pushcore.errors import Refusal, Refused

if TYPE_CHECKING:
    from pushcore.ids import PledgeId
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = ["known_pledge"]


def known_pledge(ports: Ports, pledge_id: PledgeId) -> Pledge:
    """The pledge of this id.

    Raises:
        Refused: ``unknown-pledge``.
    """
    pledge = ports.store.find_pledge(pledge_id) if isinstance(pledge_id, str) else None
    if pledge is None:
        raise Refused([Refusal("unknown-pledge", f"there is no pledge {shown(pledge_id)}")])
    return pledge
