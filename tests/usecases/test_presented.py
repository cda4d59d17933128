"""Pledges that are paid in another currency than their campaign's, at one rate that is stored with each."""

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from abroad import (
    ABROAD,
    PARTS,
    PUBLISHED,
    RATES,
    RULE,
    Telling,
    abroad,
    at_provider,
    backed,
    books_in,
    disputed,
    dollars,
    ended,
    made,
    pledge_of,
    rate,
)
from funding_houses import advance, finish, goal
from hypothesis import given
from hypothesis import strategies as st
from lanterne import CLOSES, DAY, END, OPENS, money, refused, request, terms, written

from pushcore import (
    Currency,
    FundingModel,
    Money,
    PledgeState,
    Presenting,
    RefundTo,
    Selection,
    Window,
    cancel_campaign,
    cancel_pledge,
    change_pledge,
    charge_pledge,
    list_refunds,
    merge_pledges,
    place_pledge,
    plan_refunds,
    refund_pledge,
    settle_campaign,
    transfer_pledge,
)
from pushcore.campaigns import Charging, Measure, infeasible
from pushcore.errors import CurrencyMismatch, InvalidDocument, InvalidValue, KeyReused, OutcomeUnknown
from pushcore.gateway import Authorize, Capture, Charge, Refund
from pushcore.memory import ABLE, FakeGateway, Fault, FixedRates, ManualClock
from pushcore.money import AmountRole
from pushcore.payouts import Wallet
from pushcore.pledges import Presented, pledging
from pushcore.usecases import expect_contribution, spend_credit
from pushcore.usecases.previewing import refusals

USD = Currency.of("USD")


def orders(ports, kind):
    """What the provider was asked for, of a kind: the amount, and what it is for the backer."""
    return [(str(it.amount), str(it.presented)) for it in ports.gateway.accepted() if isinstance(it, kind)]


# placing


def test_the_rate_is_stored_with_the_pledge():
    ports = backed()
    pledge = pledge_of(ports)
    assert pledge.presented == Presented(rate("USD"), RULE.rounding)
    assert (pledge.amount, pledge.presented.of(pledge.amount)) == (money("100.00"), dollars("108.50"))
    assert ports.store.progress("lanterne").pledged == money("100.00")
    assert orders(ports, Charge) == [("EUR 100.00", "USD 108.50")]


def test_a_later_rate_is_that_of_a_later_pledge():
    later = rate("USD", "1.2", as_of=date(2026, 1, 9))
    ports = attrs.evolve(backed(), rates=FixedRates([rate("USD"), later]))
    ports.clock.advance(5 * DAY)
    place_pledge(ports, request("p2", "100.00", presented="USD"))
    assert orders(ports, Charge) == [("EUR 100.00", "USD 108.50"), ("EUR 100.00", "USD 120.00")]
    cancel_pledge(ports, "p1", actor="ana")
    assert orders(ports, Refund) == [("EUR 100.00", "USD 108.50")]


def test_the_day_of_the_rate_is_that_of_the_campaign():
    """At 23:30 UTC it is tomorrow in Brussels."""
    tomorrow = rate("USD", "1.2", as_of=date(2026, 1, 6))
    ports = attrs.evolve(abroad(), rates=FixedRates([rate("USD"), tomorrow]))
    ports.clock.advance(timedelta(hours=14, minutes=30))
    assert place_pledge(ports, request(presented="USD")).presented.rate == tomorrow


def test_the_currency_of_the_campaign_is_nothing_special():
    ports = abroad()
    pledge = place_pledge(ports, request(presented="EUR"))
    assert (pledge.state, pledge.presented) == (PledgeState.COLLECTED, None)
    assert orders(ports, Charge) == [("EUR 25.00", "None")]


@pytest.mark.parametrize(
    ("currency", "offers", "rates", "code"),
    [
        ("GBP", ABROAD, RATES, "currency-not-offered"),
        ("USD", None, RATES, "currency-not-offered"),
        ("USD", ABROAD, None, "rate-unknown"),
        ("USD", ABROAD, FixedRates([rate("JPY")]), "rate-unknown"),
        ("USD", ABROAD, FixedRates([rate("USD", as_of=date(2025, 12, 24))]), "rate-unknown"),
    ],
    ids=["another", "none", "no source", "no rate", "too old"],
)
def test_what_is_not_offered_or_has_no_rate_is_refused(currency, offers, rates, code):
    ports = attrs.evolve(abroad(presenting=offers), rates=rates)
    before = written(ports)
    assert refused(place_pledge, ports, request(presented=currency)) == (code,)
    assert written(ports) == before


NEARLY_GONE = FixedRates([rate("HRK", "7.5345"), rate("BGN", "1.9558", as_of=date(2025, 12, 30))])


