"""Offline contributions: cash, cheques and bank transfers, which no provider tells about.

Somebody enters what is expected, and later what has come, which may be another amount. Until then it is
shown and counts to nothing; its reward is held for it. The money lies in an account of its own, and goes
back from there, by hand, if the campaign comes to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import CurrencyMismatch, Refusal, Refused
from pushcore.ids import TransactionId, identifier
from pushcore.ledger import recipes
from pushcore.money import Money
from pushcore.payments.events import (
    ContributionExpected,
    ContributionGivenUp,
    ContributionReceived,
    PledgeRefunded,
)
from pushcore.payments.parting import on_top_of
from pushcore.pledges.facts import PlaceFacts, require_own_campaign
from pushcore.pledges.moving import collection_move, moves, progress_move, stock_moves
from pushcore.pledges.pledge import OFFLINE, Pledge, PledgeState
from pushcore.pledges.rules import PLACING, refusals
from pushcore.rewards import LineKind, Quote, QuoteLine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pushcore.campaigns import Campaign, Progress
    from pushcore.ids import ActorId
    from pushcore.pledges.request import PledgeRequest
    from pushcore.pledges.rules import PlaceRule
    from pushcore.rewards import Stocks

__all__ = ["announce", "give_back", "give_up", "receive"]

_BY_HAND: Final = "by-hand"


@attrs.frozen
class _Reason:
    text: str = attrs.field(validator=identifier)


def announce(  # noqa: PLR0913  what an expected contribution rests on
    request: PledgeRequest,
    campaign: Campaign,
    stocks: Stocks,
    at: datetime,
    reason: str,
    *,
    rules: Sequence[PlaceRule] = (),
    progress: Progress | None = None,
) -> tuple[Pledge, Changes]:
    """Enter a contribution that is expected: its reward is held for it, and it counts to nothing yet.

    Args:
        request: What is given for what; its actor enters it.
        campaign: The campaign it is for.
        stocks: Where the stocks stand that it takes of.
        at: When.
        reason: How it is known, such as "cheque 117".
        rules: The host's own, beside `pushcore.pledges.rules.PLACING`.
        progress: The totals of the campaign, where it has a cap.

    Raises:
        Refused: with every reason.
        InvalidValue: the campaign has no such tier, or another currency; or the reason is none.
    """
    facts = PlaceFacts(request, campaign, stocks, at, progress)
    if reasons := refusals(facts, (*PLACING, *rules)):
        raise Refused(reasons)
    pledge = Pledge(
        request, facts.quote, PledgeState.EXPECTED, facts.at, facts.at, reason=_Reason(reason).text
    )
    event = ContributionExpected(facts.at, request.actor, pledge.id, campaign.id, pledge.amount, reason)
    return pledge, Changes(
        put=(pledge,),
        expect=(campaign,),
        deltas=moves(facts.needs, campaign, reserved=1),
        events=(event,),
    )


def receive(
    pledge: Pledge, campaign: Campaign, amount: Money, at: datetime, actor: ActorId
) -> tuple[Pledge, Changes]:
    """Enter what has come of an expected contribution: that much counts from now on.

    More than was expected is a bonus; less lowers the bonus, but never pays less than the rewards cost.

    Raises:
        Refused: ``pledge-closed``: it is not expected; ``not-live``: its campaign takes nothing any more; or
            ``below-price``: it is less than its rewards cost.
        CurrencyMismatch: it is another currency.
    """
    require_own_campaign(pledge, campaign)
    expect(amount, Money, what="what has come")
    if amount.currency is not campaign.currency:
        message = f"campaign {campaign.id} raises {campaign.currency}, not {amount}"
        raise CurrencyMismatch(message, amount=amount)
    quoted = _as_received(pledge, amount)
    reasons = [] if pledge.state is PledgeState.EXPECTED else [_closed(pledge)]
    if not campaign.takes:
        reasons.append(Refusal("not-live", f"campaign {campaign.id} is {campaign.state.value}"))
    if quoted is None:
        reasons.append(Refusal("below-price", f"{amount} is less than the rewards of pledge {pledge.id}"))
    if reasons or quoted is None:
        raise Refused(reasons)
    at = utc(at)
    received = pledge.moved(PledgeState.COLLECTED, quote=quoted, method=OFFLINE, reason=None)
    on_top = on_top_of(received)
    return received, Changes(
        put=(received,),
        expect=(campaign,),
        deltas=(
            *stock_moves(pledge, campaign, reserved=-1, claimed=1),
            progress_move(received, campaign, 1),
            collection_move(received, received.contribution, 1),
        ),
        transactions=(
            recipes.receipt(
                TransactionId(f"{pledge.id}/receipt"), campaign.id, quoted.amount, at, on_top=on_top
            ),
        ),
        events=(ContributionReceived(at, actor, pledge.id, pledge.amount, quoted.amount),),
    )


def give_up(pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Expect a contribution no longer: its reward is set free.

    Raises:
        Refused: ``pledge-closed``: it is not expected.
    """
    require_own_campaign(pledge, campaign)
    if pledge.state is not PledgeState.EXPECTED:
        raise Refused([_closed(pledge)])
    voided = pledge.moved(PledgeState.VOIDED, reason="not-received")
    return voided, Changes(
        put=(voided,),
        deltas=stock_moves(pledge, campaign, reserved=-1),
        events=(ContributionGivenUp(at, actor, pledge.id),),
    )


