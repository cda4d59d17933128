"""The examples, and the campaign that the demo plays, come to what they say."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from pushcore import stories

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))


def test_there_are_examples():
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize("path", [*EXAMPLES, files(stories) / "demo.toml"], ids=lambda path: path.name)
def test_an_example_comes_to_what_it_expects(path):
    story = stories.read_story(path)
    assert story.expect
    assert stories.check(stories.play(story)) == ()


def blocks():
    """The stories that the documentation shows."""
    for page in ("how-to/play-a-story.md", "reference/stories.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        for number, block in enumerate(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)):
            yield pytest.param(block, id=f"{page} {number}")


@pytest.mark.parametrize("block", list(blocks()))
def test_a_story_in_the_documentation_comes_to_what_it_expects(block):
    story = stories.parse_story(block)
    assert story.expect
    assert stories.check(stories.play(story)) == ()
