"""The worked cases: each is tested, or the table of them says why it is not."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "docs" / "_extensions"))

from cases import ROOT, case_rows, citations, told


@pytest.mark.parametrize(("name", "part"), [("platform_examples", "platforms"), ("system_cases", "systems")])
def test_every_case_is_in_the_table_in_words_of_its_own(cases, name, part):
    given = {case["id"]: str(case) for case in cases(name)}
    shown = told()[part]
    assert list(shown) == list(given)
    assert [case for case, words in shown.items() if words in given[case]] == []


def test_what_no_test_cites_has_a_reason_and_nothing_else_has():
    cited = {case for case, places in citations().items() if places}
    untested = told()["untested"]
    assert set(told()["shows"]) - cited == set(untested)
    assert set(told()["reasons"]) == set(untested.values())


def test_a_case_is_found_in_the_lines_of_a_test_in_its_name_and_in_an_example():
    places = citations()
    assert "tests/usecases/test_system_cases.py::test_ca06_nine_do_not_pay_for_ten" in places["CA06"]
    assert (
        "tests/usecases/test_receiving.py::test_what_is_expected_is_shown_and_counts_to_nothing"
        in (places["BB02"])
    )
    for case, found in places.items():
        for place in found:
            assert case.lower().replace("-", "_") in (
                (ROOT / place.partition("::")[0]).read_text(encoding="utf-8").lower().replace("-", "_")
            )


def test_a_row_says_where_or_why():
    rows = {case.strip("`"): where for case, _, where in case_rows()}
    assert rows["lend-annuity"] == told()["reasons"]["lending"]
    assert "::" in rows["CA06"]
