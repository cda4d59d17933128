"""Orders and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from pushcore.gateway import (
    Accepted,
    Authorize,
    Capture,
    Charge,
    Decline,
    Declined,
    Prepare,
    Refund,
    Transfer,
    Void,
)
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts

if TYPE_CHECKING:
    from pushcore.gateway import Answer, Order

__all__ = ["answers", "orders"]


def orders() -> st.SearchStrategy[Order]:
    """Anything asked of a gateway."""
    ids, money = identifiers(), amounts(least=1)
    shown = st.none() | money
    return st.one_of(
        st.builds(Prepare, ids, ids, ids),
        st.builds(Authorize, ids, ids, ids, money, shown),
        st.builds(Charge, ids, ids, ids, money, ids, shown),
        st.builds(Capture, ids, ids, ids, money, ids, shown),
        st.builds(Refund, ids, ids, ids, money, ids, shown),
        st.builds(Void, ids, ids, ids),
        st.builds(Transfer, ids, ids, ids, money, st.none() | money),
    )


def answers() -> st.SearchStrategy[Answer]:
    """Accepted, perhaps with what the provider kept and booked, or declined for a class of reason."""
    return st.one_of(
        st.builds(
            Accepted,
            identifiers(),
            fee=st.none() | amounts(least=0),
            settled=st.none() | amounts(least=1),
            paid_by=st.none() | identifiers(),
        ),
        st.builds(Declined, st.sampled_from(Decline), identifiers()),
    )
