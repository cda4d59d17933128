"""Requests and pledges."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from pushcore.money import Rounding
from pushcore.payouts import RefundPolicy, RefundSituation, RefundTo, Waterfall, give_back
from pushcore.pledges import Pledge, PledgeRefund, PledgeRequest, PledgeState, RefundWay, paid_for
from pushcore.rewards import Phase, quote
from pushcore.testing.strategies.calendar import instants
from pushcore.testing.strategies.exchange import presented
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.instalments import instalments
from pushcore.testing.strategies.matching import match_origins
from pushcore.testing.strategies.money import amounts, currencies
from pushcore.testing.strategies.rewards import catalogues, selections

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.money import Currency
    from pushcore.payouts import GivenBack, Paid
    from pushcore.rewards import Catalogue, Quote

__all__ = ["pledges", "requests"]

_MOST: Final = 1_000_000


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
    """A pledge in any state, with exactly the facts that go with it; late, changed, handed over or not."""
    state = draw(st.sampled_from(PledgeState) if states is None else states)
    currency = draw(currencies()) if campaign is None else campaign.currency
    offered = draw(catalogues(currency)) if campaign is None else campaign.terms.catalogue
    ids = identifiers() if campaign is None else st.just(campaign.id)
    request = draw(_requests(offered, currency, ids))
    placed_at = draw(instants())
    expires_at = placed_at + draw(st.timedeltas(timedelta(seconds=1), timedelta(days=7)))
    phase = draw(
        st.sampled_from([Phase.CAMPAIGN, Phase.LATE] if state not in _NEVER_LATE else [Phase.CAMPAIGN])
    )
    given_up = state is PledgeState.CANCELED and draw(st.booleans())  # after a charge that failed
    attempts = draw(st.integers(1, 3)) if state in _CHARGED or given_up else 0
    paying = state is PledgeState.PAYING
    failed = state in _FAILED or given_up or (attempts > 0 and not paying and draw(st.booleans()))
    confirmed = state not in {PledgeState.PREAUTH, PledgeState.EXPECTED, PledgeState.VOIDED}
    refunds = draw(st.integers(1, 3)) if state in _RETURNED else 0
    quoted, holder_id = quote(offered, request.selection, phase=phase), None
    if confirmed and phase is Phase.CAMPAIGN:
        quoted = draw(st.just(quoted) | _changed(offered, currency, quoted))
        holder_id = draw(st.none() | identifiers())
    steps = draw(st.integers(0, 3)) if attempts and not paying else 0
    changes = (quoted.selection != request.selection) + (holder_id is not None)
    paid = refund = None
    if state is PledgeState.COLLECTED and quoted.amount and draw(st.booleans()):
        refunds, (paid, refund) = draw(st.integers(1, 3)), draw(_partly_back(quoted))
    return Pledge(
        request,
        quoted,
        state,
        placed_at,
        expires_at,
        method=draw(identifiers()) if confirmed else None,
        attempts=attempts,
        failed_at=expires_at if failed else None,
        steps=steps,
        stepped_at=draw(st.none() | st.just(expires_at)) if steps else None,
        due_at=expires_at + draw(st.timedeltas(timedelta(0), timedelta(days=30)))
        if state in _WAITING
        else None,
        reason=draw(_REASONS.get(state, st.none())),
        holder_id=holder_id,
        refunds=refunds,
        phase=phase,
        matches=draw(st.none() | match_origins(currency)) if state in _MATCHES else None,
        instalments=draw(instalments()) if paying else None,
        presented=draw(st.none() | presented(currency)),
        paid=paid,
        refund=refund,
        version=1 + confirmed + changes + 2 * (attempts + refunds) - (state is PledgeState.CHARGING),
    )


@st.composite
def _partly_back(draw: st.DrawFn, quoted: Quote) -> tuple[Paid | None, PledgeRefund | None]:
    """What was given back of a pledge that stays collected, and perhaps what is under way."""
    paid, once = paid_for(quoted, {}), draw(st.booleans())
    if once and paid.left.minor > 1:
        paid = _back(paid, draw(st.integers(1, paid.left.minor - 1))).paid
    if not once or (paid.left.minor > 1 and draw(st.booleans())):
        back = _back(paid, draw(st.integers(1, paid.left.minor)))
        way = RefundWay(draw(identifiers()), back.amount)
        return paid if once else None, PledgeRefund(back.paid, [way], draw(st.booleans()))
    return paid, None


def _back(paid: Paid, minor: int) -> GivenBack:
    policy = RefundPolicy({RefundSituation.FUNDED: Waterfall()}, rounding=Rounding.HALF_UP)
    return give_back(paid, policy, RefundSituation.FUNDED, paid.left.with_minor(minor))


_RETURNED: Final = frozenset({PledgeState.REFUNDING, PledgeState.REFUNDED, PledgeState.UNREFUNDED})
_FAILED: Final = frozenset({PledgeState.ERRORED, PledgeState.DROPPED})
_WAITING: Final = frozenset({PledgeState.ERRORED, PledgeState.PAYING})
_CHARGED: Final = _RETURNED | _FAILED | {PledgeState.PAYING, PledgeState.CHARGING, PledgeState.COLLECTED}
_MATCHES: Final = frozenset({PledgeState.COLLECTED, PledgeState.REFUNDED})
_NEVER_LATE: Final = _RETURNED | _WAITING | {PledgeState.CANCELED}
_BACK: Final = st.sampled_from(["not-funded", "canceled"])
_REASONS: Final[dict[PledgeState, st.SearchStrategy[str | None]]] = {
    PledgeState.EXPECTED: identifiers(),
    PledgeState.VOIDED: st.sampled_from(["declined", "claim-expired", "too-late", "not-live"]),
    PledgeState.CANCELED: st.sampled_from([None, "not-funded", "merged"]),
    **dict.fromkeys(_RETURNED, _BACK),
}


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
        refund_to=st.sampled_from(RefundTo),
        presented=st.none() | currencies(),
    )
