"""An auditor's own book of disputes: what the provider told of each, and where it stands by that."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore.payouts import Dispute
from pushcore.pledges import Pledge
from pushcore.testing.simulation.policies import DISPUTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.changes import Changes
    from pushcore.testing.simulation.deed import Deed

__all__ = ["DisputeBook", "Disputed", "pledge_of"]

_OPEN: Final = ("opened", "evidence-submitted", "under-review")
_DECIDED: Final = ("withdrawn", "lost", "won")
_FREE: Final = frozenset({"withdrawn", "won"})


def pledge_of(charged: str) -> str:
    """The pledge that a charge is of, by its key."""
    return charged.rpartition("/charge/")[0]


@attrs.define
class Disputed:
    """A dispute, as far as the library was told of it.

    Attributes:
        charged: The key of the charge.
        amount: How much the provider takes for it.
        ours: How much of that was left of the charge; the backer has got all else already.
        instead: How much of that was owed to the backer by then, since a refund was declined.
        costs: What it costs, by the terms of its campaign.
        news: What was told: how far it had come, and when.
    """

    charged: str
    campaign_id: str
    currency: str
    amount: int
    ours: int
    instead: int
    costs: dict[str, Any]
    news: set[tuple[str, datetime]] = attrs.field(factory=set)

    @property
    def state(self) -> str:
        """The latest decision, and of two at once the better one; else how far it has come."""
        decided = [(at, _DECIDED.index(state)) for state, at in self.news if state in _DECIDED]
        if decided:
            return _DECIDED[max(decided)[1]]
        return _OPEN[max(_OPEN.index(state) for state, _ in self.news)]

    @property
    def open(self) -> bool:
        """Whether it is not decided."""
        return self.state in _OPEN

    @property
    def contested(self) -> bool:
        """Whether evidence was ever submitted."""
        return any(state in _OPEN[1:] for state, _ in self.news)

    @property
    def gone(self) -> int:
        """What of the charge is gone, for good or until it is decided."""
        return 0 if self.state in _FREE else self.ours

    @property
    def taken(self) -> int:
        """What the provider has of ours for it, with its fees."""
        fee, counter = int(self.costs["fee"]), int(self.costs["counter_fee"])
        if self.state in _FREE:
            return 0 if self.costs["fee_returned"] else fee
        return self.amount + fee + counter * self.contested


def _taken(changes: Changes, dispute_id: str) -> tuple[int, int]:
    """What a dispute takes of what is left of its charge, and what of that instead of a declined refund."""
    for pledge in changes.put:
        for it in pledge.disputes if isinstance(pledge, Pledge) else ():
            if it.id == dispute_id:
                return it.amount.minor, 0 if it.instead is None else it.instead.amount.minor
    return 0, 0


class DisputeBook:
    """Every dispute that the library took down.

    Attributes:
        all: Each by its id.
    """

    def __init__(self) -> None:
        self.all: dict[str, Disputed] = {}

    def write(self, changes: Changes, deed: Deed, shapes: dict[str, dict[str, Any]]) -> None:
        """Take down what was committed of a dispute that is told of."""
        for it in changes.put:
            if isinstance(it, Dispute) and deed.do == "dispute" and deed.args["dispute"] == it.id:
                shape, state = shapes[it.campaign_id], str(deed.args["state"])
                costs = DISPUTES[shape.get("disputes", "none")]
                amount, code = it.amount.minor, it.amount.currency.code
                told = Disputed(str(it.charge_key), it.campaign_id, code, amount, 0, 0, costs)
                at = datetime.fromisoformat(deed.args["at"])
                known = self.all.setdefault(it.id, told)
                known.news.add((state, at))
                known.ours, known.instead = _taken(changes, it.id)

    def acknowledge(self, dispute_id: str, state: str, at: datetime) -> None:
        """Take down what the library says it has heard, whether it wrote anything or not."""
        if dispute_id in self.all:
            self.all[dispute_id].news.add((state, at))

    def of_charge(self, charged: str, *, but: str = "") -> int:
        """What of a charge is gone for disputes, perhaps all but one."""
        return sum(it.gone for name, it in self.all.items() if it.charged == charged and name != but)

    def instead_of(self, pledge_id: str) -> int:
        """What of a pledge is gone for disputes that was to go back to its backer anyway."""
        several = (it for it in self.all.values() if pledge_of(it.charged) == pledge_id and it.gone)
        return sum(it.instead for it in several)

    def of_pledge(self, pledge_id: str) -> int:
        """What of all charges of a pledge is gone."""
        return sum(it.gone for it in self.all.values() if pledge_of(it.charged) == pledge_id)

    def taken(self, currency: str) -> int:
        """What the provider has taken for all of them."""
        return sum(it.taken for it in self.all.values() if it.currency == currency)

    def open(self, currency: str, campaign_id: str | None = None) -> int:
        """What is disputed and not decided, everywhere or of one campaign."""
        return sum(
            it.amount
            for it in self.all.values()
            if it.open and it.currency == currency and campaign_id in {None, it.campaign_id}
        )

    def undecided(self) -> Iterator[tuple[str, Disputed]]:
        """Those that are open."""
        return ((name, it) for name, it in self.all.items() if it.open)
