"""The account of a pledge: what its backer paid, what came back, and what is open, read off the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import each, expect, items, kind, stream
from pushcore.ids import PledgeId, TransactionId, identifier
from pushcore.ledger import Holder, Transaction, TransactionPhase
from pushcore.ledger.chart import named
from pushcore.ledger.recipes import pledge_of
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PledgeAccount", "pledge_accounts"]


@attrs.frozen
class PledgeAccount:
    """What became of the money of one pledge, in one currency.

    Attributes:
        pledge_id: Whose.
        paid: What was charged, received, or spent from a wallet.
        returned: What was given back, to the card or as credit, and what a dispute took that was lost.
        owed: What is to be given back and was neither sent nor given as credit yet.
        charging: What is being charged; the provider has not answered.
        returning: What is being given back, likewise.
        transaction_ids: What all of it is read off.
    """

    pledge_id: PledgeId = attrs.field(validator=identifier)
    paid: Money = attrs.field(validator=kind(Money))
    returned: Money = attrs.field(validator=kind(Money))
    owed: Money = attrs.field(validator=kind(Money))
    charging: Money = attrs.field(validator=kind(Money))
    returning: Money = attrs.field(validator=kind(Money))
    transaction_ids: tuple[TransactionId, ...] = attrs.field(converter=items, validator=each(str))

    @property
    def given(self) -> Money:
        """What its backer gave after all."""
        return self.paid - self.returned

    @property
    def open(self) -> bool:
        """Whether something is under way, or still owed."""
        return any((self.owed, self.charging, self.returning))


@attrs.define
class _Sums:
    paid: int = 0
    returned: int = 0
    owed: int = 0
    ids: list[TransactionId] = attrs.field(factory=list)
    pending: dict[str, int] = attrs.field(factory=dict)

    def add(self, entry: Transaction, came: int, owed: int) -> None:
        self.ids.append(entry.id)
        if entry.phase is TransactionPhase.PENDING:
            self.pending[entry.id] = came
            return
        paid = came > 0 and entry.recipe not in _CAME_BACK
        self.paid += came if paid else 0
        self.returned -= 0 if paid else came
        self.owed += owed

    def account(self, pledge_id: PledgeId, currency: Currency) -> PledgeAccount:
        charging = sum(max(minor, 0) for minor in self.pending.values())
        returning = charging - sum(self.pending.values())
        paid, returned, owed, under_charge, on_its_way = (
            Money.of_minor(it, currency) for it in (self.paid, self.returned, self.owed, charging, returning)
        )
        return PledgeAccount(pledge_id, paid, returned, owed, under_charge, on_its_way, self.ids)


_CAME_BACK: Final = frozenset({"bounced-refund", "dispute"})
"""What had gone back and comes again is not paid twice."""


def pledge_accounts(
    transactions: Iterable[Transaction], pledge_ids: Iterable[PledgeId]
) -> tuple[PledgeAccount, ...]:
    """The accounts of some pledges, in their order; none of a pledge for which no money has moved.

    Raises:
        InvalidValue: no transactions, or no ids.

    Example:
        >>> pledge_accounts([], ["p1"])
        ()
    """
    found: dict[str, dict[Currency, _Sums]] = {}
    for pledge_id in stream(pledge_ids):
        expect(pledge_id, str, what="the id of a pledge")
        found[pledge_id] = {}
    for entry in stream(transactions):
        of = found.get(pledge_of(entry) or "")
        if of is not None:
            for sums in of.values():
                sums.pending.pop(entry.pending_id or "", None)
            for currency, (came, owed) in _moved(entry).items():
                of.setdefault(currency, _Sums()).add(entry, came, owed)
    return tuple(
        sums.account(PledgeId(pledge_id), currency)
        for pledge_id, of in found.items()
        for currency, sums in of.items()
    )


def _moved(entry: Transaction) -> dict[Currency, tuple[int, int]]:
    """By how much there is more of it here, from a card or a wallet, and by how much more is owed back."""
    moved: dict[Currency, tuple[int, int]] = {}
    for posting in entry.postings:
        currency, minor, its = posting.amount.currency, posting.amount.minor, named(posting.account.path)
        came, owed = moved.get(currency, (0, 0))
        moved[currency] = (
            came + (minor if its.holder is Holder.PROVIDER or its.sort == "wallet" else 0),
            owed - (minor if its.sort == "refunds" else 0),
        )
    return moved
