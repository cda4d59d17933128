"""What a story expects is any part of its outcome."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telling import POSTER, documents, played, pledge, read, told

from pushcore.errors import InvalidValue
from pushcore.stories import check, play


def differences(expect):
    events = [pledge("p1", tier="poster"), pledge("p2", "0.00")]
    return [str(found) for found in check(played(*events, tiers=[POSTER], expect=expect))]


@given(documents(), st.data())
def test_any_part_of_an_outcome_is_as_expected(document, data):
    outcome = play(read(document)).as_dict()
    kept = data.draw(st.sets(st.sampled_from(list(outcome))))
    expect = {key: outcome[key] for key in kept}
    assert check(play(read({**document, "expect": expect}))) == ()


def test_without_expectations_everything_is_as_expected():
    assert check(play(read(told()))) == ()


@pytest.mark.parametrize(
    ("expect", "difference"),
    [
        ({"state": "successful"}, "state: expected 'successful', found 'failed'"),
        ({"pledged": "25"}, "pledged: expected '25', found '25.00'"),
        ({"backers": 2}, "backers: expected 2, found 1"),
        ({"payouts": {"lune": "1.00"}}, "payouts.lune: expected '1.00', found '0.00'"),
        ({"payouts": {"crew": "1.00"}}, "payouts.crew: expected '1.00', found nothing"),
        (
            {"pledges": {"p1": {"state": "collected"}}},
            "pledges.p1.state: expected 'collected', found 'canceled'",
        ),
        ({"pledges": {"p2": {"amount": "0.00"}}}, "pledges.p2: expected {'amount': '0.00'}, found nothing"),
        ({"tiers": {"poster": {"left": None}}}, "tiers.poster.left: expected None, found 3"),
        ({"refusals": []}, "refusals: expected [], found [{'event': 1, 'codes': ['below-minimum']}]"),
        (
            {"refusals": [{"codes": ["sold-out"]}]},
            "refusals[0].codes[0]: expected 'sold-out', found 'below-minimum'",
        ),
        ({"refusals": [{"line": 1}]}, "refusals[0].line: expected 1, found nothing"),
        ({"ledger": {"balanced": False}}, "ledger.balanced: expected False, found True"),
    ],
)
def test_a_difference_says_where_what_was_expected_and_what_was_found(expect, difference):
    assert differences(expect) == [difference]


def test_only_an_outcome_is_checked():
    with pytest.raises(InvalidValue, match="the outcome of a story is checked, not None"):
        check(None)
