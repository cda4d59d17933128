"""Exporting: transactions written to a file, from which `read_ledger` makes the same transactions again."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TextIO

from pushcore._checks import shown
from pushcore.errors import InvalidValue
from pushcore.ledger import LEDGER_COLUMNS, Transaction, ledger_rows

__all__ = ["export_ledger"]


def export_ledger(transactions: Iterable[Transaction], file: TextIO, *, form: str = "csv") -> None:
    """Write each posting as a row with `pushcore.ledger.LEDGER_COLUMNS`, as a stream.

    Args:
        transactions: In the order in which they were written.
        file: Open for text; with ``newline=""`` if it is a file.
        form: ``csv``, ``json`` (one list) or ``jsonl`` (an object on each line).

    Raises:
        InvalidValue: they are no transactions, it cannot be written to, or there is no such form.

    Example:
        >>> import io
        >>> file = io.StringIO()
        >>> export_ledger([], file)
        >>> print(file.getvalue().strip())
        transaction,recipe,at,phase,resolves,posting,account,side,guarded,debit,credit,currency
    """
    if not isinstance(form, str) or form not in _FORMS:
        message = f"no form {shown(form)}; there are {', '.join(_FORMS)}"
        raise InvalidValue(message, form=form)
    if not callable(getattr(file, "write", None)):
        message = f"expected a file that is open for text, got {shown(file)}"
        raise InvalidValue(message, file=file)
    _FORMS[form](ledger_rows(transactions), file)


def _as_csv(rows: Iterable[tuple[str, ...]], file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(LEDGER_COLUMNS)
    writer.writerows(rows)


def _as_lines(rows: Iterable[tuple[str, ...]], file: TextIO) -> None:
    file.writelines(f"{_object(row)}\n" for row in rows)


def _as_json(rows: Iterable[tuple[str, ...]], file: TextIO) -> None:
    between = "["
    for row in rows:
        file.write(f"{between}\n{_object(row)}")
        between = ","
    file.write("[]\n" if between == "[" else "\n]\n")


def _object(row: tuple[str, ...]) -> str:
    cells = {name: cell or None for name, cell in zip(LEDGER_COLUMNS, row, strict=True)}
    return json.dumps(cells, ensure_ascii=False)


_FORMS: Final[Mapping[str, Callable[[Iterable[tuple[str, ...]], TextIO], None]]] = {
    "csv": _as_csv,
    "json": _as_json,
    "jsonl": _as_lines,
}
