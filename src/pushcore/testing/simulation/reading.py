"""What an auditor reads off a pledge: plain integers, and the pieces that it holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.campaigns import Campaign
    from pushcore.pledges import Pledge

__all__ = ["RESERVING", "STANDING", "Held", "Reading", "read"]

STANDING: Final = frozenset({"pledged", "paying", "charging", "collected", "errored"})
"""The states in which a pledge counts and its pieces are claimed."""

RESERVING: Final = frozenset({"preauth", "expected"})
"""Those in which its pieces are reserved."""

_ON_TOP: Final = frozenset({"fee", "tip"})
_TAKEN: Final = frozenset({"collected", "refunded"})

Held = tuple[str, str, str | None]
"""Pieces of what: a campaign, a stock, and the backer where it is what one of them holds."""


@attrs.frozen
class Reading:
    """A pledge in plain values.

    Attributes:
        amount: What its backer pays, in minor units.
        given: What the campaign gets of it.
        totals: What it adds to the totals of its campaign, by name.
        kept: What the campaign has of it, where it is collected.
        pieces: How much of which stock it takes.
        lines: The price of one piece and the number of pieces of each line that is paid for, by name.
        returning: Whether a refund of it is under way, or was declined.
        parted: Whether it is paid in parts.
        tried: Whether it was ever charged, or tried to be.
    """

    campaign_id: str
    backer_id: str
    state: str
    late: bool
    matching: bool
    parted: bool
    tried: bool
    amount: int
    given: int
    kept: int
    totals: dict[str, int]
    pieces: dict[Held, int]
    lines: dict[str, tuple[int, int]]
    returning: bool

    @property
    def claimed(self) -> bool:
        """Whether what it takes is claimed."""
        return self.state in STANDING

    @property
    def reserved(self) -> bool:
        """Whether what it takes is reserved."""
        return self.state in RESERVING


def read(pledge: Pledge, campaign: Campaign, *, gone: int = 0) -> Reading:
    """Read a pledge, and add it up without any arithmetic of the library's.

    Args:
        pledge: The pledge.
        campaign: Its campaign.
        gone: What the campaign has no more of what was collected, by the books of the auditor.
    """
    counts = {kind.value for kind in campaign.terms.model.counts}
    amount = given = counted = 0
    lines: dict[str, tuple[int, int]] = {}
    for line in pledge.quote.lines:
        minor, kind = line.unit.minor * line.quantity, line.kind.value
        amount += minor
        if minor > 0:
            name = kind if line.id is None else f"{kind}/{line.id}"
            before, pieces = lines.get(name, (0, 0))
            if kind in _ON_TOP:  # several alike are one
                lines[name] = before * pieces + minor, 1
            elif not pieces:  # of several alike, the first
                lines[name] = line.unit.minor, line.quantity
        if kind not in _ON_TOP:
            given += minor
            counted += minor if kind in counts else 0
    late, state, matching = pledge.late, pledge.state.value, pledge.matches is not None
    totals: dict[str, int] = {}
    collected = max(_collected(pledge, state, given) - gone, 0)  # beyond it, its creator owes what goes
    if state in STANDING:
        totals = {
            "late" if late else "pledged": given,
            "pledges": 1,
            "collected": collected,
            "collections": int(state == "collected"),
        }
        if not late:
            totals |= {"counted": counted, "units": _units(pledge), "matched": given if matching else 0}
    return Reading(
        pledge.campaign_id,
        pledge.backer_id,
        state,
        late,
        matching,
        pledge.instalments is not None,
        pledge.attempts > 0,
        amount,
        given,
        collected,
        totals,
        dict(_pieces(pledge, campaign)),
        lines,
        state == "refunding" or pledge.refund is not None,
    )


def _collected(pledge: Pledge, state: str, given: int) -> int:
    """What was charged of it for the campaign; what is paid in parts has nothing on top here."""
    if pledge.instalments is None:
        return given if state == "collected" else 0
    return sum(part.amount.minor for part in pledge.instalments.parts if part.state.value in _TAKEN)


def _units(pledge: Pledge) -> int:
    selection = pledge.quote.selection
    return 0 if selection.tier_id is None else selection.quantity


def _pieces(pledge: Pledge, campaign: Campaign) -> Iterator[tuple[Held, int]]:
    """Each tier and add-on, what they include, and what one backer may hold only so many of."""
    selection, of = pledge.quote.selection, pledge.campaign_id
    picked = {str(name): number for name, number in selection.add_ons.items()}
    if selection.tier_id is not None:
        picked[selection.tier_id] = selection.quantity
    if pledge.matches is not None and pledge.matches.pledge_id is not None:
        yield (of, f" {pledge.matches.pledge_id}", None), 1
    items = Counter[str]()
    for tier in (*campaign.terms.tiers, *campaign.terms.add_ons):
        number = picked.get(tier.id, 0)
        if not number:
            continue
        yield (of, tier.id, None), number
        if tier.per_backer is not None:
            yield (of, tier.id, pledge.backer_id), number
        for item_id, in_one in tier.includes.items():
            items[item_id] += in_one * number
    yield from (((of, item_id, None), number) for item_id, number in items.items())
