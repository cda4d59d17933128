"""The dry run of a mass refund: what it needs in each wallet, before the first refund is made.

A mass refund that is simply begun stalls where a wallet runs empty, halfway, with nobody knowing how much is
missing. Here the need is summed up first, as a fold whose merge is associative and commutative: over one
partition or seven, in any order, it is the same to the unit. Then the refunds are made in runs that fit the
money that is there, each of which begins where the last one ended.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NoReturn

import attrs

from pushcore._checks import LONGEST, as_dict, counted, expect, is_name, kind, shown, stream
from pushcore.errors import InvalidValue
from pushcore.ids import identifier
from pushcore.money import Currency, Money
from pushcore.payouts.fees import FeeBase, FeeLine, check_currency

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Amounts = Iterable[Money | tuple[str, Money]]

__all__ = ["MassRefund", "Need"]

PROVIDER_WALLET: Final = "provider"
"""The wallet of amounts that name none."""

_CHUNK: Final = 512  # fewer than the new objects at which Python looks for garbage, which takes time

Place = tuple[str, Currency]
"""A wallet, and a currency in it."""

Tally = tuple[int, int, int]
"""How many refunds, and their amount and cost in minor units."""


@attrs.frozen
class Need:
    """What a mass refund needs in one wallet and currency.

    Attributes:
        refunds: How many.
        amount: What backers are given back.
        costs: What the provider charges for that.
        there: What is in the wallet; None where nobody has looked.
    """

    wallet: str = attrs.field(validator=identifier)
    refunds: int = attrs.field(validator=counted(0))
    amount: Money = attrs.field(validator=kind(Money))
    costs: Money = attrs.field(validator=kind(Money))
    there: Money | None = attrs.field(default=None, validator=kind(Money, None))

    @property
    def needed(self) -> Money:
        """What must be there: what is given back, and what that costs."""
        return self.amount + self.costs

    @property
    def missing(self) -> Money:
        """What must be brought there first; all of it where nobody has looked."""
        there = self.needed.with_minor(0) if self.there is None else self.there
        return max(self.needed - there, self.needed.with_minor(0))


def _costs(owner: object, attribute: attrs.Attribute[Any], costs: dict[object, object]) -> None:
    kind(dict)(owner, attribute, costs)
    for code, line in costs.items():
        kind(str)(owner, attribute, code)
        kind(FeeLine)(owner, attribute, line)
        assert isinstance(code, str)
        assert isinstance(line, FeeLine)
        check_currency(line.rule.amounts, Currency.of(code), "the cost of a refund")
        if line.base is not FeeBase.PLEDGE:
            message = f"{line.name} is taken of each refund, not of what is {line.base.value}"
            raise InvalidValue(message, field=attribute.name, value=line)


def _tallies(owner: object, attribute: attrs.Attribute[Any], tallies: object) -> None:
    kind(dict)(owner, attribute, tallies)
    assert isinstance(tallies, dict)
    for place, tally in tallies.items():
        match place, tally:
            case (str(wallet), Currency()), (int(), int(), int()) if is_name(wallet, LONGEST):
                wrong = min(tally) < 0
            case _:
                wrong = True
        if wrong:
            message = f"{type(owner).__name__}.{attribute.name}: {shown(place)} has no tally {shown(tally)}"
            raise InvalidValue(message, field=attribute.name, value=tally)


@attrs.frozen
class MassRefund:
    """What many refunds come to, by wallet and currency.

    Start with `MassRefund.empty`, `add` amounts, `merge` with others.

    Attributes:
        costs: What the provider charges for a refund, by currency code; nothing where there is no line.
        tallies: By wallet and currency: how many refunds, and their amount and cost in minor units.

    Raises:
        InvalidValue: a part of the wrong kind.
        CurrencyMismatch: the cost in a currency names an amount of another one.

    Example:
        >>> refunds = MassRefund.empty().add([Money.of(10, "EUR"), ("wallet-2", Money.of(5, "EUR"))])
        >>> [(need.wallet, str(need.missing)) for need in refunds.needs([("provider", Money.of(8, "EUR"))])]
        [('provider', 'EUR 2.00'), ('wallet-2', 'EUR 5.00')]
    """

    costs: dict[str, FeeLine] = attrs.field(factory=dict, converter=as_dict, validator=_costs, hash=False)
    tallies: dict[Place, Tally] = attrs.field(factory=dict, converter=as_dict, validator=_tallies, hash=False)

    @staticmethod
    def empty(costs: Mapping[str, FeeLine] | None = None) -> MassRefund:
        """No refund yet.

        Args:
            costs: What the provider charges for a refund, by currency code; None where refunds cost nothing.
        """
        return MassRefund({} if costs is None else costs)

    def add(self, amounts: Amounts) -> MassRefund:
        """These refunds and more of them, read once, in one pass.

        Args:
            amounts: What each backer is given back: an amount, which comes from the provider, or a wallet and
                an amount.

        Raises:
            InvalidValue: one of them is neither, or not above zero.
        """
        tallies, costs = dict(self.tallies), _summed(self.costs)
        source = stream(amounts)
        while chunk := list(islice(source, _CHUNK)):
            for place, minors in _grouped(chunk).items():
                refunds, amount, cost = tallies.get(place) or _tally_of(place)
                add = costs.get(place[1].code)
                tallies[place] = (
                    refunds + len(minors),
                    amount + sum(minors),
                    cost if add is None else cost + add(minors),
                )
        return MassRefund(self.costs, tallies)

    def merge(self, other: MassRefund) -> MassRefund:
        """These refunds and others of the same costs together.

        Raises:
            InvalidValue: they cost something else.
        """
        return self._with(other, 1)

    def less(self, other: MassRefund) -> MassRefund:
        """These refunds without others that are among them.

        Raises:
            InvalidValue: they cost something else, or are not among these.
        """
        return self._with(other, -1)

    def _with(self, other: MassRefund, sign: int) -> MassRefund:
        expect(other, MassRefund, what="other refunds")
        if other.costs != self.costs:
            message = "only refunds of the same costs are counted together"
            raise InvalidValue(message, costs=other.costs)
        tallies = dict(self.tallies)
        for place, more in other.tallies.items():
            refunds, amount, cost = (
                was + sign * it for was, it in zip(tallies.get(place, _NONE), more, strict=True)
            )
            tallies[place] = refunds, amount, cost
            if min(tallies[place]) < 0:
                message = f"of wallet {place[0]}, more was refunded in {place[1]} than there is to refund"
                raise InvalidValue(message, wallet=place[0])
        return MassRefund(self.costs, {place: tally for place, tally in tallies.items() if tally != _NONE})

    def cost(self, amount: Money) -> Money:
        """What the provider charges for a refund of this amount.

        Raises:
            InvalidValue: the amount is negative.
        """
        expect(amount, Money, what="what is refunded")
        line = self.costs.get(amount.currency.code)
        return amount.with_minor(0) if line is None else line.fee(amount)

    @property
    def refunds(self) -> int:
        """How many there are."""
        return sum(refunds for refunds, _, _ in self.tallies.values())

    def needs(self, there: Iterable[tuple[str, Money]] | None = None) -> tuple[Need, ...]:
        """What is needed in each wallet, by its name and currency.

        Args:
            there: What is in each wallet, one amount for each currency; None where nobody has looked.

        Raises:
            InvalidValue: what is there are no wallets and amounts, or one is named twice.
        """
        cash = None if there is None else cash_of(there)
        needs = []
        for wallet, currency in sorted(self.tallies, key=lambda place: (place[0], place[1].code)):
            refunds, amount, cost = self.tallies[wallet, currency]
            money = Money.zero(currency).with_minor
            found = None if cash is None else money(cash.get((wallet, currency), 0))
            needs.append(Need(wallet, refunds, money(amount), money(cost), found))
        return tuple(needs)

    def missing(self, there: Iterable[tuple[str, Money]]) -> tuple[Need, ...]:
        """The wallets in which something is missing; none where all refunds can be made.

        Raises:
            InvalidValue: what is there are no wallets and amounts, or one is named twice.
        """
        return tuple(need for need in self.needs(there) if need.missing)


_NONE: Final[Tally] = (0, 0, 0)


def cash_of(there: Iterable[tuple[str, Money]]) -> dict[Place, int]:
    """What is in each wallet, in minor units."""
    cash: dict[Place, int] = {}
    for item in stream(there):
        match item:
            case (str(wallet), Money() as amount) if (wallet, amount.currency) not in cash:
                cash[wallet, amount.currency] = amount.minor
            case _:
                message = f"a wallet has one amount of each currency, unlike {shown(item)}"
                raise InvalidValue(message, value=item)
    return cash


def _summed(costs: Mapping[str, FeeLine]) -> dict[str, Any]:
    return {code: line.summed() for code, line in costs.items()}


def _tally_of(place: Place) -> Tally:
    """That of a wallet which is seen for the first time."""
    if not is_name(place[0], LONGEST):
        message = f"{shown(place[0])} names no wallet"
        raise InvalidValue(message, wallet=place[0])
    return _NONE


def _grouped(chunk: list[Any]) -> dict[Place, list[int]]:
    """The amounts in minor units by wallet and currency: the hot path of a dry run."""
    groups: defaultdict[Place, list[int]] = defaultdict(list)
    try:
        for item in chunk:
            wallet, amount = (PROVIDER_WALLET, item) if item.__class__ is Money else item
            groups[wallet, amount._currency].append(amount._minor)  # noqa: SLF001
    except (AttributeError, TypeError, ValueError):
        _refuse(chunk)
    if any(min(minors) <= 0 for minors in groups.values()):
        _refuse(chunk)
    return groups


def _refuse(chunk: list[Any]) -> NoReturn:
    item = next(item for item in chunk if not _is_refund(item))
    message = f"an amount above zero is refunded, or one of a wallet, not {shown(item)}"
    raise InvalidValue(message, value=item)


def _is_refund(item: object) -> bool:
    match item:
        case Money():
            return item.minor > 0
        case (str(), Money() as amount):
            return bool(amount.minor > 0)
        case _:
            return False
