"""The laws that hold after every deed: what the store says is what the auditor counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pushcore.ids import CampaignId, PledgeId
from pushcore.testing.simulation.dispute_laws import DISPUTE_STATE_LAWS
from pushcore.testing.simulation.provider_says import is_abroad, other_than
from pushcore.testing.simulation.reading import RESERVING, STANDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.testing.simulation.world import World

__all__ = ["FULL_LAWS", "PIECE_LAWS", "STATE_LAWS"]


def _totals(world: World, campaign_id: str) -> Iterator[str]:
    """Totals are the sums of the pledges that stand."""
    books = world.books
    progress, totals = world.store.progress(CampaignId(campaign_id)), books.totals[campaign_id]
    told = {
        "pledged": progress.pledged.minor,
        "pledges": progress.pledges,
        "collected": progress.collected.minor,
        "collections": progress.collections,
        "counted": progress.counted.minor,
        "units": progress.units,
        "late": progress.late.minor,
        "matched": progress.matched.minor,
    }
    summed = {name: totals[name] for name in told}
    if told != summed:
        yield f"the totals of {campaign_id} are {told}, its pledges come to {summed}"
    collected = [it for it in books.pledges_of[campaign_id] if books.readings[it].state == "collected"]
    for it in collected:
        kept, read = books.pledges[it].kept.minor, books.readings[it].kept
        if kept != read:
            yield f"pledge {it} says that {kept} is kept of it, and {read} of it is collected"
    backers = sum(1 for number in books.backers[campaign_id].values() if number)
    if progress.backers != backers:
        yield f"{campaign_id} has {progress.backers} backers, and {backers} pledge"


def _statement(world: World, campaign_id: str) -> Iterator[str]:
    """A statement says what the postings come to, and every unit of it is somewhere."""
    ledger, currency = world.books.ledger, world.books.shapes[campaign_id]["currency"]
    told = world.statement(campaign_id)
    held = f"campaign/{campaign_id}/held", currency
    restored = ledger.net(f"campaign/{campaign_id}/restored", currency)
    bounced = ledger.credits[f"campaign/{campaign_id}/bounced", currency]
    refunds = f"campaign/{campaign_id}/refunds", currency
    sums = {
        "collected": (told.collected.minor, ledger.credits[held] - restored),
        "disputed": (told.disputed.minor, ledger.net(f"campaign/{campaign_id}/contested", currency)),
        "held": (told.held.minor, -ledger.net(*held)),
        "refunded": (told.refunded.minor, ledger.credits[refunds] - bounced),
        "debt": (told.debt.minor, ledger.debits[f"campaign/{campaign_id}/debt", currency]),
        "reserved": (told.reserved.minor, -ledger.net(f"campaign/{campaign_id}/reserve", currency)),
        "borne": (
            sum(part.minor for part in told.borne.values()),
            sum(ledger.net(f"campaign/{campaign_id}/borne/{who}", currency) for who in told.borne),
        ),
    }
    for payee, part in told.payees.items():
        sums[f"part of {payee}"] = (
            part.minor,
            ledger.credits[f"campaign/{campaign_id}/payee/{payee}", currency]
            - ledger.credits[f"campaign/{campaign_id}/returned/{payee}", currency],
        )
    for line, fee in told.fees.items():
        path = f"campaign/{campaign_id}/fees/" + line.replace("/", "%2F")
        sums[f"fee {line}"] = fee.minor, -ledger.net(path, currency)
    if wrong := {name: both for name, both in sums.items() if both[0] != both[1]}:
        yield f"the statement of {campaign_id} does not say what is posted: {wrong}"
    out = sum(fee.minor for fee in told.fees.values()) + sum(part.minor for part in told.payees.values())
    came = told.collected.minor + sums["debt"][0] + sums["borne"][0]
    there = told.held.minor + told.disputed.minor + told.reserved.minor
    if came != out + told.refunded.minor + there:
        yield f"{told} loses money"
    held_for, collected = -ledger.net(*held), world.books.totals[campaign_id]["collected"]
    if world.books.campaigns[campaign_id].settled_at is None and held_for != collected:
        yield f"{held_for} is held for {campaign_id}, and its pledges come to {collected}"


def _ledger_is_gateway(world: World, campaign_id: str) -> Iterator[str]:
    """What the ledger has at the provider is what lies there, but for answers that are not written yet."""
    for currency in _currencies(world.books.shapes[campaign_id]):
        yield from _differs(world, currency)


def _currencies(shape: dict[str, Any]) -> tuple[str, ...]:
    """The currency of a campaign, and those that its charges are booked in, or its backers pay in."""
    currency, shown = str(shape["currency"]), shape.get("shown")
    others = {other_than(currency)} if is_abroad(shape) else set()
    return currency, *sorted(others | ({shown} if shown else set()))


def _differs(world: World, currency: str) -> Iterator[str]:
    books = world.books
    posted, held = books.ledger.net("provider", currency), books.provider.held[currency]
    doubt, disputed = books.provider.in_doubt(currency), books.disputes.taken(currency)
    if posted != held - doubt - disputed:
        less = f"{doubt} in doubt, {disputed} disputed"
        yield f"{posted} {currency} at the provider in the ledger, {held} there, of which {less}"
    told = world.held_by_gateway(currency)
    if told is not None and told != held - books.provider.beside[currency]:
        yield f"the gateway says that it holds {told} {currency}, and its answers come to {held}"


def _exchanged(world: World, campaign_id: str) -> Iterator[str]:
    """What is still to go back of what was exchanged lies in clearing, and what was gained is told."""
    books, shape = world.books, world.books.shapes[campaign_id]
    own, *others = _currencies(shape)
    for pair in ((own, other) for other in others):
        for currency in pair:
            clearing = books.ledger.net(f"fx/{'-'.join(sorted(pair))}", currency)
            due = books.exchange.clearing[frozenset(pair), currency]
            if clearing != due:
                yield f"{clearing} {currency} lies in clearing, and {due} is to go back of what was exchanged"
    for currency in (own, *others) if others else ():
        gained = -books.ledger.net(f"campaign/{campaign_id}/fx", currency)
        told = books.exchange.gained[campaign_id, currency]
        if gained != told:
            yield f"{campaign_id} has gained {gained} {currency} in the ledger, and {told} by what was told"


STATE_LAWS: Final[dict[str, Callable[[World, str], Iterator[str]]]] = {
    "totals-are-pledges": _totals,
    "statement-is-ledger": _statement,
    "ledger-is-gateway": _ledger_is_gateway,
    "exchanged-as-told": _exchanged,
    **DISPUTE_STATE_LAWS,
}
"""One more line is one more law of a campaign that was touched, asked after every deed."""


def _stock_is_pledges(world: World) -> Iterator[str]:
    """The stock that was moved is what pledges hold."""
    books = world.books
    for key in books.pieces_touched:
        campaign_id, stock_id, backer_id = key
        told = world.stock(campaign_id, stock_id, backer_id)
        if told != (books.claimed[key], books.reserved[key]):
            yield f"{key}: the stock says {told}, pledges hold {books.claimed[key]} and {books.reserved[key]}"


def _outbox(world: World) -> Iterator[str]:
    """The outbox has the orders that are not done, and no others."""
    told = {order.key: order for order in world.store.open_orders()}
    if told != world.books.open:
        yield f"the outbox has {sorted(told)}, and {sorted(world.books.open)} are open"


def _found_as_written(world: World) -> Iterator[str]:
    """What is found is what was written last, pledges in lists by their state too."""
    for campaign_id, campaign in world.books.campaigns.items():
        if world.store.campaign(campaign.id) != campaign:
            yield f"campaign {campaign_id} is not found as it was written"
        ids = world.books.pledges_of[campaign_id]
        for pledge_id in ids:
            if world.store.find_pledge(PledgeId(pledge_id)) != world.books.pledges[pledge_id]:
                yield f"pledge {pledge_id} is not found as it was written"
        for name, states, found in (
            ("unconfirmed", RESERVING, world.store.unconfirmed_pledges(campaign.id)),
            ("unrefunded", {"unrefunded"}, world.store.unrefunded_pledges(campaign.id)),
            ("returnable", STANDING | {"refunding"}, world.store.returnable_pledges(campaign.id)),
        ):
            listed = sorted(pledge.id for pledge in found)
            expected = sorted(it for it in ids if world.books.readings[it].state in states)
            if listed != expected:
                yield f"{name} pledges of {campaign_id} are {listed}, and should be {expected}"


FULL_LAWS: Final[dict[str, Callable[[World], Iterator[str]]]] = {
    "outbox-is-open-orders": _outbox,
    "found-as-written": _found_as_written,
}
"""One more line is one more law of the whole world, asked now and then and at the end."""

PIECE_LAWS: Final[dict[str, Callable[[World], Iterator[str]]]] = {"stock-is-pledges": _stock_is_pledges}
"""Laws of the pieces that were moved, asked after every deed."""
