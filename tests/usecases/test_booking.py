"""What the provider tells of charges and refunds beside its yes: fees, and bookings in another currency."""

from datetime import timedelta
from fractions import Fraction

import attrs
import pytest
from funding_houses import AT_ONCE, Costly, advance, books, finish, goal, heard
from hypothesis import given
from hypothesis import strategies as st
from lanterne import END, launched, money, pledged, request

from pushcore import (
    FeeSchedule,
    Money,
    PledgeState,
    RefundPolicy,
    RefundSituation,
    SplitPlan,
    Waterfall,
    audit,
    cancel_pledge,
    charge_pledge,
    place_pledge,
    receive_event,
    refund_pledge,
    send_payout,
    state_account,
)
from pushcore.campaigns import DefaultOutcome, FailurePolicy, InstalmentBase, InstalmentPlan
from pushcore.errors import InvalidValue
from pushcore.gateway import DisputeState, DisputeTold, RefundMade
from pushcore.ledger import recipes
from pushcore.memory import ABLE, FakeGateway
from pushcore.money import Percentage, Remainder, Rounding, Tendered
from pushcore.pledges import Booking as BookingOf

ALL_BACK = RefundPolicy({it: Waterfall(indebts=True) for it in RefundSituation}, rounding=Rounding.HALF_UP)
PLAIN = {"fees": FeeSchedule(), "splits": SplitPlan(), "goal": goal("40.00")}
PLAN = InstalmentPlan(
    threshold=money("125.00"),
    base=InstalmentBase.WHOLE,
    fewest=3,
    most=3,
    remainder=Remainder.FIRST,
    first_after=timedelta(0),
    on_failure=FailurePolicy(timedelta(days=7), timedelta(days=14), DefaultOutcome.KEPT),
    every_months=1,
)


class Booking(FakeGateway):
    """It books euros as dollars, by the rate of the moment, and says how everything was paid."""

    rate = Percentage.of("110")

    def __init__(self, **options):
        super().__init__(**options)
        self.dollars = 0

    def _told(self, order, said):
        answer = super()._told(order, said)
        if not isinstance(said, str) or not hasattr(order, "amount"):
            return answer
        settled = Money.of_minor(order.amount.times(self.rate, Rounding.HALF_UP).minor, "USD")
        return attrs.evolve(answer, settled=settled, paid_by="card")


def house(*amounts, gateway, **changed):
    """A house with pledges that are charged at once through this gateway."""
    ports = attrs.evolve(pledged(model=AT_ONCE, **changed), gateway=gateway)
    for n, amount in enumerate(amounts):
        place_pledge(ports, request(f"p{n}", amount, backer_id=f"b{n}"))
    return ports


def fee(amount):
    return amount.times(Percentage.of("3"), Rounding.HALF_UP)


def test_what_the_provider_kept_is_recorded_as_it_says():
    ports = house("33.33", gateway=FakeGateway(fee=fee))
    pledge = ports.store.find_pledge("p0")
    assert (pledge.state, pledge.provider_fee) == (PledgeState.COLLECTED, money("1.00"))
    assert books(ports)["campaign/lanterne/provider-fees"] == 100
    assert books(ports)["provider"] == ports.gateway.held("EUR").minor == 3233


def test_a_fee_that_comes_back_is_recorded_too():
    """OC11: of the fee of 1.00 that was kept, the provider gives it back or not."""
    for returns in (True, False):
        gateway = FakeGateway(fee=fee, abilities=attrs.evolve(ABLE, returns_fee=returns))
        ports = house("33.33", "10.00", gateway=gateway)
        cancel_pledge(ports, "p0", actor="b0")
        kept = 30 + (0 if returns else 100)
        assert books(ports)["campaign/lanterne/provider-fees"] == kept
        assert books(ports)["provider"] == gateway.held("EUR").minor == 1000 - kept


