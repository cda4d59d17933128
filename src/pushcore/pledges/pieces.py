"""Pieces: how many of each reward and add-on are owed for a pledge, once some of them were refunded."""

from __future__ import annotations

from collections import Counter
from typing import Final

from pushcore._checks import expect
from pushcore.ids import TierId
from pushcore.pledges.pledge import Pledge
from pushcore.pledges.refund import named_lines
from pushcore.rewards import LineKind

__all__ = ["pieces_owed"]

_PIECES: Final = frozenset({LineKind.REWARD, LineKind.ADD_ON})


def pieces_owed(pledge: Pledge) -> dict[TierId, int]:
    """How many of each reward and add-on are owed: what was picked, less what was refunded piece by piece.

    A refund of an amount takes no piece away, unless nothing is left of its line. What was free is owed as
    long as the pledge stands; of one that does not, nothing is.

    Raises:
        InvalidValue: no pledge.

    Example:
        >>> from pushcore.testing import builders
        >>> from pushcore.pledges import PledgeState
        >>> pieces_owed(builders.a_pledge(state=PledgeState.COLLECTED, tier_id="postcard", quantity=3))
        {'postcard': 3}
    """
    expect(pledge, Pledge, what="a pledge")
    if not pledge.stands:
        return {}
    owed = Counter(dict(pledge.selection.picked))
    paid = pledge.paid if pledge.refund is None else pledge.refund.paid
    back = {} if paid is None else {part.name: part.pieces_back for part in paid.parts}
    for name, line in named_lines(pledge.quote):
        if line.kind in _PIECES and line.id is not None:
            owed[TierId(line.id)] -= back.get(name, 0)
    return dict(+owed)
