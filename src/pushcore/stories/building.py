"""Building: a document becomes the story it means, or every reason why it means none is noted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, Final, cast

from pushcore._checks import shown
from pushcore.campaigns import Terms, infeasible
from pushcore.ids import PayeeId
from pushcore.matching import MatchingFund
from pushcore.memory import ABLE
from pushcore.stories.cards import CARD
from pushcore.stories.document import Document
from pushcore.stories.editing import edited
from pushcore.stories.ends import until_of
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.happening import step_of
from pushcore.stories.origin import Origin
from pushcore.stories.requesting import Offer
from pushcore.stories.sections import each, names_of, note_shared
from pushcore.stories.sponsors import funds_of
from pushcore.stories.steps import EditTerms, ExtendCampaign, Step
from pushcore.stories.story import Story
from pushcore.stories.subscribing import note_unstarted, starts_of
from pushcore.stories.subscription_steps import subscription_of
from pushcore.stories.terms import terms_of

__all__ = ["build", "note_unknown"]

_REFERRING: Final = (
    "confirm",
    "receive",
    "give_up",
    "change",
    "transfer",
    "merge",
    "into",
    "cancel",
    "fulfil",
    "refund",
    "dispute",
)
"""The keys that name pledges which must have been made."""


def build(document: Document, findings: Findings, *, more_pledges: bool) -> Story:
    """The story of a document; `BROKEN` where there is anything wrong with it.

    Args:
        document: Some of its values may be broken.
        findings: Where problems are noted.
        more_pledges: Whether events may speak of pledges that the document does not make.
    """
    terms = terms_of(document, findings)
    _note_infeasible(terms, findings)
    funds = funds_of(document, BROKEN if broken(terms) else terms.goal, findings)
    steps = [*starts_of(document, findings), *_steps(document, findings)]
    extensions = [step.closes.at for step in steps if isinstance(step, ExtendCampaign)]
    until = until_of(document.campaign, terms, findings, extensions)
    _note_unchangeable(steps, terms, findings)
    _note_unpaid(document, terms, findings)
    note_shared(document, {"subscriptions": "id", "events": "pledge"}, findings)
    note_unstarted(document, findings)
    made = {BROKEN if broken(event) else getattr(event, "pledge", None) for event in _events(document)}
    started = names_of(document, "subscriptions")
    if not more_pledges and BROKEN not in made and not broken(started):
        note_unknown(_references(document), made, started, findings)
    return BROKEN if findings.problems else _story(findings.name, document, terms, until, steps, funds)


def _story(  # noqa: PLR0913, PLR0917  what a story is made of
    name: str,
    document: Document,
    terms: Terms,
    until: datetime,
    steps: list[Step],
    funds: list[MatchingFund],
) -> Story:
    campaign = document.campaign
    return Story(
        name,
        document.title,
        PayeeId(campaign.creator),
        campaign.discipline,
        terms,
        until,
        sorted(steps, key=lambda step: step.at),
        document.expect.model_dump(exclude_unset=True),
        funds=funds,
    )


def _note_infeasible(terms: Terms, findings: Findings) -> None:
    """Note why no payment provider could carry out the terms, however able it is."""
    for refusal in () if broken(terms) else infeasible(terms, ABLE):
        findings.note("campaign.model", refusal.message, refusal.code)


def _note_unchangeable(steps: Iterable[Step], terms: Terms, findings: Findings) -> None:
    """Note what no edit can come to: something that is not there, or terms that contradict themselves."""
    for step in steps:
        if isinstance(step, EditTerms) and step.origin is not None:
            findings.attempt(step.origin.path("edit"), edited, terms, step)


def _note_unpaid(document: Document, terms: Terms, findings: Findings) -> None:
    """Note what comes without a payment method where fees depend on that: nothing is charged by a guess."""
    line = None if broken(terms) else next((it.name for it in terms.fees.lines if it.methods), None)
    if line is None:
        return
    message = f"fee {line} depends on how it is paid, which is not known of what comes "
    for path, event in each(document, "events"):
        if getattr(event, "offline", None) is not None:
            findings.note(f"{path}.offline", f"{message}offline", "unknown")
    for path, _ in each(document, "matching"):
        findings.note(path, f"{message}of sponsors", "unknown")


def note_unknown(
    references: Iterable[tuple[str, str]],
    made: Collection[str | None],
    started: Collection[str],
    findings: Findings,
) -> None:
    """Note every pledge that something happens to, a path and the id that stands there, and nobody makes.

    The charges of a subscription that is started are made as time goes.
    """
    for path, pledge_id in references:
        if pledge_id not in made and subscription_of(pledge_id) not in started:
            findings.note(path, f"no pledge {shown(pledge_id)} is ever made", "unknown-pledge")


def _methods(document: Document) -> Collection[str]:
    """The ways of paying that the goal moves with, or fees depend on."""
    costs, fees = document.costs, [BROKEN] if broken(document.fees) else document.fees
    found = [getattr(it, "methods", BROKEN) for it in ([costs] if costs is not None else [])]
    tables = [table for it in found for table in ([BROKEN] if broken(it) else it)]
    names = [getattr(it, "method", BROKEN) for it in tables]
    told = [getattr(it, "methods", BROKEN) for it in fees]
    if BROKEN in names or BROKEN in told:
        return cast("Collection[str]", BROKEN)
    of_fees = dict.fromkeys(name for it in told for name in it)
    return (*names, *of_fees, *([CARD] if of_fees else ()))


def _events(document: Document) -> list[Any]:
    return [BROKEN] if broken(document.events) else document.events


def _references(document: Document) -> Iterator[tuple[str, str]]:
    for path, event in each(document, "events"):
        for key in _REFERRING:
            if (pledge_id := getattr(event, key, BROKEN)) is not BROKEN:
                yield f"{path}.{key}", pledge_id


def _steps(document: Document, findings: Findings) -> Iterator[Step]:
    offer = Offer(
        document.campaign.currency,
        names_of(document, "tiers"),
        names_of(document, "add_ons"),
        names_of(document, "vouchers", "code"),
        _methods(document),
    )
    for index, event in enumerate(_events(document)):
        if not broken(event):
            yield step_of(event, Origin("event", index), document.campaign.zone, offer, findings)
