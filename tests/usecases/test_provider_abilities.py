"""What the payment provider can do: refused at the launch where it cannot, and kept to where it can."""

from datetime import timedelta

import attrs
import pytest
from funding_houses import AT_ONCE, advance, at_provider, books, campaign_of, close_at, finish, goal, place
from lanterne import (
    BRUSSELS,
    DAY,
    END,
    NOBODY_ASKED,
    OPENS,
    WEEK,
    drafted,
    launched,
    money,
    refused,
    request,
    states,
    terms,
)

from pushcore import (
    CampaignState,
    Deadline,
    FundingModel,
    PledgeState,
    Window,
    cancel_pledge,
    change_pledge,
    charge_pledge,
    launch_campaign,
    merge_pledges,
    place_pledge,
    preview,
    refusals,
    transfer_pledge,
)
from pushcore.campaigns import (
    Charging,
    DefaultOutcome,
    FailurePolicy,
    InstalmentBase,
    InstalmentPlan,
    Measure,
    SoftLaunch,
    charge_refusals,
    deciding,
    infeasible,
)
from pushcore.errors import GatewayMisuse, GatewayUnavailable, InvalidValue
from pushcore.gateway import Authorize, Capture
from pushcore.memory import ABLE, FakeGateway, Fault
from pushcore.money import Remainder
from pushcore.rewards import Audience, Selection

AUTHORIZED = FundingModel(charging=Charging.AUTHORIZED)
ESCROW = FundingModel(charging=Charging.ESCROW)
CARDS = attrs.evolve(
    ABLE,
    authorization_lifetime=7 * DAY,
    longest_hold=90 * DAY,
    smallest_charge={"EUR": money("10.00")},
    largest_charge={"EUR": money("1000.00")},
)


def with_abilities(ports, abilities):
    return attrs.evolve(ports, gateway=FakeGateway(abilities=abilities))


def launch(abilities, **changed):
    ports = with_abilities(drafted(**changed), abilities)
    return ports, launch_campaign, (ports, "lanterne"), {"actor": "lune"}


def refused_launch(abilities, **changed):
    _, call, args, options = launch(abilities, **changed)
    return refused(call, *args, **options)


def days(number):
    return Window(OPENS, Deadline.after_days(OPENS, number, zone=BRUSSELS, inclusive=False))


def test_sixty_days_do_not_rest_on_an_authorization_of_seven():
    """stripe-auth-window: the draft is written, and the launch says why it cannot be carried out."""
    codes = refused_launch(CARDS, window=days(60), model=AUTHORIZED, minimum=money("10.00"), dunning=WEEK)
    assert codes == ("authorization-too-short",)
    fits = launch(CARDS, window=days(7), model=AUTHORIZED, minimum=money("10.00"), dunning=NOBODY_ASKED)
    _, call, args, options = fits
    assert call(*args, **options).state is CampaignState.LIVE


def test_every_reason_comes_with_the_others():
    none = attrs.evolve(
        CARDS, saves_methods=False, refunds=False, authorization_lifetime=None, partial_capture=False
    )
    ports = with_abilities(drafted(maximum=money("2000.00")), none)
    ports.clock.set(END)
    codes = refused(launch_campaign, ports, "lanterne", actor="lune")
    assert codes == ("too-late", "needs-saved-methods", "charge-too-small", "charge-too-large")
    judged = FundingModel(measure=Measure.CONFIRMED)
    assert "needs-refunds" in refused_launch(none, model=judged, minimum=money("10.00"))
    assert refused_launch(none, model=AT_ONCE, minimum=money("10.00")) == ("needs-refunds",)
    assert refused_launch(none, model=AUTHORIZED, minimum=money("10.00")) == ("needs-authorizations",)


