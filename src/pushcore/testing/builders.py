"""Short ways to a valid campaign, pledge or host, for tests that are about one thing and need the rest too.

Everything has a default that is plain and always the same, so a test states only what it is about.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from pushcore.calendar import Deadline, Window, Zone
from pushcore.campaigns import (
    Campaign,
    CampaignState,
    DefaultOutcome,
    Dunning,
    FailurePolicy,
    FundingGoal,
    FundingModel,
    Instalment,
    Outcome,
    Terms,
)
from pushcore.campaigns.lifecycle import JUDGED
from pushcore.ids import ActorId, BackerId, CampaignId, PayeeId, PledgeId, SubscriptionId, TierId
from pushcore.memory import memory_ports
from pushcore.money import Money, Remainder
from pushcore.payouts import FeeSchedule, SplitPlan
from pushcore.pledges import Instalments, Pledge, PledgeRequest, PledgeState
from pushcore.recurring import FirstOfMonth, Period, Retries, Subscription
from pushcore.rewards import Catalogue, Selection, Tier, quote

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from pushcore.ports import Ports

__all__ = ["OPENS", "a_campaign", "a_pledge", "a_request", "a_subscription", "a_tier", "ports", "terms"]

OPENS: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""When the campaigns built here open: ten in the morning in Brussels."""


def terms(  # noqa: PLR0913  what terms are made of
    goal: str | int = "100",
    *,
    currency: str = "EUR",
    model: FundingModel = FundingModel.ALL_OR_NOTHING,
    opens: datetime = OPENS,
    days: int = 30,
    zone: str = "Europe/Brussels",
    minimum: str = "1",
    claim_lifetime: timedelta = timedelta(minutes=30),
    dunning: Dunning | None = None,
    tiers: Iterable[Tier] = (),
    fees: FeeSchedule | None = None,
    splits: SplitPlan | None = None,
    **of_terms: Any,  # noqa: ANN401  whatever else `Terms` takes
) -> Terms:
    """Terms with a goal of 100 euros in thirty days, all or nothing, without tiers, fees and splits.

    A goal that is a number is one of rewards.

    A failed charge is reminded of after 48, 96 and 144 hours, and tried again after 168.

    Example:
        >>> print(terms("20", currency="CHF", tiers=[a_tier(currency="CHF")]).goal.amount)
        CHF 20.00
    """
    closes = Deadline.after_days(opens, days, zone=Zone(zone), inclusive=False)
    return Terms(
        goal=FundingGoal(goal if isinstance(goal, int) else Money.of(goal, currency)),
        model=model,
        window=Window(opens, closes),
        minimum=Money.of(minimum, currency),
        claim_lifetime=claim_lifetime,
        dunning=dunning or Dunning.of_hours(remind=[48, 96, 144], attempt=[168]),
        tiers=tuple(tiers),
        fees=fees or FeeSchedule(),
        splits=splits or SplitPlan(),
        **of_terms,
    )


def a_tier(
    tier_id: str = "postcard",
    price: str = "10",
    *,
    currency: str = "EUR",
    **of_tier: Any,  # noqa: ANN401  whatever `Tier` takes
) -> Tier:
    """A tier of postcards at ten euros each, as many as anybody wants."""
    return Tier(TierId(tier_id), Money.of(price, currency), **of_tier)


def a_campaign(
    campaign_id: str = "lanterne",
    *,
    creator_id: str = "lune",
    state: CampaignState = CampaignState.LIVE,
    version: int = 1,
    **of_terms: Any,  # noqa: ANN401  whatever `terms` takes
) -> Campaign:
    """A live campaign on the terms that `terms` builds of the remaining arguments.

    In a state in which the verdict has fallen, one backer pledged just the goal.

    Example:
        >>> a_campaign(goal="50").terms.goal.amount
        Money('50.00', 'EUR')
    """
    written = terms(**of_terms)
    return Campaign(
        CampaignId(campaign_id),
        PayeeId(creator_id),
        written,
        state=state,
        outcome=Outcome(Money.of(of_terms.get("goal", "100"), written.currency), 1)
        if state in JUDGED
        else None,
        version=version,
    )


