"""What the documentation says about the project itself: the quickstart's output, and the tests it names."""

import re
import subprocess
import sys
from codeop import compile_command
from importlib import import_module
from pathlib import Path

import pytest

from pushcore import Terms
from pushcore.payouts import MassRefund

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRACTS = "".join(
    contract.read_text(encoding="utf-8") for contract in ROOT.glob("src/pushcore/testing/contracts/*.py")
)
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
NAMED_TESTS = sorted(
    {
        (name, page.relative_to(ROOT))
        for page in ROOT.glob("docs/**/*.md")
        for name in re.findall(r"tests/[\w/]+\.py(?:::\w+)*", page.read_text(encoding="utf-8"))
    }
)


def test_the_quickstart_is_short_and_prints_what_it_says():
    program, printed = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", README, re.DOTALL).groups()
    assert len([line for line in program.splitlines() if line]) <= 25
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == printed


def typed(program):
    """Where a program that is typed into Python line by line goes wrong; classes are for files."""
    lines = []
    for line in [*program.splitlines(), ""]:
        lines.append(line)
        try:
            if compile_command("\n".join(lines), symbol="single") is not None:
                lines.clear()
        except SyntaxError as error:
            return None if error.msg == "unexpected indent" else line
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_programs_can_be_typed_as_they_come(page):
    """What stands right below the body of a loop was an error in the shell."""
    programs = re.findall(
        r"^```python\n((?!>>>).*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert [line for line in map(typed, programs) if line is not None] == []


@pytest.mark.parametrize(("name", "page"), NAMED_TESTS, ids=str)
def test_tests_named_by_the_documentation_exist(name, page):
    path, *parts = name.split("::")
    written = (ROOT / path).read_text(encoding="utf-8") + CONTRACTS  # a test of a contract is inherited
    assert all(re.search(rf"(def|class) {part}\(", written) for part in parts), f"{page} names {name}"


def test_defaults_in_signatures_are_what_they_are(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_extensions"))
    shown = import_module("defaults").shown
    assert shown("(costs=NOTHING, tallies=NOTHING)", MassRefund) == "(costs={}, tallies={})"
    assert shown("(fees=NOTHING, refunds=None)", Terms) == "(fees=FeeSchedule(lines=()), refunds=None)"
    assert shown("(editing=NOTHING)", Terms) == "(editing=...)"
    assert shown("(key=NOTHING)", int) == "(key=...)"
