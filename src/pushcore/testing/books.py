"""The books of a host with one campaign: everything read at one moment, and sums over its pledges.

The sums use no arithmetic of the library's: they add up plain integers, line by line.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import attrs

from pushcore.campaigns import Campaign, Progress
from pushcore.gateway import Order
from pushcore.ids import BackerId, StockId
from pushcore.ledger import Transaction
from pushcore.payouts import Payout, Statement
from pushcore.pledges import Part, PartState, Pledge, PledgeState
from pushcore.pledges.matched import match_stock
from pushcore.rewards import NO_REWARD, LineKind, Stock
from pushcore.testing.steps import CAMPAIGN
from pushcore.usecases import state_account

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pushcore.testing.host import Host

__all__ = [
    "KEPT",
    "ON_TOP",
    "PAID",
    "STANDING",
    "Books",
    "Key",
    "charged",
    "early",
    "given",
    "limits_of",
    "on_top",
    "returned",
    "summed",
    "units",
]

Key = tuple[StockId, BackerId | None]
"""Which stock: how much is out of something, or what one backer holds of it."""

ON_TOP: Final = (LineKind.FEE, LineKind.TIP)
STANDING: Final = (
    PledgeState.PLEDGED,
    PledgeState.PAYING,
    PledgeState.CHARGING,
    PledgeState.COLLECTED,
    PledgeState.ERRORED,
)
KEPT: Final = (PledgeState.COLLECTED, PledgeState.REFUNDING, PledgeState.UNREFUNDED)
"""The states in which what was charged is not given back, or not yet."""
PAID: Final = (*KEPT, PledgeState.REFUNDED)
"""The states in which a pledge was charged."""


@attrs.frozen
class Books:
    """Everything there is to know about a host with one campaign, read at one moment."""

    campaign: Campaign
    pledges: tuple[Pledge, ...]
    progress: Progress
    stock: dict[Key, Stock]
    transactions: tuple[Transaction, ...]
    statement: Statement
    payouts: tuple[Payout, ...]
    orders: tuple[Order, ...]
    accepted: tuple[Order, ...]
    held_minor: int

    @staticmethod
    def of(host: Host) -> Books:
        """Read them."""
        store = host.store
        campaign = store.campaign(CAMPAIGN)
        found = (store.find_pledge(pledge_id) for pledge_id in sorted(host.pledge_ids))
        pledges = tuple(pledge for pledge in found if pledge is not None)
        return Books(
            campaign,
            pledges,
            store.progress(CAMPAIGN),
            {key: store.stock(CAMPAIGN, *key) for key in keys(campaign, pledges)},
            tuple(store.transactions()),
            state_account(attrs.evolve(host.ports, store=store), CAMPAIGN),
            tuple(store.payouts(CAMPAIGN)),
            tuple(store.open_orders()),
            tuple(host.gateway.accepted()),
            host.gateway.held(campaign.currency).minor,
        )

    @property
    def brought_minor(self) -> int:
        """The cash that was brought to the provider, which no order knows of."""
        deposits = (it for it in self.transactions if it.recipe == "deposit")
        return sum(max(posting.amount.minor for posting in it.postings) for it in deposits)

    def in_state(self, *states: PledgeState) -> tuple[Pledge, ...]:
        """The pledges in one of these states."""
        return tuple(pledge for pledge in self.pledges if pledge.state in states)


def keys(campaign: Campaign, pledges: Iterable[Pledge]) -> Iterator[Key]:
    """Every stock there is, what each backer may hold of it, and where matches of a pledge are counted."""
    yield from ((stock_id, None) for stock_id in (NO_REWARD, *limits_of(campaign)))
    yield from ((match_stock(pledge.id), None) for pledge in pledges)
    backers = sorted({it.backer_id for it in pledges} | {it.request.backer_id for it in pledges})
    for tier in campaign.terms.tiers:
        if tier.per_backer is not None:
            yield from ((StockId(tier.id), backer_id) for backer_id in backers)


def limits_of(campaign: Campaign) -> dict[StockId, int | None]:
    """How many pieces there are of everything."""
    tiers = {StockId(it.id): it.limit for it in (*campaign.terms.tiers, *campaign.terms.add_ons)}
    return {**tiers, **{StockId(it.id): it.limit for it in campaign.terms.items}}


def early(pledges: Iterable[Pledge]) -> list[Pledge]:
    """Those that count to the goal."""
    return [pledge for pledge in pledges if not pledge.late]


def summed(pledges: Iterable[Pledge], *kinds: LineKind) -> int:
    """What the pledges come to: all of their lines, or those of some kinds."""
    lines = (line for pledge in pledges for line in pledge.quote.lines if not kinds or line.kind in kinds)
    return sum(line.unit.minor * line.quantity for line in lines)


def given(pledges: Iterable[Pledge]) -> int:
    """What the campaign gets of them."""
    several = tuple(pledges)
    return summed(several) - summed(several, *ON_TOP)


_TAKEN: Final = (PartState.COLLECTED, PartState.REFUNDED)


def charged(pledges: Iterable[Pledge]) -> int:
    """What was charged of the pledges, whatever was given back since."""
    return sum(sum(_parts(it, _TAKEN)) if it.instalments else _whole(it, PAID) for it in pledges)


def returned(pledges: Iterable[Pledge]) -> int:
    """What of that was given back."""
    back = (PartState.REFUNDED,), (PledgeState.REFUNDED,)
    return sum(sum(_parts(it, back[0])) if it.instalments else _whole(it, back[1]) for it in pledges)


def on_top(pledges: Iterable[Pledge], *, ever: bool = False) -> int:
    """What is with the platform of what was charged and not given back, or ever was."""
    parts, states = (_TAKEN, PAID) if ever else ((PartState.COLLECTED,), KEPT)
    total = 0
    for pledge in pledges:
        if pledge.instalments is None:
            total += summed([pledge], *ON_TOP) if pledge.state in states else 0
        else:
            total += sum(share for part, share in _shared(pledge) if part.state in parts)
    return total


def _whole(pledge: Pledge, states: Sequence[PledgeState]) -> int:
    return summed([pledge]) if pledge.state in states else 0


def _parts(pledge: Pledge, states: Sequence[PartState]) -> list[int]:
    assert pledge.instalments is not None
    return [part.amount.minor for part in pledge.instalments.parts if part.state in states]


def _shared(pledge: Pledge) -> Iterator[tuple[Part, int]]:
    """Each part with each share of what is given on top: the largest remainders get what is left over."""
    assert pledge.instalments is not None
    parts = pledge.instalments.parts
    weights = [part.amount.minor for part in parts]
    whole = sum(weights)
    lines = Counter[str]()
    for line in pledge.quote.lines:
        if line.kind in ON_TOP:
            lines[line.id or line.kind.value] += line.unit.minor * line.quantity
    for given_on_top in lines.values():
        shares = [given_on_top * weight // whole for weight in weights]
        rest = [given_on_top * weight % whole for weight in weights]
        largest = sorted(range(len(parts)), key=lambda n: (-rest[n], n))
        for n in largest[: given_on_top - sum(shares)]:
            shares[n] += 1
        yield from zip(parts, shares, strict=True)


def units(pledges: Iterable[Pledge]) -> int:
    """How many rewards they are for."""
    return sum(it.selection.quantity for it in pledges if it.selection.tier_id is not None)
