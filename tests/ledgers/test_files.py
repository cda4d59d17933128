"""Files: whatever is in one, it is read as a ledger, or every problem is named with its place."""

import gzip
import json
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from files import BOOK, FEES, SOUND, audited, found
from hypothesis import given
from hypothesis import strategies as st

from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.ledgers import audit_ledger, parse_map, read_ledger

PACKED = gzip.compress(SOUND.encode(), mtime=0)
NET = FEES + '[[laws]]\nname = "net"\nsays = "gross - fee = net"\n'


def refused(folder, text, document=BOOK, name="book.csv"):
    """What is said of a file that cannot be read, without its name."""
    with pytest.raises(InvalidDocument) as wrong:
        audited(folder, text, document, name)
    said = [str(problem) for problem in wrong.value.problems]
    assert all(one.startswith(f"{folder / name}: ") for one in said)
    return [one.removeprefix(f"{folder / name}: ") for one in said]


OBJECTS = [
    {"Entry": "1", "Account": "bank", "Amount": 50.00, "Currency": "EUR"},
    {"Entry": 1, "Account": "wallet/ana", "Amount": -50, "Currency": "eur", "Note": None},
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.csv", SOUND.encode()),
        ("no name at all", SOUND.encode()),
        ("with a mark.csv", b"\xef\xbb\xbf" + SOUND.encode()),
        ("packed.csv.gz", PACKED),
        ("packed without saying so.csv", PACKED),
        ("windows.csv", SOUND.replace("\n", "\r\n").encode()),
        ("old mac.csv", SOUND.replace("\n", "\r").encode()),
        ("mixed.csv", SOUND.replace("\n1,", "\r\n1,").replace("\n2,", "\r2,").encode()),
        ("no last line end.csv", SOUND.rstrip().encode()),
        ("blank lines.csv", b"\n\n" + SOUND.replace("\n", "\n\n").encode()),
        ("blank cells.csv", (SOUND + ",,,\n").encode()),
        ("semicolons.csv", SOUND.replace(",", ";").encode()),
        ("tabs.csv", SOUND.replace(",", "\t").encode()),
        ("pipes.csv", SOUND.replace(",", "|").encode()),
        ("spaces.csv", SOUND.replace(",", " , ").encode()),
        ("quotes.csv", SOUND.replace("bank", '"bank"').encode()),
        ("unknown columns.csv", SOUND.replace("\n", ",x\n").encode()),
        ("list.json", json.dumps(OBJECTS).encode()),
        ("indented.json", b"\xef\xbb\xbf" + json.dumps(OBJECTS, indent=2).encode()),
        ("lines.jsonl", "\n".join(map(json.dumps, OBJECTS)).encode()),
        ("lines.txt", "\r\n\r\n".join(map(json.dumps, OBJECTS)).encode()),
        ("packed.json.gz", gzip.compress(json.dumps(OBJECTS).encode(), mtime=0)),
    ],
)
def test_a_sound_book_is_sound_however_it_is_written(tmp_path, name, content):
    verdict = audited(tmp_path, content, name=name)
    assert verdict.sound
    assert verdict.transactions == verdict.lines // 2 > 0


def test_a_cell_may_have_line_ends_and_the_lines_after_it_are_counted(tmp_path):
    text = 'Entry,Account,Amount,Currency,Note\n1,bank,5.00,EUR,"a\nb\r\n""c"""\n\n1,till,-4.99,EUR,\n'
    assert found(audited(tmp_path, text)) == [("unbalanced", (2, 6))]


def test_lines_of_json_are_counted(tmp_path):
    text = json.dumps([*OBJECTS, OBJECTS[0] | {"Entry": 2}], indent=1)
    line = text[: text.rindex("{")].count("\n") + 1
    assert found(audited(tmp_path, text, name="l.json")) == [("unbalanced", (line,))]


