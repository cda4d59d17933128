"""Junk for every public name: what it is handed is taken, or refused with an error of pushcore's own.

Three tests share this: hypothesis nests the settings of a test once more for each of its parameters, and one
of a thousand of them ends in a `RecursionError`.
"""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from inspect import Parameter, isclass, isfunction, ismethod, signature

from hypothesis import strategies as st
from lanterne import collected, launched, pledged

import pushcore
from pushcore import (
    books,
    calendar,
    campaigns,
    changes,
    gateway,
    ledger,
    ledgers,
    matching,
    memory,
    money,
    payouts,
    pledges,
    recurring,
    rewards,
    schemas,
    stories,
    texts,
)
from pushcore.books import forgetting, invoicing
from pushcore.books import opening as bringing
from pushcore.calendar import SATURDAY_SUNDAY
from pushcore.campaigns import deciding, edit_rules, ending, revising, settling
from pushcore.errors import PushcoreError
from pushcore.ledger import recipes, reversals
from pushcore.matching import events as matching_events
from pushcore.payments import bouncing, collecting, disputes, offline, refunding, sponsoring, unmatching
from pushcore.payments import returning as giving_back
from pushcore.payments import subscribing as charging_subscriptions
from pushcore.payouts import (
    accrued_share,
    approving,
    crediting,
    disputing,
    fee_share,
    payout,
    preparing,
    recovery,
    returning,
    share_payment,
)
from pushcore.payouts import events as payout_events
from pushcore.pledges import changing, counting, matched, moving, pledging
from pushcore.pledges import fulfilling as owing
from pushcore.pledges import waiting as joining
from pushcore.recurring import deciding as subscribing
from pushcore.rewards import events as reward_events
from pushcore.rewards import fulfilling, waiting
from pushcore.testing import builders

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
EURO = pushcore.Money.of("1.00", "EUR")
BANK = pushcore.Account("bank", ledger.Side.DEBIT)
POT = matching.MatchingFund("live", matching.Multiple(1), [matching.Pool("bank", EURO)])
PAID = payouts.Paid.of({"goods": EURO * 9}, {"platform": EURO})
GIVES = payouts.Waterfall(fees={"platform": payouts.Returning(pushcore.Percentage.of("0"))})
REFUNDS = payouts.RefundPolicy({payouts.RefundSituation.FAILED: GIVES}, rounding=pushcore.Rounding.HALF_UP)
WALLET = payouts.Wallet(
    "ana",
    EURO.currency,
    [payouts.CreditLot("p1", EURO, "refund", AT)],
    [payouts.Withdrawal("w1", [payouts.Taken("p1", EURO)], AT)],
)
DEBT = payouts.Debt("lune", EURO, {payouts.DebtSource.PAYOUT: EURO})
MASS = payouts.MassRefund.empty().add([EURO, ("w", EURO)])
RUNS = payouts.RefundRuns.of(MASS)
COSTLY = payouts.DisputeTerms(
    fee=EURO, fee_returned=False, counter_fee=EURO, bearers=[], rounding=pushcore.Rounding.UP
)
BLOCKED = payouts.Blocked(creator=EURO, debt=EURO - EURO)
DISPUTE = payouts.Dispute(
    id="dp_1", charge_key="p1", campaign_id="lanterne", amount=EURO, terms=COSTLY, blocked=BLOCKED
)
STANDS = matching.CampaignFacts("lanterne", EURO)
ENDLESS = 10**5000
REWARD = rewards.Fulfilment("p1", "lanterne")
WAITING = rewards.WaitingList("lanterne", "t", limit=2, entries=[rewards.WaitingEntry("ana", 1, AT)])
PROMISE = rewards.DeliveryPromise(rewards.DeliveryEstimate(2026, 11), pushcore.Zone("UTC"))
DECLARED = rewards.StablePledge(
    product=rewards.PriceRange(EURO),
    tolerance=pushcore.Percentage.of("10"),
    days=14,
    zone=pushcore.Zone("UTC"),
    returns_platform_fee=True,
)
HELD = payouts.HeldReserve("lanterne", {"lune": EURO}, [payouts.Release(AT, EURO)], EURO - EURO)
PREMIERE = payouts.Milestone("premiere", payouts.Consenter.PLATFORM)
STEPS = payouts.PayoutSchedule(
    [payouts.Tranche(pushcore.Percentage.of("100"), 14, PREMIERE)],
    payouts.LateDates(first_days=17, covered_days=14, every_days=7),
)
RESERVE = payouts.Reserve(
    rate=pushcore.Percentage.of("5"), rounding=pushcore.Rounding.UP, hold_days=9, rolling=True
)
PAYING = payouts.PayoutPlan(reserve=RESERVE, schedule=STEPS, wire=payouts.WireFee(EURO))
ASKED = payouts.PayoutPlan(withdrawals=payouts.WithdrawalFee(fee=EURO, free=1))
PREPARED = payout.prepare("lanterne", "lune", EURO, AT, "lune")[0]
PLAN = campaigns.InstalmentPlan(
    threshold=EURO,
    base=campaigns.InstalmentBase.WHOLE,
    fewest=2,
    most=10,
    remainder=money.Remainder.FIRST,
    first_after=timedelta(0),
    on_failure=campaigns.FailurePolicy(timedelta(7), timedelta(14), campaigns.DefaultOutcome.KEPT),
    every_months=1,
)
PARTS = PLAN.schedule(EURO, 3, base=EURO, start=AT, zone=pushcore.Zone("UTC"))
CAP = campaigns.Cap(amount=EURO * 9, smallest_charge=EURO, tolerance=EURO, clips=True)
DAYS = campaigns.DurationRule(least_days=1, most_days=60, open_ended=True, end_of_day=True)
CHANGED = campaigns.EditFacts(
    builders.a_campaign(), builders.terms("10"), pushcore.Progress.none("EUR"), {}, AT
)
OWED = recurring.Owed.of("0.001", "EUR")
FIVE = pushcore.Percentage.of("5")
CARD = pushcore.FeeLine(
    "card", pushcore.FeeBase.PLEDGE, pushcore.Percent(FIVE), pushcore.Rounding.HALF_UP, estimate=True
)
SHARE = payouts.FeeShare("oce", FIVE, pushcore.Rounding.HALF_UP, payee_id="oc", threshold=EURO)
ACCRUED = payouts.AccruedShare("lanterne", "oce", EURO)
BY_BANK = payouts.SharePayment("oce", "k", EURO, None, payouts.SharePaymentState.PAID)
TARIFF = payouts.Tariff([payouts.DatedFees(date(2026, 1, 1), pushcore.FeeSchedule())])
EACH = recurring.PerCreation(pushcore.Zone("UTC"), monthly=True)
GIVEN = recurring.Subscription(
    id="s1",
    backer_id="ana",
    payee_id="lune",
    amount=EURO,
    anchor=EACH,
    retries=recurring.Retries([]),
    started_at=AT,
)
EUROS = money.Tendered(
    presented=EURO,
    campaign=EURO,
    settled=pushcore.Money.of("1.10", "USD"),
    rates=[money.ExchangeRate("EUR", "USD", "1.1", as_of=date(2026, 1, 1), source="a bank")],
    rounding=pushcore.Rounding.HALF_UP,
)
LAST = money.RateDay(published=money.Publication.LAST_BEFORE, most_days=7)
RULE = money.ConversionRule(source="a bank", rate_day=LAST, rounding=pushcore.Rounding.HALF_UP, through="EUR")
STRIPE = money.ProviderCatalogue.of("stripe")
SHOWN = pledges.Presented(EUROS.rates[0], pushcore.Rounding.HALF_UP)
ABROAD = campaigns.Presenting(["USD"], RULE)


