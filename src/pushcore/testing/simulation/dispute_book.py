"""An auditor's own book of disputes: what the provider told of each, and where it stands by that."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore.payouts import Dispute
from pushcore.pledges import Pledge
from pushcore.testing.simulation.exchange_book import Exchanged
from pushcore.testing.simulation.policies import DISPUTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.changes import Changes
    from pushcore.testing.simulation.deed import Deed
    from pushcore.testing.simulation.exchange_book import ExchangeBook

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
        amount: How much is disputed.
        own: How much of that is of what was left of the charge; what had gone back before is the platform's.
        costs: What it costs, by the terms of its campaign.
        shown: What is disputed of what the backer sees in another currency.
        exchanged: What of what is taken the provider had booked in another currency.
        news: What was told: how far it had come, and when.
    """

    charged: str
    campaign_id: str
    currency: str
    amount: int
    own: int
    costs: dict[str, Any]
    news: set[tuple[str, datetime]] = attrs.field(factory=set)
    shown: int | None = None
    exchanged: Exchanged | None = None

    @property
    def state(self) -> str:
        """The latest decision, and of two at once the better one; else how far it has come."""
        decided = [(at, _DECIDED.index(state)) for state, at in self.news if state in _DECIDED]
        if decided:
            return _DECIDED[max(decided)[1]]
        return _OPEN[max(_OPEN.index(state) for state, _ in self.news)]

    @property
    def told(self) -> int:
        """How much of the charge is disputed, as its backer sees it."""
        return self.amount if self.shown is None else self.shown

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
        return 0 if self.state in _FREE else self.own

    @property
    def taken(self) -> int:
        """What the provider has of ours for it, with its fees."""
        fee, counter = int(self.costs["fee"]), int(self.costs["counter_fee"])
        if self.state in _FREE:
            return 0 if self.costs["fee_returned"] else fee
        return self.amount + fee + counter * self.contested

    def taken_in(self, currency: str) -> int:
        """What the provider has of ours for it in a currency."""
        taken, of = self.taken if currency == self.currency else 0, self.exchanged
        if of is not None:
            taken -= of.minor if currency == of.currency else 0
            taken += of.booked if currency == of.other else 0
        return taken


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
                told = Disputed(str(it.charge_key), it.campaign_id, code, amount, 0, costs)
                at = datetime.fromisoformat(deed.args["at"])
                if any(isinstance(of, Pledge) and of.presented is not None for of in changes.put):
                    told.shown = int(deed.args["minor"])
                known = self.all.setdefault(it.id, told)
                known.news.add((state, at))
                known.own = _own(changes, it)

    def exchange(self, changes: Changes, exchange: ExchangeBook) -> None:
        """Take down what is taken, or comes back, of what was booked in another currency."""
        for it in changes.put:
            told = self.all.get(it.id) if isinstance(it, Dispute) else None
            if told is None:
                continue
            if told.state in _FREE and told.exchanged is not None:
                exchange.free(told.charged, told.exchanged)
                told.exchanged = None
            elif told.state not in _FREE and told.exchanged is None:
                told.exchanged = exchange.take(told.charged, told.currency, told.amount, told.shown)

    def acknowledge(self, dispute_id: str, state: str, at: datetime) -> None:
        """Take down what the library says it has heard, whether it wrote anything or not."""
        if dispute_id in self.all:
            self.all[dispute_id].news.add((state, at))

    def come_back(self, charged: str, minor: int) -> None:
        """Something came back of a charge: those that took more than was left of it have that, in order."""
        for it in self.all.values():
            if it.charged == charged and it.state not in _FREE:
                more = min(it.amount - it.own, minor)
                it.own, minor = it.own + more, minor - more

    def of_charge(self, charged: str, *, but: str = "") -> int:
        """What of a charge is gone for disputes, perhaps all but one."""
        return sum(it.gone for name, it in self.all.items() if it.charged == charged and name != but)

    def there(self, charged: str) -> int:
        """What of a charge disputes have taken, as its backer sees it."""
        those = (it for it in self.all.values() if it.charged == charged and it.gone)
        return sum(it.gone if it.shown is None else it.shown for it in those)

    def of_pledge(self, pledge_id: str) -> int:
        """What of all charges of a pledge is gone."""
        return sum(it.gone for it in self.all.values() if pledge_of(it.charged) == pledge_id)

    def taken(self, currency: str) -> int:
        """What the provider has taken for all of them."""
        return sum(it.taken_in(currency) for it in self.all.values())

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


def _own(changes: Changes, dispute: Dispute) -> int:
    """What a dispute takes of what was left of a charge, by what is written of its pledge."""
    for it in changes.put:
        if isinstance(it, Pledge):
            for entry in it.disputes:
                if entry.id == dispute.id:
                    return entry.amount.minor
    return 0
