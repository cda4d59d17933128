"""The ports: what pushcore needs of its host. Many reads, one write, a payment gateway, a clock and ids.

Implement them over what you have; `pushcore.testing.contracts` checks that they do what is said here, and
`pushcore.memory` is one implementation to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

import attrs

from pushcore._checks import items, shown
from pushcore.calendar import utc
from pushcore.errors import InvalidValue
from pushcore.payouts.gates import PayeeSource, unknown_payee
from pushcore.pledges.rules import PlaceRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime
    from typing import Any

    from pushcore._checks import Validator
    from pushcore.campaigns import Campaign, Progress
    from pushcore.changes import Changes, Event, Versioned
    from pushcore.gateway import (
        Abilities,
        Answer,
        Authorize,
        Capture,
        Charge,
        Order,
        Prepare,
        Refund,
        Transfer,
        Void,
    )
    from pushcore.ids import BackerId, CampaignId, FundId, OrderKey, PayoutId, PledgeId, StockId, TierId
    from pushcore.ledger import Account, Balance, Transaction
    from pushcore.matching import Matched
    from pushcore.money import Currency, ExchangeRate, Money
    from pushcore.payouts import Payout, Wallet
    from pushcore.pledges import Pledge
    from pushcore.recurring import Subscription
    from pushcore.rewards import Stock

__all__ = [
    "AggregateRepository",
    "CampaignRepository",
    "Clock",
    "IdSource",
    "LedgerRepository",
    "MatchingRepository",
    "PaymentGateway",
    "PayoutRepository",
    "PledgeRepository",
    "Ports",
    "RateSource",
    "RewardRepository",
    "Store",
    "SubscriptionRepository",
]


T = TypeVar("T")


class CampaignRepository(Protocol):
    """Reads of campaigns and their totals."""

    def campaign(self, campaign_id: CampaignId, /) -> Campaign:
        """The campaign of this id.

        Raises:
            NotFound: there is none.
        """

    def progress(self, campaign_id: CampaignId, /) -> Progress:
        """The totals of a campaign; all zero before the first pledge.

        Raises:
            NotFound: there is no such campaign.
        """

    def due_campaigns(self, now: datetime, /) -> Iterator[CampaignId]:
        """The campaigns for which there may be something to do: see `pushcore.usecases.advance_campaign`.

        Live and suspended ones whose deadline has passed; live ones whose cap or a stretch goal is reached;
        those in their grace, and closing ones; failed or canceled ones that still have `returnable_pledges`;
        those that charge at once and have `chargeable_pledges`; funded ones that are not settled, or have a
        reserve of which something is due; funded, failed or canceled ones with payouts that wait
        (`pushcore.payouts.Payout.waits`); any that have expired pledges; and any that take pledges and have
        somebody on the waiting list of a tier that has one.
        """

    def followers(self, campaign_id: CampaignId, /) -> Iterator[BackerId]:
        """Who follows a campaign, in any order: those whose `pushcore.campaigns.Follower` still does."""


class PledgeRepository(Protocol):
    """Reads of pledges. An iterator yields a pledge at most once; commits may happen while it is read."""

    def find_pledge(self, pledge_id: PledgeId, /) -> Pledge | None:
        """The pledge of this id, if there is one."""

    def chargeable_pledges(self, campaign_id: CampaignId, now: datetime, /) -> Iterator[Pledge]:
        """The pledges of a campaign to do something about.

        Those in the state ``pledged`` or ``charging``, and errored or paying ones whose ``due_at`` is reached
        by now.
        """

    def expected_pledges(self, campaign_id: CampaignId, /) -> Iterator[Pledge]:
        """The pledges of a campaign in the state ``expected``: shown, and counted to nothing."""

    def unconfirmed_pledges(self, campaign_id: CampaignId, /) -> Iterator[Pledge]:
        """The pledges of a campaign in the states ``preauth`` and ``expected``: they may come yet."""

    def returnable_pledges(self, campaign_id: CampaignId, /) -> Iterator[Pledge]:
        """The pledges of a campaign that are to be set free or given back when nothing comes of it.

        Those in the states ``pledged``, ``paying``, ``charging``, ``errored``, ``collected`` and
        ``refunding``.
        """

    def unrefunded_pledges(self, campaign_id: CampaignId, /) -> Iterator[Pledge]:
        """The pledges of a campaign in the state ``unrefunded``: their refund was declined."""

    def expired_pledges(self, campaign_id: CampaignId, now: datetime, /) -> Iterator[Pledge]:
        """The pledges of a campaign in the state ``preauth`` whose ``expires_at`` is reached by now."""

    def collected_amounts(self, campaign_id: CampaignId, /) -> Iterator[Money]:
        """What the campaign has of each of its collected pledges (``kept``), in any order.

        Of one that it gave back but for what is on top it has nothing, and such a pledge is left out.
        """

    def collected_pledges(self, campaign_id: CampaignId, /) -> Iterator[Pledge]:
        """The pledges of a campaign in the state ``collected``, in any order."""

    def backer_pledges(self, backer_id: BackerId, /) -> Iterator[Pledge]:
        """The pledges in which this backer is named, whatever became of them.

        Those they asked for, those they hold, and those of sponsors that match them; of all campaigns.
        """


class RewardRepository(Protocol):
    """Reads of stock."""

    def stock(
        self, campaign_id: CampaignId, stock_id: StockId | TierId, backer_id: BackerId | None = None, /
    ) -> Stock:
        """The stock of a tier, an add-on, an item or a voucher; empty before the first claim.

        With a backer, what they hold of it: that is moved by the moves that name a backer.
        """


class LedgerRepository(Protocol):
    """Reads of the ledger."""

    def balance(self, account: Account, currency: Currency | str, /) -> Balance:
        """Where an account stands; zero where nothing was ever posted."""

    def transactions(self) -> Iterator[Transaction]:
        """Every transaction, in the order they were written."""


class PayoutRepository(Protocol):
    """Reads of payouts."""

    def payout(self, payout_id: PayoutId, /) -> Payout:
        """The payout of this id.

        Raises:
            NotFound: there is none.
        """

    def payouts(self, campaign_id: CampaignId, /) -> Sequence[Payout]:
        """The payouts of a campaign."""


class MatchingRepository(Protocol):
    """Reads of what sponsors have matched."""

    def matched(
        self, fund_id: FundId, campaign_id: CampaignId, backer_id: BackerId | None = None, /
    ) -> Matched:
        """What a fund has matched: the tallies that the next match is decided by.

        Those of this campaign, with a backer of what they gave to it, and of all sponsors of the fund, over
        all campaigns. They are moved by `pushcore.changes.MatchMove`; nothing before the first.
        """

    def matches(self, campaign_id: CampaignId, pledge_id: PledgeId | None = None, /) -> Iterator[Pledge]:
        """The contributions of sponsors to a campaign that stand: pledges that match, in ``collected``.

        With a pledge, those that match it; asked whenever a pledge is canceled or changed, or a charge fails.
        """


class WalletRepository(Protocol):
    """Reads of wallets."""

    def expiring_wallets(self, now: datetime, /) -> Iterator[Wallet]:
        """The wallets of which something has expired by now: those whose ``expires_at`` is reached."""


class SubscriptionRepository(Protocol):
    """Reads of subscriptions. An iterator yields one at most once; commits may happen while it is read."""

    def due_subscriptions(self, now: datetime, /) -> Iterator[Subscription]:
        """The subscriptions to do something about by now: those that `Subscription.waits` says it of.

        Those whose ``due_at`` is reached, and those with a charge under way, canceled ones included. To a
        campaign in a state of `pushcore.campaigns.lifecycle.ENDED` also those that are paused and whose
        ``period_start`` is reached, and those without one: it is asked with ``ended=True``.
        """

    def subscriptions(self, campaign_id: CampaignId, /) -> Iterator[Subscription]:
        """The subscriptions to a campaign that are not canceled."""


class AggregateRepository(Protocol):
    """Reads of any aggregate by its kind: one table for all of them is enough."""

    def find(self, kind: type[T], aggregate_id: str, /) -> T | None:
        """The aggregate of this kind and id, if there is one.

        Such as a waiting list, a fulfilment or a matching fund; campaigns, pledges and payouts too, and what
        a host commits of its own.
        """

    def naming(self, backer_id: BackerId, /) -> Iterator[Versioned]:
        """Every aggregate that names a backer, of any kind and in any order: see `pushcore.books.names`.

        It is asked when somebody wants to know what is kept of them, or to be forgotten.
        """


class Store(
    CampaignRepository,
    PledgeRepository,
    RewardRepository,
    LedgerRepository,
    PayoutRepository,
    MatchingRepository,
    SubscriptionRepository,
    WalletRepository,
    AggregateRepository,
    Protocol,
):
    """All reads, and the one write."""

    def open_orders(self) -> Iterator[Order]:
        """The orders that were committed and are not done, oldest first: the outbox."""

    def events(self) -> Iterator[Event]:
        """Everything that happened, in the order it was committed: for the host to act on and to publish."""

    def commit(self, changes: Changes, /) -> None:
        """Write all of the changes, or nothing.

        Raises:
            Conflict: an aggregate to put is not at the version before its own, an expected one is at
                another version, stock or progress would leave its bounds, or a guarded account would fall
                below zero, or an aggregate to remove is at another version.
            KeyReused: a ledger transaction of this id was written before, or an order of this key is open
                with another content.
        """


class PaymentGateway(Protocol):
    """A payment provider. An order has an idempotency key: asked again, it does nothing and answers the same.

    Every method raises `GatewayUnavailable` when nothing happened, `OutcomeUnknown` when something may
    have, `KeyReused` when the key came with another order before, and `GatewayMisuse` when the provider
    rejects the request itself. A rejection is as final as an answer: what was rejected is never carried out
    under that key, and what was carried out is never rejected.
    """

    @property
    def abilities(self) -> Abilities:
        """What it can do; a campaign whose terms ask for more is not launched."""

    def prepare(self, order: Prepare, /) -> Answer:
        """Save a payment method; the reference of the answer is what is charged later."""

    def authorize(self, order: Authorize, /) -> Answer:
        """Hold an amount on a payment method; the reference of the answer is what is captured later."""

    def charge(self, order: Charge, /) -> Answer:
        """Take the amount from a saved method, with nobody there who could confirm it."""

    def capture(self, order: Capture, /) -> Answer:
        """Take the amount of what was authorized, and set the rest of it free."""

    def refund(self, order: Refund, /) -> Answer:
        """Give back what a charge or a capture took, or a part of it."""

    def void(self, order: Void, /) -> Answer:
        """Forget what was prepared, set free what was authorized; accepted also where nothing was."""

    def transfer(self, order: Transfer, /) -> Answer:
        """Pay the amount out."""

    def status(self, key: OrderKey, /) -> Answer | None:
        """What an order of this key was answered with, for as long as the provider remembers it.

        None where it was never carried out, as far as the provider knows, or has no outcome yet. It is asked
        before an order is asked again: providers forget idempotency keys (Stripe after a day), and an order
        that comes under a forgotten key would be carried out twice.
        """


class RateSource(Protocol):
    """Exchange rates by day."""

    def rate(self, base: Currency, quote: Currency, on: date, /) -> ExchangeRate:
        """The rate in force on a day.

        Raises:
            NotFound: the source has none.
        """


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """The present instant, aware."""


class IdSource(Protocol):
    """New ids."""

    def new_id(self) -> str:
        """An id that was never given before."""


def _provides(port: type) -> Validator:
    """A validator of objects that have every method of a port, and every fact that it declares."""
    names = {name: callable(getattr(port, name)) for name in dir(port) if not name.startswith("_")}

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        found = {name: getattr(value, name, None) for name in names}
        missing = [name for name, it in found.items() if it is None or callable(it) is not names[name]]
        if missing or isinstance(value, type):
            why = (
                f"which has no {', '.join(missing)}" if missing else "which is a class: give an object of it"
            )
            message = f"Ports.{attribute.name}: expected a {port.__name__}, got {shown(value)}, {why}"
            raise InvalidValue(message, field=attribute.name, value=value)

    return check


def _rules(_: object, __: object, rules: tuple[object, ...]) -> None:
    for rule in rules:
        if not callable(rule):
            message = f"Ports.rules: expected functions, got {shown(rule)}"
            raise InvalidValue(message, field="rules", value=rule)


def _payees(_: object, __: object, source: object) -> None:
    if not callable(source) or isinstance(source, type):
        message = f"Ports.payees: expected a function, got {shown(source)}"
        raise InvalidValue(message, field="payees", value=source)


@attrs.frozen
class Ports:
    """Everything outside, in one place: hand it to the use cases.

    Attributes:
        rules: The host's own rules for placing a pledge (fraud, velocity, sanctions), beside pushcore's. They
            are asked too about what a pledge becomes that is changed, merged or handed over.
        payees: What the host knows of a payee, for the gates of payouts; without it, nothing is known.
        rates: Exchange rates, for pledges that are paid in another currency than that of their campaign;
            without it, none is known.

    What a rule or ``payees`` raises, other than a `PushcoreError`, is taken for a bug of the host and comes
    through: it ends the round of a job. Where the host's own lookup may fail, let it raise
    `pushcore.errors.GatewayUnavailable`: the payout stays as it is, and the next round asks again.

    Raises:
        InvalidValue: a port lacks a method, or is a class instead of an object of it.
    """

    store: Store = attrs.field(validator=_provides(Store))
    gateway: PaymentGateway = attrs.field(validator=_provides(PaymentGateway))
    clock: Clock = attrs.field(validator=_provides(Clock))
    ids: IdSource = attrs.field(validator=_provides(IdSource))
    rules: tuple[PlaceRule, ...] = attrs.field(default=(), kw_only=True, converter=items, validator=_rules)
    payees: PayeeSource = attrs.field(default=unknown_payee, kw_only=True, validator=_payees)
    rates: RateSource | None = attrs.field(
        default=None, kw_only=True, validator=attrs.validators.optional(_provides(RateSource))
    )

    def now(self) -> datetime:
        """The present instant in UTC, whatever zone the clock is in.

        Raises:
            InvalidValue: the clock gives no instant.
        """
        return utc(self.clock.now())
