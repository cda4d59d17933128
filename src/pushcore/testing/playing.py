"""Taking steps and judging how they end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from pushcore.errors import (
    Conflict,
    GatewayMisuse,
    GatewayUnavailable,
    KeyReused,
    OutcomeUnknown,
    PushcoreError,
    Refused,
)
from pushcore.payouts import PayoutState
from pushcore.pledges import PledgeState
from pushcore.testing import steps
from pushcore.testing.auditor import Books
from pushcore.testing.interruption import Crash, Trouble
from pushcore.testing.steps import Step
from pushcore.usecases import Collecting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pushcore.campaigns import Campaign
    from pushcore.testing.host import Host
    from pushcore.testing.interruption import Interruption

__all__ = ["finish_everything", "play"]


def play(host: Host, step: Step, meanwhile: Sequence[Interruption] = ()) -> object:
    """Take a step, which may end well, in a no that changes nothing, or as the interruptions explain.

    Raises:
        AssertionError: it ended otherwise. To lose a race is no way to end: use cases then start again.
    """
    before = None if meanwhile else host.books()
    end = host.take(step, meanwhile)
    rejected = any(it.what is Trouble.REJECTION for it in host.suffered)
    expected = (*_NO, *((GatewayMisuse,) if rejected else ()))
    if meanwhile:
        expected = (*expected, Crash, GatewayUnavailable, OutcomeUnknown)
    assert isinstance(end, expected) or not isinstance(end, PushcoreError | Crash), f"{step} ends in {end!r}"
    if isinstance(end, _NO) and before is not None:
        assert Books.of(host) == before, f"{step} is refused, but something changed: {end!r}"
    for trouble in _troubles(end):
        told = isinstance(trouble, Refused) and trouble.codes in {("declined",), ("not-deposited",)}
        assert meanwhile or rejected or told, f"{step} leaves {trouble!r}"
        assert isinstance(trouble, (*expected, Conflict)), f"{step} leaves {trouble!r}"
    return end


def finish_everything(host: Host) -> None:
    """Take a campaign to its end, whatever state it is in, with nobody interfering any more."""
    campaign = host.store.campaign(steps.CAMPAIGN)
    terms = campaign.terms
    for payee in terms.splits.payees(campaign.creator_id):
        host.take(Step(steps.accept, (payee,)))
    play(host, Step(steps.finish))
    for _ in range(1 if terms.model.second_round is None else 2):
        play(host, Step(steps.end))
        _advance(host, terms.model.grace, *(due.after for due in terms.dunning.steps))
    _advance(host, timedelta(days=terms.late_days or 0), *(due.after for due in terms.dunning.steps))
    if (plan := terms.instalments) is not None:
        later = max(plan.on_failure.first, plan.on_failure.later)
        _advance(host, *(later for _ in range(_TIMES_A_PART * plan.most)))
    for pledge_id in sorted(host.pledge_ids):
        host.take(Step(steps.accept, (pledge_id,)))
        pledge = host.store.find_pledge(pledge_id)
        if pledge is not None and pledge.state in _BY_HAND:
            play(host, Step(_BY_HAND[pledge.state], (pledge_id,)))
    play(host, Step(steps.deposit))
    _pay_out(host, campaign)
    while tuple(host.store.open_orders()):
        play(host, Step(steps.finish))


def _pay_out(host: Host, campaign: Campaign) -> None:
    """Consent to everything, approve it, and wait until the last of it is due and released."""
    plan = campaign.terms.payouts
    for milestone in plan.schedule.milestones:
        play(host, Step(steps.consent, (milestone.id,)))
    for _ in range(1 if plan.reserve is None else 2):
        for payout in host.store.payouts(campaign.id):
            if payout.state is PayoutState.PREPARED and payout.approvals:
                play(host, Step(steps.approve, (payout.id,)))
        play(host, Step(steps.pay_out))
        if plan.reserve is not None:
            _advance(host, timedelta(days=plan.reserve.hold_days or 0))


def _advance(host: Host, *spans: timedelta) -> None:
    """Do what is due, now and after every span of time."""
    play(host, Step(steps.advance))
    for span in spans:
        host.take(Step(steps.wait, (span,)))
        play(host, Step(steps.advance))


def _troubles(end: object) -> list[object]:
    """The errors inside what a use case returned about many things."""
    if isinstance(end, Collecting):
        return list(end.troubles.values())
    if isinstance(end, dict):
        return [it for it in end.values() if isinstance(it, PushcoreError)]
    return []


_TIMES_A_PART: Final = 4
"""How many windows pass until the next part of a pledge is due, and is missed."""

_BY_HAND: Final = {PledgeState.UNREFUNDED: steps.refund, PledgeState.EXPECTED: steps.give_up}
_NO: Final = (Refused, KeyReused)
