"""Previewing: what a use case would write first is what it writes first; and why it would refuse."""

from datetime import timedelta

import attrs
import pytest
from abroad import backed, dollars
from funding_houses import another, credited, owing
from lanterne import (
    END,
    OPENS,
    between,
    closed,
    collected,
    drafted,
    launched,
    money,
    pledged,
    request,
)
from lanterne import TERMS as AGREED
from lanterne import written as all_of
from patrons import BY_CREATION, patronage, subscription

from pushcore import (
    Changes,
    Charging,
    Deadline,
    Decline,
    ExchangeRate,
    FeeBase,
    FeeLine,
    FinalLap,
    FundingGoal,
    FundingModel,
    Percent,
    Percentage,
    Posting,
    Refusal,
    Rounding,
    Selection,
    StretchGoal,
    Tier,
    Transaction,
    Window,
    Zone,
    accrue_fee_share,
    advance_campaign,
    announce_end,
    answer_survey,
    begin_fulfilment,
    cancel_campaign,
    cancel_fulfilment,
    cancel_pledge,
    cancel_subscription,
    change_address,
    change_pledge,
    change_subscription,
    charge_due_subscriptions,
    charge_pledge,
    charge_subscription,
    close_campaign,
    collect_pledges,
    count_creation,
    deliver_reward,
    deposit_contributions,
    draft_campaign,
    edit_campaign,
    expect_contribution,
    expire_pledges,
    extend_campaign,
    fail_delivery,
    finish_orders,
    follow_campaign,
    give_back_campaign,
    give_lump_sum,
    give_up_contribution,
    join_waiting_list,
    launch_campaign,
    leave_waiting_list,
    lock_address,
    match_pledge,
    merge_pledges,
    move_campaign,
    move_goal,
    note_exchange,
    note_fee_share,
    offer_released,
    open_fund,
    pause_subscription,
    pay_out,
    place_pledge,
    preview,
    publish_creation,
    receive_contribution,
    receive_event,
    refund_pledge,
    refusals,
    resume_subscription,
    send_payout,
    settle_campaign,
    settle_fee_share,
    ship_reward,
    start_subscription,
    state_account,
    transfer_pledge,
    unfollow_campaign,
    unlock_stretch_goals,
    usecases,
)
from pushcore.books import InvoiceSeries, opening_balances
from pushcore.campaigns import MovingGoal, Trigger, Unlock, UnlockKind
from pushcore.errors import GatewayError, InvalidValue, NotFound, Refused
from pushcore.gateway import RefundMade
from pushcore.ledger import chart
from pushcore.matching import LumpSum, MatchingFund, Multiple, Pool
from pushcore.memory import Fault, memory_ports
from pushcore.payouts import (
    Bearer,
    Consent,
    Consenter,
    FeeShare,
    Milestone,
    PayoutPlan,
    PayoutSchedule,
    Reserve,
    Tranche,
    WithdrawalFee,
)
from pushcore.pledges import pledging
from pushcore.testing import builders
from pushcore.usecases import (
    approve_payout,
    cancel_payout,
    expire_credit,
    expire_credits,
    fix_payout_rate,
    forget_backer,
    import_opening,
    issue_credit_note,
    issue_invoice,
    merge_payouts,
    pass_on_credit,
    pay_back_debt,
    prepare_payouts,
    reconsider_payout,
    recover_debt,
    refuse_milestone,
    refuse_payout,
    release_milestone,
    release_reserve,
    replace_method,
    retry_refunds,
    return_payout,
    spend_credit,
    withdraw_credit,
    withdraw_payout,
    write_off_debt,
)
from pushcore.usecases._running import use_case

BY = {"actor": "clerk"}


def waiting():
    """A pledge whose payment method is not saved yet, and whose time is over."""
    ports = launched()
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(GatewayError):
        place_pledge(ports, request(tier_id="postcard"))
    ports.clock.set(OPENS + 2 * AGREED.claim_lifetime)
    return ports


def due(ports):
    ports.clock.set(END)
    return ports


def settled():
    ports = collected("100.00")
    settle_campaign(ports, "lanterne", **BY)
    return ports


SHARE = FeeShare("oce", Percentage.of("15"), Rounding.HALF_UP, payee_id="platform", threshold=money("1.00"))


def sharing():
    ports = settled()
    accrue_fee_share(ports, SHARE, "lanterne", **BY)
    return ports


def reached():
    """A live campaign at its first stretch goal."""
    stretch = [StretchGoal("film", money("120"), [Unlock(UnlockKind.NOTE, "film")])]
    return pledged("125", stretch_goals=stretch)


