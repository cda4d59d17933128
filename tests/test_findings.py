"""What is wrong with a file is noted below the place where it stands, and all of it is told."""

import pytest

from pushcore._findings import BROKEN, Findings
from pushcore.errors import InvalidDocument, InvalidValue, Problem


def refusing(error):
    raise error


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (
            InvalidDocument([Problem("goal", "too low", "range")]),
            Problem("a.toml: x.goal", "too low", "range"),
        ),
        (InvalidValue("too low"), Problem("a.toml: x", "too low", "invalid")),
    ],
)
def test_what_refuses_is_noted_at_its_place(error, problem):
    findings = Findings("a.toml")
    assert findings.attempt("x", refusing, error) is BROKEN
    assert list(findings) == [problem]


def test_what_is_given_something_broken_is_broken_and_noted_once():
    findings = Findings("a.toml")
    assert findings.attempt("x", refusing, BROKEN) is BROKEN
    assert list(findings) == []
