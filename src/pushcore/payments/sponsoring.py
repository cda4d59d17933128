"""Sponsoring: what a fund adds to a pledge, or gives to a campaign, becomes a contribution of each sponsor.

A sponsor's money is with the platform before anything is matched. So a match is received at once, like what
comes in cash or by bank, and lies in the same account.
"""

from __future__ import annotations

from hashlib import sha256
from types import NoneType
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.campaigns import Campaign, CampaignState, Progress
from pushcore.campaigns._asking import asks
from pushcore.changes import Changes, MatchMove, TotalLimit
from pushcore.errors import Refusal, Refused
from pushcore.ids import BackerId, PledgeId, SponsorId, TransactionId, joined
from pushcore.ledger import recipes
from pushcore.matching import CampaignFacts, Contribution, LumpSum, MatchingFund, MatchOrigin, Multiple, match
from pushcore.matching.events import LumpSumGiven, PledgeMatched
from pushcore.matching.limits import rests_on_totals
from pushcore.money import Money
from pushcore.pledges.counting import counted
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.matched import given, match_move
from pushcore.pledges.moving import collection_move, progress_move
from pushcore.pledges.pledge import OFFLINE, Pledge, PledgeState
from pushcore.pledges.request import PledgeRequest
from pushcore.pledges.sizing import too_large
from pushcore.rewards import LineKind, Quote, QuoteLine, Selection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pushcore.changes import Delta
    from pushcore.ids import ActorId, CampaignId, FundId
    from pushcore.ledger import Transaction
    from pushcore.matching import Match, Matched, MatchPart

__all__ = ["contribute", "part_id"]

_LONGEST: Final = 200  # as an id may be


def part_id(of: PledgeId | CampaignId, fund_id: FundId, sponsor_id: SponsorId) -> PledgeId:
    """What a sponsor's part of a match is called: by the pledge it is of, or by the campaign of a lump sum.

    Long ids do not fit into one; then it is a digest of them.
    """
    name = joined(of, fund_id, sponsor_id)
    return PledgeId(name if len(name) <= _LONGEST else sha256(name.encode()).hexdigest())


def contribute(  # noqa: PLR0913  what a match rests on
    fund: MatchingFund,
    campaign: Campaign,
    pledge: Pledge | None,
    *,
    progress: Progress,
    matched: Matched,
    at: datetime,
    actor: ActorId,
) -> tuple[Match, Changes]:
    """Match a pledge, or give a lump sum: each sponsor's part is received, counts, and is collected.

    What is matched of a pledge is what counts of it to the goal, before fees. Where the campaign has a cap,
    no more is added than fits. Where nothing is added there are no changes, and the match says why. Where how
    much is added rests on the totals, they are asked for again at the commit: of two funds that fill up to
    one goal, the second finds what the first has added.

    Args:
        fund: Who matches.
        campaign: The campaign that gets it.
        pledge: A pledge that stands; None for a lump sum.
        progress: The totals of the campaign, with the pledge.
        matched: What the fund has matched: see `pushcore.matching.match`.
        at: When.
        actor: Who.

    Raises:
        Refused: with every reason: ``not-live``: the campaign takes nothing any more; ``too-late``: its
            verdict is due; ``pledge-unconfirmed`` or ``pledge-closed``: the pledge does not stand;
            ``not-matchable``: it is a match itself, or nothing of it counts, as of one that came late; or
            ``above-maximum``: a sponsor's part would be more than 10^15 minor units.
        InvalidValue: the fund gives lump sums and there is a pledge, or the other way round; or it asks for a
            goal that the campaign does not have.
        CurrencyMismatch: the fund is of another currency.
    """
    expect(fund, MatchingFund, what="who matches")
    expect(campaign, Campaign, what="the campaign that is matched")
    expect(progress, Progress, what="the totals of a campaign")
    expect(pledge, Pledge, NoneType, what="what is matched")
    expect(fund.rule, LumpSum if pledge is None else Multiple, what=f"the rule of fund {fund.id}")
    at = utc(at)
    if reasons := tuple(_refusals(campaign, pledge, at)):
        raise Refused(reasons)
    made = match(
        fund,
        None if pledge is None else _contribution(campaign, pledge),
        campaign=_facts(campaign, progress, pledge),
        matched=matched,
        limit=_limit(campaign),
    )
    if not made.parts:
        return made, Changes()
    if beyond := tuple(filter(None, (too_large(part.amount) for part in made.parts))):
        raise Refused(beyond)
    origin = MatchOrigin(
        fund.id,
        pledge_id=made.pledge_id,
        backer_id=made.backer_id,
        given=None if pledge is None else given(campaign, pledge.quote),
        tier_ids=fund.rule.tier_ids if isinstance(fund.rule, Multiple) else (),
    )
    parts = [_received(part, origin, campaign, at, actor) for part in made.parts]
    amounts = {part.sponsor_id: part.amount for part in made.parts}
    event = (
        LumpSumGiven(at, actor, campaign.id, fund.id, amounts)
        if pledge is None
        else PledgeMatched(at, actor, campaign.id, fund.id, pledge.id, amounts)
    )
    return made, Changes(
        put=(fund.used, *parts),
        expect=(campaign,) if pledge is None else (campaign, pledge),
        deltas=(
            *_counted(parts, campaign),
            *_as_read(fund, campaign, progress, parts),
            MatchMove(fund.id, campaign.id, made.backer_id, (*amounts.items(),)),
            *(() if pledge is None else (match_move(campaign.id, pledge.id, len(parts)),)),
        ),
        transactions=tuple(_receipt(part, at) for part in parts),
        events=(event,),
    )


