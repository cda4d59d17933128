"""Forgetting: nobody is named any more, and every total and balance stays what it was."""

import json
from collections.abc import Callable

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import END, collected, launched, money, pledged, refused, request

from pushcore import (
    Changes,
    DisputeState,
    FundingModel,
    Money,
    PledgeState,
    RefundPolicy,
    RefundSituation,
    RefundTo,
    Rounding,
    Waterfall,
    audit,
    cancel_pledge,
    close_campaign,
    collect_pledges,
    draft_campaign,
    follow_campaign,
    launch_campaign,
    pay_out,
    place_pledge,
    receive_event,
    refund_pledge,
    settle_campaign,
    state_account,
    state_wallet,
    transfer_pledge,
)
from pushcore.books import Span, names, renamed
from pushcore.books.forgetting import FORGOTTEN, BackerRecord, forget
from pushcore.campaigns import Charging
from pushcore.errors import InvalidValue, KeyReused
from pushcore.gateway import DisputeTold, Refund
from pushcore.ids import BackerId
from pushcore.rewards import Fulfilment, FulfilmentState, WaitingEntry, WaitingList
from pushcore.schemas import dump_record, parse_command
from pushcore.testing import builders, strategies
from pushcore.usecases import export_backer, forget_backer, state_backer, state_everybody


def over():
    """La Lanterne, settled and paid out; b0 follows another campaign."""
    ports = collected("60.00", "40.00")
    draft_campaign(ports, builders.terms("10"), creator_id="x", actor="x", campaign_id="later")
    follow_campaign(ports, "later", "b0", actor="b0")
    settle_campaign(ports, "lanterne", actor="clerk")
    pay_out(ports, "lanterne", actor="clerk")
    return ports


def everything(ports):
    tables = [it for table in ports.store._tables.values() for it in table.values()]
    rows = [*ports.store._stock, *ports.store._backers.values()]
    return repr([tables, list(ports.store.events()), list(ports.store.open_orders()), rows])


def test_nobody_is_named_any_more_and_all_stays_what_it_was():
    ports = over()
    before = (
        list(ports.store.transactions()),
        state_account(ports, "lanterne"),
        state_everybody(ports, Span()),
        ports.store.progress("lanterne"),
    )
    assert forget_backer(ports, "b0", actor="clerk", pseudonym="nobody-1") == "nobody-1"
    assert "'b0'" not in everything(ports)
    assert before == (
        list(ports.store.transactions()),
        state_account(ports, "lanterne"),
        state_everybody(ports, Span()),
        ports.store.progress("lanterne"),
    )
    assert audit(ports.store.transactions()) == ()
    assert ports.store.find_pledge("p0").method == FORGOTTEN
    assert ports.store.find_pledge("p1").backer_id == "b1"
    [mine] = state_backer(ports, "nobody-1", Span())
    assert mine.closing == money("60.00")


def test_the_backers_of_campaigns_that_they_never_backed_are_as_many():
    ports = over()
    ports.clock.set(ports.store.campaign("later").terms.window.opens)
    launch_campaign(ports, "later", actor="x")
    place_pledge(ports, request("q0", "12.00", backer_id="zoe", campaign_id="later"))
    assert forget_backer(ports, "b0", actor="clerk", pseudonym="nobody-1") == "nobody-1"
    assert [ports.store.progress(it).backers for it in ("lanterne", "later")] == [2, 1]
    place_pledge(ports, request("q1", "12.00", backer_id="zoe", campaign_id="later"))
    assert ports.store.progress("later").backers == 1


def test_asked_again_there_is_nothing_to_forget():
    ports = over()
    first = forget_backer(ports, "b0", actor="b0")
    assert first.startswith("forgotten-")
    assert forget_backer(ports, "b0", actor="b0") is None
    assert "'b0'" not in everything(ports)
    assert forget_backer(ports, "never", actor="clerk") is None


def test_a_pseudonym_is_nobody_elses():
    ports = over()
    with pytest.raises(KeyReused):
        forget_backer(ports, "b0", actor="clerk", pseudonym="b1")
    with pytest.raises(InvalidValue):
        forget_backer(ports, "b0", actor="clerk", pseudonym="b0")
    for junk in (1, "", "  "):
        with pytest.raises(InvalidValue):
            forget_backer(ports, "b0", actor="clerk", pseudonym=junk)
    with pytest.raises(InvalidValue):
        forget_backer(ports, None, actor="clerk")


def test_what_is_open_is_finished_first():
    assert refused(forget_backer, pledged("60.00"), "b0", actor="clerk") == ("money-open",)
    assert refused(forget_backer, collected("60.00", "40.00"), "b0", actor="clerk") == ("money-open",)
    ports = over()
    waiting = WaitingList("lanterne", "postcard", limit=1, entries=[WaitingEntry("b0", 1, END)])
    given_ = builders.a_subscription(backer_id="b0", campaign_id="lanterne")
    reward = Fulfilment("p0", "lanterne")
    ports.store.commit(Changes(put=(waiting, given_, reward)))
    assert set(refused(forget_backer, ports, "b0", actor="clerk")) == {
        "still-waiting",
        "subscription-open",
        "delivery-open",
    }


