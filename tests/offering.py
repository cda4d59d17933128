"""La Lanterne with something of everything to pick, and pledges to it that are confirmed and changed."""

from collections import Counter

from lanterne import OPENS, campaign, money, request

from pushcore import (
    Accepted,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    Item,
    Percentage,
    Rounding,
    Selection,
    Shipping,
    Tax,
    Tier,
    Voucher,
)
from pushcore.changes import StockMove
from pushcore.pledges import changing, pledging

LIVE = campaign()
SHELF = campaign(
    tiers=[
        Tier("print", money("40"), limit=900, per_backer=800, includes={"sheet": 1}),
        Tier("box", money("90"), shipping=Shipping(elsewhere=money("9")), includes={"sheet": 3, "cup": 1}),
        Tier("thanks", money("5")),
    ],
    add_ons=[Tier("card", money("2"), limit=900), Tier("sleeve", money("1"), includes={"cup": 2})],
    items=[Item("sheet", limit=900), Item("cup", limit=900)],
    vouchers=[
        Voucher("v", amount=money("3"), limit=90),
        Voucher("w", tier_ids=["print"], limit=5, blocks=True),
    ],
    taxes=[Tax("vat", Percentage.of("21"), Rounding.HALF_UP, included=True)],
    on_top=FeeSchedule([FeeLine("service", FeeBase.PLEDGE, Fixed(money("0.50")), Rounding.UP)]),
)
"""A campaign with something of everything, and enough of it."""


def selection(bonus="0", **picked):
    return Selection(money(bonus), **picked)


def confirmed(it=SHELF, pledge_id="p1", asked=None, **picked):
    """A confirmed pledge, and all that it moved on its way there."""
    asked = asked or request(pledge_id, **({"bonus": "0"} | picked))
    placed, first = pledging.place(asked, it, {}, OPENS)
    pledge, second = pledging.confirm(placed, it, Accepted(f"card-{pledge_id}"), OPENS, "ana")
    return pledge, (*first.deltas, *second.deltas)


def change(pledge, picked, it=SHELF, *, stocks=None, at=OPENS, **more):
    return changing.change(pledge, it, picked, stocks=stocks or {}, at=at, actor="ana", **more)


def transfer(pledge, holder_id="bob", it=SHELF, *, stocks=None, at=OPENS):
    return changing.transfer(pledge, it, holder_id, stocks=stocks or {}, at=at, actor="ana")


def merge(pledge, other, it=SHELF, at=OPENS):
    return changing.merge(pledge, other, it, at, "ana")


def summed(deltas):
    """What moves come to: pieces of each stock, and totals of each backer, none of them zero."""
    total = Counter()
    for it in deltas:
        if isinstance(it, StockMove):
            total[it.stock_id, it.backer_id, "claimed"] += it.claimed
            total[it.stock_id, it.backer_id, "reserved"] += it.reserved
        else:
            total[it.backer_id, "pledged"] += it.pledged.minor
            total[it.backer_id, "pledges"] += it.pledges
    return {key: number for key, number in total.items() if number}
