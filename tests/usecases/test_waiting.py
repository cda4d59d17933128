"""Waiting lists over a store: who waits comes before the public, in order, and nothing is sold twice."""

from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import DAY, END, HOUR, MICROSECOND, OPENS, between, launched, money, refused, request, states

from pushcore import (
    Audience,
    PledgeState,
    Selection,
    Stock,
    Tier,
    advance_campaign,
    cancel_pledge,
    change_pledge,
    edit_campaign,
    expect_contribution,
    expire_pledges,
    give_up_contribution,
    join_waiting_list,
    leave_waiting_list,
    move_campaign,
    offer_released,
    place_pledge,
    preview,
    refusals,
)
from pushcore.campaigns import Editing, LimitEdits, Trigger
from pushcore.errors import Conflict, GatewayUnavailable, NotFound, Refused
from pushcore.memory import Fault
from pushcore.rewards import Phase, WaitingList
from pushcore.rewards.events import (
    OfferAccepted,
    OfferExpired,
    OfferMade,
    WaitingListBegun,
    WaitingListJoined,
    WaitingListLeft,
)

PRINT = Tier("print", money("40"), limit=2, waiting=DAY)
CARD = Tier("card", money("5"), limit=1, waiting=HOUR)
ID = "lanterne/print"
NOTHING = Selection(money("1"))


def sold_out(*waiting, **changed):
    """La Lanterne, of which xeno and yara have both prints, and for which these wait."""
    ports = launched(**({"tiers": [PRINT]} | changed))
    for n, backer in enumerate(("xeno", "yara")):
        place(ports, backer, f"s{n}")
    for backer in waiting:
        join(ports, backer)
    return ports


def place(ports, backer, pledge_id=None, bonus="1", **picked):
    picked = {"tier_id": "print"} | picked
    return place_pledge(ports, request(pledge_id or backer, bonus, backer_id=backer, actor=backer, **picked))


def join(ports, backer, tier_id="print", **more):
    return join_waiting_list(ports, "lanterne", tier_id, backer, actor=backer, **more)


def leave(ports, backer):
    return leave_waiting_list(ports, "lanterne", "print", backer, actor=backer)


def offer(ports):
    return offer_released(ports, "lanterne", "print", actor="jobs")


def release(ports, *pledge_ids):
    for pledge_id in pledge_ids or ["s0"]:
        cancel_pledge(ports, pledge_id, actor="clerk")


def later(ports, by=DAY):
    ports.clock.set(ports.now() + by)


def line(ports, tier_id="print"):
    """Who stands in line, and whether they have an offer."""
    found = ports.store.find(WaitingList, f"lanterne/{tier_id}")
    return [(it.backer_id, it.offered_until is not None) for it in found.entries]


def happened(ports):
    return [it for it in ports.store.events() if hasattr(it, "waiting_list_id")]


def due(ports):
    return list(ports.store.due_campaigns(ports.now()))


def test_the_list_begins_with_the_first_pledge():
    """Else somebody could join it while a pledge is under way that knows of no list."""
    ports = launched(tiers=[PRINT])
    place(ports, "xeno")
    assert happened(ports) == [WaitingListBegun(OPENS, "xeno", ID, "lanterne", "print")]
    before = ports.store.find(WaitingList, ID)
    place(ports, "yara")
    assert ports.store.find(WaitingList, ID) == before == WaitingList("lanterne", "print", limit=2)


def test_joining_a_line():
    ports = sold_out()
    joined = join(ports, "ana", quantity=2)
    assert ports.store.find(WaitingList, ID) == joined
    assert happened(ports)[1:] == [WaitingListJoined(OPENS, "ana", ID, "ana", 2)]
    assert join(ports, "ana", quantity=2) == joined
    assert refused(join, ports, "ana") == ("already-waiting",)
    assert [it for it, _ in line(ports)] == ["ana"]


