"""Laws: what a ledger without double entry is held against, stated as data."""

from fractions import Fraction

import pytest
from files import FEES, audited, found
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Rounding
from pushcore.ledgers.expression import Equation, Expression


def judged(folder, rows, laws, head="Id,Gross,Fee,Net", document=FEES):
    text = f"{head}\n" + "".join(f"{row}\n" for row in rows)
    return audited(folder, text, f"{document}\n{laws}\n")


def law(says, **keys):
    more = "".join(f"{key} = {value}\n" for key, value in keys.items())
    return f'[[laws]]\nname = "the law"\nsays = "{says}"\n{more}'


amounts = st.lists(st.tuples(*[st.integers(-9_999, 9_999)] * 3), min_size=1, max_size=6)


def rows_of(lines):
    texts = ([Money.of_minor(minor, "EUR").text for minor in line] for line in lines)
    return [f"{place},{','.join(line)}" for place, line in enumerate(texts)]


@given(amounts)
def test_a_law_of_lines_finds_each_that_breaks_it(tmp_path_factory, lines):
    verdict = judged(tmp_path_factory.mktemp("l"), rows_of(lines), law("gross - fee = net"))
    off = {place: gross - fee - net for place, (gross, fee, net) in enumerate(lines)}
    assert {(it.lines, it.transaction, it.off.minor) for it in verdict.findings} == {
        ((place + 2,), str(place), minor) for place, minor in off.items() if minor
    }
    (tally,) = verdict.laws
    assert (tally.checked, tally.broken) == (len(lines), sum(map(bool, off.values())))


@given(amounts)
def test_a_law_of_groups_is_about_their_sums(tmp_path_factory, lines):
    laws = '[groups]\nday = "{Id}"\n' + law("gross = net", each='"day"')
    rows = [f"{'ab'[place % 2]}{row[1:]}" for place, row in enumerate(rows_of(lines))]
    verdict = judged(tmp_path_factory.mktemp("l"), rows, laws)
    off = {day: sum(gross - net for gross, _, net in lines[start::2]) for start, day in enumerate("ab")}
    assert {(it.transaction, it.off.minor) for it in verdict.findings} == {
        (day, minor) for day, minor in off.items() if minor
    }
    for finding in verdict.findings:
        assert finding.lines == tuple(range(2 + "ab".index(finding.transaction), len(lines) + 2, 2))


@pytest.mark.parametrize(
    ("relation", "holds"),
    [("=", "010"), ("<=", "110"), (">=", "011"), ("<", "100"), (">", "001")],
)
def test_each_relation(tmp_path, relation, holds):
    rows = ["a,1.00,0,2.00", "b,2.00,0,2.00", "c,3.00,0,2.00"]
    verdict = judged(tmp_path, rows, law(f"gross {relation} net"))
    assert [it.transaction for it in verdict.findings] == [
        name for name, held in zip("abc", holds, strict=True) if held == "0"
    ]


def test_a_percentage_is_exact_unless_it_is_said_how_it_is_rounded(tmp_path):
    rows = ["a,13.37,1.34,0", "b,10.00,1.00,0", "c,13.37,1.33,0"]
    assert [it.transaction for it in judged(tmp_path, rows, law("fee = 10% gross")).findings] == ["a", "c"]
    (finding,) = judged(tmp_path, rows, law("fee = 10% gross", rounding='"half-up"')).findings
    assert (finding.transaction, str(finding.off)) == ("c", "EUR -0.01")
    exact = judged(tmp_path, rows, law("fee = 10% gross")).findings[0]
    assert exact.off is None
    assert exact.message == "fee = 10% gross: EUR 1.34 and EUR 1.337, off by EUR 0.003"
    third = judged(tmp_path, ["a,0.01,0,0"], law("gross = 0.000000001 * gross + 0.3333333 gross")).findings[0]
    assert third.off is None


