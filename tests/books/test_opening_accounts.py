"""What accounts prove of a platform that is brought over: what contradicts them is refused."""

import attrs
import pytest
from brought import brought_over, exported, of_store, together, told
from funding_houses import BY, EVENTS, eventful
from lanterne import DAY, END, OPENS, collected, money
from usecases.test_disputes_and_refunds import TENTH
from usecases.test_recovering import canceled

from pushcore import (
    FeeSchedule,
    PayoutPlan,
    PayoutState,
    Percentage,
    PledgeState,
    Rounding,
    SplitPlan,
    accrue_fee_share,
    audit,
    finish_orders,
    note_fee_share,
    pay_back_debt,
    pay_out,
    refund_pledge,
    release_reserve,
    return_payout,
    settle_campaign,
    settle_fee_share,
    state_debt,
    state_wallet,
    withdraw_credit,
)
from pushcore.books.opening import bring_over
from pushcore.errors import GatewayError, GatewayUnavailable, InvalidDocument
from pushcore.ledger import Balance, chart
from pushcore.memory import Fault
from pushcore.payouts import (
    AccruedShare,
    Debt,
    Dispute,
    FeeShare,
    HeldReserve,
    SharePayment,
    SharePaymentState,
    Wallet,
    WithdrawalFee,
    WithdrawalState,
)
from pushcore.schemas import dump_opening, load_opening


@pytest.mark.parametrize("number", range(len(EVENTS) + 1))
def test_whatever_has_happened_is_brought_over(number):
    """Wallets, debts, reserves and disputes come along, and go on."""
    ports, new = eventful(number), brought_over(eventful(number))[0]
    assert of_store(new.store) == of_store(ports.store)
    assert told(new) == told(ports)
    assert together(new.store, new.now()) == together(ports.store, ports.now())
    assert audit(new.store.transactions()) == ()
    assert all(it.conserved for it in told(new))
    for one in (ports, new):
        for event in EVENTS[number:]:
            event(one)
        if number:
            release_after(one)
    assert told(new) == told(ports)
    assert together(new.store, new.now()) == together(ports.store, ports.now())
    for aggregate in Wallet, Debt, Dispute, HeldReserve:
        assert versionless(new, aggregate) == versionless(ports, aggregate)


def release_after(ports):
    ports.clock.set(END + 300 * DAY)
    release_reserve(ports, "lanterne", **BY)


def versionless(ports, kind):
    return {it.id: attrs.evolve(it, version=1) for it in ports.store._tables[kind].values()}


def test_credit_and_debts_go_on_after_the_cut_over():
    ports = eventful(9)
    new, _ = brought_over(ports)
    assert state_wallet(new, "b0", "EUR") == attrs.evolve(state_wallet(ports, "b0", "EUR"), version=1)
    withdraw_credit(new, "b0", "EUR", key="w2", actor="b0")
    left = state_debt(new, "lune", "EUR").outstanding
    assert pay_back_debt(new, "lune", left, key="b9", **BY).outstanding == money("0.00")
    assert audit(new.store.transactions()) == ()


def test_what_a_host_has_come_to_owe_is_not_owed_again_after_the_cut_over():
    ports = eventful(1)
    share = FeeShare(
        "oce", Percentage.of("15"), Rounding.HALF_UP, payee_id="oc", threshold=money("1.00"), on_top=["tip"]
    )
    owed = accrue_fee_share(ports, share, "lanterne", **BY)
    settle_fee_share(ports, share, key="feb", **BY)
    new, _ = brought_over(ports)
    assert accrue_fee_share(new, share, "lanterne", **BY) == owed
    assert new.store.balance(chart.host_owed_account("oce"), "EUR").available == money("0.00")


def test_what_a_host_paid_of_its_own_funds_is_brought_over():
    ports = eventful(1)
    share = FeeShare("oce", Percentage.of("15"), Rounding.HALF_UP, payee_id="oc", threshold=money("1.00"))
    assert accrue_fee_share(ports, share, "lanterne", **BY).amount == money("2.52")
    note_fee_share(ports, "oce", money("1.00"), key="bank", **BY)
    new, _ = brought_over(ports)
    own, owed = chart.own_funds_account("oce"), chart.host_owed_account("oce")
    assert new.store.balance(own, "EUR").posted == money("1.00")
    assert new.store.balance(owed, "EUR").posted == money("1.52")