def test_joining_before_anybody_has_pledged():
    """Of a tier of which there is no piece, such as one that the creator will print more of."""
    ports = launched(tiers=[attrs.evolve(PRINT, limit=1)])
    assert refused(join, ports, "ana") == ("not-sold-out",)
    assert refused(join, ports, "ana", quantity=2) == ("too-many",)
    ports = launched(tiers=[attrs.evolve(PRINT, limit=0)])
    assert refused(join, ports, "ana") == ("too-many",)


def test_joining_is_refused_with_every_reason():
    ports = sold_out(creator_may_pledge=False)
    assert refused(join, ports, "lune", quantity=3) == ("own-campaign", "too-many")
    assert refused(join, ports, "ana", "poster") == refused(join, ports, "ana", None) == ("no-waiting-list",)
    ports.clock.set(END)
    assert refused(join, ports, "ana") == ("too-late",)
    with pytest.raises(NotFound):
        join_waiting_list(ports, "castle", "print", "ana", actor="ana")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ends_at": OPENS + HOUR}, "reward-ended"),
        ({"per_backer": 1, "audience": Audience(token="friends")}, "not-invited"),
    ],
)
def test_nobody_waits_for_what_they_cannot_have(changed, code):
    """It would be kept for them, and for nobody else."""
    tier = attrs.evolve(PRINT, **changed)
    ports = launched(tiers=[tier])
    for backer in ("xeno", "yara"):
        place(ports, backer, token="friends")
    later(ports)
    assert refused(join, ports, "ana") == (code,)


def test_a_secret_tier_and_what_one_backer_may_hold():
    ports = launched(tiers=[attrs.evolve(PRINT, per_backer=1, audience=Audience(token="friends"))])
    for backer in ("xeno", "yara"):
        place(ports, backer, token="friends")
    assert refused(join, ports, "xeno", token="friends") == ("per-backer-limit",)
    assert join(ports, "ana", token="friends").entries[0].backer_id == "ana"


def test_a_piece_that_comes_free_is_offered_to_the_next_in_line():
    ports = sold_out("ana", "bea")
    assert offer(ports).offered == ()
    release(ports)
    assert due(ports) == ["lanterne"]
    assert advance_campaign(ports, "lanterne", actor="jobs") == {}
    assert line(ports) == [("ana", True), ("bea", False)]
    assert happened(ports)[-1] == OfferMade(OPENS, "jobs", ID, "ana", 1, OPENS + DAY)
    before = happened(ports)
    assert offer(ports) == offer(ports)
    assert happened(ports) == before


def test_px06():
    """PX06: of one piece, with one who waits for it, the public can have none (reserved) and they one."""
    ports = sold_out("ana")
    release(ports)
    for _ in range(2):  # before it is on offer, and while it is
        assert refused(place, ports, "zoe") == ("reserved",)
        (reason,) = refusals(ports, place_pledge, request("p1", "1", backer_id="zoe", tier_id="print"))
        assert reason.message == "1 of tier print are held by others for now"
        assert refusals(ports, place_pledge, request("p1", "1", tier_id="print")) == ()
        offer(ports)
    assert place(ports, "ana").state is PledgeState.PLEDGED
    assert refused(place, ports, "zoe") == ("sold-out",)


def test_an_offer_is_accepted_in_the_commit_of_the_pledge():
    ports = sold_out("ana", "bea")
    release(ports)
    offer(ports)
    seen = between(ports)
    pledge = place(seen, "ana")
    first = seen.store.commits[0]
    assert [type(it).__name__ for it in first.put] == ["Pledge", "WaitingList"]
    assert first.events[1:] == (OfferAccepted(OPENS, "ana", ID, "ana", 1, pledge.id),)
    assert line(ports) == [("bea", False)]
    assert refused(leave, ports, "ana") == ("not-waiting",)


def test_whoever_comes_first_anyway_needs_no_offer():
    ports = sold_out("ana", "bea")
    release(ports)
    assert refused(place, ports, "bea") == ("reserved",)
    place(ports, "ana")
    assert happened(ports)[-1] == WaitingListLeft(OPENS, "ana", ID, "ana")
    assert line(ports) == [("bea", False)]


