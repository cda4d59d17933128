"""One home for every public name: its package, wherever it is written.

A type annotation knows ``pushcore.campaigns.campaign.Campaign``; readers import and look up
``pushcore.campaigns.Campaign``. References to the one find the other, and a public name without an entry
in the reference is a warning.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from sphinx.util import logging

__all__ = ["PUBLIC", "home", "setup"]

PUBLIC = (
    "pushcore.books",
    "pushcore.books.events",
    "pushcore.books.forgetting",
    "pushcore.books.invoicing",
    "pushcore.books.opening",
    "pushcore.calendar",
    "pushcore.campaigns",
    "pushcore.campaigns.deciding",
    "pushcore.campaigns.edit_rules",
    "pushcore.campaigns.events",
    "pushcore.campaigns.lifecycle",
    "pushcore.campaigns.revising",
    "pushcore.campaigns.settling",
    "pushcore.changes",
    "pushcore.errors",
    "pushcore.gateway",
    "pushcore.ids",
    "pushcore.ledger",
    "pushcore.ledger.recipes",
    "pushcore.ledgers",
    "pushcore.matching",
    "pushcore.memory",
    "pushcore.money",
    "pushcore.money.locale",
    "pushcore.payments",
    "pushcore.payments.collecting",
    "pushcore.payments.events",
    "pushcore.payments.refunding",
    "pushcore.payouts",
    "pushcore.payouts.events",
    "pushcore.payouts.fee_share",
    "pushcore.payouts.payout",
    "pushcore.pledges",
    "pushcore.pledges.changing",
    "pushcore.pledges.events",
    "pushcore.pledges.fulfilling",
    "pushcore.pledges.moving",
    "pushcore.pledges.pledging",
    "pushcore.pledges.rules",
    "pushcore.pledges.waiting",
    "pushcore.ports",
    "pushcore.recurring",
    "pushcore.recurring.deciding",
    "pushcore.recurring.events",
    "pushcore.recurring.rules",
    "pushcore.rewards",
    "pushcore.rewards.events",
    "pushcore.rewards.fulfilling",
    "pushcore.rewards.fulfilment",
    "pushcore.rewards.waiting",
    "pushcore.schemas.fields",
    "pushcore.stories",
    "pushcore.testing",
    "pushcore.testing.strategies",
    "pushcore.texts",
    "pushcore.usecases",
    "pushcore",
)
"""The modules whose ``__all__`` is public. What the front door offers is at home in its package."""


@cache
def _homes():
    """Where each public thing lives, by its name and what it is."""
    found = {}
    for module in map(import_module, sorted(PUBLIC, key=lambda it: (it == "pushcore", it.count(".")))):
        for name in getattr(module, "__all__", ()):
            found.setdefault((name, id(getattr(module, name))), f"{module.__name__}.{name}")
    return found


def home(name, thing):
    """The full name under which a public thing is documented; None for what is not public."""
    return _homes().get((name, id(thing)))


def _find(app, env, node, text):
    """Look for ``pushcore.package.module.Name`` at ``pushcore.package.Name``."""
    module, _, name = node.get("reftarget", "").rpartition(".")
    if node.get("refdomain") != "py" or not module.startswith("pushcore."):
        return None
    try:
        place = home(name, getattr(import_module(module), name))
    except (ImportError, AttributeError):
        return None
    source = node.get("refdoc")
    return place and env.get_domain("py").resolve_xref(env, source, app.builder, "obj", place, node, text)


def _miss(_, env):
    documented = env.get_domain("py").objects
    for place in sorted(set(_homes().values()) - set(documented) - {"pushcore.errors"}):
        logging.getLogger(__name__).warning("public, but not in the reference: %s", place)


def setup(app):
    """Let Sphinx ask here when it finds no entry, and count the entries in the end."""
    app.connect("missing-reference", _find)
    app.connect("env-check-consistency", _miss)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