def test_a_list_may_stand_under_a_key_and_hold_other_objects(tmp_path):
    document = """
        ledger = 1
        file = { rows = "data" }
        line = { currency = "{source.currency}" }
        amounts = { gross = "gross", fee = "fees.0.amount", net = "net" }
        laws = [{ name = "net", says = "gross - fee = net" }]
    """
    rows = [
        {"gross": 10, "net": "9.5", "fees": [{"amount": 0.5}], "source": {"currency": "eur"}},
        {"gross": 10, "net": 9, "fees": [{"amount": 0.5}], "source": {"currency": "eur"}},
    ]
    text = json.dumps({"object": [1, {"data": 2}], "count": 2, "data": rows, "more": False}, indent=1)
    (finding,) = audited(tmp_path, text, document, "l.json").findings
    assert finding.message == "gross - fee = net: EUR 9.50 and EUR 9.00, off by EUR 0.50"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: there is nothing in it"),
        (b"\n\r\n  \n", "line 1: there is nothing in it"),
        (b"\x1f\x8b", "cannot be read: "),
        (PACKED[:-9], "cannot be read: compressed file ended"),
        (PACKED[:20] + b"x" * 30, "cannot be read: "),
        (gzip.compress(PACKED, mtime=0), "cannot be read: it is packed twice"),
        (b"PK\x03\x04" + b"x" * 50, "cannot be read: it is a workbook or an archive"),
        (SOUND.encode("utf-16"), "cannot be read: it is UTF-16"),
        (bytes(range(256)), "cannot be read: it is no text: there are NUL bytes in it"),
        (
            b"%PDF-1.7\n\xe2\xe3\xcf\xd3",
            "line 1: columns 'Entry', 'Currency', 'Account', 'Amount' are missing",
        ),
        (b"Entry,Account,Amount,Currency\n1,caf\xe9,5,EUR\n", "line 2, character 6: not UTF-8: byte 0xe9"),
        (SOUND.encode() + b'3,"bank', "line 6: a quoted cell does not end"),
        (SOUND.encode() + b'3,"bank"s,5,EUR\n', "line 6: not CSV: "),
        (SOUND.encode() + b"3,bank,5\n", "line 6: 3 cells, where the header has 4"),
        (SOUND.encode() + b"3\n", "line 6: 1 cell, where the header has 4"),
        (SOUND.encode() + b"3," + b"x" * 200_000 + b",5,EUR\n", "line 6: the line is longer than 131072"),
        (SOUND.encode() + b'3,"' + b"x\n" * 100_000, "line 6: a cell is longer than 131072 characters"),
        (b"Entry,Account,Amount,Currency,Amount\n", "line 1: column 'Amount' stands twice"),
        (
            b"Entry,Account,Sum\n1,bank,5\n",
            "line 1: columns 'Currency', 'Amount' are missing: there are 'Entry', 'Account', 'Sum'",
        ),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path, content, said):
    assert any(one.startswith(said) for one in refused(tmp_path, content)), refused(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "line 1: there is nothing in it"),
        ("[", "line 1: not JSON: expecting value"),
        ("[{}", "line 1: expected a comma, got the end of the file"),
        ("[{} {}]", "line 1: expected a comma, got '{'"),
        ("[{},]", "line 1: there is a comma too many"),
        ("[{}] x", "line 1: there is more after the end"),
        ("[1]", "line 1: expected an object with the cells of a row, got '1'"),
        ('[\n{"Entry": 1, "Entry": 2}]', "line 2: key 'Entry' stands twice in one object"),
        ('[\n{"Entry": ' + "[" * 100_000, "line 2: it is nested too deeply"),
        ('[\n{"Entry": ' + "[" * 150 + "]" * 150 + "}]", "line 2: it is nested too deeply"),
        ('{"Entry": 1}\n{"Entry": \n', "line 2: not JSON: expecting value"),
        ('{"Entry": 1}\n{"Entry": x}\n7\n{"Entry": y}', "line 2: not JSON: expecting value"),
        ('{"Entry": 1}\n{"Entry": x}\n7\n{"Entry": y}', "line 3: expected an object"),
        ('{"Entry": 1}\n{"Entry": x}\n7\n{"Entry": y}', "line 4: not JSON: expecting value"),
        ('[{"Entry": 1}]', "columns 'Currency', 'Account', 'Amount' are missing: there are 'Entry'"),
        (
            '[{"Entry": NaN, "Account": "a", "Amount": NaN, "Currency": "EUR"}]',
            "line 1, column 'Amount': amount 'NaN'",
        ),
        (
            '[{"Entry": 1, "Account": "a", "Amount": 1e2, "Currency": "EUR"}]',
            "line 1, column 'Amount': amount '1e2' is not written like 1234.50",
        ),
    ],
)
def test_what_is_no_json_is_said(tmp_path, content, said):
    assert any(one.startswith(said) for one in refused(tmp_path, content, name="l.json"))


def test_json_that_is_no_utf8_is_said_where_it_is(tmp_path):
    text = b'[{"Entry": 1},\n\n{"Entry": "caf\xe9"}]'
    assert refused(tmp_path, text, name="l.json") == ["line 3: not UTF-8: byte 0xe9: save it as UTF-8"]
    assert "line 3: not UTF-8" in refused(tmp_path, text[1:-1].replace(b",", b" "), name="l.jsonl")[0]


