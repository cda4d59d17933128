import pytest
from lanterne import between, closed, collected, launched, money, written

from pushcore import Payout, PayoutState, audit, pay_out, send_payout, settle_campaign, state_account
from pushcore.errors import Conflict, GatewayMisuse, GatewayUnavailable, NotFound, OutcomeUnknown
from pushcore.gateway import Transfer
from pushcore.memory import Fault


def settled(*amounts):
    ports = collected(*amounts)
    settle_campaign(ports, "lanterne", actor="clerk")
    return ports


def pay(ports):
    return pay_out(ports, "lanterne", actor="clerk")


def transfers(ports):
    return [order for order in ports.gateway.accepted() if isinstance(order, Transfer)]


def test_every_payee_is_paid_once():
    """OC34: the batch goes out twice, the money once."""
    ports = settled("60.00", "40.00")
    sent = pay(ports)
    assert {payout.state for payout in sent.values()} == {PayoutState.PAID}
    before = written(ports)
    assert pay(ports) == sent
    assert written(ports) == before
    statement = state_account(ports, "lanterne")
    assert statement.paid == statement.payees
    fees = sum(statement.fees.values(), money(0))
    assert ports.gateway.held("EUR") == fees
    assert audit(ports.store.transactions()) == ()


def test_one_who_cannot_be_paid_does_not_hold_up_the_others():
    ports = settled("60.00", "40.00")
    ports.gateway.decline("band")
    sent = pay(ports)
    assert {payout.payee_id: payout.state for payout in sent.values()} == {
        "director": PayoutState.PAID,
        "band": PayoutState.FAILED,
    }
    assert state_account(ports, "lanterne").paid["band"] == money(0)
    ports.gateway.accept("band")
    again = pay(ports)
    assert {payout.attempts for payout in again.values()} == {1, 2}
    statement = state_account(ports, "lanterne")
    assert statement.paid == statement.payees
    assert len(transfers(ports)) == 2


@pytest.mark.parametrize(
    ("fault", "error"), [(Fault.BEFORE, GatewayUnavailable), (Fault.AFTER, OutcomeUnknown)]
)
def test_a_lost_answer_is_asked_for_again(fault, error):
    ports = settled("60.00", "40.00")
    ports.gateway.fail_next(fault)
    first = pay(ports)
    assert [type(one) for one in first.values()] == [error, Payout]
    second = pay(ports)
    assert {payout.state for payout in second.values()} == {PayoutState.PAID}
    assert len(transfers(ports)) == 2
    assert audit(ports.store.transactions()) == ()


def test_what_the_provider_rejects_has_failed_and_is_sent_again():
    ports = settled("60.00", "40.00")
    transfer = ports.gateway.transfer

    def rejecting(order):
        raise GatewayMisuse(order.key)

    ports.gateway.transfer = rejecting
    assert {type(one) for one in pay(ports).values()} == {GatewayMisuse}
    assert {(it.state, it.attempts) for it in ports.store.payouts("lanterne")} == {(PayoutState.FAILED, 1)}
    assert not list(ports.store.open_orders())
    ports.gateway.transfer = transfer
    assert {(it.state, it.attempts) for it in pay(ports).values()} == {(PayoutState.PAID, 2)}
    assert audit(ports.store.transactions()) == ()


@pytest.mark.parametrize("commits", [0, 1])
@pytest.mark.parametrize("pays", [True, False])
def test_two_who_pay_at_once_pay_once_and_try_once(commits, pays):
    """A transfer that was declined is not ordered again because two asked for it."""
    ports = settled("100.00")
    if not pays:
        ports.gateway.decline("director")
    director, _ = ports.store.payouts("lanterne")

    def other():
        send_payout(ports, director.id, actor="clerk")

    ours = send_payout(between(ports, *[lambda: None] * commits, other), director.id, actor="clerk")
    assert ours == ports.store.payout(director.id)
    assert ours.state is (PayoutState.PAID if pays else PayoutState.FAILED)
    assert len(transfers(ports)) == pays
    assert ours.attempts == 1


def test_who_is_late_with_an_order_reads_no_open_ones():
    """None is done by an attempt that only begins: the whole outbox was read for each race that was lost."""
    ports = settled("100.00")
    director, _ = ports.store.payouts("lanterne")
    late = between(ports, lambda: send_payout(ports, director.id, actor="clerk"))
    late.store.open_orders = lambda: pytest.fail("the outbox was read")
    assert send_payout(late, director.id, actor="clerk").state is PayoutState.PAID


def test_a_conflict_of_another_kind_is_raised():
    """The ledger would not have it: nobody else took the answer, and the payout is still under way."""
    ports = settled("100.00")
    director, _ = ports.store.payouts("lanterne")

    def no():
        raise Conflict

    with pytest.raises(Conflict):
        send_payout(between(ports, *[lambda: None, no] + [no] * 4), director.id, actor="clerk")
    assert ports.store.payout(director.id).state is PayoutState.SENT


def test_nothing_is_paid_before_the_settlement():
    for ports in (launched(), closed("99.99"), collected("100.00")):
        assert pay(ports) == {}


def test_whom_nobody_knows():
    ports = settled("100.00")
    for nothing in ("etoile", None, []):
        with pytest.raises(NotFound):
            pay_out(ports, nothing, actor="clerk")
        with pytest.raises(NotFound):
            send_payout(ports, nothing, actor="clerk")
