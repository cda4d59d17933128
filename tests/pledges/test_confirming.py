import pytest
from lanterne import END, HOUR, MICROSECOND, OPENS, campaign, money, refused, request

from pushcore import Accepted, CampaignState, Decline, Declined, PledgeState, Void
from pushcore.changes import Changes, ProgressMove, StockMove
from pushcore.errors import REFUSAL_CODES, InvalidValue
from pushcore.pledges import pledging
from pushcore.pledges.events import PledgeConfirmed, PledgeVoided

CARD = Accepted("card")
LIVE = campaign()


def placed(at=OPENS, **asked):
    return pledging.place(request(tier_id="postcard", quantity=2, bonus="5.00", **asked), LIVE, {}, at)[0]


def test_a_saved_method_makes_it_count():
    pledge = placed()
    confirmed, changes = pledging.confirm(pledge, LIVE, CARD, OPENS + HOUR - MICROSECOND, "clerk")
    assert confirmed == pledge.moved(PledgeState.PLEDGED, method="card")
    assert changes == Changes(
        put=(confirmed,),
        expect=(LIVE,),
        deltas=(
            StockMove("lanterne", "postcard", 3, claimed=2, reserved=-2),
            ProgressMove("lanterne", "ana", money("25.00"), 1, units=2),
        ),
        events=(PledgeConfirmed(OPENS + HOUR - MICROSECOND, "clerk", "p1"),),
        done=("p1/prepare",),
    )


@pytest.mark.parametrize(
    ("at", "answer", "state", "now", "reason"),
    [
        (OPENS, Declined(Decline.FINAL), CampaignState.LIVE, OPENS, "declined"),
        (OPENS, CARD, CampaignState.LIVE, OPENS + HOUR, "claim-expired"),
        (END - MICROSECOND, CARD, CampaignState.LIVE, END, "too-late"),
        (END - MICROSECOND, CARD, CampaignState.CLOSING, END, "too-late"),
        (END - MICROSECOND, CARD, CampaignState.FAILED, END, "too-late"),
        (OPENS, CARD, CampaignState.CANCELED, OPENS, "not-live"),
        (END - MICROSECOND, Declined(Decline.FINAL), CampaignState.CLOSING, END, "declined"),
    ],
)
def test_an_answer_that_is_no_or_too_late_voids_it(at, answer, state, now, reason):
    """CA22: what arrives after the verdict goes straight back, and no total moves."""
    pledge = placed(at)
    voided, changes = pledging.confirm(pledge, campaign(state), answer, now, "clerk")
    assert reason in REFUSAL_CODES
    assert voided == pledge.moved(PledgeState.VOIDED, reason=reason)
    saved = answer is CARD
    assert changes == Changes(
        put=(voided,),
        deltas=(StockMove("lanterne", "postcard", 3, reserved=-2),),
        events=(PledgeVoided(now, "clerk", "p1", reason),),
        orders=(Void("p1/void", "p1", "p1/prepare"),) if saved else (),
        done=("p1/prepare",),
    )


@pytest.mark.parametrize("state", sorted(set(PledgeState) - {PledgeState.PREAUTH}))
def test_a_second_answer_is_none(state):
    pledge = placed().moved(state)
    assert refused(pledging.confirm, pledge, LIVE, CARD, OPENS, "clerk") == ("pledge-closed",)
    assert refused(pledging.expire, pledge, LIVE, OPENS + HOUR, "clerk") == ("pledge-closed",)


def test_an_unconfirmed_pledge_expires_and_frees_its_reward():
    """BB09, PX02: not before its time; a confirmed one never."""
    pledge = placed()
    expires = pledge.expires_at
    assert refused(pledging.expire, pledge, LIVE, expires - MICROSECOND, "clerk") == ("pledge-unconfirmed",)
    voided, changes = pledging.expire(pledge, LIVE, expires, "clerk")
    assert voided == pledge.moved(PledgeState.VOIDED, reason="claim-expired")
    assert changes == Changes(
        put=(voided,),
        deltas=(StockMove("lanterne", "postcard", 3, reserved=-2),),
        events=(PledgeVoided(expires, "clerk", "p1", "claim-expired"),),
        orders=(Void("p1/void", "p1", "p1/prepare"),),
        done=("p1/prepare",),
    )


def test_a_pledge_is_confirmed_for_its_own_campaign():
    with pytest.raises(InvalidValue, match="campaign lanterne"):
        pledging.confirm(placed(), _etoile(), CARD, OPENS, "clerk")


def _etoile():
    return type(LIVE)("etoile", "lune", LIVE.terms, state=CampaignState.LIVE)


@pytest.mark.parametrize("answer", [None, "card", True, Decline.FINAL, Accepted])
def test_what_is_no_answer_is_refused(answer):
    with pytest.raises(InvalidValue, match="the answer to the saving of a method: expected Accepted or Decl"):
        pledging.confirm(placed(), LIVE, answer, OPENS, "clerk")


@pytest.mark.parametrize("name", ["wallet", "offline"])
def test_what_credit_and_cash_are_known_by_is_no_method_of_a_provider(name):
    """It was charged, and taken for credit or for cash when it went back."""
    with pytest.raises(InvalidValue, match=f"'{name}' is no payment method of a provider"):
        pledging.confirm(placed(), LIVE, Accepted(name), OPENS, "clerk")
    voided, changes = pledging.confirm(placed(), LIVE, Accepted(name), OPENS + HOUR, "clerk")
    assert (voided.reason, len(changes.orders)) == ("claim-expired", 1)


@pytest.mark.parametrize("at", [None, "now", OPENS.replace(tzinfo=None), OPENS.date()])
def test_it_is_decided_at_an_instant(at):
    for decide, *more in (pledging.confirm, CARD), (pledging.expire,):
        with pytest.raises(InvalidValue, match="expected an instant"):
            decide(placed(), LIVE, *more, at, "clerk")