@pytest.mark.parametrize(
    ("currency", "at", "codes"),
    [
        ("HRK", OPENS, ("currency-retired",)),
        ("BGN", OPENS, ("currency-retired",)),
        ("BGN", datetime(2025, 12, 31, 23, tzinfo=UTC), ("currency-retired",)),
        ("BGN", datetime(2025, 12, 31, 22, 59, tzinfo=UTC), None),
    ],
    ids=["long gone", "gone", "gone in the zone of the campaign", "the last minute"],
)
def test_nobody_pays_in_a_currency_that_is_gone(currency, at, codes):
    """In 2026 a provider was asked for kunas, which went in 2023, and for leva."""
    days = Window(datetime(2025, 12, 30, tzinfo=UTC), CLOSES)
    ports = attrs.evolve(abroad(presenting=Presenting(["HRK", "BGN"], RULE), window=days), rates=NEARLY_GONE)
    ports = attrs.evolve(ports, clock=ManualClock(at))
    asked = request(presented=currency)
    if codes is None:
        assert place_pledge(ports, asked).presented.currency.code == currency
    else:
        assert refused(place_pledge, ports, asked) == codes


def test_a_backer_may_be_told_the_price_in_either_currency():
    ports = abroad()
    for n, told in enumerate([money("100.00"), dollars("108.50")]):
        place_pledge(ports, request(f"p{n}", "100.00", presented="USD", expects=told))
    for wrong in dollars("108.51"), Money.of("108.50", "GBP"), money("108.50"):
        asked = request("p9", "100.00", presented="USD", expects=wrong)
        assert refused(place_pledge, ports, asked) == ("price-differs",)


def test_an_amount_that_comes_to_nothing_or_too_much_is_refused():
    coarse = FixedRates([rate("JPY", "0.001"), rate("VND")])
    ports = attrs.evolve(abroad(), rates=coarse)
    assert refused(place_pledge, ports, request(presented="JPY")) == ("charge-too-small",)
    assert refused(place_pledge, ports, request(bonus="100000000000.00", presented="VND")) == (
        "above-maximum",
    )


def test_the_limits_of_the_provider_are_in_the_currency_that_it_charges():
    able = attrs.evolve(
        ABLE, smallest_charge={"USD": dollars("20.00")}, largest_charge={"EUR": money("5.00")}
    )
    ports = abroad(FakeGateway(abilities=able))
    assert place_pledge(ports, request("p1", "18.44", presented="USD")).state is PledgeState.COLLECTED
    assert refused(place_pledge, ports, request("p2", "18.42", presented="USD")) == ("charge-too-small",)


def test_a_currency_that_the_provider_does_not_charge_keeps_a_campaign_from_its_launch():
    able = attrs.evolve(ABLE, currencies=["EUR", "USD"])
    (no,) = infeasible(terms(presenting=ABROAD), able)
    assert (no.code, no.facts["currencies"]) == ("currency-not-charged", ("JPY", "VND"))
    assert infeasible(terms(presenting=Presenting(["USD"], RULE)), able) == ()


def test_terms_offer_other_currencies_than_their_own():
    with pytest.raises(InvalidDocument, match="own currency"):
        terms(presenting=Presenting(["USD", "EUR"], RULE))
    for wrong in [], ["USD", "USD"], ["XAU"]:
        with pytest.raises(InvalidValue):
            Presenting(wrong, RULE)


def test_cash_and_credit_are_in_the_currency_of_the_campaign():
    ports = backed(late_days=30)
    refund_pledge_to_wallet(ports)
    asked = request("p2", "10.00", presented="USD")
    assert refused(expect_contribution, ports, asked, reason="cheque 117") == ("currency-not-offered",)
    assert refused(spend_credit, ports, asked) == ("currency-not-offered",)
    assert spend_credit(ports, request("p3", "10.00", presented="EUR")).state is PledgeState.COLLECTED


def test_a_decision_takes_no_rate_of_other_currencies():
    campaign = abroad().store.campaign("lanterne")
    with pytest.raises(InvalidValue, match="EUR to JPY"):
        pledging.place(request(presented="USD"), campaign, {}, END, rate=rate("JPY"))
    plain = attrs.evolve(campaign, terms=attrs.evolve(campaign.terms, presenting=None))
    asked = request(presented="USD")
    assert "currency-not-offered" in refused(pledging.place, asked, plain, {}, END, rate=rate("USD"))


# before the charge


LATER = {"model": FundingModel.ALL_OR_NOTHING}


def test_a_changed_pledge_keeps_its_rate():
    ports = attrs.evolve(backed(**LATER), rates=FixedRates([rate("USD", "1.2")]))
    changed = change_pledge(ports, "p1", Selection(money("50.00")), actor="ana", expects=dollars("54.25"))
    assert (changed.presented.rate, changed.amount) == (rate("USD"), money("50.00"))
    assert advance(ports, END).funded
    assert orders(ports, Charge) == [("EUR 50.00", "USD 54.25")]


def test_a_change_is_refused_that_comes_to_nothing_for_the_backer():
    coarse = FixedRates([rate("JPY", "0.02")])
    ports = attrs.evolve(abroad(**LATER), rates=coarse)
    place_pledge(ports, request("p1", "100.00", presented="JPY"))
    less = Selection(money("20.00"))
    assert refused(change_pledge, ports, "p1", less, actor="ana") == ("charge-too-small",)


