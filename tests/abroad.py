"""La Lanterne is backed from abroad: in dollars, yen and dong, at rates that were published."""

from collections import Counter
from datetime import date, timedelta

import attrs
from funding_houses import ALL_BACK, AT_ONCE, goal, heard
from lanterne import DAY, END, launched, money, request

from pushcore import (
    ExchangeRate,
    FeeSchedule,
    Money,
    SplitPlan,
    audit,
    close_campaign,
    collect_pledges,
    place_pledge,
)
from pushcore.campaigns import DefaultOutcome, FailurePolicy, InstalmentBase, InstalmentPlan, Presenting
from pushcore.gateway import DisputeState, DisputeTold, RefundMade
from pushcore.ledger import TransactionPhase
from pushcore.memory import FakeGateway, FixedRates
from pushcore.money import ConversionRule, Publication, RateDay, Remainder, Rounding
from pushcore.usecases import receive_event

RULE = ConversionRule(
    source="ECB",
    rate_day=RateDay(published=Publication.LAST_BEFORE, most_days=7),
    rounding=Rounding.HALF_UP,
)
ABROAD = Presenting(["USD", "JPY", "VND"], RULE)
PUBLISHED = {"USD": "1.085", "JPY": "163.2", "VND": "27650"}


def rate(currency, per_euro=None, as_of=date(2026, 1, 2)):
    return ExchangeRate("EUR", currency, per_euro or PUBLISHED[currency], as_of=as_of, source="ECB")


RATES = FixedRates([rate(code) for code in PUBLISHED])
PARTS = InstalmentPlan(
    threshold=money("90.00"),
    base=InstalmentBase.WHOLE,
    fewest=2,
    most=3,
    remainder=Remainder.FIRST,
    first_after=timedelta(0),
    on_failure=FailurePolicy(timedelta(days=7), timedelta(days=14), DefaultOutcome.KEPT),
    every_months=1,
)


def dollars(amount):
    return Money.of(amount, "USD")


class Telling(FakeGateway):
    """It says what it booked of a charge, and of a refund, where that is planned."""

    def __init__(self, charges=(), refunds=(), **options):
        super().__init__(**options)
        self._settled = {"Charge": [*charges], "Capture": [*charges], "Refund": [*refunds]}
        self._said = {}

    def _told(self, order, said):
        answer, planned = super()._told(order, said), self._settled.get(type(order).__name__)
        if not isinstance(said, str) or (not planned and order.key not in self._said):
            return answer
        settled = self._said.setdefault(order.key, planned[0] if planned else None)
        if planned and settled is planned[0]:
            planned.pop(0)
        return attrs.evolve(answer, settled=settled)


def abroad(gateway=None, **changed):
    """A house where la Lanterne charges at once, without fees, and gives everything back."""
    plain = {
        "model": AT_ONCE,
        "refunds": ALL_BACK,
        "goal": goal("1.00"),
        "presenting": ABROAD,
        "fees": FeeSchedule(),
        "splits": SplitPlan(),
    }
    ports = attrs.evolve(launched(**plain | changed), rates=RATES)
    return ports if gateway is None else attrs.evolve(ports, gateway=gateway)


def backed(amount="100.00", currency="USD", gateway=None, **changed):
    """The same, with one pledge that is paid in another currency."""
    ports = abroad(gateway, **changed)
    place_pledge(ports, request("p1", amount, presented=currency))
    return ports


def ended(ports, days=0):
    """The same house at the deadline, or so many days later: funded and collected, and not settled."""
    ports.clock.set(END + days * DAY)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    return ports


def pledge_of(ports, pledge_id="p1"):
    return ports.store.find_pledge(pledge_id)


def books_in(ports, currency):
    """What every account stands at in a currency, if not at zero; the books balance in all of them."""
    assert audit(ports.store.transactions()) == ()
    sums, all_sums = Counter(), Counter()
    for entry in ports.store.transactions():
        for posting in entry.postings if entry.phase is TransactionPhase.POSTED else ():
            code = posting.amount.currency.code
            all_sums[code] += posting.amount.minor
            if code == currency:
                sums[posting.account.path] += posting.amount.minor
    assert not any(all_sums.values())
    return {path: minor for path, minor in sums.items() if minor}


def at_provider(ports, currency="USD"):
    """What the provider holds by its own books, in minor units; the ledger says the same."""
    held = ports.gateway.held(currency).minor
    assert books_in(ports, currency).get("provider", 0) == held
    return held


def made(ports, amount, reference="re_1", charged="p1/charge/1", *, there=True):
    """Somebody gives money back at the provider, which tells of it."""
    if there:
        ports.gateway.give_back(charged, amount)
    return receive_event(ports, RefundMade(charged, amount, reference), actor="provider").value


def disputed(ports, amount, state="opened", days=0, reference="dp_1", charged="p1/charge/1"):
    """What becomes of news of a dispute."""
    told = DisputeTold(
        dispute_id=reference,
        charged=charged,
        amount=amount,
        state=DisputeState(state),
        at=END + timedelta(days=days),
    )
    return heard(ports, told)
