"""Every example in the README, the docs and the docstrings runs as a test, so none of them can go stale."""

from __future__ import annotations

from doctest import ELLIPSIS

from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

__all__ = ["pytest_collect_file"]

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