ALL_BACK = RefundPolicy({it: Waterfall(indebts=True) for it in RefundSituation}, rounding=Rounding.HALF_UP)


def test_a_refund_or_a_dispute_under_way_is_finished_first():
    ports = collected("60.00", "40.00", refunds=ALL_BACK)
    settle_campaign(ports, "lanterne", actor="clerk")
    ports.gateway.decline("p0")
    refund_pledge(ports, "p0", actor="clerk", key="r1", wanted=money("5.00"))
    assert refused(forget_backer, ports, "b0", actor="clerk") == ("money-open",)
    ports.gateway.accept("p0")
    refund_pledge(ports, "p0", actor="clerk")
    opened = DisputeTold(
        dispute_id="dp_1",
        charged="p1/charge/1",
        amount=money("40.00"),
        state=DisputeState.OPENED,
        at=ports.now(),
    )
    receive_event(ports, opened, actor="provider")
    assert forget_backer(ports, "b0", actor="clerk") is not None
    assert refused(forget_backer, ports, "b1", actor="clerk") == ("money-open",)


def test_a_wallet_bears_the_id_of_its_owner():
    ports = collected("60.00", "40.00", refunds=ALL_BACK)
    settle_campaign(ports, "lanterne", actor="clerk")
    refund_pledge(ports, "p0", actor="clerk", key="r1", wanted=money("5.00"), to=RefundTo.WALLET)
    assert refused(forget_backer, ports, "b0", actor="clerk") == ("wallet-open",)


def test_whoever_is_paid_is_not_forgotten_where_they_did_something():
    """The campaign and its accounts name them, and the events beside it would say whose pseudonym it is."""
    ports = over()
    assert refused(forget_backer, ports, "lune", actor="clerk", pseudonym="anon") == ("is-payee",)
    assert refused(forget_backer, ports, "x", actor="clerk") == ("is-payee",)
    follow_campaign(ports, "later", "director", actor="director")
    follow_campaign(ports, "later", "lune", actor="lune")
    assert forget_backer(ports, "director", actor="clerk") is not None  # who is paid of another campaign
    assert refused(forget_backer, ports, "lune", actor="clerk") == ("is-payee",)


