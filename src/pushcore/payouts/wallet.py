"""A backer's wallet: credit that came from refunds, lot by lot, since each lot expires at its own time.

What is spent, withdrawn or given away is taken of what expires first. A lot of which something is being
withdrawn does not expire meanwhile: its backer has asked for it in time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore._checks import above_zero, counted, each, expect, items, kind, none_such, unique
from pushcore.calendar import utc
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ids import BackerId, OrderKey, identifier, joined, reference
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

__all__ = ["CreditLot", "RefundTo", "Taken", "Wallet", "Withdrawal", "WithdrawalState", "in_order"]


class RefundTo(StrEnum):
    """Where a backer wants a refund: back the way it was paid, or as credit in the wallet."""

    CARD = "card"
    WALLET = "wallet"

    _missing_ = classmethod(none_such)


@attrs.frozen
class CreditLot:
    """Credit that was given at once, and what is left of it.

    Attributes:
        key: What it was given for, such as the key of a refund; no two lots have the same.
        amount: What is left, with what is being withdrawn.
        reason: Why it was given, as a code.
        expires_at: From when on it is the backer's no more; None where it never expires.

    Raises:
        InvalidValue: the amount is not above zero, or it would expire before it is given.
    """

    key: str = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    reason: str = attrs.field(validator=identifier)
    given_at: datetime = attrs.field(converter=utc)
    expires_at: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(utc))

    def __attrs_post_init__(self) -> None:
        if self.expires_at is not None and self.expires_at <= self.given_at:
            message = f"credit {self.key} expires after it is given, not at {self.expires_at}"
            raise InvalidValue(message, key=self.key)


@attrs.frozen
class Taken:
    """So much, taken of the lot of this key."""

    key: str = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])


class WithdrawalState(StrEnum):
    """How far a withdrawal has come; the provider's answer ends it."""

    ORDERED = "ordered"
    ARRIVED = "arrived"
    FAILED = "failed"

    _missing_ = classmethod(none_such)


@attrs.frozen
class Withdrawal:
    """Credit that its backer asked for: it is in the wallet until it has arrived at their card or bank."""

    key: OrderKey = attrs.field(validator=reference)
    parts: tuple[Taken, ...] = attrs.field(converter=items, validator=each(Taken))
    at: datetime = attrs.field(converter=utc)
    state: WithdrawalState = attrs.field(default=WithdrawalState.ORDERED, validator=kind(WithdrawalState))

    def __attrs_post_init__(self) -> None:
        unique((part.key for part in self.parts), what="lot of a withdrawal")
        if not self.parts:
            message = f"withdrawal {self.key} takes nothing"
            raise InvalidValue(message, withdrawal=self.key)

    @property
    def amount(self) -> Money:
        """What is withdrawn."""
        return Money.total((part.amount for part in self.parts), self.parts[0].amount.currency)


