"""The store over SQLite among the examples is a store, and whole campaigns run over it."""

import importlib.util
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import attrs
import pytest
from lanterne import END, OPENS, money, request, terms
from patrons import subscription

from pushcore import (
    Charging,
    FundingModel,
    SplitPlan,
    Tier,
    advance_campaign,
    cancel_pledge,
    charge_due_subscriptions,
    deposit_contributions,
    draft_campaign,
    expect_contribution,
    finish_orders,
    follow_campaign,
    give_up_contribution,
    join_waiting_list,
    launch_campaign,
    match_pledge,
    open_fund,
    place_pledge,
    receive_contribution,
    start_subscription,
    state_account,
    stories,
)
from pushcore.ledger import audit
from pushcore.matching import Matched, MatchingFund, Multiple, Pool, Tally
from pushcore.memory import FakeGateway
from pushcore.recurring import Subscription
from pushcore.rewards import WaitingList
from pushcore.stories import performing
from pushcore.testing import StoreContract
from pushcore.testing.auditor import Books, disagreements, loose_ends
from pushcore.testing.host import Host

EXAMPLES = Path(__file__).parents[2] / "examples"
SPEC = importlib.util.spec_from_file_location("sqlite_store", EXAMPLES / "sqlite_store.py")
EXAMPLE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(EXAMPLE)


@pytest.fixture
def new_store():
    """A function that makes stores, which are closed when the test is over."""
    with ExitStack() as stores:
        yield lambda *path: stores.enter_context(closing(EXAMPLE.SqliteStore(*path)))


class TestSqliteStore(StoreContract):
    @pytest.fixture
    def make_store(self, new_store):
        return new_store


def told(outcome):
    """What became of a story: what is shown of it, all that happened, and all that was booked."""
    transactions = {it.id: it for it in outcome.store.transactions()}
    return outcome.as_dict(), len(list(outcome.store.events())), transactions


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.name)
def test_a_story_comes_to_the_same_over_any_store(path, new_store, monkeypatch):
    story = stories.read_story(path)
    in_memory = told(stories.play(story))
    monkeypatch.setattr(performing, "MemoryStore", new_store)
    assert told(stories.play(story)) == in_memory


PRINT = Tier("print", money("40"), limit=1, waiting=timedelta(days=1))
TERMS = terms(
    model=FundingModel(charging=Charging.AT_PLEDGE), tiers=[PRINT], splits=SplitPlan(), minimum=money("1")
)
FUND = MatchingFund("live", Multiple(1, per_contribution=money("30")), [Pool("bank", money("100"))])


def unwatched(host):
    """The ports of a host, without the witness that knows but the steps of a history."""
    return attrs.evolve(host.ports, store=host.store, gateway=host.gateway)


def jobs(host):
    """Do what is due, and audit the books as they are then."""
    ports = unwatched(host)
    troubles = finish_orders(ports, actor="jobs")
    troubles |= charge_due_subscriptions(ports, actor="jobs").troubles
    for campaign_id in list(host.store.due_campaigns(ports.now())):
        troubles |= advance_campaign(ports, campaign_id, actor="jobs")
    assert disagreements(books(host)) == []
    assert audit(host.store.transactions()) == ()
    return troubles


def books(host):
    """The books with every pledge that there is: those that events tell of, and what the bank added."""
    told_of = {it.pledge_id for it in host.store.events() if hasattr(it, "pledge_id")}
    host.pledge_ids = told_of | {f"{pledge_id}/live/bank" for pledge_id in told_of}
    return Books.of(host)


def offered(host):
    line = host.store.find(WaitingList, "lanterne/print")
    return [it.backer_id for it in line.offered]


def test_a_whole_campaign_runs_over_it(new_store, tmp_path):
    """With a match, a subscription, a waiting list, cash, and a pledge that is canceled; from a file."""
    file = tmp_path / "campaigns.db"
    host = Host(new_store(file), FakeGateway(), OPENS)
    ports, store = unwatched(host), host.store
    draft_campaign(ports, TERMS, creator_id="lune", actor="lune", campaign_id="lanterne")
    launch_campaign(ports, "lanterne", actor="lune")
    open_fund(ports, FUND, actor="bank")
    follow_campaign(ports, "lanterne", "eli", actor="eli")
    assert list(store.followers("lanterne")) == ["eli"]

    place_pledge(ports, request("p1", "0", tier_id="print"))
    assert match_pledge(ports, "p1", "live", actor="clerk").amount == money("30")
    assert [it.id for it in store.matches("lanterne")] == ["p1/live/bank"]
    join_waiting_list(ports, "lanterne", "print", "ben", actor="ben")
    start_subscription(ports, subscription("s1", "5.00", backer_id="cleo"), actor="cleo")
    assert (jobs(host), offered(host)) == ({}, [])

    cancel_pledge(ports, "p1", actor="ana")
    assert (jobs(host), offered(host)) == ({}, ["ben"])
    assert store.find_pledge("p1").state == store.find_pledge("p1/live/bank").state == "refunded"
    assert store.matched("live", "lanterne", "ana") == Matched()
    place_pledge(ports, request("p2", "0", tier_id="print", backer_id="ben"))
    assert match_pledge(ports, "p2", "live", actor="clerk").amount == money("30")
    assert store.matched("live", "lanterne").sponsors == {"bank": Tally(1, money("30"))}

    for pledge_id in ("c1", "c2"):
        expect_contribution(ports, request(pledge_id, "25.00", backer_id="dora"), reason="cheque")
    receive_contribution(ports, "c1", money("25"), actor="clerk")
    assert [it.id for it in store.unconfirmed_pledges("lanterne")] == ["c2"]
    give_up_contribution(ports, "c2", actor="clerk")

    host.clock.set(END - timedelta(days=1))  # the first of February is past
    assert jobs(host) == {}
    assert [it.period for it in store.subscriptions("lanterne")] == [2]
    host.clock.set(END)
    assert {it.codes for it in jobs(host).values()} == {("not-deposited",)}
    assert deposit_contributions(ports, "lanterne", actor="clerk") == money("55")  # what the bank added too
    assert jobs(host) == {}
    host.clock.advance(timedelta(days=30))
    assert (jobs(host), store.find(Subscription, "s1").state) == ({}, "canceled")
    assert list(store.due_campaigns(host.clock.now())) == []

    progress, statement = store.progress("lanterne"), state_account(ports, "lanterne")
    # The print, what the bank added, a cheque, and two charges; the bank is no backer.
    assert (progress.pledged, progress.matched, progress.backers) == (money("105"), money("30"), 3)
    assert statement.paid == {"lune": statement.net}
    assert loose_ends(books(host)) == []
    assert list(new_store(file).transactions()) == list(store.transactions())
