"""Whatever is put into a field of a value is taken, or refused with a clear error, and leaks no other."""

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction

import attrs
import pytest

from pushcore import (
    Accepted,
    Account,
    Balance,
    Below,
    Changes,
    Charge,
    Currency,
    Decline,
    Declined,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    Money,
    Payout,
    PayoutState,
    Percent,
    Percentage,
    Posting,
    Prepare,
    Refusal,
    Rounding,
    Settlement,
    Split,
    SplitPlan,
    Statement,
    Sum,
    Transaction,
    Transfer,
    Void,
)
from pushcore.changes import ProgressMove, StockMove
from pushcore.errors import InvalidValue, Problem, PushcoreError
from pushcore.ledger import Fault, Finding, Side
from pushcore.payouts import Division
from pushcore.payouts.events import PayoutFailed, PayoutPaid, PayoutPrepared, PayoutSent

AT = datetime(2026, 1, 5, tzinfo=UTC)
TEN, NONE = Money.of(10, "EUR"), Money.zero("EUR")
BANK = Account("bank", Side.DEBIT)
FIVE = Percent(Percentage.of(5))
LINE = FeeLine("platform", FeeBase.PLEDGE, FIVE, Rounding.HALF_UP)
VALUES = [
    Problem("campaign.goal", "is missing"),
    Refusal("sold-out", "none left", {"tier": "postcard"}),
    Prepare("p1/prepare", "p1", "ana"),
    Charge("p1/charge/1", "p1", "lanterne", TEN, "method-1"),
    Void("p1/void", "p1", "p1/prepare"),
    Transfer("lanterne/lune/transfer/1", "lanterne/lune", "lune", TEN),
    Accepted("ch_1"),
    Declined(Decline.FINAL, "stolen-card"),
    StockMove("lanterne", "postcard", 5, claimed=1, reserved=-1),
    ProgressMove("lanterne", "ana", TEN, pledges=1, collected=TEN, collections=1),
    Changes(),
    BANK,
    Posting(BANK, TEN),
    Transaction("t", "test", AT, [Posting(BANK, TEN), Posting(BANK, -TEN)]),
    Balance(BANK, TEN, NONE, NONE, NONE),
    Finding(Fault.UNBALANCED, "t", "off by EUR 0.01"),
    FIVE,
    Fixed(TEN),
    Sum([FIVE, Fixed(TEN)]),
    Below(TEN, FIVE, Fixed(TEN)),
    LINE,
    FeeSchedule([LINE]),
    Split("ana", fixed=TEN),
    SplitPlan([Split("ana", remaining=True)]),
    Division({"ana": TEN}, {}),
    Settlement(FeeSchedule([LINE]), TEN, 1, [50]),
    Statement("lanterne", TEN.currency, TEN, {}, {"lune": TEN}, {}, NONE, NONE, NONE, NONE, disputed=NONE),
    Payout("lanterne/lune", "lanterne", "lune", TEN, PayoutState.SENT, 1),
    PayoutPrepared(AT, "sys", "lanterne/lune", "lanterne", "lune", TEN),
    PayoutSent(AT, "sys", "lanterne/lune", 1),
    PayoutPaid(AT, "sys", "lanterne/lune", "tr_1"),
    PayoutFailed(AT, "sys", "lanterne/lune", "no-account"),
]
FIELDS = [(value, field.alias) for value in VALUES for field in attrs.fields(type(value)) if field.init]


def _named(part):
    return part if isinstance(part, str) else type(part).__name__


class Sneaky(IntEnum):
    """An int that is a name."""

    ONE = 1


class Shy:
    """What cannot even be shown."""

    def __repr__(self):
        raise RuntimeError


# fmt: off
JUNK = [
    None, True, False, Sneaky.ONE, 0, -1, 10**5000, 0.5, float("nan"), 1j, Shy(), object(), int, list, Money,
    Fraction(1, 3), Decimal("0.01"), Decimal("sNaN"), b"1", bytearray(b"1"), date(2026, 1, 1),
    AT.replace(tzinfo=None),
    "", " ", "5", "a\0b", "\ud800", "9" * 1_000_000, range(3), iter([]), [], [None], (), (None,), {},
    {1: None}, {1, 2},
    Currency.of("EUR"), Percentage.of(-5), Rounding.HALF_UP, Money.of(-1, "EUR"), Money.of(1, "USD"), NONE,
    Side.DEBIT, PayoutState.PAID, FeeBase.PLEDGE, FIVE, LINE, BANK, AT,
]
# fmt: on


def with_field(value, name, other):
    fields = {field.alias: getattr(value, field.name) for field in attrs.fields(type(value)) if field.init}
    return type(value)(**fields | {name: other})


@pytest.mark.parametrize(("value", "name"), FIELDS, ids=_named)
def test_fields_take_what_they_are_for(value, name):
    for junk in JUNK:
        with suppress(PushcoreError):
            with_field(value, name, junk)
    with pytest.raises(InvalidValue) as refused:
        with_field(value, name, object())
    assert len(str(refused.value)) < 1_000


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_values_are_frozen_and_compared_by_value(value):
    assert with_field(value, *first_field(value)) == value
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(value, attrs.fields(type(value))[0].name, None)


def first_field(value):
    field = attrs.fields(type(value))[0]
    return field.alias, getattr(value, field.name)
