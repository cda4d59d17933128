"""Every error pushcore raises, and the codes of everything it refuses.

.. code-block:: text

    PushcoreError
    ├── Refused                     a rule said no; nothing changed
    ├── InvalidValue (ValueError)   the input can never be right
    │   ├── CurrencyMismatch
    │   ├── PrecisionLoss
    │   ├── Unbalanced
    │   ├── KeyReused
    │   └── InvalidDocument         every problem of a file or payload at once
    ├── NotFound (LookupError)
    ├── Conflict                    someone wrote first
    └── GatewayError
        ├── GatewayUnavailable      nothing happened
        ├── OutcomeUnknown          something may have happened
        └── GatewayMisuse           the provider rejected how it was called

Each class says what changed and whether to try again; each instance carries its facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

import attrs

if TYPE_CHECKING:
    from typing import Self

__all__ = [
    "REFUSAL_CODES",
    "Changed",
    "Conflict",
    "CurrencyMismatch",
    "GatewayError",
    "GatewayMisuse",
    "GatewayUnavailable",
    "InvalidDocument",
    "InvalidValue",
    "KeyReused",
    "NotFound",
    "OutcomeUnknown",
    "PrecisionLoss",
    "Problem",
    "PushcoreError",
    "Refusal",
    "Refused",
    "Retry",
    "Unbalanced",
]

T = TypeVar("T")


class Changed(StrEnum):
    """What an error leaves behind."""

    NOTHING = "nothing"
    UNKNOWN = "unknown"


class Retry(StrEnum):
    """Whether the same call can succeed when it is made again.

    ``NEVER``: not unless its input or the facts change. ``RELOADED``: after reading again.
    ``SAME_KEY``: as it is, with the same idempotency key.
    """

    NEVER = "never"
    RELOADED = "reloaded"
    SAME_KEY = "same-key"


class PushcoreError(Exception):
    """Anything that went wrong in pushcore; catch this to catch all of it.

    ``facts`` holds the values the message speaks of, for logs and for texts of your own.

    Example:
        >>> error = InvalidValue("quantity 0 is below 1", quantity=0)
        >>> error.facts, error.changed.value, error.retry.value
        ({'quantity': 0}, 'nothing', 'never')
    """

    changed: ClassVar[Changed] = Changed.NOTHING
    retry: ClassVar[Retry] = Retry.NEVER

    def __init__(self, message: str = "", /, **facts: object) -> None:
        super().__init__(message)
        self.facts: dict[str, object] = facts


class InvalidValue(PushcoreError, ValueError):
    """The input can never be right, whatever the state of the world."""


class CurrencyMismatch(InvalidValue):
    """Amounts of two currencies met where only one can be meant."""


class PrecisionLoss(InvalidValue):
    """An amount has more decimals than its currency."""


class Unbalanced(InvalidValue):
    """The postings of a transaction do not sum to zero in every currency."""


class KeyReused(InvalidValue):
    """An idempotency key came back with other content than it first had."""


class NotFound(PushcoreError, LookupError):
    """No such thing in the store."""


class Conflict(PushcoreError):
    """Someone wrote first: what was read has changed. Reload and decide again."""

    retry = Retry.RELOADED


class GatewayError(PushcoreError):
    """The provider gave no answer: its kinds say how much is known. A decline is an answer, and no error."""

    changed = Changed.UNKNOWN
    retry = Retry.SAME_KEY


class GatewayUnavailable(GatewayError):
    """The provider was not reached, or let nobody in: nothing happened there."""

    changed = Changed.NOTHING


class OutcomeUnknown(GatewayError):
    """The request may have been carried out and its answer lost: ask again with the same key."""


class GatewayMisuse(GatewayError):
    """The provider rejected the request itself: an unknown method, an amount it cannot move.

    Nothing happened there. Raised by a use case for a charge or a transfer, that this failed is written down.
    """

    changed = Changed.NOTHING
    retry = Retry.NEVER


def _text(owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str):
        message = f"{type(owner).__name__}.{attribute.name}: expected text, got a {type(value).__name__}"
        raise InvalidValue(message, field=attribute.name, value=value)


@attrs.frozen
class Problem:
    """One thing wrong with a document: where, what, and of which kind."""

    path: str = attrs.field(validator=_text)
    message: str = attrs.field(validator=_text)
    kind: str = attrs.field(default="invalid", validator=_text)

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class InvalidDocument(InvalidValue):
    """A file or payload is wrong; ``problems`` names everything that is.

    Example:
        >>> print(InvalidDocument([Problem("campaign.goal", "goal -5.00 is not above zero")]))
        campaign.goal: goal -5.00 is not above zero
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = _reasons(problems, Problem)
        super().__init__("\n".join(map(str, self.problems)), problems=self.problems)

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