@pytest.mark.parametrize(
    ("changed", "more"),
    [
        ({}, 0),
        ({"dunning": WEEK}, 7),
        ({"model": attrs.evolve(ESCROW, grace=2 * DAY)}, 2),
        ({"model": attrs.evolve(ESCROW, second_round=20)}, 20),
        ({"late_days": 30}, 30),
        ({"soft_launch": SoftLaunch(OPENS - 4 * DAY, Audience(backers=["ana"]))}, 4),
    ],
)
def test_money_is_held_from_the_first_pledge_to_the_last_move(changed, more):
    agreed = terms(**{"model": ESCROW, "dunning": NOBODY_ASKED, "window": days(30)} | changed)
    held = 30 * DAY + more * DAY
    assert infeasible(agreed, attrs.evolve(ABLE, longest_hold=held)) == ()
    (reason,) = infeasible(agreed, attrs.evolve(ABLE, longest_hold=held - timedelta(microseconds=1)))
    assert reason.code == "hold-too-short"


def test_late_pledges_rest_on_no_authorization():
    """They are charged at once: what was authorized before is captured at the deadline as ever."""
    agreed = terms(model=AUTHORIZED, dunning=NOBODY_ASKED, window=days(7), late_days=30)
    assert infeasible(agreed, attrs.evolve(ABLE, authorization_lifetime=7 * DAY)) == ()


def test_what_has_no_end_is_held_without_one():
    agreed = terms(model=ESCROW, window=Window(OPENS, Deadline.never(BRUSSELS)))
    assert [it.code for it in infeasible(agreed, CARDS)] == ["hold-too-short", "charge-too-small"]
    assert infeasible(agreed, ABLE) == ()


def test_what_is_not_known_of_a_provider_is_not_asked():
    live, _ = deciding.launch(campaign_of(drafted(model=AUTHORIZED, window=days(60))), OPENS, "lune")
    assert live.state is CampaignState.LIVE


@pytest.mark.parametrize("junk", [None, 5, "cards", FakeGateway])
def test_only_terms_and_abilities_are_judged(junk):
    with pytest.raises(InvalidValue):
        infeasible(terms(), junk)
    with pytest.raises(InvalidValue):
        infeasible(junk, ABLE)
    with pytest.raises(InvalidValue):
        charge_refusals(junk, [money("1.00")])
    with pytest.raises(InvalidValue):
        charge_refusals(ABLE, junk)
    with pytest.raises(InvalidValue):
        FakeGateway(abilities=junk)
    if junk is not None:
        with pytest.raises(InvalidValue):
            deciding.launch(campaign_of(drafted()), OPENS, "lune", abilities=junk)


@pytest.mark.parametrize(
    ("amount", "codes"),
    [("1.00", ("charge-too-small",)), ("10.00", ()), ("1000.00", ()), ("2000.00", ("charge-too-large",))],
)
def test_a_provider_takes_no_less_and_no_more(amount, codes):
    """BB25: at least 10.00 and at most 1000.00; a preview says so too."""
    ports = with_abilities(launched(), CARDS)
    if codes:
        assert refused(place, ports, "p0", amount) == codes
        assert refused(preview, ports, place_pledge, request("p0", amount)) == codes
        assert states(ports) == {}
    else:
        assert place(ports, "p0", amount).stands


PARTS = InstalmentPlan(
    threshold=money("120.00"),
    base=InstalmentBase.WHOLE,
    fewest=2,
    most=12,
    remainder=Remainder.FIRST,
    first_after=timedelta(0),
    on_failure=FailurePolicy(7 * DAY, 14 * DAY, DefaultOutcome.KEPT),
    every_months=1,
)


@pytest.mark.parametrize(
    ("amount", "parts", "codes"),
    [
        ("1200.00", 12, ()),
        ("2000.00", 2, ()),
        ("2000.01", 2, ("charge-too-large",)),
        ("1200.00", None, ("charge-too-large",)),
        ("120.00", 12, ()),
        ("119.99", 12, ("below-threshold",)),
        ("2000.00", 13, ("parts-not-offered", "charge-too-large")),
    ],
)
def test_what_is_paid_in_parts_is_asked_about_part_by_part(amount, parts, codes):
    """No part is more or less than the provider takes; what cannot be paid in parts is one charge."""
    ports = with_abilities(launched(instalments=PARTS), CARDS)
    asked = request("p0", amount, parts=parts)
    assert tuple(it.code for it in refusals(ports, place_pledge, asked)) == codes
    if not codes:
        place_pledge(ports, asked)
        advance(ports, END)
        assert states(ports) == {"p0": "paying"}


