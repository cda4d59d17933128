"""Laws: what has to hold in a ledger, stated as data."""

from __future__ import annotations

from typing import Final

import attrs

from pushcore.ledgers.condition import Condition
from pushcore.ledgers.expression import Equation
from pushcore.ledgers.map_document import LawTable, MapDocument
from pushcore.ledgers.template import Template

__all__ = ["EVERYTHING", "Law", "Relation", "law_of"]

EVERYTHING: Final = "*"
"""Where it is what is to be unique, it stands for all cells of a line."""


@attrs.frozen
class Relation:
    """An equation, and whether it is about numbers of lines and not about amounts."""

    equation: Equation
    counts: bool


@attrs.frozen
class Law:
    """Something that has to hold.

    Attributes:
        name: What findings call it.
        each: On what: every line, or every group of this name.
        where: The lines it is about; None for all.
        warning: Whether it is only told, and does not make a ledger unsound.
        says: What compares how, if it is about amounts or numbers of lines.
        when: Where it is about a line or a group at all; None for all.
        unique: What no two lines may share, if it is about that; `EVERYTHING` for all of their cells.
    """

    name: str
    each: str
    where: Condition | None
    warning: bool
    says: Relation | None
    when: Relation | None
    unique: Template | None

    @property
    def names(self) -> frozenset[str]:
        """The amounts and values that it is about."""
        relations = [it for it in (self.says, self.when) if it is not None]
        return frozenset(name for relation in relations for name in relation.equation.names)


def law_of(table: LawTable, document: MapDocument) -> Law:
    """The law in a table of a document.

    Raises:
        InvalidValue: its equation, or what is to be unique, is written in another way.
    """
    says, when = (_relation(text, table, document) for text in (table.says, table.when))
    unique = None if table.unique in {None, EVERYTHING} else Template(str(table.unique))
    return Law(table.name, table.each, table.where, table.warning, says, when, unique)


def _relation(text: str | None, table: LawTable, document: MapDocument) -> Relation | None:
    if text is None:
        return None
    equation = Equation.of(text, table.rounding)
    values = [document.values[name] for name in equation.names if name in document.values]
    return Relation(equation, any(value.of is None for value in values))
