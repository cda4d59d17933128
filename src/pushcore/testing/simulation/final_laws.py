"""The laws of the end: once nothing goes wrong any more, all comes to an end, and every unit is named."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pushcore.testing.simulation.backer_book import taken_instead
from pushcore.testing.simulation.bouncing import BOUNCING_FINAL_LAWS
from pushcore.testing.simulation.dispute_book import pledge_of
from pushcore.testing.simulation.payout_laws import FINAL_PAYOUT_LAWS, PAYOUT_OVER
from pushcore.testing.simulation.refunds_made import REFUNDS_MADE_FINAL_LAWS
from pushcore.testing.simulation.reserve_laws import FINAL_RESERVE_LAWS
from pushcore.testing.simulation.share_laws import FINAL_SHARE_LAWS
from pushcore.testing.simulation.wallet_laws import FINAL_CREDIT_LAWS
from pushcore.testing.witness import differing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.testing.simulation.world import World

__all__ = ["FINAL_LAWS"]

_OVER: Final = frozenset({"collected", "dropped", "canceled", "refunded", "voided"})
_OPEN_CAMPAIGNS: Final = frozenset({"live", "suspended", "grace", "closing"})
_FUNDED: Final = frozenset({"successful", "partially-funded"})


def _nothing_open(world: World) -> Iterator[str]:
    """No order is open, nothing is reserved in the ledger, and no answer is missing."""
    books = world.books
    yield from (f"{order} is open" for order in books.open.values())
    yield from (f"{key} is still reserved" for key in books.ledger.open)
    yield from (f"{key} moved {minor}, and is in no ledger" for key, minor in books.provider.moved.items())


def _everything_over(world: World) -> Iterator[str]:
    """Every campaign is judged and settled, every pledge charged or gone, every payout paid."""
    books = world.books
    for campaign in books.campaigns.values():
        state = campaign.state.value
        if state in _OPEN_CAMPAIGNS:
            yield f"campaign {campaign.id} is {state}"
        if state in _FUNDED and campaign.settled_at is None:
            yield f"campaign {campaign.id} is {state}, and not settled"
    for pledge_id, reading in books.readings.items():
        if reading.state not in _OVER or reading.returning:
            yield f"pledge {pledge_id} of campaign {reading.campaign_id} is {reading.state}"
        state = books.state_of(reading.campaign_id)
        if reading.state == "collected" and state not in _FUNDED:
            yield f"pledge {pledge_id} is charged for a campaign that is {state}"
    for payout in books.payouts.values():
        if payout.state.value not in PAYOUT_OVER:
            yield f"payout {payout.id} is {payout.state.value}"


def _charged_exactly(world: World) -> Iterator[str]:
    """Of a collected pledge just its amount is kept, less what was agreed to go back, and of others nothing.

    What became credit is kept too: it is the backer's.
    """
    books, cash = world.books, _cash(world)
    kept = Counter(books.wallets.paid)
    for key in books.provider.accepted:
        order = books.ordered[key]
        what, minor = type(order).__name__, getattr(order, "amount", None)
        if minor is not None and what in {"Charge", "Capture", "Refund"}:
            kept[getattr(order, "pledge_id")] += -minor.minor if what == "Refund" else minor.minor  # noqa: B009
    for back in books.bounced.values():
        kept[back.order.pledge_id] += back.order.amount.minor * back.booked
    for made in books.made.all.values():
        kept[pledge_of(made.charged)] -= made.worth * made.booked
    for pledge_id, reading in books.readings.items():
        agreed, credit = books.backs.agreed[pledge_id], books.backs.credited[pledge_id]
        stands = reading.state == "collected" or (agreed and reading.state == "refunded")
        paid = reading.amount if reading.state == "collected" else books.paid_of(pledge_id)
        due = paid - agreed + credit + taken_instead(books.pledges[pledge_id]) if stands else 0
        if pledge_id in cash:
            due = 0
        if not stands and reading.state == "refunded":
            due = books.disputes.of_pledge(pledge_id) + credit  # the bank gave it back
        if kept[pledge_id] != due:
            yield f"pledge {pledge_id} is {reading.state} of {reading.amount}, and {kept[pledge_id]} is kept"


def _cash(world: World) -> set[str]:
    """The pledges that came in cash or by bank, matches among them."""
    return {it.id for it in world.books.pledges.values() if it.method == "offline" and not it.attempts}


def _every_unit_named(world: World) -> Iterator[str]:
    """What lies with the provider is what fees took, what was given on top and what is credit, less debts."""
    ledger = world.books.ledger
    named, left, beside = Counter[str](), Counter[str](), Counter[str]()
    for path, currency in ledger.places():
        net = -ledger.net(path, currency)
        kind = path.split("/")[2] if path.startswith("campaign/") else f"/{path.partition('/')[0]}"
        if kind in _NAMED:
            named[currency] += net
        elif kind in _BESIDE:
            beside[path.split("/")[1]] += net
        elif kind != "/provider" and net:
            left[path] = net
    if told := {name: net for name, net in beside.items() if net}:
        yield f"what is told beside does not come to nothing: {told}"
    if left:
        yield f"these accounts are not empty: {dict(left)}"
    for currency, held in world.books.provider.held.items():
        there = held - world.books.disputes.taken(currency)
        if there != named[currency]:
            yield f"{there} {currency} lie with the provider, and {named[currency]} of them are named"


_BESIDE: Final = frozenset({"contested", "restored", "beside"})
"""What is told beside, and is nobody's money."""

_NAMED: Final = frozenset(
    {
        "fees",
        "provider-fees",
        "/provider-fees",
        "costs",
        "payee",
        "fx",
        "/fx",
        "on-top",
        "debt",
        "borne",
        "/wallet",
        "/expired",
        "/payee",
        "/written-off",
        "/host",
    }
)
"""The platform's, what the provider kept or exchanged, what creators owe of a campaign and of all, what the
host bears, and owes or has paid the platform, and credit of backers, expired or not.
"""


def _forgotten(world: World) -> Iterator[str]:
    """No payment method is kept of a pledge that fell."""
    for pledge_id, keys in world.books.provider.methods.items():
        state = world.books.readings[pledge_id].state
        if keys and state in {"canceled", "dropped", "voided"}:
            yield f"pledge {pledge_id} is {state}, and its payment method is still saved"


def _events_told(world: World) -> Iterator[str]:
    """The store tells the events that were committed, all of them, in their order."""
    yield from differing(world.store.events(), world.books.events)


FINAL_LAWS: Final[dict[str, Callable[[World], Iterator[str]]]] = {
    "nothing-open": _nothing_open,
    "everything-over": _everything_over,
    "charged-exactly": _charged_exactly,
    "every-unit-named": _every_unit_named,
    "methods-forgotten": _forgotten,
    "events-told": _events_told,
    **FINAL_PAYOUT_LAWS,
    **FINAL_CREDIT_LAWS,
    **FINAL_RESERVE_LAWS,
    **REFUNDS_MADE_FINAL_LAWS,
    **BOUNCING_FINAL_LAWS,
    **FINAL_SHARE_LAWS,
}
"""One more line is one more law of how a world must end."""