def test_a_long_file_of_json_is_read_piece_by_piece(tmp_path):
    """Values that no piece holds whole, and a byte that is no text far behind the first one."""
    objects = [row | {"Note": "é" * 40_000} for row in OBJECTS]
    for text in (json.dumps(objects, ensure_ascii=False), "\n".join(map(json.dumps, objects))):
        assert audited(tmp_path, text, name="l.json").sound
    broken = json.dumps(objects[0]).encode() + b'\n{"Entry": "\xe9"}'
    assert refused(tmp_path, broken, name="l.jsonl") == ["line 2: not UTF-8: byte 0xe9: save it as UTF-8"]
    cut = json.dumps(objects[0])[:-9] + "\n" + json.dumps(objects[1])
    assert refused(tmp_path, cut, name="l.jsonl")[0].startswith("line 1: not JSON: ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "line 1: expected an object, got '['"),
        ("{}", "line 1: there is no list under 'data'"),
        ('{"data": 5}', "line 1: there is no list under 'data'"),
        ('{"data": [] "a": 1}', "line 1: expected a comma, got '\"'"),
        ('{"data" []}', "line 1: expected a colon, got '['"),
        ('{"data": []} {}', "line 1: there is more after the end"),
    ],
)
def test_a_list_that_is_not_under_its_key(tmp_path, content, said):
    assert refused(tmp_path, content, 'file = { rows = "data" }\n' + BOOK, "l.json") == [said]


def test_a_name_that_promises_gzip_is_held_to_it(tmp_path):
    (said,) = refused(tmp_path, SOUND, name="book.csv.gz")
    assert said == "cannot be read: it is not packed by gzip, as its name says"


def test_files_that_are_none(tmp_path):
    for path, why in ((tmp_path, "is a directory"), (tmp_path / "none.csv", "no such file or directory")):
        with pytest.raises(InvalidDocument, match=f"cannot be read: {why}"):
            audit_ledger(path)
        with pytest.raises(InvalidDocument, match=f"cannot be read: {why}"):
            list(read_ledger(path))
    for junk in (5, None, True, b"book.csv", "a\0b", ["book.csv"]):
        with pytest.raises(InvalidDocument, match="cannot be read: "):
            audit_ledger(junk)


def test_a_ledger_of_somebody_else_is_none_of_ours(tmp_path):
    hint = "; say with --map what the columns mean"
    (said,) = refused(tmp_path, SOUND, None)
    assert said.startswith("line 1: columns 'transaction', 'recipe',")
    assert said.endswith(f"are missing: there are 'Entry', 'Account', 'Amount', 'Currency'{hint}")
    (said,) = refused(tmp_path, SOUND.replace(",", ";"), None)
    assert said.endswith(f"there are 'Entry;Account;Amount;Currency', which ';' seems to separate{hint}")
    (said,) = refused(tmp_path, "Entry\n1\n", None)
    assert said.endswith(f"there are 'Entry'{hint}")


def test_an_amount_with_too_many_decimals_is_shown_as_it_is_written(tmp_path):
    document = BOOK + '[file]\ndecimal = ","\n'
    assert refused(tmp_path, SOUND.replace(".00", "") + '3,bank,"950,005",EUR\n', document) == [
        "line 6, column 'Amount': amount '950,005' has more decimals than EUR, which has 2"
    ]


def test_every_row_that_is_wrong_is_named(tmp_path):
    text = SOUND + "3,bank,1.001,EUR\n4,,5.00,EUR\n5,bank,x,EURO\n,bank,1.00,EUR\n"
    assert refused(tmp_path, text) == [
        "line 6, column 'Amount': amount '1.001' has more decimals than EUR, which has 2",
        f"line 7, column 'Account': {NAMES}, got ''",
        "line 8, column 'Currency': unknown currency 'EURO': expected an ISO 4217 code such as 'EUR'",
        f"line 9, column 'Entry': {NAMES}, got ''",
    ]


NAMES = "expected a name (printable text, 1 to 2000 characters, no space at its ends)"


def test_after_a_thousand_problems_they_are_counted(tmp_path):
    said = refused(tmp_path, SOUND + "3,bank,x,EUR\n" * 1_500)
    assert len(said) == 1_001
    assert said[-1] == "and 500 more problems"


@pytest.mark.parametrize(
    ("file", "cells", "minor"),
    [
        ("", "12.34", 1234),
        ("", "+12.3", 1230),
        ("", "-12.3400", -1234),
        ("", "0012", 1200),
        ('decimal = ","', "12,34", 1234),
        ('decimal = ","\ngroup = "."', "-1.234.567,8", -123_456_780),
        ('decimal = ","\ngroup = " "', "1 234,5", 123_450),
        ('group = ","', "1,234,567", 123_456_700),
        ('group = ","', "1234567", 123_456_700),
        ('locale = "de_DE"', "1.234,50", 123_450),
        ('locale = "fr_FR"', "1\u202f234,50 €", 123_450),
        ('locale = "en_IN"', "12,34,567.5", 123_456_750),
    ],
)
def test_amounts_are_read_as_it_is_said_that_they_are_written(tmp_path, file, cells, minor):
    document = f"{NET}[file]\ndelimiter = ';'\n{file}\n"
    text = f"Id;Gross;Fee;Net\n1;{cells};{cells};0\n"
    assert audited(tmp_path, text, document).sound
    text = f"Id;Gross;Fee;Net\n1;{cells};0;0\n"
    (finding,) = audited(tmp_path, text, document).findings
    assert finding.off.minor == minor


