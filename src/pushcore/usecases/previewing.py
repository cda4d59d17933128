"""Previewing: what a use case would write first, or why it would refuse, before anything happens.

The use case itself is run, over a store that takes nothing. So every one of them can be previewed, and what
was previewed is what is applied: hand the changes to ``ports.store.commit``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore._checks import expect, shown
from pushcore.changes import Changes
from pushcore.errors import InvalidValue, Refused
from pushcore.ports import Ports

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.errors import Refusal

__all__ = ["preview", "refusals"]


class _Previewed(BaseException):
    """Carries out of a use case what it was about to write; nothing in between may take it for an error."""

    def __init__(self, changes: Changes) -> None:
        super().__init__()
        self.changes = changes


class _Untouched:
    """A store that is read, and stops whoever wants to write to it."""

    def __init__(self, store: object) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  any read of the store
        return getattr(self._store, name)

    def commit(self, changes: Changes) -> None:
        """Give the changes to whoever previews them."""
        raise _Previewed(changes)


class _Unasked:
    """A gateway that is not asked: what would be asked of it comes after whatever is to be written."""

    def __init__(self, gateway: object) -> None:
        self._gateway = gateway

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever the gateway has
        found = getattr(self._gateway, name)
        return _stop if callable(found) else found


_NOTHING: Final = Changes()


def _stop(*_: object) -> None:
    raise _Previewed(_NOTHING)


def preview(ports: Ports, use_case: Callable[..., object], *args: Any, **options: Any) -> Changes:  # noqa: ANN401
    """What a use case would write first: aggregates, moves, ledger lines, events and orders.

    It is empty where the use case has nothing to write before the provider is asked, which it is not. An id
    that the ports make is another one when the use case is run: give it one of yours.

    Args:
        ports: Where it would be run; nothing there is touched.
        use_case: Such as `pushcore.usecases.place_pledge`.
        args: What it takes after the ports.
        options: Its keywords.

    Raises:
        Refused: and whatever else it would raise.

    Example:
        >>> from pushcore import place_pledge
        >>> from pushcore.testing import builders
        >>> host = builders.ports()
        >>> campaign = builders.a_campaign()
        >>> host.store.commit(Changes(put=(campaign,)))
        >>> changes = preview(host, place_pledge, builders.a_request("p1"))
        >>> [type(event).__name__ for event in changes.events], host.store.find_pledge("p1")
        (['PledgePlaced'], None)
    """
    expect(ports, Ports, what="what a use case runs on")
    _require_use_case(use_case)
    store: Any = _Untouched(ports.store)
    gateway: Any = _Unasked(ports.gateway)
    try:
        use_case(attrs.evolve(ports, store=store, gateway=gateway), *args, **options)
    except _Previewed as previewed:
        return previewed.changes
    return _NOTHING


def _require_use_case(use_case: object) -> None:
    if not getattr(use_case, "is_use_case", False):
        message = f"a use case of pushcore is previewed, not {shown(use_case)}"
        raise InvalidValue(message, use_case=use_case)


def refusals(
    ports: Ports,
    use_case: Callable[..., object],
    *args: Any,  # noqa: ANN401  as the use case takes them
    **options: Any,  # noqa: ANN401
) -> tuple[Refusal, ...]:
    """Every reason why a use case would refuse; none where it would not. Nothing happens.

    Args:
        ports: Where it would be run.
        use_case: Such as `pushcore.usecases.place_pledge`.
        args: What it takes after the ports.
        options: Its keywords.

    Raises:
        PushcoreError: whatever else it would raise, such as `InvalidValue`.

    Example:
        >>> from pushcore import cancel_pledge
        >>> from pushcore.testing import builders
        >>> [reason.code for reason in refusals(builders.ports(), cancel_pledge, "p9", actor="ana")]
        ['unknown-pledge']
    """
    try:
        preview(ports, use_case, *args, **options)
    except Refused as no:
        return no.refusals
    return ()
