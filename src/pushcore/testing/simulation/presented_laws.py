"""The laws of what backers pay in another currency: at the rate of the day, and to the last unit.

What has gone of a charge is read off its pledge in both currencies, and every next part is computed again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import attrs

from pushcore.calendar import Zone
from pushcore.gateway import Authorize, Capture, Charge, Refund
from pushcore.testing.simulation.rates import minor_rate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.pledges import Pledge
    from pushcore.testing.simulation.auditor import Auditor

__all__ = ["PRESENTED_LAWS", "worth_of"]

Both = tuple[int, int]
"""Minor units of the currency of a campaign, and of the one that a backer pays in."""


def _ordered_as_shown(books: Auditor, changes: Changes) -> Iterator[str]:
    """An order is of what its backer sees, where that is another currency, and says so only there."""
    for order in changes.orders:
        if not isinstance(order, Authorize | Charge | Capture | Refund):
            continue
        pledge, shown = books.pledges[order.pledge_id], order.presented
        wanted = pledge.request.presented
        due = None
        if wanted is not None and wanted.code != order.amount.currency.code:
            due = wanted.code, _shown(books, pledge, order)
        if due != (None if shown is None else (shown.currency.code, shown.minor)):
            yield f"{order} is of {due} for its backer"


def _shown(books: Auditor, pledge: Pledge, order: Authorize | Charge | Capture | Refund) -> int:
    minor = order.amount.minor
    if isinstance(order, Refund):
        return _next(_charged(books, order.charged), _gone(pledge, order.charged), minor)
    before, parts = 0, pledge.instalments
    if parts is not None and not isinstance(order, Authorize):
        paid = [it for it in parts.parts if it.state.value not in _OPEN_PARTS]
        before = sum(it.amount.minor for it in paid)
    return _at_rate(books, pledge, before + minor) - _at_rate(books, pledge, before)


_OPEN_PARTS: Final = frozenset({"unattempted", "errored"})


def _at_rate(books: Auditor, pledge: Pledge, minor: int) -> int:
    """An amount at the rate of the day on which the pledge was placed, half a unit up."""
    n, d = _rate(books, pledge)
    return (2 * minor * n + d) // (2 * d)


def _rate(books: Auditor, pledge: Pledge) -> tuple[int, int]:
    shape, wanted = books.shapes[pledge.campaign_id], pledge.request.presented
    assert wanted is not None
    day = pledge.placed_at.astimezone(Zone(shape["zone"]).tzinfo).date()
    return minor_rate(shape["currency"], wanted.code, day - timedelta(days=day.toordinal() % 2))


def _charged(books: Auditor, key: str) -> Both:
    """What was charged under a key."""
    order = books.provider.charges[key]
    assert order.presented is not None
    return order.amount.minor, order.presented.minor


def _gone(pledge: Pledge, key: str) -> Both:
    """What has gone of a charge: it went back and did not bounce, or a dispute has it."""
    went = [
        (it.way.amount, it.presented) for it in pledge.gone_back if it.way.charged == key and not it.bounced
    ]
    went += [(it.amount, it.presented) for it in pledge.disputes if it.charged == key and it.taken]
    return sum(it.minor for it, _ in went), sum(0 if it is None else it.minor for _, it in went)


def worth_of(books: Auditor, key: str, minor: int, *, but: str) -> int:
    """What is told of a charge in the currency of its backer, in that of its campaign; at least one unit.

    Args:
        books: What is known.
        key: The charge.
        minor: What is told of it.
        but: The name of the refund or the dispute that is told of: what it took is not gone before.
    """
    pledge = books.pledges[key.rpartition("/charge/")[0]]
    back = tuple(it for it in pledge.gone_back if it.reference != but)
    disputes = tuple(it for it in pledge.disputes if it.id != but)
    whole, gone = _charged(books, key), _gone(attrs.evolve(pledge, gone_back=back, disputes=disputes), key)
    n, d = _rate(books, pledge)
    for here, there in ((whole[1], whole[0]), (whole[1] - gone[1], whole[0] - gone[0])):
        if minor >= here:
            return max(there + (2 * (minor - here) * d + n) // (2 * n), 1)
    return _next((whole[1], whole[0]), (gone[1], gone[0]), minor) or 1


def _next(whole: Both, gone: Both, minor: int) -> int:
    """What the next part of a charge is for its backer: what the running total lacks.

    All that is left is all that is left there too; less than that is at least one unit, and leaves one.
    """
    if gone[0] + minor >= whole[0]:
        return whole[1] - gone[1]
    share = (2 * whole[1] * (gone[0] + minor) + whole[0]) // (2 * whole[0]) - gone[1]
    return min(max(share, 1), max(whole[1] - gone[1] - 1, 0))


def _gone_in_both(books: Auditor, changes: Changes) -> Iterator[str]:
    """All that was charged has gone in both currencies, or something is left in both."""
    for pledge in changes.put:
        if pledge.id not in books.pledges or books.pledges[pledge.id].presented is None:
            continue
        known = books.pledges[pledge.id]
        keys = {it.way.charged for it in known.gone_back} | {it.charged for it in known.disputes}
        for key in sorted(keys):
            whole, gone = _charged(books, key), _gone(known, key)
            rest = whole[1] - gone[1]
            right = rest == 0 or _is_told_of_last(books, known, rest) if gone[0] == whole[0] else rest > 0
            if not right:
                yield f"{gone} of {whole} of {key} has gone"


def _is_told_of_last(books: Auditor, pledge: Pledge, rest: int) -> bool:
    """Whether somebody told of less than the last unit comes to: of that, whatever is told is all."""
    n, d = _rate(books, pledge)
    told = [it.way.amount for it in pledge.gone_back if it.reference in books.made.all]
    told += [it.amount for it in pledge.disputes]
    return rest * d <= n and any(it.minor == 1 for it in told)


PRESENTED_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "ordered-as-shown": _ordered_as_shown,
    "gone-in-both": _gone_in_both,
}
"""One more line is one more law of what is written together."""