def test_a_payee_of_a_split_is_not_forgotten_either():
    ports = collected("60.00", "40.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    pay_out(ports, "lanterne", actor="band")
    assert refused(forget_backer, ports, "band", actor="clerk") == ("is-payee",)
    ports = launched()
    follow_campaign(ports, "lanterne", "band", actor="band")
    assert refused(forget_backer, ports, "band", actor="clerk") == ("is-payee",)


def test_what_is_kept_of_no_campaign_is_forgotten():
    """What a host keeps besides may say of which campaign it is, and there is none of this id."""
    ports = over()
    own = Followed("nowhere/b0", "b0", "nowhere")
    ports.store.commit(Changes(put=(own,)))
    assert forget_backer(ports, "b0", actor="clerk", pseudonym="anon") == "anon"
    assert ports.store.find(Followed, own.id).backer_id == "anon"


@attrs.frozen
class Followed:
    id: str
    backer_id: BackerId
    campaign_id: str
    version: int = 1


def test_what_was_given_back_is_over():
    ports = launched(model=FundingModel(charging=Charging.AT_PLEDGE))
    place_pledge(ports, request("p0", "25.00", backer_id="b0"))
    cancel_pledge(ports, "p0", actor="b0")
    assert forget_backer(ports, "b0", actor="clerk") is not None


@pytest.mark.parametrize("forgotten", ["ana", "bob"])
@pytest.mark.parametrize("handed", [False, True])
def test_what_is_given_back_after_somebody_is_forgotten_goes_to_the_card(forgotten, handed):
    """It became credit of a pseudonym, which nobody could spend. Who paid is asked, and not who holds it."""
    every = {it: Waterfall(indebts=True) for it in RefundSituation}
    ports = launched(refunds=RefundPolicy(every, rounding=Rounding.HALF_UP))
    place_pledge(ports, request("p1", "150.00", refund_to=RefundTo.WALLET))
    if handed:
        transfer_pledge(ports, "p1", "bob", actor="ana")
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    settle_campaign(ports, "lanterne", actor="clerk")
    other = forget_backer(ports, forgotten, actor="clerk")
    on_card = forgotten == "ana"
    assert refund_pledge(ports, "p1", actor="clerk").state is PledgeState.REFUNDED
    assert any(isinstance(it, Refund) for it in ports.gateway.accepted()) is on_card
    assert state_wallet(ports, "ana", "EUR").total == money("0.00" if on_card else "150.00")
    assert not any(state_wallet(ports, it, "EUR").total for it in ("bob", other) if it is not None)


def test_where_a_reward_went_is_forgotten_too():
    ports = over()
    reward = Fulfilment(
        "p0",
        "lanterne",
        state=FulfilmentState.DELIVERED,
        answers="survey/17",
        destination="FR",
        shipments=["track-1", "track-2"],
    )
    ports.store.commit(Changes(put=(reward,)))
    forget_backer(ports, "b0", actor="clerk")
    found = ports.store.find(Fulfilment, "p0")
    assert (found.answers, found.shipments, found.destination) == (FORGOTTEN, (FORGOTTEN,) * 2, "FR")
    empty = Fulfilment("p1", "lanterne", state=FulfilmentState.CANCELED)
    ports.store.commit(Changes(put=(empty,)))
    forget_backer(ports, "b1", actor="clerk")
    assert ports.store.find(Fulfilment, "p1").answers is None


def test_what_is_kept_of_somebody_is_told_to_them():
    ports = over()
    record = export_backer(ports, "b0")
    assert [type(it).__name__ for it in record.aggregates] == ["Pledge", "Follower"]
    assert {it.id for it in record.transactions} == {"p0/charge/1", "p0/charge/1/done"}
    assert all(names(event, "b0") for event in record.events)
    told = json.loads(json.dumps(dump_record(record)))
    assert told["backer_id"] == "b0"
    assert [it["type"] for it in told["aggregates"]] == ["pledge", "follower"]
    assert len(told["events"]) == len(record.events) > 1
    assert export_backer(ports, "never") == BackerRecord("never", (), (), ())
    with pytest.raises(InvalidValue):
        dump_record(None)
    own = attrs.evolve(record, aggregates=[HostsOwn("x", "b0")])
    assert dump_record(own)["aggregates"][0]["type"] == "HostsOwn"


def test_a_command_forgets():
    ports = over()
    command = parse_command({"type": "forget-backer", "backer_id": "b0", "actor": "clerk"})
    assert command.run(ports).startswith(FORGOTTEN)


@attrs.frozen
class HostsOwn:
    id: str
    backer_id: "Unknown"  # noqa: F821
    version: int = 1


def test_a_hosts_own_kind_is_left_alone():
    thing = HostsOwn("x", "ana")
    assert not names(thing, "ana")
    assert renamed(thing, "ana", "x") is thing


@attrs.frozen
class Owing:
    owed: dict[BackerId, tuple[Money, ...]]
    called: Callable[[BackerId], None] | None = None


def test_who_is_a_key_is_named_too():
    found = renamed(Owing({"ana": (money("1"),), "bob": ()}), "ana", "x")
    assert found == Owing({"x": (money("1"),), "bob": ()})
    assert renamed(found, "ana", "y") is found


def test_an_id_that_names_something_else_stays():
    pledge = builders.a_pledge("ana", backer_id="ana", tier_id="ana")
    found = renamed(pledge, "ana", "x")
    assert (found.id, found.selection.tier_id, found.backer_id) == ("ana", "ana", "x")


@given(
    st.one_of(strategies.events(), strategies.pledges(), strategies.subscriptions(), strategies.campaigns())
)
def test_whatever_names_somebody_names_a_pseudonym_then(thing):
    people = {it for it in ("ana", *_texts(thing)) if names(thing, it)}
    for person in people:
        assert not names(renamed(thing, person, "somebody else"), person)
        assert names(renamed(thing, person, "somebody else"), "somebody else")
        assert renamed(renamed(thing, person, "somebody else"), "somebody else", person) == thing


def _texts(thing):
    match thing:
        case str():
            return {thing}
        case tuple() | frozenset():
            return set().union(*map(_texts, thing))
        case dict():
            return set().union(*(_texts(pair) for pair in thing.items()))
    values = attrs.asdict(thing, recurse=False).values() if attrs.has(type(thing)) else ()
    return set().union(*map(_texts, values))


@pytest.mark.parametrize(
    "make",
    [
        lambda: names(None, None),
        lambda: renamed(None, "ana", None),
        lambda: BackerRecord("", (), (), ()),
        lambda: BackerRecord("ana", (1,), (), ()),
        lambda: BackerRecord("ana", (), (), (1,)),
        lambda: forget(None, [], "x", END, "clerk"),
        lambda: forget(BackerRecord("ana", (), (), ()), [1], "x", END, "clerk"),
        lambda: forget(BackerRecord("ana", (), (), ()), [], "ana", END, "clerk"),
        lambda: forget(BackerRecord("ana", (), (), ()), [], 1, END, "clerk"),
    ],
    ids=range(9),
)
def test_what_makes_no_sense_is_refused(make):
    with pytest.raises(InvalidValue):
        make()
