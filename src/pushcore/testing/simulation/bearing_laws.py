"""The laws of who bears what does not go back: each step is computed again, of all that was asked back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.testing.simulation.backer_book import agreed_in
from pushcore.testing.simulation.made_book import made_in
from pushcore.testing.simulation.policies import WHOLE, rules_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.payments.events import RefundAgreed
    from pushcore.testing.simulation.auditor import Auditor
    from pushcore.testing.simulation.policies import Rule
    from pushcore.testing.simulation.undone import Undone

__all__ = ["BEARING_LAWS"]

_WHOLE: Final = 10_000


def _as_it_is(books: Auditor, changes: Changes) -> Iterator[str]:
    """A refund is made as its campaign stands by then, and as a fraud only where somebody says so."""
    agreed, deed = agreed_in(changes), books.doing[-1]
    if agreed is None:
        return
    campaign = books.campaigns[books.readings[agreed.pledge_id].campaign_id]
    by_hand = deed.do == "refund" and campaign.state.value in _FUNDED
    situation = "failed"
    if by_hand or _is_forced(changes):
        situation = "funded" if campaign.settled_at is None else "paid-out"
    if by_hand and deed.args.get("fraud"):
        situation = "fraud"
    if agreed.situation != situation:
        yield f"{agreed}, and it is {situation}"


_FUNDED: Final = frozenset({"successful", "partially-funded"})


def _is_forced(changes: Changes) -> bool:
    """Whether somebody gave it back at the provider itself."""
    return any(made_in(it) is not None for it in changes.transactions)


def _borne_as_agreed(books: Auditor, changes: Changes) -> Iterator[str]:
    """What a backer bears of each part and fee is what was agreed, of all that was asked back so far."""
    agreed = agreed_in(changes)
    if agreed is None or agreed.pledge_id not in books.backs.undone:
        return
    before, after = books.backs.was, books.backs.undone[agreed.pledge_id]
    if agreed.situation == "failed" or _is_forced(changes):
        yield from _reopened(agreed, before, after)
        return
    rules = rules_of(books.shapes[books.readings[agreed.pledge_id].campaign_id], agreed.situation)
    disputed = bool(books.pledges[agreed.pledge_id].disputes)
    borne = 0
    for name, now in after.items():
        was, rule = before.get(name, now.untouched), rules.get(now.kind, WHOLE)
        more = now.kept - was.kept
        borne += (now.undone - was.undone if now.is_part else 0) - more
        due = _due(rule, was, now)
        if abs(more - due) > (_unsure(rule) if disputed else 0):
            yield f"{more} of {name} is borne by who paid for {agreed}, and {due} was agreed: {was}, {now}"
    if borne != agreed.amount.minor:
        yield f"{agreed}, and {borne} was asked back and not borne by who paid"


def _reopened(agreed: RefundAgreed, before: dict[str, Undone], after: dict[str, Undone]) -> Iterator[str]:
    """What a backer bore goes back too where nothing comes of it all; no more is borne of what is forced."""
    for name, now in after.items():
        bore = 0 if agreed.situation == "failed" else before.get(name, now.untouched).kept
        if now.kept not in {0, bore}:
            yield f"{now.kept} of {name} is borne by who paid for {agreed}, and {bore} was before"


def _due(rule: Rule, was: Undone, now: Undone) -> int:
    """What whoever paid bears of one more that is undone: the difference of two running totals."""
    hundredths, bearers = rule
    comes = now.returned - was.returned
    if now.is_part:
        comes = _share(now.undone, hundredths) - _share(was.undone, hundredths)
    lost = was.undone - was.returned
    return _borne(bearers, lost + now.undone - was.undone - comes) - _borne(bearers, lost)


def _unsure(rule: Rule) -> int:
    """How far that may be off where disputes took something: totals run beside what they took."""
    return 2 + max((most for *_, most in rule[1]), default=0)


def _borne(bearers: tuple[tuple[str, int, int], ...], lost: int) -> int:
    borne = 0
    for bearer, portion, most in bearers:
        part = min(_share(lost, portion), most or lost)
        borne += part * (bearer == "backer")
        lost -= part
    return borne


def _share(minor: int, hundredths: int) -> int:
    return (2 * minor * hundredths + _WHOLE) // (2 * _WHOLE)


BEARING_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "refunded-as-it-is": _as_it_is,
    "borne-as-agreed": _borne_as_agreed,
}
"""One more line is one more law of what is borne."""
