"""The selection: what a backer picks, all of it, as it was picked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore._checks import as_dict, counted, kind, shown
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ids import TierId, VoucherCode, optional_identifier
from pushcore.money import Money
from pushcore.rewards.shipping import destination

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Selection"]

_MOST_PIECES: Final = 1_000_000


def _numbered(_: object, __: attrs.Attribute[Any], add_ons: object) -> None:
    if add_ons == {}:
        return
    fine = isinstance(add_ons, dict) and all(
        isinstance(tier_id, str) and type(number) is int and 1 <= number <= _MOST_PIECES
        for tier_id, number in add_ons.items()
    )
    if not fine:
        message = f"add-ons are ids with numbers from 1 to {_MOST_PIECES}, got {shown(add_ons)}"
        raise InvalidValue(message, field="add_ons", value=add_ons)


def _at_least_zero(owner: object, attribute: attrs.Attribute[Any], amount: Money | None) -> None:
    if amount is None and attribute.default is None:
        return
    if amount.__class__ is not Money:
        _money(owner, attribute, amount)
    elif amount.minor < 0:
        message = f"a {attribute.name} of {amount} is below zero"
        raise InvalidValue(message, field=attribute.name, value=amount)


_money: Final = kind(Money)


@attrs.frozen
class Selection:
    """A tier so many times with a bonus and add-ons, or an amount alone.

    Attributes:
        bonus: What is given on top of the rewards; without any, the whole amount. Its currency is that of
            the selection.
        tier_id: The reward.
        quantity: How many of it.
        add_ons: How many of each add-on.
        destination: Where it is sent, by a code of the host's, such as that of a country.
        tip: What is given to the platform, and counts to no goal.
        voucher: The code of a voucher.
        token: What the link of a secret reward carries.

    Raises:
        InvalidValue: a quantity that is below one, above a million, or of nothing; or a negative amount.
        CurrencyMismatch: the tip is of another currency.

    Example:
        >>> five = Money.of("5.00", "EUR")
        >>> Selection(five, tier_id="postcard", add_ons={"sticker": 3}).quantity
        1
    """

    bonus: Money = attrs.field(validator=_at_least_zero)
    tier_id: TierId | None = attrs.field(default=None, validator=optional_identifier, kw_only=True)
    quantity: int = attrs.field(default=1, validator=counted(1), kw_only=True)
    add_ons: dict[TierId, int] = attrs.field(
        factory=dict, converter=as_dict, validator=_numbered, kw_only=True, hash=False
    )
    destination: str | None = attrs.field(default=None, validator=destination, kw_only=True)
    tip: Money | None = attrs.field(default=None, validator=_at_least_zero, kw_only=True)
    voucher: VoucherCode | None = attrs.field(default=None, validator=optional_identifier, kw_only=True)
    token: str | None = attrs.field(default=None, validator=optional_identifier, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.quantity > _MOST_PIECES or (self.tier_id is None and self.quantity != 1):
            why = "needs a tier" if self.tier_id is None else f"is more than {_MOST_PIECES}"
            message = f"a quantity of {shown(self.quantity)} {why}"
            raise InvalidValue(message, quantity=self.quantity)
        if self.tier_id in self.add_ons:
            message = f"tier {self.tier_id} is picked twice: as a reward and as an add-on"
            raise InvalidValue(message, tier=self.tier_id)
        if self.tip is not None and self.tip.currency is not self.bonus.currency:
            message = f"a tip of {self.tip} does not go with {self.bonus}"
            raise CurrencyMismatch(message, tip=self.tip, bonus=self.bonus)

    @property
    def bare(self) -> bool:
        """Whether it is an amount alone: nothing is picked, and no voucher used."""
        return self.tier_id is None and not self.add_ons and self.voucher is None

    @property
    def picked(self) -> Iterator[tuple[TierId, int]]:
        """The tier and the add-ons, with their numbers."""
        if self.tier_id is not None:
            yield self.tier_id, self.quantity
        yield from self.add_ons.items()
