"""Offline contributions: cash, cheques and bank transfers, which no provider tells about.

Somebody enters what is expected, and later what has come, which may be another amount. Until then it is
shown and counts to nothing; its reward is held for it. The money lies in an account of its own, and goes
back from there by hand: the provider is never asked for it. Once the campaign is settled, whoever has the
money brings it to the provider, who pays it out. What goes back later is fetched there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import LONGEST, expect, is_name, shown
from pushcore.calendar import utc
from pushcore.campaigns import Campaign
from pushcore.changes import Changes
from pushcore.errors import CurrencyMismatch, InvalidValue, Refusal, Refused
from pushcore.ids import TransactionId
from pushcore.ledger import recipes
from pushcore.money import Money
from pushcore.payments import _owing, restoring
from pushcore.payments.events import (
    ContributionExpected,
    ContributionGivenUp,
    ContributionReceived,
    ContributionsDeposited,
    PledgeRefunded,
)
from pushcore.payments.parting import on_top_of
from pushcore.pledges.facts import PlaceFacts, PledgeFacts, require_own_campaign
from pushcore.pledges.fulfilling import not_shipped, with_reward
from pushcore.pledges.guarding import guards
from pushcore.pledges.matched import losses
from pushcore.pledges.moving import collection_move, given_up_moves, moves, progress_move, stock_moves
from pushcore.pledges.pledge import OFFLINE, Pledge, PledgeState
from pushcore.pledges.rules import CANCELING, CONFIRMING, PLACING_HERE, refusals
from pushcore.pledges.sizing import too_large
from pushcore.pledges.waiting import with_lists
from pushcore.rewards import LineKind, Quote, QuoteLine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pushcore.campaigns import Progress
    from pushcore.ids import ActorId
    from pushcore.payouts import Wallet
    from pushcore.pledges.request import PledgeRequest
    from pushcore.pledges.rules import PlaceRule
    from pushcore.rewards import Fulfilment, Stocks, WaitingList

__all__ = ["NOT_RECEIVED", "announce", "deposit", "give_back", "give_up", "receive", "take_back"]

NOT_RECEIVED: Final = "not-received"
"""The reason of a contribution that is expected no longer."""


def announce(  # noqa: PLR0913  what an expected contribution rests on
    request: PledgeRequest,
    campaign: Campaign,
    stocks: Stocks,
    at: datetime,
    reason: str,
    *,
    rules: Sequence[PlaceRule] = (),
    progress: Progress | None = None,
    waiting: tuple[WaitingList, ...] = (),
) -> tuple[Pledge, Changes]:
    """Enter a contribution that is expected: its reward is held for it, and it counts to nothing yet.

    Args:
        request: What is given for what; its actor enters it.
        campaign: The campaign it is for.
        stocks: Where the stocks stand that it takes of.
        at: When.
        reason: How it is known, such as "cheque 117".
        rules: The host's own, beside `pushcore.pledges.rules.PLACING_HERE`.
        progress: The totals of the campaign, where it has a cap.
        waiting: The waiting lists of the tiers that are picked, of those that have one.

    Raises:
        Refused: with every reason.
        InvalidValue: the campaign has no such tier, or another currency; or the reason is none.
    """
    facts = PlaceFacts(request, campaign, stocks, at, progress, waiting)
    if reasons := refusals(facts, (*PLACING_HERE, *rules)):
        raise Refused(reasons)
    pledge = Pledge(
        request,
        facts.quote,
        PledgeState.EXPECTED,
        facts.at,
        facts.at,
        reason=_read(reason),
        phase=facts.phase,
    )
    event = ContributionExpected(facts.at, request.actor, pledge.id, campaign.id, pledge.amount, reason)
    changes = Changes(
        put=(pledge,),
        expect=(campaign,),
        deltas=moves(facts.needs, campaign, reserved=1),
        events=(event,),
    )
    return pledge, with_lists(changes, facts, request.backer_id, pledge.id, request.actor)


def _read(reason: str) -> str:
    if is_name(reason, LONGEST):
        return reason
    message = (
        f"the reason of a contribution is printable text such as 'cheque 117', of 1 to {LONGEST} characters "
        f"and without a space at its ends, got {shown(reason)}"
    )
    raise InvalidValue(message, reason=reason)


def receive(  # noqa: PLR0913  what a receipt rests on
    pledge: Pledge,
    campaign: Campaign,
    amount: Money,
    at: datetime,
    actor: ActorId,
    *,
    progress: Progress | None = None,
) -> tuple[Pledge, Changes]:
    """Enter what has come of an expected contribution: that much counts from now on.

    More than was expected is a bonus; less lowers the bonus, but never pays less than the rewards cost. What
    does not fit under a cap is not taken: enter what fits, and give the rest back at once.

    Args:
        pledge: An expected contribution.
        campaign: The campaign it is for.
        amount: What has come.
        at: When.
        actor: Who.
        progress: The totals of the campaign, where it has a cap.

    Raises:
        Refused: ``pledge-closed``: it is not expected; ``below-price``: it is less than its rewards cost;
            ``above-maximum``: it is more than 10^15 minor units; or why a pledge would not be confirmed now
            (`pushcore.pledges.rules.CONFIRMING`), such as ``too-late`` or ``above-cap``.
        CurrencyMismatch: it is another currency.
    """
    require_own_campaign(pledge, campaign)
    expect(amount, Money, what="what has come")
    if amount.currency is not campaign.currency:
        message = f"campaign {campaign.id} raises {campaign.currency}, not {amount}"
        raise CurrencyMismatch(message, amount=amount)
    reasons = [] if pledge.state is PledgeState.EXPECTED else [_closed(pledge)]
    quoted = _as_received(pledge, amount)
    if quoted is None:
        reasons.append(Refusal("below-price", f"{amount} does not pay for pledge {pledge.id}"))
        quoted = pledge.quote
    if (beyond := too_large(amount)) is not None:
        reasons.append(beyond)
    received = pledge.moved(PledgeState.COLLECTED, quote=quoted, method=OFFLINE, reason=None)
    facts = PledgeFacts(received, campaign, at, progress)
    reasons += refusals(facts, CONFIRMING)
    if reasons:
        raise Refused(reasons)
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
                TransactionId(f"{pledge.id}/receipt"), campaign.id, quoted.amount, facts.at, on_top=on_top
            ),
        ),
        events=(ContributionReceived(facts.at, actor, pledge.id, pledge.amount, quoted.amount),),
    )


def give_up(pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Expect a contribution no longer: its reward is set free.

    Raises:
        Refused: ``pledge-closed``: it is not expected.
    """
    require_own_campaign(pledge, campaign)
    if pledge.state is not PledgeState.EXPECTED:
        raise Refused([_closed(pledge)])
    voided = pledge.moved(PledgeState.VOIDED, reason=NOT_RECEIVED)
    return voided, Changes(
        put=(voided,),
        deltas=stock_moves(pledge, campaign, reserved=-1),
        events=(ContributionGivenUp(at, actor, pledge.id),),
    )


