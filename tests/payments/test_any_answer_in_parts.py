"""The answer to the charge of a part is written, whatever has become of the parts before it."""

from datetime import timedelta

import attrs
from hypothesis import given
from hypothesis import strategies as st
from lanterne import DAY, END, OPENS, campaign, money, request

from pushcore import Accepted, CampaignState, Decline, Declined, PledgeState
from pushcore.campaigns import DefaultOutcome, FailurePolicy, InstalmentBase, InstalmentPlan
from pushcore.gateway import DisputeState, DisputeTold
from pushcore.money import Remainder, Rounding
from pushcore.payments import collecting, disputes, ways
from pushcore.payments.keys import charge_key
from pushcore.payouts import Debt, DisputeTerms
from pushcore.pledges import pledging

PARTS, AMOUNT = 4, money("90.01")
LATER = END + timedelta(days=400)
NO = Declined(Decline.RETRYABLE, "card-declined")
FREE = DisputeTerms(
    fee=money(0), fee_returned=True, counter_fee=money(0), bearers=[], rounding=Rounding.HALF_UP
)


def funded(default):
    plan = InstalmentPlan(
        threshold=AMOUNT,
        base=InstalmentBase.WHOLE,
        fewest=PARTS,
        most=PARTS,
        remainder=Remainder.LAST,
        first_after=timedelta(0),
        on_failure=FailurePolicy(7 * DAY, 14 * DAY, default),
        every_months=1,
    )
    return campaign(CampaignState.SUCCESSFUL, instalments=plan)


@st.composite
def charging(draw, of):
    """A pledge of four parts under charge, some of which were paid, and disputed."""
    live = attrs.evolve(of, state=CampaignState.LIVE, outcome=None)
    asked = request(
        bonus=AMOUNT, tip=draw(st.sampled_from([None, money("0.01"), money("7.00")])), parts=PARTS
    )
    placed, _ = pledging.place(asked, live, {}, OPENS)
    pledge = placed.moved(PledgeState.PLEDGED, method="card")
    for number in range(draw(st.integers(0, PARTS - 1))):
        taken, _ = collecting.attempt(pledge, of, END, "clerk", part=number + 1)
        pledge, _ = collecting.receive(taken, of, Accepted(f"ch_{number}"), END, "clerk")
    paid = pledge.attempts
    for number in range(draw(st.integers(0, 3)) if paid else 0):
        pledge = disputed(draw, pledge, of, number, paid)
    last, _ = collecting.attempt(pledge, of, LATER, "clerk")
    if draw(st.booleans()):  # the window of the part is over, or not even begun
        return last
    errored, _ = collecting.receive(last, of, NO, LATER, "clerk")
    return collecting.attempt(errored, of, errored.due_at + 30 * DAY, "clerk")[0]


def disputed(draw, pledge, of, number, paid):
    charged = charge_key(pledge, draw(st.integers(1, paid)))
    news = DisputeTold(
        dispute_id=f"dp_{number}",
        charged=charged,
        amount=AMOUNT.with_minor(draw(st.integers(1, ways.charged(pledge, charged).minor))),
        state=draw(st.sampled_from(DisputeState)),
        at=END,
    )
    debt = Debt.none("lune", "EUR")
    return disputes.begin(pledge, of, news, END, "provider", terms=FREE, debt=debt)[0]


@given(st.data(), st.sampled_from(DefaultOutcome), st.booleans())
def test_every_answer_can_be_written(data, default, accepted):
    """One to a last failure was refused while a dispute was open, and the pledge stayed under charge."""
    of = funded(default)
    pledge = data.draw(charging(of))
    answer = Accepted("ch") if accepted else Declined(data.draw(st.sampled_from(Decline)), "card-declined")
    after, changes = collecting.receive(pledge, of, answer, LATER + 60 * DAY, "provider")
    assert after.state is not PledgeState.CHARGING
    assert (after in changes.put, attrs.evolve(after)) == (True, after)
    if not accepted:
        assert not after.instalments.owed or after.state is PledgeState.ERRORED