def test_the_limits_of_the_provider_hold_for_a_change_too():
    able = attrs.evolve(ABLE, smallest_charge={"USD": dollars("20.00")})
    ports = backed(gateway=FakeGateway(abilities=able), **LATER)
    less = Selection(money("18.42"))
    assert refused(change_pledge, ports, "p1", less, actor="ana") == ("charge-too-small",)


def test_pledges_of_two_currencies_or_rates_stay_two():
    ports = abroad(**LATER)
    for n, currency in enumerate(["USD", "JPY", None, "USD"]):
        place_pledge(ports, request(f"p{n}", "10.00", presented=currency))
    dearer = attrs.evolve(ports, rates=FixedRates([rate("USD", "1.2")]))
    place_pledge(dearer, request("p4", "10.00", presented="USD"))
    for other in "p1", "p2", "p4":
        assert refused(merge_pledges, ports, "p0", other, actor="ana") == ("not-mergeable",)
    merged = merge_pledges(ports, "p0", "p3", actor="ana")
    assert merged.presented.of(merged.amount) == dollars("21.70")


def test_a_pledge_is_handed_over_with_its_currency():
    ports = backed(**LATER)
    transfer_pledge(ports, "p1", "ben", actor="ana")
    advance(ports, END)
    assert orders(ports, Charge) == [("EUR 100.00", "USD 108.50")]


def test_what_is_authorized_and_captured_is_what_the_backer_sees():
    ports = backed(model=FundingModel(charging=Charging.AUTHORIZED))
    assert orders(ports, Authorize) == [("EUR 100.00", "USD 108.50")]
    assert ports.gateway.authorized("USD") == dollars("108.50")
    advance(ports, END)
    assert orders(ports, Capture) == [("EUR 100.00", "USD 108.50")]
    assert at_provider(ports) == 10850


# what the provider books


def test_what_is_said_nothing_of_is_booked_as_it_was_presented():
    """OC10: campaign and backer have two amounts, at one rate; nothing is gained or lost."""
    ports = backed()
    tendered = pledge_of(ports).bookings[0].tendered
    assert (tendered.presented, tendered.campaign) == (dollars("108.50"), money("100.00"))
    assert (tendered.settled, tendered.rates) == (dollars("108.50"), (rate("USD"),))
    assert at_provider(ports) == 10850
    assert books_in(ports, "EUR") == {"campaign/lanterne/held": -10000, "fx/EUR-USD": 10000}


def test_what_is_booked_below_what_was_presented_is_the_fee():
    """BB35: 19,500 naira are presented and 17,500 settled; the contribution shows what was presented."""
    naira = FixedRates([rate("NGN", "1950")])
    ports = abroad(Telling([Money.of("17500.00", "NGN")]), presenting=Presenting(["NGN"], RULE))
    ports = attrs.evolve(ports, rates=naira)
    pledge = place_pledge(ports, request("p1", "10.00", presented="NGN"))
    assert pledge.bookings[0].tendered.presented == Money.of("19500.00", "NGN")
    assert pledge.provider_fee == Money.of("2000.00", "NGN")
    assert books_in(ports, "NGN")["provider"] == 1_750_000


def test_what_is_booked_in_a_third_currency_has_a_rate_to_each():
    gateway = Telling([Money.of("85.00", "GBP")], [Money.of("44.00", "GBP")])
    ports = backed(gateway=gateway)
    tendered = pledge_of(ports).bookings[0].tendered
    assert [(it.base.code, it.quote.code) for it in tendered.rates] == [
        ("EUR", "USD"),
        ("USD", "GBP"),
        ("EUR", "GBP"),
    ]
    assert books_in(ports, "GBP") == {"provider": 8500, "fx/EUR-GBP": -8500}
    ended(ports)
    refund_pledge(ports, "p1", wanted=money("50.00"), key="r1", actor="clerk")
    assert orders(ports, Refund) == [("EUR 50.00", "USD 54.25")]
    assert books_in(ports, "GBP") == {"provider": 4100, "fx/EUR-GBP": -4250, "campaign/lanterne/fx": 150}


@pytest.mark.parametrize(("settled", "gain"), [("99.20", -80), ("100.00", 0), ("100.30", 30)])
def test_what_is_booked_in_the_campaigns_currency_is_a_gain_or_loss(settled, gain):
    ports = backed(gateway=Telling([money(settled)], [money("50.10"), None]))
    assert pledge_of(ports).bookings[0].tendered.difference.minor == gain
    euros = books_in(ports, "EUR")
    assert (euros["provider"], euros.get("campaign/lanterne/fx", 0)) == (10000 + gain, -gain)
    ended(ports)
    refund_pledge(ports, "p1", wanted=money("50.00"), key="r1", actor="clerk")
    assert books_in(ports, "EUR").get("campaign/lanterne/fx", 0) == -gain + 10
    refund_pledge(ports, "p1", actor="clerk")
    assert pledge_of(ports).state is PledgeState.REFUNDED
    assert books_in(ports, "USD") == {}


