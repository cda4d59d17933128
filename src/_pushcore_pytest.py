"""pytest loads this at every start: it makes the asserts of the contract suites explain themselves.

It stands outside the package and imports nothing of it, so that a project that merely has pushcore
installed pays nothing for it.
"""

from __future__ import annotations

import pytest

__all__: list[str] = []

pytest.register_assert_rewrite("pushcore.testing.contracts")