def unrefunded():
    """A pledge, charged when it was placed, that could not be given back when its campaign was called off."""
    ports = pledged("25", model=FundingModel(charging=Charging.AT_PLEDGE))
    ports.gateway.decline("p0", Decline.NEEDS_BACKER)
    cancel_campaign(ports, "lanterne", **BY)
    ports.gateway.accept("p0")
    return ports


def awaited():
    """A contribution that is to come by bank."""
    ports = launched()
    expect_contribution(ports, request("c1", "30", actor="clerk"), reason="cheque 117")
    return ports


def undeposited():
    """A settled campaign that got its money in cash."""
    ports = awaited()
    receive_contribution(ports, "c1", money("100"), **BY)
    close_campaign(due(ports), "lanterne", **BY)
    settle_campaign(ports, "lanterne", **BY)
    return ports


def sold_out():
    """A campaign of which somebody has the only print."""
    ports = launched(tiers=[Tier("print", money("40"), limit=1, waiting=timedelta(days=1))])
    place_pledge(ports, request("p0", tier_id="print"))
    return ports


def in_line():
    ports = sold_out()
    join_waiting_list(ports, "lanterne", "print", "bea", **BY)
    return ports


def expired():
    ports = credited()
    ports.clock.set(END + timedelta(days=90))
    return ports


def declined():
    ports = collected("100")
    ports.gateway.decline("p0")
    give_back_campaign(ports, "lanterne", **BY)
    ports.gateway.accept("p0")
    return ports


def released():
    ports = in_line()
    cancel_pledge(ports, "p0", **BY)
    return ports


def paid():
    """A collected pledge with a reward."""
    ports = pledged("100")
    place_pledge(ports, request("p9", "0", tier_id="postcard"))
    due(ports)
    close_campaign(ports, "lanterne", **BY)
    collect_pledges(ports, "lanterne", **BY)
    return ports


def begun(*steps):
    ports = paid()
    for step in ("begin", *steps):
        _, use_case, args, options = WRITING[step]
        use_case(ports, *args, **options)
    return ports


def moving():
    """A campaign whose goal moves with what payments cost."""
    card = FeeLine("card", FeeBase.PLEDGE, Percent(Percentage.of("3")), Rounding.HALF_UP)
    none = Percentage.of("0")
    costs = MovingGoal(
        cost=money("90"), fee=none, vat=none, rounding=Rounding.HALF_UP, methods=[card], assumed="card"
    )
    return launched(goal=FundingGoal.of_costs(costs))


def endless():
    model = FundingModel(
        keeps_from=Percentage.of("0"), charging=Charging.AT_PLEDGE, final_lap=FinalLap(7, end_of_day=False)
    )
    return launched(window=Window(OPENS, Deadline.never(AGREED.window.closes.zone)), model=model)


def followed():
    ports = drafted()
    follow_campaign(ports, "lanterne", "ana", actor="ana")
    return ports


def funded(rule=None):
    """A pledge, and a fund that can match it."""
    ports = pledged("5")
    open_fund(ports, FUND if rule is None else attrs.evolve(FUND, rule=rule), **BY)
    return ports


FUND = MatchingFund("live", Multiple(1), [Pool("bank", money("10"))])
SUM = LumpSum(money("3"), backers=1)


def subscribed(**changed):
    """A live campaign without an end, and a subscription to it."""
    ports = patronage()
    start_subscription(ports, subscription(**changed), actor="ana")
    return ports


def paused():
    ports = subscribed()
    pause_subscription(ports, "s1", actor="ana")
    return ports


PREMIERE = PayoutSchedule([Tranche(Percentage(100), 0, Milestone("premiere", Consenter.PLATFORM))])
TWICE = PayoutSchedule([Tranche(Percentage(50)), Tranche(Percentage(50))])
TENTH = Reserve(rate=Percentage(10), rounding=Rounding.UP, hold_days=1)
TO_FRANCS = ExchangeRate("EUR", "CHF", "0.93", as_of=OPENS.date(), source="ECB")


def planned(*, sent=False, paid_back=False, refused=False, failed=False, **of_plan):
    """A campaign that is settled by a plan, a week after its end."""
    ports = collected("100", payouts=PayoutPlan(**of_plan))
    settle_campaign(ports, "lanterne", **BY)
    ports.clock.set(END + timedelta(days=7))
    if refused:
        refuse_payout(ports, "lanterne/director", **BY)
    if failed:
        ports.gateway.decline("director")
    if sent or paid_back or failed:
        send_payout(ports, "lanterne/director", **BY)
    if paid_back:
        return_payout(ports, "lanterne/director", costs_back=True, **BY)
    return ports


