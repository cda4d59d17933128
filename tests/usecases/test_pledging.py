import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import (
    END,
    HOUR,
    MICROSECOND,
    OPENS,
    between,
    drafted,
    launched,
    money,
    refused,
    request,
    states,
    terms,
    written,
)

from pushcore import (
    PledgeState,
    Refusal,
    Stock,
    Tier,
    cancel_campaign,
    close_campaign,
    expire_pledges,
    finish_orders,
    place_pledge,
)
from pushcore.errors import (
    Conflict,
    GatewayUnavailable,
    InvalidValue,
    KeyReused,
    NotFound,
    OutcomeUnknown,
)
from pushcore.memory import Fault
from pushcore.pledges import pledging


def test_a_pledge_is_placed_and_counts():
    ports = launched()
    pledge = place_pledge(ports, request(tier_id="postcard"))
    assert pledge.state is PledgeState.PLEDGED
    progress = ports.store.progress("lanterne")
    assert (progress.pledged, progress.pledges, progress.backers) == (money("35.00"), 1, 1)
    assert ports.store.stock("lanterne", "postcard") == Stock(claimed=1)
    assert list(ports.store.open_orders()) == []
    assert list(ports.store.transactions()) == []


def test_what_was_previewed_is_what_is_committed():
    ports = between(launched())
    asked, it = request(tier_id="postcard"), ports.store.campaign("lanterne")
    placed, first = pledging.place(asked, it, {}, OPENS)
    answer = ports.gateway.prepare(pledging.prepare_order(placed, it))
    confirmed, second = pledging.confirm(placed, it, answer, OPENS, "ana")
    assert place_pledge(ports, asked) == confirmed
    assert ports.store.commits == [first, second]


def test_a_refusal_gives_every_reason_and_changes_nothing():
    ports = drafted(tiers=[Tier("postcard", money("0.00"), limit=0)])
    ports.clock.set(END)
    before = written(ports)
    asked = request(bonus="0.99", tier_id="postcard")
    assert refused(place_pledge, ports, asked) == ("not-live", "too-late", "below-minimum", "sold-out")
    assert written(ports) == before


def test_the_same_request_again_is_the_same_pledge():
    """OC27: a double click is one pledge; the second call returns the first one's."""
    ports = launched()
    pledge = place_pledge(ports, request(bonus="196.00"))
    before = written(ports)
    assert place_pledge(ports, request(bonus="196.00")) == pledge
    assert written(ports) == before
    assert len(ports.gateway.accepted()) == 1


def test_who_asks_again_makes_no_other_request():
    ports = launched()
    pledge = place_pledge(ports, request())
    assert place_pledge(ports, request(actor="retry-job")) == pledge


@pytest.mark.parametrize("junk", [None, 1, "p1", object()])
def test_only_a_request_is_placed(junk):
    with pytest.raises(InvalidValue, match="a pledge request"):
        place_pledge(launched(), junk)


@pytest.mark.parametrize("other", [{"bonus": "26.00"}, {"backer_id": "bob"}, {"tier_id": "postcard"}])
def test_the_same_key_with_another_content_is_refused(other):
    ports = launched()
    place_pledge(ports, request())
    before = written(ports)
    with pytest.raises(KeyReused, match="p1"):
        place_pledge(ports, request(**other))
    assert written(ports) == before


@pytest.mark.parametrize(
    ("fault", "error"), [(Fault.BEFORE, GatewayUnavailable), (Fault.AFTER, OutcomeUnknown)]
)
def test_a_lost_answer_leaves_the_reward_reserved_until_it_is_asked_again(fault, error):
    ports = launched()
    ports.gateway.fail_next(fault)
    with pytest.raises(error):
        place_pledge(ports, request(tier_id="postcard"))
    assert states(ports) == {"p1": "preauth"}
    assert ports.store.stock("lanterne", "postcard") == Stock(reserved=1)
    assert place_pledge(ports, request(tier_id="postcard")).state is PledgeState.PLEDGED
    assert len(ports.gateway.accepted()) == 1


def test_a_declined_method_gives_the_piece_back():
    """BB33, ZI02: the failure returned the unit, and the next backer gets it."""
    ports = launched(tiers=[Tier("postcard", money("10.00"), limit=1)])
    ports.gateway.decline("ana")
    voided = place_pledge(ports, request(tier_id="postcard"))
    assert (voided.state, voided.reason) == (PledgeState.VOIDED, "declined")
    assert ports.store.progress("lanterne").pledges == 0
    again = place_pledge(ports, request("p2", tier_id="postcard", backer_id="bob"))
    assert again.state is PledgeState.PLEDGED


def test_a_claim_that_expires_gives_the_piece_back():
    """BB09, CA05, PX02: sold out while one of three is waiting, one left once its time is over."""
    ports = launched()
    place_pledge(ports, request("p1", tier_id="postcard", quantity=2))
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(GatewayUnavailable):
        place_pledge(ports, request("p2", tier_id="postcard", backer_id="bob"))
    late = request("p3", tier_id="postcard", backer_id="cleo")
    assert refused(place_pledge, ports, late) == ("reserved",)
    ports.clock.set(OPENS + HOUR - MICROSECOND)
    assert expire_pledges(ports, "lanterne", actor="clerk") == 0
    ports.clock.set(OPENS + HOUR)
    assert (
        expire_pledges(ports, "lanterne", actor="clerk"),
        expire_pledges(ports, "lanterne", actor="clerk"),
    ) == (1, 0)
    assert states(ports) == {"p1": "pledged", "p2": "voided"}
    assert place_pledge(ports, late).state is PledgeState.PLEDGED
    assert refused(place_pledge, ports, request("p4", tier_id="postcard")) == ("sold-out",)
    assert finish_orders(ports, actor="clerk") == {}


