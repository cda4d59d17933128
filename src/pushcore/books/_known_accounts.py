"""Which accounts there are: those that recipes make, with the side each grows on, guarded or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pushcore.errors import InvalidValue
from pushcore.ids import parted
from pushcore.ledger import recipes, reversals
from pushcore.payouts import Bearer, PaidKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pushcore.campaigns import Terms
    from pushcore.ids import PayeeId
    from pushcore.ledger import Account

__all__ = ["known_account", "known_names"]

_OF_CAMPAIGNS: Final[Mapping[str, Callable[..., Account]]] = {
    "held": recipes.held_account,
    "fees": recipes.fee_account,
    "payee": recipes.payee_account,
    "debt": recipes.debt_account,
    "borne": recipes.borne_account,
    "on-top": recipes.on_top_account,
    "offline": recipes.offline_account,
    "provider-fees": recipes.provider_fees_account,
    "refunds": recipes.refunds_account,
    "bounced": recipes.bounced_account,
    "fx": recipes.fx_account,
    "reserve": recipes.reserve_account,
    "costs": recipes.cost_account,
    "returned": recipes.returned_account,
    "disputed": reversals.disputed_account,
    "contested": reversals.contested_account,
    "restored": reversals.restored_account,
    "beside": reversals.beside_account,
}
_OTHERS: Final[Mapping[str, Callable[..., Account]]] = {
    "wallet": reversals.wallet_account,
    "expired": reversals.expired_account,
    "written-off": reversals.written_off_account,
    "fx": lambda pair: recipes.clearing_account(*pair.split("-")),
}
_FIXED: Final = {
    it.path: it for it in (recipes.PROVIDER, recipes.OPENING, recipes.FX, reversals.PROVIDER_DISPUTED)
}


def known_account(path: str) -> Account | None:
    """The account of this path as the recipes make it; None where no recipe does."""
    if path in _FIXED:
        return _FIXED[path]
    make: Any
    match parted(path):
        case "campaign", campaign_id, sort, *names:
            make, args = _OF_CAMPAIGNS.get(sort), (campaign_id, *names)
        case "payee", payee_id, "debt":
            make, args = reversals.owed_account, (payee_id,)
        case "host", host_id, "owed":
            make, args = recipes.owed_account, (host_id,)
        case "host", host_id, "shared":
            make, args = recipes.shared_account, (host_id,)
        case "host", host_id, "own-funds":
            make, args = recipes.own_funds_account, (host_id,)
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