def test_numbers_alone_are_in_whole_units_of_each_currency(tmp_path):
    document = FEES.replace('currency = "EUR"', 'currency = "{Cur}"')
    rows = ["a,10.00,0.60,0,EUR", "b,10.00,0.59,0,EUR", "c,1000,30.3,0,usd", "d,1000,29,0,JPY"]
    least = law("fee >= 2 + 3% gross - 1.70", rounding='"down"')
    verdict = judged(tmp_path, rows, least, "Id,Gross,Fee,Net,Cur", document)
    assert [(it.transaction, str(it.off)) for it in verdict.findings] == [("b", "EUR -0.01"), ("d", "JPY -1")]


def test_a_group_is_judged_in_each_of_its_currencies(tmp_path):
    document = FEES.replace('currency = "EUR"', 'currency = "{Cur}"') + '[groups]\ng = "{Id}"\n'
    rows = ["a,1.00,0,0,EUR", "a,-1,0,0,JPY", "a,-1.00,0,0,EUR"]
    verdict = judged(tmp_path, rows, law("gross = 0", each='"g"'), "Id,Gross,Fee,Net,Cur", document)
    assert [(it.lines, str(it.off)) for it in verdict.findings] == [((3,), "JPY -1")]
    assert [(str(it.off), it.findings) for it in verdict.tallies] == [("JPY 1", 1)]


REFUNDS = """\
ledger = 1

[line]
id = "{Id}"
currency = "EUR"

[amounts]
amount = "Amount"

[values]
paid = { of = "amount", where = { Kind = "payment" } }
back = { of = "-amount", where = { Kind = "refund" } }
payments = { count = true, where = { Kind = "payment" } }
refunds = { count = true, where = { Kind = "refund" } }

[groups]
payment = [{ by = "{Of}", where = { Kind = "refund" } }, { by = "{Id}", where = { Kind = "payment" } }]

[[laws]]
name = "no refund above what was paid"
each = "payment"
says = "back <= paid"

[[laws]]
name = "one refund"
each = "payment"
says = "refunds <= 1"
warning = true

[[laws]]
name = "a refund is of a payment"
each = "payment"
when = "refunds > 0"
says = "payments = 1"

[[laws]]
name = "an id stands once"
unique = "{Id}"

[[laws]]
name = "no line stands twice"
unique = "*"
"""


def refunded(folder, *rows):
    return audited(folder, "Id,Kind,Of,Amount\n" + "".join(f"{row}\n" for row in rows), REFUNDS)


def test_a_refund_is_held_against_what_it_refunds(tmp_path):
    verdict = refunded(
        tmp_path,
        "r0,refund,p1,-3.00",  # before its payment, in the file
        "p1,payment,,10.00",
        "r1,refund,p1,-7.01",
        "p2,payment,,5.00",
        "r2,refund,p2,-5.00",
        "r3,refund,p3,-1.00",  # of nothing
        "x,fee,,-1.00",
    )
    assert [(it.rule, it.lines, it.transaction) for it in verdict.findings] == [
        ("no refund above what was paid", (2, 3, 4), "p1"),
        ("no refund above what was paid", (7,), "p3"),
        ("a refund is of a payment", (7,), "p3"),
        ("one refund", (2, 3, 4), "p1"),
    ]
    assert [str(it.off) for it in verdict.findings[:2]] == ["EUR 0.01", "EUR 1.00"]
    assert verdict.findings[2].message == "payments = 1: 0 and 1, off by 1"
    assert [it.checked for it in verdict.laws] == [3, 3, 3, 7, 7]
    assert (verdict.found, verdict.warned) == (3, 1)


def test_what_stands_twice(tmp_path):
    same = "p2,payment,,1.00"
    verdict = refunded(tmp_path, "p1,payment,,10.00", "p1,payment,,9.00", same, same)
    assert found(verdict) == [
        ("an id stands once", (2, 3)),
        ("an id stands once", (4, 5)),
        ("no line stands twice", (4, 5)),
    ]
    assert verdict.findings[0].message == "{Id}, p1, stands on line 2 already"
    assert verdict.findings[2].message == "all of it stands on line 4 already"


