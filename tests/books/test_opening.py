"""Bringing a running platform over: it stands as it stood, and goes on to the same end, to the cent."""

import attrs
import pytest
from books.test_invoices import FEES
from brought import brought_over, exported, of_store, together, told
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lanterne import DAY, END, OPENS, collected, launched, money, pledged, request, terms

from pushcore import (
    Deadline,
    FundingGoal,
    FundingModel,
    PledgeState,
    RefundPolicy,
    RefundSituation,
    Rounding,
    Waterfall,
    Window,
    advance_campaign,
    audit,
    cancel_pledge,
    close_campaign,
    collect_pledges,
    finish_orders,
    give_lump_sum,
    match_pledge,
    open_fund,
    pay_out,
    place_pledge,
    refund_pledge,
    settle_campaign,
    state_account,
)
from pushcore.books import Credited, Invoice, Opening, Span, creator_statement, opening_balances
from pushcore.books.opening import bring_over
from pushcore.campaigns import Charging, Trigger
from pushcore.errors import GatewayUnavailable, InvalidDocument, InvalidValue, KeyReused, OutcomeUnknown
from pushcore.gateway import Authorize, Capture, Void
from pushcore.ledger import Balance, TransactionPhase, chart, recipes
from pushcore.matching import LumpSum, MatchingFund, Multiple, Pool
from pushcore.memory import FakeGateway, Fault, MemoryStore, memory_ports
from pushcore.schemas import dump_opening, load_opening
from pushcore.testing import builders, histories, steps
from pushcore.testing.auditor import Books, disagreements, loose_ends
from pushcore.testing.host import Host
from pushcore.testing.playing import finish_everything, play
from pushcore.testing.steps import Step
from pushcore.testing.tallies import TALLIES
from pushcore.usecases import import_opening, issue_invoice

EARLY = st.one_of(
    histories.PLACING,
    histories.CANCELING,
    histories.EXPECTING,
    histories.RECEIVING,
    histories.CHANGING,
    histories.MINUTES,
    histories.MINDS,
    histories.CHARGING,
    histories.TIDYING,
)
VERDICT = st.sampled_from([(Step(steps.end), Step(steps.close)), (Step(steps.end),), (Step(steps.call_off),)])
AFTER = st.one_of(
    histories.COLLECTING,
    histories.COLLECTING,
    histories.MINDS,
    histories.DAYS,
    histories.REFUNDING,
    histories.PAYING,
    histories.TIDYING,
)


@st.composite
def half_stories(draw):
    """What happened until the cut-over, each step with what interrupted it: until the verdict, or beyond."""
    plans = histories.PLANS | histories.CRASHES
    taken = draw(st.lists(st.tuples(EARLY, plans), max_size=6))
    if draw(st.sampled_from([True, True, False])):
        taken += [(step, ()) for step in draw(VERDICT)]
        if draw(st.booleans()):
            taken += [(Step(steps.collect), draw(plans)), (Step(steps.advance), draw(plans))]
        taken += draw(st.lists(st.tuples(AFTER, plans), max_size=8))
    return taken


def played(terms, first, taken):
    host = Host(MemoryStore(), FakeGateway(), builders.OPENS)
    host.take(Step(steps.draft, (terms,)))
    for trigger in (Trigger.SUBMIT, Trigger.APPROVE) if terms.needs_approval else ():
        host.take(Step(steps.move, (trigger,)))
    host.take(Step(steps.launch))
    for step in first:
        play(host, step)
    for step, meanwhile in taken:
        host.take(step, meanwhile)
    return host


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(histories.TERMS, histories.BEGINNING, half_stories())
def test_any_history_goes_on_from_where_it_stood(terms, first, taken):
    """Half played, exported, brought over into an empty store, and played on: the same end to the cent."""
    host = played(terms, first, taken)
    now = host.clock.now()
    opening = exported(host.store, now)
    provider = played(terms, first, taken).gateway  # which has seen the same
    there = Host(MemoryStore(), provider, now)
    there.pledge_ids |= host.pledge_ids
    import_opening(attrs.evolve(there.ports, store=there.store), opening, actor="host")
    there.witness._orders.update(host.witness._orders)
    there.witness._transactions.update(host.witness._transactions)

    assert audit(there.store.transactions()) == ()
    assert of_store(there.store) == of_store(host.store)
    assert together(there.store, now) == together(host.store, now)
    assert Books.of(there).statement == Books.of(host).statement
    assert [it for check in TALLIES for it in check(Books.of(there))] == []
    assert not there.store.balance(chart.OPENING, "EUR").posted

    for one in (host, there):
        finish_everything(one)
    assert loose_ends(Books.of(host)) == []
    assert audit(there.store.transactions()) == ()
    assert of_store(there.store) == of_store(host.store)
    assert there.gateway.held("EUR") == host.gateway.held("EUR")
    assert disagreements(Books.of(host)) == []