def give_back(  # noqa: PLR0913  what a return rests on
    pledge: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    fulfilment: Fulfilment | None = None,
    wallet: Wallet | None = None,
) -> tuple[Pledge, Changes]:
    """Enter that a received contribution was given back by hand, after nothing came of its campaign.

    Args:
        pledge: A contribution that was received.
        campaign: The campaign it is for.
        at: When.
        actor: Who.
        fulfilment: That of its reward, if it was begun: it is canceled, unless the reward was sent.
        wallet: The backer's, if somebody asks for credit, which there is of nothing that came by hand.

    Raises:
        Refused: ``not-collected``: it was not received offline, or is a match, which goes back with what it
            matches; ``not-ended``: the campaign may be funded yet, or is; or ``not-deposited``: credit is
            asked for, and the money is not with the provider.
    """
    require_own_campaign(pledge, campaign)
    reasons = list(_unreceived(pledge))
    if wallet is not None:
        reasons += _owing.uncreditable(pledge, None)
    if not campaign.gives_back:
        reasons.append(Refusal("not-ended", f"campaign {campaign.id} is {campaign.state.value}"))
    if reasons:
        raise Refused(reasons)
    returned, changes = _returned(pledge, campaign, utc(at), actor, "not-funded")
    return returned, with_reward(changes, fulfilment, at, actor)


