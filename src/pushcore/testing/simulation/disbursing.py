"""Payouts in a simulated world that are asked for, consented to, merged, given up, and sent back by banks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore import usecases
from pushcore.gateway import Transfer
from pushcore.ids import ActorId, CampaignId, MilestoneId, OrderKey, PayeeId, PayoutId
from pushcore.money import Money, Rounding
from pushcore.payouts import Consent, Consenter
from pushcore.testing.simulation.policies import MILESTONE
from pushcore.testing.simulation.rates import WorldRates
from pushcore.testing.simulation.shapes import part_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pushcore.payouts import Payout
    from pushcore.testing.simulation.drawing import Cast
    from pushcore.testing.simulation.world import World

__all__ = ["DISBURSING", "DISBURSING_ACTORS", "SentBack"]

_Args = dict[str, Any] | None
_BY: Final = ActorId("clerk")


@attrs.define
class SentBack:
    """A transfer that a bank sent back.

    Attributes:
        order: What had been sent.
        came: What of it came back.
        costs: Whether what sending it cost comes back too.
        booked: Whether the ledger has it.
    """

    order: Transfer
    came: Money
    costs: bool
    booked: bool = False

    @property
    def entry(self) -> str:
        """What the ledger calls it."""
        return f"{self.order.key}/returned"


def _send_back(world: World, payout: str, kept: int, costs: bool) -> object:  # noqa: FBT001  as it is drawn
    """A bank sends back a transfer that it had taken, less what it keeps; and somebody enters that."""
    books = world.books
    known = books.payouts[payout]
    if payout not in books.sent_back and known.state.value == "paid":
        order = books.ordered[OrderKey(f"{payout}/transfer/{known.attempts}")]
        assert isinstance(order, Transfer)
        came = order.amount.with_minor(max(1, order.amount.minor - kept))
        back = books.sent_back[payout] = SentBack(order, came, costs)
        books.provider.send_back(back.entry, attrs.evolve(order, amount=came), known.campaign_id)
        world.bring(came)
    found = books.sent_back.get(payout)
    came_back = None if found is None or found.came == found.order.amount else found.came
    return usecases.return_payout(
        world.ports,
        PayoutId(payout),
        costs_back=costs if found is None else found.costs,
        came_back=came_back,
        actor=_BY,
    )


def _give_up(world: World, payout: str) -> object:
    return usecases.cancel_payout(world.ports, PayoutId(payout), actor=_BY)


def _merge(world: World, campaign: str, payee: str) -> object:
    return usecases.merge_payouts(world.ports, CampaignId(campaign), PayeeId(payee), actor=_BY)


def _withdraw(world: World, campaign: str, payee: str, minor: int, number: int) -> object:
    amount = part_of(world.books.shapes[campaign], minor)
    return usecases.withdraw_payout(
        world.ports, CampaignId(campaign), PayeeId(payee), amount, number=number, actor=ActorId(payee)
    )


def _consent(world: World, campaign: str, given: int, asked: int) -> object:
    consent = Consent(Consenter.BACKERS, given, asked)
    return usecases.release_milestone(
        world.ports, CampaignId(campaign), MilestoneId(MILESTONE), consent, actor=_BY
    )


def _refuse(world: World, campaign: str) -> object:
    return usecases.refuse_milestone(world.ports, CampaignId(campaign), MilestoneId(MILESTONE), actor=_BY)


def _fix_rate(world: World, payout: str) -> object:
    """Somebody fixes the rate of the day."""
    known = world.books.payouts[payout]
    other = known.amount.currency if known.currency is None else known.currency
    rate = WorldRates.rate(known.amount.currency, other, world.clock.at.date())
    return usecases.fix_payout_rate(world.ports, PayoutId(payout), rate, Rounding.HALF_UP, actor=_BY)


DISBURSING: Final[dict[str, Callable[..., object]]] = {
    "send-back": _send_back,
    "give-up-payout": _give_up,
    "merge-payouts": _merge,
    "ask-payout": _withdraw,
    "consent": _consent,
    "refuse-milestone": _refuse,
    "fix-rate": _fix_rate,
}
"""What becomes of payouts beside being sent."""


def _lately(cast: Cast, *states: str) -> list[Payout]:
    return [it for it in list(cast.books.payouts.values())[-_LATELY:] if it.state.value in states]


_LATELY: Final = 40


def _one(cast: Cast, payouts: Iterable[Payout]) -> Payout | None:
    several = list(payouts)
    return cast.rng.choice(several) if several else None


def _draw_send_back(cast: Cast) -> _Args:
    """Mostly one that has arrived; of some the bank keeps something."""
    payout = _one(cast, _lately(cast, "paid", "returned"))
    if payout is None:
        return None
    kept = cast.rng.choice((0, 0, 15, payout.amount.minor // 2))
    return {"payout": payout.id, "kept": kept, "costs": cast.chance(_HALF)}


_HALF: Final = 0.5


def _draw_give_up(cast: Cast) -> _Args:
    states = ("failed", "canceled") if cast.chance(_MOSTLY) else ("prepared", "sent", "paid")
    payout = _one(cast, _lately(cast, *states))
    return None if payout is None else {"payout": payout.id}


_MOSTLY: Final = 0.9


def _draw_merge(cast: Cast) -> _Args:
    payout = _one(cast, _lately(cast, "prepared", "approved"))
    return None if payout is None else {"campaign": payout.campaign_id, "payee": payout.payee_id}


def _draw_withdraw(cast: Cast) -> _Args:
    """Something of what somebody is owed, or a little too much; the next one, or one that there was."""
    name = cast.asking()
    payee = None if name is None else cast.payee(name)
    if name is None or payee is None:
        return None
    books, currency = cast.books, cast.books.shapes[name]["currency"]
    owed = -books.ledger.net(f"campaign/{name}/payee/{payee}", currency)
    number = 1 + sum((it.campaign_id, it.payee_id) == (name, payee) for it in books.payouts.values())
    minor = cast.rng.choice((owed, owed // 2, owed // 3, owed + 1))
    again = number > 1 and cast.chance(_SELDOM)
    args = {"campaign": name, "payee": payee, "minor": minor, "number": number - again}
    return args if minor > 0 else None


_SELDOM: Final = 0.1


def _held(cast: Cast) -> str | None:
    payout = _one(cast, _lately(cast, "held", "refused"))
    return None if payout is None or payout.milestone is None else payout.campaign_id


def _draw_consent(cast: Cast) -> _Args:
    """Just enough of those who are asked consent, or one too few."""
    name, asked = _held(cast), cast.rng.randint(1, 9)
    given = asked - asked // 2 - cast.chance(_HALF)
    return None if name is None else {"campaign": name, "given": given, "asked": asked}


def _draw_refuse(cast: Cast) -> _Args:
    name = _held(cast)
    return None if name is None else {"campaign": name}


def _draw_fix_rate(cast: Cast) -> _Args:
    """Of one that arrives in another currency, whether that is fixed already or not."""
    several = _lately(cast, "prepared", "approved", "refused", "failed", "held", "paid")
    payout = _one(cast, (it for it in several if it.currency is not None))
    return None if payout is None else {"payout": payout.id}


DISBURSING_ACTORS: Final[dict[str, tuple[float, Callable[[Cast], _Args]]]] = {
    "send-back": (1.0, _draw_send_back),
    "give-up-payout": (1.5, _draw_give_up),
    "merge-payouts": (1.0, _draw_merge),
    "ask-payout": (3.0, _draw_withdraw),
    "consent": (1.5, _draw_consent),
    "refuse-milestone": (1.5, _draw_refuse),
    "fix-rate": (3.0, _draw_fix_rate),
}
"""How often each is drawn, and what it is then about."""
