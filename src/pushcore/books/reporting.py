"""Yearly totals: what a platform reports of a payee to a tax authority, month by month and by quarter.

They are facts read off the ledger, for whoever fills in the form: which of them a law asks for, and of whom,
is the host's to know. In the EU the directive DAC7 (2021/514) asks for what was paid or credited to a seller
in each quarter, for how many activities, and for the fees withheld: that is what was credited, in the quarter
in which it was, for it is paid later if at all. A transfer that comes back changes nothing of that; it lowers
what was paid, in the quarter in which it comes back, since the one before may be reported by then. In the US
form 1099-K asks for the gross amount of payments by month and for their number.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import counted, each, expect, items, kind, stream
from pushcore.books._given import given
from pushcore.books.span import Span
from pushcore.calendar import Zone
from pushcore.errors import InvalidValue
from pushcore.ids import PayeeId, identifier
from pushcore.ledger import Transaction, TransactionPhase
from pushcore.ledger.chart import named
from pushcore.ledger.recipes import pledge_of
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pushcore.ids import CampaignId
    from pushcore.ledger.named import Named

__all__ = ["PeriodTotals", "YearTotals", "year_totals"]


@attrs.frozen
class PeriodTotals:
    """What happened to the money of one payee in one period.

    Attributes:
        span: The period.
        gross: What backers paid to the campaigns of which they are the creator, before fees and refunds.
        payments: How many payments that were.
        returned: What of such payments went back to backers, before or after the payout: given back by
            whoever bore it, to a card or as credit, or taken by disputes that are open or lost.
        fees: What the fees of these campaigns took of them, less what was given back; what others bear of
            them is not among it.
        credited: What they were credited on their accounts, of any campaign: consideration after fees, once,
            however often it was sent.
        paid: What they were sent without what sending it cost, and what was set off against a debt of theirs;
            less what came back of either: a transfer, what they paid back beyond a debt, and what was got
            of a debt that was called off. Below zero where more came back than was sent.
        payouts: In how many transfers, those that came back among them.
    """

    span: Span = attrs.field(validator=kind(Span))
    gross: Money = attrs.field(validator=kind(Money))
    payments: int = attrs.field(validator=counted(0))
    returned: Money = attrs.field(validator=kind(Money))
    fees: Money = attrs.field(validator=kind(Money))
    credited: Money = attrs.field(validator=kind(Money))
    paid: Money = attrs.field(validator=kind(Money))
    payouts: int = attrs.field(validator=counted(0))

    def __add__(self, other: PeriodTotals) -> PeriodTotals:
        """Both together, from where this one begins to where the other one ends."""
        if not isinstance(other, PeriodTotals):
            return NotImplemented
        sums = {name: getattr(self, name) + getattr(other, name) for name in _SUMMED}
        return PeriodTotals(Span(self.span.since, other.span.until), **sums)


_SUMMED: Final = tuple(it.name for it in attrs.fields(PeriodTotals) if it.name != "span")


@attrs.frozen
class YearTotals:
    """What happened to the money of one payee in one year, on the calendar of a zone.

    Attributes:
        payee_id: Whose.
        year: Which.
        zone: Where months and quarters begin and end.
        currency: Of all amounts; a payee with two currencies has two of these.
        months: The twelve months.
    """

    payee_id: PayeeId = attrs.field(validator=identifier)
    year: int = attrs.field(validator=counted(1))
    zone: Zone = attrs.field(validator=kind(Zone))
    currency: Currency = attrs.field(validator=kind(Currency))
    months: tuple[PeriodTotals, ...] = attrs.field(converter=items, validator=each(PeriodTotals))

    def __attrs_post_init__(self) -> None:
        if len(self.months) != len(_MONTHS):
            message = f"a year has twelve months, not {len(self.months)}"
            raise InvalidValue(message, months=len(self.months))

    @property
    def quarters(self) -> tuple[PeriodTotals, ...]:
        """The four quarters."""
        threes = (self.months[first : first + 3] for first in range(0, len(_MONTHS), 3))
        return tuple(one + two + three for one, two, three in threes)

    @property
    def total(self) -> PeriodTotals:
        """The whole year."""
        first, second, third, fourth = self.quarters
        return first + second + third + fourth


_MONTHS: Final = range(1, 13)


def year_totals(  # noqa: PLR0913  of whom, of what and of when
    transactions: Iterable[Transaction],
    payee_id: PayeeId,
    campaign_ids: Iterable[CampaignId],
    *,
    currency: Currency | str,
    year: int,
    zone: Zone,
) -> YearTotals:
    """What a ledger says of one payee in one year.

    Args:
        transactions: The ledger.
        payee_id: Of whom.
        campaign_ids: The campaigns of which they are the creator, whose payments and fees are theirs.
        currency: In which currency.
        year: Of which year.
        zone: Where it begins and ends.

    Raises:
        InvalidValue: no transactions, ids, currency, year or zone.
    """
    expect(payee_id, str, what="the id of a payee")
    theirs = frozenset(_names(campaign_ids))
    currency = Currency.of(currency)
    spans = [Span.month(year, month, zone) for month in _MONTHS]
    sums = [dict.fromkeys(_SUMMED, 0) for _ in spans]
    pledges = Counter[tuple[str | None, str]]()
    for entry in stream(transactions):
        expect(entry, Transaction, what="an entry of the ledger")
        if entry.phase is TransactionPhase.POSTED:
            place = next((n for n, span in enumerate(spans) if span.holds(entry.at)), None)
            facts = [*_given(entry, theirs, currency, pledges), *_facts(entry, payee_id, theirs, currency)]
            if place is not None:
                for name, number in facts:
                    sums[place][name] += number
    months = [_totals(span, found, currency) for span, found in zip(spans, sums, strict=True)]
    return YearTotals(payee_id, year, zone, currency, months)


def _names(campaign_ids: Iterable[CampaignId]) -> Iterator[str]:
    for campaign_id in stream(campaign_ids):
        expect(campaign_id, str, what="campaign id")
        yield campaign_id


def _totals(span: Span, sums: Mapping[str, int], currency: Currency) -> PeriodTotals:
    facts = {
        name: number if name in {"payments", "payouts"} else Money.of_minor(number, currency)
        for name, number in sums.items()
    }
    return PeriodTotals(span, **facts)  # type: ignore[arg-type]


def _given(
    entry: Transaction,
    theirs: frozenset[str],
    currency: Currency,
    pledges: Counter[tuple[str | None, str]],
) -> Iterator[tuple[str, int]]:
    """What backers paid, and what of it went back; what a bank takes once more is not theirs."""
    for (campaign_id, found), minor in given(entry).items():
        if campaign_id not in theirs or found is not currency or not minor:
            continue
        pledge = (pledge_of(entry), campaign_id)
        before = pledges[pledge]
        pledges[pledge] += minor
        if entry.recipe in _PAYMENTS and minor > 0:
            yield "gross", minor
            yield "payments", 1
        elif pledge[0] is None:
            yield "returned", -minor
        else:
            yield "returned", max(before, 0) - max(pledges[pledge], 0)


def _facts(
    entry: Transaction, payee_id: PayeeId, theirs: frozenset[str], currency: Currency
) -> Iterator[tuple[str, int]]:
    """What a transaction adds to the totals of a payee."""
    for posting in entry.postings:
        its, minor = named(posting.account.path), -posting.amount.minor
        if posting.amount.currency is not currency or its.campaign_id is None or entry.recipe == "opening":
            continue
        if its.sort == "payee" and its.name == payee_id:
            yield from _received(entry, minor)
        elif its.campaign_id in theirs and (its.sort == "fees" or _borne_of_fees(its, entry)):
            yield "fees", minor


def _received(entry: Transaction, minor: int) -> Iterator[tuple[str, int]]:
    """What a payee is credited or paid if their account is credited so much; what a bank keeps is neither."""
    if entry.recipe == "payout":
        yield "paid", -minor - _costs(entry)
        yield "payouts", 1
    elif entry.recipe in _DEBTS:
        yield "paid", -minor
    elif entry.recipe != "returned-transfer":
        yield "credited", minor
    elif minor > 0:
        yield "paid", -minor - _costs(entry)


def _costs(entry: Transaction) -> int:
    """What sending a transfer costs; below zero, what is given back of it."""
    return sum(-it.amount.minor for it in entry.postings if named(it.account.path).sort == "costs")


def _borne_of_fees(its: Named, entry: Transaction) -> bool:
    """Whether somebody else than the creator bears a part of what the fees of a settlement take."""
    return its.sort == "borne" and entry.recipe == "settlement"


_DEBTS: Final = frozenset({"recovery", "calling-off"})
"""What is set off was credited before, and so was what comes back of it: see `chart.returned_account`."""

_PAYMENTS: Final = frozenset({"charge", "receipt", "spending", "exchange"})
