"""Editing: what of the terms of a story may change, and what they are once something has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import attrs

from pushcore._checks import shown
from pushcore.campaigns import DurationRule, Editing, Extension, Terms
from pushcore.errors import InvalidDocument, Problem
from pushcore.stories.campaign_steps import EditTerms
from pushcore.stories.campaign_tables import CampaignTable
from pushcore.stories.editing_tables import ExtensionTable
from pushcore.stories.findings import BROKEN, Findings, broken

__all__ = ["edited", "editing_of"]


def editing_of(campaign: CampaignTable, findings: Findings) -> Editing:
    """What may change of the terms once the campaign is launched."""
    table = campaign.editing
    if broken(table):
        return cast("Editing", BROKEN)
    return findings.attempt(
        "campaign.editing",
        Editing,
        goal=table.goal,
        limits=table.limits,
        prices=table.prices,
        extension=None if table.extension is None else _extension(table.extension, findings),
        reopens=table.reopens,
        rejudges=table.rejudges,
    )


def _extension(table: ExtensionTable, findings: Findings) -> Extension:
    if broken(table):
        return cast("Extension", BROKEN)
    path = "campaign.editing.extension"
    within = findings.attempt(
        path, DurationRule, least_days=1, most_days=table.most_days, open_ended=False, end_of_day=False
    )
    return findings.attempt(path, Extension, times=table.times, within=within)


def edited(terms: Terms, step: EditTerms) -> Terms:
    """The terms with what a step changes.

    Raises:
        InvalidDocument: something that is changed is not there, or the terms would contradict themselves.
    """
    problems = [*_unknown(terms, "limits", step.limits), *_unknown(terms, "prices", step.prices)]
    if problems:
        raise InvalidDocument(problems)
    sections: dict[str, Any] = {
        section: tuple(_changed(thing, step) for thing in getattr(terms, section)) for section in _SECTIONS
    }
    goal = terms.goal if step.goal is None else attrs.evolve(terms.goal, amount=step.goal)
    return attrs.evolve(terms, goal=goal, **sections)


_PRICED: Final = ("tiers", "add_ons")
_SECTIONS: Final = (*_PRICED, "items", "vouchers")
_CHANGED: Final = {"limits": _SECTIONS, "prices": _PRICED}


def _unknown(terms: Terms, key: str, changes: Mapping[str, object]) -> Iterator[Problem]:
    known = {thing.id for section in _CHANGED[key] for thing in getattr(terms, section)}
    for name in changes:
        if name not in known:
            yield Problem(f"{key}.{name}", f"there is no {shown(name)} to change", "unknown")


def _changed(thing: Any, step: EditTerms) -> Any:  # noqa: ANN401  whatever can be had of a campaign
    new = {"limit": step.limits.get(thing.id), "price": step.prices.get(thing.id)}
    changes = {name: value for name, value in new.items() if value is not None}
    return attrs.evolve(thing, **changes) if changes else thing
