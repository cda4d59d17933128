"""Findings: what is broken breaks what is made of it, and is told once."""

from pushcore.errors import InvalidDocument, InvalidValue, Problem
from pushcore.stories.findings import BROKEN, Findings


def refusing(*_):
    message = "5 is no good"
    raise InvalidValue(message)


def test_what_is_made_of_something_broken_is_broken_and_says_nothing():
    findings = Findings("story.toml")
    part = findings.attempt("a.b", refusing)
    assert findings.attempt("a", tuple, part) is BROKEN
    assert list(findings) == [Problem("story.toml: a.b", "5 is no good")]


def test_the_problems_of_a_document_keep_their_places():
    def refuse():
        raise InvalidDocument(
            [Problem("minimum", "is below zero"), Problem("tiers", "stands twice", "duplicate")]
        )

    findings = Findings("")
    assert findings.attempt("campaign", refuse) is BROKEN
    assert [str(problem) for problem in findings] == [
        "campaign.minimum: is below zero",
        "campaign.tiers: stands twice",
    ]
