"""The gateway over a provider among the examples is a gateway, and reads the provider's webhooks."""

import importlib.util
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pushcore import Accepted, Decline, Declined, Money
from pushcore.errors import GatewayMisuse, GatewayUnavailable, KeyReused, OutcomeUnknown
from pushcore.gateway import (
    Charge,
    DisputeState,
    DisputeTold,
    OrderAnswered,
    Prepare,
    RefundBounced,
    RefundMade,
    Transfer,
)
from pushcore.memory import Fault
from pushcore.schemas import load
from pushcore.testing import GatewayAbilities, GatewayContract, simulate_platform

EXAMPLES = Path(__file__).parents[2] / "examples"


def loaded(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


acme, EXAMPLE = loaded("acme"), loaded("acme_gateway")
SECRET = b"webhook-secret"
TEN = Money.of("10", "EUR")


def made(gateway=EXAMPLE.AcmeGateway, client=None, kept=None, **more):
    return gateway(
        acme.Client() if client is None else client,
        {} if kept is None else kept,
        token_of=lambda pledge_id: f"tok_{pledge_id}",
        account_of=lambda payee_id: f"acct_{payee_id}",
        **more,
    )


class Directed(EXAMPLE.AcmeGateway):
    """Told what to do as the gateway in memory is, by telling ACME."""

    FAULTS = {  # noqa: RUF012  constant
        Fault.BEFORE: (acme.CannotConnect, "before"),
        Fault.AFTER: (acme.ServerError, "after"),
    }

    def decline(self, who, reason=Decline.RETRYABLE, code="no_funds"):
        del reason
        self._client.declining[who] = code

    def accept(self, who):
        self._client.declining.pop(who, None)

    def held(self, currency):
        return Money.of_minor(self._client.balance[str(currency).lower()], currency)

    def deposit(self, amount):
        self._client.balance[amount.currency.code.lower()] += amount.minor

    def fail_next(self, *faults):
        for fault in faults:
            error, when = self.FAULTS[fault]
            self._client.faults.append((error("told to"), when))

    def accepted(self):
        kept = (it for it in self._kept.values() if it["answer"] is not None)
        return [load(it["order"]) for it in kept if isinstance(load(it["answer"]), Accepted)]


class TestAcmeGateway(GatewayContract):
    abilities = GatewayAbilities(directed=True, faults=True)

    @pytest.fixture
    def make_gateway(self):
        return lambda: made(Directed)


class TestAcmeGatewayThatSharesTheAccount(GatewayContract):
    @pytest.fixture
    def make_gateway(self):
        return lambda: made(prefix="staging/")


@pytest.mark.parametrize("seed", range(2))
def test_a_platform_lives_over_it(seed):
    assert simulate_platform(seed, steps=40, make_gateway=lambda: made(Directed)).operations_done >= 40


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (acme.CannotConnect("down"), GatewayUnavailable),
        (acme.Unauthorized("who are you"), GatewayUnavailable),
        (acme.ServerError("500"), OutcomeUnknown),
        (TimeoutError("slow"), OutcomeUnknown),
        (acme.IdempotencyError("other"), KeyReused),
        (acme.InvalidRequest("no such thing"), GatewayMisuse),
    ],
    ids=lambda it: type(it).__name__,
)
def test_each_error_of_the_provider_becomes_one_of_ours(error, raised):
    client = acme.Client()
    client.faults.append((error, "before"))
    with pytest.raises(raised):
        made(client=client).prepare(Prepare("p1/prepare", "p1", "ana"))


@pytest.mark.parametrize(
    ("code", "reason"),
    [("stolen_card", Decline.FINAL), ("expired_card", Decline.NEEDS_BACKER), ("x", Decline.RETRYABLE)],
)
def test_a_card_that_says_no_is_an_answer(code, reason):
    client = acme.Client(declining={"ana": code})
    assert made(client=client).prepare(Prepare("p1/prepare", "p1", "ana")) == Declined(reason, code)


def charged(client, kept):
    gateway = made(client=client, kept=kept)
    method = gateway.prepare(Prepare("p1/prepare", "p1", "ana")).reference
    return Charge("p1/charge/1", "p1", "lanterne", TEN, method)


