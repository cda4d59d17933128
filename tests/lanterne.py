"""La Lanterne: one film campaign to try every decision with, and a house in memory to run it in."""

from datetime import UTC, datetime, timedelta
from functools import cache
from types import NoneType
from typing import get_args, get_type_hints

import attrs
import pytest

from pushcore import (
    Below,
    Campaign,
    CampaignState,
    Deadline,
    Dunning,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    FundingGoal,
    FundingModel,
    Money,
    Outcome,
    Percent,
    Percentage,
    PledgeRequest,
    Refused,
    Rounding,
    Selection,
    Split,
    SplitPlan,
    Sum,
    Terms,
    Tier,
    Window,
    Zone,
    close_campaign,
    collect_pledges,
    draft_campaign,
    launch_campaign,
    place_pledge,
)
from pushcore.campaigns.lifecycle import JUDGED
from pushcore.memory import MemoryStore, memory_ports

BRUSSELS = Zone("Europe/Brussels")
OPENS = datetime(2026, 1, 5, 9, tzinfo=UTC)
CLOSES = Deadline.after_days(OPENS, 30, zone=BRUSSELS, inclusive=False)
END = CLOSES.at
DAY, HOUR, MICROSECOND = timedelta(days=1), timedelta(hours=1), timedelta(microseconds=1)
WEEK = Dunning.of_hours(remind=[48, 96, 144], attempt=[168])
NOBODY_ASKED = Dunning()


def money(amount, currency="EUR"):
    return Money.of(amount, currency)


def card_fees(currency="EUR"):
    """What Kickstarter takes: 5 % of the total, and 3 % + 0.20 of each pledge, under 10.00 5 % + 0.05."""

    def plus(percent, fixed):
        return Sum([Percent(Percentage.of(percent)), Fixed(money(fixed, currency))])

    card = Below(money("10.00", currency), plus("5", "0.05"), plus("3", "0.20"))
    return FeeSchedule(
        [
            FeeLine("platform", FeeBase.COLLECTED, Percent(Percentage.of("5")), Rounding.HALF_UP),
            FeeLine("processing", FeeBase.PLEDGE, card, Rounding.HALF_UP),
        ]
    )


TERMS = Terms(
    goal=FundingGoal(money("100.00")),
    model=FundingModel.ALL_OR_NOTHING,
    window=Window(OPENS, CLOSES),
    minimum=money("1.00"),
    claim_lifetime=HOUR,
    dunning=WEEK,
    tiers=[Tier("postcard", money("10.00"), limit=3), Tier("poster", money("40.00"))],
    fees=card_fees(),
    splits=SplitPlan(
        [Split("director", portion=Percentage.of("70")), Split("band", remaining=True)],
    ),
)


def terms(**changed):
    """The terms of la Lanterne, some of them changed."""
    return attrs.evolve(TERMS, **changed)


def campaign(state=CampaignState.LIVE, **changed):
    """La Lanterne in a state, its terms as given."""
    own = {name: changed.pop(name) for name in ("settled_at", "version") if name in changed}
    agreed = terms(**changed)
    outcome = Outcome(agreed.goal.amount, 1) if state in JUDGED else None
    return Campaign("lanterne", "lune", agreed, state=state, outcome=outcome, **own)


PICKED = ("tier_id", "quantity", "add_ons", "destination", "tip", "voucher", "token")


def request(pledge_id="p1", bonus="25.00", **changed):
    """What ana asks for, if nobody else."""
    wanted = {"backer_id": "ana", "campaign_id": "lanterne", "actor": "ana"} | changed
    picked = {name: wanted.pop(name) for name in PICKED if name in wanted}
    given = bonus if isinstance(bonus, Money) else money(bonus)
    return PledgeRequest(pledge_id, selection=Selection(given, **picked), **wanted)


class CheckingStore(MemoryStore):
    """Makes all that is written once more, in the way that checks, before it is written.

    So whatever a decision made in any test that uses it is something that can be loaded again; and no
    event leaves out what it says that it tells.
    """

    checked = 0

    def commit(self, changes):
        assert not [it for it in changes.events if any(getattr(it, name) is None for name in told(type(it)))]
        for value in (changes, *changes.put, *changes.deltas, *changes.events, *changes.orders):
            assert attrs.evolve(value) == value
            self.checked += 1
        super().commit(changes)


@cache
def told(event):
    """The names of what every event of a type tells."""
    hints = get_type_hints(event)
    return [it.name for it in attrs.fields(event) if NoneType not in get_args(hints[it.name])]


def drafted(**changed):
    """A house in memory at the opening of la Lanterne, which is a draft."""
    ports = attrs.evolve(memory_ports(OPENS), store=CheckingStore())
    draft_campaign(ports, terms(**changed), creator_id="lune", actor="lune", campaign_id="lanterne")
    return ports


def launched(**changed):
    """A house in memory at the opening of la Lanterne, which is live."""
    ports = drafted(**changed)
    launch_campaign(ports, "lanterne", actor="lune")
    return ports


def pledged(*amounts, **changed):
    """A house where la Lanterne has pledges p0, p1, ... of these amounts, by as many backers."""
    ports = launched(**changed)
    for n, amount in enumerate(amounts):
        place_pledge(ports, request(f"p{n}", amount, backer_id=f"b{n}"))
    return ports


def closed(*amounts, **changed):
    """The same at the deadline, when the verdict has fallen."""
    ports = pledged(*amounts, **changed)
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    return ports


def collected(*amounts, **changed):
    """The same when every pledge is charged."""
    ports = closed(*amounts, **changed)
    collect_pledges(ports, "lanterne", actor="clerk")
    return ports


def states(ports):
    """The state of every pledge there is, by id."""
    return {pledge_id: pledge.state.value for pledge_id, pledge in ports.store._pledges.items()}


def written(ports):
    """Everything a decision could have changed."""
    store = ports.store
    return (
        list(store.events()),
        list(store.transactions()),
        list(store.open_orders()),
        store.campaign("lanterne"),
        store.progress("lanterne"),
        [store.stock("lanterne", tier.id) for tier in TERMS.tiers],
        states(ports),
    )


def refused(call, *args, **options):
    """The codes of every reason for which a call is refused; each says in a sentence what it is about."""
    with pytest.raises(Refused) as no:
        call(*args, **options)
    assert all(reason.message for reason in no.value.refusals)
    return no.value.codes


class Between:
    """A store that writes down what is committed, and lets something happen just before."""

    def __init__(self, store, *meanwhile):
        self._store = store
        self._meanwhile = list(meanwhile)
        self.commits = []

    def __getattr__(self, name):
        return getattr(self._store, name)

    def commit(self, changes):
        if self._meanwhile:
            self._meanwhile.pop(0)()
        self.commits.append(changes)
        self._store.commit(changes)


def between(ports, *meanwhile):
    """The same house, where each of these happens before one commit: the others got there first."""
    return attrs.evolve(ports, store=Between(ports.store, *meanwhile))
