"""ACME, a payment provider that does not exist: its client, and in it all of ACME, for tests.

It does what most providers do: a key that comes again gives the first result for a day, whatever is made
keeps the metadata it was given and can be found by them, and a card that says no is an exception.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from threading import Lock


class AcmeError(Exception):
    """Whatever ACME says instead of an answer."""


class CardError(AcmeError):
    """The bank said no; nothing moved."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class IdempotencyError(AcmeError):
    """The key came with another request."""


class InvalidRequest(AcmeError):
    """There is no such thing, or not so much of it; nothing moved, and under this key nothing ever will."""


class Unauthorized(AcmeError):
    """The password is wrong, or the account is blocked; nothing moved."""


class CannotConnect(AcmeError):
    """Nothing was sent."""


class ServerError(AcmeError):
    """Something broke, before or after."""


@dataclass(frozen=True)
class Made:
    """What ACME made: a method, a hold, a payment, a refund, a release or a payout."""

    id: str
    kind: str
    metadata: dict
    amount: int = 0
    currency: str = ""
    fee: int = 0
    of: str = ""
    state: str = "succeeded"
    code: str = ""


@dataclass
class Client:
    """ACME's client. ``fee`` is what it keeps of a payment, in hundredths of it."""

    fee: int = 0
    made: dict = field(default_factory=dict)  # by id
    gone: set = field(
        default_factory=set
    )  # methods and holds that were released, and holds that were captured
    left: dict = field(default_factory=dict)  # of each payment, what was not refunded
    balance: Counter = field(default_factory=Counter)
    declining: dict = field(default_factory=dict)  # a code, by anything that the metadata name
    faults: deque = field(default_factory=deque)  # an exception and when, before or after
    results: dict = field(default_factory=dict)  # by idempotency key
    lock: Lock = field(default_factory=Lock)

    def save_method(self, token, *, key, metadata):
        """A card or an account, to be charged later."""
        return self._once(key, ("method", token, metadata), lambda: self._make("method", metadata))

    def hold(self, amount, currency, token, *, key, metadata):
        """An amount that is kept free on a card."""
        asked = ("hold", amount, currency, token, metadata)
        return self._once(key, asked, lambda: self._make("hold", metadata, amount, currency))

    def charge(self, amount, currency, method, *, key, metadata):
        """Money from a saved method."""
        return self._once(
            key,
            ("charge", amount, currency, method, metadata),
            lambda: self._pay("method", method, amount, currency, metadata),
        )

    def capture(self, amount, hold, *, key, metadata):
        """Money from a hold, once; the rest of it is free again."""

        def make():
            held = self._there("hold", hold)
            if amount > held.amount:
                message = f"{amount} is more than was held"
                raise InvalidRequest(message)
            payment = self._pay("hold", hold, amount, held.currency, metadata)
            self.gone.add(hold)
            return payment

        return self._once(key, ("capture", amount, hold, metadata), make)

    def refund(self, payment, amount, *, key, metadata):
        """Money back, of a payment; without a key in the metadata, from the dashboard."""

        def make():
            paid = self._there("payment", payment)
            if amount > self.left[payment]:
                message = f"{amount} is more than is left"
                raise InvalidRequest(message)
            refund = self._make("refund", metadata, amount, paid.currency, of=payment)
            self.left[payment] -= amount
            self.balance[paid.currency] -= amount
            return refund

        return self._once(key, ("refund", payment, amount, metadata), make)

    def release(self, thing, *, key, metadata):
        """Forget a method, or set a hold free; one that is gone may be released again."""

        def make():
            self.gone.add(thing)
            return self._make("release", metadata, of=thing)

        return self._once(key, ("release", thing, metadata), make)

    def pay_out(self, amount, currency, account, *, key, metadata):
        """Money to somebody's account."""

        def make():
            payout = self._make("payout", metadata, amount, currency)
            self.balance[currency] -= amount
            return payout

        return self._once(key, ("payout", amount, currency, account, metadata), make)

    def find(self, key):
        """What was made with this key in its metadata, failures included; None for nothing."""
        with self.lock:
            self._fail("before")
            found = [it for it in self.made.values() if it.metadata.get("key") == key]
            return found[-1] if found else None

    def forget_keys(self):
        """A day goes by."""
        self.results.clear()

    def _once(self, key, asked, make):
        with self.lock:
            self._fail("before")
            before, result = self.results.get(key, (asked, None))
            if before != asked:
                message = f"{key} came with another request"
                raise IdempotencyError(message)
            if result is None:
                try:
                    result = make()
                except (CardError, InvalidRequest) as no:
                    result = no
                self.results[key] = asked, result
            self._fail("after")
            if isinstance(result, AcmeError):
                raise result.with_traceback(None)
            return result

    def _fail(self, when):
        if self.faults and self.faults[0][1] == when:
            raise self.faults.popleft()[0]

    def _there(self, kind, name):
        thing = self.made.get(name)
        if thing is None or thing.kind != kind or thing.state != "succeeded" or name in self.gone:
            message = f"there is no {kind} {name}"
            raise InvalidRequest(message)
        return thing

    def _pay(self, kind, name, amount, currency, metadata):
        self._there(kind, name)
        payment = self._make("payment", metadata, amount, currency, fee=amount * self.fee // 100)
        self.left[payment.id] = amount
        self.balance[currency] += amount - payment.fee
        return payment

    def _make(self, kind, metadata, amount=0, currency="", **more):
        made = Made(f"{kind}_{len(self.made) + 1}", kind, metadata, amount, currency, **more)
        code = next((self.declining[it] for it in metadata.values() if it in self.declining), None)
        if code is not None:
            made = replace(made, state="failed", code=code, fee=0)
        self.made[made.id] = made
        if code is not None:
            raise CardError(code)
        return made


def signature(body, secret):
    """What ACME writes into the head of a webhook."""
    return hmac.new(secret, body, hashlib.sha256).hexdigest()
