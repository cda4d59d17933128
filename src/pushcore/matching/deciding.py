"""Decisions of a matching fund: what it adds, who pays it, and what keeps it from adding more.

They are pure. What is previewed is what is applied: a match carries what it moves the totals by.
"""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect, stream
from pushcore.changes import TotalLimit
from pushcore.errors import CurrencyMismatch, Refusal
from pushcore.matching.campaign_facts import CampaignFacts
from pushcore.matching.contribution import Contribution
from pushcore.matching.fund import MatchingFund
from pushcore.matching.limits import Asked, limits_of, wanted_by
from pushcore.matching.match import Match, MatchPart, Unmatched
from pushcore.matching.matched import Matched, absorb
from pushcore.matching.multiple import Multiple
from pushcore.matching.sharing import shared
from pushcore.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["limits", "match", "match_all"]


def match(
    fund: MatchingFund,
    contribution: Contribution | None,
    *,
    campaign: CampaignFacts,
    matched: Matched,
    limit: TotalLimit | None = None,
) -> Match:
    """What a fund adds to a contribution; of a lump sum, what it gives now.

    It takes time in proportion to the number of sponsors. Adding ``move`` of the match to what is matched
    applies it, and subtracting it from there takes the match back.

    Args:
        fund: The rule, and the pools it is paid from.
        contribution: What a backer gives; a lump sum can do without one.
        campaign: How the campaign stands before it.
        matched: What the fund has matched so far: at least the tallies of this campaign, of this backer in
            it, and of all sponsors.
        limit: The totals that a campaign with a cap may come to, contribution and match included.

    Raises:
        InvalidValue: the rule matches contributions and there is none, or it asks for a goal that the facts
            do not name.
        CurrencyMismatch: something is in another currency than the fund.

    Example:
        >>> from pushcore.matching import Multiple, Pool
        >>> rule = Multiple(1, per_contribution=Money.of("250.00", "GBP"))
        >>> fund = MatchingFund("live", rule, [Pool("bank", Money.of("400.00", "GBP"))])
        >>> campaign = CampaignFacts("lanterne", Money.zero("GBP"))
        >>> contribution = Contribution("p1", "ana", Money.of("300.00", "GBP"))
        >>> made = match(fund, contribution, campaign=campaign, matched=Matched())
        >>> made.amount, [str(it.amount) for it in made.unmatched], made.codes
        (Money('250.00', 'GBP'), ['GBP 50.00'], ('contribution-cap',))
    """
    expect(limit, TotalLimit, NoneType, what="the totals of a campaign with a cap")
    asked, pools = _asked(fund, contribution, campaign, matched), _left(fund, matched)
    wanted, bounds = wanted_by(fund.rule, asked), limits_of(fund.rule, asked)
    most = min([wanted, *bounds.values()])
    amount = most - most % fund.step_minor
    if amount < most:
        bounds["below-step"] = amount
    bounds["pool-exhausted"] = sum(pools) * fund.step_minor
    amount = min(amount, bounds["pool-exhausted"])
    if limit is not None:
        before = campaign.raised.minor + asked.given
        if (fits := _fitting(limit, before, amount, fund.step_minor)) < amount:
            amount = bounds["above-cap"] = fits
    of = contribution if isinstance(fund.rule, Multiple) else None
    return Match(
        fund.id,
        campaign.campaign_id,
        Money.of_minor(wanted, fund.currency),
        tuple(_parts(fund, amount, pools)),
        tuple(_unmatched(fund, wanted, amount, bounds)),
        pledge_id=of.pledge_id if of else None,
        backer_id=of.backer_id if of else None,
    )


def limits(
    fund: MatchingFund, contribution: Contribution | None, *, campaign: CampaignFacts, matched: Matched
) -> dict[str, Money]:
    """The most that each limit leaves of a match, by its code; the same that `match` goes by.

    Raises:
        InvalidValue: as for `match`.
        CurrencyMismatch: as for `match`.
    """
    asked = _asked(fund, contribution, campaign, matched)
    bounds = limits_of(fund.rule, asked)
    bounds["pool-exhausted"] = sum(_left(fund, matched)) * fund.step_minor
    return {code: Money.of_minor(most, fund.currency) for code, most in bounds.items()}


