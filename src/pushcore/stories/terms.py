"""The terms of a story: what its tables say of goal, time, tiers, fees and splits, or why that cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import attrs

from pushcore._checks import shown
from pushcore.calendar import Deadline, Window, Zone, add_days
from pushcore.campaigns import Dunning, FundingGoal, Terms
from pushcore.errors import InvalidValue
from pushcore.ids import PayeeId, TierId
from pushcore.money import Currency, Money
from pushcore.payouts import Below, FeeLine, FeeSchedule, Fixed, Percent, Split, SplitPlan, Sum
from pushcore.payouts.fee_rules import FeeRule
from pushcore.rewards import Tier
from pushcore.stories.document import BelowTable, CampaignTable, Document, FeeTable
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.requesting import amount_of
from pushcore.stories.times import instant_of

__all__ = ["each", "note_twice", "terms_of"]

_LAST_YEAR: Final = 9_996  # failed charges may take a year more, and the calendar ends with 9998
_CLAIM: Final = timedelta(minutes=30)  # nothing waits in a story: every pledge is confirmed as it is placed


def terms_of(document: Document, findings: Findings) -> Terms:
    """The terms that a document states; `BROKEN` where it states none."""
    campaign, currency = document.campaign, document.campaign.currency
    goal = findings.attempt("campaign.goal", Money.of, campaign.goal, currency)
    retry = campaign.retry
    return findings.attempt(
        "campaign",
        Terms,
        goal=findings.attempt("campaign.goal", FundingGoal, goal),
        model=campaign.model,
        window=_window(campaign, findings),
        minimum=_minimum(campaign, findings),
        claim_lifetime=_CLAIM,
        dunning=findings.attempt(
            "campaign.retry", Dunning.of_hours, remind=retry.remind_hours, attempt=retry.attempt_hours
        ),
        tiers=_tiers(document, currency, findings),
        fees=_fees(document, currency, findings),
        splits=_splits(document, currency, findings),
    )


def each(document: Document, section: str) -> Iterator[tuple[str, Any]]:
    """The tables of a section that could be read, if not always whole, with their paths."""
    tables = getattr(document, section)
    for index, table in enumerate(() if broken(tables) else tables):
        if not broken(table):
            yield f"{section}[{index}]", table


def note_twice(document: Document, section: str, key: str, findings: Findings) -> bool:
    """Note every name that stands twice; whether there is any."""
    first: dict[str, str] = {}
    twice = False
    for path, table in each(document, section):
        name = getattr(table, key, BROKEN)
        if broken(name):
            continue
        if first.setdefault(name, path) != path:
            findings.note(
                f"{path}.{key}", f"{shown(name)} is the {key} of {first[name]} already", "duplicate"
            )
            twice = True
    return twice


def _window(campaign: CampaignTable, findings: Findings) -> Window:
    opens = findings.attempt("campaign.opens", instant_of, campaign.opens, campaign.zone)
    key, at = _close(campaign, opens, findings)
    closes = findings.attempt(key, _deadline, at, campaign.zone)
    return findings.attempt(key, Window, opens, closes)


def _deadline(at: datetime, zone: Zone) -> Deadline:
    if at.year > _LAST_YEAR:
        message = f"a campaign closes by the year {_LAST_YEAR}, got {at}"
        raise InvalidValue(message, at=at)
    return Deadline(at, zone, inclusive=False)


def _close(campaign: CampaignTable, opens: datetime, findings: Findings) -> tuple[str, datetime]:
    closes, days, zone = campaign.closes, campaign.days, campaign.zone
    if days is None and closes is not None:
        return "campaign.closes", findings.attempt("campaign.closes", instant_of, closes, zone)
    if closes is None and days is not None:
        return "campaign.days", findings.attempt("campaign.days", add_days, opens, days, zone=zone)
    if BROKEN not in (closes, days):
        findings.note("campaign", "give either closes or days")
    return "campaign", BROKEN


def _minimum(campaign: CampaignTable, findings: Findings) -> Money:
    if campaign.minimum is None:
        return findings.attempt("campaign", Money.of_minor, 1, campaign.currency)
    return findings.attempt("campaign.minimum", _above_zero, campaign.minimum, campaign.currency)


def _above_zero(text: str, currency: Currency) -> Money:
    amount = Money.of(text, currency)
    if amount.minor <= 0:
        message = f"the smallest pledge is above zero, got {amount}"
        raise InvalidValue(message, amount=amount)
    return amount


def _tiers(document: Document, currency: Currency, findings: Findings) -> list[Tier]:
    tiers = []
    for path, table in each(document, "tiers"):
        price = findings.attempt(f"{path}.price", Money.of, table.price, currency)
        tiers.append(findings.attempt(f"{path}.price", Tier, TierId(table.id), price, limit=table.limit))
    return BROKEN if note_twice(document, "tiers", "id", findings) or BROKEN in tiers else tiers


def _fees(document: Document, currency: Currency, findings: Findings) -> FeeSchedule:
    lines = []
    for path, table in each(document, "fees"):
        rule = _rule(path, table, currency, findings)
        lines.append(findings.attempt(path, FeeLine, table.line, table.base, rule, table.rounding))
    wrong = note_twice(document, "fees", "line", findings) or BROKEN in lines
    return findings.attempt("fees", FeeSchedule, BROKEN if wrong else lines)


def _rule(path: str, table: FeeTable, currency: Currency, findings: Findings) -> FeeRule:
    rule, below = _sum(path, table, currency, findings), table.below
    if below is None:
        return rule
    path = f"{path}.below"
    limit = findings.attempt(f"{path}.amount", amount_of, below.amount, currency)
    return findings.attempt(path, Below, limit, _sum(path, below, currency, findings), rule)


def _sum(path: str, table: FeeTable | BelowTable, currency: Currency, findings: Findings) -> FeeRule:
    rules: list[FeeRule] = []
    if table.percent is None and table.fixed is None:
        findings.note(path, "give percent, fixed or both", "missing")
    if table.percent is not None:
        rules.append(findings.attempt(f"{path}.percent", Percent, table.percent))
    if table.fixed is not None:
        fixed = findings.attempt(f"{path}.fixed", amount_of, table.fixed, currency)
        rules.append(findings.attempt(f"{path}.fixed", Fixed, fixed))
    return findings.attempt(path, _added, BROKEN if BROKEN in rules or not rules else rules)


def _added(rules: list[FeeRule]) -> FeeRule:
    return rules[0] if len(rules) == 1 else Sum(rules)


def _splits(document: Document, currency: Currency, findings: Findings) -> SplitPlan:
    splits = []
    for path, table in each(document, "split"):
        fixed, most = (
            None if text is None else findings.attempt(f"{path}.{key}", Money.of, text, currency)
            for key, text in (("fixed", table.fixed), ("max", table.max))
        )
        split = findings.attempt(
            path,
            Split,
            PayeeId(table.payee),
            fixed=fixed,
            portion=table.portion,
            remaining=table.remaining,
            max=most,
        )
        splits.append(split)
    twice = note_twice(document, "split", "payee", findings)
    told_apart = [_at_place(place, split) for place, split in enumerate(splits)] if twice else splits
    plan = findings.attempt("split", SplitPlan, BROKEN if BROKEN in splits else told_apart)
    return BROKEN if twice else plan


def _at_place(place: int, split: Split) -> Split:
    """The split of a payee who is named for the place, so that the plan can be checked in spite of a name."""
    return BROKEN if broken(split) else attrs.evolve(split, payee_id=PayeeId(str(place)))