@pytest.mark.parametrize(
    ("file", "cells"),
    [
        ("", ""),
        ("", "12,34"),
        ("", "1,234.00"),
        ("", "NaN"),
        ("", "inf"),
        ("", "-Infinity"),
        ("", "1e3"),
        ("", "1_000"),
        ("", "١٢"),
        ("", "12.345"),
        ("", "9" * 19),
        ("", "9" * 5_000),
        ("", "--5"),
        ("", "$5"),
        ("", "(5.00)"),
        ("", "0x10"),
        ('decimal = ","', "12.34"),
        ('decimal = ","\ngroup = "."', "12.34"),
        ('group = ","', "12,34"),
        ('locale = "de_DE"', "1.23"),
    ],
)
def test_amounts_that_are_none_are_problems(tmp_path, file, cells):
    text = f"Id;Gross;Fee;Net\n1;{cells};0;0\n"
    (said,) = refused(tmp_path, text, f"{NET}[file]\ndelimiter = ';'\n{file}\n")
    assert said.startswith("line 2, column 'Gross': amount")


@pytest.mark.parametrize(("cells", "minor"), [("1234", 1234), ("-5", -5), ("+7", 7), ("9" * 18, 10**18 - 1)])
def test_amounts_may_be_in_minor_units(tmp_path, cells, minor):
    document = NET.replace('gross = "Gross"', 'gross = { column = "Gross", minor = true }')
    (finding,) = audited(tmp_path, f"Id,Gross,Fee,Net\n1,{cells},0,0\n", document).findings
    assert finding.off.minor == minor
    for wrong in ("1.5", "", "1e3", "9" * 19):
        (said,) = refused(tmp_path, f"Id,Gross,Fee,Net\n1,{wrong},0,0\n", document)
        assert said.startswith(f"line 2, column 'Gross': amount {wrong!r} is no whole number of minor units")


def test_a_huge_file_is_read_in_little_memory(tmp_path):
    """Lines of one transaction stand together; what is held are ids and balances, not lines."""
    path, document = tmp_path / "huge.csv", f"{BOOK}[file]\nadjacent = true\n"
    sizes = {}
    for count in (500, 5_000):
        with path.open("w") as file:
            file.write("Entry,Account,Amount,Currency,Note\n")
            for entry in range(count):
                note = f"{entry:0200}"
                file.write(f"{entry},bank,5.00,EUR,{note}\n{entry},wallet/ana,-5.00,EUR,{note}\n")
        ledger_map = parse_map(document)
        tracemalloc.start()
        verdict = audit_ledger(path, ledger_map)
        sizes[count] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert verdict.sound
        assert verdict.transactions == count
    assert sizes[5_000] - sizes[500] < 4_500 * 200  # bytes; the file grew by two thousand kilobytes


def test_whoever_wants_to_know_is_told_how_far_it_is(tmp_path):
    told = []
    text = SOUND + "".join(f"x{n},bank,0.00,EUR\n" for n in range(3_000))
    audited(tmp_path, text, watch=lambda *what: told.append(what))
    size = Path(tmp_path / "book.csv").stat().st_size
    assert len(told) == 4
    assert {(what, total) for what, _, total in told} == {("reading", size)}
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


@pytest.mark.parametrize(
    "wrong", [{"limit": -1}, {"limit": None}, {"limit": True}, {"beyond": 5}, {"watch": 5}], ids=str
)
def test_other_arguments_are_refused(tmp_path, wrong):
    with pytest.raises(InvalidValue):
        audited(tmp_path, SOUND, **wrong)
    with pytest.raises(InvalidValue, match="what the columns of a ledger mean"):
        audit_ledger(tmp_path / "book.csv", "map.toml")


@given(content=st.binary(max_size=300) | st.text('{}[]:,"\n\\1aé', max_size=80).map(str.encode))
@pytest.mark.parametrize("name", ["l.csv", "l.json", "l.jsonl", "l.csv.gz"])
def test_whatever_is_in_a_file_it_is_read_or_refused(tmp_path_factory, name, content):
    folder = tmp_path_factory.mktemp("any")
    for document in (BOOK, None, 'file = { rows = "a" }\n' + BOOK):
        with suppress(InvalidDocument):
            audited(folder, content, document, name)
