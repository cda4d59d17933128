"""The diary of a story: what happened on each day, like things of a day taken together."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import attrs

from pushcore._checks import expect, none_such
from pushcore.campaigns.events import CampaignEnded, CampaignSettled
from pushcore.money import Money
from pushcore.payments.events import ChargeFailed, ChargeReminded, PledgeCollected, PledgeDropped
from pushcore.payouts.events import PayoutPaid
from pushcore.pledges import Pledge
from pushcore.pledges.events import PledgeCanceled, PledgeConfirmed, PledgeReleased
from pushcore.stories.outcome import Outcome

__all__ = ["Day", "Happening", "Note", "diary"]


class Happening(StrEnum):
    """What can be noted in a diary."""

    OPENED = "opened"
    PLEDGED = "pledged"
    REFUSED = "refused"
    CANCELED = "canceled"
    ENDED = "ended"
    RELEASED = "released"
    COLLECTED = "collected"
    DECLINED = "declined"
    REMINDED = "reminded"
    DROPPED = "dropped"
    SETTLED = "settled"
    PAID = "paid"

    _missing_ = classmethod(none_such)


@attrs.define
class Note:
    """Like things that happened on one day.

    Attributes:
        what: Which things.
        detail: What they have in common: the codes of refusals, the state a campaign ended in, a payee.
        who: The first one it happened to: a backer, or a pledge that was refused.
        amount: What they come to.
        times: How many there are.
    """

    what: Happening
    detail: str
    who: str
    amount: Money
    times: int = 1


@attrs.frozen
class Day:
    """One day, on the calendar of the campaign's zone, and what stands pledged at its end."""

    day: date
    notes: tuple[Note, ...]
    pledged: Money


def diary(outcome: Outcome) -> tuple[Day, ...]:
    """The days on which something happened, in order; as short for a million pledges as for ten.

    Raises:
        InvalidValue: it is no outcome.
    """
    expect(outcome, Outcome, what="the story of a diary")
    tzinfo = outcome.story.zone.tzinfo
    days: dict[date, dict[tuple[Happening, str], Note]] = {}
    noted = heapq.merge(_opening(outcome), _refusals(outcome), _events(outcome), key=lambda one: one[0])
    for at, note in noted:
        notes = days.setdefault(at.astimezone(tzinfo).date(), {})
        same = notes.setdefault((note.what, note.detail), note)
        if same is not note:
            same.times += 1
            same.amount += note.amount
    return tuple(_finished(days, Money.zero(outcome.campaign.currency)))


_SIGNS: Final = {Happening.PLEDGED: 1, Happening.CANCELED: -1}


def _finished(days: dict[date, dict[tuple[Happening, str], Note]], pledged: Money) -> Iterator[Day]:
    for day, notes in days.items():
        for note in notes.values():
            pledged += note.amount * _SIGNS.get(note.what, 0)
        yield Day(day, tuple(notes.values()), pledged)


def _opening(outcome: Outcome) -> Iterator[tuple[datetime, Note]]:
    terms = outcome.campaign.terms
    if terms.window.opens <= outcome.story.until:
        yield terms.window.opens, Note(Happening.OPENED, "", outcome.story.title, terms.goal.amount)


def _refusals(outcome: Outcome) -> Iterator[tuple[datetime, Note]]:
    zero = Money.zero(outcome.campaign.currency)
    return (
        (one.at, Note(Happening.REFUSED, ", ".join(one.codes), one.pledge_id, zero))
        for one in outcome.refusals
    )


_OF_PLEDGES: Final[dict[type, Happening]] = {
    PledgeConfirmed: Happening.PLEDGED,
    PledgeCanceled: Happening.CANCELED,
    PledgeReleased: Happening.RELEASED,
    PledgeCollected: Happening.COLLECTED,
    ChargeFailed: Happening.DECLINED,
    ChargeReminded: Happening.REMINDED,
    PledgeDropped: Happening.DROPPED,
}


def _events(outcome: Outcome) -> Iterator[tuple[datetime, Note]]:
    store, title = outcome.store, outcome.story.title
    for event in store.events():
        what = _OF_PLEDGES.get(type(event))
        if what is not None:
            pledge = _pledge(outcome, event)
            yield event.at, Note(what, "", pledge.backer_id, pledge.amount)
        elif isinstance(event, CampaignEnded):
            yield event.at, Note(Happening.ENDED, event.state.value, title, event.pledged)
        elif isinstance(event, CampaignSettled):
            yield event.at, Note(Happening.SETTLED, "", title, event.collected)
        elif isinstance(event, PayoutPaid):
            payout = store.payout(event.payout_id)
            yield event.at, Note(Happening.PAID, payout.payee_id, payout.payee_id, payout.amount)


def _pledge(outcome: Outcome, event: Any) -> Pledge:  # noqa: ANN401  one of those of pledges
    pledge = outcome.store.find_pledge(event.pledge_id)
    assert pledge is not None, "what happened to a pledge is kept with it"
    return pledge
