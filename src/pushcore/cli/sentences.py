"""What happened, in words: one sentence for each note of a story's diary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pushcore.campaigns._totals import Total
from pushcore.money import Money
from pushcore.stories.diary import Happening, Note

__all__ = ["sentence", "total"]

_SENTENCES: Final[dict[Happening, tuple[str, str]]] = {
    Happening.OPENED: ("opens, and wants {amount}", ""),
    Happening.FOLLOWED: ("{who} follows it", "{times} follow it"),
    Happening.PLEDGED: ("{who} pledges {amount}", "{times} pledges, {amount}"),
    Happening.PLEDGED_LATE: ("{who} pledges {amount}, late", "{times} late pledges, {amount}"),
    Happening.ANNOUNCED: ("{who} will bring {amount}", "{times} contributions announced, {amount}"),
    Happening.RECEIVED: ("{who} brings {amount}", "{times} contributions received, {amount}"),
    Happening.GIVEN_UP: (
        "{amount} of {who} is expected no longer",
        "{times} contributions given up, {amount}",
    ),
    Happening.REFUSED: ("{who} is refused: {why}", "{times} refused: {detail}"),
    Happening.VOIDED: ("{who}: the pledge of {amount} is void: {detail}", "{times} pledges void: {detail}"),
    Happening.CHANGED: ("{who} changes a pledge, now {amount}", "{times} pledges changed, now {amount}"),
    Happening.TRANSFERRED: ("{who} is handed {amount}", "{times} pledges handed over, {amount}"),
    Happening.MERGED: ("{who} makes two pledges one, {amount}", "{times} times two pledges made one"),
    Happening.CANCELED: ("{who} takes back {amount}", "{times} pledges taken back, {amount}"),
    Happening.MATCHED: (
        "fund {detail} adds {amount} to {who}",
        "fund {detail} adds {amount} to {times} pledges",
    ),
    Happening.GIVEN: ("fund {detail} gives {amount}", ""),
    Happening.UNMATCHED: ("fund {detail} gets {amount} back", "fund {detail} gets {amount} back"),
    Happening.UNLOCKED: ("stretch goal {detail} is unlocked", ""),
    Happening.MOVED: ("is {detail} now", ""),
    Happening.WAITING: ("takes nothing new, and waits for slow payments", ""),
    Happening.EDITED: ("has other terms: {detail}", "has other terms: {detail}"),
    Happening.EXTENDED: ("runs until {detail}", ""),
    Happening.CALLED_OFF: ("is called off", ""),
    Happening.ENDED: ("closes: {detail}, with {amount}", ""),
    Happening.RELEASED: ("{who} is released from {amount}", "{times} pledges released, {amount}"),
    Happening.COLLECTED: ("{who} is charged {amount}", "{times} pledges charged, {amount}"),
    Happening.PART_COLLECTED: ("{who} is charged a part, {amount}", "{times} parts charged, {amount}"),
    Happening.DEFAULTED: (
        "{who} pays no more, and {amount} is kept",
        "{times} pay no more, {amount} is kept",
    ),
    Happening.DECLINED: ("{who}: the charge of {amount} is declined", "{times} charges declined, {amount}"),
    Happening.REMINDED: ("{who} is reminded of {amount}", "{times} backers reminded, {amount}"),
    Happening.DROPPED: ("{who}: the pledge of {amount} is dropped", "{times} pledges dropped, {amount}"),
    Happening.REFUNDED: ("{who} is given back {amount}", "{times} pledges given back, {amount}"),
    Happening.UNREFUNDED: (
        "{who}: giving back {amount} is declined",
        "{times} refunds declined, {amount}",
    ),
    Happening.PARTLY_REFUNDED: (
        "{who} is given back {amount} of a pledge",
        "{times} parts of pledges given back, {amount}",
    ),
    Happening.DISPUTED: ("{who}: a dispute of {amount} is {detail}", "{times} disputes {detail}, {amount}"),
    Happening.INDEBTED: ("{who} owes {amount}", "{who} owes {amount}"),
    Happening.RECOVERED: ("{who} owes {amount} less: {detail}", "{who} owes {amount} less: {detail}"),
    Happening.SUBSCRIBED: ("{who} subscribes with {amount}", "{times} subscribe, with {amount}"),
    Happening.PAUSED: ("{who} pauses", "{times} pause"),
    Happening.RESUMED: ("{who} goes on after a pause", "{times} go on after a pause"),
    Happening.AMENDED: ("{who} will give {amount}", "{times} will give another amount, {amount}"),
    Happening.UNSUBSCRIBED: ("{who} subscribes no more", "{times} subscribe no more"),
    Happening.LAPSED: ("{who}: the subscription lapses", "{times} subscriptions lapse"),
    Happening.SETTLED: ("settled: {amount} is divided", ""),
    Happening.BROUGHT: ("{amount} is brought to the provider", ""),
    Happening.EXCHANGED: ("at the provider {detail}", "at the provider {detail}, {times} times"),
    Happening.PAID: ("{who} is paid {amount}", ""),
    Happening.JOINED: ("{who} waits for {detail}", "{times} backers wait for {detail}"),
    Happening.OFFERED: ("{detail} is offered to {who}", "{detail} is offered to {times} backers"),
    Happening.EXPIRED: ("{who}: the offer of {detail} ran out", "{times} offers of {detail} ran out"),
    Happening.SHIPPED: ("{who} is sent a reward", "{times} rewards are sent"),
    Happening.DELIVERED: ("{who} has the reward", "{times} rewards arrived"),
    Happening.UNDELIVERABLE: ("{who}: the reward came back", "{times} rewards came back"),
}
"""For one, and for several."""


def sentence(note: Note, show: Callable[[Money], str]) -> str:
    """One note as a sentence."""
    one, several = _SENTENCES[note.what]
    words = one if note.times == 1 else several
    amount = total(note.amount, show)
    return words.format(
        who=note.who, times=note.times, amount=amount, detail=note.detail, why=note.why or note.detail
    )


def total(amount: Total, show: Callable[[Money], str]) -> str:
    """An amount as it is shown, or a number of rewards."""
    return show(amount) if isinstance(amount, Money) else f"{amount} rewards"
