from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import CLOSES, END, HOUR, MICROSECOND, OPENS, campaign, money, refused, request

from pushcore import (
    Accepted,
    CampaignState,
    Deadline,
    Item,
    Money,
    Pledge,
    PledgeState,
    Prepare,
    Refusal,
    Shipping,
    Stock,
    Tier,
    Voucher,
    Window,
    Zone,
)
from pushcore.changes import Changes, StockMove
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.pledges import pledging
from pushcore.pledges.events import PledgePlaced
from pushcore.pledges.rules import PLACING, PlaceFacts, PledgeFacts, own_campaign, refusals
from pushcore.rewards import NO_REWARD, quote

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


def test_an_amount_alone_takes_of_no_stock_and_is_on_its_way_all_the_same():
    pledge, changes = place(request(bonus="25.00"))
    assert (pledge.quote.units, pledge.amount) == (0, money("25.00"))
    assert changes.deltas == (StockMove("lanterne", NO_REWARD, None, reserved=1),)


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
    def not_twice(facts):
        again = facts.request.backer_id == "ana"
        return [Refusal("acme-again", "you pledged already")] * 2 if again else ()

    asked = request(bonus="0.50")
    assert refused(place, asked, rules=[not_twice]) == ("below-minimum", "acme-again", "acme-again")
    assert place(request(backer_id="bob"), rules=[not_twice])


@pytest.mark.parametrize("given", [[None], [], (), [5], "no", 5, {"code": "no"}, False, 0, "", {}])
def test_a_rule_gives_refusals_or_nothing(given):
    """What is neither is a mistake of the host's, and no yes: `False` may well be meant as a no."""
    asked = request()
    if given in ([None], [], ()):
        assert place(asked, rules=[lambda _: given])
    else:
        with pytest.raises(InvalidValue, match="what the rule <lambda> gives: expected Refusal or None, got"):
            place(asked, rules=[lambda _: given])


@pytest.mark.parametrize("may", [True, False])
def test_creators_back_themselves_where_the_terms_allow_it(may):
    """KS10: the creator who backs their own campaign is refused, where the platform says so."""
    it = campaign(creator_may_pledge=may)
    assert place(request(), it)
    if may:
        assert place(request(backer_id="lune"), it)
    else:
        assert refused(place, request(backer_id="lune"), it) == ("own-campaign",)


def test_nobody_has_what_is_no_campaign():
    with pytest.raises(InvalidValue, match="the campaign of a pledge"):
        own_campaign("lanterne", "lune")


@pytest.mark.parametrize(
    ("amount", "codes"),
    [("1", ("below-minimum",)), ("10", ()), ("1000", ()), ("2000", ("above-maximum",))],
)
def test_a_pledge_has_a_least_and_a_most(amount, codes):
    """BB25: of at least 10.00 and at most 1000.00, both included."""
    it = campaign(minimum=money("10.00"), maximum=money("1000.00"))
    facts = PlaceFacts(request(bonus=amount), it, NONE, OPENS)
    assert tuple(reason.code for reason in refusals(facts, PLACING)) == codes


@pytest.mark.parametrize(
    ("limits", "price", "tier_id", "least", "most"),
    [(("10", "200000"), "12", None, "10", "200000"), (("1", "10000"), "12", "t", "12", "10000")],
)
def test_the_price_of_a_reward_is_the_least_for_it(limits, price, tier_id, least, most):
    """KS11: 10 to 200,000 without a reward; of 1 to 10,000 with a reward of 12, from 12 on."""
    it = campaign(minimum=money(limits[0]), maximum=money(limits[1]), tiers=[Tier("t", money(price))])
    base = money(price) if tier_id else money("0")
    for total in (least, most):
        assert place(request(bonus=money(total) - base, tier_id=tier_id), it)[0].amount == money(total)
    assert refused(place, request(bonus=money(most) - base + money("0.01"), tier_id=tier_id), it)
    if tier_id:
        with pytest.raises(InvalidValue, match="below zero"):
            request(bonus=money(least) - base - money("0.01"), tier_id=tier_id)
    else:
        assert refused(place, request(bonus=money(least) - money("0.01")), it) == ("below-minimum",)


SENT = Shipping({"BR": money("20.00")})