MADE_THERE = RefundMade("p0/charge/1", money("40"), "re_1")
"""A refund that somebody made at the provider."""
LATER = attrs.evolve(AGREED.window.closes, at=END + timedelta(days=1))
DRAFT = {"creator_id": "lune", "campaign_id": "lanterne"}
SERIES = InvoiceSeries("fees", 2026, Zone("Europe/Brussels"))
INVOICED = BY | {"series": SERIES, "taxes": []}
RUNNING = opening_balances("2026", OPENS, [], [builders.a_campaign("other")])


def feeless():
    """Invoiced, and then some of the fees went back."""
    ports = settled()
    issue_invoice(ports, "lanterne", **INVOICED)
    fee = Posting(chart.fee_account("lanterne", "platform"), money("1"))
    owed = Posting(chart.payee_account("lanterne", "band"), money("-1"))
    ports.store.commit(Changes(transactions=(Transaction("lanterne/back/1", "back", OPENS, [fee, owed]),)))
    return ports


WRITING = {
    "draft": (lambda: memory_ports(OPENS), draft_campaign, (AGREED,), DRAFT | BY),
    "launch": (drafted, launch_campaign, ("lanterne",), BY),
    "place": (launched, place_pledge, (request(tier_id="postcard"),), {}),
    "change": (lambda: pledged("5"), change_pledge, ("p0", Selection(money("9"))), BY),
    "transfer": (lambda: pledged("5"), transfer_pledge, ("p0", "cleo"), BY),
    "merge": (lambda: pledged("5"), merge_pledges, ("p0", "p1"), BY),
    "cancel": (lambda: pledged("5"), cancel_pledge, ("p0",), BY),
    "expire": (waiting, expire_pledges, ("lanterne",), BY),
    "call off": (lambda: pledged("5"), cancel_campaign, ("lanterne",), BY),
    "close": (lambda: due(pledged("100")), close_campaign, ("lanterne",), BY),
    "release": (lambda: due(pledged("5")), close_campaign, ("lanterne",), BY),
    "advance": (lambda: due(pledged("100")), advance_campaign, ("lanterne",), BY),
    "collect": (lambda: closed("100"), collect_pledges, ("lanterne",), BY),
    "charge": (lambda: closed("100"), charge_pledge, ("p0",), BY),
    "settle": (lambda: collected("100"), settle_campaign, ("lanterne",), BY),
    "give back all": (lambda: collected("100"), give_back_campaign, ("lanterne",), BY),
    "hear": (lambda: collected("100"), receive_event, (MADE_THERE,), BY),
    "pay out": (settled, pay_out, ("lanterne",), BY),
    "submit": (lambda: drafted(needs_approval=True), move_campaign, ("lanterne", Trigger.SUBMIT), BY),
    "edit": (launched, edit_campaign, ("lanterne", attrs.evolve(AGREED, minimum=money("2"))), BY),
    "extend": (launched, extend_campaign, ("lanterne", LATER), BY),
    "announce": (endless, announce_end, ("lanterne",), BY),
    "follow": (drafted, follow_campaign, ("lanterne", "ana"), BY),
    "unfollow": (followed, unfollow_campaign, ("lanterne", "ana"), BY),
    "unlock": (reached, unlock_stretch_goals, ("lanterne",), BY),
    "refund": (unrefunded, refund_pledge, ("p0",), BY),
    "expect": (launched, expect_contribution, (request("c1", "30"),), {"reason": "cheque 117"}),
    "receive": (awaited, receive_contribution, ("c1", money("30")), BY),
    "deposit": (undeposited, deposit_contributions, ("lanterne",), BY),
    "give up": (awaited, give_up_contribution, ("c1",), BY),
    "join a line": (sold_out, join_waiting_list, ("lanterne", "print", "bea"), BY),
    "leave a line": (in_line, leave_waiting_list, ("lanterne", "print", "bea"), BY),
    "offer": (released, offer_released, ("lanterne", "print"), BY),
    "begin": (paid, begin_fulfilment, ("p9",), BY),
    "answer": (begun, answer_survey, ("p9", "answers/p9", "BE"), BY),
    "address": (lambda: begun("answer"), change_address, ("p9", "NL"), BY),
    "lock": (lambda: begun("answer"), lock_address, ("p9",), BY),
    "ship": (lambda: begun("answer", "lock"), ship_reward, ("p9", "post/1"), BY),
    "deliver": (lambda: begun("answer", "lock", "ship"), deliver_reward, ("p9",), BY),
    "undeliverable": (lambda: begun("answer", "lock", "ship"), fail_delivery, ("p9", "moved-away"), BY),
    "give a reward up": (begun, cancel_fulfilment, ("p9",), BY),
    "move goal": (moving, move_goal, ("lanterne", {"card": [money("5")]}), BY),
    "open": (launched, open_fund, (FUND,), BY),
    "match": (funded, match_pledge, ("p0", "live"), BY),
    "give": (lambda: funded(SUM), give_lump_sum, ("lanterne", "live"), BY),
    "start": (patronage, start_subscription, (subscription(),), BY),
    "charge subscription": (subscribed, charge_subscription, ("s1",), BY),
    "charge subscriptions": (subscribed, charge_due_subscriptions, (), BY),
    "pause": (subscribed, pause_subscription, ("s1",), BY),
    "resume": (paused, resume_subscription, ("s1",), BY),
    "change subscription": (subscribed, change_subscription, ("s1", money("7")), BY),
    "cancel subscription": (subscribed, cancel_subscription, ("s1",), BY),
    "count": (lambda: subscribed(anchor=BY_CREATION), count_creation, ("s1", OPENS), BY),
    "publish": (lambda: subscribed(anchor=BY_CREATION), publish_creation, ("lanterne", OPENS), BY),
    "prepare": (lambda: planned(paid_back=True), prepare_payouts, ("lanterne",), BY),
    "withdraw": (
        lambda: planned(withdrawals=WithdrawalFee(fee=money("1"), free=1)),
        withdraw_payout,
        ("lanterne", "director", money("20")),
        {"number": 1} | BY,
    ),
    "approve": (lambda: planned(approvals=1), approve_payout, ("lanterne/director",), BY),
    "refuse": (lambda: planned(approvals=1), refuse_payout, ("lanterne/director",), BY),
    "reconsider": (lambda: planned(refused=True), reconsider_payout, ("lanterne/director",), BY),
    "fix a rate": (
        lambda: planned(currencies={"director": "CHF"}),
        fix_payout_rate,
        ("lanterne/director", TO_FRANCS, Rounding.UP),
        BY,
    ),
    "consent": (
        lambda: planned(schedule=PREMIERE),
        release_milestone,
        ("lanterne", "premiere", Consent(Consenter.PLATFORM)),
        BY,
    ),
    "refuse a milestone": (
        lambda: planned(schedule=PREMIERE),
        refuse_milestone,
        ("lanterne", "premiere"),
        BY,
    ),
    "merge payouts": (lambda: planned(schedule=TWICE), merge_payouts, ("lanterne", "director"), BY),
    "cancel a payout": (lambda: planned(failed=True), cancel_payout, ("lanterne/director",), BY),
    "return": (lambda: planned(sent=True), return_payout, ("lanterne/director",), {"costs_back": True} | BY),
    "release a reserve": (lambda: planned(reserve=TENTH), release_reserve, ("lanterne",), BY),
    "recover": (owing, recover_debt, ("lanterne", "lune", money("2")), {"key": "p0"} | BY),
    "pay back": (owing, pay_back_debt, ("lune", money("2")), {"key": "iban-1"} | BY),
    "write off": (
        owing,
        write_off_debt,
        ("lune", money("2")),
        {"bearer": Bearer.HOST, "key": "2027"} | BY,
    ),
    "spend credit": (
        lambda: another(credited()),
        spend_credit,
        (request("q0", "9", campaign_id="novel", backer_id="b0"),),
        {},
    ),
    "withdraw credit": (credited, withdraw_credit, ("b0", "EUR"), {"key": "w1"} | BY),
    "pass on": (credited, pass_on_credit, ("b0", "bob", "EUR"), {"key": "g1"} | BY),
    "retry": (declined, retry_refunds, ("lanterne",), BY),
    "expire credit": (expired, expire_credit, ("b0", "EUR"), {"goes_to": "charity"} | BY),
    "expire credits": (expired, expire_credits, (), {"goes_to": "charity"} | BY),
    "replace": (lambda: pledged("25"), replace_method, ("p0", "pm_2"), BY),
    "send": (settled, send_payout, ("lanterne/director",), BY),
    "invoice": (settled, issue_invoice, ("lanterne",), INVOICED),
    "credit": (feeless, issue_credit_note, ("lanterne", "lanterne/back/1"), INVOICED),
    "accrue share": (settled, accrue_fee_share, (SHARE, "lanterne"), BY),
    "settle share": (sharing, settle_fee_share, (SHARE,), {"key": "feb"} | BY),
    "note share": (sharing, note_fee_share, ("oce", money("0.50")), {"key": "bank"} | BY),
    "exchange": (backed, note_exchange, (dollars("9"), money("8")), {"key": "txn_1"} | BY),
    "bring over": (launched, import_opening, (RUNNING,), BY),
    "forget": (settled, forget_backer, ("b0",), BY | {"pseudonym": "nobody"}),
}


