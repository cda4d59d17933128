"""What happened, in words: one sentence for each note of a story's diary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pushcore.money import Money
from pushcore.stories.diary import Happening, Note

__all__ = ["sentence"]

_SENTENCES: Final[dict[Happening, tuple[str, str]]] = {
    Happening.OPENED: ("opens, and wants {amount}", ""),
    Happening.PLEDGED: ("{who} pledges {amount}", "{times} pledges, {amount}"),
    Happening.REFUSED: ("pledge {who} is refused: {detail}", "{times} refused: {detail}"),
    Happening.CANCELED: ("{who} takes back {amount}", "{times} pledges taken back, {amount}"),
    Happening.ENDED: ("closes: {detail}, with {amount}", ""),
    Happening.RELEASED: ("{who} is released from {amount}", "{times} pledges released, {amount}"),
    Happening.COLLECTED: ("{who} is charged {amount}", "{times} pledges charged, {amount}"),
    Happening.DECLINED: ("{who}: the charge of {amount} is declined", "{times} charges declined, {amount}"),
    Happening.REMINDED: ("{who} is reminded of {amount}", "{times} backers reminded, {amount}"),
    Happening.DROPPED: ("{who}: the pledge of {amount} is dropped", "{times} pledges dropped, {amount}"),
    Happening.SETTLED: ("settled: {amount} is divided", ""),
    Happening.PAID: ("{who} is paid {amount}", ""),
}
"""For one, and for several."""


def sentence(note: Note, show: Callable[[Money], str]) -> str:
    """One note as a sentence."""
    one, several = _SENTENCES[note.what]
    words = one if note.times == 1 else several
    return words.format(who=note.who, times=note.times, amount=show(note.amount), detail=note.detail)
