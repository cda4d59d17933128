"""Feasibility: combinations that a payment provider cannot carry out are vetoed before anybody pledges.

A campaign of sixty days cannot rest on an authorization of seven; money that is to be given back needs a
provider who still can at the end; money in escrow is held only for so long (Stripe: 90 days in most
countries). Where pledges are paid in parts, the end is that of the last part. Said when the terms are
written, that is a sentence; found out at the deadline, it is a disaster.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from operator import gt, lt
from types import NoneType
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import each, expect, items, kind, shown
from pushcore.calendar import Window, add_days
from pushcore.campaigns.charging import Charging
from pushcore.campaigns.instalments import DefaultOutcome
from pushcore.campaigns.terms import Terms
from pushcore.errors import InvalidValue, Refusal
from pushcore.gateway import Abilities
from pushcore.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["charge_refusals", "infeasible", "vetoes"]

_LONGEST: Final = timedelta(days=3650)
_NONE: Final = timedelta(0)


def vetoes(  # noqa: PLR0913  the facts of one decision
    charging: Charging,
    window: Window | None,
    abilities: Abilities,
    *,
    returns: bool,
    lowers: bool,
    afterwards: timedelta,
    charges: Iterable[Money] = (),
    parts: bool = False,
    back: timedelta = _NONE,
) -> tuple[Refusal, ...]:
    """Every reason why a payment provider cannot carry out how a campaign takes its money.

    Args:
        charging: When the money is taken.
        window: When the campaign is open; None for one without an end.
        abilities: What the provider declares it can do.
        returns: Whether money that was taken may have to go back, such as if the campaign fails.
        lowers: Whether less may be taken than a backer first agreed to.
        afterwards: How long after the deadline the last money is captured, given back or paid out.
        charges: Single charges that will be asked for; the smallest and the largest are enough.
        parts: Whether pledges may be paid in parts, which are charged later on.
        back: How long after the deadline money that is taken then may have to go back.

    Raises:
        InvalidValue: an argument of the wrong kind, or a time that is negative or beyond ten years.

    Example:
        >>> from datetime import UTC, datetime
        >>> from pushcore.calendar import Deadline, Zone
        >>> opens = datetime(2026, 3, 2, 9, tzinfo=UTC)
        >>> sixty = Window(opens, Deadline.after_days(opens, 60, zone=Zone("UTC"), inclusive=False))
        >>> cards = Abilities(
        ...     saves_methods=True, authorization_lifetime=timedelta(days=7), partial_capture=True,
        ...     refunds=True, refund_window=None, longest_hold=timedelta(days=90),
        ... )
        >>> for charging in (Charging.AUTHORIZED, Charging.AT_DEADLINE):
        ...     said = vetoes(charging, sixty, cards, returns=True, lowers=False, afterwards=timedelta(0))
        ...     [refusal.code for refusal in said]
        ['authorization-too-short']
        []
    """
    expect(charging, Charging, what="when money is taken")
    expect(abilities, Abilities, what="what the provider can do")
    expect(parts, bool, what="whether pledges may be paid in parts")
    plan = _Plan(_span(window, afterwards), abilities, returns, lowers, charges, _after(back))
    rules = _VETOES[charging]
    saved = () if _saved in rules or not parts else (_saved,)
    return _told(plan, (*saved, *rules, *_LIMITS))


def charge_refusals(abilities: Abilities, charges: Iterable[Money]) -> tuple[Refusal, ...]:
    """Why a provider does not take some amounts at once: ``charge-too-small`` or ``charge-too-large``.

    Raises:
        InvalidValue: an argument of the wrong kind.
    """
    expect(abilities, Abilities, what="what the provider can do")
    return _told(_Plan(None, abilities, returns=False, lowers=False, charges=charges), _LIMITS)


def infeasible(terms: Terms, abilities: Abilities) -> tuple[Refusal, ...]:
    """Every reason why a payment provider cannot carry out the terms of a campaign.

    The span they ask for begins with the soft launch and ends after grace, a second round, and dunning or the
    window of the last part; money in escrow is held for late pledges too, since it is settled with them.
    Money goes back until the verdict, which may wait for the last part, and where a part stays unpaid and the
    others are given back. The amount of a pledge that was authorized cannot change: nothing is lowered.

    Raises:
        InvalidValue: an argument of the wrong kind.
    """
    expect(terms, Terms, what="the terms of a campaign")
    opens = terms.window.opens if terms.soft_launch is None else terms.soft_launch.opens
    last_step = terms.dunning.steps[-1].after if terms.dunning.steps else _NONE
    model, plan, last_part = terms.model, terms.instalments, _last_part(terms)
    late = (terms.late_days or 0) if model.charging is Charging.ESCROW else 0
    decided = max(last_step, last_part)
    gives_back = plan is not None and plan.on_failure.default is DefaultOutcome.REFUNDED
    smallest = () if plan is None else (min(plan.threshold.split(plan.most)),)
    afterwards = model.grace + decided + timedelta(days=(model.second_round or 0) + late)
    said = vetoes(
        model.charging,
        None if terms.window.closes.endless else Window(opens, terms.window.closes),
        abilities,
        returns=model.judged_after_collecting or gives_back,
        lowers=False,
        afterwards=min(afterwards, _LONGEST),
        charges=(terms.minimum, *(() if terms.maximum is None else (terms.maximum,)), *smallest),
        parts=plan is not None,
        back=decided if model.judged_after_collecting else last_part,
    )
    return (*said, *_unpresentable(terms, abilities))


def _unpresentable(terms: Terms, abilities: Abilities) -> Iterator[Refusal]:
    """The currencies in which backers could pay, and which the provider does not charge."""
    offered = () if terms.presenting is None else terms.presenting.currencies
    codes = {it.code for it in offered}
    if abilities.currencies is not None and (unknown := sorted(codes - abilities.currencies)):
        message = f"the provider does not charge {', '.join(unknown)}"
        yield Refusal("currency-not-charged", message, {"currencies": tuple(unknown)})


def _last_part(terms: Terms) -> timedelta:
    """How long after the deadline the last part of a pledge is charged or given up, ten years at the most."""
    plan, closes = terms.instalments, terms.window.closes
    if plan is None:
        return _NONE
    start = terms.window.opens if closes.endless else closes.at
    try:
        start = add_days(start, terms.model.second_round or 0, zone=closes.zone)
        return min(plan.longest(start=start, zone=closes.zone), _LONGEST)
    except InvalidValue:  # beyond the calendar
        return _LONGEST


def _told(plan: _Plan, rules: Iterable[_Veto]) -> tuple[Refusal, ...]:
    return tuple(refusal for veto in rules if (refusal := veto(plan)) is not None)


@attrs.frozen
class _Plan:
    """All that a veto rests on; a span of None has no end."""

    span: timedelta | None
    abilities: Abilities
    returns: bool = attrs.field(validator=kind(bool))
    lowers: bool = attrs.field(validator=kind(bool))
    charges: tuple[Money, ...] = attrs.field(converter=items, validator=each(Money))
    back: timedelta = _NONE


def _span(window: Window | None, afterwards: timedelta) -> timedelta | None:
    """How long it can be from the first pledge until its money moves for the last time."""
    expect(window, Window, NoneType, what="when the campaign is open")
    afterwards = _after(afterwards)
    return None if window is None else window.closes.at - window.opens + afterwards


def _after(span: timedelta) -> timedelta:
    expect(span, timedelta, what="how long after the deadline money moves")
    if not _NONE <= span <= _LONGEST:
        message = f"how long after the deadline money moves is zero to ten years, not {shown(span)}"
        raise InvalidValue(message, span=span)
    return span


_Veto = Callable[[_Plan], Refusal | None]


def _needs(code: str, why: str, able: Callable[[_Plan], bool]) -> _Veto:
    """The veto that something is needed which the provider does not do at all."""

    def veto(plan: _Plan) -> Refusal | None:
        return None if able(plan) else Refusal(code, why)

    return veto


def _lasts(
    code: str,
    what: str,
    lifetime: Callable[[_Plan], timedelta | None],
    needed_for: Callable[[_Plan], timedelta | None] = lambda plan: plan.span,
) -> _Veto:
    """The veto that something has a shorter life than is needed; without a lifetime it lasts for ever.

    It is needed for as long as the campaign and what comes after it, unless something else is said.
    """

    def veto(plan: _Plan) -> Refusal | None:
        span, least = needed_for(plan), lifetime(plan)
        if least is None or (span is not None and span <= least):
            return None
        needed = "without an end" if span is None else f"for {span}"
        return Refusal(code, f"{what} {least}, and is needed {needed}", {"lifetime": least, "needed": span})

    return veto


def _refund_window(plan: _Plan) -> timedelta | None:
    return plan.abilities.refund_window if plan.returns and plan.abilities.refunds else None


def _bounded(
    code: str, than: str, wrong: Callable[[Money, Money], bool], limits: Callable[[_Plan], dict[str, Money]]
) -> _Veto:
    """The veto that charges are beyond a limit; a currency without one has no limit."""

    def veto(plan: _Plan) -> Refusal | None:
        bounds = limits(plan)
        beyond = [it for it in plan.charges if wrong(it, bounds.get(it.currency.code, it))]
        if not beyond:
            return None
        why = "; ".join(f"{it} is {than} than {bounds[it.currency.code]}" for it in beyond)
        return Refusal(code, why, {"amounts": tuple(beyond)})

    return veto


_saved: Final = _needs(
    "needs-saved-methods",
    "money is taken later, and the provider saves no payment methods",
    lambda plan: plan.abilities.saves_methods,
)
_authorizes: Final = _needs(
    "needs-authorizations",
    "the provider does not authorize first and capture later",
    lambda plan: plan.abilities.authorization_lifetime is not None,
)
_authorization_lasts: Final = _lasts(
    "authorization-too-short", "an authorization lasts", lambda plan: plan.abilities.authorization_lifetime
)
_captures_less: Final = _needs(
    "needs-partial-capture",
    "less may be taken than was authorized, and the provider captures all or nothing",
    lambda plan: not plan.lowers or plan.abilities.partial_capture,
)
_gives_back: Final = _needs(
    "needs-refunds",
    "money may have to go back, and the provider gives none back",
    lambda plan: not plan.returns or plan.abilities.refunds,
)
_gives_back_late: Final = _lasts("refund-window-too-short", "a refund is possible for", _refund_window)
_gives_back_afterwards: Final = _lasts(
    "refund-window-too-short", "a refund is possible for", _refund_window, lambda plan: plan.back
)
_holds: Final = _lasts("hold-too-short", "money is held for", lambda plan: plan.abilities.longest_hold)
_charges_currency: Final = _needs(
    "currency-not-charged",
    "the provider does not charge this currency",
    lambda plan: (
        plan.abilities.currencies is None
        or all(it.currency.code in plan.abilities.currencies for it in plan.charges)
    ),
)
_LIMITS: Final = (
    _charges_currency,
    _bounded("charge-too-small", "less", lt, lambda plan: plan.abilities.smallest_charge),
    _bounded("charge-too-large", "more", gt, lambda plan: plan.abilities.largest_charge),
)

_VETOES: Final[dict[Charging, tuple[_Veto, ...]]] = {
    Charging.AT_PLEDGE: (_gives_back, _gives_back_late),
    Charging.AT_DEADLINE: (_saved, _gives_back, _gives_back_afterwards),
    Charging.AUTHORIZED: (
        _authorizes,
        _authorization_lasts,
        _captures_less,
        _gives_back,
        _gives_back_afterwards,
    ),
    Charging.ESCROW: (_gives_back, _gives_back_late, _holds),
}
"""What each way to take money asks of the provider."""
