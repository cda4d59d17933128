"""Invoices as texts for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.books import Invoice
from pushcore.texts.table import plain, table
from pushcore.texts.telling import Teller

if TYPE_CHECKING:
    from pushcore.calendar import Zone
    from pushcore.texts.words import Words

__all__ = ["invoice_text"]


def invoice_text(invoice: Invoice, locale: str, zone: Zone, *, own_words: Words | None = None) -> str:
    """An invoice or a credit note for people: number, day, lines, and net, tax and gross.

    Who the creator is, and who you are, by name and address and tax number, goes around it: that is not
    known here.

    Args:
        invoice: What is told.
        locale: How dates and amounts are written, and in which language.
        zone: On whose calendar its day is.
        own_words: Other words than those of the locale.

    Raises:
        InvalidValue: no invoice, zone or words, no such locale, or one written from right to left.
    """
    expect(invoice, Invoice, what="an invoice")
    teller = Teller.of(locale, zone, own_words)
    title = "credit-note" if invoice.corrects else "invoice"
    head = [
        f"{teller.word(title)} {plain(invoice.number)}",
        plain(teller.thing("issued", teller.day(invoice.issued_at))),
        plain(teller.thing("creator", invoice.debtor_id)),
    ]
    if invoice.corrects:
        head.append(plain(teller.thing("corrects", ", ".join(invoice.corrects))))
    lines = [[teller.thing("fees", line.name), teller.amount(line.amount)] for line in invoice.lines]
    taxes = [[teller.thing("tax", str(it.rate)), teller.amount(it.tax)] for it in invoice.taxes]
    sums = [
        [teller.word("net"), teller.amount(invoice.net)],
        *taxes,
        [teller.word("gross"), teller.amount(invoice.gross)],
    ]
    return "\n\n".join(["\n".join(head), table(lines, (1,)), table(sums, (1,))]) + "\n"
