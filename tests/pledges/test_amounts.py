"""What a pledge may come to, as its campaign and its backer expect it."""

from datetime import timedelta

import pytest
from lanterne import OPENS, campaign, money, refused, request

from pushcore import FundingModel, PledgeState, Progress, Refused
from pushcore.campaigns import CancelWindow, Cap
from pushcore.changes import StockMove, TotalLimit
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.pledges import pledging
from pushcore.pledges.facts import ChangeFacts
from pushcore.pledges.moving import difference, progress_move, stock_moves
from pushcore.pledges.sizing import LARGEST
from pushcore.rewards import NO_REWARD, LineKind, Selection


def place(asked, **changed):
    return pledging.place(asked, campaign(**changed), {}, OPENS)


@pytest.mark.parametrize(("amount", "fine"), [("50.00", True), ("50.01", False)])
def test_no_more_than_the_largest(amount, fine):
    if fine:
        assert place(request(bonus=amount), maximum=money("50.00"))
    else:
        assert refused(place, request(bonus=amount), maximum=money("50.00")) == ("above-maximum",)


@pytest.mark.parametrize("maximum", [None, money("9999999999999999.99")])
def test_no_pledge_is_larger_than_any_can_be(maximum):
    """Or one of eighteen digits would have a total of nineteen, which no text of an amount can be."""
    pledge, _ = place(request(bonus=money("10000000000000.00")), maximum=maximum)
    assert pledge.amount.minor == LARGEST
    for large in (request(bonus="10000000000000.01"), request(bonus="9999999999999999.99")):
        assert refused(place, large, maximum=maximum) == ("above-maximum",)
    with_tip = request(bonus="10000000000000.00", tip=money("0.01"))
    with pytest.raises(Refused, match=r"01 is more than EUR 10000000000000\.00"):
        place(with_tip, maximum=maximum)


def test_what_is_above_both_limits_is_told_once():
    assert refused(place, request(bonus="9999999999999999.99"), maximum=money("50")) == ("above-maximum",)


def test_what_the_backer_was_told_is_what_it_costs():
    assert place(request(bonus="25.00", expects=money("25.00")))
    assert refused(place, request(bonus="25.00", expects=money("24.00"))) == ("price-differs",)


def test_a_change_is_in_the_currency_of_the_campaign():
    pledge, _ = place(request())
    with pytest.raises(CurrencyMismatch, match="raises EUR"):
        ChangeFacts(pledge, campaign(), Selection(money("5.00", "USD")), {}, OPENS)


def test_a_cap_goes_with_what_is_added_and_not_with_what_falls():
    cap = Cap(amount=money("100.00"), smallest_charge=money("1.00"), tolerance=money("0.00"), clips=False)
    it = campaign(model=FundingModel(cap=cap))
    pledge, _ = pledging.place(request(), it, {}, OPENS, progress=Progress.none("EUR"))
    assert progress_move(pledge, it, 1).limit == TotalLimit(100_00, range(99_01, 100_00))
    assert progress_move(pledge, it, -1).limit is None
    assert difference(pledge, it, pledge.quote).limit == TotalLimit(100_00, range(99_01, 100_00))


@pytest.mark.parametrize(
    ("counts", "moved"), [([LineKind.REWARD], "10.00"), ([LineKind.REWARD, LineKind.BONUS], "35.00")]
)
def test_what_counts_is_added_and_taken_away(counts, moved):
    it = campaign(model=FundingModel(counts=counts))
    pledge, _ = pledging.place(request(tier_id="postcard"), it, {}, OPENS)
    assert progress_move(pledge, it, 1).counted == money(moved)
    assert progress_move(pledge, it, -1).counted == -money(moved)


def test_what_a_pledge_moves_is_of_its_own_campaign():
    it = campaign()
    pledge, _ = place(request())
    assert stock_moves(pledge, it) == ()
    assert stock_moves(pledge, it, reserved=1) == (StockMove("lanterne", NO_REWARD, None, reserved=1),)
    another = type(it)("etoile", "lune", it.terms)
    for move in (
        lambda: stock_moves(pledge, another),
        lambda: progress_move(pledge, another, 1),
        lambda: difference(pledge, another, pledge.quote),
    ):
        with pytest.raises(InvalidValue, match="is not decided on by campaign etoile"):
            move()


@pytest.mark.parametrize("sign", [0, 2, -2, None, "1", True, 1.0])
def test_a_pledge_is_added_or_taken_away(sign):
    pledge, _ = place(request())
    with pytest.raises(InvalidValue, match=r"added \(1\) or taken away \(-1\)"):
        progress_move(pledge, campaign(), sign)


@pytest.mark.parametrize("junk", [1.0, [1], "1", None, True])
def test_pieces_are_moved_by_whole_numbers(junk):
    """Also where the same move was made before."""
    pledge, _ = place(request())
    assert stock_moves(pledge, campaign(), reserved=1)
    for wrong in ({"reserved": junk}, {"claimed": junk}):
        with pytest.raises(InvalidValue, match="expected int"):
            stock_moves(pledge, campaign(), **wrong)


def test_a_campaign_with_a_cap_or_windows_is_decided_on_with_its_totals():
    """Or leaving them out would silently switch a rule off."""
    guarded = campaign(cancel_windows=[CancelWindow(last=timedelta(hours=48))])
    pledge, _ = place(request())
    pledge = pledge.moved(PledgeState.PLEDGED, method="card")
    with pytest.raises(InvalidValue, match="give its totals"):
        pledging.cancel(pledge, guarded, OPENS, "ana")
