"""How the documentation is built: every warning is an error."""

from __future__ import annotations

import sys
from pathlib import Path

from pushcore import __version__

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "pushcore"
author = "The pushcore authors"
copyright = "2026, The pushcore authors"  # noqa: A001  the name Sphinx reads
release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "defaults",
    "homes",
    "tables",
]
html_theme = "furo"
html_title = f"pushcore {release}"
exclude_patterns = ["_*"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
autodoc_typehints = "description"
default_role = "py:obj"

# The build uses no network, so it cannot know what other packages document: only our own names are checked.
# A type variable is documented nowhere, nor is an alias by the name of what it stands for.
nitpick_ignore_regex = [
    ("py:.*", r"(?!pushcore\.).*"),
    ("py:.*", r"pushcore\.([a-z]\w*\.)+([A-Z]|Annotated)"),
    ("py:.*", r"pushcore\.ledgers\.map_document\.\w+"),  # its keys are in the reference, as TOML has them
]


def setup(app):
    """Read the first line of what is no function as a sentence.

    Napoleon takes what stands before a colon in it for a type. It looks at the first line only, so an empty
    comment goes before it.
    """

    def begin_with_a_comment(_app, what, _name, _obj, _options, lines):
        if what in {"attribute", "data", "property"} and lines:
            lines[:0] = ["..", ""]

    app.connect("autodoc-process-docstring", begin_with_a_comment, priority=400)  # before napoleon