def _refusals(campaign: Campaign, pledge: Pledge | None, at: datetime) -> Iterator[Refusal]:
    rejudged = (
        pledge is None
        and campaign.state is CampaignState.PARTIALLY_FUNDED
        and campaign.terms.editing.rejudges
        and campaign.settled_at is None
    )
    if not campaign.takes and not rejudged:
        yield Refusal("not-live", f"campaign {campaign.id} is {campaign.state.value}")
    elif campaign.takes and campaign.terms.window.closes.passed(at) and at >= campaign.terms.waits_until:
        closed = campaign.terms.window.closes.local
        yield Refusal("too-late", f"campaign {campaign.id} closed at {closed}, and its verdict is due")
    if pledge is None:
        return
    require_own_campaign(pledge, campaign)
    if not pledge.stands:
        waits = pledge.state in {PledgeState.PREAUTH, PledgeState.EXPECTED}
        code = "pledge-unconfirmed" if waits else "pledge-closed"
        yield Refusal(code, f"pledge {pledge.id} is {pledge.state.value}")
    if pledge.matches is not None or pledge.late or not given(campaign, pledge.quote):
        yield Refusal("not-matchable", f"pledge {pledge.id} is a match itself, or counts to no goal")


def _contribution(campaign: Campaign, pledge: Pledge) -> Contribution:
    tier_ids = [tier_id for tier_id, _ in pledge.selection.picked]
    return Contribution(pledge.id, pledge.backer_id, given(campaign, pledge.quote), tier_ids=tier_ids)


def _facts(campaign: Campaign, progress: Progress, pledge: Pledge | None) -> CampaignFacts:
    """How the campaign stood before the pledge; never below nothing, whatever the fees."""
    terms, goal = campaign.terms, campaign.terms.goal
    nothing = progress.counted.with_minor(0)
    raised = progress.counted - (nothing if pledge is None else counted(pledge, campaign))
    from_sponsors = progress.matched if LineKind.MATCH in terms.model.counts else nothing
    return CampaignFacts(
        campaign.id,
        max(raised, nothing),
        given=max(raised - from_sponsors, nothing),
        backers=progress.backers,
        minimum=goal.amount if isinstance(goal.amount, Money) else None,
        optimum=goal.optimum if isinstance(goal.optimum, Money) else None,
        round=campaign.round,
    )


def _limit(campaign: Campaign) -> TotalLimit | None:
    """The totals that its cap allows, where matches count to it."""
    model = campaign.terms.model
    return None if model.cap is None or LineKind.MATCH not in model.counts else model.cap.limit


def _received(
    part: MatchPart, origin: MatchOrigin, campaign: Campaign, at: datetime, actor: ActorId
) -> Pledge:
    """A sponsor's part as a pledge: it picks nothing, and is paid."""
    named = part_id(origin.pledge_id or campaign.id, origin.fund_id, part.sponsor_id)
    picked = Selection(part.amount.with_minor(0))
    request = PledgeRequest(named, campaign.id, BackerId(part.sponsor_id), picked, actor=actor)
    quoted = Quote(picked, (QuoteLine(LineKind.MATCH, origin.fund_id, 1, part.amount),))
    return Pledge(request, quoted, PledgeState.COLLECTED, at, at, method=OFFLINE, matches=origin)


def _counted(parts: Sequence[Pledge], campaign: Campaign) -> Iterator[Delta]:
    """What the parts add to the totals; a cap is asked once all of them are in."""
    *others, last = (progress_move(part, campaign, 1) for part in parts)
    yield from (attrs.evolve(move, limit=None) for move in others)
    yield last
    yield from (collection_move(part, part.contribution, 1) for part in parts)


def _as_read(
    fund: MatchingFund, campaign: Campaign, progress: Progress, parts: Sequence[Pledge]
) -> Iterator[Delta]:
    """Whether the totals are what was read and these parts, where how much is added rests on them."""
    if not rests_on_totals(fund.rule, campaign.round):
        return
    added = Money.total((campaign.terms.counted(part.quote) for part in parts), campaign.currency)
    total = progress.counted + added
    limit = TotalLimit(total.minor, range(0))
    yield asks(campaign, limit=limit, least=total, standing=progress.pledges + len(parts))


def _receipt(part: Pledge, at: datetime) -> Transaction:
    return recipes.receipt(TransactionId(f"{part.id}/receipt"), part.campaign_id, part.amount, at)
