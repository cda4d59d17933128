"""The actors of a simulated world: who does what how often, drawn from what there is to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pushcore.testing.simulation.approving import APPROVING_ACTORS
from pushcore.testing.simulation.bouncing import BOUNCING_ACTORS
from pushcore.testing.simulation.crediting import CREDITING_ACTORS
from pushcore.testing.simulation.deed import Deed
from pushcore.testing.simulation.disbursing import DISBURSING_ACTORS
from pushcore.testing.simulation.disputing import DISPUTING_ACTORS
from pushcore.testing.simulation.drawing import Cast, draw_pick, draw_shape
from pushcore.testing.simulation.exchanging import EXCHANGING_ACTORS
from pushcore.testing.simulation.giving_back import GIVING_BACK_ACTORS
from pushcore.testing.simulation.looking import LOOKING_ACTORS
from pushcore.testing.simulation.refunding import REFUNDING_ACTORS
from pushcore.testing.simulation.refunds_made import REFUNDS_MADE_ACTORS
from pushcore.testing.simulation.reserving import RESERVING_ACTORS
from pushcore.testing.simulation.sharing import SHARING_ACTORS
from pushcore.testing.simulation.weather import WEATHER_ACTORS

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ACTORS", "draw_deed"]

_Args = dict[str, Any] | None


def _draft(cast: Cast) -> _Args:
    return None if cast.enough_campaigns else {"shape": draw_shape(cast)}


def _launch(cast: Cast) -> _Args:
    name = cast.campaign("draft", "approved")
    return None if name is None or not cast.in_time(name) else {"campaign": name}


def _review(cast: Cast) -> _Args:
    name = cast.campaign("draft", "submitted")
    trigger = "submit" if cast.state(name) == "draft" else "approve"
    return None if name is None else {"campaign": name, "trigger": trigger}


def _place(cast: Cast) -> _Args:
    name = cast.campaign("live") if cast.chance(0.9) else cast.campaign("successful", "partially-funded")
    if name is None or not cast.in_time(name):
        return None
    return {
        "campaign": name,
        "pledge": cast.new_id("p"),
        "backer": cast.backer(),
        "pick": draw_pick(cast, name),
    }


def _fill(cast: Cast) -> _Args:
    """Somebody gives just what is missing to a cap, or leaves the smallest charge to somebody else."""
    name = cast.campaign("live")
    cap = None if name is None else cast.books.campaigns[name].terms.model.cap
    if name is None or cap is None:
        return None
    left = cap.amount.minor - cast.books.totals[name]["counted"]
    pick = {"bonus": left - 500 if left > _TWO_CHARGES and cast.chance(0.6) else left}
    return (
        {"campaign": name, "pledge": cast.new_id("p"), "backer": cast.backer(), "pick": pick}
        if left
        else None
    )


_TWO_CHARGES: Final = 1_100


def _twin(cast: Cast) -> _Args:
    """Somebody else wants the very same at the same time."""
    asked = cast.meanwhile
    if asked is None or asked.do not in {"place", "expect", "change"}:
        return None
    wanted = {"pledge": cast.new_id("p"), "backer": asked.args.get("backer") if cast.chance(0.3) else None}
    backer = wanted["backer"] or cast.backer()
    pick = {name: it for name, it in asked.args["pick"].items() if name != "parts"}
    return {"campaign": asked.args["campaign"], "pledge": wanted["pledge"], "backer": backer, "pick": pick}


def _receive(cast: Cast) -> _Args:
    pledge = cast.pledge("expected")
    if pledge is None or not cast.in_time(cast.books.readings[pledge].campaign_id):
        return None
    reading = cast.books.readings[pledge]
    minor = reading.amount if cast.chance(0.8) else cast.rng.choice((500, 1_234, reading.amount + 500))
    return {"campaign": reading.campaign_id, "pledge": pledge, "minor": minor}


def _pledge_in(*states: str) -> Callable[[Cast], _Args]:
    """Something about a pledge that is in one of these states, or in whichever it is."""

    def draw(cast: Cast) -> _Args:
        pledge = cast.pledge(*states)
        return None if pledge is None else {"pledge": pledge}

    return draw


def _cancel(cast: Cast) -> _Args:
    pledge = cast.pledge("pledged", "collected", "preauth", "paying", "errored", "")
    timely = pledge is not None and cast.in_time(cast.books.readings[pledge].campaign_id)
    return {"pledge": pledge} if timely else None


def _campaign_in(*states: str) -> Callable[[Cast], _Args]:
    def draw(cast: Cast) -> _Args:
        name = cast.campaign(*states)
        return None if name is None else {"campaign": name}

    return draw


def _end(cast: Cast) -> _Args:
    """The deadline comes, if it is near: all others would grow old with it."""
    name = cast.campaign("live")
    if name is None:
        return None
    left = cast.books.campaigns[name].terms.window.closes.at - cast.now
    return {"campaign": name} if left.total_seconds() < _SOON * cast.mean_wait else None


_SOON: Final = 14


def _moved(state: str, trigger: str) -> Callable[[Cast], _Args]:
    def draw(cast: Cast) -> _Args:
        name = cast.campaign(state)
        return None if name is None else {"campaign": name, "trigger": trigger}

    return draw


def _change(cast: Cast) -> _Args:
    pledge = cast.pledge("pledged", "errored")
    if pledge is None or not cast.in_time(cast.books.readings[pledge].campaign_id):
        return None
    name = cast.books.readings[pledge].campaign_id
    return {"campaign": name, "pledge": pledge, "pick": draw_pick(cast, name, parted=False)}


def _transfer(cast: Cast) -> _Args:
    pledge = cast.pledge("pledged")
    return None if pledge is None else {"pledge": pledge, "backer": cast.backer()}


def _merge(cast: Cast) -> _Args:
    pledge = cast.pledge("pledged")
    if pledge is None:
        return None
    own = cast.books.readings[pledge]
    several = cast.books.pledges_of[own.campaign_id]
    others = [
        it for it in several[-200:] if cast.books.readings[it].backer_id == own.backer_id and it != pledge
    ]
    return {"pledge": pledge, "other": cast.rng.choice(others)} if others else None


def _pay_ahead(cast: Cast) -> _Args:
    pledge = cast.pledge("pledged", "paying")
    parts = None if pledge is None else cast.books.pledges[pledge].request.parts
    return None if parts is None else {"pledge": pledge, "part": cast.rng.randint(1, parts)}


def _send(cast: Cast) -> _Args:
    waiting = [it.id for it in list(cast.books.payouts.values())[-40:] if it.state.value != "paid"]
    return {"payout": cast.rng.choice(waiting)} if waiting else None


def _open_fund(cast: Cast) -> _Args:
    name = cast.campaign("live")
    if name is None or cast.books.shapes[name]["instalments"]:
        return None
    kind = cast.rng.choice(("fund", "lump"))
    cast.funds[f"{kind}-{name}"] = None
    return {"campaign": name, "kind": kind}


def _match(cast: Cast) -> _Args:
    pledge = cast.pledge("pledged", "collected")
    if pledge is None:
        return None
    fund = f"fund-{cast.books.readings[pledge].campaign_id}"
    return {"pledge": pledge, "fund": fund} if fund in cast.funds else None


def _give_lump(cast: Cast) -> _Args:
    name = cast.campaign("live")
    return {"campaign": name, "fund": f"lump-{name}"} if f"lump-{name}" in cast.funds else None


def _in_line(cast: Cast) -> _Args:
    name = cast.campaign("live")
    return None if name is None else {"campaign": name, "tier": "print", "backer": cast.backer()}


def _offer(cast: Cast) -> _Args:
    name = cast.campaign("live")
    return None if name is None else {"campaign": name, "tier": "print"}


def _subscribe(cast: Cast) -> _Args:
    name = cast.campaign("live")
    if name is None or cast.books.shapes[name]["charging"] not in {"at-pledge", "escrow"}:
        return None
    subscription = cast.new_id("s")
    cast.subscriptions.append(subscription)
    return {
        "campaign": name,
        "subscription": subscription,
        "backer": cast.backer(),
        "minor": cast.rng.choice((500, 777)),
        "starts": cast.now.isoformat(),
    }


def _subscription(cast: Cast) -> _Args:
    return {"subscription": cast.rng.choice(cast.subscriptions)} if cast.subscriptions else None


_OPEN: Final = ("live", "suspended", "grace", "closing")
_FUNDED: Final = ("successful", "partially-funded")

ACTORS: Final[dict[str, tuple[float, Callable[[Cast], _Args]]]] = {
    "draft": (6.0, _draft),
    "launch": (9.0, _launch),
    "move:review": (6.0, _review),
    "place": (55.0, _place),
    "place:fill": (0.7, _fill),
    "place:twin": (0.0, _twin),
    "expect": (4.0, _place),
    "receive": (5.0, _receive),
    "give-up": (0.5, _pledge_in("expected")),
    "deposit": (1.0, _campaign_in(*_FUNDED)),
    "change": (7.0, _change),
    "transfer": (2.0, _transfer),
    "merge": (3.0, _merge),
    "cancel": (4.0, _cancel),
    "call-off": (0.3, _campaign_in("live", "suspended")),
    "charge": (5.0, _pledge_in("errored", "charging", "paying", "pledged")),
    "charge:ahead": (1.5, _pay_ahead),
    "move:suspend": (0.4, _moved("live", "suspend")),
    "move:resume": (4.0, _moved("suspended", "resume")),
    "close": (2.0, _campaign_in(*_OPEN)),
    "collect": (2.0, _campaign_in(*_FUNDED, "closing")),
    "settle": (1.0, _campaign_in(*_FUNDED)),
    "pay-out": (2.0, _campaign_in(*_FUNDED)),
    "send": (2.0, _send),
    "expire": (1.0, _campaign_in(*_OPEN)),
    "advance": (6.0, _campaign_in()),
    "finish": (1.5, lambda _: {}),
    "jobs": (2.0, lambda _: {}),
    "lapse": (0.3, _campaign_in("live")),
    "end": (0.1, _end),
    "open-fund": (2.5, _open_fund),
    "match": (8.0, _match),
    "give-lump": (1.0, _give_lump),
    "join": (2.0, _in_line),
    "leave": (0.5, _in_line),
    "offer": (1.0, _offer),
    "subscribe": (2.0, _subscribe),
    "bill": (0.7, lambda _: {}),
    "pause": (0.5, _subscription),
    "resume": (0.5, _subscription),
    "unsubscribe": (0.3, _subscription),
    **APPROVING_ACTORS,
    **DISBURSING_ACTORS,
    **EXCHANGING_ACTORS,
    **LOOKING_ACTORS,
    **REFUNDING_ACTORS,
    **CREDITING_ACTORS,
    **RESERVING_ACTORS,
    **SHARING_ACTORS,
    **GIVING_BACK_ACTORS,
    **DISPUTING_ACTORS,
    **REFUNDS_MADE_ACTORS,
    **BOUNCING_ACTORS,
    **WEATHER_ACTORS,
}
"""How often each is drawn, and what it is then about: one more line is one more actor.

What stands behind a colon tells two of the same deed apart.
"""

_NAMES: Final = list(ACTORS)
_WEIGHTS: Final = [weight for weight, _ in ACTORS.values()]


def draw_deed(cast: Cast) -> Deed:
    """What is done next."""
    while True:
        for name in cast.rng.choices(_NAMES, _WEIGHTS, k=8):
            args = ACTORS[name][1](cast)
            if args is not None:
                return Deed(name.partition(":")[0], args)
