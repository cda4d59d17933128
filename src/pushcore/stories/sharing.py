"""Sharing: what a document says of who gets what: fees, fees on top, and splits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from pushcore.ids import PayeeId
from pushcore.money import Currency, Money, Percentage
from pushcore.payouts import (
    Below,
    Bracket,
    Brackets,
    Clamp,
    FeeBase,
    FeeLine,
    FeeRule,
    FeeSchedule,
    Fixed,
    Percent,
    Split,
    SplitPlan,
    SplitTier,
    Sum,
)
from pushcore.stories.document import Document
from pushcore.stories.fee_tables import BelowTable, BracketTable, FeeTable, OnTopTable, SplitTable
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.payout_tables import RecoupTable
from pushcore.stories.requesting import amount_of
from pushcore.stories.sections import each, note_twice

__all__ = ["fees_of", "splits_of"]


_KEPT: Final = ("methods", "bearer", "refundable", "withheld", "estimate")


def fees_of(document: Document, section: str, findings: Findings) -> FeeSchedule:
    """The lines of ``fees``, or of ``on_top``, which are taken of each pledge or of each other."""
    currency, lines = document.campaign.currency, []
    for path, table in each(document, section):
        rule = _rule(path, table, currency, findings)
        base = getattr(table, "base", FeeBase.FEES if table.of else FeeBase.PLEDGE)
        told = {key: getattr(table, key) for key in _KEPT if hasattr(table, key)}
        share = Percentage(100) if table.share is None else table.share
        line = findings.attempt(
            path, FeeLine, table.line, base, rule, table.rounding, of=table.of, share=share, **told
        )
        lines.append(line)
    wrong = note_twice(document, section, "line", findings) or BROKEN in lines
    return findings.attempt(section, FeeSchedule, BROKEN if wrong else lines)


def _rule(path: str, table: FeeTable | OnTopTable, currency: Currency, findings: Findings) -> FeeRule:
    rule, below = _bounded(path, table, currency, findings), table.below
    if below is None:
        return rule
    path = f"{path}.below"
    limit = findings.attempt(f"{path}.amount", amount_of, below.amount, currency)
    then = _sum(path, below, (), currency, findings)
    return findings.attempt(path, Below, limit, then, rule, inclusive=below.inclusive)


def _bounded(path: str, table: FeeTable | OnTopTable, currency: Currency, findings: Findings) -> FeeRule:
    """The rule, between the bounds that are given."""
    rule = _sum(path, table, table.brackets, currency, findings)
    least, most = (
        None if text is None else findings.attempt(f"{path}.{key}", amount_of, text, currency)
        for key, text in (("at_least", table.at_least), ("at_most", table.at_most))
    )
    if least is None and most is None:
        return rule
    return findings.attempt(path, Clamp, rule, at_least=least, at_most=most)


def _sum(
    path: str,
    table: FeeTable | OnTopTable | BelowTable,
    brackets: Sequence[BracketTable],
    currency: Currency,
    findings: Findings,
) -> FeeRule:
    rules: list[FeeRule] = []
    if table.percent is None and table.fixed is None and not brackets:
        findings.note(path, "give percent, fixed or both", "missing")
    if table.percent is not None:
        rules.append(findings.attempt(f"{path}.percent", Percent, table.percent))
    if brackets:
        rules.append(_brackets(f"{path}.brackets", brackets, currency, findings))
    if table.fixed is not None:
        fixed = findings.attempt(f"{path}.fixed", amount_of, table.fixed, currency)
        rules.append(findings.attempt(f"{path}.fixed", Fixed, fixed))
    return findings.attempt(path, _added, BROKEN if BROKEN in rules or not rules else rules)


def _brackets(path: str, tables: Sequence[BracketTable], currency: Currency, findings: Findings) -> FeeRule:
    several = []
    for place, table in enumerate(() if broken(tables) else tables):
        limit = (
            None
            if table.up_to is None
            else findings.attempt(f"{path}[{place}].up_to", amount_of, table.up_to, currency)
        )
        several.append(findings.attempt(f"{path}[{place}]", Bracket, table.percent, limit))
    return findings.attempt(path, Brackets, BROKEN if broken(tables) or BROKEN in several else several)


def _added(rules: list[FeeRule]) -> FeeRule:
    return rules[0] if len(rules) == 1 else Sum(rules)


def splits_of(document: Document, findings: Findings) -> SplitPlan:
    """Who gets what is left after fees, and what comes first."""
    tables = each(document, "split")
    splits = [_split(path, table, document.campaign.currency, findings) for path, table in tables]
    tiers = [_tier(path, table, document, findings) for path, table in each(document, "recoup")]
    takers = [split for _, split in each(document, "split") if split.remaining is True]
    if BROKEN in splits and len(takers) > 1:  # else the plan says so
        findings.note("split", f"{len(takers)} splits take the remaining, and at most one can")
    twice = note_twice(document, "split", "payee", findings)
    told_apart = [_at_place(place, split) for place, split in enumerate(splits)] if twice else splits
    wrong = BROKEN in splits or BROKEN in tiers or broken(document.recoup)
    plan = findings.attempt(
        "split", SplitPlan, BROKEN if wrong else told_apart, tiers=BROKEN if wrong else tiers
    )
    return BROKEN if twice else plan


def _split(path: str, table: SplitTable, currency: Currency, findings: Findings) -> Split:
    fixed, most = (
        None if text is None else findings.attempt(f"{path}.{key}", Money.of, text, currency)
        for key, text in (("fixed", table.fixed), ("max", table.max))
    )
    return findings.attempt(
        path,
        Split,
        PayeeId(table.payee),
        fixed=fixed,
        portion=table.portion,
        remaining=table.remaining,
        max=most,
    )


def _tier(path: str, table: RecoupTable, document: Document, findings: Findings) -> SplitTier:
    currency = document.campaign.currency
    amount = findings.attempt(f"{path}.amount", Money.of, table.amount, currency)
    splits = (
        BROKEN
        if broken(table.split)
        else [
            BROKEN if broken(it) else _split(f"{path}.split[{place}]", it, currency, findings)
            for place, it in enumerate(table.split)
        ]
    )
    wrong = broken(splits) or BROKEN in splits
    return findings.attempt(path, SplitTier, amount, BROKEN if wrong else splits)


def _at_place(place: int, split: Split) -> Split:
    """The split of a payee who is named for the place, so that the plan can be checked in spite of a name."""
    return BROKEN if broken(split) else attrs.evolve(split, payee_id=PayeeId(str(place)))