def test_the_fee_of_the_provider_is_in_the_currency_that_it_charged():
    def fee(amount):
        return amount.with_minor(amount.minor // 50)

    able = attrs.evolve(ABLE, returns_fee=True)
    ports = backed(gateway=FakeGateway(fee=fee, abilities=able))
    assert pledge_of(ports).provider_fee == dollars("2.17")
    assert at_provider(ports) == 10850 - 217
    cancel_pledge(ports, "p1", actor="ana")
    assert pledge_of(ports).provider_fee == dollars("0.00")
    assert at_provider(ports) == 0


def test_campaign_and_payees_know_only_the_campaigns_currency():
    """BB03: what is paid out is what was counted, and never what was presented."""
    ports = backed()
    statement = settle_campaign(ended(ports), "lanterne", actor="clerk")
    assert statement.collected == money("100.00")
    assert {it.amount.currency.code for it in ports.store.payouts("lanterne")} == {"EUR"}


# going back


def refund_pledge_to_wallet(ports):
    ended(ports)
    refund_pledge(ports, "p1", wanted=money("40.00"), key="w1", to=RefundTo.WALLET, actor="clerk")


@pytest.mark.parametrize("currency", [*PUBLISHED])
@given(data=st.data())
def test_any_series_of_refunds_returns_exactly_what_was_presented(currency, data):
    """Whatever the parts: all of it once, and no more."""
    parts = data.draw(st.lists(st.integers(1, 4_000), min_size=1, max_size=5))
    ports = backed(Money.of_minor(sum(parts) + 100, "EUR"), currency)
    ended(ports)
    whole = pledge_of(ports).bookings[0].tendered.presented
    assert at_provider(ports, currency) == whole.minor
    for n, minor in enumerate(parts):
        refund_pledge(ports, "p1", wanted=Money.of_minor(minor, "EUR"), key=f"r{n}", actor="clerk")
        assert ports.gateway.held(currency).minor > 0
    refund_pledge(ports, "p1", actor="clerk")
    assert (pledge_of(ports).state, at_provider(ports, currency)) == (PledgeState.REFUNDED, 0)
    assert (books_in(ports, currency), books_in(ports, "EUR")) == ({}, {})


@given(st.lists(st.integers(1, 3_000), min_size=1, max_size=5))
def test_any_series_that_the_provider_names_returns_exactly_what_was_pledged(parts):
    """Refunds made there are told in dollars, and read at the stored rate: the whole is the whole."""
    ports = backed()
    ended(ports)
    left = 10850
    for n, minor in enumerate(parts):
        if minor < left:
            assert made(ports, Money.of_minor(minor, "USD"), f"re_{n}") == "taken"
            left -= minor
            assert ports.gateway.held("USD").minor == left
    assert 0 < pledge_of(ports).kept.minor < 10000
    assert made(ports, Money.of_minor(left, "USD"), "re_last") == "taken"
    assert pledge_of(ports).state is PledgeState.REFUNDED
    assert (books_in(ports, "USD"), books_in(ports, "EUR")) == ({}, {})


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 2_500)), min_size=1, max_size=4))
def test_refunds_ordered_here_and_made_there_come_to_the_same_whole(parts):
    ports = backed("120.00", "JPY")
    ended(ports)
    for n, (here, minor) in enumerate(parts):
        if here:
            refund_pledge(ports, "p1", wanted=Money.of_minor(minor, "EUR"), key=f"r{n}", actor="clerk")
        else:
            assert made(ports, Money.of_minor(minor, "JPY"), f"re_{n}") == "taken"
    refund_pledge(ports, "p1", actor="clerk")
    assert (at_provider(ports, "JPY"), books_in(ports, "EUR")) == (0, {})


def test_so_little_is_not_given_back_that_it_is_nothing_for_the_backer():
    """100.00 euros are three yen here: a part is one of them, and the last is left for all the rest."""
    ports = attrs.evolve(abroad(), rates=FixedRates([rate("JPY", "0.03")]))
    place_pledge(ports, request("p1", "100.00", presented="JPY"))
    ended(ports)
    for key, code in (("r1", None), ("r2", None), ("r3", "below-unit")):
        asked = {"wanted": money("0.10"), "key": key, "actor": "clerk"}
        assert [it.code for it in refusals(ports, refund_pledge, "p1", **asked)] == ([code] if code else [])
        if code is None:
            refund_pledge(ports, "p1", **asked)
    assert at_provider(ports, "JPY") == 1
    refund_pledge(ports, "p1", actor="clerk")
    assert at_provider(ports, "JPY") == 0


