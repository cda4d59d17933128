"""Events of the provider: taken once, in any order, and refused where they contradict what is written."""

import attrs
import pytest
from funding_houses import AT_ONCE, at_provider, books, finish, place
from lanterne import closed, collected, launched, money, pledged, request, states

from pushcore import (
    Accepted,
    Decline,
    Declined,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    PayoutState,
    Percentage,
    RefundPolicy,
    RefundSituation,
    Rounding,
    Waterfall,
    cancel_pledge,
    charge_pledge,
    collect_pledges,
    pay_out,
    place_pledge,
    refund_pledge,
    settle_campaign,
)
from pushcore.campaigns import Charging, FundingModel
from pushcore.errors import GatewayError, GatewayMisuse, InvalidValue, KeyReused, OutcomeUnknown, Refused
from pushcore.gateway import Authorize, OrderAnswered, Refund, RefundBounced, RefundMade
from pushcore.memory import Fault
from pushcore.payments.events import RefundAgreed
from pushcore.payments.keys import order_name
from pushcore.payouts import Bearer, Bearing, PaidKind, RefundTo, Returning
from pushcore.usecases import Reception, receive_event

NO = Declined(Decline.RETRYABLE, "card-declined")
ALL_BACK = RefundPolicy({it: Waterfall(indebts=True) for it in RefundSituation}, rounding=Rounding.HALF_UP)


def tell(ports, key, answer=None):
    """What becomes of an event about an order: of what the provider did, if nothing else is said."""
    answer = answer or ports.gateway.status(key)
    return receive_event(ports, OrderAnswered(key, answer), actor="provider").value


def losing(ports, calls=1):
    """The answers to the next calls are lost."""
    ports.gateway.fail_next(*[Fault.AFTER] * calls)
    return ports


def test_a_method_is_saved_by_its_event():
    ports = losing(launched())
    with pytest.raises(OutcomeUnknown):
        place(ports, "p0", "100.00")
    assert [tell(ports, "p0/prepare"), tell(ports, "p0/prepare")] == ["taken", "known"]
    assert states(ports) == {"p0": "pledged"}
    finish(ports)


def test_what_is_paid_at_once_is_charged_when_its_method_is_told_of():
    ports = losing(launched(model=AT_ONCE))
    with pytest.raises(OutcomeUnknown):
        place(ports, "p0", "100.00")
    tell(ports, "p0/prepare")
    assert (states(ports), at_provider(ports)) == ({"p0": "collected"}, money("100.00"))


def test_a_charge_is_told_of_once():
    """LF04."""
    ports = losing(closed("60.00", "40.00"), 2)
    collect_pledges(ports, "lanterne", actor="jobs")
    told = [tell(ports, key) for key in ("p1/charge/1", "p0/charge/1", "p1/charge/1")]
    assert told == ["taken", "taken", "known"]
    assert (set(states(ports).values()), at_provider(ports)) == ({"collected"}, money("100.00"))


def test_a_charge_that_failed_is_told_of():
    ports = closed("60.00", "40.00")
    ports.gateway.decline("p0")
    losing(ports, 2)
    collect_pledges(ports, "lanterne", actor="jobs")
    assert tell(ports, "p0/charge/1") == "taken"
    assert states(ports)["p0"] == "errored"
    assert tell(ports, "p0/charge/1") == "known"


def test_a_second_attempt_that_succeeds_counts_once():
    """BB28: the first one failed, and is told of once more after the second."""
    ports = closed("100.00")
    ports.gateway.decline("p0")
    collect_pledges(ports, "lanterne", actor="jobs")
    ports.gateway.accept("p0")
    losing(ports)
    with pytest.raises(GatewayError):
        charge_pledge(ports, "p0", actor="ana")
    told = [tell(ports, key) for key in ("p0/charge/1", "p0/charge/2", "p0/charge/1", "p0/charge/2")]
    assert told == ["known", "taken", "known", "known"]
    assert at_provider(ports) == money("100.00")


