"""Giving back in a simulated world: what was funded and not settled, by somebody or as too little is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pushcore import usecases
from pushcore.campaigns import Campaign
from pushcore.ids import ActorId, CampaignId
from pushcore.testing.simulation.hearing import collected_for
from pushcore.testing.simulation.shares import fees_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.testing.simulation.auditor import Auditor
    from pushcore.testing.simulation.drawing import Cast
    from pushcore.testing.simulation.world import World

__all__ = ["GIVING_BACK", "GIVING_BACK_ACTORS", "GIVING_BACK_LAWS"]

_Args = dict[str, Any] | None


def _give_back(world: World, campaign: str) -> object:
    return usecases.give_back_campaign(world.ports, CampaignId(campaign), actor=ActorId("clerk"))


GIVING_BACK: Final[dict[str, Callable[..., object]]] = {"give-back": _give_back}
"""How a whole campaign goes back."""


def _funded(cast: Cast) -> _Args:
    name = cast.campaign("successful", "partially-funded", "given-back")
    return None if name is None else {"campaign": name}


GIVING_BACK_ACTORS: Final[dict[str, tuple[float, Callable[[Cast], _Args]]]] = {"give-back": (0.5, _funded)}
"""How often that is drawn, and what it is then about."""


def _settled_or_given_back(books: Auditor, changes: Changes) -> Iterator[str]:
    """What is too little to be paid out goes back, and all else only where somebody says so."""
    for campaign in changes.put:
        if not isinstance(campaign, Campaign):
            continue
        known, least = books.campaigns.get(campaign.id), books.shapes[campaign.id].get("least_net", 0)
        before = None if known is None else known.settled_at
        net = _net(books, campaign.id)
        if campaign.state.value == "given-back":
            asked = any(deed.do == "give-back" for deed in books.doing)
            if before is not None:
                yield f"{campaign.id} is given back after its settlement"
            if net >= least and not asked:
                yield f"{campaign.id} is given back with {net}, and {least} is enough"
        elif before is None and campaign.settled_at is not None and net < least:
            yield f"{campaign.id} is settled with {net}, and {least} is the least"


def _net(books: Auditor, name: str) -> int:
    """What fees leave of what a campaign has collected."""
    collected = collected_for(books, name)
    fees = fees_of(books.shapes[name]["fees"], collected)
    return max(sum(it.kept for it in collected) - sum(fees.values()), 0)


GIVING_BACK_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "settled-or-given-back": _settled_or_given_back,
}
"""One more line is one more law of what may be committed."""
