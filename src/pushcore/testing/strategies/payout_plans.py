"""Payout plans and what they are made of: schedules, milestones, reserves, gates and what sending costs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from pushcore.errors import Refusal
from pushcore.money import Currency, Percentage
from pushcore.payouts import (
    Consent,
    Consenter,
    FeeBearer,
    Gates,
    HeldReserve,
    LateDates,
    Milestone,
    Netting,
    PayableEntry,
    PayeeFacts,
    PayoutPlan,
    PayoutSchedule,
    Release,
    Reserve,
    Tranche,
    WireFee,
    WithdrawalFee,
)
from pushcore.payouts.returning import release
from pushcore.testing.strategies.calendar import instants
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts, currencies, roundings

__all__ = [
    "consents",
    "gates",
    "held_reserves",
    "milestones",
    "nettings",
    "payee_facts",
    "payout_plans",
    "payout_schedules",
    "reserves",
    "wire_fees",
    "withdrawal_fees",
]

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST: Final = 100_000
_LEAST: Final = 500


def consents() -> st.SearchStrategy[Consent]:
    """What was said to a milestone, by whom."""
    asked = st.integers(0, 50)
    return asked.flatmap(
        lambda most: st.builds(Consent, st.sampled_from(Consenter), st.integers(0, most), st.just(most))
    )


def milestones() -> st.SearchStrategy[Milestone]:
    """Something that backers, a sponsor or the platform consent to."""
    by_backers = st.builds(
        Milestone, identifiers(), st.just(Consenter.BACKERS), st.integers(1, 100).map(Percentage)
    )
    others = st.sampled_from([Consenter.SPONSOR, Consenter.PLATFORM])
    return by_backers | st.builds(Milestone, identifiers(), others)


@st.composite
def payout_schedules(draw: st.DrawFn) -> PayoutSchedule:
    """Everything at once, or a few tranches, some of which wait for a milestone."""
    late = st.builds(
        LateDates,
        first_days=st.integers(14, 30),
        covered_days=st.integers(0, 14),
        every_days=st.integers(1, 10),
    )
    cuts = sorted(draw(st.sets(st.integers(1, 99), max_size=3)))
    portions = [until - start for start, until in zip([0, *cuts], [*cuts, 100], strict=True)]
    wait = draw(st.lists(milestones(), max_size=2, unique_by=lambda it: it.id))
    awaited: Sequence[Milestone | None] = [*wait, *(None for _ in portions)]
    tranches = [
        Tranche(Percentage(portion), draw(st.integers(0, 60)), milestone)
        for portion, milestone in zip(portions, awaited, strict=False)
    ]
    return PayoutSchedule(draw(st.sampled_from([(), tuple(tranches)])), draw(st.none() | late))


@st.composite
def reserves(draw: st.DrawFn, currency: Currency | str) -> Reserve:
    """A share of what is raised, held for some days or months."""
    months = draw(st.none() | st.integers(1, 12))
    return Reserve(
        rate=Percentage(draw(st.integers(1, 30))),
        rounding=draw(roundings()),
        hold_months=months,
        hold_days=draw(st.integers(1, 200)) if months is None else None,
        threshold=draw(st.none() | amounts(currency, least=1, most=_MOST)),
        cap=draw(st.none() | amounts(currency, least=1, most=_MOST)),
        rolling=draw(st.booleans()),
    )


@st.composite
def held_reserves(draw: st.DrawFn) -> HeldReserve:
    """What is held of a few payees, some of it given to them or to backers by now."""
    currency = draw(currencies())
    payees = draw(st.lists(identifiers(), min_size=1, max_size=3, unique=True))
    left = {payee: draw(amounts(currency, least=1, most=_MOST)) for payee in payees}
    whole = sum(part.minor for part in left.values())
    first = draw(st.integers(1, whole))
    none = left[payees[0]] * 0
    start = draw(instants())
    releases = [Release(start, none.with_minor(first))]
    if first < whole:
        releases.append(Release(start + timedelta(days=30), none.with_minor(whole - first)))
    held = HeldReserve(draw(identifiers()), left, releases, none)
    return release(held, start, draw(identifiers()))[0] if draw(st.booleans()) else held


def gates() -> st.SearchStrategy[Gates]:
    """None, or any of them."""
    return st.builds(
        Gates,
        identity=st.booleans(),
        agreement=st.booleans(),
        documents=st.booleans(),
        frozen_days=st.none() | st.integers(1, 30),
    )


def payee_facts() -> st.SearchStrategy[PayeeFacts]:
    """What a host knows of a payee."""
    return st.builds(
        PayeeFacts,
        verified=st.booleans(),
        signed=st.booleans(),
        missing=st.none() | st.lists(identifiers(), max_size=2),
        bank_changed_at=st.none() | instants(),
        closed=st.lists(st.builds(Refusal, st.just("sanctioned")), max_size=1),
    )


@st.composite
def nettings(draw: st.DrawFn) -> Netting:
    """A few payments, and what was taken back of others."""
    currency, payee = draw(currencies()), draw(identifiers())
    names = draw(st.lists(identifiers(), max_size=4, unique=True))
    some = amounts(currency, least=-_MOST, most=_MOST)
    return Netting(payee, currency, [PayableEntry(name, payee, draw(some), draw(some)) for name in names])


def wire_fees(currency: Currency | str) -> st.SearchStrategy[WireFee]:
    """A cost of every transfer to some payees, or to all."""
    payees = st.lists(identifiers(), max_size=2, unique=True)
    return st.builds(WireFee, amounts(currency, least=1, most=_LEAST), payees)


def withdrawal_fees(currency: Currency | str) -> st.SearchStrategy[WithdrawalFee]:
    """What withdrawals cost."""
    return st.builds(
        WithdrawalFee,
        fee=amounts(currency, least=0, most=_LEAST),
        free=st.integers(0, 3),
        below=st.none() | amounts(currency, least=0, most=_MOST),
    )


@st.composite
def payout_plans(draw: st.DrawFn, currency: Currency | str) -> PayoutPlan:
    """Everything at once by preference, or any of what a plan can say."""
    if draw(st.booleans()):
        return PayoutPlan()
    asked = draw(st.none() | withdrawal_fees(currency))
    schedule = draw(payout_schedules())
    if asked is not None:
        schedule = PayoutSchedule(late=schedule.late)
    some = st.none() | amounts(currency, least=1, most=_LEAST)
    return PayoutPlan(
        schedule=schedule,
        reserve=draw(st.none() | reserves(currency)),
        least_net=draw(some),
        least=draw(some),
        step=draw(some),
        wire=None if asked is not None else draw(st.none() | wire_fees(currency)),
        withdrawals=asked,
        approvals=draw(st.integers(0, 2)),
        gates=draw(gates()),
        currencies=draw(st.dictionaries(identifiers(), currencies(), max_size=2)),
        return_bearer=draw(st.sampled_from(FeeBearer)),
    )
