"""Limiting: what the host and its payment provider ask of a pledge, beside pushcore's own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.campaigns.feasibility import charge_refusals
from pushcore.pledges.in_parts import charged_in

if TYPE_CHECKING:
    from pushcore.errors import Refusal
    from pushcore.money import Money
    from pushcore.pledges.rules import PlaceFacts, PlaceRule
    from pushcore.ports import Ports

__all__ = ["limiting_rules"]


def limiting_rules(ports: Ports) -> tuple[PlaceRule, ...]:
    """The rules of the host, and that the provider takes each charge, where it has limits."""
    abilities = ports.gateway.abilities
    if not abilities.smallest_charge and not abilities.largest_charge and abilities.currencies is None:
        return ports.rules

    def within_limits(facts: PlaceFacts) -> tuple[Refusal, ...]:
        return charge_refusals(abilities, _charges(facts))

    return (*ports.rules, within_limits)


def _charges(facts: PlaceFacts) -> tuple[Money, ...]:
    """What the provider is asked for, as its backer pays it: the smallest charge and the largest."""
    charges = charged_in(facts.quote, facts.campaign, facts.request.parts, at=facts.at)
    if facts.presented is not None:
        charges = facts.presented.series(charges)
    return tuple(dict.fromkeys((min(charges), max(charges))))
