"""The laws of what the provider says beside yes: pledges know what was told, and the books have it once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.pledges import Pledge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.testing.simulation.auditor import Auditor

__all__ = ["PROVIDER_LAWS"]


def _known_as_told(books: Auditor, changes: Changes) -> Iterator[str]:
    """A pledge knows what the provider has kept of its charges by now, and how the last one was paid."""
    for it in changes.put:
        if isinstance(it, Pledge):
            fee, told = it.provider_fee, (books.told.fees.get(it.id), books.told.way_of(it))
            known = None if fee is None else fee.minor, it.paid_by
            if known != told:
                yield f"pledge {it.id} knows {known} of fees and ways, and {told} was told"
            if fee is not None and fee.minor < 0:
                yield f"{fee} is kept of pledge {it.id}"


def _kept_as_told(books: Auditor, changes: Changes) -> Iterator[str]:
    """The ledger has what was kept of all pledges of a campaign: each fee once, less what came back."""
    for transaction in changes.transactions:
        if transaction.recipe == "provider-fee":
            campaign_id = transaction.postings[0].account.path.split("/")[1]
            currency = transaction.postings[0].amount.currency.code
            posted = books.ledger.net(f"campaign/{campaign_id}/provider-fees", currency)
            told = books.told.kept[campaign_id]
            if posted != told:
                yield f"{posted} {currency} is kept of {campaign_id} in the ledger, and {told} was told"


PROVIDER_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "known-as-told": _known_as_told,
    "kept-as-told": _kept_as_told,
}
"""One more line is one more law of what is written together."""
