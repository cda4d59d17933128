"""Whatever a provider says beside its yes, money has moved: it is digested, and the books balance."""

import attrs
import pytest
from abroad import PARTS, Telling, abroad, backed, books_in, disputed, ended, made, pledge_of
from hypothesis import given
from hypothesis import strategies as st
from lanterne import DAY, END, money, request

from pushcore import (
    FeeBase,
    FeeLine,
    FeeSchedule,
    FundingModel,
    Money,
    Percent,
    Percentage,
    PledgeState,
    Rounding,
    audit,
    close_campaign,
    collect_pledges,
    place_pledge,
    receive_event,
    refund_pledge,
    settle_campaign,
)

THREE = Percent(Percentage.of("3"))
ESTIMATED = FeeSchedule([FeeLine("processing", FeeBase.PLEDGE, THREE, Rounding.HALF_UP, estimate=True)])
CODES = ("EUR", "USD", "GBP", "JPY")


class Saying(Telling):
    """It says of each order what is planned of its kind, in turn, for ever."""

    def __init__(self, charges=(), refunds=()):
        super().__init__()
        self.more = {"Charge": [*charges], "Refund": [*refunds]}
        self.last = {}

    def _told(self, order, said):
        answer, planned = super()._told(order, said), self.more.get(type(order).__name__)
        if not planned:
            return answer
        more = self.last.setdefault(order.key, planned[len(self.last) % len(planned)])
        return attrs.evolve(answer, **more)


def booked(amount, code="GBP"):
    return {"settled": Money.of(amount, code)}


def in_parts(gateway, presented="USD"):
    """A house where one pledge of 100.00 was collected in three parts."""
    ports = abroad(gateway, instalments=PARTS, model=FundingModel.ALL_OR_NOTHING)
    place_pledge(ports, request("p1", "100.00", presented=presented, parts=3))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    for _ in range(3):
        assert collect_pledges(ports, "lanterne", actor="clerk").troubles == {}
        ports.clock.advance(31 * DAY)
    assert pledge_of(ports).state is PledgeState.COLLECTED
    return ports


def all_back(ports):
    """It goes back in three refunds, none of which is of just one part."""
    for number, part in enumerate(["40.00", "33.33", "26.67"]):
        refund_pledge(ports, "p1", wanted=money(part), key=f"k{number}", actor="clerk")
    assert pledge_of(ports).state is PledgeState.REFUNDED


def provider_in(ports):
    return {code: books_in(ports, code).get("provider", 0) for code in CODES}


def test_fees_of_parts_may_be_kept_in_two_currencies():
    """The second part stayed under charge for ever, as its fee was not of the currency of the first one's."""
    fees = [{"fee": money("1.00")}, {"fee": Money.of("1.00", "USD")}]
    ports = in_parts(Saying(charges=fees))
    assert pledge_of(ports).provider_fee == money("2.92")
    assert books_in(ports, "EUR")["campaign/lanterne/provider-fees"] == 200
    assert books_in(ports, "USD")["campaign/lanterne/provider-fees"] == 100
    all_back(ports)


@pytest.mark.parametrize(
    ("presented", "charges"),
    [
        ("USD", [booked("33.34", "EUR"), booked("28.00"), booked("28.00")]),
        ("USD", [booked("28.00"), {}, booked("28.00")]),
        (None, [{}, booked("28.00"), booked("28.00")]),
        (None, [booked("28.00"), {}, booked("4000", "JPY")]),
    ],
)
def test_parts_may_be_booked_in_several_currencies(presented, charges):
    """They stayed under charge, or under refund, for ever: the sum was of two currencies, or too small."""
    ports = in_parts(Saying(charges=charges), presented)
    home = presented or "EUR"
    held = dict.fromkeys(CODES, 0)
    for part, said in zip([("33.34", "36.17"), ("33.33", "36.17"), ("33.33", "36.16")], charges, strict=True):
        amount = said.get("settled", Money.of(part[presented is not None], home))
        held[amount.currency.code] += amount.minor
    assert provider_in(ports) == held
    all_back(ports)
    assert provider_in(ports) == dict.fromkeys(CODES, 0)
    assert not any("fx" in path for code in CODES for path in books_in(ports, code))


