"""Ledgers to try the floor with: sound ones, rows as other ledgers have them, and a naive oracle."""

from datetime import UTC, datetime
from itertools import count

import attrs
from hypothesis import strategies as st

from pushcore import Account, Currency, Money, Posting, Transaction
from pushcore.ledger import Side, TransactionPhase

AT = datetime(2026, 1, 5, tzinfo=UTC)
BANK = Account("bank", Side.DEBIT)
HELD = Account("held", Side.CREDIT, guarded=True)
PAYEE = Account("payee", Side.CREDIT, guarded=True)
TILL = Account("till", Side.DEBIT, guarded=True)
"""A guarded account of the other side: cash in a box."""

currencies = st.sampled_from([Currency.of("EUR"), Currency.of("JPY")])


@attrs.frozen
class Row:
    """A line of somebody else's ledger: nothing checks it."""

    id: str
    postings: tuple
    phase: TransactionPhase = TransactionPhase.POSTED
    pending_id: str | None = None

    @staticmethod
    def of(transaction):
        return Row(transaction.id, transaction.postings, transaction.phase, transaction.pending_id)


def eur(minor):
    return Money.of_minor(minor, "EUR")


def moved(amount, source, target):
    """The postings that take an amount of one account to another: a credit here, a debit there."""
    return (Posting(target, amount), Posting(source, -amount))


def transaction(name, postings, phase=TransactionPhase.POSTED, pending_id=None):
    return Transaction(name, "test", AT, postings, phase, pending_id)


def pending(name, amount, source=HELD, target=BANK):
    return transaction(name, moved(amount, source, target), TransactionPhase.PENDING)


def posted(name, amount, source=HELD, target=BANK, *, of=None):
    return transaction(name, moved(amount, source, target), TransactionPhase.POSTED, of)


def voided(name, of):
    return transaction(name, (), TransactionPhase.VOIDED, of)


@attrs.frozen
class Sums:
    """What an oracle adds up for one account and currency."""

    debits: int
    credits: int
    debits_pending: int
    credits_pending: int

    def available(self, account):
        if account.normal is Side.DEBIT:
            return self.debits - self.credits - self.credits_pending
        return self.credits - self.debits - self.debits_pending


def counted(entries, account, currency):
    """The sums by their definition: read the whole ledger again for every question."""
    resolved = {entry.pending_id for entry in entries}
    done = [entry for entry in entries if entry.phase is TransactionPhase.POSTED]
    waiting = [
        entry for entry in entries if entry.phase is TransactionPhase.PENDING and entry.id not in resolved
    ]

    def total(entries, sign):
        minors = [
            sign * posting.amount.minor
            for entry in entries
            for posting in entry.postings
            if (posting.account.path, posting.amount.currency) == (account.path, currency)
        ]
        return sum(minor for minor in minors if minor > 0)

    return Sums(total(done, 1), total(done, -1), total(waiting, 1), total(waiting, -1))


@st.composite
def sound_ledgers(draw, most=12):
    """Charges under way, posted in full or in part, or voided; and what came in, spent as far as it goes."""
    ledger, waiting, names = [], [], map("t{}".format, count())
    for _ in range(draw(st.integers(0, most))):
        choices = ["charge", "spend", "fill", *(["resolve"] * 2 if waiting else [])]
        match draw(st.sampled_from(choices)):
            case "charge":
                charge = pending(next(names), Money.of_minor(draw(st.integers(1, 99)), draw(currencies)))
                ledger.append(charge)
                waiting.append(charge)
            case "fill":
                ledger.append(posted(next(names), eur(draw(st.integers(1, 99))), BANK, TILL))
            case "resolve":
                charge = waiting.pop(draw(st.integers(0, len(waiting) - 1)))
                ledger.append(_resolved(draw, next(names), charge))
            case "spend":
                ledger += _spent(draw, names, ledger, waiting)
    return ledger


def _resolved(draw, name, charge):
    amount = charge.postings[0].amount
    match draw(st.sampled_from(["full", "part", "void"])):
        case "full":
            return charge.posted(name, AT)
        case "void":
            return charge.voided(name, AT)
        case "part":
            source, target = charge.postings[1].account, charge.postings[0].account
            part = amount.with_minor(draw(st.integers(0, amount.minor)))
            return posted(name, part, source, target, of=charge.id)


def _spent(draw, names, ledger, waiting):
    """Money out of a guarded account, now or soon, no more than it has."""
    account, target = draw(st.sampled_from([(HELD, PAYEE), (PAYEE, BANK), (TILL, BANK)]))
    currency = draw(currencies)
    most = counted(ledger, account, currency).available(account)
    if most <= 0:
        return []
    amount = Money.of_minor(draw(st.integers(1, most)), currency)
    # What lowers an account is a debit where credits raise it, and the other way round.
    source, target = (target, account) if account.normal is Side.CREDIT else (account, target)
    if draw(st.booleans()):
        return [posted(next(names), amount, source, target)]
    waiting.append(pending(next(names), amount, source, target))
    return waiting[-1:]


def accounts():
    return (BANK, HELD, PAYEE, TILL)
