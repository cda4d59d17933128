"""Planning: what it takes to give back all that a campaign collected, before the first refund is made."""

from __future__ import annotations

from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from pushcore.payments import collecting, ways
from pushcore.payouts import MassRefund, RefundTo
from pushcore.payouts.mass_refund import PROVIDER_WALLET
from pushcore.pledges import PledgeState
from pushcore.pledges.pledge import WALLET
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pushcore.campaigns import Campaign
    from pushcore.ids import CampaignId, PledgeId
    from pushcore.money import Money
    from pushcore.payouts import FeeLine
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = ["list_refunds", "plan_refunds"]


@use_case
def plan_refunds(
    ports: Ports, campaign_id: CampaignId, *, costs: Mapping[str, FeeLine] | None = None
) -> MassRefund:
    """What the provider needs in each currency to give back all that a campaign collected; writes nothing.

    What is given back already is left out, and what was declined to go back is not; a charge under way counts
    as if it were made. Each charge goes back by a refund of its own, and costs one. What came in cash or by
    bank, or becomes credit in a wallet, needs nothing at the provider. What a backer has paid in another
    currency goes back in that.

    Args:
        ports: What it is read from.
        campaign_id: The campaign, whatever its state.
        costs: What the provider charges for a refund, by currency code; None where refunds cost nothing.

    Raises:
        NotFound: there is no such campaign.
        InvalidValue: the costs are no fee lines of each payment.
    """
    refunds = _refunds(ports, campaign_id)
    return MassRefund.empty(costs).add(amount for _, amounts in refunds for amount in amounts)


@use_case
def list_refunds(
    ports: Ports, campaign_id: CampaignId
) -> tuple[tuple[PledgeId, str, *tuple[Money, ...]], ...]:
    """The refunds that `plan_refunds` sums up, by rising id, as `pushcore.payouts.RefundRuns` takes them.

    Each is the id of a pledge, the wallet it comes from, which is ``provider``, and an amount; of a pledge in
    parts, one for each charge.

    Raises:
        NotFound: there is no such campaign.
    """
    refunds = sorted(_refunds(ports, campaign_id), key=itemgetter(0))
    return tuple((pledge_id, PROVIDER_WALLET, *amounts) for pledge_id, amounts in refunds)


def _refunds(ports: Ports, campaign_id: CampaignId) -> Iterator[tuple[PledgeId, list[Money]]]:
    campaign = ports.store.campaign(campaign_id)
    store = ports.store
    for pledge in chain(store.returnable_pledges(campaign_id), store.unrefunded_pledges(campaign_id)):
        if amounts := [amount for amount in _at_provider(pledge, campaign) if amount]:
            yield pledge.id, amounts


def _at_provider(pledge: Pledge, campaign: Campaign) -> Iterator[Money]:
    """What the provider would have to give back of each charge, in the currency that its backer pays."""
    if pledge.offline or pledge.matches is not None or pledge.method == WALLET:
        return
    if pledge.request.refund_to is RefundTo.WALLET:
        yield from (ways.for_backer(pledge, [way]) for way in ways.under_way(pledge))
        return
    if _is_charged(pledge):
        yield from (ways.for_backer(pledge, [(key, left)]) for key, left, _ in ways.charges(pledge))
    if pledge.state is PledgeState.CHARGING:
        order = collecting.charge_order(pledge, campaign)
        yield order.amount if order.presented is None else order.presented


def _is_charged(pledge: Pledge) -> bool:
    """Whether all or some parts of a pledge were charged."""
    return pledge.taken or pledge.state in _GOING_BACK or pledge.instalments is not None


_GOING_BACK: Final = frozenset({PledgeState.REFUNDING, PledgeState.UNREFUNDED})