class Shy:
    """What can be shown and hashed by nobody."""

    __hash__ = None

    def __repr__(self):
        raise RuntimeError


# fmt: off
JUNK = [
    None, True, 0, 1, -1, ENDLESS, 0.5, float("nan"), float("inf"), 1j, Decimal("sNaN"), Decimal("1e999999"),
    Fraction(1, 3), "", " ", "EUR", "lanterne", "p1", "5%", "1.234,56", "a\0b", "\ud800", "9" * 100_000,
    b"EUR", bytearray(b"1"), [], [None], {}, {"a": 1}, {1: None}, (), (1, "EUR"), {1, 2}, range(3), object(),
    Shy(), int, pushcore.Money, len, AT, AT.replace(tzinfo=None), date(2026, 1, 1), timedelta(days=1),
    timedelta.max, pushcore.Rounding.HALF_UP, pushcore.CampaignState.LIVE, pushcore.Decline.FINAL,
    pushcore.Currency.of("EUR"), pushcore.Percentage.of("5"), EURO, pushcore.Money.of("-5", "JPY"), BANK,
    pushcore.Zone("Europe/Brussels"), builders.terms("10"), builders.a_campaign(), builders.a_pledge(),
    builders.a_request(), pushcore.Accepted("ch_1"), REWARD, rewards.FulfilmentStep.SHIP, WAITING, PROMISE,
    PROMISE.first, DECLARED, DECLARED.product, rewards.FinalPrices(AT, product=EURO),
    HELD, PREMIERE, RESERVE, PAYING, ASKED, PREPARED, payouts.Consent(payouts.Consenter.PLATFORM), STEPS,
    payouts.PayeeFacts(), PLAN.on_failure, PARTS, POT, STANDS,
    matching.Contribution("p1", "ana", EURO), matching.Matched(), OWED,
    matching.MatchOrigin("live"), EACH, GIVEN, CHANGED, CHANGED.edits, campaigns.Editing(),
    EACH, GIVEN, builders.a_subscription(), CHANGED, CHANGED.edits, campaigns.Editing(),
    PAID, PAID.parts[0], PAID.fees[0], GIVES, REFUNDS, payouts.Bearer.HOST, payouts.PaidKind.GOODS,
    payouts.RefundSituation.FAILED,
    EUROS, EUROS.rates[0], RULE, STRIPE, SHOWN, ABROAD, money.AmountRole.PRESENTED,
    memory.FixedRates(EUROS.rates), LAST,
    payouts.RefundSituation.FAILED, WALLET, payouts.Wallet.empty("bob", "EUR"), WALLET.lots[0],
    WALLET.withdrawals[0], payouts.Way("bank", EURO, EURO - EURO), payouts.WayOrder.EVENLY, DEBT,
    payouts.DebtSource.RESERVE, MASS, RUNS, MASS.needs()[0], COSTLY, BLOCKED,
    DISPUTE, payouts.DisputeState.LOST,
    CARD, CARD.rule, pushcore.FeeSchedule([CARD]), payouts.FundingSource.MATCHED, SHARE, {"card": EURO},
    ACCRUED, BY_BANK, payouts.SharePaymentState.FAILED,
]
VALUES = [
    BANK, pushcore.Balances(), pushcore.Currency.of("EUR"), EURO, EURO.split(3), pushcore.Percentage.of("5"),
    pushcore.Rounding.HALF_UP, builders.a_campaign(), builders.terms("5"), builders.terms("5").goal,
    builders.terms("5").window, builders.terms("5").model, builders.terms("5").window.closes,
    pushcore.Stock(), pushcore.Progress.none("EUR"), pushcore.FeeSchedule(), pushcore.SplitPlan(),
    pushcore.BusinessDays(weekend=SATURDAY_SUNDAY, holidays=[]), pushcore.Zone("UTC"),
    pushcore.Recurrence(AT, pushcore.Zone("UTC"), months=1),
    pushcore.Settlement.empty(pushcore.FeeSchedule(), "EUR"), CARD, SHARE, TARIFF,
    pushcore.FeeSchedule([CARD]), payouts.break_down(pushcore.FeeSchedule(), EURO),
    pushcore.ExchangeRate("EUR", "USD", "1.25", as_of=date(2026, 1, 1), source="a bank"),
    recurring.Anniversary(pushcore.Zone("UTC"), recurring.Period.MONTHLY), recurring.Retries([2, 5]),
    recurring.FirstOfMonth(pushcore.Zone("UTC"), recurring.Period.MONTHLY, skip_after=15), EACH, OWED, GIVEN,
    recurring.DonationLimits(recurring.Period.WEEKLY, EURO, None, rounding=pushcore.Rounding.UP),
    recurring.Period.WEEKLY, recurring.ChargeFee(pushcore.Percentage.of("5"), EURO),
    recurring.PerPatron(OWED), recurring.GoalScaled(EURO), recurring.TakeLimit(2, floor=EURO),
    recurring.Team([recurring.Take("ana", EURO)], rule=money.Remainder.FIRST),
    WAITING, WAITING.entries[0], PROMISE, PROMISE.first, DECLARED.product,
    PLAN, pledges.Instalments.of(PARTS, PLAN.on_failure),
    CAP, CAP.offer(EURO - EURO), CAP.limit, DAYS, campaigns.Extension(times=1, within=DAYS),
    campaigns.FinalLap(7, end_of_day=True), campaigns.CancelWindow(within_days=10),
    campaigns.EarlyClose(open_days=21, notice_days=5, cancel_lead=timedelta(hours=48)),
    campaigns.MovingGoal(
        cost=EURO, fee=pushcore.Percentage.of(5), vat=pushcore.Percentage.of(20), assumed="card",
        rounding=pushcore.Rounding.HALF_UP, methods=[pushcore.FeeLine(
            "card", pushcore.FeeBase.PLEDGE, pushcore.Fixed(EURO), pushcore.Rounding.HALF_UP,
        )],
    ),
    HELD, PREMIERE, RESERVE, PAYING, ASKED, PREPARED, STEPS, STEPS.late, ASKED.withdrawals, PAYING.wire,
    payouts.Disbursing("lanterne", PAYING, builders.terms("5").window.closes),
    payouts.Netting.of("lune", "EUR", []), payouts.Gates(),
    books.Span(), books.Span.year(2026, pushcore.Zone("UTC")),
    books.AccountStatement(ledger.Holder.CREATOR, "c", EURO.currency, books.Span(), EURO, []),
    texts.words("en"), books.THRESHOLDS[0], books.Credited("t"),
    books.InvoiceSeries("fees", 2026, pushcore.Zone("UTC")),
    books.FeeTax(pushcore.Percentage.of("21"), pushcore.Rounding.HALF_UP, ["card"]),
    memory.MemoryStore(), memory.FixedRates([]), memory.FakeGateway(), memory.ManualClock(AT), STANDS,
    CHANGED, POT, matching.Matched(), matching.Multiple(1), PAID, GIVES, REFUNDS, WALLET, DEBT, MASS,
    RUNS, payouts.RecoveryPlan([payouts.DebtSource.PAYOUT]), COSTLY, BLOCKED, DISPUTE,
    payouts.Returning(pushcore.Percentage.of("0")),
    payouts.give_back(PAID, REFUNDS, payouts.RefundSituation.FAILED),
    EUROS, RULE, LAST, STRIPE, SHOWN, ABROAD, *STRIPE.units[:1],
    EUROS.part(EURO, of=money.AmountRole.CAMPAIGN), *money.Retirement.all()[:1],
    money.Precision(pushcore.Rounding.UP, digits=5), memory.RateTable("EUR", {}, source="a bank"),
    EUROS.convert(EURO, "USD"),
    matching.GoalShare(pushcore.Percentage.of("5"), matching.Goal.MINIMUM),
]
MODULES = (
    pushcore, books, calendar, campaigns, changes, gateway, ledger, ledgers, matching, memory, money, payouts,
    pledges, recurring, rewards, schemas, stories, texts,
)
DECISIONS = (
    recipes, reversals, bringing, forgetting, invoicing, deciding, ending, settling, pledging, changing,
    counting, moving, collecting, offline, refunding, bouncing, disputes, giving_back, payout, fee_share,
    accrued_share, share_payment,
    approving, preparing, returning, payout_events,
    crediting, recovery, disputing, fulfilling, waiting, reward_events, subscribing, revising, edit_rules,
    joining, owing, matched, sponsoring, unmatching, matching_events, charging_subscriptions,
)
# fmt: on
SHOWABLE = [it for it in JUNK if not isinstance(it, Shy | Decimal) and it is not ENDLESS]  # by Python's enums
MODELS = {*schemas.COMMANDS.values()}  # pydantic's own, whose errors are pydantic's too


