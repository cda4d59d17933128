"""What a payee owes after a payout, for refunds and disputes, and what became of it.

Nothing of it vanishes: what arose is netted, taken of a reserve, paid back, written off, called off, or still
owed, each by an entry of its own (`pushcore.payouts.recovery`). It is the creator's alone, also where others
were paid a part of the campaign: what these give back is between them and the creator.
"""

from __future__ import annotations

from enum import StrEnum

import attrs

from pushcore._checks import above_zero, as_dict, counted, each, expect, items, kind, none_such, table
from pushcore.errors import InvalidValue
from pushcore.ids import PayeeId, TransactionId, identifier, joined, reference
from pushcore.money import Currency, Money

__all__ = ["Debt", "DebtSource", "Recovered"]


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
class Recovered:
    """What was entered under a key that somebody gave, to settle a part of a debt: it does so once.

    Attributes:
        entry: The id of its entry in the ledger, made of the key it goes by.
        account: The path of the account it came from.
        amount: How much.
    """

    entry: TransactionId = attrs.field(validator=reference)
    account: str = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])


@attrs.frozen
class Debt:
    """What one payee owes in one currency, and what became of it: `Debt.none`, and then by decisions.

    Attributes:
        arisen: All that was ever owed.
        settled: What of it came from where, or was given up.
        version: Counts its writes; none yet where nothing was ever owed.
        recovered: What was entered under a key that somebody gave: asked again, nothing happens. What is set
            off is not kept, since the payout or the settlement it is written with moves on with it.
        borne: Who bears what of it was written off.
        set_offs: How often something was set off.

    Raises:
        InvalidValue: a part of it is negative, more was settled than arose, or what was written off is not
            what others bear.
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
    recovered: tuple[Recovered, ...] = attrs.field(
        default=(), converter=items, validator=each(Recovered), kw_only=True
    )
    borne: dict[str, Money] = attrs.field(
        factory=dict,
        converter=as_dict,
        validator=table(identifier, kind(Money), above_zero),
        hash=False,
        kw_only=True,
    )
    set_offs: int = attrs.field(default=0, validator=counted(0), kw_only=True)

    def __attrs_post_init__(self) -> None:
        parts = (self.outstanding, *self.settled.values())
        if any(part.minor < 0 for part in parts):
            message = f"of {self.arisen} that {self.payee_id} owed, {self.outstanding} cannot be left"
            raise InvalidValue(message, payee=self.payee_id)
        given_up = self.got(DebtSource.WRITTEN_OFF)
        if Money.total(self.borne.values(), self.arisen.currency) != given_up:
            message = f"of {given_up} that {self.payee_id} owed and was written off, {self.borne} is borne"
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

    @property
    def standing(self) -> Money:
        """What arose and was not called off, whether it is settled or not."""
        return self.arisen - self.got(DebtSource.CALLED_OFF)

    def got(self, source: DebtSource) -> Money:
        """What of it came from here."""
        expect(source, DebtSource, what="where a debt is got from")
        return self.settled.get(source, self.arisen.with_minor(0))