@pytest.mark.parametrize("name", WRITING)
def test_what_is_previewed_is_what_is_written_first(name):
    make, use_case, args, options = WRITING[name]
    ports = make()
    if use_case is merge_pledges:
        place_pledge(ports, request("p1", "7", backer_id="b0"))
    before = None if use_case is draft_campaign else all_of(ports)
    seen = preview(ports, use_case, *args, **options)
    assert seen != Changes()
    assert before is None or all_of(ports) == before
    assert refusals(ports, use_case, *args, **options) == ()
    acting = between(ports)
    use_case(acting, *args, **options)
    assert acting.store.commits[0] == seen


def test_every_use_case_that_acts_is_previewed():
    told = {getattr(usecases, name) for name in usecases.__all__ if name.startswith("state_")}
    asking = {
        finish_orders,
        *told,
        preview,
        refusals,
        usecases.list_refunds,
        usecases.list_uninvoiced,
        usecases.plan_refunds,
        usecases.is_due,
        usecases.export_backer,
    }
    found = {getattr(usecases, name) for name in usecases.__all__ if name[0].islower()}
    assert found - asking == {use_case for _, use_case, *_ in WRITING.values()}


def test_what_was_previewed_can_be_applied():
    ports = pledged("5")
    seen = preview(ports, cancel_pledge, "p0", actor="b0")
    ports.store.commit(seen)
    assert seen == preview(pledged("5"), cancel_pledge, "p0", actor="b0")
    assert refusals(ports, cancel_pledge, "p0", actor="b0")[0].code == "already-canceled"


