"""What the documentation says that commands print, over the files that it shows."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pushcore.cli.app import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/audit-a-ledger.md").read_text(encoding="utf-8")
FILES = re.findall(r"```\{code-block\} \w+\n:caption: (\S+)\n\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"```console\n\$ pushcore (audit [^\n]+)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("command", "printed"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_commands_print_what_the_page_says(tmp_path, monkeypatch, command, printed):
    monkeypatch.chdir(tmp_path)
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, content in FILES:
        (tmp_path / name).write_text(content, encoding="utf-8")
    played = ["play", str(ROOT / "examples/album.toml"), "--ledger", "album.csv"]
    assert CliRunner().invoke(app, played).exit_code == 0
    done = CliRunner().invoke(app, shlex.split(command))
    assert done.stdout == printed
    assert done.exit_code == int("NOT sound" in printed)


def test_there_are_commands_on_the_page():
    assert len(COMMANDS) == 3
    assert len(FILES) == 4
