"""What a transaction is about, read off its id: a pledge, a dispute, a payout, a campaign, or another key.

Ids end with what was done, perhaps for how many times, and whether that is done: ``p1/charge/2/done``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore._checks import expect
from pushcore.ids import PledgeId, parted
from pushcore.ledger.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["about", "pledge_of"]


def about(transaction: Transaction) -> str | None:
    """What a person is told that a transaction is about; None where its id does not say it.

    A dispute goes by the provider's reference, a debt by what it is owed for, and what a host asked for, such
    as a withdrawal, by the host's own key.

    Raises:
        InvalidValue: it is no transaction.

    Example:
        >>> from datetime import UTC, datetime
        >>> from pushcore import Money
        >>> from pushcore.ledger import recipes
        >>> at = datetime(2026, 1, 5, tzinfo=UTC)
        >>> about(recipes.charge("p1/charge/2", "lanterne", Money.of(5, "EUR"), at))
        'p1'
    """
    expect(transaction, Transaction, what="a transaction")
    return _READ.get(transaction.recipe, _done)(transaction.id)


def pledge_of(transaction: Transaction) -> PledgeId | None:
    """The pledge whose backer paid or got back something by it; None where it is about something else.

    Raises:
        InvalidValue: it is no transaction.
    """
    expect(transaction, Transaction, what="a transaction")
    if transaction.recipe in _OF_NO_PLEDGE:
        return None
    match transaction.recipe:
        case "dispute":
            found = _done(transaction.id.rpartition(_DISPUTE)[0])
        case "credit":
            found = _refunded(_key(transaction.id))
        case _:
            found = about(transaction)
    return None if found is None else PledgeId(found)


_DISPUTE: Final = "/dispute/"
_OF_NO_PLEDGE: Final = frozenset(
    {
        "calling-off",
        "debt",
        "deposit",
        "dispute-fee",
        "exchange",
        "expiry",
        "gift",
        "opening",
        "owe-share",
        "pay-share",
        "payout",
        "provider-fee",
        "recovery",
        "release",
        "returned-transfer",
        "settlement",
        "withdrawal",
        "write-off",
    }
)


def _done(name: str) -> str | None:
    """What something was done to."""
    head, _, last = name.removesuffix("/done").rpartition("/")
    if last.isdecimal():
        head, _, last = head.rpartition("/")
    return head or None


def _of_names(name: str) -> str | None:
    """The same, where it was made of names."""
    head = _done(name)
    return None if head is None else "/".join(parted(head))


def _beside(name: str) -> str | None:
    """What another thing was done to, beside which this was: ``p1/charge/1/fee``; of a dispute its name.

    Of what a host asked for, its key.
    """
    done = name.rpartition("/")[0]
    if done.rpartition("/")[0].endswith(("/withdraw", "/share")):
        return _withdrawn(done)
    return _disputed(f"/{done}") if done.startswith(_DISPUTE[1:]) else _went_back(done)


def _came_back(name: str) -> str | None:
    """The payout that came back; of what was paid back beyond a debt, the key of the host."""
    match parted(name):
        case "payee", _, _, "recovery", key, "returned":
            return key
        case _:
            return _beside(name)


def _exchanged(name: str) -> str | None:
    """Beside what it was; of one at the provider, the key of the host."""
    match parted(name):
        case "exchange", key:
            return key
        case _:
            return _beside(name)


def _went_back(name: str) -> str | None:
    """What was given back; one that was made at the provider has its reference: ``p1/refunded/re_7``."""
    head, made, _ = name.rpartition("/refunded/")
    return head if made else _done(name)


def _disputed(name: str) -> str | None:
    """The provider's reference of a dispute."""
    reference, _, _ = name.rpartition(_DISPUTE)[2].partition("/")
    return "/".join(parted(reference)) or None


def _key(name: str) -> str:
    """The last of the names that an id was made of."""
    return parted(name)[-1]


def _refunded(key: str) -> str | None:
    """The pledge of a refund; what goes back of it on top has the name of that after the key."""
    for name in key, parted(key)[0]:
        head, _, number = name.rpartition("/")
        if head.endswith("/refund") and number.isdecimal():
            return head.removesuffix("/refund")
    return None


def _owed(name: str) -> str | None:
    """What a debt arose for, or what settled it: a refund, a dispute, a campaign, or a key of the host."""
    key = _key(name)
    if _DISPUTE in key:
        return _disputed(key)
    paid_of, *rest = parted(key)
    if paid_of == "set-off" and rest:
        return rest[0]
    return paid_of if rest and rest[0] in {"settlement", "reserve", "set-off"} else _refunded(key) or key


def _credited(name: str) -> str | None:
    return _refunded(_key(name)) or _key(name)


def _withdrawn(name: str) -> str | None:
    *_, key = parted(_done(name) or name)
    return key


def _released(name: str) -> str | None:
    return parted(name)[0]


def _brought(name: str) -> str | None:
    return parted(name)[1] if len(parted(name)) > 1 else None


_READ: Final[Mapping[str, Callable[[str], str | None]]] = {
    "give-back": _of_names,
    "settlement": _of_names,
    "deposit": _of_names,
    "refund": _went_back,
    "bounced-refund": _went_back,
    "provider-fee": _beside,
    "exchange": _exchanged,
    "returned-transfer": _came_back,
    "dispute": _disputed,
    "dispute-fee": _disputed,
    **dict.fromkeys(("debt", "recovery", "write-off", "calling-off"), _owed),
    **dict.fromkeys(("credit", "gift", "expiry"), _credited),
    "withdrawal": _withdrawn,
    "owe-share": _of_names,
    "pay-share": _withdrawn,
    "release": _released,
    "opening": _brought,
}
"""How the ids of recipes are read that are not made as most are."""
