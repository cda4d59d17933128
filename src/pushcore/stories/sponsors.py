"""Sponsors: the funds of a document, or why they could match nothing."""

from __future__ import annotations

from typing import Final

from pushcore._checks import shown
from pushcore.campaigns import FundingGoal
from pushcore.ids import FundId, SponsorId, TierId
from pushcore.matching import Goal, GoalShare, LumpSum, MatchingFund, Multiple, Pool
from pushcore.money import Currency, Money
from pushcore.stories.document import Document
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.matching_tables import LumpSumTable, MatchingTable, ShareTable
from pushcore.stories.requesting import amount_of
from pushcore.stories.sections import each, names_of, note_twice

__all__ = ["funds_of"]

_OF_FACTOR: Final = (
    *("per_contribution", "per_backer", "matches_per_backer", "per_project", "per_project_share"),
    *("tiers", "rounds"),
)
"""What is said of a factor, and of no lump sum."""


def funds_of(document: Document, goal: FundingGoal, findings: Findings) -> list[MatchingFund]:
    """The funds that match what is pledged, in the order in which they are asked."""
    funds = [_fund(path, table, document, findings) for path, table in each(document, "matching")]
    note_twice(document, "matching", "fund", findings)
    for (path, _), fund in zip(each(document, "matching"), funds, strict=True):
        if not broken(fund) and not broken(goal):
            _note_goals(path, fund, goal, findings)
    return funds


def _note_goals(path: str, fund: MatchingFund, goal: FundingGoal, findings: Findings) -> None:
    """Note every goal that a fund asks for and that is not stated as an amount."""
    stated = {Goal.MINIMUM: goal.amount, Goal.OPTIMUM: goal.optimum}
    for asked in sorted(fund.goals):
        if not isinstance(stated[asked], Money):
            findings.note(
                path, f"the fund asks for the {asked.value} of the campaign, in money: state it", "missing"
            )


def _fund(path: str, table: MatchingTable, document: Document, findings: Findings) -> MatchingFund:
    currency = document.campaign.currency
    pools = [
        findings.attempt(
            f"{path}.pools[{place}]",
            Pool,
            SponsorId(pool.sponsor),
            findings.attempt(f"{path}.pools[{place}].amount", amount_of, pool.amount, currency),
        )
        for place, pool in enumerate(() if broken(table.pools) else table.pools)
    ]
    return findings.attempt(
        path,
        MatchingFund,
        FundId(table.fund),
        _rule(path, table, document, findings),
        BROKEN if broken(table.pools) or BROKEN in pools else pools,
        sharing=table.sharing,
        step=_amount(f"{path}.step", table.step, currency, findings),
    )


def _rule(path: str, table: MatchingTable, document: Document, findings: Findings) -> Multiple | LumpSum:
    if table.lump_sum is None:
        if table.factor is None:
            findings.note(path, "give a factor or a lump_sum", "missing")
        return _multiple(path, table, document, findings)
    for key in ("factor", *_OF_FACTOR):
        if _said(getattr(table, key)):
            findings.note(f"{path}.{key}", "a lump sum is not matched by a factor: leave it out")
    return _lump_sum(f"{path}.lump_sum", table.lump_sum, document.campaign.currency, findings)


def _multiple(path: str, table: MatchingTable, document: Document, findings: Findings) -> Multiple:
    currency, known = document.campaign.currency, (names_of(document, "tiers"), names_of(document, "add_ons"))
    for place, name in enumerate(() if BROKEN in (table.tiers, *known) else table.tiers):
        if name not in {*known[0], *known[1]}:
            findings.note(f"{path}.tiers[{place}]", f"there is no tier {shown(name)}", "unknown")
    return findings.attempt(
        path,
        Multiple,
        BROKEN if table.factor is None else table.factor,
        per_contribution=_amount(f"{path}.per_contribution", table.per_contribution, currency, findings),
        per_backer=_amount(f"{path}.per_backer", table.per_backer, currency, findings),
        matches_per_backer=table.matches_per_backer,
        per_project=_bound(path, "per_project", table, currency, findings),
        tier_ids=[TierId(name) for name in table.tiers] if not broken(table.tiers) else BROKEN,
        rounds=table.rounds,
    )


def _lump_sum(path: str, table: LumpSumTable, currency: Currency, findings: Findings) -> LumpSum:
    return findings.attempt(
        path,
        LumpSum,
        findings.attempt(f"{path}.amount", amount_of, table.amount, currency),
        reached=_bound(path, "reached", table, currency, findings),
        backers=table.backers,
    )


def _bound(
    path: str, key: str, table: MatchingTable | LumpSumTable, currency: Currency, findings: Findings
) -> Money | GoalShare | None:
    """An amount, or a share of a goal, by a key of its own."""
    amount, share = getattr(table, key), getattr(table, f"{key}_share")
    if share is None:
        return _amount(f"{path}.{key}", amount, currency, findings)
    if _said(amount) and _said(share):
        findings.note(f"{path}.{key}", f"{key}_share says how much: leave out one of the two")
    return _share(f"{path}.{key}_share", share, findings)


def _said(value: object) -> bool:
    """Whether a key says anything: it is there, and can be read."""
    parts = (value.percent, value.of) if isinstance(value, ShareTable) else (value,)
    return not any(broken(part) or part in (None, []) for part in parts)


def _share(path: str, table: ShareTable, findings: Findings) -> GoalShare:
    return BROKEN if broken(table) else findings.attempt(path, GoalShare, table.percent, table.of)


def _amount(path: str, text: str | None, currency: Currency, findings: Findings) -> Money | None:
    return None if text is None else findings.attempt(path, amount_of, text, currency)
