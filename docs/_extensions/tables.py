"""Tables that are drawn from the code at every build, so that none of them can go stale."""

from __future__ import annotations

from inspect import getdoc

from cases import case_rows
from homes import home
from sphinx.util.docutils import SphinxDirective

import pushcore
from pushcore import Currency
from pushcore.campaigns.lifecycle import TRANSITIONS
from pushcore.errors import REFUSAL_CODES
from pushcore.money import ProviderCatalogue
from pushcore.rewards import fulfilment as fulfilments

__all__ = ["setup"]


def refusal_codes():
    """Every code and its meaning."""
    return ("code", "meaning"), [(f"`{code}`", meaning) for code, meaning in REFUSAL_CODES.items()]


def lifecycle():
    """Every way a campaign can go."""
    return ("from", "trigger", "to"), _ways(TRANSITIONS)


def fulfilment():
    """Every way the fulfilment of a reward can go."""
    return ("from", "step", "to"), _ways(fulfilments.TRANSITIONS)


def _ways(table):
    return [(f"`{before}`", f"`{step}`", f"`{after}`") for (before, step), after in table.items()]


def currencies():
    """Every currency that is known."""
    rows = []
    for it in Currency.all():
        decimals = "none" if it.exponent is None else it.exponent
        rows.append((f"`{it.code}`", it.number, decimals, it.name, it.withdrawn or ""))
    return ("code", "number", "decimals", "name", "withdrawn"), rows


def provider_units():
    """Every currency that a known provider does not count as ISO 4217 says."""
    rows = []
    for catalogue in map(ProviderCatalogue.of, ("stripe", "paypal", "adyen")):
        for it in catalogue.units:
            steps = (it.charge_step, it.payout_step)
            verified = "yes" if it.verified else "no"
            rows.append((catalogue.provider, f"`{it.currency}`", it.exponent, *steps, verified))
    return ("provider", "code", "decimals", "charged in steps of", "paid out in steps of", "verified"), rows


def cases():
    """Every worked case, with what it shows and where it is tested."""
    return ("case", "what it shows", "tested in"), list(case_rows())


def front_door():
    """Every name that `import pushcore` offers, with where it is documented."""
    things = {name: getattr(pushcore, name) for name in pushcore.__all__}
    rows = [
        (f"{{py:obj}}`{name} <{home(name, thing)}>`", _first_line(thing)) for name, thing in things.items()
    ]
    return ("name", "meaning"), rows


def _first_line(thing):
    return (getdoc(thing) or "").split("\n")[0]


DRAWN = {
    "refusal-codes": refusal_codes,
    "lifecycle": lifecycle,
    "fulfilment": fulfilment,
    "currencies": currencies,
    "provider-units": provider_units,
    "front-door": front_door,
    "cases": cases,
}


class Drawn(SphinxDirective):
    """``{drawn} NAME``: one of the tables above."""

    required_arguments = 1

    def run(self):
        """Write the table as Markdown and let the page read it."""
        head, rows = DRAWN[self.arguments[0]]()
        lines = [head, ["---"] * len(head), *rows]
        return self.parse_text_to_nodes("\n".join(f"| {' | '.join(map(str, line))} |" for line in lines))


def setup(app):
    """Name the directive."""
    app.add_directive("drawn", Drawn)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
