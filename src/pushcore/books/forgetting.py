"""The decision to forget a backer: their id, and what leads to them, while every total stays what it is.

The ledger names pledges, and nobody but the owners of wallets. So no entry of it changes: what a campaign
collected and what became of it is known for as long as books have to be kept, and no longer of whom it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore._checks import each, expect, items
from pushcore.books.events import BackerForgotten
from pushcore.books.naming import renamed
from pushcore.campaigns import Campaign, Follower
from pushcore.changes import Changes, Event, Forgetting, Versioned
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.ids import BackerId, identifier
from pushcore.ledger import Transaction
from pushcore.payouts import RefundTo, Wallet
from pushcore.pledges import Pledge, PledgeState
from pushcore.pledges.pledge import OFFLINE, WALLET
from pushcore.recurring import Subscription, SubscriptionState
from pushcore.rewards import Fulfilment, FulfilmentState, WaitingList

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pushcore.ids import ActorId

__all__ = ["FORGOTTEN", "BackerRecord", "forget"]

FORGOTTEN: Final = "forgotten"
"""What stands for a payment method, the answers to a survey or a shipment that is kept no longer."""


@attrs.frozen
class BackerRecord:
    """Everything that is kept about one backer, as it is kept.

    Attributes:
        backer_id: Whom it is about.
        aggregates: What names them, and the fulfilments of their rewards.
        events: What happened that names them.
        transactions: The entries of the ledger about their pledges.
    """

    backer_id: BackerId = attrs.field(validator=identifier)
    aggregates: tuple[Versioned, ...] = attrs.field(converter=items)
    events: tuple[Event, ...] = attrs.field(converter=items)
    transactions: tuple[Transaction, ...] = attrs.field(converter=items, validator=each(Transaction))

    @aggregates.validator
    def _versioned(self, _: attrs.Attribute[Any], aggregates: tuple[Versioned, ...]) -> None:
        Changes(expect=aggregates)  # which takes nothing else


_OVER: Final = frozenset(
    {
        PledgeState.COLLECTED,
        PledgeState.DROPPED,
        PledgeState.CANCELED,
        PledgeState.REFUNDED,
        PledgeState.VOIDED,
    }
)
_SENT: Final = frozenset({FulfilmentState.DELIVERED, FulfilmentState.CANCELED})


def forget(
    record: BackerRecord,
    campaigns: Iterable[Campaign],
    pseudonym: BackerId,
    at: datetime,
    actor: ActorId,
) -> tuple[Forgetting, Changes]:
    """Forget a backer: a pseudonym stands wherever they are named, and no reference leads to them any more.

    Args:
        record: All that is kept about them.
        campaigns: The campaigns of what is kept about them.
        pseudonym: What they go by from now on; it says nothing of them, and is nobody else's.
        at: When.
        actor: Who acts.

    Raises:
        Refused: ``money-open``: something may still be charged, or given back; ``delivery-open``: a reward is
            on its way to them; ``subscription-open``: they give again and again; ``still-waiting``: they
            are on a waiting list; ``wallet-open``: they have a wallet, whose account names them for ever; or
            ``is-payee``: so do the accounts of a campaign in which they did something and are paid.
        InvalidValue: a part of the wrong kind, or no other name.
    """
    expect(record, BackerRecord, what="what is kept about a backer")
    known = {}
    for campaign in items(campaigns):
        expect(campaign, Campaign, what="a campaign")
        known[campaign.id] = campaign
    if pseudonym == record.backer_id:
        message = f"{pseudonym} is the id that is to be forgotten"
        raise InvalidValue(message, pseudonym=pseudonym)
    reasons = [reason for it in record.aggregates for reason in _open(it, known)]
    reasons += [_is_payee(it) for it in known.values() if record.backer_id in it.payees]
    if reasons:
        raise Refused(reasons)
    gone = tuple(it for it in record.aggregates if isinstance(it, Follower))
    forgetting = Forgetting(record.backer_id, pseudonym, gone)
    kept = [_nameless(it, forgetting) for it in record.aggregates if not isinstance(it, Follower)]
    event = BackerForgotten(at, renamed(actor, record.backer_id, pseudonym), pseudonym)
    return forgetting, Changes(put=tuple(kept), events=(event,), forgotten=(forgetting,))


def _open(thing: object, campaigns: dict[Any, Campaign]) -> Iterator[Refusal]:
    match thing:
        case Pledge():
            campaign = campaigns.get(thing.campaign_id)
            final = campaign is not None and (campaign.settled_at is not None or not thing.stands)
            if thing.state not in _OVER or not final:
                yield Refusal("money-open", f"pledge {thing.id} is {thing.state.value}, and not settled")
            elif thing.refund is not None or any(it.open for it in thing.disputes):
                yield Refusal("money-open", f"pledge {thing.id} has a refund or a dispute under way")
        case Wallet():
            yield Refusal("wallet-open", f"the ledger keeps the wallet {thing.id} under their id")
        case Fulfilment() if thing.state not in _SENT:
            yield Refusal("delivery-open", f"the reward of pledge {thing.id} is {thing.state.value}")
        case Subscription() if thing.state is not SubscriptionState.CANCELED or thing.charging:
            yield Refusal("subscription-open", f"subscription {thing.id} is {thing.state.value}")
        case WaitingList():
            yield Refusal("still-waiting", f"they are on the waiting list {thing.id}")
        case _:
            pass


def _is_payee(campaign: Campaign) -> Refusal:
    message = f"they are a payee of campaign {campaign.id}, where a pseudonym would be told to be theirs"
    return Refusal("is-payee", message, {"campaign": campaign.id})


def _nameless(thing: Versioned, forgetting: Forgetting) -> Versioned:
    """The next version of an aggregate, which leads to nobody.

    What is given back of it later goes to the card: nobody could reach a wallet under the pseudonym.
    """
    changed: dict[str, Any] = {"version": thing.version + 1}
    if isinstance(thing, Pledge) and thing.method not in {None, OFFLINE, WALLET}:
        changed["method"] = FORGOTTEN
    if isinstance(thing, Fulfilment):
        changed["answers"] = None if thing.answers is None else FORGOTTEN
        changed["shipments"] = tuple(FORGOTTEN for _ in thing.shipments)
    found: Any = renamed(thing, forgetting.backer_id, forgetting.pseudonym)
    if isinstance(thing, Pledge) and thing.request.backer_id == forgetting.backer_id:
        changed["request"] = attrs.evolve(found.request, refund_to=RefundTo.CARD)
    evolved: Versioned = attrs.evolve(found, **changed)
    return evolved
