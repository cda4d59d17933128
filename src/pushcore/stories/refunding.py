"""Refunding: what a document says of refunds and disputes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from pushcore.money import Money, Percentage
from pushcore.payouts import (
    Bearer,
    Bearing,
    DisputeTerms,
    RefundPolicy,
    RefundSituation,
    Returning,
    Waterfall,
)
from pushcore.stories.document import Document
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.refund_tables import WaterfallTable
from pushcore.stories.requesting import amount_of

__all__ = ["disputes_of", "refunds_of"]


def refunds_of(document: Document, findings: Findings) -> RefundPolicy | None:
    """The policy that a document states, if it does."""
    table = document.refunds
    if table is None or broken(table) or broken(table.waterfalls):
        return cast("RefundPolicy | None", table if table is None else BROKEN)
    waterfalls: dict[RefundSituation, Waterfall] = {}
    for place, told in enumerate(table.waterfalls):
        path = f"refunds.waterfalls[{place}]"
        if broken(told) or broken(told.situation):
            return cast("RefundPolicy", BROKEN)
        if told.situation in waterfalls:
            findings.note(f"{path}.situation", f"{told.situation.value} stands twice", "duplicate")
        waterfalls[told.situation] = _waterfall(path, told, document, findings)
    return findings.attempt(
        "refunds",
        RefundPolicy,
        BROKEN if BROKEN in waterfalls.values() else waterfalls,
        rounding=table.rounding,
        credit_lifetime=_days(table.credit_days),
    )


def _days(number: int | None) -> timedelta | None:
    return cast("timedelta | None", number) if number is None or broken(number) else timedelta(days=number)


def _waterfall(path: str, table: WaterfallTable, document: Document, findings: Findings) -> Waterfall:
    bearer = table.bearer
    if BROKEN in (table.fees, table.parts, bearer) or broken(document.fees):
        return cast("Waterfall", BROKEN)
    known = [getattr(it, "line", BROKEN) for it in document.fees]
    for line in table.fees:
        if BROKEN not in known and line not in known:
            findings.note(f"{path}.fees.{line}", f"there is no fee {line}", "unknown")

    bearers = () if bearer is Bearer.CREATOR else (Bearing(bearer),)

    def returning(key: str, shares: Mapping[Any, Percentage]) -> dict[Any, Returning]:
        made = {
            name: findings.attempt(f"{path}.{key}.{name}", Returning, it, bearers)
            for name, it in shares.items()
        }
        return cast("dict[Any, Returning]", BROKEN) if BROKEN in made.values() else made

    fees, parts = returning("fees", table.fees), returning("parts", table.parts)
    return findings.attempt(path, Waterfall, fees=fees, parts=parts, indebts=table.indebts)


def disputes_of(document: Document, findings: Findings) -> DisputeTerms | None:
    """What disputes cost, if a document says so."""
    table, currency = document.disputes, document.campaign.currency
    if table is None or broken(table):
        return cast("DisputeTerms | None", table)

    def amount(key: str, text: str) -> Money:
        return findings.attempt(f"disputes.{key}", amount_of, text, currency)

    bearer = table.bearer
    bearers = bearer if broken(bearer) else () if bearer is Bearer.CREATOR else (Bearing(bearer),)
    return findings.attempt(
        "disputes",
        DisputeTerms,
        fee=amount("fee", table.fee),
        fee_returned=table.fee_returned,
        counter_fee=amount("counter_fee", table.counter_fee),
        bearers=bearers,
        rounding=table.rounding,
    )
