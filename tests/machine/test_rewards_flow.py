"""Random histories of rewards: whatever is placed, changed, handed over and merged, nothing is oversold.

An independent shop (`shop.py`) says of every step whether there is enough for it, and of every stock how
much is out. With somebody else acting in the middle of a step, the store has the last word.
"""

from collections import Counter
from contextlib import suppress
from functools import partial

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from lanterne import HOUR, between, launched
from shop import ADD_ONS, CENTS, ITEMS, TIERS, VOUCHERS, Held, Picks, Shop

from pushcore import (
    Item,
    Money,
    PledgeRequest,
    PledgeState,
    Progress,
    Refused,
    Selection,
    Stock,
    Tier,
    Voucher,
    cancel_pledge,
    change_pledge,
    expire_pledges,
    finish_orders,
    merge_pledges,
    place_pledge,
    transfer_pledge,
)
from pushcore.errors import GatewayUnavailable, KeyReused
from pushcore.memory import Fault


def cents(number):
    return Money.of_minor(number, "EUR")


def tier(name, facts):
    return Tier(
        name, cents(facts["price"]), limit=facts["limit"], per_backer=facts["each"], includes=facts["of"]
    )


def voucher(code, facts):
    return Voucher(
        code,
        amount=cents(facts["off"]),
        tier_ids=[facts["tier"]],
        limit=facts["limit"],
        blocks=facts["blocks"],
        overbooks=facts["overbooks"],
    )


OFFER = {
    "tiers": [tier(*it) for it in TIERS.items()],
    "add_ons": [tier(*it) for it in ADD_ONS.items()],
    "items": [Item(name, limit=limit) for name, limit in ITEMS.items()],
    "vouchers": [voucher(*it) for it in VOUCHERS.items()],
}
PEOPLE = ["ana", "bob", "cleo"]
KEYS = [
    *((name, who) for name in [*TIERS, *ADD_ONS] for who in [None, *PEOPLE]),
    *((name, None) for name in [*ITEMS, *VOUCHERS]),
]


def selection(picks):
    return Selection(
        cents(picks.bonus),
        tier_id=picks.tier,
        quantity=picks.quantity,
        add_ons=dict(picks.add_ons),
        voucher=picks.voucher,
    )


people = st.sampled_from(PEOPLE)
bonuses = st.sampled_from([1_00, 20_00])
add_ons = st.dictionaries(st.sampled_from([*ADD_ONS]), st.integers(1, 2), max_size=2)
SUITS = {facts["tier"]: code for code, facts in VOUCHERS.items()}


@st.composite
def picking(draw):
    """A reward, mostly one that is short, with the voucher that suits it or now and then another; or none."""
    name = draw(st.sampled_from(["print", "print", "print", "thanks", "box", None]))
    if name is None:
        return Picks(draw(bonuses))
    return Picks(
        draw(bonuses),
        name,
        draw(st.sampled_from([1, 1, 2])),
        tuple(draw(st.just({}) | add_ons).items()),
        draw(st.sampled_from([None, SUITS.get(name), SUITS.get(name), *VOUCHERS])),
    )


picks = picking()


