"""What is wrong with a map, although each of its keys is right for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import ParamSpec

from pushcore._checks import placed, shown
from pushcore.errors import InvalidValue, Problem
from pushcore.ledger import Account, Side
from pushcore.ledgers.amount_text import AmountText
from pushcore.ledgers.law import Relation, law_of
from pushcore.ledgers.map_document import LINE, LawTable, MapDocument
from pushcore.ledgers.names import currency_named, reference
from pushcore.ledgers.template import Template
from pushcore.ledgers.times import Times

__all__ = ["map_problems"]

P = ParamSpec("P")


def map_problems(document: MapDocument) -> Iterator[Problem]:
    """Everything that is wrong with what the keys of a document mean together."""
    line, file = document.line, document.file
    yield from _refusal("file", AmountText, file.decimal, file.group, file.locale)
    yield from _refusal("line.time", Times, line.time, line.zone)
    if not document.postings and not document.laws:
        yield Problem("", "there is nothing to audit: give [[postings]], or [[laws]], or both", "missing")
    yield from _line_problems(document)
    yield from _constant_problems(document)
    yield from _value_problems(document)
    yield from _posting_problems(document)
    for place, law in enumerate(document.laws):
        yield from _law_problems(f"laws.{place}", law, document)
    yield from _twice([law.name for law in document.laws])


def _refusal(path: str, make: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> Iterator[Problem]:
    """Why something cannot be made."""
    try:
        make(*args, **kwargs)
    except InvalidValue as wrong:
        yield Problem(path, placed(wrong))


def _value_problems(document: MapDocument) -> Iterator[Problem]:
    for name, value in document.values.items():
        if name in document.amounts:
            yield Problem(f"values.{name}", "an amount has the same name", "duplicate")
        if (value.of is None) != value.count:
            yield Problem(f"values.{name}", "give what it is a sum of, or count = true for a number of lines")
        if value.of is not None:
            yield from _unknown(f"values.{name}.of", value.of.names, document.amounts)


def _posting_problems(document: MapDocument) -> Iterator[Problem]:
    for place, posting in enumerate(document.postings):
        path = f"postings.{place}.amount"
        yield from _unknown(path, posting.amount.names, document.amounts)
        if not posting.amount.whole:
            yield Problem(path, f"{shown(posting.amount.text)} may be no whole number of minor units")


def _twice(names: list[str]) -> Iterator[Problem]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield Problem(f"laws.{place}.name", f"{shown(name)} is the name of another law", "duplicate")


def _line_problems(document: MapDocument) -> Iterator[Problem]:
    line = document.line
    if document.postings and line.transaction is None:
        yield Problem("line.transaction", "say which lines are one transaction", "missing")
    if line.phase is not None and not line.phases:
        yield Problem("line.phases", "say which texts mean pending, posted and voided", "missing")
    if line.phase is None and line.phases:
        yield Problem("line.phase", "say where the phase stands", "missing")
    if document.file.order == "newest-first" and document.file.adjacent:
        yield Problem("file.adjacent", "what stands newest first is read whole: leave this out")


def _constant_problems(document: MapDocument) -> Iterator[Problem]:
    """What is the same on every line and no line could have: told once, and not of each of them."""
    line = document.line
    with suppress(InvalidValue):  # which is told already
        yield from _constant("line.at", line.at, Times(line.time, line.zone).instant)
    yield from _constant("line.currency", line.currency, currency_named)
    yield from _constant("line.transaction", line.transaction, reference)
    yield from _constant("line.resolves", line.resolves, reference)
    for place, posting in enumerate(document.postings):
        yield from _constant(
            f"postings.{place}.account", posting.account, partial(Account, normal=Side.DEBIT)
        )


def _constant(path: str, template: Template | None, make: Callable[[str], object]) -> Iterator[Problem]:
    if template is None or template.columns:
        return
    for problem in _refusal(path, make, template.text.strip()):
        hint = f"; a column is written in braces: {{{template.text}}}"
        yield Problem(path, f"{problem.message}{hint}")


def _law_problems(path: str, law: LawTable, document: MapDocument) -> Iterator[Problem]:
    if (law.says is None) == (law.unique is None):
        yield Problem(path, "a law says an equation, or what is unique: give one of says, unique")
    elif law.unique is not None and law.when is not None:
        yield Problem(f"{path}.when", "what is unique is so whenever its line is there: give a where")
    elif law.unique is not None and law.each != LINE:
        yield Problem(f"{path}.each", "what is unique is so in the whole file: leave this out")
    if law.each != LINE and law.each not in document.groups:
        known = ", ".join([LINE, *document.groups])
        yield Problem(f"{path}.each", f"there is no group {shown(law.each)}; there are {known}", "choice")
    if refused := [*_refusal(path, law_of, law, document)]:
        yield from refused
        return
    made = law_of(law, document)
    for key, relation in (("says", made.says), ("when", made.when)):
        if relation is not None:
            yield from _relation_problems(f"{path}.{key}", relation, document)


def _relation_problems(path: str, relation: Relation, document: MapDocument) -> Iterator[Problem]:
    names = relation.equation.names
    yield from _unknown(path, names, {**document.amounts, **document.values})
    values = [document.values[name] for name in names if name in document.values]
    amounts = sum(name in document.amounts for name in names) + sum(it.of is not None for it in values)
    if relation.counts and amounts:
        yield Problem(path, "an amount does not compare with a number of lines")


def _unknown(path: str, names: tuple[str, ...], known: Mapping[str, object]) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            there = ", ".join(known) or "none"
            yield Problem(path, f"there is no amount {shown(name)}; there are {there}", "choice")
