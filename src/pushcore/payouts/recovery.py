"""What a creator owes after a payout, for refunds and disputes, and where it is got from.

Nothing of it vanishes: what arose is netted, taken of a reserve, paid back, written off, called off, or still
owed, each by an entry of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import as_dict, counted, each, expect, items, kind, none_such, table, unique
from pushcore.calendar import utc
from pushcore.changes import Changes, Event
from pushcore.errors import CurrencyMismatch, InvalidValue, Refusal, Refused
from pushcore.ids import PayeeId, TransactionId, identifier, joined
from pushcore.ledger import Account, Posting, Transaction, chart, reversals
from pushcore.money import Currency, Money
from pushcore.payouts.return_events import DebtArose, DebtCalledOff, DebtRecovered

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.ids import ActorId

__all__ = ["Debt", "DebtSource", "RecoveryPlan", "arise", "call_off", "recover"]


class DebtSource(StrEnum):
    """Where a debt is got from.

    - ``PAYOUT``: netted against what the creator is to be paid next.
    - ``RESERVE``: taken of what is held back of the creator's money.
    - ``CREATOR``: paid back.
    - ``WRITTEN_OFF``: given up; somebody else bears it.
    - ``CALLED_OFF``: not owed after all, such as after a dispute that was won.
    """

    PAYOUT = "payout"
    RESERVE = "reserve"
    CREATOR = "creator"
    WRITTEN_OFF = "written-off"
    CALLED_OFF = "called-off"

    _missing_ = classmethod(none_such)


@attrs.frozen
class Debt:
    """What one payee owes in one currency, and what became of it: `Debt.none`, and then by decisions.

    Attributes:
        arisen: All that was ever owed.
        settled: What of it came from where, or was given up.
        version: Counts its writes; none yet where nothing was ever owed.

    Raises:
        InvalidValue: a part of it is negative, or more was settled than arose.
        CurrencyMismatch: the parts are of several currencies.

    Example:
        >>> Debt.none("lune", "BRL").outstanding
        Money('0.00', 'BRL')
    """

    payee_id: PayeeId = attrs.field(validator=identifier)
    arisen: Money = attrs.field(validator=kind(Money))
    settled: dict[DebtSource, Money] = attrs.field(
        factory=dict, converter=as_dict, validator=table(kind(DebtSource), kind(Money)), hash=False
    )
    version: int = attrs.field(default=0, validator=counted(0))

    def __attrs_post_init__(self) -> None:
        parts = (self.outstanding, *self.settled.values())
        if any(part.minor < 0 for part in parts):
            message = f"of {self.arisen} that {self.payee_id} owed, {self.outstanding} cannot be left"
            raise InvalidValue(message, payee=self.payee_id)

    @staticmethod
    def none(payee_id: PayeeId, currency: Currency | str) -> Debt:
        """Nothing was ever owed."""
        return Debt(payee_id, Money.zero(currency))

    @property
    def id(self) -> str:
        """That of the payee, and the currency."""
        return joined(self.payee_id, self.arisen.currency.code)

    @property
    def outstanding(self) -> Money:
        """What is still owed."""
        return self.arisen - Money.total(self.settled.values(), self.arisen.currency)

    def got(self, source: DebtSource) -> Money:
        """What of it came from here."""
        expect(source, DebtSource, what="where a debt is got from")
        return self.settled.get(source, self.arisen.with_minor(0))


@attrs.frozen
class RecoveryPlan:
    """Where debts are got from, in which order, as far as each goes.

    Raises:
        InvalidValue: a source stands twice, or is none that has money.

    Example:
        >>> plan = RecoveryPlan([DebtSource.RESERVE, DebtSource.PAYOUT])
        >>> there = {DebtSource.PAYOUT: Money.of(100, "USD"), DebtSource.RESERVE: Money.of(5, "USD")}
        >>> {source.value: str(part) for source, part in plan.divide(Money.of(20, "USD"), there).items()}
        {'reserve': 'USD 5.00', 'payout': 'USD 15.00'}
    """

    sources: tuple[DebtSource, ...] = attrs.field(converter=items, validator=each(DebtSource))

    def __attrs_post_init__(self) -> None:
        unique(self.sources, what="source")
        if DebtSource.CALLED_OFF in self.sources:
            message = "a debt that is called off comes from nowhere"
            raise InvalidValue(message, sources=self.sources)

    def divide(self, owed: Money, there: Mapping[DebtSource, Money]) -> dict[DebtSource, Money]:
        """What is got from each source that has something; what they do not have stays owed.

        Raises:
            InvalidValue: what is owed or there is negative, or no money.
            CurrencyMismatch: it is of another currency.
        """
        expect(owed, Money, what="what is owed")
        expect(there, Mapping, what="what is there to get it from")
        Money.total(there.values(), owed.currency)
        for amount in (owed, *there.values()):
            if amount.minor < 0:
                message = f"amounts from zero on are owed and there, not {amount}"
                raise InvalidValue(message, amount=amount)
        parts = {}
        for source in self.sources:
            part = min(owed, there.get(source, owed.with_minor(0)))
            if part:
                parts[source] = part
                owed -= part
        return parts


def arise(  # noqa: PLR0913, PLR0917  who owes what for what, when
    debt: Debt, key: str, amount: Money, at: datetime, actor: ActorId, account: Account
) -> tuple[Debt, Changes]:
    """Note what a creator owes since a refund or a dispute took money that was paid out already.

    Args:
        debt: The creator's.
        key: What it is for, such as the key of a refund; the ledger takes each key once.
        amount: How much.
        at: When.
        actor: Who.
        account: Where it stands until it is the creator's: `pushcore.ledger.chart.debt_account` of the
            campaign for a refund, `pushcore.ledger.chart.disputed_account` for a dispute.

    Raises:
        InvalidValue: the amount is not above zero.
        CurrencyMismatch: it is of another currency than the debt.
    """
    at = _asked(debt, amount, at)
    after = attrs.evolve(debt, arisen=debt.arisen + amount)
    owed = chart.payee_debt_account(debt.payee_id)
    entry = reversals.moved(_entry(debt, "debt", key), "debt", owed, account, amount, at)
    return _written(after, entry, DebtArose(at, actor, debt.payee_id, key, amount))


def recover(  # noqa: PLR0913, PLR0917  who pays what of what, when
    debt: Debt,
    key: str,
    source: DebtSource,
    amount: Money,
    at: datetime,
    actor: ActorId,
    *,
    account: Account,
) -> tuple[Debt, Changes]:
    """Settle a debt, or a part of it: netted, taken of a reserve, paid back or written off.

    Args:
        debt: The creator's.
        key: What settles it, such as the id of a payout; the ledger takes each key once.
        source: Where it comes from.
        amount: How much.
        at: When.
        actor: Who.
        account: Where the money is: `pushcore.ledger.chart.payee_account` for a payout,
            `pushcore.ledger.chart.PROVIDER` for what was paid back, and for what is written off
            `pushcore.ledger.chart.written_off_account` of whoever bears it.

    Raises:
        Refused: ``above-debt``: less is owed.
        InvalidValue: the amount is not above zero, or a debt is called off, which is `call_off`.
        CurrencyMismatch: it is of another currency than the debt.
    """
    at = _asked(debt, amount, at)
    if source is DebtSource.CALLED_OFF:
        message = "a debt that is called off comes from nowhere: call it off"
        raise InvalidValue(message, source=source)
    after, owed = _less(debt, source, amount), chart.payee_debt_account(debt.payee_id)
    recipe = "write-off" if source is DebtSource.WRITTEN_OFF else "recovery"
    entry = reversals.moved(_entry(debt, recipe, key), recipe, account, owed, amount, at)
    return _written(after, entry, DebtRecovered(at, actor, debt.payee_id, key, source.value, amount))


def call_off(  # noqa: PLR0913  who owes what no more, and when
    debt: Debt,
    key: str,
    amount: Money,
    at: datetime,
    actor: ActorId,
    *,
    account: Account,
    payable: Account,
    passing: Account,
) -> tuple[Debt, Changes]:
    """Take back what arose, such as after a dispute that was won.

    What is still owed is owed no more. What was settled meanwhile is the creator's again, to be paid out.

    Args:
        debt: The creator's.
        key: What it arose for; the ledger takes each key once.
        amount: How much.
        at: When.
        actor: Who.
        account: What it made up for, as when it arose.
        payable: Where the creator is paid what was settled already: `pushcore.ledger.chart.payee_account`.
        passing: What that passes on the way, whose turnover tells a statement that it was theirs before:
            `pushcore.ledger.chart.returned_account`.

    Raises:
        Refused: ``above-debt``: less ever arose that was not called off.
        InvalidValue: the amount is not above zero.
        CurrencyMismatch: it is of another currency than the debt.
    """
    at = _asked(debt, amount, at)
    arisen = debt.arisen - debt.got(DebtSource.CALLED_OFF)
    if amount > arisen:
        raise Refused([_above(debt, amount, arisen)])
    off = min(amount, debt.outstanding)
    paid = amount - off
    after = _less(debt, DebtSource.CALLED_OFF, off) if off else debt
    parts = [(account, amount), (chart.payee_debt_account(debt.payee_id), -off)]
    parts += [(passing, -paid), (passing, paid), (payable, -paid)]
    postings = [Posting(of, part) for of, part in parts if part]
    entry = Transaction(_entry(debt, "calling-off", key), "calling-off", at, postings)
    return _written(after, entry, DebtCalledOff(at, actor, debt.payee_id, key, off, paid))


def _asked(debt: Debt, amount: Money, at: datetime) -> datetime:
    expect(debt, Debt, what="a debt")
    expect(amount, Money, what="the amount of a debt")
    if amount.currency is not debt.arisen.currency:
        message = f"{debt.payee_id} owes {debt.arisen.currency}, not {amount}"
        raise CurrencyMismatch(message, amount=amount)
    if amount.minor <= 0:
        message = f"a debt changes by amounts above zero, not by {amount}"
        raise InvalidValue(message, amount=amount)
    return utc(at)


def _less(debt: Debt, source: DebtSource, amount: Money) -> Debt:
    if amount > debt.outstanding:
        raise Refused([_above(debt, amount, debt.outstanding)])
    return attrs.evolve(debt, settled=debt.settled | {source: debt.got(source) + amount})


def _above(debt: Debt, amount: Money, owed: Money) -> Refusal:
    message = f"{debt.payee_id} owes {owed}, which is less than {amount}"
    return Refusal("above-debt", message, {"owed": owed, "amount": amount})


def _entry(debt: Debt, what: str, key: str) -> TransactionId:
    return TransactionId(joined("payee", debt.payee_id, debt.arisen.currency.code, what, key))


def _written(debt: Debt, entry: Transaction, event: Event) -> tuple[Debt, Changes]:
    after = attrs.evolve(debt, version=debt.version + 1)
    return after, Changes(put=(after,), transactions=(entry,), events=(event,))
