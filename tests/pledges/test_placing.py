from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import CLOSES, END, HOUR, MICROSECOND, OPENS, campaign, money, refused, request

from pushcore import (
    Accepted,
    CampaignState,
    Deadline,
    Money,
    Pledge,
    PledgeState,
    Prepare,
    Refusal,
    Stock,
    Tier,
    Window,
    Zone,
)
from pushcore.changes import Changes, StockMove
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.pledges import pledging
from pushcore.pledges.events import PledgePlaced
from pushcore.pledges.rules import PLACING, PlaceFacts, refusals
from pushcore.rewards import quote

NONE = {}


def place(asked, it=None, stocks=NONE, now=OPENS, **options):
    return pledging.place(asked, it or campaign(), stocks, now, **options)


def test_a_pledge_reserves_its_reward_and_asks_for_a_payment_method():
    asked = request(bonus="5.00", tier_id="postcard", quantity=2)
    pledge, changes = place(asked)
    quoted = quote(campaign().terms.catalogue, asked.selection)
    assert pledge == Pledge(asked, quoted, PledgeState.PREAUTH, OPENS, OPENS + HOUR)
    assert pledge.amount == money("25.00")
    assert changes == Changes(
        put=(pledge,),
        expect=(campaign(),),
        deltas=(StockMove("lanterne", "postcard", 3, reserved=2),),
        events=(PledgePlaced(OPENS, "ana", "p1", "lanterne", "ana", money("25.00"), "postcard", 2),),
        orders=(Prepare("p1/prepare", "p1", "ana"),),
    )


def test_an_amount_alone_moves_no_stock():
    pledge, changes = place(request(bonus="25.00"))
    assert (pledge.quote.units, pledge.amount) == (0, money("25.00"))
    assert changes.deltas == ()


def test_every_reason_comes_at_once():
    sold_out = {("postcard", None): Stock(claimed=3)}
    asked = request(bonus="0.00", tier_id="postcard")
    early = campaign(CampaignState.DRAFT, minimum=money("20.00"))
    codes = ("not-live", "too-early", "below-minimum", "sold-out")
    assert refused(place, asked, early, sold_out, OPENS - HOUR) == codes


@pytest.mark.parametrize(
    ("state", "now", "codes"),
    [
        (CampaignState.LIVE, OPENS, ()),
        (CampaignState.LIVE, OPENS - MICROSECOND, ("too-early",)),
        (CampaignState.LIVE, END - MICROSECOND, ()),
        (CampaignState.LIVE, END, ("too-late",)),
        (CampaignState.CLOSING, END, ("too-late",)),
        (CampaignState.SUCCESSFUL, END, ("too-late",)),
        (CampaignState.PARTIALLY_FUNDED, END, ("too-late",)),
        (CampaignState.FAILED, END, ("too-late",)),
        (CampaignState.DRAFT, OPENS, ("not-live",)),
        (CampaignState.CANCELED, OPENS, ("not-live",)),
        (CampaignState.CANCELED, END, ("not-live", "too-late")),
    ],
)
def test_a_pledge_is_taken_from_the_opening_until_the_deadline(state, now, codes):
    """KS08 for the campaign's own window: the start is in time, the end is not."""
    facts = PlaceFacts(request(), campaign(state), NONE, now)
    assert tuple(reason.code for reason in refusals(facts, PLACING)) == codes
    if codes:
        assert refused(place, request(), campaign(state), NONE, now) == codes
    else:
        assert place(request(), campaign(state), NONE, now)


@pytest.mark.parametrize("server", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_the_deadline_is_an_instant_whatever_the_clock_of_the_server_shows(server):
    """MU05: due on 2024-05-01 in New York, which ends at the start of that day."""
    new_york = Zone("America/New_York")
    closes = Deadline.at_wall_clock(_wall(2024, 5, 1), new_york, inclusive=False)
    it = campaign(window=Window(closes.at - timedelta(days=10), closes))

    def at(*wall):
        instant = Deadline.at_wall_clock(_wall(*wall), new_york, inclusive=False).at
        return instant.astimezone(Zone(server).tzinfo)

    assert place(request(), it, now=at(2024, 4, 30, 23, 59, 59))
    assert refused(place, request(), it, NONE, at(2024, 5, 1)) == ("too-late",)
    assert refused(place, request(), it, NONE, at(2024, 5, 1, 23, 59, 59)) == ("too-late",)


def _wall(*parts):
    return OPENS.replace(tzinfo=None, hour=0).replace(
        **dict(zip(("year", "month", "day", "hour", "minute", "second"), parts, strict=False))
    )


@given(price=st.integers(0, 500), bonus=st.integers(0, 500), least=st.integers(1, 600))
def test_the_smallest_pledge_counts_reward_and_bonus_together(price, bonus, least):
    """LF02: 999,999 under a minimum of 1,000,000 is refused, exactly the minimum is not."""
    it = campaign(minimum=Money.of_minor(least, "EUR"), tiers=[_tier(price)])
    asked = request(bonus=Money.of_minor(bonus, "EUR"), tier_id="t")
    if price + bonus < least:
        assert refused(place, asked, it) == ("below-minimum",)
    else:
        assert place(asked, it)[0].amount.minor == price + bonus


def _tier(price_minor):
    return Tier("t", Money.of_minor(price_minor, "EUR"))


def test_a_host_adds_rules_of_its_own():
    """KS10: the creator does not back their own campaign; a host that wants that says it in three lines."""

    def not_the_creator(facts):
        own = facts.request.backer_id == facts.campaign.creator_id
        return Refusal("own-campaign", "creators do not back themselves") if own else None

    asked = request(bonus="0.50", backer_id="lune")
    assert refused(place, asked, rules=[not_the_creator]) == ("below-minimum", "own-campaign")
    assert place(request(), rules=[not_the_creator])


def test_what_can_never_be_placed():
    """BB26, HO05: a reward of another campaign is none of this one."""
    with pytest.raises(InvalidValue, match="no tier castle"):
        place(request(tier_id="castle"))
    with pytest.raises(CurrencyMismatch, match="raises EUR"):
        place(request(bonus=money("25.00", "USD")))
    with pytest.raises(InvalidValue, match="campaign etoile"):
        place(request(campaign_id="etoile"))
    with pytest.raises(InvalidValue, match="zone or offset"):
        place(request(), now=OPENS.replace(tzinfo=None))


def test_the_price_is_pinned_when_the_pledge_is_placed():
    """KS18, as far as terms go: they freeze at the launch, and the pledge keeps what it was placed at."""
    dearer = campaign(tiers=[_tier(1200)])
    old, _ = place(request(tier_id="t", bonus="0.00"), campaign(tiers=[_tier(1000)]))
    confirmed, _ = pledging.confirm(old, dearer, Accepted("card"), OPENS, "ana")
    assert confirmed.amount == money("10.00")
    assert place(request(tier_id="t", bonus="0.00"), dearer)[0].amount == money("12.00")


def test_an_inclusive_deadline_takes_its_last_instant():
    inclusive = Deadline(END, CLOSES.zone, inclusive=True)
    assert place(request(), campaign(window=Window(OPENS, inclusive)), now=END)
