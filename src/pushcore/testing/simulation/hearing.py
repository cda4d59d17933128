"""Hearing: what the provider says is taken down when it is said, and again when the library knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.gateway import Capture, Charge, Refund, Transfer
from pushcore.testing.simulation.dispute_book import pledge_of
from pushcore.testing.simulation.presented_laws import worth_of
from pushcore.testing.simulation.provider_book import moved_by
from pushcore.testing.simulation.shares import Contribution
from pushcore.testing.simulation.told_book import kept_by, settled_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.gateway import Accepted, Order
    from pushcore.ledger import Transaction
    from pushcore.money import Money
    from pushcore.payouts import ProviderExchange
    from pushcore.testing.simulation.auditor import Auditor

__all__ = [
    "collected_for",
    "contribution",
    "hear",
    "hear_bounced",
    "hear_exchange",
    "hear_made",
    "hear_posted",
    "hear_sent_back",
]


def hear(books: Auditor, order: Order, answer: Accepted, plain: Accepted) -> Iterator[tuple[str, str]]:
    """The provider carried an order out, or says again that it did; every law that this breaks.

    Args:
        books: What is known.
        order: What was asked.
        answer: What it says.
        plain: What the gateway said itself: what is said besides, it does not know.
    """
    new, provider = order.key not in books.provider.accepted, books.provider
    yield from provider.accept(order, books.campaign_of(order))
    if new and isinstance(order, Refund | Transfer):
        cost, known = (0 if it.fee is None else it.fee.minor for it in (answer, plain))
        books.told.cost(order.key, books.campaign_of(order), cost)
        provider.keep(order, cost, unknown=cost - known)
    if not new or not isinstance(order, Charge | Capture | Refund):
        return
    books.told.hear(order, answer)
    if plain.fee is not None or plain.settled is not None:
        books.told.own.add(order.key)
    kept, known = kept_by(order, answer) or 0, kept_by(order, plain) or 0
    provider.keep(order, kept, unknown=kept - known)
    settled, own = settled_by(order, answer), (order.amount.currency.code, order.amount.minor)
    if settled is not None:
        came, went = (own, settled) if isinstance(order, Refund) else (settled, own)
        known_there = plain.settled is not None or order.presented is not None
        provider.exchange(order.key, came, went, known=known_there)


def hear_posted(books: Auditor, key: str) -> None:
    """The ledger has an order that was carried out, and so the library knows what was told of it."""
    told, order = books.told.post(key), books.ordered[key]
    if told is None or not isinstance(order, Charge | Capture | Refund):
        return
    if isinstance(order, Refund):
        shown = order.presented is not None
        _exchange_back(books, key, order.charged, order.amount, told.settled, shown=shown)
    elif told.settled is not None:
        amount = order.amount
        books.exchange.charge(key, amount.currency.code, amount.minor, told.settled)


def hear_made(books: Auditor, name: str, transaction: Transaction) -> Iterator[tuple[str, str]]:
    """The ledger has a refund that somebody made at the provider itself; every law that this breaks."""
    (gone,) = (-it.amount for it in transaction.postings if it.account.path == "provider")
    made = books.made.all.get(name)
    shown = None if made is None else books.pledges[pledge_of(made.charged)].presented
    if made is None or shown is None:
        yield from books.made.book(name, gone.minor, gone.minor)
        moved = gone.currency.code, gone.minor
    else:
        due = worth_of(books, made.charged, made.amount, but=name)
        yield from books.made.book(name, gone.minor, made.amount if due == gone.minor else -1)
        moved = shown.currency.code, made.amount
    made = books.made.all[name]
    told = None if shown is None else moved
    _exchange_back(books, name, made.charged, gone, told, shown=shown is not None)
    books.provider.give_back_there(made.campaign_id, gone.minor, *moved)


def hear_bounced(books: Auditor, transaction: Transaction) -> Iterator[tuple[str, str]]:
    """The ledger has a refund that a bank sent back; every law that this breaks."""
    back = next((it for it in books.bounced.values() if it.entry == transaction.id), None)
    if back is None or books.provider.moved.pop(back.entry, None) is None:
        yield "ledger-follows-provider", f"{transaction.id} is booked, and nothing came back"
        return
    back.booked, order = True, back.order
    books.provider.returned[order.charged] -= order.amount.minor
    books.provider.moved_back[order.charged] -= moved_by(order)
    books.disputes.come_back(order.charged, order.amount.minor)
    books.told.keep_again(order)
    came = books.exchange.come_back(order.charged, order.key)
    if came is not None and order.presented is None:
        books.provider.exchange(None, (came.other, came.booked), (came.currency, came.minor))


def hear_sent_back(books: Auditor, transaction: Transaction) -> Iterator[tuple[str, str]]:
    """The ledger has a payout that a bank sent back; every law that this breaks."""
    back = next((it for it in books.sent_back.values() if it.entry == transaction.id), None)
    came = sum(it.amount.minor for it in transaction.postings if it.account.path == "provider")
    if back is None or books.provider.moved.pop(back.entry, None) is None or came != back.came.minor:
        yield "ledger-follows-provider", f"{transaction.id} books {came}, and {back} came back"
    else:
        back.booked = True


def hear_exchange(books: Auditor, noted: ProviderExchange) -> None:
    """Somebody noted that money at the provider became another currency."""
    books.exchange.note(noted)
    came, went = ((it.currency.code, it.minor) for it in (noted.received, noted.given))
    books.provider.exchange(None, came, went)


def _exchange_back(  # noqa: PLR0913  what went back of what
    books: Auditor, key: str, charged: str, amount: Money, told: tuple[str, int] | None, *, shown: bool
) -> None:
    """Something went back of what was booked in another currency; where that is not told, at its rate."""
    other, code = books.exchange.currency_of(charged), amount.currency.code
    if other is None:
        return
    campaign_id, known = books.readings[pledge_of(charged)].campaign_id, None if told is None else told[1]
    booked = books.exchange.give_back(key, charged, campaign_id, code, amount.minor, known, shown=shown)
    if told is None:
        books.provider.exchange(None, (code, amount.minor), (other, booked))


def contribution(books: Auditor, pledge_id: str, kept: int) -> Contribution:
    """A collected pledge, as fees are taken of it: of what is kept of it for its campaign."""
    pledge = books.pledges[pledge_id]
    source = "offline" if pledge.method == "offline" and not pledge.attempts else "backer"
    if pledge.matches is not None:
        source = "matched"
    return Contribution(kept, books.told.fees.get(pledge_id), books.told.way_of(pledge), source)


def collected_for(books: Auditor, campaign_id: str) -> list[Contribution]:
    """What was collected for a campaign, and is there, as fees are taken of it."""
    readings = ((it, books.readings[it]) for it in books.pledges_of[campaign_id])
    return [
        contribution(books, name, it.kept) for name, it in readings if it.kept and it.state == "collected"
    ]