def test_a_platform_between_settlement_and_payout_goes_on():
    ports = collected("60.00", "40.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    new, _ = brought_over(ports)
    assert told(new) == told(ports)
    entries = list(new.store.transactions())
    assert [it.id for it in entries] == ["opening/cut-over/EUR", "opening/cut-over/lanterne/EUR"]
    assert {it.kind for it in creator_statement(entries, "lanterne", "EUR", Span()).lines} == {
        "fees",
        "opening",
    }
    pay_out(new, "lanterne", actor="clerk")
    assert new.gateway.held("EUR") == money("8.40")
    assert audit(new.store.transactions()) == ()


def test_what_was_brought_over_is_not_brought_over_again():
    ports = collected("60.00", "40.00")
    new, opening = brought_over(ports)
    before = list(new.store.transactions())
    again = import_opening(new, opening, actor="host")
    assert again == new.store.find(Opening, "cut-over")
    assert list(new.store.transactions()) == before
    with pytest.raises(KeyReused):
        import_opening(new, attrs.evolve(opening, pledges=opening.pledges[1:]), actor="host")
    with pytest.raises(InvalidDocument) as known:
        import_opening(new, attrs.evolve(opening, key="another"), actor="host")
    assert {it.kind for it in known.value.problems} == {"exists"}
    assert [it.path for it in known.value.problems] == ["campaigns.0.id", "pledges.0.id", "pledges.1.id"]


def test_a_cut_over_that_is_to_come_is_refused():
    """The clocks of the two platforms may be a day apart."""
    new, opening = brought_over(collected("60.00", "40.00"))
    ahead = attrs.evolve(opening, key="ahead", at=new.now() + 2 * DAY)
    with pytest.raises(InvalidDocument) as known:
        import_opening(new, ahead, actor="host")
    assert ("at", "ahead") in {(it.path, it.kind) for it in known.value.problems}


def test_pledges_that_were_made_are_collected_later():
    ports = pledged("60.00", "40.00")
    new, _ = brought_over(ports)
    new.clock.set(END)
    for _ in range(3):
        advance_campaign(new, "lanterne", actor="clerk")
    assert state_account(new, "lanterne").collected == money("100.00")
    assert new.gateway.held("EUR") == money("8.40")


def sound():
    ports = collected("60.00", "40.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    return exported(ports.store, ports.now())


def invoiced():
    ports = collected("60.00", "40.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    issue_invoice(ports, "lanterne", series=FEES, taxes=[], actor="clerk")
    opening = exported(ports.store, ports.now())
    assert load_opening(dump_opening(opening)) == opening
    return opening


def invoices(opening):
    return [it for it in opening.beside if isinstance(it, Invoice)]


def unsettled():
    ports = collected("60.00", "40.00")
    return exported(ports.store, ports.now())


def held(text):
    zero = money("0.00")
    return Balance(chart.held_account("lanterne"), zero, money(text), zero, zero)


def bank(text):
    zero = money("0.00")
    return Balance(chart.PROVIDER, money(text), zero, zero, zero)


def against(balance):
    """The same on the other side."""
    return attrs.evolve(balance, debits_posted=balance.credits_posted, credits_posted=balance.debits_posted)


PENDING = recipes.charge("p9/charge/1", "lanterne", money("5.00"), OPENS)
CASES = {
    "campaign twice": (sound, lambda it: {"campaigns": it.campaigns * 2}, {"duplicate"}),
    "pledge twice": (sound, lambda it: {"pledges": (*it.pledges, it.pledges[0])}, {"duplicate"}),
    "balance twice": (sound, lambda it: {"balances": (*it.balances, it.balances[0])}, {"duplicate"}),
    "no campaign": (sound, lambda _: {"campaigns": ()}, {"unknown"}),
    "payout elsewhere": (
        sound,
        lambda it: {"payouts": (attrs.evolve(it.payouts[0], campaign_id="other"),)},
        {"unknown"},
    ),
    "another currency": (
        sound,
        lambda it: {"payouts": (attrs.evolve(it.payouts[0], amount=money("1", "USD")),)},
        {"currency"},
    ),
    "unknown reward": (
        sound,
        lambda _: {"pledges": (builders.a_pledge(tier_id="none"),)},
        {"unknown"},
    ),
    "oversold": (
        lambda: exported(pledged().store, OPENS),
        lambda _: {
            "pledges": [
                builders.a_pledge(f"p{n}", tier_id="postcard", bonus="0", state=state)
                for n, state in enumerate([PledgeState.PLEDGED, PledgeState.PREAUTH] * 2)
            ]
        },
        {"oversold"},
    ),
    "pending in a balance": (
        sound,
        lambda it: {"balances": (*it.balances[1:], attrs.evolve(it.balances[0], credits_pending=money("1")))},
        {"pending"},
    ),
    "opening account": (
        sound,
        lambda it: {"balances": (*it.balances, attrs.evolve(bank("1"), account=chart.OPENING))},
        {"reserved"},
    ),
    "not pending": (
        sound,
        lambda _: {"pending": (attrs.evolve(PENDING, phase=TransactionPhase.POSTED),)},
        {"pending"},
    ),
    "off balance": (sound, lambda it: {"balances": it.balances[1:]}, {"off-balance"}),
    "not there": (
        sound,
        lambda it: {
            "balances": (
                *(b for b in it.balances if "payee" not in b.account.path and b.account.path != "provider"),
                bank("8.40"),
            )
        },
        {"not-conserved", "uncovered"},
    ),
    "below zero": (unsettled, lambda _: {"balances": (bank("-1.00"), held("-1.00"))}, {"below-zero"}),
    "overdrawn": (
        unsettled,
        lambda _: {"balances": (against(bank("1.00")), against(held("1.00")))},
        {"overdrawn", "held", "not-conserved"},
    ),
    "nothing asked": (sound, lambda _: {"pending": (PENDING,)}, {"unknown"}),
    "invoiced elsewhere": (
        invoiced,
        lambda it: {"beside": [attrs.evolve(one, campaign_id="other") for one in invoices(it)]},
        {"unknown"},
    ),
    "credited of nothing": (invoiced, lambda _: {"beside": [Credited("lanterne/settlement")]}, {"unknown"}),
    "a number given again": (
        invoiced,
        lambda it: {"beside": [*invoices(it), attrs.evolve(FEES, last=0)]},
        {"number"},
    ),
    "held differs": (unsettled, lambda _: {"balances": (bank("99.00"), held("99.00"))}, {"held"}),
}


@pytest.mark.parametrize("name", CASES)
def test_what_contradicts_is_refused_with_every_problem(name):
    make, change, kinds = CASES[name]
    opening = make()
    bring_over(opening, OPENS, "host")
    with pytest.raises(InvalidDocument) as wrong:
        bring_over(attrs.evolve(opening, **change(opening)), OPENS, "host")
    assert {it.kind for it in wrong.value.problems} == kinds
    assert all(it.path and it.message for it in wrong.value.problems)


@pytest.mark.parametrize(
    ("path", "said"),
    [("provider", "credits exceed debits"), ("campaign/lanterne/held", "debits exceed credits")],
)
def test_what_is_off_balance_is_said_in_amounts_above_zero(path, said):
    opening = unsettled()
    left = [it for it in opening.balances if it.account.path != path]
    with pytest.raises(InvalidDocument, match=rf"{said} by EUR [1-9]"):
        bring_over(attrs.evolve(opening, balances=left), OPENS, "host")


def test_all_problems_are_named_at_once():
    opening = sound()
    wrong = attrs.evolve(opening, campaigns=(), pending=(PENDING, PENDING))
    with pytest.raises(InvalidDocument) as error:
        bring_over(wrong, OPENS, "host")
    assert {it.kind for it in error.value.problems} == {"unknown", "duplicate"}
    assert len(error.value.problems) > 5


def test_what_waits_for_an_answer_needs_its_order_and_its_money():
    ports = pledged("60.00", "40.00")
    pledge = attrs.evolve(next(iter(ports.store._pledges.values())), state=PledgeState.CHARGING, attempts=1)
    opening = attrs.evolve(
        exported(ports.store, OPENS), pledges=(pledge, *list(ports.store._pledges.values())[1:])
    )
    with pytest.raises(InvalidDocument) as wrong:
        bring_over(opening, OPENS, "host")
    assert [(it.path, it.kind) for it in wrong.value.problems] == [("pledges.0.state", "missing")]


def test_an_order_about_nothing_is_refused():
    opening = attrs.evolve(sound(), orders=(Void("x/void", "nobody", "x/prepare"),))
    with pytest.raises(InvalidDocument) as wrong:
        bring_over(opening, OPENS, "host")
    assert [(it.path, it.kind) for it in wrong.value.problems] == [("orders.0", "unknown")]


@pytest.mark.parametrize("junk", [None, 1, "x", {}, []])
def test_what_is_no_opening_is_refused(junk):
    with pytest.raises(InvalidValue):
        bring_over(junk, OPENS, "host")
    with pytest.raises(InvalidValue):
        import_opening(memory_ports(OPENS), junk, actor="host")
    with pytest.raises(InvalidValue):
        opening_balances("key", OPENS, [junk], [])


def test_matches_are_brought_over_with_what_funds_gave():
    ports = launched()
    for fund_id in ("live", "lump"):
        rule = Multiple(1) if fund_id == "live" else LumpSum(money("5.00"), backers=1)
        pools = [Pool("s0", money("30.00")), Pool("s1", money("90.00"))]
        open_fund(ports, MatchingFund(fund_id, rule, pools), actor="clerk")
    for n in range(2):
        place_pledge(ports, request(f"p{n}", "10.00", backer_id=f"b{n}"))
    match_pledge(ports, "p0", "live", actor="clerk")
    give_lump_sum(ports, "lanterne", "lump", actor="clerk")
    new, _ = brought_over(ports)
    assert of_store(new.store) == of_store(ports.store)
    for fund_id in ("live", "lump"):
        for backer_id in (None, "b0", "b1"):
            asked = (fund_id, "lanterne", backer_id)
            assert new.store.matched(*asked) == ports.store.matched(*asked)
    for one in (ports, new):
        cancel_pledge(one, "p0", actor="b0")
        match_pledge(one, "p1", "live", actor="clerk")
    assert of_store(new.store) == of_store(ports.store)


def test_what_is_under_way_is_finished_after_the_cut_over():
    ports = collected("60.00", "40.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    silent = attrs.evolve(ports, gateway=Silent(ports.gateway))
    pay_out(silent, "lanterne", actor="clerk")
    new, opening = brought_over(ports)
    assert [it.state.value for it in opening.payouts] == ["sent", "sent"]
    assert len(opening.pending) == len(opening.orders) == 2
    for lost in ({"orders": opening.orders[1:]}, {"pending": opening.pending[1:]}):
        with pytest.raises(InvalidDocument) as wrong:
            bring_over(attrs.evolve(opening, **lost), OPENS, "host")
        assert ("payouts.0.state", "missing") in {(it.path, it.kind) for it in wrong.value.problems}
    assert finish_orders(new, actor="clerk") == {}
    assert {it.state.value for it in new.store.payouts("lanterne")} == {"paid"}
    assert new.gateway.held("EUR") == money("8.40")


def test_authorizations_and_captures_under_way_are_finished_after_the_cut_over():
    """Neither was among the orders that could come along."""
    days = Deadline.after_days(OPENS, 5, zone=terms().window.closes.zone, inclusive=False)
    model = FundingModel(charging=Charging.AUTHORIZED)
    ports = launched(model=model, window=Window(OPENS, days), goal=FundingGoal(money("10.00")))
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        place_pledge(ports, request("p1"))
    new, opening = brought_over(ports)
    assert [type(it) for it in opening.orders] == [Authorize]
    assert finish_orders(new, actor="clerk") == {}
    assert new.store.find_pledge("p1").state is PledgeState.PLEDGED
    new.clock.set(days.at)
    close_campaign(new, "lanterne", actor="jobs")
    new.gateway.fail_next(Fault.AFTER)
    collect_pledges(new, "lanterne", actor="jobs")
    new, opening = brought_over(new)
    assert [type(it) for it in opening.orders] == [Capture]
    assert finish_orders(new, actor="clerk") == {}
    assert new.store.find_pledge("p1").state is PledgeState.COLLECTED
    assert new.gateway.held("EUR") == money("25.00")


class Silent:
    """A provider that says nothing about transfers and refunds."""

    def __init__(self, gateway):
        self._gateway = gateway

    def __getattr__(self, name):
        return getattr(self._gateway, name)

    def transfer(self, _):
        raise GatewayUnavailable

    refund = transfer


def test_an_account_at_nothing_needs_no_opening():
    opening = sound()
    (campaign, *_), zero = opening.campaigns, money("0")
    nothing = Balance(chart.debt_account(campaign.id), zero, zero, zero, zero)
    assert bring_over(attrs.evolve(opening, balances=(*opening.balances, nothing)), OPENS, "host")


def test_what_is_paid_out_stays_paid_out():
    ports = collected("60.00", "40.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    pay_out(ports, "lanterne", actor="clerk")
    new, _ = brought_over(ports)
    assert of_store(new.store) == of_store(ports.store)
    assert {it.state.value for it in pay_out(new, "lanterne", actor="clerk").values()} == {"paid"}
    assert new.gateway.held("EUR") == money("8.40")


def test_what_went_back_of_a_pledge_is_not_brought_over():
    """A part that was given back is in no total; one that is on its way is finished afterwards."""
    ports = collected("60.00", "40.00", refunds=ALL_BACK)
    refund_pledge(ports, "p0", actor="clerk", key="r1", wanted=money("5.00"))
    silent = attrs.evolve(ports, gateway=Silent(ports.gateway))
    with pytest.raises(GatewayUnavailable):
        refund_pledge(silent, "p1", actor="clerk", key="r1", wanted=money("10.00"))
    new, opening = brought_over(ports)
    assert new.store.progress("lanterne") == ports.store.progress("lanterne")
    with pytest.raises(InvalidDocument):
        bring_over(attrs.evolve(opening, orders=()), OPENS, "host")
    assert finish_orders(new, actor="clerk") == {}
    assert new.gateway.held("EUR") == money("85.00")
    told = settle_campaign(new, "lanterne", actor="clerk")
    assert sum((it.minor for it in (*told.fees.values(), *told.payees.values())), 0) == 8_500


ALL_BACK = RefundPolicy({it: Waterfall(indebts=True) for it in RefundSituation}, rounding=Rounding.HALF_UP)


def test_a_refund_under_way_is_finished_after_the_cut_over():
    ports = pledged("60.00", model=FundingModel(charging=Charging.AT_PLEDGE))
    silent = attrs.evolve(ports, gateway=Silent(ports.gateway))
    with pytest.raises(GatewayUnavailable):
        cancel_pledge(silent, "p0", actor="b0")
    new, opening = brought_over(ports)
    assert opening.pledges[0].state is PledgeState.REFUNDING
    with pytest.raises(InvalidDocument):
        bring_over(attrs.evolve(opening, orders=()), OPENS, "host")
    assert finish_orders(new, actor="clerk") == {}
    assert new.store.find_pledge("p0").state is PledgeState.REFUNDED
    assert new.gateway.held("EUR") == money("0.00")
