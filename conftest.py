"""Every example in the README, the docs and the docstrings runs as a test, so none of them can go stale."""

from __future__ import annotations

from doctest import ELLIPSIS

import pytest
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.evaluators.python import PythonEvaluator
from sybil.integration.pytest import SybilItem
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

__all__ = ["pytest_collect_file", "pytest_collection_modifyitems"]

_python = PythonCodeBlockParser(doctest_optionflags=ELLIPSIS)
_console = PythonCodeBlockParser(doctest_optionflags=ELLIPSIS)
_console.codeblock_parser = CodeBlockParser("pycon", PythonEvaluator())

_pages = Sybil(parsers=[_python, _console, SkipParser()], pattern="*.md")
_docstrings = Sybil(
    parsers=[DocTestParser(ELLIPSIS)],
    pattern="*.py",
    path="src",
    document_types={".py": PythonDocStringDocument},
)
pytest_collect_file = (_pages + _docstrings).pytest()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the examples of a page to one processor: they share what they define."""
    for item in items:
        if isinstance(item, SybilItem):
            item.add_marker(pytest.mark.xdist_group(str(item.path)))
