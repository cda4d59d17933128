"""Refusing and changing: pledges that every rule is asked about, and pledges that become others.

No other library does either, and without the rules nothing is left to be done in bare ints: only rates and
their growth are told.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from benchmarks.campaign import launched, place_all, requests
from benchmarks.growing import grown
from benchmarks.sides import OURS, ours
from pushcore import PledgeRequest, Refused, Selection, change_pledge, place_pledge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.measuring import Scale
    from benchmarks.row import Row

__all__ = ["changes", "refusals"]

_CODES = ("price-differs", "parts-not-offered", "sold-out")


def refusals(scale: Scale) -> Iterator[Row]:
    """Pledges that are refused for three reasons each: all are told, and nothing is written."""
    yield from grown(scale, "refuse a pledge for three reasons", {OURS: _refusing})


def _refusing(count: int) -> Callable[[], object]:
    ports, campaign = launched(count)
    too_many = Selection(ours(0), tier_id="poster", quantity=count + 1)

    def refused(number: int) -> tuple[str, ...]:
        who = f"b{number}"
        wrong = PledgeRequest(f"p{number}", campaign.id, who, too_many, actor=who, expects=ours(1), parts=2)
        try:
            place_pledge(ports, wrong)
        except Refused as no:
            return no.codes
        return ()

    assert refused(0) == _CODES
    return lambda: deque(map(refused, range(count)), maxlen=0)


def changes(scale: Scale) -> Iterator[Row]:
    """Pledges that are changed once: another reward, another bonus, and what that moves."""
    yield from grown(scale, "change a pledge", {OURS: _changing})


def _changing(count: int) -> Callable[[], object]:
    ports, _ = launched(count)
    place_all(ports, count)
    others = [(it.pledge_id, _another(it.selection)) for it in requests(count)]

    def changed() -> None:
        for pledge_id, selection in others:
            change_pledge(ports, pledge_id, selection, actor="backer")

    return changed


def _another(selection: Selection) -> Selection:
    tier_id = "ticket" if selection.tier_id is None else None
    return Selection(selection.bonus + ours(2_500), tier_id=tier_id)