def test_what_refunds_and_payouts_cost_is_the_platforms_and_not_with_the_provider():
    """The backer and the payee get all of it."""
    ports = house("60.00", "40.00", gateway=Costly(), **PLAIN)
    cancel_pledge(ports, "p0", actor="b0")
    ports.gateway.decline("lune")
    advance(ports, END)
    assert books(ports)["campaign/lanterne/provider-fees"] == 30  # what is declined costs nothing
    ports.gateway.accept("lune")
    send_payout(ports, "lanterne/lune", actor="clerk")
    assert books(ports)["campaign/lanterne/provider-fees"] == 130
    assert books(ports)["provider"] == -130
    assert ports.store.find_pledge("p0").provider_fee is None
    assert state_account(ports, "lanterne").conserved
    costs = [it for it in ports.store.transactions() if it.recipe == "provider-fee"]
    assert [recipes.about(it) for it in costs] == ["p0", "lanterne/lune"]
    assert audit(ports.store.transactions()) == ()


def test_what_is_booked_in_the_same_currency_tells_the_fee():
    class Short(FakeGateway):
        def _told(self, order, said):
            answer = super()._told(order, said)
            if not hasattr(order, "amount"):
                return answer
            return attrs.evolve(answer, settled=order.amount - money("0.50"))

    ports = house("20.00", gateway=Short())
    pledge = ports.store.find_pledge("p0")
    assert (pledge.provider_fee, pledge.bookings) == (money("0.50"), ())


def test_what_is_booked_in_another_currency_has_one_rate():
    """BB35, OC10: the three amounts are kept apart, and the books balance in each currency."""
    ports = house("50.00", gateway=Booking())
    pledge = ports.store.find_pledge("p0")
    (booking,) = pledge.bookings
    assert (pledge.paid_by, booking.settled) == ("card", Money.of("55.00", "USD"))
    assert str(booking.tendered.rate("EUR", "USD").rate) == "11/10"
    assert in_dollars(ports, "provider") == 5500
    assert books_of(ports, "EUR")["provider"] == 0


def books_of(ports, currency):
    """What every account stands at in a currency."""
    assert audit(ports.store.transactions()) == ()
    sums = {}
    for entry in ports.store.transactions():
        for posting in entry.postings if entry.phase.value == "posted" else ():
            if posting.amount.currency.code == currency:
                sums[posting.account.path] = sums.get(posting.account.path, 0) + posting.amount.minor
    return sums


def in_dollars(ports, path):
    return books_of(ports, "USD").get(path, 0)


def test_a_provider_that_keeps_nothing_says_so_and_nothing_is_written_of_it():
    ports = house("33.33", gateway=FakeGateway(fee=lambda amount: amount * 0))
    assert ports.store.find_pledge("p0").provider_fee == money("0.00")
    assert books(ports) == {"provider": 3333, "campaign/lanterne/held": -3333}


@pytest.mark.parametrize("told", [True, False], ids=["of the charge too", "of the refund alone"])
def test_what_the_provider_gives_back_of_its_fee_it_has_not_kept(told):
    class Lenient(FakeGateway):
        def _fee_of(self, order):
            return super()._fee_of(order) if told else None

    gateway = Lenient(fee=fee, abilities=attrs.evolve(ABLE, returns_fee=True))
    ports = house("100.00", gateway=gateway, refunds=ALL_BACK, goal=goal("10.00"))
    advance(ports, END)
    refund_pledge(ports, "p0", key="r1", wanted=money("40.00"), actor="clerk")
    assert ports.store.find_pledge("p0").provider_fee == (money("1.80") if told else None)
    assert books(ports)["campaign/lanterne/provider-fees"] == (300 if told else 0) - 120


