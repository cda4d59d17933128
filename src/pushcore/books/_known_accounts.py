"""Which accounts there are: those that recipes make, with the side each grows on, guarded or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pushcore.errors import InvalidValue
from pushcore.ids import parted
from pushcore.ledger import chart
from pushcore.payouts import Bearer, PaidKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pushcore.campaigns import Terms
    from pushcore.ids import PayeeId
    from pushcore.ledger import Account

__all__ = ["known_account", "known_names"]

_OF_CAMPAIGNS: Final[Mapping[str, Callable[..., Account]]] = {
    "held": chart.held_account,
    "fees": chart.fee_account,
    "payee": chart.payee_account,
    "debt": chart.debt_account,
    "borne": chart.borne_account,
    "on-top": chart.on_top_account,
    "offline": chart.offline_account,
    "provider-fees": chart.provider_fees_account,
    "refunds": chart.refunds_account,
    "bounced": chart.bounced_account,
    "fx": chart.fx_account,
    "reserve": chart.reserve_account,
    "costs": chart.cost_account,
    "returned": chart.returned_account,
    "disputed": chart.disputed_account,
    "contested": chart.contested_account,
    "restored": chart.restored_account,
    "beside": chart.beside_account,
}
_OTHERS: Final[Mapping[str, Callable[..., Account]]] = {
    "wallet": chart.wallet_account,
    "expired": chart.expired_account,
    "written-off": chart.written_off_account,
    "fx": lambda pair: chart.clearing_account(*pair.split("-")),
}
_FIXED_ACCOUNTS: Final = (
    chart.PROVIDER,
    chart.PROVIDER_FEES,
    chart.OPENING,
    chart.FX,
    chart.PROVIDER_DISPUTED,
)
_FIXED: Final = {it.path: it for it in _FIXED_ACCOUNTS}


def known_account(path: str) -> Account | None:
    """The account of this path as the recipes make it; None where no recipe does."""
    if path in _FIXED:
        return _FIXED[path]
    make: Any
    match parted(path):
        case "campaign", campaign_id, sort, *names:
            make, args = _OF_CAMPAIGNS.get(sort), (campaign_id, *names)
        case "payee", payee_id, "debt":
            make, args = chart.payee_debt_account, (payee_id,)
        case "host", host_id, "owed":
            make, args = chart.host_owed_account, (host_id,)
        case "host", host_id, "shared":
            make, args = chart.shared_account, (host_id,)
        case "host", host_id, "own-funds":
            make, args = chart.own_funds_account, (host_id,)
        case names:
            make, args = _OTHERS.get(names[0]), names[1:]
    try:
        found: Account | None = None if make is None else make(*args)
    except (TypeError, InvalidValue):  # too many names, or too few; or no two currencies
        return None
    return found if found is not None and found.path == path else None


def known_names(terms: Terms, creator_id: PayeeId) -> dict[str, frozenset[str]]:
    """What the accounts of a campaign can be called by its terms, for kinds that have names by them."""
    payees = frozenset((*terms.splits.payees(creator_id), creator_id))
    return {
        "payee": payees,
        "returned": payees,
        "fees": frozenset(terms.fees.names),
        "on-top": frozenset((*terms.on_top.names, PaidKind.TIP.value)),
        "borne": frozenset(it.value for it in Bearer if it is not Bearer.CREATOR),
    }
