"""Picking: why a selection cannot be had, with every reason: rules as small functions over the same facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect, kind
from pushcore.calendar import Zone, local, utc
from pushcore.errors import Refusal
from pushcore.ids import BackerId, identifier
from pushcore.rewards.catalogue import Catalogue
from pushcore.rewards.need import Need, Stocks, stocks_known
from pushcore.rewards.needs import needs
from pushcore.rewards.selection import Selection
from pushcore.rewards.tier import Phase, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.rewards.need import StockKey
    from pushcore.rewards.voucher import Voucher

__all__ = ["Picking", "picking_refusals", "taking_refusals"]


@attrs.frozen
class Picking:
    """All that it depends on whether a selection can be had.

    Attributes:
        stocks: Where the stocks stand that `pushcore.rewards.stock_keys` names; others count as empty.
        phase: Whether it is picked in the campaign or late.
        held: What this backer has picked before and now changes: they may keep it in any case.
        waited: How many pieces of a tier are kept for others who wait for it.
        zone: In which zone reasons tell times; in UTC if none is given.
        needs: Every stock that it takes pieces of.

    Raises:
        InvalidValue: a part of the wrong kind; or the catalogue does not have what is selected.
    """

    catalogue: Catalogue = attrs.field(validator=kind(Catalogue))
    selection: Selection = attrs.field(validator=kind(Selection))
    backer_id: BackerId = attrs.field(validator=identifier)
    stocks: Stocks = attrs.field(validator=stocks_known)
    at: datetime = attrs.field(converter=utc)
    phase: Phase = attrs.field(default=Phase.CAMPAIGN, validator=kind(Phase))
    held: Selection | None = attrs.field(default=None, validator=kind(Selection, None))
    waited: Mapping[str, int] = attrs.field(factory=dict, validator=kind(Mapping), hash=False)
    zone: Zone | None = attrs.field(default=None, kw_only=True, validator=kind(Zone, None))
    needs: tuple[Need, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        found = needs(
            self.catalogue, self.selection, self.backer_id, self.stocks, held=self.held, waited=self.waited
        )
        object.__setattr__(self, "needs", found)

    @property
    def new(self) -> list[Tier]:
        """The tiers and add-ons of which more is picked than was held before."""
        picked = self.catalogue.picked(self.selection)
        if self.held is None:
            return [tier for tier, _ in picked]
        held = dict(self.held.picked)
        return [tier for tier, number in picked if number > held.get(tier.id, 0)]

    @property
    def gives_up_overbooking(self) -> bool:
        """Whether a voucher is given up that let them hold pieces though there were none."""
        voucher = None if self.held is None else self.catalogue.voucher(self.held.voucher)
        return voucher is not None and voucher.overbooks and voucher.code != self.selection.voucher

    @property
    def held_pieces(self) -> dict[StockKey, int]:
        """How many pieces of each stock the backer holds already."""
        if self.held is None:
            return {}
        return {it.key: it.pieces for it in needs(self.catalogue, self.held, self.backer_id)}


def picking_refusals(picking: Picking) -> tuple[Refusal, ...]:
    """Every reason why the selection cannot be had; none where it can.

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
    reasons = [rule(picking, tier) for tier in picking.new for rule in _TAKING]
    picked = picking.catalogue.picked(picking.selection)
    reasons += [rule(picking, tier) for tier, _ in picked for rule in _HAVING]
    voucher = picking.catalogue.voucher(picking.selection.voucher)
    if voucher is not None:
        reasons += _voucher(picking, voucher)
    reasons += _stock(picking)
    return tuple([reason for reason in reasons if reason is not None])


def _told(picking: Picking, at: datetime) -> datetime:
    """A time as a reason tells it."""
    return at if picking.zone is None else local(at, picking.zone)


def taking_refusals(picking: Picking) -> tuple[Refusal, ...]:
    """Every reason why a backer could not take more of what is picked, however many pieces there were.

    What has to be picked beside it, and where it can be sent, is no such reason.
    """
    expect(picking, Picking, what="what is picked")
    reasons = [rule(picking, tier) for tier in picking.new for rule in _TAKING]
    reasons += [need.refusal(picking.stocks) for need in picking.needs if need.backer_id is not None]
    return tuple([reason for reason in reasons if reason is not None])


def _started(picking: Picking, tier: Tier) -> Refusal | None:
    starts = tier.starts_at
    if starts is None or picking.at >= starts:
        return None
    message = f"tier {tier.id} can be picked from {_told(picking, starts)} on"
    return Refusal("reward-not-started", message, {"tier": tier.id, "starts": starts})


def _not_ended(picking: Picking, tier: Tier) -> Refusal | None:
    ended = tier.ends_at
    if ended is None or picking.at <= ended:
        return None
    message = f"tier {tier.id} could be picked until {_told(picking, ended)}"
    return Refusal("reward-ended", message, {"tier": tier.id, "ended": ended})


def _in_phase(picking: Picking, tier: Tier) -> Refusal | None:
    if picking.phase in tier.phases:
        return None
    message = f"tier {tier.id} is for the phase {' and '.join(tier.phases)}, and this is {picking.phase}"
    return Refusal("wrong-phase", message, {"tier": tier.id, "phase": picking.phase.value})


def _admitted(picking: Picking, tier: Tier) -> Refusal | None:
    if tier.audience is None or tier.audience.admits(picking.backer_id, picking.selection.token):
        return None
    message = f"tier {tier.id} is not for everybody: its link is needed, or an invitation"
    return Refusal("not-invited", message, {"tier": tier.id})


def _with_a_base(picking: Picking, tier: Tier) -> Refusal | None:
    base = picking.catalogue.tier(picking.selection.tier_id)
    if base is None:
        message = f"add-on {tier.id} comes with a reward only"
        return Refusal("add-on-alone", message, {"tier": tier.id})
    if base.physical or not tier.physical:
        return None
    message = f"add-on {tier.id} is sent or picked up, and does not go with digital tier {base.id}"
    return Refusal("add-on-unsuitable", message, {"tier": tier.id, "base": base.id})


def _shippable(picking: Picking, tier: Tier) -> Refusal | None:
    place = picking.selection.destination
    if tier.shipping is None or tier.shipping.cost(place) is not None:
        return None
    why = "is sent: a destination is needed" if place is None else f"is not sent to {place}"
    return Refusal("not-shippable", f"tier {tier.id} {why}", {"tier": tier.id, "destination": place})


_TAKING: Final = (_started, _not_ended, _in_phase, _admitted)
"""The rules about a tier or an add-on of which more is taken than was held."""

_HAVING: Final = (_with_a_base, _shippable)
"""The rules about any that is picked."""


def _voucher(picking: Picking, voucher: Voucher) -> Iterator[Refusal]:
    held = picking.held is not None and picking.held.voucher == voucher.code
    if picking.selection.tier_id is None or not voucher.suits(picking.selection.tier_id):
        message = f"voucher {voucher.code} is not for what is picked"
        yield Refusal("voucher-unsuitable", message, {"voucher": voucher.code})
    if voucher.ends_at is not None and picking.at > voucher.ends_at and not held:
        message = f"voucher {voucher.code} could be used until {_told(picking, voucher.ends_at)}"
        yield Refusal("voucher-ended", message, {"voucher": voucher.code, "ended": voucher.ends_at})


def _stock(picking: Picking) -> Iterator[Refusal | None]:
    held, overbooked = picking.held_pieces, picking.gives_up_overbooking
    for need in picking.needs:
        yield need.refusal(picking.stocks, held=held.get(need.key, 0), overbooked=overbooked)
