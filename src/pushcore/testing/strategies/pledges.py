"""Requests and pledges."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from pushcore.pledges import Pledge, PledgeRequest, PledgeState
from pushcore.rewards import Catalogue, Selection, Tier, quote
from pushcore.testing.strategies.calendar import instants
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts, currencies

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign

__all__ = ["pledges", "requests"]

_MOST: Final = 1_000_000
_REASONS: Final = ("declined", "claim-expired", "too-late", "not-live")


@st.composite
def requests(draw: st.DrawFn, *, campaign: Campaign | None = None) -> PledgeRequest:
    """A request for a pledge; of a given campaign, one that names its currency and, if any, its tiers."""
    currency = draw(currencies()) if campaign is None else campaign.currency
    tier_ids = identifiers() if campaign is None else st.sampled_from([it.id for it in campaign.terms.tiers])
    chosen = campaign is None or campaign.terms.tiers
    tier_id = draw(st.none() | tier_ids) if chosen else None
    return PledgeRequest(
        draw(identifiers()),
        draw(identifiers()) if campaign is None else campaign.id,
        draw(identifiers()),
        Selection(
            draw(amounts(currency, least=int(tier_id is None), most=_MOST)),
            tier_id=tier_id,
            quantity=1 if tier_id is None else draw(st.integers(1, 10)),
        ),
        actor=draw(identifiers()),
    )


@st.composite
def pledges(
    draw: st.DrawFn,
    *,
    campaign: Campaign | None = None,
    states: st.SearchStrategy[PledgeState] | None = None,
) -> Pledge:
    """A pledge in any state, with exactly the facts that go with it."""
    state = draw(st.sampled_from(PledgeState) if states is None else states)
    request = draw(requests(campaign=campaign))
    catalogue = draw(_catalogues(request.selection)) if campaign is None else campaign.terms.catalogue
    placed_at = draw(instants())
    expires_at = placed_at + draw(st.timedeltas(timedelta(seconds=1), timedelta(days=7)))
    charged = state in {
        PledgeState.CHARGING,
        PledgeState.COLLECTED,
        PledgeState.ERRORED,
        PledgeState.DROPPED,
    }
    attempts = draw(st.integers(1, 3)) if charged else 0
    errored = state is PledgeState.ERRORED
    failed = errored or state is PledgeState.DROPPED or (charged and draw(st.booleans()))
    set_free = state is PledgeState.CANCELED and draw(st.booleans())
    reasons = st.just("not-funded") if set_free else st.sampled_from(_REASONS)
    return Pledge(
        request,
        quote(catalogue, request.selection),
        state,
        placed_at,
        expires_at,
        method=draw(identifiers()) if state not in {PledgeState.PREAUTH, PledgeState.VOIDED} else None,
        attempts=attempts,
        failed_at=expires_at if failed else None,
        steps=draw(st.integers(0, 3)) if charged else 0,
        due_at=expires_at + draw(st.timedeltas(timedelta(0), timedelta(days=30))) if errored else None,
        reason=draw(reasons) if set_free or state is PledgeState.VOIDED else None,
        version=1 + (state is not PledgeState.PREAUTH) + 2 * attempts - (state is PledgeState.CHARGING),
    )


def _catalogues(selection: Selection) -> st.SearchStrategy[Catalogue]:
    """A catalogue that has the tier, if there is one."""
    if (tier_id := selection.tier_id) is None:
        return st.just(Catalogue())
    prices = amounts(selection.bonus.currency, least=1, most=_MOST)
    return st.builds(lambda price: Catalogue([Tier(tier_id, price)]), prices)
