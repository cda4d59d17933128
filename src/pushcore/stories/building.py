"""Building: a document becomes the story it means, or every reason why it means none is noted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from pushcore._checks import shown
from pushcore.calendar import Deadline, Zone, add_days
from pushcore.campaigns import Terms
from pushcore.ids import PayeeId, PledgeId
from pushcore.stories.document import (
    CampaignTable,
    CancelEvent,
    DeclineEvent,
    Document,
    EventTable,
    PledgeEvent,
)
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.requesting import Offer, Wanted, request_of
from pushcore.stories.story import AcceptCharge, CancelPledge, DeclineCharge, Origin, PlacePledge, Step, Story
from pushcore.stories.terms import each, note_twice, terms_of
from pushcore.stories.times import instant_of

__all__ = ["build", "note_unknown"]


def build(document: Document, findings: Findings, *, more_pledges: bool) -> Story:
    """The story of a document; `BROKEN` where there is anything wrong with it.

    Args:
        document: Some of its values may be broken.
        findings: Where problems are noted.
        more_pledges: Whether events may speak of pledges that the document does not make.
    """
    terms = terms_of(document, findings)
    until = _until(document.campaign, terms, findings)
    steps = list(_steps(document, findings))
    note_twice(document, "events", "pledge", findings)
    made = {BROKEN if broken(event) else getattr(event, "pledge", None) for event in _events(document)}
    if not more_pledges and BROKEN not in made:
        note_unknown(_references(document), made, findings)
    return BROKEN if findings.problems else _story(findings.name, document, terms, until, steps)


def _story(name: str, document: Document, terms: Terms, until: datetime, steps: list[Step]) -> Story:
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
    )


def note_unknown(
    references: Iterable[tuple[str, str]], made: Collection[str | None], findings: Findings
) -> None:
    """Note every pledge that is canceled, a path and the id that stands there, though nobody makes it."""
    for path, pledge_id in references:
        if pledge_id not in made:
            findings.note(path, f"no pledge {shown(pledge_id)} is ever made", "unknown-pledge")


def _until(campaign: CampaignTable, terms: Terms, findings: Findings) -> datetime:
    if campaign.until is not None:
        return findings.attempt("campaign.until", instant_of, campaign.until, campaign.zone)
    closes = BROKEN if broken(terms) else terms.window.closes
    return findings.attempt("campaign", _sixty_days_after, closes)


def _sixty_days_after(closes: Deadline) -> datetime:
    return add_days(closes.at, 60, zone=closes.zone)


def _events(document: Document) -> list[Any]:
    return [BROKEN] if broken(document.events) else document.events


def _references(document: Document) -> Iterator[tuple[str, str]]:
    for path, event in each(document, "events"):
        if (pledge_id := getattr(event, "cancel", BROKEN)) is not BROKEN:
            yield f"{path}.cancel", pledge_id


def _steps(document: Document, findings: Findings) -> Iterator[Step]:
    zone, offer = document.campaign.zone, Offer(document.campaign.currency, _tier_ids(document))
    for index, event in enumerate(_events(document)):
        if not broken(event):
            yield _step(event, Origin("event", index), zone, offer, findings)


def _tier_ids(document: Document) -> Collection[str]:
    """The ids that tiers go by; `BROKEN` if one of them cannot be read, since any id may then be right."""
    tiers = [BROKEN] if broken(document.tiers) else document.tiers
    ids = [getattr(tier, "id", BROKEN) for tier in tiers]
    return BROKEN if BROKEN in ids else ids


def _step(event: EventTable, origin: Origin, zone: Zone, offer: Offer, findings: Findings) -> Step:
    at = findings.attempt(origin.path("at"), instant_of, event.at, zone)
    match event:
        case PledgeEvent(pledge=pledge, backer=backer):
            backer = pledge if backer is None else backer
            wanted = Wanted(pledge, backer, event.tier, event.quantity, event.bonus, event.amount)
            request = request_of(wanted, offer, origin, findings)
            return findings.attempt(origin.path(), PlacePledge, at, origin, request)
        case CancelEvent(cancel=pledge):
            return findings.attempt(origin.path(), CancelPledge, at, origin, PledgeId(pledge))
        case DeclineEvent(decline=pledge):
            return findings.attempt(origin.path(), DeclineCharge, at, origin, PledgeId(pledge))
        case _:
            return findings.attempt(origin.path(), AcceptCharge, at, origin, PledgeId(event.accept))
