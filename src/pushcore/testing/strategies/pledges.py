"""Requests and pledges."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from pushcore.pledges import Pledge, PledgeRequest, PledgeState
from pushcore.rewards import quote
from pushcore.testing.strategies.calendar import instants
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts, currencies
from pushcore.testing.strategies.rewards import catalogues, selections

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.money import Currency
    from pushcore.rewards import Catalogue, Quote

__all__ = ["pledges", "requests"]

_MOST: Final = 1_000_000
_VOIDED: Final = ("declined", "claim-expired", "too-late", "not-live")
_SET_FREE: Final = ("not-funded", "merged")
_UNCONFIRMED: Final = (PledgeState.PREAUTH, PledgeState.VOIDED)


@st.composite
def requests(draw: st.DrawFn, *, campaign: Campaign | None = None) -> PledgeRequest:
    """A request for a pledge; of a given campaign, one in its currency for what it offers."""
    if campaign is not None:
        return draw(_requests(campaign.terms.catalogue, campaign.currency, st.just(campaign.id)))
    currency = draw(currencies())
    return draw(_requests(draw(catalogues(currency)), currency, identifiers()))


@st.composite
def pledges(
    draw: st.DrawFn,
    *,
    campaign: Campaign | None = None,
    states: st.SearchStrategy[PledgeState] | None = None,
) -> Pledge:
    """A pledge in any state, with exactly the facts that go with it; it may be changed or handed over."""
    state = draw(st.sampled_from(PledgeState) if states is None else states)
    currency = draw(currencies()) if campaign is None else campaign.currency
    offered = draw(catalogues(currency)) if campaign is None else campaign.terms.catalogue
    ids = identifiers() if campaign is None else st.just(campaign.id)
    request = draw(_requests(offered, currency, ids))
    quoted, holder_id = quote(offered, request.selection), None
    waiting = state in _UNCONFIRMED
    if not waiting:
        quoted = draw(st.just(quoted) | _changed(offered, currency, quoted))
        holder_id = draw(st.none() | identifiers())
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
    reasons = st.sampled_from(_SET_FREE if set_free else _VOIDED)
    return Pledge(
        request,
        quoted,
        state,
        placed_at,
        expires_at,
        method=None if waiting else draw(identifiers()),
        attempts=attempts,
        failed_at=expires_at if failed else None,
        steps=draw(st.integers(0, 3)) if charged else 0,
        due_at=expires_at + draw(st.timedeltas(timedelta(0), timedelta(days=30))) if errored else None,
        reason=draw(reasons) if set_free or state is PledgeState.VOIDED else None,
        holder_id=holder_id,
        version=_writes(state, attempts) + (quoted.selection != request.selection) + (holder_id is not None),
    )


def _writes(state: PledgeState, attempts: int) -> int:
    return 1 + (state is not PledgeState.PREAUTH) + 2 * attempts - (state is PledgeState.CHARGING)


def _changed(catalogue: Catalogue, currency: Currency, before: Quote) -> st.SearchStrategy[Quote]:
    picked = selections(catalogue, currency=currency)
    return picked.map(lambda instead: quote(catalogue, instead, pinned=before))


def _requests(
    catalogue: Catalogue, currency: Currency, campaign_ids: st.SearchStrategy[Any]
) -> st.SearchStrategy[PledgeRequest]:
    return st.builds(
        PledgeRequest,
        identifiers(),
        campaign_ids,
        identifiers(),
        selections(catalogue, currency=currency),
        actor=identifiers(),
        expects=st.none() | amounts(currency, least=0, most=_MOST),
        recipient_id=st.none() | identifiers(),
        anonymous=st.booleans(),
        hides_amount=st.booleans(),
    )
