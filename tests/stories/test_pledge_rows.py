"""A CSV of pledges: read as a stream, played between the events, and refused line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telling import POSTER, at, pledge, read, told

from pushcore.errors import InvalidDocument
from pushcore.stories import play

HEADER = "at,id,backer,amount,tier,quantity,bonus\n"
STORY = read(
    told(pledge("p1", tier="poster", quantity=2), tiers=[POSTER], campaign={"goal": "10.00"}), name="story"
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "pledges.csv"


def playing(path, content, story=STORY):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return play(story, pledges=path).as_dict()


def problems(path, content):
    with pytest.raises(InvalidDocument) as refused:
        playing(path, content)
    return [str(problem).removeprefix(f"{path}: ") for problem in refused.value.problems]


def test_rows_are_pledges_like_those_of_the_story(path):
    rows = HEADER + "2026-01-11 12:00,c1,ana,12.34,,,\n2026-01-11 12:00:30,c2,ben,,poster,1,2.50\n"
    outcome = playing(path, rows)
    assert outcome["pledged"] == "89.84"
    assert list(outcome["pledges"]) == ["p1", "c1", "c2"]
    assert outcome["tiers"] == {"poster": {"claimed": 3, "left": 0}}


def test_a_refused_row_is_named_by_its_line(path):
    rows = HEADER + "2026-01-11 12:00,c1,ana,,poster,2,\n2026-01-25 20:00,c2,ana,5.00,,,\n"
    assert playing(path, rows)["refusals"] == [
        {"line": 2, "codes": ["sold-out"]},
        {"line": 3, "codes": ["too-late"]},
    ]


def test_columns_stand_in_any_order_and_only_four_are_needed(path):
    assert playing(path, "amount,backer,id,at\n5.00,ana,c1,2026-01-11 12:00\n")["pledged"] == "55.00"


def test_a_byte_order_mark_windows_line_ends_quotes_and_blank_lines_are_fine(path):
    content = '\ufeffat,id,backer,amount\r\n\r\n"2026-01-11 12:00","c,1",ana,5.00\r\n\r\n\r\n'
    assert list(playing(path, content)["pledges"]) == ["p1", "c,1"]


def test_a_last_line_without_an_end_counts(path):
    assert playing(path, "at,id,backer,amount\n2026-01-11 12:00,c1,ana,5.00")["pledged"] == "55.00"


def test_at_equal_times_the_story_comes_first_and_the_platform_last(path):
    document = told(
        pledge("p1", tier="poster", quantity=3, at="2026-01-11 12:00"),
        at("2026-01-12 12:00", cancel="p1"),
        at("2026-01-25 20:00", decline="c1"),
        tiers=[POSTER],
        campaign={"goal": "10.00"},
    )
    rows = HEADER + (
        "2026-01-11 12:00,c0,ana,,poster,,\n"  # the story's own pledge has just taken the last
        "2026-01-12 12:00,c1,ana,,poster,,\n"  # and has just set it free
    )
    outcome = playing(path, rows, read(document, more_pledges=True))
    assert outcome["refusals"] == [{"line": 2, "codes": ["sold-out"]}]
    assert outcome["pledges"]["c1"]["state"] == "dropped"  # declined at the close, before it was charged


def test_events_may_speak_of_the_pledges_of_rows(path):
    story = read(told(at("2026-01-12 12:00", cancel="c1")), more_pledges=True)
    assert playing(path, "at,id,backer,amount\n2026-01-11 12:00,c1,ana,5.00\n", story)["pledges"]["c1"] == {
        "state": "canceled",
        "backer": "ana",
        "amount": "5.00",
        "lines": {"bonus": "5.00"},
    }


def test_a_header_alone_is_no_pledge(path):
    assert list(playing(path, HEADER)["pledges"]) == ["p1"]


GOOD = "2026-01-11 12:00,c1,ana,5.00,,,\n"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("tomorrow,c2,ana,5.00,,,", "line 3, at: time 'tomorrow' is not written as"),
        (",c2,ana,5.00,,,", "line 3, at: time '' is not written as"),
        (
            "2026-03-29 02:30,c2,ana,5.00,,,",
            "line 3, at: 2026-03-29 02:30:00 does not exist in Europe/Brussels",
        ),
        (
            "2026-01-11 11:59,c2,ana,5.00,,,",
            "line 3, at: time '2026-01-11 11:59' is before that of the row above",
        ),
        ("2026-01-11 12:00,c1,ana,5.00,,,", "line 3, id: 'c1' is the id of another pledge already"),
        ("2026-01-11 12:00,p1,ana,5.00,,,", "line 3, id: 'p1' is the id of another pledge already"),
        ("2026-01-11 12:00,,ana,5.00,,,", "line 3, id: '' is not printable text"),
        ("2026-01-11 12:00,c2,,5.00,,,", "line 3, backer: '' is not printable text"),
        ("2026-01-11 12:00,c2,ana,,,,", "line 3: a pledge needs a tier or an amount"),
        ("2026-01-11 12:00,c2,ana,5.00,poster,,", "line 3, amount: tier 'poster' has a price"),
        ("2026-01-11 12:00,c2,ana,,posta,,", "line 3, tier: there is no tier 'posta'"),
        (
            "2026-01-11 12:00,c2,ana,,poster,0,",
            "line 3, quantity: quantity '0' is not a whole number of at least 1",
        ),
        ("2026-01-11 12:00,c2,ana,,poster,1.0,", "line 3, quantity: quantity '1.0' is not a whole number"),
        ("2026-01-11 12:00,c2,ana,,poster,٣,", "line 3, quantity: quantity '٣' is not a whole number"),
        ("2026-01-11 12:00,c2,ana,5.00,,2,", "line 3, quantity: a quantity of 2 needs a tier"),
        ("2026-01-11 12:00,c2,ana,5.00,,,1.00", "line 3, bonus: a bonus comes on top of a tier"),
        ('2026-01-11 12:00,c2,ana,"5,00",,,', "line 3, amount: amount '5,00' is not a plain number"),
        ("2026-01-11 12:00,c2,ana,5,00,,,", "line 3: 8 cells, where the header has 7"),
        ("2026-01-11 12:00,c2,ana,-5.00,,,", "line 3, amount: amount '-5.00' is below zero"),
        ("2026-01-11 12:00,c2,ana,NaN,,,", "line 3, amount: amount 'NaN' is not a plain number"),
        ("2026-01-11 12:00,c2,ana,1e3,,,", "line 3, amount: amount '1e3' is not a plain number"),
        ("2026-01-11 12:00,c2,ana,0.001,,,", "line 3, amount: amount '0.001' has more decimals than EUR"),
        ("2026-01-11 12:00,c2,ana,€5.00,,,", "line 3, amount: amount '€5.00' is not a plain number"),
        (f"2026-01-11 12:00,c2,ana,{'9' * 10_000},,,", "(10002 characters) is not a plain number"),
        (f"2026-01-11 12:00,c2,ana,{'9' * 1_000_000},,,", "line 3: the line is longer than 65536 bytes"),
        ('2026-01-11 12:00,"c2,ana,5.00,,,', "line 3: a quoted cell does not end on its line"),
        ("2026-01-11 12:00,c2\0,ana,5.00,,,", "line 3: there is a NUL in the line"),
    ],
    ids=lambda text: text[:40].replace("\0", "NUL"),
)
def test_a_wrong_row_is_one_problem_with_its_line(path, row, problem):
    (found,) = problems(path, f"{HEADER}{GOOD}{row}\n2026-01-12 12:00,c9,ana,5.00,,,\n")
    assert problem in found


def test_another_encoding_is_a_problem_of_each_line_it_shows_in(path):
    content = (HEADER + GOOD + "2026-01-12 12:00,c2,rené,5.00,,,\n").encode("latin-1")
    assert problems(path, content) == ["line 3: not UTF-8: byte 0xe9 at column 24: save it as UTF-8"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"", ["line 1: there is no header"]),
        (b"id,backer,amount\n", ["line 1: column at is missing"]),
        (b"at,id,backer,amount,id\n", ["line 1: column 'id' stands twice"]),
        (b"at,id,backer,amount,fee\n", ["line 1: there is no column 'fee'"]),
        (b"At,id,backer,amount\n", ["line 1: there is no column 'At'", "line 1: column at is missing"]),
        (HEADER.encode("utf-16"), ["line 1: not UTF-8: byte 0xff"]),
        (b"\0" * 10, ["line 1: there is a NUL"]),
    ],
)
def test_a_wrong_header_is_all_that_is_said(path, header, expected):
    found = problems(path, header + b"no,row,is\nread\n" if header else b"")
    assert len(found) == len(expected)
    assert all(why.startswith(start) for why, start in zip(found, expected, strict=True))


def test_all_problems_come_in_one_pass_and_after_a_thousand_only_their_number(path):
    found = problems(path, HEADER + "x,y,z\n" * 1_150 + "x\n")
    assert found[0] == "line 2: 3 cells, where the header has 7"
    assert found[999:] == ["line 1001: 3 cells, where the header has 7", "and 151 more problems"]
    assert problems(path, HEADER + "x\n") == ["line 2: 1 cell, where the header has 7"]


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_any_bytes_are_played_or_refused(tmp_path_factory, rows, header):
    path = tmp_path_factory.getbasetemp() / "junk.csv"
    for content in (HEADER.encode() + rows, header):
        problems = ()
        try:
            assert playing(path, content)["ledger"]["balanced"]
        except InvalidDocument as refused:
            problems = refused.problems
        assert not any("\n" in str(problem) for problem in problems)


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_columns_are_separated_by_commas(path, separator):
    text = separator.join(("at", "id", "backer", "amount"))
    assert problems(path, f"{text}\n") == [
        f"line 1: columns are separated by {separator!r}: separate them by commas"
    ]
