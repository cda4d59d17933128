"""Editing: what may change in the terms of a campaign that is launched, as data.

Kickstarter fixes the goal, the deadline and every reward that somebody has chosen, and lets the number of its
pieces only grow; Zipfelchappe lets that number fall to what is taken; Indiegogo moves a deadline once;
Bluebottle opens a campaign again after its end, and judges it again when its goal is lowered. What no
platform lets anybody change is in no policy: see `pushcore.campaigns.edit_rules`.
"""

from __future__ import annotations

from enum import StrEnum

import attrs

from pushcore._checks import kind, none_such
from pushcore.campaigns.durations import Extension
from pushcore.errors import InvalidValue

__all__ = ["Editing", "GoalEdits", "LimitEdits"]


class GoalEdits(StrEnum):
    """How the goal may change once somebody has pledged. Before that, it is free.

    - ``NEVER``: not at all (Kickstarter, Indiegogo, Startnext, wemakeit).
    - ``LOWER``: it may fall.
    - ``ANY``: it may rise, too.
    """

    NEVER = "never"
    LOWER = "lower"
    ANY = "any"

    _missing_ = classmethod(none_such)


class LimitEdits(StrEnum):
    """How the limit of a reward may change once a piece of it is taken. Before that, it is free.

    - ``UP``: it may rise (Kickstarter).
    - ``TO_TAKEN``: it may also fall, to what is claimed and reserved (Zipfelchappe).
    """

    UP = "up"
    TO_TAKEN = "to-taken"

    _missing_ = classmethod(none_such)


@attrs.frozen(kw_only=True)
class Editing:
    """What may change in the terms of a campaign once it is launched.

    Attributes:
        goal: How the goal may change once somebody has pledged.
        limits: How the limit of a reward, an item or a voucher may change once a piece is taken.
        prices: Whether a reward that is chosen may get another price. Pledges keep the one they have.
        extension: How often and how far the deadline may be moved; None for not at all, once somebody has
            pledged.
        reopens: Whether an extension opens a funded campaign again, while nothing is settled.
        rejudges: Whether a partially funded campaign is successful after all, while nothing is settled, once
            its goal is lowered to what it has, or matching money has taken it there.

    Raises:
        InvalidValue: a part of the wrong kind, or a campaign that opens again without an extension.

    Example:
        >>> Editing().goal.value, Editing().limits.value, Editing().extension
        ('never', 'up', None)
    """

    goal: GoalEdits = attrs.field(default=GoalEdits.NEVER, validator=kind(GoalEdits))
    limits: LimitEdits = attrs.field(default=LimitEdits.UP, validator=kind(LimitEdits))
    prices: bool = attrs.field(default=True, validator=kind(bool))
    extension: Extension | None = attrs.field(default=None, validator=kind(Extension, None))
    reopens: bool = attrs.field(default=False, validator=kind(bool))
    rejudges: bool = attrs.field(default=False, validator=kind(bool))

    def __attrs_post_init__(self) -> None:
        if self.reopens and self.extension is None:
            message = "an extension opens a campaign again: say how far its deadline may be moved"
            raise InvalidValue(message, reopens=self.reopens)