def test_what_is_empty_may_stand_twice(tmp_path):
    assert refunded(tmp_path, ",fee,,1.00", ",fee,,2.00").sound
    assert refunded(tmp_path, "r1,refund,,-1.00").sound  # of no payment that is named: of no group


def test_a_law_may_be_about_some_lines_only(tmp_path):
    rows = ["a,1.00,0,0", "b,2.00,0,0"]
    (finding,) = judged(tmp_path, rows, law("gross = 0", where='{ Id = "b" }')).findings
    assert finding.transaction == "b"
    laws = '[groups]\nall = "all"\n' + law("gross = 2.00", each='"all"', where='{ Id = { not = ["a"] } }')
    verdict = judged(tmp_path, rows, laws)
    assert (verdict.sound, verdict.laws[0].checked) == (True, 1)
    assert judged(tmp_path, rows, law("gross = 0", when='"gross > 2"')).laws[0].checked == 0


def test_warnings_do_not_make_a_ledger_unsound_and_stand_last(tmp_path):
    laws = law("gross = 0", warning="true") + law("net = 0").replace("the law", "the other")
    verdict = judged(tmp_path, ["a,1.00,0,0", "b,1.00,0,1.00"], laws)
    assert [(it.rule, it.warning) for it in verdict.findings] == [
        ("the other", False),
        ("the law", True),
        ("the law", True),
    ]
    assert judged(tmp_path, ["a,1.00,0,0"], laws).sound


@given(st.integers(0, 12))
def test_findings_are_kept_up_to_a_limit_and_all_are_counted(tmp_path_factory, limit):
    rows = [f"{n},1.00,0,0" for n in range(9)]
    text = "Id,Gross,Fee,Net\n" + "".join(f"{row}\n" for row in rows)
    verdict = audited(tmp_path_factory.mktemp("l"), text, FEES + law("gross = 0"), limit=limit)
    assert len(verdict.findings) == min(limit, 9)
    assert [(it.findings, str(it.off)) for it in verdict.tallies] == [(9, "EUR 9.00")]


def test_a_verdict_is_plain_values_too(tmp_path):
    verdict = judged(tmp_path, ["a,1.00,0,0"], law("gross = net"))
    assert verdict.as_dict() == {
        "ledger": str(tmp_path / "book.csv"),
        "sound": False,
        "lines": 1,
        "left_out": 0,
        "transactions": 0,
        "first": None,
        "last": None,
        "found": 1,
        "warned": 0,
        "findings": [
            {
                "rule": "the law",
                "warning": False,
                "lines": [2],
                "transaction": "a",
                "off": "1.00",
                "currency": "EUR",
                "message": "gross = net: EUR 1.00 and EUR 0.00, off by EUR 1.00",
            }
        ],
        "tallies": [{"rule": "the law", "warning": False, "findings": 1, "off": "1.00", "currency": "EUR"}],
        "laws": [{"law": "the law", "checked": 1, "broken": 1}],
        "totals": [],
        "campaigns": [],
    }


names = st.sampled_from(["a", "b", "c"])
factors = st.tuples(st.sampled_from("+-"), st.integers(0, 99), st.sampled_from(["", "%"]), names)


@given(st.lists(factors, min_size=1), st.fixed_dictionaries(dict.fromkeys("abc", st.integers(-999, 999))))
def test_a_sum_is_what_it_says(parts, values):
    text = " ".join(f"{sign} {number}{percent} {name}" for sign, number, percent, name in parts)
    expected = sum(
        (1 if sign == "+" else -1) * Fraction(number, 100 if percent else 1) * values[name]
        for sign, number, percent, name in parts
    )
    assert Expression.of(text).value(values, 100) == expected
    left, right = Equation.of(f"{text} = a", Rounding.HALF_UP).sides(values, 100)
    assert abs(left - expected) <= Fraction(1, 2)
    assert right == values["a"]