def test_nobody_takes_more_than_they_wait_for_before_those_behind_them():
    ports = sold_out("ana", "bea")
    release(ports, "s0", "s1")
    offer(ports)
    assert refused(place, ports, "ana", quantity=2) == ("reserved",)
    place(ports, "bea")
    assert place(ports, "ana").selection.quantity == 1


def test_whoever_takes_less_leaves_the_rest_to_the_next():
    ports = sold_out()
    join(ports, "ana", quantity=2)
    join(ports, "bea")
    release(ports)
    assert offer(ports).offered == ()  # one piece is not two
    assert refused(place, ports, "bea") == ("reserved",)
    release(ports, "s1")
    offer(ports)
    place(ports, "ana")
    assert line(ports) == [("bea", False)]
    offer(ports)
    assert line(ports) == [("bea", True)]


def test_an_offer_that_ran_out_goes_to_the_one_after():
    ports = sold_out("ana", "bea")
    release(ports)
    offer(ports)
    later(ports, DAY - MICROSECOND)
    assert refused(place, ports, "bea") == ("reserved",)
    later(ports, MICROSECOND)
    assert refused(place, ports, "ana") == ("reserved",)
    advance_campaign(ports, "lanterne", actor="jobs")
    assert line(ports) == [("bea", True)]
    assert happened(ports)[-2:] == [
        OfferExpired(OPENS + DAY, "jobs", ID, "ana"),
        OfferMade(OPENS + DAY, "jobs", ID, "bea", 1, OPENS + 2 * DAY),
    ]


@pytest.mark.parametrize("backer", ["ana", "zoe"])
def test_what_nobody_else_waits_for_is_everybodys_again(backer):
    """An offer that ran out keeps nothing, whether it was taken back already or not; it is in that commit."""
    ports = sold_out("ana")
    release(ports)
    offer(ports)
    later(ports)
    assert place(ports, backer).state is PledgeState.PLEDGED
    assert happened(ports)[-1] == OfferExpired(OPENS + DAY, backer, ID, "ana")
    assert line(ports) == []


def test_leaving_a_line():
    ports = sold_out("ana", "bea")
    release(ports)
    offer(ports)
    leave(ports, "ana")
    assert happened(ports)[-1] == WaitingListLeft(OPENS, "ana", ID, "ana")
    offer(ports)
    assert line(ports) == [("bea", True)]
    assert refused(leave, ports, "ana") == ("not-waiting",)


def test_a_pledge_that_comes_to_nothing_sets_the_piece_free_for_the_next():
    """Whoever accepted an offer has left the line, even if their card is declined."""
    ports = sold_out("ana", "bea", "cleo")
    release(ports)
    offer(ports)
    ports.gateway.decline("ana")
    assert place(ports, "ana").state is PledgeState.VOIDED
    offer(ports)
    assert line(ports) == [("bea", True), ("cleo", False)]
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(GatewayUnavailable):
        place(ports, "bea")
    assert offer(ports).offered == ()
    later(ports, 2 * HOUR)
    expire_pledges(ports, "lanterne", actor="jobs")
    offer(ports)
    assert line(ports) == [("cleo", True)]


def test_a_change_takes_a_place_in_line_too():
    ports = sold_out("yara", "bea")
    release(ports)
    two = Selection(money("1"), tier_id="print", quantity=2)
    place(ports, "zoe", tier_id=None)
    assert refused(change, ports, "zoe", Selection(money("1"), tier_id="print")) == ("reserved",)
    assert change(ports, "s1", two).selection == two  # yara is the first in line
    assert line(ports) == [("bea", False)]
    assert change(ports, "s1", attrs.evolve(two, bonus=money("9"))).selection.quantity == 2
    change(ports, "s1", attrs.evolve(two, quantity=1))
    assert refused(change, ports, "s1", two) == ("reserved",)
    offer(ports)
    assert line(ports) == [("bea", True)]


