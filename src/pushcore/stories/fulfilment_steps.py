"""Fulfilment steps: what is done about the reward of one pledge, and what has to be said for it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

import attrs

from pushcore._checks import kind, none_such
from pushcore.calendar import Deadline, utc
from pushcore.errors import InvalidValue
from pushcore.ids import PledgeId, identifier, optional_identifier, optional_reference
from pushcore.stories.origin import Origin

__all__ = ["FulfilReward", "RewardStep"]


class RewardStep(StrEnum):
    """What is done about the reward of a pledge."""

    BEGIN = "begin"
    ANSWER_SURVEY = "answer-survey"
    CHANGE_ADDRESS = "change-address"
    LOCK = "lock"
    SHIP = "ship"
    DELIVER = "deliver"
    FAIL_DELIVERY = "fail-delivery"
    CANCEL = "cancel"

    _missing_ = classmethod(none_such)


_NEEDS: Final[dict[RewardStep, frozenset[str]]] = {
    RewardStep.ANSWER_SURVEY: frozenset({"answers", "destination"}),
    RewardStep.CHANGE_ADDRESS: frozenset({"destination"}),
    RewardStep.SHIP: frozenset({"shipment"}),
    RewardStep.FAIL_DELIVERY: frozenset({"reason"}),
}
"""What has to be said for a step; for any other, nothing."""


@attrs.frozen
class FulfilReward:
    """A step about the reward of a pledge.

    Attributes:
        answers: A reference to the backer's answers.
        destination: A code of where it goes.
        shipment: What the carrier calls it.
        reason: Why it came back.
        locks: From when on the address is final; for the first step, and not needed there.

    Raises:
        InvalidValue: a part of the wrong kind; or something that the step needs is missing, or useless to it.
    """

    at: datetime = attrs.field(converter=utc)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    step: RewardStep = attrs.field(validator=kind(RewardStep))
    answers: str | None = attrs.field(default=None, kw_only=True, validator=optional_reference)
    destination: str | None = attrs.field(default=None, kw_only=True, validator=optional_identifier)
    shipment: str | None = attrs.field(default=None, kw_only=True, validator=optional_reference)
    reason: str | None = attrs.field(default=None, kw_only=True, validator=optional_identifier)
    locks: Deadline | None = attrs.field(default=None, kw_only=True, validator=kind(Deadline, None))
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))

    def __attrs_post_init__(self) -> None:
        parts = ("answers", "destination", "shipment", "reason", "locks")
        given = {name for name in parts if getattr(self, name) is not None}
        if self.step is RewardStep.BEGIN:
            given.discard("locks")
        needed = _NEEDS.get(self.step, frozenset())
        if given != needed:
            wanted = " and ".join(sorted(needed)) or "nothing else"
            message = (
                f"the step {self.step.value} needs {wanted}, got {', '.join(sorted(given)) or 'nothing'}"
            )
            raise InvalidValue(message, pledge=self.pledge_id)
