"""What backers who pay in another currency paid and got back in it, as their statements tell it."""

import pytest
from abroad import PARTS, Telling, abroad, at_provider, backed, disputed, dollars, ended, made, pledge_of
from hypothesis import given
from hypothesis import strategies as st
from lanterne import money, request

from pushcore import Money, RefundTo, charge_pledge, place_pledge, receive_event, refund_pledge
from pushcore.books import Span, backer_statement, presented_amounts
from pushcore.errors import InvalidValue
from pushcore.gateway import RefundBounced
from pushcore.usecases import state_backer


def told(ports):
    """Each line of the first statement of the backer: its kind, and what was presented."""
    statement = state_backer(ports, "ana", Span())[0]
    return [(line.kind, None if line.presented is None else str(line.presented)) for line in statement.lines]


def refunded(ports, amount, key="k", **options):
    return refund_pledge(ports, "p1", wanted=money(amount), key=key, actor="clerk", **options)


def test_a_charge_and_its_refund_are_told_in_the_currency_of_the_backer():
    ports = ended(backed())
    refunded(ports, "40.00")
    assert told(ports) == [("charge", "USD 108.50"), ("refund", "USD -43.40")]


def test_whoever_pays_in_the_currency_of_the_campaign_is_told_nothing_more():
    ports = abroad()
    place_pledge(ports, request("p1", "50.00"))
    assert told(ended(ports)) == [("charge", None)]


def test_what_a_backer_paid_is_told_whatever_the_provider_booked():
    ports = ended(backed(gateway=Telling(charges=[Money.of("85.01", "GBP")])))
    assert told(ports) == [("charge", "USD 108.50")]


def test_every_part_is_told():
    ports = abroad(instalments=PARTS)
    place_pledge(ports, request("p1", "100.00", presented="USD", parts=3))
    for part in (1, 2, 3):
        charge_pledge(ports, "p1", part=part, actor="clerk")
    assert [shown for _, shown in told(ports)] == ["USD 36.17", "USD 36.17", "USD 36.16"]
    assert at_provider(ports) == 10850


def test_credit_is_in_the_currency_of_the_campaign():
    ports = ended(backed())
    refunded(ports, "40.00", to=RefundTo.WALLET)
    refunded(ports, "10.00", "l")
    assert told(ports) == [("charge", "USD 108.50"), ("credit", None), ("refund", "USD -10.85")]


def test_what_was_given_back_at_the_provider_goes_by_its_own_name():
    ports = ended(backed())
    refunded(ports, "40.00")
    made(ports, dollars("10.00"))
    refunded(ports, "10.00", "l")
    assert told(ports)[1:] == [("refund", "USD -43.40"), ("refund", "USD -10.00"), ("refund", "USD -10.85")]


def test_what_bounced_is_told_once_more():
    ports = ended(backed())
    made(ports, dollars("10.00"))
    bounced = RefundBounced("p1/charge/1", dollars("10.00"), "re_1")
    assert receive_event(ports, bounced, actor="provider").value == "taken"
    assert told(ports)[1:] == [("refund", "USD -10.00"), ("bounced-refund", "USD 10.00")]


def test_a_lost_dispute_took_what_the_provider_says():
    ports = ended(backed())
    disputed(ports, dollars("108.50"))
    disputed(ports, dollars("108.50"), "lost", 1)
    assert told(ports)[1:] == [("dispute", "USD -108.50")]


@given(st.lists(st.tuples(st.integers(1, 1_999), st.sampled_from(["refund", "made", "lose"])), max_size=5))
def test_what_is_told_is_what_the_provider_has(steps):
    ports = ended(backed())
    for number, (minor, how) in enumerate(steps):
        amount = Money.of_minor(minor, "EUR")
        match how:
            case "refund":
                refund_pledge(ports, "p1", wanted=amount, key=f"k{number}", actor="clerk")
            case "made":
                made(ports, amount, f"re_{number}", there=False)
            case _:
                disputed(ports, amount, reference=f"dp_{number}")
                disputed(ports, amount, "lost", 1, reference=f"dp_{number}")
    (statement,) = state_backer(ports, "ana", Span())
    pledge = pledge_of(ports)
    gone = [it.presented for it in pledge.gone_back] + [it.presented for it in pledge.disputes]
    assert Money.total((line.presented for line in statement.lines), "USD") == dollars(
        "108.50"
    ) - Money.total(gone, "USD")


@pytest.mark.parametrize(
    "given",
    [(5, []), ([], 5), ([None], []), ([], [None])],
    ids=["no ledger", "no pledges", "none", "nothing"],
)
def test_what_is_nothing_of_the_kind_is_refused(given):
    with pytest.raises(InvalidValue):
        presented_amounts(*given)


@pytest.mark.parametrize("presented", [5, {"p1/charge/1/done": "108.50"}], ids=["no amounts", "text"])
def test_what_was_presented_is_an_amount(presented):
    with pytest.raises(InvalidValue, match="presented"):
        backer_statement([], "ana", [], "EUR", Span(), presented=presented)