def test_what_the_provider_kept_is_told():
    client, kept = acme.Client(fee=3), {}
    answer = made(client=client, kept=kept).charge(charged(client, kept))
    assert answer == Accepted(answer.reference, fee=Money.of("0.30", "EUR"))


def test_a_key_that_the_provider_forgot_moves_nothing_again():
    client, kept = acme.Client(), {}
    order = charged(client, kept)
    client.faults.append((acme.ServerError("lost"), "after"))
    gateway = made(client=client, kept=kept)
    with pytest.raises(OutcomeUnknown):
        gateway.charge(order)
    client.forget_keys()
    answer = gateway.status(order.key)  # which pushcore asks first
    assert isinstance(answer, Accepted)
    assert client.balance["eur"] == 1000
    assert gateway.status("p1/charge/2") is None


def test_what_was_rejected_stays_so_when_the_provider_would_do_it():
    client, kept = acme.Client(), {}
    order = charged(client, kept)
    missing = Charge("p9/charge/1", "p9", "lanterne", TEN, "method_9")
    with pytest.raises(GatewayMisuse):
        made(client=client, kept=kept).charge(missing)
    client.forget_keys()
    with pytest.raises(GatewayMisuse):
        made(client=client, kept=kept).charge(missing)
    assert order.key not in kept


def test_an_amount_in_another_currency_cannot_arrive():
    order = Transfer("t1", "lanterne/lune", "lune", TEN, arrives=Money.of("11", "USD"))
    with pytest.raises(GatewayMisuse):
        made().transfer(order)


def told(prefix="", **event):
    body = json.dumps(event).encode()
    return EXAMPLE.events_of(body, acme.signature(body, SECRET), secret=SECRET, prefix=prefix)


AMOUNT = {"id": "x_1", "amount": 1000, "currency": "eur"}
OF_P1 = {"payment_metadata": {"key": "p1/charge/1"}}


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        (
            {"type": "payment.succeeded", **AMOUNT, "fee": 30, "metadata": {"key": "p1/charge/1"}},
            (OrderAnswered("p1/charge/1", Accepted("x_1", fee=Money.of("0.30", "EUR"))),),
        ),
        (
            {"type": "payout.failed", **AMOUNT, "code": "account_closed", "metadata": {"key": "t1"}},
            (OrderAnswered("t1", Declined(Decline.FINAL, "account_closed")),),
        ),
        (
            {"type": "refund.succeeded", **AMOUNT, "metadata": {"key": "p1/refund/1"}, **OF_P1},
            (OrderAnswered("p1/refund/1", Accepted("x_1")),),
        ),
        ({"type": "refund.succeeded", **AMOUNT, **OF_P1}, (RefundMade("p1/charge/1", TEN, "x_1"),)),
        (
            {"type": "refund.returned", **AMOUNT, "metadata": {"key": "p1/refund/1"}, **OF_P1},
            (RefundBounced("p1/charge/1", TEN, "x_1"),),
        ),
        (
            {"type": "dispute.lost", **AMOUNT, "created": 86400, **OF_P1},
            (
                DisputeTold(
                    dispute_id="x_1",
                    charged="p1/charge/1",
                    amount=TEN,
                    state=DisputeState.LOST,
                    at=datetime(1970, 1, 2, tzinfo=UTC),
                ),
            ),
        ),
        ({"type": "customer.created", "id": "x"}, ()),
        ({"type": "payment.created", "metadata": {"key": "p1/charge/1"}}, ()),
    ],
)
def test_webhooks_become_events(event, wanted):
    assert told(**event) == wanted


def test_webhooks_of_others_are_not_for_us():
    event = {"type": "payout.succeeded", **AMOUNT}
    assert told("live/", **event, metadata={"key": "staging/t1"}) == ()
    assert told("live/", **event, metadata={"key": "live/t1"}) == (OrderAnswered("t1", Accepted("x_1")),)


def test_a_webhook_that_the_provider_did_not_sign_is_refused():
    with pytest.raises(PermissionError):
        EXAMPLE.events_of(b"{}", acme.signature(b"{}", b"another"), secret=SECRET)