def test_what_has_happened_is_never_nothing():
    """A dong is less than a cent, and is the last cent where no more is left."""
    ports = attrs.evolve(abroad(), rates=FixedRates([rate("VND", "100000")]))
    place_pledge(ports, request("p1", "1.00", presented="VND"))
    ended(ports)
    refund_pledge(ports, "p1", wanted=money("0.99"), key="r1", actor="clerk")
    assert made(ports, Money.of(1, "VND"), there=False) == "taken"
    assert pledge_of(ports).state is PledgeState.REFUNDED


def test_a_refund_made_there_is_known_in_either_currency():
    ports = backed()
    assert made(ports, dollars("54.25")) == "taken"
    assert pledge_of(ports).kept == money("50.00")
    for again in dollars("54.25"), money("50.00"):
        assert made(ports, again, there=False) == "known"
    with pytest.raises(KeyReused):
        made(ports, dollars("50.00"), there=False)
    assert made(ports, money("50.00"), "re_2", there=False) == "taken"
    assert books_in(ports, "USD") == {}


def test_more_than_is_left_or_of_another_currency_is_refused():
    ports = backed()
    assert refused(made, ports, dollars("108.51"), there=False) == ("above-paid",)
    assert made(ports, dollars("100.00")) == "taken"
    assert refused(made, ports, dollars("8.51"), "re_2", there=False) == ("above-paid",)
    with pytest.raises(CurrencyMismatch, match="paid in USD"):
        made(ports, Money.of("5.00", "GBP"), "re_2", there=False)
    assert made(ports, dollars("5.00"), "re_3", "p1/charge/7", there=False) == "too-early"


def test_a_declined_refund_is_made_good_in_the_currency_of_the_backer():
    ports = backed()
    ports.gateway.decline("p1")
    cancel_pledge(ports, "p1", actor="ana")
    assert pledge_of(ports).state is PledgeState.UNREFUNDED
    assert made(ports, dollars("108.00")) == "taken"
    ports.gateway.accept("p1")
    finish(ports)
    assert made(ports, dollars("108.00"), there=False) == "known"
    assert orders(ports, Refund) == [("EUR 0.46", "USD 0.50")]
    assert (pledge_of(ports).state, at_provider(ports)) == (PledgeState.REFUNDED, 0)


def test_a_declined_refund_becomes_credit_in_the_campaigns_currency():
    """The provider keeps the dollars; the backer has euros in the wallet."""
    ports = backed()
    ports.gateway.decline("p1")
    cancel_pledge(ports, "p1", actor="ana")
    refund_pledge(ports, "p1", to=RefundTo.WALLET, actor="clerk")
    (gone,) = pledge_of(ports).gone_back
    assert (gone.way.amount, gone.presented) == (money("100.00"), dollars("108.50"))
    wallet = ports.store.find(Wallet, Wallet.empty("ana", "EUR").id)
    assert wallet.total == money("100.00")
    assert at_provider(ports) == 10850


@pytest.mark.parametrize("parts", [None, 3])
def test_what_somebody_gives_back_after_it_became_credit_is_no_refund_that_is_known(parts):
    """The provider has given it too by then, and it was acknowledged as if all were well."""
    ports = abroad(instalments=PARTS)
    place_pledge(ports, request("p1", "100.00", presented="USD", parts=parts, refund_to=RefundTo.WALLET))
    for part in () if parts is None else (1, 2, 3):
        charge_pledge(ports, "p1", part=part, actor="clerk")
    cancel_campaign(ports, "lanterne", actor="lune")
    before = books_in(ports, "USD")
    assert refused(made, ports, dollars("108.50" if parts is None else "36.17")) == ("above-paid",)
    assert books_in(ports, "USD") == before


def test_part_of_it_becomes_credit_and_the_rest_goes_back():
    ports = backed()
    refund_pledge_to_wallet(ports)
    refund_pledge(ports, "p1", to=RefundTo.CARD, actor="clerk")
    assert orders(ports, Refund) == [("EUR 60.00", "USD 65.10")]
    assert at_provider(ports) == 4340


def test_a_failed_campaign_gives_back_what_was_presented():
    ports = backed(goal=goal("500.00"))
    cancel_campaign(ports, "lanterne", actor="lune")
    advance(ports, END)
    assert orders(ports, Refund) == [("EUR 100.00", "USD 108.50")]
    finish(ports)
    assert (books_in(ports, "USD"), books_in(ports, "EUR")) == ({}, {})


