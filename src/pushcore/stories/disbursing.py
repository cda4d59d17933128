"""Disbursing: what a document says of how payees are paid."""

from __future__ import annotations

from typing import Any, Final, cast

from pushcore.ids import MilestoneId, PayeeId
from pushcore.money import Currency, Money
from pushcore.payouts import (
    Gates,
    LateDates,
    Milestone,
    PayoutPlan,
    PayoutSchedule,
    Reserve,
    Tranche,
    WireFee,
)
from pushcore.stories.document import Document
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.payout_tables import GatesTable, PayoutsTable, ReserveTable, TrancheTable

__all__ = ["payouts_of"]

_PATH: Final = "payouts"


def payouts_of(document: Document, findings: Findings) -> PayoutPlan:
    """The plan that a document states, or the plain one."""
    table = document.payouts
    if broken(table):
        return cast("PayoutPlan", BROKEN)
    currency = document.campaign.currency

    def amount(key: str, text: str | None) -> Money | None:
        return None if text is None else findings.attempt(f"{_PATH}.{key}", Money.of, text, currency)

    return findings.attempt(
        _PATH,
        PayoutPlan,
        schedule=_schedule(table, findings),
        reserve=_reserve(table.reserve, currency, findings),
        least_net=amount("least_net", table.least_net),
        least=amount("least", table.least),
        step=amount("step", table.step),
        wire=_wire(table, currency, findings),
        gates=_gates(table.gates, findings),
        approvals=table.approvals,
    )


def _schedule(table: PayoutsTable, findings: Findings) -> PayoutSchedule:
    late = table.late
    if BROKEN in (table.tranches, late):
        return cast("PayoutSchedule", BROKEN)
    dates = None
    if late is not None:
        days = {name: getattr(late, name) for name in ("first_days", "covered_days", "every_days")}
        dates = findings.attempt(f"{_PATH}.late", LateDates, **days)
    tranches = [_tranche(place, it, findings) for place, it in enumerate(table.tranches)]
    return findings.attempt(
        f"{_PATH}.tranches", PayoutSchedule, BROKEN if BROKEN in tranches else tranches, dates
    )


def _tranche(place: int, table: TrancheTable, findings: Findings) -> Tranche:
    if broken(table):
        return cast("Tranche", BROKEN)
    path, told = f"{_PATH}.tranches[{place}]", table.milestone
    milestone: Any = told
    if told is not None and not broken(told):
        milestone = findings.attempt(
            f"{path}.milestone", Milestone, MilestoneId(told.id), told.by, told.share
        )
    return findings.attempt(path, Tranche, table.portion, table.days, milestone)


def _reserve(table: ReserveTable | None, currency: Currency, findings: Findings) -> Reserve | None:
    if table is None or broken(table):
        return cast("Reserve | None", table)
    path = f"{_PATH}.reserve"
    threshold, cap = (
        None if text is None else findings.attempt(f"{path}.{key}", Money.of, text, currency)
        for key, text in (("threshold", table.threshold), ("cap", table.cap))
    )
    return findings.attempt(
        path,
        Reserve,
        rate=table.percent,
        rounding=table.rounding,
        hold_months=table.months,
        hold_days=table.days,
        threshold=threshold,
        cap=cap,
        rolling=table.rolling,
    )


def _gates(table: GatesTable, findings: Findings) -> Gates:
    if broken(table):
        return cast("Gates", BROKEN)
    return findings.attempt(f"{_PATH}.gates", Gates, **{name: getattr(table, name) for name in _GATES})


_GATES: Final = tuple(GatesTable.model_fields)


def _wire(table: PayoutsTable, currency: Currency, findings: Findings) -> WireFee | None:
    wire = table.wire
    if wire is None or broken(wire):
        return cast("WireFee | None", wire)
    amount = findings.attempt(f"{_PATH}.wire.amount", Money.of, wire.amount, currency)
    payees = BROKEN if broken(wire.payees) else [PayeeId(it) for it in wire.payees]
    return findings.attempt(f"{_PATH}.wire", WireFee, amount, payees)
