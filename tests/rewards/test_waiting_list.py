"""Waiting lists: in order, never more on offer than is free, and nothing is sold twice."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import OPENS, campaign, request

from pushcore import Catalogue, Changes, Item, Money, Stock, Tier, Voucher
from pushcore.changes import StockMove
from pushcore.errors import InvalidDocument, InvalidValue, Refused
from pushcore.pledges import pledging
from pushcore.rewards import WaitingEntry, WaitingList, availability, waiting
from pushcore.rewards.events import (
    OfferAccepted,
    OfferExpired,
    OfferMade,
    WaitingListBegun,
    WaitingListJoined,
    WaitingListLeft,
)

AT = datetime(2026, 1, 10, 9, tzinfo=UTC)
DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)
LAST = datetime(9998, 12, 31, tzinfo=UTC)
PRINT = Tier("print", Money.of("40.00", "EUR"), limit=3)
EMPTY = WaitingList("lanterne", "print", limit=3)
ID = "lanterne/print"


def line(*entries, on_offer=0, limit=3):
    """A list of (backer, quantity), the first so many of them with an offer until tomorrow."""
    until = [AT + DAY] * on_offer + [None] * (len(entries) - on_offer)
    stand = [WaitingEntry(*entry, AT, end) for entry, end in zip(entries, until, strict=True)]
    return WaitingList("lanterne", "print", limit=limit, entries=stand)


def backers(entries):
    return [entry.backer_id for entry in entries]


def refused(decide, *args, **options):
    with pytest.raises(Refused) as no:
        decide(*args, **options)
    return no.value.codes


def had(stand, stock, quantity=1, *, backer_id=None, tier=PRINT):
    """The code of why pieces cannot be had, if they cannot."""
    reason = availability(tier, stock, quantity, kept=stand.kept(backer_id=backer_id))
    return reason and reason.code


def test_px06():
    """PX06: of one piece, with one who waits for it, the public can have none (reserved) and they one."""
    one, tier = line(("ana", 1), limit=1), attrs.evolve(PRINT, limit=1)
    offered, _ = waiting.offer(one, AT, "sys", free=1, lifetime=DAY)
    for stand in (one, offered):
        assert had(stand, Stock(), tier=tier) == had(stand, Stock(), backer_id="zoe", tier=tier) == "reserved"
        assert had(stand, Stock(), backer_id="ana", tier=tier) is None
        assert had(stand, Stock(), 2, backer_id="ana", tier=tier) == "sold-out"
        assert had(stand, Stock(claimed=1), backer_id="ana", tier=tier) == "sold-out"


def test_px06_when_pledges_are_placed():
    """PX06: whoever accepts can have the piece, and nobody else."""
    offered, tier = line(("ana", 1), ("bea", 1), on_offer=1), attrs.evolve(PRINT, waiting=DAY)
    house, stock = campaign(tiers=[tier]), Stock(claimed=2)

    def place(backer):
        asked = request(backer_id=backer, tier_id="print", bonus="0.00")
        return pledging.place(asked, house, {("print", None): stock}, OPENS, waiting=(offered,))

    for other in ("bea", "zoe"):
        assert refused(place, other) == ("reserved",)
    pledge, changes = place("ana")
    left = waiting.accept(offered, "ana", "p1", OPENS, "ana")[0]
    assert changes.put == (pledge, left)
    assert had(left, stock.moved(changes.deltas[0]), backer_id="bea") == "reserved"


def test_beginning():
    made, changes = waiting.begin("lanterne", PRINT, AT, "sys")
    assert (made, made.id) == (EMPTY, ID)
    assert changes.put == (made,)
    assert changes.events == (WaitingListBegun(AT, "sys", ID, "lanterne", "print"),)


def test_joining():
    made, changes = waiting.join(EMPTY, "ana", 2, AT, "ana", free=1)
    assert made.entries == (WaitingEntry("ana", 2, AT),)
    assert made.version == 2
    assert changes.put == (made,)
    assert changes.events == (WaitingListJoined(AT, "ana", ID, "ana", 2),)
    assert backers(waiting.join(made, "bea", 1, AT, "bea", free=1)[0].entries) == ["ana", "bea"]


def test_joining_is_refused_with_every_reason():
    """Else whoever waits for more than there is, or for what is left, would keep it from everybody."""
    assert refused(waiting.join, EMPTY, "ana", 1, AT, "ana", free=1) == ("not-sold-out",)
    assert refused(waiting.join, EMPTY, "ana", 4, AT, "ana", free=0) == ("too-many",)
    assert refused(waiting.join, line(("ana", 1)), "ana", 4, AT, "ana", free=0) == (
        "already-waiting",
        "too-many",
    )
    assert refused(waiting.join, line(("ana", 1)), "ana", 1, AT, "ana", free=3) == (
        "already-waiting",
        "not-sold-out",
    )


@pytest.mark.parametrize("on_offer", [0, 1])
def test_leaving(on_offer):
    left, changes = waiting.leave(line(("ana", 1), ("bea", 1), on_offer=on_offer), "ana", AT, "ana")
    assert backers(left.entries) == ["bea"]
    assert (left.on_offer, left.version) == (0, 2)
    assert changes.put == (left,)
    assert changes.events == (WaitingListLeft(AT, "ana", ID, "ana"),)
    assert refused(waiting.leave, left, "ana", AT, "ana") == ("not-waiting",)


def test_free_pieces_are_offered_in_order_as_far_as_they_go():
    offered, changes = waiting.offer(
        line(("ana", 1), ("bea", 1), ("cem", 2)), AT, "sys", free=3, lifetime=DAY
    )
    assert backers(offered.offered) == ["ana", "bea"]
    assert (backers(offered.line), offered.on_offer, offered.version) == (["cem"], 2, 2)
    assert [entry.offered_until for entry in offered.entries] == [AT + DAY, AT + DAY, None]
    assert changes.put == (offered,)
    assert changes.events == (
        OfferMade(AT, "sys", ID, "ana", 1, AT + DAY),
        OfferMade(AT, "sys", ID, "bea", 1, AT + DAY),
    )


def test_nobody_is_passed_over_for_wanting_more():
    """One piece is kept for the first, who wants two, until there is another; the public gets none."""
    stand = line(("ana", 2), ("bea", 1))
    assert refused(waiting.offer, stand, AT, "sys", free=1, lifetime=DAY) == ("sold-out",)
    one_free = Stock(claimed=2)
    assert had(stand, one_free) == had(stand, one_free, backer_id="bea") == "reserved"
    assert backers(waiting.offer(stand, AT, "sys", free=2, lifetime=DAY)[0].offered) == ["ana"]


@pytest.mark.parametrize(
    ("stand", "free", "code"),
    [
        (EMPTY, 3, "nobody-waiting"),
        (line(("ana", 1), on_offer=1), 3, "nobody-waiting"),
        (line(("ana", 1)), 0, "sold-out"),
        (line(("ana", 2), ("bea", 2), on_offer=1), 3, "reserved"),
        (line(("ana", 2), ("bea", 2), on_offer=1), 1, "sold-out"),
    ],
)
def test_why_nothing_can_be_offered(stand, free, code):
    assert refused(waiting.offer, stand, AT, "sys", free=free, lifetime=DAY) == (code,)


def test_pieces_that_are_on_offer_are_not_offered_again():
    stand = line(("ana", 1), ("bea", 1), ("cem", 1), on_offer=1)
    assert backers(waiting.offer(stand, AT, "sys", free=2, lifetime=DAY)[0].offered) == ["ana", "bea"]


def test_accepting():
    stand = line(("ana", 2), ("bea", 1), on_offer=1)
    taken, changes = waiting.accept(stand, "ana", "p7", AT + DAY - MICROSECOND, "ana")
    assert (backers(taken.entries), taken.version) == (["bea"], 2)
    assert changes.put == (taken,)
    assert changes.events == (OfferAccepted(AT + DAY - MICROSECOND, "ana", ID, "ana", 2, "p7"),)


def test_accepting_too_late_too_early_or_without_standing_in_line():
    stand = line(("ana", 2), ("bea", 1), on_offer=1)
    assert refused(waiting.accept, stand, "ana", "p7", AT + DAY, "ana") == ("offer-expired",)
    assert refused(waiting.accept, stand, "bea", "p7", AT, "bea") == ("not-offered",)
    assert refused(waiting.accept, stand, "zoe", "p7", AT, "zoe") == ("not-waiting",)


def test_an_offer_that_ran_out_goes_to_the_next():
    stand = line(("ana", 1), ("bea", 1), on_offer=1)
    assert refused(waiting.expire, stand, AT + DAY - MICROSECOND, "sys") == ("offer-open",)
    over, changes = waiting.expire(stand, AT + DAY, "sys")
    assert (backers(over.entries), over.version) == (["bea"], 2)
    assert changes.put == (over,)
    assert changes.events == (OfferExpired(AT + DAY, "sys", ID, "ana"),)
    assert refused(waiting.expire, over, AT + DAY, "sys") == ("offer-open",)
    assert backers(waiting.offer(over, AT + DAY, "sys", free=1, lifetime=DAY)[0].offered) == ["bea"]


def test_all_that_ran_out_expire_at_once_and_no_other():
    first, _ = waiting.offer(line(("ana", 1), ("bea", 1), ("cem", 1)), AT, "sys", free=2, lifetime=DAY)
    both, _ = waiting.offer(first, AT + DAY / 2, "sys", free=3, lifetime=DAY)
    over, changes = waiting.expire(both, AT + DAY, "sys")
    assert [event.backer_id for event in changes.events] == ["ana", "bea"]
    assert backers(over.offered) == ["cem"]


def test_offers_are_taken_back_and_keep_their_places():
    both = line(("ana", 1), ("bea", 2), ("cem", 1), on_offer=2)
    back, changes = waiting.withdraw(both, AT, "sys")
    assert (backers(back.line), back.offered, changes.put, changes.events) == (
        ["ana", "bea", "cem"],
        (),
        (back,),
        (),
    )
    assert refused(waiting.withdraw, back, AT, "sys") == ("not-offered",)
    again, _ = waiting.offer(back, AT, "sys", free=3, lifetime=DAY)
    assert backers(again.offered) == ["ana", "bea"]
    over, changes = waiting.withdraw(both, AT + DAY, "sys")
    assert backers(over.entries) == ["cem"]
    assert [type(event) for event in changes.events] == [OfferExpired] * 2


counts = st.integers(1, 4)
names = st.sampled_from("abcdef")
acts = st.one_of(
    st.tuples(st.just("buy"), counts),
    st.tuples(st.just("give back"), counts),
    st.tuples(st.just("join"), names, counts),
    st.tuples(st.just("leave"), names),
    st.tuples(st.just("offer"), st.integers(1, 3)),
    st.tuples(st.just("accept"), names),
    st.tuples(st.just("wait"), st.integers(1, 3)),
    st.tuples(st.just("expire")),
    st.tuples(st.just("withdraw")),
)


class House:
    """A tier with a waiting list: the list under test, and beside it a stock and a line of plain numbers."""

    def __init__(self, limit):
        self.limit, self.claimed, self.at = limit, limit, AT
        self.tier = attrs.evolve(PRINT, limit=limit)
        self.list, _ = waiting.begin("lanterne", self.tier, AT, "sys")
        self.line = []  # [backer, quantity, hours until the offer is over or None]

    @property
    def free(self):
        return self.limit - self.claimed

    @property
    def public(self):
        return max(self.free - sum(quantity for _, quantity, _ in self.line), 0)

    def find(self, backer):
        return next((it for it in self.line if it[0] == backer), None)

    def decide(self, decision, *args, allowed, **options):
        if allowed:
            self.list, _ = decision(self.list, *args, self.at, "sys", **options)
        else:
            refused(decision, self.list, *args, self.at, "sys", **options)
        return allowed

    def buy(self, quantity):
        """Somebody who is not in line."""
        allowed = quantity <= self.public
        assert (had(self.list, Stock(self.claimed), quantity, tier=self.tier) is None) is allowed
        self.claimed += quantity if allowed else 0

    def give_back(self, quantity):
        self.claimed -= min(quantity, self.claimed)

    def join(self, backer, quantity):
        allowed = self.find(backer) is None and self.public < quantity <= self.limit
        if self.decide(waiting.join, backer, quantity, allowed=allowed, free=self.free):
            self.line.append([backer, quantity, None])

    def leave(self, backer):
        if self.decide(waiting.leave, backer, allowed=self.find(backer) is not None):
            self.line.remove(self.find(backer))

    def offer(self, hours):
        left = self.free - sum(quantity for _, quantity, until in self.line if until is not None)
        served = []
        for stand in (it for it in self.line if it[2] is None):
            if stand[1] > left:
                break
            left -= stand[1]
            served.append(stand)
        if self.decide(waiting.offer, allowed=bool(served), free=self.free, lifetime=timedelta(hours=hours)):
            for stand in served:
                stand[2] = hours

    def accept(self, backer):
        stand = self.find(backer)
        allowed = stand is not None and stand[2] is not None and stand[2] > 0
        if self.decide(waiting.accept, backer, "p1", allowed=allowed):
            assert stand[1] <= self.free  # so the pledge finds its pieces
            self.claimed += stand[1]
            self.line.remove(stand)

    def wait(self, hours):
        self.at += timedelta(hours=hours)
        for stand in self.line:
            if stand[2] is not None:
                stand[2] -= hours

    def expire(self):
        over = [it for it in self.line if it[2] is not None and it[2] <= 0]
        if self.decide(waiting.expire, allowed=bool(over)):
            self.line = [it for it in self.line if it not in over]

    def withdraw(self):
        if self.decide(waiting.withdraw, allowed=any(it[2] is not None for it in self.line)):
            self.line = [[it[0], it[1], None] for it in self.line if it[2] is None or it[2] > 0]

    def check(self):
        assert 0 <= self.claimed <= self.limit
        assert self.list.on_offer <= self.free
        assert [(it.backer_id, it.quantity) for it in self.list.entries] == [
            (it[0], it[1]) for it in self.line
        ]
        assert [it.offered_until is not None for it in self.list.entries] == [
            it[2] is not None for it in self.line
        ]
        assert (self.list.offered, self.list.line) == (
            tuple(it for it in self.list.entries if it.offered_until is not None),
            tuple(it for it in self.list.entries if it.offered_until is None),
        )
        assert self.list.offered + self.list.line == self.list.entries
        stock = Stock(self.claimed)
        assert self.list.kept() == self.list.kept(backer_id="zoe") == sum(it[1] for it in self.line)
        assert not any(
            had(self.list, stock, it.quantity, backer_id=it.backer_id, tier=self.tier)
            for it in self.list.offered
        )


@given(st.integers(0, 5), st.lists(acts, max_size=40))
def test_whatever_happens_the_line_keeps_its_order_and_nothing_is_sold_twice(limit, history):
    house = House(limit)
    for name, *args in history:
        getattr(house, name.replace(" ", "_"))(*args)
        house.check()


@given(st.lists(st.integers(1, 3), min_size=1, max_size=6))
def test_everybody_is_served_in_the_end(quantities):
    """Pieces come free one by one, and nobody else gets them: the line is served in its order."""
    stand = line(*((f"b{n}", quantity) for n, quantity in enumerate(quantities)))
    served = free = 0
    while stand.entries:
        free += 1
        assert stand.kept() >= free
        if free < stand.entries[0].quantity:
            assert refused(waiting.offer, stand, AT, "sys", free=free, lifetime=DAY) == ("sold-out",)
            continue
        stand, changes = waiting.offer(stand, AT, "sys", free=free, lifetime=DAY)
        assert [event.backer_id for event in changes.events] == [f"b{served}"]
        stand, _ = waiting.accept(stand, f"b{served}", f"p{served}", AT, "sys")
        served, free = served + 1, 0
    assert served == len(quantities)


TWICE, GREEDY, PAST = (
    "each backer stands in line once",
    "nobody can wait for more than 3 pieces",
    "offers are made to the front of the line",
)


@pytest.mark.parametrize(
    ("entries", "problems"),
    [
        ([WaitingEntry("ana", 1, AT)] * 2, [TWICE]),
        ([WaitingEntry("ana", 4, AT)], [GREEDY]),
        ([WaitingEntry("ana", 1, AT), WaitingEntry("bea", 1, AT, AT)], [PAST]),
        ([WaitingEntry("ana", 4, AT), WaitingEntry("ana", 1, AT, AT)], [TWICE, GREEDY, PAST]),
    ],
)
def test_every_problem_of_a_list_is_named(entries, problems):
    with pytest.raises(InvalidValue) as wrong:
        WaitingList("lanterne", "print", limit=3, entries=entries)
    assert str(wrong.value) == f"waiting list lanterne/print: {'; '.join(problems)}"


def test_tiers_with_slashes_have_lists_of_their_own():
    assert WaitingList("a/b", "c", limit=1).id != WaitingList("a", "b/c", limit=1).id


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: WaitingEntry("", 1, AT),
        lambda: WaitingEntry("ana", 0, AT),
        lambda: WaitingEntry("ana", 1, None),
        lambda: WaitingEntry("ana", 1, AT, "tomorrow"),
        lambda: WaitingList("", "print", limit=3),
        lambda: WaitingList("lanterne", None, limit=3),
        lambda: WaitingList("lanterne", "print", limit=None),
        lambda: WaitingList("lanterne", "print", limit=3, entries=["ana"]),
        lambda: WaitingList("lanterne", "print", limit=3, version=-1),
        lambda: EMPTY.kept(backer_id=1),
        lambda: EMPTY.entry(None),
        lambda: waiting.begin("lanterne", attrs.evolve(PRINT, limit=None), AT, "sys"),
        lambda: waiting.begin("lanterne", "print", AT, "sys"),
        lambda: waiting.join(None, "ana", 1, AT, "ana", free=0),
        lambda: waiting.join(EMPTY, "ana", 1.0, AT, "ana", free=0),
        lambda: waiting.join(EMPTY, "ana", 1, AT, "ana", free=-1),
        lambda: waiting.join(EMPTY, "ana", 1, AT, "", free=0),
        lambda: waiting.leave(EMPTY, 7, AT, "ana"),
        lambda: waiting.leave(None, "ana", AT, "ana"),
        lambda: waiting.offer(line(("ana", 1)), AT, "sys", free=-1, lifetime=DAY),
        lambda: waiting.offer(line(("ana", 1)), AT, "sys", free=1, lifetime=timedelta(0)),
        lambda: waiting.offer(line(("ana", 1)), AT, "sys", free=1, lifetime=timedelta(days=366)),
        lambda: waiting.offer(line(("ana", 1)), AT, "sys", free=1, lifetime=24),
        lambda: waiting.offer(line(("ana", 1)), "today", "sys", free=1, lifetime=DAY),
        lambda: waiting.offer(line(("ana", 1)), LAST, "sys", free=1, lifetime=DAY),
        lambda: waiting.offer(None, AT, "sys", free=1, lifetime=DAY),
        lambda: waiting.accept(line(("ana", 1), on_offer=1), "ana", "", AT, "ana"),
        lambda: waiting.accept(line(("ana", 1), on_offer=1), "ana", "p1", None, "ana"),
        lambda: waiting.expire(None, AT, "sys"),
        lambda: waiting.expire(EMPTY, "today", "sys"),
    ],
    ids=lambda wrong: f"line {wrong.__code__.co_firstlineno}",
)
def test_what_cannot_be_decided_on(wrong):
    with pytest.raises(InvalidValue):
        wrong()


def test_what_is_kept_for_others():
    """Whoever wants more than they wait for stands behind everybody; an offer that ran out keeps nothing."""
    stand = line(("ana", 1), ("bea", 2), ("cleo", 1), on_offer=2)
    assert [stand.kept(backer_id="bea", quantity=it) for it in (1, 2, 3)] == [1, 1, 2]
    assert stand.kept(quantity=3) == stand.kept(backer_id="zoe") == 4
    over = AT + DAY
    assert stand.ran_out(over) == stand.offered
    assert stand.kept(at=over) == stand.kept(backer_id="ana", at=over) == 1
    assert stand.kept(backer_id="cleo", at=over) == 0
    assert stand.kept(at=over - MICROSECOND) == 4


def test_who_is_next_up():
    stand = line(("ana", 1), ("bea", 2), ("cleo", 1), on_offer=1)
    assert [backers(stand.next_up(free)) for free in range(5)] == [[], [], [], ["bea"], ["bea", "cleo"]]


def test_what_a_pledge_makes_of_a_list():
    stand = line(("ana", 1), ("bea", 1), on_offer=1)
    left, changes = waiting.take(stand, "ana", "p1", AT, "ana")
    assert (left, changes.put) == (waiting.accept(stand, "ana", "p1", AT, "ana")[0], (left,))
    assert changes.events == (OfferAccepted(AT, "ana", ID, "ana", 1, "p1"),)
    assert waiting.take(stand, "zoe", "p1", AT, "zoe") == (stand, Changes(expect=(stand,)))
    left, changes = waiting.take(stand, "bea", "p1", AT + DAY, "bea")
    assert backers(left.entries) == []
    assert changes.events == (
        OfferExpired(AT + DAY, "bea", ID, "ana"),
        WaitingListLeft(AT + DAY, "bea", ID, "bea"),
    )


def test_a_list_is_written_when_it_is_first_needed():
    unwritten = waiting.nobody("lanterne", PRINT)
    assert (unwritten.version, unwritten.kept()) == (0, 0)
    for begun, changes in (
        waiting.begin("lanterne", PRINT, AT, "sys"),
        waiting.take(unwritten, "ana", "p1", AT, "sys"),
    ):
        assert begun == EMPTY
        assert changes == Changes(
            put=(EMPTY,), events=(WaitingListBegun(AT, "sys", ID, "lanterne", "print"),)
        )
    joined, changes = waiting.join(unwritten, "ana", 1, AT, "ana", free=0)
    assert joined.version == 1
    assert [type(it) for it in changes.events] == [WaitingListBegun, WaitingListJoined]


def test_an_offer_asks_whether_the_pieces_are_still_free():
    _, changes = waiting.offer(line(("ana", 1), ("bea", 1)), AT, "sys", free=1, lifetime=DAY)
    assert changes.deltas == (StockMove("lanterne", "print", 2),)


def test_why_nobody_joins():
    assert waiting.join_refusals(EMPTY, "ana", 1, free=0) == ()
    (reason,) = waiting.join_refusals(EMPTY, "ana", 1, free=2)
    assert reason.facts == {"tier": "print", "left": 2, "wanted": 1}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"limit": None}, "nobody waits for what has no limit"),
        ({"waiting": timedelta(0)}, "an offer lives longer than no time and at most a year, got 0:00:00"),
        ({"waiting": timedelta(days=366)}, "at most a year"),
        ({"waiting": 24}, "expected timedelta or None, got 24"),
    ],
)
def test_a_tier_that_cannot_be_waited_for(changed, why):
    with pytest.raises(InvalidValue, match=why):
        attrs.evolve(PRINT, **({"waiting": DAY} | changed))


def test_nobody_else_takes_pieces_that_are_waited_for():
    """Those of a limited item go to other tiers, and vouchers keep or overbook those of a tier."""
    limited, plenty = Item("sheet", limit=9), Item("cup")
    tier = attrs.evolve(PRINT, waiting=DAY, includes={"sheet": 1, "cup": 1})
    add_on = attrs.evolve(tier, id="card")
    vouchers = [
        Voucher("kept", tier_ids=["print"], limit=1, blocks=True),
        Voucher("more", overbooks=True),
        Voucher("off", amount=Money.of(1, "EUR")),
        Voucher("other", tier_ids=["mug"], limit=1, blocks=True),
    ]
    mug = Tier("mug", Money.of(9, "EUR"))
    with pytest.raises(InvalidDocument) as wrong:
        Catalogue([tier, mug], add_ons=[add_on], items=[limited, plenty], vouchers=vouchers)
    assert [str(it) for it in wrong.value.problems] == [
        "tiers.print.waiting: pieces of item sheet may go to other tiers: give it no limit",
        "tiers.print.waiting: voucher kept keeps or overbooks its pieces",
        "tiers.print.waiting: voucher more keeps or overbooks its pieces",
        "add_ons.card.waiting: pieces of item sheet may go to other tiers: give it no limit",
    ]
    fine = Catalogue([tier, mug], items=[attrs.evolve(limited, limit=None), plenty], vouchers=vouchers[2:])
    assert fine.waiting == {"print": tier}
    assert "print" not in fine.plain
