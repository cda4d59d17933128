"""What the documentation says about the project itself: the quickstart's output, and the tests it names."""

import re
import subprocess
import sys
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
NAMED_TESTS = sorted(
    {
        (name, page.relative_to(ROOT))
        for page in ROOT.glob("docs/**/*.md")
        for name in re.findall(r"tests/[\w/]+\.py(?:::\w+)*", page.read_text(encoding="utf-8"))
    }
)


def test_the_quickstart_is_short_and_prints_what_it_says():
    program, printed = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", README, re.DOTALL).groups()
    assert len(program.splitlines()) <= 25
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == printed


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