def sharing(ports, *faults):
    """What a host owes of a settled campaign, which it pays meanwhile."""
    share = FeeShare("oce", Percentage.of("15"), Rounding.HALF_UP, payee_id="oc", threshold=money("1.00"))
    accrue_fee_share(ports, share, "lanterne", **BY)
    ports.gateway.fail_next(*faults)
    return share


def payment_of(ports, key="feb"):
    return ports.store.find(SharePayment, f"oce/EUR/{key}")


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER])
def test_a_payment_of_a_host_under_way_is_finished_after_the_cut_over(fault):
    ports = eventful(1)
    share = sharing(ports, fault)
    with pytest.raises(GatewayError):
        settle_fee_share(ports, share, key="feb", **BY)
    new, opening = brought_over(ports)
    assert payment_of(new).state is SharePaymentState.ORDERED
    assert load_opening(dump_opening(opening)) == opening
    for lost in ({"orders": ()}, {"pending": ()}):
        assert refused(attrs.evolve(opening, **lost)) >= {"missing"}
    nobodys = [it for it in opening.beside if not isinstance(it, SharePayment)]
    assert refused(attrs.evolve(opening, beside=nobodys)) == {"unknown"}
    assert finish_orders(new, actor="clerk") == {}
    assert payment_of(new).state is SharePaymentState.PAID
    assert new.store.balance(chart.host_owed_account("oce"), "EUR").posted == money("0.00")
    assert len([it for it in new.gateway.accepted() if it.key == "oce/EUR/feb/share/1"]) == 1
    assert audit(new.store.transactions()) == ()


def test_what_a_host_has_paid_or_failed_to_pay_is_not_paid_again_under_its_key():
    ports = eventful(1)
    share = sharing(ports)
    ports.gateway.decline("oc")
    settle_fee_share(ports, share, key="feb", **BY)
    ports.gateway.accept("oc")
    note_fee_share(ports, "oce", money("0.50"), key="bank", **BY)
    new, _ = brought_over(ports)
    assert note_fee_share(new, "oce", money("0.50"), key="bank", **BY) == payment_of(ports, "bank")
    assert settle_fee_share(new, share, key="feb", **BY).attempts == 2
    assert settle_fee_share(new, share, key="feb", **BY).amount == money("2.02")
    assert audit(new.store.transactions()) == ()


def test_a_withdrawal_under_way_is_finished_after_the_cut_over():
    ports = eventful(3)
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(GatewayUnavailable):
        withdraw_credit(ports, "b0", "EUR", key="w1", actor="b0")
    new, opening = brought_over(ports)
    for lost in ({"orders": ()}, {"pending": ()}):
        assert refused(attrs.evolve(opening, **lost)) >= {"missing"}
    assert finish_orders(new, actor="clerk") == {}
    assert {it.state for it in state_wallet(new, "b0", "EUR").withdrawals} == {WithdrawalState.ARRIVED}


def refused(opening):
    with pytest.raises(InvalidDocument) as wrong:
        bring_over(opening, OPENS, "host")
    assert all(it.path and it.message for it in wrong.value.problems)
    return {it.kind for it in wrong.value.problems}


def settled(*, paid=True, **changed):
    """La Lanterne of 60.00 and 40.00, settled elsewhere: 64.12 and 27.48 for the payees, 8.40 of fees."""
    ports = collected("60.00", "40.00", **changed)
    settle_campaign(ports, "lanterne", **BY)
    if paid:
        pay_out(ports, "lanterne", **BY)
    return exported(ports.store, ports.now())


def stood(account, came="0", went="0"):
    """Where an account stands: debits and credits."""
    zero = money("0")
    return Balance(account, money(came), money(went), zero, zero)


def having(opening, *balances):
    """The same with some balances in the place of those of their accounts."""
    paths = {it.account.path for it in balances}
    others = [it for it in opening.balances if it.account.path not in paths]
    return attrs.evolve(opening, balances=[*others, *balances])


def renamed(opening, path, name):
    balances = [
        attrs.evolve(it, account=attrs.evolve(it.account, path=name)) if it.account.path == path else it
        for it in opening.balances
    ]
    return attrs.evolve(opening, balances=balances)


def pledge_of(opening, amount):
    """The same where the first pledge was of another amount."""
    first, *others = opening.pledges
    quote = attrs.evolve(first.quote, lines=[attrs.evolve(first.quote.lines[0], unit=money(amount))])
    asked = attrs.evolve(first.request, selection=attrs.evolve(first.selection, bonus=money(amount)))
    quote = attrs.evolve(quote, selection=asked.selection)
    return attrs.evolve(opening, pledges=[attrs.evolve(first, request=asked, quote=quote), *others])


