"""The decisions about a dispute: what it would take, and taking the news of it, whatever comes first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes, Event
from pushcore.ids import TransactionId, joined
from pushcore.ledger import Account, chart, reversals
from pushcore.money import Money
from pushcore.payouts import recovery
from pushcore.payouts.debt import Debt
from pushcore.payouts.dispute import CLOSED, CONTESTED, RANKS, Blocked, Dispute, DisputeState
from pushcore.payouts.fees import check_currency
from pushcore.payouts.paid import ON_TOP, Bearer, Paid
from pushcore.payouts.refund import GivenBack, give_back
from pushcore.payouts.refund_policy import RefundPolicy, RefundSituation, Returning, Waterfall
from pushcore.payouts.return_events import DisputeMoved, DisputeOpened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pushcore.ids import ActorId, PayeeId
    from pushcore.ledger import Transaction

__all__ = ["begin", "blocks", "hear", "take_of", "told", "would_take"]

_FIRST: Final = datetime.min.replace(tzinfo=UTC)


def would_take(
    paid: Paid, policy: RefundPolicy, amount: Money, *, available: Money | None = None
) -> GivenBack:
    """What a dispute takes if it is lost: of what is left of a payment, never more.

    It is shared as a refund after a fraud, but nobody is asked: what the policy has the payer bear is the
    creator's, and what the campaign does not hold is a debt; but what was given to the platform beside the
    campaign is the platform's to give. When it is lost, ``paid`` of this is what was paid and undone from
    then on.

    Raises:
        Refused: ``above-paid``: nothing is left; everything was given back before.
        InvalidValue: the amount is not above zero.
        CurrencyMismatch: it is of another currency.
    """
    expect(paid, Paid, what="what was paid")
    expect(policy, RefundPolicy, what="the policy of refunds")
    expect(amount, Money, what="what a dispute is about")
    waterfall = policy.waterfalls.get(RefundSituation.FRAUD, Waterfall())
    payers = {Bearer.BACKER, paid.owner}

    def unasked(rule: Returning) -> Returning:
        return Returning(rule.share, [it for it in rule.bearers if it.bearer not in payers])

    forced = Waterfall(
        parts={kind: unasked(rule) for kind, rule in waterfall.parts.items() if kind not in ON_TOP},
        fees={name: unasked(rule) for name, rule in waterfall.fees.items()},
        indebts=True,
    )
    rules = RefundPolicy({RefundSituation.FRAUD: forced}, rounding=policy.rounding)
    wanted = min(amount, paid.left) if paid.left else amount
    return give_back(paid, rules, RefundSituation.FRAUD, wanted, available=available)


def blocks(
    back: GivenBack, *, payee_id: PayeeId | None = None, on_top: Mapping[str, Money] | None = None
) -> Blocked:
    """What a dispute that would take this blocks while it is open.

    Args:
        back: What it would take.
        payee_id: Who is owed the creator's part; None where the campaign is not settled, and holds it.
        on_top: What of it was given to the platform beside the campaign, by the names of its accounts; None
            where these are the names of the parts.
    """
    expect(back, GivenBack, what="what a dispute would take")
    others = {it.value: back.borne(it) for it in back.gives if it is not Bearer.CREATOR and back.borne(it)}
    return Blocked(
        creator=back.given(Bearer.CREATOR) - back.debt,
        payee_id=payee_id,
        fees=back.fees,
        others=others,
        on_top=back.on_top if on_top is None else on_top,
        debt=back.debt,
    )


def begin(  # noqa: PLR0913, PLR0917  what is heard of what, when
    dispute: Dispute, debt: Debt, news: DisputeState, said_at: datetime, at: datetime, actor: ActorId
) -> tuple[tuple[Dispute, Debt], Changes]:
    """Take the first news of a dispute, whichever that is.

    Args:
        dispute: A new one, as if it was just opened.
        debt: The creator's, or none.
        news: How far it had come.
        said_at: When it had, by what the provider says.
        at: When that is heard.
        actor: Who.

    Raises:
        CurrencyMismatch: the debt is of another currency.
    """
    _parts(dispute, debt)
    first, at = told(dispute, news, said_at), utc(at)
    opened = DisputeOpened(at, actor, first.id, first.charge_key, first.campaign_id, first.amount)
    events: list[Event] = [opened]
    if first != dispute:
        events.append(DisputeMoved(at, actor, first.id, first.state.value))
    return _written(None, first, debt, events)


def hear(  # noqa: PLR0913, PLR0917  what is heard of what, when
    dispute: Dispute, debt: Debt, news: DisputeState, said_at: datetime, at: datetime, actor: ActorId
) -> tuple[tuple[Dispute, Debt], Changes]:
    """Take more news of a dispute; what was known already writes nothing.

    Raises:
        CurrencyMismatch: the debt is of another currency.
    """
    _parts(dispute, debt)
    after, at = told(dispute, news, said_at), utc(at)
    if after == dispute:
        return (dispute, debt), Changes()
    after = attrs.evolve(after, version=dispute.version + 1)
    return _written(dispute, after, debt, [DisputeMoved(at, actor, after.id, after.state.value)])


def take_of(dispute: Dispute, blocked: Blocked, at: datetime) -> Changes:
    """Take what a dispute has taken of others instead; where it stands, and what the creator owes, stays."""
    expect(dispute, Dispute, what="a dispute")
    after = attrs.evolve(dispute, blocked=blocked, version=dispute.version + 1)
    return Changes(put=(after,), transactions=_moved(dispute.position(), after, utc(at)))


def told(dispute: Dispute, news: DisputeState, said_at: datetime) -> Dispute:
    """Where a dispute stands once this is known of it too: in any order and number, news lead to the same."""
    expect(dispute, Dispute, what="a dispute")
    expect(news, DisputeState, what="the news of a dispute")
    said_at = utc(said_at)
    contested = dispute.contested or news in CONTESTED
    decided_at = said_at if news in CLOSED else None
    if _weight(news, decided_at) > _weight(dispute.state, dispute.decided_at):
        return attrs.evolve(dispute, state=news, decided_at=decided_at, contested=contested)
    return attrs.evolve(dispute, contested=contested)


def _weight(state: DisputeState, decided_at: datetime | None) -> tuple[bool, datetime, int]:
    """What is decided weighs more than what is open; of decisions, the latest."""
    return decided_at is not None, decided_at or _FIRST, RANKS[state]


def _parts(dispute: Dispute, debt: Debt) -> None:
    expect(dispute, Dispute, what="a dispute")
    expect(debt, Debt, what="the creator's debt")
    check_currency([debt.arisen], dispute.amount.currency, "the debt of a dispute")


def _written(
    before: Dispute | None, after: Dispute, debt: Debt, events: list[Event]
) -> tuple[tuple[Dispute, Debt], Changes]:
    at, actor = events[0].at, events[0].actor
    key = _key(after)
    position, fees, owed = dict[Account, Money](), dict[Account, Money](), after.amount.with_minor(0)
    if before is not None:
        position, fees, owed = before.position(), before.fee_position(), before.owed
    entries = (
        *_moved(position, after, at),
        *reversals.positions(
            TransactionId(f"{key}/fee"),
            "dispute-fee",
            fees,
            after.fee_position(),
            at,
            campaign_id=after.campaign_id,
        ),
    )
    changes = Changes(put=(after,), transactions=entries, events=tuple(events))
    by, disputed = after.owed - owed, chart.disputed_account(after.campaign_id)
    debt, more = recovery.change(debt, key, by, at, actor, account=disputed, campaign_id=after.campaign_id)
    # A debt passes through what is blocked: it arises before that is lost, and is called off once it is back.
    return (after, debt), more + changes if by.minor > 0 else changes + more


def _key(dispute: Dispute) -> str:
    """What is written of it goes by."""
    return f"{dispute.charge_key}/{joined('dispute', dispute.id, str(dispute.version))}"


def _moved(position: dict[Account, Money], after: Dispute, at: datetime) -> tuple[Transaction, ...]:
    """What it takes by now, from where it was before."""
    name = TransactionId(_key(after))
    return reversals.positions(name, "dispute", position, after.position(), at, campaign_id=after.campaign_id)
