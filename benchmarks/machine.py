"""The machine: what a figure means nothing without."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

__all__ = ["described"]


def described() -> str:
    """Processor, cores, Python, and the versions of what was compared."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("pushcore", "py-moneyed", "stockholm"))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()}; {python}; {packages}"


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
