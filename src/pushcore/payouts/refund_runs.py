"""A mass refund in runs that fit the money that is there.

What runs have made and what is left always sum to the whole of the dry run. A wallet that is empty keeps
nobody waiting but its own backers: each has its place in the line, from which the next run goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pushcore._checks import LONGEST, as_dict, expect, is_name, kind, shown, stream
from pushcore.errors import InvalidValue
from pushcore.money import Currency, Money
from pushcore.payouts.mass_refund import MassRefund, Place, cash_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["RefundRun", "RefundRuns"]

_Refund = tuple[str, str, *tuple[Money, ...]]
"""An id, a wallet, and at least one amount."""


def _cursors(owner: object, attribute: attrs.Attribute[Any], cursors: object) -> None:
    kind(dict)(owner, attribute, cursors)
    assert isinstance(cursors, dict)
    for place, last in cursors.items():
        match place, last:
            case (str(), Currency()), str():
                pass
            case _:
                message = (
                    f"{type(owner).__name__}.{attribute.name}: {shown(place)} ends at no id: {shown(last)}"
                )
                raise InvalidValue(message, field=attribute.name, value=last)


@attrs.frozen
class RefundRuns:
    """How far a mass refund has come: `RefundRuns.of` its dry run, and then the ``after`` of each run.

    What is to go back since, such as once a dispute is won, is not in a dry run before it: begin anew.

    Attributes:
        whole: What the dry run came to.
        done: What of it has been handed out in runs.
        cursors: The last id that was, by wallet and currency.

    Raises:
        InvalidValue: more is done than there is to do.
    """

    whole: MassRefund = attrs.field(validator=kind(MassRefund))
    done: MassRefund = attrs.field(validator=kind(MassRefund))
    cursors: dict[Place, str] = attrs.field(factory=dict, converter=as_dict, validator=_cursors, hash=False)
    left: MassRefund = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "left", self.whole.less(self.done))

    @staticmethod
    def of(whole: MassRefund) -> RefundRuns:
        """Nothing is refunded yet."""
        expect(whole, MassRefund, what="a mass refund")
        return RefundRuns(whole, MassRefund.empty(whole.costs))

    @property
    def cursor(self) -> str:
        """The id after which the host can begin to read for the next run; empty for the beginning."""
        return min((self.cursors.get(place, "") for place in self.left.tallies), default="")

    def run(self, refunds: Iterable[_Refund], there: Iterable[tuple[str, Money]], *, most: int) -> RefundRun:
        """The refunds that can be made now: in order, from each wallet as many as its money pays for.

        Args:
            refunds: An id, a wallet and an amount each, by rising id: all of them, or those after `cursor`.
                What was handed out before is passed over. What goes back in several pieces, each of which
                costs what a refund does, has an amount for each.
            there: What is in each wallet.
            most: How many ids a run has at most.

        Raises:
            InvalidValue: one is no refund, they are out of order, or they are not those of the dry run.
        """
        expect(most, int, what="the most refunds of a run", least=1)
        cash, cursors, made = cash_of(there), dict(self.cursors), list[_Refund]()
        stalled: dict[Place, None] = {}
        last = ""
        for refund in stream(refunds):
            place, last = _place(refund, last)
            if place in stalled or last <= cursors.get(place, ""):
                continue
            _, _, *amounts = refund
            needed = sum(amount.minor + self.whole.cost(amount).minor for amount in amounts)
            if needed > cash.get(place, 0):
                stalled[place] = None
                continue
            cash[place] -= needed
            cursors[place] = last
            made.append(refund)
            if len(made) == most:
                break
        done = self.done.add([(wallet, amount) for _, wallet, *amounts in made for amount in amounts])
        after = RefundRuns(self.whole, done, cursors)
        return RefundRun(tuple(made), tuple((wallet, currency.code) for wallet, currency in stalled), after)


@attrs.frozen
class RefundRun:
    """The refunds of one run, which is where the next one begins.

    Attributes:
        refunds: An id, a wallet and an amount each, or several.
        stalled: The wallets, by currency, that had not enough for the next refund.
        after: How far the mass refund has come then.
    """

    refunds: tuple[_Refund, ...] = attrs.field(validator=kind(tuple))
    stalled: tuple[tuple[str, str], ...] = attrs.field(validator=kind(tuple))
    after: RefundRuns = attrs.field(validator=kind(RefundRuns))


def _place(refund: object, last: str) -> tuple[Place, str]:
    """The wallet and currency of a refund, and its id, if it is one that comes after the last."""
    match refund:
        case (str(name), str(wallet), Money() as amount, *more) if is_name(name, LONGEST) and name > last:
            if all(isinstance(it, Money) and it.currency is amount.currency for it in more):
                return (wallet, amount.currency), name
        case _:
            pass
    message = f"expected an id after {shown(last)}, a wallet and an amount, got {shown(refund)}"
    raise InvalidValue(message, value=refund)
