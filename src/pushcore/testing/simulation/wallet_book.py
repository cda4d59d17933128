"""An auditor's own book of wallets: who was given credit, and what became of it, by events alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pushcore.ids import CampaignId, joined, parted
from pushcore.payouts import Dispute
from pushcore.payouts.return_events import (
    CreditExpired,
    CreditGiven,
    CreditSpent,
    CreditTransferred,
    CreditWithdrawn,
    WithdrawalFailed,
    WithdrawalOrdered,
)
from pushcore.pledges import Pledge
from pushcore.testing.simulation.dispute_book import pledge_of
from pushcore.testing.simulation.policies import credit_days
from pushcore.testing.simulation.provider_book import credit_of
from pushcore.testing.simulation.purse import Lot, Purse

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from datetime import datetime

    from pushcore.changes import Changes
    from pushcore.testing.simulation.provider_book import ProviderBook

__all__ = ["WalletBook", "Whose"]

Whose = tuple[str, str]
"""A backer, and the currency of their wallet."""


class WalletBook:
    """All wallets, and where else in the books of the auditor credit lies.

    Attributes:
        purses: What is in each wallet.
        full: The wallets in which something is.
        touched: Those in which something has changed.
        there: What is in all of them, by currency.
        paid: What of each pledge was paid with credit.
        leaving: The wallets of which something is being withdrawn, by the key of its order.
        called_in: What was taken of wallets for a dispute, and not given again.
    """

    def __init__(self, shapes: dict[str, dict[str, Any]], provider: ProviderBook) -> None:
        self.purses: defaultdict[Whose, Purse] = defaultdict(Purse)
        self.full: dict[Whose, None] = {}
        self.touched: dict[Whose, None] = {}
        self.there: Counter[str] = Counter()
        self.paid: Counter[str] = Counter()
        self.leaving: dict[str, Whose] = {}
        self.called_in: Counter[str] = Counter()
        self._shapes = shapes
        self._provider = provider

    def write(self, changes: Changes) -> Iterator[tuple[str, str]]:
        """Take down what was committed; every law that it breaks."""
        for event in changes.events:
            match event:
                case CreditGiven():
                    self._give(event, changes)
                case CreditSpent(backer_id=backer, amount=amount):
                    yield from self._take((backer, amount.currency.code), amount.minor, event)
                    self.paid[pledge_of(event.key)] += amount.minor
                    self._provider.assign(credit_of(amount.currency.code), event.campaign_id, amount.minor)
                case CreditTransferred():
                    yield from self._pass_on(event)
                case CreditExpired():
                    yield from self._expire(event, changes)
                case WithdrawalOrdered(backer_id=backer, amount=amount):
                    whose = backer, amount.currency.code
                    parts = yield from self._parts(whose, amount.minor, event)
                    self.purses[whose].leaving[event.key], self.leaving[event.key] = parts, whose
                case CreditWithdrawn() | WithdrawalFailed():
                    yield from self._answer(event)
                case _:
                    pass

    def free(self, whose: Whose, at: datetime) -> int:
        """What can be spent of a wallet."""
        return sum(self.purses[whose].free(at).values())

    def given_for(self, dispute: Dispute, at: datetime) -> dict[str, int]:
        """What can be spent of each lot given for the pledge of a dispute, or given again for any dispute."""
        pledge_id = pledge_of(dispute.charge_key)
        ours = f"{pledge_id}/refund/", joined(f"{pledge_id}/refund/"), "dispute/"
        free = (
            self.purses[whose].free(at) for whose in self.full if whose[1] == dispute.amount.currency.code
        )
        return {key: minor for lots in free for key, minor in lots.items() if key.startswith(ours)}

    def _give(self, event: CreditGiven, changes: Changes) -> None:
        of = next(it.campaign_id for it in changes.put if isinstance(it, Pledge))
        minor, currency, days = event.amount.minor, event.amount.currency.code, credit_days(self._shapes[of])
        lot = Lot(minor, event.at, None if days is None else event.at + timedelta(days=days))
        self._put((event.backer_id, currency), {event.key: lot})
        if event.reason == "dispute":  # it was called in
            self.called_in[parted(event.key)[1]] -= minor
            of = CampaignId("platform")
        self._provider.assign(of, credit_of(currency), minor)

    def _pass_on(self, event: CreditTransferred) -> Iterator[tuple[str, str]]:
        currency = event.amount.currency.code
        giver, recipient = ((who, currency) for who in (event.backer_id, event.recipient_id))
        lots = dict(self.purses[giver].lots)
        parts = yield from self._take(giver, event.amount.minor, event)
        self._put(
            recipient,
            {
                joined(event.key, key): Lot(minor, lots[key].given_at, lots[key].expires_at)
                for key, minor in parts.items()
            },
        )

    def _expire(self, event: CreditExpired, changes: Changes) -> Iterator[tuple[str, str]]:
        whose, minor = (event.backer_id, event.amount.currency.code), event.amount.minor
        dispute = next((it for it in changes.put if isinstance(it, Dispute)), None)
        if dispute is not None:
            self.called_in[dispute.id] += minor
            if minor > self.given_for(dispute, event.at).get(event.key, 0):
                yield "credit-called-in", f"{event} for {dispute}, and {self.purses[whose]} is there"
                return
        elif self.purses[whose].over(event.at).get(event.key) != minor:
            yield "credit-expires", f"{event}, and {self.purses[whose]} is there"
            return
        self._remove(whose, {event.key: minor})
        self._provider.assign(credit_of(whose[1]), event.goes_to, minor)

    def _answer(self, event: CreditWithdrawn | WithdrawalFailed) -> Iterator[tuple[str, str]]:
        whose = self.leaving.pop(event.key, None)
        if whose is None:
            yield "withdrawn-once", f"{event}, and nobody waits for it"
            return
        parts = self.purses[whose].leaving.pop(event.key)
        self._remove(whose, parts if isinstance(event, CreditWithdrawn) else {})

    def _parts(
        self, whose: Whose, minor: int, event: CreditSpent | CreditTransferred | WithdrawalOrdered
    ) -> Generator[tuple[str, str], None, dict[str, int]]:
        """Of which lots an amount is taken."""
        parts = self.purses[whose].parts(minor, event.at)
        if sum(parts.values()) != minor:
            yield "credit-is-spendable", f"{event}, and {self.free(whose, event.at)} can be spent"
        return parts

    def _take(
        self, whose: Whose, minor: int, event: CreditSpent | CreditTransferred
    ) -> Generator[tuple[str, str], None, dict[str, int]]:
        parts = yield from self._parts(whose, minor, event)
        self._remove(whose, parts)
        return parts

    def _put(self, whose: Whose, lots: dict[str, Lot]) -> None:
        self.purses[whose].lots |= lots
        self.there[whose[1]] += sum(lot.amount for lot in lots.values())
        self.full[whose] = self.touched[whose] = None

    def _remove(self, whose: Whose, parts: dict[str, int]) -> None:
        purse = self.purses[whose]
        purse.take(parts)
        self.there[whose[1]] -= sum(parts.values())
        self.touched[whose] = None
        if not purse.lots:
            self.full.pop(whose, None)
