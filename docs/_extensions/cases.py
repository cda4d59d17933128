"""Where each worked case is tested: read off the tests and the examples, which cite the ids of the cases.

A test cites a case by its id, anywhere in its own lines, or in its name (``test_ca06_...``). What stands
outside of a test, such as a table that several of them run over, cites it for the whole file.
"""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

__all__ = ["ROOT", "case_rows", "citations", "told"]

ROOT = Path(__file__).parents[2]


@cache
def told():
    """What `docs/reference/cases.toml` says."""
    said = tomllib.loads((ROOT / "docs/reference/cases.toml").read_text(encoding="utf-8"))
    return said | {"shows": said["platforms"] | said["systems"]}


def case_rows():
    """Every case: what it shows, and where that is tested or why it is not."""
    places, said = citations(), told()
    for case, shows in said["shows"].items():
        tested = ", ".join(f"`{place}`" for place in places[case])
        yield f"`{case}`", shows, tested or said["reasons"][said["untested"][case]]


@cache
def citations():
    """The places that cite each case: tests as ``file::name``, other lines and examples as the file."""
    found = {case: [] for case in told()["shows"]}
    paths = {*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("examples/*.toml")}
    for path in sorted(paths - {ROOT / "tests/test_cases.py"}):  # which tests this
        name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        elsewhere = _cited(text)
        for test, lines in _tests(text) if elsewhere and path.suffix == ".py" else ():
            cited = _cited(lines)
            elsewhere -= cited
            for case in cited:
                found[case].append(f"{name}::{test}")
        for case in elsewhere:
            found[case].append(name)
    return found


def _tests(text):
    """The tests of a file, with their own lines, decorators included."""
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            first = min([node.lineno, *(it.lineno for it in node.decorator_list)])
            yield node.name, "\n".join(lines[first - 1 : node.end_lineno])


def _cited(text):
    written, in_names, named = _patterns()
    names = " ".join(re.findall(r"def (test_\w+)", text))
    return {*written.findall(text), *(named[found] for found in in_names.findall(names))}


@cache
def _patterns():
    """How cases are written in a text, and in the name of a test; and which case such a name is of."""
    cases = sorted(told()["shows"], key=len, reverse=True)
    named = {re.sub("[-.]", "_", case.lower()): case for case in cases}
    written, in_names = ("|".join(map(re.escape, it)) for it in (cases, named))
    return (
        re.compile(rf"(?<![\w-])(?:{written})(?![\w-])"),
        re.compile(rf"(?<![a-z0-9])(?:{in_names})(?![a-z0-9])"),
        named,
    )
