"""Ends: when the campaign of a document opens and closes, and when the clock of its story stops."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from pushcore.calendar import Deadline, Window, Zone, add_days
from pushcore.calendar.wall import shifted
from pushcore.campaigns import FundingModel, SoftLaunch, Terms
from pushcore.errors import InvalidValue
from pushcore.payouts import PayoutPlan
from pushcore.rewards import Audience
from pushcore.stories.campaign_tables import CampaignTable
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.times import deadline_of, instant_of

__all__ = ["closes_at", "soft_launch_of", "until_of", "window_of"]

_LAST_YEAR: Final = 9_996  # failed charges may take a year more, and the calendar ends with 9998
_DAYS_AFTER: Final = 60


def window_of(campaign: CampaignTable, findings: Findings) -> Window:
    """When the campaign is open."""
    opens = findings.attempt("campaign.opens", instant_of, campaign.opens, campaign.zone)
    key, closes = _close(campaign, opens, findings)
    if campaign.end_of_day is True and campaign.days is None:
        findings.note("campaign.end_of_day", "a day is over so many days after the opening: give days")
    return findings.attempt(key, Window, opens, closes)


def _close(campaign: CampaignTable, opens: datetime, findings: Findings) -> tuple[str, Deadline]:
    closes, days, zone = campaign.closes, campaign.days, campaign.zone
    if BROKEN in (closes, days):
        return "campaign", BROKEN
    if days is None and closes is not None:
        return "campaign.closes", findings.attempt("campaign.closes", closes_at, closes, zone)
    if closes is None and days is not None:
        end_of_day = campaign.end_of_day
        return "campaign.days", findings.attempt(
            "campaign.days", _deadline_after, opens, days, zone, end_of_day
        )
    if closes is None and _has_final_lap(campaign):
        return "campaign", findings.attempt("campaign", Deadline.never, zone)
    lap = "" if closes is not None else ", or a model with a final_lap"
    findings.note("campaign", f"give either closes or days{lap}")
    return "campaign", BROKEN


def _has_final_lap(campaign: CampaignTable) -> bool:
    model = campaign.model
    return not broken(model) and not isinstance(model, FundingModel) and model.final_lap is not None


def closes_at(time: datetime, zone: Zone) -> Deadline:
    """The deadline at a time that was read, which is too late.

    Raises:
        InvalidValue: clocks of the zone never show it, or it lies too far ahead.
    """
    return _within_the_calendar(deadline_of(time, zone))


def _within_the_calendar(closes: Deadline) -> Deadline:
    if closes.at.year > _LAST_YEAR:
        message = f"a campaign closes by the year {_LAST_YEAR}, got {closes.at}"
        raise InvalidValue(message, at=closes.at)
    return closes


def _deadline_after(opens: datetime, days: int, zone: Zone, end_of_day: bool) -> Deadline:  # noqa: FBT001
    return _within_the_calendar(
        Deadline.after_days(opens, days, zone=zone, inclusive=False, end_of_day=end_of_day)
    )


def soft_launch_of(campaign: CampaignTable, findings: Findings) -> SoftLaunch | None:
    """When those who are invited can pledge already."""
    table, path = campaign.soft_launch, "campaign.soft_launch"
    if table is None:
        return None
    return findings.attempt(
        path,
        SoftLaunch,
        findings.attempt(f"{path}.opens", instant_of, table.opens, campaign.zone),
        findings.attempt(path, Audience, token=table.token, backers=table.backers),
    )


def until_of(
    campaign: CampaignTable, terms: Terms, findings: Findings, extensions: Iterable[datetime] = ()
) -> datetime:
    """When the clock stops: as it is stated, or sixty days after all that is announced is over.

    Args:
        campaign: What is stated.
        terms: What was promised.
        findings: Where problems are noted.
        extensions: To when the deadline is moved.
    """
    endless = campaign.closes is None and campaign.days is None and _has_final_lap(campaign)
    stated: datetime | None = None
    if campaign.until is not None:
        stated = findings.attempt("campaign.until", instant_of, campaign.until, campaign.zone)
    elif endless:
        message = "a campaign without an end does not say when the clock stops"
        findings.note("campaign.until", message, "missing")
        stated = BROKEN
    closes = BROKEN if broken(terms) else max((terms.window.closes.at, *extensions))
    closes = stated if endless and stated is not None else closes
    end = findings.attempt("campaign", _last_end, terms, closes, endless=endless)
    if stated is not None:
        return stated
    zone = campaign.zone
    return findings.attempt("campaign", add_days, end, _DAYS_AFTER, zone=zone)


def _paying_days(plan: PayoutPlan) -> int:
    """How many days after the end the last payout is due, and what is held back for days is released."""
    late, reserve = plan.schedule.late, plan.reserve
    tranches = max(tranche.after_days for tranche in plan.schedule.steps)
    lates = 0 if late is None else late.first_days + late.every_days
    return max(tranches, lates, 0 if reserve is None else reserve.hold_days or 0)


def _holding_months(plan: PayoutPlan) -> int:
    return 0 if plan.reserve is None else plan.reserve.hold_months or 0


def _last_end(terms: Terms, closes: datetime, *, endless: bool) -> datetime:
    """When the last may be over: the campaign, its rounds, late pledges, slow payments, parts, payouts."""
    model, zone, plan = terms.model, terms.window.closes.zone, terms.instalments
    lap = model.final_lap.days if endless and model.final_lap is not None else 0
    days = lap + (model.second_round or 0) + (terms.late_days or 0)
    end = add_days(closes, days, zone=zone) + model.grace
    if plan is not None:
        end += plan.longest(start=end, zone=zone)
    end = shifted(end, zone=zone, days=_paying_days(terms.payouts), months=_holding_months(terms.payouts))
    if end.year > _LAST_YEAR:
        message = f"a campaign is over by the year {_LAST_YEAR}, all its rounds and days included, got {end}"
        raise InvalidValue(message, at=end)
    return end