def change(ports, pledge_id, selection):
    return change_pledge(ports, pledge_id, selection, actor="clerk")


def test_a_change_of_something_else_looks_at_no_list():
    ports = sold_out("ana")
    seen = between(ports)
    change(seen, "s0", Selection(money("7"), tier_id="print"))
    assert seen.store.commits[0].expect == (ports.store.campaign("lanterne"),)


def test_contributions_by_bank_stand_in_line_too():
    ports = sold_out("ana")
    release(ports)

    def announce(backer):
        asked = request(backer, "1", backer_id=backer, tier_id="print")
        return expect_contribution(ports, asked, reason="transfer")

    assert refused(announce, "zoe") == ("reserved",)
    assert announce("ana").state is PledgeState.EXPECTED
    assert line(ports) == []
    give_up_contribution(ports, "ana", actor="clerk")
    assert announce("zoe").state is PledgeState.EXPECTED


def test_an_add_on_has_a_line_of_its_own():
    ports = launched(add_ons=[CARD])
    place(ports, "xeno", tier_id="poster", add_ons={"card": 1})
    join(ports, "ana", "card")
    release(ports, "xeno")
    advance_campaign(ports, "lanterne", actor="jobs")
    assert line(ports, "card") == [("ana", True)]
    assert refused(place, ports, "zoe", tier_id="poster", add_ons={"card": 1}) == ("reserved",)
    place(ports, "ana", tier_id="poster", add_ons={"card": 1})
    assert line(ports, "card") == []


def test_more_pieces_are_for_those_who_wait():
    """The creator prints more: a limit with a waiting list may only rise, since pieces may be on offer."""
    ports = sold_out("ana", editing=Editing(limits=LimitEdits.TO_TAKEN))
    join(ports, "bea", quantity=2)

    def edit(**changed):
        terms = ports.store.campaign("lanterne").terms
        tiers = [attrs.evolve(PRINT, **changed)]
        return edit_campaign(ports, "lanterne", attrs.evolve(terms, tiers=tiers), actor="lune")

    edit(limit=6, waiting=2 * DAY)
    assert refused(place, ports, "zoe", quantity=2) == ("reserved",)
    place(ports, "zoe")
    advance_campaign(ports, "lanterne", actor="jobs")
    assert line(ports) == [("ana", True), ("bea", True)]
    assert happened(ports)[-1].until == OPENS + 2 * DAY
    assert join(ports, "cleo", quantity=5).limit == 6
    assert refused(edit, limit=5, waiting=2 * DAY) == ("limit-lowered",)
    assert refused(edit, limit=6, waiting=None) == ("terms-frozen",)


def test_a_tier_that_is_waited_for_stays():
    ports = sold_out("ana")
    release(ports, "s0", "s1")
    gone = attrs.evolve(ports.store.campaign("lanterne").terms, tiers=[])
    less = attrs.evolve(gone, tiers=[attrs.evolve(PRINT, limit=1)])
    for terms, code in ((gone, "reward-in-use"), (less, "limit-lowered")):
        assert refused(edit_campaign, ports, "lanterne", terms, actor="lune") == (code,)


def test_nothing_is_offered_when_nobody_can_pledge_for_it():
    ports = sold_out("ana", tiers=[attrs.evolve(PRINT, ends_at=OPENS + HOUR)])
    release(ports)
    later(ports, HOUR + MICROSECOND)
    assert offer(ports).offered == ()
    ports = sold_out("ana")
    release(ports)
    ports.clock.set(END)
    assert offer(ports).offered == ()
    advance_campaign(ports, "lanterne", actor="jobs")
    assert due(ports) == []
    assert line(ports) == [("ana", False)]


def suspend(ports):
    return move_campaign(ports, "lanterne", Trigger.SUSPEND, actor="platform")


def resume(ports):
    return move_campaign(ports, "lanterne", Trigger.RESUME, actor="platform")


