"""A shop that keeps its own books: what la Lanterne offers in plain numbers, and who holds what of it.

It knows nothing of the library: what it says is what the library is held against.
"""

from collections import Counter

import attrs

__all__ = ["ADD_ONS", "CENTS", "ITEMS", "NOTHING", "TIERS", "VOUCHERS", "Held", "Picks", "Shop"]

TIERS = {
    "print": {"price": 40_00, "limit": 4, "each": 2, "of": {"sheet": 1}},
    "box": {"price": 90_00, "limit": None, "each": None, "of": {"sheet": 2, "cup": 1}},
    "thanks": {"price": 5_00, "limit": 2, "each": None, "of": {}},
}
ADD_ONS = {
    "card": {"price": 2_00, "limit": 3, "each": None, "of": {}},
    "sleeve": {"price": 1_00, "limit": None, "each": 2, "of": {"cup": 2}},
}
ITEMS = {"sheet": 6, "cup": 5}
VOUCHERS = {
    "kept": {"tier": "print", "limit": 2, "off": 3_00, "blocks": True, "overbooks": False},
    "more": {"tier": "thanks", "limit": 2, "off": 9_00, "blocks": False, "overbooks": True},
}
CENTS = {**TIERS, **ADD_ONS}


@attrs.frozen
class Picks:
    """What somebody wants: a tier so many times, add-ons, a voucher, and so many cents on top."""

    bonus: int
    tier: str | None = None
    quantity: int = 1
    add_ons: tuple[tuple[str, int], ...] = ()
    voucher: str | None = None

    @property
    def pieces(self):
        """How many pieces of each tier and add-on."""
        base = {} if self.tier is None else {self.tier: self.quantity}
        return Counter(base) + Counter(dict(self.add_ons))

    @property
    def cents(self):
        """What it costs."""
        total = sum(CENTS[name]["price"] * number for name, number in self.pieces.items()) + self.bonus
        if self.voucher is None:
            return total
        voucher = VOUCHERS[self.voucher]
        return total - min(voucher["off"], TIERS[self.tier]["price"] * self.quantity)

    @property
    def suits(self):
        """Whether the voucher is for the tier."""
        return self.voucher is None or VOUCHERS[self.voucher]["tier"] == self.tier

    def takes(self, backer):
        """How many pieces of each stock it takes."""
        taken = Counter()
        for name, number in self.pieces.items():
            taken[name, None] += number
            if CENTS[name]["each"] is not None:
                taken[name, backer] += number
            for item, each in CENTS[name]["of"].items():
                taken[item, None] += each * number
        if self.voucher is not None:
            taken[self.voucher, None] += 1
        return taken


NOTHING = Picks(0)


@attrs.frozen
class Held:
    """What a pledge is for, who holds it, what it comes to, and who pays it."""

    backer: str
    picks: Picks
    cents: int
    payer: str

    @property
    def takes(self):
        """How many pieces of each stock it holds."""
        return self.picks.takes(self.backer)


@attrs.define
class Shop:
    """Who holds what: claimed by confirmed pledges, reserved by those that wait for their payment method."""

    claimed: dict = attrs.field(factory=dict)
    reserved: dict = attrs.field(factory=dict)

    def out(self):
        """How many pieces of each stock are held, claimed and reserved."""
        return [sum((it.takes for it in held.values()), Counter()) for held in (self.claimed, self.reserved)]

    def enough(self, picks, backer, before=None):
        """Whether there is enough of everything, apart from what is held before.

        Who gives up the voucher that let them have what was sold out keeps it if there are enough without it.
        """
        claimed, reserved = self.out()
        out, held = claimed + reserved, Counter() if before is None else before.takes
        used = None if before is None else before.picks.voucher
        gives_up = used is not None and VOUCHERS[used]["overbooks"] and picks.voucher != used
        for (name, who), pieces in picks.takes(backer).items():
            more = pieces - held[name, who]
            limit = _limit(name, who, out, picks.voucher, used)
            if (more > 0 or gives_up) and limit is not None and out[name, who] + more > limit:
                return False
        return True

    @property
    def totals(self):
        """Cents, pledges and backers that count."""
        held = self.claimed.values()
        return sum(it.cents for it in held), len(held), len({it.backer for it in held})


def _limit(name, who, out, voucher, used_before):
    """How many may be out; of tiers, less those that are kept for the uses of vouchers that are left."""
    if who is not None:
        return CENTS[name]["each"]
    if name in ITEMS or name in VOUCHERS:
        return ITEMS[name] if name in ITEMS else VOUCHERS[name]["limit"]
    limit = CENTS[name]["limit"]
    if limit is None or (voucher and VOUCHERS[voucher]["overbooks"] and VOUCHERS[voucher]["tier"] == name):
        return None
    for code, facts in VOUCHERS.items():
        if facts["blocks"] and facts["tier"] == name:
            uses_now = code == voucher and code != used_before
            limit -= max(facts["limit"] - out[code, None] - uses_now, 0)
    return limit
