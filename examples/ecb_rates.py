"""The reference rates of the European Central Bank, from the file that it publishes, as a source of rates.

The bank keeps every rate since 1999 in one file, ``eurofxref-hist.csv``: a line for each day on which it
published, a column for each currency, ``N/A`` where there was no rate. Read it once and keep the table.

    python examples/ecb_rates.py eurofxref-hist.csv.gz USD 2026-01-04
"""

from __future__ import annotations

import csv
import gzip
import sys
from datetime import date
from pathlib import Path

from pushcore import Currency, Money, Rounding
from pushcore.memory import RateTable

__all__ = ["ecb_rates"]

MISSING = {"N/A", "", None}


def ecb_rates(path: Path) -> RateTable:
    """All rates of a file, compressed or not."""
    packed = path.read_bytes()
    text = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode()
    rows = csv.DictReader(text.splitlines())
    published = {date.fromisoformat(row.pop("Date")): _rates(row) for row in rows}
    return RateTable("EUR", published, source="ECB")


def _rates(row: dict[str, str]) -> dict[str, str]:
    """The rates of a day; every line of the file ends with a column that has no name."""
    return {code: rate for code, rate in row.items() if rate not in MISSING}


if __name__ == "__main__":
    path, code, day = sys.argv[1:]
    found = ecb_rates(Path(path)).rate(Currency.of("EUR"), Currency.of(code), date.fromisoformat(day))
    worth = found.convert(Money.of("100.00", "EUR"), Rounding.HALF_UP)
    sys.stdout.write(f"{worth.original} = {worth.result} on {found.as_of} ({found.source})\n")
