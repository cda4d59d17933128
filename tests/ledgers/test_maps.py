"""Maps: what the columns of a ledger mean, or every reason why a map says nothing."""

import attrs
import pytest
from files import BOOK, FEES, SOUND, audited, found
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money
from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.ledgers import LedgerMap, audit_ledger, parse_map, read_map


def said(document, **kwargs):
    with pytest.raises(InvalidDocument) as wrong:
        parse_map(document, **kwargs)
    return [str(problem) for problem in wrong.value.problems]


def test_a_book_is_audited_line_by_line(tmp_path):
    text = SOUND.replace("2,bank,-20.00", "2,bank,-19.99") + "3,wallet/ana,40.00,EUR\n3,bank,-40.00,EUR\n"
    verdict = audited(tmp_path, text)
    assert [(it.rule, it.lines, it.transaction, str(it.off)) for it in verdict.findings] == [
        ("unbalanced", (4, 5), "2", "EUR 0.01"),
        ("overdrawn", (6, 7), "3", "EUR -10.00"),
    ]
    assert not verdict.sound
    assert (verdict.found, verdict.warned, verdict.transactions, verdict.lines) == (2, 0, 3, 6)


def test_lines_of_a_transaction_may_stand_anywhere(tmp_path):
    head, *lines = SOUND.splitlines()
    for order in ([0, 2, 3, 1], [1, 0, 3, 2]):
        text = "\n".join([head, *(lines[place] for place in order)])
        assert audited(tmp_path, text).sound
    apart = "\n".join([head, lines[0], lines[2], lines[3], lines[1]])
    assert found(audited(tmp_path, apart, BOOK + "[file]\nadjacent = true\n")) == [
        ("unbalanced", (2,)),
        ("overdrawn", (3, 4)),
        ("duplicate-id", (5,)),
        ("unbalanced", (5,)),
    ]


def test_the_newest_may_stand_first(tmp_path):
    head, *lines = SOUND.splitlines()
    text = "\n".join([head, *reversed(lines)])
    assert found(audited(tmp_path, text)) == [("overdrawn", (2, 3))]
    assert audited(tmp_path, text, BOOK + '[file]\norder = "newest-first"\n').sound


def test_accounts_that_should_end_at_zero_do(tmp_path):
    document = BOOK + '[[accounts]]\nmatch = "b*"\nzero = true\n'
    assert [it.message for it in audited(tmp_path, SOUND, document).findings] == [
        "bank should stand at zero in the end, not at EUR 30.00"
    ]
    back = "3,wallet/ana,30.00,EUR\n3,bank,-30.00,EUR\n"
    assert audited(tmp_path, SOUND + back, document).sound


PHASES = """\
ledger = 1
leave_out = [{ Status = ["failed", "canceled"] }, { Note = { not = "" }, Entry = "9" }]

[file]
order = "oldest-first"

[line]
transaction = "{Entry}/{Status}"
currency = "{Currency}"
at = "{Day} {Hour}"
zone = "Europe/Brussels"
phase = "{Status}"
phases = { open = "pending", paid = "posted", void = "voided" }
resolves = "{Of}"

[amounts]
debit = { column = "Debit", empty = true }
credit = { column = "Credit", empty = true }

[[postings]]
account = "{Class}:{Account}"
amount = "debit - credit"

[[accounts]]
match = "cash:*"

[[accounts]]
match = "*"
normal = "credit"
guarded = true
"""
HEAD = "Entry,Status,Of,Day,Hour,Class,Account,Debit,Credit,Currency,Note\n"


def phased(*rows):
    return HEAD + "".join(f"{row}\n" for row in rows)


OPEN = (
    "1,open,,2026-03-29,01:30,cash,till,5.00,,EUR,",
    "1,open,,2026-03-29,01:30,owed,ana,,5.00,EUR,",
)


