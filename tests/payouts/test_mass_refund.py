"""Mass refunds: what is needed where, before anything is refunded; and runs that fit what is there."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import FeeBase, FeeLine, Fixed, Money, Percent, Percentage, Rounding, Sum
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.payouts import MassRefund, Need, RefundRuns


def eur(text):
    return Money.of(text, "EUR")


def usd(text):
    return Money.of(text, "USD")


def cost(text, base=FeeBase.PLEDGE, rate="0"):
    rule = Sum([Percent(Percentage.of(rate)), Fixed(eur(text))])
    return {"EUR": FeeLine("refund", base, rule, Rounding.HALF_UP)}


def test_what_is_needed_in_each_wallet_is_known_before_the_first_refund():
    """The mass refund of Liberapay stalled at a wallet that was empty: here it is named."""
    amounts = [eur("10.00"), ("fees", eur("2.00")), eur("5.00"), ("fees", usd("1.00")), ("fees", usd("3.00"))]
    refunds = MassRefund.empty(cost("0.25")).add(amounts)
    assert refunds.needs() == (
        Need("fees", 1, eur("2.00"), eur("0.25")),
        Need("fees", 2, usd("4.00"), usd("0.00")),
        Need("provider", 2, eur("15.00"), eur("0.50")),
    )
    assert [need.missing.text for need in refunds.needs()] == ["2.25", "4.00", "15.50"]
    there = [("provider", eur("15.49")), ("fees", usd("4.00")), ("other", eur("9.00"))]
    fees, provider = refunds.missing(there)
    assert (fees.wallet, fees.there, fees.missing) == ("fees", eur("0.00"), eur("2.25"))
    assert (provider.there, provider.needed, provider.missing) == (eur("15.49"), eur("15.50"), eur("0.01"))
    assert refunds.missing([("provider", eur("15.50")), ("fees", usd("4.00")), ("fees", eur("3.00"))]) == ()
    assert refunds.refunds == 5


def test_what_a_refund_costs():
    refunds = MassRefund.empty(cost("0.10", rate="1"))
    assert refunds.cost(eur("10.50")) == eur("0.21")
    assert refunds.cost(usd("10.50")) == usd("0.00")
    (need,) = refunds.add([eur("10.50"), eur("10.50")]).needs()
    assert need.costs == eur("0.42")
    with pytest.raises(InvalidValue):
        refunds.cost(eur("-1.00"))


wallets = st.sampled_from(["provider", "a", "b"])
money = st.builds(Money.of_minor, st.integers(1, 10**6), st.sampled_from(["EUR", "USD"]))
amounts = st.lists(money | st.tuples(wallets, money), max_size=30)
COSTS = cost("0.07", rate="1.5")


@given(amounts, st.data())
def test_any_parts_in_any_order_are_the_same(items, data):
    whole = MassRefund.empty(COSTS).add(items)
    shuffled = data.draw(st.permutations(items))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(items)), max_size=4)))
    parts = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(items)], strict=True)]
    merged = added = MassRefund.empty(COSTS)
    for part in data.draw(st.permutations(parts)):
        merged = MassRefund.empty(COSTS).add(part).merge(merged)
        added = added.add(iter(part))
    assert merged == added == whole
    assert whole.less(merged) == MassRefund.empty(COSTS)
    assert whole.refunds == len(items)
    for need in whole.needs():
        named = [it if isinstance(it, tuple) else ("provider", it) for it in items]
        its = [it for wallet, it in named if wallet == need.wallet and it.currency is need.amount.currency]
        assert need.amount == Money.total(its, need.amount.currency)
        assert need.costs == Money.total(map(whole.cost, its), need.amount.currency)
        assert need.refunds == len(its)


def test_more_than_are_read_at_once():
    assert MassRefund.empty(COSTS).add(eur("1.00") for _ in range(1_500)).needs() == (
        Need("provider", 1_500, eur("1500.00"), eur("135.00")),
    )


def test_it_takes_no_more_memory_for_more_refunds():
    def peak(count):
        tracemalloc.start()
        MassRefund.empty(COSTS).add(("w", Money.of_minor(minor, "EUR")) for minor in range(1, count + 1))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(4_000)  # what is made once
    assert peak(40_000) < 2 * peak(4_000) < 1_000_000


def due(*amounts, wallet="provider"):
    return [(f"p{number}", wallet, eur(amount)) for number, amount in enumerate(amounts, 1)]


def dry(refunds, costs=None):
    amounts = [(wallet, amount) for _, wallet, *several in refunds for amount in several]
    return RefundRuns.of(MassRefund.empty(costs).add(amounts))


def test_runs_fit_what_is_there_and_go_on_where_the_last_one_ended():
    refunds = due("10.00", "10.00", "10.00")
    runs = dry(refunds, cost("0.50"))
    assert (runs.cursor, runs.left, runs.done.refunds) == ("", runs.whole, 0)
    first = runs.run(refunds, [("provider", eur("21.00"))], most=100)
    assert first.refunds == tuple(refunds[:2])
    assert first.stalled == (("provider", "EUR"),)
    assert (first.after.cursor, first.after.left.refunds, first.after.done.refunds) == ("p2", 1, 2)
    nothing = first.after.run(refunds, [], most=100)
    assert (nothing.refunds, nothing.after) == ((), first.after)
    last = first.after.run(refunds[2:], [("provider", eur("10.50"))], most=100)
    assert (last.refunds, last.stalled) == ((refunds[2],), ())
    assert last.after.left == MassRefund.empty(cost("0.50"))
    assert last.after.cursor == ""
    again = last.after.run(refunds, [("provider", eur("99.00"))], most=100)
    assert again.refunds == ()


def test_runs_are_equal_and_hash_by_how_far_they_have_come():
    begun, again = dry(due("10.00")), dry(due("10.00"))
    assert (begun, hash(begun)) == (again, hash(again))
    assert repr(begun) == f"RefundRuns(whole={begun.whole!r}, done={begun.done!r}, cursors={{}})"
    assert begun != begun.run(due("10.00"), [("provider", eur("10.00"))], most=1).after


def test_an_empty_wallet_keeps_nobody_else_waiting():
    refunds = [("p1", "a", eur("5.00")), ("p2", "b", eur("5.00")), ("p3", "a", eur("1.00"))]
    run = dry(refunds).run(refunds, [("a", eur("4.00")), ("b", eur("5.00"))], most=9)
    assert [it[0] for it in run.refunds] == ["p2"]
    assert run.stalled == (("a", "EUR"),)
    assert run.after.cursor == ""
    rest = run.after.run(refunds, [("a", eur("6.00")), ("b", eur("5.00"))], most=9)
    assert [it[0] for it in rest.refunds] == ["p1", "p3"]


def test_the_next_run_is_read_from_where_the_first_wallet_ended():
    refunds = [(f"p{n}", wallet, eur("0.01")) for n, wallet in enumerate("abab")]
    run = dry(refunds).run(refunds, [("a", eur("9.00")), ("b", eur("9.00"))], most=2)
    assert (run.after.cursor, run.after.cursors) == (
        "p0",
        {("a", eur("1").currency): "p0", ("b", eur("1").currency): "p1"},
    )
    assert dry(refunds).run(refunds, [("b", eur("9.00"))], most=9).stalled == (("a", "EUR"),)


def test_a_run_has_a_most():
    refunds = due("1.00", "1.00", "1.00")
    run = dry(refunds).run(refunds, [("provider", eur("9.00"))], most=2)
    assert (len(run.refunds), run.stalled, run.after.cursor) == (2, (), "p2")


def test_what_goes_back_in_pieces_costs_one_refund_for_each_and_goes_together():
    refunds = [("p1", "provider", eur("4.00"), eur("6.00")), ("p2", "provider", eur("1.00"))]
    runs = dry(refunds, cost("0.50"))
    (need,) = runs.whole.needs()
    assert (need.refunds, need.amount, need.costs) == (3, eur("11.00"), eur("1.50"))
    assert runs.run(refunds, [("provider", eur("10.99"))], most=9).refunds == ()
    first = runs.run(refunds, [("provider", eur("11.00"))], most=9)
    assert (first.refunds, first.stalled) == ((refunds[0],), (("provider", "EUR"),))
    assert first.after.done.refunds == 2
    assert runs.run(refunds, [("provider", eur("99.00"))], most=1).refunds == (refunds[0],)


@given(
    st.lists(st.tuples(wallets, st.lists(st.integers(1, 500), min_size=1, max_size=3)), max_size=20),
    st.lists(st.integers(0, 2000), max_size=5),
    st.integers(1, 7),
)
def test_done_and_left_are_the_whole_and_each_is_refunded_once(items, cash, most):
    refunds = [
        (f"p{n:03}", wallet, *(Money.of_minor(minor, "EUR") for minor in minors))
        for n, (wallet, minors) in enumerate(items)
    ]
    runs, made = dry(refunds, COSTS), []
    for minor in [*cash, *([10**6] * 20)]:
        there = [(wallet, Money.of_minor(minor, "EUR")) for wallet in ("provider", "a", "b")]
        unread = [it for it in refunds if it[0] > runs.cursor]
        run = runs.run(unread, there, most=most)
        for wallet, money in there:
            its = [amount for _, name, *amounts in run.refunds if name == wallet for amount in amounts]
            assert Money.total([*its, *map(runs.whole.cost, its)], "EUR") <= money
        runs, made = run.after, [*made, *run.refunds]
        assert runs.done.merge(runs.left) == runs.whole
        assert runs.done.refunds == sum(len(it) - 2 for it in made)
    assert sorted(made, key=lambda it: it[0]) == refunds
    assert runs.left.refunds == 0


IMPOSSIBLE = [
    (lambda: MassRefund.empty().add([eur("0.01"), ("a", eur("0.01")), ("b", 1)]), r"not \('b', 1\)"),
    (lambda: Need("w", -1, eur("0"), eur("0")), "expected at least 0"),
    (lambda: MassRefund.empty().add([eur("0.00")]), "an amount above zero is refunded"),
    (lambda: MassRefund.empty().add([("a", eur("0.00"))]), "an amount above zero is refunded"),
    (lambda: MassRefund.empty().add([eur("1"), ("a", eur("-1"))]), r"not \('a', Money\('-1\.00'"),
    (lambda: MassRefund.empty().add([eur("1"), 1]), "or one of a wallet, not 1"),
    (lambda: MassRefund.empty().add([("a", 1)]), r"not \('a', 1\)"),
    (lambda: MassRefund.empty().add([("a", eur("1"), 2)]), "an amount above zero"),
    (lambda: MassRefund.empty().add([([], eur("1"))]), "an amount above zero"),
    (lambda: MassRefund.empty().add([("", eur("1"))]), "'' names no wallet"),
    (lambda: MassRefund.empty().add([(5, eur("1"))]), "5 names no wallet"),
    (lambda: MassRefund.empty().add(None), "expected a sequence"),
    (lambda: MassRefund.empty([1]), "expected dict"),
    (lambda: MassRefund.empty({1: cost("1")["EUR"]}), "expected str"),
    (lambda: MassRefund.empty({"EUR": 1}), "expected FeeLine"),
    (lambda: MassRefund.empty(cost("1", FeeBase.COLLECTED)), "refund is taken of each refund"),
    (lambda: MassRefund({}, []), "expected dict"),
    (lambda: MassRefund({}, {"a": (0, 0, 0)}), "MassRefund.tallies: 'a' has no tally"),
    (lambda: MassRefund({}, {("a", eur("1").currency): (1, 1)}), "has no tally"),
    (lambda: MassRefund({}, {("", eur("1").currency): (1, 1, 0)}), "has no tally"),
    (lambda: MassRefund({}, {("a", eur("1").currency): (1, -1, 0)}), "has no tally"),
    (lambda: MassRefund.empty().merge(MassRefund.empty(COSTS)), "refunds of the same costs"),
    (lambda: MassRefund.empty().less(MassRefund.empty().add([eur("1")])), "of wallet provider, more was"),
    (lambda: MassRefund.empty().merge(None), "other refunds"),
    (lambda: MassRefund.empty().needs([("a", eur("1")), ("a", eur("2"))]), "one amount of each currency"),
    (lambda: MassRefund.empty().needs([eur("1")]), "a wallet has one amount"),
    (lambda: MassRefund.empty().cost(1), "what is refunded"),
    (lambda: RefundRuns.of(None), "a mass refund"),
    (lambda: RefundRuns(dry(due("1")).whole, dry(due("1", "1")).whole), "more was refunded"),
    (lambda: RefundRuns(dry([]).whole, dry([]).whole, []), "expected dict"),
    (lambda: RefundRuns(dry([]).whole, dry([]).whole, {"a": "p1"}), "'a' ends at no id"),
    (lambda: RefundRuns(dry([]).whole, dry([]).whole, {("a", eur("1").currency): 1}), "ends at no id"),
    (lambda: dry(due("1")).run(due("1"), [], most=0), "the most refunds of a run"),
    (lambda: dry(due("1")).run(due("1") * 2, [], most=1), "expected an id after 'p1'"),
    (lambda: dry(due("1")).run([eur("1")], [], most=1), "expected an id after ''"),
    (lambda: dry(due("1")).run([("", "a", eur("1"))], [], most=1), "expected an id after ''"),
    (lambda: dry(due("1")).run([("p1", "a", eur("1"), usd("1"))], [], most=1), "expected an id after"),
    (lambda: dry(due("1")).run([("p1", "a", eur("1"), 1)], [], most=1), "expected an id after"),
    (lambda: dry(due("1")).run([("p1", "a")], [], most=1), "expected an id after"),
    (
        lambda: dry(due("1")).run(due("1", "2"), [("provider", eur("9"))], most=9),
        "of wallet provider, more was refunded in EUR",
    ),
    (lambda: dry(due("1")).run(due("1", wallet="x"), [("x", eur("9"))], most=9), "of wallet x, more was"),
]


@pytest.mark.parametrize("place", range(len(IMPOSSIBLE)))
def test_what_cannot_be(place):
    make, why = IMPOSSIBLE[place]
    with pytest.raises(InvalidValue, match=why):
        make()


def test_a_wallet_that_needs_nothing():
    assert Need("w", 0, eur("0.00"), eur("0.00")).missing == eur("0.00")


def test_what_was_not_of_the_dry_run_is_named():
    with pytest.raises(InvalidValue) as refused:
        MassRefund.empty().less(MassRefund.empty().add([("w", eur("1.00"))]))
    assert refused.value.facts == {"wallet": "w"}


def test_costs_are_of_their_currency():
    with pytest.raises(CurrencyMismatch, match="the cost of a refund names EUR"):
        MassRefund.empty({"USD": cost("1.00")["EUR"]})
