"""Texts for people: statements in their language, with their dates and amounts, and CSV for programs."""

from __future__ import annotations

from pushcore.texts.dates import format_day
from pushcore.texts.invoices import invoice_text
from pushcore.texts.statements import statement_csv, statement_text
from pushcore.texts.table import plain, table, width
from pushcore.texts.words import LANGUAGES, Words, words

__all__ = [
    "LANGUAGES",
    "Words",
    "format_day",
    "invoice_text",
    "plain",
    "statement_csv",
    "statement_text",
    "table",
    "width",
    "words",
]