def a_request(  # noqa: PLR0913  what a request is made of
    pledge_id: str = "p1",
    *,
    campaign_id: str = "lanterne",
    backer_id: str = "ana",
    tier_id: str | None = None,
    quantity: int = 1,
    bonus: str | None = None,
    currency: str = "EUR",
    parts: int | None = None,
    **picked: Any,  # noqa: ANN401  whatever else `Selection` takes
) -> PledgeRequest:
    """A request by Ana for a tier without a bonus, or without a tier for ten euros."""
    if bonus is None:
        bonus = "10" if tier_id is None else "0"
    return PledgeRequest(
        PledgeId(pledge_id),
        CampaignId(campaign_id),
        BackerId(backer_id),
        Selection(
            Money.of(bonus, currency),
            tier_id=None if tier_id is None else TierId(tier_id),
            quantity=quantity,
            **picked,
        ),
        actor=ActorId(backer_id),
        parts=parts,
    )


def a_pledge(  # noqa: PLR0913  what tells one pledge from another
    pledge_id: str = "p1",
    *,
    state: PledgeState = PledgeState.PREAUTH,
    unit_price: str | None = None,
    version: int = 1,
    at: datetime = OPENS,
    due_at: datetime | None = None,
    **of_request: Any,  # noqa: ANN401  whatever `a_request` takes
) -> Pledge:
    """A pledge in any state, of what `a_request` builds of the remaining arguments; a tier costs ten euros.

    Example:
        >>> a_pledge(state=PledgeState.PLEDGED, bonus="25").amount
        Money('25.00', 'EUR')
    """
    request = a_request(pledge_id, **of_request)
    catalogue = Catalogue(
        [
            a_tier(tier_id, unit_price or "10", currency=request.selection.bonus.currency.code)
            for tier_id in [request.selection.tier_id]
            if tier_id is not None
        ]
    )
    quoted = quote(catalogue, request.selection)
    waiting, returned = state in _WAITING, state in _RETURNED
    return Pledge(
        request,
        quoted,
        state,
        at,
        at + timedelta(minutes=30),
        method=None if state in _UNCONFIRMED else f"method-{pledge_id}/prepare",
        attempts=int(state in _CHARGED or returned),
        failed_at=at if state in _FAILED else None,
        due_at=due_at or at if waiting else None,
        reason="not-funded" if returned else _REASONS.get(state),
        refunds=int(returned),
        instalments=_in_halves(quoted.amount, at) if state is PledgeState.PAYING else None,
        version=version,
    )


def _in_halves(amount: Money, at: datetime) -> Instalments:
    """Two parts, a month apart, of which the first is paid."""
    halves = amount.allocate((1, 1), rule=Remainder.FIRST)
    agreed = [Instalment(at + timedelta(days=30 * n), half) for n, half in enumerate(halves)]
    policy = FailurePolicy(timedelta(days=7), timedelta(days=14), DefaultOutcome.KEPT)
    return Instalments.of(agreed, policy).collect(1, attempt=1)


def a_subscription(
    subscription_id: str = "s1",
    amount: str = "5",
    *,
    currency: str = "EUR",
    **of_subscription: Any,  # noqa: ANN401  whatever else `Subscription` takes
) -> Subscription:
    """A subscription by Ana to the campaign, of five euros on the first of each month, from its opening on.

    A charge that failed is tried again two days later, once.

    Example:
        >>> str(a_subscription("s1", "7").charge_amount)
        'EUR 7.00'
    """
    plain: dict[str, Any] = {
        "backer_id": BackerId("ana"),
        "campaign_id": CampaignId("lanterne"),
        "anchor": FirstOfMonth(Zone("Europe/Brussels"), Period.MONTHLY),
        "retries": Retries([2]),
        "started_at": OPENS,
    }
    given = plain | of_subscription
    return Subscription(id=SubscriptionId(subscription_id), amount=Money.of(amount, currency), **given)


def ports(now: datetime = OPENS) -> Ports:
    """A host in memory at the opening of the campaigns built here."""
    return memory_ports(now)


_UNCONFIRMED: Final = frozenset({PledgeState.PREAUTH, PledgeState.EXPECTED, PledgeState.VOIDED})
_WAITING: Final = frozenset({PledgeState.ERRORED, PledgeState.PAYING})
_FAILED: Final = frozenset({PledgeState.ERRORED, PledgeState.DROPPED})
_RETURNED: Final = frozenset({PledgeState.REFUNDING, PledgeState.REFUNDED, PledgeState.UNREFUNDED})
_CHARGED: Final = _FAILED | {PledgeState.CHARGING, PledgeState.COLLECTED, PledgeState.PAYING}
_REASONS: Final = {PledgeState.VOIDED: "claim-expired", PledgeState.EXPECTED: "cheque 117"}
