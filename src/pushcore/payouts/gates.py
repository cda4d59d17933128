"""Gates: what must be in order about a payee before any money leaves.

Which gates there are is a part of the terms. Whether one is open is a fact that the host knows: it says so
with `PayeeFacts`, which hold no personal data, and pushcore keeps none of them.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import attrs

from pushcore._checks import counted, each, expect, items, kind
from pushcore.calendar import Zone, add_days, local, utc
from pushcore.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.ids import PayeeId

__all__ = ["Gates", "PayeeFacts", "PayeeSource", "unknown_payee"]


@attrs.frozen(kw_only=True)
class PayeeFacts:
    """What the host knows of a payee, today. Nothing is taken to be in order that is not said to be.

    Attributes:
        verified: Whether their identity is verified.
        signed: Whether they have signed the agreement.
        missing: The kinds of documents that are still missing; None where nobody has looked.
        bank_changed_at: When their bank details were last changed; None where they never were.
        closed: Refusals of the host's own, each with a code of its own; any of them keeps the money here.
    """

    verified: bool = attrs.field(default=False, validator=kind(bool))
    signed: bool = attrs.field(default=False, validator=kind(bool))
    missing: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(items),
        validator=attrs.validators.optional(each(str)),
    )
    bank_changed_at: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(utc))
    closed: tuple[Refusal, ...] = attrs.field(default=(), converter=items, validator=each(Refusal))


class PayeeSource(Protocol):
    """Who knows the payees: a function of the host."""

    def __call__(self, payee_id: PayeeId, /) -> PayeeFacts:
        """What is known of one."""


def unknown_payee(payee_id: PayeeId, /) -> PayeeFacts:
    """What is known where nobody says anything: nothing."""
    expect(payee_id, str, what="a payee")
    return PayeeFacts()


@attrs.frozen(kw_only=True)
class Gates:
    """Which of the gates a campaign has; those of the host itself always hold.

    Attributes:
        identity: Identities are verified.
        agreement: An agreement is signed.
        documents: No document is missing.
        frozen_days: For so many days after a change of bank details nothing is sent to them: whoever takes
            over an account changes them first.

    Example:
        >>> from datetime import UTC
        >>> gates, at = Gates(identity=True, frozen_days=7), datetime(2026, 2, 20, tzinfo=UTC)
        >>> facts = PayeeFacts(bank_changed_at=datetime(2026, 2, 18, 12, tzinfo=UTC))
        >>> [reason.code for reason in gates.refusals(facts, at, zone=Zone("UTC"))]
        ['identity-unverified', 'bank-details-frozen']
    """

    identity: bool = attrs.field(default=False, validator=kind(bool))
    agreement: bool = attrs.field(default=False, validator=kind(bool))
    documents: bool = attrs.field(default=False, validator=kind(bool))
    frozen_days: int | None = attrs.field(default=None, validator=counted(1, optional=True))

    def refusals(self, facts: PayeeFacts, at: datetime, *, zone: Zone) -> tuple[Refusal, ...]:
        """Every gate that is closed to a payee, all at once; none where the money may leave.

        Raises:
            InvalidValue: an argument of the wrong kind, or days that lead out of the calendar.
        """
        expect(facts, PayeeFacts, what="what is known of a payee")
        expect(zone, Zone, what="zone")
        return (*self._closed(facts, utc(at), zone), *facts.closed)

    def _closed(self, facts: PayeeFacts, at: datetime, zone: Zone) -> Iterator[Refusal]:
        if self.identity and not facts.verified:
            yield Refusal("identity-unverified", "the identity of the payee is not verified")
        if self.agreement and not facts.signed:
            yield Refusal("agreement-unsigned", "the payee has not signed the agreement")
        if self.documents and facts.missing is None:
            yield Refusal("documents-missing", "nobody has looked at the documents of the payee")
        elif self.documents and facts.missing:
            message = f"these documents of the payee are missing: {', '.join(facts.missing)}"
            yield Refusal("documents-missing", message, {"missing": facts.missing})
        if self.frozen_days is not None and facts.bank_changed_at is not None:
            until = add_days(facts.bank_changed_at, self.frozen_days, zone=zone)
            if at < until:
                message = f"bank details were changed: nothing is sent until {local(until, zone)}"
                yield Refusal("bank-details-frozen", message, {"until": until})
