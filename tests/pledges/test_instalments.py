"""The instalments of a pledge: what is paid, owed, canceled, refunded or lost, and never two of these."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money
from pushcore.campaigns import DefaultOutcome, FailurePolicy, Instalment
from pushcore.errors import REFUSAL_CODES, CurrencyMismatch, InvalidValue, Refused
from pushcore.pledges import Instalments, PartState

DUE = tuple(datetime(2026, month, 1, 12, tzinfo=UTC) for month in (6, 7, 8))
KEPT = FailurePolicy(timedelta(days=7), timedelta(days=14), DefaultOutcome.KEPT)
DAY = timedelta(days=1)


def usd(text):
    return Money.of(text, "USD")


AMOUNTS = tuple(usd(text) for text in ("41.67", "41.67", "41.66"))


def agreed(policy=KEPT):
    return Instalments.of(map(Instalment, DUE, AMOUNTS), policy)


def states(instalments):
    return [part.state.value for part in instalments.parts]


def sums(instalments):
    """Paid, owed, canceled, refunded and lost, as text."""
    names = ("paid", "owed", "canceled", "refunded", "lost")
    return [getattr(instalments, name).text for name in names]


def numbers(parts):
    return [part.number for part in parts]


def test_at_first_all_is_owed():
    new = agreed()
    assert states(new) == ["unattempted"] * 3
    assert sums(new) == ["0.00", "125.00", "0.00", "0.00", "0.00"]
    assert new.total == usd("125.00")
    assert numbers(new.parts) == [1, 2, 3]
    assert [(part.due_at, part.amount, part.failed_at) for part in new.parts] == [
        (at, amount, None) for at, amount in zip(DUE, AMOUNTS, strict=True)
    ]
    assert not new.all_collected


def test_parts_are_due_from_their_instant_on_until_they_are_charged():
    new = agreed()
    assert new.due(DUE[0] - timedelta.resolution) == ()
    assert numbers(new.due(DUE[0])) == [1]
    assert numbers(new.due(DUE[2])) == [1, 2, 3]
    assert numbers(new.collect(1).fail(2, DUE[1]).due(DUE[2])) == [3]


def test_ks_pot_ga_3x_collected_to_the_end():
    done = agreed().collect(1).collect(2)
    assert sums(done) == ["83.34", "41.66", "0.00", "0.00", "0.00"]
    assert not done.all_collected
    done = done.collect(3)
    assert states(done) == ["collected"] * 3
    assert sums(done) == ["125.00", "0.00", "0.00", "0.00", "0.00"]
    assert done.all_collected


def test_backers_may_pay_ahead_in_any_order():
    """BackerKit and Gamefound take the rest at once."""
    ahead = agreed().collect(1).collect(3)
    assert numbers(ahead.due(DUE[2])) == [2]
    assert states(ahead) == ["collected", "unattempted", "collected"]


@pytest.mark.parametrize(("number", "days"), [(1, 7), (2, 14), (3, 14)])
def test_a_failed_part_can_be_paid_until_its_window_is_over(number, days):
    at = DUE[2]
    failed = agreed().fail(number, at)
    assert failed.part(number) == attrs.evolve(agreed().part(number), state=PartState.ERRORED, failed_at=at)
    assert failed.missed_at(number) == at + days * DAY
    assert failed.missed(at + days * DAY - timedelta.resolution) == ()
    assert numbers(failed.missed(at + days * DAY)) == [number]
    assert sums(failed) == sums(agreed())
    paid = failed.collect(number)
    assert paid.part(number).state is PartState.COLLECTED
    assert paid.part(number).failed_at == at
    assert paid.missed_at(number) is None
    assert paid.missed(at + 365 * DAY) == ()


def test_another_failure_gives_no_more_time():
    failed = agreed().fail(1, DUE[0])
    assert failed.fail(1, DUE[0] + 2 * DAY) == failed
    assert agreed().missed_at(1) is None


def test_a_charge_ahead_that_fails_is_no_failure():
    with pytest.raises(Refused, match=r"not-due: part 2 is due at 2026-07-01 12:00:00\+00:00") as no:
        agreed().fail(2, DUE[0])
    assert no.value.refusals[0].facts == {"due_at": DUE[1]}
    assert agreed().fail(2, DUE[1]).part(2).failed_at == DUE[1]


def test_a_default_cancels_what_is_owed_and_keeps_what_was_paid():
    """Kickstarter: a contribution, and no reward."""
    late = agreed().collect(1).fail(2, DUE[1])
    over = late.default(DUE[1] + 14 * DAY)
    assert states(over) == ["collected", "canceled", "canceled"]
    assert sums(over) == ["41.67", "0.00", "83.33", "0.00", "0.00"]
    assert not over.all_collected
    assert over.part(2).failed_at == DUE[1]
    assert over.due(DUE[2]) == over.missed(DUE[2] + 99 * DAY) == ()


def test_what_was_paid_can_go_back_when_the_rest_is_called_off():
    over = agreed().collect(1).collect(2).fail(3, DUE[2]).call_off()
    back = over.refund(1, usd("41.67")).refund(2, usd("41.67"))
    assert sums(over) == ["83.34", "0.00", "41.66", "0.00", "0.00"]
    assert sums(back) == ["0.00", "0.00", "41.66", "83.34", "0.00"]
    assert over.call_off() == over
    done = agreed().collect(1).collect(2).collect(3)
    assert done.call_off() == done


def test_an_earlier_part_that_can_still_be_paid_falls_with_the_default():
    late = agreed().fail(2, DUE[1]).fail(1, DUE[1] + 10 * DAY)
    assert states(late.default(DUE[1] + 14 * DAY)) == ["canceled"] * 3


@pytest.mark.parametrize(
    "instalments",
    [agreed(), agreed().fail(1, DUE[0]), agreed().fail(1, DUE[0]).default(DUE[0] + 7 * DAY)],
    ids=["never charged", "in its window", "over already"],
)
def test_nobody_defaults_before_a_window_is_over(instalments):
    with pytest.raises(Refused, match="not-due: no part is finally missed at 2026-06-08 11:59:59"):
        instalments.default(DUE[0] + 7 * DAY - timedelta.resolution)


def test_nothing_is_taken_after_a_default():
    over = agreed().fail(1, DUE[0]).default(DUE[0] + 7 * DAY)
    for number in (1, 2):
        with pytest.raises(Refused, match=f"^pledge-closed: part {number} is canceled$"):
            over.collect(number)
    with pytest.raises(Refused) as no:
        over.fail(2, DUE[0])
    assert no.value.codes == ("pledge-closed", "not-due")


def test_every_code_is_registered():
    codes = {"already-charged", "pledge-closed", "not-due", "not-collected", "above-paid"}
    assert codes <= REFUSAL_CODES.keys()


def test_nothing_is_collected_twice():
    paid = agreed().collect(1)
    for gone in (paid, paid.refund(1, usd("41.67")), paid.charge_back(1)):
        with pytest.raises(Refused) as no:
            gone.collect(1)
        assert no.value.codes == ("already-charged",)
        with pytest.raises(Refused) as no:
            gone.fail(1, DUE[0])
        assert no.value.codes == ("already-charged",)


def test_a_partial_refund_adjusts_a_collected_part():
    """Kickstarter shows such a part as collected, with the adjusted amount."""
    adjusted = agreed().collect(1).refund(1, usd("20.00")).refund(1, usd("1.67"))
    assert adjusted.part(1).state is PartState.COLLECTED
    assert adjusted.part(1).amount == usd("41.67")
    assert adjusted.part(1).refunded == usd("21.67")
    assert adjusted.part(1).adjusted == usd("20.00")
    assert sums(adjusted) == ["20.00", "83.33", "0.00", "21.67", "0.00"]
    back = adjusted.refund(1, usd("20.00"))
    assert back.part(1).state is PartState.REFUNDED
    assert not back.part(1).adjusted
    assert sums(back) == ["0.00", "83.33", "0.00", "41.67", "0.00"]


def test_a_chargeback_takes_what_refunds_have_left():
    lost = agreed().collect(1).refund(1, usd("1.67")).charge_back(1)
    assert states(lost) == ["chargeback-lost", "unattempted", "unattempted"]
    assert sums(lost) == ["0.00", "83.33", "0.00", "1.67", "40.00"]


def test_what_was_collected_counts_as_collected_whatever_came_after():
    """So the rest can be paid out."""
    done = agreed().collect(1).collect(2).collect(3)
    assert done.refund(1, usd("41.67")).all_collected
    assert done.charge_back(2).refund(3, usd("0.01")).all_collected


def test_no_more_goes_back_than_was_paid():
    paid = agreed().collect(1).refund(1, usd("1.67"))
    with pytest.raises(Refused, match=r"^above-paid: USD 40\.01 is more than USD 40\.00$") as no:
        paid.refund(1, usd("40.01"))
    assert no.value.refusals[0].facts == {"amount": usd("40.01"), "paid": usd("40.00")}
    for instalments, number in ((paid, 2), (paid.refund(1, usd("40.00")), 1), (paid.charge_back(1), 1)):
        state = instalments.part(number).state.value
        for give_back in (lambda it, n: it.refund(n, usd("99.00")), Instalments.charge_back):
            with pytest.raises(Refused, match=f"^not-collected: part {number} is {state}$"):
                give_back(instalments, number)


minors = st.lists(st.integers(1, 100), min_size=1, max_size=5)
policies = st.builds(
    FailurePolicy,
    st.integers(0, 40).map(timedelta),
    st.integers(0, 40).map(timedelta),
    st.sampled_from(DefaultOutcome),
)
STEPS = {
    "collect": lambda it, number, _, __: it.collect(number),
    "fail": lambda it, number, _, at: it.fail(number, at),
    "default": lambda it, _, __, at: it.default(at),
    "call_off": lambda it, *_: it.call_off(),
    "refund": lambda it, number, amount, _: it.refund(number, amount),
    "charge_back": lambda it, number, _, __: it.charge_back(number),
}
steps = st.lists(
    st.tuples(
        st.sampled_from([*STEPS, "collect", "fail"]),
        st.integers(1, 5),
        st.integers(1, 100).map(lambda minor: Money.of_minor(minor, "USD")),
        st.integers(0, 30),
    ),
    max_size=25,
)


GIVING_UP = ("default", "call_off")


def given_up(instalments):
    return any(part.state is PartState.CANCELED for part in instalments.parts)


def planned(minors, policy):
    dates = [DUE[0] + 30 * DAY * n for n in range(len(minors))]
    amounts = [Money.of_minor(minor, "USD") for minor in minors]
    return Instalments.of(map(Instalment, dates, amounts), policy)


def history(instalments, steps):
    """Each step that is not refused: its name, number and amount, and the instalments before and after."""
    at = DUE[0]
    for name, number, amount, days in steps:
        at += days * DAY
        with suppress(Refused):
            after = STEPS[name](instalments, min(number, len(instalments.parts)), amount, at)
            yield name, min(number, len(instalments.parts)), amount, instalments, after
            instalments = after


@given(minors=minors, policy=policies, steps=steps)
def test_any_history_conserves_the_total(minors, policy, steps):
    """A till beside it counts what moves: charges in, refunds and chargebacks out."""
    till = back = lost = 0
    charged = set()
    for name, number, amount, before, it in history(planned(minors, policy), steps):
        match name:
            case "collect":
                till += minors[number - 1]
                charged.add(number)
            case "refund":
                till -= amount.minor
                back += amount.minor
            case "charge_back":
                lost += before.part(number).adjusted.minor
                till -= before.part(number).adjusted.minor
        never = sum(minor for number, minor in enumerate(minors, 1) if number not in charged)
        assert (it.paid.minor, it.refunded.minor, it.lost.minor) == (till, back, lost)
        assert (it.owed.minor, it.canceled.minor) == ((0, never) if given_up(it) else (never, 0))
        assert it.paid + it.owed + it.canceled + it.refunded + it.lost == it.total
        assert it.total.minor == sum(minors)
        assert it.all_collected is (len(charged) == len(minors))


@given(minors=minors, policy=policies, steps=steps)
def test_nothing_is_collected_twice_and_nothing_is_owed_after_a_default(minors, policy, steps):
    done = list(history(planned(minors, policy), steps))
    charged = [number for name, number, *_ in done if name == "collect"]
    assert len(charged) == len(set(charged))
    for name, _, _, before, it in done:
        assert given_up(it) is (given_up(before) or (name in GIVING_UP and bool(before.owed)))
        assert not given_up(before) or name in {"refund", "charge_back", "call_off"}
        assert not given_up(it) or not it.owed
        assert Instalments(it.parts, policy) == it


@given(minors=minors, policy=policies, steps=steps, days=st.integers(0, 200))
def test_a_default_is_decided_as_soon_as_a_part_is_missed_and_never_before(minors, policy, steps, days):
    at = DUE[0] + days * DAY
    for *_, it in history(planned(minors, policy), steps):
        if it.missed(at):
            assert given_up(it.default(at))
        else:
            with pytest.raises(Refused, match=r"^not-due: "):
                it.default(at)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"number": 0}, r"Part\.number: expected at least 1, got 0"),
        ({"due_at": "soon"}, "expected an instant"),
        ({"amount": usd("0.00")}, r"Part\.amount: expected an amount above zero"),
        ({"amount": 5}, r"Part\.amount: expected Money, got 5"),
        ({"refunded": None}, r"Part\.refunded: expected Money, got None"),
        ({"state": "collected"}, r"Part\.state: expected PartState"),
        ({"failed_at": 5}, "expected an instant"),
    ],
)
def test_what_no_part_can_be(wrong, why):
    with pytest.raises(InvalidValue, match=why):
        attrs.evolve(agreed().part(1), **wrong)


@pytest.mark.parametrize("state", PartState)
@pytest.mark.parametrize("refunded", ["-0.01", "0.00", "0.01", "41.66", "41.67", "41.68"])
@pytest.mark.parametrize("failed_at", [None, DUE[0]])
def test_facts_of_a_part_go_with_its_state(state, refunded, failed_at):
    whole, some = refunded == "41.67", refunded in {"0.00", "0.01", "41.66"}
    sound = {
        PartState.UNATTEMPTED: refunded == "0.00" and failed_at is None,
        PartState.ERRORED: refunded == "0.00" and failed_at is not None,
        PartState.CANCELED: refunded == "0.00",
        PartState.COLLECTED: some,
        PartState.CHARGEBACK_LOST: some,
        PartState.REFUNDED: whole,
    }[state]
    facts = {"refunded": usd(refunded), "state": state, "failed_at": failed_at}
    if sound:
        assert attrs.evolve(agreed().part(1), **facts).refunded == usd(refunded)
    else:
        why = f"part 1 of USD 41.67 cannot be {state.value} with USD {refunded} refunded and failed_at"
        with pytest.raises(InvalidValue, match=why):
            attrs.evolve(agreed().part(1), **facts)


def test_what_no_instalments_can_be():
    one, two, three = agreed().parts
    canceled = attrs.evolve(one, state=PartState.CANCELED)
    for parts, why in (
        ([], "parts are numbered from 1 on, and there is at least one"),
        ([two, three], "parts are numbered from 1 on"),
        ([one, three], "parts are numbered from 1 on"),
        ([one, attrs.evolve(two, due_at=DUE[0])], "^no instalments: parts are due one after another$"),
        ([canceled, two], "^no instalments: where one part is canceled, none is owed$"),
        ([canceled, attrs.evolve(two, due_at=DUE[0], number=3)], "numbered .*; .* one after .*; .* canceled"),
        ([one, None], "expected Part at 1, got None"),
        (5, "expected a sequence, got 5"),
    ):
        with pytest.raises(InvalidValue, match=why):
            Instalments(parts, KEPT)
    with pytest.raises(InvalidValue, match="on_failure: expected FailurePolicy, got None"):
        Instalments([one], None)
    with pytest.raises(InvalidValue, match=r"a part of the schedule: expected Instalment, got Part"):
        Instalments.of([one], KEPT)


def test_currencies_never_mix():
    one, two, _ = agreed().parts
    euros = {"amount": Money.of(5, "EUR"), "refunded": Money.zero("EUR")}
    with pytest.raises(CurrencyMismatch):
        Instalments([one, attrs.evolve(two, **euros)], KEPT)
    with pytest.raises(CurrencyMismatch):
        attrs.evolve(one, refunded=Money.zero("EUR"))
    for instalments in (agreed(), agreed().collect(1)):
        with pytest.raises(CurrencyMismatch):
            instalments.refund(1, Money.of(5, "EUR"))


@pytest.mark.parametrize("number", [0, 4, -1, True, "1", None, 1.0, 10**50])
def test_there_is_no_such_part(number):
    paid = agreed().collect(1)
    for ask in (
        paid.part,
        paid.missed_at,
        paid.collect,
        paid.charge_back,
        lambda n: paid.fail(n, DUE[2]),
        lambda n: paid.refund(n, usd("1.00")),
    ):
        with pytest.raises(InvalidValue, match="part"):
            ask(number)


def test_what_cannot_be_asked():
    paid = agreed().collect(1)
    for ask in (paid.due, paid.missed, paid.default, lambda at: paid.fail(2, at)):
        with pytest.raises(InvalidValue, match="expected an instant"):
            ask(DUE[2].replace(tzinfo=None))
    for amount, why in ((5, "a refund: expected Money, got 5"), (usd("0.00"), "a refund is above zero")):
        with pytest.raises(InvalidValue, match=why):
            paid.refund(1, amount)


def test_states_have_exact_names():
    assert PartState("chargeback-lost") is PartState.CHARGEBACK_LOST
    with pytest.raises(InvalidValue, match="no part state 'adjusted'; there are unattempted, collected"):
        PartState("adjusted")
