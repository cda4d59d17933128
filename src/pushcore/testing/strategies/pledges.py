"""Requests and pledges."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from pushcore.pledges import Pledge, PledgeRequest, PledgeState
from pushcore.rewards import Catalogue, Phase, Selection, Tier, quote
from pushcore.testing.strategies.calendar import instants
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.instalments import instalments
from pushcore.testing.strategies.money import amounts, currencies

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign

__all__ = ["pledges", "requests"]

_MOST: Final = 1_000_000


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
    """A pledge in any state, with exactly the facts that go with it; late, or handed over, now and then."""
    state = draw(st.sampled_from(PledgeState) if states is None else states)
    request = draw(requests(campaign=campaign))
    catalogue = draw(_catalogues(request.selection)) if campaign is None else campaign.terms.catalogue
    placed_at = draw(instants())
    expires_at = placed_at + draw(st.timedeltas(timedelta(seconds=1), timedelta(days=7)))
    phase = draw(
        st.sampled_from([Phase.CAMPAIGN, Phase.LATE] if state not in _NEVER_LATE else [Phase.CAMPAIGN])
    )
    given_up = state is PledgeState.CANCELED and draw(st.booleans())  # after a charge that failed
    attempts = draw(st.integers(1, 3)) if state in _CHARGED or given_up else 0
    failed = state in _FAILED or given_up or (attempts > 0 and draw(st.booleans()))
    confirmed = state not in {PledgeState.PREAUTH, PledgeState.EXPECTED, PledgeState.VOIDED}
    refunds = draw(st.integers(1, 3)) if state in _RETURNED else 0
    return Pledge(
        request,
        quote(catalogue, request.selection, phase=phase),
        state,
        placed_at,
        expires_at,
        method=draw(identifiers()) if confirmed else None,
        attempts=attempts,
        failed_at=expires_at if failed else None,
        steps=draw(st.integers(0, 3)) if attempts else 0,
        due_at=expires_at + draw(st.timedeltas(timedelta(0), timedelta(days=30)))
        if state in _WAITING
        else None,
        reason=draw(_REASONS.get(state, st.none())),
        holder_id=draw(st.none() | identifiers()) if confirmed and phase is Phase.CAMPAIGN else None,
        refunds=refunds,
        phase=phase,
        instalments=draw(instalments()) if state is PledgeState.PAYING else None,
        version=1 + 2 * refunds + confirmed + 2 * attempts - (state is PledgeState.CHARGING),
    )


_RETURNED: Final = frozenset({PledgeState.REFUNDING, PledgeState.REFUNDED, PledgeState.UNREFUNDED})
_FAILED: Final = frozenset({PledgeState.ERRORED, PledgeState.DROPPED})
_WAITING: Final = frozenset({PledgeState.ERRORED, PledgeState.PAYING})
_CHARGED: Final = _RETURNED | _FAILED | {PledgeState.CHARGING, PledgeState.COLLECTED}
_NEVER_LATE: Final = _RETURNED | _WAITING | {PledgeState.CANCELED}
_BACK: Final = st.sampled_from(["not-funded", "canceled"])
_REASONS: Final[dict[PledgeState, st.SearchStrategy[str | None]]] = {
    PledgeState.EXPECTED: identifiers(),
    PledgeState.VOIDED: st.sampled_from(["declined", "claim-expired", "too-late", "not-live"]),
    PledgeState.CANCELED: st.sampled_from([None, "not-funded", "merged"]),
    **dict.fromkeys(_RETURNED, _BACK),
}


def _catalogues(selection: Selection) -> st.SearchStrategy[Catalogue]:
    """A catalogue that has the tier, if there is one."""
    if (tier_id := selection.tier_id) is None:
        return st.just(Catalogue())
    prices = amounts(selection.bonus.currency, least=1, most=_MOST)
    return st.builds(lambda price: Catalogue([Tier(tier_id, price)]), prices)