def match_all(
    fund: MatchingFund, contributions: Iterable[Contribution], *, campaign: CampaignFacts, matched: Matched
) -> Iterator[Match]:
    """Match contributions of one campaign as they come, each before the next is looked at.

    What is raised grows with each of them and its match; ``matched`` itself stays as it is.

    Raises:
        InvalidValue: as for `match`; or the fund gives a lump sum, which no single contribution brings about.
        CurrencyMismatch: as for `match`.
    """
    expect(fund, MatchingFund, what="fund")
    expect(fund.rule, Multiple, what="the rule of a fund that matches contributions one by one")
    expect(matched, Matched, what="what is matched")
    total = attrs.evolve(matched)
    for contribution in stream(contributions):
        made = match(fund, contribution, campaign=campaign, matched=total)
        absorb(total, made.move)
        campaign = campaign.after(contribution.amount, made.amount)
        yield made


def _asked(
    fund: MatchingFund, contribution: Contribution | None, campaign: CampaignFacts, matched: Matched
) -> Asked:
    """What the limits look at, once it is known to be of the right kinds and of one currency."""
    expect(fund, MatchingFund, what="fund")
    expect(campaign, CampaignFacts, what="facts of a campaign")
    expect(matched, Matched, what="what is matched")
    if contribution is not None or isinstance(fund.rule, Multiple):
        expect(contribution, Contribution, what="what is matched")
    given = campaign.raised.with_minor(0) if contribution is None else contribution.amount
    for currency in (campaign.raised.currency, given.currency, matched.currency):
        if currency not in {None, fund.currency}:
            message = f"fund {fund.id} pays in {fund.currency}, and {currency} does not go with it"
            raise CurrencyMismatch(message, fund=fund.id, currency=currency)
    of_project = matched.projects.get(campaign.campaign_id)
    if contribution is None:
        return Asked(0, (), campaign, of_project, None)
    of_backer = matched.backers.get((campaign.campaign_id, contribution.backer_id))
    return Asked(given.minor, contribution.tier_ids, campaign, of_project, of_backer)


def _fitting(limit: TotalLimit, before: int, amount: int, step: int) -> int:
    """The most of an amount, in whole steps, that takes a total to one that it may come to."""
    fits = max(min(amount, limit.most - before), 0)
    fits -= fits % step
    if before + fits in limit.stranding:
        fits = max(limit.stranding.start - 1 - before, 0)
        fits -= fits % step
    return fits


def _left(fund: MatchingFund, matched: Matched) -> list[int]:
    """How many whole steps are left in each pool."""
    return [rest.minor // fund.step_minor for rest in fund.left(matched).values()]


def _parts(fund: MatchingFund, amount: int, pools: list[int]) -> Iterator[MatchPart]:
    step, currency = fund.step_minor, fund.currency
    for pool, units, left_over in zip(fund.pools, *shared(amount // step, pools, fund.sharing), strict=True):
        if units:
            yield MatchPart(
                pool.sponsor_id,
                Money.of_minor(units * step, currency),
                Money.of_minor(left_over * step, currency),
            )


def _unmatched(
    fund: MatchingFund, wanted: int, amount: int, bounds: Mapping[str, int]
) -> Iterator[Unmatched]:
    """What each limit takes off what those before it left, where it takes something or would do so alone."""
    left = wanted
    for code, most in bounds.items():
        if most < left or most == amount < wanted:
            facts = {
                "most": Money.of_minor(most, fund.currency),
                "wanted": Money.of_minor(wanted, fund.currency),
            }
            yield Unmatched(Money.of_minor(left - most, fund.currency), Refusal(code, facts=facts))
            left = most
