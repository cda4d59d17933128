"""Instalments: which pledges of a story may be paid in parts."""

from __future__ import annotations

from typing import Final, cast

from pushcore.calendar import SATURDAY_SUNDAY, BusinessDays, Deadline
from pushcore.campaigns import FailurePolicy, InstalmentPlan
from pushcore.stories.campaign_tables import CampaignTable
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.goals import hours_of
from pushcore.stories.instalment_tables import FailureTable, InstalmentsTable
from pushcore.stories.requesting import gift_of
from pushcore.stories.times import deadline_of

__all__ = ["instalments_of"]

_PATH: Final = "campaign.instalments"


def instalments_of(campaign: CampaignTable, findings: Findings) -> InstalmentPlan | None:
    """The plan that a document states, if it states one."""
    table = campaign.instalments
    if table is None or broken(table):
        return cast("InstalmentPlan | None", table)
    return findings.attempt(
        _PATH,
        InstalmentPlan,
        threshold=findings.attempt(f"{_PATH}.threshold", gift_of, table.threshold, campaign.currency),
        base=table.base,
        fewest=table.fewest,
        most=table.fewest if table.most is None else table.most,
        remainder=table.remainder,
        first_after=findings.attempt(_PATH, hours_of, table.first_after_hours or 0),
        on_failure=_on_failure(table.on_failure, findings),
        every_months=table.every_months,
        every_days=table.every_days,
        business_days=_business_days(table, findings),
        pay_off=_pay_off(campaign, table, findings),
    )


def _on_failure(table: FailureTable, findings: Findings) -> FailurePolicy:
    if broken(table):
        return cast("FailurePolicy", BROKEN)
    path = f"{_PATH}.on_failure"
    first, later = (findings.attempt(path, hours_of, it) for it in (table.first_hours, table.later_hours))
    return findings.attempt(path, FailurePolicy, first, later, table.default)


def _business_days(table: InstalmentsTable, findings: Findings) -> BusinessDays | None:
    if table.holidays is None:
        return None
    return findings.attempt(
        f"{_PATH}.holidays", BusinessDays, weekend=SATURDAY_SUNDAY, holidays=table.holidays
    )


def _pay_off(campaign: CampaignTable, table: InstalmentsTable, findings: Findings) -> Deadline | None:
    if table.pay_off is None:
        return None
    return findings.attempt(f"{_PATH}.pay_off", deadline_of, table.pay_off, campaign.zone)
