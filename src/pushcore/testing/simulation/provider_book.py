"""An auditor's own book of the provider: what it was asked, what it answered, and what moved."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import attrs

from pushcore.gateway import Authorize, Capture, Charge, Prepare, Refund, Transfer, Void
from pushcore.ids import OrderKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.gateway import Order
    from pushcore.money import Money

__all__ = ["ProviderBook", "credit_of", "moved_by"]


def credit_of(currency: str) -> str:
    """What stands for a campaign where money with the provider is credit of backers."""
    return f"credit/{currency}"


def moved_by(order: Charge | Capture | Refund) -> int:
    """What an order moves: what its backer sees of it."""
    return (order.presented or order.amount).minor


class ProviderBook:
    """What lies with the provider, by its answers alone.

    Attributes:
        held: What lies there, by currency.
        of_campaign: What of that was taken for each campaign, and neither given back nor paid out; what is
            credit is no campaign's.
        moved: The moves that the ledger does not have yet, by the key of their order, with their sign.
        total: What was charged, refunded, paid out and withdrawn, by what and currency.
        charged: What was charged of each pledge.
        charges: What was charged, by key.
        returned: What was given back of each charge.
        moved_back: What that was in the currency in which it was charged.
        beside: What moved there and no order asked for, by currency.
        methods: The payment methods that are saved of each pledge, by the key that saved them.
    """

    def __init__(self) -> None:
        self.held: Counter[str] = Counter()
        self.of_campaign: Counter[str] = Counter()
        self.moved: dict[str, list[tuple[str, int]]] = {}
        self.total: Counter[tuple[str, str]] = Counter()
        self.charged: Counter[str] = Counter()
        self.beside: Counter[str] = Counter()
        self.methods: defaultdict[str, set[str]] = defaultdict(set)
        self.accepted: set[str] = set()
        self.declined: set[str] = set()
        self.charges: dict[str, Charge | Capture] = {}
        self.returned: Counter[str] = Counter()
        self.moved_back: Counter[str] = Counter()
        self._paid: Counter[str] = Counter()

    def accept(self, order: Order, campaign_id: str) -> Iterator[tuple[str, str]]:
        """An order was carried out, perhaps once more; every law that this breaks."""
        if order.key in self.accepted:
            return
        if order.key in self.declined:
            yield "same-answer", f"{order} was declined, and is accepted now"
        self.accepted.add(order.key)
        match order:
            case Prepare() | Authorize():
                self.methods[order.pledge_id].add(order.key)
            case Void():
                self.methods[order.pledge_id].discard(order.prepared)
            case Charge() | Capture():
                self.charges[order.key] = order
                self.charged[order.pledge_id] += order.amount.minor
                self._move(order, campaign_id, "charged", 1)
            case Refund():
                self._move(order, campaign_id, "refunded", -1)
                yield from self._given_back(order)
            case Transfer():
                credit = campaign_id == credit_of(order.amount.currency.code)
                self._move(order, campaign_id, "withdrawn" if credit else "paid out", -1)
                self._paid[order.payout_id] += 1
                if self._paid[order.payout_id] > 1:
                    yield "paid-out-once", f"{order.payout_id} is sent {self._paid[order.payout_id]} times"

    def deposit(self, campaign_id: str, currency: str, minor: int) -> None:
        """Cash was brought to it; below zero, it was fetched there."""
        self.held[currency] += minor
        self.of_campaign[campaign_id] += minor
        self.total["deposited", currency] += minor

    def assign(self, giver: str, taker: str, minor: int) -> None:
        """What lay there for one campaign lies there for another from now on, or as credit."""
        self.of_campaign[giver] -= minor
        self.of_campaign[taker] += minor

    def keep(self, order: Charge | Capture | Refund | Transfer, minor: int, *, unknown: int) -> None:
        """It keeps something of an order, or gives back of that; so much of it the gateway does not know."""
        currency = order.amount.currency.code
        self.held[currency] -= minor
        self.beside[currency] -= unknown
        self.total["kept by the provider", currency] += minor
        self.moved[order.key].append((currency, -minor))

    def exchange(
        self, key: str | None, came: tuple[str, int], went: tuple[str, int], *, known: bool = False
    ) -> None:
        """It books one currency for another.

        Args:
            key: The order that it is of, where the ledger may not have it.
            came: A currency, and how much more of it there is.
            went: A currency, and how much less.
            known: Whether the gateway says so itself.
        """
        for (currency, minor), sign in ((came, 1), (went, -1)):
            self.held[currency] += sign * minor
            self.beside[currency] += sign * minor * (not known)
            if key is not None:
                self.moved[key].append((currency, sign * minor))

    def give_back_there(self, campaign_id: str, worth: int, currency: str, minor: int) -> None:
        """Somebody gave back there, and the ledger has it by now, as so much of the campaign's currency."""
        self.held[currency] -= minor
        self.beside[currency] -= minor
        self.of_campaign[campaign_id] -= worth
        self.total["refunded there", currency] += minor

    def come_back(self, entry: str, order: Refund, kept: Money | None, known: Money | None) -> None:
        """A bank sent a refund back, which the ledger does not have yet; what of its fee it keeps again.

        Of that the gateway knows some, or nothing.
        """
        back = attrs.evolve(order, key=OrderKey(entry))
        self._move(back, order.campaign_id, "bounced", 1)
        if kept is not None:
            self.keep(back, kept.minor, unknown=kept.minor - (0 if known is None else known.minor))

    def send_back(self, entry: str, came: Transfer, campaign_id: str) -> None:
        """A bank sent a transfer back, or so much of it, which the ledger does not have yet."""
        self._move(attrs.evolve(came, key=OrderKey(entry)), campaign_id, "sent back", 1)

    def in_doubt(self, currency: str) -> int:
        """What moved there and is not in the ledger yet."""
        return sum(minor for several in self.moved.values() for code, minor in several if code == currency)

    def below_zero(self, campaign_id: str, owed: int) -> Iterator[tuple[str, str]]:
        """No campaign is given more than was taken for it, and than others owe for it."""
        there = self.of_campaign[campaign_id]
        if there + owed < 0:
            how = f"campaign {campaign_id} has {there} at the provider, and {owed} is owed for it"
            yield "paid-from-own-money", how

    def _move(
        self, order: Charge | Capture | Refund | Transfer, campaign_id: str, what: str, sign: int
    ) -> None:
        minor, currency = sign * order.amount.minor, order.amount.currency.code
        self.held[currency] += minor
        self.of_campaign[campaign_id] += minor
        self.total[what, currency] += order.amount.minor
        self.moved[order.key] = [(currency, minor)]

    def _given_back(self, order: Refund) -> Iterator[tuple[str, str]]:
        charge = self.charges.get(order.charged)
        if charge is None or charge.pledge_id != order.pledge_id:
            yield "refunded-at-most-paid", f"{order} gives back what was not taken"
            return
        self.returned[charge.key] += order.amount.minor
        self.moved_back[charge.key] += moved_by(order)
        over = self.moved_back[charge.key] > moved_by(charge)
        if over or self.returned[charge.key] > charge.amount.minor:
            yield "refunded-at-most-paid", f"{self.returned[charge.key]} of {charge} is given back"
