"""Fitting: what counts of a pledge fits under the cap of its campaign, if that has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.pledges.facts import require_progress

if TYPE_CHECKING:
    from pushcore.errors import Refusal
    from pushcore.pledges.facts import ChangeFacts, PlaceFacts, PledgeFacts
    from pushcore.rewards import Quote

__all__ = ["still_under_the_cap", "under_the_cap"]


def under_the_cap(facts: PlaceFacts | PledgeFacts) -> Refusal | None:
    """What counts to a capped campaign fits, and strands no remainder that cannot be charged.

    Where the cap clips, the quote was made to fit if its bonus could be lowered so far: it is taken whole.
    """
    return _misfit(facts)


def still_under_the_cap(facts: ChangeFacts) -> Refusal | None:
    """As `under_the_cap`, in the place of what it counts for already."""
    return _misfit(facts, before=facts.pledge.quote)


def _misfit(facts: PlaceFacts | PledgeFacts | ChangeFacts, before: Quote | None = None) -> Refusal | None:
    terms = facts.campaign.terms
    if terms.model.cap is None:
        return None
    raised = require_progress(facts.campaign, facts.progress).counted
    others = raised if before is None else raised - terms.counted(before)
    return terms.model.cap.misfit(others, terms.counted(facts.quote))