def test_a_plan_of_refunds_needs_what_the_provider_has():
    """Dollars for whoever paid in dollars, also where the charge is not answered yet."""
    ports = backed()
    place_pledge(ports, request("p2", "10.00", backer_id="ben"))
    ports.gateway.fail_next(Fault.NONE, Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        place_pledge(ports, request("p3", "10.00", presented="USD"))
    assert refund_plan(ports) == {"EUR": "EUR 10.00", "USD": "USD 119.35"}
    made(ports, dollars("8.50"))
    assert refund_plan(ports) == {"EUR": "EUR 10.00", "USD": "USD 110.85"}


def refund_plan(ports):
    needs = plan_refunds(ports, "lanterne").needs()
    return {it.needed.currency.code: str(it.needed) for it in needs}


# disputes


@pytest.mark.parametrize("told", ["108.50 USD", "100.00 EUR"])
def test_a_dispute_is_read_at_the_stored_rate(told):
    amount = Money.of(*told.split())
    ports = backed()
    assert disputed(ports, amount) == "taken"
    (entry,) = pledge_of(ports).disputes
    assert (entry.amount, entry.presented, entry.took) == (
        money("100.00"),
        dollars("108.50"),
        dollars("108.50"),
    )
    assert (books_in(ports, "USD"), pledge_of(ports).kept) == ({}, money("0.00"))
    assert disputed(ports, amount, "won", 1) == "taken"
    assert at_provider(ports) == 10850
    assert disputed(ports, amount, "lost", 2) == "taken"
    assert (books_in(ports, "USD"), books_in(ports, "EUR").get("provider", 0)) == ({}, 0)


def test_a_dispute_of_a_part_leaves_the_rest_to_the_cent():
    ports = backed("99.99")
    whole = at_provider(ports)
    assert disputed(ports, dollars("33.33"), "lost") == "taken"
    ended(ports)
    refund_pledge(ports, "p1", actor="clerk")
    (order,) = (it for it in ports.gateway.accepted() if isinstance(it, Refund))
    assert order.presented.minor == whole - 3333
    assert (books_in(ports, "USD"), order.amount + pledge_of(ports).disputes[0].amount) == (
        {},
        money("99.99"),
    )


def test_a_dispute_of_what_has_gone_back_is_the_platforms_to_contest():
    """Half is refunded, and the bank takes all of it: what is beyond the rest comes back when it is won."""
    ports = backed("99.99")
    ended(ports)
    refund_pledge(ports, "p1", wanted=money("33.33"), key="r1", actor="clerk")
    whole, left = pledge_of(ports).bookings[0].tendered.presented, at_provider(ports)
    assert disputed(ports, whole) == "taken"
    (entry,) = pledge_of(ports).disputes
    assert (entry.amount, entry.presented.minor, entry.took) == (money("66.66"), left, whole)
    assert books_in(ports, "USD")["provider"] == left - whole.minor
    assert disputed(ports, whole, "won", 1) == "taken"
    assert books_in(ports, "USD")["provider"] == left
    refund_pledge(ports, "p1", actor="clerk")
    assert books_in(ports, "USD") == {}


@pytest.mark.parametrize("part", ["33.33", "108.50"])
def test_what_is_won_of_a_pledge_that_was_given_back_goes_back_too(part):
    ports = backed(goal=goal("500.00"))
    assert disputed(ports, dollars(part), "lost") == "taken"
    cancel_campaign(ports, "lanterne", actor="lune")
    advance(ports, END)
    assert pledge_of(ports).state is PledgeState.REFUNDED
    assert disputed(ports, dollars(part), "won", 1) == "taken"
    finish(ports)
    assert orders(ports, Refund)[-1][1] == f"USD {part}"
    assert (pledge_of(ports).state, books_in(ports, "USD")) == (PledgeState.REFUNDED, {})
    assert books_in(ports, "EUR").get("provider", 0) == 0


@pytest.mark.parametrize(
    ("most", "more"),
    [(dollars("119.35"), dollars("119.37")), (money("110.00"), money("110.01"))],
    ids=["in dollars", "in euros"],
)
def test_a_dispute_may_be_of_a_little_more_at_the_rate_of_the_provider(most, more):
    """A charge of 100.00 that is paid in dollars: a tenth is a rate, and all beyond is a mistake."""
    ports = backed()
    assert refused(disputed, ports, more) == ("above-paid",)
    assert disputed(ports, most) == "taken"
    assert pledge_of(ports).disputes[0].amount == money("100.00")
    assert disputed(ports, most, "won", 1) == "taken"
    assert not pledge_of(ports).disputes[0].taken


@pytest.mark.parametrize("first", [dollars("54.25"), money("50.00")], ids=["in dollars", "in euros"])
def test_a_dispute_is_known_by_what_it_is_of_in_either_currency(first):
    ports = backed()
    assert disputed(ports, first) == "taken"
    with pytest.raises(KeyReused, match=r"not of USD 54\.26 of "):
        disputed(ports, dollars("54.26"), "lost", 1)
    assert disputed(ports, dollars("54.25"), "lost", 1) == "taken"
    assert disputed(ports, money("50.00"), "won", 2) == "taken"


def test_a_dispute_takes_what_was_owed_of_a_declined_refund():
    ports = backed(goal=goal("500.00"))
    ports.gateway.decline("p1")
    cancel_pledge(ports, "p1", actor="ana")
    assert disputed(ports, dollars("54.25"), "lost") == "taken"
    ports.gateway.accept("p1")
    refund_pledge(ports, "p1", actor="clerk")
    assert orders(ports, Refund) == [("EUR 50.00", "USD 54.25")]
    assert (books_in(ports, "USD"), books_in(ports, "EUR")) == ({}, {})


def test_a_dispute_of_what_was_booked_otherwise_goes_by_that():
    for booked, currency, left in ((Money.of("85.00", "GBP"), "GBP", 4250), (money("99.20"), "EUR", 4960)):
        ports = backed(gateway=Telling([booked]))
        assert disputed(ports, dollars("54.25")) == "taken"
        assert books_in(ports, currency)["provider"] == left
        assert disputed(ports, dollars("54.25"), "won", 1) == "taken"
        assert books_in(ports, currency)["provider"] == booked.minor


def test_a_dispute_in_another_currency_is_no_news_of_this_charge():
    ports = backed()
    with pytest.raises(CurrencyMismatch):
        disputed(ports, Money.of("5.00", "GBP"))


# in parts


def in_parts():
    """Three parts of 33.34, 33.33 and 33.33 euros for 108.50 dollars, the first charged at the deadline."""
    ports = abroad(instalments=PARTS, **LATER)
    place_pledge(ports, request("p1", "100.00", presented="USD", parts=3))
    ended(ports)
    return ports


def test_a_pledge_in_parts_is_charged_given_back_and_disputed():
    """A story: three charges add up to 108.50 dollars; one is disputed and lost, the others go back."""
    ports = in_parts()
    for months in 31, 62:
        ended(ports, months)
    assert orders(ports, Charge) == [
        ("EUR 33.34", "USD 36.17"),
        ("EUR 33.33", "USD 36.17"),
        ("EUR 33.33", "USD 36.16"),
    ]
    pledge = pledge_of(ports)
    settled = [str(it.settled) for it in pledge.bookings]
    assert (pledge.state, settled) == (PledgeState.COLLECTED, ["USD 36.17", "USD 36.17", "USD 36.16"])
    assert at_provider(ports) == 10850
    assert disputed(ports, dollars("36.17"), "lost", 63, charged="p1/charge/2") == "taken"
    refund_pledge(ports, "p1", wanted=money("10.00"), key="r1", actor="clerk")
    assert orders(ports, Refund) == [("EUR 10.00", "USD 10.85")]
    refund_pledge(ports, "p1", actor="clerk")
    finish(ports)
    assert pledge_of(ports).kept == money("0.00")
    gone = {"p1/charge/1": 0, "p1/charge/3": 0}
    for back in pledge_of(ports).gone_back:
        gone[back.way.charged] += back.presented.minor
    assert gone == {"p1/charge/1": 3617, "p1/charge/3": 3616}
    assert (books_in(ports, "USD"), books_in(ports, "EUR").get("provider", 0)) == ({}, 0)


def test_what_was_paid_of_a_pledge_that_defaults_is_kept_as_it_was_charged():
    ports = in_parts()
    ports.gateway.decline("p1")
    for days in range(31, 60, 2):
        ended(ports, days)
    kept = pledge_of(ports)
    assert (kept.amount, kept.bookings[0].tendered.presented) == (money("33.34"), dollars("36.17"))
    ports.gateway.accept("p1")
    refund_pledge(ports, "p1", actor="clerk")
    assert orders(ports, Refund) == [("EUR 33.34", "USD 36.17")]
    assert books_in(ports, "USD") == {}


def test_parts_that_come_to_nothing_are_refused():
    ports = attrs.evolve(abroad(instalments=PARTS, **LATER), rates=FixedRates([rate("JPY", "0.02")]))
    asked = request("p1", "100.00", presented="JPY", parts=3)
    assert refused(place_pledge, ports, asked) == ("charge-too-small",)
    assert place_pledge(ports, attrs.evolve(asked, parts=2)).state is PledgeState.PLEDGED


def test_parts_are_paid_ahead_in_the_currency_of_the_backer():
    ports = in_parts()
    charge_pledge(ports, "p1", part=2, actor="ana")
    assert orders(ports, Charge)[-1] == ("EUR 33.33", "USD 36.17")


# the goal


def judged(role, settled=(), measure=Measure.CONFIRMED, **changed):
    """A campaign of 100.00 whose goal is judged on this amount, with a pledge of 100.00 in dollars."""
    model = FundingModel(counts_as=role, measure=measure)
    ports = backed(gateway=Telling(settled), model=model, **{"goal": goal("100.00")} | changed)
    return ports, advance(ports, END)


@pytest.mark.parametrize(
    ("role", "settled", "state"),
    [
        (AmountRole.CAMPAIGN, "99.20", "successful"),
        (AmountRole.PRESENTED, "99.20", "successful"),
        (AmountRole.SETTLED, "99.20", "failed"),
        (AmountRole.SETTLED, "100.30", "successful"),
    ],
)
def test_a_goal_is_judged_on_a_stated_amount(role, settled, state):
    _, campaign = judged(role, [money(settled)])
    assert campaign.state.value == state


def test_what_counts_is_what_the_backer_sees_at_the_stored_rate():
    """0.05 yen to the cent: 25.00 euros are one yen, which is worth 20.00."""
    ports = attrs.evolve(
        abroad(model=FundingModel(counts_as=AmountRole.PRESENTED)), rates=FixedRates([rate("JPY", "0.05")])
    )
    place_pledge(ports, request("p1", "25.00", presented="JPY"))
    assert (counted(ports), ports.store.progress("lanterne").pledged) == (money("20.00"), money("25.00"))
    change_pledge(ports, "p1", Selection(money("35.00")), actor="ana")
    assert counted(ports) == money("40.00")
    place_pledge(ports, request("p2", "25.00"))
    assert counted(ports) == money("65.00")
    for pledge_id in "p1", "p2":
        cancel_pledge(ports, pledge_id, actor="ana")
    assert counted(ports) == money("0.00")


def counted(ports):
    return ports.store.progress("lanterne").counted


def test_what_is_booked_counts_when_it_comes_and_no_more_when_it_is_undone():
    ports, _ = judged(AmountRole.SETTLED, [money("99.20")], goal=goal("10.00"))
    assert counted(ports) == money("99.20")
    place_pledge(ports, request("p1", "100.00", presented="USD"))
    refund_pledge(ports, "p1", actor="clerk")
    assert (pledge_of(ports).state, counted(ports)) == (PledgeState.REFUNDED, money("0.00"))


def test_parts_count_as_they_are_booked():
    """Of three parts one was booked a cent short each; the last is dropped, and what was paid is kept."""
    model = FundingModel(counts_as=AmountRole.SETTLED, measure=Measure.CONFIRMED)
    ports = abroad(Telling([money("33.33"), money("33.32")]), instalments=PARTS, model=model)
    place_pledge(ports, request("p1", "100.00", presented="USD", parts=3))
    advance(ports, END)
    assert counted(ports) == money("99.99")
    advance(ports, END + 31 * DAY)
    assert counted(ports) == money("99.98")
    ports.gateway.decline("p1")
    for days in range(62, 90, 2):
        advance(ports, END + days * DAY)
    assert counted(ports) == money("66.65")


@pytest.mark.parametrize(
    "settings",
    [
        {"counts_as": AmountRole.SETTLED},
        {"counts_as": AmountRole.PRESENTED, "net_of_fees": True},
        {"counts_as": "presented"},
    ],
    ids=["before it is known", "after fees", "no role"],
)
def test_some_models_judge_on_no_other_amount(settings):
    with pytest.raises(InvalidValue):
        FundingModel(**settings)


@pytest.mark.parametrize("parts", [None, 3])
@pytest.mark.parametrize("currency", ["USD", "JPY"])
@pytest.mark.parametrize("taken", [None, "1.00"])
def test_the_plan_of_a_mass_refund_is_what_the_provider_is_asked_for(currency, parts, taken):
    """It was summed up in the currency of the campaign, of which the provider had nothing."""
    ports = abroad(instalments=PARTS)
    place_pledge(ports, request("p1", "100.00", presented=currency, parts=parts))
    for part in () if parts is None else (1, 2):
        charge_pledge(ports, "p1", part=part, actor="clerk")
    if taken is not None:
        disputed(ports, Money.of(taken if currency == "USD" else "100", currency), "lost")
    (planned,) = list_refunds(ports, "lanterne")
    (need,) = plan_refunds(ports, "lanterne").needs()
    cancel_campaign(ports, "lanterne", actor="lune")
    asked = [it.presented for it in ports.gateway.accepted() if isinstance(it, Refund)]
    assert (planned[:2], sorted(planned[2:])) == (("p1", "provider"), sorted(asked))
    assert (need.refunds, need.amount) == (len(asked), Money.total(asked, Currency.of(currency)))
    assert list_refunds(ports, "lanterne") == ()


def test_a_charge_under_way_is_planned_in_the_currency_of_its_backer():
    ports = abroad()
    ports.gateway.fail_next(Fault.NONE, Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        place_pledge(ports, request("p1", "100.00", presented="USD"))
    assert list_refunds(ports, "lanterne") == (("p1", "provider", dollars("108.50")),)


@pytest.mark.parametrize("wanted", [None, "40.00"])
def test_a_refund_to_the_card_that_is_under_way_is_planned_although_credit_was_asked_for(wanted):
    """Whatever else goes back of it becomes credit; it was taken for nothing at all."""
    ports = ended(backed_by_credit())
    some = {} if wanted is None else {"wanted": money(wanted), "key": "k1"}
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        refund_pledge(ports, "p1", to=RefundTo.CARD, actor="clerk", **some)
    planned = dollars("108.50" if wanted is None else "43.40")
    assert list_refunds(ports, "lanterne") == (("p1", "provider", planned),)


def backed_by_credit():
    ports = abroad()
    place_pledge(ports, request("p1", "100.00", presented="USD", refund_to=RefundTo.WALLET))
    assert list_refunds(ports, "lanterne") == ()
    return ports