REFUSAL_CODES: Final[Mapping[str, str]] = {
    "above-cap": "the amount is more than the campaign still takes before it is full",
    "above-debt": "less than this is owed",
    "above-invoiced": "more would be credited than was invoiced",
    "above-maximum": "the amount is more than the largest that can be pledged",
    "above-owed": "the payee is owed less than that, or payouts speak for it already",
    "above-paid": "more would be given back than was paid and not given back yet",
    "above-provider": "less than that lies with the provider in this currency",
    "above-reserve": "less than that is held back of the campaign",
    "add-on-alone": "an add-on comes with a reward only",
    "add-on-unsuitable": "the add-on does not go with the reward",
    "address-locked": "the address for the reward is final by now",
    "address-unlocked": "the address for the reward can still change: lock it first",
    "after-pay-off": "the last instalment would be due when all has to be paid already",
    "agreement-unsigned": "the payee has not signed the agreement yet",
    "already-approved": "this person has approved the payout already",
    "already-begun": "the reward is being fulfilled already, with another lock date",
    "already-canceled": "the pledge is canceled already",
    "already-charged": "money was or is being taken for the pledge",
    "already-credited": "the credit was given already",
    "already-held": "the amount of the pledge is held on the payment method it has",
    "already-matched": "the fund has given the project its lump sum already",
    "already-settled": "the campaign is settled already",
    "already-shipped": "the reward was sent already",
    "already-waiting": "the backer is on the waiting list already",
    "already-withdrawn": "a withdrawal of this key was asked for before",
    "amount-authorized": "the amount is authorized as it is, and does not change any more",
    "approval-missing": "more people have to approve the payout",
    "authorization-too-short": "an authorization lapses before the money is taken",
    "backer-cap": "no more than this is matched for one backer of a project",
    "backer-limit": "as many contributions of the backer as can be are matched already",
    "bank-details-frozen": "the bank details of the payee were changed a short while ago",
    "below-disbursement": "so little is left after fees that nobody is paid, and backers are given it back",
    "below-least": "less would arrive than is sent at least",
    "below-minimum": "the amount is less than the smallest that can be pledged",
    "below-price": "the amount is less than the rewards cost",
    "below-step": "only whole steps are matched",
    "below-threshold": "the amount is less than the smallest that can be paid in instalments",
    "below-unit": "so little comes to nothing in the currency that the backer paid in",
    "cancel-window-closed": "it is too late to cancel or lower the pledge",
    "canceled": "the backer took the pledge back after it was charged",
    "cap-reached": "the campaign has all that it takes",
    "charge-open": "a charge is under way and its outcome is not known yet",
    "charge-too-large": "the provider does not charge so much at once",
    "charge-too-small": "the provider does not charge so little",
    "charged-later": "the campaign takes no money before it ends, and a subscription needs that",
    "claim-expired": "the reward was held for this pledge for a while, and that time is over",
    "claim-unsuitable": "the reward has conditions beside its limit, which a subscription cannot keep",
    "consent-missing": "what the payout waits for is not consented to, or not by those who have to",
    "contribution-cap": "only so much of one contribution is matched",
    "creation-limit": "as many creations are charged this month as the backer allows",
    "criterion-not-met": "the project has not reached what the lump sum is given for",
    "currency-not-charged": "the provider does not charge this currency",
    "currency-not-offered": "the campaign is not backed in this currency",
    "currency-retired": "there is no such currency any more",
    "deadline-missing": "the campaign must say when it ends",
    "deadline-past": "a new deadline lies in the future",
    "declined": "the payment provider declined",
    "defaulted": "an instalment stayed unpaid for too long",
    "delivery-open": "a reward is still on its way to the backer",
    "destination-undeclared": "no price of shipping to this destination was declared",
    "dispute-open": "the charge is disputed, and that may give the money back",
    "documents-missing": "documents of the payee are missing",
    "extension-used": "the deadline was extended as often as it can be",
    "fee-given-back": "the fee was given back already, or what is left of it is less",
    "fulfilment-closed": "the reward was delivered or canceled: nothing more can happen to it",
    "goal-cap": "the fund matches no more than takes the project to its goal",
    "goal-fixed": "the goal of the campaign does not move",
    "goal-moving": "it is not known what all payments cost, and with them where the goal is",
    "goal-not-reached": "the campaign has not reached its goal",
    "goal-raised": "the goal may be lowered, and not raised",
    "hold-too-short": "the provider does not hold money for so long",
    "identity-unverified": "the identity of the payee is not verified",
    "is-payee": "somebody is paid of a campaign, which names them for ever, and is not forgotten",
    "late-pledge-final": "a pledge made after the end is charged at once, and not taken back",
    "limit-below-taken": "more pieces are taken than there would be",
    "limit-lowered": "the number of pieces may rise, and not fall",
    "match-taken-back": "the match of the pledge was taken back, and is not made again",
    "merged": "another pledge of the same backer took the pledge over",
    "method-unknown": "a fee depends on how pledges were paid, which the provider has not said of all",
    "money-open": "money of the backer may still be charged or given back",
    "needs-authorizations": "the provider does not authorize first and capture later",
    "needs-partial-capture": "the provider does not capture less than was authorized",
    "needs-refunds": "the provider does not give money back",
    "needs-saved-methods": "the provider does not save payment methods for later",
    "no-fees": "there are no fees in what is to be invoiced",
    "no-reward": "nothing is picked, or all of it was refunded, so that nothing is owed but thanks",
    "no-waiting-list": "there is no waiting list for the reward",
    "nobody-waiting": "nobody on the waiting list is without an offer",
    "not-announced": "the final prices are not announced yet",
    "not-approved": "the platform has to approve the campaign first",
    "not-begun": "the reward is not being fulfilled yet",
    "not-collected": "what was pledged is not paid, or was given back already",
    "not-covered": "the campaign does not hold its part of the refund any more",
    "not-deposited": "money that came in cash or by bank is to be brought to the provider first",
    "not-draft": "only a draft can be launched",
    "not-due": "nothing is to be done yet",
    "not-earlier": "an early close comes before the present deadline",
    "not-end-of-day": "the campaign must close when a day ends in its zone",
    "not-ended": "the campaign has not reached its end",
    "not-funded": "the campaign did not succeed, so nobody is charged or paid",
    "not-invited": "the reward is for those who have its link or are on its list",
    "not-invoiced": "what is credited was not invoiced before",
    "not-later": "a deadline is moved to a later time",
    "not-live": "the campaign takes no pledges in its present state",
    "not-matchable": "the contribution is a match itself, or counts to no goal",
    "not-mergeable": "the two pledges cannot be made one",
    "not-offered": "no piece is on offer to the backer",
    "not-open-ended": "the campaign has an end",
    "not-paused": "the subscription is not paused",
    "not-payable": "the payout, or the payment of a host, is not waiting to be sent",
    "not-received": "the contribution is expected no longer",
    "not-refundable": "this is not given back, or nothing is in this situation",
    "not-settleable": "the campaign has pledges that are neither collected nor dropped",
    "not-settled": "the campaign is not settled yet",
    "not-shippable": "the reward is not sent there",
    "not-shipped": "the reward is not on its way",
    "not-sold-out": "there are pieces left, so that nobody needs to wait for them",
    "not-waiting": "the backer is not on the waiting list",
    "not-withdrawable": "payouts of the campaign are made by its plan, and not asked for",
    "notice-too-short": "backers must be told of the new deadline earlier",
    "off-step": "what would arrive is no multiple of the step that payouts are made in",
    "offer-expired": "the pieces were on offer for a while, and that time is over",
    "offer-open": "no offer has run out yet",
    "other-year": "the numbers of the series are of another year",
    "own-campaign": "creators cannot pledge to their own campaign",
    "paid-by-another": "the pledge was handed over, and is charged to somebody else",
    "parts-not-offered": "the pledge cannot be paid in so many instalments",
    "past-due": "a charge of the subscription failed and is tried again",
    "paused": "the subscription is paused, or was when this was published",
    "payout-not-due": "the payout is sent at a later time",
    "per-backer-limit": "one backer may hold only so many pieces of the reward",
    "pledge-closed": "the pledge is over: nothing more can happen to it",
    "pledge-unconfirmed": "the pledge has no payment method yet",
    "pool-exhausted": "the sponsors have no more than this to give",
    "price-differs": "the selection costs something else than was expected",
    "price-kept": "no price rose by more than was allowed for",
    "project-cap": "no more than this is matched for one project",
    "rate-missing": "the payee is sent another currency, and the rate is not fixed yet",
    "rate-unknown": "no rate of the currency that the backer wants to pay in is known now",
    "refund-open": "a refund of the pledge is not done yet",
    "refund-too-late": "the time in which a refund could be asked for is over",
    "refund-window-too-short": "the provider gives money back for a shorter time than the campaign needs",
    "reserve-not-due": "nothing of what is held back is due to the payees by now",
    "reserved": "the last pieces are held for others: pledges being confirmed, vouchers, or whoever waits",
    "reward-ended": "the reward can be picked no more",
    "reward-in-use": "somebody has chosen the reward: it stays, and stays what it is",
    "reward-locked": "a stretch goal has yet to unlock the reward",
    "reward-not-eligible": "only contributions that choose certain rewards are matched",
    "reward-not-started": "the reward cannot be picked yet",
    "round-not-matched": "nothing is matched in this round",
    "sold-out": "no piece of the reward is left",
    "still-waiting": "the backer is on a waiting list, and has to leave it first",
    "strands-remainder": "what would be left of the cap is too little to be charged",
    "subscription-canceled": "the subscription is canceled: nothing more is charged",
    "subscription-open": "the subscription of the backer is not canceled",
    "survey-unanswered": "the backer has not answered the survey of the reward yet",
    "terms-frozen": "this part of the terms is fixed since the launch, or since somebody has pledged",
    "too-early": "the campaign has not opened yet",
    "too-late": "the campaign is closed",
    "too-long": "the campaign would be open for too many days",
    "too-many": "more pieces are wanted than there are of the reward",
    "too-short": "the campaign would be open for too few days",
    "unknown-charge": "no charge of this key is under way",
    "unknown-fund": "no such fund was opened",
    "unknown-milestone": "the payout plan has no such milestone",
    "unknown-pledge": "no such pledge was made",
    "unknown-refund": "no refund of this name has gone back",
    "unknown-subscription": "no such subscription was started",
    "unknown-withdrawal": "no withdrawal of this key is under way",
    "unmatched": "the contribution that was matched fell, or was lowered, or gave its reward up",
    "voucher-ended": "the voucher can be used no more",
    "voucher-unsuitable": "the voucher is not for what is picked",
    "wallet-open": "a backer has a wallet, whose account in the ledger bears their id, and is not forgotten",
    "wallet-too-low": "less credit than this can be spent",
    "would-miss-goal": "without this amount the campaign would fall below its goal",
    "wrong-phase": "the reward cannot be picked in this phase of the campaign",
    "wrong-state": "the campaign does not go on like this from the state it is in",
}
"""Every code pushcore refuses with, and what it means. A published code never changes its meaning."""

_CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _kebab_case(_: object, __: attrs.Attribute[Any], code: str) -> None:
    if _CODE.fullmatch(code) is None:
        message = f"refusal code {code!r:.80} is not kebab-case, such as 'sold-out'"
        raise InvalidValue(message, code=code)


@attrs.frozen
class Refusal:
    """One reason why a rule says no: a stable code, a sentence, and the facts it rests on.

    A host's own rules refuse with codes of their own, in the same kebab-case.

    Raises:
        InvalidValue: the code is not kebab-case.
    """

    code: str = attrs.field(validator=[_text, _kebab_case])
    message: str = attrs.field(default="", validator=_text)
    facts: Mapping[str, object] = attrs.field(factory=dict, hash=False)

    @facts.validator
    def _mapping(self, _: object, facts: object) -> None:
        if not isinstance(facts, Mapping):
            message = f"the facts of refusal {self.code} are a mapping, not a {type(facts).__name__}"
            raise InvalidValue(message, facts=facts)

    def __str__(self) -> str:
        return f"{self.code}: {self.message or REFUSAL_CODES.get(self.code, 'refused')}"


class Refused(PushcoreError):
    """A rule said no, and nothing has changed. ``refusals`` holds every reason, not just the first.

    Example:
        >>> try:
        ...     raise Refused([Refusal("too-late"), Refusal("sold-out")])
        ... except Refused as no:
        ...     no.codes
        ('too-late', 'sold-out')
    """

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals: tuple[Refusal, ...] = _reasons(refusals, Refusal)
        super().__init__("; ".join(map(str, self.refusals)), codes=self.codes)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all reasons, in the order of the rules."""
        return tuple(refusal.code for refusal in self.refusals)

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Refusal, ...]]]:
        return type(self), (self.refusals,)


def _reasons(reasons: Iterable[T], kind: type[T]) -> tuple[T, ...]:
    """At least one reason, and nothing else: an error that cannot say why is a bug of whoever raises it."""
    several = tuple(reasons) if isinstance(reasons, Iterable) else ()
    if not several or not all(isinstance(reason, kind) for reason in several):
        message = f"expected a sequence of at least one {kind.__name__}, got a {type(reasons).__name__}"
        raise InvalidValue(message, reasons=several)
    return several