@pytest.mark.parametrize(
    ("reward", "expects", "picked", "codes"),
    [
        # CA02: a reward of 500 for 499.99, 500.00, 500.01
        (Tier("t", money("500")), "499.99", {}, ("price-differs",)),
        (Tier("t", money("500")), "500.00", {}, ()),
        (Tier("t", money("500")), "500.01", {"bonus": "0.01"}, ()),
        # CA03: a reward of 500 with 20 of shipping: 500, 520, and 520 to nowhere
        (Tier("t", money("500"), shipping=SENT), "500", {"destination": "BR"}, ("price-differs",)),
        (Tier("t", money("500"), shipping=SENT), "520", {"destination": "BR"}, ()),
        (Tier("t", money("500"), shipping=SENT), "520", {}, ("price-differs", "not-shippable")),
        # HO05: a gift option of 300: 299, 300, and 300 where there is none left
        (Tier("t", money("300"), limit=1), "299", {}, ("price-differs",)),
        (Tier("t", money("300"), limit=1), "300", {}, ()),
        (Tier("t", money("300"), limit=0), "300", {}, ("sold-out",)),
        # BB26: 100 for rewards of 100, 50 and 150
        (Tier("t", money("100")), "100", {}, ()),
        (Tier("t", money("50")), "100", {"bonus": "50"}, ()),
        (Tier("t", money("150")), "100", {}, ("price-differs",)),
    ],
    ids=str,
)
def test_what_was_expected_is_what_is_paid(reward, expects, picked, codes):
    """CA02, CA03, HO05, BB26: what a form promised is held against what the selection really costs."""
    asked = request(**({"bonus": "0", "tier_id": "t", "expects": money(expects)} | picked))
    facts = PlaceFacts(asked, campaign(tiers=[reward]), NONE, OPENS)
    assert tuple(reason.code for reason in refusals(facts, PLACING)) == codes


def test_the_smallest_pledge_is_about_goods():
    """Neither shipping nor tips make a pledge large enough, and a discount makes it smaller."""
    it = campaign(
        minimum=money("10.00"),
        tiers=[Tier("t", money("10.00"), shipping=SENT)],
        vouchers=[Voucher("v", amount=money("0.01"))],
    )
    assert place(request(bonus="0", tier_id="t", destination="BR"), it)
    asked = request(bonus="0", tier_id="t", destination="BR", voucher="v", tip=money("5.00"))
    assert refused(place, asked, it) == ("below-minimum",)


def test_every_stock_is_reserved_together():
    it = campaign(
        tiers=[Tier("t", money("10.00"), limit=5, per_backer=2, includes={"cup": 1})],
        add_ons=[Tier("x", money("1.00"), includes={"cup": 2})],
        items=[Item("cup", limit=9)],
        vouchers=[Voucher("v", tier_ids=["t"], limit=3, blocks=True)],
    )
    _, changes = place(request(tier_id="t", quantity=2, add_ons={"x": 1}, voucher="v"), it)
    assert changes.deltas == (
        StockMove("lanterne", "t", 3, reserved=2),
        StockMove("lanterne", "t", 2, reserved=2, backer_id="ana"),
        StockMove("lanterne", "x", None, reserved=1),
        StockMove("lanterne", "cup", 9, reserved=4),
        StockMove("lanterne", "v", 3, reserved=1),
    )
    (event,) = changes.events
    assert (event.quantity, event.add_ons) == (2, {"x": 1})


@pytest.mark.parametrize("facts", [PlaceFacts, PledgeFacts])
@pytest.mark.parametrize("about", [None, 5, "p1", {}])
def test_facts_are_about_pledges(facts, about):
    with pytest.raises(InvalidValue, match="expected Pledge"):
        facts(about, campaign(), *([NONE] if facts is PlaceFacts else []), OPENS)


def test_a_request_is_no_pledge_and_a_pledge_no_request():
    with pytest.raises(InvalidValue, match="a pledge: expected Pledge, got"):
        PledgeFacts(request(), campaign(), OPENS)
    with pytest.raises(InvalidValue, match="what is asked for: expected PledgeRequest, got"):
        PlaceFacts(place(request())[0], campaign(), NONE, OPENS)
    with pytest.raises(InvalidValue, match="the campaign of a pledge: expected Campaign"):
        PlaceFacts(request(), None, NONE, OPENS)
    with pytest.raises(InvalidValue, match="stocks are a mapping"):
        PlaceFacts(request(), campaign(), [], OPENS)


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