def take_back(  # noqa: PLR0913  what a return rests on
    pledge: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    progress: Progress | None = None,
    matches: tuple[Pledge, ...] = (),
    fulfilment: Fulfilment | None = None,
) -> tuple[Pledge, Changes]:
    """Cancel a received contribution while the campaign is live: it is given back by hand, at once.

    Args:
        pledge: A contribution that was received.
        campaign: The campaign it is for.
        at: When.
        actor: Who.
        progress: The totals of the campaign, where it has cancel windows.
        matches: What sponsors added to it, of all that stands: it goes back.
        fulfilment: That of its reward, if it was begun: it is canceled.

    Raises:
        Refused: with every reason; ``already-shipped`` or ``fulfilment-closed``: the reward was sent.
    """
    facts = PledgeFacts(pledge, campaign, at, progress, matches=matches)
    sent = not_shipped(fulfilment, facts.at)
    if reasons := [*refusals(facts, CANCELING), *_unreceived(pledge), *sent]:
        raise Refused(reasons)
    returned, changes = _returned(pledge, campaign, facts.at, actor, "canceled")
    changes += losses(pledge, returned, campaign, matches, at=facts.at, actor=actor)
    changes += Changes(deltas=guards(facts))
    return returned, with_reward(changes, fulfilment, at, actor)


def _returned(
    pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId, reason: str
) -> tuple[Pledge, Changes]:
    if pledge.paid is not None:  # some of it went back while its campaign was funded
        return restoring.rest(pledge, campaign, at, actor, reason=reason)
    returned = pledge.moved(PledgeState.REFUNDED, reason=reason, refunds=1)
    on_top = on_top_of(pledge)
    key = TransactionId(f"{pledge.id}/return")
    return returned, Changes(
        put=(returned,),
        expect=(campaign,),
        deltas=given_up_moves(pledge, campaign, pledge.contribution),
        transactions=(
            *recipes.give_back(pledge.id, campaign.id, pledge.amount, at, on_top=on_top),
            recipes.returned(key, campaign.id, pledge.amount, at, on_top=on_top),
        ),
        events=(PledgeRefunded(at, actor, pledge.id, pledge.amount, _owing.BY_HAND),),
    )


def deposit(campaign: Campaign, undeposited: Money, at: datetime, actor: ActorId) -> tuple[Campaign, Changes]:
    """Enter that what came in cash or by bank was brought to the provider; nothing where nothing is left.

    It is all of it, once: after the settlement nothing comes any more. Of two who enter it at once the second
    finds the campaign at another version, and nothing left.

    Args:
        campaign: A settled campaign.
        undeposited: What the ledger has of it offline.
        at: When.
        actor: Who.

    Raises:
        Refused: ``not-settled``: some of it may go back yet.
    """
    expect(campaign, Campaign, what="a campaign")
    expect(undeposited, Money, what="what is brought to the provider")
    if campaign.settled_at is None:
        raise Refused([Refusal("not-settled", f"campaign {campaign.id} is {campaign.state.value}")])
    if not undeposited:
        return campaign, Changes()
    after = attrs.evolve(campaign, version=campaign.version + 1)
    return after, Changes(
        put=(after,),
        transactions=(recipes.deposit(campaign.id, undeposited, at),),
        events=(ContributionsDeposited(at, actor, campaign.id, undeposited),),
    )


def _as_received(pledge: Pledge, amount: Money) -> Quote | None:
    """The quote with so much bonus that it comes to the amount; None where that leaves the campaign nothing.

    Nor may the rewards cost more. Fees on top and a tip stay as they were announced.
    """
    over = amount - pledge.amount
    bonus = pledge.selection.bonus + over
    if bonus.minor < 0 or amount.minor <= 0:
        return None
    lines = [line for line in pledge.quote.lines if line.kind is not LineKind.BONUS]
    if bonus:
        lines.append(QuoteLine(LineKind.BONUS, None, 1, bonus))
    selection = attrs.evolve(pledge.selection, bonus=bonus)
    received = Quote(selection, lines, included_tax=pledge.quote.included_tax)
    return received if received.contribution else None


def _unreceived(pledge: Pledge) -> Sequence[Refusal]:
    """What was never received by itself: a match goes back with what it matches."""
    if pledge.state is PledgeState.COLLECTED and pledge.offline and pledge.matches is None:
        return ()
    return (Refusal("not-collected", f"pledge {pledge.id} was not received offline by itself"),)


def _closed(pledge: Pledge) -> Refusal:
    return Refusal("pledge-closed", f"pledge {pledge.id} is {pledge.state.value}, not expected")
