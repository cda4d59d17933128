"""Payees: what the platform of a story knows of those it pays, as far as it was told."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import kind
from pushcore.calendar import utc
from pushcore.ids import PayeeId, identifier
from pushcore.payouts import PayeeFacts
from pushcore.stories.origin import Origin

__all__ = ["CheckPayee", "Payees"]


@attrs.frozen
class CheckPayee:
    """The platform learns something of a payee.

    Attributes:
        verified: Whether their identity is verified from here on; None where that stays.
        signed: Whether they have signed the agreement, likewise.
        bank_changed: Whether their bank details change now.
    """

    at: datetime = attrs.field(converter=utc)
    payee_id: PayeeId = attrs.field(validator=identifier)
    verified: bool | None = attrs.field(default=None, validator=kind(bool, None))
    signed: bool | None = attrs.field(default=None, validator=kind(bool, None))
    bank_changed: bool = attrs.field(default=False, validator=kind(bool))
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


class Payees:
    """A `pushcore.payouts.PayeeSource`: of whom nothing was told, nothing is known."""

    def __init__(self) -> None:
        self._facts: dict[PayeeId, PayeeFacts] = {}

    def __call__(self, payee_id: PayeeId, /) -> PayeeFacts:
        """What is known of one."""
        return self._facts.get(payee_id) or PayeeFacts()

    def learn(self, step: CheckPayee) -> None:
        """Know this from here on, with what was known."""
        told = {name: getattr(step, name) for name in ("verified", "signed")}
        changed = {name: value for name, value in told.items() if value is not None}
        if step.bank_changed:
            changed["bank_changed_at"] = step.at
        self._facts[step.payee_id] = attrs.evolve(self(step.payee_id), **changed)