PAYEE, HELD = chart.payee_account("lanterne", "band"), chart.held_account("lanterne")
CONTRADICTIONS = {
    "no pledges": (lambda it: attrs.evolve(it, pledges=()), {"collected"}),
    "a pledge is missing": (lambda it: attrs.evolve(it, pledges=it.pledges[:1]), {"collected"}),
    "a pledge of 6000": (lambda it: pledge_of(it, "6000.00"), {"collected"}),
    "a payout is missing": (lambda it: attrs.evolve(it, payouts=it.payouts[1:]), {"paid"}),
    "a larger payout": (
        lambda it: attrs.evolve(
            it, payouts=[attrs.evolve(it.payouts[0], amount=money("690.00")), *it.payouts[1:]]
        ),
        {"paid"},
    ),
    "somebody else was paid": (
        lambda it: attrs.evolve(
            it, payouts=[*it.payouts, attrs.evolve(it.payouts[0], id="x", payee_id="typo")]
        ),
        {"unknown"},
    ),
    "payee misspelt": (lambda it: renamed(it, PAYEE.path, "campaign/lanterne/payee/typo"), {"unknown"}),
    "fees misspelt": (
        lambda it: renamed(it, "campaign/lanterne/fees/platform", "campaign/lanterne/feees/platform"),
        {"unknown"},
    ),
    "no such fee": (
        lambda it: renamed(it, "campaign/lanterne/fees/platform", "campaign/lanterne/fees/x"),
        {"unknown"},
    ),
    "provider misspelt": (lambda it: renamed(it, "provider", "prov"), {"unknown"}),
    "too many names": (lambda it: renamed(it, HELD.path, "campaign/lanterne/held/x"), {"unknown"}),
    "too few names": (lambda it: renamed(it, PAYEE.path, "campaign/lanterne/payee"), {"unknown"}),
    "no two currencies": (lambda it: renamed(it, "provider", "fx/EUR"), {"unknown"}),
    "another side": (
        lambda it: having(it, attrs.evolve(stood(PAYEE, "27.48", "27.48"), account=SLACK)),
        {"account"},
    ),
    "below zero": (lambda it: having(it, stood(chart.PROVIDER, "-5.00", "-13.40")), {"below-zero"}),
    "what is left only": (
        lambda it: having(it, stood(HELD), stood(PAYEE), stood(chart.payee_account("lanterne", "director"))),
        {"collected", "paid", "not-conserved"},
    ),
    "credit of nobody": (
        lambda it: having(
            it,
            stood(chart.PROVIDER, "100.00", "86.60"),
            stood(chart.wallet_account("bob"), "0", "5.00"),
        ),
        {"account"},
    ),
    "a wallet without credit": (
        lambda it: attrs.evolve(it, beside=[Debt("lune", money("5.00"), version=1)]),
        {"account"},
    ),
    "a share elsewhere": (
        lambda it: attrs.evolve(it, beside=[AccruedShare("other", "oce", money("0.00"))]),
        {"unknown"},
    ),
    "a reserve elsewhere": (
        lambda it: attrs.evolve(it, beside=[HeldReserve("other", {}, [], money("0.00"))]),
        {"unknown"},
    ),
}
SLACK = attrs.evolve(PAYEE, guarded=False)


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_what_the_accounts_disprove_is_refused(name):
    change, kinds = CONTRADICTIONS[name]
    opening = settled()
    bring_over(opening, OPENS, "host")
    assert refused(change(opening)) == kinds


def test_what_was_left_out_is_missed():
    """A payee who is owed what nothing pays, unless that is asked for, or not worth a transfer."""
    opening = settled(paid=False)
    bring_over(opening, OPENS, "host")
    assert refused(attrs.evolve(opening, payouts=opening.payouts[:1])) == {"missing"}
    for plan in (
        PayoutPlan(withdrawals=WithdrawalFee(fee=money("0"), free=0)),
        PayoutPlan(least=money("50.00")),
        PayoutPlan(least=money("27.48"), step=money("0.05")),
    ):
        waiting = settled(paid=False, payouts=plan)
        assert len(waiting.payouts) < 2
        bring_over(waiting, OPENS, "host")


