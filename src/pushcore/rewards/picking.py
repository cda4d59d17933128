"""Picking: why a selection cannot be had, with every reason: rules as small functions over the same facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect, kind
from pushcore.calendar import utc
from pushcore.errors import InvalidValue, Refusal
from pushcore.ids import BackerId, identifier
from pushcore.rewards.catalogue import Catalogue
from pushcore.rewards.needs import Stocks, needs
from pushcore.rewards.selection import Selection
from pushcore.rewards.stock import Stock
from pushcore.rewards.tier import Phase, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

__all__ = ["Picking", "picking_refusals"]


def _stocks(_: object, __: attrs.Attribute[Any], stocks: object) -> None:
    if not (isinstance(stocks, Mapping) and all(isinstance(it, Stock) for it in stocks.values())):
        message = "stocks are a mapping from (id, backer or None) to stock"
        raise InvalidValue(message, stocks=stocks)


@attrs.frozen
class Picking:
    """All that it depends on whether a selection can be had.

    Attributes:
        stocks: Where the stocks stand that `pushcore.rewards.needs.stock_keys` names; others count as empty.
        phase: Whether it is picked in the campaign or late.
        held: What this backer has picked before and now changes: they may keep it in any case.
    """

    catalogue: Catalogue = attrs.field(validator=kind(Catalogue))
    selection: Selection = attrs.field(validator=kind(Selection))
    backer_id: BackerId = attrs.field(validator=identifier)
    stocks: Stocks = attrs.field(validator=_stocks)
    at: datetime = attrs.field(converter=utc)
    phase: Phase = attrs.field(default=Phase.CAMPAIGN, validator=kind(Phase))
    held: Selection | None = attrs.field(default=None, validator=kind(Selection, None))

    @property
    def new(self) -> Iterator[Tier]:
        """The tiers and add-ons of which more is picked than was held before."""
        held = {} if self.held is None else dict(self.held.picked)
        picked = self.catalogue.picked(self.selection)
        return (tier for tier, number in picked if number > held.get(tier.id, 0))


def picking_refusals(picking: Picking) -> tuple[Refusal, ...]:
    """Every reason why the selection cannot be had; none where it can.

    Raises:
        InvalidValue: the catalogue does not have what is selected.

    Example:
        >>> from datetime import UTC
        >>> from pushcore import Money
        >>> catalogue = Catalogue([Tier("print", Money.of("40.00", "EUR"), pickup=True, limit=1)])
        >>> two = Selection(Money.zero("EUR"), tier_id="print", quantity=2)
        >>> picking = Picking(catalogue, two, "ana", {}, datetime(2026, 1, 6, tzinfo=UTC))
        >>> [reason.code for reason in picking_refusals(picking)]
        ['sold-out']
    """
    expect(picking, Picking, what="what is picked")
    if picking.selection.tier_id is None and not picking.selection.add_ons and not picking.selection.voucher:
        return ()
    return tuple(reason for rule in PICKING for reason in rule(picking))


def _in_time(picking: Picking) -> Iterator[Refusal]:
    for tier in picking.new:
        if tier.starts_at is not None and picking.at < tier.starts_at:
            facts = {"tier": tier.id, "starts": tier.starts_at}
            yield Refusal(
                "reward-not-started", f"tier {tier.id} can be picked from {tier.starts_at} on", facts
            )
        if tier.ends_at is not None and picking.at > tier.ends_at:
            facts = {"tier": tier.id, "ended": tier.ends_at}
            yield Refusal("reward-ended", f"tier {tier.id} could be picked until {tier.ends_at}", facts)


def _in_phase(picking: Picking) -> Iterator[Refusal]:
    for tier in picking.new:
        if picking.phase not in tier.phases:
            phases = " and ".join(tier.phases)
            message = f"tier {tier.id} is for the phase {phases}, and this is {picking.phase}"
            yield Refusal("wrong-phase", message, {"tier": tier.id, "phase": picking.phase.value})


def _admitted(picking: Picking) -> Iterator[Refusal]:
    for tier in picking.new:
        if tier.audience and not tier.audience.admits(picking.backer_id, picking.selection.token):
            message = f"tier {tier.id} is not for everybody: its link is needed, or an invitation"
            yield Refusal("not-invited", message, {"tier": tier.id})


def _with_a_base(picking: Picking) -> Iterator[Refusal]:
    selection = picking.selection
    base = picking.catalogue.tier(selection.tier_id)
    for tier, _ in picking.catalogue.picked(selection):
        if base is None:
            yield Refusal("add-on-alone", f"add-on {tier.id} comes with a reward only", {"tier": tier.id})
        elif tier is not base and tier.physical and not base.physical:
            message = f"add-on {tier.id} is sent or picked up, and does not go with digital tier {base.id}"
            yield Refusal("add-on-unsuitable", message, {"tier": tier.id, "base": base.id})


def _shippable(picking: Picking) -> Iterator[Refusal]:
    place = picking.selection.destination
    for tier, _ in picking.catalogue.picked(picking.selection):
        if tier.shipping is not None and tier.shipping.cost(place) is None:
            message = f"tier {tier.id} " + (
                "is sent: a destination is needed" if place is None else f"is not sent to {place}"
            )
            yield Refusal("not-shippable", message, {"tier": tier.id, "destination": place})


def _voucher_valid(picking: Picking) -> Iterator[Refusal]:
    selection, voucher = picking.selection, picking.catalogue.voucher(picking.selection.voucher)
    if voucher is None or (picking.held is not None and picking.held.voucher == voucher.code):
        return
    if selection.tier_id is None or not voucher.suits(selection.tier_id):
        message = f"voucher {voucher.code} is not for what is picked"
        yield Refusal("voucher-unsuitable", message, {"voucher": voucher.code})
    if voucher.ends_at is not None and picking.at > voucher.ends_at:
        facts = {"voucher": voucher.code, "ended": voucher.ends_at}
        yield Refusal("voucher-ended", f"voucher {voucher.code} could be used until {voucher.ends_at}", facts)


def _in_stock(picking: Picking) -> Iterator[Refusal]:
    held = {}
    if picking.held is not None:
        held = {it.key: it.pieces for it in needs(picking.catalogue, picking.held, picking.backer_id)}
    for need in needs(picking.catalogue, picking.selection, picking.backer_id, picking.stocks):
        reason = need.refusal(picking.stocks, held=held.get(need.key, 0))
        if reason is not None:
            yield reason


PICKING: Final[tuple[Callable[[Picking], Iterator[Refusal]], ...]] = (
    _in_time,
    _in_phase,
    _admitted,
    _with_a_base,
    _shippable,
    _voucher_valid,
    _in_stock,
)
"""Every rule, in the order their reasons are given."""