@pytest.mark.parametrize("long", [timedelta(0), HOUR, 5 * DAY])
def test_nobody_loses_an_offer_by_a_suspension(long):
    """It is taken back while nothing can be pledged, and made again with a whole lifetime."""
    ports = sold_out("ana", "bea")
    release(ports)
    offer(ports)
    later(ports, HOUR)
    suspend(ports)
    assert due(ports) == []
    for _ in range(2):
        assert offer(ports).offered == ()
        assert advance_campaign(ports, "lanterne", actor="jobs") == {}
        assert line(ports) == [("ana", False), ("bea", False)]
        later(ports, long)
    resume(ports)
    assert due(ports) == ["lanterne"]
    assert refused(place, ports, "zoe") == refused(place, ports, "bea") == ("reserved",)
    assert advance_campaign(ports, "lanterne", actor="jobs") == {}
    assert line(ports) == [("ana", True), ("bea", False)]
    assert happened(ports)[-1] == OfferMade(ports.now(), "jobs", ID, "ana", 1, ports.now() + DAY)
    later(ports, DAY - MICROSECOND)
    assert place(ports, "ana").state is PledgeState.PLEDGED
    assert not [it for it in happened(ports) if isinstance(it, OfferExpired)]


def test_whoever_comes_first_pledges_after_a_suspension_before_there_is_an_offer_again():
    ports = sold_out("ana", "bea")
    release(ports)
    offer(ports)
    suspend(ports)
    later(ports, 2 * DAY)
    resume(ports)
    assert place(ports, "ana").state is PledgeState.PLEDGED


def test_an_offer_that_ran_out_before_a_suspension_is_over():
    ports = sold_out("ana", "bea")
    release(ports)
    offer(ports)
    later(ports)
    suspend(ports)
    assert happened(ports)[-1] == OfferExpired(OPENS + DAY, "platform", ID, "ana")
    assert line(ports) == [("bea", False)]


def test_nothing_is_offered_while_a_suspension_is_written():
    """An offer that was read before it would run out in it."""
    ports = sold_out("ana")
    release(ports)
    assert offer(between(ports, lambda: suspend(ports))).offered == ()
    assert line(ports) == [("ana", False)]


def test_a_list_that_changes_under_a_suspension_is_read_again():
    ports = sold_out("ana", "bea")
    release(ports)
    offer(ports)
    suspend(between(ports, lambda: leave(ports, "ana")))
    assert line(ports) == [("bea", False)]
    resume(ports)
    assert offer(ports).offered[0].backer_id == "bea"


def test_a_line_goes_on_while_late_pledges_are_taken():
    both = attrs.evolve(PRINT, phases=[Phase.CAMPAIGN, Phase.LATE])
    ports = sold_out("ana", tiers=[both], late_days=30)
    place(ports, "rich", tier_id=None, bonus="99")
    ports.gateway.decline("s0")
    ports.clock.set(END)
    for _ in range(10):
        advance_campaign(ports, "lanterne", actor="jobs")
        later(ports)
    assert states(ports)["s0"] == "dropped"
    assert "OfferExpired" in [type(it).__name__ for it in happened(ports)]
    later(ports, timedelta(days=40))
    advance_campaign(ports, "lanterne", actor="jobs")
    assert due(ports) == []


def test_whoever_joins_while_a_pledge_is_under_way_comes_before_it():
    """Zoe finds a piece and nobody in line. Before her pledge is written it is taken, waited for and free."""
    ports = sold_out()
    release(ports)

    def meanwhile():
        place(ports, "yuri")
        join(ports, "ana")
        release(ports, "yuri")

    assert refused(place, between(ports, meanwhile), "zoe") == ("reserved",)
    assert place(ports, "ana").state is PledgeState.PLEDGED


def test_a_list_that_changes_under_a_pledge_voids_it():
    ports = sold_out("ana")
    release(ports)
    seen = preview(ports, place_pledge, request("p1", "1", tier_id="print"))
    leave(ports, "ana")
    with pytest.raises(Conflict):
        ports.store.commit(seen)