_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@attrs.frozen
class Wallet:
    """The credit of one backer in one currency: `Wallet.empty`, and then by decisions.

    Attributes:
        lots: What it is made of, what expires first standing first.
        withdrawals: What was ever withdrawn, of which lots; those that are ordered are under way.
        version: Counts its writes; none yet for an empty one.

    Raises:
        InvalidValue: a lot or a withdrawal stands twice, or more is withdrawn of a lot than there is.
        CurrencyMismatch: a lot is of another currency.

    Example:
        >>> Wallet.empty("ana", "EUR").id
        'ana/EUR'
    """

    backer_id: BackerId = attrs.field(validator=identifier)
    currency: Currency = attrs.field(validator=kind(Currency))
    lots: tuple[CreditLot, ...] = attrs.field(default=(), converter=items, validator=each(CreditLot))
    withdrawals: tuple[Withdrawal, ...] = attrs.field(default=(), converter=items, validator=each(Withdrawal))
    version: int = attrs.field(default=0, validator=counted(0))

    def __attrs_post_init__(self) -> None:
        unique((lot.key for lot in self.lots), what="credit")
        unique((it.key for it in self.withdrawals), what="withdrawal")
        for lot in self.lots:
            if lot.amount.currency is not self.currency:
                message = f"the wallet of {self.backer_id} is of {self.currency}, not {lot.amount}"
                raise CurrencyMismatch(message, lot=lot.key)
        over = {key for key, amount in self._pending().items() if amount > self._held().get(key, self.zero)}
        if over:
            message = f"more is withdrawn of {', '.join(sorted(over))} than there is"
            raise InvalidValue(message, lots=over)
        object.__setattr__(self, "lots", in_order(self.lots))

    @staticmethod
    def empty(backer_id: BackerId, currency: Currency | str) -> Wallet:
        """A wallet in which nothing is yet."""
        return Wallet(backer_id, Currency.of(currency))

    @property
    def id(self) -> str:
        """That of the backer, and the currency."""
        return joined(self.backer_id, self.currency.code)

    @property
    def zero(self) -> Money:
        """Nothing, in its currency."""
        return Money.zero(self.currency)

    @property
    def total(self) -> Money:
        """All that is in it, with what is being withdrawn."""
        return Money.total((lot.amount for lot in self.lots), self.currency)

    @property
    def pending(self) -> Money:
        """What is being withdrawn."""
        return Money.total((it.amount for it in self._ordered()), self.currency)

    @property
    def expires_at(self) -> datetime | None:
        """When the next lot expires, if any does."""
        pending = self._pending()
        return next((lot.expires_at for lot in self.lots if lot.key not in pending), None)

    def withdrawal(self, key: OrderKey) -> Withdrawal | None:
        """The withdrawal of this key, whatever became of it."""
        return next((it for it in self.withdrawals if it.key == key), None)

    def spendable(self, at: datetime) -> Money:
        """What can be spent at an instant: neither expired by then nor being withdrawn."""
        return Money.total((part.amount for part in self._free(utc(at))), self.currency)

    def expired(self, at: datetime) -> tuple[CreditLot, ...]:
        """The lots that have expired by an instant; none of which something is being withdrawn."""
        at, pending = utc(at), self._pending()
        return tuple(lot for lot in self.lots if lot.key not in pending and _over(lot, at))

    def taken(self, amount: Money, at: datetime, *, of: Collection[str] | None = None) -> tuple[Taken, ...]:
        """What is taken of each lot for an amount that can be spent, what expires first being taken first.

        Where names are given, only of lots whose keys are these, or are made of one of them and others.
        """
        expect(amount, Money, what="what is taken of a wallet")
        parts: list[Taken] = []
        for free in self._free(utc(at)):
            part = min(amount, free.amount)
            if part.minor > 0 and (of is None or any(f"{free.key}/".startswith(f"{it}/") for it in of)):
                parts.append(Taken(free.key, part))
                amount -= part
        return tuple(parts)

    def _free(self, at: datetime) -> Iterator[Taken]:
        """What of each lot can be spent."""
        pending = self._pending()
        for lot in self.lots:
            waiting = pending.get(lot.key)
            if waiting is not None and waiting < lot.amount:
                yield Taken(lot.key, lot.amount - waiting)
            elif waiting is None and not _over(lot, at):
                yield Taken(lot.key, lot.amount)

    def _held(self) -> dict[str, Money]:
        return {lot.key: lot.amount for lot in self.lots}

    def _ordered(self) -> Iterator[Withdrawal]:
        return (it for it in self.withdrawals if it.state is WithdrawalState.ORDERED)

    def _pending(self) -> dict[str, Money]:
        """What is being withdrawn of each lot, if anything is."""
        pending: dict[str, Money] = {}
        for part in (part for it in self._ordered() for part in it.parts):
            pending[part.key] = pending.get(part.key, part.amount.with_minor(0)) + part.amount
        return pending


def _over(lot: CreditLot, at: datetime) -> bool:
    return lot.expires_at is not None and lot.expires_at <= at


def in_order(lots: Iterable[CreditLot]) -> tuple[CreditLot, ...]:
    """Lots as they are taken: what expires first comes first."""
    return tuple(sorted(lots, key=_precedence))


def _precedence(lot: CreditLot) -> Any:  # noqa: ANN401  what sorts
    """What expires first comes first, and of what expires together, what was given first."""
    return lot.expires_at or _NEVER, lot.given_at, lot.key