def in_parts(gateway):
    """A house where ana paid two of three parts of 125.00 ahead: 41.67 each, the second at another rate."""
    ports = attrs.evolve(launched(model=AT_ONCE, instalments=PLAN), gateway=gateway)
    place_pledge(ports, request(bonus="125.00", parts=3))
    charge_pledge(ports, "p1", part=1, actor="ana")
    gateway.rate = Percentage.of("120")
    charge_pledge(ports, "p1", part=2, actor="ana")
    return ports


def test_each_charge_of_a_pledge_has_a_rate_of_its_own():
    """45.84 and 50.00 dollars were booked for 41.67 euros each: what goes back of either goes by its own."""
    ports = in_parts(Booking())
    rates = [it.tendered.rate("EUR", "USD").rate for it in ports.store.find_pledge("p1").bookings]
    assert rates == [Fraction(4584, 4167), Fraction(5000, 4167)]
    assert (in_dollars(ports, "provider"), books_of(ports, "EUR")["provider"]) == (9584, 0)
    for number, dollars in (2, 9584 - 2400), (1, 9584 - 2400 - 2200):
        opened = DisputeTold(
            dispute_id=f"dp_{number}",
            charged=f"p1/charge/{number}",
            amount=money("20.00"),
            state=DisputeState.OPENED,
            at=END,
        )
        assert heard(ports, opened) == "taken"
        assert in_dollars(ports, "provider") == dollars


def test_a_booking_is_of_what_was_booked():
    with pytest.raises(InvalidValue, match="what the provider has booked"):
        BookingOf(
            "p1/charge/1", Tendered(presented=money("1"), campaign=money("1"), rounding=Rounding.HALF_UP)
        )


def test_what_later_rates_make_of_the_refunds_of_all_charges_is_lost_or_gained():
    ports = in_parts(Booking())
    ports.gateway.rate = Percentage.of("130")
    cancel_pledge(ports, "p1", actor="ana")
    finish(ports)
    assert ports.store.find_pledge("p1").state is PledgeState.REFUNDED
    lost = 2 * 5417 - 9584
    assert (in_dollars(ports, "provider"), in_dollars(ports, "campaign/lanterne/fx")) == (-lost, lost)
    assert (in_dollars(ports, "fx/EUR-USD"), books_of(ports, "EUR")["fx/EUR-USD"]) == (0, 0)


def test_a_refund_that_was_made_at_the_provider_goes_by_the_stored_rate_too():
    ports = house("50.00", "100.00", gateway=Booking())
    made = RefundMade("p0/charge/1", money("20.00"), "re_1")
    assert receive_event(ports, made, actor="provider").value == "taken"
    assert (in_dollars(ports, "provider"), in_dollars(ports, "fx/EUR-USD")) == (14_300, -14_300)
    euros = books_of(ports, "EUR")
    assert (euros["provider"], euros["fx/EUR-USD"], euros["campaign/lanterne/held"]) == (0, 13_000, -13_000)


def test_what_a_dispute_took_comes_back_although_more_was_charged_at_another_rate():
    """41.67 euros were 45.84 dollars when they were taken; of the next part they are 50.00."""
    gateway = Booking()
    ports = attrs.evolve(launched(model=AT_ONCE, instalments=PLAN), gateway=gateway)
    place_pledge(ports, request(bonus="125.00", parts=3))
    charge_pledge(ports, "p1", part=1, actor="ana")
    opened = DisputeTold(
        dispute_id="dp_1", charged="p1/charge/1", amount=money("41.67"), state=DisputeState.OPENED, at=END
    )
    assert heard(ports, opened) == "taken"
    assert in_dollars(ports, "provider") == 0
    gateway.rate = Percentage.of("120")
    charge_pledge(ports, "p1", part=2, actor="ana")
    won = attrs.evolve(opened, state=DisputeState.WON, at=END + timedelta(days=9))
    assert heard(ports, won) == "taken"
    assert (in_dollars(ports, "provider"), in_dollars(ports, "fx/EUR-USD")) == (9584, -9584)
    assert books_of(ports, "EUR")["fx/EUR-USD"] == 8334


