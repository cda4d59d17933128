"""Reserves: how much is held back, when it becomes the payees', and what they owe is set off against it."""

from datetime import UTC, datetime, timedelta
from itertools import count

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Percentage, Rounding, Zone, audit
from pushcore.calendar import local
from pushcore.errors import CurrencyMismatch, InvalidValue, Refused
from pushcore.ledger import Balances, chart, recipes, reversals
from pushcore.payouts import Debt, DebtSource, HeldReserve, Release, Reserve, returning
from pushcore.payouts.events import ReserveReleased
from pushcore.payouts.return_events import DebtRecovered
from pushcore.testing import strategies

END = datetime(2026, 1, 31, 19, tzinfo=UTC)
BRUSSELS = Zone("Europe/Brussels")


def usd(text):
    return Money.of(text, "USD")


def reserve(**changed):
    given_ = {"rate": Percentage(5), "rounding": Rounding.HALF_UP, "hold_months": 6} | changed
    return Reserve(**given_)


def held(parts, *releases, released="0"):
    of = {payee: usd(part) for payee, part in parts.items()}
    return HeldReserve("c", of, [Release(at, usd(it)) for at, it in releases], usd(released))


@pytest.mark.parametrize(
    ("raised", "kept"), [("999.00", "0.00"), ("1000.00", "50.00"), ("20000.00", "1000.00"), ("0", "0")]
)
def test_from_a_threshold_on_a_share_of_the_whole_is_held(raised, kept):
    """The rule of igg-reserve-5pct."""
    assert reserve(threshold=usd("1000")).of(usd(raised)) == usd(kept)


def test_a_cap_is_the_most_that_is_held():
    assert reserve(cap=usd("40")).of(usd("1000")) == usd("40")
    assert reserve(cap=usd("60")).of(usd("1000")) == usd("50")


def test_no_more_is_held_than_there_is():
    all_of_it = reserve(rate=Percentage(100), rounding=Rounding.UP)
    assert all_of_it.of(usd("0.01")) == usd("0.01")
    assert reserve(rate=Percentage(1), rounding=Rounding.UP).of(usd("0.01")) == usd("0.01")
    assert reserve(rate=Percentage(1), rounding=Rounding.DOWN).of(usd("0.99")) == usd("0.00")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"rate": Percentage(0)}, "above 0%"),
        ({"rate": Percentage(101)}, "up to 100%"),
        ({"hold_months": None}, "exactly one"),
        ({"hold_days": 3}, "exactly one"),
        ({"hold_months": 0}, "at least 1"),
        ({"hold_months": None, "hold_days": 0}, "at least 1"),
        ({"hold_months": 121}, "ten years at most"),
        ({"hold_months": None, "hold_days": 3_661}, "ten years at most"),
        ({"threshold": usd("0")}, "above zero"),
        ({"cap": usd("0")}, "above zero"),
        ({"rolling": 1}, "expected bool"),
    ],
)
def test_no_reserve(changed, why):
    with pytest.raises(InvalidValue, match=why):
        reserve(**changed)


def test_one_currency():
    with pytest.raises(CurrencyMismatch):
        reserve(threshold=usd("1"), cap=Money.of("1", "EUR"))
    with pytest.raises(CurrencyMismatch):
        reserve(cap=usd("1")).of(Money.of("100", "EUR"))
    rolling = reserve(rolling=True)
    with pytest.raises(CurrencyMismatch):
        rolling.releases(usd("1"), END, zone=BRUSSELS, contributions=[(END, Money.of("1", "EUR"))])
    with pytest.raises(InvalidValue, match="at least nothing"):
        reserve().of(usd("-1"))


def test_time_is_counted_on_the_clocks_of_the_campaign():
    """Half a year after 20:00 in Brussels clocks show 20:00, though they were put forward in between."""
    (release,) = reserve().releases(usd("50"), END, zone=BRUSSELS)
    assert release == Release(datetime(2026, 7, 31, 18, tzinfo=UTC), usd("50"))
    (release,) = reserve(hold_months=None, hold_days=1).releases(usd("50"), END, zone=BRUSSELS)
    assert release.due_at == END + timedelta(days=1)
    assert reserve().releases(usd("0"), END, zone=BRUSSELS) == ()


