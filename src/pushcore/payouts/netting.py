"""Netting: what a payee is owed of payments, refunds and disputes that a host keeps in books of its own.

A campaign is settled as a whole. A host that takes payments outside of campaigns pays out what has come
together since the last time: each entry once, whatever is taken back counted against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import each, expect, items, kind, stream, unique
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.ids import PayeeId, TransactionId, identifier, reference
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Netting", "PayableEntry"]


@attrs.frozen
class PayableEntry:
    """A payment, a refund or a dispute that a payee's next payout takes up.

    Attributes:
        gross: What was paid; below zero, what was taken back of it.
        fee: What it cost; below zero, what of that was given back.
        paid: Whether an earlier payout has taken it up.

    Raises:
        CurrencyMismatch: gross and fee are of two currencies.
    """

    id: TransactionId = attrs.field(validator=reference)
    payee_id: PayeeId = attrs.field(validator=identifier)
    gross: Money = attrs.field(validator=kind(Money))
    fee: Money = attrs.field(validator=kind(Money))
    paid: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))

    def __attrs_post_init__(self) -> None:
        Money.total([self.fee], self.gross.currency)


@attrs.frozen
class Netting:
    """The entries that one payout takes up, and what they come to.

    Raises:
        InvalidValue: an entry of another payee, one that is paid, or one twice.
        CurrencyMismatch: an entry of another currency.

    Example:
        >>> usd = lambda minor: Money.of_minor(minor, "USD")
        >>> sale = PayableEntry("p1", "lune", usd(2000), usd(400))
        >>> back = PayableEntry("r1", "lune", usd(-500), usd(0))
        >>> netting = Netting.of("lune", "USD", [sale, back])
        >>> netting.gross, netting.fees, netting.net
        (Money('15.00', 'USD'), Money('4.00', 'USD'), Money('11.00', 'USD'))
    """

    payee_id: PayeeId = attrs.field(validator=identifier)
    currency: Currency = attrs.field(validator=kind(Currency))
    entries: tuple[PayableEntry, ...] = attrs.field(converter=items, validator=each(PayableEntry))

    def __attrs_post_init__(self) -> None:
        unique((it.id for it in self.entries), what="entry")
        for entry in self.entries:
            if entry.payee_id != self.payee_id or entry.paid:
                message = (
                    f"entry {entry.id} of {entry.payee_id} is not for the next payout of {self.payee_id}"
                )
                raise InvalidValue(message, entry=entry.id)
        Money.total((it.gross for it in self.entries), self.currency)

    @staticmethod
    def of(payee_id: PayeeId, currency: Currency | str, entries: Iterable[PayableEntry]) -> Netting:
        """Of many entries, those that are not paid yet and are this payee's in this currency.

        Raises:
            InvalidValue: an argument of the wrong kind.
        """
        known = Currency.of(currency)
        mine = []
        for entry in stream(entries):
            expect(entry, PayableEntry, what="an entry")
            if entry.payee_id == payee_id and entry.gross.currency is known and not entry.paid:
                mine.append(entry)
        return Netting(payee_id, known, mine)

    @property
    def gross(self) -> Money:
        """What was paid, less what was taken back."""
        return Money.total((it.gross for it in self.entries), self.currency)

    @property
    def fees(self) -> Money:
        """What it cost, less what of that was given back."""
        return Money.total((it.fee for it in self.entries), self.currency)

    @property
    def net(self) -> Money:
        """What the payee is owed; below zero, what the payee owes."""
        return self.gross - self.fees

    def require_payable(self) -> Money:
        """The net, where there is anything to pay out.

        Raises:
            Refused: ``above-owed``: nothing is owed.
        """
        if self.net.minor > 0:
            return self.net
        message = (
            f"{self.payee_id} is owed {self.net} of {len(self.entries)} entries: nothing is paid out of it"
        )
        raise Refused([Refusal("above-owed", message, {"net": self.net})])

    def settled(self) -> tuple[PayableEntry, ...]:
        """The entries as they are once the payout has arrived; before that, and if it fails, none is paid."""
        return tuple(attrs.evolve(entry, paid=True) for entry in self.entries)