@pytest.mark.parametrize(("parts", "codes"), [(12, ()), (None, ("charge-too-large",))])
def test_what_is_changed_is_asked_about_as_it_is_paid(parts, codes):
    ports = with_abilities(launched(instalments=PARTS, cancel_windows=[]), CARDS)
    place_pledge(ports, request("p0", "600.00", parts=parts))
    more = Selection(money("1200.00"))
    assert tuple(it.code for it in refusals(ports, change_pledge, "p0", more, actor="ana")) == codes


def authorized(*amounts, abilities=ABLE, **changed):
    ports = with_abilities(launched(model=AUTHORIZED, dunning=NOBODY_ASKED, **changed), abilities)
    for n, amount in enumerate(amounts):
        place(ports, f"p{n}", amount, backer_id=f"b{n}")
    return ports


def test_what_is_authorized_is_captured_at_the_deadline():
    ports = authorized("60.00", "40.00")
    assert (ports.gateway.authorized("EUR"), at_provider(ports)) == (money("100.00"), money(0))
    assert [it.amount for it in ports.gateway.accepted() if isinstance(it, Authorize)] == [
        money("60.00"),
        money("40.00"),
    ]
    close_at(ports, END)
    assert charge_pledge(ports, "p0", actor="clerk").state is PledgeState.COLLECTED
    assert (ports.gateway.authorized("EUR"), at_provider(ports)) == (money("40.00"), money("60.00"))
    advance(ports, END)
    assert ports.gateway.authorized("EUR") == money(0)


@pytest.mark.parametrize("how", ["canceled", "failed", "declined", "expired"])
def test_what_comes_to_nothing_is_set_free(how):
    ports = authorized(goal=goal("500.00"))
    if how == "expired":
        ports.gateway.fail_next(Fault.BEFORE)
        with pytest.raises(GatewayUnavailable):
            place(ports, "p0")
        advance(ports, OPENS + DAY)
    elif how == "declined":
        ports.gateway.decline("ana")
        assert place(ports, "p0").reason == "declined"
    else:
        place(ports, "p0")
        assert ports.gateway.authorized("EUR") == money("10.00")
        if how == "canceled":
            cancel_pledge(ports, "p0", actor="ana")
        else:
            close_at(ports, END)
    finish(ports)
    assert (ports.gateway.authorized("EUR"), books(ports)) == (money(0), {})


def test_the_amount_of_what_is_authorized_does_not_change():
    """No provider captures more, and not all of them less: cancel, and pledge again."""
    ports = authorized("60.00", "40.00", cancel_windows=[])
    for amount in ("59.00", "61.00"):
        change = Selection(money(amount))
        assert refused(change_pledge, ports, "p0", change, actor="b0") == ("amount-authorized",)
    same = Selection(money("20.00"), tier_id="poster")
    assert change_pledge(ports, "p0", same, actor="b0").amount == money("60.00")
    place(ports, "p2", "5.00", backer_id="b0")
    assert refused(merge_pledges, ports, "p0", "p2", actor="b0") == ("amount-authorized",) * 2
    assert transfer_pledge(ports, "p0", "cleo", actor="b0").backer_id == "cleo"
    advance(ports, END)
    assert set(states(ports).values()) == {"collected"}


@pytest.mark.parametrize(
    ("partial", "amount", "taken"), [(True, "9.00", True), (False, "9.00", False), (True, "11.00", False)]
)
def test_a_gateway_captures_what_was_authorized(partial, amount, taken):
    gateway = FakeGateway(abilities=attrs.evolve(ABLE, partial_capture=partial))
    held = gateway.authorize(Authorize("p/prepare", "p", "ana", money("10.00"))).reference
    capture = Capture("p/charge/1", "p", "lanterne", money(amount), held)
    if taken:
        assert gateway.capture(capture) == gateway.capture(capture)
    else:
        for _ in range(2):
            with pytest.raises(GatewayMisuse, match=r"EUR 10\.00|not authorized"):
                gateway.capture(capture)
    assert gateway.authorized("EUR") == money(0 if taken else "10.00")
    assert gateway.authorized("USD") == money(0, "USD")