def test_an_answer_after_the_claim_expired_is_voided():
    ports = launched()
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        place_pledge(ports, request(tier_id="postcard"))
    ports.clock.set(OPENS + HOUR)
    voided = place_pledge(ports, request(tier_id="postcard"))
    assert (voided.state, voided.reason) == (PledgeState.VOIDED, "claim-expired")
    assert finish_orders(ports, actor="clerk") == {}
    assert [type(order).__name__ for order in ports.gateway.accepted()] == ["Prepare", "Void"]


@pytest.mark.parametrize(
    ("end", "at", "reason"), [(close_campaign, END, "too-late"), (cancel_campaign, OPENS, "not-live")]
)
def test_a_pledge_in_flight_when_the_campaign_ends_is_void(end, at, reason):
    """CA22: the confirmation that loses against the closing is read again, and counts no more."""
    ports = launched(claim_lifetime=2 * (END - OPENS))

    def the_end():
        ports.clock.set(at)
        end(ports, "lanterne", actor="clerk")

    voided = place_pledge(between(ports, lambda: None, the_end), request(tier_id="postcard"))
    assert (voided.state, voided.reason) == (PledgeState.VOIDED, reason)
    assert ports.store.progress("lanterne").pledges == 0
    assert ports.store.stock("lanterne", "postcard") == Stock()
    assert finish_orders(ports, actor="clerk") == {}


def test_of_two_who_want_the_last_piece_one_gets_it():
    """MU06 for rewards, OC24: the store refuses what would sell a piece twice, and the second reads why."""
    ports = launched(tiers=[Tier("postcard", money("10.00"), limit=7)])
    place_pledge(ports, request("p1", tier_id="postcard", quantity=6))
    rival = request("p2", tier_id="postcard", backer_id="bob")
    asked = request("p3", tier_id="postcard", backer_id="cleo")
    codes = refused(place_pledge, between(ports, lambda: place_pledge(ports, rival)), asked)
    assert codes == ("sold-out",)
    assert ports.store.stock("lanterne", "postcard") == Stock(claimed=7)
    assert states(ports) == {"p1": "pledged", "p2": "pledged"}


def test_two_who_expire_the_same_pledge_do_it_once():
    ports = launched()
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(GatewayUnavailable):
        place_pledge(ports, request(tier_id="postcard"))
    ports.clock.set(OPENS + HOUR)
    assert (
        expire_pledges(
            between(ports, lambda: expire_pledges(ports, "lanterne", actor="clerk")),
            "lanterne",
            actor="clerk",
        )
        == 0
    )
    assert ports.store.stock("lanterne", "postcard") == Stock()


def test_a_host_has_rules_of_its_own():
    def nobody(facts):
        return Refusal("embargoed", f"{facts.request.backer_id} may not pledge")

    ports = attrs.evolve(launched(), rules=(nobody,))
    assert refused(place_pledge, ports, request()) == ("embargoed",)


def test_a_pledge_for_no_campaign():
    with pytest.raises(NotFound):
        place_pledge(launched(), request(campaign_id="etoile"))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4), st.booleans()), max_size=12))
def test_whoever_comes_the_limit_holds_and_the_totals_are_those_of_the_pledges(tries):
    """Some pay, some are declined; what stands is what the totals and the stock say."""
    ports = launched(tiers=[Tier("postcard", money("10.00"), limit=5)])
    stand = []
    for n, (backer, quantity, pays) in enumerate(tries):
        who = f"b{backer}"
        (ports.gateway.accept if pays else ports.gateway.decline)(who)
        asked = request(f"p{n}", "1.00", backer_id=who, tier_id="postcard", quantity=quantity)
        if sum(pledge.selection.quantity for pledge in stand) + quantity > 5:
            assert refused(place_pledge, ports, asked) == ("sold-out",)
        elif (pledge := place_pledge(ports, asked)).stands:
            stand.append(pledge)
    progress = ports.store.progress("lanterne")
    assert progress.pledges == len(stand)
    assert progress.backers == len({pledge.request.backer_id for pledge in stand})
    assert progress.pledged == sum((pledge.amount for pledge in stand), money(0))
    claimed = sum(pledge.selection.quantity for pledge in stand)
    assert ports.store.stock("lanterne", "postcard") == Stock(claimed=claimed)


def test_a_store_that_always_loses_gives_up():
    ports = launched()

    def somebody_writes():
        before = ports.store.campaign("lanterne")
        ports.store._campaigns["lanterne"] = attrs.evolve(before, version=before.version + 1)

    with pytest.raises(Conflict):
        place_pledge(between(ports, *[somebody_writes] * 5), request())
    assert place_pledge(between(ports, *[somebody_writes] * 4), request("p2", terms().minimum)).stands