def test_a_rolling_reserve_is_set_free_contribution_by_contribution():
    rolling = reserve(rolling=True, hold_months=None, hold_days=10)
    days = [datetime(2026, 1, day, hour, tzinfo=UTC) for day, hour in ((3, 9), (1, 23), (1, 8), (2, 10))]
    made = list(zip(days, map(usd, ("10", "20", "30", "40")), strict=True))
    found = rolling.releases(usd("5.01"), END, zone=BRUSSELS, contributions=made)
    # 23:00 in UTC is the next day in Brussels
    assert [(str(local(it.due_at, BRUSSELS)), it.amount.text) for it in found] == [
        ("2026-01-12 00:00:00+01:00", "1.50"),
        ("2026-01-13 00:00:00+01:00", "3.00"),
        ("2026-01-14 00:00:00+01:00", "0.51"),
    ]
    assert rolling.releases(usd("1"), END, zone=BRUSSELS) == (Release(END + timedelta(days=10), usd("1")),)


def test_the_smallest_and_the_longest_that_can_be_held():
    assert reserve(hold_months=120).hold_months == 120
    assert reserve(hold_months=None, hold_days=3_660).hold_days == 3_660
    (release,) = reserve().releases(usd("0.01"), END, zone=BRUSSELS)
    assert release.amount == usd("0.01")
    rolling = reserve(rolling=True)
    found = rolling.releases(usd("0.01"), END, zone=BRUSSELS, contributions=[(END, usd("0.01"))])
    assert [it.amount for it in found] == [usd("0.01")]


def test_only_a_rolling_one_asks_for_contributions():
    (release,) = reserve().releases(usd("5"), END, zone=BRUSSELS, contributions=[(END, usd("1"))])
    assert release.due_at == datetime(2026, 7, 31, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("contributions", "why"),
    [
        (None, "expected a sequence"),
        ([1], "pairs of an instant"),
        ([(END,)], "pairs of an instant"),
        ([(END, 1)], "a contribution: expected Money"),
        ([(None, usd("1"))], "expected an instant"),
        ([(END, usd("0"))], "above zero"),
    ],
    ids=count(),
)
def test_contributions_are_pairs(contributions, why):
    with pytest.raises(InvalidValue, match=why):
        reserve(rolling=True).releases(usd("5"), END, zone=BRUSSELS, contributions=contributions)


@given(
    strategies.reserves("USD"),
    st.integers(0, 10**9),
    st.lists(st.tuples(strategies.instants(), strategies.amounts("USD", least=1, most=10**6)), max_size=8),
)
def test_what_is_held_is_released_to_the_unit_and_never_too_early(rule, minor, contributions):
    kept = rule.of(Money.of_minor(minor, "USD"))
    assert 0 <= kept.minor <= minor
    releases = rule.releases(kept, END, zone=BRUSSELS, contributions=contributions)
    assert sum(it.amount.minor for it in releases) == kept.minor
    assert [it.due_at for it in releases] == sorted(it.due_at for it in releases)
    if not rule.rolling:
        assert len(releases) == bool(kept)
        return
    whole = sum(amount.minor for _, amount in contributions)
    for until in (it.due_at for it in releases):
        free = sum(it.amount.minor for it in releases if it.due_at <= until)
        old = sum(amount.minor for at, amount in contributions if at < until)
        assert free * whole <= kept.minor * old or not contributions


def test_payees_get_their_share_of_what_is_due():
    whole = held({"ana": "3.00", "bob": "2.00"}, (END, "1.01"), (END + timedelta(days=1), "3.99"))
    assert whole.due(END - timedelta(seconds=1)) == usd("0")
    after, given_, changes = returning.release(whole, END, "sys")
    assert given_ == {"ana": usd("0.61"), "bob": usd("0.40")}
    assert (after.released, after.version, after.available) == (usd("1.01"), 2, usd("3.99"))
    assert changes.put == (after,)
    assert changes.events == (ReserveReleased(END, "sys", "c", given_),)
    with pytest.raises(Refused) as no:
        returning.release(after, END, "sys")
    assert no.value.codes == ("reserve-not-due",)
    last, given_, _ = returning.release(after, END + timedelta(days=9), "sys")
    assert given_ == {"ana": usd("2.39"), "bob": usd("1.60")}
    assert last.available == usd("0")


def owing(amount, payee="ana"):
    return attrs.evolve(Debt.none(payee, "USD"), arisen=usd(amount))


def recover(reserved, debt, amount, key="p1"):
    return returning.recover(reserved, debt, key, amount, END, "sys")


