"""Matching: sponsors open a fund, and it adds to what backers give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore.errors import KeyReused, Refusal, Refused
from pushcore.ids import SponsorId
from pushcore.matching import Match, MatchingFund, MatchPart, opened
from pushcore.money import Money
from pushcore.payments import sponsoring
from pushcore.pledges import PledgeState
from pushcore.usecases._finding import known_fund, known_pledge
from pushcore.usecases._running import use_case
from pushcore.usecases.closing import close_if_full
from pushcore.usecases.unmatching import parts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, CampaignId, FundId, PledgeId
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = ["give_lump_sum", "match_pledge", "open_fund"]


@use_case
def open_fund(ports: Ports, fund: MatchingFund, *, actor: ActorId) -> MatchingFund:
    """Open a fund, whose sponsors have paid in what is in its pools. Again, it is the one that there is.

    Raises:
        KeyReused: another fund was opened under this id.
    """
    expect(fund, MatchingFund, what="what is opened")
    known = ports.store.find(MatchingFund, fund.id)
    if known is None:
        ports.store.commit(opened(fund, ports.now(), actor))
        return fund
    if attrs.evolve(known, version=fund.version) != fund:
        message = f"fund {fund.id} was opened with another content: choose another id"
        raise KeyReused(message, fund=fund.id)
    return known


@use_case
def match_pledge(ports: Ports, pledge_id: PledgeId, fund_id: FundId, *, actor: ActorId) -> Match:
    """Let a fund add to a pledge that stands: each of its sponsors then has a contribution of their own.

    The match says what is added, who pays it, and what was not added and why; where nothing is, nothing
    is written, and it may be asked for again. Asked for again, a match that was made is found: its parts
    come back, and it is not made twice. A match that brings its campaign to the cap closes it.

    Raises:
        Refused: ``unknown-pledge``, ``unknown-fund``; ``match-taken-back``: there was a match, until the
            pledge was lowered or gave its reward up; or see `pushcore.payments.sponsoring.contribute`.
        InvalidValue: the fund gives a lump sum, or asks for a goal that the campaign does not have.
        CurrencyMismatch: the fund is of another currency.
        KeyReused: a backer's pledge goes by an id that the match would have.
        Conflict: others were faster five times.
    """
    pledge, fund = known_pledge(ports, pledge_id), known_fund(ports, fund_id)
    campaign = ports.store.campaign(pledge.campaign_id)
    return _made(ports, fund, campaign, pledge, actor)


@use_case
def give_lump_sum(ports: Ports, campaign_id: CampaignId, fund_id: FundId, *, actor: ActorId) -> Match:
    """Let a fund give a campaign its lump sum, if the campaign has come so far; asked for again, it is found.

    One that is partially funded and can be judged again gets it too: `pushcore.usecases.close_campaign`
    then looks whether that makes it a success.

    Raises:
        Refused: ``unknown-fund``, or see `pushcore.payments.sponsoring.contribute`.
        NotFound: there is no such campaign.
        InvalidValue: the fund matches contributions, or asks for a goal that the campaign does not have.
        CurrencyMismatch: the fund is of another currency.
        KeyReused: a backer's pledge goes by an id that the lump sum would have.
        Conflict: others were faster five times.
    """
    fund = known_fund(ports, fund_id)
    return _made(ports, fund, ports.store.campaign(campaign_id), None, actor)


def _made(
    ports: Ports, fund: MatchingFund, campaign: Campaign, pledge: Pledge | None, actor: ActorId
) -> Match:
    """The match that there is, or the one that is made now."""
    backer_id = None if pledge is None else pledge.backer_id
    if parts := parts_of(ports, fund, campaign.id if pledge is None else pledge.id):
        if parts[0].state is PledgeState.COLLECTED:
            return _found(parts, fund, campaign)
        if pledge is not None and pledge.stands:
            raise Refused([Refusal("match-taken-back", f"fund {fund.id} took its match of {pledge.id} back")])
    made, changes = sponsoring.contribute(
        fund,
        campaign,
        pledge,
        progress=ports.store.progress(campaign.id),
        matched=ports.store.matched(fund.id, campaign.id, backer_id),
        at=ports.now(),
        actor=actor,
    )
    if made.parts:
        ports.store.commit(changes)
        close_if_full(ports, campaign, actor)
    return made


def _found(parts: Sequence[Pledge], fund: MatchingFund, campaign: Campaign) -> Match:
    """A match by what is kept of it: why it was not more is not."""
    origin, currency = parts[0].matches, fund.currency
    assert origin is not None
    return Match(
        fund.id,
        campaign.id,
        Money.total([part.amount for part in parts], currency),
        [MatchPart(SponsorId(part.backer_id), part.amount, Money.zero(currency)) for part in parts],
        (),
        pledge_id=origin.pledge_id,
        backer_id=origin.backer_id,
    )
