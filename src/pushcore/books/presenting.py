"""Presenting: what a backer who pays in another currency paid and got back in it, transaction by transaction.

The ledger is in the currency of the campaign, and beside it in whatever the provider booked. What a backer
was shown is known to the pledge alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import expect, stream
from pushcore.ids import TransactionId
from pushcore.ledger import Transaction, TransactionPhase
from pushcore.ledger.recipes import about, pledge_of
from pushcore.money import Money
from pushcore.payments._presenting import charged
from pushcore.payments.keys import charge_key, made_key
from pushcore.pledges import Pledge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["presented_amounts"]


def presented_amounts(
    transactions: Iterable[Transaction], pledges: Iterable[Pledge]
) -> dict[TransactionId, Money]:
    """What transactions of some pledges were for their backers, where these pay in another currency.

    It is what they paid or got back, without a sign. What became credit is in the campaign's currency.

    Raises:
        InvalidValue: no transactions, or no pledges.

    Example:
        >>> presented_amounts([], [])
        {}
    """
    abroad = dict[str, tuple[Pledge, list[Transaction]]]()
    for pledge in stream(pledges):
        expect(pledge, Pledge, what="what was paid for")
        if pledge.presented is not None:
            abroad[pledge.id] = (pledge, [])
    for entry in stream(transactions):
        expect(entry, Transaction, what="an entry of the ledger")
        if entry.phase is TransactionPhase.POSTED and (of := pledge_of(entry)) in abroad:
            abroad[of][1].append(entry)
    return {key: amount for of in abroad.values() for key, amount in _presented(*of)}


def _presented(pledge: Pledge, entries: Sequence[Transaction]) -> Iterator[tuple[TransactionId, Money]]:
    paid, refunds = dict(_charges(pledge)), {it.id for it in entries if it.recipe == "refund"}
    ordered = list[Money]()
    for gone in pledge.gone_back:
        made = TransactionId(made_key(pledge, gone.reference))
        if gone.presented is not None and not gone.credit:
            paid[TransactionId(f"{made}/bounced")] = gone.presented
            if made in refunds:
                paid[made] = gone.presented
            else:
                ordered.append(gone.presented)
    asked = (it.id for it in entries if it.recipe == "refund" and it.id not in paid)
    paid.update(zip(asked, ordered, strict=False))  # in the order in which they were carried out
    taken = {it.id: it.took for it in pledge.disputes if it.took is not None}
    for entry in entries:
        amount = taken.get(about(entry) or "") if entry.recipe == "dispute" else paid.get(entry.id)
        if amount is not None:
            yield entry.id, amount


def _charges(pledge: Pledge) -> Iterator[tuple[TransactionId, Money]]:
    """What each charge was, by the transaction of it."""
    parts = () if pledge.instalments is None else pledge.instalments.parts
    attempts = [(it, it.attempt) for it in parts if it.attempt is not None] if parts else [(None, None)]
    for part, attempt in attempts:
        shown = charged(pledge, part)
        assert shown is not None, "it is paid in another currency"
        yield TransactionId(f"{charge_key(pledge, attempt)}/done"), shown
