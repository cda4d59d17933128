"""The outcome of a story: what ``play --json`` prints, and the store, for those who look closer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import attrs

from pushcore._checks import items
from pushcore.campaigns import Campaign
from pushcore.campaigns import Outcome as Verdict
from pushcore.ids import PayeeId, PledgeId
from pushcore.memory import MemoryStore
from pushcore.money import Money
from pushcore.payouts import Statement
from pushcore.pledges import Pledge
from pushcore.stories.story import Origin, Story

__all__ = ["Outcome", "RefusedStep"]


@attrs.frozen
class RefusedStep:
    """A step that a rule said no to: nothing changed by it."""

    at: datetime
    origin: Origin
    pledge_id: PledgeId
    codes: tuple[str, ...]


@attrs.frozen
class Outcome:
    """What a story came to; made by `pushcore.stories.play`.

    Attributes:
        campaign: In its last state.
        statement: Where every minor unit is.
        store: Everything that was written, to look into.
        balanced: The audit found nothing, the statement adds up, and the gateway's own books agree.
        refusals: What was refused, in the order it happened.
        left_out: How many steps lie after the clock stops.
    """

    story: Story
    campaign: Campaign
    statement: Statement
    store: MemoryStore
    balanced: bool = attrs.field(kw_only=True)
    pledge_ids: tuple[PledgeId, ...] = attrs.field(kw_only=True, converter=items, repr=False)
    refusals: tuple[RefusedStep, ...] = attrs.field(kw_only=True, converter=items)
    left_out: int = attrs.field(kw_only=True)

    @property
    def totals(self) -> Verdict:
        """What is pledged, and by how many; before the close as it stands, then frozen."""
        progress = self.store.progress(self.campaign.id)
        return self.campaign.outcome or Verdict(progress.pledged, progress.backers)

    @property
    def pledged(self) -> Money:
        """What is pledged, frozen at the close."""
        return self.totals.pledged

    @property
    def backers(self) -> int:
        """How many backers pledged it, frozen at the close."""
        return self.totals.backers

    @property
    def payees(self) -> dict[PayeeId, Money]:
        """What each payee got; the creator too, if they were named, got something, or are the only one."""
        payees, creator = self.statement.payees, self.campaign.creator_id
        named = {split.payee_id for split in self.campaign.terms.splits.splits} or {creator}
        return {payee: part for payee, part in payees.items() if part or payee in named}

    def pledges(self) -> Iterator[Pledge]:
        """Every pledge that was not refused, in the order they were made."""
        for pledge_id in self.pledge_ids:
            pledge = self.store.find_pledge(pledge_id)
            assert pledge is not None, "what was placed is kept"
            yield pledge

    def as_dict(self) -> dict[str, Any]:
        """The outcome as JSON can say it; amounts are text with the decimals of the currency.

        There is a ``debt`` only where fees exceed what was collected: collected + debt = fees + net.
        """
        statement = self.statement
        return {
            "state": self.campaign.state.value,
            "currency": self.campaign.currency.code,
            "goal": _plain(self.campaign.terms.goal.amount),
            "pledged": self.pledged.text,
            "backers": self.backers,
            "collected": statement.collected.text,
            "fees": {line: fee.text for line, fee in statement.fees.items()},
            **({"debt": statement.debt.text} if statement.debt else {}),
            "net": statement.net.text,
            "payouts": {payee: part.text for payee, part in self.payees.items()},
            "refunded": statement.refunded.text,
            "held": statement.held.text,
            "pledges": {
                pledge.id: {"state": pledge.state.value, "amount": pledge.amount.text}
                for pledge in self.pledges()
            },
            "tiers": dict(self._tiers()),
            "refusals": [
                {one.origin.kind: one.origin.number, "codes": list(one.codes)} for one in self.refusals
            ],
            "ledger": {"balanced": self.balanced, "transactions": sum(1 for _ in self.store.transactions())},
        }

    def _tiers(self) -> Iterator[tuple[str, dict[str, int | None]]]:
        for tier in self.campaign.terms.tiers:
            stock = self.store.stock(self.campaign.id, tier.id)
            yield tier.id, {"claimed": stock.claimed, "left": stock.left(tier.limit)}


def _plain(goal: Money | int) -> str:
    """A goal as its story writes it: an amount, or a number of rewards."""
    return goal.text if isinstance(goal, Money) else str(goal)
