"""Caps: no amount is taken that goes above, or that strands a remainder too small to be charged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money
from pushcore.campaigns import Cap, Offer
from pushcore.changes import TotalLimit
from pushcore.errors import CurrencyMismatch, InvalidValue, Refused


def eur(text):
    return Money.of(text, "EUR")


def cents(minor):
    return Money.of_minor(minor, "EUR")


def cap(amount, *, smallest="0.50", tolerance="0.00", clips=True):
    return Cap(amount=eur(amount), smallest_charge=eur(smallest), tolerance=eur(tolerance), clips=clips)


@st.composite
def caps(draw):
    """Caps so small that every amount can be tried."""
    smallest = draw(st.integers(1, 12))
    amount = draw(st.integers(smallest, 60))
    return Cap(
        amount=cents(amount),
        smallest_charge=cents(smallest),
        tolerance=cents(draw(st.integers(0, min(amount - 1, 15)))),
        clips=draw(st.booleans()),
    )


streams = st.lists(st.integers(1, 40))


def fine(cap, left, amount):
    """The last-nickel rule, as it is said."""
    after, least = left - amount, cap.smallest_charge.minor
    return amount >= least and after >= 0 and (after <= cap.tolerance.minor or after >= least)


def given_in_turn(cap, stream):
    """The totals of a campaign whose backers want these amounts, one after the other."""
    raised = cents(0)
    yield raised
    for wanted in stream:
        if cap.refusal(raised, cents(wanted)) is None:
            taken = cap.fitting(raised, cents(wanted))
            assert cap.smallest_charge <= taken <= cents(wanted)
            raised += taken
            yield raised


@given(caps(), streams)
def test_no_stream_of_backers_goes_above_the_cap_or_strands_a_remainder(cap, stream):
    for raised in given_in_turn(cap, stream):
        left = cap.left(raised)
        assert raised + left == cap.amount
        assert left <= cap.tolerance or left >= cap.smallest_charge
        assert cap.limit.holds(raised.minor)
        assert cap.reached(raised) is (left <= cap.tolerance)
        if not cap.reached(raised):  # then one more backer can finish it
            assert cap.fitting(raised, left) == left
            assert cap.reached(raised + left)


@given(caps(), st.integers(0, 70))
def test_what_is_offered_is_all_that_the_rule_allows_and_nothing_else(cap, raised):
    left = max(cap.amount.minor - raised, 0)
    offer = cap.offer(cents(raised))
    open_ = left > cap.tolerance.minor
    for amount in range(-2, 75):
        assert offer.takes(cents(amount)) is (open_ and fine(cap, left, amount))
    ends = [end.minor for pair in offer.ranges for end in pair]
    assert ends == sorted(ends)
    assert all(nxt > end + 1 for end, nxt in zip(ends[1::2], ends[2::2], strict=False))


@given(caps(), st.integers(0, 70), st.integers(-1, 70))
def test_an_amount_is_taken_whole_or_clipped_or_refused_with_the_nearest_that_would_do(cap, raised, wanted):
    left = max(cap.amount.minor - raised, 0)
    can = [it for it in range(1, 70) if left > cap.tolerance.minor and fine(cap, left, it)]
    refusal = cap.refusal(cents(raised), cents(wanted))
    if wanted in can or (cap.clips and wanted > left in can):
        assert refusal is None
        assert cap.fitting(cents(raised), cents(wanted)).minor == min(wanted, left)
        return
    below = [cents(it) for it in can if it <= wanted]
    above = [cents(it) for it in can if it >= wanted]
    assert refusal.facts == {
        "wanted": cents(wanted),
        "left": cents(left),
        "below": max(below, default=None),
        "above": min(above, default=None),
    }
    with pytest.raises(Refused) as refused:
        cap.fitting(cents(raised), cents(wanted))
    assert refused.value.refusals == (refusal,)
    assert refusal.code == code_for(cap, left, wanted)


def code_for(cap, left, wanted):
    """Why an amount that does not fit does not."""
    if left <= cap.tolerance.minor:
        return "cap-reached"
    if cap.smallest_charge.minor > left:
        return "strands-remainder"
    if wanted < cap.smallest_charge.minor:
        return "below-minimum"
    return "above-cap" if wanted > left else "strands-remainder"


@given(caps(), streams, st.data())
def test_of_two_amounts_offered_on_the_same_total_a_store_adds_both_only_if_both_fit(cap, stream, data):
    *_, raised = given_in_turn(cap, stream)
    amounts = st.sampled_from([it for it in range(1, 61) if cap.offer(raised).takes(cents(it))] or [0])
    first, second = data.draw(amounts), data.draw(amounts)
    total = raised.minor + first
    assert cap.limit.holds(total)
    both = cap.limit.holds(total + second)
    left = cap.amount.minor - total - second
    assert both is (left >= 0 and (left <= cap.tolerance.minor or left >= cap.smallest_charge.minor))


def test_mu02_a_payment_of_100_is_clipped_to_the_50_that_are_left():
    capped = cap("50.00")
    assert capped.fitting(eur("0.00"), eur("100.00")) == eur("50.00")
    assert capped.reached(eur("50.00"))


def test_a_cap_that_does_not_clip_takes_nothing_of_too_much():
    with pytest.raises(Refused, match=r"above-cap: EUR 100\.00 is more than .*: give EUR 50\.00"):
        cap("50.00", clips=False).fitting(eur("0.00"), eur("100.00"))


def test_mu03_the_last_nickel_is_never_left_over():
    """107.10 with 75.00 paid: 32.05 would strand 0.05, which the provider charges nobody.

    The largest amount below it is 31.60, which leaves exactly the smallest charge of 0.50. The case names
    31.55, which is the wanted amount less a whole smallest charge: it leaves 0.55 and is fine as well, but
    not the nearest; it would be so only if the remainder had to be more than the smallest charge, and the
    amounts multiples of 0.05. Above, 32.10 is all there is.
    """
    capped, paid = cap("107.10"), eur("75.00")
    refusal = capped.refusal(paid, eur("32.05"))
    assert (refusal.code, refusal.facts["below"], refusal.facts["above"]) == (
        "strands-remainder",
        eur("31.60"),
        eur("32.10"),
    )
    assert [capped.offer(paid).takes(eur(it)) for it in ("31.55", "31.60", "31.61", "32.05", "32.10")] == [
        True,
        True,
        False,
        False,
        True,
    ]
    assert capped.offer(paid).ranges == ((eur("0.50"), eur("31.60")), (eur("32.10"), eur("32.10")))


@pytest.mark.parametrize(
    ("amount", "below", "above"),
    [
        ("0.49", None, "0.50"),
        ("0.50", "0.50", "0.50"),
        ("10.00", "10.00", "10.00"),
        ("31.60", "31.60", "31.60"),
        ("31.61", "31.60", "32.10"),
        ("32.10", "32.10", "32.10"),
        ("32.11", "32.10", None),
    ],
)
def test_the_nearest_amounts_of_an_offer(amount, below, above):
    offer = cap("107.10").offer(eur("75.00"))
    assert (offer.below(eur(amount)), offer.above(eur(amount))) == (
        below and eur(below),
        above and eur(above),
    )


def test_one_cent_is_stranded_where_two_are_charged():
    offer = cap("10.00", smallest="0.02").offer(eur("0.00"))
    assert offer.ranges == ((eur("0.02"), eur("9.98")), (eur("10.00"), eur("10.00")))


def test_the_smallest_charge_may_strand_a_remainder_itself():
    refusal = cap("1.00", smallest="0.60").refusal(eur("0.00"), eur("0.60"))
    assert (refusal.code, refusal.facts["below"], refusal.facts["above"]) == (
        "strands-remainder",
        None,
        eur("1.00"),
    )


def test_mu03_or_the_campaign_closes_within_a_tolerance_it_declared():
    capped = cap("107.10", tolerance="0.05")
    assert capped.fitting(eur("75.00"), eur("32.05")) == eur("32.05")
    assert capped.reached(eur("107.05"))
    assert not capped.reached(eur("107.04"))
    with pytest.raises(Refused, match=r"cap-reached: the campaign closed at EUR 107\.10"):
        capped.fitting(eur("107.05"), eur("5.00"))


def test_a_remainder_that_others_stranded_is_told():
    with pytest.raises(Refused, match=r"strands-remainder: EUR 0.05 is left, and less than EUR 0.50 cannot"):
        cap("107.10").fitting(eur("107.05"), eur("5.00"))


def test_mu06_of_two_who_give_the_last_10_at_once_exactly_one_does():
    capped, raised = cap("50.00"), eur("40.00")
    taken = [capped.fitting(raised, eur("10.00")) for _ in range(2)]  # both read the same total
    total, charged = raised.minor, []
    for amount in taken:
        if capped.limit.holds(total + amount.minor):
            total += amount.minor
            charged.append(amount)
    assert (charged, total) == ([eur("10.00")], 5000)
    with pytest.raises(Refused, match="cap-reached"):
        capped.fitting(cents(total), eur("10.00"))  # what the second is told, decided on again


def test_bb17_a_campaign_that_stops_at_its_target_is_open_after_400_and_closes_at_500():
    capped, raised, course = cap("500.00"), eur("0.00"), []
    for given_ in (eur("400.00"), eur("100.00")):
        raised += capped.fitting(raised, given_)
        course.append(capped.reached(raised))
    assert course == [False, True]


def test_a_limit_is_two_numbers_a_database_can_compare_with():
    assert cap("107.10").limit == TotalLimit(10710, range(10661, 10710))
    assert not cap("107.10", tolerance="0.49").limit.stranding


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"amount": cents(0)}, r"Cap\.amount: expected an amount above zero"),
        ({"smallest_charge": cents(0)}, r"Cap\.smallest_charge: expected an amount above zero"),
        ({"smallest_charge": cents(101)}, "a smallest charge of EUR 1.01 is more than all of it"),
        ({"tolerance": cents(-1)}, "a tolerance lies from zero to below the cap, unlike EUR -0.01"),
        ({"tolerance": cents(100), "smallest_charge": cents(101)}, "more than all of it; a tolerance lies"),
        ({"clips": 1}, r"Cap\.clips: expected bool, got 1"),
        ({"amount": 100}, r"Cap\.amount: expected Money, got 100"),
        ({"tolerance": None}, r"Cap\.tolerance: expected Money, got None"),
    ],
)
def test_what_no_cap_can_be(changes, why):
    parts = {"amount": cents(100), "smallest_charge": cents(50), "tolerance": cents(0), "clips": True}
    with pytest.raises(InvalidValue, match=why):
        Cap(**parts | changes)


@pytest.mark.parametrize("part", ["amount", "smallest_charge", "tolerance"])
def test_a_cap_is_of_one_currency(part):
    parts = {"amount": cents(100), "smallest_charge": cents(50), "tolerance": cents(0), "clips": True}
    with pytest.raises(CurrencyMismatch):
        Cap(**parts | {part: Money.of(1, "USD")})


@pytest.mark.parametrize("raised", [eur("0.00"), eur("1.00")], ids=str)
def test_only_money_of_its_currency_comes_nearer_to_a_cap(raised):
    capped, usd = cap("1.00", clips=False), Money.of(1, "USD")
    for asked in (capped.left, capped.reached, capped.offer):
        with pytest.raises(CurrencyMismatch, match=r"a cap of EUR 1\.00 is not reached with USD 1\.00"):
            asked(usd)
        with pytest.raises(InvalidValue, match="expected Money, got 5"):
            asked(5)
    for asked in (capped.refusal, capped.fitting):
        with pytest.raises(CurrencyMismatch):
            asked(raised, usd)
        with pytest.raises(InvalidValue):
            asked(raised, None)
    for asked in (Offer.takes, Offer.below, Offer.above):
        with pytest.raises(CurrencyMismatch):
            asked(capped.offer(eur("0.00")), usd)
        with pytest.raises(InvalidValue):
            asked(Offer(()), 5)


@pytest.mark.parametrize(
    "ranges", [None, [5], [(cents(1),)], [[cents(1), cents(2)]], [(cents(2), cents(1))], [(1, 2)]], ids=repr
)
def test_an_offer_is_pairs_of_a_least_and_a_most_amount(ranges):
    with pytest.raises(InvalidValue):
        Offer(ranges)


@pytest.mark.parametrize("parts", [(1.5, range(3)), (True, range(3)), (5, [1, 2])], ids=repr)
def test_what_no_limit_can_be(parts):
    with pytest.raises(InvalidValue):
        TotalLimit(*parts)
    with pytest.raises(InvalidValue):
        TotalLimit(5, range(0)).holds("5")
