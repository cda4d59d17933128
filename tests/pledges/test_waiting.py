"""Waiting lists and pledges: what a pledge is refused for, and what is written with it."""

from datetime import timedelta

import attrs
import pytest
from lanterne import END, MICROSECOND, OPENS, campaign, money, refused, request

from pushcore import CampaignState, Changes, PledgeState, Selection, Stock, Tier
from pushcore.errors import InvalidValue
from pushcore.pledges import changing, pledging
from pushcore.pledges import waiting as joining
from pushcore.pledges.facts import ChangeFacts, PlaceFacts
from pushcore.rewards import Phase, Picking, WaitingEntry, WaitingList, most_for, needs

DAY = timedelta(days=1)
PRINT = Tier("print", money("40"), limit=4, waiting=DAY)
HOUSE = campaign(tiers=[PRINT, Tier("mug", money("9"))])
LINE = WaitingList("lanterne", "print", limit=4, entries=[WaitingEntry("ana", 2, OPENS)])
STOCKS = {("print", None): Stock(claimed=1)}
ASKED = request(bonus="0", backer_id="zoe", tier_id="print")


def place(asked=ASKED, *, stocks=STOCKS, waiting=(LINE,)):
    return pledging.place(asked, HOUSE, stocks, OPENS, waiting=waiting)


def join(asked=ASKED, *, line=LINE, house=HOUSE, out=4):
    return joining.join(line, asked, house, {("print", None): Stock(out)}, OPENS)


def test_what_is_kept_bounds_the_move_of_stock():
    """The store is asked for it too, should the list not be expected."""
    _, changes = place()
    assert changes.expect == (HOUSE, LINE)
    (move,) = changes.deltas
    assert (move.limit, move.reserved) == (2, 1)
    two = attrs.evolve(ASKED, selection=Selection(money("0"), tier_id="print", quantity=2))
    assert refused(place, two) == ("reserved",)
    assert place(two, waiting=())[1].expect == (HOUSE,)


def test_lists_of_other_tiers_are_left_alone():
    mug = request(bonus="0", tier_id="mug")
    assert place(mug)[1] == place(mug, waiting=())[1]


def test_what_a_change_takes_more():
    pledge, _ = place(request(bonus="0", tier_id="print"), waiting=())
    confirmed = attrs.evolve(pledge, state=PledgeState.PLEDGED, method="card")
    two = Selection(money("0"), tier_id="print", quantity=2)
    facts = ChangeFacts(confirmed, HOUSE, two, STOCKS, OPENS, waiting=(LINE,))
    assert facts.taken == {"print": 1}
    assert facts.picking.waited == {"print": 0}
    mug = Selection(money("0"), tier_id="mug", quantity=2)
    assert ChangeFacts(confirmed, HOUSE, mug, STOCKS, OPENS, waiting=(LINE,)).picking.waited == {}
    _, changes = changing.change(confirmed, HOUSE, two, stocks=STOCKS, at=OPENS, actor="ana", waiting=(LINE,))
    assert changes.put[1].entries == ()


def test_the_most_that_somebody_can_have():
    """Of four, one is taken and two are kept for ana."""
    for backer, most in (("zoe", 1), ("ana", 3)):
        facts = PlaceFacts(attrs.evolve(ASKED, backer_id=backer), HOUSE, STOCKS, OPENS, waiting=(LINE,))
        assert most_for(facts.picking, "print") == most


def test_joining():
    joined, changes = join()
    assert joined.entries[1] == WaitingEntry("zoe", 1, OPENS)
    assert (changes.put, changes.expect) == ((joined,), (HOUSE,))


def test_joining_is_refused_with_every_reason():
    assert refused(join, out=1) == ("not-sold-out",)
    failed = campaign(CampaignState.CANCELED, tiers=[PRINT])
    many = attrs.evolve(ASKED, backer_id="ana", selection=Selection(money("0"), tier_id="print", quantity=5))
    assert refused(join, many, house=failed) == ("not-live", "already-waiting", "too-many")


@pytest.mark.parametrize("tier_id", ["mug", None])
def test_joining_the_line_of_something_else(tier_id):
    with pytest.raises(InvalidValue, match="p1 is not for the tier of waiting list lanterne/print"):
        join(request(bonus="5", tier_id=tier_id))
    with pytest.raises(InvalidValue, match="is not for the tier"):
        join(line=attrs.evolve(LINE, campaign_id="castle"))


def test_when_pieces_are_on_offer():
    late = attrs.evolve(PRINT, phases=[Phase.LATE])
    funded = campaign(CampaignState.SUCCESSFUL, tiers=[PRINT], late_days=5)
    ends = attrs.evolve(PRINT, ends_at=OPENS + DAY)
    assert joining.on_offer(HOUSE, PRINT, END - MICROSECOND)
    assert not joining.on_offer(HOUSE, PRINT, END)
    assert joining.on_offer(HOUSE, ends, OPENS + DAY)
    assert not joining.on_offer(HOUSE, ends, OPENS + DAY + MICROSECOND)
    assert [joining.on_offer(funded, it, END) for it in (PRINT, late)] == [False, True]
    assert not joining.on_offer(funded, late, END + timedelta(days=6))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: place(waiting=[LINE]),
        lambda: place(waiting=("print",)),
        lambda: place(waiting=None),
        lambda: place(waiting=(attrs.evolve(LINE, campaign_id="castle"),)),
        lambda: join(line="print"),
        lambda: joining.on_offer(None, PRINT, OPENS),
        lambda: joining.on_offer(HOUSE, "print", OPENS),
        lambda: joining.with_lists(None, None, "ana", "p1", "ana"),
        lambda: joining.with_lists(Changes(), None, "ana", "p1", "ana"),
        lambda: needs(HOUSE.terms.catalogue, _two(), "ana", waited=5),
        lambda: needs(HOUSE.terms.catalogue, _two(), "ana", waited={"print": "2"}),
        lambda: needs(HOUSE.terms.catalogue, _two(), "ana", waited={"print": -1}),
        lambda: Picking(HOUSE.terms.catalogue, _two(), "ana", {}, OPENS, waited=[]),
    ],
    ids=lambda wrong: f"line {wrong.__code__.co_firstlineno}",
)
def test_what_cannot_be_decided_on(wrong):
    with pytest.raises(InvalidValue):
        wrong()


def _two():
    return Selection(money("0"), tier_id="print", quantity=2)