class RewardsFlow(RuleBasedStateMachine):
    """Steps over a house in memory, each held against the shop."""

    def __init__(self):
        super().__init__()
        self.ports = launched(**OFFER)
        self.shop = Shop()
        self.placed = 0
        self.overbooked = False

    # What is done, by whomever: each gives the pledge, or raises.

    def new_id(self):
        self.placed += 1
        return f"p{self.placed}"

    def place(self, ports, pledge_id, backer, picked):
        asked = PledgeRequest(pledge_id, "lanterne", backer, selection(picked), actor=backer)
        return place_pledge(ports, asked)

    def change(self, ports, pledge_id, picked):
        return change_pledge(ports, pledge_id, selection(picked), actor="clerk")

    def transfer(self, ports, pledge_id, backer):
        return transfer_pledge(ports, pledge_id, backer, actor="clerk")

    def merge(self, ports, pledge_id, other_id):
        return merge_pledges(ports, pledge_id, other_id, actor="clerk")

    def cancel(self, ports, pledge_id):
        return cancel_pledge(ports, pledge_id, actor="clerk")

    def take(self, act, *args, fine):
        """Take a step; it is refused where it should be, and then nothing has changed."""
        before = self.books()
        if fine:
            act(self.ports, *args)
            return True
        with pytest.raises(Refused):
            act(self.ports, *args)
        assert self.books() == before
        return False

    def books(self):
        store = self.ports.store
        return (
            [store.stock("lanterne", *key) for key in KEYS],
            store.progress("lanterne"),
            list(store.events()),
        )

    def sound(self, picked, backer, before=None):
        fine = picked.suits and self.shop.enough(picked, backer, before)
        self.overbooked |= fine and picked.voucher == "more"
        return fine

    def one_of(self, n):
        """One of the pledges that stand."""
        return sorted(self.shop.claimed)[n % len(self.shop.claimed)]

    # Steps that nobody disturbs.

    @initialize(first=st.lists(st.tuples(people, picks), min_size=6, max_size=12))
    def begin(self, first):
        for backer, picked in first:
            self.placing(backer, picked)

    @rule(backer=people, picked=picks)
    def placing(self, backer, picked):
        pledge_id = self.new_id()
        if self.take(self.place, pledge_id, backer, picked, fine=self.sound(picked, backer)):
            self.shop.claimed[pledge_id] = Held(backer, picked, picked.cents, backer)

    @rule(backer=people, picked=picks, waits=st.booleans())
    def placing_in_vain(self, backer, picked, waits):
        """The payment method is declined, or not saved yet."""
        if not self.sound(picked, backer):
            return
        if waits:
            self.ports.gateway.fail_next(Fault.BEFORE)
            with pytest.raises(GatewayUnavailable):
                self.place(self.ports, pledge_id := self.new_id(), backer, picked)
            self.shop.reserved[pledge_id] = Held(backer, picked, picked.cents, backer)
        else:
            self.ports.gateway.decline(backer)
            assert self.place(self.ports, self.new_id(), backer, picked).state is PledgeState.VOIDED
            self.ports.gateway.accept(backer)

    @precondition(lambda self: self.shop.claimed)
    @rule(n=st.integers(0, 9), picked=picks)
    def changing(self, n, picked):
        pledge_id = self.one_of(n)
        before = self.shop.claimed[pledge_id]
        same = selection(before.picks) == selection(picked)
        raised = before.payer != before.backer and picked.cents > before.cents
        fine = same or (self.sound(picked, before.backer, before) and not raised)
        if self.take(self.change, pledge_id, picked, fine=fine) and not same:
            self.shop.claimed[pledge_id] = Held(before.backer, picked, picked.cents, before.payer)

    @precondition(lambda self: self.shop.claimed)
    @rule(n=st.integers(0, 9), backer=people)
    def handing_over(self, n, backer):
        pledge_id = self.one_of(n)
        before = self.shop.claimed[pledge_id]
        claimed, reserved = self.shop.out()
        fine = backer == before.backer or all(
            claimed[name, backer] + reserved[name, backer] + number <= CENTS[name]["each"]
            for (name, who), number in before.picks.takes(backer).items()
            if who is not None
        )
        if self.take(self.transfer, pledge_id, backer, fine=fine):
            self.shop.claimed[pledge_id] = attrs.evolve(before, backer=backer)

    @precondition(lambda self: self.shop.claimed)
    @rule(n=st.integers(0, 9), m=st.integers(0, 9))
    def merging(self, n, m):
        one_id, two_id = self.one_of(n), self.one_of(m)
        one, two = self.shop.claimed[one_id], self.shop.claimed[two_id]
        tiers, vouchers = (
            {getattr(it.picks, part) for it in (one, two)} - {None} for part in ("tier", "voucher")
        )
        used = [it.picks.voucher for it in (one, two) if it.picks.voucher]
        theirs = one.backer == two.backer and one.payer == two.payer
        fine = one_id != two_id and theirs and len(tiers) < 2 and len(used) < 2
        if self.take(self.merge, one_id, two_id, fine=fine):
            del self.shop.claimed[two_id]
            together = Picks(
                one.picks.bonus + two.picks.bonus,
                tier=next(iter(tiers), None),
                quantity=sum(it.picks.quantity for it in (one, two) if it.picks.tier) or 1,
                add_ons=tuple((Counter(dict(one.picks.add_ons)) + Counter(dict(two.picks.add_ons))).items()),
                voucher=next(iter(vouchers), None),
            )
            self.shop.claimed[one_id] = Held(one.backer, together, one.cents + two.cents, one.payer)

    @precondition(lambda self: len(self.shop.claimed) > 4)
    @rule(n=st.integers(0, 9))
    def canceling(self, n):
        pledge_id = self.one_of(n)
        assert self.take(self.cancel, pledge_id, fine=True)
        del self.shop.claimed[pledge_id]

    @rule(expired=st.booleans())
    def tidying(self, expired):
        """Pledges that wait are confirmed, or their time is over."""
        if expired:
            self.ports.clock.advance(HOUR)
            assert expire_pledges(self.ports, "lanterne", actor="clerk") == len(self.shop.reserved)
        else:
            self.shop.claimed.update(self.shop.reserved)
        self.shop.reserved.clear()
        assert finish_orders(self.ports, actor="clerk") == {}

    # Steps in the middle of which somebody else takes one: then the store has the last word.

    @precondition(lambda self: self.shop.claimed)
    @rule(data=st.data())
    def racing(self, data):
        (first, second) = (self.any_step(data) for _ in range(2))
        with suppress(Refused, KeyReused):
            first[0](between(self.ports, partial(self.quietly, *second)), *first[1:])
        self.reread()

    def any_step(self, data):
        n, m = data.draw(st.integers(0, 9)), data.draw(st.integers(0, 9))
        backer, picked = data.draw(people), data.draw(picks)
        steps = [
            (self.place, self.new_id(), backer, picked),
            (self.change, self.one_of(n), picked),
            (self.transfer, self.one_of(n), backer),
            (self.merge, self.one_of(n), self.one_of(m)),
            (self.cancel, self.one_of(n)),
        ]
        self.overbooked = True  # perhaps
        return data.draw(st.sampled_from(steps))

    def quietly(self, act, *args):
        with suppress(Refused, KeyReused):
            act(self.ports, *args)

    def reread(self):
        """The shop takes down what became of it."""
        names = (f"p{n}" for n in range(1, self.placed + 1))
        found = [it for it in map(self.ports.store.find_pledge, names) if it is not None]
        self.shop.claimed = {it.id: held(it) for it in found if it.stands}
        self.shop.reserved = {it.id: held(it) for it in found if it.state is PledgeState.PREAUTH}

    # What is always so.

    @invariant()
    def stocks_are_what_is_held(self):
        claimed, reserved = self.shop.out()
        for key in KEYS:
            assert self.ports.store.stock("lanterne", *key) == Stock(claimed[key], reserved[key]), key

    @invariant()
    def nothing_is_oversold(self):
        claimed, reserved = self.shop.out()
        for name, who in KEYS:
            facts = CENTS.get(name) or VOUCHERS.get(name) or {"limit": ITEMS.get(name)}
            limit = facts["limit"] if who is None else facts["each"]
            free = limit is None or (name == "thanks" and self.overbooked)
            assert free or claimed[name, who] + reserved[name, who] <= limit, (name, who)

    @invariant()
    def totals_are_sums(self):
        progress = self.ports.store.progress("lanterne")
        assert (progress.pledged.minor, progress.pledges, progress.backers) == self.shop.totals

    @invariant()
    def pledges_are_what_was_picked(self):
        for pledge_id, it in {**self.shop.claimed, **self.shop.reserved}.items():
            pledge = self.ports.store.find_pledge(pledge_id)
            assert (pledge.backer_id, pledge.selection) == (it.backer, selection(it.picks))
            assert pledge.amount.minor == it.cents

    def teardown(self):
        """All that was claimed comes back with the last pledge."""
        self.tidying(expired=True)
        for pledge_id in sorted(self.shop.claimed):
            self.cancel(self.ports, pledge_id)
        assert all(self.ports.store.stock("lanterne", *key) == Stock() for key in KEYS)
        assert self.ports.store.progress("lanterne") == Progress.none("EUR")


def held(pledge):
    """What the shop has to know of a pledge."""
    it = pledge.selection
    picked = Picks(it.bonus.minor, it.tier_id, it.quantity, tuple(it.add_ons.items()), it.voucher)
    return Held(pledge.backer_id, picked, pledge.amount.minor, pledge.request.backer_id)


TestRewardsFlow = RewardsFlow.TestCase
TestRewardsFlow.settings = settings(
    max_examples=2 * settings().max_examples,
    stateful_step_count=30,
    suppress_health_check=list(HealthCheck),
)