def test_only_payouts_that_are_still_to_be_made_are_not_covered():
    """Both payees were paid, and the first one is to be paid another cent, which is not there."""
    opening = settled()
    first, *others = opening.payouts
    more = attrs.evolve(
        first, id="x", number=9, state=PayoutState.PREPARED, attempts=0, amount=money("0.01"), converted=None
    )
    with pytest.raises(InvalidDocument) as error:
        bring_over(attrs.evolve(opening, payouts=[first, more, *others]), OPENS, "host")
    assert [(it.path, it.kind) for it in error.value.problems] == [("payouts.1.amount", "uncovered")]


def test_a_debt_of_nothing_needs_no_account():
    opening = attrs.evolve(settled(), beside=[Debt.none("lune", money("0").currency)])
    _, changes = bring_over(opening, OPENS, "host")
    assert changes.put[-1] == Debt("lune", money("0.00"), version=1)


def test_what_is_not_settled_is_nobodys_part():
    opening = exported(collected("60.00", "40.00").store, OPENS)
    fee = chart.fee_account("lanterne", "platform")
    wrong = having(opening, stood(chart.PROVIDER, "105.00"), stood(HELD, "0", "105.00"))
    assert refused(wrong) == {"held"}
    wrong = having(opening, stood(chart.PROVIDER, "105.00"), stood(fee, "0", "5.00"))
    assert refused(wrong) == {"not-settled", "not-conserved"}


def test_what_comes_back_to_a_creator_is_nobodys_part():
    """The fee of a dispute that is won, which they had paid: it was refused, paid out or not."""
    ports = canceled()
    for step in (
        lambda: None,
        lambda: pay_out(ports, "lanterne", **BY),
        lambda: return_payout(ports, "lanterne/lune", costs_back=True, **BY),
    ):
        step()
        assert told(brought_over(ports)[0]) == told(ports)


def test_what_went_back_leaves_room():
    """Pledges that are over need not come along, but what refunds have left does."""
    ports = eventful(3)
    opening = exported(ports.store, ports.now())
    over = [it for it in opening.pledges if it.state.value == "refunded"]
    assert len(over) == 2
    bring_over(attrs.evolve(opening, pledges=[it for it in opening.pledges if it not in over]), END, "host")
    assert refused(attrs.evolve(opening, pledges=over)) == {"collected"}


@pytest.mark.parametrize("state", [PledgeState.REFUNDED, PledgeState.UNREFUNDED])
def test_what_backers_bore_of_refunds_after_the_settlement_has_stayed(state):
    """A tenth of 40.00: a sound platform was refused, as 60.00 is less than 64.00. It must come along."""
    ports = collected("60.00", "40.00", refunds=TENTH, fees=FeeSchedule(), splits=SplitPlan())
    settle_campaign(ports, "lanterne", **BY)
    pay_out(ports, "lanterne", **BY)
    if state is PledgeState.UNREFUNDED:
        ports.gateway.decline("p1")
    assert refund_pledge(ports, "p1", **BY).state is state
    new, opening = brought_over(ports)
    assert told(new) == told(ports)
    for alone in opening.pledges:
        assert refused(attrs.evolve(opening, pledges=[alone])) == {"collected"}


def test_what_a_bank_kept_of_a_transfer_is_gone_from_the_account_of_its_payee():
    ports = collected("60.00", "40.00")
    settle_campaign(ports, "lanterne", **BY)
    pay_out(ports, "lanterne", **BY)
    came = ports.store.payout("lanterne/band").amount - money("3.00")
    return_payout(ports, "lanterne/band", costs_back=True, came_back=came, **BY)
    new, _ = brought_over(ports)
    assert told(new) == told(ports)
    band = chart.payee_account("lanterne", "band")
    assert new.store.balance(band, "EUR").available == came


def test_open_disputes_come_along():
    opening = exported(eventful(4).store, END)
    beside = [it for it in opening.beside if not isinstance(it, Dispute)]
    assert refused(attrs.evolve(opening, beside=beside)) == {"account", "missing"}


def test_all_that_is_wrong_is_named_at_once():
    wrong = having(settled(), stood(chart.payee_account("lanterne", "typo"), "1.00", "1.00"))
    wrong = renamed(wrong, "provider", "prov")
    with pytest.raises(InvalidDocument) as error:
        bring_over(wrong, OPENS, "host")
    assert [(it.path, it.message) for it in error.value.problems] == [
        ("balances.0.account.path", "there is no account prov"),
        (
            f"balances.{len(wrong.balances) - 1}.account.path",
            "campaign lanterne has no payee typo: band, director, lune",
        ),
    ]
