"""A payment gateway over a provider: ACME, which does not exist. Its client in `acme.py` is like many.

`AcmeGateway` is a `pushcore.ports.PaymentGateway`, and passes its contract. `events_of` reads ACME's webhooks
for `pushcore.receive_event`.
"""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime, timedelta

import acme

from pushcore import Abilities, Accepted, Decline, Declined, Money
from pushcore.errors import GatewayMisuse, GatewayUnavailable, KeyReused, OutcomeUnknown
from pushcore.gateway import DisputeState, DisputeTold, OrderAnswered, RefundBounced, RefundMade
from pushcore.schemas import dump, load

ABILITIES = Abilities(
    saves_methods=True,  # and charges them later, with nobody there
    authorization_lifetime=timedelta(days=7),  # None where nothing can be held
    partial_capture=True,
    refunds=True,
    refund_window=timedelta(days=180),  # None where that has no end
    longest_hold=timedelta(days=90),  # how long money may wait before it is paid out
    smallest_charge={"EUR": Money.of("0.50", "EUR")},
    partial_refunds=True,
    returns_fee=False,
    dispute_fee={"EUR": Money.of("15.00", "EUR")},
    returns_dispute_fee=True,
)
"""What ACME says in our contract with it. The first six have to be said; the others may be left out."""

REASONS = {
    "expired_card": Decline.NEEDS_BACKER,
    "authentication_required": Decline.NEEDS_BACKER,
    "stolen_card": Decline.FINAL,
    "account_closed": Decline.FINAL,
}
"""What can be done about ACME's codes. All others, such as no funds, are tried again."""


class AcmeGateway:
    """ACME as pushcore sees it.

    Args:
        client: ACME's own.
        kept: A table of ours, by key: what was asked, and what came of it. ACME forgets keys after a day.
        token_of: The token that ACME's form gave for a pledge.
        account_of: The account that a payee gave.
        prefix: Stands before every key, where several systems share the account at ACME.
    """

    abilities = ABILITIES

    def __init__(self, client, kept, *, token_of, account_of, prefix=""):
        self._client, self._kept, self._prefix = client, kept, prefix
        self._token_of, self._account_of = token_of, account_of

    def prepare(self, order, /):
        """Save the method behind the token of the page."""
        return self._asked(order, self._client.save_method, lambda: [self._token_of(order.pledge_id)])

    def authorize(self, order, /):
        """Hold the amount."""
        token = self._token_of(order.pledge_id)
        return self._asked(order, self._client.hold, lambda: [*_amount(order), token])

    def charge(self, order, /):
        """Take the amount from a saved method."""
        return self._asked(order, self._client.charge, lambda: [*_amount(order), order.method])

    def capture(self, order, /):
        """Take the amount, or less of it, of what is held."""
        return self._asked(order, self._client.capture, lambda: [_amount(order)[0], order.authorization])

    def refund(self, order, /):
        """Give back a part of a payment, which has the key of its charge in its metadata."""
        return self._asked(
            order, self._client.refund, lambda: [self._made_by(order.charged), _amount(order)[0]]
        )

    def void(self, order, /):
        """Forget a method or set a hold free, if it ever came to be."""
        return self._asked(order, self._client.release, lambda: [self._made_by(order.prepared)])

    def transfer(self, order, /):
        """Send the amount to the account of the payee."""
        if order.arrives is not None:
            message = f"ACME pays out in the currency of the amount, {order.amount.currency.code}"
            raise GatewayMisuse(message, key=order.key)
        return self._asked(
            order, self._client.pay_out, lambda: [*_amount(order), self._account_of(order.payee_id)]
        )

    def status(self, key, /):
        """What became of an order: what we kept, or else what ACME has with its key in the metadata."""
        if (known := self._kept.get(key)) is not None:
            return None if known["answer"] is None else load(known["answer"])
        try:
            made = self._client.find(self._prefix + key)
        except (acme.AcmeError, TimeoutError) as error:  # a question moves nothing
            message = f"ACME was not reached for the status of {key}"
            raise GatewayUnavailable(message, key=key) from error
        return None if made is None else _answer(made)

    def _asked(self, order, call, arguments):
        """The answer to an order: the first one, whenever it is asked again."""
        key = order.key
        if (known := self._kept.get(key)) is not None:
            if known["order"] != dump(order):
                message = f"key {key} came with another order before"
                raise KeyReused(message, key=key)
            if known["answer"] is None:
                message = f"ACME rejected {key} before"
                raise GatewayMisuse(message, key=key)
            return load(known["answer"])
        try:
            made = call(*arguments(), key=self._prefix + key, metadata=self._metadata(order))
            answer = _answer(made)
        except acme.CardError as error:
            answer = Declined(REASONS.get(error.code, Decline.RETRYABLE), error.code)
        except acme.IdempotencyError as error:
            message = f"key {key} came with another order before"
            raise KeyReused(message, key=key) from error
        except acme.InvalidRequest as error:
            answer = self.status(key)  # it may have been carried out before, and ACME has forgotten the key
            if answer is None:
                self._keep(order, None)
                message = f"ACME rejected {key}: {error}"
                raise GatewayMisuse(message, key=key) from error
        except (acme.CannotConnect, acme.Unauthorized) as error:
            message = f"ACME was not reached for {key}: {error}"
            raise GatewayUnavailable(message, key=key) from error
        except (acme.ServerError, TimeoutError) as error:
            message = f"the answer to {key} was lost"
            raise OutcomeUnknown(message, key=key) from error
        self._keep(order, answer)
        return answer

    def _keep(self, order, answer):
        kept = None if answer is None else dump(answer)
        self._kept.setdefault(order.key, {"order": dump(order), "answer": kept})

    def _made_by(self, key):
        """What ACME calls what it made for an order; a name of nothing where it made nothing."""
        made = self._client.find(self._prefix + key)
        return "nothing" if made is None else made.id

    def _metadata(self, order):
        """What ACME shows in its dashboard, and gives back with its webhooks. No personal data."""
        ids = "pledge_id", "backer_id", "campaign_id", "payout_id", "payee_id"
        return {"key": self._prefix + order.key} | {
            it: getattr(order, it) for it in ids if hasattr(order, it)
        }


