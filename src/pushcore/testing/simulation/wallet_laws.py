"""The laws of credit: what is in each wallet, what is taken of it, and that it lies with the provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.gateway import Transfer
from pushcore.payouts import Dispute, Wallet
from pushcore.payouts.return_events import CreditGiven, CreditSpent, CreditTransferred, WithdrawalOrdered
from pushcore.pledges import Pledge
from pushcore.testing.simulation.dispute_book import pledge_of
from pushcore.testing.simulation.provider_book import credit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.testing.simulation.auditor import Auditor
    from pushcore.testing.simulation.wallet_book import Whose
    from pushcore.testing.simulation.world import World

__all__ = ["CREDIT_LAWS", "FINAL_CREDIT_LAWS", "WALLET_LAWS"]


def _in_lots(books: Auditor, changes: Changes) -> Iterator[str]:
    """A wallet is written with the lots that were given, less what was taken of each."""
    last = {it.id: it for it in changes.put if isinstance(it, Wallet)}
    for wallet in last.values():
        purse = books.wallets.purses[wallet.backer_id, wallet.currency.code]
        told = {lot.key: (lot.amount.minor, lot.expires_at) for lot in wallet.lots}
        counted = {key: (lot.amount, lot.expires_at) for key, lot in purse.lots.items()}
        if told != counted:
            yield f"wallet {wallet.id} is written with {told}, and {counted} is counted"
        if wallet.pending.minor != purse.pending.total():
            yield f"of wallet {wallet.id} {wallet.pending} are leaving, and {purse.pending} is counted"


def _as_wanted(books: Auditor, changes: Changes) -> Iterator[str]:
    """Just what is wanted is withdrawn or passed on, or all that can be, by whom and to whom it was said."""
    deed = books.doing[-1]
    if deed.do not in {"withdraw", "pass-on"}:
        return
    for event in changes.events:
        if isinstance(event, WithdrawalOrdered | CreditTransferred):
            wanted = deed.args.get("minor", event.amount.minor)
            recipient = getattr(event, "recipient_id", None)
            told = event.backer_id, recipient, event.amount.minor
            if told != (deed.args["backer"], deed.args.get("recipient"), wanted):
                yield f"{event} for {deed}"
            whose = event.backer_id, event.amount.currency.code
            if "minor" not in deed.args and books.wallets.free(whose, event.at):
                yield f"{event} for {deed}, and {books.wallets.free(whose, event.at)} is left"


def _to_who_paid(_: Auditor, changes: Changes) -> Iterator[str]:
    """What goes back as credit is of whoever placed the pledge, and not of whom it was handed over to."""
    payers = {it.request.backer_id for it in changes.put if isinstance(it, Pledge) and it.matches is None}
    for event in changes.events:
        if isinstance(event, CreditGiven) and event.backer_id not in payers:
            yield f"{event} is of what {payers} paid"


def _paid_with_credit(books: Auditor, changes: Changes) -> Iterator[str]:
    """Who pays with credit pays all of one pledge, which is their own and new."""
    spent = {pledge_of(it.key): it for it in changes.events if isinstance(it, CreditSpent)}
    placed = {it.id: it for it in changes.put if isinstance(it, Pledge) and it.version == 1}
    for pledge_id, event in spent.items():
        reading = books.readings.get(pledge_id)
        if reading is None or pledge_id not in placed:
            yield f"{event} is of no new pledge"
        elif (reading.backer_id, reading.amount) != (event.backer_id, event.amount.minor):
            yield f"{event} is of {reading}"
    for pledge in placed.values():
        if pledge.method == "wallet" and pledge.id not in spent:
            yield f"{pledge.id} is paid with credit, and none is spent"


def _ordered_as_told(books: Auditor, changes: Changes) -> Iterator[str]:
    """A transfer to a backer is of a withdrawal, and of just that."""
    asked = {it.key: it for it in changes.events if isinstance(it, WithdrawalOrdered)}
    for order in changes.orders:
        if isinstance(order, Transfer) and not books.is_named(order.payout_id):
            event = asked.get(order.key)
            if event is None or str(order.payee_id) != event.backer_id or order.amount != event.amount:
                yield f"{order} for {event}"


def _called_in(books: Auditor, changes: Changes) -> Iterator[str]:
    """While a bank has given the money of a charge, its backer has no credit for the same."""
    for it in changes.put:
        told = books.disputes.all.get(it.id) if isinstance(it, Dispute) else None
        if not isinstance(it, Dispute) or told is None:
            continue
        called_in, free = books.wallets.called_in[it.id], told.state in {"won", "withdrawn"}
        most = 0 if free else told.amount - told.own
        if not 0 <= called_in <= most:
            yield f"{called_in} is called in for {it}"
        if it.version == 1 and called_in < most and not books.readings[pledge_of(told.charged)].parted:
            left = books.wallets.given_for(it, changes.events[0].at)
            if any(minor and not key.startswith("dispute/") for key, minor in left.items()):
                yield f"{called_in} is called in for {it}, and {left} is left"


CREDIT_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "wallets-are-their-lots": _in_lots,
    "credit-as-wanted": _as_wanted,
    "credit-called-in": _called_in,
    "credit-to-who-paid": _to_who_paid,
    "paid-with-credit": _paid_with_credit,
    "withdrawn-as-ordered": _ordered_as_told,
}
"""One more line is one more law of what is written together."""


def _wallet_is_book(world: World, whose: Whose) -> Iterator[str]:
    """What the store and the ledger have of a wallet is what was given, less what was taken."""
    books, (backer, currency) = world.books, whose
    counted, posted = books.wallets.purses[whose].total, -books.ledger.net(f"wallet/{backer}", currency)
    found = world.store.find(Wallet, f"{backer}/{currency}")
    if found is None or found.total.minor != counted:
        yield f"{found} is found, and {counted} is counted"
    if posted != counted:
        yield f"{posted} {currency} of {backer} is posted, and {counted} is counted"


def _credit_is_there(world: World, whose: Whose) -> Iterator[str]:
    """All credit lies with the provider, but for what has left and is not written yet."""
    books, (_, currency) = world.books, whose
    there, counted = books.provider.of_campaign[credit_of(currency)], books.wallets.there[currency]
    moved = (move for key in books.wallets.leaving for move in books.provider.moved.get(key, ()))
    left = sum(minor for code, minor in moved if code == currency)
    if there != counted + left:
        yield f"{there} {currency} of credit lies with the provider, and {counted} is in wallets"


WALLET_LAWS: Final[dict[str, Callable[[World, Whose], Iterator[str]]]] = {
    "wallet-is-book": _wallet_is_book,
    "credit-is-there": _credit_is_there,
}
"""One more line is one more law of a wallet that was touched, asked after every deed."""


def _expired(world: World) -> Iterator[str]:
    """No credit is left that has expired, and nothing is being withdrawn."""
    for (backer, currency), purse in world.books.wallets.purses.items():
        if purse.leaving or purse.over(world.clock.at):
            yield f"{purse} of {backer} in {currency} is left"


FINAL_CREDIT_LAWS: Final[dict[str, Callable[[World], Iterator[str]]]] = {"credit-expires": _expired}
"""One more line is one more law of how credit must end."""