def test_a_part_goes_back_in_the_currency_that_it_was_booked_in():
    """Euros were booked for the first part, pounds for the second and yen for the third."""
    ports = in_parts(Saying(charges=[{}, booked("28.00"), booked("4000", "JPY")]), None)
    assert provider_in(ports) == {"EUR": 3334, "USD": 0, "GBP": 2800, "JPY": 4000}
    assert made(ports, money("33.33"), charged="p1/charge/3", there=False) == "taken"
    assert disputed(ports, money("33.33"), charged="p1/charge/2") == "taken"
    assert provider_in(ports) == {"EUR": 3334, "USD": 0, "GBP": 0, "JPY": 0}
    assert disputed(ports, money("33.33"), "won", 1, charged="p1/charge/2") == "taken"
    assert provider_in(ports) == {"EUR": 3334, "USD": 0, "GBP": 2800, "JPY": 0}
    refund_pledge(ports, "p1", wanted=money("33.33"), key="k", actor="clerk")
    assert provider_in(ports) == {"EUR": 3334, "USD": 0, "GBP": 0, "JPY": 0}
    assert receive_event(ports, ports.gateway.bounce("p1/refund/2"), actor="provider").value == "taken"
    assert provider_in(ports) == {"EUR": 3334, "USD": 0, "GBP": 2800, "JPY": 0}


def test_a_refund_may_be_booked_in_another_currency_than_its_charge():
    """It was asked for again for ever: 50.00 euros are no part of 85.00 pounds."""
    ports = ended(backed(gateway=Telling(charges=[Money.of("85.00", "GBP")], refunds=[money("50.00")])))
    refund_pledge(ports, "p1", wanted=money("50.00"), key="k", actor="clerk")
    assert provider_in(ports) == {"EUR": -5000, "USD": 0, "GBP": 8500, "JPY": 0}
    assert books_in(ports, "EUR")["campaign/lanterne/fx"] == 5000
    assert books_in(ports, "GBP")["campaign/lanterne/fx"] == -4250


def test_a_refund_may_be_booked_elsewhere_although_its_charge_was_not():
    """It was written down as gone in euros, of which the provider had all still."""
    ports = abroad(Telling(refunds=[Money.of("42.50", "GBP")]))
    place_pledge(ports, request("p1", "100.00"))
    ended(ports)
    refund_pledge(ports, "p1", wanted=money("50.00"), key="k", actor="clerk")
    assert provider_in(ports) == {"EUR": 10_000, "USD": 0, "GBP": -4250, "JPY": 0}


def amounts(least):
    return st.one_of(st.none(), st.builds(Money.of_minor, st.integers(least, 20_000), st.sampled_from(CODES)))


ANSWERS = st.fixed_dictionaries(
    {
        "fee": amounts(0),
        "settled": amounts(1),
        "fee_back": amounts(0),
        "paid_by": st.sampled_from([None, "card"]),
    }
)


@given(
    st.sampled_from([None, "USD"]),
    st.lists(ANSWERS, min_size=1, max_size=3),
    st.lists(ANSWERS, min_size=1, max_size=3),
)
def test_any_answer_to_a_charge_or_a_refund_is_digested(presented, charges, refunds):
    ports = in_parts(Saying(charges, refunds), presented)
    refund_pledge(ports, "p1", wanted=money("40.00"), key="first", actor="clerk")
    assert receive_event(ports, ports.gateway.bounce("p1/refund/1"), actor="provider").value == "taken"
    refund_pledge(ports, "p1", actor="clerk")
    assert pledge_of(ports).provider_fee is None or pledge_of(ports).provider_fee.minor >= 0
    settle_campaign(ports, "lanterne", actor="clerk")
    assert audit(ports.store.transactions()) == ()


def test_what_is_booked_above_what_the_backer_saw_is_a_gain_and_no_fee():
    """A fee of -0.50 was known, and the campaign could not be settled."""
    ports = ended(backed(gateway=Saying(charges=[booked("109.00", "USD")]), fees=ESTIMATED))
    assert pledge_of(ports).provider_fee == Money.of("0.00", "USD")
    assert books_in(ports, "USD") == {"provider": 10_900, "fx/EUR-USD": -10_850, "campaign/lanterne/fx": -50}
    settle_campaign(ports, "lanterne", actor="clerk")


def test_no_more_of_a_fee_comes_back_than_was_kept():
    """Fees of 0.30 in three refunds, of 0.80 that was kept: -0.10 was known, and it could not be settled."""
    ports = abroad(Saying([{"fee": money("0.80")}], [{"fee_back": money("0.30")}]), fees=ESTIMATED)
    place_pledge(ports, request("p1", "100.00"))
    ended(ports)
    for number in range(3):
        refund_pledge(ports, "p1", wanted=money("20.00"), key=f"k{number}", actor="clerk")
    assert pledge_of(ports).provider_fee == money("0.00")
    assert books_in(ports, "EUR")["campaign/lanterne/fx"] == -10
    assert "campaign/lanterne/provider-fees" not in books_in(ports, "EUR")
    settle_campaign(ports, "lanterne", actor="clerk")