def test_a_ledger_of_two_phases_with_debits_and_credits(tmp_path):
    paid = [f"{row.replace('open,', 'paid,1/open').replace('03-29', '03-30')}" for row in OPEN]
    verdict = audited(tmp_path, phased(*OPEN, *paid), PHASES)
    assert verdict.sound
    assert verdict.transactions == 2
    assert [(str(it.debits), str(it.credits)) for it in verdict.totals] == [("EUR 5.00", "EUR 5.00")]
    assert str(verdict.first) == "2026-03-29 00:30:00+00:00"  # an hour before clocks go forward
    again = [row.replace("1,paid", "2,paid") for row in paid]
    assert found(audited(tmp_path, phased(*OPEN, *paid, *again), PHASES)) == [("not-pending", (6, 7))]


def test_what_is_voided_moves_nothing(tmp_path):
    void = [row.replace("open,", "void,1/open") for row in OPEN]
    verdict = audited(tmp_path, phased(*OPEN, *void), PHASES)
    assert verdict.sound
    assert [(str(it.debits), str(it.credits)) for it in verdict.totals] == [("EUR 0.00", "EUR 0.00")]


def test_lines_are_left_out_by_what_stands_in_them(tmp_path):
    failed = [row.replace("1,open", f"{n},failed").replace("5.00", "7.77") for n, row in enumerate(OPEN)]
    noted = "9,paid,,2026-03-29,01:30,cash,till,1.00,,EUR,look"
    verdict = audited(tmp_path, phased(*OPEN, *failed, noted), PHASES)
    assert (verdict.sound, verdict.lines, verdict.left_out, verdict.transactions) == (True, 5, 3, 1)
    assert found(audited(tmp_path, phased(noted.replace("look", "")), PHASES)) == [("unbalanced", (2,))]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "open",
            "opened",
            "line 2, column 'Status': 'opened' is no phase that the map knows; it knows open, paid",
        ),
        (
            "01:30",
            "02:30",
            "line 2, column '{Day} {Hour}': 2026-03-29 02:30:00 does not exist in Europe/Brussels",
        ),
        (
            "01:30",
            "soon",
            "line 2, column '{Day} {Hour}': time '2026-03-29 soon' is not written as 2026-01-05",
        ),
        (",open,,", ",open,a\x01,", "line 2, column 'Of': expected a name"),
        ("cash", "a\x01", "line 2, column '{Class}:{Account}': expected a name"),
    ],
)
def test_cells_that_cannot_be_read(tmp_path, old, new, message):
    with pytest.raises(InvalidDocument) as wrong:
        audited(tmp_path, phased(OPEN[0].replace(old, new)), PHASES)
    assert message in str(wrong.value.problems[0])


@pytest.mark.parametrize(
    ("time", "cell", "at"),
    [
        ("iso", "2026-01-05T10:00:00.5+01:00", "2026-01-05 09:00:00.500000+00:00"),
        ("iso", "2026-01-05", "2026-01-05 00:00:00+00:00"),
        ("epoch", "1771335087", "2026-02-17 13:31:27+00:00"),
        ("epoch", "-1.5", "1969-12-31 23:59:58.500000+00:00"),
        ("epoch-ms", "1771335087123", "2026-02-17 13:31:27.123000+00:00"),
        ("%d/%m/%Y %H:%M", "05/01/2026 10:00", "2026-01-05 10:00:00+00:00"),
    ],
)
def test_times_are_read_as_it_is_said_that_they_are_written(tmp_path, time, cell, at):
    document = BOOK.replace("[amounts]", f'at = "{{At}}"\ntime = "{time}"\nzone = "UTC"\n[amounts]')
    text = f"Entry,Account,Amount,Currency,At\n1,bank,0.00,EUR,{cell}\n"
    assert str(audited(tmp_path, text, document).first) == at
    for wrong in ("", "9" * 30, "9" * 18, "5th of May", "2026-13-01"):
        with pytest.raises(
            InvalidDocument, match=f"line 2, column 'At': (time '{wrong}' is not written|exp)"
        ):
            audited(tmp_path, text.replace(cell, wrong), document)


