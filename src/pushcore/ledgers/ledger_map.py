"""Maps: what the columns of somebody's ledger mean, and which laws have to hold in it."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property

import attrs

from pushcore._checks import kind
from pushcore.errors import InvalidDocument
from pushcore.ledgers.amount_text import AmountText
from pushcore.ledgers.law import EVERYTHING, Law, law_of
from pushcore.ledgers.map_document import AccountTable, MapDocument
from pushcore.ledgers.map_problems import map_problems
from pushcore.ledgers.template import Template
from pushcore.ledgers.times import Times

__all__ = ["LedgerMap"]


@attrs.frozen(slots=False)
class LedgerMap:
    """What the columns of a ledger mean: made by `read_map` or `parse_map`.

    Raises:
        InvalidValue: it is not made of the document of a map.
        InvalidDocument: what its keys mean together is wrong; every problem is named.
    """

    document: MapDocument = attrs.field(repr=False, validator=kind(MapDocument))

    def __attrs_post_init__(self) -> None:
        if problems := [*map_problems(self.document)]:
            raise InvalidDocument(problems)

    @cached_property
    def amount_text(self) -> AmountText:
        """How amounts are written."""
        file = self.document.file
        return AmountText(file.decimal, file.group, file.locale)

    @cached_property
    def times(self) -> Times:
        """How times are written."""
        return Times(self.document.line.time, self.document.line.zone)

    @cached_property
    def laws(self) -> tuple[Law, ...]:
        """What has to hold."""
        return tuple(law_of(law, self.document) for law in self.document.laws)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every column that it speaks of, once, in the order of the document."""
        return tuple(dict.fromkeys(_columns(self.document)))

    def account(self, path: str) -> AccountTable | None:
        """What is said of the account of this path, if anything is."""
        return next((it for it in self.document.accounts if fnmatchcase(path, it.match)), None)


def _columns(document: MapDocument) -> Iterator[str]:
    line = document.line
    templates = [line.transaction, line.currency, line.id, line.at, line.phase, line.resolves]
    templates += [posting.account for posting in document.postings]
    templates += [one.by for group in document.groups.values() for one in group]
    templates += [Template(law.unique) for law in document.laws if law.unique not in {None, EVERYTHING}]
    yield from (column for template in templates if template for column in template.columns)
    yield from (amount.column for amount in document.amounts.values())
    conditions = [*document.leave_out, *(value.where for value in document.values.values())]
    conditions += [posting.where for posting in document.postings]
    conditions += [law.where for law in document.laws]
    conditions += [one.where for group in document.groups.values() for one in group]
    yield from (column for condition in conditions if condition for column in condition.columns)