def named(module):
    """Every callable that a module offers, by name; of a class, what makes objects of it too."""
    for name in module.__all__:
        thing = getattr(module, name)
        protocol = getattr(thing, "_is_protocol", False)
        if protocol or not (isclass(thing) or isfunction(thing)) or thing in MODELS:
            continue
        yield f"{module.__name__}.{name}", thing
        for kind in vars(thing) if isclass(thing) else ():
            if isinstance(vars(thing)[kind], staticmethod | classmethod) and not kind.startswith("_"):
                yield f"{module.__name__}.{name}.{kind}", getattr(thing, kind)


def methods(value):
    """Every method of a value, by name."""
    for name in dir(type(value)):
        if not name.startswith("_") and ismethod(getattr(value, name)):
            yield f"{type(value).__name__}.{name}", getattr(value, name)


def each_once(modules):
    """Everything that several modules offer, by the first name it has."""
    names = {}
    for module in modules:
        for name, thing in named(module):
            names.setdefault(thing, name)
    return {name: thing for thing, name in names.items()}


OFFERED = each_once(MODULES)
DECIDED = each_once(DECISIONS)
PORTS = st.sampled_from([launched, lambda: pledged("5.00"), lambda: collected("100.00")])
ANYTHING = st.sampled_from(JUNK) | PORTS.map(lambda make: make())  # new ones for each example
METHODS = dict(pair for value in VALUES for pair in methods(value))


@st.composite
def arguments(draw, call):
    """Junk for every parameter that a call needs, and perhaps for others."""
    args, options = [], {}
    enum = isclass(call) and issubclass(call, Enum)
    for name, parameter in () if enum else signature(call).parameters.items():
        if parameter.default is not Parameter.empty and draw(st.booleans()):
            if parameter.kind is Parameter.KEYWORD_ONLY:
                continue
            break
        if parameter.kind in {Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD}:
            args.append(draw(ANYTHING))
        elif parameter.kind is Parameter.KEYWORD_ONLY:
            options[name] = draw(ANYTHING)
    return [draw(st.sampled_from(SHOWABLE))] if enum else args, options


def hand_junk(call, data):
    """It takes that, or says what is wrong with it."""
    args, options = data.draw(arguments(call))
    with suppress(PushcoreError):
        made = call(*args, **options)
        if hasattr(made, "__next__"):
            list(zip(range(3), made, strict=False))
