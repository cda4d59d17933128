"""The laws that a commit keeps, by the books of the auditor as they stood before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.campaigns import Campaign
from pushcore.campaigns.events import StretchGoalUnlocked
from pushcore.gateway import Capture, Charge, Transfer
from pushcore.payouts import Dispute
from pushcore.pledges import Pledge
from pushcore.testing.simulation.exchanging import EXCHANGING_LAWS
from pushcore.testing.simulation.giving_back import GIVING_BACK_LAWS
from pushcore.testing.simulation.payout_laws import PAYOUT_COMMIT_LAWS
from pushcore.testing.simulation.share_laws import SHARE_COMMIT_LAWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.testing.simulation.auditor import Auditor

__all__ = ["COMMIT_LAWS", "takes_money"]


def _versions(books: Auditor, changes: Changes) -> Iterator[str]:
    """What is put replaces the version before its own, and what is expected is at the version it was read."""
    for aggregates, before in ((changes.put, 1), (changes.expect, 0)):
        for it in aggregates:
            found = books.versions.get((type(it).__name__, it.id), 0)
            if found != it.version - before:
                yield f"{type(it).__name__} {it.id} is at version {found}, and written as {it.version}"


def _one_order_a_key(books: Auditor, changes: Changes) -> Iterator[str]:
    """A key stands for one order, for ever."""
    for order in changes.orders:
        known = books.ordered.get(order.key)
        if known is not None and known != order:
            yield f"{order} comes under the key of {known}"


_MOVES: Final[dict[str, frozenset[str]]] = {
    "": frozenset({"preauth", "expected", "collected"}),
    "preauth": frozenset({"pledged", "voided"}),
    "expected": frozenset({"collected", "voided"}),
    "pledged": frozenset({"pledged", "charging", "canceled"}),
    "charging": frozenset({"collected", "paying", "errored", "dropped", "refunding"}),
    "paying": frozenset({"paying", "charging", "collected", "refunding", "refunded", "canceled"}),
    "errored": frozenset(
        {"errored", "charging", "collected", "dropped", "canceled", "refunding", "refunded"}
    ),
    "collected": frozenset({"collected", "refunding", "refunded"}),
    "refunding": frozenset({"refunding", "refunded", "unrefunded"}),
    "unrefunded": frozenset({"refunding", "refunded"}),
    "dropped": frozenset(),
    "canceled": frozenset(),
    "refunded": frozenset({"refunding", "refunded"}),
    "voided": frozenset(),
}
"""How far a pledge may come next."""

_TOLD_MOVES: Final[dict[str, frozenset[str]]] = {"refunded": frozenset({"unrefunded"})}
"""Where news take it besides: what a dispute took of a declined refund, or what bounced, is owed again."""


def _pledge_moves(books: Auditor, changes: Changes) -> Iterator[str]:
    """A pledge goes from state to state as it may; only matches, and what credit pays, begin as collected."""
    for pledge in changes.put:
        if isinstance(pledge, Pledge):
            known = books.readings.get(pledge.id)
            before, after = "" if known is None else known.state, pledge.state.value
            told = any(isinstance(it, Dispute) for it in changes.put)
            told = told or any(it.recipe == "bounced-refund" for it in changes.transactions)
            moves = _MOVES[before] | ({before, *_TOLD_MOVES.get(before, ())} if told else set())
            if before == "refunded" and not told:
                yield f"pledge {pledge.id} is refunded, and goes to {after}"
            at_once = pledge.matches is not None or pledge.method == "wallet"
            if after not in moves or (not before and after == "collected" and not at_once):
                yield f"pledge {pledge.id} goes from {before or 'nothing'} to {after}"


def takes_money(campaign: Campaign) -> bool:
    """Whether money may be taken for a campaign as it is."""
    model, state = campaign.terms.model, campaign.state.value
    at_once = model.charging.value in {"at-pledge", "escrow"}
    if state in {"successful", "partially-funded"}:
        return True
    if state == "closing":
        return at_once or model.measure.value == "confirmed"
    return at_once and state in {"live", "suspended", "grace"}


def _charged_when_due(books: Auditor, changes: Changes) -> Iterator[str]:
    """A charge begins only for a campaign that may take money, and for no more than is still due."""
    for order in changes.orders:
        if isinstance(order, Charge | Capture):
            campaign = books.campaigns[order.campaign_id]
            if not takes_money(campaign):
                yield f"{order} begins while {campaign.id} is {campaign.state.value}"
            due = books.readings[order.pledge_id].amount - books.provider.charged[order.pledge_id]
            if order.amount.minor > due:
                yield f"{order} asks for more than the {due} that are due"


def _parts_when_due(books: Auditor, changes: Changes) -> Iterator[str]:
    """No part of a pledge is charged before its time, unless somebody pays it ahead."""
    if any(deed.args.get("part") is not None for deed in books.doing):
        return
    at = next((event.at for event in changes.events), None)
    for pledge in changes.put:
        if not isinstance(pledge, Pledge) or pledge.instalments is None or at is None:
            continue
        if pledge.state.value == "charging":
            due = next(it.due_at for it in pledge.instalments.parts if it.state.value in _OPEN_PARTS)
            if due > at:
                yield f"pledge {pledge.id} is charged at {at} for a part that is due at {due}"


_OPEN_PARTS: Final = frozenset({"unattempted", "errored"})


def _finishing_begins_nothing(books: Auditor, changes: Changes) -> Iterator[str]:
    """Whoever finishes what is open charges nobody again, and pays nobody out."""
    if books.doing[-1].do != "finish":
        return
    for order in changes.orders:
        again = isinstance(order, Charge | Capture) and books.readings[order.pledge_id].tried
        if again or isinstance(order, Transfer):
            yield f"finishing begins {order}"


def _unlocked_once(books: Auditor, changes: Changes) -> Iterator[str]:
    """No stretch goal is unlocked twice."""
    for campaign in changes.put:
        if isinstance(campaign, Campaign) and len(set(campaign.unlocked)) < len(campaign.unlocked):
            yield f"{campaign.id} has unlocked {campaign.unlocked}"
    for event in changes.events:
        if isinstance(event, StretchGoalUnlocked):
            known = books.campaigns[event.campaign_id].unlocked
            if event.stretch_goal_id in known:
                yield f"{event} happens twice"


def _in_time(books: Auditor, changes: Changes) -> Iterator[str]:
    """Pledges come, and are confirmed, only while their campaign takes them."""
    for pledge in changes.put:
        if not isinstance(pledge, Pledge) or pledge.matches is not None:
            continue
        known, after = books.readings.get(pledge.id), pledge.state.value
        before = "" if known is None else known.state
        campaign = books.campaigns[pledge.campaign_id]
        if pledge.late:
            if before in _ON_THE_WAY and after in _COME and campaign.settled_at is not None:
                yield f"late pledge {pledge.id} is {after} after the settlement"
        elif before == "" and campaign.state.value != "live":
            yield f"pledge {pledge.id} is placed while {campaign.id} is {campaign.state.value}"
        elif before in _ON_THE_WAY and after in _COME and campaign.state.value not in {"live", "grace"}:
            yield f"pledge {pledge.id} is {after} while {campaign.id} is {campaign.state.value}"


_ON_THE_WAY: Final = frozenset({"preauth", "expected"})
_COME: Final = frozenset({"pledged", "collected"})


def _given_up_when_allowed(books: Auditor, changes: Changes) -> Iterator[str]:
    """What was taken goes back only to who cancels in time, and where nothing comes of the campaign."""
    for pledge in changes.put:
        if not isinstance(pledge, Pledge) or pledge.matches is not None:
            continue
        known, after = books.readings.get(pledge.id), pledge.state.value
        if known is None or not known.claimed or after not in _FALLEN:
            continue
        state = books.campaigns[pledge.campaign_id].state.value
        allowed = _FALLING.get(pledge.reason or "canceled")
        if allowed is not None and state not in allowed:
            yield f"pledge {pledge.id} is {after} as {pledge.reason} while its campaign is {state}"


_FALLEN: Final = frozenset({"refunding", "refunded", "canceled"})
_FALLING: Final = {
    "canceled": frozenset({"live", "suspended"}),
    "not-funded": frozenset({"failed", "canceled", "given-back"}),
}
"""In which states of the campaign a pledge falls for a reason; for others, in any."""

_CAMPAIGN_MOVES: Final[dict[str, frozenset[str]]] = {
    "": frozenset({"draft"}),
    "draft": frozenset({"draft", "submitted", "live", "canceled"}),
    "submitted": frozenset({"submitted", "approved", "canceled"}),
    "approved": frozenset({"approved", "live", "canceled"}),
    "live": frozenset({"live", "suspended", "grace", "closing", "canceled"}),
    "suspended": frozenset({"suspended", "live", "canceled"}),
    "grace": frozenset({"closing"}),
    "closing": frozenset({"live", "successful", "partially-funded", "failed"}),
    "successful": frozenset({"successful", "given-back"}),
    "partially-funded": frozenset({"partially-funded", "successful", "given-back"}),
    "given-back": frozenset(),
    "failed": frozenset(),
    "canceled": frozenset(),
}
"""How far a campaign may come next, where no terms are changed."""

_JUDGED: Final = frozenset({"successful", "partially-funded", "failed"})


def _verdicts(books: Auditor, changes: Changes) -> Iterator[str]:
    """A campaign goes from state to state as it may, and is judged by exactly the pledges that stand."""
    for campaign in changes.put:
        if not isinstance(campaign, Campaign):
            continue
        before, after = books.state_of(campaign.id), campaign.state.value
        if after not in _CAMPAIGN_MOVES[before]:
            yield f"campaign {campaign.id} goes from {before or 'nothing'} to {after}"
        elif before == "closing":
            yield from _misjudged(books, campaign, after)


def _misjudged(books: Auditor, campaign: Campaign, verdict: str) -> Iterator[str]:
    totals, model = books.totals[campaign.id], campaign.terms.model
    backers = sum(1 for number in books.backers[campaign.id].values() if number)
    outcome = campaign.outcome
    if outcome is not None and (outcome.pledged.minor, outcome.backers) != (totals["pledged"], backers):
        yield f"{campaign.id} is judged by {outcome}, and {totals['pledged']} of {backers} stand"
    by_charges = model.measure.value == "confirmed" or model.charging.value in {"at-pledge", "escrow"}
    if by_charges and totals["pledges"] != totals["collections"]:
        open_ones = totals["pledges"] - totals["collections"]
        yield f"{campaign.id} is judged while {open_ones} pledges are not charged"
    right = _right_verdict(books, campaign)
    if verdict != right:
        yield f"{campaign.id} is {verdict}, and should be {right} with {dict(totals)}"


def _right_verdict(books: Auditor, campaign: Campaign) -> str:
    known, shape = books.campaigns[campaign.id], books.shapes[campaign.id]
    totals, model = books.totals[campaign.id], campaign.terms.model
    total, goal = totals["counted"], shape["goal"]
    if "units" in shape:
        total, goal = totals["units"], shape["units"]
    if known.round > 1:
        return "successful"
    if total >= goal:
        return "live" if model.second_round is not None else "successful"
    kept = model.keeps_from
    if kept is not None and total > 0 and total * kept.denominator >= kept.numerator * goal:
        return "partially-funded"
    return "failed"


COMMIT_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "versions": _versions,
    "one-order-a-key": _one_order_a_key,
    "pledge-moves": _pledge_moves,
    "charged-when-due": _charged_when_due,
    "parts-when-due": _parts_when_due,
    "finishing-begins-nothing": _finishing_begins_nothing,
    "unlocked-once": _unlocked_once,
    "in-time": _in_time,
    "given-up-when-allowed": _given_up_when_allowed,
    "verdicts": _verdicts,
    **PAYOUT_COMMIT_LAWS,
    **GIVING_BACK_LAWS,
    **EXCHANGING_LAWS,
    **SHARE_COMMIT_LAWS,
}
"""One more line is one more law of what may be committed."""
