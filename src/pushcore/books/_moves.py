"""What a transaction does to everybody's accounts, and the lines of statements that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pushcore.ids import CampaignId, parted
from pushcore.ledger import Account, Holder
from pushcore.ledger.chart import named
from pushcore.money import Currency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.books._debts import OpenDebts
    from pushcore.ledger import Transaction

__all__ = ["Key", "Line", "Moves", "moves", "paid"]

Key = tuple[Holder, str | None, Currency]
"""Whose statement: a holder, which of them, and a currency."""

Line = tuple[str, Account, int]
"""The kind of a line, the account it names, and its amount in minor units."""

Sums = dict[tuple[Account, Currency], int]


@attrs.frozen
class Moves:
    """What a transaction does to the accounts of one holder, in minor units, and the lines that say so."""

    accounts: dict[Account, int] = attrs.field(factory=dict)
    lines: list[Line] = attrs.field(factory=list)


def moves(entry: Transaction, debts: OpenDebts) -> dict[Key, Moves]:
    """What a transaction does to each holder, given the debts so far."""
    sums = _sums(entry)
    found: dict[Key, Moves] = {}
    for (account, currency), minor in sums.items():
        holder = named(account.path).holder
        sign = 1 if holder is Holder.PROVIDER else -1  # what is had there, or what is had by somebody
        for owner, part in _owners(entry, (account, currency), minor, debts).items():
            found.setdefault((holder, owner, currency), Moves()).accounts[account] = sign * part
    for key, its in found.items():
        if key[0] is Holder.CREATOR:
            its.lines.extend(_creator_lines(entry, key, its, sums))
        else:
            its.lines.extend(_own_lines(entry, key[0], its))
    return found


def _sums(entry: Transaction) -> Sums:
    """What a transaction posts to each account; but for what is told beside, where that comes to nothing."""
    sums, beside = dict[tuple[Account, Currency], int](), dict[tuple[Account, Currency], int]()
    for posting in entry.postings:
        at = (posting.account, posting.amount.currency)
        of = beside if named(posting.account.path).sort in _BESIDE else sums
        of[at] = of.get(at, 0) + posting.amount.minor
    return sums | beside if sum(beside.values()) else sums


_BESIDE: Final = frozenset({"beside", "contested", "restored"})


def paid(entry: Transaction, currency: Currency) -> Moves | None:
    """What a backer paid or got back by a transaction, from and to a card, cash or a wallet."""
    came, told = 0, dict[Account, int]()
    for posting in entry.postings:
        its = named(posting.account.path)
        if posting.amount.currency is currency:
            if its.holder is Holder.PROVIDER or its.sort == "wallet":
                came += posting.amount.minor
            if its.sort != "wallet":
                told[posting.account] = int(its.holder is Holder.PROVIDER)
    return Moves({}, [(entry.recipe, max(told, key=told.__getitem__), came)]) if came else None


def _owners(
    entry: Transaction, at: tuple[Account, Currency], minor: int, debts: OpenDebts
) -> dict[str | None, int]:
    """Whose of a holder a posting is; a debt can be of several campaigns."""
    its = named(at[0].path)
    match its.holder:
        case Holder.CREATOR if its.campaign_id is None and its.sort == "debt":
            return debts.shared(at, minor, _campaign(entry), own=entry.recipe == "calling-off")
        case Holder.CREATOR:
            return {its.campaign_id: minor}
        case Holder.BACKER if its.campaign_id is None:
            return {its.name: minor}
        case _:
            return {None: minor}


def _campaign(entry: Transaction) -> CampaignId | None:
    """The first campaign of a transaction."""
    found = (named(posting.account.path).campaign_id for posting in entry.postings)
    return next((campaign_id for campaign_id in found if campaign_id is not None), None)


def _own_lines(entry: Transaction, holder: Holder, its: Moves) -> Iterator[Line]:
    """A line for each account; what the platform earns is told by where it went, all else by the recipe."""
    for account, minor in its.accounts.items():
        if minor:
            told = named(account.path).sort if holder is Holder.PLATFORM else entry.recipe
            yield told, account, minor


def _creator_lines(entry: Transaction, key: Key, its: Moves, sums: Sums) -> Iterator[Line]:
    """Each fee of the campaign, what others bear of them, what settles a debt, and the rest as one line.

    So a settlement, which moves everything from one account of the campaign to others, shows its fees.
    """
    _, campaign_id, currency = key
    left = dict(its.accounts)
    rest = 0
    if entry.recipe == "recovery":
        for account in [it for it in left if named(it.path).campaign_id is None]:
            yield _source(entry), account, left.pop(account)
    for (account, found), minor in sums.items():
        of = named(account.path)
        told = of.sort == "fees" or (of.sort == "borne" and entry.recipe == "settlement")
        if minor and found is currency and told and of.campaign_id == campaign_id:
            rest -= minor
            yield of.sort, account, minor
    rest += sum(left.values())
    if rest:
        kind = _SET_OFF if entry.recipe == "recovery" else entry.recipe
        yield kind, max(left, key=lambda it: abs(left[it])), rest


_SET_OFF: Final = "set-off"


def _source(entry: Transaction) -> str:
    """Where a debt was recovered from: `pushcore.payouts.debt.DebtSource`."""
    accounts = [named(posting.account.path) for posting in entry.postings]
    if any(it.holder is Holder.PROVIDER for it in accounts):
        return "paid-back"
    _, *what = parted(parted(entry.id)[-1])
    released = bool(what) and what[0] == "reserve"
    return "from-reserve" if released or any(it.sort == "reserve" for it in accounts) else "from-payout"
