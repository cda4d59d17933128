"""What the provider tells of charges and refunds beside its yes: fees, and bookings in another currency."""

import attrs
from funding_houses import AT_ONCE, advance, books, goal
from hypothesis import given
from hypothesis import strategies as st
from lanterne import END, money, pledged, request

from pushcore import Money, PledgeState, audit, cancel_pledge, place_pledge, refund_pledge
from pushcore.memory import ABLE, FakeGateway
from pushcore.money import Percentage, Rounding
from pushcore.payouts import RefundPolicy, RefundSituation, Waterfall


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


def test_what_is_booked_in_the_same_currency_tells_the_fee():
    class Short(FakeGateway):
        def _told(self, order, said):
            answer = super()._told(order, said)
            if not hasattr(order, "amount"):
                return answer
            return attrs.evolve(answer, settled=order.amount - money("0.50"))

    ports = house("20.00", gateway=Short())
    pledge = ports.store.find_pledge("p0")
    assert (pledge.provider_fee, pledge.tendered) == (money("0.50"), None)


def test_what_is_booked_in_another_currency_has_one_rate():
    """BB35, OC10: the three amounts are kept apart, and the books balance in each currency."""
    ports = house("50.00", gateway=Booking())
    pledge = ports.store.find_pledge("p0")
    assert (pledge.paid_by, pledge.tendered.settled) == ("card", Money.of("55.00", "USD"))
    assert str(pledge.tendered.rate("EUR", "USD").rate) == "11/10"
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


@given(st.integers(100, 10**6), st.integers(50, 200))
def test_a_refund_goes_by_the_stored_rate_and_the_rest_is_a_gain_or_loss(minor, later):
    """OC12: one stored rate for all of a pledge; what today's rate makes of it has a line of its own."""
    gateway = Booking()
    ports = house(Money.of_minor(minor, "EUR"), gateway=gateway)
    stored = ports.store.find_pledge("p0").tendered.settled.minor
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
    for minor in parts:
        part = Money.of_minor(minor, "EUR")
        refund_pledge(ports, "p0", actor="clerk", wanted=part)
        booked += part.times(Booking.rate, Rounding.HALF_UP).minor
    assert ports.store.find_pledge("p0").state is PledgeState.REFUNDED
    dollars = books_of(ports, "USD")
    assert dollars["provider"] == stored - booked == -dollars.get("campaign/lanterne/fx", 0)
    assert not any(it for path, it in dollars.items() if path.startswith("clearing"))
