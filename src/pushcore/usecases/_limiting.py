"""Limiting: what the host and its payment provider ask of a pledge, beside pushcore's own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.campaigns.feasibility import charge_refusals

if TYPE_CHECKING:
    from pushcore.errors import Refusal
    from pushcore.pledges.rules import PlaceFacts, PlaceRule
    from pushcore.ports import Ports

__all__ = ["limiting_rules"]


def limiting_rules(ports: Ports) -> tuple[PlaceRule, ...]:
    """The rules of the host, and that the provider takes the amount at once, where it has limits."""
    abilities = ports.gateway.abilities
    if not abilities.smallest_charge and not abilities.largest_charge:
        return ports.rules

    def within_limits(facts: PlaceFacts) -> tuple[Refusal, ...]:
        return charge_refusals(abilities, (facts.quote.amount,))

    return (*ports.rules, within_limits)