def test_a_time_without_an_offset_needs_a_zone(tmp_path):
    document = BOOK.replace("[amounts]", 'at = "{At}"\n[amounts]')
    with pytest.raises(InvalidDocument, match="time '2026-01-05' has no offset: say in which zone it is"):
        audited(tmp_path, "Entry,Account,Amount,Currency,At\n1,bank,0.00,EUR,2026-01-05\n", document)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("ledger = 1", "", "ledger: is missing"),
        ("ledger = 1", "ledger = 2", "ledger: expected 1, got 2"),
        ("ledger = 1", "ledger = 1\nfoo = 1", "foo: there is no such key here, got 1"),
        ('currency = "{Currency}"', "", "line.currency: is missing"),
        (
            'currency = "{Currency}"',
            'currency = "{Currency"',
            "line.currency: expected text with columns in braces",
        ),
        ('currency = "{Currency}"', 'currency = ""', "line.currency: expected text with columns in braces"),
        (
            'currency = "{Currency}"',
            "currency = 5",
            "line.currency: a text with columns in braces: expected str",
        ),
        ('transaction = "{Entry}"', "", "line.transaction: say which lines are one transaction"),
        ('amount = "Amount"', "amount = 5", "amounts.amount: expected an object, got 5"),
        (
            'amount = "Amount"',
            'Amount = "Amount"',
            "expected a name of small letters, digits and underscores",
        ),
        ('amount = "Amount"', 'line = "Amount"', "expected a name of small letters, digits and underscores"),
        (
            'amount = "amount"',
            'amount = "sum"',
            "postings.0.amount: there is no amount 'sum'; there are amount",
        ),
        (
            'amount = "amount"',
            'amount = "10% amount"',
            "postings.0.amount: '10% amount' may be no whole number",
        ),
        (
            'amount = "amount"',
            'amount = "amount + 1"',
            "postings.0.amount: 'amount + 1' may be no whole number",
        ),
        ('amount = "amount"', 'amount = "amount +"', "postings.0.amount: expected a sum of amounts"),
        ('amount = "amount"', 'amount = "amount amount"', "postings.0.amount: expected a sum of amounts"),
        ('amount = "amount"', 'amount = ""', "postings.0.amount: expected a sum of amounts"),
        (
            'amount = "amount"',
            'amount = "5%"',
            "a percentage is of some amount, such as '10% gross', in '5%'",
        ),
        (
            'normal = "credit"',
            'normal = "left"',
            "accounts.0.normal: no side 'left'; there are debit, credit",
        ),
        ("guarded = true", "guarded = 1", "accounts.0.guarded: expected true or false, got 1"),
        (
            "[amounts]",
            'phase = "{P}"\n[amounts]',
            "line.phases: say which texts mean pending, posted and voided",
        ),
        ("[amounts]", 'phases = { a = "posted" }\n[amounts]', "line.phase: say where the phase stands"),
        (
            "[amounts]",
            'phase = "{P}"\nphases = { a = "b" }\n[amounts]',
            "no transaction phase 'b'; there are",
        ),
        (
            "[amounts]",
            'time = "noon"\n[amounts]',
            "line.time: expected 'iso', 'epoch', 'epoch-ms' or a form such as",
        ),
        (
            "[amounts]",
            'time = "%Q"\n[amounts]',
            "line.time: '%Q' is no form of a time: 'Q' is a bad directive",
        ),
        (
            "[amounts]",
            'time = "%Y%Y"\n[amounts]',
            "'%Y%Y' is no form of a time: something stands in it twice",
        ),
        ("[amounts]", 'time = "%Y %"\n[amounts]', "line.time: '%Y %' is no form of a time: stray %"),
        ("[amounts]", 'zone = "Mars"\n[amounts]', "line.zone: no time zone is named 'Mars'"),
        ("[amounts]", '[file]\ndecimal = "x"\n[amounts]', "file: expected '.' or ',', got 'x'"),
        ("[amounts]", '[file]\ngroup = "x"\n[amounts]', "file: expected None or ' ' or"),
        (
            "[amounts]",
            '[file]\ngroup = "."\n[amounts]',
            "file: decimals and thousands cannot both be marked by '.'",
        ),
        ("[amounts]", '[file]\nlocale = "xx"\n[amounts]', "file: unknown locale 'xx'"),
        ("[amounts]", '[file]\ndelimiter = ""\n[amounts]', "file.delimiter: "),
        (
            "[amounts]",
            '[file]\norder = "random"\n[amounts]',
            "file.order: expected 'oldest-first' or 'newest-first'",
        ),
        (
            "[amounts]",
            '[file]\norder = "newest-first"\nadjacent = true\n[amounts]',
            "file.adjacent: what stands newest first is read whole: leave this out",
        ),
        ("[amounts]", "[groups]\ng = []\n[amounts]", "groups.g: "),
        (
            "[amounts]",
            "[values]\nv = { where = { A = 5 } }\n[amounts]",
            "values.v.where: 'A': expected a text, a list",
        ),
        (
            "[amounts]",
            "[values]\nv = { where = {} }\n[amounts]",
            "values.v.where: expected a table of columns and",
        ),
        ("[amounts]", "[values]\nv = {}\n[amounts]", "values.v: give what it is a sum of, or count = true"),
        (
            "[amounts]",
            '[values]\nv = "x"\n[amounts]',
            "values.v.of: there is no amount 'x'; there are amount",
        ),
        ("[amounts]", '[values]\namount = "amount"\n[amounts]', "values.amount: an amount has the same name"),
    ],
)
def test_what_is_wrong_with_a_map_is_said_by_key(old, new, problem):
    assert old in BOOK
    assert any(problem in one for one in said(BOOK.replace(old, new))), said(BOOK.replace(old, new))