def test_a_refund_that_is_worth_less_than_half_a_unit_goes_back_all_the_same():
    """Of one cent in two its part of 60 % is nothing: the euro is gone, and no dollar for it."""
    gateway = Booking()
    gateway.rate = Percentage.of("60")
    ports = house("50.00", gateway=gateway)
    for n, dollars in enumerate([2999, 2999, 2998], 1):
        made = RefundMade("p0/charge/1", money("0.01"), f"re_{n}")
        assert receive_event(ports, made, actor="provider").value == "taken"
        assert in_dollars(ports, "provider") == dollars
        assert books_of(ports, "EUR")["provider"] == 0


def test_a_dispute_goes_by_the_stored_rate_too():
    """Taken in dollars, as they were booked; and given back as many when it is won."""
    ports = house("50.00", "100.00", gateway=Booking())
    opened = DisputeTold(
        dispute_id="dp_1",
        charged="p0/charge/1",
        amount=money("50.00"),
        state=DisputeState.OPENED,
        at=END,
    )
    for n, (state, dollars) in enumerate([("opened", 11_000), ("lost", 11_000), ("won", 16_500)]):
        event = attrs.evolve(opened, state=DisputeState(state), at=END + timedelta(days=n))
        assert heard(ports, event) == "taken"
        assert in_dollars(ports, "provider") == dollars
        euros = books_of(ports, "EUR")
        assert (euros["provider"], euros["fx/EUR-USD"]) == (0, 15_000 if state == "won" else 10_000)
        assert audit(ports.store.transactions()) == ()


@given(st.integers(100, 10**6), st.integers(50, 200))
def test_a_refund_goes_by_the_stored_rate_and_the_rest_is_a_gain_or_loss(minor, later):
    """OC12: one stored rate for all of a charge; what today's rate makes of it has a line of its own."""
    gateway = Booking()
    ports = house(Money.of_minor(minor, "EUR"), gateway=gateway)
    stored = ports.store.find_pledge("p0").bookings[0].settled.minor
    gateway.rate = Percentage.of(str(later))
    cancel_pledge(ports, "p0", actor="b0")
    euros, dollars = books_of(ports, "EUR"), books_of(ports, "USD")
    booked = Money.of_minor(minor, "EUR").times(gateway.rate, Rounding.HALF_UP).minor
    assert dollars["provider"] == stored - booked == -dollars.get("campaign/lanterne/fx", 0)
    assert not any(euros.values())
    assert sum(dollars.values()) == 0
    assert {path: it for path, it in dollars.items() if path.startswith("clearing") and it} == {}


@given(st.lists(st.integers(100, 3_000), min_size=1, max_size=4))
def test_refunds_in_parts_go_by_the_stored_rate_and_come_to_all_of_it(parts):
    """Each part is what the stored rate makes of all by then, less what went before: no cent is left over."""
    back = RefundPolicy({it: Waterfall(indebts=True) for it in RefundSituation}, rounding=Rounding.HALF_UP)
    amount = Money.of_minor(sum(parts), "EUR")
    ports = house(amount, gateway=Booking(), refunds=back, goal=goal("0.01"))
    advance(ports, END)
    assert ports.store.campaign("lanterne").funded
    stored = in_dollars(ports, "provider")
    booked = 0
    for number, minor in enumerate(parts):
        part = Money.of_minor(minor, "EUR")
        refund_pledge(ports, "p0", actor="clerk", wanted=part, key=f"r{number}")
        booked += part.times(Booking.rate, Rounding.HALF_UP).minor
    assert ports.store.find_pledge("p0").state is PledgeState.REFUNDED
    dollars = books_of(ports, "USD")
    assert dollars["provider"] == stored - booked == -dollars.get("campaign/lanterne/fx", 0)
    assert not any(it for path, it in dollars.items() if path.startswith("clearing"))
