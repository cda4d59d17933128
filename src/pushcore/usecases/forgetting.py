"""Forgetting: what is kept about a backer is told to them, and is not kept about them any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.books import forgetting as deciding
from pushcore.books import names
from pushcore.books.forgetting import BackerRecord
from pushcore.campaigns import Campaign
from pushcore.errors import KeyReused
from pushcore.ids import BackerId
from pushcore.ledger.chart import wallet_account
from pushcore.ledger.recipes import pledge_of
from pushcore.payouts import Payout
from pushcore.pledges import Pledge
from pushcore.rewards import Fulfilment
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from pushcore.ids import ActorId
    from pushcore.ports import Ports

__all__ = ["export_backer", "forget_backer"]


@use_case
def export_backer(ports: Ports, backer_id: BackerId) -> BackerRecord:
    """Everything that is kept about a backer, for whoever asks what that is.

    Names, addresses and answers to surveys are the host's, and are not among it.

    Raises:
        InvalidValue: no id.
    """
    aggregates = list(ports.store.naming(backer_id))
    pledge_ids = [it.id for it in aggregates if isinstance(it, Pledge)]
    fulfilments = (ports.store.find(Fulfilment, pledge_id) for pledge_id in pledge_ids)
    wanted, wallet = frozenset(pledge_ids), wallet_account(backer_id).path
    return BackerRecord(
        backer_id,
        [*aggregates, *(it for it in fulfilments if it is not None)],
        [event for event in ports.store.events() if names(event, backer_id)],
        [
            entry
            for entry in ports.store.transactions()
            if pledge_of(entry) in wanted or any(it.account.path == wallet for it in entry.postings)
        ],
    )


@use_case
def forget_backer(
    ports: Ports, backer_id: BackerId, *, actor: ActorId, pseudonym: BackerId | None = None
) -> BackerId | None:
    """Forget a backer: what they go by from now on, or None of whom nothing is kept.

    Let them do nothing any more before: what they do at the same moment is kept under their id.

    Args:
        ports: Where to read and write.
        backer_id: Whom.
        actor: Who acts.
        pseudonym: What stands in place of the id; None for a new one.

    Raises:
        Refused: see `pushcore.books.forgetting.forget`.
        KeyReused: the pseudonym names somebody.
        InvalidValue: no id, or the pseudonym is the id itself.
    """
    expect(backer_id, str, what="backer id")
    record = export_backer(ports, backer_id)
    if not record.aggregates and not record.events:
        return None
    other = BackerId(f"{deciding.FORGOTTEN}-{ports.ids.new_id()}") if pseudonym is None else pseudonym
    if other != backer_id and any(True for _ in ports.store.naming(other)):
        message = f"{other} names somebody: choose another pseudonym"
        raise KeyReused(message, pseudonym=other)
    _, changes = deciding.forget(record, _campaigns(ports, record), other, ports.now(), actor)
    ports.store.commit(changes)
    return other


def _campaigns(ports: Ports, record: BackerRecord) -> tuple[Campaign, ...]:
    """The campaigns of what is kept about a backer; a payout is known by its id alone."""
    ids: dict[object, None] = {}
    for it in (*record.aggregates, *record.events):
        payout_id, campaign_id = getattr(it, "payout_id", None), getattr(it, "campaign_id", None)
        payout = ports.store.find(Payout, payout_id) if isinstance(payout_id, str) else None
        ids[campaign_id if payout is None else payout.campaign_id] = None
    found = (ports.store.find(Campaign, it) for it in ids if isinstance(it, str))
    return tuple(it for it in found if it is not None)