def test_what_a_payee_owes_is_taken_of_what_is_held_of_them():
    whole = held({"ana": "3.00", "bob": "2.00"}, (END, "5.00"))
    after, debt, changes = recover(whole, owing("9.00"), usd("2.00"))
    assert (after.left, after.released) == ({"ana": usd("1.00"), "bob": usd("2.00")}, usd("2.00"))
    assert (after.version, debt.outstanding, debt.got(DebtSource.RESERVE)) == (2, usd("7.00"), usd("2.00"))
    assert changes.put == (after, debt)
    assert [type(it) for it in changes.events] == [ReserveReleased, DebtRecovered]
    release, recovery = changes.transactions
    assert release == recipes.release("c/reserve/release/2", "c", {"ana": usd("2.00")}, END)
    assert [(it.account.path, it.amount) for it in recovery.postings] == [
        ("campaign/c/payee/ana", usd("2.00")),
        ("payee/ana/debt", usd("-2.00")),
    ]
    assert recovery.id == "payee/ana/USD/recovery/c%2Freserve%2Fp1"
    last, given_, _ = returning.release(after, END, "sys")
    assert (given_, last.available) == ({"ana": usd("1.00"), "bob": usd("2.00")}, usd("0"))


@pytest.mark.parametrize(
    ("owed", "payee", "amount", "codes"),
    [
        ("9.00", "ana", "3.01", ("above-reserve",)),
        ("2.00", "ana", "2.01", ("above-debt",)),
        ("2.00", "ana", "3.01", ("above-debt", "above-reserve")),
        ("2.00", "cleo", "1.00", ("above-reserve",)),
    ],
)
def test_no_more_is_taken_than_is_owed_and_held(owed, payee, amount, codes):
    whole = held({"ana": "3.00", "bob": "2.00"}, (END, "5.00"))
    with pytest.raises(Refused) as no:
        recover(whole, owing(owed, payee), usd(amount))
    assert no.value.codes == codes
    held_of_payee = usd("0" if payee == "cleo" else "3.00")
    assert [it.facts["held"] for it in no.value.refusals if it.code == "above-reserve"] in (
        [],
        [held_of_payee],
    )
    for nothing in (usd("0"), usd("-1"), None):
        with pytest.raises(InvalidValue):
            recover(whole, owing("1.00"), nothing)


@pytest.mark.parametrize(
    "changed",
    [
        {"released": usd("0.01")},
        {"released": usd("-1")},
        {"left": {"ana": usd("5.01")}},
        {"left": {"ana": usd("6"), "bob": usd("-1")}},
        {"left": {1: usd("5")}},
        {"left": {"ana": 5}},
        {"left": None},
        {"releases": []},
    ],
)
def test_no_held_reserve(changed):
    whole = held({"ana": "3.00", "bob": "2.00"}, (END, "5.00"))
    with pytest.raises(InvalidValue):
        attrs.evolve(whole, **changed)


@given(
    st.lists(st.integers(1, 500), min_size=1, max_size=4),
    st.lists(st.tuples(st.sampled_from(["release", "recover"]), st.integers(1, 400)), max_size=10),
)
def test_a_reserve_is_never_overdrawn_and_nothing_is_given_twice(parts, history):
    """Given + held = what was held back, at every step; the ledger agrees."""
    names, whole = "abcd", sum(parts)
    cuts = sorted({1, whole // 3 or 1, whole})
    releases = [
        (END + timedelta(days=n), Money.of_minor(until - before, "USD").text)
        for n, (before, until) in enumerate(zip([0, *cuts], cuts, strict=False))
    ]
    of = {name: Money.of_minor(part, "USD").text for name, part in zip(names, parts, strict=False)}
    reserved, now, got = held(of, *releases), END, dict.fromkeys(of, 0)
    debt, early = owing("3.00", "a"), 0
    total = Money.of_minor(whole, "USD")
    ledger = [
        recipes.receipt("in", "c", total, END),
        recipes.settlement("c", total, {}, {}, END, reserve=total),
    ]
    for number, (kind, minor) in enumerate(history):
        try:
            if kind == "recover":
                amount = Money.of_minor(minor, "USD")
                reserved, debt, changes = recover(reserved, debt, amount, f"p{number}")
                got["a"] += minor
                early += minor
            else:
                reserved, given_, changes = returning.release(reserved, now, "sys")
                for payee, amount in given_.items():
                    got[payee] += amount.minor
        except Refused:
            now += timedelta(days=1)
            continue
        ledger += changes.transactions
        left = Balances(ledger).balance(chart.reserve_account("c"), "USD").available
        assert left == reserved.available
        assert sum(got.values()) == reserved.released.minor
        assert left.minor + sum(got.values()) == whole
        assert all(got[payee] <= part for payee, part in zip(names, parts, strict=False))
        by_now = sum(it.amount.minor for it in reserved.releases if it.due_at <= now)
        assert sum(got.values()) <= by_now + early
    assert debt.got(DebtSource.RESERVE).minor == early
    owed = chart.debt_account("c")
    arose = reversals.moved("d", "debt", chart.payee_debt_account("a"), owed, usd("3.00"), END)
    assert audit([arose, *ledger]) == ()