def test_nothing_is_written_before_the_provider_is_asked():
    """Then there is nothing to see yet, and the provider is not asked."""
    ports = waiting()
    ports.clock.set(OPENS)
    before, asked = all_of(ports), len(ports.gateway.accepted())
    assert preview(ports, finish_orders, **BY) == Changes()
    assert preview(ports, place_pledge, request(tier_id="postcard")) == Changes()
    assert (all_of(ports), len(ports.gateway.accepted())) == (before, asked)


def test_nothing_to_do_is_nothing():
    ports = pledged("5")
    assert preview(ports, state_account, "lanterne") == Changes()
    assert preview(ports, transfer_pledge, "p0", "b0", **BY) == Changes()
    assert preview(ports, expire_pledges, "lanterne", **BY) == Changes()


def test_what_would_be_refused_is_refused():
    ports = due(pledged("5"))
    before = all_of(ports)
    asked = request(bonus="0.10", tier_id="postcard", quantity=4)
    with pytest.raises(Refused) as no:
        preview(ports, place_pledge, asked)
    found = refusals(ports, place_pledge, asked)
    assert found == no.value.refusals
    assert [reason.code for reason in found] == ["too-late", "sold-out"]
    assert all_of(ports) == before


@pytest.mark.parametrize("ask", [preview, refusals])
def test_other_errors_are_raised(ask):
    ports = launched()
    with pytest.raises(NotFound):
        ask(ports, place_pledge, request(campaign_id="etoile"))
    with pytest.raises(InvalidValue, match="a pledge request"):
        ask(ports, place_pledge, None)
    with pytest.raises(InvalidValue, match="what a use case runs on: expected Ports"):
        ask(None, place_pledge, request())
    for other in ("place_pledge", len, request, pledging.place):
        with pytest.raises(InvalidValue, match="a use case of pushcore is previewed, not"):
            ask(ports, other, request())


def test_what_the_provider_has_besides_can_be_read():
    """A use case may look at what a gateway is; whatever it asks of it comes after what it writes."""

    class Named:
        name = "acme"

        def __getattr__(self, name):
            return getattr(memory_ports(OPENS).gateway, name)

    @use_case
    def look(ports):
        ports.store.commit(Changes(done=(ports.gateway.name,)))

    assert preview(attrs.evolve(launched(), gateway=Named()), look).done == ("acme",)


def test_the_rules_of_a_host_are_asked_too():
    ports = attrs.evolve(launched(), rules=[lambda _: Refusal("acme-blocked")])
    assert [reason.code for reason in refusals(ports, place_pledge, request())] == ["acme-blocked"]
