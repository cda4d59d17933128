"""The currency table against the lists it was made from."""

import csv
import gzip
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from runpy import run_path
from xml.etree import ElementTree as ET

import pytest

from pushcore.money import _iso4217
from pushcore.money._iso4217 import ACTIVE, WITHDRAWN, Entry

SCRIPT = Path(__file__).parents[2] / "scripts/make_iso4217.py"
BY_CODE = {entry.code: entry for entry in (*ACTIVE, *WITHDRAWN)}


def test_active_is_list_one(data_dir):
    list_one = ET.parse(data_dir / "reference/iso4217_list_one_2026-01-01.xml")  # noqa: S314  our own copy
    assert set(ACTIVE) == {
        Entry(
            node.findtext("Ccy"),
            None if node.findtext("CcyMnrUnts") == "N.A." else int(node.findtext("CcyMnrUnts")),
            node.findtext("CcyNbr"),
            node.findtext("CcyNm").strip(),
        )
        for node in list_one.iter("CcyNtry")
        if node.findtext("Ccy")
    }


def test_script_makes_the_table():
    iso4217 = pytest.importorskip("iso4217")
    if iso4217.__published__ != date(2026, 1, 1):
        pytest.skip(f"the installed iso4217 has the list of {iso4217.__published__}")
    assert run_path(str(SCRIPT))["table"]() == Path(_iso4217.__file__).read_text(encoding="utf-8")


def test_tables_are_in_order_and_disjoint():
    for table in (ACTIVE, WITHDRAWN):
        codes = [entry.code for entry in table]
        assert codes == sorted(set(codes))
    assert len(BY_CODE) == len(ACTIVE) + len(WITHDRAWN)


def test_entries_are_well_formed():
    for entry in BY_CODE.values():
        assert re.fullmatch(r"[A-Z]{3}", entry.code)
        assert re.fullmatch(r"[0-9]{3}", entry.number)
        assert entry.exponent in {None, 0, 2, 3, 4}
        assert " ".join(entry.name.split()) == entry.name


def test_only_withdrawn_ones_have_a_month():
    assert all(entry.withdrawn is None for entry in ACTIVE)
    assert all(entry.withdrawn.day == 1 and entry.exponent is not None for entry in WITHDRAWN)


@pytest.mark.parametrize(
    ("code", "exponent", "withdrawn"),
    [
        ("ANG", 2, date(2025, 3, 1)),
        ("BGN", 2, date(2026, 1, 1)),
        ("BYR", 0, date(2017, 1, 1)),
        ("DEM", 2, date(2002, 3, 1)),
        ("HRK", 2, date(2023, 1, 1)),
        ("ITL", 0, date(2002, 3, 1)),
        ("LTL", 2, date(2014, 12, 1)),
        ("TRL", 0, date(2005, 12, 1)),
        ("VEF", 2, date(2018, 8, 1)),
        ("ZWL", 2, date(2024, 9, 1)),
    ],
)
def test_withdrawn(code, exponent, withdrawn):
    assert (BY_CODE[code].exponent, BY_CODE[code].withdrawn) == (exponent, withdrawn)


EURO = {entry.code: entry.per_euro for entry in WITHDRAWN if entry.per_euro}


def test_euro_replaced_these():
    expected = "ATS BEF BGN CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK"
    assert " ".join(EURO) == expected


def test_euro_rates_have_six_significant_figures():
    """Regulation (EC) 1103/97, article 4."""
    assert {len(Decimal(rate).as_tuple().digits) for rate in EURO.values()} == {6}


def test_euro_rates_are_where_the_market_was(data_dir):
    """The last reference rates before a changeover lie within 0.5 % of what the law says."""
    with gzip.open(data_dir / "reference/eurofxref-hist.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))  # newest first
    last = {
        code: next((row[code] for row in rows if row.get(code, "N/A") not in {"N/A", ""}), None)
        for code in EURO
    }
    quoted = {code: Decimal(rate) / Decimal(EURO[code]) for code, rate in last.items() if rate}
    assert {"BGN", "CYP", "EEK", "HRK", "LTL", "LVL", "MTL", "SIT", "SKK"} <= set(quoted)
    assert all(abs(ratio - 1) < Decimal("0.005") for ratio in quoted.values()), quoted
