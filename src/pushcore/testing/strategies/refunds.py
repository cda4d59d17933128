"""What was paid and given back, by which policy and which way; wallets, debts, disputes, mass refunds."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Final

from hypothesis import strategies as st

from pushcore.money import Currency, Money, Percentage
from pushcore.payouts import (
    Bearer,
    Bearing,
    Blocked,
    CreditLot,
    Debt,
    DebtSource,
    Dispute,
    DisputeState,
    DisputeTerms,
    FeeBase,
    FeeLine,
    Fixed,
    MassRefund,
    Paid,
    PaidKind,
    PaidPart,
    Recovered,
    RecoveryPlan,
    RefundPolicy,
    RefundRuns,
    RefundSituation,
    Returning,
    Taken,
    TakenFee,
    Wallet,
    Waterfall,
    Way,
    Withdrawal,
    WithdrawalState,
    give_back,
)
from pushcore.payouts.disputing import told
from pushcore.testing.strategies.calendar import instants
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts, roundings

__all__ = [
    "debts",
    "dispute_terms",
    "disputes",
    "mass_refunds",
    "payments",
    "recovery_plans",
    "refund_policies",
    "refund_runs",
    "wallets",
    "ways",
]

_FEES: Final = ("platform", "processing")
_SHARES: Final = st.sampled_from([0, 50, 100]).map(Percentage) | st.integers(0, 100).map(Percentage)
_LIKE_A_BACKER: Final = [kind for kind in PaidKind if kind is not PaidKind.MATCH]


def refund_policies(currency: Currency | str) -> st.SearchStrategy[RefundPolicy]:
    """A waterfall for most situations; the fees it names are ``platform`` and ``processing``."""
    return _refund_policies(currency)


@lru_cache(maxsize=256)
def _refund_policies(currency: Currency | str) -> st.SearchStrategy[RefundPolicy]:
    mosts = st.none() | amounts(currency, least=1, most=500)
    bearers = st.sampled_from(Bearer)
    limited = st.builds(Bearing, bearers, portion=_SHARES, most=mosts)
    returning = st.builds(
        lambda share, some, last: Returning(share, [*some, *last]),
        _SHARES,
        st.lists(limited, max_size=2),
        st.lists(st.builds(Bearing, bearers), max_size=1),
    )
    waterfall = st.builds(
        Waterfall,
        parts=st.dictionaries(st.sampled_from(PaidKind), returning),
        fees=st.dictionaries(st.sampled_from(_FEES), returning),
        indebts=st.booleans(),
    )
    waterfalls = st.dictionaries(st.sampled_from(RefundSituation), waterfall)
    return st.builds(RefundPolicy, waterfalls, rounding=roundings())


@st.composite
def payments(draw: st.DrawFn, currency: Currency | str, *, untouched: bool = False) -> Paid:
    """What was paid, by a backer or for a match, with up to two fees; perhaps given back in part."""
    prices = amounts(currency, least=0, most=300) | amounts(currency, least=0, most=10**7)
    if draw(st.booleans()):
        lines = st.tuples(st.sampled_from(_LIKE_A_BACKER), prices, st.integers(1, 5))
        parts = [
            PaidPart(f"line-{place}", kind, price, pieces=pieces)
            for place, (kind, price, pieces) in enumerate(draw(st.lists(lines, min_size=1, max_size=4)))
        ]
        taxed = draw(st.lists(st.sampled_from([part.name for part in parts]), unique=True))
        parts.append(PaidPart("tax", PaidKind.TAX, draw(prices), of=taxed))
    else:
        parts = [PaidPart("match", PaidKind.MATCH, draw(prices))]
    fees = draw(st.dictionaries(st.sampled_from(_FEES), prices))
    paid = Paid(parts, [TakenFee(name, fee) for name, fee in fees.items()])
    if untouched or not paid.left or draw(st.booleans()):
        return paid
    policy = RefundPolicy({RefundSituation.FAILED: Waterfall()}, rounding=draw(roundings()))
    back = paid.left.with_minor(draw(st.integers(1, paid.left.minor)))
    return give_back(paid, policy, RefundSituation.FAILED, back).paid


@st.composite
def ways(draw: st.DrawFn, currency: Currency | str) -> Way:
    """A way in which something was paid, and what of it has gone back."""
    paid = draw(amounts(currency, least=0))
    return Way(draw(identifiers()), paid, paid.with_minor(draw(st.integers(0, paid.minor))))


@st.composite
def wallets(draw: st.DrawFn, currency: Currency | str) -> Wallet:
    """A wallet of up to three lots, of which something may be on its way out."""
    lots = draw(st.lists(_lots(currency), max_size=3, unique_by=lambda lot: lot.key))
    empty = Wallet(draw(identifiers()), Currency.of(currency), lots, version=len(lots))
    if not lots or draw(st.booleans()):
        return empty
    lot = draw(st.sampled_from(lots))
    part = Taken(lot.key, lot.amount.with_minor(draw(st.integers(1, lot.amount.minor))))
    state = draw(st.sampled_from(WithdrawalState))
    asked = Withdrawal(draw(identifiers()), [part], lot.given_at, state)
    return Wallet(empty.backer_id, empty.currency, lots, [asked], version=len(lots) + 1)


@st.composite
def _lots(draw: st.DrawFn, currency: Currency | str) -> CreditLot:
    given = draw(instants())
    days = draw(st.none() | st.integers(1, 365))
    ends = None if days is None else given + timedelta(days=days)
    return CreditLot(draw(identifiers()), draw(amounts(currency, least=1)), draw(identifiers()), given, ends)


@st.composite
def debts(draw: st.DrawFn, currency: Currency | str) -> Debt:
    """What a payee owes, with up to three ways in which some of it was settled."""
    settled = draw(st.dictionaries(st.sampled_from(DebtSource), amounts(currency, least=1), max_size=3))
    owed = draw(amounts(currency, least=0))
    arisen = Money.total([owed, *settled.values()], currency)
    kept = {it: amount for it, amount in settled.items() if it is not DebtSource.PAYOUT}
    given_up = settled.get(DebtSource.WRITTEN_OFF)
    return Debt(
        draw(identifiers()),
        arisen,
        settled,
        2 * bool(arisen) + len(settled),
        recovered=[Recovered(it.value, draw(identifiers()), amount) for it, amount in kept.items()],
        borne={} if given_up is None else {draw(identifiers()): given_up},
        set_offs=len(settled) - len(kept),
    )


def recovery_plans() -> st.SearchStrategy[RecoveryPlan]:
    """Sources of money, in some order."""
    sources = [source for source in DebtSource if source is not DebtSource.CALLED_OFF]
    return st.lists(st.sampled_from(sources), unique=True).map(RecoveryPlan)


def mass_refunds(currency: Currency | str) -> st.SearchStrategy[MassRefund]:
    """A dry run of a few refunds from one wallet or several, which may cost something each."""
    return _refunds_due(currency).map(lambda drawn: _dry_run(*drawn))


@st.composite
def refund_runs(draw: st.DrawFn, currency: Currency | str) -> RefundRuns:
    """A mass refund after a run or none."""
    costs, due = draw(_refunds_due(currency))
    runs = RefundRuns.of(_dry_run(costs, due))
    if draw(st.booleans()):
        return runs
    refunds = [(f"p{number}", wallet, amount) for number, (wallet, amount) in enumerate(due)]
    there = [(need.wallet, need.needed) for need in runs.whole.needs()]
    return runs.run(refunds, there, most=draw(st.integers(1, 5))).after


def _dry_run(costs: FeeLine | None, due: list[tuple[str, Money]]) -> MassRefund:
    currency = due[0][1].currency.code
    return MassRefund.empty({} if costs is None else {currency: costs}).add(due)


@lru_cache(maxsize=256)
def _refunds_due(
    currency: Currency | str,
) -> st.SearchStrategy[tuple[FeeLine | None, list[tuple[str, Money]]]]:
    """What each refund costs, and up to five refunds from wallets."""
    fixed = st.builds(Fixed, amounts(currency, least=1, most=100))
    costs = st.builds(FeeLine, identifiers(), st.just(FeeBase.PLEDGE), fixed, roundings())
    wallet = st.just("provider") | identifiers()
    due = st.lists(st.tuples(wallet, amounts(currency, least=1)), min_size=1, max_size=5)
    return st.tuples(st.none() | costs, due)


def dispute_terms(currency: Currency | str) -> st.SearchStrategy[DisputeTerms]:
    """Fees of a dispute, and up to two who bear them."""
    return _dispute_terms(currency)


@lru_cache(maxsize=256)
def _dispute_terms(currency: Currency | str) -> st.SearchStrategy[DisputeTerms]:
    fees = amounts(currency, least=0, most=5_000)
    limited = st.builds(Bearing, st.sampled_from(Bearer), portion=_SHARES)
    last = st.lists(st.builds(Bearing, st.sampled_from(Bearer)), max_size=1)
    return st.builds(
        DisputeTerms,
        fee=fees,
        fee_returned=st.booleans(),
        counter_fee=fees,
        bearers=st.tuples(st.lists(limited, max_size=1), last).map(lambda parts: [*parts[0], *parts[1]]),
        rounding=roundings(),
    )


@st.composite
def disputes(draw: st.DrawFn, currency: Currency | str) -> Dispute:
    """A dispute of a charge, after up to three news of it."""
    amount = draw(amounts(currency, least=1))
    held, fee_to = sorted(draw(st.tuples(st.integers(0, amount.minor), st.integers(0, amount.minor))))
    fee, debt = fee_to - held, amount.minor - fee_to
    blocked = Blocked(
        creator=amount.with_minor(held),
        payee_id=draw(st.none() | identifiers()),
        fees={"platform": amount.with_minor(fee)} if fee else {},
        debt=amount.with_minor(debt),
    )
    names = [draw(identifiers()) for _ in range(3)]
    terms = draw(dispute_terms(currency))
    dispute = Dispute(
        id=names[0],
        charge_key=names[1],
        campaign_id=names[2],
        amount=amount,
        terms=terms,
        blocked=blocked,
    )
    for news in draw(st.lists(st.sampled_from(DisputeState), max_size=3)):
        dispute = told(dispute, news, draw(instants()))
    return dispute