def give_back(pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Enter that a received contribution was given back by hand, after nothing came of its campaign.

    Raises:
        Refused: ``not-collected``: it was not received offline, or is a match, which goes back with what it
            matches; or ``not-ended``: the campaign may be funded yet, or is.
    """
    require_own_campaign(pledge, campaign)
    reasons = []
    if pledge.state is not PledgeState.COLLECTED or not pledge.offline or pledge.matches is not None:
        reasons.append(Refusal("not-collected", f"pledge {pledge.id} was not received offline by itself"))
    if not campaign.gives_back:
        reasons.append(Refusal("not-ended", f"campaign {campaign.id} is {campaign.state.value}"))
    if reasons:
        raise Refused(reasons)
    at = utc(at)
    returned = pledge.moved(PledgeState.REFUNDED, reason="not-funded", refunds=1)
    on_top = on_top_of(pledge)
    key = TransactionId(f"{pledge.id}/return")
    return returned, Changes(
        put=(returned,),
        deltas=(
            *stock_moves(pledge, campaign, claimed=-1),
            progress_move(pledge, campaign, -1),
            collection_move(pledge, -pledge.contribution, -1),
        ),
        transactions=(
            *recipes.give_back(pledge.id, campaign.id, pledge.amount, at, on_top=on_top),
            recipes.returned(key, campaign.id, pledge.amount, at, on_top=on_top),
        ),
        events=(PledgeRefunded(at, actor, pledge.id, pledge.amount, _BY_HAND),),
    )


def _as_received(pledge: Pledge, amount: Money) -> Quote | None:
    """The quote with so much bonus that it comes to the amount; None where the rewards cost more.

    Fees on top and a tip stay as they were announced.
    """
    over = amount - pledge.amount
    bonus = pledge.selection.bonus + over
    if bonus.minor < 0 or amount.minor <= 0:
        return None
    lines = [line for line in pledge.quote.lines if line.kind is not LineKind.BONUS]
    if bonus:
        lines.append(QuoteLine(LineKind.BONUS, None, 1, bonus))
    selection = attrs.evolve(pledge.selection, bonus=bonus)
    return Quote(selection, lines, included_tax=pledge.quote.included_tax)


def _closed(pledge: Pledge) -> Refusal:
    return Refusal("pledge-closed", f"pledge {pledge.id} is {pledge.state.value}, not expected")