@pytest.mark.parametrize(
    ("law", "problem"),
    [
        ('name = "n"', "laws.0: a law says an equation, or what is unique: give one of says, unique"),
        (
            'name = "n"\nsays = "net = 1"\nunique = "{Id}"',
            "laws.0: a law says an equation, or what is unique",
        ),
        ('name = "n"\nunique = "{Id}"\neach = "g"', "laws.0.each: what is unique is so in the whole file"),
        (
            'name = "n"\nunique = "{Id}"\nwhen = "net = 1"',
            "laws.0.when: what is unique is so whenever its line",
        ),
        ('name = "n"\nunique = "{Id"', "laws.0: expected text with columns in braces"),
        ('name = "n"\nsays = "net"', "laws.0: expected one of =, <=, >=, < and > between two sums"),
        ('name = "n"\nsays = "net = 1 = 1"', "laws.0: expected one of =, <=, >=, < and > between two sums"),
        ('name = "n"\nsays = "net = "', "laws.0: expected a sum of amounts"),
        (
            'name = "n"\nsays = "net = tax"',
            "laws.0.says: there is no amount 'tax'; there are gross, fee, net",
        ),
        ('name = "n"\nsays = "net = 1"\nwhen = "tax = 1"', "laws.0.when: there is no amount 'tax'"),
        (
            'name = "n"\nsays = "net = 1"\neach = "day"',
            "laws.0.each: there is no group 'day'; there are line",
        ),
        ('name = "n"\nsays = "net = 1"\nrounding = "up-ish"', "laws.0.rounding: no rounding 'up-ish'"),
        (
            'name = "n"\nsays = "n = net"\n[values]\nn = { count = true }',
            "an amount does not compare with a number",
        ),
        ('name = ""\nsays = "net = 1"', "laws.0.name: "),
        (
            'name = "n"\nsays = "net = 1"\n[[laws]]\nname = "n"\nsays = "net = 1"',
            "laws.1.name: 'n' is the name of",
        ),
    ],
)
def test_what_is_wrong_with_a_law_is_said(law, problem):
    assert any(problem in one for one in said(f"{FEES}[[laws]]\n{law}\n"))


