"""How the documentation is built: every warning is an error."""

from __future__ import annotations

from pushcore import __version__

project = "pushcore"
author = "The pushcore authors"
copyright = "2026, The pushcore authors"  # noqa: A001  the name Sphinx reads
release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
html_theme = "furo"
html_title = f"pushcore {release}"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_member_order = "bysource"
autodoc_typehints = "description"
default_role = "py:obj"

# The build uses no network, so it cannot know what other packages document: only our own names are checked.
nitpick_ignore_regex = [("py:.*", r"(?!pushcore\.).*")]