def test_a_list_that_begins_under_a_pledge_voids_it():
    """Both begin the list, and the second finds it begun."""
    ports = launched(tiers=[attrs.evolve(PRINT, limit=1)])
    seen = preview(ports, place_pledge, request("p1", "1", tier_id="print"))
    place(ports, "xeno")
    join(ports, "ana")
    release(ports, "xeno")
    with pytest.raises(Conflict):
        ports.store.commit(seen)
    assert refused(place, ports, "zoe") == ("reserved",)


@pytest.mark.parametrize("first", ["ana", "zoe"])
def test_of_two_who_race_one_gets_the_piece(first):
    ports = sold_out("ana")
    release(ports)
    offer(ports)
    later(ports)  # it has run out, and is for whoever is the first
    second = {"ana": "zoe", "zoe": "ana"}[first]
    racing = between(ports, lambda: place(ports, first))
    assert refused(place, racing, second) == ("sold-out",)
    assert ports.store.stock("lanterne", "print") == Stock(claimed=2)


def test_an_offer_asks_the_store_whether_the_piece_is_still_free():
    """As where a host writes a pledge down without a look at the list."""
    ports = sold_out("ana")
    release(ports)
    seen = preview(ports, offer_released, "lanterne", "print", actor="jobs")
    taken = preview(ports, place_pledge, request("p9", "1", tier_id="print"))
    ports.store.commit(attrs.evolve(taken, put=taken.put[:1], events=()))
    with pytest.raises(Conflict):
        ports.store.commit(seen)


def test_a_campaign_without_lists_reads_none():
    class Unlisted:
        def __init__(self, store):
            self._store = store

        def __getattr__(self, name):
            return getattr(self._store, name)

        def find(self, *_):
            raise AssertionError

    ports = launched()
    ports = attrs.evolve(ports, store=Unlisted(ports.store))
    assert place(ports, "ana", tier_id="postcard").state is PledgeState.PLEDGED
    assert change(ports, "ana", NOTHING).selection == NOTHING


STEPS = st.tuples(
    st.sampled_from(["place", "join", "release", "leave", "offer", "wait"]),
    st.sampled_from(["ana", "bea", "cleo"]),
    st.integers(1, 2),
)


@given(steps=st.lists(STEPS, max_size=30))
def test_offers_are_always_honoured(steps):
    """Whoever has an offer, or is the first in line with enough pieces free, gets what they wait for."""
    ports = sold_out()
    for n, (what, backer, quantity) in enumerate(steps):
        stands = [it.id for it in ports.store._pledges.values() if it.stands]
        acts = {
            "place": lambda b=backer, q=quantity, n=n: place(ports, b, f"p{n}", quantity=q),
            "join": lambda b=backer, q=quantity: join(ports, b, quantity=q),
            "release": lambda s=stands, q=quantity: s and release(ports, s[q % len(s)]),
            "leave": lambda b=backer: leave(ports, b),
            "offer": lambda: offer(ports),
            "wait": lambda: later(ports, HOUR * 9),
        }
        codes = codes_of(acts[what])
        assert "sold-out" not in codes or what == "place"
        check(ports)


def codes_of(act):
    try:
        act()
    except Refused as no:
        return no.codes
    return ()


def check(ports):
    found, stock = ports.store.find(WaitingList, ID), ports.store.stock("lanterne", "print")
    assert stock.out <= PRINT.limit
    assert found.on_offer <= stock.left(PRINT.limit)
    free = stock.left(PRINT.limit)
    for entry in found.entries:
        if entry.ran_out(ports.now()):
            continue
        free -= entry.quantity
        if free < 0:
            break
        asked = request("asked", "1", backer_id=entry.backer_id, tier_id="print", quantity=entry.quantity)
        assert refusals(ports, place_pledge, asked) == ()
    left = max(free, 0)
    asked = request("asked", "1", backer_id="zoe", tier_id="print", quantity=left + 1)
    assert refusals(ports, place_pledge, asked) != ()
