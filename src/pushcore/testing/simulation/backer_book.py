"""An auditor's own book of what goes back to backers: what was agreed, who gives it, what is credit."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from pushcore.payments.events import RefundAgreed
from pushcore.payouts import Dispute
from pushcore.payouts.return_events import CreditGiven
from pushcore.pledges import Pledge
from pushcore.testing.simulation.debt_laws import is_beyond
from pushcore.testing.simulation.dispute_book import pledge_of
from pushcore.testing.simulation.made_book import made_in
from pushcore.testing.simulation.undone import Undone, undone_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.changes import Changes
    from pushcore.ledger import Transaction
    from pushcore.money import Money
    from pushcore.pledges.refund import RefundWay

__all__ = ["BackerBook", "agreed_in", "brought_by", "credited_in", "given_by", "taken_instead"]

_CREATORS: Final = frozenset({"held", "debt"})


def agreed_in(changes: Changes) -> RefundAgreed | None:
    """The refund that is agreed in a commit: there is one at most."""
    return next((event for event in changes.events if isinstance(event, RefundAgreed)), None)


def given_by(transaction: Transaction) -> dict[str, Counter[str]]:
    """Who gives how much of what is owed back, by kind and name; ``refunds`` is what backers are owed."""
    given: dict[str, Counter[str]] = defaultdict(Counter)
    for posting in transaction.postings:
        kind, *name = posting.account.path.removeprefix("campaign/").split("/")[1:] or [""]
        given[kind]["/".join(name)] += posting.amount.minor
    return given


def brought_by(transaction: Transaction) -> Money | None:
    """What is brought to the provider, cash or by who owes it, or below zero fetched; None where none is."""
    if transaction.recipe not in {"deposit", "return", "recovery"} and not is_beyond(transaction):
        return None
    return next((it.amount for it in transaction.postings if it.account.path == "provider"), None)


class BackerBook:
    """What goes back of pledges, by postings and events alone.

    Attributes:
        agreed: What was agreed to go back of each pledge.
        given: What its campaign gives of that, of what it holds or as a debt of its creator.
        fees: What comes back of each fee line, by pledge and line.
        disputed: What disputes took of what is held for each pledge.
        again: What is paid out once more of each campaign, as it was not owed after all.
        credited: What became credit of its backer.
        settled: What the campaign had of each pledge when it was settled.
        undone: What was asked back of each pledge, by line and fee.
        unusual: The pledges of which something went back as a fraud, or at the provider itself.
        goes: In how many goes something of each pledge went back.
        was: What that was before the refund that was agreed last.
        taken_along: What was agreed before, declined, and goes back with what is agreed now: all of it, and
            what of that is on top. A dispute may have taken it meanwhile, and given it back.
    """

    def __init__(self) -> None:
        self.agreed: Counter[str] = Counter()
        self.given: Counter[str] = Counter()
        self.fees: Counter[tuple[str, str]] = Counter()
        self.disputed: Counter[str] = Counter()
        self.again: Counter[str] = Counter()
        self.credited: Counter[str] = Counter()
        self.settled: dict[str, int] = {}
        self.undone: dict[str, dict[str, Undone]] = {}
        self.unusual: set[str] = set()
        self.goes: Counter[str] = Counter()
        self.was: dict[str, Undone] = {}
        self.taken_along: tuple[int, int] = (0, 0)
        self._declined: dict[str, tuple[int, int]] = {}

    def write(self, changes: Changes) -> None:
        """Take down what was committed."""
        self._write_dispute(changes)
        agreed = agreed_in(changes)
        if agreed is not None:
            self.taken_along = self._along(agreed.pledge_id, changes)
            self.was = self.undone.get(agreed.pledge_id, {})
        credit = credited_in(changes)
        for it in changes.put:
            if isinstance(it, Pledge):
                self._declined[it.id] = _summed([*_declined(it), *_instead(it)])
                if undone := undone_of(it):
                    self.undone[it.id] = undone
                self.credited[it.id] += credit if agreed is None or it.id == agreed.pledge_id else 0
        if agreed is None:
            return
        pledge_id = agreed.pledge_id
        self.agreed[pledge_id] += agreed.amount.minor
        self.goes[pledge_id] += 1
        if agreed.situation == "fraud" or any(made_in(it) is not None for it in changes.transactions):
            self.unusual.add(pledge_id)
        self._write_given(pledge_id, changes)

    def _write_given(self, pledge_id: str, changes: Changes) -> None:
        """Take down who gives what is agreed to go back."""
        for transaction in changes.transactions:
            if transaction.recipe == "owe-back":
                given = given_by(transaction)
                self.given[pledge_id] += sum(given[kind].total() for kind in _CREATORS if kind in given)
                for line, minor in given.get("fees", {}).items():
                    self.fees[pledge_id, line] += minor

    def kept(self, pledge_id: str) -> int:
        """What the backer of a pledge bore of what was asked back of it."""
        return sum(it.kept for it in self.undone.get(pledge_id, {}).values())

    def _along(self, pledge_id: str, changes: Changes) -> tuple[int, int]:
        before = self._declined.get(pledge_id, (0, 0))
        taken = (way for it in changes.put if it.id == pledge_id for way in _instead(it))
        gone = _summed([*taken])
        return before[0] - gone[0], before[1] - gone[1]

    def _write_dispute(self, changes: Changes) -> None:
        """Take down what a dispute takes of what is held, or gives back."""
        for it in changes.put:
            if isinstance(it, Dispute):
                for transaction in changes.transactions:
                    given = given_by(transaction)
                    if transaction.recipe == "dispute":
                        self.disputed[pledge_of(it.charge_key)] += given["held"].total()
                    elif transaction.recipe == "calling-off":
                        self.again[it.campaign_id] -= given["payee"].total()


def credited_in(changes: Changes) -> int:
    """What of a refund became credit; what was called in for a dispute and is given again is none."""
    given = (it for it in changes.events if isinstance(it, CreditGiven))
    return sum(it.amount.minor for it in given if it.reason != "dispute")


def _declined(pledge: Pledge) -> tuple[RefundWay, ...]:
    """What of a pledge was declined to go back."""
    return pledge.refund.ways if pledge.refund is not None and pledge.refund.declined else ()


def _instead(pledge: object) -> Iterator[RefundWay]:
    """What disputes have taken of that."""
    for it in pledge.disputes if isinstance(pledge, Pledge) else ():
        if it.taken and it.instead is not None:
            yield it.instead


def taken_instead(pledge: Pledge) -> int:
    """What the bank gave back of what was agreed to go back, and was declined."""
    return sum(way.amount.minor for way in _instead(pledge))


def _summed(ways: list[RefundWay]) -> tuple[int, int]:
    """What they come to, and what of that is on top."""
    on_top = sum(part.minor for way in ways for part in way.on_top.values())
    return sum(way.amount.minor for way in ways), on_top
