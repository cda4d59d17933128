"""What becomes of what a provider tells of its own accord."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from pushcore._checks import none_such
from pushcore.ids import PledgeId
from pushcore.pledges import PledgeState

if TYPE_CHECKING:
    from pushcore.payments.keys import OrderName
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = ["Reception", "charged_pledge"]


class Reception(StrEnum):
    """What became of an event; the host answers the provider accordingly.

    - ``TAKEN``: it was news, and is written down: acknowledge it.
    - ``KNOWN``: it was known already: acknowledge it too.
    - ``TOO_EARLY``: what it is about is not known here yet, or not decided: keep it and hand it over again,
      every day. An open dispute may take months, for which no provider sends it again.
    - ``FOREIGN``: its key is none that pushcore gives: it is about something else of the host's.
    """

    TAKEN = "taken"
    KNOWN = "known"
    TOO_EARLY = "too-early"
    FOREIGN = "foreign"

    _missing_ = classmethod(none_such)


def charged_pledge(ports: Ports, name: OrderName) -> Pledge | None:
    """The pledge of a charge that was made, with nothing of it under way; None while it is too early."""
    pledge = ports.store.find_pledge(PledgeId(name.subject_id))
    if pledge is None or pledge.attempts < name.attempt:
        return None
    return None if pledge.state is PledgeState.CHARGING or pledge.given_back_next else pledge
