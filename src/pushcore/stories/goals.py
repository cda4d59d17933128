"""Goals: what a document says of the goal, the model by which it is judged, and what lies beyond it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

from pushcore._checks import shown
from pushcore.campaigns import (
    Budget,
    BudgetLine,
    Cap,
    FinalLap,
    FundingGoal,
    FundingModel,
    MovingGoal,
    StretchGoal,
    Unlock,
    UnlockKind,
    stretch_problems,
)
from pushcore.ids import StretchGoalId
from pushcore.money import Currency, Money
from pushcore.payouts import FeeBase, FeeLine, Fixed, Percent, Sum
from pushcore.stories.campaign_tables import CampaignTable, CapTable, FinalLapTable, StretchTable
from pushcore.stories.cost_tables import MethodTable
from pushcore.stories.document import Document
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.requesting import amount_of
from pushcore.stories.sections import each, names_of, note_twice

__all__ = ["goal_of", "hours_of", "model_of", "stretch_of", "total_of"]


def goal_of(document: Document, findings: Findings) -> FundingGoal:
    """The goal as it is stated, or the sum of the budget."""
    campaign = document.campaign
    if document.costs is not None:
        _note_needless(campaign, "costs say", findings)
        if document.budget:
            findings.note("budget", "the costs say what is needed: leave it out")
        return findings.attempt("costs", FundingGoal.of_costs, _costs(document, findings))
    if document.budget:
        _note_needless(campaign, "budget says", findings)
        return findings.attempt("budget", FundingGoal.of_budget, _budget(document, findings))
    if campaign.goal is None:
        findings.note("campaign.goal", "this key is required, or a budget", "missing")
    goal, optimum = (
        total_of(f"campaign.{key}", value, campaign.currency, findings)
        for key, value in (
            ("goal", BROKEN if campaign.goal is None else campaign.goal),
            ("optimum", campaign.optimum),
        )
    )
    # The goal is checked though the optimum is wrong.
    alone = findings.attempt("campaign.goal", FundingGoal, goal)
    if optimum is None or broken(alone):
        return alone
    return findings.attempt("campaign.optimum", FundingGoal, goal, optimum=optimum)


def _note_needless(campaign: CampaignTable, says: str, findings: Findings) -> None:
    for key in ("goal", "optimum"):
        if getattr(campaign, key) not in (None, BROKEN):
            findings.note(f"campaign.{key}", f"the {says} what is needed: leave it out")


def _costs(document: Document, findings: Findings) -> MovingGoal:
    table, currency = document.costs, document.campaign.currency
    if table is None or broken(table):
        return cast("MovingGoal", BROKEN)
    methods = [
        BROKEN if broken(it) else _method(f"costs.methods[{place}]", it, currency, findings)
        for place, it in enumerate([BROKEN] if broken(table.methods) else table.methods)
    ]
    return findings.attempt(
        "costs",
        MovingGoal,
        cost=findings.attempt("costs.cost", Money.of, table.cost, currency),
        fee=table.fee,
        vat=table.vat,
        rounding=table.rounding,
        methods=BROKEN if BROKEN in methods else methods,
        assumed=table.assumed,
    )


def _method(path: str, table: MethodTable, currency: Currency, findings: Findings) -> FeeLine:
    percent, fixed = table.percent, table.fixed
    parts: list[Percent | Fixed] = []
    if percent is not None:
        parts.append(findings.attempt(f"{path}.percent", Percent, percent))
    if fixed is not None:
        amount = findings.attempt(f"{path}.fixed", Money.of, fixed, currency)
        parts.append(findings.attempt(f"{path}.fixed", Fixed, amount))
    rule = findings.attempt(path, Sum, BROKEN if BROKEN in parts else parts)
    return findings.attempt(path, FeeLine, table.method, FeeBase.PLEDGE, rule, table.rounding)


def total_of(path: str, value: str | int | None, currency: Currency, findings: Findings) -> Any:  # noqa: ANN401
    """An amount, or a number of rewards; None where nothing is stated."""
    return findings.attempt(path, Money.of, value, currency) if isinstance(value, str) else value


def _budget(document: Document, findings: Findings) -> Budget:
    lines = []
    for path, table in each(document, "budget"):
        amount = findings.attempt(f"{path}.amount", Money.of, table.amount, document.campaign.currency)
        lines.append(
            findings.attempt(f"{path}.amount", BudgetLine, table.name, amount, required=table.required)
        )
    twice = note_twice(document, "budget", "name", findings)
    wrong = twice or broken(document.budget) or BROKEN in lines or len(lines) < len(document.budget)
    return BROKEN if wrong else findings.attempt("budget", Budget, lines)


def model_of(campaign: CampaignTable, findings: Findings) -> FundingModel:
    """The model of a name, or of the settings of a table."""
    table = campaign.model
    if broken(table) or isinstance(table, FundingModel):
        return cast("FundingModel", table)
    path, hours = "campaign.model", 0 if table.grace_hours is None else table.grace_hours
    return findings.attempt(
        path,
        FundingModel,
        measure=table.measure,
        counts=table.counts,
        net_of_fees=table.net_of_fees,
        keeps_from=table.keeps_from,
        charging=table.charging,
        grace=findings.attempt(path, hours_of, hours),
        second_round=table.second_round_days,
        cap=None if table.cap is None else _cap(table.cap, campaign.currency, findings),
        final_lap=None if table.final_lap is None else _final_lap(table.final_lap, findings),
    )


def hours_of(hours: int) -> timedelta:
    """So many hours, as they pass."""
    return timedelta(hours=hours)


def _cap(table: CapTable, currency: Currency, findings: Findings) -> Cap:
    path = "campaign.model.cap"
    amount, smallest, tolerance = (
        findings.attempt(f"{path}.{key}", amount_of, text, currency)
        for key, text in (
            ("amount", table.amount),
            ("smallest_charge", table.smallest_charge),
            ("tolerance", "0" if table.tolerance is None else table.tolerance),
        )
    )
    return findings.attempt(
        path, Cap, amount=amount, smallest_charge=smallest, tolerance=tolerance, clips=table.clips
    )


def _final_lap(table: FinalLapTable, findings: Findings) -> FinalLap:
    path = "campaign.model.final_lap"
    return findings.attempt(path, FinalLap, table.days, end_of_day=table.end_of_day)


def stretch_of(document: Document, goal: FundingGoal, findings: Findings) -> list[StretchGoal]:
    """What is unlocked beyond the goal."""
    found: dict[str, StretchGoal] = {}
    for path, table in each(document, "stretch"):
        at = total_of(f"{path}.at", table.at, document.campaign.currency, findings)
        unlocks = _unlocks(path, table, document, findings)
        found[path] = findings.attempt(path, StretchGoal, StretchGoalId(table.id), at, unlocks)
    twice = note_twice(document, "stretch", "id", findings)
    for path, stretch in found.items():
        if not broken(stretch) and not broken(goal):
            for problem in stretch_problems([stretch], goal.amount):
                findings.note(f"{path}.at", problem.message, problem.kind)
    return BROKEN if twice or broken(document.stretch) or BROKEN in found.values() else [*found.values()]


def _unlocks(path: str, table: StretchTable, document: Document, findings: Findings) -> list[Unlock]:
    for section, what in (("tiers", "tier"), ("add_ons", "add-on")):
        names, known = getattr(table, section), names_of(document, section)
        for place, name in enumerate(() if BROKEN in (names, known) else names):
            if name not in known:
                findings.note(f"{path}.{section}[{place}]", f"there is no {what} {shown(name)}", "unknown")
    unlocks = list(_unlocked(table))
    return BROKEN if BROKEN in unlocks else unlocks


def _unlocked(table: StretchTable) -> Iterator[Unlock]:
    for kind, names in (
        (UnlockKind.TIER, table.tiers),
        (UnlockKind.ADD_ON, table.add_ons),
        (UnlockKind.NOTE, table.notes),
    ):
        yield from [BROKEN] if broken(names) else (Unlock(kind, name) for name in names)