def _amount(order):
    """What ACME moves: what the backer sees, where that is another currency.

    ACME counts as ISO 4217 does; for those that do not there is `pushcore.money.ProviderCatalogue`.
    """
    moved = getattr(order, "presented", None) or order.amount
    return moved.minor, moved.currency.code.lower()


def _answer(made):
    """What ACME's record of something says of it; None while it has no outcome."""
    match made.state:
        case "succeeded" if made.kind == "payment":
            return Accepted(made.id, fee=Money.of_minor(made.fee, made.currency.upper()))
        case "succeeded":
            return Accepted(made.id)
        case "failed":
            return Declined(REASONS.get(made.code, Decline.RETRYABLE), made.code)
        case _:
            return None


DISPUTE_STATES = {
    "opened": DisputeState.OPENED,
    "contested": DisputeState.EVIDENCE_SUBMITTED,
    "with_the_bank": DisputeState.UNDER_REVIEW,
    "withdrawn": DisputeState.WITHDRAWN,
    "lost": DisputeState.LOST,
    "won": DisputeState.WON,
}


def events_of(body, signature, *, secret, prefix=""):
    """What a webhook of ACME's tells, for `receive_event`; nothing where it is not for us.

    Raises:
        PermissionError: it is not signed by ACME. Answer 400, and do nothing.
    """
    if not hmac.compare_digest(acme.signature(body, secret), signature):
        message = "this webhook is not signed by ACME"
        raise PermissionError(message)
    told = json.loads(body)
    ordered = told.get("metadata", {}).get("key")
    charged = told.get("payment_metadata", {}).get("key", "")
    key = ordered or charged
    if not key or not key.startswith(prefix):
        return ()  # of another system that shares the account
    key, charged = key.removeprefix(prefix), charged.removeprefix(prefix)
    match told["type"].partition("."):
        case "refund", _, "succeeded" if (
            ordered is None
        ):  # made in the dashboard: those we ordered have a key
            return (RefundMade(key, _money(told), told["id"]),)
        case "refund", _, "returned":  # by the bank, whoever ordered it
            return (RefundBounced(charged, _money(told), told["id"]),)
        case "dispute", _, state if state in DISPUTE_STATES:
            at = datetime.fromtimestamp(told["created"], UTC)
            news = DisputeTold(
                dispute_id=told["id"],
                charged=key,
                amount=_money(told),
                state=DISPUTE_STATES[state],
                at=at,
            )
            return (news,)
        case kind, _, "succeeded" | "failed" as state:
            more = {name: told[name] for name in ("amount", "currency", "fee", "code") if name in told}
            return (OrderAnswered(key, _answer(acme.Made(told["id"], kind, {}, state=state, **more))),)
        case _:
            return ()


def _money(told):
    return Money.of_minor(told["amount"], told["currency"].upper())