def test_a_map_has_something_to_audit():
    assert said(FEES) == ["there is nothing to audit: give [[postings]], or [[laws]], or both"]


def test_all_that_is_wrong_is_said_at_once_with_the_name_of_the_map():
    broken = BOOK.replace('"amount"', '"sum"').replace('transaction = "{Entry}"', "")
    assert said(broken, name="m.toml") == [
        "m.toml: line.transaction: say which lines are one transaction",
        "m.toml: postings.0.amount: there is no amount 'sum'; there are amount",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x", "not TOML: "),
        (b"\xff", "not TOML: 'utf-8' codec"),
        (5, "expected the text of a map, got 5"),
        (None, "expected the text of a map, got None"),
        ("a = " + "[" * 100_000, "it is nested too deeply"),
        ({}, "ledger: is missing"),
        ("", "ledger: is missing"),
    ],
)
def test_what_is_no_map(text, problem):
    assert any(one.startswith(problem) for one in said(text))


def test_maps_are_read_from_files(tmp_path):
    path = tmp_path / "map.toml"
    path.write_bytes(b"\xef\xbb\xbf" + BOOK.encode())
    assert read_map(path) == parse_map(BOOK)
    path.write_text("x")
    with pytest.raises(InvalidDocument, match=r"map\.toml: not TOML"):
        read_map(path)
    for nothing in (tmp_path / "none.toml", tmp_path, 5, b"x", "a\0"):
        with pytest.raises(InvalidDocument, match="cannot be read: "):
            read_map(nothing)


def test_a_map_may_be_set_key_by_key(tmp_path):
    settings = [
        "line.transaction={Entry}",
        "line.currency=EUR",
        "amounts.amount=Amount",
        'postings=[{ account = "{Account}", amount = "amount" }]',
    ]
    path = tmp_path / "book.csv"
    path.write_text(SOUND)
    assert audit_ledger(path, read_map(None, settings=settings)).sound
    (tmp_path / "map.toml").write_text(BOOK)
    changed = read_map(tmp_path / "map.toml", settings=["file.decimal=,"])
    assert changed == parse_map(BOOK + '[file]\ndecimal = ","\n')


@pytest.mark.parametrize("setting", ["", "line", "line.=x", "=x", "ledger.a=1", "ledger.a.b=1"])
def test_settings_that_are_none(setting):
    with pytest.raises(InvalidDocument, match="--set: expected a key and a value"):
        read_map(None, settings=[setting])


def test_settings_are_texts():
    for junk in (5, "line.currency=EUR", [5]):
        with pytest.raises(InvalidValue):
            read_map(None, settings=junk)


def test_a_map_is_made_of_a_document_only():
    with pytest.raises(InvalidValue, match=r"LedgerMap\.document: expected MapDocument"):
        LedgerMap({"ledger": 1})
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        parse_map(BOOK).document = None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(-500, 500)), min_size=1, max_size=8))
def test_what_is_found_unbalanced_is_what_does_not_sum_to_zero(tmp_path_factory, lines):
    rows = "".join(f"{entry},bank,{Money.of_minor(minor, 'EUR').text},EUR\n" for entry, minor in lines)
    verdict = audited(tmp_path_factory.mktemp("m"), "Entry,Account,Amount,Currency\n" + rows)
    sums = {entry: sum(minor for it, minor in lines if it == entry) for entry, _ in lines}
    assert {it.transaction: it.off.minor for it in verdict.findings} == {
        entry: off for entry, off in sums.items() if off
    }
