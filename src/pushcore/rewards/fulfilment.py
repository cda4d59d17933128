"""The fulfilment of one pledge's reward: from the survey to the door.

Answers and addresses are personal data and stay with the host. What is kept here is that they were given,
a reference to them, and a code of where the reward goes, such as a country.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

import attrs

from pushcore._checks import counted, items, kind, none_such
from pushcore.calendar import Deadline
from pushcore.errors import InvalidValue
from pushcore.ids import CampaignId, PledgeId, identifier, optional_identifier, optional_reference, reference

__all__ = ["TRANSITIONS", "Fulfilment", "FulfilmentState", "FulfilmentStep"]


class FulfilmentState(StrEnum):
    """How far the reward of a pledge has come.

    - ``WAITING``: its backer has not answered the survey yet.
    - ``SURVEYED``: the answers are complete, and it is known where it goes.
    - ``LOCKED``: its address is final.
    - ``SHIPPED``: it is on its way.
    - ``DELIVERED``: it has arrived.
    - ``UNDELIVERABLE``: it came back; it can be sent again, to a better address.
    - ``CANCELED``: it is not owed any more.
    """

    WAITING = "waiting"
    SURVEYED = "surveyed"
    LOCKED = "locked"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"
    CANCELED = "canceled"

    _missing_ = classmethod(none_such)


class FulfilmentStep(StrEnum):
    """What moves a fulfilment on."""

    ANSWER_SURVEY = "answer-survey"
    CHANGE_ADDRESS = "change-address"
    LOCK = "lock"
    SHIP = "ship"
    DELIVER = "deliver"
    FAIL_DELIVERY = "fail-delivery"
    CANCEL = "cancel"

    _missing_ = classmethod(none_such)


TRANSITIONS: Final[dict[tuple[FulfilmentState, FulfilmentStep], FulfilmentState]] = {
    (FulfilmentState.WAITING, FulfilmentStep.ANSWER_SURVEY): FulfilmentState.SURVEYED,
    (FulfilmentState.WAITING, FulfilmentStep.CANCEL): FulfilmentState.CANCELED,
    (FulfilmentState.SURVEYED, FulfilmentStep.ANSWER_SURVEY): FulfilmentState.SURVEYED,
    (FulfilmentState.SURVEYED, FulfilmentStep.CHANGE_ADDRESS): FulfilmentState.SURVEYED,
    (FulfilmentState.SURVEYED, FulfilmentStep.LOCK): FulfilmentState.LOCKED,
    (FulfilmentState.SURVEYED, FulfilmentStep.CANCEL): FulfilmentState.CANCELED,
    (FulfilmentState.LOCKED, FulfilmentStep.SHIP): FulfilmentState.SHIPPED,
    (FulfilmentState.LOCKED, FulfilmentStep.CANCEL): FulfilmentState.CANCELED,
    (FulfilmentState.SHIPPED, FulfilmentStep.DELIVER): FulfilmentState.DELIVERED,
    (FulfilmentState.SHIPPED, FulfilmentStep.FAIL_DELIVERY): FulfilmentState.UNDELIVERABLE,
    (FulfilmentState.UNDELIVERABLE, FulfilmentStep.CHANGE_ADDRESS): FulfilmentState.UNDELIVERABLE,
    (FulfilmentState.UNDELIVERABLE, FulfilmentStep.SHIP): FulfilmentState.SHIPPED,
    (FulfilmentState.UNDELIVERABLE, FulfilmentStep.CANCEL): FulfilmentState.CANCELED,
}
"""Every way a fulfilment can go; what is not here cannot happen."""

_HAS: Final[dict[FulfilmentState, tuple[tuple[bool, bool], ...]]] = {
    FulfilmentState.WAITING: ((False, False),),
    FulfilmentState.SURVEYED: ((True, False),),
    FulfilmentState.LOCKED: ((True, False),),
    FulfilmentState.SHIPPED: ((True, True),),
    FulfilmentState.DELIVERED: ((True, True),),
    FulfilmentState.UNDELIVERABLE: ((True, True),),
    FulfilmentState.CANCELED: ((False, False), (True, False), (True, True)),
}
"""In each state: whether the survey is answered, and whether the reward was ever sent."""


def _references(owner: object, attribute: attrs.Attribute[Any], values: tuple[str, ...]) -> None:
    for value in values:
        reference(owner, attribute, value)


@attrs.frozen
class Fulfilment:
    """What is done so that the backer of one pledge gets the reward.

    Attributes:
        id: That of the pledge.
        locks: From when on the backer's answers and address are final; None where no date was set.
        answers: The host's reference to the answers.
        destination: A code of where it goes, such as a country.
        shipments: The carrier's reference of each time it was sent.
        version: Counts its writes.

    Raises:
        InvalidValue: a part of the wrong kind, or facts that do not go with the state.

    Example:
        >>> Fulfilment("p1", "lanterne").state.value
        'waiting'
    """

    id: PledgeId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    locks: Deadline | None = attrs.field(default=None, kw_only=True, validator=kind(Deadline, None))
    state: FulfilmentState = attrs.field(
        default=FulfilmentState.WAITING, kw_only=True, validator=kind(FulfilmentState)
    )
    answers: str | None = attrs.field(default=None, kw_only=True, validator=optional_reference)
    destination: str | None = attrs.field(default=None, kw_only=True, validator=optional_identifier)
    shipments: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=items, validator=_references)
    version: int = attrs.field(default=1, kw_only=True, validator=counted(1))

    def __attrs_post_init__(self) -> None:
        answered = self.answers is not None
        if answered is not (self.destination is not None) or (
            (answered, bool(self.shipments)) not in _HAS[self.state]
        ):
            message = (
                f"the reward of pledge {self.id} cannot be {self.state.value} with answers {self.answers}, "
                f"destination {self.destination} and {len(self.shipments)} shipments"
            )
            raise InvalidValue(message, pledge=self.id)
