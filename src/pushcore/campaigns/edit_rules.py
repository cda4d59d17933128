"""The rules of changing the terms of a launched campaign: one for every field, as small functions.

Before the launch anything may be changed. After it, most of what was promised stays as it is; how the rest
may change is data, `pushcore.campaigns.Editing`. No edit that is allowed changes what a standing pledge costs
or holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore._checks import expect
from pushcore.campaigns._totals import Total, alike, number
from pushcore.campaigns.edit_facts import EditFacts
from pushcore.campaigns.editing import GoalEdits, LimitEdits
from pushcore.campaigns.edits import Edit
from pushcore.campaigns.lifecycle import FUNDED, UNLAUNCHED, CampaignState
from pushcore.errors import Refusal
from pushcore.rewards import Item, Phase, Tier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pushcore.rewards.stock import Limited

__all__ = ["EDITING", "edit_refusals", "term_refusals"]

_OPEN: Final = frozenset({CampaignState.LIVE, CampaignState.SUSPENDED})


def edit_refusals(facts: EditFacts) -> tuple[Refusal, ...]:
    """Every reason why the terms may not be changed; none where they may, or would stay as they are.

    Raises:
        InvalidValue: no facts.
    """
    expect(facts, EditFacts, what="what an edit rests on")
    if not facts.edits or facts.campaign.state in UNLAUNCHED:
        return ()
    return (*_state(facts), *term_refusals(facts))


def term_refusals(facts: EditFacts) -> tuple[Refusal, ...]:
    """As `edit_refusals`, whatever the state of the campaign.

    Raises:
        InvalidValue: no facts.
    """
    expect(facts, EditFacts, what="what an edit rests on")
    return tuple(reason for name, rule in EDITING.items() for reason in rule(facts, name))


def _state(facts: EditFacts) -> Iterator[Refusal]:
    campaign = facts.campaign
    closes = campaign.terms.window.closes
    if campaign.settled_at is not None:
        yield Refusal("already-settled", f"campaign {campaign.id} was settled at {campaign.settled_at}")
    elif campaign.state not in _OPEN | FUNDED:
        yield Refusal("wrong-state", f"campaign {campaign.id} is {campaign.state.value}: its terms are fixed")
    elif campaign.state in _OPEN and closes.passed(facts.at):
        yield Refusal("too-late", f"campaign {campaign.id} closed at {closes.local}, and its verdict is due")


def _fixed(facts: EditFacts, name: str) -> Iterator[Refusal]:
    """What stays as it is from the launch on."""
    yield from (_no("terms-frozen", edit, "it is fixed since the launch") for edit in facts.under(name))


def _while_pledged(facts: EditFacts, name: str) -> Iterator[Refusal]:
    """What is for new pledges only, and of no use once there are none."""
    if not facts.ended or facts.extends or facts.campaign.phase(facts.at) is Phase.LATE:
        return
    yield from (_no("too-late", edit, "nothing is pledged any more") for edit in facts.under(name))


def _until_the_end(facts: EditFacts, name: str) -> Iterator[Refusal]:
    """What belongs to a campaign that is open (Kickstarter: whether late pledges will be taken)."""
    if facts.ended and not facts.extends:
        yield from (_no("too-late", edit, "the campaign has ended") for edit in facts.under(name))


def _goal(facts: EditFacts, name: str) -> Iterator[Refusal]:
    allowed, changed = facts.policy.goal, facts.under(name)
    if facts.ended and not facts.extends:
        yield from _goal_after_the_end(facts, name)
    elif facts.campaign.round > 1:
        yield from (_no("terms-frozen", edit, "it was reached in the first round") for edit in changed)
    elif facts.pledged and (allowed is GoalEdits.NEVER or facts.campaign.terms.goal.moving is not None):
        yield from (_no("terms-frozen", edit, "somebody has pledged for this goal") for edit in changed)
    elif facts.pledged and allowed is GoalEdits.LOWER:
        yield from _goal_raised(facts, name)


def _goal_after_the_end(facts: EditFacts, name: str) -> Iterator[Refusal]:
    """A campaign that is partially funded may lower its goal to what it has (Bluebottle)."""
    changed, partial = facts.under(name), facts.campaign.state is CampaignState.PARTIALLY_FUNDED
    if not (partial and facts.policy.rejudges):
        yield from (_no("too-late", edit, "the verdict rests on it") for edit in changed)
        return
    raised = tuple(_goal_raised(facts, name))
    yield from raised
    if changed and not raised and not facts.terms.goal.reached(facts.terms.total(facts.progress)):
        yield from (_no("goal-not-reached", edit, "lower it to what is reached") for edit in changed)


def _goal_raised(facts: EditFacts, name: str) -> Iterator[Refusal]:
    for part in ("amount", "optimum"):
        old, new = (getattr(it.goal, part) for it in (facts.campaign.terms, facts.terms))
        if not _is_lower(old, new):
            yield from (_no("goal-raised", edit, "it may only fall") for edit in facts.under(name, part))


def _is_lower(old: Total | None, new: Total | None) -> bool:
    return new is None or (old is not None and alike(old, new) and number(new) <= number(old))


def _window(facts: EditFacts, name: str) -> Iterator[Refusal]:
    if facts.at >= facts.campaign.terms.window.opens:
        yield from (_no("terms-frozen", it, "the campaign has opened") for it in facts.under(name, "opens"))
    for part in ("zone", "inclusive"):
        changed = facts.under(name, "closes", part)
        yield from (_no("terms-frozen", edit, "it is fixed since the launch") for edit in changed)
    for edit in facts.under(name, "closes", "at"):
        yield from _deadline(facts, edit)


def _deadline(facts: EditFacts, edit: Edit) -> Iterator[Refusal]:
    campaign, policy = facts.campaign, facts.policy
    window, until = campaign.terms.window, facts.terms.window.closes
    if facts.ended:
        yield from _reopening(facts, edit)
    if policy.extension is not None:
        if until.at < window.closes.at:
            yield _no("not-later", edit, "a deadline is moved to a later time")
        opened = facts.terms.window
        for reason in policy.extension.refusals(opened, until, extended=campaign.extended, at=facts.at):
            yield _no(reason.code, edit, reason.message, **reason.facts)
    elif facts.pledged:
        yield _no("terms-frozen", edit, "somebody has pledged until then")
    elif until.passed(facts.at):
        yield _no("deadline-past", edit, "give a later one")


def _reopening(facts: EditFacts, edit: Edit) -> Iterator[Refusal]:
    """A funded campaign is opened again only where no money hangs on its verdict yet."""
    campaign = facts.campaign
    if not facts.policy.reopens:
        yield _no("too-late", edit, "the campaign has ended")
    if facts.charged and not campaign.terms.model.charges_at_once:
        yield _no("already-charged", edit, "backers were charged, as the campaign was funded")


def _stretch_goals(facts: EditFacts, name: str) -> Iterator[Refusal]:
    """New ones may come, but lock nothing that somebody has chosen; those there are stay."""
    yield from _until_the_end(facts, name)
    new = {it.id: it for it in facts.terms.stretch_goals}
    for goal in facts.campaign.terms.stretch_goals:
        if goal != new.pop(goal.id, None) and (facts.pledged or goal.id in facts.campaign.unlocked):
            yield from (_no("terms-frozen", it, "it is promised") for it in facts.under(name, goal.id))
    for goal in new.values():
        for tier_id in (it.what for it in goal.unlocks if facts.out(it.what)):
            (edit, *_) = facts.under(name, goal.id)
            yield _no("reward-in-use", edit, f"it would lock tier {tier_id}, which is chosen")


def _rewards(facts: EditFacts, section: str) -> Iterator[Refusal]:
    """What is chosen stays, and stays what it is; anything else may come, go and change."""
    yield from _while_pledged(facts, section)
    kept = {it.id: it for it in getattr(facts.terms, section)}
    for thing in getattr(facts.campaign.terms, section):
        after, taken = kept.get(thing.id), facts.out(thing.id)
        if after is None and (taken or _waited_for(thing)):
            gone = Edit((section, thing.id), thing.id, None)
            why = f"{taken} of it are taken" if taken else "somebody may wait for it"
            yield _no("reward-in-use", gone, why, taken=taken)
        elif after is not None:
            yield from _changed(facts, section, thing, after)


def _changed(facts: EditFacts, section: str, thing: Limited, after: Limited) -> Iterator[Refusal]:
    taken = facts.out(thing.id)
    free = _FREE | ({"price"} if facts.policy.prices else set())
    for edit in facts.under(section, thing.id):
        part = edit.path[2]
        if isinstance(thing, Item) and (thing.limit is None or after.limit is None):
            yield _no("terms-frozen", edit, "its pieces are counted from the launch on, or never")
        elif part == "waiting" and _waited_for(thing) and not _waited_for(after):
            yield _no("terms-frozen", edit, "somebody may wait for it")
        elif part == "limit" and (taken or _waited_for(thing)):
            yield from _limit(facts, edit, thing, after)
        elif taken and part not in free:
            yield _no("reward-in-use", edit, f"{taken} of it are taken", taken=taken)


_FREE: Final = frozenset({"late_price", "ends_at", "waiting"})
"""What is only for pledges that are still to come."""


def _waited_for(thing: Limited) -> bool:
    """Whether there is a waiting list, and so perhaps somebody on it."""
    return isinstance(thing, Tier) and thing.waiting is not None


def _limit(facts: EditFacts, edit: Edit, before: Limited, after: Limited) -> Iterator[Refusal]:
    taken = facts.out(before.id)
    if after.limit is None or (before.limit is not None and after.limit >= before.limit):
        return
    if facts.policy.limits is LimitEdits.UP or _waited_for(before):
        yield _no("limit-lowered", edit, "it may only rise")
    elif after.limit < taken:
        yield _no("limit-below-taken", edit, f"{taken} of it are taken", taken=taken)


def _no(code: str, edit: Edit, why: str, **more: object) -> Refusal:
    facts = {"path": ".".join(edit.path), "before": edit.before, "after": edit.after, **more}
    return Refusal(code, f"{edit}: {why}", facts)


EDITING: Final[Mapping[str, Callable[[EditFacts, str], Iterator[Refusal]]]] = {
    "currency": _fixed,
    "goal": _goal,
    "model": _fixed,
    "window": _window,
    "minimum": _while_pledged,
    "maximum": _while_pledged,
    "claim_lifetime": _fixed,
    "dunning": _fixed,
    "tiers": _rewards,
    "add_ons": _rewards,
    "items": _rewards,
    "vouchers": _rewards,
    "taxes": _fixed,
    "on_top": _fixed,
    "fees": _fixed,
    "payouts": _fixed,
    "refunds": _fixed,
    "disputes": _fixed,
    "splits": _fixed,
    "cancel_windows": _fixed,
    "stretch_goals": _stretch_goals,
    "instalments": _fixed,
    "presenting": _fixed,
    "late_days": _until_the_end,
    "soft_launch": _fixed,
    "needs_approval": _fixed,
    "creator_may_pledge": _fixed,
    "editing": _fixed,
}
"""The rule of every field of the terms, in the order their reasons are given."""