def test_a_refund_is_told_of():
    ports = pledged("100.00", "20.00", model=AT_ONCE)
    losing(ports)
    with pytest.raises(OutcomeUnknown):
        cancel_pledge(ports, "p1", actor="b1")
    assert [tell(ports, "p1/refund/1"), tell(ports, "p1/refund/1")] == ["taken", "known"]
    assert (states(ports)["p1"], at_provider(ports)) == ("refunded", money("100.00"))


def paying_out():
    ports = collected("100.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    losing(ports, len(ports.store.payouts("lanterne")))
    pay_out(ports, "lanterne", actor="clerk")
    return ports


def test_a_transfer_is_told_of():
    ports = paying_out()
    payouts = ports.store.payouts("lanterne")
    for payout in payouts:
        key = f"{payout.id}/transfer/1"
        assert [tell(ports, key), tell(ports, key)] == ["taken", "known"]
    assert {it.state for it in ports.store.payouts("lanterne")} == {PayoutState.PAID}
    finish(ports)


def test_what_was_forgotten_is_told_of():
    ports = pledged("100.00")
    cancel_pledge(ports, "p0", actor="ana")
    assert tell(ports, "p0/void", NO) == "known"
    assert [it.key for it in ports.store.open_orders()] == ["p0/void"]
    assert tell(ports, "p0/void", Accepted("void-1")) == "taken"
    assert list(ports.store.open_orders()) == []


def test_what_is_held_after_it_was_declined_is_set_free():
    """Its backer confirmed it with the bank later: it was known, and held for good."""
    ports = launched(model=FundingModel(charging=Charging.AUTHORIZED))
    ports.gateway.decline("ana", Decline.NEEDS_BACKER, "authentication-required")
    assert place_pledge(ports, request("p0", "100.00")).reason == "declined"
    assert tell(ports, "p0/prepare", NO) == "known"
    ports.gateway.accept("ana")
    ports.gateway._answers.clear()
    held = ports.gateway.authorize(Authorize("p0/prepare", "p0", "ana", money("100.00")))
    assert [tell(ports, "p0/prepare", held), tell(ports, "p0/prepare", held)] == ["taken", "known"]
    assert (states(ports), ports.gateway.authorized("EUR")) == ({"p0": "voided"}, money("100.00"))
    finish(ports)
    assert ports.gateway.authorized("EUR") == money(0)
    assert tell(ports, "p0/prepare", held) == "known"
    assert list(ports.store.open_orders()) == []


@pytest.mark.parametrize(
    "key",
    [
        "nobody/prepare",
        "nobody/charge/1",
        "nobody/refund/1",
        "nobody/void",
        "nobody/transfer/1",
        "p0/charge/1",
        "p0/refund/1",
        "p0/charge/99",
    ],
)
def test_what_is_not_known_yet_is_to_be_told_again(key):
    """LF05: an event about something unknown is not swallowed; the provider sends it again."""
    ports = pledged("100.00")
    before = list(ports.store.events())
    assert tell(ports, key, Accepted("ch_1")) == "too-early"
    assert list(ports.store.events()) == before


@pytest.mark.parametrize(
    "key",
    [
        "/",
        "p0",
        "p0/charge",
        "p0/charge/",
        "p0/charge/0",
        "p0/charge/01",
        "/prepare",
        "p0/void/1",
        "p0/charge/1234567890",
    ],
)
def test_what_is_about_something_else_is_foreign(key):
    ports = pledged("100.00")
    assert tell(ports, key, Accepted("ch_1")) == "foreign"


def test_the_number_of_an_attempt_is_short():
    """Python reads no number of thousands of digits, and no attempt has one."""
    assert order_name("p/charge/" + "1" * 5000) is None
    assert order_name("p/charge/123456789").attempt == 123456789


def test_a_failure_to_write_is_an_error_and_no_acknowledgement():
    """LF05: so the provider sends the event again, and nothing is lost."""
    ports = losing(closed("100.00"))
    collect_pledges(ports, "lanterne", actor="jobs")

    class Broken(type(ports.store)):
        def commit(self, _):
            raise RuntimeError

    broken = attrs.evolve(ports, store=Broken())
    broken.store.__dict__.update(ports.store.__dict__)
    with pytest.raises(RuntimeError):
        tell(broken, "p0/charge/1")
    assert tell(ports, "p0/charge/1") == "taken"


@pytest.mark.parametrize("event", [None, "p0/charge/1", Accepted("ch_1")], ids=str)
def test_what_is_no_event_is_refused(event):
    with pytest.raises(InvalidValue, match="what a provider tells"):
        receive_event(launched(), event, actor="provider")


def declined_charge():
    ports = closed("100.00")
    ports.gateway.decline("p0")
    collect_pledges(ports, "lanterne", actor="jobs")
    return ports, "p0/charge/1"


def declined_refund():
    ports = pledged("100.00", "20.00", model=AT_ONCE)
    ports.gateway.decline("p1")
    cancel_pledge(ports, "p1", actor="b1")
    return ports, "p1/refund/1"


def declined_transfer():
    ports = collected("100.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    ports.gateway.decline("director")
    pay_out(ports, "lanterne", actor="clerk")
    return ports, "lanterne/director/transfer/1"


def declined_part():
    ports = collected("60.00", "40.00", refunds=ALL_BACK)
    ports.gateway.decline("p1")
    refund_pledge(ports, "p1", key="r1", wanted=money("15.00"), actor="clerk")
    return ports, "p1/refund/1"


def charged_since():
    ports, key = declined_charge()
    ports.gateway.accept("p0")
    charge_pledge(ports, "p0", actor="b0")
    return ports, key


def charging_since():
    ports, key = declined_charge()
    with pytest.raises(OutcomeUnknown):
        charge_pledge(losing(ports), "p0", actor="b0")
    return ports, key


def refunded_since():
    ports, key = declined_refund()
    ports.gateway.accept("p1")
    refund_pledge(ports, "p1", actor="clerk")
    return ports, key


def credited_since():
    ports, key = declined_refund()
    refund_pledge(ports, "p1", to=RefundTo.WALLET, actor="clerk")
    return ports, key


def refunded_by_hand_since():
    ports, key = declined_refund()
    ports.gateway.accept("p1")
    assert told(ports, refund_at_the_provider(ports, "p1/charge/1", "20.00")) == ["taken"]
    return ports, key


def part_refunded_since():
    ports, key = declined_part()
    ports.gateway.accept("p1")
    refund_pledge(ports, "p1", actor="clerk")
    return ports, key


def paid_since():
    ports, key = declined_transfer()
    ports.gateway.accept("director")
    pay_out(ports, "lanterne", actor="clerk")
    return ports, key


DECLINED = [declined_charge, declined_refund, declined_part, declined_transfer]
TRIED_AGAIN_SINCE = [
    charged_since,
    charging_since,
    refunded_since,
    credited_since,
    refunded_by_hand_since,
    part_refunded_since,
    paid_since,
]


@pytest.mark.parametrize("declined", [*DECLINED, *TRIED_AGAIN_SINCE])
def test_what_contradicts_is_told_loudly_and_changes_nothing(declined):
    """The provider carried out what it had declined: somebody has to take it back there."""
    ports, key = declined()
    before = books(ports)
    with pytest.raises(OutcomeUnknown, match="written down as failed: take it back there"):
        tell(ports, key, Accepted("late"))
    assert (tell(ports, key, NO), books(ports)) == ("known", before)


def test_what_was_carried_out_is_known_however_often_more_was_since():
    """Three refunds of one charge are three orders, each told of once more at the end."""
    ports = collected("60.00", "40.00", refunds=ALL_BACK)
    for key, amount in (("r1", "10.00"), ("r2", "15.00"), ("r3", "15.00")):
        refund_pledge(ports, "p1", key=key, wanted=money(amount), actor="clerk")
    keys = [f"p1/refund/{number}" for number in (1, 2, 3)] + ["p1/charge/1"]
    assert [tell(ports, key) for key in keys] == ["known"] * 4


def test_a_refund_that_was_carried_out_and_is_said_to_have_failed_is_told_loudly_unless_it_came_back():
    """It was known, as if it had been declined; what the bank does not take is told of otherwise."""
    ports = collected("60.00", "40.00", refunds=ALL_BACK)
    for key in ("r1", "r2"):
        refund_pledge(ports, "p1", key=key, wanted=money("20.00"), actor="clerk")
    for key in ("p1/refund/1", "p1/refund/2"):
        with pytest.raises(OutcomeUnknown, match="written down as done: ask it what became of the money"):
            tell(ports, key, NO)
    bounced = RefundBounced("p1/charge/1", money("20.00"), ports.gateway.status("p1/refund/1").reference)
    assert receive_event(ports, bounced, actor="provider") is Reception.TAKEN
    assert [tell(ports, "p1/refund/1", NO), tell(ports, "p1/refund/2")] == ["known", "known"]


def refund_at_the_provider(ports, charged, amount, reference="re_1"):
    """Somebody clicks in the provider's dashboard; what is told of it."""
    pledge_id = charged.split("/")[0]
    order = Refund(f"dashboard/{reference}", pledge_id, "lanterne", money(amount), charged)
    ports.gateway.refund(order)
    return RefundMade(charged, money(amount), reference)


def told(ports, *events):
    return [receive_event(ports, event, actor="provider").value for event in events]


def test_a_refund_that_somebody_made_at_the_provider_counts_once():
    """BB29: a refund nobody here asked for is written down, whatever the terms say, and once."""
    ports = collected("60.00", "40.00")
    event = refund_at_the_provider(ports, "p1/charge/1", "40.00")
    assert told(ports, event, event) == ["taken", "known"]
    assert (states(ports)["p1"], at_provider(ports)) == ("refunded", money("60.00"))
    assert ports.store.progress("lanterne").pledged == money("60.00")


def test_parts_that_somebody_gave_back_add_up():
    ports = collected("60.00", "40.00")
    first = refund_at_the_provider(ports, "p1/charge/1", "10.00")
    second = refund_at_the_provider(ports, "p1/charge/1", "5.00", "re_2")
    assert told(ports, first, second, first, second) == ["taken", "taken", "known", "known"]
    assert ports.store.find_pledge("p1").kept == money("25.00")
    assert at_provider(ports) == money("85.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    third = refund_at_the_provider(ports, "p1/charge/1", "25.00", "re_3")
    assert told(ports, third, first, third) == ["taken", "known", "known"]
    assert (states(ports)["p1"], at_provider(ports)) == ("refunded", money("60.00"))
    agreed = [it for it in ports.store.events() if isinstance(it, RefundAgreed)]
    assert [(it.amount, it.situation) for it in agreed] == [
        (money("10.00"), "funded"),
        (money("5.00"), "funded"),
        (money("25.00"), "paid-out"),
    ]


def test_two_refunds_do_not_go_by_one_name():
    ports = collected("60.00", "40.00")
    assert told(ports, refund_at_the_provider(ports, "p1/charge/1", "10.00")) == ["taken"]
    before = books(ports)
    with pytest.raises(KeyReused, match=r"refund re_1 was EUR 10\.00 of p1/charge/1, not EUR 12\.00"):
        told(ports, RefundMade("p1/charge/1", money("12.00"), "re_1"))
    assert books(ports) == before


KEEPS_A_TENTH = Waterfall(parts={PaidKind.GOODS: Returning(Percentage.of(90), [Bearing(Bearer.BACKER)])})


@pytest.mark.parametrize(
    "waterfalls",
    [{RefundSituation.FRAUD: Waterfall()}, {RefundSituation.FUNDED: KEEPS_A_TENTH}],
    ids=["after a fraud only", "all but a tenth"],
)
def test_what_the_terms_would_not_give_back_is_gone_all_the_same(waterfalls):
    """Of 10.00 that are asked back they give nothing, or 9.00: all 10.00 went, and were the creator's."""
    policy = RefundPolicy(waterfalls, rounding=Rounding.HALF_UP)
    ports = collected("60.00", "40.00", refunds=policy)
    assert told(ports, refund_at_the_provider(ports, "p1/charge/1", "10.00")) == ["taken"]
    assert (ports.store.find_pledge("p1").kept, at_provider(ports)) == (money("30.00"), money("90.00"))
    assert books(ports) == {"provider": 9000, "campaign/lanterne/held": -9000}


def test_what_was_kept_of_a_pledge_that_was_refunded_can_be_given_back_as_well():
    """The backer bears a tenth of all 40.00 that was asked back, until somebody gives them that too."""
    policy = RefundPolicy({RefundSituation.FUNDED: KEEPS_A_TENTH}, rounding=Rounding.HALF_UP)
    ports = collected("60.00", "40.00", refunds=policy)
    assert refund_pledge(ports, "p1", actor="clerk").kept == money("4.00")
    assert told(ports, refund_at_the_provider(ports, "p1/charge/1", "4.00")) == ["taken"]
    assert ports.store.find_pledge("p1").state == "refunded"
    assert books(ports) == {"provider": 6000, "campaign/lanterne/held": -6000}


def test_a_refund_of_what_is_not_charged_yet_comes_too_early():
    ports = losing(closed("60.00", "40.00"), 2)
    collect_pledges(ports, "lanterne", actor="jobs")
    event = refund_at_the_provider(ports, "p1/charge/1", "40.00")
    unknown = RefundMade("nobody/charge/1", money("1.00"), "re_2")
    assert told(ports, event, unknown, RefundMade("ch_1", money("1.00"), "re_3")) == [
        "too-early",
        "too-early",
        "foreign",
    ]
    tell(ports, "p1/charge/1")
    assert told(ports, event) == ["taken"]


def test_what_was_declined_and_then_made_by_hand_is_done():
    """The card is gone, so somebody gives it back in the dashboard: it is owed no more."""
    ports, _ = declined_refund()
    ports.gateway.accept("p1")
    event = refund_at_the_provider(ports, "p1/charge/1", "20.00")
    assert told(ports, event, event) == ["taken", "known"]
    assert (states(ports)["p1"], at_provider(ports)) == ("refunded", money("100.00"))
    assert books(ports) == {"provider": 10_000, "campaign/lanterne/held": -10_000}
    finish(ports)
    assert at_provider(ports) == money("100.00")


def test_a_part_of_what_was_declined_is_done_and_the_rest_is_asked_again():
    """Somebody gave 12.00 back before the whole charge was asked for: it can never go back as a whole."""
    ports = pledged("100.00", "20.00", model=AT_ONCE)
    event = refund_at_the_provider(ports, "p1/charge/1", "12.00")
    with pytest.raises(GatewayMisuse):
        cancel_pledge(ports, "p1", actor="b1")
    assert states(ports)["p1"] == "unrefunded"
    assert told(ports, event) == ["taken"]
    assert [it.amount for it in ports.store.open_orders() if isinstance(it, Refund)] == [money("8.00")]
    finish(ports)
    assert told(ports, event) == ["known"]
    assert (states(ports)["p1"], at_provider(ports)) == ("refunded", money("100.00"))
    assert books(ports) == {"provider": 10_000, "campaign/lanterne/held": -10_000}


def test_what_is_made_by_hand_of_a_declined_refund_is_first_of_what_was_given_on_top():
    """Of a fee of 1.00 and a tip of 2.00, 0.60 of the fee: the rest is owed as it was."""
    service = FeeLine("service", FeeBase.PLEDGE, Fixed(money("1.00")), Rounding.HALF_UP)
    ports = launched(model=AT_ONCE, on_top=FeeSchedule([service]))
    place_pledge(ports, request("p1", "20.00", tip=money("2.00")))
    event = refund_at_the_provider(ports, "p1/charge/1", "0.60")
    with pytest.raises(GatewayMisuse):
        cancel_pledge(ports, "p1", actor="ana")
    assert told(ports, event) == ["taken"]
    assert books(ports) == {
        "provider": 2240,
        "campaign/lanterne/refunds": -2000,
        "campaign/lanterne/on-top/service": -40,
        "campaign/lanterne/on-top/tip": -200,
    }
    (gone,) = ports.store.find_pledge("p1").gone_back
    assert gone.way.on_top == {"service": money("0.60")}
    finish(ports)
    assert books(ports) == {}


def test_more_than_what_was_declined_is_that_and_another_refund():
    """Of 40.00, 30.00 were asked back and declined, and 35.00 are given: what is left is 5.00."""
    ports = collected("60.00", "40.00", refunds=ALL_BACK)
    event = refund_at_the_provider(ports, "p1/charge/1", "35.00")
    with pytest.raises(GatewayMisuse):
        refund_pledge(ports, "p1", key="r1", wanted=money("30.00"), actor="clerk")
    assert told(ports, event, event) == ["taken", "known"]
    pledge = ports.store.find_pledge("p1")
    assert (pledge.state.value, pledge.refund, pledge.paid.refunded) == ("collected", None, money("35.00"))
    assert at_provider(ports) == money("65.00")
    assert books(ports) == {"provider": 6500, "campaign/lanterne/held": -6500}
    finish(ports)


def test_what_somebody_gives_back_after_it_became_credit_is_told_loudly():
    """The provider has all of the charge still, so that it can go back once more: that is not known."""
    ports = collected("60.00", "40.00", refunds=ALL_BACK)
    refund_pledge(ports, "p1", to=RefundTo.WALLET, actor="clerk")
    event = refund_at_the_provider(ports, "p1/charge/1", "40.00")
    before = books(ports)
    for _ in range(2):
        with pytest.raises(Refused, match=r"above-paid: EUR 40\.00 .* of which EUR 0\.00 was left"):
            told(ports, event)
    assert books(ports) == before


def test_what_somebody_gives_back_of_a_charge_that_failed_is_nobodys():
    """It was declined, so it is taken back there, as was asked for."""
    ports, _ = declined_charge()
    before = books(ports)
    assert told(ports, RefundMade("p0/charge/1", money("60.00"), "re_1")) == ["known"]
    assert books(ports) == before


def test_a_part_that_was_declined_and_then_made_by_hand_is_done():
    ports = collected("60.00", "40.00", refunds=ALL_BACK)
    first = refund_at_the_provider(ports, "p1/charge/1", "10.00")
    assert told(ports, first) == ["taken"]
    ports.gateway.decline("p1")
    refund_pledge(ports, "p1", key="r1", wanted=money("10.00"), actor="clerk")
    ports.gateway.accept("p1")
    second = refund_at_the_provider(ports, "p1/charge/1", "10.00", "re_2")
    assert told(ports, first, second, first, second) == ["known", "taken", "known", "known"]
    pledge = ports.store.find_pledge("p1")
    assert (pledge.state.value, pledge.refund, pledge.paid.refunded) == ("collected", None, money("20.00"))
    assert at_provider(ports) == money("80.00")
    finish(ports)


def test_a_refund_beside_one_of_ours_waits_for_it():
    """BB29: while one is asked for, nobody can tell whether this is the same."""
    ports = losing(pledged("100.00", "20.00", model=AT_ONCE))
    with pytest.raises(OutcomeUnknown):
        cancel_pledge(ports, "p1", actor="b1")
    event = RefundMade("p1/charge/1", money("20.00"), "re_1")
    assert told(ports, event) == ["too-early"]
    finish(ports)
    assert told(ports, event) == ["known"]
    assert at_provider(ports) == money("100.00")


def test_receptions_are_words():
    assert [it.value for it in Reception] == ["taken", "known", "too-early", "foreign"]
