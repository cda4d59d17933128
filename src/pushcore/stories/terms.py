"""The terms of a story: what its tables say of the campaign, put together, or why that cannot be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from pushcore.campaigns import CancelWindow, Dunning, Terms
from pushcore.errors import InvalidValue
from pushcore.money import Currency, Money
from pushcore.stories.campaign_tables import CampaignTable
from pushcore.stories.disbursing import payouts_of
from pushcore.stories.document import Document
from pushcore.stories.editing import editing_of
from pushcore.stories.ends import soft_launch_of, window_of
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.goals import goal_of, hours_of, model_of, stretch_of
from pushcore.stories.instalments import instalments_of
from pushcore.stories.offering import items_of, note_shared_ids, taxes_of, tiers_of, vouchers_of
from pushcore.stories.refunding import disputes_of, refunds_of
from pushcore.stories.sharing import fees_of, splits_of

__all__ = ["terms_of"]

_CLAIM: Final = timedelta(minutes=30)  # of pledges that are not slow, each is confirmed as it is placed


def terms_of(document: Document, findings: Findings) -> Terms:
    """The terms that a document states; `BROKEN` where it states none."""
    campaign = document.campaign
    goal, retry = goal_of(document, findings), campaign.retry
    parts: dict[str, Any] = {
        "goal": goal,
        "model": model_of(campaign, findings),
        "window": window_of(campaign, findings),
        "minimum": _minimum(campaign, findings),
        "maximum": _maximum(campaign, findings),
        "claim_lifetime": _CLAIM
        if campaign.claim_hours is None
        else findings.attempt("campaign.claim_hours", hours_of, campaign.claim_hours),
        "late_days": campaign.late_days,
        "soft_launch": soft_launch_of(campaign, findings),
        "needs_approval": campaign.needs_approval,
        "creator_may_pledge": campaign.creator_may_pledge,
        "editing": editing_of(campaign, findings),
        "instalments": instalments_of(campaign, findings),
        "cancel_windows": _cancel_windows(campaign, findings),
        "dunning": findings.attempt(
            "campaign.retry", Dunning.of_hours, remind=retry.remind_hours, attempt=retry.attempt_hours
        ),
        "stretch_goals": stretch_of(document, goal, findings),
        "tiers": tiers_of(document, "tiers", findings),
        "add_ons": tiers_of(document, "add_ons", findings),
        "items": items_of(document),
        "vouchers": vouchers_of(document, findings),
        "taxes": BROKEN if note_shared_ids(document, findings) else taxes_of(document, findings),
        "on_top": fees_of(document, "on_top", findings),
        "fees": fees_of(document, "fees", findings),
        "splits": splits_of(document, findings),
        "payouts": payouts_of(document, findings),
        "refunds": refunds_of(document, findings),
        "disputes": disputes_of(document, findings),
    }
    if BROKEN in parts.values():
        _note_maximum(parts["minimum"], parts["maximum"], findings)
    return findings.attempt("campaign", Terms, **parts)


def _note_maximum(minimum: Money, maximum: Money | None, findings: Findings) -> None:
    """Note a maximum below the minimum where there are no terms that would say so."""
    if broken(minimum) or broken(maximum) or maximum is None or maximum >= minimum:
        return
    findings.note("campaign.maximum", f"{maximum} is less than the smallest pledge, {minimum}")


def _minimum(campaign: CampaignTable, findings: Findings) -> Money:
    if campaign.minimum is None:
        return findings.attempt("campaign", Money.of_minor, 1, campaign.currency)
    return findings.attempt("campaign.minimum", _above_zero, campaign.minimum, campaign.currency)


def _maximum(campaign: CampaignTable, findings: Findings) -> Money | None:
    if campaign.maximum is None:
        return None
    return findings.attempt("campaign.maximum", Money.of, campaign.maximum, campaign.currency)


def _above_zero(text: str, currency: Currency) -> Money:
    amount = Money.of(text, currency)
    if amount.minor <= 0:
        message = f"the smallest pledge is above zero, got {amount}"
        raise InvalidValue(message, amount=amount)
    return amount


def _cancel_windows(campaign: CampaignTable, findings: Findings) -> list[CancelWindow]:
    windows = []
    for place, table in enumerate(() if broken(campaign.cancel_windows) else campaign.cancel_windows):
        path, hours = f"campaign.cancel_windows[{place}]", table.last_hours
        window = findings.attempt(
            path,
            CancelWindow,
            last=None if hours is None else findings.attempt(path, hours_of, hours),
            guards_goal=table.guards_goal,
            within_days=table.within_days,
        )
        windows.append(window)
    return BROKEN if broken(campaign.cancel_windows) or BROKEN in windows else windows
